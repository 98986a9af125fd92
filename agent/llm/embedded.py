"""Serves a model file inside this process: llama.cpp's own HTTP server on a loopback port, started on first use."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import shutil
import tempfile
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from agent.errors import SetupError
from agent.files import write_atomically
from agent.llm.machine import free_cores, free_memory_mb, has_avx2

log = logging.getLogger(__name__)

DEFAULT_PARALLEL = 4
"""Requests at once: reading weights dominates, so four together write faster than one even on a single core."""
CONTEXTS = (16384, 8192, 4096)
"""Tokens that all parallel requests share, prompts and answers together: the largest that memory allows is taken."""
_BUFFERS_MB = 400
_CACHE_MB_PER_TOKEN = 0.03
"""Memory for the context of a 1.1 GB model, per token; grows with the model's size."""
_REFERENCE_BYTES = 1_117_320_768


@dataclass(frozen=True)
class Fit:
    """How a model is served on this machine."""

    threads: int
    """Processor threads."""
    parallel: int
    """Requests at once."""
    context: int
    """Tokens that those requests share."""


@dataclass(frozen=True)
class _Running:
    server: Any
    base_url: str
    fit: Fit
    slots: tempfile.TemporaryDirectory[str]
    """Folder through which one slot's memory is copied to the others; emptied at once."""


_running: dict[Path, _Running] = {}
_starting = threading.Lock()


def serve(path: Path, *, threads: int = 0, parallel: int = 0, context: int = 0) -> str:
    """The base URL ("http://127.0.0.1:PORT/v1") of the model at `path`, which is loaded on the first call of the process.

    0 lets the machine decide (see `fit`). A model that runs already is used as it is. Takes seconds on the first call: call
    it from a thread when an event loop is running.

    Raises SetupError when xllamacpp is missing, the processor lacks AVX2, the file cannot be loaded, memory is short, or the
    running model's context is smaller than asked for.
    """
    path = path.resolve()
    with _starting:
        running = _running.get(path)
        if running is None:
            running = _start(path, threads, parallel, context)
            _running[path] = running
    if running.fit.context < context:
        raise SetupError(
            f"The embedded model already runs with a context of {running.fit.context} tokens; {context} were asked for.",
            hint="Start cehua again with the larger context.",
        )
    return running.base_url


def fit(size: int, *, threads: int = 0, parallel: int = 0, context: int = 0) -> Fit:
    """Threads, slots and context for a model file of `size` bytes; what is given stands, the rest is chosen from the machine.

    Raises SetupError when even the smallest context (or the one asked for) does not fit into the free memory.
    """
    free = free_memory_mb()
    for tokens in (context,) if context else CONTEXTS:
        needed = needed_mb(size, tokens)
        if free is None or needed <= free:
            return Fit(threads or free_cores(), parallel or DEFAULT_PARALLEL, tokens)
    raise SetupError(
        f"The embedded model needs about {needed} MiB of memory and {free} MiB are free.",
        hint="Close other programs, use --model playbook, or give an endpoint with --model openai:NAME.",
    )


def needed_mb(size: int, context: int) -> int:
    """Memory, in MiB, for a model file of `size` bytes with a context of so many tokens."""
    return round(size / 2**20 + _BUFFERS_MB + context * _CACHE_MB_PER_TOKEN * max(size / _REFERENCE_BYTES, 0.25))


def warm(path: Path, messages: list[dict[str, str]], kept: Path | None = None) -> None:
    """Lets the running model read `messages` once and hands what it read to every slot.

    Without it each of the parallel slots reads the same prefix for itself, which costs a small model many seconds. What was
    read is kept in the folder `kept`, if one is given, and not read again by later processes. Blocks until the reading is
    done. Does nothing when the model does not run. Raises SetupError when the prefix is longer than the context.
    """
    running = _running.get(path.resolve())
    if running is None:
        return
    saved = Path(running.slots.name) / "prefix"
    known = kept / _prefix_name(path, messages) if kept else None
    try:
        if known and known.is_file():
            shutil.copyfile(known, saved)
            if _hand_out(running, saved, first=0):
                return
            known.unlink(missing_ok=True)  # another build of the engine, or a torn file
        _post(f"{running.base_url}/chat/completions", {"messages": messages, "max_tokens": 1, "id_slot": 0})
        _post(f"{running.base_url.removesuffix('/v1')}/slots/0?action=save", {"filename": saved.name})
        _hand_out(running, saved, first=1)
        if known:
            known.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(known, saved.read_bytes())
    except OSError as error:
        log.warning("the prefix could not be read ahead (%s); calls read it themselves", error)
    finally:
        saved.unlink(missing_ok=True)


def _hand_out(running: _Running, saved: Path, *, first: int) -> bool:
    """Gives the slots from `first` on what was saved; whether they took it."""
    root = running.base_url.removesuffix("/v1")
    try:
        for slot in range(first, running.fit.parallel):
            _post(f"{root}/slots/{slot}?action=restore", {"filename": saved.name})
    except OSError as error:
        log.info("a slot did not take the prefix: %s", error)
        return False
    return True


def _prefix_name(path: Path, messages: list[dict[str, str]]) -> str:
    """File name for what a model read: the model file, the engine and the messages make it."""
    stat = path.stat()
    made_of = [path.name, stat.st_size, stat.st_mtime_ns, metadata.version("xllamacpp"), messages]
    return hashlib.sha256(json.dumps(made_of, ensure_ascii=False).encode()).hexdigest()[:32]


def overflow(error: Any) -> SetupError | None:
    """The operator's error for a server's answer that a request is longer than the context; None for any other answer."""
    told = error.get("error", error) if isinstance(error, dict) else {}
    if not isinstance(told, dict) or told.get("type") != "exceed_context_size_error":
        return None
    return SetupError(
        f"A request of {told.get('n_prompt_tokens')} tokens is longer than the embedded model's context of {told.get('n_ctx')}.",
        hint="Set CEHUA_CONTEXT to a larger number (the model's memory grows with it), or shorten the brief.",
    )


def _post(url: str, body: dict[str, Any]) -> Any:
    """Posts JSON to the loopback server, never through a proxy; the answer's JSON."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with contextlib.closing(opener.open(request)) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with contextlib.suppress(ValueError):
            too_long = overflow(json.load(error))
            if too_long:
                raise too_long from None
        raise


def _start(path: Path, threads: int, parallel: int, context: int) -> _Running:
    try:
        import xllamacpp
    except ImportError:
        raise SetupError(
            "The embedded model needs the package xllamacpp, which is not installed.",
            hint="Install it with: pip install 'cehua[local]' (or use --model playbook).",
        ) from None
    _require_gguf(path)
    _require_avx2()
    chosen = fit(path.stat().st_size, threads=threads, parallel=parallel, context=context)
    log.info("embedded model: %d threads, %d slots, context %d", chosen.threads, chosen.parallel, chosen.context)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {path.stem}
    params.n_ctx = chosen.context
    params.n_parallel = chosen.parallel
    params.kv_unified = True
    params.cont_batching = True
    params.cache_prompt = True
    params.cache_idle_slots = False
    slots = tempfile.TemporaryDirectory(prefix="cehua-", ignore_cleanup_errors=True)
    params.slot_save_path = f"{slots.name}/"
    params.cpuparams.n_threads = chosen.threads
    params.cpuparams_batch.n_threads = chosen.threads
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
    return _Running(server=server, base_url=f"{server.listening_address}/v1", fit=chosen, slots=slots)


def _require_gguf(path: Path) -> None:
    if not path.is_file():
        raise SetupError(f"There is no model file at {path}.", hint="Check the path, or run `cehua model fetch`.")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise SetupError(f"{path.name} is not a GGUF file.", hint="Give the path of a model in GGUF format.")


def _require_avx2() -> None:
    if has_avx2() is False:
        raise SetupError(
            "The embedded model needs a processor with AVX2, and this one has none.",
            hint="Use --model playbook, or give an endpoint with --model openai:NAME.",
        )
