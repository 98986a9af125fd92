"""The line before the work, and what a server that ended left unfinished."""

from __future__ import annotations

import ast
import json
import logging
from pathlib import Path

import pytest

from agent.data import read_yaml
from agent.run.folder import RunFolder
from agent.settings import Settings
from tests.server.conftest import BRIEF, done
from ui.actions import Actions
from ui.gate import Busy, Gate, Limits, Ticket
from ui.logs import REQUEST, Lines
from ui.results import Asked
from ui.store import Card, Store, workspaces
from ui.work import Desk

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_whoever_has_least_at_work_comes_first() -> None:
    gate, begun = Gate(Limits(playbook=2)), []

    def ticket(workspace: str, name: str) -> Ticket:
        made = Ticket(workspace, "playbook", lambda: begun.append(name))
        gate.join(made)
        return made

    first, second = ticket("a", "a1"), ticket("a", "a2")
    third, fourth = ticket("a", "a3"), ticket("b", "b1")
    assert begun == ["a1", "a2"]
    assert (gate.place(first), gate.place(third), gate.place(fourth)) == (0, 1, 2)
    assert not gate.leave(first)
    assert begun[2:] == ["b1"]
    assert gate.leave(third)
    assert not gate.leave(second)
    assert begun[3:] == []


def test_kinds_of_work_do_not_wait_for_each_other() -> None:
    gate, begun = Gate(Limits(local=1, playbook=1)), []
    for kind in ("local", "local", "playbook"):
        gate.join(Ticket("a", kind, lambda kind=kind: begun.append(kind)))  # type: ignore[misc]
    assert begun == ["local", "playbook"]


def test_a_full_line_is_a_polite_refusal() -> None:
    gate = Gate(Limits(playbook=0, waiting=3, of_one=2))
    for workspace in ("a", "a", "b"):
        gate.check(workspace)
        gate.join(Ticket(workspace, "playbook", lambda: None))
    with pytest.raises(Busy, match="Try again in 30 seconds"):
        gate.check("c")
    with pytest.raises(Busy):
        Gate(Limits(of_one=0)).check("a")


def test_a_new_server_goes_on_with_what_was_left(settings: Settings, tmp_path: Path) -> None:
    root = tmp_path / "desk"
    store = Store(root, "left")
    broken = store.new(BRIEF.encode(), Card(model="playbook"))
    stopped = store.new(BRIEF.encode(), Card(model="playbook"))
    store.keep(stopped, stopped="stopped")
    busy = store.new(BRIEF.encode(), Card(model="playbook"))
    assert workspaces(root) == ["left"]
    desk = Desk()
    with RunFolder(busy.path):  # another process writes it
        assert desk.take_up(store, settings) == [broken.id]
        assert desk.take_up(store, settings) == []
    actions = Actions(store, desk, settings)
    assert done(actions, broken.id) == "done"
    assert actions.state(stopped.id) == "stopped"
    assert actions.state(busy.id) == "interrupted"
    desk.close()


def test_a_server_that_ends_leaves_its_runs_to_the_next(settings: Settings, tmp_path: Path) -> None:
    store, desk = Store(tmp_path / "desk"), Desk(Limits(playbook=0))
    run = Actions(store, desk, settings).make(Asked(brief=BRIEF))
    assert (run.state, run.place) == ("waiting", 1)
    desk.close()
    assert store.get(run.id).card.stopped == ""
    second = Desk(Limits(playbook=0))
    assert second.take_up(store, settings) == [run.id]
    second.stop(store, run.id)
    assert store.get(run.id).card.stopped == "stopped"
    assert Desk().take_up(store, settings) == []


def test_the_log_says_what_happened_and_quotes_nobody() -> None:
    mark = REQUEST.set("abc")
    try:
        raise ValueError("CANARY in a brief")
    except ValueError as error:
        record = logging.getLogger("ui.work").makeRecord(
            "ui.work",
            logging.ERROR,
            __file__,
            1,
            "run %s broke off",
            ("r1",),
            (type(error), error, error.__traceback__),
        )
    finally:
        REQUEST.reset(mark)
    record.fields = {"status": 500}
    line = Lines().format(record)
    told = json.loads(line)
    assert told["event"] == "run r1 broke off"
    assert told["error"] == "ValueError"
    assert told["status"] == 500
    assert "CANARY" not in line
    other = logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, "CANARY %s", ("x",), None)
    assert "CANARY" not in Lines().format(other)


def test_every_case_has_a_test_that_is_there() -> None:
    cases: dict[str, list[str]] = read_yaml(Path(__file__).parent / "cases.yaml")
    assert [int(name.split()[0]) for name in cases] == list(range(83, 98))
    for named in cases.values():
        for one in named:
            file, name = one.split("::")
            tree = ast.parse((Path(__file__).parents[2] / file).read_text(encoding="utf-8"))
            assert name in {node.name for node in ast.walk(tree) if isinstance(node, FUNCTIONS)}, one
