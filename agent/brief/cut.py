"""Cuts text where people cut it: sentences, clauses and list entries, outside brackets and quotes."""

from __future__ import annotations

import re

_OPEN, _CLOSE = "(（[【「『“《〈", ")）]】」』”》〉"
_QUOTED = re.compile(
    r"“([^”]{1,80})”|「([^」]{1,80})」|『([^』]{1,80})』|《([^》]{1,80})》|(?<![A-Za-z0-9])\"([^\"\n]{1,80})\"|(?<![\w])'([^'\n]{2,80})'(?!\w)"
)
_LIST = ",，、;；"


def bare(text: str) -> str:
    """Text without Markdown marks, list bullets and edges of punctuation."""
    clean = re.sub(r"^\s*(?:[-*•·◦]\s+|\d{1,2}[.)、]\s*(?!\d))", "", text)
    clean = re.sub(r"\*\*|__|`", "", clean)
    clean = clean.strip(" \t\n　,，、;；。:：-–—|").strip()
    return (
        clean[:-1].rstrip()
        if clean.endswith(".") and not clean.endswith(("..", "Inc.", "Ltd.", "Co.", "S.A."))
        else clean
    )


def pieces(text: str, marks: str = _LIST, words: str = "") -> list[str]:
    """Splits at marks (and at a pattern of words) that stand outside brackets and quotes; a comma in "2,400" does not count."""
    depth, quoted, start = 0, False, 0
    found: list[str] = []
    joiner = re.compile(words, re.I) if words else None
    index = 0
    while index < len(text):
        char = text[index]
        if char == '"':
            quoted = not quoted
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        if depth == 0 and not quoted:
            number = char == "," and text[index - 1 : index].isdigit() and text[index + 1 : index + 4].isdigit()
            match = joiner.match(text, index) if joiner else None
            if match and match.end() > index:
                found.append(text[start:index])
                index = start = match.end()
                continue
            if char in marks and not number:
                found.append(text[start:index])
                start = index + 1
        index += 1
    found.append(text[start:])
    return [piece.strip() for piece in found if piece.strip()]


_END = re.compile(
    r"(?<=[。！？!?])(?![”」』）)])|(?<=[a-z0-9%)”\"’'][.!?])\s+(?=[A-Z\"“@$£€0-9])|(?<=[A-Z]{2}[.!?])\s+(?=[A-Z])|(?<=[.!?][\"”’])\s+(?=[A-Z])|(?<=[.])\s+(?=@)|\n+"
)


def sentences(text: str) -> list[str]:
    """Sentences of a paragraph; "2.4%" and "3.5k" stay whole."""
    return [part.strip() for part in _END.split(text) if part and part.strip()]


def quotes(text: str) -> list[str]:
    """What stands in quotation marks of any kind."""
    return [next(g for g in match.groups() if g).strip().rstrip(".,。，") for match in _QUOTED.finditer(text)]


_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", '"': '"'}


def unquoted(text: str) -> str:
    """A name without the quotation marks around all of it."""
    inner = text.strip()
    closing = _PAIRS.get(inner[:1])
    return inner[1:-1].strip() if closing and inner.endswith(closing) and inner.count(closing) <= 2 else inner


def brackets(text: str) -> tuple[str, str]:
    """A text as (before the first bracket, inside it)."""
    match = re.search(r"[(（](.*)[)）]", text, re.S)
    return (text[: match.start()].strip(), match[1].strip()) if match else (text.strip(), "")


def without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with these ranges taken out."""
    kept, last = [], 0
    for start, end in sorted(spans):
        kept.append(text[last:start])
        last = max(last, end)
    return re.sub(r"\s{2,}", " ", "".join([*kept, text[last:]])).strip()
