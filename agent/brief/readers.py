"""Turns any source of a brief (file, bytes, text, stdin, mapping) into `Raw`: a mapping or lines of text, each with its place."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.brief import decode
from agent.errors import BriefError
from agent.untrusted.reader import sniff

Note = tuple[str, dict[str, str]]
MAX_BYTES = 30 * 1024 * 1024
MAX_TEXT = 2_000_000
MAX_NODES = 20_000
MAX_DEPTH = 32


@dataclass(frozen=True)
class Line:
    """A line or paragraph of the source, and where it stands."""

    text: str
    place: str


@dataclass
class Raw:
    """What a source holds before anyone has asked what it means."""

    kind: str
    """"mapping" or "text"."""
    data: dict[str, Any] = field(default_factory=dict)
    """The mapping, when kind is mapping."""
    lines: list[Line] = field(default_factory=list)
    """The lines, when kind is text."""
    places: dict[str, str] = field(default_factory=dict)
    """Key path as written ("预算.总额", "goals[0]") → place ("line 12", "Budget!B4")."""
    name: str = ""
    """File name without its ending; empty for text and stdin."""
    notes: list[Note] = field(default_factory=list)
    """What the reader did: (phrase key, values)."""

    def all_text(self) -> str:
        """Every word of the source, for finding its language."""
        return "\n".join(line.text for line in self.lines) or "\n".join(_strings(self.data))


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)
    elif node is not None:
        yield str(node)


def _values(node: Any) -> Iterator[str]:
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from _values(value)
    elif node is not None:
        yield str(node)


def read_source(source: str | Path | bytes | dict[str, Any]) -> Raw:
    """Reads a source: a path, "-" for stdin, a text, bytes or a mapping.

    A string is taken as a path when a file of that name exists or it looks like one; otherwise it is the brief itself.
    Raises BriefError, naming file, line or field, for everything that cannot be read.
    """
    if isinstance(source, dict):
        return mapping_raw(source, {})
    if isinstance(source, bytes):
        return read_bytes(source, "")
    if isinstance(source, Path):
        return _read_file(source)
    if source == "-":
        return read_bytes(sys.stdin.buffer.read(MAX_BYTES + 1), "")
    path = _as_path(source)
    return _read_file(path) if path else read_bytes(source.encode("utf-8", "surrogatepass"), "")


_ENDINGS = (
    ".yaml",
    ".yml",
    ".json",
    ".md",
    ".markdown",
    ".txt",
    ".docx",
    ".xlsx",
    ".pdf",
    ".doc",
    ".xls",
    ".rtf",
    ".csv",
)


def _as_path(source: str) -> Path | None:
    if "\n" in source or len(source) > 400 or "\0" in source or not source.strip():
        return None
    path = Path(source)
    try:
        there = path.exists()
    except (OSError, ValueError):
        return None
    looks = source.lower().endswith(_ENDINGS) and len(source.split()) < 6
    return path if there or looks else None


def _read_file(path: Path) -> Raw:
    where = path.name[:120]
    try:
        if path.is_dir():
            raise BriefError("This is a folder, not a brief.", hint="Name the file inside it.", where=where)
        if path.stat().st_size > MAX_BYTES:
            raise BriefError(
                f"The file is larger than {MAX_BYTES // 2**20} MB.",
                hint="Save the pages about the task as a file of their own.",
                where=where,
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise BriefError(
            "There is no such file.", hint="Check the path, or give the brief's text itself.", where=where
        ) from None
    except (OSError, ValueError) as error:
        raise BriefError(
            f"The file cannot be opened ({error.__class__.__name__}).", hint="Check its permissions.", where=where
        ) from None
    raw = read_bytes(content, where)
    raw.name = path.stem
    return raw


def read_bytes(content: bytes, where: str) -> Raw:
    """Reads bytes by what they are, not by what their name says."""
    if len(content) > MAX_BYTES:
        raise BriefError(
            f"The brief is larger than {MAX_BYTES // 2**20} MB.",
            hint="Give the pages about the task alone.",
            where=where,
        )
    kind = sniff(content, where) if content.strip() else "text"
    if kind == "pdf":
        from agent.brief.pdf import read_pdf

        return read_pdf(content, where)
    if kind == "archive":
        from agent.brief.office import read_office

        return read_office(content, where)
    text, notes = decode.decode(content, where)
    raw = read_text(text, where)
    raw.notes[:0] = notes
    return raw


def read_text(text: str, where: str) -> Raw:
    """Reads decoded text: JSON, YAML or prose, whichever it is."""
    if len(text) > MAX_TEXT:
        raise BriefError(
            f"The text has {len(text):,} characters; {MAX_TEXT:,} are read at most.",
            hint="Give the pages about the task alone.",
            where=where,
        )
    clean = decode.clean(text)
    if not clean.text.strip():
        raise BriefError(
            "The brief is empty.",
            hint="Write at least the brand's name or one sentence about what is needed.",
            where=where,
        )
    stripped = clean.text.strip()
    raw: Raw | None = None
    if stripped[0] in "{[":
        raw = _json(stripped, where)
    if raw is None and (where.lower().endswith((".yaml", ".yml")) or _looks_like_yaml(stripped)):
        from agent.brief.yamltree import read_yaml_text

        data, places = read_yaml_text(clean.text, where)
        if isinstance(data, dict):
            raw = mapping_raw(data, places, cleaned=True)
    if raw is None:
        raw = Raw("text", lines=text_lines(clean.text))
    if clean.changed:
        raw.notes.append(("normalised", {"count": str(clean.changed)}))
    return raw


def text_lines(text: str) -> list[Line]:
    """Lines with their numbers; the parts of an overlong line share its number."""
    return [
        Line(part, f"line {number}") for number, line in enumerate(text.split("\n"), 1) for part in decode.lines(line)
    ]


def _looks_like_yaml(text: str) -> bool:
    """Whether plain text is a YAML mapping: keys at the line's start, indented or listed values below some of them."""
    import re

    if re.search(r"^\s*(?:#{1,6} |\*\*|Subject:|主题：)", text, re.M) and not text.startswith(("---", "#")):
        return False
    if text.startswith("---\n"):
        return True
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    keys = [i for i, line in enumerate(lines) if re.match(r"[^\s:#*>|-][^:]{0,40}:(?:\s|$)", line)]
    nested = [line for line in lines if re.match(r"(?:\s+\S|- )", line)]
    opened = [
        i
        for i in keys
        if lines[i].rstrip().endswith(":") and i + 1 < len(lines) and re.match(r"(?:\s+\S|- )", lines[i + 1])
    ]
    return bool(opened) and len(keys) + len(nested) == len(lines) and len(keys) > 1


def _json(text: str, where: str) -> Raw | None:
    if _json_depth(text) > MAX_DEPTH:
        raise BriefError(
            f"The JSON is nested deeper than {MAX_DEPTH} levels.", hint="A brief needs three or four.", where=where
        )

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in items:
            if key in seen:
                raise BriefError(
                    f"The key “{key[:60]}” stands twice.", hint="Keep one of the two.", where=where or key[:60]
                )
            seen[key] = value
        return seen

    def constant(name: str) -> Any:
        raise BriefError(
            f"{name} is not a number that a brief can hold.",
            hint="Write the number, or leave the field out.",
            where=where,
        )

    try:
        data = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        if text[0] == "[" or not text.lstrip("{ \n\t").startswith('"'):
            return None
        place = f"{where + ', ' if where else ''}line {error.lineno}, column {error.colno}"
        raise BriefError(
            f"The JSON is broken: {error.msg}.", hint="Correct this place and run again.", where=place
        ) from None
    except ValueError:
        raise BriefError(
            "A number in the JSON is too long.", hint="Write it as an ordinary number.", where=where
        ) from None
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict):
        data = data[0]
    if not isinstance(data, dict):
        raise BriefError(
            "The JSON holds no object.",
            hint='Write {"brand": "…", …}; many briefs at once go to `cehua batch`.',
            where=where,
        )
    return mapping_raw(data, {})


def _json_depth(text: str) -> int:
    depth = deepest = 0
    quoted = escaped = False
    for char in text:
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "}]":
            depth -= 1
    return deepest


def mapping_raw(data: dict[str, Any], places: dict[str, str], *, cleaned: bool = False) -> Raw:
    """A mapping as Raw: strings cleaned, numbers finite, depth and size within bounds, keys all text."""
    count = [0]

    def walk(node: Any, path: str, depth: int) -> Any:
        count[0] += 1
        if count[0] > MAX_NODES:
            raise BriefError(
                f"The brief holds more than {MAX_NODES:,} values.", hint="Keep what the task needs.", where=path[:80]
            )
        if depth > MAX_DEPTH:
            raise BriefError(
                f"The brief is nested deeper than {MAX_DEPTH} levels.",
                hint="A brief needs three or four.",
                where=path[:80],
            )
        if isinstance(node, dict):
            return {
                k: walk(v, f"{path}.{k}" if path else k, depth + 1) for k, v in ((_key(k), v) for k, v in node.items())
            }
        if isinstance(node, list | tuple):
            return [walk(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(node)]
        if isinstance(node, float) and not math.isfinite(node):
            raise BriefError(
                f"{node} is not a number that a brief can hold.",
                hint="Write the number, or leave the field out.",
                where=path[:80],
            )
        return node if cleaned or not isinstance(node, str) else decode.clean(node).text

    result = walk(data, "", 0)
    if not any(v.strip() for v in _values(result)):
        raise BriefError(
            "The brief is empty.", hint="Write at least the brand's name or one sentence about what is needed."
        )
    return Raw("mapping", data=result, places=places)


def _key(key: Any) -> str:
    return decode.clean(str(key)).text.strip()[:200]
