"""Serves a model file inside this process: llama.cpp's own HTTP server on a loopback port, started on first use."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.errors import SetupError

log = logging.getLogger(__name__)

DEFAULT_CONTEXT = 16384
"""Tokens that all parallel requests share: prompts and answers together."""
DEFAULT_PARALLEL = 4
SPARE_MB = 900
"""Memory for the context and the work buffers beside the model's own bytes, in MiB."""


@dataclass(frozen=True)
class _Running:
    server: Any
    base_url: str
    context: int
    parallel: int
    slots: tempfile.TemporaryDirectory[str]
    """Folder through which one slot's memory is copied to the others; emptied at once."""


_running: dict[Path, _Running] = {}
_starting = threading.Lock()


def serve(path: Path, *, threads: int = 0, parallel: int = DEFAULT_PARALLEL, context: int = DEFAULT_CONTEXT) -> str:
    """The base URL ("http://127.0.0.1:PORT/v1") of the model at `path`, which is loaded on the first call.

    `threads` 0 takes the cores that are free now. `context` is shared by `parallel` requests at once. A model that runs
    already is used as it is. Takes seconds on the first call: call it from a thread when an event loop is running.

    Raises SetupError when xllamacpp is missing, the file cannot be loaded, memory is short, or the running model's
    context is smaller than asked for.
    """
    path = path.resolve()
    with _starting:
        running = _running.get(path)
        if running is None:
            running = _start(path, threads or free_cores(), parallel, context)
            _running[path] = running
    if running.context < context:
        raise SetupError(
            f"The embedded model already runs with a context of {running.context} tokens; {context} were asked for.",
            hint="Start cehua again with the larger context.",
        )
    return running.base_url


def warm(path: Path, messages: list[dict[str, str]]) -> None:
    """Lets the running model read `messages` once and hands what it read to every slot.

    Without it each of the parallel slots reads the same prefix for itself, which costs a small model many seconds. Blocks
    until the reading is done. Does nothing when the model does not run.
    """
    running = _running.get(path.resolve())
    if running is None:
        return
    root = running.base_url.removesuffix("/v1")
    saved = Path(running.slots.name) / "prefix"
    try:
        _post(f"{running.base_url}/chat/completions", {"messages": messages, "max_tokens": 1, "id_slot": 0})
        _post(f"{root}/slots/0?action=save", {"filename": saved.name})
        for slot in range(1, running.parallel):
            _post(f"{root}/slots/{slot}?action=restore", {"filename": saved.name})
    except OSError as error:
        log.warning("the prefix could not be read ahead (%s); calls read it themselves", error)
    finally:
        saved.unlink(missing_ok=True)


def _post(url: str, body: dict[str, Any]) -> None:
    """Posts JSON to the loopback server, never through a proxy."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.closing(opener.open(request)) as answer:
        answer.read()


def _start(path: Path, threads: int, parallel: int, context: int) -> _Running:
    try:
        import xllamacpp
    except ImportError:
        raise SetupError(
            "The embedded model needs the package xllamacpp, which is not installed.",
            hint="Install it with: pip install 'cehua[local]' (or use --model playbook).",
        ) from None
    _require_gguf(path)
    _require_memory(path)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {path.stem}
    params.n_ctx = context
    params.n_parallel = parallel
    params.kv_unified = True
    params.cont_batching = True
    params.cache_prompt = True
    params.cache_idle_slots = False
    slots = tempfile.TemporaryDirectory(prefix="cehua-", ignore_cleanup_errors=True)
    params.slot_save_path = f"{slots.name}/"
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.warmup = False
    params.ui = False
    params.verbosity = 0
    params.port = 0
    try:
        server = xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        raise SetupError(
            f"The model file {path.name} could not be loaded ({error}).",
            hint="Check that it is a complete GGUF file of a chat model; `cehua model fetch` brings a verified one.",
        ) from error
    return _Running(
        server=server, base_url=f"{server.listening_address}/v1", context=context, parallel=parallel, slots=slots
    )


def free_cores() -> int:
    """Cores that nobody uses at this moment, at least 1: threads that wait for a busy core slow all the others down."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, round(cores - _busy_cores())))


def _busy_cores() -> float:
    """Cores in use by all processes together, over a quarter of a second; the load average where that is not known."""
    before = _cpu_ticks()
    if before is None:
        return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    time.sleep(0.25)
    after = _cpu_ticks() or before
    busy, total = after[0] - before[0], after[1] - before[1]
    return (os.cpu_count() or 1) * busy / total if total else 0.0


def _cpu_ticks() -> tuple[int, int] | None:
    """(busy, all) clock ticks of all cores since boot, or None where the system does not tell."""
    stat = Path("/proc/stat")
    if not stat.is_file():
        return None
    ticks = [int(word) for word in stat.read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)


def _require_gguf(path: Path) -> None:
    if not path.is_file():
        raise SetupError(f"There is no model file at {path}.", hint="Check the path, or run `cehua model fetch`.")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise SetupError(f"{path.name} is not a GGUF file.", hint="Give the path of a model in GGUF format.")


def _require_memory(path: Path) -> None:
    free = _free_memory_mb()
    needed = path.stat().st_size // 2**20 + SPARE_MB
    if free is not None and free < needed:
        raise SetupError(
            f"The embedded model needs about {needed} MiB of memory and {free} MiB are free.",
            hint="Close other programs, use --model playbook, or give an endpoint with --model openai:NAME.",
        )


def _free_memory_mb() -> int | None:
    """Memory that can be taken now, in MiB, within the container's limit if there is one; None when unknown."""
    known: list[int] = []
    meminfo = Path("/proc/meminfo")
    if meminfo.is_file():
        rows = dict(line.split(":", 1) for line in meminfo.read_text(encoding="ascii").splitlines())
        known.append(int(rows["MemAvailable"].split()[0]) // 1024)
    limit, used = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")
    if limit.is_file() and used.is_file() and limit.read_text().strip().isdigit():
        known.append((int(limit.read_text()) - int(used.read_text())) // 2**20)
    return min(known) if known else None
