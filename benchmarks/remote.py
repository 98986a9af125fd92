"""The endpoint as a process of its own, so that it takes no time from the program that is measured."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from benchmarks.endpoint import Call

ROOT = Path(__file__).parents[1]


class Remote:
    """`python -m benchmarks.endpoint` as a child; use as a context manager."""

    module = "benchmarks.endpoint"

    def __init__(self, *options: str) -> None:
        self.options = options
        self.url = ""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", self.module, *self.options]
        self._child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._child.stdout is not None
        self.url = self._child.stdout.readline().strip()
        if not self.url:
            raise SystemExit("The benchmark's endpoint did not start.")
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._child.wait()

    @contextmanager
    def held(self) -> Iterator[None]:
        """It answers nothing for a while: whatever is asked stays under way."""
        self._child.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._child.send_signal(signal.SIGCONT)

    def log(self) -> list[dict[str, Any]]:
        """Every request so far, as the server tells it."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}/log", timeout=60) as answer:
            return list(json.load(answer))

    def calls(self) -> list[Call]:
        """The same, typed."""
        return [Call(**row) for row in self.log()]

    def point(self) -> None:
        """Makes this process's OPENAI_* settings name the endpoint."""
        os.environ["OPENAI_API_KEY"] = "bench"
        os.environ["OPENAI_BASE_URL"] = self.url
