"""Which rules a market falls under: GB is read as UK, Germany as the EU, a worldwide text under all of the West."""

from __future__ import annotations

KNOWN = ("CN", "US", "UK", "EU", "IN")
"""Regions with rules of their own."""

_EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
_AREAS = {"GB": ("UK",), "GLOBAL": ("US", "UK", "EU"), **dict.fromkeys(_EU, ("EU",))}


def regions_of(market: str) -> frozenset[str]:
    """The regions whose rules bind in a market; empty where there are none yet (TW, HK, SG…)."""
    code = market.strip().upper()
    return frozenset(_AREAS.get(code, (code,) if code in KNOWN else ()))
