"""What `--model` understands, and what `auto` chooses."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.errors import SetupError
from agent.llm import spec as specs
from agent.llm.catalogue import models
from agent.llm.embedded import serve
from agent.llm.machine import free_cores
from agent.llm.open import open_model
from agent.llm.spec import DEFAULT_OPENAI_MODEL, ModelSpec
from agent.settings import Settings

LOCAL = models()[0].id


def settings(tmp_path: Path, key: str | None = None, base_url: str | None = None) -> Settings:
    return Settings(
        cache_dir=tmp_path, openai_api_key=SecretStr(key) if key else None, openai_base_url=base_url, _env_file=None
    )


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("playbook", "playbook", ""),
        ("openai:gpt-5-mini", "openai", "gpt-5-mini"),
        ("OpenAI: qwen3:8b ", "openai", "qwen3:8b"),
        ("local", "local", LOCAL),
        (f"local:{LOCAL}", "local", LOCAL),
        ("local:/models/own.gguf", "local", "/models/own.gguf"),
    ],
)
def test_forms(text: str, kind: str, name: str) -> None:
    spec = ModelSpec.parse(text)
    assert (spec.kind, spec.name) == (kind, name)
    assert ModelSpec.parse(spec.label) == spec


@pytest.mark.parametrize("text", ["openai", "openai:", "gpt-5-mini", "playbook:x", "auto:x", "claude:x"])
def test_anything_else_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(SetupError, match=r"openai:NAME, local, .*playbook or auto"):
        ModelSpec.parse(text)


@pytest.mark.parametrize("text", ["", "auto", " AUTO "])
def test_auto_takes_a_key_first(text: str, tmp_path: Path) -> None:
    assert ModelSpec.parse(text, settings(tmp_path, "sk-x")).label == f"openai:{DEFAULT_OPENAI_MODEL}"


def test_auto_takes_a_fetched_model_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specs, "find", lambda *_a, **_k: tmp_path / "there.gguf")
    monkeypatch.setattr(specs.importlib.util, "find_spec", lambda _name: object())
    assert ModelSpec.parse("auto", settings(tmp_path)).label == f"local:{LOCAL}"


def test_auto_falls_back_to_the_playbook_and_says_how_to_get_more(tmp_path: Path) -> None:
    spec = ModelSpec.parse("auto", settings(tmp_path))
    assert spec.kind == "playbook"
    assert "cehua model fetch (1.1 GB)" in spec.note


def test_auto_names_the_extra_when_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specs.importlib.util, "find_spec", lambda _name: None)
    assert "cehua[local]" in ModelSpec.parse("auto", settings(tmp_path)).note


def test_no_key_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="OPENAI_API_KEY"):
        open_model(ModelSpec.parse("openai:gpt-5-mini"), settings(tmp_path))


def test_an_endpoint_of_ones_own_needs_no_key(tmp_path: Path) -> None:
    model = open_model(ModelSpec.parse("openai:qwen3:8b"), settings(tmp_path, base_url="http://127.0.0.1:11434/v1"))
    assert model.label == "openai:qwen3:8b"


def test_a_model_that_is_not_here_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cehua model fetch"):
        open_model(ModelSpec.parse("local"), settings(tmp_path))
    with pytest.raises(SetupError, match=r"no model file at .*own\.gguf"):
        open_model(ModelSpec.parse(f"local:{tmp_path}/own.gguf"), settings(tmp_path))
    with pytest.raises(SetupError, match="Known models"):
        open_model(ModelSpec.parse("local:unheard-of"), settings(tmp_path))


def test_a_file_that_is_no_model_is_refused_before_loading(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    own = tmp_path / "own.gguf"
    own.write_bytes(b"PK\x03\x04 not a model")
    with pytest.raises(SetupError, match="not a GGUF file"):
        serve(own)


def test_too_little_memory_is_said_before_loading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xllamacpp")
    monkeypatch.setattr("agent.llm.embedded.free_memory_mb", lambda: 100)
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")
    with pytest.raises(SetupError, match="100 MiB are free"):
        serve(own)


def test_at_least_one_core_is_used() -> None:
    assert free_cores() >= 1
