"""Memory in large pages for a process that makes many plans.

A plan walks through some hundred megabytes of knowledge, rules and kept texts. In pages of 4 kB a processor spends a good part of its time in
finding out where they lie, in a virtual machine twice over: two processes that made the same plans in turn, one with pages of 2 MB, differed by
3 to 9 % of their processor time in four trials (plans 60 to 180, Linux 6.18 in a virtual machine, 2026-12-01). Linux gives large pages to those who ask where
its setting is `madvise`; where it is `always` they are there already, and where it is `never`, or on another system, nothing happens.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

LARGE = 2 * 2**20
"""Bytes of a large page, on x86-64 and on ARM with pages of 4 kB; what is smaller is left as it is."""
HUGEPAGE, COLLAPSE = 14, 25
"""madvise(2): large pages from now on; and at once for what lies there already, since Linux 6.1."""
OWN = ("", "[heap]")
"""Names of the ranges that hold objects: Python's arenas have none."""


def larger_as_it_grows(plans: int) -> None:
    """Asks for large pages after the first plan, the second, the fourth and so on: the more plans, the less a process grows by the next."""
    if plans.bit_count() == 1:
        in_large_pages()


def in_large_pages() -> int:
    """Asks for large pages for this process's objects; the bytes for which they were granted."""
    advise = _madvise()
    if advise is None:
        return 0
    granted = 0
    for start, size in _ranges(_maps()):
        if advise(start, size, HUGEPAGE) == 0:
            granted += size
            advise(start, size, COLLAPSE)
    return granted


def _ranges(maps: str) -> Iterator[tuple[int, int]]:
    """Start and size of the ranges that hold objects, by what /proc/self/maps tells."""
    for line in maps.splitlines():
        where, mode, _, _, inode, *name = line.split(maxsplit=5)
        start, end = (int(one, 16) for one in where.split("-"))
        if mode == "rw-p" and inode == "0" and "".join(name) in OWN and end - start >= LARGE:
            yield start, end - start


def _maps() -> str:
    try:
        return Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@functools.cache
def _madvise() -> Callable[[int, int, int], int] | None:
    """The system's call; None where it is not Linux that would be asked."""
    try:
        if "[madvise]" not in Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text(encoding="ascii"):
            return None
        call = ctypes.CDLL(None).madvise
    except (AttributeError, OSError, TypeError, UnicodeDecodeError):
        return None
    call.argtypes, call.restype = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int], ctypes.c_int
    return lambda start, size, advice: int(call(start, size, advice))
