"""Whether knowledge/ is in order: shape, sources, contradictions, languages, age. `python -m agent.knowledge.check` says it all."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from agent.errors import SetupError
from agent.knowledge.atoms import ASSUMPTION, Bi, Entry, Item
from agent.knowledge.library import DateRule, Law, Measure, Study, Tool
from agent.knowledge.lookup import all_items
from agent.knowledge.model import Base, Benchmark
from agent.knowledge.read import SECTIONS, SINGLE, files_of, read, read_file
from agent.knowledge.sheet import Limit
from agent.locale import t
from agent.quantities import DATE, quantities
from agent.resources import knowledge_dir

FRESH: dict[type[Item], int] = {Limit: 120, Law: 270, Tool: 270, DateRule: 400, Benchmark: 400, Study: 540}
"""Kind of item → days after which it wants another look; other items `FRESH_DEFAULT`."""
FRESH_DEFAULT = 270
OVER_ONE = frozenset({"organic_reach"})
"""Rates that may be above one: a post can reach more people than follow."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"\b(?:the|of|and|is|are|to|for|with|from)\b")
_LETTER = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True)
class Problem:
    """Something that is not in order."""

    severity: Literal["error", "warning"]
    """error: has to be mended; warning: wants a look and fails nothing."""
    code: str
    """Which rule, a key of prompts/locales/knowledge.*.yaml."""
    where: str
    """The item, source or file."""
    facts: Mapping[str, object]
    """What the message names."""

    def message(self, language: str) -> str:
        """What is wrong."""
        return t(language, f"base.problem.{self.code}.message", **self.facts)

    def fix(self, language: str) -> str:
        """What to do about it."""
        return t(language, f"base.problem.{self.code}.fix", **self.facts)


def check_base(place: Path | None = None, today: dt.date | None = None) -> list[Problem]:
    """Everything that is not in order in a knowledge folder (the project's own by default), errors first.

    While the shape of the files is wrong, nothing else can be looked at, and only that is reported.
    """
    folder = place or knowledge_dir()
    try:
        data = read(folder)
    except SetupError as error:
        return [_error("unreadable", error.where or str(folder), detail=error.message)]
    except (KeyError, TypeError, AttributeError) as error:
        detail = f"{type(error).__name__}: {error}"
        return list(_missing(folder)) or [_error("schema", folder.name, item=folder.name, field="?", detail=detail)]
    try:
        base = Base.model_validate(data)
    except ValidationError as error:
        return [_shape(one, data) for one in error.errors()]
    found = [
        *_stray(folder),
        *_keys(folder),
        *_ids(base),
        *_sources(base),
        *_measured(base),
        *_values(base),
        *_against(base),
        *_languages(base),
    ]
    found += [*_references(base), *_age(base, today or dt.date.today())]
    return sorted(found, key=lambda one: (one.severity != "error", one.code, one.where))


def _error(code: str, where: str, **facts: object) -> Problem:
    return Problem("error", code, where, facts)


def _warning(code: str, where: str, **facts: object) -> Problem:
    return Problem("warning", code, where, facts)


def _shape(error: Any, data: dict[str, Any]) -> Problem:
    """An error of the shape, with the id of the item that it lies in."""
    item, node = "", data
    for step in error["loc"]:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(node, dict) and isinstance(node.get("id"), str):
            item = node["id"]
    field = ".".join(str(step) for step in error["loc"])
    return _error("schema", item or field, item=item or "?", field=field, detail=error["msg"])


SHEET = ("id", "names", "region", "group", "formats", "limits", "windows", "metrics", "tools", *SECTIONS, *SINGLE)
TABLE = ("metric", "title", "unit", "definition", "rows")


def _missing(folder: Path) -> Iterator[Problem]:
    """Keys that a sheet or a table cannot do without."""
    for name in files_of(folder):
        data = read_file(folder / name)
        if name.startswith("platforms/"):
            for key in SHEET:
                if key not in data:
                    yield _error("missing", name, file=name, field=key)
        for table in data.get("tables", ()):
            for key in TABLE:
                if key not in table:
                    yield _error("missing", name, file=f"{name} ({table.get('metric', '?')})", field=key)


ELSEWHERE = "compliance/"
"""Rules that agent.compliance reads, and checks whenever it does."""


def _stray(folder: Path) -> Iterator[Problem]:
    """Files that hold no items say for all their numbers what stands behind them."""
    known = set(files_of(folder))
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        if name in known or name.startswith(ELSEWHERE):
            continue
        about = read_file(path).get("about")
        wanted = {"source", "confidence", "verified_at"}
        if not isinstance(about, dict) or not wanted <= about.keys():
            yield _error("stray", name, file=name)


KEYS = {
    "kpis.yaml": "kpis", "dates.yaml": "dates", "laws.yaml": "laws", "risks.yaml": "risks", "frameworks.yaml": "frameworks",
    "tools.yaml": "tools", "crisis.yaml": "levels principles holding roles", "workload.yaml": "norms teams review", "notes": "notes",
    "benchmarks": "tables studies tiers rates rates_item",
}  # fmt: skip
"""File, or folder of files → the keys that it may begin with, beside `defaults`."""


def _keys(folder: Path) -> Iterator[Problem]:
    """A list under a misspelt key would be passed over in silence."""
    for name in files_of(folder):
        allowed = (KEYS.get(name) or KEYS.get(name.partition("/")[0], "")).split()
        for key in read_file(folder / name) if allowed else ():
            if key not in ("defaults", *allowed):
                yield _error("key", name, file=name, field=key, known=", ".join(allowed))


def _ids(base: Base) -> Iterator[Problem]:
    """Every id once; every row of a table once."""
    for item_id, times in Counter(item.id for item in all_items(base)).items():
        if times > 1:
            yield _error("twice", item_id, item=item_id)
    seen: dict[tuple[str, ...], str] = {}
    for row in base.benchmarks:
        key = (row.metric, row.platform, "" if row.platform else row.region, row.business, row.tier, row.format)
        if key in seen and seen[key] != row.id:
            yield _error("row_twice", row.id, item=row.id, other=seen[key])
        seen[key] = row.id


def _sources(base: Base) -> Iterator[Problem]:
    """Every source exists, with publisher and date; none is left over."""
    used = {ASSUMPTION}
    for item in all_items(base):
        used |= set(item.source)
        for one in item.source:
            if one not in base.sources:
                yield _error("no_source", item.id, item=item.id, source=one)
        if item.kind == "assumption" and item.confidence != "low":
            yield _error("assumed", item.id, item=item.id, confidence=item.confidence)
    for name, source in base.sources.items():
        if not source.publisher and name != ASSUMPTION:
            yield _error("publisher", name, source=name)
        if not source.date and not source.seen:
            yield _error("date", name, source=name)
        if name not in used:
            yield _warning("orphan", name, source=name)


def _measured(base: Base) -> Iterator[Problem]:
    """A benchmark with a publication behind it says on what sample and of what period, or that the source does not say."""
    for row in base.benchmarks:
        for field in ("sample", "period"):
            if row.kind == "knowledge" and not getattr(row, field):
                yield _error("measured", row.id, item=row.id, field=field)


def _values(base: Base) -> Iterator[Problem]:
    """Ranges run from low to high; rates are fractions."""
    rows: list[tuple[str, str, tuple[float, ...], str]] = [
        (row.id, row.metric, (row.low, row.base, row.high), row.unit) for row in base.benchmarks
    ]
    rows += [(item.id, one.metric, (one.low, one.high), one.unit) for item, one in _measures(base)]
    rows += [(norm.id, norm.task, (norm.low, norm.value, norm.high), norm.unit) for norm in base.norms]
    for item_id, metric, numbers, unit in rows:
        if list(numbers) != sorted(numbers):
            yield _error("order", item_id, item=item_id, numbers=" / ".join(f"{one:g}" for one in numbers))
        if unit == "%" and metric not in OVER_ONE and max(numbers) > 1:
            yield _error("fraction", item_id, item=item_id, number=f"{max(numbers):g}")


def _measures(base: Base) -> Iterator[tuple[Study, Measure]]:
    for item in (*base.studies, *base.notes):
        for one in item.measures:
            yield item, one


@dataclass(frozen=True)
class _Fact:
    item: Item
    low: float
    high: float
    period: str

    def said(self) -> str:
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}–{self.high:g}"


def _against(base: Base) -> Iterator[Problem]:
    """Two that speak of the same thing in the same unit and scope overlap, or one of them carries the conflict."""
    facts: dict[tuple[str, ...], list[_Fact]] = defaultdict(list)
    for row in base.benchmarks:
        place = row.platform or row.region
        facts[row.metric, place, row.business, row.tier, row.format, row.unit, ""].append(
            _Fact(row, row.low, row.high, row.period)
        )
    for item, one in _measures(base):
        place = one.platform or one.region or item.region
        facts[one.metric, place, one.business, one.tier, one.format, one.unit, one.group].append(
            _Fact(item, one.low, one.high, one.period)
        )
    for sheet in base.platforms.values():
        for limit in sheet.limits:
            for surface in ("app", "api") if limit.surface == "both" else (limit.surface,):
                facts[f"limit {limit.field}", sheet.id, "", "", limit.format, limit.unit, surface].append(
                    _Fact(limit, limit.max, limit.max, "")
                )
    for group in facts.values():
        for first, second in combinations(group, 2):
            apart = first.high < second.low or second.high < first.low
            told = first.item.conflict or second.item.conflict
            if apart and not told and _same_time(first.period, second.period):
                yield _error(
                    "against", first.item.id,
                    item=first.item.id, said=first.said(), other=second.item.id, found=second.said(),
                )  # fmt: skip


def _same_time(one: str, other: str) -> bool:
    """Whether two periods share a year, or one of them names none."""
    years, others = (set(re.findall(r"\d{4}", text)) for text in (one, other))
    return not years or not others or bool(years & others)


def _bilingual(value: object) -> Iterator[Bi]:
    if isinstance(value, Bi):
        yield value
    elif isinstance(value, Entry):
        for name in type(value).model_fields:
            yield from _bilingual(getattr(value, name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _bilingual(one)


def _languages(base: Base) -> Iterator[Problem]:
    """Chinese is Chinese, English is English, and both hold the same numbers."""
    for item in all_items(base):
        for text in _bilingual(item):
            if not _HAN.search(text.zh) and _ENGLISH.search(text.zh):
                yield _error("language", item.id, item=item.id, side="zh", text=text.zh[:40])
            if _HAN.search(text.en) and not _LETTER.search(text.en):
                yield _error("language", item.id, item=item.id, side="en", text=text.en[:40])
            zh, en = _values_of(text.zh), _values_of(text.en)
            if zh != en and not (isinstance(item, DateRule | Law) and text == item.title):
                only = [", ".join(f"{one:g}" for one in sorted(side)) or "-" for side in (zh - en, en - zh)]
                yield _warning("numbers", item.id, item=item.id, zh=only[0], en=only[1])


def _values_of(text: str) -> set[float]:
    """Numbers that a translation has to keep: not dates, and no counts up to twelve, which English spells out."""
    return {round(one.value, 4) for one in quantities(text) if one.kind not in (DATE, "article") and one.value > 12}


def _references(base: Base) -> Iterator[Problem]:
    """Ids that items name exist."""
    laws, dates = {law.id for law in base.laws}, {one.id for one in base.dates}
    wanted: list[tuple[str, Iterable[str], set[str]]] = [(risk.id, risk.laws, laws) for risk in base.risks]
    wanted += [(one.id, [one.rule.to], dates) for one in base.dates if one.rule.type == "relative"]
    wanted += [(item.id, item.platforms, set(base.platforms)) for item in all_items(base)]
    for item_id, names, known in wanted:
        for name in names:
            if name not in known:
                yield _error("reference", item_id, item=item_id, name=name)


def _patience(item: Item) -> int:
    """Days after which this kind of item wants another look."""
    for kind, days in FRESH.items():
        if isinstance(item, kind):
            return days
    return FRESH_DEFAULT


def _age(base: Base, today: dt.date) -> Iterator[Problem]:
    """Items that have not been held against their source for long; assumptions have none."""
    for item in all_items(base):
        days = _patience(item)
        if item.verified_at > today:
            yield _warning("future", item.id, item=item.id, day=item.verified_at)
        elif item.kind != "assumption" and (today - item.verified_at).days > days:
            yield _warning("stale", item.id, item=item.id, day=item.verified_at, days=days)


def say(found: list[Problem], base_size: tuple[int, int], language: str) -> str:
    """The report: every problem with what to do, and one line that sums up. `base_size`: items and sources."""
    lines = []
    for one in found:
        lines.append(f"{t(language, f'base.{one.severity}')}: {one.message(language)}")
        lines.append(f"  {t(language, 'base.hint', fix=one.fix(language))}")
    errors = sum(one.severity == "error" for one in found)
    warnings = len(found) - errors
    items, sources = base_size
    last = (
        t(language, "base.failed", errors=errors, warnings=warnings)
        if errors
        else t(language, "base.clean", items=items, sources=sources, warnings=warnings)
    )
    return "\n".join([*lines, last])


def main() -> int:
    """Prints the report on the project's own base; 1 when there are errors."""
    from agent.knowledge.load import load

    found = check_base()
    failed = any(one.severity == "error" for one in found)
    size = (0, 0) if failed else (len(load().items), len(load().base.sources))
    sys.stdout.write(say(found, size, "en") + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
