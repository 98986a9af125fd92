"""Case 93: sixty texts that would run a script, in briefs, documents, file names, talk and errors; nothing runs and nothing leaves this machine.

Every place gets all sixty: several at once in this short form, one by one with CEHUA_XSS_ALL=1.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from serving import WAIT, Server

from agent.data import read_yaml

Open = Callable[..., Any]
OUT = "outside.example"
"""A machine that nobody may be sent to."""
AT_ONCE = 1 if os.environ.get("CEHUA_XSS_ALL") else 20
"""Payloads in one entry."""
PAYLOADS: tuple[str, ...] = tuple(
    text.replace("CALL", f"alert({number})").replace("OUT", OUT)
    for number, text in enumerate(read_yaml(Path(__file__).parent / "xss.yaml")["payloads"])
)


@dataclass
class Ran:
    """What a page did that it must not do."""

    dialogs: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def watch(self, page: Any, own: tuple[str, ...]) -> None:
        """Listens to a page. `own`: how addresses begin that it may ask."""

        def shown(dialog: Any) -> None:
            self.dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", shown)
        page.on("request", lambda one: None if one.url.startswith(own) else self.outside.append(one.url))


def lots(payloads: Sequence[str] = PAYLOADS, most: int = AT_ONCE) -> Iterator[Sequence[str]]:
    for at in range(0, len(payloads), most):
        yield payloads[at : at + most]


@pytest.fixture
def ran() -> Ran:
    return Ran()


@pytest.fixture
def page(desk: Open, server: Server, ran: Ran) -> Iterator[Any]:
    """One page for everything; whatever it had to show, nothing of it ran."""
    opened = desk()
    ran.watch(opened, (server.address, "data:", "blob:"))
    yield opened
    opened.mouse.move(300, 300)
    opened.wait_for_timeout(500)
    assert ran.dialogs == []
    assert ran.outside == []


def test_there_are_sixty_and_they_run_where_words_are_taken_for_markup(browser: Any, ran: Ran) -> None:
    assert len(set(PAYLOADS)) == 60
    context = browser.new_context()
    bare = context.new_page()
    bare.set_default_timeout(WAIT)
    plain = "http://plain.example/"
    ran.watch(bare, ("about:", "data:", plain))
    for payload in PAYLOADS:
        bare.set_content(f"<!doctype html><p>{payload}</p>", wait_until="commit")
        bare.wait_for_timeout(60)
    picture = next(one for one in PAYLOADS if one.startswith(f"<img src=//{OUT}"))
    # An address without a scheme leads nowhere from about:blank.
    bare.route(plain, lambda route: route.fulfill(content_type="text/html", body=f"<!doctype html>{picture}"))
    with bare.expect_request(lambda one: OUT in one.url):
        bare.goto(plain, wait_until="commit")
    context.close()
    assert len({*ran.dialogs}) > 25
    assert any(OUT in one for one in ran.outside)


def test_in_a_brief_and_everything_that_is_made_of_it(
    page: Any, server: Server, browser: Any, ran: Ran, tmp_path: Path
) -> None:
    before = {one.name for one in server.runs.glob("r*")} if server.runs.exists() else set()
    third = len(PAYLOADS) // 3
    brief = {
        "brand": PAYLOADS[14],
        "about": " ".join(PAYLOADS[:third]),
        "products": list(PAYLOADS[third : 2 * third]),
        "must": list(PAYLOADS[2 * third :]),
        "platforms": ["instagram"],
        "budget": "£600",
    }
    page.fill("#brief-text textarea", json.dumps(brief))
    page.click("#read")
    page.wait_for_selector("#understood .span cite, #understood .span")
    page.click("#begin")
    page.wait_for_selector(".plan-page > article")
    page.wait_for_selector("#send:not([disabled])")
    for part in page.locator(".contents [data-open-part]").all():
        part.dispatch_event("click")
    shown = page.text_content("#reader")
    assert sum(payload.strip()[:12] in shown for payload in PAYLOADS) > 20
    page.get_by_role("tab", name="Library").click()
    page.wait_for_selector("#library .run")
    (run,) = {one.name for one in server.runs.glob("r*")} - before

    exported = tmp_path / "plan.html"
    exported.write_bytes(page.request.get(f"{server.address}/desk/export/{run}/html").body())
    context = browser.new_context()
    alone = context.new_page()
    ran.watch(alone, ("file:", "data:", "blob:"))
    alone.goto(exported.as_uri())
    alone.wait_for_timeout(500)
    context.close()


def test_in_the_talk_about_a_plan(page: Any) -> None:
    page.fill("#brief-text textarea", "Osk is a bakery in Leeds. Instagram, March 2027, £600.")
    page.click("#begin")
    page.wait_for_selector("#send:not([disabled])")
    for number, lot in enumerate(lots(), 1):
        page.fill("#say textarea", f"Why {' '.join(lot)}"[:2000])
        page.click("#send")
        page.wait_for_function(f"document.querySelectorAll('#chat .mine').length === {number}")
    assert "alert(" in page.text_content("#chat")


def test_in_names_and_texts_of_documents(page: Any) -> None:
    page.get_by_role("tab", name="Documents").click()
    page.wait_for_selector("#documents .notice.empty")
    files = [
        {
            "name": f"{lot[0]}.md",
            "mimeType": "text/markdown",
            "buffer": "\n\n".join(["Saves doubled after we showed the oven.", *lot]).encode(),
        }
        for lot in lots()
    ]
    page.set_input_files("#own-files input[type=file]", files)
    page.wait_for_selector("#documents .run")
    page.wait_for_timeout(300)
    while page.locator("#documents [data-ask]").count():
        left = page.locator("#documents [data-ask]").count()
        page.locator("#documents [data-ask]").first.click()
        page.locator("#documents [data-do=forget]").first.click()
        page.wait_for_function(f"document.querySelectorAll('#documents [data-ask]').length < {left}")


def test_in_errors_and_the_name_of_a_brief(page: Any) -> None:
    for lot in lots():
        page.fill("#brief-text textarea", json.dumps({"brand": "Osk", "period": {"start": " ".join(lot)}}))
        page.click("#read")
        page.wait_for_selector("#told .notice.error")
        page.fill("#brief-text textarea", "Osk is a bakery in Leeds. Instagram, March 2027, £600.")
        page.click("#read")
        page.wait_for_selector("#told .notice.error", state="detached")
    page.fill("#brief-text textarea", "")
    for lot in lots():
        page.set_input_files(
            "#brief-file input[type=file]",
            {"name": f"{lot[0]}.txt", "mimeType": "text/plain", "buffer": " ".join(lot).encode()},
        )
        page.wait_for_selector("#brief-file .file-preview")
        page.click("#read")
        page.wait_for_timeout(400)
        page.locator("#brief-file button[aria-label]").last.click()
        page.wait_for_selector("#brief-file .file-preview", state="detached")
