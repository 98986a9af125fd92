"""Who holds which function, with how many hours: from the brief's functions, else from the words of a title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.brief.model import BrandBrief, Member
from agent.frame.apportion import largest_remainder
from agent.frame.rhythm import rhythm
from agent.locale import t
from agent.plan.content import Phase

FUNCTIONS = (
    "strategist",
    "planner",
    "copy",
    "design",
    "video",
    "operator",
    "community",
    "analyst",
    "presenter",
    "approver",
)
CRAFTS = ("design", "video")
"""Work that is bought in when nobody in the team can do it and there is money."""
NOBODY = ""
FEW = 2.0
"""Under so many hours a week nobody carries a function alone, and whoever decides only signs."""
HELPING = 1.0
"""Under so many hours a week somebody helps with a function and does not carry it."""


@dataclass(frozen=True)
class Team:
    """The people and what they hold."""

    capacity: Mapping[str, float]
    """Holder (the member's title) → hours a week, all people of that title together."""
    shares: Mapping[str, tuple[tuple[str, float], ...]]
    """Function → (holder, part of its work), parts sum to 1; the holder is "" when nobody holds it."""
    people: int
    heads: Mapping[str, int]
    """Holder → how many people bear that title."""
    outside: float
    """Hours a week of outside hands that the money could buy for crafts nobody holds."""

    @property
    def hours(self) -> float:
        """Hours a week of the whole team."""
        return sum(self.capacity.values())

    def holder(self, function: str) -> str:
        """Who holds most of a function; "" when nobody does."""
        return max(self.shares[function], key=lambda part: part[1])[0]

    def sharing(self, function: str) -> int:
        """How many people hold a function, where several titles do; else 1, whatever the head count of the one title."""
        titles = [title for title, _ in self.shares[function] if title]
        return sum(self.heads[title] for title in titles) if len(titles) > 1 else 1

    def owner(self, *functions: str) -> str:
        """The first of the functions that somebody holds; the first function that anybody holds else."""
        held = [function for function in (*functions, *FUNCTIONS) if self.holder(function)]
        return held[0] if held else functions[0]


def make_team(brief: BrandBrief, *, outside: float = 0.0, usual: float = 32.0) -> Team:
    """The team of a brief.

    capacity = hours × count; hours that are not given count as `usual` (norm hours_person), for mere presenters and approvers as
    knowledge/rhythm.yaml `hours` says. One person holds all functions. In a larger team each function goes to those whose functions or
    title name it, in proportion to their hours per function held. What nobody holds falls to the one at the desk with most hours per function held,
    a craft to whoever makes anything, approval to whoever decides, and strategy too with two hours a week or more, nothing of it to interns and part-timers while there is
    anybody else; a craft stays open when money can buy it (`outside` > 0). Where those who hold a function
    have under two hours a week, the person with most hours shares the work by hours; by hours too where one of them has under an hour. Three or more whose titles say the same share the
    functions out among themselves (`_shared_out`) before anything else falls to anybody.
    """
    members = brief.team or [Member(title=t(brief.language, "rhythm.owner"), hours=float(rhythm()["hours"]["alone"]))]
    capacity: dict[str, float] = {}
    held: dict[str, set[str]] = {}
    for member in members:
        functions = set(member.functions) or _by_title(member.title)
        capacity[member.title] = capacity.get(member.title, 0.0) + _hours(member, functions, usual) * member.count
        held.setdefault(member.title, set()).update(functions)
    main = max(capacity, key=lambda title: (capacity[title], title))
    steady = [title for title in held if not is_helper(title)] or list(held)
    if len(capacity) == 1:
        held[main] = set(FUNCTIONS)
    _shared_out(held, capacity)
    holders = {function: [title for title in held if function in held[title]] for function in FUNCTIONS}
    boss = next((holders[function][0] for function in ("approver", "strategist") if holders[function]), "")
    boss = boss or max(steady, key=lambda title: (capacity[title], title))
    able = [title for title in held if held[title] - {"presenter", "approver", "strategist"}] or [main]
    makers = [title for title in able if title in steady] or able
    desk = [title for title in makers if held[title] - {*CRAFTS, "presenter", "approver", "strategist"}] or makers
    shared: set[str] = set()
    for function in FUNCTIONS:
        if not holders[function] and not (function in CRAFTS and outside > 0):
            hands = makers if function in CRAFTS else desk
            free = max(hands, key=lambda title: (capacity[title] / (len(held[title]) + 1), title))
            decides = function == "approver" or (function == "strategist" and capacity[boss] >= FEW)
            chosen = boss if decides else free
            holders[function] = [chosen]
            held[chosen].add(function)
        small = sum(capacity[title] for title in holders[function]) < FEW
        if (
            holders[function]
            and small
            and function not in ("approver", "presenter", "strategist")
            and main not in holders[function]
        ):
            holders[function].append(main)
            shared.add(function)
        if len(holders[function]) > 1 and any(capacity[title] < HELPING for title in holders[function]):
            shared.add(function)
    weight = {title: capacity[title] / max(1, len(held[title])) for title in capacity}
    shares = {function: _parts(holders[function], capacity if function in shared else weight) for function in FUNCTIONS}
    heads: dict[str, int] = {}
    for member in members:
        heads[member.title] = heads.get(member.title, 0) + member.count
    return Team(capacity, shares, sum(heads.values()), heads, outside)


def _shared_out(held: dict[str, set[str]], capacity: Mapping[str, float]) -> None:
    """Gives people whom the brief does not tell apart each their own part of the work: theirs, and what nobody else holds.

    Only where at least `alike` (knowledge/rhythm.yaml) hold the same functions, with two desk functions or more among them. Crafts that
    nobody holds are taken in from `large` hours a week on: who has so many hands idle does not buy them. Each function has a weight (table
    `work`). With as many people as functions, every function gets one and the rest by largest remainder; with fewer, the heaviest
    function goes to whoever has least so far. Deciding and signing stay with one person who does not write, showing one's face goes with answering.
    """
    table = rhythm()
    for same in dict.fromkeys(frozenset(functions) for functions in held.values()):
        group = [title for title, functions in held.items() if functions == same]
        if len(group) < table["alike"] or len(same - {"presenter", "approver", "strategist"}) < 2:
            continue
        others = set().union(*(functions for title, functions in held.items() if title not in group))
        large = sum(capacity[title] for title in group) >= table["large"]["hours"]
        taken = set(same) | {one for one in FUNCTIONS if one not in others and (large or one not in CRAFTS)}
        deciding = [one for one in ("strategist", "approver") if one in taken]
        shown = [one for one in ("community", "presenter") if one in taken]
        jobs: list[list[str]] = [[one] for one in FUNCTIONS if one in taken and one not in (*deciding, *shown)]
        jobs += [list(job) for job in (shown, deciding) if job]
        weights = [sum(float(table["work"][one]) for one in job) for job in jobs]
        for title in group:
            held[title] = set()
        if len(group) >= len(jobs):
            counts = [1 + more for more in largest_remainder(len(group) - len(jobs), weights)]
            if deciding:
                counts[weights.index(max(weights))] += counts[-1] - 1
                counts[-1] = 1
            places = [job for job, count in zip(jobs, counts, strict=True) for _ in range(count)]
            for title, job in zip(group, places, strict=True):
                held[title] |= set(job)
            continue
        load = dict.fromkeys(group, 0.0)
        for weight, job in sorted(zip(weights, jobs, strict=True), key=lambda pair: -pair[0]):
            free = [title for title in group if job != deciding or "copy" not in held[title]]
            chosen = min(free, key=lambda title: (load[title], group.index(title)))
            held[chosen] |= set(job)
            load[chosen] += weight


def _hours(member: Member, functions: set[str], usual: float) -> float:
    if member.hours is not None:
        return max(0.0, member.hours)
    table = rhythm()["hours"]
    if functions and functions <= {"presenter", "approver", "strategist"}:
        return float(table["presenter"] if "presenter" in functions else table["approver"])
    return usual


def is_helper(title: str) -> bool:
    """Whether a member's title says intern, student, part-timer or volunteer."""
    return re.search(rhythm()["helpers"], title, re.IGNORECASE) is not None


def _by_title(title: str) -> set[str]:
    patterns: Mapping[str, str] = rhythm()["titles"]
    return {function for function, pattern in patterns.items() if re.search(pattern, title, re.IGNORECASE)}


def _parts(titles: list[str], weight: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    if not titles:
        return ((NOBODY, 1.0),)
    total = sum(weight[title] for title in titles)
    return tuple((title, weight[title] / total if total else 1 / len(titles)) for title in titles)


def outside_hours(brief: BrandBrief, phases: tuple[Phase, ...], hour_cost: float) -> float:
    """Hours a week that outside hands could give: total × external share ÷ cost of an hour ÷ weeks; 0 when that is too little
    to hire anybody for."""
    total = float(brief.budget.total or 0)
    weeks = ((phases[-1].end - phases[0].start).days + 1) / 7
    if total <= 0 or hour_cost <= 0:
        return 0.0
    hours = total * float(rhythm()["external"]["share"]) / hour_cost / max(1.0, weeks)
    return hours if hours >= rhythm()["external"]["least"] else 0.0
