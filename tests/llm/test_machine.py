"""What the machine offers, and how a model is fitted into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import SetupError
from agent.llm import embedded, machine
from agent.llm.embedded import CONTEXTS, DEFAULT_PARALLEL, fit, needed_mb, overflow

SIZE = 1_117_320_768


def with_memory(monkeypatch: pytest.MonkeyPatch, free: int | None) -> None:
    monkeypatch.setattr(embedded, "free_memory_mb", lambda: free)
    monkeypatch.setattr(embedded, "free_cores", lambda: 2)


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_largest_context_that_memory_allows_is_taken(monkeypatch: pytest.MonkeyPatch, context: int) -> None:
    with_memory(monkeypatch, needed_mb(SIZE, context))
    assert fit(SIZE) == embedded.Fit(2, DEFAULT_PARALLEL, context)


def test_what_is_asked_for_stands_or_is_refused_with_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with_memory(monkeypatch, 4000)
    assert fit(SIZE, threads=3, parallel=2, context=4096) == embedded.Fit(3, 2, 4096)
    with pytest.raises(SetupError, match=f"{needed_mb(SIZE, 200_000)} MiB of memory and 4000 MiB are free"):
        fit(SIZE, context=200_000)


def test_a_machine_that_does_not_tell_gets_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    with_memory(monkeypatch, None)
    assert fit(SIZE).context == CONTEXTS[0]


@pytest.mark.parametrize(("flags", "known"), [("fpu sse4_2 avx avx2 fma", True), ("fpu sse4_2 avx", False)])
def test_avx2_is_read_from_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str, known: bool
) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags : {flags}\n")
    monkeypatch.setattr(machine, "_PROC", tmp_path)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert machine.has_avx2() is known


def test_a_processor_without_avx2_is_told_before_loading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xllamacpp")
    monkeypatch.setattr(embedded, "has_avx2", lambda: False)
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")
    with pytest.raises(SetupError, match="AVX2"):
        embedded.serve(own)


def test_the_containers_limits_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    (tmp_path / "memory.max").write_text(str(700 * 2**20))
    (tmp_path / "memory.current").write_text(str(200 * 2**20))
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    assert machine.cpu_quota() == 1.5
    assert machine.free_memory_mb() == 500
    assert machine.free_cores() == 1


def test_a_request_longer_than_the_context_says_how_much_is_needed() -> None:
    told = {"error": {"type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 4096}}
    assert "9000 tokens" in str(overflow(told))
    assert overflow({"error": {"type": "server_error"}}) is None


def test_what_this_process_does_meanwhile_leaves_the_cores_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """A playbook that is being written must not cost the model a thread."""
    ticks = iter([(100, 200), (150, 300)])  # of two cores, one was busy
    monkeypatch.setattr(machine, "_cpu_ticks", lambda: next(ticks))
    monkeypatch.setattr(machine.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(machine.time, "sleep", lambda _seconds: None)
    clock, own = iter([10.0, 11.0]), iter([5.0, 6.0])
    monkeypatch.setattr(machine.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(machine.time, "process_time", lambda: next(own))
    assert machine._busy_cores() == 0.0


def test_a_prefix_that_was_read_once_is_handed_out_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second process restores every slot and reads nothing; a file that the engine refuses is read anew."""
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF")
    slots, kept = tmp_path / "slots", tmp_path / "kept"
    slots.mkdir()
    asked: list[str] = []
    refuse = False

    def post(url: str, body: dict[str, object]) -> None:
        asked.append(url.partition("/slots")[2] or "read")
        if "save" in url:
            (slots / "prefix").write_bytes(b"state")
        if "restore" in url and refuse:
            raise OSError("another engine")

    folder = type("Folder", (), {"name": str(slots)})()
    fit = embedded.Fit(threads=1, parallel=2, context=4096)
    running = embedded._Running(server=None, base_url="http://127.0.0.1:1/v1", fit=fit, slots=folder)
    monkeypatch.setitem(embedded._running, file, running)
    monkeypatch.setattr(embedded, "_post", post)
    monkeypatch.setattr(embedded.metadata, "version", lambda _name: "1")
    messages = [{"role": "system", "content": "一"}]
    embedded.warm(file, messages, kept)
    assert asked == ["read", "/0?action=save", "/1?action=restore"]
    asked.clear()
    embedded.warm(file, messages, kept)
    assert asked == ["/0?action=restore", "/1?action=restore"]
    asked.clear()
    refuse = True
    embedded.warm(file, messages, kept)
    assert "read" in asked
