"""Planted defects: single edits, the same every time, and noticed by the checks that are there for them."""

from __future__ import annotations

import pytest

from evals.case import Case
from evals.defects import CLASSES, noticed, planted
from evals.defects.edit import put
from evals.offline import NetworkClosed, closed
from evals.seeded import CHANGES, flips_of
from tests.evals.conftest import made

CASES = ("northshore-walk", "beimai-impossible", "shiguang-million")


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_planted_defect_is_noticed(name: str) -> None:
    found = planted(CLASSES[name], [made(one) for one in CASES], count=2)
    missed = [row.case.brief.id for row in found if not noticed(row)]
    assert missed == []
    if name not in ("embargo_broken", "refused_platform", "script_slip"):  # these briefs have no room for them
        assert found


def test_planting_leaves_the_plan_alone_and_repeats(walk: Case) -> None:
    assert walk.plan is not None
    before = walk.plan.model_dump_json()
    first, again = (planted(CLASSES["sum_off_by_one"], [walk], count=4) for _ in range(2))
    assert walk.plan.model_dump_json() == before
    assert [one.plan for one in first] == [one.plan for one in again]
    assert all(one.plan != walk.plan for one in first)


def test_put_shares_what_it_does_not_change(walk: Case) -> None:
    assert walk.plan is not None
    new = put(walk.plan, "budget.lines[0].cents", 1)
    assert new.budget.lines[0].cents == 1
    assert new.calendar is walk.plan.calendar
    with pytest.raises(ValueError, match="not a path"):
        put(walk.plan, "budget..lines", 1)


def test_there_are_twenty_of_each_kind_of_change() -> None:
    assert sum(one.harmless for one in CHANGES.values()) >= 20
    assert sum(not one.harmless for one in CHANGES.values()) >= 20


@pytest.mark.parametrize("name", ["prompt_drops_the_budget", "renderer_loses_a_part", "carriage_returns"])
def test_the_gate_judges_a_change(name: str) -> None:
    assert bool(flips_of(CHANGES[name])) != CHANGES[name].harmless


@pytest.mark.enable_socket
def test_offline_means_no_network() -> None:
    import socket

    with closed():
        with pytest.raises(NetworkClosed):
            socket.getaddrinfo("example.org", 80)
        with socket.socket() as one, pytest.raises(NetworkClosed):
            one.connect(("127.0.0.1", 9))
        left, right = socket.socketpair()
        left.close()
        right.close()
    assert socket.socket.connect is not None
