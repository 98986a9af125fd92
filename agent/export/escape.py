"""Makes any text inert in GitHub-flavoured Markdown: it shows as it was written and does nothing."""

from __future__ import annotations

import functools
import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control characters and those that reverse or hide text; tab and newline stay."""
_ENTITY = re.compile(r"&(?=#?\w{1,31};|$)")
_TAG = re.compile(r"<(?=[A-Za-z/!?]|$)")
"""Also at the end, where the next span may go on with a letter."""
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_BRACKET = re.compile(r"!(?=\[)|\](?=[\[(:])|\[(?=[ xX]\])|\[(?=\^)")
_BARE_ADDRESS = re.compile(r"(?i)\b(?:https?|ftp)(:)(?=//)|\b(www)(\.)|(?<=\w)(@)(?=\w)|\b(?:mailto|xmpp)(:)")
_CODE = re.compile(r"[\w.:/@\[\]-]+")
_BLOCK_START = re.compile(
    r"^(?=#{1,6}(?:\s|$)|>|[+-](?:\s|$)|[\s|:=+-]+$)|^(\d{1,9})(?=[.)](?:\s|$))",
)


_TELLING = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\\`*~_&<!\[\]@]")
_ADDRESS = re.compile(r"(?i:://|www\.|mailto:|xmpp:)")
"""Any sign that could need a hand: most texts have none. Of an address a colon or a full stop stands there at the least."""


def clean(words: str) -> str:
    """Without control characters; line ends as \\n; quotation marks inside a quotation as its second kind."""
    plain = _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", " ")
    for outer, inner in (("“”", "‘’"), ("「」", "『』")):
        if plain.count(outer[0]) > 1:
            plain = _nested(plain, outer, inner)
    return plain


def _nested(words: str, outer: str, inner: str) -> str:
    """Every second depth of quotation in the other marks; words whose marks do not pair stay as they are."""
    depth, found = 0, []
    for one in words:
        depth -= one == outer[1]
        second = depth % 2 == 1
        depth += one == outer[0]
        if depth < 0:
            return words
        found.append(inner[outer.index(one)] if second and one in outer else one)
    return "".join(found) if depth == 0 else words


@functools.lru_cache(maxsize=4096)
def inline(words: str) -> str:
    """As `anew`, remembered: labels and marks stand in every plan."""
    return anew(words)


def anew(words: str) -> str:
    """Text inside a line: no HTML, no links, no images, no emphasis, no addresses that turn into links by themselves."""
    addressed = (":" in words or "." in words) and _ADDRESS.search(words)
    if not addressed and not _TELLING.search(words):
        return words
    words = clean(words).replace("\\", "\\\\").replace("`", "\\`").replace("*", "\\*").replace("~", "\\~")
    words = _UNDERSCORE.sub(r"\\_", words)
    words = _TAG.sub("&lt;", _ENTITY.sub("&amp;", words))
    words = _BRACKET.sub(lambda found: "\\" + found[0], words)
    return _BARE_ADDRESS.sub(_defuse, words)


def _defuse(found: re.Match[str]) -> str:
    """An address with its telling sign written as an entity, so that no renderer makes a link of it."""
    return re.sub(r"[:.@]", lambda sign: f"&#{ord(sign[0])};", found[0])


def cell(words: str) -> str:
    """Inline Markdown in a table cell: no pipe ends it, no newline breaks it."""
    return words.replace("|", "\\|").strip().replace("\n", "<br>")


def block(words: str) -> str:
    """Inline Markdown whose lines start as text: no heading, list, quote, rule or code by accident."""
    return "\n".join(_BLOCK_START.sub(_at_start, line.strip()) for line in words.strip().split("\n"))


def _at_start(found: re.Match[str]) -> str:
    """A backslash before the sign that would start a block, behind the number that would start a list."""
    return f"{found[1] or ''}\\"


def code(words: str) -> str:
    """Words in code style; as plain text where they hold a sign that code cannot carry everywhere."""
    return f"`{words}`" if _CODE.fullmatch(words) else inline(words)
