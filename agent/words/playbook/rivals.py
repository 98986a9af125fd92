"""Competitors as the brief knows them: facts sorted into seven aspects, a research task for the rest, and the comparison table."""

from __future__ import annotations

import re
from typing import Literal, get_args

from agent.brief.model import Competitor as Rival
from agent.locale import day, number
from agent.plan.base import Figure, bound
from agent.plan.insight import ComparisonRow, Competitor, Observation
from agent.words.playbook.context import Context
from agent.words.playbook.fit import LINE, after_weeks, fit, small_team, vary, workday
from agent.words.playbook.voice import clip, join

Aspect = Literal[
    "positioning", "content_style", "engagement_tactics", "follower_growth", "user_feedback", "strengths", "weaknesses"
]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
ASPECT_CUES: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    (
        "weaknesses",
        re.compile(
            r"很少|从不|從不|没有|沒有|差评|負評|投诉|不足|弱|rarely|seldom|never|no |not |lacks?|complain|weak|slow",
            re.I,
        ),
    ),
    ("follower_growth", re.compile(r"粉丝|粉絲|follower|subscriber|likes\b|订阅|訂閱", re.I)),
    ("user_feedback", re.compile(r"评价|評價|口碑|评分|評分|review|rating|stars?\b", re.I)),
    (
        "engagement_tactics",
        re.compile(
            r"抽奖|抽獎|促销|促銷|满减|滿減|直播|互动|互動|社群|复购|活动|活動|赠|贈|转发|giv(?:es|ing)|giveaway|contest|webinar|discount|offer|promot|live|event|ads\b|newsletter",
            re.I,
        ),
    ),
    (
        "strengths",
        re.compile(r"比我们|比我們|更广|更多|领先|領先|最大|larger|bigger|better|more than|leader|wider", re.I),
    ),
    (
        "content_style",
        re.compile(
            r"每周|每週|每天|发布|發|篇|条|支|视频|影片|图|圖|限時|post|video|reel|photo|content|blog|daily|weekly|every",
            re.I,
        ),
    ),
)
CUES: dict[str, re.Pattern[str]] = {
    "promo": re.compile(r"促销|促銷|满减|滿減|折扣|低价|低價|discount|cheap|promot|\bsale", re.I),
    "gifts": re.compile(r"抽奖|抽獎|赠送|贈送|送(?:样|樣|试用|試用)|giv(?:es|ing)\b|giveaway|free samples|contest", re.I),
    "celebrity": re.compile(r"明星|代言|celebrit|ambassador|founder", re.I),
    "live": re.compile(r"直播|日播|webinar|\blive", re.I),
    "quiet": re.compile(r"很少|只做|只在|rarely|seldom|only", re.I),
    "ads": re.compile(r"广告|廣告|投放|\bads?\b|newsletter", re.I),
    "volume": re.compile(r"每周|每週|每天|日更|daily|weekly|every|times a week|x/week|\d+ posts", re.I),
}  # fmt: skip
"""What a competitor is known to do; "other" when nothing matches."""


PLACES = ("restaurant", "fitness", "local_service", "travel", "medical", "education", "culture", "general")
"""Categories in which going nowhere is the alternative; a local maker of goods competes with the shelf."""


def known_facts(rival: Rival) -> list[str]:
    """The brief's sentences on a competitor, those on its followers last."""
    return sorted((f.strip() for f in rival.facts if f.strip()), key=lambda f: bool(ASPECT_CUES[1][1].search(f)))


def told(context: Context, fact: str) -> str:
    """A sentence of the client on a competitor as a report puts it: the brand by its name, not "we"."""
    brand = context.brief.brand
    return re.sub(r"\b(than|as) (?:us|we)\b", rf"\1 {brand}", re.sub(r"我们|我們", brand, fact)).rstrip("。.")


def cue_of(rival: Rival, avoid: set[str] | None = None) -> tuple[str, str]:
    """The most telling thing the brief says that it does, and the sentence; one not in `avoid` where there is one."""
    facts = known_facts(rival)
    found = [(cue, fact) for cue, pattern in CUES.items() for fact in facts if pattern.search(fact)]
    fresh = [one for one in found if one[0] not in (avoid or set())]
    return (fresh or found or [("other", facts[0] if facts else "")])[0]


def aspect_of(fact: str) -> Aspect:
    """The aspect a sentence of the brief belongs to; positioning when no cue tells."""
    return next((aspect for aspect, pattern in ASPECT_CUES if pattern.search(fact)), "positioning")


def write_rivals(context: Context) -> list[Competitor]:
    """The brief's competitors in its order, then the status quo as C0; research tasks are registered in the context."""
    found = [_rival(context, place, rival) for place, rival in enumerate(context.brief.competitors)]
    if not found:
        context.task(
            "find_rivals",
            workday(context, 6),
            context.role("analyst", "operator", "planner"),
            platform=context.name(context.frame.active[0].id),
        )
    return [*found, _status_quo(context)]


def _rival(context: Context, place: int, rival: Rival) -> Competitor:
    again = after_weeks(context, 4)
    facts: dict[str, object] = {
        "rival": rival.name, "posts": 10 if small_team(context) else 30, "voices": 20 if small_team(context) else 60,
        "where": join([context.name(p) for p in rival.platforms], context.language) or None, "again": day(again, context.language),
    }  # fmt: skip
    owner = context.role("analyst", "operator")
    log = context.task("rival_log" if rival.platforms else "rival_find", again, owner, **facts)
    voices = (
        log
        if small_team(context)
        else context.task(
            "rival_voice", workday(context, 6 + place % 4), context.role("community", "analyst", "operator"), **facts
        )
    )
    observations = [
        _observed(
            context,
            place,
            rival,
            aspect,
            voices.id if aspect in ("user_feedback", "strengths", "weaknesses") else log.id,
        )
        for aspect in ASPECTS
    ]
    cue, fact = cue_of(rival)
    return Competitor(
        id=f"C{place + 1}",
        name=rival.name,
        followers=_followers(context, place, rival, log.id),
        observations=observations,
        response=vary(
            context,
            f"market.response.{cue if fact else 'none'}",
            rival=rival.name,
            fact=clip(told(context, fact), bound(20, context.language)),
            task=log.id,
        ),
    )


def _followers(context: Context, place: int, rival: Rival, task: str) -> Figure:
    if rival.followers is None:
        return Figure(unit="count", kind="research", note=context.say("market.rival_followers", task=task))
    return Figure(
        value=rival.followers,
        unit="count",
        kind="brief",
        sources=context.sources.cite(f"brief:competitors[{place}].followers"),
    )


def _observed(context: Context, place: int, rival: Rival, aspect: Aspect, task: str) -> Observation:
    known = [told(context, fact) for fact in rival.facts if fact.strip() and aspect_of(fact) == aspect]
    if aspect == "follower_growth" and rival.followers is not None:
        text = fit(context, "market.growth_unknown", followers=number(rival.followers), task=task)
        return Observation(
            aspect=aspect,
            text=text,
            kind="brief",
            sources=context.sources.cite(f"brief:competitors[{place}].followers"),
            task=task,
        )
    if not known:
        return Observation(aspect=aspect, text=context.say(f"market.unknown.{aspect}"), kind="research", task=task)
    text = ("；" if context.zh else "; ").join(known)
    return Observation(
        aspect=aspect, text=text, kind="brief", sources=context.sources.cite(f"brief:competitors[{place}].facts")
    )


def _status_quo(context: Context) -> Competitor:
    """Going on as before: no account, yet the rival that wins most often."""
    business = (
        context.brief.business if context.brief.business != "local" or context.brief.category in PLACES else "b2c"
    )
    task = context.task(
        "status_quo",
        workday(context, 10),
        context.role("strategist", "community", "operator"),
        sample=5 if small_team(context) else 8,
    )
    facts: dict[str, object] = {"task": task.id}
    research = ("user_feedback",)
    observations = [
        Observation(
            aspect=aspect, text=fit(context, f"market.status_quo.{aspect}", **facts), kind="research" if aspect in research else "assumption",
            sources=[] if aspect in research else context.sources.cite("assume:market"), task=task.id if aspect in research else "",
        )
        for aspect in ASPECTS
    ]  # fmt: skip
    note = context.say("market.status_quo.followers")
    return Competitor(
        id="C0", name=fit(context, f"market.status_quo.name.{business}", LINE), status_quo=True, followers=Figure(unit="count", kind="assumption", note=note),
        observations=observations, response=fit(context, "market.status_quo.response", **facts),
    )  # fmt: skip


def compare(context: Context, rivals: list[Competitor]) -> list[ComparisonRow]:
    """The brand beside its competitors on what the brief knows; elsewhere the task that finds it out."""
    accounts = [a for a in context.brief.accounts if a.followers is not None]
    gap = "；" if context.zh else "; "
    followers = gap.join(f"{context.name(a.platform)} {number(a.followers or 0)}" for a in accounts)
    cadence = gap.join(
        context.say(
            "market.compare.weekly",
            platform=context.name(p.id),
            posts=number(p.cadence, 0 if p.cadence == int(p.cadence) else 1),
        )
        for p in context.frame.active
    )
    names = context.facts.names
    rows = [
        ComparisonRow(
            criterion=context.say("market.compare.followers"),
            brand=followers or context.say("market.compare.no_accounts"),
            others={r.id: _size(context, r) for r in rivals},
        )
    ]
    ours = {
        "positioning": clip(context.intake.brief.strategy, bound(60, context.language))
        or fit(context, "market.compare.position"),
        "content_style": cadence,
        "engagement_tactics": context.say("market.compare.idea"),
        "strengths": names.get("proof1")
        or names.get("handle1")
        or names.get("point1")
        or context.say("market.compare.no_proof"),
        "weaknesses": context.say("market.compare.weak"),
    }
    for aspect, brand in ours.items():
        others = {r.id: _cell(context, next(o for o in r.observations if o.aspect == aspect)) for r in rivals}
        rows.append(
            ComparisonRow(
                criterion=context.say(f"market.compare.{aspect}"),
                brand=clip(brand, bound(60, context.language)),
                others=others,
            )
        )
    return rows


def _size(context: Context, rival: Competitor) -> str:
    if rival.followers.value is not None:
        return number(rival.followers.value)
    return next(
        (o.task for o in rival.observations if o.aspect == "follower_growth" and o.task),
        context.say("market.compare.none"),
    )


def _cell(context: Context, seen: Observation) -> str:
    return seen.task if seen.kind == "research" else clip(seen.text, bound(60, context.language))
