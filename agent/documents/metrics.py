"""Exports of platforms' back ends: followers, reach, rates and posts become figures of the account, each with its cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from agent.documents.facts import Audit, Basis, Metric, Post
from agent.documents.tables import Grid, Row, Table, understood, vocabulary, words
from agent.documents.values import dates, number, platform, rates

COUNTS = ("impressions", "reach", "views", "reads", "likes", "comments", "shares", "saves", "clicks", "engagements")
DELTAS = ("followers_gained", "followers_lost", "followers_net")
BASES = ("impressions", "views", "reads", "reach")
"""What an engagement rate is divided by when the export gives none: the first of these that it has."""
PARTS = ("likes", "comments", "shares", "saves")
RATES = ("er", "ctr", "completion")
BEST = 3


@dataclass(frozen=True)
class _Account:
    """The rows of one account of one table."""

    table: Table
    rows: tuple[Row, ...]
    platform: str
    name: str
    document: str
    file: str

    def numbers(self, field: str) -> list[float | None]:
        """A column as numbers; rates as fractions."""
        cells = [self.table.value(row, field) for row in self.rows]
        if field in RATES:
            return rates(cells, percent=field in self.table.percent)
        read = [number(cell) for cell in cells]
        return [None if one is None or (one[0] < 0 and field != "followers_net") else one[0] for one in read]

    def days(self) -> list[dt.date | None]:
        """The date of each row."""
        return dates(self.table.value(row, "date") for row in self.rows)

    @property
    def posts(self) -> bool:
        """Whether a row is a post rather than a day."""
        return "title" in self.table.columns


def audits(grid: Grid, document: str, file: str) -> list[Audit]:
    """The accounts that an export speaks of; none when the grid is no metrics export."""
    table = understood(grid, "metrics")
    if table is None or not _is_export(table):
        return []
    found = []
    for account in _accounts(table, grid, document, file):
        figures = tuple(_metrics(account))
        if figures:
            found.append(
                Audit(platform=account.platform, account=account.name, metrics=figures, best=tuple(_best(account)))
            )
    return found


def _is_export(table: Table) -> bool:
    """A head of numbers beside a date, a title or an account; a competitor sheet names competitors and is none."""
    known = set(table.columns)
    numeric = known & {"followers", *COUNTS, *DELTAS, *RATES}
    titled = table.grid.title.lower()
    rivals = any(word in titled for word in words("rival_words")) or _names_rivals(table)
    return bool(numeric) and bool(known & {"date", "title", "account", "platform"}) and not rivals


def _names_rivals(table: Table) -> bool:
    from agent.documents.rivals import names_competitors

    return names_competitors(table.grid)


def _accounts(table: Table, grid: Grid, document: str, file: str) -> Iterator[_Account]:
    groups: dict[tuple[str, str], list[Row]] = {}
    title = " ".join(
        str(value) for row in grid.rows[:3] for value in row.values.values() if str(value) not in vocabulary("metrics")
    )
    fallback = platform(grid.title, file, title[:200])
    for row in table.rows:
        named = str(table.value(row, "platform") or "")
        key = (platform(named) or ("" if named else fallback), str(table.value(row, "account") or "")[:80])
        groups.setdefault(key, []).append(row)
    for (where, name), rows in groups.items():
        yield _Account(table, tuple(rows), where, name, document, file)


def _metrics(account: _Account) -> Iterator[Metric]:
    days = account.days() if "date" in account.table.columns else [None] * len(account.rows)
    known = [day for day in days if day]
    start, end = (min(known).isoformat(), max(known).isoformat()) if known else ("", "")

    def metric(
        name: str, value: float, basis: Basis, count: int, place: str, *, formula: str = "", percent: bool = False
    ) -> Metric:
        return Metric(
            document=account.document, name=account.file, place=place, platform=account.platform, account=account.name, metric=name,
            value=round(value, 6), unit="%" if percent else "count", basis=basis, start=start, end=end, count=count, formula=formula,
        )  # fmt: skip

    columns = account.table.columns
    if "followers" in columns:
        latest = _latest(account.numbers("followers"), days)
        if latest is not None:
            place = account.table.place(account.rows[latest[1]], "followers")
            yield metric("followers", latest[0], "latest", 1, place)
    for field in DELTAS:
        values = [one for one in account.numbers(field) if one is not None] if field in columns else []
        if values and not account.posts:
            yield metric(field, sum(values), "total", len(values), account.table.span(field))
    for field in COUNTS:
        values = [one for one in account.numbers(field) if one is not None] if field in columns else []
        if values:
            value, basis = (median(values), "median_per_post") if account.posts else (sum(values), "total")
            yield metric(
                field,
                value,
                "median_per_post" if basis == "median_per_post" else "total",
                len(values),
                account.table.span(field),
            )
    for field in RATES:
        values = [one for one in account.numbers(field) if one is not None] if field in columns else []
        if values:
            yield metric(
                field,
                median(values),
                "median_per_post" if account.posts else "median",
                len(values),
                account.table.span(field),
                percent=True,
            )
    if "er" not in columns:
        computed = _computed(account)
        if computed:
            pairs, formula, field = computed
            rate = [value for value in pairs if value is not None]
            yield metric(
                "er",
                median(rate),
                "median_per_post" if account.posts else "median",
                len(rate),
                account.table.span(field),
                formula=formula,
                percent=True,
            )
    if account.posts and len(known) >= 2:
        weeks = max(1.0, ((max(known) - min(known)).days + 1) / 7)
        yield metric(
            "posts", len(account.rows) / weeks, "rate_per_week", len(account.rows), account.table.span("title")
        )


def _latest(values: Sequence[float | None], days: Sequence[dt.date | None]) -> tuple[float, int] | None:
    """The value of the latest day, or of the last row without days, and its index."""
    held = [(days[i] or dt.date.min, i, value) for i, value in enumerate(values) if value is not None]
    if not held:
        return None
    _, index, value = max(held, key=lambda one: one[:2])
    return value, index


def _computed(account: _Account) -> tuple[list[float | None], str, str] | None:
    """Engagement rates per row from what the export has: engagements, or likes + comments + shares + saves, over a base."""
    columns = account.table.columns
    base = next((one for one in BASES if one in columns), None)
    parts = ["engagements"] if "engagements" in columns else [one for one in PARTS if one in columns]
    if base is None or not parts or parts == ["shares"]:
        return None
    below = account.numbers(base)
    above = [account.numbers(one) for one in parts]
    values = [
        sum(column[i] or 0 for column in above) / under
        if under and any(column[i] is not None for column in above)
        else None
        for i, under in enumerate(below)
    ]
    kept = [value if value is not None and value <= 1 else None for value in values]
    if not any(value is not None for value in kept):
        return None
    top = " + ".join(parts)
    return kept, f"({top}) / {base}", parts[0]


def _best(account: _Account) -> Iterator[Post]:
    """The posts with the most engagements, views or reads, whichever the export has first."""
    if not account.posts:
        return
    columns = account.table.columns
    field = next(
        (one for one in ("engagements", "views", "reads", "impressions", "likes", "er") if one in columns), None
    )
    if field is None:
        return
    values = account.numbers(field)
    days = account.days() if "date" in columns else [None] * len(account.rows)
    held = [
        (value, -i)
        for i, value in enumerate(values)
        if value is not None and account.table.value(account.rows[i], "title")
    ]
    for value, minus in sorted(held, reverse=True)[:BEST]:
        row, day = account.rows[-minus], days[-minus]
        yield Post(
            document=account.document, name=account.file, place=account.table.place(row, field), platform=account.platform,
            title=" ".join(str(account.table.value(row, "title")).split())[:120], metric=field, value=round(value, 6),
            unit="%" if field == "er" else "count", date=day.isoformat() if day else "",
        )  # fmt: skip
