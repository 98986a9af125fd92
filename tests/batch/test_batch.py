"""A batch as a whole: what is made, what is not made again, what the indexes say."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pytest
from openpyxl import load_workbook

from agent.batch import BatchBegun, BatchOptions, Only, Shard
from agent.batch.place import Place
from agent.errors import BriefError, SetupError
from tests.batch.conftest import ROW, Inline, ended, jsonl, rows, run


def index(out: Path, name: str = "index.csv") -> list[dict[str, str]]:
    with (out / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def states(out: Path) -> list[str]:
    return [row["state"] for row in index(out)]


def test_plans_a_file_and_does_nothing_the_second_time(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙"), '{"brand"', *rows("甲")), tmp_path / "out"
    done, _ = run(source, out)
    assert (done.rows, done.done, done.bad, done.duplicates, done.made, done.exit_code) == (4, 2, 1, 1, 2, 1)
    assert states(out) == ["done", "done", "bad", "duplicate"]
    first, second, bad, same = index(out)
    assert (out / first["folder"] / "exports" / "plan.md").is_file()
    assert "line 3" in bad["place"]
    assert "JSON" in bad["reason"]
    assert (same["duplicate_of"], same["folder"]) == ("1", first["folder"])
    assert first["nearest"] == second["folder"]
    assert float(first["similarity"]) == 1.0
    before = {path: path.stat().st_mtime_ns for path in (*out.glob("index.*"), out / "batch.xlsx")}
    quick.asked.clear()
    again, _ = run(source, out)
    assert quick.asked == []
    assert again.made == 0
    assert again.done == 2
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_failed_rows_wait_until_they_are_asked_for(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲", "!乙")), tmp_path / "out"
    done, events = run(source, out)
    assert done.exit_code == 1
    assert done.failed == 1
    assert [one.reason for one in ended(events) if one.state == "failed"] == ["It was not to be."]
    quick.asked.clear()
    run(source, out)
    assert quick.asked == []
    run(source, out, retry_failed=True)
    assert quick.asked == ["line 2"]


def test_what_a_plan_is_made_of_decides_whether_it_is_made_again(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙")), tmp_path / "out"
    run(source, out)
    quick.asked.clear()
    run(source, out, formats=("md",))
    assert quick.asked == ["line 1", "line 2"]
    quick.asked.clear()
    jsonl(source, *rows("丙", "乙"))
    run(source, out, formats=("md",))
    assert quick.asked == ["line 1"]


def test_rows_that_are_named(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙", "丙", "丁")), tmp_path / "out"
    done, _ = run(source, out, only=Only.parse("2, 4-9"))
    assert sorted(quick.asked) == ["line 2", "line 4"]
    assert done.left == 2
    with pytest.raises(BriefError):
        Only.parse("two")


def test_parts_share_the_rows_between_them_and_the_whole_takes_over(quick: Inline, tmp_path: Path) -> None:
    brands = [f"牌{number}" for number in range(9)]
    source, out = jsonl(tmp_path / "in.jsonl", *rows(*brands, "牌3")), tmp_path / "out"
    for part in (1, 2, 3):
        run(source, out, shard=Shard(part, 3))
    assert sorted(quick.asked) == sorted(f"line {number}" for number in range(1, 10))
    listed = [row for part in (1, 2, 3) for row in index(out, f"index.{part}-of-3.csv")]
    assert sorted(int(row["row"]) for row in listed) == list(range(1, 11))
    quick.asked.clear()
    whole, _ = run(source, out)
    assert quick.asked == []
    assert (whole.done, whole.duplicates) == (9, 1)
    for text in ("0/2", "3/2", "a/b"):
        with pytest.raises(BriefError):
            Shard.parse(text)


def test_one_batch_at_a_time(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲")), tmp_path / "out"
    with Place(out), pytest.raises(SetupError, match="being made by PID"):
        run(source, out)
    run(source, out)


@pytest.mark.parametrize("harm", ["lost", "torn"])
def test_a_lost_ledger_costs_nothing(quick: Inline, tmp_path: Path, harm: str) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙")), tmp_path / "out"
    run(source, out)
    ledger = out / ".batch" / "ledger.sqlite"
    ledger.unlink() if harm == "lost" else ledger.write_bytes(ledger.read_bytes()[:5000] + b"x" * 3000)
    quick.asked.clear()
    again, _ = run(source, out)
    assert quick.asked == []
    assert again.done == 2
    assert states(out) == ["done", "done"]


def test_a_plan_that_was_taken_away_half_is_made_again(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲")), tmp_path / "out"
    run(source, out)
    (out / ".batch" / "ledger.sqlite").unlink()
    (out / index(out)[0]["folder"] / "plan.json").unlink()
    quick.asked.clear()
    run(source, out)
    assert quick.asked == ["line 1"]


def test_a_torn_event_is_cut_off(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲")), tmp_path / "out"
    run(source, out)
    with (out / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"event": "RowEn')
    run(source, out)
    events = [json.loads(line) for line in (out / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one["event"] for one in events if one["event"] == "RowEnded"] == ["RowEnded"]
    assert all("at" in one for one in events)


def test_nothing_in_an_index_acts(quick: Inline, tmp_path: Path) -> None:
    evil = [
        '=HYPERLINK("http://x.test","a")',
        "+1+1",
        "@SUM(A1)",
        "\t=1",
        "＝1+1",
        '<script>alert(1)</script>"&',
        "-2+3|cmd",
    ]
    source, out = jsonl(tmp_path / "in.jsonl", *rows(*evil), '{"brand": =1}'), tmp_path / "out"
    run(source, out)
    for row in index(out):
        assert not any(cell.lstrip()[:1] in ("=", "+", "-", "@", "＝") for cell in row.values() if cell)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page.count("<script>") == 1
    assert "default-src 'none'" in page
    assert 'href="http' not in page
    book = load_workbook(out / "batch.xlsx")
    for sheet in book.worksheets:
        for cells in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n") and cell.hyperlink is None for cell in cells)
    assert book.worksheets[0]["B2"].value == evil[0]


def test_folders_stay_below_the_batch(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("../../etc/passwd", "/abs", "CON", "a" * 300)), tmp_path / "out"
    done, _ = run(source, out)
    assert done.done == 4
    for row in index(out):
        assert (out / row["folder"]).resolve().parent == out.resolve()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out"]


def test_an_error_inside_is_one_rows_failure_with_its_traceback(
    quick: Inline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙")), tmp_path / "out"
    plain = __import__("agent.batch.task", fromlist=["sketch_of"]).sketch_of
    monkeypatch.setattr("agent.batch.task.sketch_of", lambda plan: 1 / 0 if plan.meta.brand == "甲" else plain(plan))
    done, events = run(source, out)
    assert (done.done, done.failed) == (1, 1)
    (failed,) = [one for one in ended(events) if one.state == "failed"]
    assert "ZeroDivisionError" in failed.reason
    assert "Traceback" in (out / failed.folder / "error.txt").read_text(encoding="utf-8")


def test_a_full_disk_stops_the_batch_and_the_same_command_goes_on(
    quick: Inline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙", "丙", "丁", "戊")), tmp_path / "out"
    quick.most = 1

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("agent.batch.task._leave", full)
        done, _ = run(source, out)
    assert done.exit_code == 3
    assert "No space left" in done.stopped
    assert done.left == 5
    assert len(quick.asked) == 1
    again, _ = run(source, out)
    assert (again.done, again.left, again.exit_code) == (5, 0, again.exit_code)


def test_what_comes_first_is_told_first(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙"), "{"), tmp_path / "out"
    _, events = run(source, out)
    begun = events[0]
    assert isinstance(begun, BatchBegun)
    assert (begun.rows, begun.todo, begun.bad, begun.done) == (3, 2, 1, 0)


def test_the_ledger_is_plain_sqlite(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", ROW), tmp_path / "out"
    run(source, out)
    with sqlite3.connect(out / ".batch" / "ledger.sqlite") as base:
        assert base.execute("select count(*) from plans where state = 'done'").fetchone() == (1,)


def test_nothing_left_to_do_opens_no_maker(quick: Inline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows("甲"))
    run(source, tmp_path / "out")

    def opened(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("agent.batch.engine._maker", opened)
    done, events = run(source, tmp_path / "out")
    assert (done.done, done.made, done.exit_code) == (1, 0, 0)
    assert ended(events) == []
    jsonl(source, *rows("甲", "乙"))
    with pytest.raises(AssertionError):
        run(source, tmp_path / "out")


def test_more_requests_than_one_process_asks_are_for_a_cluster(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="256 things at once at most, not 400") as told:
        BatchOptions(out=tmp_path, parallel=400).settings()
    assert "--local-cluster" in told.value.hint
    for more in ({"cluster": "tcp://host:8786"}, {"local_cluster": 2}):
        assert BatchOptions(out=tmp_path, parallel=400, **more).settings().parallel == 256
    assert BatchOptions(out=tmp_path, parallel=40).settings().parallel == 40
