"""The list of mutants that change nothing: each row is one mutant of a group, with its reason."""

from __future__ import annotations

import pytest

from evals import mutate


@pytest.fixture(scope="module")
def every() -> set[tuple[str, str, str, str]]:
    modules = sorted({key[0] for key in mutate.equivalents()})
    return {mutate.place_of(one) for module in modules for one in mutate.mutants(module)}


def test_every_row_is_a_mutant_of_some_group_and_has_a_reason(every: set[tuple[str, str, str, str]]) -> None:
    known = mutate.equivalents()
    grouped = {module for group in mutate.GROUPS.values() for module in group.modules}
    assert known
    assert set(known) <= every
    assert {key[0] for key in known} <= grouped
    assert all(len(why) > 20 for why in known.values())


def test_a_mutant_keeps_its_name_when_lines_move() -> None:
    one = next(one for one in mutate.mutants("agent.frame.apportion") if one.function == "between")
    module, function, line, told = mutate.place_of(one)
    assert (module, function, told) == (one.module, "between", one.told)
    assert line
    assert line == line.strip()


def test_every_mutant_of_a_function_is_another_function() -> None:
    found = [one for one in mutate.mutants("agent.frame.apportion") if one.function == "largest_remainder"]
    function = mutate.live(found[0])
    assert function is not None
    assert "Sub → Add" in {one.told for one in found}
    assert not [one for one in found if mutate.mutated(one) == function.__code__]


def test_what_was_read_before_a_mutant_is_forgotten() -> None:
    from agent.checks import terms

    terms.squeezed("Sea-salt")
    assert terms.squeezed.cache_info().currsize
    mutate._forget("agent.checks.walk")
    assert not terms.squeezed.cache_info().currsize
