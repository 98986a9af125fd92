"""Specificity: text that would fit any brand is told, part by part."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from agent.brief.said import as_said
from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.terms import is_cjk, squeezed
from agent.checks.walk import prose
from agent.plan.model import PART_IDS, MarketingPlan

ENOUGH = 0.25
"""Least share of a part's sentences that name something of this brief. A first value, to be held against read plans."""
FEWEST = 5
"""Parts with fewer sentences are not judged."""
LABEL = 24
"""Prose up to this limit is a name or a heading, not a sentence."""
_SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?\n]|\.(?=\s|$)|$)")
_DIGIT = re.compile(r"\d")


def anchors(plan: MarketingPlan, ctx: CheckContext) -> set[str]:
    """Words that tie a sentence to this brief, in lower case without punctuation: names, points, people, places, ideas."""
    brief = as_said(ctx.brief)
    words = [brief.brand, plan.strategy.idea.name, *brief.must_say, *brief.tone, *brief.agencies]
    words += [product.name for product in brief.products] + [m.title for m in brief.team]
    words += [one.name for one in brief.competitors] + [persona.name for persona in plan.personas.personas]
    words += [pillar.name for pillar in plan.themes.pillars] + [key.name for key in brief.key_dates]
    used = {c.platform for c in plan.platforms.choices if c.role != "excluded"}
    sheets = [ctx.knowledge.platforms[platform] for platform in used if platform in ctx.knowledge.platforms]
    words += [name for sheet in sheets for name in (sheet.names.zh, sheet.names.en)]
    phrases = [point for product in brief.products for point in product.selling_points + product.proof]
    phrases += brief.proof + [trait for segment in brief.audience for trait in segment.traits]
    phrases += [segment.place for segment in brief.audience] + [segment.name for segment in brief.audience]
    words += [piece for phrase in phrases for piece in _pieces(phrase)]
    return {key for key in map(squeezed, words) if len(key) > 1}


def _pieces(phrase: str) -> Iterator[str]:
    """Runs of a phrase that can be recognised again: four characters of Chinese, two words of English."""
    for clause in re.split(r"[，。；、,;.:：()（）]", phrase):
        if is_cjk(clause):
            letters = squeezed(clause)
            yield from (letters[n : n + 4] for n in range(max(len(letters) - 3, 1)))
        else:
            words = clause.split()
            yield from ("".join(words[n : n + 2]) for n in range(len(words) - 1) if len("".join(words[n : n + 2])) > 7)


def pattern(known: set[str]) -> re.Pattern[str]:
    """Matches any of the anchors in a squeezed sentence."""
    return re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))) or r"(?!)")


def named_share(texts: list[str], known: re.Pattern[str]) -> tuple[float, str, int]:
    """Share of sentences that hold an anchor or a number, the first that holds none, and how many sentences there are."""
    sentences = [one for text in texts for one in _sentences(text)]
    loose = [words for words, key in sentences if key and not known.search(key)]
    return 1 - len(loose) / max(len(sentences), 1), loose[0].strip() if loose else "", len(sentences)


@functools.lru_cache(maxsize=8192)
def _sentences(text: str) -> tuple[tuple[str, str], ...]:
    """The sentences of a text, each with its letters; "" for those of one that names a number and so is tied to the brief."""
    told = ((words, squeezed.__wrapped__(words)) for words in _SENTENCE.findall(text))
    return tuple((words, "" if _DIGIT.search(words) else key) for words, key in told if len(key) > 3)


def _opening(sentence: str, most: int = 50) -> str:
    """How a sentence begins, cut between words."""
    if len(sentence) <= most:
        return sentence
    head = sentence[:most]
    cut = head.rfind(" ") if head.isascii() else most // 2
    return head[: cut if cut > 0 else most].rstrip(",;:，；、 ") + "…"


@check("SPE-001", "warning", "At least a quarter of a part's sentences name something of this brief")
def names_this_brief(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Brand, product, selling point, persona, platform, number, place, competitor, person or idea."""
    known = pattern(anchors(plan, ctx))
    texts: dict[str, list[str]] = {part: [] for part in PART_IDS}
    for one in prose(plan):
        part = one.path.partition(".")[0]
        if part in texts and one.words > LABEL:
            texts[part].append(one.text)
    for part, written in texts.items():
        share, loose, sentences = named_share(written, known)
        if sentences >= FEWEST and share < ENOUGH:
            yield at(part, share=f"{share:.0%}", least=f"{ENOUGH:.0%}", text=_opening(loose))
