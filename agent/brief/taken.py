"""An item taken out of a list of the brief: what was read of those behind it stays with them."""

from __future__ import annotations

import re

from agent.brief.model import BrandBrief


def take_out(brief: BrandBrief, name: str, place: int) -> None:
    """Takes an item out of the list called `name`; the spans of those behind it are counted anew, its own go."""
    del getattr(brief, name)[place]
    kept = {}
    for path, span in brief.spans.items():
        found = re.fullmatch(rf"{name}\[(\d+)\](.*)", path)
        number = int(found[1]) if found else -1
        if found and number > place:
            kept[f"{name}[{number - 1}]{found[2]}"] = span
        elif number != place:
            kept[path] = span
    brief.spans = kept
