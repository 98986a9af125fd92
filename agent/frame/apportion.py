"""Exact division of integer sums: by largest remainder, between bounds, and over a table whose rows and columns have limits."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
NO_LIMIT = 10**18
"""Stands for "no upper bound"; larger than any budget in minor units."""


def largest_remainder(total: int, weights: Sequence[float]) -> list[int]:
    """`total` split by `weights`, exactly: share = total × w ÷ Σw, rounded down; what is left goes one by one to the largest fractions.

    Without any positive weight everything falls to the first. Ties go to the earlier place, so that the result is deterministic.
    """
    if not weights:
        return []
    exact = [Fraction(max(0.0, weight)) for weight in weights]
    whole = sum(exact)
    if whole == 0:
        return [total, *[0] * (len(weights) - 1)]
    shares = [total * weight / whole for weight in exact]
    out = [int(share) for share in shares]
    order = sorted(range(len(out)), key=lambda n: (out[n] - shares[n], n))
    for n in order[: total - sum(out)]:
        out[n] += 1
    return out


def between(
    total: int, weights: Mapping[Key, float], low: Mapping[Key, int], high: Mapping[Key, int]
) -> dict[Key, int]:
    """`total` by `weights`, each part inside [low, high] where that can be: parts that leave their bounds are set there, the rest is split again.

    Sums exactly to `total`. When the bounds leave no room, the first keys take what is over and the last give what is missing
    (callers repair with `Table`); no part is ever negative.
    """
    out = dict.fromkeys(weights, 0)
    free = [key for key in weights if weights[key] > 0 or low.get(key, 0) > 0]
    left = total
    while free:
        parts = dict(zip(free, largest_remainder(max(0, left), [weights[key] for key in free]), strict=True))
        under = [key for key in free if parts[key] < low.get(key, 0)]
        over = [key for key in free if parts[key] > high.get(key, NO_LIMIT)]
        shortage = sum(low.get(key, 0) - parts[key] for key in under)
        excess = sum(parts[key] - high.get(key, NO_LIMIT) for key in over)
        if not under and not over:
            out.update(parts)
            left = 0
            break
        fixed = under if shortage >= excess else over
        for key in fixed:
            out[key] = low.get(key, 0) if fixed is under else high.get(key, NO_LIMIT)
            left -= out[key]
        free = [key for key in free if key not in fixed]
    missing = total - sum(out.values())
    for key in out if missing >= 0 else reversed(list(out)):
        change = max(missing, -out[key])
        out[key] += change
        missing -= change
    return out


@dataclass
class Arc:
    """A sum that flows from one node to another, with its bounds."""

    tail: str
    head: str
    flow: int
    low: int
    high: int


class Table:
    """Rows × columns of money. `settle` moves as little as the bounds of rows and columns ask for, and keeps the total.

    The table is a circulation source → row → column → sink → source, and `settle` is the out-of-kilter method: each bound that is
    broken is mended along a cycle that breaks no other. By Hoffman's theorem, a bound that cannot be mended so cannot be kept
    together with those that are.
    """

    def __init__(self, cells: Mapping[tuple[str, str], int], total: int) -> None:
        self.total = total
        self.cells = {key: Arc(f"r:{key[0]}", f"c:{key[1]}", value, 0, NO_LIMIT) for key, value in cells.items()}
        rows = dict.fromkeys(row for row, _ in cells)
        columns = dict.fromkeys(column for _, column in cells)
        self.rows = {row: Arc("S", f"r:{row}", self._sum(0, row), 0, NO_LIMIT) for row in rows}
        self.columns = {column: Arc(f"c:{column}", "K", self._sum(1, column), 0, NO_LIMIT) for column in columns}
        self._loop = Arc("K", "S", total, total, total)

    def _sum(self, place: int, name: str) -> int:
        return sum(arc.flow for key, arc in self.cells.items() if key[place] == name)

    def values(self) -> dict[tuple[str, str], int]:
        """The cells as they stand."""
        return {key: arc.flow for key, arc in self.cells.items()}

    def settle(self, prefer: Sequence[str] = ()) -> bool:
        """Mends broken bounds, upper ones first; `prefer` names rows in the order in which they give and
        take; the column "shared" gives before any other. True when all are kept."""
        arcs = [self._loop, *self.rows.values(), *self.columns.values(), *self.cells.values()]
        rank = {"c:shared": 0} | {f"r:{row}": n for n, row in enumerate(prefer)}
        for arc in arcs:
            while arc.flow > arc.high and self._push(arcs, arc, back=True, rank=rank):
                pass
        for arc in arcs:
            while arc.flow < arc.low and self._push(arcs, arc, back=False, rank=rank):
                pass
        return all(arc.low <= arc.flow <= arc.high for arc in arcs)

    def _push(self, arcs: list[Arc], broken: Arc, *, back: bool, rank: Mapping[str, int]) -> bool:
        """One cycle that brings `broken` nearer to its bound; False when there is none."""
        start, goal = (broken.tail, broken.head) if back else (broken.head, broken.tail)
        came: dict[str, tuple[Arc, bool, int]] = {}
        queue = deque([start])
        while queue and goal not in came:
            node = queue.popleft()
            steps: list[tuple[int, Arc, bool, int]] = []
            for arc in arcs:
                if arc is broken:
                    continue
                if arc.tail == node and arc.head != start and arc.head not in came and arc.flow < arc.high:
                    steps.append((rank.get(arc.head, len(rank)), arc, True, arc.high - arc.flow))
                elif arc.head == node and arc.tail != start and arc.tail not in came and arc.flow > arc.low:
                    steps.append((rank.get(arc.tail, len(rank)), arc, False, arc.flow - arc.low))
            for _, arc, forward, room in sorted(steps, key=lambda step: step[0]):
                target = arc.head if forward else arc.tail
                if target not in came:
                    came[target] = (arc, forward, room)
                    queue.append(target)
        if goal not in came:
            return False
        amount = broken.flow - broken.high if back else broken.low - broken.flow
        path: list[tuple[Arc, bool]] = []
        node = goal
        while node != start:
            arc, forward, room = came[node]
            amount = min(amount, room)
            path.append((arc, forward))
            node = arc.tail if forward else arc.head
        for arc, forward in path:
            arc.flow += amount if forward else -amount
        broken.flow += -amount if back else amount
        return True
