"""What the house says where a brief says nothing: budget rules, tone, team and the like, shared by many briefs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from agent.brief import names
from agent.brief.builder import Builder
from agent.brief.readers import Raw, mapping_raw
from agent.brief.structured import read_mapping
from agent.errors import BriefError

FAMILIES = (
    ("platforms", "platforms_must", "platforms_may", "platforms_avoid"),
    ("period", "start", "end"),
    ("products", "selling_points"),
)
"""Fields that speak of one thing: a brief that says any of them is not told the house's others."""
PLACES = {
    "platforms_must": "platforms", "platforms_may": "platforms", "platforms_avoid": "platforms", "start": "period", "end": "period",
}  # fmt: skip
"""Field → the part of the brief that it fills, where that has another name."""


def check_defaults(defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults as a mapping within the bounds of a brief. Raises BriefError for a key that no brief has."""
    if not defaults:
        return {}
    clean = mapping_raw(dict(defaults), {}).data
    for key in clean:
        if names.field_of(key) in (None, "brand"):
            raise BriefError(
                f"“{key[:60]}” is no field that a house can set for all its briefs.",
                hint="Use a brief's own keys: language, tone, team, budget, never_say…",
                where="defaults",
            )
    return clean


def beneath(raw: Raw, defaults: Mapping[str, Any]) -> Raw:
    """A mapping with the defaults under it: whatever the brief says of a field stands; a text as it is."""
    if raw.kind != "mapping" or not defaults:
        return raw
    inner, wrap = raw.data, ""
    if len(inner) == 1 and isinstance(next(iter(inner.values())), dict) and not names.field_of(next(iter(inner))):
        wrap, inner = next(iter(inner.items()))
    said = _families(names.field_of(key) for key in inner)
    open_ = {key: value for key, value in defaults.items() if names.field_of(key) not in said}
    merged = {**inner, **{key: value for key, value in open_.items() if key not in inner}}
    places = _places(open_)
    return replace(raw, data={wrap: merged} if wrap else merged, places={**places, **raw.places})


def fill_in(build: Builder, defaults: Mapping[str, Any]) -> None:
    """Reads the defaults into what a brief in prose left open."""
    if not defaults:
        return
    told = {path.split(".")[0].split("[")[0] for path in build.brief.spans}
    rest = {key: value for key, value in defaults.items() if not (_parts(names.field_of(key)) & told)}
    if rest:
        read_mapping(mapping_raw(rest, _places(rest)), build)


def _places(defaults: Mapping[str, Any]) -> dict[str, str]:
    """Where the defaults and the entries of their lists are said to stand."""
    entries = {
        f"{key}[{at}]": key for key, value in defaults.items() if isinstance(value, list) for at in range(len(value))
    }
    return {path: f"defaults: {key}" for path, key in {**{key: key for key in defaults}, **entries}.items()}


def _families(fields: Iterable[str | None]) -> set[str | None]:
    said = set(fields)
    return said.union(*(family for family in FAMILIES if said & set(family)))


def _parts(field: str | None) -> set[str]:
    """The parts of the brief that a field fills."""
    return {PLACES.get(field or "", field or "")}
