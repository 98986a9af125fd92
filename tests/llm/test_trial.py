"""`cehua model list` and `cehua model test`: what is here, and what an endpoint can do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.errors import SetupError
from agent.llm.catalogue import models
from agent.llm.spec import ModelSpec
from agent.llm.trial import list_models, try_model
from agent.settings import Settings
from tests.llm.asking import SECRET
from tests.llm.conftest import Serve
from tests.llm.faults import FaultServer, good, ignoring_format, say, status, without

SPEC = ModelSpec("openai", "stub")


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("CEHUA_CACHE_DIR", str(tmp_path / "cache"))


def test_the_playbook_has_nothing_to_try() -> None:
    with pytest.raises(SetupError, match="playbook"):
        try_model(ModelSpec.parse("playbook"))


def at(server: FaultServer, **more: object) -> Settings:
    return Settings(openai_base_url=server.url, _env_file=None, **more)  # type: ignore[arg-type]


def test_a_trial_says_what_the_endpoint_can_do(serve: Serve) -> None:
    server = serve(say(pause=0.03, pieces=6))
    report = try_model(SPEC, at(server, price="1/2"))
    assert report["methods"] == {"json_schema": True, "tools": True, "json_mode": True}
    assert (report["ok"], report["method"], report["streams"], report["tells_usage"]) == (
        True,
        "json_schema",
        True,
        True,
    )
    assert (report["temperature"], report["requests"], report["cost"]) == (True, 4, f"{4 * (10 + 24) / 1e6:.6f}")
    assert report["price"] == "1/2/1 USD per million tokens in/out/cached"
    assert report["tokens_per_second"] > 0
    assert report["seconds_to_first_text"] is not None


def test_a_trial_of_a_poor_endpoint_says_so_and_a_run_remembers(serve: Serve) -> None:
    server = serve(without("json_schema", "tools", "temperature", "stream_options", then=say(stream=False)))
    report = try_model(SPEC, at(server))
    assert report["methods"] == {"json_schema": False, "tools": False, "json_mode": True}
    assert (report["method"], report["streams"], report["temperature"]) == ("json_mode", False, False)
    assert (report["price"], report["cost"]) == (None, None)
    (kept,) = (Settings(_env_file=None).cache_dir / "endpoints").iterdir()
    assert json.loads(kept.read_text())["method"] == "json_mode"


def test_an_endpoint_without_any_method_fails_the_trial(serve: Serve) -> None:
    report = try_model(SPEC, at(serve(ignoring_format())))
    assert report["ok"] is False
    assert "json_schema, tools, json_mode" in report["error"]


def test_the_command_prints_a_table_or_json_and_its_exit_code(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(good)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("CEHUA_LANG", "en")
    runner = CliRunner()
    table = runner.invoke(app, ["model", "test", "openai:stub", "--method", "tools"])
    assert table.exit_code == 0
    assert "methods tools          yes" in table.stdout
    assert "json_schema" not in table.stdout
    told = runner.invoke(app, ["model", "test", "openai:stub", "--json"])
    assert json.loads(told.stdout)["ok"] is True
    server.steps = [status(503)]
    monkeypatch.setenv("CEHUA_CALL_TIMEOUT", "1")
    failed = runner.invoke(app, ["model", "test", "openai:stub"])
    assert failed.exit_code == 3
    assert SECRET not in failed.output
    assert runner.invoke(app, ["model", "test", "openai:stub", "--method", "magic"]).exit_code == 2
    assert runner.invoke(app, ["model", "list"]).stdout.count("\n") == len(models()) + 1


def test_the_list_says_what_is_here_and_what_to_do_for_the_rest(tmp_path: Path) -> None:
    first, *_, last = list_models(Settings(cache_dir=tmp_path, _env_file=None))
    assert first["spec"] == f"local:{models()[0].id}"
    assert first["where"] == f"not here: cehua model fetch {models()[0].id}"
    assert last["where"] == "OPENAI_API_KEY is set, OPENAI_BASE_URL is not set"
    assert SECRET not in str(last)
