"""A permitted variant of a phrase within its length; each further call for a key takes the next one."""

from __future__ import annotations

import itertools

from agent.plan.base import bound
from agent.words.playbook.context import Context
from agent.words.playbook.topics import guard_of, polish

SENTENCE = 70
"""Length of a sentence in Chinese characters (agent.plan.base)."""


def pick(context: Context, key: str, limit: int = SENTENCE, /, **facts: object) -> str:
    """The key's next variant that keeps to the limit and says nothing forbidden; the shortest where none keeps to it."""
    turns: dict[str, int] = context.memo.setdefault("turns", {})
    guard, most = guard_of(context), bound(limit, context.language)
    turn = turns.get(key, 0)
    turns[key] = turn + 1
    options = context.voice.each(key, lambda one: polish(one, context.zh), **facts) or [context.say(key, **facts)]
    fitting = (one for one in options if len(one) <= most and guard.ok(one))
    short = list(itertools.islice(fitting, turn + 1))  # further ones need not be filled
    if not short:
        allowed = [one for one in options if guard.ok(one)] or options
        short = [one for one in allowed if len(one) <= most] or [min(allowed, key=len)]
    return short[turn % len(short)]
