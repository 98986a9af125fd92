"""What the brief tells of the thing on offer that a reader asks for: where, when, for how many; and the questions that its own words answer."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agent.brief.model import BrandBrief, Product
from agent.compliance.clear import allowed
from agent.data import read_yaml
from agent.resources import prompts_dir
from agent.words.playbook.context import Context
from agent.words.playbook.crew import size
from agent.words.playbook.facts import plain_about, price_of, with_article
from agent.words.playbook.match import expression, matched, says, unit_of
from agent.words.playbook.proofs import clause
from agent.words.playbook.topics import VENUES, guard_of, polish
from agent.words.playbook.voice import clip, join

NAMES = ("where", "sold", "often", "seats", "lasts")
"""Particulars that posts name."""
HOSTED = frozenset({"travel", "education"})
"""Categories, beside places, of things that a number of people come to for a time."""
LISTED = 4
"""Products that an answer lists at most."""
BESIDE = frozenset({"price", "where", "sold", "often"})
"""What is answered in passing, never as the subject of a post."""
ALIKE = 1.4
"""How far apart the prices of things may be between which somebody chooses."""
SEVERAL = "*"
"""Stands for the product of an answer that is about several."""
_WHO = re.compile(r"^who\b|谁|誰", re.I)
"""A criterion that asks for a person."""
_WAY = re.compile(r", (?:online|direct(?:ly)?)(?:,? (?:in|across|throughout) (?:the )?[A-Z][\w.]*(?: [A-Z][\w.]*)*)?$")
"""Where and how the brand sells, at the end of what it says of itself: those who read its posts are there already."""


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = read_yaml(prompts_dir() / "playbook" / "answers.yaml")
    return table


@dataclass(frozen=True)
class Saying:
    """A clause in which the brief tells something that may be public."""

    text: str
    product: str = ""
    """Name of the product that it is about; "" where it is about the brand."""
    source: str = ""


@dataclass(frozen=True)
class Answer:
    """A question with what the brief answers to it."""

    ask: str
    text: str
    """The whole answer, a sentence."""
    product: str = ""
    """Name of the product that the answer is about; "" where it is about the brand, SEVERAL where it compares."""
    source: str = ""
    alone: bool = True
    """Whether a post can be about it alone; a price and an address are told beside something else."""


def particulars(brief: BrandBrief) -> dict[str, str]:
    """Where, when, for how many and how long, in the brief's words; what it does not tell is "".

    Looked for in what the brief says of itself, in its products, conditions and goals: "They run twice a month" stands in a goal. Where it is
    is not: a goal names where its numbers come from, and the month in which it ends.
    """
    told = [text for one in (brief.about, *brief.constraints) for text in _sentences(one)]
    goals = [text for one in brief.objectives for text in _sentences(one.text)]
    goods = [text for p in brief.products for text in (p.name, p.price_note, *p.selling_points)]
    texts = {name: [*told, *(() if name in ("where", "sold") else goals), *goods] for name in NAMES}
    hosted = brief.category in VENUES or brief.category in HOSTED or any(says("class", p.name) for p in brief.products)
    names = NAMES if hosted else tuple(name for name in NAMES if name not in ("seats", "lasts"))
    return dict.fromkeys(NAMES, "") | {
        name: next((hit for text in texts[name] if (hit := _first(name, text))), "") for name in names
    }


def _first(name: str, text: str) -> str:
    """What the first pattern of a particular finds; English names keep their capitals, so case counts where a pattern names one."""
    for pattern in _table()["particulars"][name]:
        found = re.search(pattern, text, 0 if "A-Z" in pattern else re.IGNORECASE)
        if found:
            return found.group(1).strip().replace("-", " ")
    return ""


def _sentences(text: str) -> list[str]:
    return [one.strip(" .。！!") for one in re.split(r"(?<=[.!?])\s+|[。！？；;\n]", text) if one.strip(" .。！!")]


def introduction(brief: BrandBrief) -> str:
    """How the brand introduces itself to the public: the opening of what it says of itself, up to where it turns to its own business.

    What a reader took out of prose counts only where it names the brand and its trade: a letter's first line may be about anything.
    """
    kept: list[str] = []
    span = brief.spans.get("about")
    labelled = span is not None and span.reader == "key"
    if not brief.about or not (
        labelled or (brief.brand in brief.about and expression(_table()["trade"]).search(brief.about))
    ):
        return ""
    zh = brief.language.startswith("zh")
    for part in re.split(r"(?<=[，,])" if zh else r"(?<=[.!?])\s+", plain_about(brief.about) if zh else brief.about):
        if expression(_table()["inner"]).search(part):
            break
        kept.append(part.strip())
    text = "".join(kept) if zh else _WAY.sub("", " ".join(kept[:1]).rstrip("."))
    return clip(text.rstrip("，,。."), 60 if zh else 200) if len(text) >= (8 if zh else 24) else ""


_VERB = r"(?!(?:always|besides|this|plus|across)\b)[a-z]+s"
_ALSO_DOES = re.compile(
    r"(?<=\band )(?:is|has|does|makes|sells|runs|teaches|trains|offers|ships|delivers|repairs|rents|helps|builds|brews|bakes|roasts|serves|hosts|supplies)(?= )"
)
"""A second thing that an introduction says of the brand."""
_IRREGULAR = {"is": "are", "has": "have", "does": "do", "was": "were", "goes": "go"}


def in_person(brief: BrandBrief, text: str) -> str:
    """An English introduction as the brand says it in a post of its own: "Kestrel Bottles sells flasks" → "We sell flasks". One that goes on
    about "its" or "their" stays, as nobody knows whose; in Chinese a brand calls itself by its name."""
    found = re.match(rf"(?:The )?{re.escape(brief.brand)} ({_VERB})(?= )", text)
    if not found or brief.language.startswith("zh") or re.search(r"\b(?:its?|their|they)\b", text):
        return text
    return f"We {_plural(found[1])}{_ALSO_DOES.sub(lambda also: _plural(also[0]), text[found.end() :])}"


def _plural(verb: str) -> str:
    """An English verb of the third person as "we" take it: "teaches" → "teach"."""
    if verb in _IRREGULAR or verb.endswith("ies"):
        return _IRREGULAR.get(verb) or f"{verb[:-3]}y"
    return re.sub(r"(?:(?<=ch|sh|ss)es|(?<=x)es|s)$", "", verb)


def shop(context: Context) -> str:
    """Where the brief says that people buy: where it is sold, else the brand's own shop as goals and accounts name it; "" where it says nothing."""
    brief = context.brief
    told = [brief.about, *(o.text for o in brief.objectives), *brief.constraints]
    return particulars(brief)["sold"] or next((hit for text in told if (hit := matched("own_shop", text))), "")


def sayings(context: Context) -> list[Saying]:
    """What the brief tells in public, the products' own clauses first; nothing that is forbidden, secret or for the house alone."""
    if "sayings" not in context.memo:
        context.memo["sayings"] = [one for one in _told(context.brief) if public(context, one.text)]
    found: list[Saying] = context.memo["sayings"]
    return found


def public(context: Context, text: str) -> bool:
    """Whether a clause of the brief may stand in a post."""
    lawful = text in allowed((text, ""), context.brief)
    whole = bool(text) and not re.search(r"[：:@]$|@", text)
    return whole and lawful and guard_of(context).ok(text) and not expression(_table()["inner"]).search(text)


def _told(brief: BrandBrief) -> Iterator[Saying]:
    for i, product in enumerate(brief.products):
        for n, point in enumerate(product.selling_points):
            if not says("other_goods", point):
                yield Saying(point.strip(), product.name, f"brief:products[{i}].selling_points[{n}]")
        for proof in product.proof:
            yield Saying(clause(proof), product.name, f"brief:products[{i}].proof")
    for must in brief.must_say:
        yield Saying(must.strip(' “”"。.'), source="brief:must_say")
    for proof in brief.proof:
        yield Saying(clause(proof), source="brief:proof")
    for n, one in enumerate(brief.constraints):
        told = (expression(_table()["told_as"]).sub("", text) for text in _sentences(one))
        yield from (Saying(text, source=f"brief:constraints[{n}]") for text in told)
    for sentence in _sentences(plain_about(brief.about)):
        parts = re.split(r"[，,]", sentence) if brief.language.startswith("zh") else [sentence]
        yield from (Saying(part.strip(), source="brief:about") for part in parts if len(part.strip()) >= 4)


def also(context: Context) -> str:
    """What the brief says of all its goods in passing, "all jams are boiled in a small pan, without pectin"; "" where it says nothing."""
    told = [one.text for one in sayings(context) if one.source.startswith("brief:constraints")]
    named = [context.brief.category_text, *(p.name for p in context.intake.brief.products)]
    goods = [
        word for name in named for word in (re.findall(r"[一-鿿]{2}$", name) or re.findall(r"[a-z]{4,}", name.lower()))
    ]
    fit = [
        text
        for text in told
        if any(word in text.casefold() for word in goods) and len(text) >= (8 if context.zh else 24)
    ]
    return clip(fit[0], 40 if context.zh else 140) if fit else ""


def answers(context: Context, product: str = "") -> list[Answer]:
    """Questions that the brief answers for a product: those that people ask in the category, then what a buyer wants to know first."""
    table: dict[str, list[Answer]] = context.memo.setdefault("answers", {})
    if product not in table:
        found = [*_asked(context, "questions", product), *_plain(context, product)]
        guard = guard_of(context)
        table[product] = [one for one in _unlike(found) if guard.ok(one.ask, one.text)]
    return table[product]


def replies(context: Context, product: str = "") -> list[Answer]:
    """Worries and objections that a fact of the brief answers."""
    key = f"replies|{product}"
    table: dict[str, list[Answer]] = context.memo.setdefault("answers", {})
    if key not in table:
        found = [*_asked(context, "doubts", product), *_asked(context, "objections", product)]
        guard = guard_of(context)
        table[key] = [one for one in _unlike(found) if guard.ok(one.ask, one.text)]
    return table[key]


def standards(context: Context) -> list[Answer]:
    """Things that people judge by on which the brief tells how the leading product does."""
    lead = next((p.name for p in context.intake.brief.products if p.name), "")
    guard = guard_of(context)
    return [one for one in _asked(context, "criteria", lead) if guard.ok(one.ask, one.text)]


def open_criteria(context: Context) -> dict[str, str | None]:
    """What people judge by and the brief leaves open, as placeholders; who does the work is no question where one person does it all."""
    alone, told = size(context) == "solo", {one.ask for one in standards(context)}
    every = context.facts.pack.get("criteria", ())
    found = [one for one in every if one.rstrip("。.") not in told and not (alone and _WHO.search(one))]
    return {f"criteria{n}": found[n - 1] if len(found) >= n else None for n in (1, 2)}


def _unlike(found: list[Answer]) -> Iterator[Answer]:
    """Each answer once, under the first question that it answers."""
    seen: set[str] = set()
    for one in found:
        if one.text not in seen:
            seen.add(one.text)
            yield one


def _asked(context: Context, kind: str, product: str) -> Iterator[Answer]:
    known = [one for one in sayings(context) if one.product in ("", product)]
    for ask in context.facts.pack.get(kind, ()):
        told = (one for answers in _answering(ask) for one in known if answers.search(one.text))
        if (first := next(told, None)) is not None:
            yield _answer(context, ask.rstrip("。."), first)


@functools.cache
def _answering(ask: str) -> tuple[re.Pattern[str], ...]:
    """What a saying has to match to answer a question of a category pack; nothing answers one that wants reasons."""
    if expression(_table()["reasons"]).search(ask):
        return ()
    rows = (row for row in _table()["answers"] if expression(row["ask"]).search(ask))
    return tuple(
        expression(row["told"]) for row in rows if "none" not in row or not expression(row["none"]).search(ask)
    )


def _answer(context: Context, ask: str, told: Saying) -> Answer:
    key = "answers.proof" if told.source.endswith("proof") else "answers.point" if told.product else "answers.brand"
    name = with_article(told.product) if told.product else context.brief.brand
    text = context.voice.variants(key, product=name, fact=told.text)[0]
    return Answer(ask, polish(text, context.zh), told.product, told.source)


def _plain(context: Context, product: str) -> Iterator[Answer]:
    """What anybody asks first and the brief tells: which one, what it costs, where, when, for how many, which one as a present."""
    brief, facts = context.brief, particulars(context.brief)
    goods = [p for p in context.intake.brief.products if public(context, p.name)]
    own = next((p for p in goods if p.name == product), None)
    gift = next((p for p in goods if says("gift", p.name, *p.selling_points)), None)
    told = [p for p in goods if p.selling_points and p is not gift][:LISTED]
    priced = [p for p in ([own] if own else goods[:LISTED]) if (cost := price(context, p)) and cost not in p.name]
    rows: list[tuple[str, dict[str, str | None]]] = [
        (
            "which",
            {"list": _list(context, [(p, _first_clause(p)) for p in told]) if len(told) > 1 and _alike(told) else None},
        ),
        ("price", {"list": _list(context, [(p, price(context, p)) for p in priced]) or None}),
        ("seats", {"seats": facts["seats"] or None}),
        ("often", {"often": facts["often"] or None}),
        ("lasts", {"lasts": facts["lasts"] or None}),
        ("where", {"where": facts["where"] or None}),
        ("sold", {"sold": facts["sold"] or None}),
        ("gift", {"gift": gift.name if gift else None, "gift_says": _gift(context, gift) if gift else None}),
    ]
    for key, known in rows:
        if all(known.values()) and context.voice.has(f"answers.{key}.ask"):
            named = {**known, "product": with_article(own.name) if own else brief.brand}
            ask, text = (context.voice.variants(f"answers.{key}.{part}", **named)[0] for part in ("ask", "text"))
            about = {"price": own.name if own else "", "which": SEVERAL, "gift": gift.name if gift else ""}
            yield Answer(
                ask,
                polish(text, context.zh),
                about.get(key, ""),
                f"brief:{_SAID.get(key, 'products')}",
                key not in BESIDE,
            )


_SAID = {"where": "about", "sold": "about", "often": "objectives", "seats": "products", "lasts": "products"}
"""Where a brief mostly tells a particular."""


def _first_clause(product: Product) -> str:
    """The first clause of a product's first point, by which it can be told from the others."""
    return re.split(r"[，；]|, ", product.selling_points[0])[0]


def _alike(products: list[Product]) -> bool:
    """Whether somebody might take one product in place of the other: priced by the same unit and nearly the same; a desk is no choice beside a bed."""
    prices = [float(one.price) for one in products if one.price]
    units = {unit_of(one.price_note) for one in products}
    return len(prices) == len(products) and len(units) == 1 and max(prices) <= ALIKE * min(prices)


def _gift(context: Context, gift: Product) -> str:
    return join(
        [text for text in (price(context, gift), *gift.selling_points[:2]) if text], context.language, last=False
    )


def price(context: Context, product: Product) -> str:
    """The price as the brief writes it, else the number in the plan's currency; "" where there is none."""
    return _closed(price_of(product, context.frame.currency))


def _closed(text: str) -> str:
    """Without a bracket that was never closed."""
    for opening, closing in ("（）", "()"):
        place = text.rfind(opening)
        text = text[:place].rstrip() if place > 0 and closing not in text[place:] else text
    return text


def _list(context: Context, rows: list[tuple[Product, str]]) -> str:
    """Products with something about each, in one sentence."""
    zh = context.zh
    if len(rows) == 1:
        return rows[0][1]
    parts = [f"{with_article(p.name)}{'：' if zh else ': '}{text}" for p, text in rows if text]
    return ("；" if zh else "; ").join(parts)
