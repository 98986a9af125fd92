"""The desk for whoever reads it on a phone, in the dark, by keyboard or with a screen reader."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from serving import say, written

from ui.views.words import Words

Open = Callable[..., Any]
WIDE = "document.documentElement.scrollWidth"


@pytest.mark.parametrize(("language", "scheme"), [("zh-CN", "light"), ("zh-TW", "light"), ("en", "dark")])
def test_a_phone_needs_no_sideways_scrolling(desk: Open, language: str, scheme: str) -> None:
    page = desk(language, 390, scheme)
    assert page.evaluate(WIDE) <= 390
    written(page, language)
    for part in ("summary", "calendar", "budget"):
        page.evaluate(f"document.querySelector('.contents [data-open-part={part}]').click()")
        assert page.evaluate(WIDE) <= 390, part
    for cite in page.locator("#part-budget .cite:visible").all()[:6]:
        cite.focus()
        box = page.locator("#tip").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.body.classList.contains('dark')") is (scheme == "dark")


AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


class Looked:
    """What axe-core finds in one view after the other."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.grave: list[str] = []
        page.evaluate(AXE)

    def at(self, view: str) -> None:
        """Looks at what is on the page now."""
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        self.grave += [
            f"{view}: {one['id']}: {one['nodes'][0]['html'][:160]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]


@pytest.mark.parametrize(("language", "scheme"), [("zh-CN", "light"), ("en", "dark")])
def test_axe_finds_nothing_serious_in_any_view(desk: Open, language: str, scheme: str) -> None:
    page = desk(language, scheme=scheme)
    looked = Looked(page)
    page.click("#begin")
    page.wait_for_selector("#told .notice.error")
    page.get_by_text(Words(language)("model.title")).first.click()
    looked.at("brief")
    written(page, language)
    for part in ("positioning", "calendar"):
        page.evaluate(f"document.querySelector('.contents [data-open-part={part}]').click()")
        page.evaluate(f"document.querySelectorAll('#part-{part} .findings').forEach((one) => {{ one.open = true; }})")
        looked.at(part)
    say(page, "总预算改成25万" if language == "zh-CN" else "Total budget is now £900")
    page.wait_for_selector(".theirs .preview")
    page.click(".contents [data-open-part=strategy]")
    page.click("#part-strategy [data-mode=edit]")
    page.locator("#part-strategy .can").first.click()
    looked.at("proposal and editor")
    page.keyboard.press("Escape")
    page.click(".theirs [data-do=apply]")
    page.wait_for_selector("section.difference details")
    looked.at("difference and versions")
    for at, place in ((2, "#batch .notice"), (3, "#library .run"), (4, "#documents .notice"), (5, "#settings h2")):
        page.locator("#tabs button[role=tab]").nth(at).click()
        page.wait_for_selector(place)
        looked.at(place)
    assert looked.grave == []


def test_the_keyboard_is_enough(desk: Open) -> None:
    page = desk()
    written(page)
    page.focus(".contents [data-open-part=strategy]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "h-strategy"
    page.focus("#part-strategy [data-mode=edit]")
    page.keyboard.press("Space")
    page.locator("#part-strategy .can").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.press("Escape")
    assert page.locator(".editor").count() == 0
