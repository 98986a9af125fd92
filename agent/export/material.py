"""What the formats of one plan are made of, each thing made once: the document, its characters, typefaces and charts."""

from __future__ import annotations

from functools import cached_property

from agent.export import charts, fonts
from agent.export.document import document
from agent.export.reader import reads
from agent.export.view import Chart, Document
from agent.export.words import characters, sound
from agent.plan.model import MarketingPlan


class Material:
    """One plan on its way into files. Everything is made when it is first asked for."""

    def __init__(self, plan: MarketingPlan, revision: int = 0) -> None:
        self.plan = plan
        self.revision = revision
        """How many plans stood in the run's folder before this one."""

    @cached_property
    def doc(self) -> Document:
        """The plan as a document."""
        return document(self.plan)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Id of a source → its number in the document; ids that the document does not cite are not among them."""
        own = {one.id: one for one in self.plan.sources}
        places = {reads(own[one.id]): place for place, one in enumerate(self.doc.sources, 1)}
        return {one.id: places[reads(one)] for one in self.plan.sources if reads(one) in places}

    @cached_property
    def characters(self) -> frozenset[str]:
        """Every character that the document shows."""
        return characters(self.doc)

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The typefaces' families, in the order in which a renderer tries them."""
        return fonts.families(self.characters, self.doc.language)

    @cached_property
    def faces(self) -> tuple[fonts.Face, ...]:
        """The typefaces, cut to what the document uses. Raises SetupError when the fonts are not installed."""
        return fonts.faces(self.characters, self.doc.language)

    @cached_property
    def drawings(self) -> dict[str, str]:
        """Chart id → SVG, in reading order."""
        found = (one for part in self.doc.sections for one in part.blocks if isinstance(one, Chart))
        return {one.id: sound(charts.svg(one, self.families), self.doc.language) for one in found}

    def make(self) -> None:
        """Makes everything now, so that several threads may read it."""
        _ = self.faces, self.drawings
