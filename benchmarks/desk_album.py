"""The pictures of one page of the desk, and what no picture shows: a view that needs sideways scrolling, an error on the console."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

OPEN = """(number) => {
  const tabs = [...document.querySelectorAll("#tabs button[role=tab]")];
  if (number < tabs.length) { tabs[number].click(); return; }
  document.querySelector("#tabs .overflow-menu > button").click();
  setTimeout(() => document.querySelectorAll("#tabs .overflow-dropdown button")[number - tabs.length].click(), 100);
}"""
"""Opens a tab by its number; a phone keeps the last ones behind a button."""


class Album:
    """The pictures of one page, and what went wrong in it."""

    def __init__(self, page: Any, out: Path, spec: str) -> None:
        """`spec` is language:width:appearance."""
        self.page, self._out, self._spec = page, out, spec
        self.language, width, self._scheme = spec.split(":")
        self.width = int(width)
        self._taken = 0
        page.on("console", lambda one: self._wrong(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one: self._wrong(str(one)))

    @property
    def script(self) -> str:
        """ "en" or "zh": in which of the two the page's texts are written."""
        return "en" if self.language == "en" else "zh"

    def _wrong(self, text: str) -> None:
        sys.stdout.write(f"{self._spec}: {text[:300]}\n")

    def take(self, name: str, *, whole: bool = False) -> None:
        """A picture of what is on the screen, or of the whole page."""
        self.page.wait_for_timeout(300)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > self.width:
            self._wrong(f"{name} is {wide} wide")
        self._taken += 1
        name = f"{self.language}-{self.width}-{self._scheme}-{self._taken:02d}-{name}.png"
        self.page.screenshot(path=str(self._out / name), full_page=whole)

    def tab(self, number: int) -> None:
        """Opens a tab, even one that a phone has put away."""
        self.page.evaluate(OPEN, number)
        self.page.wait_for_timeout(900)

    def press(self, query: str) -> None:
        """Presses what may be out of sight."""
        self.page.evaluate("(query) => document.querySelector(query).click()", query)

    def show(self, query: str) -> None:
        """Brings a place into sight."""
        self.page.locator(query).first.scroll_into_view_if_needed()

    def refused(self, name: str, button: str, told: str) -> None:
        """A place that is empty, and what it says when it is handed in like that."""
        self.take(f"{name}empty", whole=True)
        self.page.click(button)
        self.page.wait_for_selector(f"{told} .notice.error")
        self.take(f"{name}refused")
