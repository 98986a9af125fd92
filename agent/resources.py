"""Where the data that travels with the code lies: prompts and knowledge, in a checkout or in a wheel."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from agent.errors import SetupError

_PACKAGE = Path(__file__).resolve().parent
OVERRIDE = "CEHUA_DATA"
"""The environment variable that names a folder with `prompts/` and `knowledge/` of one's own."""


def prompts_dir() -> Path:
    """The folder of prompts, playbook phrases and locales."""
    return _find("prompts")


def knowledge_dir() -> Path:
    """The folder of sourced knowledge items and tables."""
    return _find("knowledge")


def _find(name: str) -> Path:
    """`name` under CEHUA_DATA if that is set, else in the wheel, else beside the package in a checkout."""
    return _found(name, os.environ.get(OVERRIDE))


@functools.cache
def _found(name: str, chosen: str | None) -> Path:
    roots = [Path(chosen).expanduser()] if chosen else [_PACKAGE / "_data", _PACKAGE.parent]
    for root in roots:
        folder = root / name
        if folder.is_dir():
            return folder.resolve()
    raise SetupError(
        f"The folder {name}/ was not found in {' or '.join(str(root) for root in roots)}.",
        hint=f"Correct or unset {OVERRIDE}." if chosen else "Install cehua again; its data is missing.",
        where=OVERRIDE if chosen else "",
    )
