"""What the plan promises of its own calendar: how often the series runs and people are asked to vote, counted from the slots."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from agent.data import read_yaml
from agent.frame.model import Frame, Slot
from agent.resources import prompts_dir
from agent.words.playbook.voice import MARK

if TYPE_CHECKING:
    from agent.words.playbook.context import Context

HELD = 0.9
"""Part of the weeks in which something has to happen to be called weekly."""
ASKING = frozenset({"poll", "qa", "ugc_call"})
"""Formats that ask people for something."""


@functools.cache
def _table(language: str) -> dict[str, Any]:
    table: dict[str, Any] = read_yaml(prompts_dir() / "playbook" / "promises.yaml")
    found: dict[str, Any] = table["zh" if language.startswith("zh") else "en"]
    return found


def weeks_with(frame: Frame, slots: Iterable[Slot]) -> float:
    """Part of the weeks of the period, Monday to Sunday, that hold one of the slots."""
    first = frame.start - dt.timedelta(days=frame.start.weekday())
    weeks = (frame.end - first).days // 7 + 1
    return len({(slot.date - first).days // 7 for slot in slots}) / weeks


def series(frame: Frame) -> list[Slot]:
    """The pieces of the first pillar, which carries the idea."""
    return [slot for slot in frame.slots if slot.pillar == 0 and slot.kind != "buffer"]


def promises(context: Context) -> dict[str, str]:
    """Placeholders that only say what the calendar holds: {weekly} and {vote_weekly} where it does so each week, {episodes} and {votes} how often in
    all, {fewer} half the pieces a week of the leading platform, where that
    is a number to work with."""
    frame = context.frame
    asked = [slot for slot in frame.slots if slot.format in ASKING and slot.kind != "buffer"]
    half = frame.active[0].cadence / 2 if frame.active else 0.0
    return {
        "weekly": MARK if weeks_with(frame, series(frame)) >= HELD else "",
        "vote_weekly": MARK if weeks_with(frame, asked) >= HELD else "",
        "episodes": str(len(series(frame))),
        "votes": str(len(asked)) if len(asked) > 1 else "",
        "fewer": f"{half:g}" if half >= 1 and half * 2 % 1 == 0 else "",
    }


def kept(context: Context, text: str) -> str:
    """A text about the idea without the promise of a week that the calendar does not hold."""
    if weeks_with(context.frame, series(context.frame)) >= HELD:
        return text
    for pattern, words in _table(context.language)["swap"]:
        text = re.sub(pattern, words, text)
    return text


def claims(text: str, language: str) -> bool:
    """Whether a text speaks of every week."""
    return re.search(_table(language)["claims"], text, re.IGNORECASE) is not None
