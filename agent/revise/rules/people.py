"""Rules about people and aims: team, goals, competitors, personas."""

from __future__ import annotations

import re

from agent.brief import cut
from agent.brief.dates import Days, find_days
from agent.brief.names import first_of, fold, functions_of
from agent.brief.numbers import Found
from agent.errors import BriefError
from agent.revise.model import AudienceChange, CompetitorChange, GoalChange, TeamChange
from agent.revise.rules.places import find_item, find_place, goal_names, known_name
from agent.revise.rules.talk import Answer, Talk, after, listed, pattern

_LEAD = re.compile(
    r"(?i)^\W*(?:the|a|an|our|my|we(?:'ve)? |one more|another|extra|new|也|再|还|又|新|团队|团队里|里|上|加|增加|新增|招|招了|来了?|进来?|一个|一名|一位|两个|个|名|位|了|是|为|请)+\s*"
)
_HAS = re.compile(
    r"(?i)\s*\b(?:now |only |just |really )*(?:has|have|had|can|could|will|gets?|works?|does|is|are|for|at|with)\b.*$|(?:每|一)(?:周|天|星期).*$|只有.*$|(?:现在|目前|只|可以|能|有|改成|改为|减到|加到).*$"
)


def team(talk: Talk) -> Answer:
    """Someone joins, leaves, or works other hours."""
    members = [one.title for one in talk.intake.filled.team]
    gone = talk.has("team_gone") and not talk.platforms
    if talk.hours:
        hours = talk.hours[0].value
        if talk.has("team_new"):
            title = _title(talk, cut.pieces(talk.text, "，,;；:：")[:1])
            return [TeamChange(do="add", title=title, hours=hours)] if title else None
        if talk.has("self"):
            return [TeamChange(do="set", title="", hours=hours)]
        found = _member(talk, members)
        if found:
            return [TeamChange(do="set", title=found, hours=hours)]
        title = _title(talk, [talk.text])
        return [TeamChange(do="set", title=title, hours=hours)] if title and not talk.platforms else None
    found = _member(talk, members)
    if gone and found and not find_item(talk):
        return [TeamChange(do="drop", title=found)]
    if talk.has("team") and talk.has("team_new") and not talk.numbers:
        title = _title(talk, [talk.text])
        return [TeamChange(do="add", title=title)] if title else None
    return None


def _member(talk: Talk, members: list[str]) -> str:
    """The team's member that the instruction names, in the instruction's words where it is a function."""
    for title in members:
        low = fold(title)
        if low in talk.low:
            return title
    best, longest = "", 1
    for title in members:
        for size in range(len(title), longest, -1):
            for start in range(len(title) - size + 1):
                piece = fold(title[start : start + size])
                if re.search(r"[\u3400-\u9fff]", piece) and piece in talk.low and size > longest:
                    best, longest = title, size
    if best:
        return best
    for title in members:
        words = [w for w in re.findall(r"[a-z]{4,}", fold(title)) if w not in ("freelance", "part", "time", "half")]
        if words and all(re.search(rf"\b{w}\b", talk.low) for w in words):
            return title
    wanted = functions_of(talk.text)
    holders = [one.title for one in talk.intake.filled.team if set(wanted) & set(one.functions)] if wanted else []
    return holders[0] if len(holders) == 1 else ""


def _title(talk: Talk, candidates: list[str]) -> str:
    """A title out of a phrase: without who speaks, verbs and hours."""
    text = candidates[0] if candidates else ""
    text = re.sub(r"(?i)^\W*(?:we |i )?(?:have |just |'ve )?(?:hired?|added?|got|brought in|took on|add)\s+", "", text)
    match = re.search(pattern("team_new").pattern, fold(text))
    if match and re.search(r"[\u3400-\u9fff]", match[0]):
        text = text[match.end() :]
    text = _HAS.sub("", _LEAD.sub("", text))
    text = re.sub(r"(?i)\s+(?:joins?|joined|to the team|for the team)\b.*$|(?:进来|加入|入职|团队)+.*$", "", text)
    return cut.bare(text)[:60]


def goals(talk: Talk) -> Answer:
    """A goal's figure or date, a new goal, one that goes."""
    if talk.has("goal_new"):
        return _new_goal(talk)
    names = goal_names(talk.plan)
    number = _which(talk, names)
    if not talk.has("goal") and (number is None or talk.has("budget") or not talk.has("goal_reach", "set")):
        return None
    if (
        number is not None
        and talk.shares
        and not talk.has("goal")
        and talk.plan.positioning.goals[number].target.unit != "%"
    ):
        return None
    if talk.has("drop") and not talk.numbers and talk.has("goal"):
        if number is None:
            return talk.ask("which_goal", names="、".join(names))
        return [GoalChange(do="drop", goal=number + 1)]
    value = _figure(talk, number)
    deadline = None
    if value is None and number is not None:
        days = _days(talk)
        deadline = days[-1].value.end if days else None
    if value is None and deadline is None:
        return None
    if number is None:
        return talk.ask("which_goal", names="、".join(names))
    return [GoalChange(do="set", goal=number + 1, target=value, deadline=deadline)]


def _days(talk: Talk) -> list[Found[Days]]:
    try:
        return find_days(talk.low, talk.as_of)
    except BriefError:
        return []


def _which(talk: Talk, names: list[str]) -> int | None:
    """The goal that an instruction speaks of: by number, by its whole name, by its words, by its kind."""
    item = find_item(talk)
    if item and item.path.startswith("positioning.goals["):
        return int(re.findall(r"\d+", item.path)[-1])
    number = known_name(names, talk)
    if number is not None:
        return number
    scores = [_overlap(talk, name) for name in names]
    best = max(scores, default=0.0)
    if best >= 0.5 and scores.count(best) == 1:
        return scores.index(best)
    kind = first_of("goal_kinds", talk.text)
    platform = talk.platforms[0].value if talk.platforms else ""
    fits = (
        [
            n
            for n, one in enumerate(talk.intake.filled.objectives)
            if one.kind == kind and (not platform or one.platform == platform)
        ]
        if kind
        else []
    )
    if len(fits) == 1:
        return fits[0]
    return scores.index(best) if best > 0 and scores.count(best) == 1 else None


def _overlap(talk: Talk, name: str) -> float:
    low = fold(name)
    words = set(re.findall(r"[a-z]{3,}", low))
    if words:
        stems = {w.rstrip("s") for w in words if w not in ("the", "all", "net", "and", "for", "in", "on")}
        return sum(bool(re.search(rf"\b{re.escape(w)}", talk.low)) for w in stems) / max(1, len(stems))
    pairs = {low[n : n + 2] for n in range(len(low) - 1) if re.fullmatch(r"[\u3400-\u9fff]{2}", low[n : n + 2])}
    return sum(pair in talk.low for pair in pairs) / max(1, len(pairs))


def _figure(talk: Talk, number: int | None) -> float | None:
    """The target: a percentage for a rate, else the last count that no date and no ordinal claims."""
    if talk.shares:
        return talk.shares[-1].value
    taken = [(d.start, d.end) for d in _days(talk)]
    item = find_item(talk)
    taken += [(item.start, item.end)] if item else []
    free = [
        n
        for n in talk.numbers
        if not any(a <= n.start < b for a, b in taken) and not re.match(r"[一1]?个", talk.low[n.start :])
    ]
    return float(free[-1].value) if free else None


def _new_goal(talk: Talk) -> Answer:
    cue = talk.cue("goal_new")
    assert cue is not None
    text = after(talk, cue.end())
    if not text:
        return talk.ask("no_number")
    inner = talk.clause(text)
    days = _days(inner)
    first = _figure(inner, None)
    deadline = days[-1].value.end if days else None
    return [GoalChange(do="add", text=text, target=first, deadline=deadline)]


def competitors(talk: Talk) -> Answer:
    """A competitor that joins or goes."""
    names = [one.name for one in talk.intake.filled.competitors]
    known = known_name(names, talk)
    if not talk.has("competitor"):
        return None
    if known is not None:
        gone = talk.has("competitor_drop", "drop")
        return [CompetitorChange(do="drop", name=names[known])] if gone else None
    if talk.has("add") or re.search(r"也是|is (?:also )?an?|counts? as", talk.low):
        found = listed(_rival_words(talk))
        return [CompetitorChange(do="add", name=name) for name in found] or None
    return None


def _rival_words(talk: Talk) -> str:
    text = talk.text
    match = re.search(r"(?i)\badd\s+(.+?)\s+(?:as (?:an? )?|to the |to our |to )(?:competitors?|rivals?|list)", text)
    if match:
        return match[1]
    match = re.search(r"(?i)(?:competitors?|rivals?)\s*(?:list)?\s*[:：]?\s*(?:add|include)?\s*[:：]?\s*(.+)$", text)
    if match and re.search(r"(?i)\badd|include|new|also", text):
        return match[1]
    match = re.search(r"^(.{1,30}?)(?:也)?(?:是|算)(?:我们的)?(?:竞品|竞争对手|對手|对手|競品)", text) or re.search(
        r"(?i)^(.{1,40}?) (?:is|counts as) (?:also )?an? (?:competitor|rival)", text
    )
    if match:
        return match[1]
    cue = talk.cue("add")
    tail = after(talk, cue.end()) if cue else ""
    tail = re.sub(r"^(?:一个|一家|一条|个|家)?(?:新的)?(?:竞品|竞争对手|對手|对手|競品)?\s*[:：，,]?\s*", "", tail)
    return re.sub(r"(?:作为|当作|做)?(?:竞品|竞争对手|競品)$", "", tail)


def personas(talk: Talk) -> Answer:
    """A persona that becomes another, joins or goes: the brief's segment behind it."""
    if not talk.has("audience"):
        return None
    place = find_place(talk)
    number = None
    if place and place.path.startswith("personas.personas["):
        if place.field:
            return None
        number = int(re.findall(r"\d+", place.path)[0]) + 1
    if number and talk.has("drop") and not talk.has("set"):
        return [AudienceChange(do="drop", persona=number)]
    if number:
        name = _becomes(talk, place.end if place else 0)
        return [AudienceChange(do="set", persona=number, name=name)] if name else None
    if talk.has("add"):
        cue = talk.cue("audience")
        colon = re.search(r"[:：]", talk.text)
        text = after(talk, colon.end()) if colon else after(talk, cue.end()) if cue else ""
        text = re.sub(r"(?i)^(?:for|of|called|named|who are|that is)\s+", "", text)
        if not text and cue:
            head = _LEAD.sub("", re.sub(pattern("add").pattern, "", talk.text[: cue.start()]))
            text = re.sub(r"(?:的|这类|这一类|这个|类)$", "", cut.bare(head))
        return [AudienceChange(do="add", name=text)] if text else talk.ask("which_item")
    return None


def _becomes(talk: Talk, end: int) -> str:
    """Who a persona becomes: what stands behind "改成" or behind the persona itself."""
    match = re.search(r"(?:改成|改为|换成|换为|变成|写成|应该是|其实是)\s*", talk.low[end:]) if end else None
    if match:
        return after(talk, end + match.end())
    match = (
        re.search(
            r"(?i)\bmake (?:the )?.{0,30}?persona(?: \d| one| two| three| four)? (?:into )?(?:a|an|the)?\s*(.+)$",
            talk.text,
        )
        or re.search(r"(?i)\b(?:change|turn|switch) .{0,40}?\b(?:to|into)\b\s+(?:a|an|the)?\s*(.+)$", talk.text)
        or re.search(
            r"(?i)\bpersona (?:\d|one|two|three|four) (?:should be|is|becomes|needs to be) (?:really )?(?:a|an|the)?\s*(.+)$",
            talk.text,
        )
    )
    name = cut.bare(match[1]) if match else ""
    return "" if re.search(r"(?i)^(?:more|less|shorter|longer|sharper|clearer)\b", name) else name
