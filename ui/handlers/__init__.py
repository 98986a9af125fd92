"""What the page's events do: ordinary functions from what was entered to what is shown, by name of the place on the page."""

from __future__ import annotations

from ui.handlers.batches import BatchPage, Lot
from ui.handlers.brief import BriefPage, Entered, samples
from ui.handlers.changing import Changing
from ui.handlers.room import House, View
from ui.handlers.shelf import Shelf


class Handlers(BriefPage, Changing, Shelf, BatchPage):
    """All events of a page in one language, in the workspace of whoever they come from."""


__all__ = ["Entered", "Handlers", "House", "Lot", "View", "samples"]
