"""The crisis plan of the engagement part: how grave a case is, who leads and who signs, the clock, the first statements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from agent.frame.team import is_helper
from agent.plan.execution import ClockStep, CrisisLevel, Statement
from agent.words.playbook.context import Context
from agent.words.playbook.crew import as_one, followers, kind_of, main_person, noun, other, people, who
from agent.words.playbook.voice import MARK, clip

CLOCK = (15, 30, 60, 120, 240, 1440)
FIRST: Mapping[str, tuple[int, int, int]] = {
    "day": (60, 30, 30),
    "rounds": (480, 120, 60),
    "round": (1440, 240, 60),
}
"""Minutes to the first answer by level, counted from when somebody of the team has seen the case, by how comments are covered."""
_GRAVE = re.compile(
    r"异物|異物|伤|傷|咬|中毒|烫到|燙到|过敏|過敏|送医|送醫|住院|昏倒|晕倒|暈倒|摔倒|不适|不適|召回|变质|變質|外泄|外洩|给错了人|給錯了人|误删|誤刪|起火|安全|事故|脱落|脫落|未经同意|未經同意|肖像|冲突|衝突|不良事件|善款|保密|假货|假貨|仿冒|过期|過期|"
    r"injur|hurt|\bbit(?:es?|ten)?\b|poison|scald|\bburn|hospital|choke|faint|found in|recall|spoiled|allergen|reaction|leak|data |records|safety|overheat|accident|ill after|comes off|consent|privacy|confidential|incident|out-of-date|"
    r"counterfeit|fakes|money went|damaged piece",
    re.I,
)
"""Cases of safety, law or personal data: level 3 however few they are."""
_HURT = re.compile(
    r"伤|傷|咬|中毒|烫到|燙到|过敏|過敏|不适|不適|送医|送醫|住院|昏倒|晕倒|暈倒|摔倒|injur|hurt|\bbit(?:es?|ten)?\b|poison|scald|\bburn|hospital|\bill\b|faint|reaction",
    re.I,
)
"""Cases in which somebody came to harm: only for them a first statement speaks of the person's condition."""
_PUBLIC = re.compile(
    r"质疑|質疑|被指|曝光|传开|傳開|传播|傳播|断章|斷章|离职|離職|剪成|争|爭|抄袭|抄襲|外流|猜测|猜測|风波|風波|议论|議論|测翻|測翻|"
    r"disput|claim|doubt|former|\brow\b|exposed|shared|screenshot|copied|called|disprove|public|dug|remark|misleading|credit|untrue|passed round|group",
    re.I,
)
"""Cases about what is said in public: level 2."""


def principles(context: Context) -> list[str]:
    """Five principles, each sourced."""
    context.sources.cite(*(f"kb:{one.id}" for one in context.knowledge.base.crisis.principles))
    return [
        context.say(f"engagement.principle.{key}", lead=who(context, "approver"))
        for key in ("fast", "people", "match", "honest", "one_voice")
    ]


def thresholds(context: Context) -> tuple[int, int]:
    """Complaints of one kind in 24 hours that make level 2 and level 3, by the size of the accounts (assumption)."""
    count = followers(context)
    return (3, 15) if count < 2_000 else (5, 30) if count < 20_000 else (10, 100)


def signs(context: Context, degree: Literal[1, 2, 3]) -> list[str]:
    """What of the category's cases belongs to a level, in this brand's order."""
    found = context.facts.pack.get("crisis", ())
    return [one for one in found if (3 if _GRAVE.search(one) else 2 if _PUBLIC.search(one) else 1) == degree]


def level(context: Context, degree: Literal[1, 2, 3], way: Literal["day", "rounds", "round"]) -> CrisisLevel:
    """One level. Whoever leads, statements are signed by the one who answers for the brand's public words."""
    second, third = thresholds(context)
    known = context.knowledge.base.crisis.levels[degree - 1]
    context.sources.cite(f"kb:{known.id}")
    minutes = FIRST[way][degree - 1]
    owner = {
        1: context.role("community", "operator"),
        2: context.role("operator", "community"),
        3: _leader(context),
    }[degree]
    backup = context.other_than(owner, "operator", "planner", "copy", "strategist", "community", "approver")
    cases = signs(context, degree)
    facts: dict[str, object] = {
        "sign": cases[0] if cases else None, "sign2": cases[1] if len(cases) > 1 else None, "second": second, "third": third, "time": span(context, minutes),
        "owner": who(context, owner), "approver": who(context, "approver"), "backup": other(context, backup, "approver") and other(context, backup, owner),
    }  # fmt: skip
    key = f"engagement.level.{degree}"
    if who(context, "approver") == who(context, owner):
        steps = [context.say(f"{key}.solo{n}", main=who(context, owner), time=facts["time"]) for n in (1, 2, 3)]
        if degree == 3:
            second_reader = next(
                (
                    name
                    for name in (noun(context, one) for one in sorted(people(context), key=is_helper))
                    if name != facts["approver"]
                ),
                None,
            )
            said = {**facts, "main": main_person(context), "backup": second_reader}
            steps.append(context.say(f"engagement.level.{'same' if second_reader else 'alone'}", **said))
    else:
        steps = [
            context.say(f"{key}.step{n}_{kind_of(context)}" if (degree, n) == (1, 1) else f"{key}.step{n}", **facts)
            for n in (1, 2, 3)
        ]
    return CrisisLevel(
        level=degree, name=context.say(f"{key}.name"), signs=context.say(f"{key}.signs", **facts), trigger=context.say(f"{key}.trigger", **facts),
        first_minutes=minutes, owner=owner, backup=backup, approver="approver", steps=steps, stop_publishing=known.stop_publishing,
    )  # fmt: skip


def _leader(context: Context) -> str:
    """Who leads the gravest level: another person than the one who signs, where somebody besides interns and part-timers is there; else the signer."""
    holders = {role.id: role.holder for role in context.frame.roles}
    steady = [one for one in ("strategist", "operator", "planner") if holders.get(one) and not is_helper(holders[one])]
    apart = [one for one in steady if holders[one] != holders.get("approver")]
    return next(iter([*apart, *steady]), "strategist")


def span(context: Context, minutes: int) -> str:
    """A time in words: minutes below two hours, hours from there on."""
    unit, count = ("minutes", minutes) if minutes < 120 else ("hours", minutes // 60)
    return context.say(f"engagement.span.{unit}", count=count)


def watch(context: Context, way: Literal["day", "rounds", "round"]) -> str:
    """When the clock starts: the rounds find what the cover hours hold, a phone what falls outside them, which is no helper's. The steps are
    those of level 3."""
    owner, lead = who(context, "community"), other(context, "approver", "community")
    first, second, _ = FIRST[way]
    where = context.say(
        f"engagement.watch.{'team' if lead else 'alone'}",
        owner=owner,
        lead=lead,
        alarm=lead if lead and is_helper(context.holder(context.role("community", "operator"))) else owner,
    )
    gap = "" if context.zh else " "
    timed = context.say("engagement.watch.timed", first=span(context, first), second=span(context, second))
    return f"{where}{gap}{timed}"


def clock(context: Context) -> list[ClockStep]:
    """Minutes after discovery in cover hours; who has what done by then."""
    owners = ("community", "operator", "approver", "operator", "approver", "analyst")
    return [
        ClockStep(
            minutes=minutes,
            action=context.say(
                f"engagement.clock.m{minutes}",
                owner=who(context, role),
                lead=who(context, "approver") if role == "approver" else other(context, "approver", role),
            ),
            owner=role,
        )
        for minutes, role in zip(CLOCK, owners, strict=True)
    ]


def statements(context: Context) -> list[Statement]:
    """First statements for the gravest case, a doubt about what was said, a partner's mistake where there are partners, and the account."""
    rows = [(f"safety_{kind_of(context)}", "safety", signs(context, 3)), ("doubt", "doubt", [])]
    if context.frame.budget.creators:
        rows.append(("partner", "partner", []))
    rows.append(("account", "account", []))
    channels = [p.id for p in context.frame.active]
    out = []
    for key, case, cases in rows:
        name = clip(cases[0], 22 if context.zh else 66) if cases else context.say(f"engagement.statement.{case}.case")
        hurt = MARK if any(_HURT.search(one) for one in cases[:1]) else None
        text = as_one(context, context.say(f"engagement.statement.{key}.text", hurt=hurt))
        out.append(Statement(case=name[:1].upper() + name[1:], text=text, channels=channels))
    return out
