"""Case 84, the short form of `make walls`: two workspaces with canaries try everything on each other."""

from __future__ import annotations

from typing import Any

from agent.settings import Settings
from benchmarks.walls import CALLS, Tally, canary, plant, settle, try_all
from tests.server.site import Site
from ui.actions import Actions
from ui.store import Store
from ui.tools import make_server
from ui.work import Desk


def test_nobody_reaches_anything_of_another_by_any_route(site: Site, settings: Settings) -> None:
    CALLS.clear()
    home = site.members.path.parent
    here = settings.model_copy(update={"runs_dir": home / "runs", "data_dir": home / "data"})
    people: list[Any] = [site.program("anna"), site.program("bert")]
    asked = [plant(one, number) for number, one in enumerate(people)]
    planted = [settle(one, number, *asked[number]) for number, one in enumerate(people)]
    desk = Desk()
    servers = [make_server(Actions(Store(here.runs_dir / "desk", name), desk, here)) for name in ("anna", "bert")]
    tally = try_all(people, planted, servers)
    assert tally.crossings == []
    assert tally.actions >= 2 * 20
    assert tally.own >= 2 * 8
    for one, (run, document) in zip(people, asked, strict=True):
        one.delete(f"/api/v1/runs/{run}")
        one.delete(f"/api/v1/documents/{document}")


def test_what_crosses_is_counted() -> None:
    tally = Tally()
    names = [canary(0), canary(1)]
    tally.heard("list runs", 200, f"only {names[0]}", names[0], names)
    tally.heard("http GET", 404, "There is no such run.", names[0], names)
    assert tally.crossings == []
    tally.heard("list runs", 200, f"{names[0]}, {names[1]}", names[0], names)
    tally.heard("http GET/plan", 200, "{}", names[0], names)
    assert len(tally.crossings) == 2
    assert len({canary(number) for number in range(100)}) == 100
