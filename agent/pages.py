"""Memory in large pages for a process that makes many plans.

A plan walks through some hundred megabytes of knowledge, rules and kept texts. In pages of 4 kB a processor spends a good part of its time in
finding out where they lie, in a virtual machine twice over: of two processes that made the same plans in turn, the one with pages of 2 MB took 4 % less
of the processor from the 60th plan on, 3 to 8 % less before (Linux 6.18 in a virtual machine, 140 plans, 2026-12-01). Linux moves objects into large pages
for those who ask where its setting is `madvise`; where it is `always` they lie there already, and where it is `never`, or on another system,
nothing happens.
"""

from __future__ import annotations

import ctypes
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

LARGE = 2 * 2**20
"""Bytes of a large page, on x86-64 and on ARM with pages of 4 kB; what is smaller is left as it is."""
FULL = 0.75
"""Share of a range that has to lie in memory: the rest of it would be taken up as well."""
COLLAPSE = 25
"""madvise(2), since Linux 6.1: what lies here now into large pages. Large pages from now on are not asked for: what is given back to the
system would come again in whole pages of 2 MB, and a batch's memory has a bound."""


def larger_as_it_grows(plans: int) -> None:
    """Asks for large pages after the first plan, the second, the fourth and so on: the more plans, the less a process grows by the next."""
    if plans.bit_count() == 1:
        in_large_pages()


def in_large_pages() -> int:
    """Asks for large pages for this process's objects; the bytes of those ranges that lie in them as a whole."""
    advise = _madvise()
    if advise is None:
        return 0
    granted = 0
    for start, size in _ranges(_maps()):
        if advise(start, size, COLLAPSE) == 0:
            granted += size
    return granted


def _ranges(told: str) -> Iterator[tuple[int, int]]:
    """Start and size of the ranges that hold objects, by what /proc/self/smaps tells: Python's arenas have no name and lie in memory nearly
    as a whole; stacks of threads have none either, and are nearly empty.
    """
    for found in _RANGE.finditer(told):
        start, end, resident = int(found[1], 16), int(found[2], 16), int(found[3]) * 1024
        if end - start >= LARGE and resident >= FULL * (end - start):
            yield start, end - start


_RANGE = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0 *\n(?:(?!Rss:)[A-Z].*\n)*Rss: +(\d+) kB$", re.M)


def _maps() -> str:
    try:
        return Path("/proc/self/smaps").read_text(encoding="utf-8", errors="replace")
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
