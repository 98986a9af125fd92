"""Opens exported files with other programs: LibreOffice, Chromium, poppler; measures what stands on the pages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

SQUEEZED = "，。、：；！？“”‘’（）《》「」『』〔〕…"
"""Signs that good setting pushes half into their neighbour."""
SECONDS = 240
"""How long a program may take on a busy machine before the test gives up."""


def need(tool: str) -> str:
    """The program's path. Without it the test is skipped, and fails in CI, where everything is installed."""
    if path := shutil.which(tool):
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"{tool} is not installed")
    pytest.skip(f"{tool} is not installed")


def run(*command: str) -> str:
    """Standard output of a program that has to succeed."""
    return subprocess.run(command, check=True, capture_output=True, timeout=SECONDS).stdout.decode("utf-8", "replace")


def chrome_pdf(path: Path) -> tuple[Path, list[str]]:
    """A page as Chromium prints it, and the addresses that it asked for."""
    tool = need("chromium")
    out, log = path.with_suffix(".chrome.pdf"), path.with_suffix(".netlog.json")
    run(
        tool, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={path.parent / 'chrome'}", "--disable-background-networking",
        "--disable-component-update", "--no-first-run", f"--log-net-log={log}", "--net-log-capture-mode=Everything",
        "--no-pdf-header-footer", f"--print-to-pdf={out}", path.as_uri(),
    )  # fmt: skip
    return out, _asked(log)


def _asked(log: Path) -> list[str]:
    """Addresses of all requests that pages made; the browser's own services are not the page's doing."""
    text = log.read_text(encoding="utf-8", errors="replace").rstrip().rstrip(",")
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        data = json.loads(text + "]}")
    kinds = {number: name for name, number in data["constants"]["logEventTypes"].items()}
    found = []
    for event in data["events"]:
        if kinds.get(event["type"]) in ("URL_REQUEST_START_JOB", "CORS_REQUEST") and "params" in event:
            found.append(str(event["params"].get("url", "")))
    return [one for one in found if one and not re.search(r"//[\w.-]*(google|gstatic|gvt1)[\w.-]*/", one)]


def words_of(pdf: Path) -> str:
    """All text of a PDF, without spaces and line ends."""
    return re.sub(r"\s+", "", run(need("pdftotext"), str(pdf), "-"))


@dataclass(frozen=True)
class Word:
    """A word on a page, in points from the top left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def words_on(pdf: Path) -> tuple[list[tuple[float, float]], list[Word]]:
    """Sizes of the pages, and every word with its place."""
    pages: list[tuple[float, float]] = []
    words: list[Word] = []
    box = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
    for line in run(need("pdftotext"), "-bbox", str(pdf), "-").splitlines():
        if size := re.search(r'<page width="(.+?)" height="(.+?)"', line):
            pages.append((float(size[1]), float(size[2])))
        elif found := box.search(line):
            left, top, right, bottom = (float(found[at]) for at in range(1, 5))
            words.append(Word(len(pages) - 1, left, top, right, bottom, unescape(found[5])))
    return pages, words


def thin(pdf: Path, least: float, margin: float = 52) -> list[tuple[int, float]]:
    """Pages without a picture whose words end above `least` of their height between the running heads: page from 1, share.

    The first and the last do not count.
    """
    pages, words = words_on(pdf)
    drawn = {at for at, page in enumerate(PdfReader(pdf).pages) if b" Do" in _operators(page)}
    found = []
    for page, (_, tall) in enumerate(pages[1:-1], 1):
        ends = [one.bottom for one in words if one.page == page and one.top > margin and one.bottom < tall - margin]
        share = (max(ends, default=margin) - margin) / (tall - 2 * margin)
        if share < least and page not in drawn:
            found.append((page + 1, round(share, 2)))
    return found


def _operators(page: Any) -> bytes:
    """What draws a page."""
    contents = page.get_contents()
    return bytes(contents.get_data()) if contents is not None else b""


def outside(pdf: Path, margin: float) -> list[Word]:
    """Words that stand nearer than `margin` points to a page's left or right edge, or off the page."""
    pages, words = words_on(pdf)
    return [
        one
        for one in words
        if one.left < margin
        or one.right > pages[one.page][0] - margin
        or one.top < 0
        or one.bottom > pages[one.page][1]
    ]


def overlapping(pdf: Path, share: float = 0.25) -> list[tuple[Word, Word]]:
    """Pairs of words on one line of which one covers the other: text that ran out of its column."""
    _, words = words_on(pdf)
    lines: dict[tuple[int, int], list[Word]] = {}
    for one in words:
        lines.setdefault((one.page, round((one.top + one.bottom) / 6)), []).append(one)
    found = []
    for line in lines.values():
        line.sort(key=lambda one: one.left)
        for one, other in pairwise(line):
            common = min(one.right, other.right) - other.left
            level = min(one.bottom, other.bottom) - max(one.top, other.top)
            if one.text[-1] in SQUEEZED or other.text[0] in SQUEEZED:
                common -= 0.6 * (one.bottom - one.top)
            small = min(one.right - one.left, other.right - other.left)
            if (
                common > share * small
                and common > 2
                and level > 0.5 * min(one.bottom - one.top, other.bottom - other.top)
            ):
                found.append((one, other))
    return found
