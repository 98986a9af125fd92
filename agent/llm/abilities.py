"""What an endpoint can do with a model, learned from its own answers and kept in the cache folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.files import write_text
from agent.llm.schema import Method, ToolChoice

log = logging.getLogger(__name__)

KEPT_DAYS = 30
"""An endpoint changes: what was learned longer ago is asked again."""
MOST_HEADROOM = 16384
_REASONING = re.compile(r"(gpt-5(?!.*chat)|o[1-9](-|$)|.*(reasoner|thinking|-r1|qwq))", re.I)


class Abilities(BaseModel):
    """One endpoint and model. Every field starts at what most endpoints take and is corrected by what they refuse."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")

    method: Method | None = None
    """The surest method that worked; None before the probe."""
    tool_choice: ToolChoice = "named"
    """How the tool is asked for: llama.cpp ignores the named form and takes "required"."""
    json_object: bool = True
    """Whether JSON mode has a parameter; without it the schema in the prompt has to do."""
    length_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """The parameter for the longest answer: OpenAI's newer models know max_completion_tokens only."""
    longest: int | None = None
    """The most tokens that the endpoint lets an answer have, where it said so."""
    headroom: int = Field(default=0, ge=0, le=MOST_HEADROOM)
    """Tokens that a reasoning model needs for its hidden thinking beside the answer."""
    temperature: bool = True
    """Whether a temperature is accepted."""
    stream: bool = True
    """Whether answers come as a stream."""
    stream_options: bool = True
    """Whether the usage of a stream can be asked for."""
    checked: dt.date | None = None
    """When the method was tried last."""


def starting(model: str, *, openai: bool, embedded: bool) -> Abilities:
    """What is assumed of a model before it was asked: by what its name says, where that is known."""
    thinks = bool(_REASONING.match(model.rpartition("/")[2]))
    return Abilities(
        method="json_schema" if embedded or openai else None,
        tool_choice="required" if embedded else "named",
        length_field="max_completion_tokens" if openai else "max_tokens",
        temperature=not (thinks and openai),
        headroom=4096 if thinks else 0,
    )


class Memory:
    """Abilities by endpoint and model in one small file each; in this process alone where nothing can be written."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._here: dict[str, Abilities] = {}

    def recall(self, base_url: str | None, model: str) -> Abilities | None:
        """What was learned in the last thirty days, or None."""
        name = _file_name(base_url, model)
        if name in self._here:
            return self._here[name].model_copy()
        if self._folder is None:
            return None
        try:
            found = Abilities.model_validate_json((self._folder / name).read_text(encoding="utf-8"))
        except (OSError, ValidationError, UnicodeDecodeError):
            return None
        fresh = found.checked is not None and (dt.date.today() - found.checked).days <= KEPT_DAYS
        return found if fresh else None

    def keep(self, base_url: str | None, model: str, abilities: Abilities) -> None:
        """Writes down what was learned; the address itself is not written, it may hold a key."""
        name = _file_name(base_url, model)
        self._here[name] = abilities.model_copy()
        if self._folder is None:
            return
        try:
            write_text(self._folder / name, abilities.model_dump_json(indent=1) + "\n")
        except OSError as error:
            log.info("what %s can do is not kept: %s", model, type(error).__name__)

    def forget(self, base_url: str | None, model: str) -> None:
        """Lets the next call ask again."""
        name = _file_name(base_url, model)
        self._here.pop(name, None)
        if self._folder:
            try:
                (self._folder / name).unlink(missing_ok=True)
            except OSError:
                log.info("what was known of %s could not be removed", model)


def _file_name(base_url: str | None, model: str) -> str:
    """Host and model readable, told apart by a hash of the whole."""
    host = urlsplit(base_url or "https://api.openai.com").hostname or "endpoint"
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{host}-{model}")[:60]
    digest = hashlib.sha256(f"{base_url or ''}\n{model}".encode()).hexdigest()[:12]
    return f"{readable}-{digest}.json"
