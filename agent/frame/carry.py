"""What the hours can carry: lighter formats first, then fewer posts, then fewer platforms, until nobody is over his room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_TINY = 1e-9
_SHIFT = 0.1


@dataclass
class Row:
    """An active platform while its cadence is found."""

    id: str
    must: bool
    rank: float
    """The better, the later it gives way."""
    cadence: float
    """Posts a week."""
    least: float
    """Below this a platform is better left alone, unless the client demands it."""
    floor: float
    """Least cadence of a platform that has to stay."""
    mix: dict[str, float]
    """Format → share."""
    hours: Mapping[str, Mapping[str, float]]
    """Format → holder → hours for one piece."""
    native: str
    """Most native format, and the least share it keeps."""
    keep: float
    most: Mapping[str, float]
    """Largest share of a format that carries little by itself."""
    films: Mapping[str, float] = field(default_factory=dict)
    """Format → least share, where the brief names somebody to make it."""
    now: float = 0.0
    """What the account already posts a week, as far as it is a pace to keep."""

    def per_post(self, holder: str) -> float:
        """Hours of one average post on a holder."""
        return sum(share * self.hours[name].get(holder, 0.0) for name, share in self.mix.items())


def carry(rows: Sequence[Row], room: Mapping[str, float]) -> str:
    """Brings every holder's hours a week for posts inside his room; changes the rows in place.

    While someone is over: shift a tenth of a platform's output to a format that costs him at most 60 %; if none is left, take a quarter
    post a week (half above two) from the platform where it frees most for its rank, down to `least`. Then the weakest platform that is
    neither demanded nor the last has to go: its id is returned and the caller starts again without it. Otherwise cadences go down to
    `floor`. Demanded platforms, the best of them longest, keep the pace they have now as long as others can give way and
    before a demanded one that posts no more often. Returns "" when all is carried, or when nothing more can be done.
    """
    if _settle(rows, room, {row.id: max(row.now, row.least) if row.must else row.least for row in rows}):
        return ""
    best = max((row for row in rows if row.must), key=lambda row: (row.rank, row.id), default=None)
    if best and _settle(rows, room, {row.id: max(row.now, row.least) if row is best else row.least for row in rows}):
        return ""
    if _settle(rows, room, {row.id: row.least for row in rows}):
        return ""
    over = _over(load(rows), room)
    weak = [row for row in rows if not row.must and any(row.per_post(holder) > _TINY for holder in over)]
    if weak and len(rows) > 1:
        return min(weak, key=lambda row: (row.rank, row.id)).id
    _settle(rows, room, {row.id: row.floor for row in rows})
    return ""


def load(rows: Sequence[Row]) -> dict[str, float]:
    """Holder → hours a week for posts at the rows' cadence and mix."""
    found: dict[str, float] = defaultdict(float)
    for row in rows:
        for name, share in row.mix.items():
            for holder, hours in row.hours[name].items():
                found[holder] += row.cadence * share * hours
    return dict(found)


def _over(used: Mapping[str, float], room: Mapping[str, float]) -> list[str]:
    return [holder for holder, hours in used.items() if hours > room.get(holder, 0.0) + _TINY]


def _settle(rows: Sequence[Row], room: Mapping[str, float], least: Mapping[str, float]) -> bool:
    while True:
        used = load(rows)
        over = _over(used, room)
        if not over:
            return True
        holder = max(over, key=lambda one: (used[one] - room.get(one, 0.0), one))
        if not (_lighten(rows, holder, used, room) or _reduce(rows, holder, least)):
            return False


def _lighten(rows: Sequence[Row], holder: str, used: Mapping[str, float], room: Mapping[str, float]) -> bool:
    best: tuple[float, Row, str, str, float] | None = None
    for row in rows:
        for heavy, share in row.mix.items():
            spare = share - max(row.keep if heavy == row.native else 0.0, row.films.get(heavy, 0.0))
            if spare <= _TINY:
                continue
            for light in row.hours:
                saved = row.hours[heavy].get(holder, 0.0) - row.hours[light].get(holder, 0.0)
                if light == heavy or saved < 0.4 * row.hours[heavy].get(holder, 0.0) or saved <= _TINY:
                    continue
                part = min(_SHIFT, spare, row.most.get(light, 1.0) - row.mix.get(light, 0.0))
                if part <= _TINY:
                    continue
                if _tips(row, heavy, light, part * row.cadence, used, room, holder):
                    continue
                gain = saved * part * row.cadence
                if best is None or gain > best[0] + _TINY:
                    best = (gain, row, heavy, light, part)
    if best is None:
        return False
    _, row, heavy, light, part = best
    row.mix[heavy] -= part
    row.mix[light] = row.mix.get(light, 0.0) + part
    return True


def _tips(
    row: Row, heavy: str, light: str, posts: float, used: Mapping[str, float], room: Mapping[str, float], holder: str
) -> bool:
    """Whether the lighter format would put another person over."""
    for other, hours in row.hours[light].items():
        more = (hours - row.hours[heavy].get(other, 0.0)) * posts
        if other != holder and more > _TINY and used.get(other, 0.0) + more > room.get(other, 0.0) + _TINY:
            return True
    return False


def _reduce(rows: Sequence[Row], holder: str, least: Mapping[str, float]) -> bool:
    able = [row for row in rows if row.cadence > least[row.id] + _TINY and row.per_post(holder) > _TINY]
    if not able:
        return False
    slowest = min((one.cadence for one in rows if one.must), default=0.0)
    ahead = [one for one in able if not one.must and one.cadence > slowest > 0]
    row = max(ahead or able, key=lambda one: (one.cadence * one.per_post(holder) / one.rank, one.id))
    row.cadence = max(least[row.id], row.cadence - (0.5 if row.cadence > 2 else 0.25))
    return True
