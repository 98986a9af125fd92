"""What changes a plan: the buttons of its page, and the conversation in which an instruction is shown before it is applied."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from agent import revise
from agent.errors import CehuaError
from agent.revise.engine import proposed
from agent.revise.model import Rerun, Understood
from agent.revise.proposal import PLAYBOOK
from ui import talk
from ui.handlers.plan import PlanPage
from ui.handlers.room import View, failed, plan_of, said
from ui.store import Run
from ui.views import library
from ui.views.reader import reader

SAID = 6
"""Earlier instructions that an unclear one may refer to."""
LONGEST = 2000
"""Characters of an instruction."""
AHEAD = 0.1
"""Seconds after which a proposal's plan is drawn: the proposal itself goes first."""


class Changing(PlanPage):
    """Changes a run."""

    def act(self, run_id: object, data: Mapping[str, Any]) -> View:
        """A button of the head, the reader, the chat or the versions."""
        do = str(data.get("do", ""))
        try:
            run = self.store.get(run_id)
            match do:
                case "stop":
                    self.desk.stop(self.store, run.id)
                    return self.show(run.id)
                case "go-on":
                    self.desk.go_on(self.store, run, self.house.settings_of(self.workspace))
                    return self.show(run.id)
                case "say":
                    return self.say(run.id, str(data.get("text", "")))
                case "edit":
                    return self.changed(run, lambda: revise.edit_item(run.path, str(data["place"]), str(data["text"])))
                case "lock" | "unlock":
                    change = revise.lock if do == "lock" else revise.unlock
                    return self.changed(run, lambda: change(run.path, str(data["place"])))
                case "rerun":
                    return self.write_again(run, [])
                case "ask-again":
                    return self._proposed(run, revise.again(run.path, [str(data["part"])], language=self.w.language))
                case "mend":
                    return self._mend(run, str(data.get("code")), str(data.get("where")))
                case "apply" | "drop":
                    return self._settle(run, int(data["turn"]), data, drop=do == "drop")
                case "restore":
                    return self.changed(run, lambda: revise.restore(run.path, int(data["version"])))
                case "undo":
                    return self.changed(run, lambda: revise.undo(run.path))
                case "compare":
                    seen = revise.difference(run.path, int(data["version"]))
                    return {"difference": library.difference(self.w, seen)}
        except CehuaError as error:
            return failed(self.w, error)
        except (KeyError, ValueError):
            return {"message": self.w("error.request"), "failed": True}
        return {}

    def say(self, run_id: object, text: str) -> View:
        """An instruction: what it would do is shown, nothing is changed yet."""
        words = text.strip()[:LONGEST]
        if not words:
            return {}
        try:
            run = self.store.get(run_id)
            self.free(run)
        except CehuaError as error:
            return failed(self.w, error)
        turn = talk.Turn(said=words)
        try:
            turn.understood = revise.understand(
                run.path, words, language=self.w.language, model=run.card.model, settings=self.house.settings_of(self.workspace),
                said=[one.said for one in talk.turns(run.path)[-SAID:]],
            )  # fmt: skip
            turn.state = "open" if turn.understood.edits else "told"
        except CehuaError as error:
            turn.result, turn.wrong = said(self.w, error), True
        self._draw_ahead(run)
        return {"say": "", **self._said(run, turn)}

    def _draw_ahead(self, run: Run) -> None:
        """Draws the plan as proposed while the proposal is being read: who applies it finds most parts drawn."""
        if made := proposed(run.path):
            ahead = threading.Timer(AHEAD, reader, (self.w, made.plan, made.state))
            ahead.daemon = True
            ahead.start()

    def _said(self, run: Run, turn: talk.Turn) -> View:
        """A turn joins the conversation; what was proposed before and not applied is dropped."""
        held = talk.turns(run.path)
        for one in held:
            one.state = "dropped" if one.state == "open" else one.state
        talk.keep(run.path, [*held, turn])
        return self.conversation(run, plan_of(run))

    def _proposed(self, run: Run, understood: Understood) -> View:
        """What a button proposes, in the chat, to be applied or left."""
        self.free(run)
        state: Any = "open" if understood.edits else "told"
        return self._said(run, talk.Turn(said=understood.instruction, understood=understood, state=state))

    def _settle(self, run: Run, at: int, data: Mapping[str, Any], *, drop: bool) -> View:
        self.free(run)
        held = talk.turns(run.path)
        turn = held[at] if 0 <= at < len(held) else None
        if turn is None or turn.state != "open" or turn.understood is None:
            return self.show(run.id)
        if drop:
            turn.state = "dropped"
            talk.keep(run.path, held)
            return self.conversation(run, plan_of(run))
        take = data.get("form", {}).get("take", [])
        again = next((edit for edit in turn.understood.edits if isinstance(edit, Rerun)), None)
        if again and run.card.model != PLAYBOOK:
            turn.state = "applied"
            talk.keep(run.path, held)
            return self.write_again(run, again.parts)
        try:
            made = revise.apply(
                run.path,
                turn.understood.edits,
                instruction=turn.said,
                take=[take] if isinstance(take, str) else list(take),
                settings=self.house.settings_of(self.workspace),
            )
        except CehuaError as error:
            turn.result, turn.wrong, turn.state = said(self.w, error), True, "told"
            talk.keep(run.path, held)
            return self.show(run.id)
        turn.state, turn.version = "applied", made.version
        parts = self.w.listed([self.w.label(f"part.{part}") for part in made.changed])
        turn.result = " ".join(
            [self.w("chat.applied", version=made.version, parts=parts or self.w("chat.no_part")), *made.notes]
        )
        talk.keep(run.path, held)
        view = self.write_again(run, []) if data.get("now") and made.stale else self.show(run.id)
        return {**view, "difference": library.difference(self.w, made.difference)}

    def _mend(self, run: Run, code: str, where: str) -> View:
        """Proposes the edit that mends a finding; where none is known, a model is asked, and without one the advice is left to the client."""
        found = revise.mend(run.path, code, where, language=self.w.language)
        if not found.edits and run.card.model != PLAYBOOK:
            return self.say(run.id, found.questions[0].text)
        if not found.edits:
            return {"say": found.questions[0].text, "message": self.w("reader.mend_told")}
        return self._proposed(run, found)
