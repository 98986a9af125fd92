"""Understands the common instructions without a model: rules in order over the whole instruction, then over its clauses.

What they know stands in `prompts/revise.yaml`, with an example of every kind.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.brief import cut
from agent.revise.model import Edit, Question
from agent.revise.rules import people, sums, when, wording
from agent.revise.rules.talk import Answer, Talk, pattern

ORDER: tuple[Callable[[Talk], Answer], ...] = (
    wording.undo, wording.by_hand, wording.lock, wording.never_say, wording.must_say, wording.add, people.competitors, when.key_date,
    wording.tone, people.goals, people.team, sums.cadence, people.personas, wording.rewrite, wording.rerun, wording.language, sums.creator, when.shift,
    sums.limit, when.edges, when.length, wording.drop, sums.total, sums.platforms, sums.vague_budget,
)  # fmt: skip
"""What leaves least to chance first: quoted words and named places, then figures, then bare names."""
CLAUSES = r"\s+(?:and|but|then|also)\s+(?=(?:no|drop|skip|add|also|try|put|use|forget|remove|keep|cut|make|change|set|start|raise|lower|extend|push|lock|cap|limit|give|spend)\b)|然后|另外|同时|并且|而且"


def understand(talk: Talk) -> Answer:
    """Edits, a question back, or None when no rule knows the instruction."""
    whole = _first(talk)
    parts = [part for part in cut.pieces(talk.text, "；;。\n，,", CLAUSES) if part]
    if len(parts) < 2 or (isinstance(whole, list) and whole and whole[0].kind in _LONG):
        return whole
    each = [_first(talk.clause(part)) for part in parts]
    known = [one for one in each if isinstance(one, list) and one]
    if len(known) < 2 or any(one[0].kind in _LONG for one in known):
        return whole
    edits = [edit for one in known for edit in one]
    kinds = {(edit.kind, _target(edit)) for edit in edits}
    if len(kinds) == len(edits) and (not isinstance(whole, list) or len(edits) > len(whole)):
        return edits
    return whole


_LONG = frozenset({"text", "words", "add", "rewrite", "key_date", "undo", "audience", "team"})
"""Kinds whose own words may hold commas: the instruction is not cut."""


def _target(edit: Edit) -> str:
    return str(
        getattr(edit, "platform", "")
        or getattr(edit, "of", "")
        or getattr(edit, "path", "")
        or getattr(edit, "goal", "")
    )


def _first(talk: Talk) -> Answer:
    asked: Question | None = None
    for rule in ORDER:
        found = rule(talk)
        if isinstance(found, Question):
            asked = asked or found
        elif found:
            return found
    return asked


def asks(talk: Talk) -> bool:
    """Whether it is a question about the plan rather than a wish."""
    low = talk.low.strip()
    if pattern("question_not").search(low):
        return False
    bare = pattern("request").sub("", low)
    if bare != low and not pattern("where").search(low) and not pattern("why").search(low):
        return False
    return bool(pattern("question").search(low))
