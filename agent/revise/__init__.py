"""Revision: an instruction in plain words becomes typed edits, a new version of the plan, and the way back.

    from agent import revise

    understood = revise.understand(run, "把小红书预算提高到50%")   # nothing is changed yet
    print(understood.preview, understood.consequences, understood.questions)
    revised = revise.apply(run, understood.edits, instruction=understood.instruction)
    revise.undo(run)

Functions (all synchronous; `run` is a run folder; every one that writes holds the run's lock and raises SetupError when another process does):

understand(run, instruction, *, language=None, model=None) -> Understood
    Changes nothing. `model` as `--model`; None or "playbook" uses rules alone. `kind` "edit" | "question" | "unclear". `language` is the
    reader's, where it is not the plan's.
conversation(run, *, model=None) -> Conversation   .understand(line): the same, with what was said before
apply(run, edits, *, instruction="", rerun="later", model=None, take=(), on_event=None) -> Revised
    A new version. `rerun` "now" has the stale parts written by the model (the run's own when None). `take` names paths of clashes where
    the new words replace the client's own; the others stay. Raises EditError, naming the edit, when one cannot be applied; then nothing changed.
edit_item(run, path, text) -> Revised · lock(run, path) · unlock(run, path) -> Revised
    Paths: "personas.personas[P2].portrait", "risks.risks[0].response[1]", "themes" (a whole part, to lock). Ids and places both work.
rerun(run, parts=(), *, model=None, on_event=None) -> Revised
    Writes stale parts (or the named ones) again, by the run's own model unless one is named.
arewrite(run, parts=(), ...) -> Revised   `rerun` for callers with an event loop; cancelled, it keeps the parts that were finished
again(run, parts=(), *, language="") -> Understood   what a rerun would take, as an edit to apply
mend(run, code, where, *, language="") -> Understood       the edit that mends a finding, tried on the plan; "unclear" where none is known
undo(run) -> Version · restore(run, version) -> Version · versions(run) -> list[Version]
difference(run, a, b=None) -> Difference        `b` None: the current version
state(run) -> State                             locks, hand-written texts, guidance, stale parts: what a reader marks
review(run, metrics, *, until=None, write=True) -> Review   actuals against targets; `metrics` are paths; see agent/revise/review/
suggestions(run) -> list[str]                   instructions that make sense next, in the plan's language

The types stand in `agent.revise.model`.
"""

from __future__ import annotations

from agent.revise.engine import (
    apply,
    arewrite,
    difference,
    edit_item,
    lock,
    restore,
    rewrite,
    state,
    undo,
    unlock,
    versions,
)
from agent.revise.engine import rewrite as rerun
from agent.revise.mending import mend
from agent.revise.model import Edit, Revised, Understood
from agent.revise.review import Review, review
from agent.revise.talking import Conversation, conversation
from agent.revise.understanding import again, suggestions, understand

__all__ = [
    "Conversation",
    "Edit",
    "Review",
    "Revised",
    "Understood",
    "again",
    "apply",
    "arewrite",
    "conversation",
    "difference",
    "edit_item",
    "lock",
    "mend",
    "rerun",
    "restore",
    "review",
    "rewrite",
    "state",
    "suggestions",
    "understand",
    "undo",
    "unlock",
    "versions",
]
