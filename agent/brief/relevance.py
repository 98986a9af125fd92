"""Which blocks of a long document are about the task: scored by the vocabulary of briefs, the rest is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agent.brief import names
from agent.brief.readers import Line
from agent.brief.values import find_money

LONG = 9_000
"""Characters up to which a text is read whole."""
KEEP = 60_000
"""Characters that are read at most."""
_BLOCK = 1_500
_LABEL = re.compile(r"^\s*(?:[-*•]\s+|#{1,6}\s*)?(?:\*\*|【)?([^:：*\n】]{1,30}?)(?:\*\*|】)?\s*(?:[:：]|$)")
_STRONG = (
    "brand",
    "budget",
    "objectives",
    "audience",
    "platforms",
    "competitors",
    "never_say",
    "must_say",
    "period",
    "embargoes",
    "ask",
    "tone",
    "accounts",
    "team",
    "platforms_avoid",
    "key_dates",
)
_TALK = re.compile(
    r"(?i)social media|followers|influencer|campaign|hashtag|content plan|brand awareness|target audience|engagement rate|社交媒体|社媒|小红书|抖音|粉丝|种草|达人|投放|社群|品牌调性|营销方案|推广方案|策划"
)


@dataclass
class _Block:
    lines: list[Line] = field(default_factory=list)
    size: int = 0
    score: float = 0.0


def relevant(lines: list[Line]) -> tuple[list[Line], dict[str, str]]:
    """(lines to read, what to say about the rest). A short text is returned as it is, with an empty dict."""
    total = sum(len(line.text) for line in lines)
    pages = len({line.place for line in lines if line.place.startswith("page ")})
    if total <= LONG and pages <= 4:
        return lines, {}
    blocks = _blocks(lines)
    for block in blocks:
        block.score = score(block.lines)
    best = max(block.score for block in blocks)
    bar = max(4.0, best * 0.35) if best >= 4 else best
    chosen: list[_Block] = []
    size = 0
    for block in sorted((b for b in blocks if b.score >= bar), key=lambda b: -b.score):
        if size + block.size <= KEEP or not chosen:
            chosen.append(block)
            size += block.size
    kept = [line for block in blocks if block in chosen for line in [*block.lines, Line("", block.lines[-1].place)]]
    if size > KEEP:
        kept = _cut(kept)
    if len(chosen) == len(blocks) and size <= KEEP:
        return lines, {}
    places = ", ".join(dict.fromkeys(_range(block) for block in blocks if block in chosen))
    return kept, {
        "read": places[:300],
        "kept": str(len(chosen)),
        "all": str(len(blocks)),
        "characters": f"{min(size, KEEP):,}",
        "total": f"{total:,}",
    }


def _cut(lines: list[Line]) -> list[Line]:
    kept: list[Line] = []
    size = 0
    for line in lines:
        if size >= KEEP:
            break
        kept.append(Line(line.text[: KEEP - size], line.place))
        size += len(line.text)
    return kept


def _range(block: _Block) -> str:
    first, last = block.lines[0].place, block.lines[-1].place
    return first if first == last else f"{first} – {last}"


def _blocks(lines: list[Line]) -> list[_Block]:
    """Pages as they are; other text in blocks of about 1,500 characters, cut at headings and blank lines."""
    blocks = [_Block()]
    for index, line in enumerate(lines):
        block = blocks[-1]
        paged = line.place.startswith("page ")
        turn = paged and bool(block.lines) and block.lines[-1].place != line.place
        heading = (
            line.text.startswith(("# ", "## ")) and names.field_of(line.text.lstrip("# ")) is None and block.size > 40
        )
        gap = index and not lines[index - 1].text.strip()
        if block.lines and (
            turn or (not paged and (heading or (block.size > _BLOCK and gap) or block.size > 3 * _BLOCK))
        ):
            blocks.append(block := _Block())
        block.lines.append(line)
        block.size += len(line.text)
    return [b for b in blocks if b.lines]


def score(lines: list[Line]) -> float:
    """How much a block speaks the language of briefs: distinct labels, platforms, money beside budget words, marketing talk."""
    fields = set()
    for line in lines:
        match = _LABEL.match(line.text)
        name = names.field_of(match[1]) if match else None
        if name in _STRONG:
            fields.add(name)
    text = "\n".join(line.text for line in lines)[:20_000]
    platforms = {p.value for p in names.find_platforms(text)}
    talk = len({m[0].lower() for m in _TALK.finditer(text)})
    budget = 1.0 if names.cue("budget", text) and find_money(text) else 0.0
    return 2.0 * len(fields) + 1.0 * min(len(platforms), 4) + 1.0 * min(talk, 4) + budget
