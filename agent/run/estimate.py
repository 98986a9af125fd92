"""What a run is likely to take before it takes it: the calls of every stage, rendered from the playbook's plan."""

from __future__ import annotations

import json
from collections.abc import Iterator

from agent.events import Estimated
from agent.knowledge import Knowledge
from agent.llm import Message, Price, likely_tokens
from agent.plan.model import MarketingPlan
from agent.stages import STAGES
from agent.words.asking import Material, first
from agent.words.by_sentence import asked_for
from agent.words.items import groups_for
from agent.words.upstream import platform_passages, upstream
from agent.words.writer import REPAIRS, Setting


def estimate(
    plan: MarketingPlan, setting: Setting, knowledge: Knowledge, price: Price | None, *, only: str = ""
) -> Estimated:
    """Calls, tokens and cost of all first calls, or of those of one stage; every text as long as its draft.

    The likely cost counts what calls share at the cached price, as an endpoint with a prompt cache does; `most_cost` counts
    nothing as cached and every call asked for again as often as a repair is allowed. Sending parts back is not counted.
    """
    asked = list(_calls(plan, setting, knowledge, only))
    prompts = sum(likely_tokens(message.content) for messages, _ in asked for message in messages)
    written = sum(likely_tokens(answer) for _, answer in asked)
    shared = sum(likely_tokens(message.content) for message in setting.prefix) * max(len(asked) - 1, 0)
    most = None
    if price:
        rounds = 1 + REPAIRS
        most = float(price.cost(prompts * rounds + written * rounds, written * rounds))
    return Estimated(
        calls=len(asked),
        prompt_tokens=prompts,
        completion_tokens=written,
        cost=float(price.cost(prompts, written, shared)) if price else None,
        most_cost=most,
    )


def _calls(
    plan: MarketingPlan, setting: Setting, knowledge: Knowledge, only: str
) -> Iterator[tuple[list[Message], str]]:
    """The messages of every first call, and an answer as long as the drafts."""
    passages = platform_passages(knowledge, plan.meta.language)
    for stage in (one for one in STAGES if only in ("", one.id)):
        told = upstream(plan, stage.depends_on)
        part = getattr(plan, stage.id)
        if setting.size == "small":
            for one in asked_for(part, stage.rewrites, setting.language):
                yield [*setting.prefix, Message("user", one.marked)], one.marked
            continue
        for group in groups_for(part, part, stage.rewrites, setting.size):
            answer = {ask.label: dict(ask.item.drafts) for ask in group}
            material = Material(stage.id, setting.language, told, passages([ask.item for ask in group]))
            yield first(setting.prefix, group, material), json.dumps(answer, ensure_ascii=False)
