"""Text from a brief or a model as plain characters: nothing in it acts, hides or breaks a file."""

from __future__ import annotations

import re

from agent.export import escape

_UNWRITABLE = re.compile(r"[\x80-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""C1 controls, lone surrogates and noncharacters, which XML and UTF-8 files cannot hold."""
_WEB = re.compile(r"https?://[\w.-]+(?::\d+)?(?:[/?#][^\s\"'<>\\]*)?", re.IGNORECASE | re.ASCII)


def plain(words: str) -> str:
    """Without control characters and what no file format holds; line ends as \\n."""
    return _UNWRITABLE.sub("", escape.clean(words))


def line(words: str) -> str:
    """Plain text on one line."""
    return " ".join(plain(words).split())


def web(address: str) -> str:
    """The address where it is an ordinary web address, else nothing; one without a scheme gets https."""
    address = line(address)
    if address and "://" not in address and re.match(r"[\w-]+(\.[\w-]+)+(/|$)", address, re.ASCII):
        address = f"https://{address}"
    return address if len(address) <= 2000 and _WEB.fullmatch(address) else ""
