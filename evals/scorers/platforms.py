"""Platform fitness: finished posts that belong where they run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from agent.checks.distinct import grams, similarity
from agent.checks.terms import is_cjk
from agent.knowledge import load
from evals.scorers.base import Criterion, Subject, at_least, at_most, scorer, yes

REMADE = 0.55
"""Largest likeness of two posts of one core on two platforms."""


@scorer("platforms", "Posts are remade for each platform, in its language, formats and habits")
def platforms(subject: Subject) -> Iterator[Criterion]:
    """Likeness between platforms, formats, languages, windows, hashtags, cadence against the calendar."""
    plan = subject.plan
    active = {one.platform for one in plan.platforms.choices if one.role in ("primary", "support")}
    cores = defaultdict(list)
    for post in plan.adaptations.posts:
        cores[post.core, post.language].append(grams(f"{post.title} {post.body}"))
    alike = [similarity(a, b) for posts in cores.values() for a, b in combinations(posts, 2)]
    yield at_most("remade", max(alike, default=0.0), REMADE)
    sheets = load().platforms
    fitting = [post for post in plan.adaptations.posts if post.format in sheets[post.platform].formats]
    yield at_least("formats", len(fitting) / max(len(plan.adaptations.posts), 1), 1.0)
    yield yes("everywhere", active <= {post.platform for post in plan.adaptations.posts}, "a platform without a post")
    yield yes("windows", active <= {one.platform for one in plan.engagement.windows}, "a platform without a window")
    spoken = [
        post
        for post in plan.adaptations.posts
        if is_cjk(post.body) == (post.transcreate or post.language).startswith("zh") or post.transcreate
    ]
    yield at_least("language", len(spoken) / max(len(plan.adaptations.posts), 1), 1.0)
    tagged = [len(post.hashtags) <= 12 for post in plan.adaptations.posts]
    yield at_least("hashtags", sum(tagged) / max(len(tagged), 1), 1.0)
    titles = [f"{post.platform}/{post.title or post.body[:20]}" for post in plan.adaptations.posts]
    yield at_least("titles", len(set(titles)) / max(len(titles), 1), 1.0, "two posts of a platform begin alike")
