"""Which model writes: reads `--model` ("openai:NAME", "local", "local:/path.gguf", "playbook", "auto")."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Literal

from agent.errors import SetupError
from agent.llm.catalogue import entry
from agent.llm.fetch import find
from agent.settings import Settings

DEFAULT_OPENAI_MODEL = "gpt-5-mini"
FORMS = "openai:NAME, local, local:/path/to/model.gguf, playbook or auto"


@dataclass(frozen=True)
class ModelSpec:
    """A model that was chosen, by the user or by `auto`."""

    kind: Literal["openai", "local", "playbook"]
    name: str = ""
    """The endpoint's model name; for local a catalogue id or the path of a file."""
    note: str = ""
    """Why `auto` chose it and what to do for a better one; empty when the user named it."""

    @property
    def label(self) -> str:
        """How the model is written on the command line and in a run's record."""
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @classmethod
    def parse(cls, text: str, settings: Settings | None = None) -> ModelSpec:
        """Reads what stands after `--model`; "" counts as "auto".

        Raises SetupError for anything else than the known forms.
        """
        kind, _, name = text.strip().partition(":")
        kind, name = kind.strip().lower(), name.strip()
        if kind in ("", "auto") and not name:
            return _auto(settings or Settings())
        if kind == "playbook" and not name:
            return cls("playbook")
        if kind == "openai" and name:
            return cls("openai", name)
        if kind == "local":
            return cls("local", name or entry().id)
        raise SetupError(f"{text!r} does not name a model.", hint=f"Use {FORMS}.")


def _auto(settings: Settings) -> ModelSpec:
    """A key if there is one, else the embedded model if it is here, else the playbook."""
    if settings.openai_api_key and settings.openai_api_key.get_secret_value():
        return ModelSpec("openai", DEFAULT_OPENAI_MODEL, note="OPENAI_API_KEY is set.")
    default = entry()
    installed = importlib.util.find_spec("xllamacpp") is not None
    if installed and find(default.id, cache_dir=settings.cache_dir):
        return ModelSpec("local", default.id, note=f"No key is set; {default.title} is on this machine. {default.note}")
    first = "" if installed else "pip install 'cehua[local]', then "
    size = f"{default.bytes / 1e9:.1f} GB"
    return ModelSpec(
        "playbook",
        note=f"No key is set and no model is on this machine. For a model's words: {first}cehua model fetch ({size}), "
        "or set OPENAI_API_KEY.",
    )
