"""A mapping with Chinese or English keys → BrandBrief. Unknown keys are kept as conditions, with a note."""

from __future__ import annotations

from typing import Any

from agent.brief import names
from agent.brief.builder import Builder
from agent.brief.items import Item, words
from agent.brief.readers import Raw
from agent.errors import BriefError

_FIRST = ("brand", "language", "markets", "currency", "category", "period", "start", "end")
LISTED = (
    "products",
    "competitors",
    "accounts",
    "team",
    "objectives",
    "audience",
    "proof",
    "past_results",
    "constraints",
    "key_dates",
    "embargoes",
    "must_say",
    "never_say",
)
_WRAPPERS = ("brief", "brand_brief", "campaign", "data", "简报", "品牌简报", "需求")
_SCALAR = ("brand", "strategy", "category", "language", "timezone", "currency", "start", "end", "business")


def read_mapping(raw: Raw, build: Builder) -> None:
    """Fills the builder from a mapping. Raises BriefError naming the field whose shape cannot be read."""
    data, prefix = raw.data, ""
    while (
        len(data) == 1
        and isinstance(inner := next(iter(data.values())), dict)
        and next(iter(data)).lower() in _WRAPPERS
    ):
        prefix = f"{prefix}{next(iter(data))}."
        data = inner
    rows: list[tuple[str, str, Item]] = []
    for key, value in data.items():
        field = names.field_of(key)
        rows.append((field or "", key, value))
    order = {field: i for i, field in enumerate(_FIRST)}
    rows.sort(key=lambda row: order.get(row[0], len(order)))
    for field, key, value in rows:
        place = raw.places.get(prefix + key, prefix + key)
        if not field:
            _unknown(build, key, value, place)
            continue
        _check_shape(field, key, value, place)
        _apply(build, field, key, value, raw, prefix)


def _apply(build: Builder, field: str, key: str, value: Any, raw: Raw, prefix: str) -> None:
    """Applies a value; the entries of a list one by one, so that each has its own place."""
    path = prefix + key
    place = raw.places.get(path, path)
    if isinstance(value, list) and field in LISTED:
        for index, entry in enumerate(value):
            here = f"{path}[{index}]"
            build.apply(field, [entry], raw.places.get(here, here))
    elif isinstance(value, dict) and field in ("platforms", "period", "budget"):
        for sub, inner in value.items():
            here = f"{path}.{sub}"
            build.apply(field, {sub: inner}, raw.places.get(here, here)) if field != "budget" else None
        if field == "budget":
            build.apply(field, value, place)
            _respan(build, raw, path, value)
    else:
        build.apply(field, value, place)


def _respan(build: Builder, raw: Raw, path: str, value: dict[str, Any]) -> None:
    """Gives the parts of a budget the places of their own keys."""
    for sub, inner in value.items():
        part = names.subfield_of(str(sub), ("total", "currency", "fixed", "limits", "caps", "floors", "excludes"))
        here = f"{path}.{sub}"
        for name, span in build.brief.spans.items():
            if not part or not name.startswith(f"budget.{'limits' if part in ('caps', 'floors') else part}"):
                continue
            entries = inner if isinstance(inner, list) else [inner]
            for index, entry in enumerate(entries):
                if span.text[:60] == " ".join(words(entry).split())[:60] or (
                    not isinstance(inner, list) and span.text in words(entry)
                ):
                    at = f"{here}[{index}]" if isinstance(inner, list) else here
                    span.place = raw.places.get(at, at)


def _check_shape(field: str, key: str, value: Any, place: str) -> None:
    if field in _SCALAR and isinstance(value, list) and field not in ("category",):
        raise BriefError(
            f"“{key}” must be one value, not a list.", hint=f"Write {key}: followed by a word or a date.", where=place
        )
    if field in ("language", "timezone", "currency", "start", "end") and isinstance(value, dict):
        raise BriefError(
            f"“{key}” must be one value, not a mapping.",
            hint=f"Write {key}: followed by a word or a date.",
            where=place,
        )
    if field in ("platforms", "products", "objectives", "competitors", "team", "audience", "period") and isinstance(
        value, bool | int | float
    ):
        if field == "period" and not isinstance(value, bool):
            return
        raise BriefError(
            f"“{key}” cannot be the {'answer yes or no' if isinstance(value, bool) else 'number ' + str(value)}.",
            hint="Write words or a list.",
            where=place,
        )


def _unknown(build: Builder, key: str, value: Item, place: str) -> None:
    if value is None or not words(value):
        return
    text = f"{key}：{words(value)}" if any("\u3400" <= c <= "\u9fff" for c in key) else f"{key}: {words(value)}"
    build.extend("constraints", [text[:600]], text, place)
    build.context.note("unknown_key", key=key[:60])
