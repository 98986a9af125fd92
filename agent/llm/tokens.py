"""How many tokens a text may be, without a tokenizer: a rule of thumb for estimates, a bound for reservations."""

from __future__ import annotations

import math
import re

PER_TEXT = 16
"""Tokens that a chat template may put around one message."""
CJK_PER_TOKEN = 1.4
"""Han characters to a token; rule of thumb for tokenizers with a Chinese vocabulary (measure with the usage field)."""
LATIN_PER_TOKEN = 4.0
"""Other characters to a token; OpenAI's published rule of thumb for English."""


_WIDE = re.compile("[⺀-\U0010ffff]")


def likely_tokens(text: str) -> int:
    """About how many tokens `text` is: for estimates that are shown, never for a limit."""
    wide = len(_WIDE.findall(text))
    return math.ceil(wide / CJK_PER_TOKEN + (len(text) - wide) / LATIN_PER_TOKEN)


def token_bound(text: str) -> int:
    """At least as many tokens as any byte-level BPE makes of `text`: its UTF-8 bytes, and the template around it.

    A byte-level tokenizer starts from single bytes and only ever joins them.
    """
    return len(text.encode("utf-8", "surrogatepass")) + PER_TEXT
