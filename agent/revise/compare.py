"""Where two plans differ: every place, by part, and the figures that a reader looks for first."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from agent.brief.names import platform_name
from agent.locale import comma, day, money, number, percent, t
from agent.plan.insight import Goal
from agent.plan.model import PART_IDS, MarketingPlan
from agent.revise.model import Change, Difference
from agent.revise.paths import is_text, item_key

BESIDE = ("meta", "phases", "sources", "gaps", "conflicts")
"""What stands beside the parts and is compared too; whose words a part holds and the findings are told apart from it."""
ACTIVE = ("primary", "support")
LONGEST = 600
"""Characters of a value that a difference shows."""


def compare(before: MarketingPlan, after: MarketingPlan, numbers: tuple[int, int]) -> Difference:
    """Every place at which two plans differ; items are matched by what tells them apart, not by where they stand."""
    changes = [one for name in (*PART_IDS, *BESIDE) for one in _part(name, getattr(before, name), getattr(after, name))]
    parts = [name for name in PART_IDS if any(one.part == name for one in changes)]
    return Difference(
        before=numbers[0], after=numbers[1], changes=changes, parts=parts, summary=list(_summary(before, after))
    )


def _part(name: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    for path, kind, old, new, prose in _walk(name, before, after, False):
        yield Change(part=name, path=path, kind=kind, before=_show(old), after=_show(new), prose=prose)  # type: ignore[arg-type]


def _walk(path: str, before: Any, after: Any, prose: bool) -> Iterator[tuple[str, str, Any, Any, bool]]:
    if type(before) is type(after) and isinstance(before, BaseModel):
        for name, text in _fields(type(before)):
            yield from _walk(f"{path}.{name}", getattr(before, name), getattr(after, name), text)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(path, before, after, prose)
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _rows(path, before, after, prose)
    elif before != after:
        yield path, "changed", before, after, prose


@functools.cache
def _fields(kind: type[BaseModel]) -> tuple[tuple[str, bool], ...]:
    """The fields of a kind of item, with whether they hold words."""
    return tuple((name, is_text(kind, name)) for name in kind.model_fields)


def _lists(path: str, before: list[Any], after: list[Any], prose: bool) -> Iterator[tuple[str, str, Any, Any, bool]]:
    key = item_key(before, marks=True)
    if key and (key == item_key(after, marks=True) or not after):
        yield from _rows(
            path, {str(getattr(x, key)): x for x in before}, {str(getattr(x, key)): x for x in after}, prose
        )
    elif not before and (key := item_key(after, marks=True)):
        yield from _rows(path, {}, {str(getattr(x, key)): x for x in after}, prose)
    else:
        yield from _rows(path, dict(enumerate(before)), dict(enumerate(after)), prose)


def _rows(
    path: str, before: dict[Any, Any], after: dict[Any, Any], prose: bool
) -> Iterator[tuple[str, str, Any, Any, bool]]:
    for key, old in before.items():
        if key in after:
            if old != after[key]:
                yield from _walk(f"{path}[{key}]", old, after[key], prose)
        else:
            yield f"{path}[{key}]", "removed", old, None, True
    for key, new in after.items():
        if key not in before:
            yield f"{path}[{key}]", "added", None, new, True


def _show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, BaseModel):
        named = next(
            (str(getattr(value, n)) for n in ("title", "name", "topic", "item", "text") if getattr(value, n, "")), ""
        )
        return (named or value.model_dump_json())[:LONGEST]
    return str(value)[:LONGEST]


def _summary(before: MarketingPlan, after: MarketingPlan) -> Iterator[str]:
    language = after.meta.language

    def told(key: str, old: str, new: str) -> Iterator[str]:
        if old != new:
            yield t(language, f"revise.summary.{key}", before=old, after=new)

    yield from told("total", _sum(before), _sum(after))
    yield from told("period", _period(before, language), _period(after, language))
    yield from told("platforms", _platforms(before, language), _platforms(after, language))
    yield from told("pieces", number(_pieces(before)), number(_pieces(after)))
    yield from told("hours", f"{_hours(before):g}", f"{_hours(after):g}")
    old, new = _money_by(before), _money_by(after)
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key) and (len(old) != len(new) or abs(new.get(key, 0) - old.get(key, 0)) > 0):
            name = t(language, f"budget.category.{key}") if key in _CATEGORIES else platform_name(key, language)
            yield from told(
                "line",
                f"{name} {money(old.get(key, 0), before.budget.currency)}",
                money(new.get(key, 0), after.budget.currency),
            )
    goals = {goal.id: goal for goal in before.positioning.goals}
    for goal in after.positioning.goals:
        was = goals.get(goal.id)
        if was and was.metric == goal.metric and was.target.value != goal.target.value:
            yield from told("goal", f"{goal.metric} {_target(was)}", _target(goal))


_CATEGORIES = ("content", "tools", "ads", "creators", "prizes", "labour", "contingency")


def _sum(plan: MarketingPlan) -> str:
    return money(plan.budget.total_cents, plan.budget.currency)


def _period(plan: MarketingPlan, language: str) -> str:
    return f"{day(plan.meta.start, language, year=True)}–{day(plan.meta.end, language, year=True)}"


def _platforms(plan: MarketingPlan, language: str) -> str:
    return comma(language).join(platform_name(c.platform, language) for c in plan.platforms.choices if c.role in ACTIVE)


def _pieces(plan: MarketingPlan) -> int:
    return sum(one.kind != "buffer" for one in plan.calendar.entries)


def _hours(plan: MarketingPlan) -> float:
    return round(sum(role.load for role in plan.team.roles), 1)


def _money_by(plan: MarketingPlan) -> dict[str, int]:
    """Money by platform and by category."""
    found: dict[str, int] = {}
    for line in plan.budget.lines:
        for key in (line.category, line.platform):
            if key != "shared":
                found[key] = found.get(key, 0) + line.cents
    return found


def _target(goal: Goal) -> str:
    value = goal.target.value
    return "–" if value is None else percent(value) if goal.target.unit == "%" else number(value)
