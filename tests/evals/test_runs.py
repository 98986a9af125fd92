"""Whole runs: what they report, and what they compare with."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from evals import gate
from evals.report import page, table
from evals.results import HERE, Results, Row, load, save
from evals.versus import versus
from tests.evals.conftest import made
from tests.evals.test_gate import results

RUNNER = CliRunner()


def test_reports_hold_scores_flips_and_nothing_from_outside() -> None:
    now = results(met=["a.one"], failed={"a.two": "too <long>"})
    told = gate.gate(now, results())
    text = table(now, results(), told)
    assert "FLIP      x a.two: too <long>" in text
    assert "gate: red" in text
    html = page(
        now,
        results(),
        told,
        {"northshore-walk": made("northshore-walk"), "beimai-impossible": made("beimai-impossible")},
    )
    assert "too &lt;long&gt;" in html
    assert "http" not in html.replace("https://", "").replace("http://", "") or "src=" not in html
    assert "<script" not in html


def test_run_compares_with_what_it_is_given(tmp_path: Path) -> None:
    command = ["eval", "run", "--brief", "beimai-impossible", "--out", str(tmp_path / "one")]
    first = RUNNER.invoke(app, [*command, "--against", str(tmp_path / "none.json")])
    assert first.exit_code == 0, first.output
    kept = load(tmp_path / "one" / "results.json")
    kept.rows[0].met.append("checks.ZZZ-999")
    save(kept, tmp_path / "before.json")
    again = RUNNER.invoke(app, [*command, "--against", str(tmp_path / "before.json")])
    assert again.exit_code == 1
    assert "checks.ZZZ-999: it is not asked any more" in again.output
    assert (tmp_path / "one" / "report.html").stat().st_size > 5_000


def writer(model: str, words: list[float], **more: object) -> Results:
    """Results of a writer over briefs of as many brands."""
    rows = [
        Row(
            brief=f"b{n}",
            brand=f"B{n}",
            language="en",
            words=value,
            scores={"fidelity": value, **({} if "/" in model else {"schema": 1.0})},
        )
        for n, value in enumerate(words)
    ]
    return Results.model_validate({"model": model, "rows": rows, **more})


def test_writers_stand_side_by_side_over_the_briefs_that_all_have() -> None:
    model, playbook, single = (
        writer("m", [0.8, 0.6, 0.9]),
        writer("playbook", [0.7, 0.7]),
        writer("m/one-shot", [0.3, 0.5]),
    )
    lines = versus(model, [playbook, single]).splitlines()
    assert lines[0] == "2 briefs of 2 brands: b0, b1."
    assert lines[4] == "| words | 0.700 | 0.700 | 0.400 | +0.000 [-0.100, +0.100] 1/1 | +0.300 [+0.100, +0.500] 2/0 |"
    assert [line for line in lines if line.startswith("| schema | 1.000 | 1.000 |  |")]
    model.rows[0].stale = True
    assert versus(model, [playbook]).startswith("1 briefs of 1 brands: b1.")


def test_writers_without_a_brief_in_common_or_of_other_scorers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no brief"):
        versus(writer("m", [0.8]), [writer("playbook", [])])
    with pytest.raises(ValueError, match="different scorers"):
        versus(writer("m", [0.8], scorers="a"), [writer("playbook", [0.8], scorers="b")])
    save(writer("m", []), tmp_path / "m.json")
    refused = RUNNER.invoke(app, ["eval", "versus", str(tmp_path / "m.json"), str(tmp_path / "m.json")])
    assert refused.exit_code == 2
    assert "no brief" in refused.output


def test_the_table_in_the_readme_is_what_the_committed_results_give() -> None:
    folder = HERE / "releases" / "versus"
    files = [
        folder / f"{name}.json" for name in ("local", "playbook", "one-shot") if (folder / f"{name}.json").exists()
    ]
    if len(files) > 1:
        first, *others = (load(path) for path in files)
        assert versus(first, others) in (HERE / "README.md").read_text(encoding="utf-8")
