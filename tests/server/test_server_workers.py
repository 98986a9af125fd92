"""Worker processes: a plan is written in one, one that dies is replaced, all are gone when the server is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.api import Options
from agent.events import Event, IntakeDone, PlaybookDone
from agent.run.folder import load_plan
from agent.settings import Settings
from tests.server.asleep import Sleeps
from tests.server.conftest import BRIEF, WAIT, done
from ui.actions import Actions
from ui.gate import Limits
from ui.hands import End, Threads, Writing
from ui.results import Asked
from ui.store import Store
from ui.work import Desk
from ui.workers import TRIES, Workers


class Heard:
    """What was told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.end: End | None = None
        self._over = threading.Event()

    def over(self, end: End) -> None:
        assert self.end is None
        self.end = end
        self._over.set()

    def wait(self) -> End:
        assert self._over.wait(WAIT)
        assert self.end
        return self.end


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(scope="module")
def crew() -> Iterator[Workers]:
    opened = Workers(1)
    yield opened
    opened.close()
    assert opened.pids == []


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_a_plan_is_written_and_told(crew: Workers, settings: Settings, tmp_path: Path, kind: str) -> None:
    hands = crew if kind == "processes" else Threads()
    (tmp_path / "source").write_text(BRIEF, encoding="utf-8")
    heard = Heard()
    options = Options(model="playbook", out=tmp_path / "run", settled=settings)
    hands.begin("r1", Writing(tmp_path / "source", options), heard.events.append, heard.over)
    assert heard.wait() == End("done")
    assert [type(one) for one in heard.events][:2] == [IntakeDone, PlaybookDone]
    assert load_plan(tmp_path / "run").meta.brand == "Harbour Lane"


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_work_stops_when_it_is_told_and_says_what_went_wrong(crew: Workers, tmp_path: Path, kind: str) -> None:
    hands = crew if kind == "processes" else Threads()
    slow, wrong = Heard(), Heard()
    hands.begin("slow", Sleeps(tmp_path / "slow"), slow.events.append, slow.over)
    hands.begin("wrong", Sleeps(tmp_path / "wrong", fails=True), wrong.events.append, wrong.over)
    assert wrong.wait() == End("failed", "It cannot be read.", "Write it anew.")
    until(lambda: slow.events)
    hands.stop("slow")
    hands.stop("nobody")
    assert slow.wait() == End("stopped")
    if kind == "processes":
        assert int((tmp_path / "slow").read_text()) in crew.pids


def test_a_process_that_dies_is_replaced_and_one_that_always_dies_fails(crew: Workers, tmp_path: Path) -> None:
    heard, note = Heard(), tmp_path / "note"
    crew.begin("once", Sleeps(note), heard.events.append, heard.over)
    for times in range(1, TRIES + 1):
        until(lambda times=times: note.exists() and len(note.read_text().splitlines()) == times)
        os.kill(int(note.read_text().splitlines()[-1]), signal.SIGKILL)
    assert heard.wait().status == "failed"
    assert len(set(note.read_text().splitlines())) == TRIES
    after = Heard()
    crew.begin("after", Sleeps(tmp_path / "after", 0.0), after.events.append, after.over)
    assert after.wait() == End("done")


def test_a_process_comes_when_it_is_needed(tmp_path: Path) -> None:
    crew = Workers(2)
    crew.open()
    crew.open()
    until(lambda: crew.pids)
    heard = [Heard(), Heard()]
    for number, one in enumerate(heard):
        crew.begin(f"r{number}", Sleeps(tmp_path / f"note{number}"), one.events.append, one.over)
    until(lambda: all(one.events for one in heard))
    assert len(crew.pids) == 2
    assert len({(tmp_path / f"note{number}").read_text() for number in (0, 1)}) == 2
    crew.close()
    assert {one.wait().status for one in heard} == {"stopped"}
    assert crew.pids == []


def test_a_server_with_workers_makes_two_plans_and_ends_with_one_at_work(settings: Settings, tmp_path: Path) -> None:
    store, workers = Store(tmp_path / "desk"), Workers(1)
    desk = Desk(Limits(playbook=1), workers)
    actions = Actions(store, desk, settings)
    first, second = (actions.make(Asked(brief=BRIEF + more)).id for more in ("", " Hero: loaves."))
    assert done(actions, first) == "done"
    assert done(actions, second) == "done"
    third = actions.make(Asked(brief=BRIEF + " Hero: buns.")).id
    desk.close()
    assert workers.pids == []
    assert actions.state(third) in ("stopped", "done")
    assert store.get(third).card.stopped == ""


def test_workers_end_with_a_server_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from ui.workers import Workers; from tests.server.asleep import Sleeps\n"
        "crew = Workers(1); crew.begin('r1', Sleeps(Path(sys.argv[1])), lambda _: None, lambda _: None); time.sleep(9999)"
    )
    note = tmp_path / "note"
    server = subprocess.Popen([sys.executable, "-c", program, str(note)], cwd=Path(__file__).parents[2])
    until(lambda: note.exists() and note.read_text().endswith("\n"))
    server.kill()
    server.wait()
    worker = Path(f"/proc/{int(note.read_text())}")
    until(lambda: not worker.exists() or "State:\tZ" in (worker / "status").read_text())
