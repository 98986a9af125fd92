"""The gate, the statistics and the files around them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from evals import gate, stats
from evals.numbers import moved, numbers
from evals.report import diff_table
from evals.results import Results, Row, load, save
from tests.checks import sample

RUNNER = CliRunner()


def results(**changes: object) -> Results:
    """Results of two briefs of two brands."""
    row = {"met": ["a.one", "a.two"], "scores": {"a": 0.9}, "numbers": {"budget.total": 100.0}, "words": 0.8, **changes}
    return Results(
        model="playbook",
        rows=[
            Row.model_validate({"brief": "x", "brand": "X", "language": "en", **row}),
            Row.model_validate({"brief": "y", "brand": "Y", "language": "en", "met": ["a.one"], "scores": {"a": 0.9}}),
        ],
        controls={"empty": {"x": 0.1}},
        defects={"sum": {"planted": 60, "found": 60}},
        clean=100,
    )


def flips(now: Results, before: Results, tmp_path: Path, reasons: str = "[]") -> list[str]:
    """Unexplained flips as "brief criterion"."""
    path = tmp_path / "flips.yaml"
    path.write_text(reasons, encoding="utf-8")
    return [f"{one.brief} {one.criterion}" for one in gate.red(gate.gate(now, before, path))]


def test_the_same_is_green(tmp_path: Path) -> None:
    assert flips(results(), results(), tmp_path) == []


def test_better_is_green(tmp_path: Path) -> None:
    assert flips(results(met=["a.one", "a.two", "a.three"], scores={"a": 1.0}), results(), tmp_path) == []


@pytest.mark.parametrize(
    ("now", "flip"),
    [
        (results(met=["a.one"], failed={"a.two": "why"}), "x a.two"),
        (results(met=["a.one"]), "x a.two"),
        (results(numbers={"budget.total": 101.0}), "x numbers"),
        (results(numbers={"budget.total": 100.0, "new": 1.0}), "x numbers"),
        (results(scores={"a": 0.8}), "* scorer.a"),
        (results(error="BriefError", met=[]), "x a.one"),
        (results().model_copy(update={"controls": {"empty": {"x": 0.6}}}), "* control.empty"),
        (results().model_copy(update={"controls": {}}), "* control.empty"),
        (results().model_copy(update={"defects": {"sum": {"planted": 60, "found": 59}}}), "* defects.sum"),
        (results().model_copy(update={"defects": {"sum": {"planted": 10, "found": 10}}}), "* defects.sum"),
        (results().model_copy(update={"alarms": {"BUD-001": 3}}), "* alarms.BUD-001"),
    ],
)
def test_worse_is_red(now: Results, flip: str, tmp_path: Path) -> None:
    assert flip in flips(now, results(), tmp_path)


def test_a_missing_brief_is_red_and_a_stale_one_is_neither(tmp_path: Path) -> None:
    short = results()
    short.rows = short.rows[1:]
    assert flips(short, results(), tmp_path) == ["x delivery.row"]
    stale = results()
    stale.rows[0] = Row(brief="x", brand="X", language="en", stale=True)
    assert flips(stale, results(), tmp_path) == []


def test_two_alarms_of_a_hundred_are_allowed(tmp_path: Path) -> None:
    assert flips(results().model_copy(update={"alarms": {"BUD-001": 2}}), results(), tmp_path) == []


def test_what_was_not_measured_does_not_flip(tmp_path: Path) -> None:
    assert flips(results(numbers={}), results(), tmp_path) == []
    assert flips(results(numbers={"new": 1.0}), results(numbers={}), tmp_path) == []
    assert flips(results().model_copy(update={"defects": {}}), results(), tmp_path) == []
    assert flips(results().model_copy(update={"controls": {"empty": {}}}), results(), tmp_path) == []


def test_flips_say_what_was_found(tmp_path: Path) -> None:
    def told(now: Results) -> str:
        return gate.gate(now, results(), tmp_path / "none.yaml")[0].note

    assert told(results(met=["a.one"], failed={"a.two": "why"})) == "why"
    assert told(results(met=["a.one"], error="BriefError")) == "BriefError"
    assert told(results(met=["a.one"])) == "it is not asked any more"
    moved_all = results(numbers={"budget.total": 1.0, **dict.fromkeys("abcd", 2.0)})
    assert told(moved_all) == "5: a: - → 2; b: - → 2; budget.total: 100 → 1; c: - → 2"


def test_the_edges_of_what_is_allowed(tmp_path: Path) -> None:
    dropped = results(scores={"a": 0.9 - gate.DROP})
    dropped.rows[1].scores = {"a": 0.9 - gate.DROP}
    assert flips(dropped, results(), tmp_path) == []
    dropped.rows[1].scores = {"a": 0.9 - gate.DROP - 0.001}
    assert flips(dropped, results(), tmp_path) == ["* scorer.a"]
    at_floor = results().model_copy(update={"controls": {"empty": {"x": 0.1, "y": gate.FLOOR}}})
    assert flips(at_floor, results(), tmp_path) == ["* control.empty"]
    fewer = results().model_copy(update={"defects": {"sum": {"planted": 54, "found": 54}}})
    assert flips(fewer, results(), tmp_path) == []
    gone = results().model_copy(update={"defects": {"other": {"planted": 1, "found": 1}}})
    assert flips(gone, results(), tmp_path) == ["* defects.sum"]
    few = results().model_copy(update={"alarms": {"BUD-001": 1}, "clean": 10})
    assert flips(few, results(), tmp_path) == ["* alarms.BUD-001"]
    before = results().model_copy(update={"alarms": {"BUD-001": 1}})
    assert flips(few, before, tmp_path) == []
    assert flips(results(scores={}), results(), tmp_path) == ["* scorer.a"]


def test_numbers_of_a_plan_are_what_code_computed() -> None:
    found = numbers(sample.plan())
    expected = {
        "budget.total": 60_000, "budget.content": 20_000, "budget.contingency": 6_000, "budget.prizes": 5_000, "creator.CR1.fee": 600,
        "creator.CR2.fee": 3_000, "paid.AD1.cpm": 40, "kpi.followers": 20, "scenario.base.clicks": 3_200, "scenario.high.conversions": 400,
        "risks": 4, "risk_scores": 46, "phase.F1.days": 31, "phase.F2.days": 30, "sla.0": 120,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    for goal in sample.plan().positioning.goals:
        ends = {name: getattr(goal.verdict, name) for name in ("low", "base", "high")}
        assert {name: found.get(f"goal.{goal.id}.{name}") for name in ends} == {
            name: None if value is None else pytest.approx(value, rel=1e-5) for name, value in ends.items()
        }
    assert any(name.startswith("goal.") for name in found)
    pieces = sum(entry.kind != "buffer" for entry in sample.plan().calendar.entries)
    assert sum(value for name, value in found.items() if name.startswith("pieces.")) == pieces
    assert found["hours.week"] == pytest.approx(sum(role.load for role in sample.plan().team.roles))


def test_an_explained_flip_is_green(tmp_path: Path) -> None:
    now = results(met=["a.one"], failed={"a.two": "why"})
    assert flips(now, results(), tmp_path, '[{brief: x, criterion: "a.*", why: "the criterion was wrong"}]') == []
    assert flips(now, results(), tmp_path, '[{brief: y, criterion: "a.*", why: "another brief"}]') == ["x a.two"]


def test_numbers_within_half_a_per_cent_do_not_count_as_moved() -> None:
    assert moved({"a": 1000.0, "b": 0.0}, {"a": 1004.0, "b": 0.0}) == []
    assert moved({"a": 1000.0}, {"a": 1006.0}) == ["a: 1000 → 1006"]
    assert moved({"a": 0.001}, {"a": 0.002}) == ["a: 0.001 → 0.002"]
    assert moved({"a": 1.0}, {"a": 2.0}, tolerance=0.5) == []


def test_sign_test_is_exact() -> None:
    assert stats.sign_test(0, 5) == pytest.approx(1 / 32)
    assert stats.sign_test(5, 0) == 1.0
    assert stats.sign_test(1, 7) == pytest.approx(9 / 256)


def test_comparison_is_clustered_by_brand() -> None:
    brands = {"a1": "A", "a2": "A", "b": "B"}
    one = stats.compare({"a1": 1.0, "a2": 0.8, "b": 0.5}, {"a1": 0.5, "a2": 0.3, "b": 0.5}, brands)
    assert one.mean == pytest.approx(0.25)
    assert (one.wins, one.losses) == (1, 0)
    assert one.low <= one.mean <= one.high
    with pytest.raises(ValueError, match="no brief"):
        stats.compare({"a": 1.0}, {"b": 1.0}, {})


def test_power_grows_with_brands_and_with_the_drop() -> None:
    few, many = [0.05, -0.05, 0.02, -0.02, 0.0, 0.01], [0.05, -0.05, 0.02, -0.02, 0.0, 0.01] * 4
    assert stats.power(few, 0.01) <= stats.power(many, 0.01) <= stats.power(many, 0.05)
    assert stats.power(many, 0.2) == 1.0


def test_results_survive_their_file(tmp_path: Path) -> None:
    save(results(), tmp_path / "r.json")
    assert load(tmp_path / "r.json") == results()
    save(load(tmp_path / "r.json"), tmp_path / "again.json")
    assert (tmp_path / "r.json").read_bytes() == (tmp_path / "again.json").read_bytes()


def test_diff_and_accept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.results.BASELINE", tmp_path / "baseline.json")
    monkeypatch.setattr("evals.results.HERE", tmp_path)
    save(results(), tmp_path / "a.json")
    save(results(met=["a.one"], words=0.7), tmp_path / "b.json")
    shown = RUNNER.invoke(app, ["eval", "diff", str(tmp_path / "b.json"), str(tmp_path / "a.json")])
    assert shown.exit_code == 0
    assert "x: -a.two" in shown.output
    assert shown.output.strip() == diff_table(load(tmp_path / "b.json"), load(tmp_path / "a.json")).strip()
    refused = RUNNER.invoke(app, ["eval", "accept", "--why", "ok", "--results", str(tmp_path / "a.json")])
    assert refused.exit_code == 2
    assert not (tmp_path / "baseline.json").exists()
    done = RUNNER.invoke(
        app, ["eval", "accept", "--why", "first run of all scorers", "--results", str(tmp_path / "a.json")]
    )
    assert done.exit_code == 0
    assert load(tmp_path / "baseline.json") == results()
    assert "first run of all scorers" in (tmp_path / "LOG.md").read_text(encoding="utf-8")


def test_bad_input_ends_with_two(tmp_path: Path) -> None:
    assert RUNNER.invoke(app, ["eval", "run", "--brief", "nowhere"]).exit_code == 2
    assert RUNNER.invoke(app, ["eval", "diff", str(tmp_path / "none.json"), str(tmp_path / "none.json")]).exit_code == 2


def test_the_interval_holds_the_middle_95_per_cent_of_the_means() -> None:
    # The mean of twenty draws of which every twentieth is a one is binomial(20, 0.05) / 20: its quantiles are 0 and 3 / 20.
    assert stats.bootstrap([1.0] + [0.0] * 19) == (0.0, 0.15)
    assert stats.bootstrap([0.0] + [1.0] * 19) == (0.85, 1.0)
    assert stats.bootstrap([0.25]) == (0.25, 0.25)


def test_wins_and_losses_are_brands_that_differ() -> None:
    a = {"x": 0.5, "y": 0.5, "z": 0.5, "w": 0.5}
    one = stats.compare(a, {"x": 0.5, "y": 0.4, "z": 0.6, "w": 0.7}, {name: name for name in a})
    assert (one.wins, one.losses) == (1, 2)
    assert one.p_worse == pytest.approx(stats.sign_test(1, 2)) == pytest.approx(0.5)
    assert (one.power_5, one.power_10) == (
        stats.power([0.0, 0.1, -0.1, -0.2], 0.05),
        stats.power([0.0, 0.1, -0.1, -0.2], 0.10),
    )


def test_power_is_the_share_of_trials_in_which_the_drop_is_seen() -> None:
    assert stats.power([0.0] * 5, 0.01) == 1.0  # five losses of five: 1/32
    assert stats.power([0.0] * 4, 0.01) == 0.0  # four of four: 1/16, never enough
    assert stats.power([0.3, 0.3, 0.3, 0.3, 0.3], 0.01) == 1.0  # what all have in common is not spread
    half = stats.power([1.0, -1.0] * 5, 0.5)  # nine of ten have to be losses: 11 of 1,024
    assert 0.0 < half < 0.03
    assert stats.power([1.0, -1.0] * 5, 0.5, trials=1) in (0.0, 1.0)


@pytest.mark.parametrize(("draws", "low", "high"), [(20, 0, 19), (22, 1, 20), (41, 1, 39)])
def test_the_interval_stands_at_the_rounded_places_of_the_sorted_means(draws: int, low: int, high: int) -> None:
    """Of n means the one at 0.025 × (n − 1) and the one at 0.975 × (n − 1), counted from 0 and rounded."""
    clusters = [0.11, 0.37, -0.2, 0.05, 0.93, 0.48, -0.71]
    rng = random.Random(stats.SEED)
    means = sorted(sum(rng.choices(clusters, k=7)) / 7 for _ in range(draws))
    assert len({*means}) == draws
    assert stats.bootstrap(clusters, draws) == (means[low], means[high])


def test_the_order_of_the_brands_does_not_matter() -> None:
    values = {"p": 0.9, "q": 0.1, "r": 0.4, "s": 0.7, "t": 0.2, "u": 0.6, "v": 0.3}
    zero = dict.fromkeys(values, 0.0)
    names = {name: name.upper() for name in values}
    forth, back = stats.compare(values, zero, names), stats.compare(dict(reversed(values.items())), zero, names)
    assert forth == back


def test_a_difference_at_the_threshold_is_a_tie() -> None:
    a = {"x": 1e-9, "y": -1e-9, "z": 2e-9}
    one = stats.compare(a, dict.fromkeys(a, 0.0), {name: name for name in a})
    assert (one.wins, one.losses) == (1, 0)


def test_power_is_told_for_five_and_for_ten_points() -> None:
    a = {f"{n:02}": value for n, value in enumerate([0.08, -0.08, 0.12, -0.12] * 3)}
    one = stats.compare(a, dict.fromkeys(a, 0.0), {name: name for name in a})
    assert one.power_5 == stats.power(list(a.values()), 0.05)
    assert one.power_10 == stats.power(list(a.values()), 0.10)
    assert one.power_5 < one.power_10 < 1.0


def test_power_leaves_ties_out_and_what_all_brands_have_in_common() -> None:
    assert stats.power([-0.3] * 5, 0.01) == 1.0
    # Half of the draws are ties; five losses are needed, which 62 % of ten draws bring.
    assert 0.5 < stats.power([0.5, -0.5] * 5, 0.5) < 0.75
