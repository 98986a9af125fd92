"""The secrets that this process knows, taken out of whatever is written, logged, printed or kept: keys, and what addresses carry.

An endpoint may repeat a key in an error, a refusal or an answer; a library may log an address with its password. Known are the
settings' own secrets (agent/settings.py tells them), in plain, in URLs, in base64 and in hexadecimal.
"""

from __future__ import annotations

import base64
import functools
import logging
import re
import traceback
import urllib.parse
from collections.abc import Iterator
from typing import Any

SHORTEST, WORDY = 8, 20
"""Characters of a secret; what is shorter cannot be told from a word. One of small letters alone has to be longer: local endpoints are
given keys like "not-needed", which a plan may say."""
HIDDEN = "***"
_TELLING = re.compile(r"key|token|secret|pass|auth|sig|credential|session", re.I)
_known: set[str] = set()


def remember(secret: str) -> None:
    """From now on this is taken out, unless it could be a word."""
    word = len(secret) < WORDY and not re.search(r"[A-Z0-9]", secret)
    if len(secret) >= SHORTEST and not word and secret not in _known:
        _known.add(secret)
        _pattern.cache_clear()
        _watch_logs()


def remember_address(address: str) -> None:
    """The password, and what query parameters with a telling name carry."""
    parts = urllib.parse.urlsplit(address)
    for secret in (parts.password, parts.username if parts.password is None else None):
        if secret:
            remember(urllib.parse.unquote(secret))
    for name, value in urllib.parse.parse_qsl(parts.query):
        if _TELLING.search(name):
            remember(value)


def scrub(text: str) -> str:
    """The text without any of them."""
    pattern = _pattern()
    return pattern.sub(HIDDEN, text) if pattern else text


def scrub_bytes(content: bytes) -> bytes:
    """The same for a file's content; for what is packed inside, see where it is made."""
    pattern = _pattern()
    if pattern is None or not any(one in content for one in _as_bytes(pattern.pattern)):
        return content
    return pattern.sub(HIDDEN, content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


@functools.cache
def _pattern() -> re.Pattern[str] | None:
    found = {way for secret in _known for way in _ways(secret)}
    return re.compile("|".join(re.escape(one) for one in sorted(found, key=len, reverse=True))) if found else None


@functools.cache
def _as_bytes(pattern: str) -> tuple[bytes, ...]:
    return tuple(way.encode() for secret in _known for way in _ways(secret)) if pattern else ()


def _ways(secret: str) -> Iterator[str]:
    """In plain, as a URL has it, in hexadecimal, and the part of it that base64 shows wherever it begins."""
    raw = secret.encode()
    yield secret
    yield urllib.parse.quote(secret, safe="")
    yield raw.hex()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        first = -(-before * 8 // 6)  # signs that hold something of what stands before
        whole = coded[first : (before + len(raw)) * 8 // 6]
        if len(whole) >= SHORTEST:
            yield whole
            yield whole.replace("+", "-").replace("/", "_")


@functools.cache
def _watch_logs() -> None:
    """Makes every log record of the process pass through here, exceptions included."""
    made = logging.getLogRecordFactory()

    def record(*args: Any, **more: Any) -> logging.LogRecord:
        found = made(*args, **more)
        try:
            told = found.getMessage()
        except (TypeError, ValueError):
            return found  # a library's wrong call: logging itself tells it
        if scrub(told) != told:
            found.msg, found.args = scrub(told), ()
        if found.exc_info and found.exc_info[0]:
            found.exc_text = scrub("".join(traceback.format_exception(*found.exc_info)).rstrip())
        return found

    logging.setLogRecordFactory(record)


def traceback_of(error: BaseException) -> str:
    """An exception's traceback, for a file or the terminal."""
    return scrub("".join(traceback.format_exception(error)))
