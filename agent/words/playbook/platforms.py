"""Platform choice: every platform considered, with sourced claims, scores, what it gets, and the test that would change its role."""

from __future__ import annotations

from collections.abc import Sequence

from agent.frame.model import PlatformFrame
from agent.knowledge.model import Item
from agent.locale import has, number, plain, t
from agent.plan.base import Claim
from agent.plan.content import PlatformChoice, PlatformsPart, Score
from agent.words.playbook.context import Context
from agent.words.playbook.crew import busy
from agent.words.playbook.figures import amount, tempo
from agent.words.playbook.gauges import Gauge, date_text, gate, goal_gauge, kpi_gauge
from agent.words.playbook.local import audience_in
from agent.words.playbook.pick import pick
from agent.words.playbook.strategy import situation
from agent.words.playbook.voice import MARK, clip, join

MATERIAL = {
    "short_video": "video", "long_video": "video", "live": "video", "podcast": "video", "story": "video", "article": "text", "qa": "text",
    "thread": "text", "newsletter": "text", "poll": "text", "document": "document",
}  # fmt: skip
"""Kind of material by format; pictures for the others."""
PARAGRAPH = 180
"""Length of a paragraph in Chinese characters (agent.plan.base)."""


def write_platforms(context: Context) -> PlatformsPart:
    """The platforms part, in the frame's order."""
    active = context.frame.active
    primary = [context.name(p.id) for p in active if p.role == "primary"]
    support = [context.name(p.id) for p in active if p.role == "support"]
    best = [one for one in active if f"{one.total:.1f}" == f"{active[0].total:.1f}"]
    line = "platforms.support_line" if support else "platforms.no_support_line"
    logic = pick(
        context, "platforms.logic", PARAGRAPH,
        primary=join(primary, context.language), support_line=lower(context, pick(context, line, support=join(support, context.language))),
        first=context.name(active[0].id), first_total=f"{active[0].total:.1f}", first_strong=_extreme(context, active[0], best=True),
        hours=situation(context)["hours"], sole=MARK if len(best) == 1 else None,
    )  # fmt: skip
    return PlatformsPart(
        logic=logic,
        choices=[_choice(context, one) for one in context.frame.platforms],
        interplay=_interplay(context, [p.id for p in active]),
    )


def lower(context: Context, text: str) -> str:
    """A fragment that stands inside a sentence: English loses the capital that a phrase of its own gets."""
    return text if context.zh else text[:1].lower() + text[1:]


def _choice(context: Context, one: PlatformFrame) -> PlatformChoice:
    sheet = context.knowledge.platform(one.id)
    return PlatformChoice(
        platform=one.id, role=one.role, total=one.total, scores=list(one.scores),
        audience=_audience(context, one.id), ecology=_claim(context, sheet.ecology),
        spread=_claim(context, sheet.distribution), strength=_claim(context, sheet.strength),
        why=_why(context, one), cadence=one.cadence, hours=one.hours, budget_cents=one.budget_cents,
        material=_material(context, one), language=one.language, gate=_gate(context, one),
    )  # fmt: skip


def _audience(context: Context, platform: str) -> Claim:
    """Who is there: in the plan's markets where the sheet counts the people of another country."""
    items = context.knowledge.platform(platform).audience
    here = audience_in(context, platform, items)
    return context.claim(here[0], here[1], *filter(None, here[2:])) if here else _claim(context, items)


def _claim(context: Context, items: Sequence[Item]) -> Claim:
    """The section's best supported statement, with as many more as fit; low confidence says so."""
    order = {"high": 0, "medium": 1, "low": 2}
    ranked = sorted(items, key=lambda item: order[item.confidence])
    longest = 66 if context.zh else 190
    text, used = clip(ranked[0].text(context.language), longest), [ranked[0]]
    for item in ranked[1:]:
        ended = text if text.endswith(("。", ".")) else text + ("。" if context.zh else ".")
        more = ended + ("" if context.zh else " ") + item.text(context.language)
        if item.confidence == ranked[0].confidence and len(more) <= longest:
            text, used = more, [*used, item]
    if ranked[0].confidence == "low":
        text = pick(
            context,
            "platforms.assumed" if ranked[0].kind == "assumption" else "platforms.low",
            PARAGRAPH,
            text=text.rstrip("。."),
        )
    elif not text.endswith(("。", ".")):
        text += "。" if context.zh else "."
    return context.claim(text, used[0].kind, *(f"kb:{item.id}" for item in used))


def _extreme(context: Context, one: PlatformFrame, *, best: bool) -> str:
    """The criterion on which the platform does best or worst, weight deciding between equals."""
    scored = [s for s in one.scores if s.criterion not in ("wish",)] or list(one.scores)

    def rank(score: Score) -> tuple[float, float]:
        return (score.score if best else -score.score, score.weight)

    name = max(scored, key=rank).criterion
    label = t(context.language, f"criterion.{name}") if has(context.language, f"criterion.{name}") else name
    return label if context.zh else label[:1].lower() + label[1:]


def _why(context: Context, one: PlatformFrame) -> str:
    spare = one.reason == "capacity" and not busy(context)
    key = f"platforms.why.{one.role}_{'fit' if spare else _reason(context, one)}"
    if not context.voice.has(key):
        key = f"platforms.why.{one.role}_fit"
    return pick(
        context, key, total=f"{one.total:.1f}", strong=_extreme(context, one, best=True), weak=_extreme(context, one, best=False),
        cadence=_pace(context, one), hours=amount(one.hours, "count", context.language),
    )  # fmt: skip


def _pace(context: Context, one: PlatformFrame) -> str:
    """Posts a week as a reason names them: "up to 4" where free slots and holidays leave fewer on average, which stand in the table beside it."""
    made = sum(slot.kind != "buffer" and slot.platform == one.id for slot in context.frame.slots)
    average = made / max(1, context.frame.weeks_count)
    if one.cadence < 1 or plain(average, 1) == plain(one.cadence, 1):
        return tempo(one.cadence)
    return t(context.language, "misc.up_to" if average < one.cadence else "misc.roughly", n=tempo(one.cadence))


def _reason(context: Context, one: PlatformFrame) -> str:
    """Why a platform has its role; "contested" where the brief both wants it and refuses it, which the client has yet to settle."""
    asked = context.intake.brief.platforms
    contested = one.id in asked.avoid and one.id in (*asked.must, *asked.may)
    return "contested" if one.reason == "avoid" and contested else one.reason


def _material(context: Context, one: PlatformFrame) -> str:
    if not one.formats:
        kind = "closed" if one.role == "excluded" else "none"
        return pick(context, f"platforms.material.{kind}", owner=_owner(context))
    main = max(one.formats, key=lambda pair: pair[1])[0]
    return pick(context, f"platforms.material.{MATERIAL.get(main, 'picture')}", product=context.facts.names["hero"])


def _gate(context: Context, one: PlatformFrame) -> str:
    """A date of the frame's gates and a threshold of its KPIs; active platforms are judged early, the others in the middle."""
    active = one.role in ("primary", "support")
    date = gate(context, 0 if active else 1)
    gauge = _threshold(context, one.id if active else context.frame.active[0].id, date.isoformat(), 0 if active else 1)
    key = f"{one.role}_{_reason(context, one)}"
    key = key if key in ("primary_must", "excluded_avoid", "excluded_contested") else one.role
    return pick(
        context, f"platforms.gate.{key}", **gauge.facts(date_text(context, date)),
        less=tempo(max(one.cadence / 2, 0.5)), more=tempo(one.cadence * 1.5), owner=_owner(context),
    )  # fmt: skip


def _owner(context: Context) -> str:
    return context.holder(context.role("operator", "planner", "community"))


def _threshold(context: Context, platform: str, until: str, place: int) -> Gauge:
    date = gate(context, place)
    for names, where in (
        (("followers_net", "er", "completion"), platform),
        (("er",), platform),
        (("impressions", "reach"), ""),
    ):
        found = kpi_gauge(context, names, date, where)
        if found:
            return found
    pieces = sum(
        slot.kind != "buffer" and slot.platform == platform and slot.date.isoformat() <= until
        for slot in context.frame.slots
    )
    return goal_gauge(context, date) or Gauge(t(context.language, "col.pieces"), number(pieces), "calc:calendar")


def _interplay(context: Context, active: Sequence[str]) -> list[str]:
    names = [context.name(one) for one in active]
    if len(names) == 1:
        return [
            *(pick(context, "platforms.interplay_single", a=names[0]) for _ in range(2)),
            pick(context, "platforms.interplay_rule_single", a=names[0], owner=_owner(context)),
        ]
    pairs = [(names[0], names[n]) for n in range(1, min(len(names), 4))]
    return [
        *(pick(context, "platforms.interplay", a=a, b=b) for a, b in pairs),
        pick(context, "platforms.interplay_rule", owner=_owner(context)),
    ]
