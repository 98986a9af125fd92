"""Work that another process does: the same answer, its own errors, and nobody is the worse for a process that dies."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from agent.apart import Hands, apart
from agent.errors import SetupError


@pytest.fixture
def hands() -> Iterator[Hands]:
    with Hands(1) as held:
        yield held


def refuse(where: str) -> None:
    raise SetupError("There is no such thing.", hint="Look elsewhere.", where=where)


def test_it_is_done_elsewhere_inside_and_here_outside(hands: Hands) -> None:
    first = apart(os.getpid)
    assert first != os.getpid()
    assert apart(os.getpid) == first
    hands.__exit__()
    assert apart(os.getpid) == os.getpid()


def test_an_error_comes_back_whole(hands: Hands) -> None:
    with pytest.raises(SetupError, match="no such thing") as caught:
        apart(refuse, "--out")
    assert (caught.value.hint, caught.value.where) == ("Look elsewhere.", "--out")


def test_what_cannot_be_copied_is_done_here(hands: Hands) -> None:
    assert apart(lambda: os.getpid()) == os.getpid()
    assert apart(iter, (1, 2)) is not None
    assert next(apart(os.scandir, "/")).name


def test_the_work_of_a_process_that_died_is_done_here_and_the_next_one_s_elsewhere(hands: Hands) -> None:
    apart(os.getpid)
    hands._idle[0].process.kill()
    assert apart(os.getpid) == os.getpid()
    assert apart(os.getpid) != os.getpid()


def test_it_knows_no_key(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
    assert apart(os.getenv, "OPENAI_API_KEY") is None
    assert apart(os.getenv, "PATH") == os.environ["PATH"]


def test_it_ends_when_nobody_is_there_any_more(hands: Hands) -> None:
    apart(os.getpid)
    process = hands._idle[0].process
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(30) == 0


def test_without_processes_all_is_done_here() -> None:
    with Hands(0):
        assert apart(os.getpid) == os.getpid()


def test_two_programs_side_by_side_have_each_its_own() -> None:
    async def program(waits: asyncio.Event | None, tells: asyncio.Event) -> tuple[int, int]:
        with Hands(1):
            first = await asyncio.to_thread(apart, os.getpid)
            if waits:
                await waits.wait()
            last = await asyncio.to_thread(apart, os.getpid)
        tells.set()
        return first, last

    async def both() -> list[tuple[int, int]]:
        over = asyncio.Event()
        return await asyncio.gather(program(over, asyncio.Event()), program(None, over))

    (one, still_one), (two, still_two) = asyncio.run(both())
    assert one == still_one != two == still_two
    assert os.getpid() not in (one, two)
