"""The risks part: what may go wrong with this plan, how it shows, who answers, when it is rehearsed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from agent.knowledge.model import Bi, RiskItem
from agent.locale import day
from agent.plan.results import Inspection, Risk, RisksPart
from agent.words.playbook.context import Context
from agent.words.playbook.crew import hours, kind_of, law_text, noun, who
from agent.words.playbook.crisis import FIRST, span
from agent.words.playbook.engagement import cover
from agent.words.playbook.figures import amount
from agent.words.playbook.fit import metric_words
from agent.words.playbook.legal import approvals, declined, ids, short
from agent.words.playbook.match import says
from agent.words.playbook.named import say, say_paragraph, word
from agent.words.playbook.topics import EATEN, code_name, guard_of
from agent.words.playbook.voice import clip, join, rank

FROM_LIBRARY = 9
FAMILIES = ("compliance", "opinion", "account", "performance")
"""Families that every plan has to cover."""
MARKET_TAGS = {"CN": "cn", "TW": "tw"}


_FAST = re.compile(r"^Reply within 30 minutes|^30 ?分[钟鐘][内內](?:回复|回覆|回復)")
_SLOWER = (
    (re.compile(r"twice a day|每天[两兩]次"), "look"),
    (re.compile(r"^Give progress within 4 hours|^4 ?小[时時][内內][给給][阶階]段[进進]展"), "progress"),
    (re.compile(r"^Give the outcome within 24 hours|^24 ?小[时時][内內][给給]出[处處]理[结結]果"), "outcome"),
)
"""Times in the library's answers to a wave of complaints, as a team keeps them that is there all day."""
NARROW = 2
"""Hours a week of an approver from which down everything waits for one signature."""
GROUPS = {
    "performance": "results", "target": "results", "dependence": "results", "one_product": "hands", "capacity": "hands", "supply": "hands",
    "absence": "hands", "harvest": "hands", "narrow": "hands", "guest": "opinion", "account": "account", "platform": "account", "data": "account", "partner": "partner", "opinion": "opinion",
}  # fmt: skip
"""Where a risk is looked for on an inspection, by its key or its family; in what is written else."""


@dataclass(frozen=True)
class Own:
    """A risk that this brief adds: its phrases stand under `PLACE.KEY`."""

    key: str
    likelihood: int
    impact: int
    owner: str
    facts: dict[str, str]
    source: str
    place: str = "risks.own"
    """Where its phrases stand."""
    law: str = ""
    """Law and article, where there is one."""


def write_risks(context: Context) -> RisksPart:
    """Risks of the library that apply, and those that this brief adds, the highest score first."""
    found = [_own(context, own) for own in _brief_risks(context)] + [
        _library(context, item) for item in _chosen(context)
    ]
    found.sort(key=lambda risk: (-risk.score, risk.title))
    drills = list(context.frame.drills)
    rehearsed = [r for r in found if r.kind in ("opinion", "account", "compliance", "data", "platform")]
    for place, risk in enumerate(rehearsed[: 2 * len(drills)]):
        risk.drill = drills[place % len(drills)]
    groups = {risk.title: GROUPS.get(risk.id) or GROUPS.get(risk.kind, "words") for risk in found}
    secret = {risk.title for risk in found if risk.id == "embargo"}
    for place, risk in enumerate(found, 1):
        risk.id = f"S{place}"
    return RisksPart(
        reading=say_paragraph(
            context,
            "risks.reading",
            first=found[0].title,
            second=found[1].title,
            owner=who(context, found[0].owner),
            count=len(found) - 2,
        ),
        risks=found,
        inspections=_inspections(context, found, groups, secret),
    )


def tags(context: Context) -> set[str]:
    """What this plan is, in the words of the library's conditions."""
    brief, frame = context.brief, context.frame
    held = {role.holder for role in frame.roles if role.holder}
    found = {brief.category, brief.business, *(MARKET_TAGS.get(market, "global") for market in brief.markets)}
    found |= {name for name, there in (
        ("creators", bool(frame.budget.creators)),
        ("paid", bool(frame.budget.paid)),
        ("live", any(slot.kind == "live" for slot in frame.slots)),
        ("small_team", len(held) <= 2),
        ("ugc", frame.budget.by("prizes") > 0),
        ("giveaway", any(line.category == "prizes" for line in brief.budget.fixed)),
        ("regulated", bool(brief.regulated)),
        ("tight_budget", frame.budget.total_cents < 3_000_000),
        ("ecommerce", brief.business == "b2c" and any(p.price is not None for p in brief.products)),
        ("seasonal", any(date.use == "campaign" for date in frame.key_dates)),
        ("sale_weeks", bool(frame.budget.paid) and any(date.kind == "commerce" for date in frame.key_dates)),
        ("goods", kind_of(context) == "goods" and not any(says("class", product.name) for product in brief.products)),
        ("cross_border", {"CN"} < set(brief.markets)),
    ) if there}  # fmt: skip
    return found


def _chosen(context: Context) -> list[RiskItem]:
    """The nine that matter most: every required family at least once, then by score; equals in the brand's own order."""
    fit = list(context.knowledge.risks_for(tags(context)))
    order = {item_id: place for place, item_id in enumerate(rank(context.brief.brand, [item.id for item in fit]))}
    fit.sort(key=lambda item: (-item.likelihood * item.impact, order[item.id]))
    first = [
        next(item for item in fit if item.family == family)
        for family in FAMILIES
        if any(item.family == family for item in fit)
    ]
    rest = [item for item in fit if item not in first]
    return first + rest[: FROM_LIBRARY - len(first)]


def _library(context: Context, item: RiskItem) -> Risk:

    def said(bi: Bi) -> str:
        return _kept(context, bi.text(context.language).rstrip("。.")) + ("。" if context.zh else ".")

    likelihood = min(5, item.likelihood + (1 if item.family == "capacity" and "small_team" in tags(context) else 0))
    green = says("green", *_own_words(context))
    laws = [law for law in (_law(context, law_id) for law_id in item.laws if green or "green" not in law_id) if law]
    if not laws and item.family == "compliance":
        home = context.knowledge.laws(context.brief.markets[0], context.brief.category) if context.brief.markets else ()
        laws = [(law.id, law_text(context, law)[0]) for law in home[:1]]
    context.sources.cite(f"kb:{item.id}", *(f"kb:{law_id}" for law_id, _ in laws))
    here = say(context, f"risks.here.{item.family}", owner=who(context, context.role(item.owner)))
    return Risk(
        id=item.id,
        kind=item.family,
        title=said(item.title).rstrip("。."),
        likelihood=likelihood,
        impact=item.impact,
        score=likelihood * item.impact,
        trigger=said(item.trigger),
        prevention=said(item.prevention),
        response=[said(step) for step in item.response] + [here],
        owner=context.role(item.owner),
        law=join([name for _, name in laws[:2]], context.language, last=False),
        sources=context.sources.cite(f"kb:{item.id}"),
    )


def _kept(context: Context, text: str) -> str:
    """A step of the library with the times that this plan's rounds keep: who looks once or twice a day answers nobody within half an hour."""
    way = cover(context)[0]
    if way == "day":
        return text
    text = _FAST.sub(context.say("risks.kept.first", time=span(context, FIRST[way][1])), text)
    if way == "round":
        for pattern, key in _SLOWER:
            kept = context.say(f"risks.kept.{key}") if key != "look" else word(context, "risks.kept.look")
            text = pattern.sub(kept, text)
    return text


def _own_words(context: Context) -> list[str]:
    """What the brief says of itself and of its goods."""
    brief = context.brief
    points = [point for product in brief.products for point in (product.name, *product.selling_points)]
    return [brief.about, *points, *brief.must_say, *brief.never_say]


def _law(context: Context, law_id: str) -> tuple[str, str] | None:
    """Id and name with article, when the law is one of the plan's markets or of no country, and speaks of the category."""
    law = next((one for one in context.knowledge.base.laws if one.id == law_id), None)
    if law is None or law.region not in (
        "GLOBAL",
        *context.brief.markets,
        *(["EU"] if "DE" in context.brief.markets or "FR" in context.brief.markets else []),
    ):
        return None
    if not {"all", context.brief.category} & set(law.applies_to):
        return None
    return law_id, law_text(context, law)[0]


def _brief_risks(context: Context) -> list[Own]:
    """Risks that stand in the brief itself or follow from the frame's verdicts."""
    brief, frame = context.brief, context.frame
    found: list[Own] = []
    for goal in frame.goals:
        if (
            goal.verdict.status in ("infeasible", "stretch")
            and goal.origin == "brief"
            and len([o for o in found if o.key == "target"]) < 2
        ):
            target = amount(goal.objective.target or 0.0, goal.target.unit, context.language)
            forecast = amount(goal.verdict.base or 0.0, goal.target.unit, context.language)
            likely = 5 if goal.verdict.status == "infeasible" else 4
            found.append(
                Own(
                    "target",
                    likely,
                    4,
                    context.role("strategist", "planner"),
                    {
                        "metric": metric_words(context, goal.objective.metric or goal.objective.text, 40),
                        "target": target,
                        "forecast": forecast,
                        "deadline": day(goal.deadline, context.language),
                    },
                    f"calc:{goal.id}",
                )
            )
    found += _legal_risks(context)
    for embargo in brief.embargoes[:1]:
        found.append(
            Own(
                "embargo",
                3,
                5,
                context.role("approver", "strategist"),
                {
                    "fact": code_name(context, 0),
                    "code": code_name(context, 0),
                    "until": day(embargo.until, context.language, year=True),
                },
                "brief:embargoes",
            )
        )
    if guard_of(context).words:
        found.append(
            Own(
                "never_say",
                3,
                4,
                context.role("copy", "operator"),
                {"words": _barred(context)},
                "brief:never_say",
            )
        )
    holders = {role.holder for role in frame.roles if role.holder}
    busiest = max((role for role in frame.roles if role.holder), key=lambda role: role.load, default=None)
    if busiest and len(holders) <= 4:
        found.append(
            Own(
                "absence",
                3,
                4 if len(holders) > 1 else 5,
                context.role("strategist", "operator"),
                {"person": noun(context, busiest.holder)},
                "brief:team" if context.intake.brief.team else "assume:team",
            )
        )
    found += _trade_risks(context)
    if len(frame.active) <= 2 and frame.active:
        found.append(
            Own(
                "dependence",
                2,
                4,
                context.role("operator"),
                {"platform": context.name(frame.active[0].id)},
                "calc:platforms",
            )
        )
    if len(context.intake.brief.products) == 1 and brief.business == "b2c":
        found.append(
            Own(
                "one_product",
                2,
                3,
                context.role("planner", "strategist"),
                {"product": brief.products[0].name},
                "brief:products",
            )
        )
    return found


def _trade_risks(context: Context) -> list[Own]:
    """What can go wrong in this trade: an animal among guests, a harvest, an approver with an hour a week."""
    told, found = _own_words(context), list[Own]()
    lead = context.role("strategist", "operator")
    if context.brief.business == "local" and says("animals", *told):
        found.append(Own("guest", 3, 5, context.role("community", "operator"), {}, "brief:about"))
    if context.brief.category in EATEN and says("harvest", *told):
        found.append(Own("harvest", 3, 4, lead, {}, "brief:products"))
    signer = next((role for role in context.frame.roles if role.id == "approver" and role.holder), None)
    if signer and context.intake.brief.team:
        week = max((one.capacity for one in context.frame.weeks if one.holder == signer.holder), default=0.0)
        facts = {"person": noun(context, signer.holder), "hours": hours(week)}
        found += [Own("narrow", 4, 3, lead, facts, "brief:team")] if 0 < week <= NARROW else []
    return found


def _barred(context: Context) -> str:
    """The words that the client rules out, as a list inside a sentence; English ones in quotation marks."""
    words = [clip(word, 30) for word in guard_of(context).words[:3]]
    if context.zh:
        return join(words, context.language)
    return join([f"“{word}”" for word in words], context.language, last=False)


def _legal_risks(context: Context) -> list[Own]:
    """That a declined point comes back, and that an approval or a proof comes late."""
    owner = context.role("approver", "strategist")
    found = []
    if points := declined(context):
        facts = {"ids": ids(context), "owner": who(context, owner)}
        found.append(Own("declined", 4, 5, owner, facts, points[0].sources[0], "legal.risk", points[0].law))
    waits = [one for one in approvals(context) if one.kind in ("approval", "evidence", "review")]
    if waits:
        last = max(waits, key=lambda one: (one.gates, one.workdays))
        facts = {
            "day": day(last.hand_in, context.language),
            "what": short(context, last),
            "owner": who(context, last.owner),
        }
        found.append(
            Own("approval", 3, 5 if last.gates else 4, last.owner, facts, last.sources[0], "legal.risk", last.law)
        )
    return found


def _own(context: Context, own: Own) -> Risk:
    key = f"{own.place}.{own.key}"
    makers = word(context, "risks.makers") if context.frame.budget.creators else None
    facts = {"owner": who(context, own.owner), **own.facts}
    return Risk(
        id=own.key,
        kind="compliance" if own.law else "brief",
        title=say(context, f"{key}.title", makers=makers, **facts),
        likelihood=own.likelihood,
        impact=own.impact,
        score=own.likelihood * own.impact,
        trigger=say(context, f"{key}.trigger", makers=makers, **facts),
        prevention=say(context, f"{key}.prevention", makers=makers, **facts),
        response=[
            say(context, f"{key}.first", makers=makers, **facts),
            say(context, f"{key}.then", makers=makers, **facts),
        ],
        owner=own.owner,
        law=own.law,
        sources=context.sources.cite(own.source),
    )


def _inspections(context: Context, found: list[Risk], groups: dict[str, str], secret: set[str]) -> list[Inspection]:
    """Each day looks at one risk, where that one shows: words in posts, hands in the hours, results in the forecast. A secret is looked after until it
    is told."""
    owner = context.role("approver", "strategist")
    told = max((embargo.until for embargo in context.brief.embargoes), default=None)
    checked = []
    for place, date in enumerate(context.frame.inspections):
        open_ = [risk.title for risk in found if not (told and date > told and risk.title in secret)]
        risk = open_[place % len(open_)]
        what = say(context, f"risks.inspection.{groups[risk]}", risk=risk)
        checked.append(Inspection(date=date, kind="inspection", what=what, owner=owner))
    drills = [
        Inspection(date=date, kind="drill", what=_drill(context, found, date), owner=owner)
        for date in context.frame.drills
    ]
    return sorted(checked + drills, key=lambda one: (one.date, one.kind))


def _drill(context: Context, found: list[Risk], date: dt.date) -> str:
    risk = next((r for r in found if r.drill == date), found[0])
    return say(context, "risks.drill", risk=risk.title)
