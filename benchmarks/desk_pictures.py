"""Pictures of every view of the desk, to be looked at: a page for each language, width and appearance.

    python -m benchmarks.desk_pictures OUT --pages en:1440:light,zh-TW:390:dark --views batch,plan

starts a desk of its own without a model, goes through it as a marketer does, and prints what no picture shows: a view that needs
sideways scrolling, an error on the console. Needs Debian's Chromium.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.desk import served
from ui.handlers import samples

PAGES = "en:1440:light,zh-CN:1440:dark,zh-TW:390:light,en:390:dark"
WAIT = 600_000
"""Milliseconds that the browser waits on a busy machine."""
SAID = {"en": ("Total budget is now £900", "blorp the frobnicator"), "zh": ("总预算改成25万", "啊哦呃")}
"""An instruction that is understood, and one that is not."""
ROWS: dict[str, list[Any]] = {
    "en": [
        {"brand": "Harbour Lane", "about": "A bakery in Leeds", "platforms": "Instagram", "budget": "£600"},
        {"brand": "Northside Yoga", "about": "A yoga studio in York", "platforms": "Instagram, TikTok", "budget": "£900"},
        '{"brand": "Broken',
        {"brand": "Osk", "about": "Software for accountants", "platforms": "LinkedIn", "budget": "$9,000"},
        {"brand": "Harbour Lane", "about": "A bakery in Leeds", "platforms": "Instagram", "budget": "£600"},
        {"brand": "Late", "budget": "£500", "start": "2027-13-45"},
    ],
    "zh": [
        {"品牌": "岫里茶", "简介": "杭州的瓶装冷泡茶", "平台": "小红书", "预算": "10万元"},
        {"品牌": "松间瑜伽", "简介": "社区瑜伽馆", "平台": "小红书、抖音", "预算": "3万元"},
        '{"品牌": "坏',
        {"品牌": "算盘云", "简介": "给会计用的软件", "平台": "公众号", "预算": "5万元"},
        {"品牌": "岫里茶", "简介": "杭州的瓶装冷泡茶", "平台": "小红书", "预算": "10万元"},
        {"品牌": "晚了", "预算": "5000元", "开始": "2027-13-45"},
    ],
}  # fmt: skip
"""A batch with rows that cannot be read, cannot be planned, and repeat each other."""


class Album:
    """The pictures of one page, and what went wrong in it."""

    def __init__(self, page: Any, out: Path, spec: str) -> None:
        self.page, self._out, self._spec = page, out, spec
        self.language, width, self._scheme = spec.split(":")
        self.width = int(width)
        self.said = SAID["en" if self.language == "en" else "zh"]
        self._taken = 0
        page.on("console", lambda one: self._wrong(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one: self._wrong(str(one)))

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
        self.page.evaluate(f"document.querySelectorAll('#tabs button[role=tab]')[{number}].click()")
        self.page.wait_for_timeout(900)

    def press(self, query: str) -> None:
        """Presses what may be out of sight."""
        self.page.evaluate("(query) => document.querySelector(query).click()", query)

    def refused(self, name: str, button: str, told: str) -> None:
        """A place that is empty, and what it says when it is handed in like that."""
        self.take(f"{name}empty", whole=True)
        self.page.click(button)
        self.page.wait_for_selector(f"{told} .notice.error")
        self.take(f"{name}refused")


def brief(album: Album) -> None:
    """The intake: empty, refused, with questions, understood, with its choices."""
    page = album.page
    album.tab(0)
    album.refused("", "#begin", "#told")
    for name, text in (("questions", list(samples(album.language).values())[-1]), ("understood", first(album))):
        page.fill("#brief-text textarea", text)
        page.click("#read")
        page.wait_for_timeout(2500)
        album.take(name, whole=True)
    album.press("#talk-box button")
    album.press(".intake .label-wrap:not(#talk-box .label-wrap)")
    album.take("choices", whole=True)


def plan(album: Album) -> None:
    """A plan: being made, each part, findings, editing, proposal, versions, exports."""
    page = album.page
    album.tab(0)
    page.fill("#brief-text textarea", first(album))
    page.click("#begin")
    page.wait_for_selector("#board .tile, .plan-page")
    album.take("begun")
    page.wait_for_selector("#send:not([disabled])")
    album.take("done")
    album.press(".menu summary")
    album.take("export")
    album.press(".menu summary")
    for part in page.evaluate(
        "[...document.querySelectorAll('.contents [data-open-part]')].map((one) => one.dataset.openPart)"
    ):
        album.press(f".contents [data-open-part={part}]")
        album.take(part)
    album.press(".contents [data-open-part=positioning]")
    page.evaluate("document.querySelectorAll('.findings').forEach((one) => { one.open = true; })")
    album.take("findings")
    album.press("#part-positioning [data-mode=edit]")
    album.press("#part-positioning .can")
    album.take("edit")
    page.keyboard.press("Escape")
    for instruction, shown in zip(album.said, (".theirs .preview", ".theirs:nth-of-type(2)"), strict=True):
        page.fill("#say textarea", instruction)
        page.click("#send")
        page.wait_for_selector(shown)
        page.locator("#chat").scroll_into_view_if_needed()
        album.take("chat")
        if page.locator(".theirs [data-do=apply]").count():
            album.press(".theirs [data-do=apply]")
            page.wait_for_selector("section.difference details")
            page.evaluate("document.querySelector('section.difference details').open = true")
            page.locator("#versions-box").scroll_into_view_if_needed()
            album.take("versions")


def batch(album: Album) -> None:
    """A batch: empty, refused, ready, at work, done."""
    page = album.page
    album.tab(2)
    album.refused("batch-", "#hand-in", "#batch-told")
    rows = ROWS["en" if album.language == "en" else "zh"]
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "spring.jsonl"
        table.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in rows), encoding="utf-8")
        page.set_input_files("#batch-files input[type=file]", str(table))
        page.wait_for_selector("#batch-files .file-preview")
    page.fill("#batch-house textarea", "tone: warm, plain" if album.language == "en" else "语气: 清爽、实在")
    page.click("#hand-in")
    page.wait_for_selector("#batch section.batch")
    album.take("batch-ready", whole=True)
    page.click("#batch [data-do=start]")
    page.wait_for_selector("#batch progress")
    page.wait_for_selector("#batch .latest", timeout=WAIT)
    album.take("batch-live", whole=True)
    page.wait_for_selector("#batch .rows")
    album.take("batch-done", whole=True)
    album.press("#batch .menu summary")
    album.take("batch-download")
    album.press("#batch .menu summary")


def shelf(album: Album) -> None:
    """What a workspace keeps."""
    for number, name in ((1, "no-plan"), (3, "library"), (4, "documents"), (5, "settings")):
        album.tab(number)
        album.take(name, whole=name != "no-plan")


VIEWS: dict[str, Callable[[Album], None]] = {"brief": brief, "plan": plan, "batch": batch, "shelf": shelf}


def first(album: Album) -> str:
    """The first sample brief of the page's language."""
    return next(iter(samples(album.language).values()))


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", default=PAGES, help="language:width:appearance, separated by commas")
    parser.add_argument("--views", default=",".join(VIEWS))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with served() as (address, _), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for spec in options.pages.split(","):
            language, width, scheme = spec.split(":")
            context = browser.new_context(
                viewport={"width": int(width), "height": 900}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.set_default_timeout(WAIT)
            album = Album(page, options.out, spec)
            page.goto(f"{address}/{language}/")
            page.wait_for_selector("#understood .brief-form")
            for view in options.views.split(","):
                VIEWS[view](album)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
