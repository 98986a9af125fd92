"""Parts as they were drawn last: a change touches some of a plan's parts, and the others need not be drawn again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from agent.export.view import Section


class Kept:
    """Drawn parts of the plans that were looked at last, found by all that they were made of."""

    def __init__(self, most: int) -> None:
        """`most` parts are remembered; those not asked for longest go first."""
        self._most = most
        self._held: OrderedDict[Hashable, tuple[Section, str]] = OrderedDict()
        self._lock = threading.Lock()

    def drawn(self, section: Section, beside: Hashable, draw: Callable[[], str]) -> str:
        """A part's HTML, drawn when it is not known yet; `beside` is what it is made of besides its section."""
        key = (section.id, beside)
        with self._lock:  # held while drawing: who wants the same part waits for it instead of drawing it too
            held = self._held.get(key)
            if held is None or held[0] != section:
                held = (section, draw())
            self._held[key] = held
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return held[1]
