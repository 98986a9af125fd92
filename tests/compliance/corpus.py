"""The corpus: texts with the facts a caller gives, and which third of them is held out."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.data import read_yaml

FOLDER = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Sample:
    """One text of the corpus."""

    group: str
    """"1".."8", or "traps"."""
    tongue: str
    """zh or en; empty for the traps."""
    law: str
    """The provision a bad text breaks."""
    text: str
    bad: bool
    facts: tuple[tuple[str, Any], ...]

    @property
    def held_out(self) -> bool:
        return hashlib.sha256(self.text.encode()).digest()[0] % 3 == 0


@functools.cache
def samples(name: str) -> tuple[Sample, ...]:
    """The texts of one file, "1-zh"."""
    group, _, tongue = name.partition("-")
    found = []
    for entry in read_yaml(FOLDER / f"{name}.yaml"):
        facts = tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in entry["when"].items())
        for kind in ("bad", "ok"):
            for line in entry.get(kind, "").splitlines():
                found.append(Sample(group, tongue, entry.get("law", ""), line, kind == "bad", facts))
    return tuple(found)


@functools.cache
def later(name: str) -> tuple[Sample, ...]:
    """The texts of a later hand ("second", "third", "strangers-en"): written after rules existed, measured before any change."""
    found, head = [], {}
    for entry in read_yaml(FOLDER / f"{name}.yaml"):
        if "group" in entry:
            head = entry
            continue
        facts = tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in head["when"].items())
        for kind in ("bad", "ok"):
            for line in entry[kind].splitlines():
                found.append(Sample(head["group"], head["tongue"], head["law"], line, kind == "bad", facts))
    return tuple(found)


HANDS = (
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "exercise",
    "strangers-zh",
    "strangers-en",
    "later-strangers-zh",
    "later-strangers-en",
    "third-strangers-zh",
    "third-strangers-en",
    "fourth-strangers-zh",
    "fourth-strangers-en",
    "fifth-strangers-zh",
    "fifth-strangers-en",
    "sixth-strangers-zh",
    "sixth-strangers-en",
    "seventh-strangers-en",
    "eighth-strangers-en",
    "ninth-strangers-zh",
    "ninth-strangers-en",
    "wider-en",
    "wider-zh",
)


UNWORKED = tuple(
    hand
    for hand in HANDS
    if hand.endswith(("strangers-zh", "strangers-en")) and not hand.startswith(("strangers", "later"))
)
"""Hands whose open part the rules have not been brought to read without a miss."""


def second() -> tuple[Sample, ...]:
    """The texts of all later hands."""
    return tuple(one for hand in HANDS for one in later(hand))


def plain() -> tuple[Sample, ...]:
    """Sentences of plans, all of them clean and none written to be read: for the learned reader to learn from."""
    return samples("plain")


NAMES = tuple(f"{group}-{tongue}" for group in range(1, 9) for tongue in ("zh", "en"))


def everything() -> tuple[Sample, ...]:
    return tuple(sample for name in NAMES for sample in samples(name))
