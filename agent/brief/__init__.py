"""What comes in: a brief in any form → `Intake` (what was said, what is assumed, what contradicts)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from agent.brief.model import BrandBrief, Intake

__all__ = ["BrandBrief", "Intake", "read_brief"]


def read_brief(source: str | Path | bytes | dict[str, Any], *, as_of: dt.date, language: str | None = None) -> Intake:
    """Reads a brief from a path, "-" (stdin), text, bytes or a mapping, and fills its gaps.

    `as_of` is the day that relative dates ("next quarter") are counted from. `language` overrides the brief's own
    (zh-CN, zh-TW or en). Raises BriefError, naming field or line and the next step, when it cannot be read.
    """
    from agent.brief.intake import take_in

    return take_in(source, as_of=as_of, language=language)
