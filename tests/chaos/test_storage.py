"""What befalls a run folder: full and read-only disks, flipped bytes, a second writer, torn lines, edited briefs, jumping clocks."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from agent.api import Options, Result, check
from agent.api import plan as make_plan
from agent.errors import SetupError
from agent.run.folder import load_plan
from benchmarks.endpoint import Endpoint, Speed
from tests.chaos.driver import AS_OF, BRIEF, PATIENCE, Child, Reference, Trigger

pytestmark = pytest.mark.enable_socket


def run(folder: Path, brief: Path = BRIEF) -> Result:
    return make_plan(brief, Options(out=folder, model="openai:bench", as_of=dt.date.fromisoformat(AS_OF)))


def watch(server: Endpoint) -> Trigger:
    """The server's trigger."""
    assert isinstance(server.watch, Trigger)
    return server.watch


def records(folder: Path) -> list[Path]:
    return sorted((folder / "journal").rglob("*.json"))


def test_sigterm_saves_and_ends(tmp_path: Path, endpoint: Endpoint) -> None:
    watch(endpoint).arm("end", 12, lambda: child.send(signal.SIGTERM))
    child = Child(tmp_path / "run", endpoint)
    code, said = child.wait(30)
    assert code not in (124, -signal.SIGTERM, -signal.SIGKILL)
    assert str(tmp_path / "run") in said
    assert any(words.model_share for words in load_plan(tmp_path / "run").words.values())
    assert (tmp_path / "run" / "exports" / "plan.md").is_file()


def test_a_full_disk_stops_the_run_before_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint
) -> None:
    real, seen = tempfile.mkstemp, []

    def mkstemp(*args: Any, **more: Any) -> Any:
        if Path(more.get("dir", "")).name == "journal":
            seen.append(len(server.calls))
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **more)

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    # The first answers come after all calls that need no other have arrived: what is in flight can be counted.
    with Endpoint(Speed(ttft=0.5, rate=2000)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        with pytest.raises(SetupError, match=r"No space left|full") as caught:
            run(tmp_path / "run")
    assert str(tmp_path / "run") in str(caught.value)
    assert len(server.calls) == seen[0]


@pytest.mark.parametrize("kind", ["below a file", "no new files"])
def test_a_folder_that_cannot_be_written_is_told_before_any_call(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint
) -> None:
    folder = tmp_path / "run"
    if kind == "below a file":
        folder.write_text("in the way", encoding="utf-8")
        folder = folder / "deeper"
    else:
        folder.mkdir()
        real = os.open

        def opened(path: Any, flags: int, *args: Any, **more: Any) -> int:
            if flags & os.O_CREAT and str(path).startswith(str(folder)):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return real(path, flags, *args, **more)

        monkeypatch.setattr(os, "open", opened)
    with pytest.raises(SetupError, match="cannot be written"):
        run(folder)
    assert endpoint.calls == []


def _longest(value: Any) -> str:
    """The longest text in a record."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return max((_longest(one) for one in inner), key=len, default="")
    return value if isinstance(value, str) else ""


def _flip(path: Path, kind: str) -> bytes:
    """Damages the record's longest text: a byte that is no UTF-8, a quotation mark too many, or another letter, which only a checksum notices."""
    content = path.read_bytes()
    text = json.dumps(_longest(json.loads(content)), ensure_ascii=False)[1:-1].encode()  # as it stands in the file
    middle = next(n for n in range(len(text) // 2, len(text)) if text[n : n + 1].islower())
    spot = content.index(text) + middle
    new = {"utf-8": b"\xff", "json": b'"', "letter": bytes([content[spot] ^ 1])}[kind]
    damaged = content[:spot] + new + content[spot + 1 :]
    path.write_bytes(damaged)
    return damaged


@pytest.mark.parametrize(
    "kind",
    [
        "utf-8",
        "json",
        "letter",
    ],
)
def test_a_damaged_record_is_set_aside_and_asked_again(
    kind: str, finished: Path, endpoint: Endpoint, known: Reference
) -> None:
    damaged = _flip(records(finished)[3], kind)
    run(finished)
    assert len(endpoint.calls) == 1
    assert (finished / "plan.json").read_bytes() == known.plan
    kept = [path for path in finished.rglob("*") if path.is_file() and path.read_bytes() == damaged]
    assert kept, "the damaged record is nowhere to be looked at"


def test_a_second_process_is_told_who_writes(tmp_path: Path, endpoint: Endpoint) -> None:
    with Endpoint(Speed(ttft=20.0)) as slow:
        first = Child(tmp_path / "run", slow)
        begun = time.monotonic()
        while not slow.calls and time.monotonic() - begun < PATIENCE:
            time.sleep(0.02)
        assert slow.calls, first.errors.read_text(encoding="utf-8")
        try:
            with pytest.raises(SetupError, match=f"locked by PID {first.pid}"):
                run(tmp_path / "run")
        finally:
            first.kill()
            first.wait()
    assert endpoint.calls == []


def test_the_lock_of_a_killed_process_is_taken_over(tmp_path: Path, endpoint: Endpoint, known: Reference) -> None:
    watch(endpoint).arm("first", 3, lambda: child.kill())
    child = Child(tmp_path / "run", endpoint)
    assert child.wait()[0] == -signal.SIGKILL
    assert (tmp_path / "run" / ".lock").exists()
    run(tmp_path / "run")
    assert (tmp_path / "run" / "plan.json").read_bytes() == known.plan


@pytest.mark.parametrize(
    "content",
    [
        "older",
        "newer",
        '{"title": "another program\'s plan"}',
        "[]",
        "half a pl",
    ],
)
def test_a_foreign_plan_is_refused_with_the_way_out(content: str, tmp_path: Path, known: Reference) -> None:
    if content in ("older", "newer"):
        plan = json.loads(known.plan)
        plan["meta"]["schema_version"] = {"older": "0.1", "newer": "99.0"}[content]
        content = json.dumps(plan)
    (tmp_path / "plan.json").write_text(content, encoding="utf-8")
    (tmp_path / "brief.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SetupError) as caught:
        check(tmp_path)
    assert "plan.json" in caught.value.message
    assert caught.value.hint


def test_an_edited_brief_wins_and_the_finished_plan_is_kept(finished: Path, tmp_path: Path, endpoint: Endpoint) -> None:
    before = (finished / "plan.json").read_bytes()
    brief = tmp_path / "brief.yaml"
    brief.write_text(BRIEF.read_text(encoding="utf-8").replace("€3,000", "€4,000"), encoding="utf-8")
    watch(endpoint).arm("end", 6, lambda: child.kill())
    child = Child(finished, endpoint, brief=brief)
    assert child.wait()[0] == -signal.SIGKILL
    brief.write_text(BRIEF.read_text(encoding="utf-8").replace("€3,000", "€5,000"), encoding="utf-8")
    result = run(finished, brief)
    assert result.plan.budget.total_cents == 500_000
    assert load_plan(finished) == result.plan
    assert before in [path.read_bytes() for path in (finished / "versions").iterdir()]


def test_a_torn_event_is_cut_and_the_log_goes_on(finished: Path, endpoint: Endpoint) -> None:
    log = finished / "events.jsonl"
    whole = log.read_text(encoding="utf-8")
    log.write_text(whole + '{"event": "StageChanged", "sta', encoding="utf-8")
    run(finished)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert lines[: len(whole.splitlines())] == whole.splitlines()
    assert [line for line in lines if "event" not in json.loads(line)] == []
    assert len(lines) > len(whole.splitlines())


def test_a_clock_that_jumps_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, known: Reference
) -> None:
    real, jumps = time.time, iter([0.0, 86_400.0, -86_400.0, 3e8, -3e8] * 100_000)
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    run(tmp_path / "run")
    assert (tmp_path / "run" / "plan.json").read_bytes() == known.plan
    assert len(endpoint.calls) == known.calls
