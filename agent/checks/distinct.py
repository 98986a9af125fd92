"""Distinctness: no item says what its neighbour says, and no post is pasted from one platform to the next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from agent.brief.said import as_said
from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.terms import is_cjk, squeezed
from agent.plan.model import MarketingPlan

NEAR = 0.6
"""From this Jaccard similarity on, two items of a list say the same."""
PASTED = 0.5
"""From this similarity on, a post counts as pasted from another platform."""
SAME_OPENING = 0.34
"""A larger share of hooks with one and the same opening is a formula."""


def grams(text: str, names: Sequence[str] = ()) -> frozenset[str]:
    """Pairs of characters in Chinese, pairs of words elsewhere, with the names that both texts have to hold taken out."""
    text = text.lower()
    for name in names:
        text = text.replace(name.lower(), " ")
    if is_cjk(text):
        letters = squeezed(text)
        return frozenset(letters[n : n + 2] for n in range(len(letters) - 1)) or frozenset({letters})
    words = re.findall(r"\w+", text)
    return frozenset(" ".join(words[n : n + 2]) for n in range(len(words) - 1)) or frozenset(words)


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity: shared pairs over all pairs, 0 to 1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if one and other else 0.0


Items = list[tuple[str, str]]


def families(plan: MarketingPlan) -> Iterator[Items]:
    """Lists of (path, text) whose items have to differ from each other."""
    people, pillars = plan.personas.personas, plan.themes.pillars
    for name in ("pains", "triggers"):
        yield [
            (f"personas.personas[{n}].{name}[{m}]", text)
            for n, persona in enumerate(people)
            for m, text in enumerate(getattr(persona, name))
        ]
    for name in ("portrait", "interests", "lifestyle", "values", "spending", "objection", "answer"):
        yield [(f"personas.personas[{n}].{name}", getattr(persona, name)) for n, persona in enumerate(people)]
    for name in ("message", "why_care", "not_this"):
        yield [(f"themes.pillars[{n}].{name}", getattr(pillar, name)) for n, pillar in enumerate(pillars)]
    for name in ("title", "hook"):
        yield [
            (f"themes.pillars[{n}].topics[{m}].{name}", getattr(topic, name))
            for n, pillar in enumerate(pillars)
            for m, topic in enumerate(pillar.topics)
        ]
    for name in ("title", "trigger", "prevention"):
        yield [(f"risks.risks[{n}].{name}", getattr(risk, name)) for n, risk in enumerate(plan.risks.risks)]
    for part in ("hot_topics", "discussion", "spread", "openings", "lessons"):
        rows = getattr(plan.market, part)
        yield [(f"market.{part}[{n}].title", row.title) for n, row in enumerate(rows)]
    yield [(f"strategy.lines[{n}].approach", line.approach) for n, line in enumerate(plan.strategy.lines)]
    yield [(f"engagement.replies[{n}].reply", reply.reply) for n, reply in enumerate(plan.engagement.replies)]


@check("DIS-001", "error", "No two items of a list are the same, whatever their punctuation")
def no_repeats(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Pains, triggers, portraits, messages, topics, hooks, risks, trends, strategies, replies."""
    for items in families(plan):
        seen: dict[str, str] = {}
        for where, text in items:
            first = seen.setdefault(squeezed(text), where)
            if first != where and squeezed(text):
                yield at(where, text=text[:40])


@check("DIS-002", "warning", "No two items of a list are nearly the same")
def no_near_repeats(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Jaccard similarity of character or word pairs; only the closest neighbour of an item is told."""
    names = [ctx.brief.brand, *(product.name for product in as_said(ctx.brief).products)]
    for items in families(plan):
        known = [(where, text, plain, grams(text, names)) for where, text in items if len(plain := squeezed(text)) > 6]
        told: set[str] = set()
        for (_, said, one, left), (where, text, other, right) in combinations(known, 2):
            if len(left) < NEAR * len(right) or len(right) < NEAR * len(left) or where in told or one == other:
                continue
            if similarity(left, right) >= NEAR:
                told.add(where)
                yield at(where, said=said[:40], text=text[:40], share=f"{similarity(left, right):.0%}")


@check("DIS-003", "error", "Posts of one core idea are remade for each platform, never pasted across")
def remade(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Compares title and body of every two posts of a core in the same language."""
    posts = [(n, post, grams(f"{post.title} {post.body}")) for n, post in enumerate(plan.adaptations.posts)]
    for (_, one, left), (place, other, right) in combinations(posts, 2):
        if one.core == other.core and one.language == other.language and similarity(left, right) >= PASTED:
            yield at(
                f"adaptations.posts[{place}].body",
                first=one.id, id=other.id, share=f"{similarity(left, right):.0%}",
            )  # fmt: skip


@check("DIS-004", "warning", "Hooks do not all open alike")
def openings_vary(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """At most a third of the hooks of the topic bank share their first four characters or two words."""
    hooks = [topic.hook for pillar in plan.themes.pillars for topic in pillar.topics if topic.hook.strip()]
    openings = Counter(_opening(hook) for hook in hooks)
    for opening, times in openings.most_common(1):
        if len(hooks) >= 6 and times > SAME_OPENING * len(hooks):
            yield at("themes.pillars", text=opening, times=times, all=len(hooks))


def _opening(hook: str) -> str:
    return squeezed(hook)[:4] if is_cjk(hook) else " ".join(re.findall(r"\w+", hook.lower())[:2])
