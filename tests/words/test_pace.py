"""A run's time: who is behind draws fewer answers."""

from __future__ import annotations

from agent.words.pace import Pace


class Clock:
    """A clock that stands until it is put on."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def begun(each: float, clock: Clock, *, planned: int = 40, seconds: float = 400) -> Pace:
    """A run whose first 20 answers took `each` seconds, half of which settled their sentence."""
    pace = Pace(planned, seconds, clock)
    pace.begin(20)
    for _ in range(20):
        pace.answered()
    pace.settled(10)
    clock.now += 20 * each
    return pace


def test_a_machine_in_time_draws_all() -> None:
    # 350 s at 2.5 s an answer are 140; 20 go to first answers, 120 to 20 sentences that are or will be open
    assert begun(2.5, Clock()).draws(3) == 3


def test_a_machine_that_is_behind_draws_fewer() -> None:
    # 280 s at 6 s are 46, less 20 are 26: 1.3 each
    assert [begun(6, Clock()).draws(wanted) for wanted in (1, 2, 3)] == [1, 1, 1]
    # 200 s at 10 s are 20: all of them first answers
    assert begun(10, Clock()).draws(3) == 0


def test_what_is_spared_at_the_end_is_used() -> None:
    clock = Clock()
    pace = begun(6, clock)
    pace.begin(20)
    for _ in range(20):
        pace.answered()
    pace.settled(28)
    clock.now += 20 * 6  # 160 s are left for two sentences
    assert pace.draws(3) == 3


def test_when_the_time_is_over_nothing_more_is_drawn() -> None:
    clock = Clock()
    pace = begun(2.5, clock)
    clock.now += 350
    assert pace.draws(3) == 0


def test_the_time_begins_with_the_first_call_and_nothing_is_known_before_an_answer() -> None:
    clock = Clock()
    pace = Pace(10, 100, clock)
    clock.now += 1000
    assert pace.draws(2) == 2
    pace.begin(10)
    clock.now += 90
    assert pace.draws(2) == 2
    pace.answered()
    assert pace.draws(2) == 0


def test_without_an_end_nobody_is_behind() -> None:
    pace = Pace()
    pace.begin(1)
    pace.answered()
    assert pace.draws(3) == 3


def test_a_run_that_is_repeated_draws_as_the_first_did() -> None:
    clock = Clock()
    first = begun(6, clock)
    drew = [first.draws(3, "personas.persona[0].summary 1"), first.draws(3, "personas.persona[0].summary 1")]
    assert drew == [1, 1]
    quick = begun(0.001, Clock()).knowing(first.decided)
    quick.begin(1)
    quick.answered()
    assert [quick.draws(3, "personas.persona[0].summary 1") for _ in range(2)] == drew
    assert quick.decided == first.decided
    assert quick.draws(3, "strategy.idea 1") == 3
