"""The desk's views, gone through as a marketer does, one function a part of the desk."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.desk_album import Album
from benchmarks.remote import Remote
from ui.handlers import samples

WAIT = 600_000
"""Milliseconds that the browser waits on a busy machine."""
SAID = {"en": ("Total budget is now £900", "blorp the frobnicator"), "zh": ("总预算改成25万", "啊哦呃")}
"""An instruction that is understood, and one that is not."""
LATER = {"en": "Start two weeks later", "zh": "整体推迟两周"}
"""An instruction that fits every plan."""
TOLD = {"en": ("Spring plan for Harbour Lane, a bakery in Leeds.", "£900"), "zh": ("给岫里茶做一份春季方案，杭州的冷泡茶。", "20万")}  # fmt: skip
"""A brief told in talk: the first sentence and an answer."""
HAND = {"en": "Bread that is worth the walk.", "zh": "只有茶和水。"}
"""Words by hand."""
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
NOTES = {"en": "Instagram saves doubled after we showed the oven.", "zh": "小红书收藏在我们拍了茶园之后翻了一倍。"}
"""A document of the workspace's own."""


def first(album: Album) -> str:
    """The first sample brief of the page's language."""
    return next(iter(samples(album.language).values()))


def brief(album: Album) -> None:
    """The intake: empty, refused, with questions, understood, with its choices, told in talk."""
    page = album.page
    album.tab(0)
    album.refused("", "#begin", "#told")
    for name, text in (("questions", list(samples(album.language).values())[-1]), ("understood", first(album))):
        page.fill("#brief-text textarea", text)
        page.click("#read")
        page.wait_for_timeout(2500)
        album.take(name, whole=True)
    page.fill("#brief-text textarea", "")
    album.press("#talk-box button")
    for turn, said in enumerate(TOLD[album.script], start=1):
        page.fill("#tell textarea", said)
        page.press("#tell textarea", "Enter")
        page.wait_for_function(f"document.querySelectorAll('#interview .mine').length === {turn}")
    album.press(".intake .label-wrap:not(#talk-box .label-wrap)")
    album.take("choices", whole=True)
    album.press("#talk-box button")
    _uploads(album)
    page.reload()
    page.wait_for_selector("#understood .brief-form")


def _uploads(album: Album) -> None:
    """A file that cannot be read, and one that is too large."""
    page = album.page
    page.fill("#brief-text textarea", "")
    with tempfile.TemporaryDirectory() as folder:
        broken, large = Path(folder) / "brief.docx", Path(folder) / "large.txt"
        broken.write_bytes(b"PK\x03\x04 not a document")
        large.write_bytes(b"a" * (31 * 1024 * 1024))
        page.set_input_files("#brief-file input[type=file]", str(broken))
        page.wait_for_selector("#brief-file .file-preview")
        page.click("#begin")
        page.wait_for_selector("#told .notice.error")
        album.show("#told")
        album.take("broken-file")
        page.locator("#brief-file button[aria-label]").last.click()
        page.wait_for_selector("#brief-file input[type=file]", state="attached")
        page.set_input_files("#brief-file input[type=file]", str(large))
        page.wait_for_timeout(2500)
        album.take("large-file")


def plan(album: Album) -> None:
    """A plan: being made, each part, findings, a citation, editing, proposal, versions compared, exports."""
    page = album.page
    album.tab(0)
    page.fill("#brief-text textarea", first(album))
    page.click("#begin")
    page.wait_for_selector("#board .tile, .plan-page")
    album.take("begun")
    page.wait_for_selector("#send:not([disabled])")
    album.take("done")
    album.press("#board-box button")
    album.take("board")
    album.press("#board-box button")
    album.press(".menu summary")
    album.take("export")
    album.press(".menu summary")
    for part in page.evaluate(
        "[...document.querySelectorAll('.contents [data-open-part]')].map((one) => one.dataset.openPart)"
    ):
        album.press(f".contents [data-open-part={part}]")
        album.take(part, whole=part in ("calendar", "budget", "kpis"))
    album.press(".contents [data-open-part=kpis]")
    page.locator("#part-kpis .cite").first.hover()
    album.take("citation")
    album.press(".contents [data-open-part=positioning]")
    page.evaluate("document.querySelectorAll('.findings').forEach((one) => { one.open = true; })")
    album.take("findings")
    album.press("#part-positioning [data-mode=edit]")
    album.press("#part-positioning .can")
    album.take("edit")
    page.keyboard.press("Escape")
    _changed(album)


def _changed(album: Album) -> None:
    """An instruction proposed, applied, compared; one that is not understood."""
    page = album.page
    for instruction, shown in zip(SAID[album.script], (".theirs .preview", ".theirs:nth-of-type(2)"), strict=True):
        page.fill("#say textarea", instruction)
        page.click("#send")
        page.wait_for_selector(f"#chat {shown}")
        album.show("#chat")
        album.take("chat")
        if page.locator("#chat [data-do=apply]").count():
            album.press("#chat [data-do=apply]")
            page.wait_for_selector("section.difference details")
            page.evaluate("document.querySelector('section.difference details').open = true")
            album.show("#versions-box")
            album.take("versions", whole=True)


def model(album: Album) -> None:
    """A model writes: the estimate, the board in the middle, stopped, done; words by hand and what they make out of date."""
    page = album.page
    with Remote("--ttft", "0.3", "--rate", "300") as remote:
        album.tab(0)
        page.fill("#brief-text textarea", list(samples(album.language).values())[-1])
        page.evaluate("document.querySelectorAll('.intake .label-wrap')[1].click()")
        page.locator("input[type=radio][value=openai]:visible").check()
        page.fill("#brief-key input", "a-key-of-nobody")
        texts = page.locator(".intake input[type=text]:visible, .intake textarea:visible")
        for at in range(texts.count()):
            if texts.nth(at).input_value() == "gpt-5-mini":
                texts.nth(at).fill("bench")
            if (texts.nth(at).get_attribute("placeholder") or "").endswith("/v1"):
                texts.nth(at).fill(remote.url)
        album.press("#estimate-button")
        page.wait_for_selector("#estimate .notice")
        album.take("estimate", whole=True)
        page.click("#begin")
        page.wait_for_selector("#board .tile .live", state="attached")
        album.take("writing", whole=album.width < 500)
        page.click("#head [data-do=stop]")
        page.wait_for_selector("#head [data-do=go-on]")
        album.take("stopped")
        page.click("#head [data-do=go-on]")
        page.wait_for_selector("#head [data-do=go-on]", state="detached")
        page.wait_for_selector("#send:not([disabled])")
        page.evaluate("scrollTo(0, 0)")
        album.take("written")
        _by_hand(album)


def _by_hand(album: Album) -> None:
    """Words by hand, the parts that wait, an instruction that could be written at once."""
    page = album.page
    album.press(".contents [data-open-part=strategy]")
    album.press("#part-strategy [data-mode=edit]")
    album.press("#part-strategy .can[data-path='strategy.idea.line']")
    page.fill("#part-strategy .editor textarea", HAND[album.script])
    album.press("#part-strategy .editor .main")
    page.wait_for_selector("#head .notice [data-do=rerun]")
    page.evaluate("scrollTo(0, 0)")
    album.take("stale")
    page.fill("#say textarea", LATER[album.script])
    page.click("#send")
    page.wait_for_selector("#chat .theirs .preview")
    album.show("#chat")
    album.take("chat-with-a-model")


def batch(album: Album) -> None:
    """A batch: empty, refused, ready, at work, done."""
    page = album.page
    album.tab(2)
    album.refused("batch-", "#hand-in", "#batch-told")
    rows = ROWS[album.script]
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
    """What a workspace keeps: empty or full, before something is deleted, with a document."""
    page = album.page
    for number, name in ((1, "no-plan"), (3, "library"), (4, "documents"), (5, "settings")):
        album.tab(number)
        album.take(name, whole=name != "no-plan")
    album.tab(4)
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes.md"
        notes.write_text(NOTES[album.script], encoding="utf-8")
        page.set_input_files("#own-files input[type=file]", str(notes))
        page.wait_for_selector("#documents .run")
    album.press("#documents [data-ask]")
    album.take("document", whole=True)
    album.press("#documents [data-do=forget]")
    album.tab(3)
    if page.locator("#library [data-ask^=delete]").count():
        album.press("#library [data-ask^=delete]")
        album.take("library-delete")


VIEWS: dict[str, Callable[[Album], None]] = {
    "brief": brief, "plan": plan, "model": model, "batch": batch, "shelf": shelf,
}  # fmt: skip
