"""The parent's side: one child a file, no environment, no network address, a clock. Its answer is data and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from agent.untrusted import bounds
from agent.untrusted.refusal import REFUSALS, FileRefused
from agent.untrusted.refused import Refused
from agent.untrusted.sniff import kind_of

_CLOCK = bounds.CHILD_SECONDS + 35
"""Seconds by the clock; more than the processor seconds, for a machine with other work."""
# `agent` itself is not imported in the child: its front door loads the whole plan model, which takes ten times as long.
_START = """
import sys, types
sys.path[:] = {paths!r}
package = types.ModuleType("agent")
package.__path__ = [{package!r}]
sys.modules["agent"] = package
from agent.untrusted.child import main
main()
"""


def sniff(content: bytes, where: str) -> str:
    """pdf, archive or text, by the bytes. Raises FileRefused for everything else."""
    if len(content) > bounds.MAX_BYTES:
        raise FileRefused("large", where)
    try:
        return kind_of(content)
    except Refused as refused:
        raise FileRefused(refused.code, where, **refused.values) from None


def read(content: bytes, where: str) -> dict[str, Any]:
    """What a PDF, Word or Excel file holds: `kind` (pdf, word, excel), its pages, blocks or sheets, and `left_out`.

    Raises FileRefused, which names what is wrong with the file and the next step.
    """
    sniff(content, where)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken:
        given.write(content)
        given.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", "-c", _start()],
                stdin=given, stdout=taken, stderr=subprocess.DEVNULL, timeout=_CLOCK, env=_ENVIRONMENT, check=False,
                cwd=tempfile.gettempdir(),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise FileRefused("time", where) from None
        taken.seek(0)
        answer = _answer(taken.read(bounds.CHILD_OUTPUT + 1))
    if answer is None:
        raise FileRefused("time" if _out_of_time(done.returncode) else "crashed", where)
    if "refused" in answer:
        code = str(answer["refused"])
        values = {str(key): str(value)[:80] for key, value in answer.get("values", {}).items()}
        raise FileRefused(code if code in REFUSALS else "crashed", where, **values)
    content_read: dict[str, Any] = answer["content"]
    return content_read


_ENVIRONMENT = {"PATH": "", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""What the child is told: no key, no proxy, no home."""


def _start() -> str:
    return _START.format(paths=[one for one in sys.path if one], package=str(Path(__file__).resolve().parents[1]))


def _answer(output: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(output)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and ("content" in answer or "refused" in answer) else None


def _out_of_time(code: int) -> bool:
    """Whether the kernel ended the child for its processor time (SIGXCPU, then SIGKILL)."""
    return code in (-24, -9)
