"""Takes posts out of weeks that would ask more of a person than the week holds."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

from agent.frame.model import PlatformFrame
from agent.frame.slots import Draft, Ground
from agent.frame.workload import Part, monday_of


def relieve(
    drafts: Sequence[Draft], platforms: Sequence[PlatformFrame], ground: Ground, fixed: Sequence[Part]
) -> list[Draft]:
    """The drafts without those for which somebody has no hours.

    For every week and person with hours(fixed + pieces) > capacity, until it fits: a live or event becomes an ordinary post again; a
    post goes, support platforms and late ones first; a warm-up post of a key date that has others goes. Buffers, the last post of
    the plan and a platform's only post of a month stay, but take the format that costs the person least.
    """
    book = _Book(drafts, ground, fixed)
    rank = {one.id: n for n, one in enumerate(platforms)}
    usual = {one.id: max(one.formats, key=lambda pair: pair[1])[0] for one in platforms}
    final = max((one.date for one in drafts), default=ground.end)
    for holder, monday in sorted(book.hours, key=lambda key: (key[1], key[0])):
        while book.over(holder, monday):
            own = book.pieces[holder, monday]
            special = [one for one in own if one.kind in ("live", "event")]
            if special:
                draft = special[-1]
                book.remove(draft)
                draft.kind, draft.format = "post", usual[draft.platform]
                book.add(draft)
                continue
            able = [one for one in own if one.kind == "post" and one.date < final and book.spare(one)]
            free = [one for one in able if not one.key_date] or [
                one for one in able if book.tied[one.key_date] > 1 and not _day_of(one, ground)
            ]
            if not free:
                if _lightened(book, own, holder, platforms, ground):
                    continue
                break
            book.remove(max(free, key=lambda one: (rank[one.platform], one.date)))
    return [one for one in drafts if id(one) in book.kept]


def _lightened(
    book: _Book, own: Sequence[Draft], holder: str, platforms: Sequence[PlatformFrame], ground: Ground
) -> bool:
    """Gives one post or buffer of the person's week the format of its platform that costs him least, if that is less than now."""
    names = {one.id: [name for name, _ in one.formats] for one in platforms}
    for draft in own:
        if draft.kind in ("post", "buffer") and not draft.bought:
            cost = {
                name: ground.effort.by_holder(draft.platform, name).get(holder, 0.0) for name in names[draft.platform]
            }
            light = min(cost, key=lambda name: (cost[name], ground.effort.lead.get(name, 5)))
            if cost[light] < ground.effort.by_holder(draft.platform, draft.format).get(holder, 0.0) - 1e-9:
                book.remove(draft)
                draft.format = light
                book.add(draft)
                return True
    return False


def _day_of(draft: Draft, ground: Ground) -> bool:
    """Whether the post stands on its key date itself."""
    return any(key.id == draft.key_date and key.date == draft.date for key in ground.dates.key_dates)


class _Book:
    """Hours and pieces by person and week while posts are taken out."""

    def __init__(self, drafts: Sequence[Draft], ground: Ground, fixed: Sequence[Part]) -> None:
        self._ground = ground
        self._first, self._last = monday_of(min(ground.start, ground.earliest)), monday_of(ground.end)
        self.room = dict(ground.team.capacity)
        for part in fixed:
            if part.holder:
                self.room[part.holder] -= part.hours
        self.hours: dict[tuple[str, dt.date], float] = defaultdict(float)
        self.pieces: dict[tuple[str, dt.date], list[Draft]] = defaultdict(list)
        self.kept: set[int] = set()
        self.tied = Counter(one.key_date for one in drafts)
        self._months = Counter((one.platform, one.date.year, one.date.month) for one in drafts)
        for draft in drafts:
            self._put(draft, 1)
            self.kept.add(id(draft))

    def over(self, holder: str, monday: dt.date) -> bool:
        """Whether the person's week asks more than it holds; outside hands are bought by the piece."""
        return holder in self.room and self.hours[holder, monday] > self.room[holder] + 1e-9

    def spare(self, draft: Draft) -> bool:
        """Whether the platform has another post in the month."""
        return self._months[draft.platform, draft.date.year, draft.date.month] > 1

    def add(self, draft: Draft) -> None:
        """Puts a piece back."""
        self._put(draft, 1)
        self._count(draft, 1)
        self.kept.add(id(draft))

    def remove(self, draft: Draft) -> None:
        """Takes a piece out."""
        self._put(draft, -1)
        self._count(draft, -1)
        self.kept.discard(id(draft))

    def _count(self, draft: Draft, by: int) -> None:
        self.tied[draft.key_date] += by
        self._months[draft.platform, draft.date.year, draft.date.month] += by

    def _put(self, draft: Draft, by: int) -> None:
        deadline = self._ground.deadline(draft.date, draft.format, draft.kind, draft.key_date)
        for holder, monday, hours in self._ground.effort.weekly(
            draft.platform, draft.format, draft.date, deadline, self._first, self._last, bought=draft.bought
        ):
            key = holder, monday
            self.hours[key] += by * hours
            if by > 0:
                self.pieces[key].append(draft)
            else:
                self.pieces[key] = [one for one in self.pieces[key] if one is not draft]
