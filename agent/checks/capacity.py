"""Capacity: the work fits the hours of the people who do it, and the calendar holds the cadence it promises."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections import Counter
from collections.abc import Iterator

from agent.checks.base import CheckContext, Hit, at, check
from agent.data import read_yaml
from agent.plan.model import MarketingPlan
from agent.resources import prompts_dir

OVERLOAD = 1.25
"""Above this share of capacity a week cannot be saved by effort."""
WEEKLY = 0.9
"""Part of the weeks in which a series has to run to be called weekly."""
LONGEST_WEEK = 60.0
"""No person is planned for more hours a week."""


@check("CAP-001", "warning", "No week needs more hours than its holder has")
def week_within(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Up to a quarter over; beyond that CAP-002 speaks. Work that nobody holds is in the gaps."""
    for place, week in enumerate(plan.team.weeks):
        if 0 < week.capacity < week.hours - 0.05 and week.hours <= week.capacity * OVERLOAD:
            yield at(f"team.weeks[{place}].hours", **_week(plan, place))


@check("CAP-002", "error", "No week needs more than a quarter over its holder's hours")
def week_possible(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Something has to go, by the plan's own cut order."""
    for place, week in enumerate(plan.team.weeks):
        if week.capacity > 0 and week.hours > week.capacity * OVERLOAD:
            yield at(f"team.weeks[{place}].hours", **_week(plan, place))


def _week(plan: MarketingPlan, place: int) -> dict[str, object]:
    week = plan.team.weeks[place]
    return {"week": week.week, "holder": week.holder, "hours": f"{week.hours:.1f}", "capacity": f"{week.capacity:.1f}"}


@check("CAP-003", "warning", "The calendar holds the cadence that the platform's row promises")
def cadence_held(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Rows a week over the whole period, against posts a week in the steady state, within two fifths."""
    weeks = ((plan.meta.end - plan.meta.start).days + 1) / 7
    rows = Counter(entry.platform for entry in plan.calendar.entries if entry.kind in ("post", "live"))
    for place, choice in enumerate(plan.platforms.choices):
        if choice.role in ("primary", "support") and choice.cadence > 0:
            found = rows[choice.platform] / weeks
            if abs(found - choice.cadence) > max(0.4 * choice.cadence, 0.25):
                where = f"platforms.choices[{place}].cadence"
                yield at(where, platform=choice.platform, said=f"{choice.cadence:g}", found=f"{found:.1f}")


@check("CAP-004", "error", "Nobody is planned for more than sixty hours a week")
def nobody_overworked(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Per head, where a title stands for several people."""
    heads = {member.title: max(member.count, 1) for member in ctx.brief.team}
    for place, week in enumerate(plan.team.weeks):
        if week.hours > LONGEST_WEEK * heads.get(week.holder, 1):
            yield at(f"team.weeks[{place}].hours", **_week(plan, place))


@check("CAP-005", "error", "A role's peak is not below its average, and nobody's hours exceed what the brief gives")
def role_hours(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Capacity of a holder in the weekly table, against the brief's hours × heads."""
    for place, role in enumerate(plan.team.roles):
        if role.peak < role.load - 0.05:
            yield at(f"team.roles[{place}].peak", title=role.title, load=f"{role.load:.1f}", peak=f"{role.peak:.1f}")
    given = {member.title: member.hours * max(member.count, 1) for member in ctx.brief.team if member.hours is not None}
    for place, week in enumerate(plan.team.weeks):
        if week.holder in given and week.capacity > given[week.holder] + 0.05:
            yield at(
                f"team.weeks[{place}].capacity",
                "capacity", holder=week.holder, capacity=f"{week.capacity:.1f}", given=f"{given[week.holder]:.1f}",
            )  # fmt: skip
            break


@functools.cache
def _weekly(language: str) -> re.Pattern[str]:
    """Words that promise a part every week."""
    return re.compile(read_yaml(prompts_dir() / "playbook" / "promises.yaml")[language]["claims"], re.IGNORECASE)


@check("CAP-006", "warning", "The series runs every week where the strategy says so")
def series_weekly(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """What the strategy says of the idea, by the words of prompts/playbook/promises.yaml, against the weeks in which its pillar, the first one, has a piece:
    nine in ten at least."""
    first = plan.meta.start - dt.timedelta(days=plan.meta.start.weekday())
    weeks = (plan.meta.end - first).days // 7 + 1
    lead = plan.themes.pillars[0].id if plan.themes.pillars else ""
    found = len({(entry.date - first).days // 7 for entry in plan.calendar.entries if entry.pillar == lead})
    if found >= WEEKLY * weeks:
        return
    idea, language = plan.strategy.idea, "zh" if plan.meta.language.startswith("zh") else "en"
    weekly = _weekly(language)
    texts = [("strategy.idea.line", idea.line, True), ("strategy.idea.mechanism", idea.mechanism, True)]
    for n, line in enumerate(plan.strategy.lines):
        texts += [(f"strategy.lines[{n}].actions[{m}]", text, idea.name in text) for m, text in enumerate(line.actions)]
    for where, text, about in texts:
        if about and weekly.search(text):
            yield at(where, found=found, weeks=weeks)
