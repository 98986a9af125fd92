"""The desk while a model writes: a stand-in endpoint on the loopback, in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from serving import Server, Watched

from benchmarks.remote import Remote
from ui.handlers import samples

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Remote]:
    """Answers slowly enough to be watched, and can be held."""
    with Remote("--ttft", "0.3", "--rate", "300") as remote:
        yield remote


def test_reload_lost_connection_stop_go_on_then_edit_lock_and_write_again(
    desk: Open, server: Server, endpoint: Remote, watched: Watched
) -> None:
    page = desk()
    before = {one.name for one in server.runs.glob("r*")}
    page.fill("#brief-text textarea", samples("en")["One sentence"])
    page.get_by_text("Who writes, in which language").first.click()
    page.get_by_label("A hosted model with your key", exact=False).first.check()
    page.fill("#brief-key input", "a-key-of-nobody")
    page.get_by_label("Model name at the endpoint").first.fill("bench")
    page.get_by_label("Address of the endpoint").first.fill(endpoint.url)
    page.click("#begin")
    page.wait_for_selector("#board .tile .live", state="attached")
    assert "a-key-of-nobody" not in page.content()
    with endpoint.held():  # however quick the machine is, the run is under way until it is stopped
        watched.reload(page)
        page.wait_for_selector("#head [data-do=stop]")
        with watched.without_connection(page):
            page.wait_for_event("requestfailed")
        page.click("#head [data-do=stop]")
        page.wait_for_selector("#head [data-do=go-on]")
    page.click("#head [data-do=go-on]")
    # Until the button has gone, all looks as it did when it was stopped.
    page.wait_for_selector("#head [data-do=go-on]", state="detached")
    page.wait_for_selector("#send:not([disabled])")
    (run,) = {one.name for one in server.runs.glob("r*")} - before
    plan = json.loads((server.runs / run / "plan.json").read_text(encoding="utf-8"))
    assert sum(one["model_share"] > 0 for one in plan["words"].values()) > 8
    assert page.locator("#board .t-model, #board .t-mixed").count() > 8

    page.click(".contents [data-open-part=strategy]")
    page.click("#part-strategy [data-mode=edit]")
    page.locator("#part-strategy .can[data-path='strategy.idea.line']").first.click()
    page.fill("#part-strategy .editor textarea", "Bread that is worth the walk.")
    page.click("#part-strategy .editor .main")
    page.wait_for_selector("#head .notice [data-do=rerun]")
    assert "calls" in page.text_content("#head .notice")
    page.click("#part-strategy .tools [data-do=lock]")
    page.wait_for_selector("#part-strategy .tools [data-do=unlock]")
    assert page.locator("#board .s-stale").count()
    waiting = page.text_content("#head .notice")
    page.click("#head [data-do=rerun]")
    page.wait_for_selector("#board .tile.t-writing")
    page.wait_for_selector("#send:not([disabled])")
    assert page.locator("#head .notice").count() == 0 or page.text_content("#head .notice") != waiting
    assert "Bread that is worth the walk." in page.text_content("#part-strategy .can.hand")
    page.wait_for_selector("section.difference")
