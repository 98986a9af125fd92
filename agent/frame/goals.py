"""Goals with their arithmetic: the brief's own, then proposals so that every kind of goal is covered."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.brief.model import BrandBrief, GoalKind, Objective
from agent.frame.funnel import Forecast
from agent.frame.model import DateFrame, GoalFrame, PlatformFrame, RoleFrame, Slot
from agent.frame.outlook import KINDS, METRIC, Outlook, in_money, is_sale, outlook, price_of, sale_price
from agent.frame.pace import Pace
from agent.frame.phases import phase_at
from agent.frame.rates import Rates, constant, kept
from agent.frame.verdict import Setting, holds, judge
from agent.locale import compact, day, money_value, t
from agent.plan.base import Figure
from agent.plan.content import Phase

OWNERS: dict[str, tuple[str, ...]] = {
    "awareness": ("operator", "planner", "strategist"),
    "engagement": ("community", "operator"),
    "traffic": ("operator", "analyst", "strategist"),
    "conversion": ("strategist", "planner", "operator"),
    "service": ("community", "operator"),
    "followers": ("operator", "community"),
}
"""Who answers for a kind of goal: the first of these roles that somebody holds."""
SLIGHT = 0.05
"""Growth of a level, as part of it, below which it is read and not aimed at."""
HANDFUL = 100
"""Growth of a level in single ones, from which on it is a target all the same."""
WHOLE = 10
"""A mean price from which on it is told in whole units."""
WEIGHT = {"awareness": 0.0, "engagement": 0.4, "followers": 0.5, "service": 0.2, "traffic": 0.6, "conversion": 1.0}
"""Where in the period a kind of goal weighs most: 0 the first phase, 1 the last."""


ON_THE_DAY = re.compile(r"seat|place|ticket|booking|table|visit|guest|席|座|位|桌|票|到店|客人", re.IGNORECASE)
"""Words for what is used on the day itself and needs no delivery."""


@dataclass(frozen=True)
class Aims:
    """Everything a goal is computed from."""

    brief: BrandBrief
    found: Forecast
    pace: Pace
    phases: tuple[Phase, ...]
    platforms: tuple[PlatformFrame, ...]
    roles: tuple[RoleFrame, ...]
    slots: tuple[Slot, ...]
    setting: Setting
    as_of: dt.date
    """The run's date: what the brief says of accounts holds for it."""
    key_dates: tuple[DateFrame, ...] = ()
    """The plan's key dates: a goal that names one ends there."""
    asked: BrandBrief | None = None
    """The client's own brief, before contradictions were resolved; a target that the plan put in the place of another is no target of the brief."""


def goal_frames(aims: Aims) -> tuple[GoalFrame, ...]:
    """The brief's objectives in their order, then one proposed goal for each kind that the brief does not name."""
    out: list[GoalFrame] = []
    for number, objective in enumerate(aims.brief.objectives):
        out.append(_goal(aims, objective, len(out) + 1, f"brief:objectives[{number}]"))
    covered = {objective.kind for objective in aims.brief.objectives}
    for kind in KINDS:
        if kind not in covered:
            out.append(_goal(aims, proposal(kind, aims), len(out) + 1, ""))
    return tuple(out)


def proposal(kind: GoalKind, aims: Aims) -> Objective:
    """An objective that the plan proposes; its target is the base forecast, never an invented figure. `text` and `metric` from the locale; one platform is
    named, nothing is summed there."""
    language = aims.setting.rates.language
    leads = kind == "conversion" and not is_sale(Objective(text="", kind=kind), aims.brief)
    alone = kind in ("awareness", "engagement", "followers") and len(aims.platforms) == 1
    name = (
        t(language, f"kpi.goal.one.{kind}", platform=aims.setting.rates.platform(aims.platforms[0].id))
        if alone
        else t(language, f"kpi.goal.{'leads' if leads else kind}")
    )
    per: Literal["level", "period"] = "level" if kind in ("followers", "service") else "period"
    unit = {"followers": "followers", "service": "min"}.get(kind, "count")
    return Objective(text=name, kind=kind, metric=name, unit=unit, per=per)


def _goal(aims: Aims, objective: Objective, priority: int, source: str) -> GoalFrame:
    rates, pace = aims.setting.rates, aims.pace
    dated = due(objective, aims)
    deadline = dated or pace.end
    proposed = not source
    objective = objective if proposed else _named(objective)
    view = outlook(
        objective, aims.brief, found=aims.found, platforms=aims.platforms, pace=pace, deadline=deadline, rates=rates,
        share=None if proposed else _share(objective, deadline, aims),
    )  # fmt: skip
    if proposed and view.forecast is not None:
        target = None if _slight(objective, view) else _proposed(view.forecast.base, objective, view)
        objective = objective.model_copy(update={"target": target, "baseline": view.baseline})
    setting = _here(aims, objective)
    verdict = judge(objective, view, setting, proposed=proposed)
    return GoalFrame(
        id=f"G{priority}",
        objective=objective,
        origin="assumption" if proposed else "brief",
        priority=priority,
        phase=phase_at(aims.phases, deadline).id
        if dated
        else aims.phases[round(WEIGHT[objective.kind] * (len(aims.phases) - 1))].id,
        owner=owner_of(objective.kind, aims.roles),
        baseline=_baseline(objective, view, rates, aims.as_of),
        target=_held(objective, aims) or _target(objective, view, source, rates, reply_hours(aims.roles)),
        deadline=deadline,
        verdict=verdict,
        bridge=_bridge(f"G{priority}", objective, view, aims) if objective.kind == "conversion" else "",
    )


def _bridge(goal: str, objective: Objective, view: Outlook, aims: Aims) -> str:
    """From the scenarios' conversions to the goal's forecast: those on its platform, those that are new and in time, as its rhythm or in
    money, plus what is there already; "" where both are the same in every case. Told in the base case where that differs.
    """
    language = aims.setting.rates.language
    if objective.unit == "%" or view.forecast is None:
        return ""
    every = aims.found.total("conversions")
    here = aims.found.total("conversions", objective.platform)
    result = view.added.map(lambda value: value * view.worth / view.divisor)
    money = objective.unit if view.worth != 1 else ""

    def shown(value: float) -> str:
        return money_value(round(value), money) if money else compact(kept(value))

    for case in ("base", "high", "low"):
        total, place, added, rhythm, forecast = (
            getattr(one, case) for one in (every, here, view.added, result, view.forecast)
        )
        if compact(kept(total)) == shown(forecast):
            continue
        steps = []
        if compact(place) != compact(total):
            name = aims.setting.rates.platform(objective.platform)
            steps.append(t(language, "bridge.place", value=compact(kept(place)), platform=name))
        if compact(kept(added)) != compact(kept(place)):
            steps.append(t(language, f"bridge.{'new' if view.part > 0.995 else 'part'}", value=compact(kept(added))))
        if view.divisor != 1:
            steps.append(t(language, f"bridge.per.{objective.per}", value=compact(kept(added / view.divisor))))
        if money:
            steps.append(t(language, "bridge.worth", value=shown(rhythm)))
        if forecast - rhythm > 1e-9:
            kind = "sum" if objective.per == "period" else "there"
            if not steps:
                steps.append(t(language, "bridge.these", value=compact(kept(total))))
            steps.append(t(language, f"bridge.{kind}", value=shown(forecast - rhythm)))
        return t(language, f"bridge.{case}", goal=goal, total=compact(kept(total)), forecast=shown(forecast),
                 steps=t(language, "bridge.join").join(steps))  # fmt: skip
    return ""


def due(objective: Objective, aims: Aims) -> dt.date | None:
    """The day on which a goal ends before the period does: its own deadline, else the key date that its words name, for goods less the days
    of delivery (assumption `delivery_days`). None when neither is there.
    """
    found = objective.deadline
    if found is None and objective.kind == "conversion":
        text = f"{objective.text} {objective.metric}".casefold()
        goods = aims.brief.business in ("b2c", "local") and not ON_THE_DAY.search(text)
        days = int(constant("delivery_days")) if goods else 0
        named = [
            key
            for key in aims.key_dates
            if key.use != "quiet" and len(plain_name(key.name)) > 1 and plain_name(key.name) in text
        ]
        found = (named[0].end or named[0].date) - dt.timedelta(days=days) if named else None
    return min(max(found, aims.pace.start), aims.pace.end) if found else None


def plain_name(name: str) -> str:
    """A date's name as a goal would speak of it: lower case, without article and brackets."""
    return re.sub(r"^the\s+|\s*[（(].*", "", name.casefold()).strip()


def _share(objective: Objective, deadline: dt.date, aims: Aims) -> float:
    """Part of the period's results that counts towards a goal: those up to its deadline, in equal parts with the other conversion goals of
    the brief that draw on the same results, as long as they run.
    """
    pace = aims.pace
    rows = [
        one
        for one in aims.brief.objectives
        if one.kind == "conversion" and one.unit != "%" and one.platform == objective.platform
    ]
    if objective.kind != "conversion" or len(rows) < 2:
        return pace.upto(deadline)
    ends = [due(one, aims) or pace.end for one in rows]
    share, before = 0.0, 0.0
    for day_ in sorted({end for end in ends if end <= deadline}):
        share += (pace.upto(day_) - before) / sum(end >= day_ for end in ends)
        before = pace.upto(day_)
    return share


def _named(objective: Objective) -> Objective:
    """A metric that says what is counted: "views" becomes "views of demo videos" where the brief says so, a left-over unit goes in brackets."""
    metric = objective.metric
    of = re.search(
        rf"\b{re.escape(metric)}\s+of\s+([\w'’ -]+?)(?=\s+(?:on|in|by|from|within|at|per)\b|[,.;(]|$)",
        objective.text,
        re.IGNORECASE,
    )
    if metric and " " not in metric and of:
        return objective.model_copy(update={"metric": f"{metric} of {of[1].strip()}"})
    sold = re.fullmatch(r"(.+?)\s*(?:賣出|卖出|售出)\s*(\S)", metric)
    if sold:
        word = "銷量" if "賣" in metric else "销量"
        return objective.model_copy(update={"metric": f"{sold[1]}{word}（{sold[2]}）"})
    return objective


def _here(aims: Aims, objective: Objective) -> Setting:
    """The setting with only the posts that serve this goal's platform."""
    posts = sum(1 for slot in aims.slots if slot.kind != "buffer" and objective.platform in ("", slot.platform))
    base = aims.setting
    return replace(base, posts=posts)


def owner_of(kind: str, roles: Sequence[RoleFrame]) -> str:
    """The first role of `OWNERS` that somebody holds; the first of them when nobody holds any."""
    held = {role.id for role in roles if role.holder}
    return next((one for one in OWNERS[kind] if one in held), OWNERS[kind][0])


def hands_enough(roles: Sequence[RoleFrame]) -> bool:
    """Whether the role that answers comments carries its load: load ≤ capacity of community, else of operator."""
    for name in ("community", "operator"):
        role = next((one for one in roles if one.id == name and one.holder), None)
        if role is not None:
            return role.load <= role.capacity
    return False


def _rounded(value: float) -> float:
    """To two significant figures, downward: a proposed target must not exceed the forecast it stands on."""
    if value < 1:
        return round(value, 2)
    step = 10 ** max(0, len(str(int(value))) - 2)
    return float(int(value) // step * step)


def _proposed(value: float, objective: Objective, view: Outlook) -> float:
    """A forecast as a target: rounded down; for a level the gain is rounded, not the level."""
    start = view.baseline if objective.per == "level" and view.baseline is not None else 0.0
    return start + _rounded(max(0.0, value - start))


def _slight(objective: Objective, view: Outlook) -> bool:
    """Whether a level is forecast to grow by so little (`SLIGHT` and `HANDFUL`) that the plan proposes no target for it."""
    if objective.per != "level" or not view.baseline or view.forecast is None:
        return False
    gain = view.forecast.base - view.baseline
    return gain < min(HANDFUL, SLIGHT * view.baseline)


def order_value(aims: Aims) -> float | None:
    """What one of the plan's conversions is worth at list price: the price behind its conversions; where several goals of the brief sell different
    products out of the same results, the mean of their prices by the part of the results that each counts, in whole units as it is shown."""
    base = sale_price(aims.brief)
    rows = [
        one
        for one in aims.brief.objectives
        if one.kind == "conversion" and one.unit != "%" and is_sale(one, aims.brief)
    ]
    if base is None or len({one.platform for one in rows}) != 1 or any(in_money(one) for one in rows):
        return base
    parts = [(_share(one, due(one, aims) or aims.pace.end, aims), price_of(aims.brief, one) or base) for one in rows]
    told = sum(part for part, _ in parts)
    rest = max(0.0, 1 - told)
    mean = round((sum(part * price for part, price in parts) + rest * base) / (told + rest), 2)
    return mean if mean < WHOLE or mean in {base, *(price for _, price in parts)} else float(round(mean))


def _baseline(objective: Objective, view: Outlook, rates: Rates, as_of: dt.date) -> Figure:
    unit = objective.unit or "count"
    if view.baseline is None:
        return Figure(unit=unit, kind="research", note=t(rates.language, f"kpi.note.{_note(objective)}"))
    source = "brief:objectives" if objective.baseline is not None else "brief:accounts"
    told = objective.baseline is not None and objective.per == "period"
    note = (
        t(rates.language, "kpi.last_period")
        if told
        else t(rates.language, "kpi.asof", date=day(as_of, rates.language, year=True))
    )
    return Figure(value=view.baseline, unit=unit, kind="brief", sources=[source], note=note)


def _note(objective: Objective) -> str:
    return objective.kind if objective.kind in ("service", "followers", *METRIC) else "other"


def _held(objective: Objective, aims: Aims) -> Figure | None:
    """Today's figure as the plan's own target where the brief names less than that, until the client says what is meant; else None."""
    said = next((one.target for one in (aims.asked or aims.brief).objectives if one.text == objective.text), None)
    if not holds(objective) or said is None or said == objective.target:
        return None
    note = t(aims.setting.rates.language, "kpi.note.held")
    return Figure(value=objective.target, unit=objective.unit or "count", kind="assumption", note=note)


def _target(objective: Objective, view: Outlook, source: str, rates: Rates, hours: float) -> Figure:
    """The client's target as it stands; a proposed one as base forecast with its range; service from the reply norm."""
    unit = objective.unit or "count"
    if source and objective.target is None and view.forecast is not None:
        low, base, high = (_proposed(value, objective, view) for value in view.forecast)
        return Figure(
            value=base,
            low=min(low, base),
            high=max(high, base),
            unit=unit,
            kind="computed",
            formula=t(rates.language, "kpi.from_forecast"),
        )
    if source and objective.target is not None:
        return Figure(value=objective.target, unit=unit, kind="brief", sources=[source])
    if objective.kind == "service":
        return reply_target(rates, hours)
    if view.forecast is None or objective.target is None:
        note = "other" if view.forecast is None else "watched"
        return Figure(unit=unit, kind="research", note=t(rates.language, f"kpi.note.{note}"))
    low, _, high = view.forecast
    return Figure(
        value=objective.target, low=min(_proposed(low, objective, view), objective.target),
        high=max(_proposed(high, objective, view), objective.target), unit=unit,
        kind="computed", formula=t(rates.language, "kpi.from_forecast"),
    )  # fmt: skip


def team_hours(roles: Sequence[RoleFrame]) -> float:
    """Hours a week of everybody who holds a role."""
    return sum(role.capacity for role in roles if role.holder)


def reply_hours(roles: Sequence[RoleFrame]) -> float:
    """Hours a week, over all their roles, of whoever answers comments; 0 when nobody does."""
    owner = owner_of("service", roles)
    holder = next((role.holder for role in roles if role.id == owner), "")
    return sum(role.capacity for role in roles if holder and role.holder == holder)


def reply_target(rates: Rates, hours: float) -> Figure:
    """Minutes to the first reply: assumptions `reply`, `reply_rounds` or `reply_evening` of allocation.yaml, by the weekly hours of whoever
    answers, since somebody who looks once a day cannot promise an answer within the hour.
    """
    span = rates.assumed("reply" if hours >= 20 else "reply_rounds" if hours >= 8 else "reply_evening")
    return Figure(
        value=span.base,
        low=span.low,
        high=span.high,
        unit="min",
        kind="assumption",
        note=t(rates.language, "kpi.note.reply"),
    )
