"""A workspace with nobody else's runs in it, and the actions over it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.settings import Settings
from tests.server.site import Site, make_site
from ui.actions import Actions
from ui.results import Asked
from ui.store import Store
from ui.work import Desk

BRIEF = "Harbour Lane is a bakery in Leeds. Instagram only, from 1 to 31 March 2027, £600, Mia has 6 hours a week. Goal: Instagram followers from 800 to 1500."
WAIT = 900.0
"""Seconds that a run may take on a busy machine before a test gives up."""


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("server")
    return Settings(
        _env_file=None, model="playbook", openai_api_key=None, runs_dir=home / "runs", data_dir=home / "data",
        cache_dir=home / "cache",
    )  # fmt: skip


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    opened = Desk()
    yield opened
    opened.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


Maker = Callable[[str], Actions]


@pytest.fixture(scope="session")
def workspace(settings: Settings, desk: Desk) -> Maker:
    return lambda name: Actions(Store(settings.runs_dir / "desk", name), desk, settings)


def done(actions: Actions, run: str) -> str:
    """Waits until a run is over; its state."""
    deadline = time.monotonic() + WAIT
    while (state := actions.state(run)) not in ("done", "failed", "stopped"):
        assert time.monotonic() < deadline, state
        time.sleep(0.05)
    return state


@pytest.fixture(scope="session")
def made(workspace: Maker) -> str:
    """A plan in the workspace `mine`."""
    actions = workspace("mine")
    run = actions.make(Asked(brief=BRIEF)).id
    assert done(actions, run) == "done"
    return run


@pytest.fixture(scope="session")
def home(settings: Settings) -> Path:
    return settings.runs_dir.parent


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Site]:
    """A server with anna and bert, up for the whole session."""
    folder = tmp_path_factory.mktemp("site")
    own = settings.model_copy(update={"runs_dir": folder / "runs", "data_dir": folder / "data"})
    opened = make_site(folder, own, workers=1)
    with opened.program("") as up:
        opened.portal = up.portal
        yield opened


@pytest.fixture(scope="session")
def made_by_anna(site: Site) -> str:
    """A plan of anna's, of a brief of its own: the same brief again is the same run, and another test deletes it."""
    anna = site.program("anna")
    run: str = anna.post("/api/v1/runs", json={"brief": BRIEF + " Hero: sourdough."}).json()["id"]
    anna.get(f"/api/v1/runs/{run}/events")
    return run
