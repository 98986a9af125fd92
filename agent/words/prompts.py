"""Prompt files: front matter (id, version, needs, why, and settings if any) and a Jinja body, rendered strictly."""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.resources import prompts_dir


@dataclass(frozen=True)
class Prompt:
    """One prompt file with its passport."""

    id: str
    version: int
    needs: tuple[str, ...]
    why: str
    body: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    """How a model of the size this prompt is for is called: `temperature` and `draws`, one value for each round; `seconds` for all calls of a run."""

    @property
    def stamp(self) -> str:
        """Id, version and content hash, as a plan records them."""
        return f"{self.id} v{self.version} {hashlib.sha256(self.body.encode()).hexdigest()[:12]}"

    def temperature(self, round: int) -> float | None:
        """The sampling temperature of a call: round 0 is the first, 1 and 2 are repairs; None leaves it to the model."""
        return self._step("temperature", round)  # type: ignore[no-any-return]

    def draws(self, round: int) -> int:
        """How many answers a call's question is asked for at once in a round; one unless the prompt says otherwise."""
        return int(self._step("draws", round) or 1)

    @property
    def seconds(self) -> float:
        """Seconds after which a run draws no further answers; without end unless the prompt says otherwise."""
        return float(self.settings.get("seconds") or math.inf)

    def _step(self, name: str, round: int) -> Any:
        steps = self.settings.get(name) or [None]
        return steps[min(round, len(steps) - 1)]

    def render(self, values: Mapping[str, Any]) -> str:
        """The prompt with its inputs. Raises KeyError for a declared input that is missing, jinja2.UndefinedError for an undeclared one."""
        return str(_template(self.body).render({name: values[name] for name in self.needs})).strip()


@functools.cache
def _template(body: str) -> Any:
    """A body compiled once: a run renders each some twenty times."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    return environment.from_string(body)


@functools.cache
def load_prompt(name: str) -> Prompt:
    """Reads `prompts/NAME.md`. Raises ValueError when the front matter is not complete."""
    from ruamel.yaml import YAML

    raw = (prompts_dir() / f"{name}.md").read_text(encoding="utf-8")
    _, _, rest = raw.partition("---\n")
    head, mark, body = rest.partition("\n---\n")
    if not mark:
        raise ValueError(f"prompts/{name}.md has no front matter.")
    passport = YAML(typ="safe").load(head)
    if set(passport) - {"settings"} != {"id", "version", "needs", "why"} or passport["id"] != name:
        raise ValueError(f"prompts/{name}.md: the front matter must hold id ({name}), version, needs and why.")
    return Prompt(
        passport["id"],
        int(passport["version"]),
        tuple(passport["needs"] or ()),
        passport["why"],
        body.strip(),
        passport.get("settings") or {},
    )
