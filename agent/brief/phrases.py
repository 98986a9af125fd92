"""The intake's own sentences, in the plan's language, from prompts/locales/intake.*.yaml."""

from __future__ import annotations

import functools
from typing import Any

from agent.data import read_yaml
from agent.locale import base_language, localise
from agent.resources import prompts_dir


@functools.cache
def _file(name: str) -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(prompts_dir() / "locales" / name)
    return data


def defaults(key: str) -> Any:
    """A section of the planning assumptions."""
    return _file("intake_defaults.yaml")[key]


def raw_phrase(key: str, language: str) -> Any:
    """What stands under a key ("conflicts.BRF-C01.message"); keys with dots of their own are tried whole."""
    node: Any = _file(f"intake.{base_language(language)}.yaml")
    rest = key
    while rest:
        head = next((h for h in _heads(rest) if isinstance(node, dict) and h in node), None)
        if head is None:
            raise KeyError(key)
        node, rest = node[head], rest[len(head) + 1 :]
    return node


def _heads(key: str) -> list[str]:
    parts = key.split(".")
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)]


def say(key: str, language: str, /, **values: object) -> str:
    """The phrase in the language, its placeholders filled; the values stay as the client wrote them."""
    return localise(str(raw_phrase(key, language)), language).format(**values)


def words(key: str, language: str) -> list[str]:
    """A list of phrases."""
    return [localise(str(w), language) for w in raw_phrase(key, language)]
