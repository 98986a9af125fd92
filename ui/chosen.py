"""What new plans of a workspace start from: who writes, in which language, for how much. A key is never among it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.files import write_text
from ui.store import Store

FILE = "choices.json"


class Chosen(BaseModel):
    """The choices of a workspace."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)

    model: str = Field("playbook", max_length=400)
    """"playbook", "openai", or an embedded model's name."""
    name: str = Field("", max_length=120)
    """Model name at the endpoint, for "openai"."""
    base_url: str = Field("", max_length=400)
    """Address of the endpoint; empty is the server's own setting."""
    language: str = Field("", max_length=10)
    """Language of plans; empty follows the brief."""
    max_cost: float | None = Field(None, ge=0)
    """Cap in US dollars."""
    max_tokens: int | None = Field(None, ge=0)
    """Cap in tokens."""
    price: str = Field("", max_length=60)
    """US dollars per million tokens, read/written."""


def chosen(store: Store) -> Chosen | None:
    """What the workspace has chosen; None where it has not."""
    try:
        return Chosen.model_validate_json((store.root / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def choose(store: Store, choices: Chosen) -> None:
    """Keeps the choices."""
    write_text(store.root / FILE, choices.model_dump_json(indent=1))
