"""A table of briefs to start from: headings in Chinese and English, and one example row that can be planned."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from agent.data import read_yaml
from agent.errors import BriefError
from agent.files import replaced_by, write_atomically
from agent.resources import prompts_dir

ENDINGS = (".xlsx", ".csv", ".jsonl")


def write_template(path: Path) -> Path:
    """Writes a .xlsx, .csv or .jsonl template. Raises BriefError for another ending, and where a file stands already."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise BriefError(
            f"A template is not written as {ending or 'that'}.",
            hint=f"Name a file that ends with {', '.join(ENDINGS)}.",
        )
    if path.exists():
        raise BriefError("There is a file of that name already.", hint="Choose another name.", where=str(path)[:200])
    columns = [(f"{row['zh']} ({row['en']})", str(row["example"])) for row in columns_of()]
    if ending == ".jsonl":
        brief = {row["en"]: row["example"] for row in columns_of()}
        return write_atomically(path, (json.dumps(brief, ensure_ascii=False) + "\n").encode("utf-8"))
    if ending == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows([[name for name, _ in columns], [one for _, one in columns]])
        return write_atomically(path, b"\xef\xbb\xbf" + text.getvalue().encode("utf-8"))
    _workbook(path, columns)
    return path


def columns_of() -> list[dict[str, str]]:
    """The template's columns: zh and en heading, an example, and what goes there in both languages."""
    found: list[dict[str, str]] = read_yaml(prompts_dir() / "batch_template.yaml")["columns"]
    return found


def _workbook(path: Path, columns: list[tuple[str, str]]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    briefs = book.active
    assert briefs is not None
    briefs.title = "briefs"
    briefs.append([name for name, _ in columns])
    briefs.append([one for _, one in columns])
    briefs.freeze_panes = "B2"
    for at, cells in enumerate(briefs.columns, 1):
        briefs.column_dimensions[get_column_letter(at)].width = 26
        cells[0].font = Font(bold=True)
        for cell in cells:
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    notes = book.create_sheet("说明 notes")
    for row in columns_of():
        notes.append([f"{row['zh']} ({row['en']})", row["about_zh"], row["about_en"]])
    for letter, width in (("A", 30), ("B", 60), ("C", 60)):
        notes.column_dimensions[letter].width = width
    with replaced_by(path) as part, part.open("wb") as file:
        book.save(file)
