"""What the server remembers of an open page: its state alone, and nothing of what it shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from fastapi import FastAPI
from gradio.blocks import Blocks
from gradio.state_holder import SessionState, StateHolder


class Lean(SessionState):
    """A session without the copy of every component that Gradio keeps for deep links, which the desk does not offer.

    The copy takes 50 ms of the loop that answers everybody for each page that comes, and keeps each plan that was shown.
    """

    def __init__(self, blocks: Blocks) -> None:
        """Gradio's own, told that there is nothing to copy."""
        super().__init__(cast(Blocks, SimpleNamespace(default_config=blocks.default_config, blocks={})))

    def __setitem__(self, key: int, value: Any) -> None:
        """Keeps a state or a changed component."""
        super().__setitem__(key, value)
        self.config_values.clear()

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


class Sessions(StateHolder):
    """The open pages of one language."""

    def __getitem__(self, session_id: str) -> SessionState:
        """The session of this id, a new one for a page that comes."""
        if session_id not in self.session_data:
            self.session_data[session_id] = Lean(self.blocks)
        return super().__getitem__(session_id)


def kept_lean(app: FastAPI, blocks: Blocks, path: str) -> None:
    """Has Gradio's application at `path` keep its sessions so."""
    (mounted,) = (route.app for route in app.routes if getattr(route, "path", "") == path)  # type: ignore[attr-defined]
    mounted.state_holder = Sessions()  # type: ignore[no-untyped-call]
    mounted.state_holder.set_blocks(blocks)
