"""A run's page: board, reader, conversation and versions as they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agent import revise
from agent.errors import BriefError
from agent.plan.model import MarketingPlan
from agent.revise.proposal import PLAYBOOK
from agent.revise.state import State
from agent.revise.understanding import suggestions_for
from ui import talk
from ui.handlers.room import Room, View, now, plan_of, state_of
from ui.store import Run
from ui.views import head, library
from ui.views.board import board
from ui.views.chat import chat
from ui.views.reader import reader
from ui.views.words import loading, notice
from ui.work import Progress

PAUSE = 4.0
"""Least seconds between two drawings of the reader while a model writes."""
AT_ONCE = 3.0
"""Seconds that the page waits for a plan that is computed without a model."""


class PlanPage(Room):
    """Shows a run."""

    def show(self, run_id: object, *, closed: bool = False) -> View:
        """Everything of a run; the empty page where there is none."""
        try:
            run = self.store.get(run_id)
        except BriefError:
            empty = head.nothing(self.w)
            return {
                "head": empty,
                "board": "",
                "reader": "",
                "chat": "",
                "versions": "",
                "seen": {},
                "timer": False,
                "working": False,
            }
        progress = self.desk.progress(self.store, run.id)
        plan, state = plan_of(run), state_of(run)
        live = bool(progress and progress.live)
        view: View = {
            "head": self._head(run, progress, plan, state),
            "board": self._board(run, progress, plan, state) if plan or progress else "",
            "reader": reader(self.w, plan, state) if plan else self._waiting(progress),
            "seen": {
                "run": run.id,
                "tick": progress.tick if progress else 0,
                "saved": progress.saved if progress else 0,
                "drawn": now(),
            },
            "timer": live,
            "open_board": live and not closed,
            "working": bool(plan) and not live,
        }
        if live or not plan:
            return {**view, "chat": self._chat_waits(run), "versions": "", "difference": ""}
        view |= self.conversation(run, plan)
        if progress and progress.made:
            made, progress.made = progress.made, None
            view["difference"] = library.difference(self.w, made.difference)
        return view

    def tick(self, run_id: object, seen: Mapping[str, Any]) -> View:
        """What changed since the page was last drawn; nothing where nothing did."""
        try:
            run = self.store.get(run_id)
        except BriefError:
            return self.show(run_id)
        progress = self.desk.progress(self.store, run.id)
        if progress and run.card.model == "playbook":
            progress.over.wait(AT_ONCE)  # no model: it is drawn once, whole
        if not progress or not progress.live or seen.get("run") != run.id:
            return self.show(run.id)
        plan, state = plan_of(run), state_of(run)
        view: View = {"board": self._board(run, progress, plan, state)}
        fresh = dict(seen) | {"tick": progress.tick}
        if (
            progress.saved != seen.get("saved")
            and plan
            and (not seen.get("saved") or now() - float(seen.get("drawn", 0)) > PAUSE)
        ):
            view |= {"reader": reader(self.w, plan, state), "head": self._head(run, progress, plan, state)}
            fresh |= {"saved": progress.saved, "drawn": now()}
        return {**view, "seen": fresh}

    def _head(self, run: Run, progress: Progress | None, plan: MarketingPlan | None, state: State) -> str:
        """The head of the page, with what writing the stale parts again would take."""
        modelled = plan is not None and state.stale and run.card.model != PLAYBOOK
        again = revise.again(run.path, language=self.w.language).estimate if modelled else None
        return head.head(self.w, run, progress, plan, state, again)

    def _board(self, run: Run, progress: Progress | None, plan: MarketingPlan | None, state: State) -> str:
        """The stages, and its place while it waits."""
        return board(self.w, progress, plan, state.stale, self.desk.place(self.store, run.id))

    def _waiting(self, progress: Progress | None) -> str:
        if progress and progress.live:
            return loading(self.w, self.w.h("plan.loading"))
        return notice("empty", self.w.h("plan.no_plan"), self.w.h("plan.no_plan_hint"))

    def _chat_waits(self, run: Run) -> str:
        """What was said so far, and why nothing can be said now."""
        waits = notice("empty", self.w.h("chat.waits"))
        held = talk.turns(run.path)
        return (chat(self.w, held, (), modelled=False) + waits) if held else waits

    def conversation(self, run: Run, plan: MarketingPlan | None) -> View:
        """The chat, the versions, and nothing compared."""
        suggested = suggestions_for(plan, state_of(run)) if plan else []
        held = revise.versions(run.path)
        undo = (
            f'<button type="button" data-do="undo">{self.w.h("versions.undo")}</button>'
            if any(v.current and v.parent for v in held)
            else ""
        )
        return {
            "chat": chat(self.w, talk.turns(run.path), suggested, modelled=run.card.model != "playbook"),
            "versions": undo + library.versions(self.w, held),
            "difference": "",
        }

    def write_again(self, run: Run, parts: list[str]) -> View:
        """A model writes parts again, watched on the board like the first time; a second click is the same work."""
        self.desk.again(self.store, run, parts, list(state_of(run).stale), self.house.settings_of(self.workspace))
        return self.show(run.id)

    def changed(self, run: Run, change: Callable[[], Any]) -> View:
        """Makes a change, then shows plan, board, chat and versions anew."""
        self.free(run)
        change()
        return self.show(run.id)
