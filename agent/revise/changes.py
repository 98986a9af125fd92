"""Typed edits of the brief: pure functions from a brief and an edit to another brief. Numbers follow from it by the frame."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.brief.context import Context
from agent.brief.goals import objective
from agent.brief.model import Audience, BrandBrief, Competitor, Intake, KeyDate, Limit, Member, Objective, Span
from agent.brief.names import fold, functions_of, platform_name
from agent.brief.numbers import find_numbers
from agent.brief.taken import take_out
from agent.errors import EditError
from agent.locale import money, number, percent, t
from agent.plan.model import MarketingPlan
from agent.revise.model import (
    AudienceChange,
    BudgetLimit,
    BudgetTotal,
    CadenceChange,
    CompetitorChange,
    Edit,
    GoalChange,
    KeyDateChange,
    LanguageChange,
    PeriodChange,
    PlatformChange,
    TeamChange,
    WordsChange,
)

MOST_SEGMENTS = 4
ACTIVE = ("primary", "support")
PLACE = "revision"
"""Where a value of an instruction was read, in the brief's spans."""


@dataclass(frozen=True)
class Case:
    """What an edit of the brief may look at."""

    intake: Intake
    plan: MarketingPlan
    instruction: str
    reader: str = ""
    """Language of the one who reads; the plan's when empty."""

    @property
    def language(self) -> str:
        """The language in which it is told."""
        return self.reader or self.plan.meta.language

    def say(self, key: str, **values: object) -> str:
        """A sentence of the revision's own."""
        return t(self.language, f"revise.{key}", **values)

    def error(self, key: str, where: str = "", **values: object) -> EditError:
        """An error in the plan's language."""
        return EditError(self.say(f"error.{key}", **values), where=where)


def changes_brief(edit: Edit) -> bool:
    """Whether an edit changes the brief rather than the plan's words."""
    return type(edit) in _APPLY


def change(brief: BrandBrief, edit: Edit, case: Case) -> BrandBrief:
    """A copy of the client's own brief with the edit in it. Raises EditError when it cannot be made."""
    out = brief.model_copy(deep=True)
    for path in _APPLY[type(edit)](out, edit, case):
        out.spans[path] = Span(text=(case.instruction or edit.kind)[:200], place=PLACE, reader="argument")
    return out


def _total(brief: BrandBrief, edit: BudgetTotal, case: Case) -> list[str]:
    if edit.currency and edit.currency != case.plan.budget.currency:
        raise case.error("currency", "budget.total", given=edit.currency, plan=case.plan.budget.currency)
    brief.budget.total = edit.total
    brief.budget.currency = brief.budget.currency or case.plan.budget.currency
    return ["budget.total"]


def _limit(brief: BrandBrief, edit: BudgetLimit, case: Case) -> list[str]:
    held = [one for one in brief.budget.limits if (one.scope, one.of) == (edit.scope, edit.of)]
    if edit.way == "free":
        if not held:
            raise case.error("no_limit", "budget.limits", name=limit_name(edit, case.language))
        gone = held
    elif edit.share is None and edit.amount is None:
        raise case.error("no_sum", "budget.limits")
    else:
        gone = [one for one in held if edit.way == "exact" or one.kind == edit.way or _crosses(one, edit, case)]
    brief.budget.limits = [one for one in brief.budget.limits if one not in gone]
    if edit.way == "free":
        return []
    text = limit_text(edit, case)
    for kind in ("floor", "cap") if edit.way == "exact" else (edit.way,):
        brief.budget.limits.append(
            Limit.model_validate(
                {
                    "kind": kind,
                    "scope": edit.scope,
                    "of": edit.of,
                    "share": edit.share,
                    "amount": edit.amount,
                    "text": text,
                }
            )
        )
    return [f"budget.limits[{len(brief.budget.limits) - 1}]"]


def _crosses(held: Limit, edit: BudgetLimit, case: Case) -> bool:
    """Whether an earlier bound of the other kind leaves no room beside the new one."""
    total = case.plan.budget.total_cents / 100
    old = float(held.amount) if held.amount is not None else (held.share or 0) * total
    new = float(edit.amount) if edit.amount is not None else (edit.share or 0) * total
    return old > new if edit.way == "cap" else old < new


def limit_name(edit: BudgetLimit, language: str) -> str:
    """What a limit binds, in the plan's language."""
    if edit.scope == "creator":
        return t(language, "revise.one_creator")
    return platform_name(edit.of, language) if edit.scope == "platform" else t(language, f"budget.category.{edit.of}")


def limit_text(edit: BudgetLimit, case: Case) -> str:
    """A limit as the plan shows it."""
    if edit.way == "free":
        return case.say("limit.free", name=limit_name(edit, case.language))
    value = (
        percent(edit.share)
        if edit.share is not None
        else money(int((edit.amount or 0) * 100), case.plan.budget.currency)
    )
    return case.say(f"limit.{edit.way}", name=limit_name(edit, case.language), value=value)


def _platform(brief: BrandBrief, edit: PlatformChange, case: Case) -> list[str]:
    chosen = brief.platforms
    if edit.way != "avoid" and not chosen.must and not chosen.may:
        # Where a brief names platforms only those are used: what the plan chose by itself has to be named beside the new one.
        for one in case.plan.platforms.choices:
            if one.role in ACTIVE and one.platform != edit.platform:
                (chosen.must if one.role == "primary" else chosen.may).append(one.platform)
    for way in ("must", "may", "avoid"):
        held: list[str] = getattr(chosen, way)
        if edit.platform in held:
            held.remove(edit.platform)
    held = getattr(chosen, edit.way)
    held.append(edit.platform)
    if edit.way == "avoid":
        brief.budget.limits = [x for x in brief.budget.limits if (x.scope, x.of) != ("platform", edit.platform)]
        brief.cadence.pop(edit.platform, None)
        if (
            not chosen.must
            and not chosen.may
            and not any(one.role in ACTIVE and one.platform not in chosen.avoid for one in case.plan.platforms.choices)
        ):
            raise case.error("last_platform", "platforms", name=platform_name(edit.platform, case.language))
    return [f"platforms.{edit.way}[{len(held) - 1}]"]


def _period(brief: BrandBrief, edit: PeriodChange, case: Case) -> list[str]:
    start, end = edit.start or case.plan.meta.start, edit.end or case.plan.meta.end
    if start > end:
        raise case.error("period", "period", start=start, end=end)
    period, paths = brief.period, []
    if edit.start:
        period.start, paths = edit.start, ["period.start"]
        period.end = end
    if edit.end:
        period.end = edit.end
        paths.append("period.end")
    period.days = None
    return paths


def _cadence(brief: BrandBrief, edit: CadenceChange, case: Case) -> list[str]:
    if edit.per_week is None:
        if brief.cadence.pop(edit.platform, None) is None:
            raise case.error("no_cadence", "cadence", name=platform_name(edit.platform, case.language))
        return []
    if edit.platform in brief.platforms.avoid:
        raise case.error("refused_platform", "cadence", name=platform_name(edit.platform, case.language))
    brief.cadence[edit.platform] = round(edit.per_week, 2)
    return [f"cadence.{edit.platform}"]


def _team(brief: BrandBrief, edit: TeamChange, case: Case) -> list[str]:
    if not brief.team:
        brief.team = [one.model_copy(deep=True) for one in case.intake.filled.team]
    if edit.do == "add":
        brief.team.append(
            Member(title=edit.title, functions=functions_of(edit.title), hours=edit.hours, count=edit.count or 1)
        )
        return [f"team[{len(brief.team) - 1}]"]
    place = _member(brief, edit.title, case)
    if edit.do == "drop":
        if len(brief.team) == 1:
            raise case.error("last_member", "team", name=brief.team[place].title)
        take_out(brief, "team", place)
        return []
    one = brief.team[place]
    if edit.hours is None and edit.count is None:
        raise case.error("no_hours", "team", name=one.title)
    one.hours = edit.hours if edit.hours is not None else one.hours
    one.count = edit.count or one.count
    return [f"team[{place}].hours"]


def _member(brief: BrandBrief, title: str, case: Case) -> int:
    """The member that a title means: named in it, or holding the same functions; the first when nobody is named and one leads."""
    told = fold(title).strip()
    if not told:
        return 0
    scores = [_likeness(told, fold(one.title)) for one in brief.team]
    best = max(scores)
    if best == 0:
        wanted = set(functions_of(title))
        scores = [len(wanted & set(one.functions)) / max(1, len(one.functions)) for one in brief.team]
        best = max(scores)
    if best == 0 or scores.count(best) > 1:
        people = (", " if case.language == "en" else "、").join(one.title for one in brief.team)
        raise case.error("which_member", "team", name=title, people=people)
    return scores.index(best)


def _likeness(told: str, title: str) -> float:
    """How much of what was said a title holds: letters for Chinese, words for English."""
    if told in title or title in told:
        return 2.0
    units = set(re.findall(r"[a-z]{3,}|[\u3400-\u9fff]", told))
    return len(units & set(re.findall(r"[a-z]{3,}|[\u3400-\u9fff]", title))) / max(1, len(units)) if units else 0.0


def _goal(brief: BrandBrief, edit: GoalChange, case: Case) -> list[str]:
    if not brief.objectives:
        brief.objectives = [one.model_copy(deep=True) for one in case.intake.filled.objectives]
    if edit.do == "add":
        brief.objectives.append(new_goal(edit, case))
        return [f"objectives[{len(brief.objectives) - 1}]"]
    place = _objective(brief, edit.goal or 0, case)
    if edit.do == "drop":
        if place is None:
            raise case.error("proposed_goal", "objectives", number=edit.goal)
        if len(brief.objectives) == 1:
            raise case.error("last_goal", "objectives")
        take_out(brief, "objectives", place)
        return []
    if place is None:
        goal = case.plan.positioning.goals[(edit.goal or 1) - 1]
        fresh = Objective(
            text=goal.metric, kind=goal.kind, metric=goal.metric, target=edit.target, unit=_unit(goal.target.unit), deadline=edit.deadline,
            per="level" if goal.kind in ("followers", "service") else "period",
        )  # fmt: skip
        brief.objectives.append(fresh)
        return [f"objectives[{len(brief.objectives) - 1}]"]
    one = brief.objectives[place]
    if edit.target is not None:
        one.text = _retold(one, edit.target)
        one.target = edit.target
    if edit.deadline is not None:
        one.deadline = edit.deadline
    return [f"objectives[{place}].target"]


def _unit(unit: str) -> str:
    return "followers" if unit == "count" else unit


def new_goal(edit: GoalChange, case: Case) -> Objective:
    """A new goal from its words, its figure and its date."""
    context = Context(
        case.plan.meta.as_of, case.intake.brief.language, list(case.plan.meta.markets), case.plan.budget.currency
    )
    made = objective(edit.text, context) or Objective(text=edit.text, kind=edit.goal_kind or "engagement")
    if edit.goal_kind:
        made.kind = edit.goal_kind
    if edit.target is not None:
        made.target = edit.target
    made.unit = made.unit or "count"
    if edit.deadline is not None:
        made.deadline = edit.deadline
    return made


def _objective(brief: BrandBrief, goal: int, case: Case) -> int | None:
    """The brief's objective behind a goal of the plan; None for one that the plan proposed. Raises EditError for no goal at all."""
    if not 1 <= goal <= len(case.plan.positioning.goals):
        raise case.error("no_goal", "positioning.goals", number=goal)
    filled = case.intake.filled.objectives
    if goal > len(filled):
        return None
    text = filled[goal - 1].text
    return next((n for n, one in enumerate(brief.objectives) if one.text == text), None)


def _retold(one: Objective, target: float) -> str:
    """The goal's words with the new figure in place of the old; the figure behind them where it is not found."""
    value = percent(target) if one.unit == "%" else number(target, 0 if target == int(target) else 2)
    if one.target is not None:
        wanted = one.target * 100 if one.unit == "%" else one.target
        hits = [f for f in find_numbers(one.text) if abs(float(f.value) - wanted) < 1e-6 * max(1.0, wanted)]
        if hits:
            last = hits[-1]
            end = last.end + (1 if one.unit == "%" and one.text[last.end : last.end + 1] in ("%", "％") else 0)
            lead = len(last.text) - len(last.text.lstrip())
            return f"{one.text[: last.start + lead]}{value}{one.text[end:]}"
    return f"{one.text}（{value}）" if re.search(r"[\u3400-\u9fff]", one.text) else f"{one.text} ({value})"


def _words(brief: BrandBrief, edit: WordsChange, case: Case) -> list[str]:
    held = list(getattr(brief, edit.field)) or (list(case.intake.filled.tone) if edit.field == "tone" else [])
    if edit.do == "replace":
        held = list(edit.texts)
    elif edit.do == "add":
        held += [one for one in edit.texts if one not in held]
    else:
        gone = [one for one in held if any(fold(word) in fold(one) for word in edit.texts)]
        if not gone:
            raise case.error("no_word", edit.field, words="、".join(edit.texts))
        held = [one for one in held if one not in gone]
    setattr(brief, edit.field, held)
    return [f"{edit.field}[{len(held) - 1}]"] if held and edit.do != "drop" else []


def _language(brief: BrandBrief, edit: LanguageChange, case: Case) -> list[str]:
    brief.language = edit.language
    return ["language"]


def _competitor(brief: BrandBrief, edit: CompetitorChange, case: Case) -> list[str]:
    place = next((n for n, one in enumerate(brief.competitors) if fold(edit.name) in fold(one.name)), None)
    if edit.do == "drop":
        if place is None:
            raise case.error("no_competitor", "competitors", name=edit.name)
        take_out(brief, "competitors", place)
        return []
    if place is not None:
        raise case.error("known_competitor", "competitors", name=edit.name)
    brief.competitors.append(Competitor(name=edit.name, facts=list(edit.facts)))
    return [f"competitors[{len(brief.competitors) - 1}]"]


def _audience(brief: BrandBrief, edit: AudienceChange, case: Case) -> list[str]:
    if not brief.audience and edit.do != "drop":
        brief.audience = [one.model_copy(deep=True) for one in case.intake.filled.audience]
    held = brief.audience
    if edit.do == "add":
        if len(held) >= MOST_SEGMENTS:
            raise case.error("segments", "audience", most=MOST_SEGMENTS)
        held.append(Audience(name=edit.name, age=edit.age, traits=list(edit.traits), primary=not held))
        return [f"audience[{len(held) - 1}]"]
    place = (edit.persona or 0) - 1
    if not 0 <= place < len(case.plan.personas.personas):
        raise case.error("no_persona", "personas", number=edit.persona or 0)
    if edit.do == "drop":
        if place >= len(held) or len(held) == 1:
            raise case.error("derived_persona", "personas", name=case.plan.personas.personas[place].name)
        del held[place]
        held[0].primary = True
        return []
    fresh = Audience(name=edit.name, age=edit.age, traits=list(edit.traits), primary=place == 0)
    if place < len(held):
        fresh.place, fresh.primary = held[place].place, held[place].primary
        held[place] = fresh
    else:
        held.append(fresh)
    return [f"audience[{min(place, len(held) - 1)}]"]


def _key_date(brief: BrandBrief, edit: KeyDateChange, case: Case) -> list[str]:
    if edit.do == "add":
        if edit.date is None or not edit.name:
            raise case.error("key_date", "key_dates")
        brief.key_dates.append(KeyDate(date=edit.date, name=edit.name))
        brief.key_dates.sort(key=lambda one: one.date)
        return ["key_dates"]
    gone = [
        one
        for one in brief.key_dates
        if (edit.date and one.date == edit.date) or (edit.name and fold(edit.name) in fold(one.name))
    ]
    if not gone:
        raise case.error("no_key_date", "key_dates", name=edit.name or str(edit.date or dt.date.min))
    brief.key_dates = [one for one in brief.key_dates if one not in gone]
    return []


_APPLY: dict[type[Any], Callable[[BrandBrief, Any, Case], list[str]]] = {
    BudgetTotal: _total, BudgetLimit: _limit, PlatformChange: _platform, PeriodChange: _period, CadenceChange: _cadence, TeamChange: _team,
    GoalChange: _goal, WordsChange: _words, LanguageChange: _language, CompetitorChange: _competitor, AudienceChange: _audience,
    KeyDateChange: _key_date,
}  # fmt: skip
