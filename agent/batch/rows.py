"""The rows of a batch's input, read as a stream: each knows where it stands, and a bad one says so without ending the rest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.batch.tables import csv_records, excel_records
from agent.brief import names
from agent.errors import BriefError, CehuaError
from agent.run.folder import slug

LONGEST_LINE = 4_000_000
"""Bytes of one line of JSONL; a longer one is a bad row."""
LONGEST_BRIEF = 30 * 2**20
"""Bytes of a brief's file."""
BRIEFS = (".yaml", ".yml", ".json", ".md", ".markdown", ".txt", ".docx", ".xlsx", ".pdf")
"""How the files of a folder end that are taken for briefs."""


@dataclass(frozen=True)
class Row:
    """One brief of the input."""

    number: int
    """From 1, in the input's order."""
    place: str
    """"line 12", "Sheet1 row 5", "tea-zh.yaml"."""
    source: dict[str, Any] | str | Path
    """The brief: a mapping, its text, or its file."""
    name: str
    """The brand where the row names it, else the file's name; "" for neither."""
    key: str
    """SHA-256 of the brief and the house's defaults: the same brief has the same key wherever it stands."""

    @property
    def folder(self) -> str:
        """The name of its run folder."""
        return slug(self.name, self.key)


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read as a brief."""

    number: int
    place: str
    reason: str
    """What is wrong, and the next step."""


def check_input(path: Path) -> None:
    """Raises BriefError where no batch can be read."""
    if not path.exists():
        raise BriefError("There is no such file or folder.", hint="Check the path of the input.", where=str(path)[:200])
    if path.is_file() and path.suffix.lower() not in READERS:
        raise BriefError(
            f"A batch is not read from {path.suffix or 'a file without an ending'}.",
            hint="Give a .jsonl, .csv or .xlsx file, or a folder of briefs; `cehua batch --template FILE` makes a start.",
            where=path.name[:120],
        )


def read_rows(path: Path, defaults: Mapping[str, Any]) -> Iterator[Row | BadRow]:
    """The rows, one at a time; blank ones do not count. Raises BriefError where the input as a whole cannot be read."""
    check_input(path)
    salt = _canonical(defaults) if defaults else ""
    read = _folder if path.is_dir() else READERS[path.suffix.lower()]
    try:
        for number, (place, found) in enumerate(read(path), 1):
            if isinstance(found, CehuaError):
                yield BadRow(number, place, str(found))
                continue
            try:
                yield _row(number, place, found, salt)
            except BriefError as error:
                yield BadRow(number, place, str(error))
    except OSError as error:
        raise BriefError(
            f"The input cannot be read ({error.strerror}).", hint="Check its permissions.", where=path.name[:120]
        ) from None


Found = tuple[str, dict[str, Any] | str | Path | CehuaError]


def _row(number: int, place: str, source: dict[str, Any] | str | Path, salt: str) -> Row:
    if isinstance(source, Path):
        content = source.read_bytes()
        if len(content) > LONGEST_BRIEF:
            raise BriefError("The brief is larger than 30 MB.", hint="Give the pages about the task alone.")
        return Row(number, place, source, source.stem, _hash(content, salt))
    if isinstance(source, str):
        if not source.strip():
            raise BriefError("The brief is empty.", hint="Write at least the brand's name.")
        return Row(number, place, source, "", _hash(source.encode("utf-8", "surrogatepass"), salt))
    if not source:
        raise BriefError("The brief is empty.", hint="Write at least the brand's name.")
    return Row(number, place, source, _brand(source), _hash(_canonical(source).encode("utf-8", "surrogatepass"), salt))


def _hash(content: bytes, salt: str) -> str:
    return hashlib.sha256(content + b"\0" + salt.encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(value: Any) -> str:
    """JSON in which neither the order of keys nor spaces around texts make a difference."""

    def plain(node: Any) -> Any:
        if isinstance(node, Mapping):
            return {str(key).strip(): plain(one) for key, one in node.items()}
        if isinstance(node, list | tuple):
            return [plain(one) for one in node]
        return node.strip() if isinstance(node, str) else node

    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False, default=str)


def _brand(brief: Mapping[str, Any]) -> str:
    """The brand as a mapping names it, under any of its labels."""
    for key, value in brief.items():
        if isinstance(value, str) and names.field_of(str(key)[:200]) == "brand":
            return value.strip()[:200]
    inner = next(iter(brief.values()), None)
    return _brand(inner) if len(brief) == 1 and isinstance(inner, Mapping) else ""


def _jsonl(path: Path) -> Iterator[Found]:
    """A brief a line: an object with a brief's keys, or a string that is the brief itself."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            place = f"line {number}"
            if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                yield place, BriefError("The line is longer than 4 MB.", hint="Give that brief as a file.")
            elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield place, _object(line)


def _object(line: bytes) -> dict[str, Any] | str | CehuaError:
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return BriefError(f"The line is not UTF-8 (byte {error.start}).", hint="Save the file as UTF-8.")
    except json.JSONDecodeError as error:
        return BriefError(f"This is no JSON: {error.msg}, column {error.colno}.", hint="Put one object on a line.")
    except BriefError as error:
        return error
    except RecursionError:
        return BriefError("The JSON is nested too deeply.", hint="A brief needs three or four levels.")
    if isinstance(value, dict | str):
        return value
    return BriefError("A row has to be an object or a text.", hint='For example {"brand": "…", "budget": "…"}.')


def _no_constant(name: str) -> Any:
    raise BriefError(f"{name} is not a number that a brief can hold.", hint="Write the number, or leave it out.")


def _folder(path: Path) -> Iterator[Found]:
    """Every brief of a folder by name. Links are left alone: they may lead out of it."""
    files = sorted(
        (one for one in path.iterdir() if one.suffix.lower() in BRIEFS and not one.name.startswith((".", "~"))),
        key=lambda one: one.name,
    )
    for file in files:
        if file.is_file() and not file.is_symlink():
            yield file.name, file


READERS: dict[str, Callable[[Path], Iterator[Found]]] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": csv_records,
    ".tsv": csv_records,
    ".xlsx": excel_records,
}
"""Ending of an input file → what reads it."""
