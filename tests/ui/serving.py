"""What the desk's tests share: the browser's path, the server's address, what a page did."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ui.handlers import samples

LEFT = re.compile(r"AbortError: signal is aborted|Unexpected error Connection errored out")
"""What the browser says of a stream whose page was left in the middle."""
LOST = re.compile(r"ERR_INTERNET_DISCONNECTED|Failed to fetch|Connection errored out|network error", re.I)
"""What it says while there is no connection."""
WAIT = 120_000
"""Milliseconds that the browser waits on a busy machine before a test gives up."""


def chromium() -> str:
    """The browser's path. Without it the test is skipped, and fails in CI, where everything is installed."""
    if path := shutil.which("chromium"):
        return path
    if os.environ.get("CI") == "true":
        pytest.fail("chromium is not installed")
    pytest.skip("chromium is not installed")


@dataclass(frozen=True)
class Server:
    """A desk that runs."""

    address: str
    runs: Path


@dataclass
class Watched:
    """What a page did besides showing something."""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    forgiven: re.Pattern[str] | None = None
    """What is no error just now."""

    def hear(self, text: str) -> None:
        """Takes in an error of the page's."""
        if not (self.forgiven and self.forgiven.search(text)):
            self.errors.append(text)

    def reload(self, page: Any) -> None:
        """Loads a page again: what the browser says of the streams that this cuts is no error."""
        self.forgiven = LEFT
        page.reload()
        self.forgiven = None

    @contextmanager
    def without_connection(self, page: Any) -> Iterator[None]:
        """The browser reaches no server; what it says of that is no error."""
        self.forgiven = LOST
        page.context.set_offline(True)
        yield
        page.context.set_offline(False)
        page.wait_for_event("requestfinished")
        self.forgiven = None


def written(page: Any, language: str = "en") -> None:
    """A sample brief, made into a plan."""
    page.fill("#brief-text textarea", next(iter(samples(language).values())))
    page.click("#begin")
    page.wait_for_selector(".plan-page > article")
    page.wait_for_selector("#send:not([disabled])")


def say(page: Any, text: str) -> None:
    """An instruction in the chat."""
    page.fill("#say textarea", text)
    page.click("#send")
