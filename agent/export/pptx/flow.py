"""Blocks one below the other, in the largest type that lets all of them fit; what stands beside each other keeps about one size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pptx.enum.dml import MSO_THEME_COLOR as THEME
from pptx.util import Inches

from agent.export import inert
from agent.export.pptx import fit
from agent.export.pptx.deck import AIR, EDGE, HEADING, TOP, Deck, Slide, card_height
from agent.export.pptx.house import Box, emu, points
from agent.export.pptx.ink import LEAD, LEAST
from agent.export.pptx.table import MORE, STEP, Column, Words

BETWEEN = Inches(0.22)
"""Space between blocks."""
BIG = 22.0
"""Type of a figure that is set large, in points."""
APART = 2.0
"""Points by which type in one column may be larger than in the one beside it."""
EASY = 13.0
"""Type that is easy to read, in points."""
SPLITS = (0.36, 0.42, 0.48, 0.54, 0.6, 0.66)
"""Shares of the width that the left of two columns may take."""


class Block(Protocol):
    """Something that stands in a column of a slide."""

    @property
    def most(self) -> float:
        """Its largest type, in points."""

    def height(self, room: float, size: float) -> float:
        """Points that it wants of a width in points."""

    def stretch(self, wanted: float) -> float:
        """Points that it can take beyond what it wants without looking empty."""

    def draw(self, deck: Deck, slide: Slide, box: Box, size: float) -> None:
        """Puts it on the slide."""


@dataclass(frozen=True)
class Grid:
    """A table under a heading of its own."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    most: float = 16
    total: int = 0
    """How many rows the plan holds, where these are the first of them; 0: these are all."""

    def _words(self) -> Words:
        columns = [Column(inert.line(one.title), one.align, one.bold) for one in self.columns]
        return Words(columns, [[inert.plain(cell).strip() for cell in row] for row in self.rows])

    def roomy(self, box: Box) -> bool:
        """Whether no column is narrower than its longest word in the smallest type."""
        return self._words().roomy(points(box.width), LEAST)

    def height(self, room: float, size: float) -> float:
        """The heading and all rows."""
        body = self._words().height(room, size) if self.rows else 36.0
        return (HEADING if self.title else 0.0) + body + (MORE if self.total > len(self.rows) else 0.0)

    def stretch(self, wanted: float) -> float:
        """A little air in every row."""
        return 2 * AIR * len(self.rows)

    def draw(self, deck: Deck, slide: Slide, box: Box, size: float) -> None:
        """The heading and the table."""
        deck.table(
            slide,
            deck.heading(slide, box, self.title) if self.title else box,
            self._words(),
            most=size,
            total=self.total,
        )


@dataclass(frozen=True)
class Points:
    """A list under a heading of its own; without one, plain lines."""

    title: str
    said: Sequence[str]
    most: float = 16

    def _kept(self) -> list[str]:
        return [inert.plain(one).strip() for one in self.said if one.strip()]

    def height(self, room: float, size: float) -> float:
        """The heading and all points."""
        return (HEADING if self.title else 0.0) + fit.height(self._kept(), size, room - LEAD * size)

    def stretch(self, wanted: float) -> float:
        """None: room below a list is no loss."""
        return 0.0

    def draw(self, deck: Deck, slide: Slide, box: Box, size: float) -> None:
        """The heading and the list."""
        said = self._kept()
        rest = deck.heading(slide, box, self.title) if self.title else box
        deck.text(slide, rest, said or [deck.t("gap")], most=size, bullets=bool(said) and bool(self.title))


@dataclass(frozen=True)
class Cards:
    """Panels side by side, each a heading and what is said."""

    cards: Sequence[tuple[str, Sequence[str]]]
    accent: bool = False
    most: float = 18
    leads: bool = False
    """Whether what stands before a colon is printed bold."""
    grows: bool = False
    """Whether it takes all the height that is left."""

    def _boxes(self, box: Box) -> list[Box]:
        """Side by side, the fuller ones wider."""
        held = [sum(fit.width(inert.plain(one), 1) + 4 for one in said) for _, said in self.cards]
        mean = sum(held) / len(held) or 1
        return box.columns([max(0.72, (one / mean) ** 0.6) for one in held], 200_000)

    def height(self, room: float, size: float) -> float:
        """The fullest card."""
        boxes = self._boxes(Box(0, 0, int(emu(room)), 0))
        return max(
            card_height(title, said, points(box.width), size, bold=self.leads)
            for (title, said), box in zip(self.cards, boxes, strict=True)
        )

    def stretch(self, wanted: float) -> float:
        """Somewhat taller panels."""
        return 10_000.0 if self.grows else 0.35 * wanted

    def draw(self, deck: Deck, slide: Slide, box: Box, size: float) -> None:
        """The panels."""
        deck.cards(slide, self._boxes(box), self.cards, most=size, accent=self.accent, leads=self.leads)


@dataclass(frozen=True)
class Facts:
    """Panels side by side under a heading, each a figure set large and what it says; words alone where there is no figure."""

    title: str
    facts: Sequence[tuple[str, str]]
    most: float = 16

    def _boxes(self, box: Box) -> list[Box]:
        return box.columns([max(12.0, fit.width(inert.plain(words), 1)) ** 0.5 for _, words in self.facts], 200_000)

    def height(self, room: float, size: float) -> float:
        """The heading and the fullest panel."""
        boxes = self._boxes(Box(0, 0, int(emu(room)), 0))
        inner = [points(box.width) - 2 * EDGE for box in boxes]
        words = [
            fit.height([inert.plain(one)], size, wide) + (BIG * fit.LEADING + 1 if figure else 0.0)
            for (figure, one), wide in zip(self.facts, inner, strict=True)
        ]
        return HEADING + max(words) + 2 * TOP + 1

    def stretch(self, wanted: float) -> float:
        """Somewhat taller panels."""
        return 0.15 * wanted

    def draw(self, deck: Deck, slide: Slide, box: Box, size: float) -> None:
        """The panels."""
        rest = deck.heading(slide, box, self.title)
        for place, (figure, words) in zip(self._boxes(rest), self.facts, strict=True):
            deck.panel(slide, place)
            inner = Box(
                place.left + emu(EDGE), place.top + emu(TOP), place.width - 2 * emu(EDGE), place.height - 2 * emu(TOP)
            )
            tall = emu(BIG * fit.LEADING + 1) if figure else 0
            if figure:
                top = Box(inner.left, inner.top, inner.width, tall)
                deck.text(slide, top, [figure], most=BIG, least=LEAST, bold=True, colour=THEME.ACCENT_1)
            deck.text(
                slide,
                Box(inner.left, inner.top + tall, inner.width, inner.height - tall),
                [words],
                most=size,
            )


Stack = Sequence[Block]


def flow(deck: Deck, slide: Slide, *columns: tuple[Box, Stack], apart: float = APART) -> None:
    """Puts stacks of blocks into boxes beside each other, their type at most `apart` points apart."""
    sizes = [_size(box, blocks) for box, blocks in columns]
    cap = min(sizes) + apart
    for (box, blocks), size in zip(columns, sizes, strict=True):
        _stack(deck, slide, box, blocks, min(size, cap))


def fits(box: Box, blocks: Stack, size: float) -> bool:
    """Whether a stack fits its box in type of this size."""
    return _size(box, blocks) >= min(size, max(block.most for block in blocks))


def whole(box: Box, blocks: Stack, size: float = LEAST) -> bool:
    """Whether a stack fits its box with nothing left out, in type of this size."""
    return _height(box, blocks, size) <= points(box.height)


def first_that_fits(box: Box, stacks: Sequence[Stack], size: float = LEAST) -> Stack:
    """The first of several stacks that fits its box whole in type of this size, else the last."""
    return next((one for one in stacks if whole(box, one, size)), stacks[-1])


def right_of(deck: Deck, slide: Slide, box: Box, blocks: Stack, splits: Sequence[float] = (0.6, 0.54, 0.48)) -> Box:
    """A stack on the right; the box that is left for a chart, the widest that lets the type be easy to read."""
    pairs = [box.columns((share, 1 - share)) for share in splits]
    left, right = next((pair for pair in pairs if fits(pair[1], blocks, EASY)), pairs[-1])
    flow(deck, slide, (right, blocks))
    return left


def beside(deck: Deck, slide: Slide, box: Box, left: Stack, *rights: Stack) -> int:
    """Two stacks side by side, the width shared so that the smaller type of the two is as large as can be. Of several stacks for the right the first
    that fits whole is taken, else the last; the answer is its place."""
    for place, right in enumerate(rights):
        spill, one, other = _shared(box, left, right)
        if spill <= 0 or place == len(rights) - 1:
            flow(deck, slide, (one, left), (other, right))
            return place
    return 0


def _shared(box: Box, left: Stack, right: Stack) -> tuple[float, Box, Box]:
    """Points by which the right stack is too tall at the best share of the width, and the two boxes."""
    tried = []
    for share in SPLITS:
        one, other = box.columns((share, 1 - share))
        sizes = (_size(one, left), _size(other, right))
        spill = max(
            _height(one, left, sizes[0]) - points(one.height), _height(other, right, sizes[1]) - points(other.height), 0
        )
        over = max(_height(other, right, sizes[1]) - points(other.height), 0)
        tried.append((spill, -min(sizes), -max(sizes), over, one, other))
    *_, over, one, other = min(tried, key=lambda found: found[:3])
    return over, one, other


def _height(box: Box, blocks: Stack, size: float) -> float:
    """Points that a stack wants, with the space between its blocks."""
    return sum(block.height(points(box.width), min(size, block.most)) for block in blocks) + points(BETWEEN) * (
        len(blocks) - 1
    )


def _size(box: Box, blocks: Stack) -> float:
    """The largest size at which a stack fits its box, else the least."""
    least, most = 0, int((max(block.most for block in blocks) - LEAST) / STEP)
    while least < most:
        middle = (least + most + 1) // 2
        fits = _height(box, blocks, LEAST + middle * STEP) <= points(box.height)
        least, most = (middle, most) if fits else (least, middle - 1)
    return LEAST + least * STEP


def _stack(deck: Deck, slide: Slide, box: Box, blocks: Stack, size: float) -> None:
    """One column: what is left over goes to the blocks, up to what they can take; what is too much is shared."""
    sizes = [min(size, block.most) for block in blocks]
    wants = [block.height(points(box.width), one) for block, one in zip(blocks, sizes, strict=True)]
    room = points(box.height) - points(BETWEEN) * (len(blocks) - 1)
    limits = [block.stretch(want) for block, want in zip(blocks, wants, strict=True)]
    left = room - sum(wants)
    if left < 0:
        heights = fit.shares(wants, room)
    else:
        part = min(1.0, left / sum(limits)) if sum(limits) else 0.0
        heights = [want + limit * part for want, limit in zip(wants, limits, strict=True)]
    top = box.top
    for block, one, tall in zip(blocks, sizes, heights, strict=True):
        block.draw(deck, slide, Box(box.left, top, box.width, int(emu(tall + 0.5))), one)
        top += int(emu(tall)) + BETWEEN
