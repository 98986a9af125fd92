"""Recorded traffic: replayed to the same request only, readable, without secrets, against a scripted endpoint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.llm import ChatModel, ModelSpec
from agent.llm.abilities import Abilities, Memory
from agent.llm.client import Endpoint
from evals import live
from evals.brief import briefs
from evals.case import Case, draft
from evals.offline import closed
from evals.traffic import cassette as tapes
from evals.traffic.cassette import StaleTraffic, cassette, known
from evals.traffic.normal import HOST, body_of, key, leaks, said
from evals.traffic.writer import one_shot, write
from tests.llm.conftest import Serve
from tests.llm.faults import say

SPEC = ModelSpec("openai", "stub")
SECRET = "sk-secret-0123456789"
ASKED = {
    "model": "m",
    "messages": [{"role": "user", "content": "写一句"}],
    "temperature": 0.3,
    "stream": True,
    "user": "u1",
}


def chat(url: str) -> ChatModel:
    """A model at a URL that is known to take JSON schemas."""
    memory = Memory(None)
    memory.keep(url, "stub", Abilities(method="json_schema"))
    endpoint = Endpoint("stub", SecretStr(SECRET), base_url=url)
    return ChatModel("openai:stub", lambda: endpoint, attempts=1, deadline=20.0, pause=0.01, memory=memory)


def test_another_request_has_another_key() -> None:
    body = body_of(json.dumps(ASKED))
    assert body is not None
    assert "stream" not in body
    assert key(body) == key(dict(reversed(list(body.items()))))
    for change in ({"temperature": 0.4}, {"messages": [{"role": "user", "content": "写两句"}]}, {"model": "n"}):
        assert key({**body, **change}) != key(body)
    assert body_of(json.dumps({**ASKED, "id_slot": 0})) is None
    assert body_of(b"no json") is None


def test_a_stream_is_kept_as_words() -> None:
    events = [{"id": "x", "created": 1, "choices": [{"delta": {"content": piece}}]} for piece in ("冷泡", "龙井")]
    events.append({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    raw = "".join(f"data: {json.dumps(one)}\n\n" for one in events) + "data: [DONE]\n\n"
    assert "冷泡龙井" in said(raw)
    assert "created" not in said(raw)
    assert said(said(raw)) == said(raw)


def test_a_stream_that_was_long_in_coming_is_kept_as_words() -> None:
    event = {"id": "x", "created": 1, "timings": {"prompt_ms": 9.5}, "choices": [{"delta": {"content": "冷泡"}}]}
    raw = ":\n\n:\n\n" + f"data: {json.dumps(event)}\n\n" + ":\n\n" + "data: [DONE]\n\n"
    assert "冷泡" in said(raw)
    assert not any(clock in said(raw) for clock in ("created", "timings", '"id"'))


@pytest.mark.parametrize(
    "text",
    [f"key {SECRET}", "Authorization: Bearer abcdefghijk", "/home/someone/model.gguf", "http://127.0.0.1:8080/v1"],
)
def test_leaks_are_seen(text: str) -> None:
    assert leaks(text)


def test_prose_is_no_leak() -> None:
    assert leaks("小红书/抖音 9.9 元/瓶, see work/life and https://example.org/home") == []


@pytest.mark.enable_socket
def test_recorded_once_replayed_without_a_network_and_stale_when_the_prompt_changes(
    serve: Serve, tmp_path: Path
) -> None:
    case = Case(briefs(only=("yunqi-sentence",))[0])
    server = serve(say("# 云栖豆坊\n豆浆方案"))
    path = tmp_path / "one.yaml"
    with cassette(path, record=True, about="Recorded from a scripted endpoint.") as tape:
        first = one_shot(case, lambda: chat(server.url))
    assert (len(tape.missed), len(tape.played)) == (1, 0)
    text = path.read_text(encoding="utf-8")
    assert "豆浆方案" in text
    assert "scripted endpoint" in text
    assert "response_format" not in text
    assert leaks(text) == []
    with closed(), cassette(path, record=False) as tape:
        again = one_shot(case, lambda: chat(HOST))
    assert again == first
    assert not tape.stale
    changed = Case(case.brief.model_copy(update={"text": case.brief.text + "预算 3 万元。"}))
    with pytest.raises(StaleTraffic), closed(), cassette(path, record=False) as tape:
        one_shot(changed, lambda: chat(HOST))
    assert tape.stale


@pytest.mark.enable_socket
def test_a_recording_broken_off_keeps_the_old_and_the_new(serve: Serve, tmp_path: Path) -> None:
    path, server = tmp_path / "one.yaml", serve(say("# 方案"))
    cases = [Case(one) for one in briefs(only=("yunqi-sentence", "beimai-tiny"))]
    with cassette(path, record=True):
        one_shot(cases[0], lambda: chat(server.url))

    def broken_off() -> None:
        with cassette(path, record=True):
            one_shot(cases[1], lambda: chat(server.url))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert len(known(path)) == 2


@pytest.mark.enable_socket
def test_recording_again_asks_only_what_is_stale(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tapes, "FOLDER", tmp_path)
    server = serve(say())
    monkeypatch.setattr(live, "open_model", lambda spec, settings: chat(server.url))
    chosen = briefs(only=("beimai-impossible",))
    told: list[str] = []
    from agent.settings import load_settings

    first = live.record(chosen, SPEC, load_settings(), told.append)
    assert first[0].stale > 10
    held = known(tapes.path_of("beimai-impossible", SPEC.label))
    again = live.record(chosen, SPEC, load_settings(), told.append)
    assert again[0].stale == 0
    assert again[0].kept == len(held)
    assert len([one for one in told if not one.startswith("  ")]) == 2


@pytest.mark.enable_socket
def test_one_stage_leaves_the_others_as_they_were(serve: Serve) -> None:
    case = draft(briefs(only=("beimai-impossible",))[0])
    server = serve(say())
    done = write(case, SPEC, lambda: chat(server.url), stage="personas")
    assert case.plan is not None
    assert done.plan is not None
    assert done.plan.words["personas"].characters > 0
    assert done.plan.strategy == case.plan.strategy


def test_committed_cassettes_hold_no_secret_and_say_what_they_are() -> None:
    for path in tapes.FOLDER.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert leaks(text) == [], path.name
        assert text.startswith("about: Recorded from real calls to "), path.name


@pytest.mark.enable_socket
def test_how_many_answers_the_time_allowed_is_kept(serve: Serve, tmp_path: Path) -> None:
    path, server = tmp_path / "one.yaml", serve(say("# 方案"))
    cases = [Case(one) for one in briefs(only=("yunqi-sentence", "beimai-tiny"))]

    def asked(case: Case, draws: dict[str, int], *, broken_off: bool = False) -> None:
        with cassette(path, record=True) as tape:
            one_shot(case, lambda: chat(server.url))
            tape.drawn = draws
            if broken_off:
                raise KeyboardInterrupt

    asked(cases[0], {"personas.personas[0].summary 1": 2, "strategy.idea 0": 1})
    with cassette(path, record=False) as tape:
        assert tape.told == {"personas.personas[0].summary 1": 2, "strategy.idea 0": 1}
    with pytest.raises(KeyboardInterrupt):
        asked(cases[1], {"strategy.idea 0": 3}, broken_off=True)
    with cassette(path, record=False) as tape:
        assert tape.told == {"personas.personas[0].summary 1": 2, "strategy.idea 0": 3}


@pytest.mark.enable_socket
def test_a_small_models_run_is_repeated_whatever_the_clock_says(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a slow machine had no time to ask is not asked by a quick one: the recording would be stale at once."""
    monkeypatch.setattr(tapes, "FOLDER", tmp_path)
    server = serve(say('{"text": "这一句与原句毫无关系。"}'))
    spec, brief = ModelSpec("local", "qwen2.5-coder-1.5b-instruct-q4_k_m"), briefs(only=("beimai-impossible",))[0]
    monkeypatch.setattr("agent.words.small.seconds", lambda: 1e-9)
    first, _ = live._taped(brief, spec, lambda: chat(server.url), "personas", record=True)
    held = known(tapes.path_of(brief.id, live.label_of(spec, "personas")))
    monkeypatch.setattr("agent.words.small.seconds", lambda: 1e9)
    with closed():
        again, tape = live._taped(brief, spec, lambda: chat(HOST), "personas", record=False)
    assert held
    assert not tape.stale
    assert tape.played == held
    assert 0 in tape.drawn.values()
    assert again.plan == first.plan
    tapes.path_of(brief.id, live.label_of(spec, "personas")).write_text("calls: []", encoding="utf-8")
    with closed():
        assert live._taped(brief, spec, lambda: chat(HOST), "personas", record=False)[1].stale


@pytest.mark.enable_socket
def test_one_prompt_is_asked_again_only_where_it_is_stale(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tapes, "FOLDER", tmp_path)
    chosen = briefs(only=("yunqi-sentence", "beimai-tiny"))
    server = serve(say("# 方案"))
    with cassette(tapes.path_of(chosen[0].id, f"{SPEC.label}-one-shot"), record=True):
        one_shot(Case(chosen[0]), lambda: chat(server.url))
    monkeypatch.setattr(live, "replayed", lambda spec: chat(HOST))
    with closed():
        assert live.stale_one_shots(chosen, SPEC) == chosen[1:]
    assert not tapes.path_of(chosen[1].id, f"{SPEC.label}-one-shot").exists()
