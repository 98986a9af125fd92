from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent import pages
from agent.batch import worker

ROWS = (
    ("55d0a0000000-55d0a0400000 r-xp 00000000 08:01 131                        /usr/bin/python3.11", 4096),
    ("55d0a2000000-55d0a2800000 rw-p 00000000 00:00 0                          [heap]", 8192),
    ("7f1000000000-7f1000400000 rw-p 00000000 00:00 0 ", 4096),
    ("7f1001000000-7f1001100000 rw-p 00000000 00:00 0 ", 1024),
    ("7f1002000000-7f1002400000 ---p 00000000 00:00 0 ", 4096),
    ("7f1003000000-7f1003400000 rw-p 00000000 08:01 77                         /tmp/a table.bin", 4096),
    ("7f1004000000-7f1004400000 rw-s 00000000 00:01 9                          /dev/shm/x", 4096),
    ("7f1005000000-7f1005800000 rw-p 00000000 00:00 0 ", 6200),
    ("7f1006000000-7f1006800000 rw-p 00000000 00:00 0 ", 40),
    ("7ffd00000000-7ffd00800000 rw-p 00000000 00:00 0                          [stack]", 8192),
)
"""Ranges and the kilobytes of them that lie in memory; the last but one is a thread's stack."""
MAPS = "".join(
    f"{row}\nSize: 9 kB\nKernelPageSize: 4 kB\nRss:       {rss} kB\nVmFlags: rd wr mr\n" for row, rss in ROWS
)
SETTING = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def test_ranges_are_those_that_hold_objects_and_are_large_enough() -> None:
    found = list(pages._ranges(MAPS))
    assert found == [(0x7F1000000000, 0x400000), (0x7F1005000000, 0x800000)]


def test_each_range_is_asked_for_and_those_granted_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int, int]] = []

    def advise(start: int, size: int, advice: int) -> int:
        asked.append((start, size, advice))
        return -1 if start == 0x7F1000000000 else 0

    monkeypatch.setattr(pages, "_maps", lambda: MAPS)
    monkeypatch.setattr(pages, "_madvise", lambda: advise)
    assert pages.in_large_pages() == 0x800000
    assert asked == [(0x7F1000000000, 0x400000, pages.COLLAPSE), (0x7F1005000000, 0x800000, pages.COLLAPSE)]


def test_nothing_is_asked_where_the_system_has_no_such_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_madvise", lambda: None)
    assert pages.in_large_pages() == 0


def test_objects_outlive_the_real_call() -> None:
    """In a process of its own: this one holds a gigabyte that would be moved."""
    program = (
        "from agent.pages import in_large_pages\n"
        "made = lambda: [str(number) * 40 for number in range(100_000)]\n"
        "held = made()\n"
        "granted = in_large_pages()\n"
        "assert held == made()\n"
        "print(granted)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    asks = sys.platform == "linux" and SETTING.exists() and "[madvise]" in SETTING.read_text(encoding="ascii")
    assert int(told) == 0 or asks


def test_it_is_asked_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    for number in range(1, 101):
        monkeypatch.setattr(pages, "in_large_pages", lambda number=number: asked.append(number))
        pages.larger_as_it_grows(number)
    assert asked == [1, 2, 4, 8, 16, 32, 64]


def test_a_process_of_the_pool_asks_as_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(worker.gc, "freeze", lambda: None)
    monkeypatch.setattr(worker, "larger_as_it_grows", told.append)
    for number in (1, 2, 3):
        worker._tidy(number)
    assert told == [1, 2, 3]
