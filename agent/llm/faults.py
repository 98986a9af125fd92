"""Answers that came but cannot be used, as they are told apart before they become one of cehua's errors."""

from __future__ import annotations


class Fault(Exception):
    """Base; the text says what came instead of an answer. Tried once more, then given up."""


class Unfinished(Fault):
    """Nothing came, or it stopped without a finish_reason."""


class Empty(Fault):
    """The answer is finished and holds no text."""


class Runaway(Fault):
    """The answer is far longer than allowed, or repeats itself."""


class NotACompletion(Fault):
    """What came is no chat completion: a web page, another kind of JSON."""
