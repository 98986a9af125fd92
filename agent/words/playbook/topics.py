"""The topic bank: working titles, hooks and requests out of templates and this brand's facts, interleaved so that patterns rarely repeat."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.brief.model import BrandBrief, Product
from agent.brief.said import forbidden_words, said_name
from agent.checks.distinct import NEAR, grams, similarity
from agent.compliance import barred, testimony
from agent.data import read_yaml
from agent.frame.calendars import days_of
from agent.frame.model import DateFrame, Slot
from agent.frame.slots import known_of
from agent.locale import day
from agent.plan.content import Topic, Value
from agent.resources import prompts_dir
from agent.words.playbook.context import Context
from agent.words.playbook.embargoed import code_of, hidden
from agent.words.playbook.facts import price_of, with_article
from agent.words.playbook.ideas import ideas_of
from agent.words.playbook.match import (
    MOVING,
    compares,
    festival,
    launch_of,
    only_months,
    proof_kind,
    says,
    seasonal,
    unit_of,
)
from agent.words.playbook.proofs import clause
from agent.words.playbook.voice import MARK, clip, nest, rank

SMALL = 12.0
"""Hours a week of all hands below which there are no colleagues, offices or floors to speak of."""
MOST = 48
"""Topics in the bank of one pillar at most, beside those of its key dates."""
TITLE = (34, 56)
"""Longest working title in Chinese characters, and of one that quotes the brief; English gets three times as many."""
AHEAD, AFTER, NEARLY = 21, 5, 10
"""Days before a feast from which presents for it are told, days after a festival until which it is, and days before it from which at most."""
LAST = 5
"""Days before a feast from which a piece about presents for it says that it is time to order."""
GOODS = MARK
"""Stands for {goods}: a variant is eligible only where the product is a thing one can hold."""
TANGIBLE = frozenset(
    {
        "food",
        "beverage",
        "beauty",
        "apparel",
        "pet",
        "baby",
        "electronics",
        "health_food",
        "home",
        "b2b_industrial",
        "auto",
    }
)
"""Categories whose products are things; a local business sells its place and its time."""
MOMENTS = frozenset({"seasons", "scenes", "scene_pairs", "scene_product", "triggers", "tests", "ugc"})
"""Facts that are moments of the year where they name a season or a festival."""
HEARD, TRIED = 1, 4
"""Days between a key date and the day on which a piece is final, from which it can hold what was asked there, and what users say."""
LEAD = "T1"
"""The pillar that bears the idea's name."""
CORES = 1
"""Topics of a direction that stand before the first episode of the idea: what a finished post can carry."""
ANSWERED = frozenset({"answered", "replied"})
"""Lists whose entries bring the brief's answer with them."""
WORRIES = frozenset({"doubts", "objections", "replied"})
"""Lists of what people fear: a fear for health or of fraud is answered where somebody voices it, never spread by a post."""
LATER = 9
"""Place of a template that no finished post can carry; those that one can have 1 or 2 (prompts/playbook/topics.yaml)."""
EPISODES, AFTER_EACH = 6, 2
"""Episodes of one kind in a bank at most, and how many stand after each topic of the direction's own."""
POLL = "poll"
LENT: Mapping[str, tuple[str, ...]] = {
    POLL: ("vote",),
    "qa": ("help", "product", "interactive"),
    "ugc_call": ("stories", "interactive", "lifestyle"),
}
"""Formats that only some topics can fill, a poll with options, a question, a call, and the directions that lend a pillar theirs."""
FOR_OTHERS: Mapping[str, frozenset[str]] = {
    "b2c": frozenset({"stories", "lifestyle", "interactive"}), "b2b": frozenset({"product", "help", "behind"}),
    "local": frozenset({"stories", "interactive", "lifestyle"}), "nonprofit": frozenset({"stories", "help", "interactive"}),
}  # fmt: skip
"""Directions in which every third topic is for somebody else than the first persona; the others are made for the first one."""
EATEN = frozenset({"food", "beverage", "health_food"})
"""Things that are eaten or drunk: {handled} marks variants for all other things, which are unpacked and learnt."""
VENUES = frozenset({"restaurant", "culture", "fitness", "medical"})
"""Categories of places that people come to: where the brief names no product, {visit} marks variants for them and {ware} those
for all others, in all phrases (context.py): a seat has no price, and nobody orders it."""
_WHO = re.compile(r"^(?:who|that)(?:['’](?:ve|re|s)|\s+(?:have|has|are|is))?\s+", re.IGNORECASE)
_YOU = (
    (re.compile(r"^who(?:['’]ve| have)\s+", re.I), "you have "), (re.compile(r"^who(?:['’]re| are)\s+", re.I), "you are "), (re.compile(r"^who\s+", re.I), "you "),
    (re.compile(r"\btheir\b"), "your"), (re.compile(r"\bthey\b"), "you"),
)  # fmt: skip
"""Turns "who've lost their keys" into "you have lost your keys"."""
_TOLD = re.compile(r"[“「\"]([^”」\"]{4,40})[”」\"]")
"""What a past success was about, the only part of a past result that is for the public."""
_PEOPLE = re.compile(
    r"^(.{4,}?)的[^的，、]{0,8}(?:女生|男生|女性|男性|人|人群|妈妈|媽媽|爸爸|爸妈|爸媽|夫妻|长辈|長輩|家长|家長|上班族|一族|老板|老闆|情侣|情侶|学生|學生|客人|车主|車主|青年|白领|白領|爱好者|愛好者)$"
)
_MYTH = re.compile(r"^(以为|以為|that\s+)")
_HOLE = re.compile(r"\x02(\w+)\x03")
_VALUES: dict[str, Value] = {
    "holiday": "emotion",
    "commerce": "practical",
    "brand": "knowledge",
    "season": "practical",
    "close": "practical",
}


@functools.cache
def rules() -> dict[str, dict[str, dict[str, Any]]]:
    """Direction → template → what it runs over, its value and format."""
    table: dict[str, dict[str, dict[str, Any]]] = read_yaml(prompts_dir() / "playbook" / "topics.yaml")
    return table


@dataclass(frozen=True)
class Seed:
    """The facts one topic is about."""

    x: str
    y: str = ""
    product: str = ""
    source: str = ""
    segment: int = -1
    """Which audience segment it comes from; -1 when none."""
    whole: str = ""
    """Evidence with all its conditions, where `x` is its claim."""
    name: str = ""
    """What the evidence is called in titles; "" where it has no name of its own."""

    def facts(self) -> dict[str, str]:
        """As placeholders; {z} is a belief without its “that”."""
        found = {"x": self.x, "y": self.y, "z": _MYTH.sub("", self.x), "product": self.product}
        return {name: text for name, text in found.items() if text}


@dataclass(frozen=True)
class Guard:
    """What content must not contain: never-say words and what is under embargo."""

    never: tuple[str, ...]
    secret: tuple[str, ...]
    words: tuple[str, ...] = ()
    """The never-say entries that are words or claims, as written; the others are rules ("do not name customers…")."""

    def ok(self, *texts: str) -> bool:
        """Whether none of the texts says anything forbidden."""
        if not self.never and not self.secret:
            return True
        plain = "\n".join(texts).casefold()
        return not any(word in plain for word in self.never) and not any(word in plain for word in self.secret)


def guard_of(context: Context) -> Guard:
    """The brief's prohibitions, made once per context. Rules too long to be a phrase cannot be matched and are left to the checks."""
    if "guard" not in context.memo:
        brief = context.brief
        secret = [word for embargo in brief.embargoes for word in (*embargo.keywords, embargo.fact)]
        never = [w.strip(" “”\"'。.") for w in brief.never_say if w.strip(" “”\"'。.")]
        spoken = testimony(brief.language) if "testimony" in barred(brief) else ()
        context.memo["guard"] = Guard(
            tuple(w.casefold() for w in (*never, *spoken)), tuple(w.strip().casefold() for w in secret if w.strip()),
            forbidden_words(brief),
        )  # fmt: skip
    guard: Guard = context.memo["guard"]
    return guard


def sayable(context: Context, name: str) -> str:
    """A product's name as posts may write it: without the words that the client rules out, where two words are left; "" where none may stand."""
    said = said_name(context.brief, name)
    return said if said and guard_of(context).ok(said) else ""


def code_name(context: Context, place: int) -> str:
    """What the plan calls the embargoed fact at a place of the brief's list."""
    return code_of(context.brief, place)


def coded(context: Context, name: str) -> str:
    """A name with the code name for whatever is under embargo."""
    return hidden(context.brief, name)


def date_name(context: Context, one: DateFrame) -> str:
    """A date as the plan writes it: the brand's own with the code name for what is secret; a holiday keeps its name whatever an embargo calls by it."""
    return one.name if one.source.startswith("kb:") else coded(context, one.name)


def gift_of(context: Context, date: DateFrame) -> Product | None:
    """The brand's gift, which a day of presents is about instead of the product that the plan puts first; None on other days, and where the brand
    has none or none that posts may name."""
    gift = next((p for p in context.brief.products if says("gift", p.name, *p.selling_points)), None)
    return gift if gift and gift.name and says("gift_days", date.name) and guard_of(context).ok(gift.name) else None


def polish(text: str, zh: bool) -> str:
    """Mends the seams around quoted facts that bring their own full stop, or lack one; quotes inside quotes become inner ones."""
    text = nest(text.replace(GOODS, ""))
    if zh:
        return _ZH_STOP.sub(r"\1", text) if "”" in text or "」" in text else text
    if "”" in text:
        text = _EN_STOP.sub(r"\1”", text)
    if "?" in text or "!" in text:
        text = _EN_MARKS.sub(r"\1", text)
    if "”" not in text:
        return text
    text = _EN_OPEN.sub(r"\1.” ", text)
    return _EN_GOES_ON.sub("” ", text).replace("” :", "”:")


_ZH_STOP = re.compile(r"[。！]([”」])")
_EN_STOP = re.compile(r"([.!?])” ?([.,;])")
_EN_MARKS = re.compile(r"([?!])([.,;])")
_EN_OPEN = re.compile(r"([^.!?])” (?=[A-Z])")
_EN_GOES_ON = re.compile(r"\.” ?(?=[a-z:])")


def variants_with(context: Context, key: str, facts: Mapping[str, str]) -> Sequence[str]:
    """Eligible variants with the facts put in afterwards, so that a quoted question does not look like a sentence's end; an empty
    fact takes the brand's own of that name away."""
    goods = GOODS if context.brief.category in TANGIBLE and context.brief.business in ("b2c", "b2b") else ""
    handled = "" if context.brief.category in EATEN else goods
    holes = {name: f"\x02{name}\x03" if text else "" for name, text in facts.items()}

    def placed(text: str) -> str:
        return polish(_HOLE.sub(lambda hole: _placed(hole, facts, context.zh), text), context.zh)

    return context.voice.each(key, placed, goods=goods, handled=handled, **holes)


def _placed(hole: re.Match[str], facts: Mapping[str, str], zh: bool) -> str:
    """The fact for a hole; English gets its capital at the start of a sentence."""
    text, before = facts[hole.group(1)], hole.string[: hole.start()].rstrip(" ")
    bare = before.rstrip("“‘ " + GOODS)
    starts = not bare or (bare[-1] in ".!?" and hole.string[len(bare) : hole.start()].startswith(" "))
    plain = text.split(" ", 1)[0]
    common = plain[:1].islower() and (plain[1:].islower() or plain == "a")
    return text[:1].upper() + text[1:] if starts and not zh and common else text


def seeds(context: Context, over: str) -> list[Seed]:
    """The facts that a template may run over, in this brand's order; the forbidden ones left out."""
    table: dict[str, list[Seed]] = context.memo.setdefault("seeds", {})
    if over not in table:
        guard = guard_of(context)
        table[over] = [
            seed
            for seed in _seeds(context, over)
            if guard.ok(seed.x, seed.y) and not (over in WORRIES and says("harm", seed.x))
        ]
    return table[over]


def _seeds(context: Context, over: str) -> Iterator[Seed]:
    facts, brief = context.facts, context.brief
    products = [
        (i, p)
        for i, p in enumerate(context.intake.brief.products)
        if sayable(context, p.name) and not says("house", p.name)
    ]
    if over == "points":
        for i, product in products:
            for n, point in enumerate(product.selling_points):
                if says("other_goods", point) or compares(point):
                    continue
                yield Seed(
                    clip(point, 30 if context.zh else 90),
                    product=with_article(sayable(context, product.name)),
                    source=f"brief:products[{i}].selling_points[{n}]",
                )
        if not products:
            yield from (
                Seed(clip(one.text, 30 if context.zh else 90), product=facts.names["hero"], source="brief:about")
                for one in facts.points
            )
    elif over == "made":
        yield from (
            seed for seed in _seeds(context, "points") if not says("permission", seed.x) and not says("granted", seed.x)
        )
    elif over == "priced":
        for i, product in products:
            price = price_of(product, context.frame.currency)
            if price:
                yield Seed(
                    f"{sayable(context, product.name)}{'，' if context.zh else ', '}{price}",
                    product=with_article(sayable(context, product.name)),
                    source=f"brief:products[{i}].price",
                )
    elif over == "products":
        yield from (
            Seed(name, product=name, source=f"brief:products[{i}].name")
            for i, product in products
            if (name := with_article(sayable(context, product.name)))
        )
        if not products:
            yield Seed(unnamed(context))
    elif over.startswith("proofs."):
        yield from (
            Seed(
                clause(proof.text),
                source=proof.source,
                whole=proof.text,
                name=proof.handle if re.search(r"\d", proof.handle) else "",
            )
            for proof in facts.proofs
            if f"proofs.{proof_kind(proof.text)}" == over
        )
    elif over == "traits":
        for i, segment in enumerate(brief.audience):
            for n, trait in enumerate(segment.traits):
                if says("private", trait) or len(trait) < (4 if context.zh else 8):
                    continue
                yield Seed(
                    clip(_said_to(_WHO.sub("", without_noun(trait))), 24 if context.zh else 72),
                    yours(trait),
                    source=f"brief:audience[{i}].traits[{n}]" if context.intake.brief.audience else "assume:audience",
                    segment=i,
                )
    elif over in ANSWERED:
        yield from _answered(context, over)
    elif over == "detail":
        if detail := facts.names.get("detail"):
            yield Seed(
                detail, product=with_article(sayable(context, facts.names["detail_product"])), source="brief:products"
            )
    elif over == "pairs":
        boxed = [says("gift", p.name, *p.selling_points) for _, p in products]
        yield from (
            Seed(sayable(context, a.name), sayable(context, b.name), source=f"brief:products[{i}].name")
            for n, (i, a) in enumerate(products)
            for m, (_, b) in enumerate(products[n + 1 :], n + 1)
            if boxed[n] == boxed[m] and unit_of(a.price_note) == unit_of(b.price_note)
        )
    elif over == "scene_pairs":
        scenes = facts.from_pack("scenes", 10)
        yield from (Seed(a, b) for a, b in zip(scenes, scenes[3:] + scenes[:3], strict=True))
    elif over == "scene_product":
        names = [with_article(sayable(context, p.name)) for _, p in products] or [facts.names["hero"]]
        yield from (
            Seed(scene, names[n % len(names)], product=names[n % len(names)])
            for n, scene in enumerate(facts.from_pack("scenes", 10))
        )
    elif over == "once":
        for n, past in enumerate(brief.past_results):
            told = _TOLD.search(past)
            if told and not re.search(r"\d", told.group(1)):
                yield Seed(told.group(1), source=f"brief:past_results[{n}]")
    else:
        entries = [entry.rstrip("。.") for entry in facts.from_pack(over, 99) if not says("rivals", entry)]
        yield from (Seed(entry) for entry in (_known_first(context, entries) if over == "criteria" else entries))


def _known_first(context: Context, entries: Sequence[str]) -> list[str]:
    """Things to judge by, those first on which the brief tells how the brand does."""
    from agent.words.playbook.particulars import standards

    told = {one.ask for one in standards(context)}
    return sorted(entries, key=lambda entry: entry not in told)


def unnamed(context: Context) -> str:
    """What a post is about where the brief names no product: what people have from such a business, else the brand itself."""
    hero = context.facts.names["hero"]
    return context.brief.brand if hero in context.facts.pack.get("category_word", ()) else hero


def _answered(context: Context, over: str) -> Iterator[Seed]:
    """Questions, or worries ("replied"), that the brief answers by its own words, with the answers: the leading product's first, none told twice."""
    from agent.words.playbook.particulars import answers, replies

    told: set[str] = set()
    for name in [p.name for p in context.intake.brief.products if p.name] or [""]:
        for one in answers(context, name) if over == "answered" else replies(context, name):
            if one.alone and one.text not in told and len(one.text) <= (50 if context.zh else 140):
                told.add(one.text)
                own = one.product if any(p.name == one.product for p in context.brief.products) else ""
                yield Seed(one.ask, one.text, product=with_article(sayable(context, own)), source=one.source)


def without_noun(trait: str) -> str:
    """A Chinese trait without the people that it describes: "讨厌烫衣服的上班族女生" → "讨厌烫衣服"; posts say "…的人" of it."""
    found = _PEOPLE.match(trait)
    return found.group(1) if found else trait


def yours(trait: str) -> str:
    """An English relative clause said to its reader, "you sign off anything above $5,000"; "" for any other trait."""
    if not _YOU[2][0].match(trait) and not _YOU[0][0].match(trait) and not _YOU[1][0].match(trait):
        return ""
    for pattern, words in _YOU:
        trait = pattern.sub(words, trait)
    return clip(trait, 90)


def _said_to(trait: str) -> str:
    """A trait as the post says it to those who have it: "inherited a chair you can't bear to throw away"."""
    for pattern, words in _YOU[3:]:
        trait = pattern.sub(words, trait)
    return trait


def _from(options: Sequence[str], place: int) -> Iterator[str]:
    """The options in their order, from a place on and round."""
    return (options[(place + n) % len(options)] for n in range(len(options)))


class Bank:
    """Makes the topics of one plan; nothing is said twice in it."""

    def __init__(self, context: Context, personas: Sequence[str]) -> None:
        self._context = context
        self._guard = guard_of(context)
        self._personas = list(personas)
        self._names = [context.brief.brand, *(product.name for product in context.intake.brief.products)]
        self._titles: dict[str, frozenset[str]] = {}
        self._hooks: dict[str, frozenset[str]] = {}
        products = context.intake.brief.products
        found = {one.name: only_months(one.price_note, *one.selling_points) for one in products if one.name}
        self._seasonal = {name: months for name, months in found.items() if months and len(products) > 1}
        """Products that are there in some months only."""
        self._alone = sum(role.capacity for role in context.frame.roles) < SMALL
        self._direction = ""
        """The direction of the pillar that is being filled."""
        self._films = 0
        """Slots of the pillar that are still free for a topic that only a film can carry."""
        self._uses: Counter[str] = Counter()
        self._taken: set[tuple[str, str]] = set()
        """(pillar, fact): a fact of the category pack turns up once in the plan, then once in a pillar, then wherever it is needed."""

    def fill(self, pillar: str, direction: str, slots: Sequence[Slot], formats: Sequence[str]) -> list[Topic]:
        """The pillar's bank: its key-date topics, then as many others as its slots need, at most MOST and with the first three at least.

        Made for a slot of their own are what belongs to a key date, what names a season or a festival (left out where no slot falls into
        it), and what polls, answers and calls ask; the others are laid out by the calendar.
        """
        number = max(3, min(len(slots), MOST))
        self._direction = direction
        where: dict[str, str] = self._context.memo.setdefault("slot_topics", {})
        dated = self._dated(slots, number - 1)
        number = max(number, min(len(slots), MOST + len(dated)))
        self._context.memo.setdefault("dated_slots", set()).update(slot.id for slot, _, _ in dated)
        bound = {slot.id for slot, _, _ in dated}
        free = [slot for slot in slots if slot.id not in bound]
        asked = [slot for slot in free if slot.format in LENT][: max(0, number - len(dated) - 1)]
        free = [slot for slot in free if slot.format not in LENT]
        self._films = sum(slot.format in MOVING for slot in free)
        topics: list[Topic] = []

        def make(key: str, seed: Seed, rule: dict[str, Any], slot: Slot | None) -> bool:
            topic = self._topic(pillar, len(topics) + 1, key, seed, rule, formats, slot)
            if topic is not None:
                topics.append(topic)
                if slot is not None:
                    where[slot.id] = topic.id
            return topic is not None

        def regular(most: int) -> None:
            for strict in (2, 1, 0):
                for name, key, seed in self._told(pillar, direction):
                    if len(topics) >= most:
                        return
                    rule = rules()[name][key]
                    if topics and not self._fresh(pillar, seed, strict):
                        continue
                    in_season, slot = self._season(rule["over"], seed), None
                    if in_season is not None:
                        still = [one for one in free if one.date in in_season]
                        slot = next((one for one in still if one.format not in MOVING or self._films > 0), None)
                        if slot is None:
                            continue
                    if make(f"{name}.{key}", seed, rule, slot) and slot is not None:
                        free.remove(slot)

        opening = next((slot for slot in free if slot is slots[0] and number - len(dated) > 3), None)
        if pillar == LEAD and opening is not None:
            seed = Seed(self._context.voice.facts["idea"])
            if make("idea.open", seed, rules()["idea"]["open"], opening):
                free.remove(opening)
        regular(number - len(dated) - len(asked))
        for slot in asked:
            any(
                make(key, seed, rule, slot)
                for fresh in (True, False)
                for key, seed, rule in self._lent(direction, slot)
                if self._fresh(pillar, seed, 2) == fresh
            )
        regular(number - len(dated))
        for slot, date, words in dated:
            topics.append(self._date_topic(pillar, len(topics) + 1, date, words, slot))
            where[slot.id] = topics[-1].id
        return topics

    def _told(self, pillar: str, direction: str) -> Iterator[tuple[str, str, Seed]]:
        """Table, template and fact in turn: the direction's own, and in the pillar of the idea episodes of the idea after each of them."""
        own = ((direction, key, seed) for key, seed in self._regular(direction))
        episodes = self._episodes() if pillar == LEAD else iter(())
        for place, one in enumerate(own):
            yield one
            if place + 1 >= CORES:
                yield from itertools.islice(episodes, AFTER_EACH)
        yield from episodes

    def _episodes(self) -> Iterator[tuple[str, str, Seed]]:
        """Episodes of the plan's idea: its templates in turn, each with its next fact."""
        name = f"idea_{ideas_of(self._context).mechanism}"
        table = rules()[name]
        for turn in range(EPISODES):
            for place, key in enumerate(table):
                found = seeds(self._context, table[key]["over"])
                if turn < len(found):
                    yield name, key, found[(turn + place * EPISODES) % len(found)]

    def _regular(self, direction: str) -> Iterator[tuple[str, Seed]]:
        """Templates in turn, each with its next fact; those that a finished post can carry come first."""
        table = rules()[direction]
        order = rank(f"{self._context.brief.brand}|{direction}", list(table))
        order.sort(key=lambda key: table[key].get("core", LATER) if seeds(self._context, table[key]["over"]) else LATER)
        if direction == "product":
            yield from self._each_product(table, order)
        for turn in range(MOST):
            some = False
            for place, key in enumerate(order):
                found = seeds(self._context, table[key]["over"])
                if turn < len(found):
                    some = True
                    if not turn and table[key].get("core"):
                        yield key, self._untold(found)
                        continue
                    yield key, found[(turn + place) % len(found) if len(found) > 5 else turn]
            if not some:
                return

    def _lent(self, direction: str, slot: Slot) -> Iterator[tuple[str, Seed, dict[str, Any]]]:
        """Templates made for the slot's format, the direction's own before what others lend, each with facts that suit the day."""
        for name in dict.fromkeys((direction, *LENT[slot.format])):
            table = {key: rule for key, rule in rules()[name].items() if rule["format"] == slot.format}
            order = rank(f"{self._context.brief.brand}|{slot.id}", list(table))
            longest = max((len(seeds(self._context, rule["over"])) for rule in table.values()), default=0)
            for turn in range(longest):
                for key in order:
                    found = seeds(self._context, table[key]["over"])
                    if turn < len(found):
                        in_season = self._season(table[key]["over"], found[turn])
                        if in_season is None or slot.date in in_season:
                            yield f"{name}.{key}", found[turn], table[key]

    def _season(self, over: str, seed: Seed) -> frozenset[dt.date] | None:
        """Days that suit a fact: near the festival or in the season that it names, in the months in which its product is there; None when any
        day does. What the brief itself says of a season stands as it is.
        """
        found: list[frozenset[dt.date]] = []
        for text in (seed.x, seed.y) if over in MOMENTS and not seed.source else ():
            if ids := festival(text):
                found.append(self._festival(ids))
            elif says("feast", text):
                found.append(self._presents())
            elif months := seasonal(text):
                found.append(self._in(months))
        for name, months in self._seasonal.items():
            if name in f"{seed.product} {seed.x} {seed.y}":
                found.append(self._in(months))
        return frozenset.intersection(*found) if found else None

    def _in(self, months: frozenset[int]) -> frozenset[dt.date]:
        """Days of the period in some months."""
        start, end = self._context.frame.start, self._context.frame.end
        period = (start + dt.timedelta(days=n) for n in range((end - start).days + 1))
        return frozenset(one for one in period if one.month in months)

    def _presents(self) -> frozenset[dt.date]:
        """Days before a feast on which presents are given."""
        feasts = [key.date for key in self._context.frame.key_dates if says("gift_days", key.name)]
        return frozenset(feast - dt.timedelta(days=n) for feast in feasts for n in range(AHEAD + 1))

    def _festival(self, ids: Sequence[str]) -> frozenset[dt.date]:
        """Days on which a festival may be told: from its warm-up on to a few days after it. Of several dates of that name, the market's own."""
        frame, brief = self._context.frame, self._context.brief
        rules_ = {rule.id: rule for rule in self._context.knowledge.base.dates}
        known = [rules_[one] for one in ids if one in rules_]
        own = [rule for rule in known if {*brief.markets, "GLOBAL"} & set(rule.regions)] or known
        return frozenset(
            day + dt.timedelta(days=n)
            for rule in own[:1]
            for year in range(frame.start.year, frame.end.year + 1)
            for day in days_of(rule, rules_, year)
            for n in range(-min(max(AFTER, rule.warmup), NEARLY), AFTER + 1)
        )

    def _untold(self, found: Sequence[Seed]) -> Seed:
        """The first of the facts that no finished post of another pillar is about, among those of its leading product where one is left."""
        told = {fact for _, fact in self._taken}
        fresh = [seed for seed in found if not any(seed.x in fact or fact in seed.y for fact in told)]
        own = [seed for seed in fresh if seed.product == found[0].product]
        return next(iter([*own, *fresh, *found]))

    def _each_product(self, table: Mapping[str, dict[str, Any]], order: Sequence[str]) -> Iterator[tuple[str, Seed]]:
        """What a finished post can carry first, then a topic that names each further product: none goes unnamed in public."""
        for key in order:
            found = seeds(self._context, table[key]["over"])
            if table[key].get("core") and found:
                yield key, self._untold(found)
        priced = {seed.product: seed for seed in seeds(self._context, "priced")}
        for seed in seeds(self._context, "products")[1 : MOST // 8]:
            yield ("price", priced[seed.product]) if seed.product in priced else ("first_time", seed)

    def _topic(
        self,
        pillar: str,
        number: int,
        key: str,
        seed: Seed,
        rule: dict[str, Any],
        formats: Sequence[str],
        slot: Slot | None,
    ) -> Topic | None:
        facts = seed.facts()
        if seed.name and any(told == seed.x for _, told in self._taken):
            facts["x"] = seed.name
        words = self._words(f"topics.{key}", facts, quoted=bool(seed.source), slot=slot, name=seed.name)
        if words is None:
            return None
        self._taken |= {(pillar, fact) for fact in (seed.x, seed.y if rule["over"] in ANSWERED else "") if fact}
        best = rule["format"] if rule["format"] in formats else formats[number % len(formats)]
        topic = Topic(
            id=f"{pillar}-{number:02d}", title=words[0], hook=words[1], cta=words[2], value=rule["value"],
            format=slot.format if slot else best, persona=self._persona(seed, number, words), sources=self._context.sources.cite(seed.source),
        )  # fmt: skip
        self._context.memo.setdefault("topic_seeds", {})[topic.id] = (key, seed)
        return topic

    def _fresh(self, pillar: str, seed: Seed, strict: int) -> bool:
        if strict == 2 and not seed.source:
            return all(fact != seed.x for _, fact in self._taken)
        return strict == 0 or (pillar, seed.x) not in self._taken

    def _words(
        self, key: str, facts: dict[str, str], *, quoted: bool = False, slot: Slot | None = None, name: str = ""
    ) -> tuple[str, str, str] | None:
        """Title, hook and request in the variants whose turn it is; None when nothing new and permitted can be said. New is what is not nearly
        the same as a title or hook of the plan, as the check on likeness has it.
        """
        context, use = self._context, self._uses[key]
        titles = variants_with(context, f"{key}.title", {**facts, **({"x": name} if name else {})})
        longest = TITLE[quoted] * (1 if context.zh else 3)
        apart = variants_with(context, f"{key}.hook", facts) if context.voice.has(f"{key}.hook") else []
        ctas = variants_with(context, f"{key}.cta", facts)
        for turn in range(len(titles)):
            title, _, tied = titles[(use + turn) % len(titles)].partition("|")
            hooks = [tied] if tied else apart
            if len(title) > longest or not self._fits(slot, title) or self._said(title, self._titles):
                continue
            hook = next(
                (
                    one
                    for one in _from(hooks, use + turn)
                    if self._fits(slot, title, one) and not self._said(one, self._hooks)
                ),
                "",
            )
            cta = next((one for one in _from(ctas, use // 2 + turn) if self._fits(slot, title, hook, one)), "")
            if hook and cta:
                self._uses[key] += 1
                self._titles[title] = grams(title, self._names)
                self._hooks[hook] = grams(hook, self._names)
                self._films -= slot.format in MOVING if slot else says("moving", title, hook, cta)
                return title, hook, cta
        return None

    def _said(self, text: str, told: Mapping[str, frozenset[str]]) -> bool:
        """Whether the plan says this already, or nearly."""
        if text in told:
            return True
        mine = grams(text, self._names)
        least, most = NEAR * len(mine), len(mine) / NEAR
        return any(least <= len(other) <= most and similarity(mine, other) >= NEAR for other in told.values())

    def _fits(self, slot: Slot | None, *texts: str) -> bool:
        """Whether the texts are permitted, can be made in the slot's format or one that is left, and speak of no colleagues where there are none."""
        film = slot.format in MOVING if slot else self._films > 0
        return (
            self._guard.ok(*texts)
            and (film or not says("moving", *texts))
            and not (slot and slot.format in MOVING and says("still", *texts))
            and not (self._alone and says("crew", *texts))
        )

    def _persona(self, seed: Seed, number: int, words: Sequence[str]) -> str:
        """Whom a topic is for: those whose trait it tells, those who buy presents for a firm where it speaks of such, the plan's first elsewhere."""
        if 0 <= seed.segment < len(self._personas):
            return self._personas[seed.segment]
        if trader := self._trader(words):
            return trader
        if self._direction not in FOR_OTHERS[self._context.brief.business]:
            return self._personas[0]
        return self._personas[0 if number % 3 else (number // 3) % len(self._personas)]

    def _trader(self, words: Sequence[str]) -> str:
        """The persona that buys for a firm, where a topic is about such presents and one of several audiences does; "" elsewhere."""
        audience = self._context.brief.audience
        if self._context.brief.business == "b2b" or len(audience) < 2 or not says("trade_gift", *words):
            return ""
        firms = [place for place, one in enumerate(audience) if says("trader", one.name, *one.traits)]
        return self._personas[firms[0]] if len(firms) == 1 and firms[0] < len(self._personas) else ""

    def _dated(self, slots: Sequence[Slot], most: int) -> list[tuple[Slot, DateFrame, tuple[str, str, str]]]:
        """Slots that belong to a key date with the words for them: before it, on it, while it lasts, after it."""
        dates = {one.id: one for one in self._context.frame.key_dates}
        found: list[tuple[Slot, DateFrame, tuple[str, str, str]]] = []
        for slot in slots:
            key = dates.get(slot.key_date)
            if key is None or len(found) >= most:
                continue
            words = self._date_words(key, _stage(key, slot.date), slot)
            if words:
                found.append((slot, key, words))
        return found

    def _date_words(self, date: DateFrame, stage: str, slot: Slot) -> tuple[str, str, str] | None:
        """Words about a date. A release has none before its day and stays unnamed, since the bank has no dates; what may never come, and a day of
        filming, has none at all. A poll gets a question with options. What was asked or seen there ({heard}), and what people say who have
        used it ({tried}), is told only by a piece whose material is final after it could be known.
        """
        brief, names, left = self._context.brief, self._context.facts.names, (date.date - slot.date).days
        if date.source.startswith("brief:") and says(
            "uncertain" if date.source.startswith("brief:embargo") else "production", date.name
        ):
            return None
        facts = {"day": day(date.date, self._context.language), "days": str(max(left, 1))}
        known = (slot.deadline - known_of(date, slot.date)).days if slot.date > date.date else 0
        facts |= ({"heard": GOODS} if known >= HEARD else {}) | ({"tried": GOODS} if known >= TRIED else {})
        if date.earmark:
            return self._earmarked(date, stage, slot, facts)
        secret = date.source.startswith("brief:embargo") or not self._guard.ok(date.name)
        sort = self._launch(date) if date.kind == "brand" else ""
        if secret or sort in ("product", "version", "collab"):
            return self._launch_words(date, stage, slot, facts, sort, secret=secret)
        facts["name"] = date.name
        if 5 <= left <= 9:
            facts["week"] = GOODS
        if left <= 6:
            facts["soon"] = GOODS
        if stage == "before" and (gift := gift_of(self._context, date)):
            price = price_of(gift, self._context.frame.currency)
            facts |= {
                "gift": gift.name,
                "gift_price": price,
                "gift_point": next(iter(gift.selling_points), names["hero"]),
            }
            keys = ["vote_gift"] if slot.format == POLL else [*(["gift_last"] if left <= LAST else []), "gift_before"]
            for key in keys:
                if words := self._words(f"topics.date.{key}", facts, slot=slot):
                    return words
        kind: str = "season" if date.kind == "close" else date.kind
        if slot.format == POLL:
            return self._words(f"topics.date.vote_{kind}", facts, slot=slot)
        if stage == "during" and date.end:
            gone = (slot.date - date.date).days / max(1, (date.end - date.date).days)
            facts |= (
                {"opening": GOODS} if gone < 0.4 else {"midway": GOODS} | ({"closing": GOODS} if gone > 0.6 else {})
            )
        kind = "work" if kind == "brand" and says("own_work", date.name) and not says("public_day", date.name) else kind
        kind = "visit" if kind == "holiday" and stage == "before" and _at_a_place(brief) else kind
        stage = "day" if stage == "during" and kind not in ("commerce", "brand") else stage
        return self._words(f"topics.date.{kind}_{stage}", facts, slot=slot)

    def _earmarked(self, date: DateFrame, stage: str, slot: Slot, facts: dict[str, str]) -> tuple[str, str, str] | None:
        """Words for what the brief has paid for: the film on its day and the pieces cut from it, the draw from its rules to the names."""
        facts["last"] = day(date.end or date.date, self._context.language)
        stage = "after" if date.earmark == "film" and stage != "day" else stage
        return None if stage == "before" else self._words(f"topics.date.{date.earmark}_{stage}", facts, slot=slot)

    def _launch(self, date: DateFrame) -> str:
        """What sort of news a date of the brand's own is, by its name and by what is under embargo until then."""
        return launch_of(date.name, *(one.fact for one in self._context.brief.embargoes if one.until == date.date))

    def _launch_words(
        self, date: DateFrame, stage: str, slot: Slot, facts: dict[str, str], sort: str, *, secret: bool
    ) -> tuple[str, str, str] | None:
        """Words about something new, by its sort: a new version is compared with the one before, a joint work says who did what."""
        if stage == "before":
            return None if secret else self._words("topics.date.launch_before", facts | {"name": date.name}, slot=slot)
        if date.kind != "brand":
            return None
        stage = "after" if stage == "during" else stage
        keys = ["vote_release"] if slot.format == POLL else [f"release_{sort}_{stage}"] if sort else []
        if secret and slot.format != POLL:
            keys.append(f"release_{stage}")
        words = next((found for key in keys if (found := self._words(f"topics.date.{key}", facts, slot=slot))), None)
        if words is None or secret:
            return words
        named = self._context.voice.variants("calendar.named", topic=words[0], name=date.name)[0]
        return named, words[1], words[2]

    def _date_topic(self, pillar: str, number: int, date: DateFrame, words: tuple[str, str, str], slot: Slot) -> Topic:
        return Topic(
            id=f"{pillar}-{number:02d}", title=words[0], hook=words[1], cta=words[2], value=_VALUES[date.kind],
            format=slot.format, persona=self._trader(words) or self._personas[0], sources=self._context.sources.cite(date.source),
        )  # fmt: skip


def _at_a_place(brief: BrandBrief) -> bool:
    """Whether people come to the business, which has no stock for them to lay in before a holiday."""
    return brief.business == "local" and brief.category in VENUES


def _stage(date: DateFrame, on: dt.date) -> str:
    if on < date.date:
        return "before"
    return "day" if on == date.date else "during" if date.end and on <= date.end else "after"
