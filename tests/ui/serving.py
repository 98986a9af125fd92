"""What the desk's tests share: the browser's path, the server's address, what a page did."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

WAIT = 300_000
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
