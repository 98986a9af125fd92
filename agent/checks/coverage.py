"""Coverage: every goal has KPIs, every pillar slots and topics, every risk an owner, every kind of content its place."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from agent.checks.base import CheckContext, Hit, at, check
from agent.frame.earmarks import sort_of, trimmed
from agent.plan.model import MarketingPlan


def active_platforms(plan: MarketingPlan) -> list[str]:
    """Platforms that get posts: primary and support."""
    return [c.platform for c in plan.platforms.choices if c.role in ("primary", "support")]


def _missing(where: str, wanted: Iterable[str], present: Iterable[str]) -> Iterator[Hit]:
    """A hit that names every kind that is wanted and not there."""
    held = set(present)
    lacking = [one for one in wanted if one not in held]
    if lacking:
        yield at(where, missing=", ".join(lacking))


@check("COV-001", "error", "Every goal has at least one KPI, and every KPI a goal")
def goals_measured(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """By the KPI's goal id; whether that goal exists is another check's matter."""
    measured = {kpi.goal for kpi in plan.kpis.kpis}
    for place, goal in enumerate(plan.positioning.goals):
        if goal.id not in measured:
            yield at(f"positioning.goals[{place}]", id=goal.id)
    for place, kpi in enumerate(plan.kpis.kpis):
        if not kpi.goal.strip():
            yield at(f"kpis.kpis[{place}].goal", "kpi", name=kpi.name)


@check("COV-002", "error", "Every pillar has rows in the calendar")
def pillars_scheduled(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A pillar without a slot is a heading, not content."""
    scheduled = {entry.pillar for entry in plan.calendar.entries}
    for place, pillar in enumerate(plan.themes.pillars):
        if pillar.id not in scheduled:
            yield at(f"themes.pillars[{place}]", id=pillar.id, name=pillar.name)


@check("COV-003", "error", "No platform shows the same topic twice in the same words")
def topics_enough(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A topic that returns on a platform comes back as a told round with its own angle."""
    seen: dict[tuple[str, str], str] = {}
    for place, entry in enumerate(plan.calendar.entries):
        if entry.kind == "buffer" or not entry.topic:
            continue
        first = seen.setdefault((entry.platform, entry.topic), entry.id)
        if first != entry.id:
            yield at(f"calendar.entries[{place}].topic", id=entry.id, first=first, topic=entry.topic)


@check(
    "COV-004", "error", "Every pillar's topic bank lasts: at least one topic for every two slots it fills on a platform"
)
def bank_lasts(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Compares the bank with the fullest platform, since a topic may be remade on every platform."""
    for place, pillar in enumerate(plan.themes.pillars):
        rows = Counter(entry.platform for entry in plan.calendar.entries if entry.pillar == pillar.id)
        most = max(rows.values(), default=0)
        if len(pillar.topics) * 2 < most or not pillar.topics:
            yield at(f"themes.pillars[{place}].topics", name=pillar.name, topics=len(pillar.topics), slots=most)


@check("COV-005", "error", "Every active platform has rows in the calendar")
def platforms_scheduled(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Primary and support platforms."""
    scheduled = {entry.platform for entry in plan.calendar.entries if entry.kind != "buffer"}
    for place, choice in enumerate(plan.platforms.choices):
        if choice.role in ("primary", "support") and choice.platform not in scheduled:
            yield at(f"platforms.choices[{place}]", platform=choice.platform)


@check("COV-006", "error", "Every pillar has a finished post on every active platform")
def posts_everywhere(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """At least one adaptation per pillar and platform."""
    made = {(post.pillar, post.platform) for post in plan.adaptations.posts}
    for pillar in plan.themes.pillars:
        for platform in active_platforms(plan):
            if (pillar.id, platform) not in made:
                yield at("adaptations.posts", name=pillar.name, platform=platform)


@check("COV-007", "error", "Every risk has an owner, a prevention and at least two response steps")
def risks_answered(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A risk that nobody holds is not managed."""
    for place, risk in enumerate(plan.risks.risks):
        if not risk.owner.strip() or not risk.prevention.strip() or len(risk.response) < 2 or not risk.trigger.strip():
            yield at(f"risks.risks[{place}]", id=risk.id, title=risk.title)


@check("COV-008", "error", "Every persona is served by a pillar and found on an active platform")
def personas_served(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Persona and pillar name each other; the persona uses a platform that gets posts."""
    serving = {pillar.id: set(pillar.personas) for pillar in plan.themes.pillars}
    active = set(active_platforms(plan))
    for place, persona in enumerate(plan.personas.personas):
        if not any(persona.id in serving.get(pillar, ()) for pillar in persona.pillars):
            yield at(f"personas.personas[{place}].pillars", name=persona.name)
        if not active & set(persona.platforms):
            yield at(f"personas.personas[{place}].platforms", "platform", name=persona.name)


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


@check("COV-009", "error", "Every research task says what, where, how, who, by when and for which decision")
def tasks_complete(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """And every observation that is not known yet names such a task."""
    for place, task in enumerate(plan.market.unknowns):
        texts = (task.question, task.where, task.how, task.owner, task.decision)
        if not all(text.strip() for text in texts) or not _is_date(task.due):
            yield at(f"market.unknowns[{place}]", id=task.id)
    for n, competitor in enumerate(plan.market.competitors):
        for m, seen in enumerate(competitor.observations):
            if seen.kind == "research" and not seen.task:
                yield at(f"market.competitors[{n}].observations[{m}].task", id=competitor.name)


ASPECTS = (
    "positioning",
    "content_style",
    "engagement_tactics",
    "follower_growth",
    "user_feedback",
    "strengths",
    "weaknesses",
)


@check("COV-010", "error", "Every competitor is seen under all seven aspects")
def aspects_seen(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Known from a source, or a research task; the status quo is exempt."""
    for place, competitor in enumerate(plan.market.competitors):
        if not competitor.status_quo:
            seen = [one.aspect for one in competitor.observations if one.text.strip()]
            yield from _missing(f"market.competitors[{place}].observations", ASPECTS, seen)


KINDS: dict[str, tuple[str, ...]] = {
    "positioning.goals": ("awareness", "engagement", "traffic", "conversion", "service", "followers"),
    "kpis.kpis": ("exposure", "engagement", "content", "conversion", "followers", "service", "roi"),
    "strategy.lines": ("content", "engagement", "growth", "conversion"),
    "production.gates": ("professionalism", "accuracy", "compliance", "tone"),
    "risks.risks": ("compliance", "opinion", "account", "performance"),
    "risks.inspections": ("inspection", "drill"),
}
ROLES = ("strategist", "planner", "copy", "design", "video", "operator", "community", "analyst")
CATEGORIES = ("content", "tools", "ads", "creators", "prizes", "contingency")


@check("COV-011", "error", "Goals, KPIs, strategies, review gates, risks and inspections are there in all kinds")
def kinds_present(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """By the `kind` of the rows of each list."""
    for path, wanted in KINDS.items():
        part, _, name = path.partition(".")
        rows: list[Any] = getattr(getattr(plan, part), name)
        yield from _missing(path, wanted, (row.kind for row in rows))


@check("COV-012", "warning", "Every budget category has a line, be it of nothing with its reason")
def categories_present(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Labour may stand outside the sum, in hours; the other six are lines."""
    yield from _missing("budget.lines", CATEGORIES, (line.category for line in plan.budget.lines))


@check("COV-013", "error", "Reviews run weekly and monthly, and quarterly when the period holds a quarter")
def review_kinds(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A period under 28 days needs no monthly review, one under 13 weeks no quarterly one; up to 16 weeks the gate at the
    end of the period stands for it."""
    days = (plan.meta.end - plan.meta.start).days + 1
    reviews = plan.measurement.reviews
    closing = days < 112 and any(r.kind == "gate" and (plan.meta.end - r.date).days <= 10 for r in reviews)
    wanted = ["weekly"] + ["monthly"] * (days >= 28) + ["quarterly"] * (days >= 91 and not closing)
    yield from _missing("measurement.reviews", wanted, (review.kind for review in plan.measurement.reviews))


@check(
    "COV-014", "error", "All eight working roles are listed, held or missing, and a role that nobody holds has its gap"
)
def roles_listed(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Strategist to analyst; presenter and approver where the plan needs them."""
    yield from _missing("team.roles", ROLES, (role.id for role in plan.team.roles))
    unheld = [role.title for role in plan.team.roles if not role.holder.strip() and role.load > 0]
    if unheld and not plan.team.gaps:
        yield at("team.gaps", missing=", ".join(unheld))


@check("COV-015", "error", "Every planned row has owner, topic, hook and call to action")
def rows_complete(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """To the last week of the period; slots kept free need an owner only."""
    for place, entry in enumerate(plan.calendar.entries):
        fields = (
            ["owner"] if entry.kind == "buffer" else ["owner", "topic", "hook", "cta", "pillar", "topic_id", "format"]
        )
        empty = [name for name in fields if not str(getattr(entry, name)).strip()]
        if empty:
            yield at(f"calendar.entries[{place}]", id=entry.id, missing=", ".join(empty))


@check("COV-016", "error", "Every active platform has an account audit, a publishing window and a data source")
def platforms_equipped(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """One row each in market.audit, engagement.windows and measurement.tools."""
    active = active_platforms(plan)
    yield from _missing("market.audit", active, (row.platform for row in plan.market.audit))
    yield from _missing("engagement.windows", active, (row.platform for row in plan.engagement.windows))
    yield from _missing("measurement.tools", active, (row.platform for row in plan.measurement.tools))


@check("COV-017", "error", "Every phase has its purpose and its emphasis among the goals")
def phases_explained(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """strategy.phases and positioning.emphasis."""
    ids = [phase.id for phase in plan.phases]
    yield from _missing("strategy.phases", ids, (row.phase for row in plan.strategy.phases))
    yield from _missing("positioning.emphasis", ids, (row.phase for row in plan.positioning.emphasis))


@check("COV-018", "warning", "Room is kept in the calendar for what cannot be foreseen")
def buffers_kept(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """At least one buffer slot in every eight weeks."""
    weeks = ((plan.meta.end - plan.meta.start).days + 1) / 7
    buffers = sum(entry.kind == "buffer" for entry in plan.calendar.entries)
    if buffers < max(1, int(weeks / 8)):
        yield at("calendar.entries", buffers=buffers, weeks=f"{weeks:.0f}")


@check("COV-019", "warning", "What the brief pays for, a film or prizes, is put to use in the calendar")
def earmarks_used(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A fixed sum for a film or for prizes has a key date that names it, or that it names, and pieces that belong to the date."""
    used = {entry.key_date for entry in plan.calendar.entries if entry.kind != "buffer" and entry.key_date}
    names = [key.name for key in plan.calendar.key_dates if key.id in used]
    for place, line in enumerate(plan.budget.lines):
        purpose = trimmed(line.item)
        known = any(purpose in name or name in line.item or name in purpose for name in names)
        if line.fixed and line.cents and sort_of(line.item) in ("film", "prizes") and not known:
            yield at(f"budget.lines[{place}]", item=line.item)


@check(
    "COV-020", "warning", "Every goal that content can move, and every date that is not quiet, has a piece of its own"
)
def goals_and_dates_served(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Replies are a matter of hours and need none."""
    rows = [entry for entry in plan.calendar.entries if entry.kind != "buffer"]
    goals, dates = {entry.goal for entry in rows}, {entry.key_date for entry in rows}
    for place, goal in enumerate(plan.positioning.goals):
        if goal.kind != "service" and goal.id not in goals:
            yield at(f"positioning.goals[{place}]", id=goal.id)
    for place, key in enumerate(plan.calendar.key_dates):
        if key.use != "quiet" and key.id not in dates:
            yield at(f"calendar.key_dates[{place}]", "date", name=key.name, date=key.date)
