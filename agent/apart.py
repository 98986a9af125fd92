"""Work for the processor in processes beside this one, where a program that waits for many answers at once has some: its own core stays with the answers.

Threads of one process share one core. A process of its own inherits no threads, and a parent's script needs no guard around its main part; it ends
when its parent does, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import IO, Any, ParamSpec, TypeVar

from agent.rubbish import Rubbish

Made = TypeVar("Made")
Given = ParamSpec("Given")

RECYCLED = 2000
"""Pieces of work after which a process makes room for a new one: what libraries keep for good must not add up."""
WAITING = 4
"""Pieces of work a process that may wait for it; what comes beside them is done by whoever asks."""


class Hand:
    """One process that does what it is told, one piece of work after another."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from agent.apart import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=without_keys(),
        )
        self.done = 0

    def do(self, order: bytes) -> tuple[bool, Any]:
        """Whether it was done, and what came of it or the error that it ended with. Raises OSError and EOFError when the process is gone."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        self.done += 1
        stdin.write(order)
        stdin.flush()
        done, value = pickle.load(stdout)
        return bool(done), value

    def end(self) -> None:
        """Lets it go; what it is doing is nobody's any more."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()


class Hands:
    """Some such processes; use as a context manager. Inside, and in tasks and threads begun there, `apart` gives them its work."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._free = threading.Semaphore(number)
        self._waiting = 0
        self._lock = threading.Lock()
        self._idle: list[Hand] = []
        self._over = False

    def __enter__(self) -> Hands:
        self._before = _hands.get()
        _hands.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _hands.set(self._before)
        with self._lock:
            self._over = True
            idle, self._idle = self._idle, []
        for hand in idle:
            hand.end()

    def do(self, work: Callable[Given, Made], *args: Given.args, **more: Given.kwargs) -> Made:
        """What comes of it. Done here where too much waits already, or where the process dies over it."""
        with self._lock:
            here = self._over or self._waiting >= self._number * (1 + WAITING)
            self._waiting += not here
        if here:
            return work(*args, **more)
        try:
            order = pickle.dumps((work, args, more), pickle.HIGHEST_PROTOCOL)
            with self._free:
                done, value = self._handed(order)
        except (
            OSError,
            EOFError,
            AttributeError,
            TypeError,
            pickle.PickleError,
        ):  # the process died, or it is nothing to copy
            return work(*args, **more)
        finally:
            with self._lock:
                self._waiting -= 1
        if not done:
            raise value
        made: Made = value
        return made

    def _handed(self, order: bytes) -> tuple[bool, Any]:
        with self._lock:
            hand = self._idle.pop() if self._idle else None
        hand = hand or Hand()
        try:
            answer = hand.do(order)
        except BaseException:
            hand.end()
            raise
        with self._lock:
            kept = not self._over and hand.done < RECYCLED
            if kept:
                self._idle.append(hand)
        if not kept:
            hand.end()
        return answer


_hands: ContextVar[Hands | None] = ContextVar("_hands", default=None)


def apart(work: Callable[Given, Made], *args: Given.args, **more: Given.kwargs) -> Made:
    """`work(*args, **more)`, in a process beside this one where there are some. Called from a thread: it waits.

    `work` stands in a module, changes nothing and gets all it needs; its arguments and its answer are copied on the way.
    """
    hands = _hands.get()
    return hands.do(work, *args, **more) if hands else work(*args, **more)


def without_keys() -> dict[str, str]:
    """The environment of a process that asks no model."""
    return {name: value for name, value in os.environ.items() if "API_KEY" not in name}


def answers_alone() -> IO[bytes]:
    """In such a process: stdout, kept for answers whatever is printed. Ctrl-C is the parent's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def main() -> None:
    """Does what comes on stdin until nobody is there any more."""
    answers = answers_alone()
    with Rubbish() as rubbish, contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            work, args, more = pickle.load(sys.stdin.buffer)
            try:
                answer: tuple[bool, Any] = True, work(*args, **more)
            except Exception as error:  # noqa: BLE001 - the asker's to judge
                answer = False, error
            data = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
            rubbish.plan_made()
            answers.write(data)
            answers.flush()
