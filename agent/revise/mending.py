"""What mends a finding: edits that its kind suggests, tried on the plan until one leaves nothing to find there."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from agent.checks import CheckContext, run_checks
from agent.errors import EditError
from agent.locale import t
from agent.plan.model import Finding, MarketingPlan
from agent.revise import paths
from agent.revise.engine import proposal_for
from agent.revise.handwork import writable
from agent.revise.model import CadenceChange, Edit, GoalChange, Question, TeamChange, TextEdit, Understood
from agent.revise.proposal import Proposal, Work, new_findings, open_work
from agent.revise.understanding import explained

TRIES = 4
"""Edits that are computed for one finding at most: each takes as long as a revision."""
SLOWER = (0.75, 0.5)
"""Factors on the cadence of the busiest platform that are tried against a week that is too full."""
PIECES = 12
"""Clauses and sentences of a text that are left out by turns at most."""
_CLAUSES, _SENTENCES = re.compile(r"(?<=[，,；;：:。！？.!?])\s*"), re.compile(r"(?<=[。！？.!?])\s*")


def mend(run: Path, code: str, where: str, *, language: str = "") -> Understood:
    """The edit that mends a finding of the saved plan, as an instruction would propose it; nothing is changed.

    An edit counts when the plan with it in is free of the finding and has no new error. Kind "unclear", with the finding's own
    advice as the question, when no known edit does. `language` is the reader's. Raises EditError for a finding that there is not.
    """
    work = open_work(run)
    found = next((one for one in work.plan.findings if (one.code, one.where) == (code, where)), None)
    if found is None:
        raise EditError(t(work.plan.meta.language, "revise.error.no_finding", code=code), where=where)
    said = t(language or work.plan.meta.language, "revise.mend", message=found.message)[:400]
    for edit, _ in zip(_candidates(work, found), range(TRIES), strict=False):
        made = explained(work, [edit], said, reader=language)
        if made.kind == "edit" and _mended(work, proposal_for(work, made.edits, said), found):
            return made
    return Understood(instruction=said, kind="unclear", questions=[Question(text=found.fix or found.message)])


def _mended(work: Work, made: Proposal, found: Finding) -> bool:
    still = any(one.code == found.code and found.where == one.where for one in made.plan.findings)
    return not still and not any(one.severity == "error" for one in new_findings(work.plan, made.plan))


def _candidates(work: Work, found: Finding) -> Iterator[Edit]:
    """Edits to try, the likeliest first."""
    for prefix, make in _KINDS.items():
        if found.code.startswith(prefix):
            yield from make(work, found)
            return
    if found.severity != "info":
        yield from _text(work, found)


def _number(where: str) -> int:
    """The number of the item that a finding names: "positioning.goals[2].verdict" is 2."""
    return int(re.findall(r"\[(\d+)\]", where)[-1])


def _goal(work: Work, found: Finding) -> Iterator[Edit]:
    """A target that the forecast does not reach: what it does reach."""
    number = _number(found.where)
    goal = work.plan.positioning.goals[number]
    for reached in (goal.verdict.base, goal.verdict.low):
        if reached is not None and goal.target.value is not None:
            yield GoalChange(do="set", goal=number + 1, target=_rounded(reached, goal.target.unit))


def _rounded(value: float, unit: str) -> float:
    """A forecast as a target: two figures, rounded down; a rate to the tenth of a percent."""
    if unit == "%":
        return math.floor(value * 1000) / 1000
    step = 10.0 ** max(0, len(str(int(value))) - 2)
    return math.floor(value / step) * step


def _week(work: Work, found: Finding) -> Iterator[Edit]:
    """A week that is too full: fewer posts on the busiest platform, then more hours for the person."""
    week = work.plan.team.weeks[_number(found.where)]
    busiest = max(work.plan.platforms.choices, key=lambda one: one.cadence)
    for factor in SLOWER:
        slower = round(busiest.cadence * factor * 4) / 4
        if 0 < slower < busiest.cadence:
            yield CadenceChange(platform=busiest.platform, per_week=slower)
    peak = max(one.hours for one in work.plan.team.weeks if one.holder == week.holder)
    if any(one.title == week.holder for one in work.intake.filled.team):
        yield TeamChange(do="set", title=week.holder, hours=float(math.ceil(peak)))


def _text(work: Work, found: Finding) -> Iterator[Edit]:
    """A text that should not stand as it does: what stood there before, then the text without the clause that is to blame."""
    plan = work.plan
    if paths.find(plan, found.where) is None or not writable(plan, path := paths.by_id(plan, found.where)):
        return
    now = str(paths.at(plan, path))
    before = [work.state.hand[path].draft] if path in work.state.hand else []
    if work.modelled and isinstance(draft := paths.find(work.drafts().plan, path), str):
        before.append(draft)
    for text in dict.fromkeys([*before, *_shorter(now)]):
        if text != now and _clean(work, found, path, text):
            yield TextEdit(path=path, text=text)


def _shorter(text: str) -> list[str]:
    """The text with a clause, then with a sentence, left out, every one by turns; what is left ends as a sentence does."""
    found = []
    for cut in (_CLAUSES, _SENTENCES):
        marks = [0, *(one.end() for one in cut.finditer(text)), len(text)]
        pieces = [text[a:b] for a, b in itertools.pairwise(marks) if text[a:b].strip()]
        for place in range(min(len(pieces), PIECES)) if len(pieces) > 1 else ():
            left = "".join(pieces[:place] + pieces[place + 1 :]).strip()
            end = text.strip()[-1]
            if left[-1] in "，,；;：:" and not end.isalnum():
                left = left[:-1] + end
            found.append(left)
    return found


def _clean(work: Work, found: Finding, path: str, text: str) -> bool:
    """Whether the check that found it is content with the text."""
    trial: MarketingPlan = work.plan.model_copy(deep=True)
    paths.put(trial, path, text)
    seen = run_checks(trial, CheckContext(work.intake.filled, work.knowledge, work.intake), only={found.code})
    return not any(one.where == found.where for one in seen)


_KINDS: dict[str, Callable[[Work, Finding], Iterator[Edit]]] = {"FEA-001": _goal, "FEA-002": _goal, "CAP-00": _week}
