"""Writes to the terminal what others wrote, so that it only ever shows: no escape sequence, nothing unseen, no text turned round."""

from __future__ import annotations

import re
import sys

from agent.secrecy import scrub

_ACTS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters but line ends and tabs, direction marks, zero-width characters, halves of characters."""


def visible(text: str) -> str:
    """The text without characters that a terminal would act on, and without a secret."""
    return _ACTS.sub("", scrub(text))


def put(text: str) -> None:
    """Results: to stdout."""
    sys.stdout.write(visible(text))


def tell(text: str) -> None:
    """Progress, errors and what else is for the eye: to stderr."""
    sys.stderr.write(visible(text))
