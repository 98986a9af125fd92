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
from agent.export.reader import Reader, iso_day
from agent.export.view import Text
from agent.export.xlsx.style import ACCENT, GREY, styles
from agent.plan.base import Source

TOP = 3
"""Row of the table's header on a sheet that is one table, counted from 0; its data begin below."""
ROW, HEADS = 17, 110
"""Points of a row, and of what stands above a table's rows."""
USUAL = 15.0
"""Points of a row whose height nobody sets."""
SCANT, SURE = 0.3, 0.97
"""Part of a page below which it is hardly worth turning to, and the part of a page that is reckoned with when rows are drawn together."""


@dataclass(frozen=True)
class Paper:
    """A landscape page."""

    size: int
    """Its number in the file."""
    side: float
    """Margin on the left and on the right, inches."""
    width: int
    """Pixels of columns that it holds at full size: on paper columns are up to seven per cent wider than on the screen."""
    depth: int
    """Points of its height between the margins."""
    least: int
    """Per cent down to which a table is made smaller on it: ten points are seven and a half then, seven on the narrower one. What is wider goes on
    to a page beside it."""


A4, LETTER = Paper(9, 0.3, 990, 516, 75), Paper(1, 0.25, 937, 532, 71)
LETTERS = frozenset({"US"})
"""Markets whose offices hold Letter paper."""
PERSON = 22
"""Width of a column of owners: a name with its role in brackets on one line, or two in English."""
MARGIN = 1.8
"""What indent and margins take of a column's width."""
CELL_LIMIT = 32_000
"""Characters in a cell; Excel holds 32,767."""


@dataclass(frozen=True)
class Formula:
    """A formula without its equals sign, and the value that it has with the plan's numbers."""

    text: str
    value: float | str = 0.0


@dataclass(frozen=True)
class Link:
    """A number that leads to a web address; a plain number where the address is none. An address is not made a link itself: a program that shows
    links as fields does not break them, and cuts what does not fit into the column."""

    number: int
    address: str


@dataclass(frozen=True)
class Styled:
    """A cell in a style of its own instead of its column's; `proposed`: in grey italics, since the client did not set it."""

    value: str | float | int | dt.date | Formula | None
    style: str
    proposed: bool = False


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
        self.paper = LETTER if LETTERS.intersection(meta.markets[:1]) else A4
        self.slim = not reader.chinese
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
        ws.set_paper(self.paper.size)
        ws.fit_to_pages(1, 0)
        ws.set_margins(left=self.paper.side, right=self.paper.side, top=0.5, bottom=0.6)
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
        self._heights: dict[int, float] = {}

    def put(self, row: int, col: int, value: Cell, style: str = "text", **extra: Any) -> None:
        """One cell. Text is written as text whatever it starts with, and stays text when someone edits the cell."""
        look = self.book.format
        match value:
            case Styled(value=inner, style=own, proposed=proposed):
                self.put(row, col, inner, own, **extra, **(PROPOSED if proposed else {}))
            case Formula(text=text, value=known):
                known = inert.plain(known) if isinstance(known, str) else known
                self.ws.write_formula(row, col, f"={text}", look(style, **extra), known)
            case Link(number=shown, address=address):
                if where := inert.web(address):
                    self.ws.write_url(row, col, where, look(style, **extra))
                    extra |= {"font_color": "#1A5FB4", "underline": 1}
                self.put(row, col, shown, style, **extra)
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
        self._high(row, max(18, 15 * _lines(words, width, slim=self.book.slim) + 3))

    def _high(self, row: int, height: float) -> None:
        """Sets a row's height and keeps it in mind, for how the pages fill."""
        self._heights[row] = height
        self.ws.set_row(row, height)

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
            self.over(row, place, col, col.title, "entry_head" if col.entry else "head", **extra)
        deepest = max(_lines(col.title, col.width - 0.7) for col in cols)
        self._high(row, 15 * min(5, deepest) + 7)

    def rows(
        self, top: int, cols: Sequence[Col], rows: Iterable[Row], *, at: int = 0, spare: int = 0, bold: bool = False
    ) -> int:
        """Rows of cells in their columns' styles, then `spare` empty ones to fill in; the row after the last."""
        row = top
        extra: dict[str, Any] = {"bold": True, "top": 1} if bold else {}
        for cells in rows:
            for (place, col), value in zip(_places(cols, at), cells, strict=True):
                self.over(row, place, col, value, col.style, **extra, **(ENTRY if col.entry else {}))
            self.fit(row, cols, cells)
            row += 1
        for _ in range(spare):
            for place, col in enumerate(cols):
                self.put(row, at + place, None, col.style, **(ENTRY if col.entry else {}))
            row += 1
        return row

    def over(self, row: int, place: int, col: Col, value: Cell, style: str, **extra: Any) -> None:
        """A cell of a table, over as many columns as it covers."""
        if col.over > 1:
            self.ws.merge_range(row, place, row, place + col.over - 1, "", self.book.format(style, **extra))
        self.put(row, place, value, style, **extra)

    def fit(self, row: int, cols: Sequence[Col], cells: Row, *, least: float = 0) -> None:
        """Makes a row as high as its longest text, which not every program does when it opens the file, and `least` points at least."""
        deep = max(
            (_lines(_shown(value), col.width, slim=self.book.slim) for col, value in zip(cols, cells, strict=True)),
            default=1,
        )
        if deep > 1 or least:
            self._high(row, min(405, max(least, self.book.line * deep + 4)))

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
        last = max(end - spare - 1, TOP + 1)
        self.ws.print_area(self.paper(printed), 0, last, len(printed) - 1)
        self._settle(printed, last)
        return end

    def _settle(self, cols: Sequence[Col], last: int) -> None:
        """Makes a table a little smaller on paper where its last page would hold next to nothing and it can then do without that page."""
        page, across = self.book.paper, _wide(cols, self.book.paper)
        now = min(100, 100 * page.width // (pages(cols, page)[1] if across else sum(col.pixels for col in cols)))
        head = self._heights.get(TOP, USUAL)
        above = sum(self._heights.get(row, USUAL) for row in ((TOP - 1,) if across else range(TOP)))
        rows = [self._heights.get(row, USUAL) for row in range(TOP + 1, last + 1)]
        count, used = _filled(rows, head, above, 100 * page.depth / now)
        if count < 2 or used > SCANT * 100 * page.depth / now:
            return
        for scale in range(now - 1, page.least - 3, -1):
            if _filled(rows, head, above, SURE * 100 * page.depth / scale)[0] < count:
                self.ws.set_print_scale(scale)
                return

    def paper(self, cols: Sequence[Col]) -> int:
        """Sets up the columns for a landscape page: on one page across where they can be read so, else on several; the first row on paper.

        On several pages across the first column is repeated, and the title is each page's header since that column would cut it.
        """
        page = self.book.paper
        if not _wide(cols, page):
            return 0
        starts, room = pages(cols, page)
        self.ws.set_print_scale(min(100, 100 * page.width // room))
        self.ws.set_v_pagebreaks(starts)
        self.ws.repeat_columns(0)
        self.ws.print_across()
        self.ws.set_header(f'&L&"-,Bold"&14 {self.title[:100].replace("&", "&&")}')
        return TOP - 1

    def turn(self, rows: list[int], cols: Sequence[Col], *, tall: int = 0) -> None:
        """New pages with these rows. The sheet is made smaller by a number, since Excel forgets such breaks where it fits pages by itself.

        `tall`: rows of a line each that a page has to hold below its headings.
        """
        page = self.book.paper
        if not _wide(cols, page):
            wide = 100 * page.width // sum(col.pixels for col in cols)
            high = 100 * page.depth // (ROW * tall + HEADS)
            self.ws.set_print_scale(min(100, wide, max(page.least, high)))
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


def _wide(cols: Sequence[Col], page: Paper) -> bool:
    """Whether one page across would be too small to read."""
    return page.least * sum(col.pixels for col in cols) > 100 * page.width


def _filled(rows: Sequence[float], head: float, above: float, room: float) -> tuple[int, float]:
    """How many pages rows of these heights take below a heading that each page repeats, and what stands on the last; `above` is on the first alone."""
    count, used = 1, above + head
    for height in rows:
        if used + height > room:
            count, used = count + 1, head
        used += height
    return count, used


def pages(cols: Sequence[Col], page: Paper = A4) -> tuple[list[int], int]:
    """Where the pages across after the first begin, as few as can be read and of about one width; and the pixels of the widest, with the first column."""
    most = 100 * page.width // page.least
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
PROPOSED: dict[str, Any] = {"italic": True, "font_color": GREY}
"""The look of what the plan proposes where the client sets nothing."""
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


def dated(iso: str) -> dt.date | str:
    """An ISO date as a date, which can be sorted and coloured; anything else as it is."""
    return iso_day(iso) or iso


def _lines(words: str, width: float, *, slim: bool = False) -> int:
    """Lines that a text takes in a column, with its indent and a little to spare for the fonts of other programs. Words are not broken, save
    those longer than a line. `slim`: in the English font, whose letters are narrower than those of the Chinese ones."""
    return sum(_wrapped(part, max(1.0, width - MARGIN), slim) for part in inert.plain(words).split("\n"))


def _wrapped(words: str, room: float, slim: bool) -> int:
    """Lines of one paragraph in a column of `room`."""
    if _width(words, slim) <= room:
        return 1
    lines, used = 1, 0.0
    for piece in re.findall(r"[!-\u2e7f]+|.", words):
        wide = _width(piece, slim)
        if used + wide <= room or piece == " ":
            used += wide
        elif wide <= room:
            lines, used = lines + 1, wide
        else:
            full = math.ceil(wide / room) - 1
            lines, used = lines + full + (used > 0), wide - full * room
    return lines


def _shown(value: Cell) -> str:
    """The text of a cell as far as it can need more than one line."""
    return value if isinstance(value, str) else ""


def width_of(words: str) -> float:
    """Width of a column in which a text stands on one line."""
    return math.ceil(_width(words) + MARGIN)


def _width(words: str, slim: bool = False) -> float:
    """Width in the units of columns, a digit of the default font each; a Chinese sign is almost as wide as two."""
    return sum(_advance(sign, slim) for sign in words)


@cache
def _advance(sign: str, slim: bool) -> float:
    if ord(sign) > 0x2E7F:
        return 1.93
    if sign in "iljtfrI.,:;'’|!()[] ":
        return 0.45 if slim and sign == " " else 0.55
    if sign in "mwMW%@":
        return 1.4
    if sign.isupper():
        return 1.15
    return 0.88 if slim and sign in "acegksvxyz" else 0.98 if sign.isdigit() else 0.95


def _has_cents(reader: Reader) -> bool:
    return any(line.cents % 100 for line in reader.plan.budget.lines)


__all__ = [
    "ACCENT",
    "ENTRY",
    "PERSON",
    "PROPOSED",
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
    "dated",
    "flat",
    "pages",
    "span",
    "width_of",
]
