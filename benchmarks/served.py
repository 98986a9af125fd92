"""A server of its own for a benchmark: with users and tokens, in folders of its own, gone at the end with all its processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import httpx

from ui.members import add_token, add_user

TICKS = os.sysconf("SC_CLK_TCK")


class GaveUp(BaseException):
    """It took too long. No Exception, and no TimeoutError above all: nothing on the way may take it for one of its own."""


@contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Ends the benchmark with GaveUp when it takes longer, so that nothing of it stays behind."""

    def late(number: int, frame: FrameType | None) -> None:
        raise GaveUp(f"It took more than {seconds} seconds.")

    was = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, was)


@dataclass
class Served:
    """A folder with users, and the server over it."""

    home: Path
    tokens: list[str]
    address: str = ""
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    """Variables that it gets besides its folders."""
    _sessions: list[int] = field(default_factory=list)

    @property
    def folders(self) -> dict[str, str]:
        """Where everything lies, as environment variables."""
        return {f"CEHUA_{name}_DIR": str(self.home / name.lower()) for name in ("RUNS", "DATA", "CACHE")}

    def start(self) -> None:
        """Starts it and waits until it answers. Raises RuntimeError with its log when it ends instead."""
        log = self.home / "server.log"
        command = [sys.executable, "-X", "faulthandler", "-c", "from agent.cli import app; app()", "ui", "--port", "0", "--auth", str(self.home / "users.yaml")]  # fmt: skip
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("CEHUA_", "OPENAI_", "OTEL_"))
        }
        with log.open("wb") as file:  # not a pipe: nobody would empty it
            self.process = subprocess.Popen(
                command, env={**kept, **self.folders, "CEHUA_MODEL": "playbook", **self.environment},
                stdin=subprocess.DEVNULL, stderr=file, start_new_session=True,
            )  # fmt: skip
        self._sessions.append(self.process.pid)
        while not (found := re.search(r"http://[\d.]+:\d+", log.read_text(encoding="utf-8"))):
            if self.process.poll() is not None:
                raise RuntimeError(log.read_text(encoding="utf-8"))
            time.sleep(0.1)
        self.address = found[0]

    def ready(self) -> None:
        """Waits until it is ready for work."""
        while httpx.get(f"{self.address}/readyz", timeout=60, trust_env=False).status_code != 200:
            time.sleep(0.3)

    def processes(self) -> list[int]:
        """Everything that it has started and that is alive, itself first."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) in self._sessions and fields[0] != "Z":
                found.append(int(path.parent.name))
        return sorted(found)

    def end(self) -> int:
        """Tells it to end (SIGTERM) and waits; its exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120)

    def tell(self) -> str:
        """Where the server is, thread by thread, and the end of its log; it ends by this."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(30)
        return (self.home / "server.log").read_text(encoding="utf-8", errors="replace")[-12_000:]

    def kill(self) -> None:
        """Kills whatever is left of it."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait()


@contextmanager
def served(users: int) -> Iterator[Served]:
    """A server with this many users, one a workspace (user0, user1 …), not started yet."""
    with tempfile.TemporaryDirectory(prefix="cehua-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        tokens = []
        for number in range(users):
            add_user(home / "users.yaml", f"user{number}", "")
            tokens.append(add_token(home / "users.yaml", f"user{number}", "bench"))
        one = Served(home, tokens)
        try:
            yield one
        except GaveUp:
            sys.stderr.write(one.tell())
            raise
        finally:
            one.kill()


class Memory:
    """The memory of all processes together while something goes on: what they share counts once (PSS), looked at every second."""

    def __init__(self, one: Served) -> None:
        self._served = one
        self.most = 0.0
        """MB at the worst moment."""
        self.of: dict[int, float] = {}
        """Process → its share in MB at that moment."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(1.0):
            found = {pid: share(pid) for pid in self._served.processes()}
            if sum(found.values()) > self.most:
                self.most, self.of = sum(found.values()), found


def share(pid: int) -> float:
    """A process's proportional share of memory in MB; 0 when it is gone."""
    try:
        rolled = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+)", rolled, re.M)
    return int(found[1]) / 1024 if found else 0.0


def spent(pids: list[int]) -> float:
    """Processor seconds that processes have taken so far."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return round(total / TICKS, 1)
