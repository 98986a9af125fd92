"""What the playbook knows of this brand: the brief's facts under the names that phrases use."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from agent.brief.model import BrandBrief, Product
from agent.checks.terms import bare_name
from agent.compliance import category_of
from agent.compliance.clear import allowed
from agent.frame.model import Frame
from agent.locale import has, money, t
from agent.words.playbook.match import (
    compares,
    finer_pack,
    kind_of_thing,
    matched,
    occasions,
    presumed,
    says,
    wish,
)
from agent.words.playbook.proofs import Proof, make_proof, quotable
from agent.words.playbook.voice import (
    category_pack,
    class_pack,
    clip,
    formed,
    has_pack,
    join,
    offer_pack,
    rank,
    stand_in,
    stand_ins,
    verb,
)

_ZH_NUMBER = re.compile(
    r"(?:[0-9][0-9,.]*|[一二两三四五六七八九十百千半]+)\s?(?:小时|分钟|天|周|个月|年|道|次|度|℃|克|毫升|ml|g|mg|种|款|层|公里|平米|%|％|倍|家|位|元|万)"
)
_EN_NUMBER = re.compile(
    r"(?:[$£€]\s?)?\d[\d,.]*\s?(?:%|percent|hours?|minutes?|min|days?|weeks?|months?|years?|steps?|miles?|km|kg|grams?|g|ml|people|customers|users|sites|plants|points?|x)(?![a-z])",
    re.I,
)
_MOMENT = re.compile(
    r"早上|早晨|清晨|中午|午后|下午|傍晚|晚上|睡前|深夜|周末|周一|通勤|工位|下班|上班|出门|回家|饭后|带娃|考前|换季|"
    r"[一二两三四五六七八九十\d]+点|morning|noon|afternoon|evening|night|weekend|monday|friday|commut|before|after |during|quarter|month.end|shift|lunch",
    re.I,
)

_CLOCK = re.compile(
    r"(?:早上|上午|中午|下午|傍晚|晚上|凌晨)?[一二两三四五六七八九十\d]+点半?|周[一二三四五六日末](?:早上|下午|晚上)?|通勤路上|通勤|下班后|下班|睡前|饭后|深夜|清晨|午后|换季|考前|"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day )?(?:mornings?|afternoons?|evenings?|nights?)|weekends?|month[- ]end|quarter[- ]end|lunch(?:time| break)?|school run|night shift|"
    r"(?:the )?commute",
    re.I,
)


@dataclass(frozen=True)
class Point:
    """A selling point with the product it belongs to."""

    product: str
    text: str
    number: str
    """The number with its unit inside the point, or ""."""


@dataclass(frozen=True)
class Facts:
    """Everything the phrases may name. `names` is the flat table of placeholders."""

    brief: BrandBrief
    names: dict[str, str]
    points: tuple[Point, ...]
    proofs: tuple[Proof, ...]
    pack: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What is true of the category, in this brand's own order."""

    def from_pack(self, key: str, count: int, skip: int = 0) -> list[str]:
        """`count` entries of the category pack from place `skip`, wrapping around; [] when the pack has none."""
        entries = self.pack.get(key, ())
        return [entries[(skip + i) % len(entries)] for i in range(min(count, len(entries)))] if entries else []


def platform_name(platform: str, language: str) -> str:
    """What readers of `language` call the platform."""
    return t(language, f"platform.{platform}") if has(language, f"platform.{platform}") else platform


def number_in(text: str) -> str:
    """The first number with its unit in a text, or ""."""
    found = _ZH_NUMBER.search(text) or _EN_NUMBER.search(text)
    return found.group(0).strip() if found else ""


def moment_word(trait: str) -> str:
    """The time in a trait, short enough for a name: "下午三点", "Friday afternoon"; "" when there is none."""
    found = _CLOCK.search(trait)
    return found.group(0).strip() if found else ""


_WHO = re.compile(r"^(?:who(?:['’]ve| have)? |who['’](?:re|s) )(?=[a-z])", re.I)


_SELF = re.compile(r"^(?:我们是|我們是|[Ww]e(?: a|[’'])re )")


def plain_about(about: str) -> str:
    """What the client says of himself without the opening "we are", fit to be quoted in a report."""
    return _SELF.sub("", about.strip())


def plain_trait(trait: str) -> str:
    """A trait without its relative pronoun: "who've inherited a chair" → "inherited a chair"."""
    return _WHO.sub("", trait.strip())


_TAIL = re.compile(
    r",? (?:at|who|that|with|aged|working|mostly|mainly|from|whose|which|especially|including|doing|buying|owning)\b.*$",
    re.I,
)


_ASIDE = re.compile(
    r",? (?:before|after|when|while|because|since|until|if|unless|although|who|whom|whose|that|which|where|at|in|near|around|aged|between|during|within|without)\b",
    re.I,
)
"""Where an English name may end without leaving a joint behind: before a clause of its own, or before where and when."""


def _within(name: str, limit: int, short: str) -> str:
    """The name whole where it fits, else up to the last joint at which it still names somebody, else `short`; never cut between words.

    "people comparing this category before they buy" → "people comparing this category"; of a long Chinese name the noun at its end stays.
    """
    if len(name) <= limit:
        return name
    if re.search(r"[一-鿿]", name):
        options = [*re.split(r"[、，；]", name)[:1], name.rpartition("的")[2]]
        return next((one for one in options if 2 < len(one) <= limit), short)
    heads = [name[: joint.start()].rstrip(",") for joint in _ASIDE.finditer(name)]
    return next((head for head in reversed(heads) if len(head) <= limit and " " in head), short)


def short_name(name: str, limit: int, short: str) -> str:
    """A segment's name without brackets, asides and what follows the noun, within `limit` characters; `short` where it cannot be told in them.

    "plant managers at dairies with two lines" → "plant managers"; of a Chinese list the clause with the noun stays:
    "25-45 歲、住在台北、自己做早餐的上班族" → "自己做早餐的上班族".
    """
    plain = re.sub(r"[（(][^）)]*[）)]", "", name).strip()
    if re.search(r"[一-鿿]", plain):
        last = _last_clause(plain) if len(plain) > limit or re.match(r"\d|住在", plain) else plain
        return _within(last, limit, short)
    head = _TAIL.sub("", plain)
    return _within(head if len(head.split()) > 1 or len(head) > 12 else plain, limit, short)


def _last_clause(name: str) -> str:
    """The clause of a Chinese list that says who these people are: the last one, when it is long enough to."""
    last = re.split(r"[、，]", name)[-1].strip()
    return last if len(last) >= 4 else name


def price_of(product: Product, currency: str) -> str:
    """The price as the brief writes it, else the number in the plan's currency; "" where there is none."""
    return product.price_note or (money(round(product.price * 100), currency) if product.price is not None else "")


def with_article(name: str) -> str:
    """An English product name as it stands in a sentence: one that ends on a common noun takes "the", a long one loses its aside."""
    if re.search(r"[一-鿿]", name) or not name:
        return name
    short = bare_name(name) if len(name) > 40 else name
    short = re.sub(r"[\"“”]([^\"“”]*)[\"“”]", r"‘\1’", short)
    last = short.split()[-1]
    return short if not last.islower() or short.lower().startswith(("the ", "a ", "an ", "our ")) else f"the {short}"


def _plain_category(text: str) -> str:
    """A category in running text: "Upholstery" → "upholstery"; acronyms keep their capitals, and "non-profit" is no thing to choose among."""
    if re.fullmatch(r"(?:an? )?(?:non-?\s?profit|not-for-profit|charity)", text, re.I):
        return "charities"
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def plain_who(name: str, limit: int, short: str) -> str:
    """The people in a segment's name without where they are: "控糖的上班族", "maintenance and reliability managers"; `short` for a name that
    is too long to be told in `limit` characters."""
    text = re.sub(r"[（(][^）)]*[）)]", "", name).strip()
    if re.search(r"[一-鿿]", text):
        text = re.sub(r"^(?:多半?是|主要是|大多数?是|都是|多为|主要为)(?=.{3})", "", text)
        text = re.split(r"(?<=.{3})[，、；](?:还有|還有|以及|也有|另有|加上)", text)[0]
        if len(text) > limit:
            text = re.sub(r"^\d+\s*[-–~至到]\s*\d+\s*[岁歲]的?(?=.{3})", "", text)
        tail = re.split(r"[里中裡](?=[一-鿿]{3,})|[、，](?=[一-鿿]{4,}的)", _last_clause(text))[-1]
        return _within(tail if len(tail) >= 3 else text, limit, short)
    plain = re.split(r"\s(?:at|in|who|around|with|aged|from|near|that)\s|, ", text, maxsplit=1)[0]
    bare = plain.casefold() in ("people", "those", "everyone", "anyone", "customers", "women", "men")
    return _within(text if bare else plain, limit, short)


def short_form(brief: BrandBrief) -> str:
    """What stands for people whose name is too long for a sentence: "these buyers"."""
    return t(brief.language, f"segment_short.{brief.business}")


_ZH_HEAD = re.compile(r"^.+的([一-鿿]{3,6})$")
_EN_HEAD = re.compile(r"^(?!.*[a-z]s and )[A-Za-z’' -]+ ([a-z]+(?:s|people|men|women))$")


def in_passing(name: str, brief: BrandBrief) -> str:
    """A long name of people as a later sentence says it: "控糖的上班族" → "上班族", "maintenance and reliability managers" → "these managers"."""
    short = len(name) <= 4 if re.search(r"[一-鿿]", name) else len(name.split()) < 2
    return name if short else head_of(name) or short_form(brief)


def head_of(name: str) -> str:
    """The noun that a long name of people ends on, as a later sentence says it; "" where it ends on none of its own."""
    if re.search(r"[一-鿿]", name):
        head = _ZH_HEAD.match(name) if len(name) > 4 else None
        return head[1] if head else ""
    head = _EN_HEAD.match(name)
    return f"these {head[1]}" if head else ""


TIRING = ("questions1", "doubts1", "scenes1", "scenes2")
"""Examples out of a category's pack that a plan names in many places: other entries of the list take turns with them."""
OTHERS = 6
"""How many entries take turns."""


def examples_of(facts: Facts) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Placeholder → the entries that may stand for it, beside a product and without one."""
    found = {}
    for name in TIRING:
        entries = facts.pack.get(name.rstrip("12"), ())[:OTHERS]
        if name in facts.names and len(entries) > 2:
            found[name] = (entries, entries)
    return found


NAMED = frozenset({"pets", "children", "elders"})
"""Occasions that a brief names by saying who comes along; the others are too wide for one word of it to call up."""
NARROW = NAMED | {"gift", "study", "sport", "outdoor", "journey"}
"""Occasions that are only some people's: what speaks of them comes last where the brief does not."""
_COMMON = frozenset("的了是在一不我你他她它有和也就都个们这那要会能把被给上里出到为与或之可从对吗呢") | frozenset(
    "兩個們這還讓與對為過"
)
_IDLE = frozenset(
    "about after again because before their there these those which while would could should people product brand other first with from that this your have more than into when what only over".split()
)


def near(brief: BrandBrief, entries: list[str]) -> list[str]:
    """Entries of a category pack, those that share words with this brief's people, points and plans first; else in their order, and last those of
    an occasion that the brief does not speak of: a dormitory, a present, a dog."""
    told = _about(brief)
    known, about = words_of(told, brief.language), occasions(told)
    return sorted(
        entries,
        key=lambda entry: (
            bool(occasions(entry) & NARROW - about),
            not (known & words_of(entry, brief.language) or about & occasions(entry) & NAMED),
        ),
    )


def _about(brief: BrandBrief) -> str:
    """What the brief says of its plans, people and products, in one text."""
    return " ".join(
        [
            brief.strategy, brief.about, *(o.text for o in brief.objectives), *(x for a in brief.audience for x in (a.name, *a.traits)),
            *(x for p in brief.products for x in (p.name, *p.selling_points)),
        ]
    )  # fmt: skip


@functools.lru_cache(maxsize=4096)
def words_of(text: str, language: str) -> frozenset[str]:
    """Words worth matching: English ones of five letters up, without endings; in Chinese pairs of characters without particles. Most are asked of a
    category's own entries, which are the same for every brand.
    """
    if language == "en":
        return frozenset(
            re.sub(r"(?:ies|es|s|ing|ed)$", "", word)
            for word in re.findall(r"[a-z]{5,}", text.lower())
            if word not in _IDLE
        )
    runs = re.findall(r"[一-鿿]{2,}", text)
    return frozenset(run[i : i + 2] for run in runs for i in range(len(run) - 1) if not set(run[i : i + 2]) & _COMMON)


def gather(brief: BrandBrief, frame: Frame, *, unnamed: bool = False) -> Facts:
    """The brief's facts as placeholders; `unnamed`: the brief gives no product, and the one in it only stands in. Empty ones are left out, so that phrases naming them are passed over."""
    language = brief.language
    wide = 3 if language == "en" else 1
    pack = {
        key: tuple(near(brief, rank(f"{brief.brand}|{key}", list(allowed(entries, brief)))))
        for key, entries in _entries_of(brief).items()
    }
    for key, entries in pack.items():
        told = f"{_about(brief)} {brief.category_text}"
        pack[key] = tuple(one for one in entries if not (_denied(brief, one) or presumed(one, told))) or entries
    if "scenes" in pack:
        about = occasions(_about(brief))
        pack["scenes"] = tuple(
            sorted(pack["scenes"], key=lambda scene: (bool(occasions(scene) & NARROW - about), -_kinship(scene, brief)))
        )
    points = tuple(
        Point(product.name, clip(point, 30 * wide), number_in(point))
        for product in brief.products
        for point in product.selling_points
        if point.strip() and not says("other_goods", point)
    )
    proofs = tuple(_proofs(brief))
    hero = brief.products[0] if brief.products else Product(name="")
    kind = "class" if _taught(brief) else _pack_of(brief) if unnamed else "any"
    timed = bool(unnamed and wanted_time(brief))
    names: dict[str, str] = {
        "brand": brief.brand,
        "category": _plain_category(clip(re.sub(r"[（(][^）)]*[）)]", "", brief.category_text), 14 * wide))
        or pack.get("category_word", ("",))[0],
        "hero": with_article(hero.name) or offer(brief, pack),
        "use": verb(kind, language, timed=timed) if unnamed else _eaten(brief) or verb(kind, language, timed=timed),
        "formed": formed(kind, timed=timed),
        "eat": _eaten(brief),
        "hero_short": hero.name if len(hero.name) <= 9 * wide else "",
        "hero_price": price_of(hero, frame.currency),
        "place": _place(brief),
        "strategy": clip(brief.strategy, 60 * wide),
        "about": clip(plain_about(brief.about), 60 * wide),
        "tone": join(brief.tone[:3], language),
        "tone1": brief.tone[0] if brief.tone else "",
        "must_say": brief.must_say[0] if brief.must_say else "",
        "budget": money(frame.budget.total_cents, frame.currency) if frame.budget.total_cents else "",
        "weeks": str(frame.weeks_count),
        "platforms": join([platform_name(p.id, language) for p in frame.active], language),
        "products": join([name for name in _sayable(brief) if name][:3], language),
        "past": clip(brief.past_results[0], 60 * wide) if brief.past_results else "",
    }
    for place, product in enumerate(brief.products[:3], 1):
        names[f"product{place}"] = product.name
    for place, point in enumerate(points[:5], 1):
        names[f"point{place}"] = point.text
    for place, proof in enumerate(proofs[:3], 1):
        names[f"proof{place}"], names[f"handle{place}"] = quotable(proof, 48 * wide), proof.handle
    for place, active in enumerate(frame.active[:3], 1):
        names[f"platform{place}"] = platform_name(active.id, language)
    for place, rival in enumerate(brief.competitors[:3], 1):
        names[f"rival{place}"] = rival.name
    for place, segment in enumerate(brief.audience[:3], 1):
        names[f"audience{place}"] = short_name(segment.name, 22 * wide, short_form(brief))
        names[f"who{place}"] = plain_who(segment.name, 14 * wide, short_form(brief))
        for number, trait in enumerate(segment.traits[:4], 1):
            names[f"trait{place}_{number}"] = clip(plain_trait(trait), 24 * wide)
    beyond = {goal.objective.text for goal in frame.goals if goal.verdict.status == "infeasible"}
    for place, objective in enumerate(brief.objectives[:3], 1):
        told = objective.text
        if objective.metric and (len(told) > 40 * wide or objective.text in beyond):
            # A whole brief in one sentence is no name of a goal, and a number that the plan calls out of reach is no reason for anything.
            told = objective.metric
        names[f"goal{place}"] = clip(wish(told), 40 * wide)
    names["who"] = names.get("who1", "")
    traits = [plain_trait(trait) for segment in brief.audience for trait in segment.traits]
    names["moment"] = clip(next((trait for trait in traits if _MOMENT.search(trait)), ""), 20 * wide)
    names["moment_word"] = moment_word(names["moment"])
    detail = next((p for p in points if p.number), points[0] if points else None)
    if detail:
        names["detail"], names["detail_product"], names["number"] = detail.text, detail.product, detail.number
    for name, kinds in (
        ("proof_number", ("figure", "rating")),
        ("proof_figure", ("figure",)),
        ("proof_paper", ("certificate", "listing")),
    ):
        fitting = next((p for p in proofs if p.kind in kinds and quotable(p, 48 * wide)), None)
        names[name] = quotable(fitting, 48 * wide) if fitting else ""
    for key, entries in pack.items():
        for place, entry in enumerate(entries[:8], 1):
            names[f"{key}{place}"] = entry
    return Facts(brief, {k: v for k, v in names.items() if v}, points, proofs, pack)


def turns_of(facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How the leading selling point may be told in passing: the leading product's points and, in Chinese, their clauses; then those of every
    product. What the client forbids or keeps secret is told nowhere, nor a bare comparative."""
    brief = facts.brief
    barred = [word.strip(" “”\"'。.").casefold() for word in brief.never_say]
    barred += [word.casefold() for embargo in brief.embargoes for word in (*embargo.keywords, embargo.fact)]
    mine: list[str] = []
    every: list[str] = []
    for point in facts.points:
        parts = [part for part in point.text.split("，") if len(part) >= 4] if brief.language.startswith("zh") else []
        told = [point.text, *(parts if len(parts) > 1 else [])]
        told = [one for one in told if not any(word and word in one.casefold() for word in barred)]
        told = [one for one in told if not compares(one)]
        every += told if not any(word and word in point.product.casefold() for word in barred) else []
        mine += told if point.product == facts.points[0].product else []
    return tuple(dict.fromkeys(mine)), tuple(dict.fromkeys(every))


def _sayable(brief: BrandBrief) -> list[str]:
    """Names of products that hold no word the client forbids; all of them where every one does."""
    names = [product.name for product in brief.products]
    barred = [word.strip(" “”\"'。.").casefold() for word in brief.never_say if word.strip(" “”\"'。.")]
    return [name for name in names if not any(word in name.casefold() for word in barred)] or names


_NONE = re.compile(r"\b(?:no|without|zero) ([a-z]{4,})|\b([a-z]{4,})-?(?:less|free)\b", re.I)


def _denied(brief: BrandBrief, entry: str) -> bool:
    """Whether an English entry speaks of something that the products do without: "no wiring" has no wires to count."""
    told = " ".join(point for product in brief.products for point in product.selling_points)
    stems = {re.sub(r"(?:ing|s|e)$", "", (one[1] or one[2]).lower()) for one in _NONE.finditer(told)}
    return any(re.search(rf"\b{re.escape(stem)}", entry, re.I) for stem in stems if len(stem) >= 3)


def _entries_of(brief: BrandBrief) -> dict[str, tuple[str, ...]]:
    """The category's pack, with the keys of the thing itself in place of its own: a class is asked about as a class, whatever it teaches, and a
    bottle as a thing to carry."""
    pack = category_pack(_pack_of(brief), brief.language)
    if _taught(brief):
        return pack if brief.category in _TEACHING else {**pack, **class_pack(brief.language)}
    named = brief.products[0].name if brief.products else ""
    kind = kind_of_thing(brief.category, brief.category_text, named)
    return {**pack, **offer_pack(kind, brief.language)} if kind else pack


def _taught(brief: BrandBrief) -> bool:
    return bool(brief.products) and says("class", brief.products[0].name)


_TEACHING = frozenset({"education", "fitness"})
"""Categories whose own packs speak of classes."""


def _pack_of(brief: BrandBrief) -> str:
    """Whose pack speaks for the goods: what law regulates apart ("alcohol"), a finer kind ("cafe"), else the brief's own category."""
    regulated = category_of(brief)
    if regulated != brief.category and has_pack(regulated, brief.language):
        return regulated
    read_from = brief.spans["category"].text if "category" in brief.spans else ""
    return finer_pack(brief.category, brief.category_text, read_from) or brief.category


def _kinship(scene: str, brief: BrandBrief) -> int:
    """How many words (in Chinese: pairs of characters) a scene shares with what the brief says of its audience and strategy."""
    told = " ".join(
        [brief.strategy, *(s.name for s in brief.audience), *(t for s in brief.audience for t in s.traits)]
    ).lower()
    pairs = (
        {scene[n : n + 2] for n in range(len(scene) - 1)}
        if re.search(r"[一-鿿]", scene)
        else set(re.findall(r"[a-z]{4,}", scene.lower()))
    )
    return sum(pair in told for pair in pairs)


def _proofs(brief: BrandBrief) -> list[Proof]:
    found = [
        make_proof(text, f"brief:products[{i}].proof", brief.language)
        for i, p in enumerate(brief.products)
        for text in p.proof
    ]
    return found + [make_proof(text, "brief:proof", brief.language) for text in brief.proof]


def wanted_time(brief: BrandBrief) -> str:
    """The time of the day for which a local business wants more people, as its first goal names it: "工作日下午", "weekday afternoon"."""
    if brief.business != "local" or not brief.objectives:
        return ""
    goal = brief.objectives[0]
    return next(
        (hit.lower().replace("-", " ") for text in (goal.metric, goal.text) if (hit := matched("day_part", text))), ""
    )


def offer(brief: BrandBrief, pack: dict[str, tuple[str, ...]]) -> str:
    """What stands for the product when the brief names none: what people get from such a business, else the category word."""
    if found := stand_in(_pack_of(brief), brief.language, shop=brief.business == "local", time=wanted_time(brief)):
        return found
    text = clip(brief.category_text, 14 if brief.language.startswith("zh") else 40)
    return with_article(_plain_category(text)) or pack.get("category_word", (brief.brand,))[0]


def offers_in_turn(brief: BrandBrief) -> tuple[str, ...]:
    """Words that take turns with the stand-in for the product, where that is long because it names a time."""
    return stand_ins(_pack_of(brief), brief.language) if wanted_time(brief) else ()


def _eaten(brief: BrandBrief) -> str:
    """The verb for what is eaten or drunk; "" for everything else, so that phrases with it are passed over. Nobody is urged to drink what law keeps
    apart, and a gift box is not eaten."""
    if brief.category != _pack_of(brief) or _taught(brief) or (brief.products and says("gift", brief.products[0].name)):
        return ""
    verbs = {"food": ("吃", "eat"), "beverage": ("喝", "drink")}
    return verbs.get(brief.category, ("", ""))[brief.language == "en"]


def _place(brief: BrandBrief) -> str:
    return next((segment.place for segment in brief.audience if segment.place), "")
