"""The executive summary: one page composed last, from the frame's verdicts, dates and money and the parts already written."""

from __future__ import annotations

import datetime as dt
import re

from agent.brief.model import Gap
from agent.frame.dates import KICK_OFF as AHEAD
from agent.frame.lines import carries_hired, hired_cents, hired_hands
from agent.frame.model import CLOSED, GoalFrame
from agent.locale import day, money, number, percent, t
from agent.plan.base import bound
from agent.plan.legal import Approval
from agent.plan.results import Step, SummaryPart
from agent.words.playbook.context import Context
from agent.words.playbook.crew import noun, outside_hour, who
from agent.words.playbook.facts import plain_about
from agent.words.playbook.figures import amount
from agent.words.playbook.fit import PARAGRAPH, after_weeks, calendar_of, fit, metric_words, workday
from agent.words.playbook.ideas import ideas_of
from agent.words.playbook.kpis import main_goal
from agent.words.playbook.legal import approvals, calendar_before, declined, fields_of, ids, opening
from agent.words.playbook.match import wish
from agent.words.playbook.positioning import proposes
from agent.words.playbook.proofs import quotable, shorten
from agent.words.playbook.topics import coded, date_name
from agent.words.playbook.voice import MARK, clip, join

_ARROW = re.compile(r"\s*-+>\s*")
STEPS = 12
REVIEWS = ("weekly", "gate")
"""Kinds of review with words of their own among the first steps."""
QUESTIONS = 5
HARD = ("infeasible", "stretch")
JUDGED = ("feasible", *HARD)
NEAR = 0.9
"""Part of a target from which on a high case is close to it: short all the same, but not by far."""
FEW = 5
"""Platforms that a step names one by one."""
LEAD_IN = 5
"""Working days before the period from which on it is prepared in them."""
KICK_OFF, ACCOUNTS, LINKS, APPROVAL = (AHEAD, 1), (8, 2), (5, 3), (4, 5)
"""Steps that publishing waits for: working days before the first day, else the working day of the period."""


def write_summary(context: Context) -> SummaryPart:
    """Headline, situation, idea, verdict, money, first 30 days, decisions, open questions."""
    goals = sorted(context.frame.goals, key=lambda goal: goal.priority)
    risks = context.parts.get("risks")
    part = SummaryPart(
        headline=fit(context, "summary.headline", **_span(context), **_goal_facts(context, main_goal(context))),
        situation=_situation(context),
        idea=_idea(context),
        verdict=_verdict(context),
        money=_money(context),
        goals=[goal.id for goal in goals],
        first_30_days=_steps(context),
        top_risks=[risk.id for risk in sorted(risks.risks, key=lambda r: -r.score)[:3]] if risks else [],
        decisions=_decisions(context),
        questions=[gap.id for gap in context.intake.gaps[:QUESTIONS]],
    )
    return shorten(part, context.facts.proofs)


def _span(context: Context) -> dict[str, object]:
    frame = context.frame
    many = len(frame.active)
    return {
        "from_day": day(frame.start, context.language, year=True), "to_day": day(frame.end, context.language, year=True),
        "pieces": number(sum(slot.kind != "buffer" for slot in frame.slots)), "count": many if many > 1 else None,
    }  # fmt: skip


def _metric(context: Context, goal: GoalFrame, limit: int = 16) -> str:
    return metric_words(context, goal.objective.metric or goal.objective.text, limit)


def _goal_facts(context: Context, goal: GoalFrame) -> dict[str, object]:
    unit, verdict = goal.target.unit, goal.verdict

    def shown(value: float | None) -> str | None:
        return None if value is None else amount(value, unit, context.language)

    def end(value: float | None) -> str | None:
        """An end of the forecast: whole where its middle is, since half a visitor stands for nobody."""
        whole = (
            value is not None
            and value >= 1
            and verdict.base == int(verdict.base or 0)
            and unit in ("count", "followers")
        )
        return shown(float(round(value)) if whole and value is not None else value)

    each = {"month": "summary.per.month", "week": "summary.per.week", "day": "summary.per.day"}.get(goal.objective.per)
    metric = _metric(context, goal)
    each = each or ("positioning.in_all" if proposes(goal) and goal.objective.per == "period" else None)
    named = metric[:1] + context.say(each, metric=metric, count=context.frame.weeks_count)[1:] if each else metric
    return {
        "metric": named, "target": shown(goal.objective.target), "base": shown(goal.objective.baseline),
        "low": end(verdict.low), "forecast": shown(verdict.base), "high": end(verdict.high), "goal": goal.id,
        "cost": money(verdict.target_cost_cents, context.frame.currency) if verdict.target_cost_cents else None, "ours": shown(goal.target.value if proposes(goal) else None),
        "deadline": day(goal.deadline, context.language),
    }  # fmt: skip


def _situation(context: Context) -> str:
    """What the brief tells, piece by piece in this order, as much as a paragraph holds; a thin brief says so."""
    brief = context.brief
    wide = context.language
    line = quoted_about(context)
    asked = [
        whole(_ARROW.sub(" → ", wish(o.text)), bound(34, wide))
        for o in context.intake.brief.objectives[:3]
        if o.text[:12] not in line
    ]
    accounts = [f"{context.name(a.platform)} {a.followers:,}" for a in brief.accounts if a.followers is not None]
    pieces: list[tuple[str, dict[str, object]]] = [
        ("who", {"line": line}) if line else ("goods", {}) if context.facts.points and brief.audience else ("", {}),
        ("asked", {"asked": ("；" if context.zh else "; ").join(asked)}) if asked else ("", {}),
        ("accounts", {"accounts": join(accounts[:3], wide)}) if accounts else ("", {}),
        ("past", {"past_short": clip(brief.past_results[0], bound(36, wide))}) if brief.past_results else ("", {}),
        ("rivals", {"known_rivals": join([r.name for r in brief.competitors[:3]], wide)}) if brief.competitors else ("", {}),
        ("time", {}),
    ]  # fmt: skip
    told = [piece for piece in pieces if piece[0]]
    if len(told) < 4:
        told.append(("open", {}))
    text, gap, room = "", "" if context.zh else " ", bound(PARAGRAPH, wide)
    for key, facts in told:
        sentence = fit(context, f"summary.situation.{key}", PARAGRAPH, **facts, **_span(context))
        if len(text) + len(gap) + len(sentence) <= room:
            text += gap + sentence if text else sentence
    return text


def quoted_about(context: Context) -> str:
    """What the client says of himself, short enough to quote; whole clauses only."""
    return whole(plain_about(context.brief.about), bound(44, context.language))


def whole(text: str, limit: int) -> str:
    """The sentences of a text that fit, without the last full stop; its first clause when not even one does."""
    ends = [mark.start() for mark in re.finditer(r"[。！；]|[.!](?=\s|$)", text)]
    fitting = [end for end in [*ends, len(text.rstrip("。."))] if 0 < end <= limit]
    return text[: fitting[-1]].strip() if fitting else clip(text, limit)


def _idea(context: Context) -> str:
    chosen = ideas_of(context).chosen
    strategy = context.parts.get("strategy")
    idea = strategy.idea if strategy is not None else chosen
    room = bound(PARAGRAPH, context.language)
    whole = fit(
        context,
        "summary.idea",
        PARAGRAPH,
        idea_name=idea.name,
        line=idea.line,
        mechanism=idea.mechanism,
        why_ours=idea.why_ours,
    )
    return (
        whole
        if len(whole) <= room
        else fit(
            context, "summary.idea_short", PARAGRAPH, idea_name=idea.name, line=idea.line, mechanism=idea.mechanism
        )
    )


def _verdict(context: Context) -> str:
    """The client's goals by verdict, each with its figures; as many as fit a paragraph, the hard ones first."""
    given = [g for g in sorted(context.frame.goals, key=lambda g: g.priority) if g.origin == "brief"] or [
        main_goal(context)
    ]
    rank = {"infeasible": 0, "stretch": 1, "unknown": 2, "feasible": 3, "proposed": 4}
    given.sort(key=lambda g: (rank[g.verdict.status], g.priority))
    room = bound(PARAGRAPH, context.language)
    judged = [g for g in given if g.verdict.status in JUDGED]
    status = {g.verdict.status for g in given}
    reached, total = sum(g.verdict.status == "feasible" for g in given), len(given)
    key = (
        "ours"
        if all(proposes(g) for g in given)
        else "all"
        if status == {"feasible"}
        else "none"
        if not reached and status & set(HARD)
        else "open"
        if not reached
        else "mixed"
    )
    if key in ("none", "mixed") and len(judged) < len(given):
        key, total = "judged", len(judged)
    proposed = sum(
        g.origin != "brief" and (g.target.value is not None or g.verdict.base is None) for g in context.frame.goals
    )
    text = fit(context, f"summary.verdict.{key}", PARAGRAPH, reached=reached, total=total) if total > 1 else ""
    gap = "" if context.zh else " "
    told = {"proposed": "feasible"}  # what is proposed is what the forecast reaches
    for goal in given:
        facts = _goal_facts(context, goal)
        status_ = told.get(goal.verdict.status, goal.verdict.status)
        asked = _replaced(context, goal)
        key = "held" if asked else "ours" if facts["ours"] else status_ if facts["forecast"] else "unrated"
        near = key == "infeasible" and (goal.verdict.high or 0) >= NEAR * (goal.target.value or 0)
        key = "priced" if key == "infeasible" and facts["cost"] else "near" if near else key
        facts |= {"asked": amount(asked, goal.target.unit, context.language)} if asked else {}
        line = fit(context, f"summary.line.{key}", PARAGRAPH, **facts)
        if len(text) + len(line) + len(gap) <= room:
            text += gap + line if text else line
    frank = _frank(context, given)
    if frank and len(text) + len(frank) + len(gap) <= room:
        text += gap + frank
    closing = (
        fit(context, f"summary.proposed{'_one' if proposed == 1 else ''}", PARAGRAPH, count=proposed)
        if proposed
        else ""
    )
    return text + gap + closing if closing and len(text) + len(closing) + 1 <= room else text


def _frank(context: Context, given: list[GoalFrame]) -> str:
    """What one result costs by the forecast, where the targets are the plan's own: no verdict says then whether the money is worth it, so the
    client is told what to judge by. "" where no money is planned or too little is known."""
    frame = context.frame
    row = next((one.target for one in frame.kpis if one.kpi.removeprefix("kpi.") in ("cpa", "cpl")), None)
    sells = given[0].objective.kind == "conversion" and all(proposes(goal) for goal in given)
    if (
        not sells
        or not frame.budget.total_cents
        or row is None
        or row.value is None
        or row.low is None
        or row.high is None
    ):
        return ""
    costs = (max(row.low, row.high), row.value, min(row.low, row.high))
    dear, each, cheap = (amount(one, frame.currency, context.language) for one in costs)
    total = money(frame.budget.total_cents, frame.currency)
    return fit(context, "summary.frank", PARAGRAPH, total=total, each=each, dear=dear, cheap=cheap)


def _replaced(context: Context, goal: GoalFrame) -> float | None:
    """The client's own target where the plan works to another one because the brief contradicts itself; else None."""
    said = next((one for one in context.intake.said.objectives if one.text == goal.objective.text), None)
    other = said is not None and said.target is not None and said.target != goal.objective.target
    return said.target if goal.origin == "brief" and said is not None and other else None


def _spent_on(context: Context, category: str) -> str:
    """A category of spending as it stands inside a sentence; the paragraph's first letter is made large afterwards."""
    name = t(context.language, f"category.{category}")
    return name if context.zh else name[:1].lower() + name[1:]


def _money(context: Context) -> str:
    budget = context.frame.budget
    if not budget.total_cents:
        return fit(context, "summary.no_money", hours=number(budget.labour_hours))
    names = ("content", "ads", "creators", "prizes", "tools", "contingency")
    parts = sorted(((budget.by(category=c), c) for c in names if budget.by(category=c)), reverse=True)[
        : 2 if context.zh else 3
    ]
    where = join(
        [
            f"{_spent_on(context, c)} {money(round(cents, -2), budget.currency)}{_share(context, cents)}"
            for cents, c in parts
        ],
        context.language,
    )
    key = "summary.money" if budget.origin == "brief" else "summary.money_assumed"
    told = fit(context, key, total=money(budget.total_cents, budget.currency), where=where)
    loss = _loss(context)
    return f"{told}{'' if context.zh else ' '}{fit(context, 'summary.loss', PARAGRAPH, **loss)}" if loss else told


def _loss(context: Context) -> dict[str, object]:
    """How many times over ads bring back what they cost, where the base case loses money, with the sum and the day of the first gate; {} where ads
    pay for themselves, or nothing is known of what they bring.
    """
    frame = context.frame
    row = next((kpi for kpi in frame.kpis if kpi.kpi.removeprefix("kpi.") == "roas"), None)
    back = row.target if row else None
    if back is None or back.value is None or back.value >= 1 or not frame.budget.by("ads"):
        return {}
    low, high = (back.low if back.low is not None else back.value), (back.high if back.high is not None else back.value)
    shown = {"roas": back.value, "low": low, "high": high}
    gate = next((one.date for one in frame.reviews if one.kind in ("gate", "monthly")), frame.end)
    facts: dict[str, object] = {key: amount(value, "x", context.language) for key, value in shown.items()}
    facts["pays"] = MARK if high >= 1 else None
    return facts | {"ads": money(frame.budget.by("ads"), frame.currency), "gate": day(gate, context.language)}


def _share(context: Context, cents: int) -> str:
    text = percent(cents / context.frame.budget.total_cents, 0)
    return f"（{text}）" if context.zh else f" ({text})"


def _steps(context: Context) -> list[Step]:
    """The first 30 days from what is dated: briefing, accounts, links, research, baselines, first post, reviews, drills, key-date preparation.
    What has to stand before the first post is done before the period, where the plan is made early enough."""
    frame = context.frame
    last = min(frame.start + dt.timedelta(days=29), frame.end)
    days = calendar_of(context)
    lead = context.role("strategist", "operator")
    found: list[Step] = [_step(context, "kickoff", set_up(context, KICK_OFF), lead, first_name=context.holder(lead))]
    have = {account.platform for account in context.brief.accounts}
    if new := [one.id for one in frame.active if one.id not in have]:
        found.append(
            _step(
                context,
                "accounts",
                set_up(context, ACCOUNTS),
                context.role("operator", "community"),
                new=_places(context, new),
            )
        )
    out = [p for p in frame.active if p.id not in CLOSED]
    found.append(
        _step(
            context,
            "links" if out else "codes" if len(frame.active) > 1 else "code",
            set_up(context, LINKS),
            context.role("analyst", "operator"),
            platforms=_places(context, [p.id for p in out or frame.active]),
        )
    )
    signs, signer = context.role("approver", "strategist"), who(context, "approver")
    found.append(_step(context, "approve", set_up(context, APPROVAL), signs, signer=signer))
    main = {one.id for one in frame.active if one.role == "primary"}
    posts = sorted((s for s in frame.slots if s.kind == "post"), key=lambda s: (s.platform not in main, s.date, s.id))
    if posts:
        first = posts[0]
        if frame.as_of <= first.deadline < first.date:
            found.append(
                _step(
                    context,
                    "first_draft",
                    first.deadline,
                    context.role("copy", "operator"),
                    date=day(first.date, context.language),
                    platform=context.name(first.platform),
                )
            )
        found.append(_step(context, "first_post", first.date, first.owner, platform=context.name(first.platform)))
    market = context.parts.get("market")
    tasks = sorted(market.unknowns, key=lambda task: task.due) if market is not None else []
    if tasks:
        due = [task for task in tasks if task.due <= last.isoformat()]
        for task in (due[0], due[-1]) if len(due) > 1 else due:
            found.append(
                _step(
                    context,
                    "research",
                    dt.date.fromisoformat(task.due),
                    task.owner,
                    task=task.id,
                    question=clip(task.question, bound(48, context.language)),
                )
            )
    found.append(
        _step(
            context,
            "baseline",
            after_weeks(context, 4),
            context.role("analyst", "operator"),
            platforms=_places(context, [p.id for p in frame.active]),
        )
    )
    personas = context.parts.get("personas")
    for test in (personas.validation if personas is not None else [])[:1]:
        found.append(_step(context, "validate", test.due, test.owner, method=test.method, sample=test.sample))
    for date in sorted(frame.key_dates, key=lambda d: not d.source.startswith("brief")):
        if frame.start <= date.prepare_from <= last and date.use != "quiet":
            begin = max(days.on_or_before(date.prepare_from), days.on_or_after(frame.start))
            facts = {
                "date_name": clip(date_name(context, date), bound(16, context.language)),
                "date": day(date.date, context.language),
                "ready": day(date.deliver_by, context.language),
            }
            found.append(_step(context, "prepare", begin, context.role("planner", "operator"), **facts))
            break
    for review in [r for r in frame.reviews if r.date <= last][:1] + [
        r for r in frame.reviews if r.kind in ("monthly", "gate") and r.date <= last
    ][:1]:
        key, measured = (
            f"review_{review.kind if review.kind in REVIEWS else 'monthly'}",
            review.date >= after_weeks(context, 4),
        )
        found.append(_step(context, key, review.date, review.owner, measured=MARK if measured else None))
    for drill in [d for d in frame.drills if d <= last][:1]:
        found.append(_step(context, "drill", drill, signs, signer=signer))
    for need in approvals(context):
        if need.kind in ("approval", "review", "evidence", "audience") and need.workdays:
            found.append(_step_on(context, need))
    fit_in = {(step.date, step.action): step for step in found if context.frame.as_of <= step.date <= last}
    return sorted(fit_in.values(), key=lambda step: step.date)[:STEPS]


def _places(context: Context, platforms: list[str]) -> str:
    """Platforms by their names; only how many they are where they are too many for a sentence."""
    if len(platforms) <= FEW:
        return join([context.name(one) for one in platforms], context.language)
    return context.say("summary.places", count=len(platforms))


def set_up(context: Context, turn: tuple[int, int]) -> dt.date:
    """The day of a step that publishing waits for: so many working days before the period, or, where less than a week is left until it
    begins, so many into it."""
    frame, (before, after) = context.frame, turn
    if frame.start <= frame.as_of:
        return workday(context, after)
    ahead = calendar_before(context).between(frame.as_of, frame.start - dt.timedelta(days=1))
    return ahead[-min(before, len(ahead))] if len(ahead) >= LEAD_IN else workday(context, after)


def _step_on(context: Context, need: Approval) -> Step:
    """The day on which an approval or a proof is handed in."""
    key, facts = opening(context, need)
    return Step(date=need.hand_in, action=fit(context, key, **facts), owner=need.owner)


def _step(context: Context, key: str, when: dt.date, owner: str, **facts: object) -> Step:
    return Step(date=when, action=fit(context, f"summary.step.{key}", **facts), owner=owner)


def _decisions(context: Context) -> list[str]:
    """What only the client can decide: goals out of reach, missing hands, contradictions, assumed money, approvals."""
    frame = context.frame
    by = day(set_up(context, APPROVAL), context.language)
    found: list[str] = []
    for conflict in context.intake.conflicts:
        if conflict.severity == "error":
            found.append(
                fit(context, "summary.decide.conflict", by=by, conflict=coded(context, conflict.message.strip()))
            )
    contradictions = len(found)
    for goal in [g for g in frame.goals if g.origin == "brief" and g.verdict.status in HARD][:3]:
        facts = _goal_facts(context, goal)
        key = "priced" if facts["cost"] else "beyond" if goal.objective.kind == "conversion" else "unpriced"
        found.append(fit(context, f"summary.decide.{key}", by=by, **facts))
    if loss := _loss(context):
        found.append(fit(context, "summary.decide.loss", by=by, **loss))
    if frame.budget.origin == "assumption":
        found.append(
            fit(context, "summary.decide.budget", by=by, total=money(frame.budget.total_cents, frame.currency))
        )
    missing = sorted((r for r in frame.roles if not r.holder and r.load > 0), key=lambda r: -r.load)
    for role in missing[:2]:
        name = _lower(context, t(context.language, f"role.{role.id}"))
        found.append(fit(context, "summary.decide.role", by=by, role=name, hours=number(role.load, 1)))
    found += _hired(context, by)
    if declined(context):
        found.insert(contradictions, fit(context, "legal.decide", by=by, ids=ids(context), fields=fields_of(context)))
    if context.facts.proofs:
        found.append(_proof(context, by))
    found.append(fit(context, "summary.decide.idea", by=by))
    return found


def _hired(context: Context, by: str) -> list[str]:
    """The decision about a hired hand whose fee the brief does not name."""
    if not (bill := _bill(context)):
        return []
    key = "hired_inside" if carries_hired(context.brief) else "hired"
    return [fit(context, f"summary.decide.{key}", by=by, **bill)]


def hired_question(context: Context) -> Gap | None:
    """The same as an open question, which the budget's line alone would hide: money that no line holds is asked for where the client answers."""
    if not carries_hired(context.brief) or not (bill := _bill(context)):
        return None
    said = {name: t(context.language, f"budget.open.{name}", **bill) for name in ("assumption", "question", "why")}
    gaps = context.intake.gaps
    least = min((one.weight for one in gaps), default=50)
    return Gap(id=f"A{len(gaps) + 1}", field="budget.fixed", weight=least, **said)


def _bill(context: Context) -> dict[str, str]:
    """A hired hand whose fee the brief does not name, with what it would be by the benchmark, as the budget's labour line tells it; {} for none."""
    budget, frame = context.frame.budget, context.frame
    each, _ = outside_hour(context)
    if budget.by(category="labour") or not each or not budget.total_cents:
        return {}
    weeks = ((frame.end - frame.start).days + 1) / 7
    for member in hired_hands(context.brief)[:1]:
        if cents := hired_cents(member, weeks, each):
            total = money(budget.total_cents, frame.currency)
            return {"title": noun(context, member.title), "fee": money(cents, frame.currency), "total": total}
    return {}


def _proof(context: Context, by: str) -> str:
    """What the client has to send before the first piece of evidence is published; a figure under its handle, never cut."""
    proof = context.facts.proofs[0]
    text = quotable(proof, bound(44, context.language))
    if proof.kind == "figure" or not text:
        return fit(context, "summary.decide.proof_figure", by=by, handle=proof.handle)
    key = "proof_certificate" if proof.kind == "certificate" else "proof"
    return fit(context, f"summary.decide.{key}", by=by, proof=text)


def _lower(context: Context, text: str) -> str:
    return text if context.zh else text[:1].lower() + text[1:]
