"""The desk as a process of its own, and a browser before it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import WAIT, Server, Watched, chromium

from agent.settings import Settings
from tests.batch.conftest import maker, quick, sample  # noqa: F401 - fixtures
from ui.handlers import Handlers, House


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One desk for all tests, on a free port, in folders of its own."""
    home = tmp_path_factory.mktemp("desk")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CEHUA_", "OPENAI_", "GRADIO_"))}
    told = {f"CEHUA_{name.upper()}_DIR": str(home / name) for name in ("runs", "data", "cache")}
    command = [sys.executable, "-c", "from agent.cli import app; app()", "ui", "--port", "0"]
    log = home / "log"
    with log.open("wb") as file:  # not a pipe: nobody would empty it, and its workers hold it too
        process = subprocess.Popen(
            command,
            cwd=home,
            env={**kept, **told, "CEHUA_MODEL": "playbook", "CEHUA_PASSAGES": "0"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    while not (found := re.search(r"http://[\d.]+:\d+/", log.read_text(encoding="utf-8", errors="replace"))):
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        time.sleep(0.1)
    yield Server(found[0].rstrip("/"), home / "runs" / "desk" / "default")
    process.terminate()
    assert process.wait(WAIT / 1000) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium, nothing downloaded.

    Closed with its module: the driver's event loop runs in this thread as long as it is open, and no other test could start one.
    """
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


Open = Callable[..., Any]


@pytest.fixture
def does(tmp_path: Path) -> Handlers:
    """What the desk does, without a server: in folders of its own, with the playbook, searching nothing."""
    settings = Settings(
        _env_file=None,
        model="playbook",
        data_dir=tmp_path / "data",
        cache_dir=tmp_path / "cache",
        openai_api_key=None,
        passages=0,
    )
    return Handlers(House(tmp_path / "runs", settings), "en")


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def desk(server: Server, browser: Any, watched: Watched) -> Iterator[Open]:
    """Opens a page of the desk in a fresh profile; afterwards nothing may have gone wrong in it or left the machine."""
    contexts = []

    def open_(language: str = "en", width: int = 1440, scheme: str = "light") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB", reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("console", lambda one: watched.hear(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one: watched.hear(str(one)))
        page.on(
            "request",
            lambda one: (
                watched.outside.append(one.url) if not one.url.startswith((server.address, "data:", "blob:")) else None
            ),
        )
        page.goto(f"{server.address}/{language}/")
        page.wait_for_selector("#understood .brief-form")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert watched.outside == []
    assert watched.errors == []
