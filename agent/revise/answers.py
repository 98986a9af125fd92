"""Answers to questions about the plan, from the plan alone: where a figure comes from, why a platform, what is spent, what a part says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from agent.brief.names import fold, platform_name
from agent.locale import day, money, percent, t
from agent.plan.base import Figure, Source
from agent.plan.content import PlatformChoice
from agent.plan.model import PART_IDS, MarketingPlan
from agent.revise import paths
from agent.revise.model import Citation, Understood
from agent.revise.rebuild import label_of
from agent.revise.rules.places import find_place, goal_names, known_name
from agent.revise.rules.talk import Talk

MOST = 4
"""Places that an answer names."""
CLOSE = 0.0051
"""By how much of itself a figure may differ from the one asked about: it was rounded for print."""
LISTS = {
    "risks": "risks.risks", "personas": "personas.personas", "themes": "themes.pillars", "kpis": "kpis.kpis", "market": "market.competitors",
    "team": "team.roles", "calendar": "calendar.key_dates", "measurement": "measurement.rules", "positioning": "positioning.goals",
    "community": "community.events", "production": "production.workflow", "engagement": "engagement.levels",
}  # fmt: skip
"""What a question about a part lists."""
TEXTS = {
    "summary": "summary.headline",
    "strategy": "strategy.idea.line",
    "platforms": "platforms.logic",
    "adaptations": "adaptations.principle",
}


def answer(talk: Talk) -> Understood:
    """The answer with the places and sources it rests on; it asks back where the plan does not hold what was asked."""
    found = (
        (_source_of_figure(talk) if talk.has("where") else None)
        or _money(talk)
        or _platform(talk)
        or _period(talk)
        or _goal(talk)
        or _part(talk)
        or (_source_of_figure(talk) if talk.numbers or talk.shares else None)
        or _mention(talk)
    )
    if found is None:
        return Understood(instruction=talk.text, kind="question", answer=t(talk.language, "revise.ask.nothing_known"))
    text, cites = found
    return Understood(instruction=talk.text, kind="question", answer=text, citations=cites)


Found = tuple[str, list[Citation]]


def _cite(plan: MarketingPlan, path: str, source_ids: list[str]) -> list[Citation]:
    known = {one.id: one for one in plan.sources}
    return [_citation(path, one, known.get(one)) for one in dict.fromkeys(source_ids)]


def _citation(path: str, source_id: str, source: Source | None) -> Citation:
    if source is None:
        return Citation(path=path, source=source_id, title=source_id)
    return Citation(
        path=path, source=source_id, title=source.title, publisher=source.publisher, date=source.date, url=source.url
    )


def _figures(node: Any, path: str) -> Iterator[tuple[str, str, Figure]]:
    """(path, what it counts, figure) of every figure below a node."""
    if isinstance(node, Figure):
        yield path, "", node
    elif isinstance(node, BaseModel):
        name = label_of(node) or str(getattr(node, "metric", ""))
        for field in type(node).model_fields:
            for here, label, figure in _figures(getattr(node, field), f"{path}.{field}"):
                yield here, label or name, figure
    elif isinstance(node, list):
        key = paths.item_key(node)
        for number, one in enumerate(node):
            yield from _figures(one, f"{path}[{getattr(one, key) if key else number}]")


def _source_of_figure(talk: Talk) -> Found | None:
    """Where a figure comes from: the places that hold it, what they are computed from, and their sources."""
    asked = [one.value for one in talk.shares] or [float(one.value) for one in talk.numbers]
    names = goal_names(talk.plan)
    goal = known_name(names, talk)
    hits: list[tuple[int, str, str, Figure]] = []
    for part in PART_IDS:
        for path, label, figure in _figures(getattr(talk.plan, part), part):
            values = [v for v in (figure.value, figure.low, figure.high) if v is not None]
            same = any(abs(v - a) <= CLOSE * max(abs(a), 1e-9) for v in values for a in asked)
            unit = not talk.shares or figure.unit == "%"
            if asked and same and unit:
                score = 2 + _closeness(talk, label) + bool(figure.sources)
                hits.append((score, path, label, figure))
            elif (
                not asked
                and goal is not None
                and path.startswith(f"positioning.goals[{talk.plan.positioning.goals[goal].id}]")
            ):
                hits.append((1, path, names[goal], figure))
    if not hits:
        return _said(talk) if asked else _source_of_place(talk)
    hits.sort(key=lambda one: -one[0])
    lines, cites = [], []
    for _, path, label, figure in hits[:MOST]:
        shown = _shown(figure, talk.plan)
        mine = _cite(talk.plan, path, figure.sources)
        kind = t(talk.language, f"revise.kind.{figure.kind}")
        titles = t(talk.language, "revise.joiner").join(one.title for one in mine) or kind
        line = t(
            talk.language,
            "revise.answer.where",
            what=f"{label} {shown}".strip(),
            place=t(talk.language, f"part.{paths.part_of(path)}"),
            source=titles,
        )
        if figure.formula:
            line += "\n  " + t(talk.language, "revise.answer.formula", formula=figure.formula)
        if figure.note:
            line += "\n  " + t(talk.language, "revise.answer.note", note=figure.note)
        lines.append(line)
        cites += mine
    return "\n".join(dict.fromkeys(lines)), list({(one.path, one.source): one for one in cites}.values())


def _closeness(talk: Talk, label: str) -> int:
    """How many of a label's pairs of characters or words the question names."""
    low = fold(label)
    units = set(re.findall(r"[a-z]{3,}", low)) | {
        low[n : n + 2] for n in range(len(low) - 1) if "\u3400" <= low[n] <= "\u9fff"
    }
    return sum(unit in talk.low for unit in units)


def _said(talk: Talk) -> Found | None:
    """A figure that the brief's own words hold: its span."""
    spans = talk.intake.brief.spans
    told = [one.text for one in (*talk.shares, *talk.numbers)]
    for path, span in spans.items():
        if any(one.strip() and one.strip() in span.text for one in told):
            text = t(
                talk.language,
                "revise.answer.where",
                what=told[0],
                place=path,
                source=f"“{span.text}” {span.place}".strip(),
            )
            return text, [Citation(path=path, source=f"brief:{path}", title=span.text)]
    return None


def _source_of_place(talk: Talk) -> Found | None:
    """The sources of a named item or part."""
    place = find_place(talk)
    if place is None:
        return None
    node = paths.find(talk.plan, place.path)
    ids = list(dict.fromkeys(_source_ids(node)))[: 2 * MOST]
    if not ids:
        return None
    cites = _cite(talk.plan, place.path, ids)
    name = label_of(node) if isinstance(node, BaseModel) else ""
    titles = t(talk.language, "revise.joiner").join(one.title for one in cites)
    part = t(talk.language, f"part.{paths.part_of(place.path)}")
    return t(talk.language, "revise.answer.where", what=name or part, place=part, source=titles), cites


def _source_ids(node: Any) -> Iterator[str]:
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            value = getattr(node, name)
            if name == "sources":
                yield from value
            else:
                yield from _source_ids(value)
    elif isinstance(node, list):
        for one in node:
            yield from _source_ids(one)


def _shown(figure: Figure, plan: MarketingPlan) -> str:
    def one(value: float) -> str:
        if figure.unit == "%":
            return percent(value)
        return money(round(value * 100), figure.unit) if figure.unit == plan.meta.currency else f"{value:,g}"

    if figure.value is None:
        return ""
    span = f" ({one(figure.low)}–{one(figure.high)})" if figure.low is not None and figure.high is not None else ""
    return one(figure.value) + span


def _money(talk: Talk) -> Found | None:
    """What is spent on a platform, a category, or in all."""
    if not talk.has("money") or (talk.has("why") and not talk.category):
        return None
    counted = talk.has("posts") or re.search(r"粉丝|followers|小时|hours|多少人", talk.low)
    if counted and not re.search(r"钱|预算|费|budget|spend|cost|money", talk.low):
        return None
    plan, currency = talk.plan, talk.plan.budget.currency
    whole = plan.budget.total_cents
    keys = [("platform", one.value) for one in talk.platforms] or (
        [("category", talk.category)] if talk.category else []
    )
    lines, cites = [], []
    for scope, key in keys:
        rows = [x for x in plan.budget.lines if (x.platform if scope == "platform" else x.category) == key]
        name = platform_name(key, talk.language) if scope == "platform" else t(talk.language, f"budget.category.{key}")
        cents = sum(x.cents for x in rows)
        share = percent(cents / whole if whole else 0.0)
        lines.append(t(talk.language, "revise.answer.spent", name=name, amount=money(cents, currency), share=share))
        lines += [f"  - {x.item}: {money(x.cents, currency)}" for x in rows[:MOST]]
        cites += [Citation(path=f"budget.lines[{x.id}]", source="calc:budget", title=x.item) for x in rows[:MOST]]
    if not keys:
        if not re.search(r"钱|预算|费|budget|spend|cost|money", talk.low):
            return None
        lines = [t(talk.language, "revise.answer.total", amount=money(whole, currency), period=_span(plan))]
        cites = _cite(
            plan,
            "budget.total_cents",
            ["brief:budget.total" if plan.budget.origin == "brief" else "assume:budget.total"],
        )
    return "\n".join(lines), cites


def _span(plan: MarketingPlan) -> str:
    return f"{day(plan.meta.start, plan.meta.language, year=True)}–{day(plan.meta.end, plan.meta.language, year=True)}"


def _platform(talk: Talk) -> Found | None:
    """Why a platform is in the plan, or is not."""
    if not talk.platforms:
        return None
    lines, cites = [], []
    for hit in talk.platforms:
        name = platform_name(hit.value, talk.language)
        choice = next((one for one in talk.plan.platforms.choices if one.platform == hit.value), None)
        path = f"platforms.choices[{hit.value}]"
        if choice is None:
            lines.append(t(talk.language, "revise.answer.unknown_platform", name=name))
            cites.append(Citation(path="platforms.choices", source="brief:markets", title="brief:markets"))
            continue
        key = "platform_in" if choice.role in ("primary", "support") else "platform_out"
        role = t(talk.language, f"revise.answer.roles.{choice.role}")
        lines.append(
            t(talk.language, f"revise.answer.{key}", name=name, role=role, total=f"{choice.total:g}", why=_why(choice))
        )
        cites += _cite(talk.plan, path, [one.basis for one in choice.scores][:MOST])
    return "\n".join(lines), cites


def _why(choice: PlatformChoice) -> str:
    return " ".join(one for one in (choice.why, choice.gate) if one)


def _period(talk: Talk) -> Found | None:
    if not re.search(r"什么时候|何时|哪天|几号|\bwhen\b|how long", talk.low):
        return None
    if not (talk.has("start", "end", "length") or re.search(r"方案|计划|项目|plan|campaign", talk.low)):
        return None
    return _span(talk.plan), _cite(talk.plan, "meta.start", ["brief:period.start", "brief:period.end"])


def _goal(talk: Talk) -> Found | None:
    number = known_name(goal_names(talk.plan), talk)
    if number is None:
        return None
    goal = talk.plan.positioning.goals[number]
    path = f"positioning.goals[{goal.id}]"
    return f"{goal.statement}\n{goal.verdict.text}", _cite(talk.plan, path, list(_source_ids(goal))[:MOST])


def _part(talk: Talk) -> Found | None:
    """What a part says: its items by name, or its leading sentence."""
    place = find_place(talk)
    if place is None:
        if re.search(r"谁|\bwho\b", talk.low):
            return _listing(talk, "team")
        return None
    if not place.whole:
        node = paths.find(talk.plan, place.path)
        lines = (
            [str(v) for _, v, text in paths.leaves(node, place.path, texts=True) if text]
            if isinstance(node, BaseModel)
            else [str(node)]
        )
        return "\n".join(lines[:8]), _cite(talk.plan, place.path, list(_source_ids(node))[:MOST])
    return _listing(talk, place.path)


def _listing(talk: Talk, part: str) -> Found | None:
    if part == "budget":
        return None
    name = t(talk.language, f"part.{part}")
    if part in TEXTS:
        text = str(paths.find(talk.plan, TEXTS[part]))
        return text, _cite(talk.plan, TEXTS[part], list(_source_ids(getattr(talk.plan, part)))[:MOST])
    items = paths.find(talk.plan, LISTS[part])
    lines = [t(talk.language, "revise.answer.list", name=name)]
    lines += [f"- {label_of(one)}" + (f": {one.holder}" if getattr(one, "holder", "") else "") for one in items[:10]]
    cites = [Citation(path=f"{LISTS[part]}[{n}]", source="", title=label_of(one)) for n, one in enumerate(items[:MOST])]
    return "\n".join(lines), [one for one in cites if one.title]


def _mention(talk: Talk) -> Found | None:
    """Texts of the plan that speak of what is quoted."""
    for word in talk.quotes:
        low = fold(word)
        hits = [
            (path, str(value))
            for part in PART_IDS
            for path, value, text in paths.leaves(getattr(talk.plan, part), part, texts=True)
            if text and low in fold(str(value))
        ][:MOST]
        if hits:
            lines = [f"- {t(talk.language, f'part.{paths.part_of(path)}')}: {value}" for path, value in hits]
            return "\n".join(lines), [Citation(path=path, source="", title=value[:80]) for path, value in hits]
    return None
