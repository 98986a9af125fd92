"""What the page's events do, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import revise
from agent.run.folder import load_plan
from tests.run.conftest import SMALL, FakeModel
from ui.gate import Limits
from ui.handlers import Entered, Handlers, House, samples
from ui.views.kept import Kept
from ui.views.reader import reader
from ui.views.words import Words
from ui.work import Desk

BRIEF = samples("en")["A bakery in Leeds"]


def done(does: Handlers, run: str) -> None:
    job = does.desk._jobs["default", run]
    job.join(600)
    assert job.progress.status == "done", job.progress.message


def test_a_path_in_the_text_is_no_file(does: Handlers, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Brand: Hidden Treasure")
    shown = does.read(Entered(text=str(secret)))
    assert "Hidden Treasure" not in str(shown)


def test_corrections_replace_what_was_read(does: Handlers) -> None:
    shown = does.read(Entered(text=BRIEF, answers={"budget": "£900"}))["understood"]
    assert "900" in shown
    assert "corrected by you" in shown


def test_two_clicks_are_one_run_and_other_choices_another(does: Handlers) -> None:
    first = does.begin(Entered(text=BRIEF))["run"]
    assert does.begin(Entered(text=BRIEF))["run"] == first
    other = does.begin(Entered(text=BRIEF, answers={"budget": "£900"}))["run"]
    assert other != first
    for run in (first, other):
        done(does, run)
    assert len(does.store.all()) == 2


def test_whoever_waits_is_told_the_place_in_the_line_and_no_brief_is_read_meanwhile(does: Handlers) -> None:
    does = Handlers(House(does.house.root, does.house.settings, Desk(Limits(playbook=0))), "en")
    for number in (1, 2):
        shown = does.begin(Entered(text=f"{BRIEF} Hero: loaf {number}."))
        assert f"place {number} in the line" in shown["board"]
        assert shown["timer"] is True
    taken = does.begin(Entered(text="brand: Osk\nperiod: {start: 2027-02-30}\n"))
    assert "place 3 in the line" in taken["board"]
    does.act(taken["run"], {"do": "stop"})
    does.desk.close()


def test_a_run_stops_and_goes_on_and_a_new_server_finds_it(does: Handlers, monkeypatch: pytest.MonkeyPatch) -> None:
    run = does.begin(Entered(text=BRIEF))["run"]
    does.act(run, {"do": "stop"})
    does.desk._jobs["default", run].join(600)
    stopped = does.desk._jobs["default", run].progress.status
    assert stopped in ("stopped", "done")
    again = Handlers(does.house.__class__(does.house.root, does.house.settings), "en")
    again.act(run, {"do": "go-on"})
    done(again, run)
    assert "Harbour Lane" in again.show(run)["head"]


def test_a_finished_run_is_deleted_with_its_folder(does: Handlers) -> None:
    run = does.begin(Entered(text=BRIEF))["run"]
    done(does, run)
    path = does.store.get(run).path
    does.shelve(run, {"do": "delete", "run": run})
    assert not path.exists()


def test_the_key_reaches_no_file(does: Handlers, tmp_path: Path) -> None:
    told = does.begin(
        Entered(
            text=BRIEF, model="openai", name="any", key="sk-very-secret", base_url="http://127.0.0.1:9/v1", max_tokens=1
        )
    )
    run = told["run"]
    does.desk._jobs["default", run].join(600)
    assert told["key"] == ""
    assert does.house.settings_of("default").openai_api_key is not None
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"sk-very-secret" not in path.read_bytes(), path
    assert "sk-very-secret" not in str(does.show(run))


def test_words_of_a_brief_are_text(does: Handlers) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    run = does.begin(Entered(text=BRIEF.replace("Harbour Lane", hostile)))["run"]
    done(does, run)
    shown = does.show(run)
    assert "<img" not in "".join(str(shown[name]) for name in ("head", "reader", "board", "chat"))
    assert "<img" not in does.library(run)["library"]


@pytest.fixture
def modelled(does: Handlers, monkeypatch: pytest.MonkeyPatch) -> tuple[str, FakeModel]:
    """A run in a stand-in model's words."""
    model = FakeModel()
    for where in ("agent.door", "agent.revise.rewriting"):
        monkeypatch.setattr(f"{where}.open_model", lambda spec, settings: model)
        monkeypatch.setattr(f"{where}.open_finder", lambda *_: None)
    run = does.begin(Entered(text=SMALL, model="openai", name="fake", base_url="http://127.0.0.1:9/v1"))["run"]
    done(does, run)
    return run, model


def test_parts_are_written_again_on_the_board_and_can_be_stopped(
    does: Handlers, modelled: tuple[str, FakeModel]
) -> None:
    run, model = modelled
    path = does.store.get(run).path
    does.act(run, {"do": "edit", "place": "strategy.idea.line", "text": "只有茶和水。"})
    waiting = set(revise.state(path).stale)
    shown = does.show(run)
    assert waiting
    assert "Write them again" in shown["head"]
    assert "calls" in shown["head"], "what it would take is said before"
    assert shown["board"].count("s-stale") == len(waiting)

    model.delay = 300
    stood = (path / "plan.json").read_bytes()
    live = does.act(run, {"do": "rerun"})
    assert live["timer"]
    assert not live["working"]
    job = does.desk._jobs["default", run]
    does.act(run, {"do": "rerun"})
    assert does.desk._jobs["default", run] is job, "two clicks are one"
    seen = does.tick(run, live["seen"])
    assert "reader" not in seen, "the plan stands until the words are there"
    does.act(run, {"do": "stop"})
    job.join(600)
    assert job.progress.status == "stopped"
    assert set(revise.state(path).stale) == waiting
    assert (path / "plan.json").read_bytes() == stood

    model.delay = 0
    live = does.act(run, {"do": "rerun"})
    done(does, run)
    after = does.tick(run, live["seen"])
    assert not waiting & set(revise.state(path).stale)
    assert not after["timer"]
    assert "difference" in after["difference"]
    assert load_plan(path).strategy.idea.line == "只有茶和水。"


def test_one_part_is_written_again_after_its_estimate_was_seen(does: Handlers, modelled: tuple[str, FakeModel]) -> None:
    run, model = modelled
    asked = len(model.asked)
    chat = does.act(run, {"do": "ask-again", "part": "themes"})["chat"]
    assert "calls" in chat
    assert len(model.asked) == asked
    does.act(run, {"do": "apply", "turn": "0"})
    done(does, run)
    assert revise.versions(does.store.get(run).path)[-1].kind == "rerun"


def test_the_mend_button_proposes_an_edit_that_can_be_applied_or_left(does: Handlers) -> None:
    run = does.begin(Entered(text=BRIEF))["run"]
    done(does, run)
    path = does.store.get(run).path
    finding = next(one for one in load_plan(path).findings if one.code == "FEA-001")
    button = {"do": "mend", "code": finding.code, "where": finding.where}
    assert 'data-do="apply"' in does.act(run, button)["chat"]
    does.act(run, {"do": "drop", "turn": "0"})
    assert finding in load_plan(path).findings
    does.act(run, button)
    does.act(run, {"do": "apply", "turn": "1"})
    assert finding not in load_plan(path).findings


def test_unknown_requests_change_nothing(does: Handlers) -> None:
    run = does.begin(Entered(text=BRIEF))["run"]
    done(does, run)
    stood = does.store.get(run).path.joinpath("plan.json").read_bytes()
    for data in (
        {"do": "edit"},
        {"do": "edit", "place": "../x", "text": "y"},
        {"do": "restore", "version": "99"},
        {"do": "apply", "turn": "0"},
        {"do": "apply", "turn": "-1"},
        {"do": "?"},
        {},
    ):
        does.act(run, data)
    does.act("../../etc", {"do": "stop"})
    assert does.store.get(run).path.joinpath("plan.json").read_bytes() == stood


def test_what_is_kept_of_a_drawing_is_what_would_be_drawn_anew(does: Handlers, monkeypatch: pytest.MonkeyPatch) -> None:
    run = does.begin(Entered(text=BRIEF))["run"]
    done(does, run)
    edit = {"do": "edit", "place": "strategy.idea.line", "text": "Bread that is worth the walk."}
    before = does.show(run)["reader"]
    for change in (edit, {"do": "lock", "place": "themes"}, {"do": "apply", "turn": "0"}, {"do": "undo"}):
        if change["do"] == "apply":
            does.say(run, "Total budget is now £900")
        shown = does.act(run, change)["reader"]
        assert shown != before
        before = shown
        with monkeypatch.context() as anew:
            anew.setattr("ui.views.reader.DRAWN", Kept(0))
            assert does.show(run)["reader"] == shown


def test_texts_carry_their_place(does: Handlers) -> None:
    run = does.begin(Entered(text=BRIEF))["run"]
    done(does, run)
    from agent.revise import paths
    from agent.run.folder import load_plan
    from ui.handlers.room import state_of

    found = does.store.get(run)
    plan = load_plan(found.path)
    shown = reader(Words("en"), plan, state_of(found))
    import html
    import re

    places = {html.unescape(one) for one in re.findall(r'data-path="([^"]+)"', shown)}
    texts = [path for path in places if paths.find(plan, path) is not None]
    assert len(texts) == len(places)
    assert len(places) > 300
    portraits = [f"personas.personas[{one.id}].portrait" for one in plan.personas.personas]
    assert set(portraits) <= places


def test_what_new_plans_start_from_is_kept_without_the_key(does: Handlers, tmp_path: Path) -> None:
    told = {
        "model": "openai", "name": "any", "key": "sk-very-secret", "base_url": "", "language": "zh-TW", "max_cost": 2.5,
        "max_tokens": None, "price": "0.25/2",
    }  # fmt: skip
    assert does.chosen() == {}
    shown = does.choose(told)
    assert shown["key"] == ""
    again = Handlers(House(does.house.root, does.house.settings), "en").chosen()["chosen"]
    assert again == {name: value for name, value in told.items() if name != "key"}
    assert does.house.settings_of("default").openai_api_key is not None
    assert "The key that you entered is held" in shown["settings"]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"sk-very-secret" not in path.read_bytes(), path
    assert "error" in does.choose({**told, "price": "x" * 100})["chosen_told"]
    does.house.who = lambda: "other"
    assert does.chosen() == {}
