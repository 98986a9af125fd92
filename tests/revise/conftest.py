"""Runs in the playbook's words, made once, copied for every test that changes one."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.api import Options, plan
from tests.llm.conftest import serve  # noqa: F401
from tests.revise.scoring import BRIEFS

EXAMPLES = Path(__file__).parents[2] / "examples" / "briefs"
AS_OF = dt.date(2027, 1, 15)
Take = Callable[[str], Path]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The run of an example brief, not to be changed."""
    folder = tmp_path_factory.mktemp("runs")

    def take(name: str) -> Path:
        run = folder / name
        if not run.exists():
            plan(EXAMPLES / BRIEFS[name], Options(out=run, model="playbook", as_of=AS_OF))
        return run

    return take


@pytest.fixture
def fresh(made: Callable[[str], Path], tmp_path: Path) -> Take:
    """A copy of an example's run, to be changed."""

    def take(name: str) -> Path:
        return Path(shutil.copytree(made(name), tmp_path / name))

    return take
