"""Counts text the way each platform counts it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable

_PICTURE = "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u2300-\u23ff\u2934\u2935\u3030\u303d\u3297\u3299\u00a9\u00ae\u203c\u2049\u2122\u2139]"
_TAIL = "(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?[\U000e0020-\U000e007f]*"
EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    "|[0-9#*]\ufe0f?\u20e3"  # a keycap
    f"|{_PICTURE}{_TAIL}(?:\u200d{_PICTURE}{_TAIL})*"
)
"""One emoji as a reader sees it: flags, keycaps, skin tones and joined families count as one match."""

_WORD = "A-Za-z0-9"
URL = re.compile(
    r"https?://[^\s\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+"
    rf"|(?<![@{_WORD}._-])(?:[{_WORD}](?:[{_WORD}-]*[{_WORD}])?\.)+(?:com|net|org|io|co|uk|cn|tw|hk|jp|de|eu|ai|app|dev|shop|store|me|tv|info)"
    rf"(?![{_WORD}])(?:/[^\s\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]*)?",
    re.IGNORECASE,
)
"""A web address, with its scheme or as a bare domain of a common kind."""

_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that X counts as one; all others count as two."""


def chars(text: str) -> float:
    """Unicode code points after NFC: never fewer than the letters a reader sees, so a text that fits here fits."""
    return len(unicodedata.normalize("NFC", text))


def xhs_weighted(text: str) -> float:
    """小红书: an ASCII character is a half, any other code point one; the sum is rounded up."""
    return math.ceil(sum(0.5 if character.isascii() else 1 for character in unicodedata.normalize("NFC", text)))


def x_weighted(text: str) -> float:
    """X: NFC; an address is 23, an emoji 2, Chinese, Japanese and Korean 2, Latin and its neighbours 1."""
    text = unicodedata.normalize("NFC", text)
    total, rest = 0, URL.sub("", text)
    total += 23 * len(URL.findall(text))
    emoji = [one for one in EMOJI.findall(rest) if _is_emoji(one)]
    for one in emoji:
        rest = rest.replace(one, "", 1)
    light = sum(any(low <= ord(c) <= high for low, high in _LIGHT) for c in rest)
    return total + 2 * len(emoji) + light + 2 * (len(rest) - light)


def utf8_bytes(text: str) -> float:
    """Bytes in UTF-8."""
    return len(text.encode())


def utf16(text: str) -> float:
    """UTF-16 code units: what JavaScript calls the length; most emoji are two or more."""
    return len(text.encode("utf-16-le")) // 2


def threads_chars(text: str) -> float:
    """Threads: a character is one, an emoji as many as it has bytes in UTF-8."""
    emoji = [one for one in EMOJI.findall(text) if _is_emoji(one)]
    return len(text) - sum(len(one) for one in emoji) + sum(len(one.encode()) for one in emoji)


def items(text: str) -> float:
    """Items separated by blanks."""
    return len(text.split())


def _is_emoji(match: str) -> bool:
    """A lone ©, ® or arrow is text unless it asks for its picture."""
    return not (len(match) == 1 and ord(match) < 0x2600)


COUNTERS: dict[str, Callable[[str], float]] = {
    "chars": chars,
    "xhs_weighted": xhs_weighted,
    "x_weighted": x_weighted,
    "bytes": utf8_bytes,
    "utf16": utf16,
    "threads_chars": threads_chars,
    "count": items,
}


def count(text: str, unit: str) -> float:
    """How much of a limit the text uses, in the platform's own unit. Raises KeyError for a unit that does not count text."""
    return COUNTERS[unit](text)
