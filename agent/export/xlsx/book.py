"""A workbook whose cells are inert: text is only ever text, formulas are only ever ours."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from agent.export import inert
from agent.export.reader import Reader
from agent.export.view import Text
from agent.export.xlsx.style import ACCENT, styles
from agent.plan.base import Source

TOP = 3
"""Row of the table's header on a sheet that is one table, counted from 0; its data begin below."""
PAPER = 990
"""Pixels of columns that a landscape A4 page holds at full size: on paper columns are up to seven per cent wider than on the screen."""
LEAST = 75
"""Per cent down to which a table is made smaller on paper: ten points are seven and a half then. What is wider goes on to a page beside it."""
DEPTH, ROW, HEADS = 516, 17, 110
"""Points of a landscape A4 page's height between the margins, of a row, and of what stands above a table's rows."""
ADDRESS = 44
"""Letters of a web address on a line."""
CELL_LIMIT = 32_000
"""Characters in a cell; Excel holds 32,767."""


@dataclass(frozen=True)
class Formula:
    """A formula without its equals sign, and the value that it has with the plan's numbers."""

    text: str
    value: float | str = 0.0


@dataclass(frozen=True)
class Link:
    """Words that lead to a web address; plain words where the address is none."""

    text: str
    address: str


@dataclass(frozen=True)
class Styled:
    """A cell in a style of its own instead of its column's."""

    value: str | float | int | dt.date | Formula | None
    style: str


Cell = str | float | int | dt.date | dt.time | Formula | Link | Styled | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class Col:
    """A column of a table: its heading, its width in characters, its cell style; `entry` marks cells that people fill in.

    `over`: how many columns of the sheet it covers, in a table that stands below another one. `joined`: it is printed on the page of the column
    before it.
    """

    title: str
    width: float = 14
    style: str = "text"
    entry: bool = False
    over: int = 1
    joined: bool = False

    @property
    def pixels(self) -> int:
        """Its width on the screen, with the cell's margin."""
        return round(7 * self.width) + 5


class Book:
    """The workbook being written, and the reader of its plan."""

    def __init__(self, reader: Reader, sheets: Iterable[str], sources: Sequence[Source]) -> None:
        """`sources`: what the document cites, in the order of its numbers."""
        self.v = reader
        self.plan = reader.plan
        self.sources = sources
        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._file,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        meta = self.plan.meta
        made = dt.datetime.combine(meta.as_of, dt.time())
        title = inert.line(reader.t("doc.title", brand=meta.brand))[:200]
        self._book.set_properties({"title": title, "author": "cehua", "created": made})
        self._book.set_calc_mode("auto")
        self._styles = styles(reader.language, reader.currency, cents=_has_cents(reader))
        self.line = 14.4 if reader.chinese else 13.2
        """Points that a line of a cell's text takes."""
        self._formats: dict[tuple[Any, ...], Format] = {}
        self._tabs = {id_: reader.t(f"sheets.tab.{id_}") for id_ in sheets}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the sheets, in the order of their tabs."""
        return tuple(self._tabs)

    def t(self, key: str, **values: object) -> str:
        """A label of the workbook."""
        return self.v.t(f"sheets.{key}", **values)

    def sheet(self, id_: str, title: str, note: str = "", *, columns: int = 8, color: str = "") -> Sheet:
        """A new sheet with its title, its note below, and landscape print set-up."""
        ws = self._book.add_worksheet(self._tabs[id_])
        sheet = Sheet(self, ws, id_, title)
        ws.hide_gridlines(2)
        ws.set_landscape()
        ws.set_paper(9)
        ws.fit_to_pages(1, 0)
        ws.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
        brand = inert.line(self.plan.meta.brand)[:60].replace("&", "&&")
        ws.set_footer(f"&L&8 {brand}&C&8&A&R&8&P / &N")
        if color:
            ws.set_tab_color(color)
        sheet.put(0, 0, title, "title")
        ws.set_row(0, 26)
        if note:
            sheet.prose(1, 0, columns, note, "note")
        return sheet

    def define(self, name: str, id_: str, cell: str) -> None:
        """Names a cell or a range of a sheet for use in formulas."""
        self._book.define_name(name, f"={self.ref(id_, cell)}")

    def ref(self, id_: str, cell: str) -> str:
        """A cell of another sheet: `'Budget'!$B$4`."""
        name = self._tabs[id_].replace("'", "''")
        return f"'{name}'!{cell}"

    def tab(self, id_: str) -> str:
        """What the tab is called."""
        return self._tabs[id_]

    def format(self, style: str, **extra: Any) -> Format:
        """The cell format of a style, made once."""
        key = (style, *sorted(extra.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({**self._styles[style], **extra})
        return self._formats[key]

    def chart(self, kind: str, subtype: str = "") -> Any:
        """A new native chart in the house's look."""
        return self._book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})

    def bytes(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._file.getvalue()


class Sheet:
    """One sheet: puts cells and tables."""

    def __init__(self, book: Book, ws: Worksheet, id_: str, title: str) -> None:
        self.book, self.ws, self.id, self.title = book, ws, id_, inert.line(title)

    def put(self, row: int, col: int, value: Cell, style: str = "text", **extra: Any) -> None:
        """One cell. Text is written as text whatever it starts with, and stays text when someone edits the cell."""
        look = self.book.format
        match value:
            case Styled(value=inner, style=own):
                self.put(row, col, inner, own, **extra)
            case Formula(text=text, value=known):
                known = inert.plain(known) if isinstance(known, str) else known
                self.ws.write_formula(row, col, f"={text}", look(style, **extra), known)
            case Link(text=text, address=address) if inert.web(address):
                self.ws.write_url(
                    row, col, inert.web(address), look("link", **extra), _folded(inert.line(text)[:CELL_LIMIT]) or None
                )
            case Link(text=text):
                self.put(row, col, text, style, **extra)
            case str():
                words = inert.plain(value)[:CELL_LIMIT]
                if words[:1] in tuple("=+-@"):
                    extra["quote_prefix"] = True
                self.ws.write_string(row, col, words, look(style, **extra))
            case None:
                self.ws.write_blank(row, col, None, look(style, **extra))
            case dt.date() | dt.time():
                self.ws.write_datetime(row, col, value, look(style, **extra))
            case _:
                if math.isfinite(value):
                    self.ws.write_number(row, col, value, look(style, **extra))
                else:
                    self.ws.write_blank(row, col, None, look(style, **extra))

    def prose(self, row: int, col: int, columns: int, words: str, style: str = "note") -> None:
        """Text over several columns; the row is made as high as its lines need."""
        self.ws.merge_range(row, col, row, col + columns - 1, "", self.book.format(style))
        self.put(row, col, words, style)

    def height(self, row: int, words: str, width: float) -> None:
        """Makes a row high enough for text that is merged over `width` characters, which no program does by itself."""
        self.ws.set_row(row, max(18, 15 * _lines(words, width) + 3))

    def section(self, row: int, words: str) -> None:
        """A heading inside a sheet, in a row of its own height."""
        self.put(row, 0, words, "section")
        self.ws.set_row(row, 22)

    def columns(self, cols: Sequence[Col]) -> None:
        """Column widths, and the note's height that follows from them."""
        for at, col in enumerate(cols):
            self.ws.set_column(at, at, col.width)

    def head(self, row: int, cols: Sequence[Col], at: int = 0) -> None:
        """A row of column headings."""
        for place, col in _places(cols, at):
            extra = {"align": "center", "indent": 0} if col.style not in PROSE else {}
            self._over(row, place, col, col.title, "entry_head" if col.entry else "head", **extra)
        deepest = max(_lines(col.title, col.width - 0.7) for col in cols)
        self.ws.set_row(row, 15 * min(5, deepest) + 7)

    def rows(
        self, top: int, cols: Sequence[Col], rows: Iterable[Row], *, at: int = 0, spare: int = 0, bold: bool = False
    ) -> int:
        """Rows of cells in their columns' styles, then `spare` empty ones to fill in; the row after the last."""
        row = top
        extra: dict[str, Any] = {"bold": True, "top": 1} if bold else {}
        for cells in rows:
            for (place, col), value in zip(_places(cols, at), cells, strict=True):
                self._over(row, place, col, value, col.style, **extra, **(ENTRY if col.entry else {}))
            self.fit(row, cols, cells)
            row += 1
        for _ in range(spare):
            for place, col in enumerate(cols):
                self.put(row, at + place, None, col.style, **(ENTRY if col.entry else {}))
            row += 1
        return row

    def _over(self, row: int, place: int, col: Col, value: Cell, style: str, **extra: Any) -> None:
        """A cell of a table, over as many columns as it covers."""
        if col.over > 1:
            self.ws.merge_range(row, place, row, place + col.over - 1, "", self.book.format(style, **extra))
        self.put(row, place, value, style, **extra)

    def fit(self, row: int, cols: Sequence[Col], cells: Row, *, least: float = 0) -> None:
        """Makes a row as high as its longest text, which not every program does when it opens the file, and `least` points at least."""
        deep = max((_lines(_shown(value), col.width) for col, value in zip(cols, cells, strict=True)), default=1)
        if deep > 1 or least:
            self.ws.set_row(row, min(405, max(least, self.book.line * deep + 4)))

    def table(
        self,
        cols: Sequence[Col],
        rows: Sequence[Row],
        *,
        freeze: int = 1,
        spare: int = 0,
        note: str = "",
        shown: int | None = None,
        repeat: bool = True,
    ) -> int:
        """The sheet as one table: widths, headings, filter, frozen panes, repeated heading; the row after the last.

        A table without rows says so, in the place of its first row. The first `shown` columns are printed, or all. `repeat` False: what stands
        below it is none of its rows, and the heading is on its first page alone.
        """
        self.columns(cols)
        if note:
            self.height(1, note, sum(col.width for col in cols[:8]))
        self.head(TOP, cols)
        end = self.rows(TOP + 1, cols, rows, spare=spare)
        if not rows:
            self.gap(TOP + 1)
            end = max(end, TOP + 2)
        self.ws.autofilter(TOP, 0, max(end - 1, TOP + 1), len(cols) - 1)
        self.ws.freeze_panes(TOP + 1, freeze)
        if repeat:
            self.ws.repeat_rows(TOP)
        printed = cols[:shown]
        self.ws.print_area(self.paper(printed), 0, max(end - spare - 1, TOP + 1), len(printed) - 1)
        return end

    def paper(self, cols: Sequence[Col]) -> int:
        """Sets up the columns for landscape A4: on one page across where they can be read so, else on several; the first row on paper.

        On several pages across the first column is repeated, and the title is each page's header since that column would cut it.
        """
        if not _wide(cols):
            return 0
        starts, room = pages(cols)
        self.ws.set_print_scale(min(100, 100 * PAPER // room))
        self.ws.set_v_pagebreaks(starts)
        self.ws.repeat_columns(0)
        self.ws.print_across()
        self.ws.set_header(f'&L&"-,Bold"&14 {self.title[:100].replace("&", "&&")}')
        return TOP - 1

    def turn(self, rows: list[int], cols: Sequence[Col], *, tall: int = 0) -> None:
        """New pages with these rows. The sheet is made smaller by a number, since Excel forgets such breaks where it fits pages by itself.

        `tall`: rows of a line each that a page has to hold below its headings.
        """
        if not _wide(cols):
            wide = 100 * PAPER // sum(col.pixels for col in cols)
            high = 100 * DEPTH // (ROW * tall + HEADS)
            self.ws.set_print_scale(min(100, wide, max(LEAST, high)))
        self.ws.set_h_pagebreaks(rows)

    def gap(self, row: int) -> None:
        """Says that the plan holds nothing here."""
        self.put(row, 0, self.book.t("gap"), "gap")

    def choose(self, first: int, last: int, col: int, source: str | list[str], *, strict: bool = True) -> None:
        """A drop-down list on a column; not `strict` lets other text in."""
        check: dict[str, Any] = {"validate": "list", "source": source}
        if not strict:
            check["error_type"] = "information"
            check["show_error"] = False
        self.ws.data_validation(first, col, last, col, check)


def _wide(cols: Sequence[Col]) -> bool:
    """Whether one page across would be too small to read."""
    return LEAST * sum(col.pixels for col in cols) > 100 * PAPER


def pages(cols: Sequence[Col]) -> tuple[list[int], int]:
    """Where the pages across after the first begin, as few as can be read and of about one width; and the pixels of the widest, with the first column."""
    most = 100 * PAPER // LEAST
    count = len(_starts(cols, most))
    starts = next(found for room in range(most % 10, most + 1, 10) if len(found := _starts(cols, room)) == count)
    spans = zip([1, *starts], [*starts, len(cols)], strict=True)
    return starts, cols[0].pixels + max(sum(col.pixels for col in cols[first:last]) for first, last in spans)


def _starts(cols: Sequence[Col], room: int) -> list[int]:
    """Where a page begins when each takes the columns that fit into `room` pixels, the first column repeated."""
    found: list[int] = []
    used = cols[0].pixels
    for at in range(1, len(cols)):
        if cols[at].joined:
            used += cols[at].pixels
            continue
        until = next((end for end in range(at + 1, len(cols)) if not cols[end].joined), len(cols))
        if at > 1 and used + sum(col.pixels for col in cols[at:until]) > room:
            found.append(at)
            used = cols[0].pixels
        used += cols[at].pixels
    return found


PROSE = ("text", "bold", "link", "label")
"""Styles whose headings stand on the left, as their cells do."""
ENTRY: dict[str, Any] = {"bg_color": "#FFF9E8"}
"""The look of cells that people fill in."""


def _places(cols: Sequence[Col], at: int) -> list[tuple[int, Col]]:
    """Where each column of a table begins on the sheet."""
    return [(at + sum(one.over for one in cols[:place]), col) for place, col in enumerate(cols)]


def cell(row: int, col: int, *, fixed: bool = True) -> str:
    """A cell's name, from numbers counted from 0."""
    return str(xl_rowcol_to_cell(row, col, row_abs=fixed, col_abs=fixed))


def span(first: int, last: int, col: int, until: int | None = None) -> str:
    """The name of a range of one column, or of all columns up to `until`."""
    return f"{cell(first, col)}:{cell(last, col if until is None else until)}"


def flat(text: Text) -> str:
    """Inline text as a string."""
    return "".join(one.text for one in text)


def _folded(address: str) -> str:
    """An address on lines that end after its signs: programs do not break it by themselves. Other words as they are."""
    lines = [""]
    for piece in [address] if " " in address else re.findall(r"[^/?&=_-]*[/?&=_-]*", address):
        fits = len(lines[-1]) + len(piece) <= ADDRESS
        lines = [*lines[:-1], lines[-1] + piece] if fits else [*lines, piece]
    return "\n".join(line for line in lines if line)


def _lines(words: str, width: float) -> int:
    """Lines that a text takes in a column, with its indent and a little to spare for the fonts of other programs."""
    return sum(max(1, math.ceil(_width(part) / max(1.0, width - 2.3))) for part in inert.plain(words).split("\n"))


def _shown(value: Cell) -> str:
    """The text of a cell as far as it can need more than one line."""
    return value if isinstance(value, str) else _folded(inert.line(value.text)) if isinstance(value, Link) else ""


def _width(words: str) -> float:
    """Width in the units of columns, a digit of the default font each; a Chinese sign is almost as wide as two."""
    return sum(map(_advance, words))


@cache
def _advance(sign: str) -> float:
    if ord(sign) > 0x2E7F:
        return 1.93
    return (
        0.55
        if sign in "iljtfrI.,:;'’|!()[] "
        else 1.4
        if sign in "mwMW%@"
        else 1.15
        if sign.isupper()
        else 0.98
        if sign.isdigit()
        else 0.93
    )


def _has_cents(reader: Reader) -> bool:
    return any(line.cents % 100 for line in reader.plan.budget.lines)


__all__ = [
    "ACCENT",
    "ENTRY",
    "TOP",
    "Book",
    "Cell",
    "Col",
    "Formula",
    "Link",
    "Row",
    "Sheet",
    "Styled",
    "cell",
    "flat",
    "pages",
    "span",
]
