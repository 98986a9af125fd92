"""What this machine has for an embedded model: cores that are free, memory that can be taken, the instructions its kernels need."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

_X86 = frozenset({"x86_64", "amd64", "x86", "i386", "i686"})
_PROC = Path("/proc")
_CGROUP = Path("/sys/fs/cgroup")


def free_cores() -> int:
    """Cores that nobody uses at this moment, at least 1: threads that wait for a busy core slow all the others down.

    Counts what this process may run on (affinity) and what its container may use (the cgroup's quota).
    """
    cores = float(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    quota = cpu_quota()
    if quota is not None:
        cores = min(cores, quota)
    return max(1, min(int(cores), round(cores - _busy_cores())))


def cpu_quota() -> float | None:
    """Cores' worth of time that the container may use (cgroup v2 or v1); None without a limit."""
    quota, period = _words(_CGROUP / "cpu.max")[:2] or ("", "")
    if not quota:
        quota = " ".join(_words(_CGROUP / "cpu/cpu.cfs_quota_us"))
        period = " ".join(_words(_CGROUP / "cpu/cpu.cfs_period_us"))
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() and int(period) else None


def free_memory_mb() -> int | None:
    """Memory that can be taken now, in MiB, within the container's limit if there is one; None when unknown."""
    known: list[int] = []
    meminfo = _PROC / "meminfo"
    if meminfo.is_file():
        rows = dict(line.split(":", 1) for line in meminfo.read_text(encoding="ascii").splitlines() if ":" in line)
        if "MemAvailable" in rows:
            known.append(int(rows["MemAvailable"].split()[0]) // 1024)
    for limit, used in (
        (_CGROUP / "memory.max", _CGROUP / "memory.current"),
        (_CGROUP / "memory/memory.limit_in_bytes", _CGROUP / "memory/memory.usage_in_bytes"),
    ):
        bound, taken = " ".join(_words(limit)), " ".join(_words(used))
        if bound.isdigit() and taken.isdigit():
            known.append((int(bound) - int(taken)) // 2**20)
    return min(known) if known else None


def has_avx2() -> bool | None:
    """Whether an x86 processor knows AVX2, which the prebuilt kernels use; True on other processors, None when nobody says."""
    if platform.machine().lower() not in _X86:
        return True
    cpuinfo = _PROC / "cpuinfo"
    if cpuinfo.is_file():
        flags = [
            line
            for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
            if line.startswith("flags")
        ]
        return "avx2" in flags[0].split() if flags else None
    if sys.platform == "darwin":
        asked = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "machdep.cpu.leaf7_features"], capture_output=True, text=True, check=False
        )
        return "AVX2" in asked.stdout.split() if asked.returncode == 0 else None
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.IsProcessorFeaturePresent(40))  # PF_AVX2_INSTRUCTIONS_AVAILABLE
    return None


def _busy_cores() -> float:
    """Cores in use by other processes, over a quarter of a second; the load average where that is not known.

    What this process does meanwhile is its own, and over before the model writes.
    """
    before, own, started = _cpu_ticks(), time.process_time(), time.monotonic()
    if before is None:
        return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    time.sleep(0.25)
    after = _cpu_ticks() or before
    busy, total = after[0] - before[0], after[1] - before[1]
    mine = (time.process_time() - own) / (time.monotonic() - started)
    return max(0.0, (os.cpu_count() or 1) * busy / total - mine) if total else 0.0


def _cpu_ticks() -> tuple[int, int] | None:
    """(busy, all) clock ticks of all cores since boot, or None where the system does not tell."""
    stat = _PROC / "stat"
    if not stat.is_file():
        return None
    ticks = [int(word) for word in stat.read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)


def _words(path: Path) -> list[str]:
    """The words of a small system file; none where it is missing."""
    try:
        return path.read_text(encoding="ascii").split()
    except OSError:
        return []
