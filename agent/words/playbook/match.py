"""Tells facts, seasons and forms apart by the patterns of prompts/playbook/match.yaml: which proof is a certificate, which hook needs a film."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable
from typing import Any

from agent.data import read_yaml
from agent.locale import localise
from agent.resources import prompts_dir

MOVING = frozenset({"short_video", "long_video", "live", "podcast", "story"})
"""Formats that have moving pictures or sound."""


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = read_yaml(prompts_dir() / "playbook" / "match.yaml")
    return table


@functools.cache
def expression(text: str) -> re.Pattern[str]:
    """A regular expression of the tables; case does not matter."""
    return re.compile(text, re.IGNORECASE)


def says(name: str, *texts: str) -> bool:
    """Whether one of the texts matches the named pattern."""
    return any(_says(name, text) for text in texts)


@functools.lru_cache(maxsize=8192)
def _says(name: str, text: str) -> bool:
    """As `says` for one text: a title is asked about again with each hook that may stand under it."""
    return expression(_table()[name]).search(text) is not None


def matched(name: str, text: str) -> str:
    """The first words of a text that match the named pattern; "" when none do."""
    hit = expression(_table()[name]).search(text)
    return hit[0] if hit else ""


def compares(point: str) -> bool:
    """Whether a selling point is a comparative and nothing else, "smaller" without what it is smaller than; "butter" and "leather" are none."""
    return expression(_table()["comparative"]).fullmatch(point.strip()) is not None


def proof_kind(text: str) -> str:
    """What a piece of evidence is: certificate, rating, repeat, figure or listing."""
    found = next((kind for kind, pattern in _table()["proofs"].items() if expression(pattern).search(text)), "")
    return found or ("figure" if re.search(r"\d", text) else "listing")


def wish(text: str) -> str:
    """What is wished for, in the client's words without "what I'd like is to", to the end of the first sentence."""
    bare = expression(_table()["wish"]).sub("", text.strip(), count=1)
    return re.split(r"(?<=[a-z)])\.\s|[。；;]", bare)[0].strip() or text.strip()


@functools.lru_cache(maxsize=8192)
def months_of(season: str) -> frozenset[int]:
    """Months in which a season may be told; all of them when its name says none."""
    return next(
        (frozenset(months) for pattern, months in _table()["months"] if expression(pattern).search(season)),
        frozenset(range(1, 13)),
    )


def seasonal(text: str) -> frozenset[int] | None:
    """Months in which a moment may be told that names a season; None when it names none."""
    found = months_of(text)
    return found if len(found) < 12 else None


def festival(text: str) -> tuple[str, ...]:
    """Ids of the dates of the knowledge base that a text may mean, by market; () when it names no festival."""
    rows = _table()["festivals"]
    return next((tuple(ids) for pattern, ids in rows if expression(pattern).search(text)), ())


def only_months(*texts: str) -> frozenset[int] | None:
    """Months to which a product's own words tie it, "只在六到八月煮", "only from June to August"; None when they do not."""
    for text in texts:
        found = expression(_table()["month_span"]).search(text)
        first, last = (_month(one) for one in _ends(found)) if found else (0, 0)
        if first and last:
            return frozenset((first - 1 + n) % 12 + 1 for n in range((last - first) % 12 + 1))
    return None


def _ends(found: re.Match[str]) -> list[str]:
    return [one for one in found.groups() if one][:2]


def _month(word: str) -> int:
    """1 to 12 for a month's number or name in either language; 0 for anything else."""
    chinese = {"十": 10, "十一": 11, "十二": 12} | {digit: n for n, digit in enumerate("一二三四五六七八九", 1)}
    english = "jan feb mar apr may jun jul aug sep oct nov dec".split()
    number = int(word) if word.isdigit() else chinese.get(word, 0)
    if not number and word.lower() in english:
        number = english.index(word.lower()) + 1
    return number if 1 <= number <= 12 else 0


def launch_of(*texts: str) -> str:
    """What sort of news a launch is: collab, version, opening or product; "" when its words do not tell."""
    rows = _table()["launches"].items()
    return next((sort for sort, pattern in rows if any(expression(pattern).search(text) for text in texts)), "")


def unit_of(price_note: str) -> str:
    """What a price is paid for, "month" or "head"; "" when it is paid once."""
    found = expression(_table()["unit"]).search(price_note)
    return found.group(1).lower() if found else ""


def broken(quiet: str, moments: Iterable[tuple[int, int]]) -> bool:
    """Whether something is published in a quiet time that comes every week ("Monday mornings", "lunch"); moments: (weekday, 0 = Monday; hour).
    A time that comes now and then, and one that names neither weekday nor hour, is never broken."""
    if says("rare", quiet):
        return False
    days = {day for pattern, found in _table()["quiet_days"] if expression(pattern).search(quiet) for day in found}
    hours = next((found for pattern, found in _table()["quiet_hours"] if expression(pattern).search(quiet)), None)
    if not days and hours is None:
        return False
    first, last = hours or (0, 24)
    return any((not days or day in days) and first <= hour < last for day, hour in moments)


def finer_pack(category: str, *texts: str) -> str:
    """The pack of a kind within a category, a café among restaurants, where the texts say so; "" where the category's own serves."""
    rows = (row for row in _table()["packs"] if row[0] == category)
    return next((name for _, pattern, name in rows if any(expression(pattern).search(text) for text in texts)), "")


def kind_of_thing(category: str, *texts: str) -> str:
    """The pack of prompts/playbook/offers for what the texts name, a bottle to carry or a jar of jam; "" where the category's own pack serves."""
    rows = (row for row in _table()["overlays"] if category not in row[2])
    return next((name for pattern, name, _ in rows if any(expression(pattern).search(text) for text in texts)), "")


@functools.lru_cache(maxsize=8192)
def occasions(text: str) -> frozenset[str]:
    """The occasions that a text speaks of: gift, office, outdoor… of `occasions` in match.yaml."""
    return frozenset(name for name, pattern in _table()["occasions"].items() if expression(pattern).search(text))


@functools.lru_cache(maxsize=8192)
def objection_kind(text: str) -> str:
    """What an objection is about, its price, the habit it would disturb, of `objections` in match.yaml; "" when its words do not tell."""
    return next((kind for kind, pattern in _table()["objections"] if expression(pattern).search(text)), "")


def presumed(entry: str, told: str) -> bool:
    """Whether a phrase of a category pack speaks of goods, consumables or used machines, of which a brief says nothing."""
    return any(not expression(backed).search(told) for backed in _presumes(entry))


@functools.lru_cache(maxsize=4096)
def _presumes(entry: str) -> tuple[str, ...]:
    """Patterns that a brief has to hold for a phrase of a category pack to be true of it."""
    return tuple(backed for of, backed in _table()["presumes"] if expression(of).search(entry))


def countries(text: str) -> frozenset[str]:
    """The markets whose people a text counts, "50% of US adults"."""
    return frozenset(market for market, pattern in _table()["counted"].items() if expression(pattern).search(text))


def at_home(text: str, home: Collection[str]) -> str:
    """A rule without the clauses and brackets that name the law of a market outside `home`."""
    abroad = [expression(pattern) for market, pattern in _table()["foreign"].items() if market not in home]

    def told(part: str) -> bool:
        return not any(pattern.search(part) for pattern in abroad)

    bare = re.sub(r"\s?[（(][^（）()]*[）)]", lambda found: found[0] if told(found[0]) else "", text)
    parts = re.split(r"(?<=[。；;，,])|(?<=[.!?])(?=\s)", bare)
    kept = ""
    for part in parts:
        if told(part):
            kept += part
        elif kept[-1:] in ("，", "；", ",", ";") and part[-1:] in ("。", ".", "!", "?"):
            kept = kept[:-1] + part[-1]
    kept = kept.rstrip("，；,; ")
    return kept if not kept or kept[-1] in "。.!?！？" else kept + bare.rstrip()[-1:]


def channel_in(language: str, *texts: str) -> str:
    """What a post calls the line to customers that one of the texts speaks of, a LINE account, a newsletter; "" when none does."""
    rows = _table()["channels"]
    found = next((names for pattern, names in rows if any(expression(pattern).search(text) for text in texts)), None)
    if found is None:
        return ""
    return localise(str(found["zh"]), language) if language.startswith("zh") else str(found["en"])
