"""The web page as a reader uses it in Chromium: search, light and dark, charts that answer, a telephone's width."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from plan_filler import filled
from rendering import need

from agent.export.html import to_html
from agent.locale import t
from agent.plan.model import MarketingPlan

Open = Callable[..., Any]
WAIT = 240_000
"""Milliseconds that the browser waits on a busy machine before a test gives up."""
SCREEN = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 800, "height": 1100}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium. Closed with its module, whose thread the driver's event loop keeps as long as it is open."""
    path = need("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Open]:
    """Opens a file in a fresh profile; afterwards nothing may have gone wrong in it or been asked for."""
    contexts, wrong, asked = [], [], []

    def open_(path: Path, size: dict[str, int] = SCREEN, scheme: str = "light") -> Any:
        context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one: wrong.append(str(one)))
        page.on("dialog", lambda one: (wrong.append(one.message), one.dismiss()))
        page.on("request", lambda one: None if one.url.startswith(("file:", "data:")) else asked.append(one.url))
        page.goto(path.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []
    assert asked == []


def places(page: Path) -> list[str]:
    """What can be found: every smallest block of the text, in small letters."""
    blocks = lxml.html.parse(str(page)).xpath(
        "//main//*[self::p or self::li or self::tr or self::dd or self::h2 or self::h3 or self::h4 or self::h5 or self::aside]"
        "[not(.//p or .//li or .//tr or .//dd)]"
    )
    return [one.text_content().lower() for one in blocks]


def test_the_search_box_finds_marks_and_leads_there(tea: MarketingPlan, tea_html: Path, opened: Open) -> None:
    page = opened(tea_html)
    entry = next(one for one in tea.calendar.entries if one.pillar)
    words = [next(one.name for one in tea.themes.pillars if one.id == entry.pillar), entry.id]
    wanted = sum(all(word.lower() in place for word in words) for place in places(tea_html))
    assert wanted
    page.fill("#search", " ".join(words))
    page.wait_for_selector("#hits li")
    assert page.text_content("#found") == t("zh-CN", "page.search_count", n=wanted)
    assert page.locator("#hits li").count() == wanted
    assert {one.lower() for one in page.locator("mark").all_text_contents()} == {word.lower() for word in words}
    page.locator("#hits a").last.click()
    assert page.evaluate("[...document.querySelectorAll('mark')].some(one => { const at = one.getBoundingClientRect(); return at.top > 0 && at.bottom < innerHeight })")  # fmt: skip
    page.fill("#search", "無此字詞 zzz")
    page.locator("#found", has_text=t("zh-CN", "page.search_none")).wait_for()
    assert page.locator("#hits li, mark").count() == 0
    page.fill("#search", "")
    page.wait_for_selector("#found:empty", state="attached")


def light(colour: str) -> float:
    """Relative luminance of a computed colour (WCAG 2), from 0 to 1."""
    parts = [int(one) / 255 for one in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ground(page: Any) -> float:
    """How light the page is; what stands on it has to keep a contrast of 4.5 to it."""
    inks = ("body", ".tag", "main h4", "main th", ".contents .l2 a", ".notes", ".pairs dt", "main a")
    tones = page.evaluate("inks => inks.map(one => getComputedStyle(document.querySelector(one)).color)", list(inks))
    paper = light(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    for name, tone in zip(inks, tones, strict=True):
        low, high = sorted((paper, light(tone)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (name, tone)
    return paper


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_button_turns_the_page_light_or_dark_and_back(tea_html: Path, opened: Open, scheme: str) -> None:
    page = opened(tea_html, scheme=scheme)
    first = ground(page)
    page.click("#theme")
    second = ground(page)
    page.click("#theme")
    assert (first > 0.8, second > 0.8) == (scheme == "light", scheme == "dark")
    assert ground(page) == first


def test_charts_say_what_is_pointed_at_and_let_a_series_stand_alone(tea_html: Path, opened: Open) -> None:
    page = opened(tea_html)
    assert page.locator(".chart svg").count() == 9
    assert page.locator(".chart svg title").count() == 0
    for at in range(9):
        place = page.locator(".chart svg").nth(at).locator("[data-tip]").first
        place.dispatch_event("pointermove")
        said = page.text_content("#tip")
        assert said
        assert said == place.get_attribute("data-tip")
        assert page.is_visible("#tip")
    chart = page.locator(".chart svg:has([data-series])").first
    names = chart.locator("[data-series]").evaluate_all("all => all.map(one => one.dataset.series)")
    chart.locator("[data-series]").first.dispatch_event("click")
    on = chart.locator("[data-series].on").evaluate_all("all => all.map(one => one.dataset.series)")
    assert "focus" in str(chart.get_attribute("class"))
    assert on == [one for one in names if one == names[0]]
    chart.locator("[data-series].on").first.dispatch_event("click")
    assert "focus" not in str(chart.get_attribute("class"))


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["telephone", "tablet"])
def test_on_a_small_screen_only_tables_and_charts_scroll_sideways(
    tea_html: Path, opened: Open, size: dict[str, int]
) -> None:
    page = opened(tea_html, size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    out = page.evaluate(
        "width => [...document.querySelectorAll('main *, header *, nav *')].filter(one => !one.closest('.table, .chart'))"
        ".filter(one => one.getBoundingClientRect().right > width + 1).map(one => one.outerHTML.slice(0, 80))",
        size["width"],
    )
    assert out == []


REMOTE = (
    "<script>alert(1)</script><img src='http://e.example/a.png' onerror=alert(2)> ![x](http://e.example/b.png) "
    "![y][r]\n[r]: http://e.example/c.png\n<svg onload=alert(3)> <style>@import 'http://e.example/d.css'</style> javascript:alert(4)"
)


def test_23_hostile_words_ask_for_nothing_and_run_nothing(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    path.write_text(to_html(filled(lambda at: REMOTE)), encoding="utf-8")
    page = opened(path)
    assert page.locator("main img, main script, main style, main svg [onload]").count() == 0
    assert "http://e.example/a.png" in page.text_content("main")
