"""The topic bank: working titles, hooks and requests out of templates and this brand's facts, interleaved so that patterns rarely repeat."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.compliance import barred, testimony
from agent.data import read_yaml
from agent.frame.model import DateFrame, Slot
from agent.locale import day, money
from agent.plan.content import Topic, Value
from agent.resources import prompts_dir
from agent.words.playbook.context import Context
from agent.words.playbook.facts import with_article
from agent.words.playbook.match import MOVING, months_of, proof_kind, says, unit_of
from agent.words.playbook.voice import MARK, clip, nest, rank

SMALL = 12.0
"""Hours a week of all hands below which there are no colleagues, offices or floors to speak of."""
MOST = 48
"""Topics in the bank of one pillar at most, beside those of its key dates."""
TITLE = (34, 56)
"""Longest working title in Chinese characters, and of one that quotes the brief; English gets three times as many."""
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
_WHO = re.compile(r"^(?:who|that)(?:['’](?:ve|re|s)|\s+(?:have|has|are|is))?\s+", re.IGNORECASE)
_YOU = (
    (re.compile(r"^who(?:['’]ve| have)\s+", re.I), "you have "), (re.compile(r"^who(?:['’]re| are)\s+", re.I), "you are "), (re.compile(r"^who\s+", re.I), "you "),
    (re.compile(r"\btheir\b"), "your"), (re.compile(r"\bthey\b"), "you"),
)  # fmt: skip
"""Turns "who've lost their keys" into "you have lost your keys"."""
_TOLD = re.compile(r"[“「\"]([^”」\"]{4,40})[”」\"]")
"""What a past success was about, the only part of a past result that is for the public."""
_RULE = re.compile(r"^(?:不|别|別|请勿|勿|do not|don't|never|no |avoid)", re.IGNORECASE)
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
        plain = "\n".join(texts).casefold()
        return not any(word in plain for word in (*self.never, *self.secret))


def guard_of(context: Context) -> Guard:
    """The brief's prohibitions, made once per context. Rules too long to be a phrase cannot be matched and are left to the checks."""
    if "guard" not in context.memo:
        brief = context.brief
        secret = [word for embargo in brief.embargoes for word in (*embargo.keywords, embargo.fact)]
        never = [w.strip(" “”\"'。.") for w in brief.never_say if w.strip(" “”\"'。.")]
        spoken = testimony(brief.language) if "testimony" in barred(brief) else ()
        context.memo["guard"] = Guard(
            tuple(w.casefold() for w in (*never, *spoken)), tuple(w.strip().casefold() for w in secret if w.strip()),
            tuple(w for w in never if not _RULE.search(w) and len(w) <= 40),
        )  # fmt: skip
    guard: Guard = context.memo["guard"]
    return guard


def polish(text: str, zh: bool) -> str:
    """Mends the seams around quoted facts that bring their own full stop, or lack one; quotes inside quotes become inner ones."""
    text = nest(text.replace(GOODS, ""))
    if zh:
        return _ZH_STOP.sub(r"\1", text)
    if "”" in text:
        text = _EN_STOP.sub(r"\1”", text)
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


def variants_with(context: Context, key: str, facts: Mapping[str, str]) -> list[str]:
    """Eligible variants with the facts put in afterwards, so that a quoted question does not look like a sentence's end."""
    goods = GOODS if context.brief.category in TANGIBLE and context.brief.business in ("b2c", "b2b") else ""
    raw = context.voice.variants(key, goods=goods, **{name: f"\x02{name}\x03" for name, text in facts.items() if text})
    return [polish(_HOLE.sub(lambda hole: _placed(hole, facts, context.zh), text), context.zh) for text in raw]


def _placed(hole: re.Match[str], facts: Mapping[str, str], zh: bool) -> str:
    """The fact for a hole; English gets its capital at the start of a sentence."""
    text, before = facts[hole.group(1)], hole.string[: hole.start()].rstrip(" ")
    starts = not before or (before[-1] in ".!?" and hole.string[: hole.start()].endswith(" "))
    plain = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if starts and not zh and plain[:1].islower() and plain[1:].islower() else text


def seeds(context: Context, over: str) -> list[Seed]:
    """The facts that a template may run over, in this brand's order; the forbidden ones left out."""
    table: dict[str, list[Seed]] = context.memo.setdefault("seeds", {})
    if over not in table:
        guard = guard_of(context)
        table[over] = [seed for seed in _seeds(context, over) if guard.ok(seed.x, seed.y)]
    return table[over]


def _seeds(context: Context, over: str) -> Iterator[Seed]:
    facts, brief = context.facts, context.brief
    products = [(i, p) for i, p in enumerate(context.intake.brief.products) if p.name]
    if over == "points":
        for i, product in products:
            for n, point in enumerate(product.selling_points):
                yield Seed(
                    clip(point, 30 if context.zh else 90),
                    product=with_article(product.name),
                    source=f"brief:products[{i}].selling_points[{n}]",
                )
    elif over == "priced":
        for i, product in products:
            price = product.price_note or (
                money(round(product.price * 100), context.frame.currency) if product.price is not None else ""
            )
            if price:
                yield Seed(
                    f"{product.name}{'，' if context.zh else ', '}{price}",
                    product=with_article(product.name),
                    source=f"brief:products[{i}].price",
                )
    elif over == "products":
        yield from (
            Seed(with_article(product.name), product=with_article(product.name), source=f"brief:products[{i}].name")
            for i, product in products
        )
        if not products:
            yield Seed(facts.names["hero"])
    elif over.startswith("proofs."):
        yield from (
            Seed(proof.text, source=proof.source)
            for proof in facts.proofs
            if f"proofs.{proof_kind(proof.text)}" == over
        )
    elif over == "traits":
        for i, segment in enumerate(brief.audience):
            for n, trait in enumerate(segment.traits):
                if says("private", trait) or len(trait) < (4 if context.zh else 8):
                    continue
                yield Seed(
                    clip(_WHO.sub("", trait), 24 if context.zh else 72),
                    yours(trait),
                    source=f"brief:audience[{i}].traits[{n}]",
                    segment=i,
                )
    elif over == "pairs":
        alike = [p for _, p in products]
        yield from (
            Seed(a.name, b.name)
            for n, a in enumerate(alike)
            for b in alike[n + 1 :]
            if unit_of(a.price_note) == unit_of(b.price_note)
        )
    elif over == "scene_pairs":
        scenes = facts.from_pack("scenes", 10)
        yield from (Seed(a, b) for a, b in zip(scenes, scenes[3:] + scenes[:3], strict=True))
    elif over == "scene_product":
        names = [with_article(p.name) for _, p in products] or [facts.names["hero"]]
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
        for entry in facts.from_pack(over, 99):
            if not says("rivals", entry):
                yield Seed(entry.rstrip("。."))


def yours(trait: str) -> str:
    """An English relative clause said to its reader, "you sign off anything above $5,000"; "" for any other trait."""
    if not _YOU[2][0].match(trait) and not _YOU[0][0].match(trait) and not _YOU[1][0].match(trait):
        return ""
    for pattern, words in _YOU:
        trait = pattern.sub(words, trait)
    return clip(trait, 90)


def _from(options: Sequence[str], place: int) -> list[str]:
    """The options in their order, from a place on and round."""
    return [options[(place + n) % len(options)] for n in range(len(options))]


class Bank:
    """Makes the topics of one plan; nothing is said twice in it."""

    def __init__(self, context: Context, personas: Sequence[str]) -> None:
        self._context = context
        self._guard = guard_of(context)
        self._personas = list(personas)
        self._titles: set[str] = set()
        self._hooks: set[str] = set()
        self._alone = sum(role.capacity for role in context.frame.roles) < SMALL
        self._films = 0
        """Slots of the pillar that are still free for a topic that only a film can carry."""
        self._uses: Counter[str] = Counter()
        self._taken: set[tuple[str, str]] = set()
        """(pillar, fact): a fact of the category pack turns up once in the plan, then once in a pillar, then wherever it is needed."""

    def fill(self, pillar: str, direction: str, slots: Sequence[Slot], formats: Sequence[str]) -> list[Topic]:
        """The pillar's bank: its key-date topics, then as many others as its slots need, at most MOST and with the first three at least."""
        number = max(3, min(len(slots), MOST))
        self._films = sum(slot.format in MOVING for slot in slots)
        open_months = {slot.date.month for slot in slots}
        dated = self._dated(slots, number - 1)
        number = max(number, min(len(slots), MOST + len(dated)))
        topics: list[Topic] = []
        for strict in (2, 1, 0):
            for key, seed in self._regular(direction):
                if len(topics) >= number - len(dated):
                    break
                if topics and not self._fresh(pillar, seed, strict):
                    continue
                if rules()[direction][key]["over"] == "seasons" and not months_of(seed.x) & open_months:
                    continue
                topic = self._topic(
                    pillar, len(topics) + 1, f"{direction}.{key}", seed, rules()[direction][key], formats
                )
                if topic:
                    topics.append(topic)
        where: dict[str, str] = self._context.memo.setdefault("slot_topics", {})
        for slot, date, words in dated:
            topics.append(self._date_topic(pillar, len(topics) + 1, date, words, formats))
            where[slot.id] = topics[-1].id
        return topics

    def _regular(self, direction: str) -> Iterator[tuple[str, Seed]]:
        """Templates in turn, each with its next fact; those that a finished post can carry come first."""
        table = rules()[direction]
        order = rank(f"{self._context.brief.brand}|{direction}", list(table))
        order.sort(key=lambda key: not (table[key].get("core") and seeds(self._context, table[key]["over"])))
        for turn in range(MOST):
            some = False
            for place, key in enumerate(order):
                found = seeds(self._context, table[key]["over"])
                if turn < len(found):
                    some = True
                    yield key, found[(turn + place) % len(found) if len(found) > 5 else turn]
            if not some:
                return

    def _topic(
        self, pillar: str, number: int, key: str, seed: Seed, rule: dict[str, Any], formats: Sequence[str]
    ) -> Topic | None:
        words = self._words(f"topics.{key}", seed.facts(), quoted=bool(seed.source))
        if words is None:
            return None
        self._taken.add((pillar, seed.x))
        topic = Topic(
            id=f"{pillar}-{number:02d}", title=words[0], hook=words[1], cta=words[2], value=rule["value"],
            format=rule["format"] if rule["format"] in formats else formats[number % len(formats)],
            persona=self._persona(seed, number), sources=self._context.sources.cite(seed.source),
        )  # fmt: skip
        self._context.memo.setdefault("topic_seeds", {})[topic.id] = (key, seed)
        if rule["over"] == "seasons":
            self._context.memo.setdefault("topic_months", {})[topic.id] = months_of(seed.x)
        return topic

    def _fresh(self, pillar: str, seed: Seed, strict: int) -> bool:
        if strict == 2 and not seed.source:
            return all(fact != seed.x for _, fact in self._taken)
        return strict == 0 or (pillar, seed.x) not in self._taken

    def _words(self, key: str, facts: dict[str, str], *, quoted: bool = False) -> tuple[str, str, str] | None:
        """Title, hook and request in the variants whose turn it is; None when nothing new and permitted can be said."""
        context, use = self._context, self._uses[key]
        titles = variants_with(context, f"{key}.title", facts)
        longest = TITLE[quoted] * (1 if context.zh else 3)
        hooks = variants_with(context, f"{key}.hook", facts)
        ctas = variants_with(context, f"{key}.cta", facts)
        for turn in range(len(titles)):
            title = titles[(use + turn) % len(titles)]
            if title in self._titles or len(title) > longest or not self._fits(title):
                continue
            hook = next(
                (one for one in _from(hooks, use + turn) if one not in self._hooks and self._fits(title, one)), ""
            )
            cta = next((one for one in _from(ctas, use // 2 + turn) if self._fits(title, hook, one)), "")
            if hook and cta:
                self._uses[key] += 1
                self._titles.add(title)
                self._hooks.add(hook)
                self._films -= says("moving", title, hook, cta)
                return title, hook, cta
        return None

    def _fits(self, *texts: str) -> bool:
        """Whether the texts are permitted, can be made in a format that is left, and speak of no colleagues where there are none."""
        return (
            self._guard.ok(*texts)
            and (self._films > 0 or not says("moving", *texts))
            and not (self._alone and says("crew", *texts))
        )

    def _persona(self, seed: Seed, number: int) -> str:
        if 0 <= seed.segment < len(self._personas):
            return self._personas[seed.segment]
        return self._personas[0 if number % 3 else (number // 3) % len(self._personas)]

    def _dated(self, slots: Sequence[Slot], most: int) -> list[tuple[Slot, DateFrame, tuple[str, str, str]]]:
        """Slots that belong to a key date with the words for them: before it, on it, after it."""
        dates = {one.id: one for one in self._context.frame.key_dates}
        found: list[tuple[Slot, DateFrame, tuple[str, str, str]]] = []
        for slot in slots:
            key = dates.get(slot.key_date)
            if key is None or len(found) >= most:
                continue
            stage = "before" if slot.date < key.date else "day" if slot.date == key.date else "after"
            words = self._date_words(key, stage, (key.date - slot.date).days)
            if words:
                found.append((slot, key, words))
        return found

    def _date_words(self, date: DateFrame, stage: str, left: int) -> tuple[str, str, str] | None:
        """Words about a date. A release has none before its day and stays unnamed; what may never come, and a day of filming, has none at all."""
        brief, names = self._context.brief, self._context.facts.names
        if date.source.startswith("brief:") and says(
            "uncertain" if date.source.startswith("brief:embargo") else "production", date.name
        ):
            return None
        facts = {"day": day(date.date, self._context.language), "days": str(max(left, 1))}
        if not self._guard.ok(date.name):
            return (
                self._words(f"topics.date.release_{stage}", facts)
                if date.kind == "brand" and stage != "before"
                else None
            )
        facts["name"] = date.name
        if 5 <= left <= 9:
            facts["week"] = GOODS
        if left <= 6:
            facts["soon"] = GOODS
        gift = next((p for p in brief.products if says("gift", p.name, *p.selling_points)), None)
        if gift and stage == "before" and says("gift_days", date.name) and self._guard.ok(gift.name):
            price = gift.price_note or (
                money(round(gift.price * 100), self._context.frame.currency) if gift.price is not None else ""
            )
            facts |= {
                "gift": gift.name,
                "gift_price": price,
                "gift_point": next(iter(gift.selling_points), names["hero"]),
            }
            if words := self._words("topics.date.gift_before", facts):
                return words
        kind = "season" if date.kind == "close" else date.kind
        return self._words(f"topics.date.{kind}_{stage}", facts)

    def _date_topic(
        self, pillar: str, number: int, date: DateFrame, words: tuple[str, str, str], formats: Sequence[str]
    ) -> Topic:
        return Topic(
            id=f"{pillar}-{number:02d}", title=words[0], hook=words[1], cta=words[2], value=_VALUES[date.kind],
            format=formats[number % len(formats)], persona=self._personas[0], sources=self._context.sources.cite(date.source),
        )  # fmt: skip
