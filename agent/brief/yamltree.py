"""YAML 1.2 by events: line numbers for every value, strict types, no objects, no duplicate keys, no bombs."""

from __future__ import annotations

import re
from typing import Any

from agent.errors import BriefError

MAX_NODES = 20_000
MAX_DEPTH = 32
_INT = re.compile(r"[-+]?\d+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?\Z")
_SPECIAL = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_CORE: tuple[str, ...] = (
    "tag:yaml.org,2002:str",
    "tag:yaml.org,2002:int",
    "tag:yaml.org,2002:float",
    "tag:yaml.org,2002:bool",
)
_CORE += ("tag:yaml.org,2002:null", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "!")


def read_yaml_text(text: str, where: str = "") -> tuple[Any, dict[str, str]]:
    """The document's values and the place of each ("预算.总额" → "line 12").

    Raises BriefError with line and column for broken YAML, duplicate keys, foreign tags, aliases that grow the
    document beyond bounds, excessive depth, and NaN.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    builder = _Builder(where)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
            if builder.documents > 1:
                break
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise builder.refuse(
            f"The YAML is broken: {error.problem or error.context}.",
            "Correct this line and run again; values with a colon or a # need quotes.",
            place,
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise builder.refuse(
            f"The YAML cannot be read ({error.__class__.__name__}).",
            "Check the file, or write the brief as plain text.",
            "",
        ) from None
    if builder.documents > 1:
        raise builder.refuse(
            "The file holds several YAML documents.", "Keep one brief in a file; many go to `cehua batch`.", ""
        )
    return builder.root, builder.places


class _Builder:
    """Builds plain values from parser events, iteratively."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.root: Any = None
        self.places: dict[str, str] = {}
        self.documents = 0
        self._nodes = 0
        self._stack: list[tuple[Any, str, list[Any]]] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open: list[tuple[str, int]] = []

    def refuse(self, message: str, hint: str, place: str) -> BriefError:
        return BriefError(message, hint=hint, where=", ".join(p for p in (self.where, place) if p))

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        place = f"line {event.start_mark.line + 1}" if event.start_mark is not None else ""
        if kind == "DocumentStartEvent":
            self.documents += 1
        elif kind == "AliasEvent":
            value, size = self._anchors.get(event.anchor, (None, 0))
            if event.anchor not in self._anchors:
                raise self.refuse(
                    f"The alias *{event.anchor} has no anchor before it.",
                    "Define it above, or write the value out.",
                    place,
                )
            self._count(size, place)
            self._put(value, place)
        elif kind == "ScalarEvent":
            self._tag(event.tag, place)
            self._count(1, place)
            value = self._scalar(event, place)
            if event.anchor:
                self._anchors[event.anchor] = (value, 1)
            self._put(value, place)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._tag(event.tag, place)
            self._count(1, place)
            if len(self._stack) >= MAX_DEPTH:
                raise self.refuse(
                    f"The YAML is nested deeper than {MAX_DEPTH} levels.", "A brief needs three or four.", place
                )
            node: Any = {} if kind.startswith("Mapping") else []
            path = self._put(node, place)
            self._open.append((event.anchor or "", self._nodes))
            self._stack.append((node, path, []))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            node, _, _ = self._stack.pop()
            anchor, before = self._open.pop()
            if anchor:
                self._anchors[anchor] = (node, self._nodes - before + 1)

    def _count(self, size: int, place: str) -> None:
        self._nodes += size
        if self._nodes > MAX_NODES:
            raise self.refuse(
                f"The YAML grows to more than {MAX_NODES:,} values.",
                "Write the values out instead of repeating aliases.",
                place,
            )

    def _tag(self, tag: Any, place: str) -> None:
        name = str(tag) if tag is not None else ""
        if name and name not in _CORE:
            raise self.refuse(
                f"The tag {name.replace('tag:yaml.org,2002:', '!!')[:60]} is refused: a brief holds only text, numbers and lists.",
                "Remove the tag.",
                place,
            )

    def _put(self, value: Any, place: str) -> str:
        """Places a value in the container that is open; returns its path."""
        if not self._stack:
            self.root = value
            return ""
        node, path, pending = self._stack[-1]
        if isinstance(node, list):
            node.append(value)
            here = f"{path}[{len(node) - 1}]"
        elif not pending:
            if isinstance(value, dict | list):
                raise self.refuse("A key must be a word, not a list or a mapping.", "Put quotes around it.", place)
            key = "null" if value is None else str(value).strip()
            if key in node:
                raise self.refuse(f"The key “{key[:60]}” stands twice.", "Keep one of the two.", place)
            pending.append(key)
            return path
        else:
            key = pending.pop()
            node[key] = value
            here = f"{path}.{key}" if path else key
        self.places[here] = place
        return here

    def _scalar(self, event: Any, place: str) -> Any:
        text: str = event.value
        if event.style in ("'", '"', "|", ">") or (event.tag and str(event.tag).endswith(":str")):
            return text
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
            return text.lower() == "true"
        if _SPECIAL.match(text):
            raise self.refuse(
                f"{text} is not a number that a brief can hold.", "Write the number, or leave the field out.", place
            )
        if _INT.match(text) and len(text) <= 18:
            return int(text) if not re.match(r"[-+]?0\d", text) else text
        if _FLOAT.match(text) and not _INT.match(text):
            value = float(text)
            if value in (float("inf"), float("-inf")):
                raise self.refuse(
                    f"{text[:30]} is beyond any number that a brief can hold.", "Write the number out.", place
                )
            return value
        return text
