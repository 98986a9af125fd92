"""What briefs call things: labels, platforms, categories, markets, functions, looked up in prompts/locales/brief_keys.yaml."""

from __future__ import annotations

import calendar
import difflib
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agent.brief.numbers import Found, plain
from agent.data import read_yaml
from agent.resources import prompts_dir

_CJK = re.compile(r"[\u3400-\u9fff]")


@functools.cache
def table(name: str) -> Any:
    """One section of the data file."""
    return _file()[name]


@functools.cache
def _file() -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(prompts_dir() / "locales" / "brief_keys.yaml")
    return data


@functools.cache
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case, half-width and simplified, one character for one: only for comparing."""
    clean = plain(text)
    low = "".join(c.lower() if len(c.lower()) == 1 else c for c in clean)
    if not _CJK.search(low):
        return low
    simple = str(_simplifier().convert(low))
    return simple if len(simple) == len(low) else low


def squeeze(text: str) -> str:
    """A label without spaces, marks and brackets, folded."""
    return re.sub(r"[\s_\-*#:：.·、,，'’“”\"()（）【】\[\]]+", "", fold(text))


@functools.cache
def _index(section: str) -> dict[str, str]:
    return {squeeze(alias): key for key, aliases in table(section).items() for alias in [key, *aliases]}


def field_of(label: str) -> str | None:
    """The brief's field that a label names ("预算", "Target audience"), or None."""
    index, word = _index("fields"), squeeze(label)
    if word in index:
        return index[word]
    base = re.sub(r"[(（【\[].*?[)）】\]]|\s*\d+\s*[人名个個]?$", "", label)
    if base != label:
        return field_of(base)
    tail = word[-2:] if 4 <= len(word) <= 6 and _CJK.search(word) else ""
    return index.get(tail) if tail in _ENDINGS else None


_ENDINGS = frozenset("目标 目標 预算 預算 周期 受众 人群 竞品 团队 人员 平台 产品 用户 客户 时间".split())
"""Words that say what a longer label is about: "阶段目标", "执行团队"."""


@functools.cache
def _sub_index(allowed: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in allowed:
        for alias in [key, *table("subfields").get(key, [])]:
            found.setdefault(squeeze(alias), key)
    return found


def subfield_of(label: str, allowed: Iterable[str]) -> str | None:
    """The item's field that a label names, among the allowed ones (the earlier wins where an alias serves two)."""
    return _sub_index(tuple(allowed)).get(squeeze(label))


def matcher(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for folded text: Chinese words anywhere, Latin words whole (a plural s allowed), the longest first."""
    parts = []
    for word in sorted({fold(str(w)).strip() for w in words}, key=len, reverse=True):
        escaped = re.escape(word).replace(r"\ ", r"\s+")
        parts.append(escaped if _CJK.search(word) else rf"(?<![a-z0-9]){escaped}(?:s|es|’s|'s)?(?![a-z0-9])")
    return re.compile("|".join(parts))


@functools.cache
def section_pattern(section: str, key: str) -> re.Pattern[str]:
    """The pattern of one key of a section (see `matcher`)."""
    return matcher(table(section)[key])


def cue(name: str, text: str) -> re.Match[str] | None:
    """The first word in the text that speaks of `name` (a key of the data file's `cues`)."""
    return section_pattern("cues", name).search(fold(text).replace("’", "'"))


@functools.cache
def _platform_patterns() -> tuple[list[tuple[str, re.Pattern[str], bool]], list[tuple[str, re.Pattern[str]]]]:
    """(prose patterns, patterns for places where a platform is expected); the flag asks for the letters as written."""
    prose, listed = [], []
    strict, only = set(table("case_sensitive")), set(table("only_in_lists"))
    for key, names in table("platforms").items():
        loose = [n for n in names if n not in only and n not in strict and n != "Threads"]
        prose.append((key, matcher([key.replace("_", " "), *loose] if key != "x" else loose), False))
        exact = [n for n in names if n in strict and n != "X"] + (["Threads"] if key == "threads" else [])
        if exact:
            prose.append(
                (key, re.compile(rf"(?<![A-Za-z0-9@])(?:{'|'.join(map(re.escape, exact))})(?![A-Za-z0-9])"), True)
            )
        if key == "x":
            prose.append(
                (
                    key,
                    re.compile(
                        r"(?:(?<=\bon )|(?<=\band )|(?<=, ))X(?=[\s,.;)]|$)(?!\s*[=×\d])|(?<=\bno )X(?=\s*(?:[,.;)]|$))"
                        r"|\bX(?=\s*[（(](?:Twitter|推特|formerly))"
                    ),
                    True,
                )
            )
        listed.append((key, matcher([key, *names])))
    return prose, listed


def find_platforms(text: str, *, expected: bool = False) -> list[Found[str]]:
    """Platform ids named in a text, in order; `expected` also takes short names such as "x" and "ins"."""
    prose, listed = _platform_patterns()
    folded = fold(text)
    rows = [(k, p, False) for k, p in listed] if expected else prose
    hits: list[Found[str]] = []
    for key, pattern, exact in rows:
        for match in pattern.finditer(text if exact else folded):
            hits.append(Found(key, text[match.start() : match.end()], match.start(), match.end()))
    blocked = [(f.start, f.end) for f in find_dead(text)]
    hits.sort(key=lambda f: (f.start, f.start - f.end))
    kept: list[Found[str]] = []
    for hit in hits:
        inside = any(a <= hit.start and hit.end <= b for a, b in blocked)
        if not inside and (not kept or hit.start >= kept[-1].end):
            kept.append(hit)
    return kept


@functools.cache
def _dead_patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(key, matcher(row["names"])) for key, row in table("dead").items()]


def find_dead(text: str) -> list[Found[str]]:
    """Platforms named in a text that no longer exist."""
    folded, found = fold(text), []
    for key, pattern in _dead_patterns():
        for match in pattern.finditer(folded):
            found.append(Found(key, text[match.start() : match.end()], match.start(), match.end()))
    return sorted(found, key=lambda f: f.start)


@functools.cache
def _other_patterns() -> list[tuple[str, re.Pattern[str], bool]]:
    rows = [(key, matcher(names), False) for key, names in table("other_channels").items() if key != "LINE"]
    return [*rows, ("LINE", re.compile(r"(?<![A-Za-z])LINE(?![A-Za-z])"), True)]


def find_other(text: str) -> list[Found[str]]:
    """Channels named in a text that are real but for which no plan is made (LINE, WhatsApp, 大众点评…)."""
    folded, found = fold(text), []
    for key, pattern, exact in _other_patterns():
        match = pattern.search(text if exact else folded)
        if match:
            found.append(Found(key, text[match.start() : match.end()], match.start(), match.end()))
    return found


@functools.cache
def _latin_names() -> dict[str, str]:
    return {n.lower(): key for key, names in table("platforms").items() for n in names if n.isascii() and len(n) >= 5}


_ENGLISH = {
    "thread",
    "threads",
    "threaded",
    "reading",
    "redditor",
    "treads",
    "twitch",
    "facebooks",
    "instant",
    "interest",
    "linked",
    "pinterests",
}


def suggest_platform(word: str) -> str | None:
    """The platform that a misspelt Latin name is near to ("Facebok" → facebook), or None."""
    low = word.lower()
    if len(low) < 5 or low in _ENGLISH or low in _latin_names():
        return None
    near = difflib.get_close_matches(low, _latin_names(), n=1, cutoff=0.8)
    return _latin_names()[near[0]] if near else None


def find_misspelt(text: str) -> list[Found[str]]:
    """Words that are nearly, but not quite, the name of a platform."""
    found = []
    taken = [(f.start, f.end) for f in [*find_platforms(text), *find_dead(text)]]
    for match in re.finditer(r"(?<![A-Za-z@/.])[A-Z][A-Za-z]{4,}(?![A-Za-z])", text):
        if any(a <= match.start() < b for a, b in taken):
            continue
        key = suggest_platform(match[0])
        if key:
            found.append(Found(key, match[0], match.start(), match.end()))
    return found


@dataclass(frozen=True)
class PlatformName:
    """What an entry in a list of platforms means."""

    written: str
    id: str = ""
    """Platform id; empty when it is not one that a plan is made for."""
    suggested: bool = False
    """Whether the id is a guess at a misspelt name."""
    dead: str = ""
    """Name of a platform that no longer exists."""


def platform_of(name: str) -> PlatformName:
    """Reads one entry of a list of platforms."""
    dead = find_dead(name)
    if dead:
        return PlatformName(name, dead=dead[0].value)
    hits = find_platforms(name, expected=True)
    if hits:
        return PlatformName(name, hits[0].value)
    guess = suggest_platform(re.sub(r"[^A-Za-z]", "", name))
    return PlatformName(name, guess or "", suggested=bool(guess))


def platform_name(key: str, language: str) -> str:
    """How a platform is written in a language ("小红书" / "Xiaohongshu")."""
    names: list[str] = table("platforms")[key]
    if language.startswith("zh") or not _CJK.search(names[0]):
        return names[0]
    return next(n for n in names if not _CJK.search(n))


@functools.cache
def _scored(section: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(key, matcher(words)) for key, words in table(section).items()]


def ranked(section: str, text: str) -> list[Found[str]]:
    """Keys of a section whose words occur in the text: most mentions first, the earlier mention breaking a tie."""
    folded, rows = fold(text), []
    for key, pattern in _scored(section):
        hits = list(pattern.finditer(folded))
        if hits:
            weight = sum(min(len(h[0]), 6) if _CJK.search(h[0]) else 3 for h in hits)
            rows.append((-weight, hits[0].start(), key, hits[0]))
    rows.sort(key=lambda row: row[:2])
    return [Found(key, text[h.start() : h.end()], h.start(), h.end()) for _, _, key, h in rows]


def first_of(section: str, text: str) -> str:
    """The first key of a section, in the file's order, whose words occur in the text; empty when none does."""
    folded = fold(text)
    return next((key for key, pattern in _scored(section) if pattern.search(folded)), "")


@functools.cache
def months() -> frozenset[str]:
    """The English names of the months: none of them is a brand's."""
    return frozenset(calendar.month_name[1:]) | frozenset(calendar.month_abbr[1:])


def functions_of(text: str) -> list[str]:
    """Function ids that a role's title or tasks speak of, in the file's order."""
    folded = fold(text)
    return [key for key, pattern in _scored("functions") if pattern.search(folded)]


def markets_of(text: str) -> list[str]:
    """Market codes in the order of mention."""
    folded, rows = fold(text), []
    for key, pattern in market_patterns():
        for match in pattern.finditer(text if pattern.flags & re.DOTALL else folded):
            rows.append((match.start(), key))
    return list(dict.fromkeys(key for _, key in sorted(rows)))


@functools.cache
def market_patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Short codes ("US", "in") count only in capitals; the DOTALL flag marks the patterns that need the text as written."""
    rows: list[tuple[str, re.Pattern[str]]] = []
    for key, names in table("markets").items():
        long = [n for n in names if len(n) > 2 or _CJK.search(n)]
        short = [n.upper() for n in names if len(n) == 2 and not _CJK.search(n)]
        rows.append((key, matcher(long)))
        if short:
            rows.append((key, re.compile(rf"(?<![A-Za-z])(?:{'|'.join(short)})(?![A-Za-z$])", re.DOTALL)))
    return rows


def markets_listed(text: str) -> list[str]:
    """Market codes from a field that holds markets: short codes count in any case."""
    return markets_of(text) or markets_of(text.upper())


def currency_of(text: str) -> str:
    """ISO code that a currency field names."""
    code = squeeze(text).upper()
    if code in table("currencies"):
        return code
    return first_of("currencies", text)


def language_of(text: str) -> str:
    """Language code that a language field names; empty when it names none."""
    index = _index("languages")
    word = squeeze(text)
    if word in index:
        return index[word]
    return next(
        (index[alias] for alias in sorted(index, key=len, reverse=True) if len(alias) > 2 and alias in word), ""
    )
