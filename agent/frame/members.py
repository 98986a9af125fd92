"""How many members a community aims at and how many of them do what: planning assumptions, in one place for words and checks."""

from __future__ import annotations

from typing import Literal

Ready = Literal["ready", "prepare", "not_yet"]

SHARE = 0.03
"""Share of today's followers that become members, in tens."""
BOUNDS: dict[Ready, tuple[int, int]] = {"ready": (60, 500), "prepare": (20, 150), "not_yet": (15, 60)}
"""Least and most members, by how ready the brand is."""
BUSINESS = 12
"""Members of a circle of business customers."""
STEPS = {"newcomer": 1.0, "regular": 0.4, "contributor": 0.1, "advocate": 0.03}
"""Share of the members that reach a step of their journey."""
ACTIVE, SPEAKING, CONTRIBUTING = 0.25, 0.1, 0.05
"""Shares that are active in a month, speak up by themselves, and hand in a work."""


def aimed_at(followers: int, ready: Ready) -> int:
    """Members aimed at by the end of the plan."""
    low, high = BOUNDS[ready]
    return max(low, min(high, round(followers * SHARE / 10) * 10))


def part_of(members: int, share: float) -> int:
    """How many of the members a share is; two at least."""
    return max(2, round(members * share))


def asked_of(members: int) -> int:
    """How many members are asked each time."""
    return min(10, max(3, members // 3))
