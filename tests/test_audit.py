"""The audit of dependencies (G13): what is open, what is waived and until when, and that not having looked is no pass."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
TODAY = dt.date(2026, 11, 28)


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module
    spec.loader.exec_module(module)
    return module


def report(*vulns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"dependencies": [{"name": "Chromadb", "version": "1.5.9", "vulns": list(vulns), **more}]}


KNOWN = {"id": "GHSA-x", "aliases": ["CVE-2026-45829"], "fix_versions": []}


def test_a_vulnerability_is_open_until_it_is_waived_and_again_when_the_waiver_is_over(audit: ModuleType) -> None:
    waiver = audit.Waiver("CVE-2026-45829", "chromadb", TODAY, "embedded only")
    assert list(audit.problems(report(KNOWN), [], TODAY)) == ["chromadb 1.5.9: GHSA-x (mended in: no release yet)"]
    assert list(audit.problems(report(KNOWN), [waiver], TODAY)) == []
    over = list(audit.problems(report(KNOWN), [waiver], TODAY + dt.timedelta(days=1)))
    assert len(over) == 1
    assert "ended on 2026-11-28" in over[0]


def test_a_waiver_is_for_one_package_and_for_as_long_as_it_is_needed(audit: ModuleType) -> None:
    elsewhere = audit.Waiver("CVE-2026-45829", "pypdf", TODAY, "another package")
    told = list(audit.problems(report(KNOWN), [elsewhere], TODAY))
    assert len(told) == 2
    assert "not needed any more" in told[1]


def test_what_was_skipped_is_open(audit: ModuleType) -> None:
    assert next(audit.problems(report(skip_reason="not on PyPI"), [], TODAY)) == "not looked up: chromadb"


@pytest.mark.parametrize("said", ["", json.dumps(report(skip_reason="not on PyPI")), "<html>sign in</html>"])
def test_no_answer_is_no_pass(
    said: str, audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = subprocess.CompletedProcess([], 1, stdout=said, stderr="ConnectionError: pypi.org")
    monkeypatch.setattr(audit.subprocess, "run", lambda *_args, **_more: silent)
    assert audit.main() == 3
    assert "NOT AUDITED" in capsys.readouterr().err


def test_the_committed_waivers_are_dated_reasoned_and_of_packages_that_are_locked(audit: ModuleType) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for one in audit.waivers():
        assert isinstance(one.until, dt.date)
        assert len(one.why) > 30
        assert f"\n{one.package}==" in lock
