"""Reads the house's own YAML data files (phrases, labels, tables)."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def read_yaml(path: Path) -> Any:
    """The file's content as plain Python values. ruamel's C parser reads all phrases of a language in about 0.1 s."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
