"""The positioning part: the role chosen against others, the statement, tone, SMART goals with the frame's verdicts, emphasis by phase."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Literal, get_args

from agent.frame.model import GoalFrame
from agent.locale import day
from agent.plan.base import Claim, bound
from agent.plan.insight import Goal, PhaseEmphasis, PositioningPart, RoleOption
from agent.words.playbook.context import Context
from agent.words.playbook.crew import who as who_holds
from agent.words.playbook.figures import amount
from agent.words.playbook.fit import LINE, PARAGRAPH, entries, fit, metric_words, spread, vary, who
from agent.words.playbook.proofs import quotable, shorten
from agent.words.playbook.topics import guard_of
from agent.words.playbook.voice import clip, join

Role = Literal["expert", "companion", "trendsetter", "insider", "organiser", "witness"]
ROLES: tuple[Role, ...] = get_args(Role)
BY_BUSINESS: dict[str, dict[Role, float]] = {
    "b2b": {"expert": 3, "insider": 3.2, "witness": 2, "companion": 0.5, "organiser": 1, "trendsetter": 0},
    "b2c": {"expert": 1.8, "insider": 2, "witness": 1.4, "companion": 2, "organiser": 0.8, "trendsetter": 1.2},
    "local": {"expert": 1.2, "insider": 1.6, "witness": 1.2, "companion": 2.2, "organiser": 2, "trendsetter": 0.6},
    "nonprofit": {"expert": 1, "insider": 0.8, "witness": 3, "companion": 1.6, "organiser": 2.6, "trendsetter": 0},
}
BY_TONE: dict[Role, re.Pattern[str]] = {
    "expert": re.compile(r"专业|專業|严谨|嚴謹|权威|expert|authorit|precise|rigorous|scientific", re.I),
    "companion": re.compile(r"温暖|溫暖|邻居|鄰居|亲切|親切|陪伴|朋友|warm|friendly|gentle|neighbo", re.I),
    "trendsetter": re.compile(r"潮|年轻|年輕|大胆|大膽|前卫|酷|bold|playful|trend|edgy|cool", re.I),
    "insider": re.compile(r"实在|實在|不端着|直白|幽默|plain|practical|dry|colleague|no buzzwords|honest|candid", re.I),
    "organiser": re.compile(r"热闹|熱鬧|一起|社区|社群|communit|together|inclusive", re.I),
    "witness": re.compile(
        r"诚实|誠實|真实|真實|不夸张|不誇大|透明|transparent|truthful|never exaggerated|specific", re.I
    ),
}
FORMS = 4
"""Sentences in which a forbidden word is kept out."""
GENERAL_DONT = ("fog", "promise", "rivals", "argue")


def write_positioning(context: Context) -> PositioningPart:
    """Role, statement, proof, tone, goals and emphasis."""
    order = sorted(ROLES, key=lambda role: -weight(context, role))
    facts, dont = _facts(context), _tone_dont(context)
    title = fit(context, f"positioning.role.{order[0]}.title", LINE)
    part = PositioningPart(
        role=RoleOption(role=order[0], title=title, why=vary(context, f"positioning.role.{order[0]}.why", **facts)),
        alternatives=[
            RoleOption(role=role, title=fit(context, f"positioning.role.{role}.title", LINE), why=vary(context, f"positioning.role.{role}.not", **facts)) for role in order[1:4]
        ],
        statement=fit(context, "positioning.statement", PARAGRAPH, **facts, role_title=title),
        fit=vary(context, "positioning.fit" if context.intake.brief.strategy else "positioning.fit_assumed", strategy_text=_strategy(context)),
        memory_point=vary(context, "positioning.memory_point", **facts),
        proof=_proof(context),
        tone_do=_tone_do(context, len(dont)),
        tone_dont=dont,
        goals=[_goal(context, goal) for goal in context.frame.goals],
        emphasis=_emphasis(context),
    )  # fmt: skip
    return shorten(part, context.facts.proofs, frozenset({"proof"}))


def _strategy(context: Context) -> str | None:
    """The client's strategy as it can be quoted inside a sentence; its own quotation marks become inner ones."""
    text = re.sub(r"\"([^\"]*)\"", r"‘\1’", context.brief.strategy.strip())
    return clip(text, bound(50, context.language)) or None


def weight(context: Context, role: Role) -> float:
    """How well a role suits: the business, the tone asked for, the proof at hand; a stable lot of the brand between near equals."""
    brief = context.brief
    score = BY_BUSINESS[brief.business][role] + 0.9 * sum(
        bool(BY_TONE[role].search(word)) for word in context.intake.brief.tone
    )
    proofs = len(context.facts.proofs)
    score += {"expert": 0.4 * min(proofs, 3), "witness": 0.3 * min(proofs, 3)}.get(role, 0.0)
    score += 0.5 if role == "expert" and brief.regulated else 0.0
    lot = hashlib.blake2b(f"{brief.brand}|role|{role}".encode(), digest_size=4).digest()
    return score + int.from_bytes(lot, "big") / 2**32 * 0.5


def _facts(context: Context) -> dict[str, object]:
    names = context.facts.names
    first = context.brief.audience[0] if context.brief.audience else None
    room = bound(24, context.language)
    doubts = entries(context, "doubts", 1)
    return {
        "who": who(context, first, 20) if first else None,
        "doubt": doubts[0].rstrip("。.") if doubts else None,
        "short_point": clip(names["point1"], room) if "point1" in names else None,
        "short_proof": next(
            (q for q in (quotable(p, bound(40, context.language)) for p in context.facts.proofs) if q), None
        ),
        "tone_words": join([clip(w, room) for w in context.brief.tone[:3]], context.language) or None,
    }


def _proof(context: Context) -> list[Claim]:
    """The brief's evidence; its selling points where there is none; else that none is known."""
    limit = bound(70, context.language)
    proofs = [
        context.claim(quotable(p, limit) or clip(p.text, limit), "brief", p.source) for p in context.facts.proofs[:4]
    ]
    if proofs:
        return proofs
    brand, told = context.brief.brand, context.intake.brief.products
    points = [(n, p, point) for n, p in enumerate(context.brief.products) for point in p.selling_points]
    stated = [
        context.claim(
            fit(
                context,
                "positioning.point_only",
                product=p.name if told else brand,
                point=clip(point, bound(36, context.language)),
            ),
            "brief",
            f"brief:products[{n}].selling_points",
        )
        for n, p, point in points[:3]
    ]
    return stated or [context.claim(fit(context, "positioning.no_proof"), "assumption", "assume:proof")]


def _tone_do(context: Context, count: int) -> list[str]:
    """How the brand speaks, at least as many sentences as say how it does not."""
    words = [clip(word, bound(16, context.language)) for word in context.brief.tone[:4]]
    said = spread(context, "positioning.tone_do", [{"tone_word": word} for word in words])
    extra = [fit(context, "positioning.tone_answer"), fit(context, "positioning.tone_limit")]
    found = [*said, *extra][: max(3, len(words))] if len(words) >= 3 else [*said, *extra][:4]
    while len(found) < count:
        found.append(fit(context, f"positioning.tone_{('answer', 'limit')[len(found) % 2]}"))
    return found


def _tone_dont(context: Context) -> list[str]:
    words = [clip(word, bound(24, context.language)) for word in guard_of(context).words[:3]]
    said = _never(context, words)
    rules = [text for text in context.brief.never_say if text.strip(" “”\"'。.") not in guard_of(context).words]
    said += [fit(context, "positioning.rule", rule=clip(text, bound(40, context.language))) for text in rules[:1]]
    return [*said, *(fit(context, f"positioning.dont.{key}") for key in GENERAL_DONT)][:4]


def _never(context: Context, words: Sequence[str]) -> list[str]:
    """How each forbidden word is kept out, in a sentence of another form than those before it as long as there is one."""
    out: list[str] = []
    forms: set[str] = set()
    for word in words:
        tried = [fit(context, "positioning.never", word=word) for _ in range(FORMS)]
        said = next((one for one in tried if one.replace(word, "") not in forms), tried[0])
        forms.add(said.replace(word, ""))
        out.append(said)
    return out


def _goal(context: Context, goal: GoalFrame) -> Goal:
    aim = goal.objective
    metric = metric_words(context, aim.metric or aim.text, 22)
    facts = _told(context)
    return Goal(
        id=goal.id,
        kind=aim.kind,
        statement=fit(context, f"positioning.goal.{_form(goal)}", **facts, **_numbers(context, goal), metric=metric),
        metric=_counted(context, goal),
        baseline=goal.baseline,
        target=goal.target,
        deadline=goal.deadline,
        owner=goal.owner,
        phase=goal.phase,
        priority=goal.priority,
        origin=goal.origin,
        relevance=vary(context, f"positioning.relevance.{aim.kind}", **facts, metric=metric),
        verdict=goal.verdict,
    )


def _told(context: Context) -> dict[str, object]:
    """Whom, what for and against which doubt, for sentences on a goal."""
    facts = _facts(context)
    return {name: facts[name] for name in ("who", "doubt", "short_point")}


def _form(goal: GoalFrame) -> str:
    """Which sentence tells the goal: service, our proposal, from-to, to, a figure of today that is only held, growth too slight for a target, or without a number."""
    if goal.objective.kind == "service":
        return "service"
    if proposes(goal):
        return "ours"
    if goal.origin == "brief" and goal.target.kind == "assumption":
        return "held"
    if goal.objective.target is None:
        return "watched" if goal.verdict.base is not None else "open"
    if goal.origin != "brief":
        return "proposed"
    rhythm = {"month": "_month", "week": "_week", "day": "_day"}.get(goal.objective.per, "")
    return ("from_to" if goal.objective.baseline is not None else "to") + rhythm


def _counted(context: Context, goal: GoalFrame) -> str:
    """What is counted; with the period where the client gives no number, so that the plan's own is read for what it is."""
    metric = goal.objective.metric or goal.objective.text
    if not proposes(goal) or goal.objective.per != "period" or goal.objective.unit == "%":
        return metric
    return metric[:1] + context.say("positioning.in_all", metric=metric, count=context.frame.weeks_count)[1:]


def proposes(goal: GoalFrame) -> bool:
    """Whether the client asks for it without a number and the plan sets one, the forecast's."""
    return goal.origin == "brief" and goal.objective.target is None and goal.target.value is not None


def _numbers(context: Context, goal: GoalFrame) -> dict[str, object]:
    unit = goal.target.unit
    aim = goal.objective

    def shown(value: float | None) -> str | None:
        return None if value is None else amount(value, unit, context.language)

    return {
        "base": shown(aim.baseline), "target": shown(goal.target.value if proposes(goal) else aim.target), "deadline": day(goal.deadline, context.language, year=True),
        "owner": who_holds(context, goal.owner) if context.zh else context.holder(goal.owner),
        "start": day(context.frame.start, context.language),
        "value": shown(goal.target.value), "forecast": shown(goal.verdict.base),
    }  # fmt: skip


def _emphasis(context: Context) -> list[PhaseEmphasis]:
    """Per phase: the goals that weigh most there first, then by priority."""
    out = []
    phases = context.frame.phases
    for place, phase in enumerate(phases):
        order = sorted(context.frame.goals, key=lambda goal: (goal.phase != phase.id, goal.priority))
        key = "first" if place == 0 else "last" if place == len(phases) - 1 else "middle"
        names = [metric_words(context, goal.objective.metric or goal.objective.text, 14) for goal in order]
        text = fit(
            context,
            f"positioning.emphasis.{key}",
            **_told(context),
            phase=phase.name,
            goal_first=names[0],
            goal_second=names[1] if len(names) > 1 else None,
            goal_last=names[-1],
            end=day(phase.end, context.language),
        )
        out.append(PhaseEmphasis(phase=phase.id, goals=[goal.id for goal in order], emphasis=text))
    return out
