"""A process that writes plans without a model, one after another: tasks come on stdin, answers go to stdout, a line each.

A program of its own and not a fork of its parent: it inherits no threads, and a parent's script needs no guard around its main part.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import sys
from typing import IO

from agent.apart import answers_alone
from agent.batch.task import Made, Task, make
from agent.files import synced_together
from agent.pages import larger_as_it_grows
from agent.rubbish import give_back
from agent.settings import Settings, load_settings

COLLECTED = 50
"""Plans after which rubbish is collected: what a plan leaves behind in circles is little, and it is found among what is new."""


def serve(tasks: IO[bytes], answers: IO[bytes]) -> None:
    """Answers tasks until there are no more, or nobody listens."""
    settings = load_settings(model="playbook")
    gc.disable()
    with asyncio.Runner() as runner:
        for number in itertools.count(1):
            line = tasks.readline()
            if not line:
                return
            made = runner.run(_made(Task.from_json(line), settings))
            _tidy(number)
            try:
                answers.write(made.to_json().encode("ascii") + b"\n")
                answers.flush()
            except BrokenPipeError:
                return


def _tidy(number: int) -> None:
    """Looks for rubbish between plans instead of within them, and not again through what was loaded for all."""
    if number == 1:
        gc.collect()
        gc.freeze()
    elif number % COLLECTED == 0:
        gc.collect(0)
        give_back()
    larger_as_it_grows(number)


async def _made(task: Task, settings: Settings) -> Made:
    """Makes a plan; nothing of it was paid for, so that its files may come onto the disk together."""
    with synced_together():
        async for said in make(task, task.options("playbook", settings)):
            if isinstance(said, Made):
                return said
    raise AssertionError("make ends with its answer")


def main() -> None:
    """Answers what comes on stdin."""
    serve(sys.stdin.buffer, answers_alone())


if __name__ == "__main__":
    main()
