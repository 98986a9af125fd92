"""Edits in words, and what they bring with them, told before they are applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from agent.brief.model import Limit
from agent.brief.names import platform_name
from agent.locale import day, money, number, percent, t
from agent.plan.insight import Goal
from agent.plan.model import MarketingPlan
from agent.revise import paths
from agent.revise.changes import Case, limit_text
from agent.revise.handwork import told
from agent.revise.model import BudgetLimit, CadenceChange, Consequence, Edit, PlatformChange
from agent.revise.proposal import Proposal, Work, new_findings

NEAR = 0.005
"""Share of the total by which a sum may miss what was asked before that is told: rounding to whole steps."""
HARD = {"feasible": 0, "proposed": 0, "unknown": 0, "stretch": 1, "infeasible": 2}
"""Verdicts from the easiest to the hardest."""


def preview(edits: Sequence[Edit], case: Case) -> str:
    """The edits in words, one a line."""
    return "\n".join(describe(edit, case) for edit in edits)


def describe(edit: Edit, case: Case) -> str:
    """One edit in words, in the plan's language."""
    plan, language = case.plan, case.language
    data: dict[str, Any] = edit.model_dump()
    name: Callable[[str], str] = lambda key: platform_name(key, language)  # noqa: E731
    match edit.kind:
        case "budget_total":
            before = money(plan.budget.total_cents, plan.budget.currency)
            return case.say("edit.total", before=before, after=money(int(edit.total * 100), plan.budget.currency))
        case "budget_limit":
            return limit_text(edit, case)
        case "platform":
            return case.say(f"edit.platform.{edit.way}", name=name(edit.platform))
        case "period":
            start, end = edit.start or plan.meta.start, edit.end or plan.meta.end
            span = [day(one, language, year=True) for one in (plan.meta.start, plan.meta.end, start, end)]
            return case.say("edit.period", before=f"{span[0]}–{span[1]}", after=f"{span[2]}–{span[3]}")
        case "cadence":
            key = "edit.cadence" if edit.per_week else "edit.cadence_free"
            return case.say(key, name=name(edit.platform), rate=f"{edit.per_week or 0:g}")
        case "team":
            shown = {**data, "hours": "" if edit.hours is None else f"{edit.hours:g}"}
            key = f"edit.team.{edit.do}" + ("_hours" if edit.hours is not None and edit.do != "drop" else "")
            return case.say(key, **{**shown, "title": edit.title or case.say("edit.team.first")})
        case "goal":
            return _goal(edit, case)
        case "words":
            words = case.say("joiner").join(f"“{one}”" for one in edit.texts)
            return case.say(f"edit.words.{edit.do}", field=t(language, f"brief_field.{edit.field}"), words=words)
        case "language":
            return case.say("edit.language", name=case.say(f"language.{edit.language}"))
        case "competitor" | "key_date":
            shown = {**data, "date": day(data["date"], language, year=True) if data.get("date") else ""}
            return case.say(f"edit.{edit.kind}.{edit.do}", **shown)
        case "audience":
            before = plan.personas.personas[(edit.persona or 1) - 1].name if edit.persona else ""
            return case.say(f"edit.audience.{edit.do}", before=before, name=edit.name)
        case "rewrite":
            return case.say("edit.rewrite", place=told(plan, edit.path), guidance=edit.guidance)
        case "text":
            return case.say(
                "edit.text", place=told(plan, edit.path), before=str(paths.find(plan, edit.path)), after=edit.text
            )
        case "lock":
            return case.say("edit.lock" if edit.on else "edit.unlock", place=told(plan, edit.path))
        case "drop":
            return case.say("edit.drop", place=told(plan, edit.path))
        case "add":
            return case.say("edit.add", place=told(plan, edit.path), text=edit.text)
        case "rerun":
            parts = case.say("joiner").join(t(language, f"part.{one}") for one in edit.parts)
            return case.say("edit.rerun", parts=parts or case.say("edit.stale_parts"))
        case _:
            return case.say("edit.undo") if edit.version is None else case.say("edit.restore", version=edit.version)


def _goal(edit: Any, case: Case) -> str:
    if edit.do == "add":
        return case.say("edit.goal.add", text=edit.text)
    goal = case.plan.positioning.goals[edit.goal - 1]
    if edit.do == "drop":
        return case.say("edit.goal.drop", name=goal.metric)
    share = goal.target.unit == "%"
    shown = [
        percent(v) if share else number(v) for v in (goal.target.value or 0, edit.target or goal.target.value or 0)
    ]
    text = (
        case.say("edit.goal.set", name=goal.metric, before=shown[0], after=shown[1]) if edit.target is not None else ""
    )
    if edit.deadline:
        text += case.say("edit.goal.deadline", name=goal.metric, date=day(edit.deadline, case.language, year=True))
    return text


def consequences(work: Work, out: Proposal, edits: Sequence[Edit], reader: str = "") -> list[Consequence]:
    """What the edits bring with them: limits passed, wishes that cannot be met in full, contradictions, goals, new findings."""
    case = Case(work.intake, work.plan, "", reader)
    found: list[Consequence] = []
    for edit in edits:
        if isinstance(edit, BudgetLimit):
            found += _limit(work, out, edit, case)
        elif isinstance(edit, CadenceChange):
            found += _cadence(out.plan, edit, case)
        elif isinstance(edit, PlatformChange) and edit.way != "avoid":
            found += _platform(out.plan, edit, case)
    known = {(one.code, one.message) for one in work.plan.conflicts}
    for one in out.plan.conflicts:
        if (one.code, one.message) not in known:
            found.append(Consequence(severity=one.severity, text=f"{one.message} {one.resolution}".strip()))
    if out.new_brief:
        found += [*_sizes(work.plan, out.plan, case), *_goals(work.plan, out.plan, case)]
    told_of = {one.text for one in found}
    for finding in new_findings(work.plan, out.plan):
        text = f"{finding.message} {finding.fix}".strip()
        if finding.severity != "info" and text not in told_of:
            found.append(Consequence(severity=finding.severity, text=text, where=finding.where))
    return list({one.text: one for one in found}.values())


def _limit(work: Work, out: Proposal, edit: BudgetLimit, case: Case) -> Iterator[Consequence]:
    plan, total = out.plan, out.plan.budget.total_cents
    new = _cents(edit.share, edit.amount, total)
    for one in work.intake.brief.budget.limits:
        if one not in out.intake.brief.budget.limits and edit.way != "free":
            old = _cents(one.share, one.amount, total)
            over = new - old if one.kind == "cap" else old - new
            key = f"lifts.{one.kind}" if over > 0 else "replaces"
            yield Consequence(
                severity="warning" if over > 0 else "info",
                text=case.say(f"consequence.{key}", text=_said(one, case), by=money(abs(over), plan.budget.currency)),
                where="budget.caps",
            )
    if edit.scope == "creator" or edit.way == "free":
        return
    spent = sum(
        x.cents for x in plan.budget.lines if (x.category if edit.scope == "category" else x.platform) == edit.of
    )
    short = abs(spent - new) if edit.way == "exact" else spent - new if edit.way == "cap" else new - spent
    if short > NEAR * total:
        yield Consequence(
            severity="warning",
            text=case.say(
                "consequence.missed", text=limit_text(edit, case), actual=money(spent, plan.budget.currency),
                by=money(short, plan.budget.currency),
            ),
            where="budget.lines",
        )  # fmt: skip


def _said(limit: Limit, case: Case) -> str:
    return limit.text or case.say("limit.unnamed")


def _cents(share: float | None, amount: Any, total: int) -> int:
    return int(amount * 100) if amount is not None else round((share or 0) * total)


def _cadence(plan: MarketingPlan, edit: CadenceChange, case: Case) -> Iterator[Consequence]:
    choice = next((one for one in plan.platforms.choices if one.platform == edit.platform), None)
    name = platform_name(edit.platform, case.language)
    if choice is None or not choice.cadence:
        yield Consequence(severity="warning", text=case.say("consequence.not_active", name=name), where="platforms")
    elif edit.per_week and choice.cadence < 0.9 * edit.per_week:
        yield Consequence(
            severity="warning",
            text=case.say("consequence.cadence", name=name, asked=f"{edit.per_week:g}", held=f"{choice.cadence:g}"),
            where="platforms",
        )


def _platform(plan: MarketingPlan, edit: PlatformChange, case: Case) -> Iterator[Consequence]:
    choice = next((one for one in plan.platforms.choices if one.platform == edit.platform), None)
    if choice is None or choice.role not in ("primary", "support"):
        name = platform_name(edit.platform, case.language)
        yield Consequence(severity="info", text=case.say("consequence.no_room", name=name), where="platforms")


def _sizes(before: MarketingPlan, after: MarketingPlan, case: Case) -> Iterator[Consequence]:
    count = [sum(one.kind != "buffer" for one in plan.calendar.entries) for plan in (before, after)]
    if count[0] != count[1]:
        yield Consequence(
            severity="info", text=case.say("consequence.pieces", before=count[0], after=count[1]), where="calendar"
        )
    active = [{c.platform for c in plan.platforms.choices if c.cadence} for plan in (before, after)]
    joiner = case.say("joiner")
    for key, names in (("platform_gone", active[0] - active[1]), ("platform_new", active[1] - active[0])):
        if names:
            shown = joiner.join(platform_name(one, case.language) for one in sorted(names))
            yield Consequence(severity="info", text=case.say(f"consequence.{key}", names=shown), where="platforms")


def _goals(before: MarketingPlan, after: MarketingPlan, case: Case) -> Iterator[Consequence]:
    was = {(goal.metric, goal.origin): goal for goal in before.positioning.goals}
    for goal in after.positioning.goals:
        old = was.get((goal.metric, goal.origin))
        if old and HARD[goal.verdict.status] > HARD[old.verdict.status]:
            yield Consequence(
                severity="warning",
                text=case.say(
                    "consequence.goal",
                    name=goal.metric,
                    was=case.say(f"verdict.{old.verdict.status}"),
                    now=case.say(f"verdict.{goal.verdict.status}"),
                    forecast=_value(goal.verdict.base, goal),
                    target=_value(goal.target.value, goal),
                ),
                where=f"positioning.goals[{goal.id}]",
            )


def _value(value: float | None, goal: Goal) -> str:
    return "–" if value is None else percent(value) if goal.target.unit == "%" else number(value)
