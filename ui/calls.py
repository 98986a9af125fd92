"""The actions as named calls of Gradio's own API, for `gradio_client`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.events import api
from pydantic import ValidationError

from agent.errors import CehuaError
from ui.actions import Actions
from ui.problems import problem_of
from ui.results import Asked, Told


def add_calls(blocks: gr.Blocks, here: Callable[[], Actions]) -> None:
    """Adds them to a page; `here` gives the actions of whoever calls."""

    def tried(action: Callable[[], Any]) -> Any:
        try:
            return action()
        except CehuaError as error:
            told = problem_of(error)
            place = f" ({told.where})" if told.where else ""
            raise gr.Error(f"{told.title}: {told.detail} {told.hint}".strip() + place, print_exception=False) from None
        except ValidationError as error:
            fields = sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})
            raise gr.Error(f"request: Not as it should be: {', '.join(fields)}.", print_exception=False) from None

    def make_plan(brief: str, language: str = "", model: str = "") -> dict[str, Any]:
        """Begins a run."""
        asked = {"brief": brief, "language": language, "model": model}
        made: dict[str, Any] = tried(lambda: here().make(Asked.model_validate(asked)).model_dump(mode="json"))
        return made

    def plan_status(run: str) -> dict[str, Any]:
        """Where a run stands."""
        found: dict[str, Any] = tried(lambda: here().info(run).model_dump(mode="json"))
        return found

    def revise_plan(run: str, instruction: str) -> dict[str, Any]:
        """Changes a plan by saying so."""
        made: dict[str, Any] = tried(lambda: here().revise(run, Told(instruction=instruction)).model_dump(mode="json"))
        for one in made["changes"]:
            one["place"] = one.pop("path")  # what has a path is a file to the client, and is fetched
        return made

    def read_plan(run: str, part: str = "") -> str:
        """The plan, or a part, as Markdown."""
        found: str = tried(lambda: here().read(run, part).markdown)
        return found

    def export_plan(run: str, form: str = "md") -> dict[str, Any]:
        """Makes an export; the file is at `address` on this server, for the same user."""
        made = tried(lambda: here().export(run, form))
        return {"name": made.name, "size": len(made.content), "address": f"/api/v1/runs/{run}/exports/{form}"}

    with blocks:
        for call in (make_plan, plan_status, revise_plan, read_plan, export_plan):
            api(call, api_name=call.__name__)
