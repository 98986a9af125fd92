"""The command line of revision: shown first, applied with --yes, undone; a chat; a review."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from agent.cli import app
from agent.run.folder import load_plan
from tests.revise.conftest import Take

runner = CliRunner()
ACTUALS = Path(__file__).parent / "actuals.csv"


def run(*args: str, stdin: str | None = None) -> tuple[int, str, str]:
    result = runner.invoke(app, list(args), input=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_shown_then_applied_then_undone(fresh: Take) -> None:
    folder = str(fresh("solo"))
    before = (Path(folder) / "plan.json").read_bytes()
    code, out, err = run("revise", folder, "I've only got £300 now")
    assert code == 0
    assert "£450 → £300" in out
    assert "--yes" in err
    assert (Path(folder) / "plan.json").read_bytes() == before
    code, out, _ = run("revise", folder, "I've only got £300 now", "--yes", "--json")
    assert code in (0, 1)
    assert json.loads(out)["version"] == 2
    assert load_plan(Path(folder)).budget.total_cents == 30000
    assert "* " in run("revise", folder, "--versions")[1]
    assert "budget.total_cents" in run("revise", folder, "--diff", "1..2")[1]
    assert run("revise", folder, "--undo")[0] == 0
    assert (Path(folder) / "plan.json").read_bytes() == before


def test_what_is_unclear_is_asked_and_bad_input_has_its_code(fresh: Take) -> None:
    folder = str(fresh("solo"))
    code, out, _ = run("revise", folder, "hello there", "--yes")
    assert code == 2
    assert out.startswith("? ")
    assert run("revise", folder)[0] == 2
    assert run("revise", folder, "--diff", "x")[0] == 2
    assert run("revise", folder, "--edit", "nowhere.x", "--text", "y")[0] == 2
    assert run("revise", folder + "-none", "undo")[0] == 3
    assert not Path(folder + "-none").exists()


def test_a_chat_asks_before_it_applies(fresh: Take) -> None:
    folder = fresh("solo")
    code, out, _ = run(
        "chat",
        str(folder),
        stdin="why isn't TikTok in there\nforget Pinterest\nn\nforget Pinterest\ny\nundo that\ny\n\n",
    )
    assert code == 0
    assert "TikTok was not chosen" in out
    assert "Platform left out: Pinterest" in out
    assert out.count("Saved as version") == 2


def test_a_review_is_printed_and_kept_with_the_run(fresh: Take) -> None:
    folder = fresh("tea")
    before = (folder / "plan.json").read_bytes()
    code, out, err = run("review", str(folder), "--metrics", str(ACTUALS))
    assert code == 0
    assert "抖音粉丝" in out
    assert (folder / "exports" / "review-2027-05-31.md").read_text(encoding="utf-8") == out
    assert "review-2027-05-31.md" in err
    assert (folder / "plan.json").read_bytes() == before, "a review proposes and changes nothing"
