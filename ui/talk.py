"""The conversation about a run: what was said, what was proposed, what became of it; kept beside the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from agent.files import write_text
from agent.revise.model import Understood

FILE = "talk.json"
MOST = 200
"""Turns that are kept."""


class Turn(BaseModel):
    """One instruction and its answer."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)

    said: str
    """The client's words."""
    understood: Understood | None = None
    """What they mean; None when that could not be told."""
    state: Literal["open", "applied", "dropped", "told"] = "told"
    """open: waits to be applied; told: nothing is to be applied."""
    result: str = ""
    """What came of it, or the error, in the page's language."""
    wrong: bool = False
    """Whether `result` is an error."""
    version: int | None = None
    """Version that it made."""


_TURNS = TypeAdapter(list[Turn])


def turns(run: Path) -> list[Turn]:
    """The conversation so far; an empty one where its file is missing or of another version."""
    try:
        return _TURNS.validate_json((run / FILE).read_bytes())
    except (OSError, ValidationError):
        return []


def keep(run: Path, held: list[Turn]) -> None:
    """Stores the conversation."""
    plain = [one.model_dump(mode="json") for one in held[-MOST:]]
    write_text(run / FILE, json.dumps(plain, ensure_ascii=False, indent=1))
