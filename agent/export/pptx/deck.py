"""Slides and what stands on them: titles, text, cards, tables and native charts that keep inside their boxes."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pptx.enum.dml import MSO_THEME_COLOR as THEME
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Inches

from agent import locale
from agent.export import inert
from agent.export.pptx import fit
from agent.export.pptx.house import SMALL, TITLES, Box, House, emu, points
from agent.export.pptx.ink import LEAD, LEAST, bullet, mark_sections, speak, write
from agent.export.pptx.table import MORE, Words, fill
from agent.export.reader import Reader, titled
from agent.plan.base import Source

HEADING = 27.4
"""Points that a small heading takes, with the space below it."""
EDGE, TOP, UNDER = 10.8, 8.6, 4.3
"""Points inside a panel: left and right, above and below, and under its heading."""
AIR = 4.5
"""Points above and below the text of a table cell that a table with room to spare adds."""
COUNTS = ("", "count", "followers")
"""Units of what is counted."""
_SINGLE = str.maketrans("“”「」", "‘’『』")
_LEAD = re.compile(r"[^:：\n]{1,24}(?:：|: )")


@dataclass
class Slide:
    """A slide being made; `notes` collects what the speaker reads."""

    shape: Any
    notes: list[str] = field(default_factory=list)


class Deck:
    """The presentation being made, and the reader of its plan."""

    def __init__(self, reader: Reader, house: House, numbers: Mapping[str, int], cited: Sequence[Source]) -> None:
        """`numbers`: id of a source → its number in the document; `cited`: what the document cites, in the order of its numbers."""
        self.v, self.plan, self.house = reader, reader.plan, house
        self.numbers, self.cited = numbers, cited
        self.sections: list[tuple[str, list[int]]] = []

    def t(self, key: str, **values: object) -> str:
        """A label of the deck."""
        return self.v.t(f"deck.{key}", **values)

    def forecast(self, value: float | None, unit: str = "count") -> str:
        """A forecast as the plan's prose says it, so that slides and text agree."""
        if value is None:
            return "—"
        return locale.compact(value) if unit in COUNTS and abs(value) >= 1000 else self.v.amount(value, unit)

    def span(self, low: float | None, base: float | None, high: float | None, unit: str) -> str:
        """A forecast with its range; of whole ones its ends too."""
        whole = unit in COUNTS and base is not None and base == int(base)
        ends = [self.people(one) if whole else self.forecast(one, unit) for one in (low, base, high) if one is not None]
        return kept(" – ".join(dict.fromkeys(ends))) or "—"

    def people(self, value: float) -> str:
        """So many orders or people, in whole ones: what is below one is not told as a part of a person."""
        return self.t("below_one") if 0 < value < 1 else self.forecast(float(locale.half_up(value)))

    def results(self, value: float) -> str:
        """Conversions as the plan reckons with them, to a tenth below ten, so that what is multiplied beside them can be multiplied again."""
        return locale.plain(value, 1) if value < 10 else locale.number(value)

    def who(self, role: str) -> str:
        """Who holds a role, as the brief names them; the role's title where nobody does."""
        holder = next((one.holder for one in self.plan.team.roles if one.id == role), "")
        return titled(holder) if holder else self.v.role(role)

    def inner(self, words: str) -> str:
        """Words to stand inside quotation marks: their own become single ones."""
        return words.translate(_SINGLE).strip()

    def sum(self, cents: int | None) -> str:
        """A computed sum, as the document has it."""
        return "—" if cents is None else self.v.cost(cents)

    # Slides

    def cover(self, title: str, subtitle: Sequence[str]) -> Slide:
        """The first slide, in the placeholders of its layout; text boxes where the layout has none."""
        made = self.house.deck.slides.add_slide(self.house.cover)
        slide = Slide(made)
        self._section(self.t("section.start"), made)
        texts = {
            PP_PLACEHOLDER.TITLE: [title],
            PP_PLACEHOLDER.CENTER_TITLE: [title],
            PP_PLACEHOLDER.SUBTITLE: list(subtitle),
        }
        for shape in list(made.placeholders):
            words = texts.pop(shape.placeholder_format.type, None)
            if words is None:
                shape.element.getparent().remove(shape.element)
                continue
            big = shape.placeholder_format.type in TITLES
            box = Box(shape.left, shape.top, shape.width, shape.height)
            self._fill(
                slide, shape.text_frame, box, words, most=40 if big else 20, least=14 if big else 10, bold=big, inset=0
            )
        if PP_PLACEHOLDER.SUBTITLE in texts:
            self.text(slide, self.house.body.rows((2, 1))[1], list(subtitle), most=18)
        return slide

    def slide(self, section: str, title: str, *notes: str) -> Slide:
        """A slide with its message as title, its section above, footer and number below."""
        made = self.house.deck.slides.add_slide(self.house.content)
        slide = Slide(made, [inert.plain(note) for note in notes if note])
        self._section(section, made)
        for shape in list(made.placeholders):
            if shape.placeholder_format.type in TITLES:
                words = inert.line(title)
                most = _title_size(words, points(self.house.title.width))
                self._fill(slide, shape.text_frame, self.house.title, [words], most=most, least=14, bold=True, inset=0)
            else:
                shape.element.getparent().remove(shape.element)
        if self.house.own:
            mark = Box(self.house.title.left, Inches(0.26), Inches(8), Inches(0.26))
            self.text(slide, mark, [section], most=12, least=9, colour=THEME.ACCENT_4, bold=True)
        self._feet(made)
        return slide

    def _section(self, name: str, made: Any) -> None:
        if not self.sections or self.sections[-1][0] != name:
            self.sections.append((name, []))
        self.sections[-1][1].append(made.slide_id)

    def _feet(self, made: Any) -> None:
        """Footer and slide number, copied from the layout, which does not hand them down by itself."""
        for shape in self.house.content.placeholders:
            kind = shape.placeholder_format.type
            if kind not in SMALL or kind == PP_PLACEHOLDER.DATE:
                continue
            copied = copy.deepcopy(shape.element)
            copied.nvSpPr.cNvPr.set("id", str(made.shapes._next_shape_id))
            made.shapes._spTree.append(copied)
            if kind == PP_PLACEHOLDER.FOOTER:
                frame = made.shapes[-1].text_frame
                title = inert.line(self.v.t("doc.title", brand=self.plan.meta.brand))
                frame.text = fit.clip(title, 12, points(shape.width) - 16, 1)

    def finish(self) -> bytes:
        """The file: PowerPoint's own sections, properties, notes."""
        deck = self.house.deck
        mark_sections(deck, self.sections)
        core, meta = deck.core_properties, self.plan.meta
        core.title = inert.line(self.v.t("doc.title", brand=meta.brand))[:200]
        core.author, core.last_modified_by, core.language = "cehua", "cehua", meta.language
        for slide in deck.slides:
            speak(slide.element, meta.language)
        made = io.BytesIO()
        deck.save(made)
        return made.getvalue()

    def speak(self, slide: Slide, sources: Sequence[str] = ()) -> None:
        """Writes the speaker notes: what was said, then the sources."""
        said = [*slide.notes]
        found = self._sources(sources)
        if found:
            said += [self.t("notes.sources"), *found]
        slide.shape.notes_slide.notes_text_frame.text = "\n".join(inert.plain(line) for line in said)

    def _sources(self, ids: Sequence[str]) -> list[str]:
        """The sources that the document cites too, under its numbers."""
        found = sorted({self.numbers[id_] for id_ in ids if id_ in self.numbers})[:12]
        return [f"[{number}] {self._source(self.cited[number - 1])}" for number in found]

    def _source(self, one: Source) -> str:
        told = (one.title, one.publisher, self.v.dated(one.date), inert.web(one.url))
        return " · ".join(line for part in told if part and (line := inert.line(part)))

    # Text

    def text(
        self,
        slide: Slide,
        box: Box,
        paragraphs: Sequence[str],
        *,
        most: float = 14,
        least: float = LEAST,
        bold: bool = False,
        bullets: bool = False,
        colour: Any = THEME.TEXT_1,
        align: str = "left",
        middle: bool = False,
        leads: bool = False,
    ) -> fit.Fitted:
        """Paragraphs in a box of their own."""
        shape = slide.shape.shapes.add_textbox(box.left, box.top, box.width, box.height)
        frame = shape.text_frame
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
        return self._fill(
            slide,
            frame,
            box,
            paragraphs,
            most=most,
            least=least,
            bold=bold,
            bullets=bullets,
            colour=colour,
            align=align,
            inset=0,
            leads=leads,
        )

    def _fill(
        self, slide: Slide, frame: Any, box: Box, paragraphs: Sequence[str], *, most: float, least: float, bold: bool = False,
        bullets: bool = False, colour: Any = None, align: str = "", inset: float = 3.6, leads: bool = False,
    ) -> fit.Fitted:  # fmt: skip
        """Text into a frame, in the size at which it fits; what had to be left out is in the notes. `leads`: labels before a colon are bold."""
        frame.auto_size = MSO_AUTO_SIZE.NONE
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = emu(inset)
        frame.margin_top = frame.margin_bottom = emu(inset / 2)
        words = [inert.plain(one) for one in paragraphs]
        fitted = fit.fit(
            words, points(box.width) - 2 * inset, points(box.height) - inset, most=most, least=least,
            bold=bold or leads, lead=LEAD if bullets else 0,
        )  # fmt: skip
        for at, paragraph in enumerate(fitted.paragraphs):
            place = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            last = at == len(fitted.paragraphs) - 1
            write(
                place,
                paragraph,
                fitted.size,
                bold=bold,
                colour=colour,
                align=align,
                after=0 if last else fitted.size * fit.GAP,
                lead=found.end() if leads and (found := _LEAD.match(paragraph)) else 0,
            )
            if bullets:
                bullet(place, fitted.size)
        if fitted.cut:
            slide.notes.append(self.t("notes.full", text="\n".join(one for one in words if one.strip())))
        return fitted

    def heading(self, slide: Slide, box: Box, words: str) -> Box:
        """A small heading at the top of a box; the rest of the box."""
        tall = Inches(0.32)
        self.text(
            slide,
            Box(box.left, box.top, box.width, tall),
            [inert.line(words)],
            most=13,
            least=9,
            bold=True,
            colour=THEME.ACCENT_1,
        )
        return Box(box.left, box.top + tall + Inches(0.06), box.width, box.height - tall - Inches(0.06))

    def cards(
        self,
        slide: Slide,
        boxes: Sequence[Box],
        cards: Sequence[tuple[str, Sequence[str]]],
        *,
        most: float = 16,
        accent: bool = False,
        leads: bool = False,
    ) -> None:
        """Pale panels with a heading and text, all in the size that the fullest of them needs."""
        cards = [(title, said if any(said) else [self.t("gap")]) for title, said in cards]
        inners = [_inner(box) for box in boxes]
        titles = [inert.line(title) for title, _ in cards]
        heads = [
            fit.fit([title], points(inner.width), min(40.0, 0.4 * points(inner.height)), most=15, least=10, bold=True)
            for title, inner in zip(titles, inners, strict=True)
        ]
        tall = max(head.height for head in heads) + 2
        rests = [_below(inner, tall) for inner in inners]
        sizes = [
            fit.fit(
                [inert.plain(one) for one in said],
                points(rest.width),
                points(rest.height),
                most=most,
                least=LEAST,
                bold=leads,
            ).size
            for (_, said), rest in zip(cards, rests, strict=True)
        ]
        ink = THEME.BACKGROUND_1 if accent else THEME.TEXT_1
        head_ink = ink if accent else THEME.ACCENT_1
        for box, inner, rest, title, (_, said) in zip(boxes, inners, rests, titles, cards, strict=True):
            self.panel(slide, box, accent=accent)
            top = Box(inner.left, inner.top, inner.width, emu(tall))
            self.text(slide, top, [title], most=min(head.size for head in heads), least=10, bold=True, colour=head_ink)
            self.text(slide, rest, said, most=min(sizes), colour=ink, leads=leads)

    def panel(self, slide: Slide, box: Box, *, accent: bool = False) -> Any:
        """A plain rectangle in the ground colour."""
        shape = slide.shape.shapes.add_shape(MSO_SHAPE.RECTANGLE, box.left, box.top, box.width, box.height)
        shape.fill.solid()
        shape.fill.fore_color.theme_color = THEME.ACCENT_1 if accent else THEME.BACKGROUND_2
        shape.line.fill.background()
        shape.element.remove(shape.element.find(qn("p:style")))
        return shape

    def tiles(self, slide: Slide, box: Box, pairs: Sequence[tuple[str, str]]) -> None:
        """Big numbers with what they count, side by side."""
        for place, (number, label) in zip(box.columns([1] * len(pairs), Inches(0.2)), pairs, strict=True):
            self.panel(slide, place)
            pad = Inches(0.12)
            upper, lower = Box(place.left, place.top, place.width, place.height - pad).rows((3, 2), 0)
            self.text(slide, Box(upper.left + pad, upper.top + Inches(0.06), upper.width - 2 * pad, upper.height - Inches(0.06)), [number], most=28, least=12, bold=True,
                      colour=THEME.ACCENT_1, middle=True)  # fmt: skip
            self.text(
                slide, Box(lower.left + pad, lower.top, lower.width - 2 * pad, lower.height), [label], most=14, least=10
            )

    def gap(self, slide: Slide, box: Box | None = None) -> None:
        """Says that the plan holds nothing here."""
        self.text(slide, box or self.house.body.rows((1, 5))[0], [self.t("gap")], most=14, colour=THEME.ACCENT_4)

    # Tables

    def table(self, slide: Slide, box: Box, words: Words, *, most: float = 16, total: int = 0) -> None:
        """A native table inside the box: smaller, then with shorter cells and fewer rows, and a line that says how many of `total` (of the
        rows given, when 0) are left out."""
        if not words.rows:
            return self.gap(slide, Box(box.left, box.top, box.width, min(box.height, Inches(0.5))))
        total = max(total, len(words.rows))
        room = points(box.height) - (MORE if total > len(words.rows) else 0.0)
        size, wide, kept, heights = words.squeeze(points(box.width), room, most)
        if kept != words.rows:
            slide.notes.append(self.t("notes.full", text="\n".join("　".join(row) for row in words.rows)))
        whole = len(kept) == len(words.rows)
        air = min(AIR, max(0.0, (room - sum(heights)) / (2 * len(kept)))) if whole else 0.0
        heights = [heights[0], *(one + 2 * air for one in heights[1:])]
        top = [
            fit.clip(one.title, size, inner, 3, bold=True)
            for one, inner in zip(words.columns, words.inner(wide), strict=True)
        ]
        shape = slide.shape.shapes.add_table(
            len(kept) + 1, len(wide), box.left, box.top, emu(sum(wide)), emu(sum(heights))
        )
        shape.element.find(".//" + qn("a:tableStyleId")).text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
        table = shape.table
        for at, one in enumerate(wide):
            table.columns[at].width = emu(one)
        for row, (line, tall) in enumerate(zip([top, *kept], heights, strict=True)):
            table.rows[row].height = emu(tall)
            for at, (cell, column) in enumerate(zip(line, words.columns, strict=True)):
                fill(table.cell(row, at), cell, size, column, words.margins(at), head=row == 0, air=air if row else 0)
        if total > len(kept):
            more = Box(box.left, box.top + emu(sum(heights)) + Inches(0.04), box.width, Inches(0.24))
            self.text(slide, more, [self.t("more", n=total - len(kept))], most=12, least=9, colour=THEME.ACCENT_5)
        return None


def kept(words: str) -> str:
    """A range that lines part only behind its dashes: "2 h –" and "4 h"."""
    return words.replace(" ", "\u00a0").replace("–\u00a0", "– ")


def card_height(title: str, said: Sequence[str], wide: float, size: float, *, bold: bool = False) -> float:
    """Points that a panel of `wide` points wants for its text at a size."""
    inner = wide - 2 * EDGE
    head = fit.fit([inert.line(title)], inner, 40, most=15, least=10, bold=True).height + 2
    kept = [words for words in (inert.plain(one).strip() for one in said) if words]
    return head + UNDER + fit.height(kept, size, inner, bold=bold) + 2 * TOP + 1


def _title_size(words: str, room: float) -> float:
    """The largest size at which a title stands on one line, if that is not too small; else the size of two lines."""
    return next((size for size in (24, 23, 22, 21, 20, 19) if fit.wrap(words, size, room, bold=True) == 1), 24)


def _inner(box: Box) -> Box:
    """What is left of a panel inside its edge."""
    edge, top = int(emu(EDGE)), int(emu(TOP))
    return Box(box.left + edge, box.top + top, box.width - 2 * edge, box.height - 2 * top)


def _below(inner: Box, tall: float) -> Box:
    """What is left of a panel below its heading of `tall` points."""
    top = inner.top + int(emu(tall + UNDER))
    return Box(inner.left, top, inner.width, inner.bottom - top)
