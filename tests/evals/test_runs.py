"""Whole runs: what they report, and what they compare with."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from agent.cli import app
from evals import gate
from evals.report import page, table
from evals.results import load, save
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
