"""What a run is likely to take before it takes it: the calls of every stage, rendered from the playbook's plan."""

from __future__ import annotations

import json

from agent.events import Estimated
from agent.knowledge import Knowledge
from agent.llm import Price, likely_tokens
from agent.plan.model import MarketingPlan
from agent.stages import STAGES
from agent.words.items import groups
from agent.words.shape import Material
from agent.words.upstream import platform_passages, upstream
from agent.words.writer import REPAIRS, Setting


def estimate(plan: MarketingPlan, setting: Setting, knowledge: Knowledge, price: Price | None) -> Estimated:
    """Calls, tokens and cost of all first calls, every text as long as its draft.

    The likely cost counts what calls share at the cached price, as an endpoint with a prompt cache does; `most_cost` counts
    nothing as cached and every call asked for again as often as a repair is allowed. Sending parts back is not counted.
    """
    calls, prompts, written, shared = 0, 0, 0, 0
    prefix = sum(likely_tokens(message.content) for message in setting.prefix)
    passages = platform_passages(knowledge, plan.meta.language)
    for stage in STAGES:
        told = upstream(plan, stage.depends_on)
        part = getattr(plan, stage.id)
        for rewrite in stage.rewrites:
            if rewrite.size not in ("any", setting.size):
                continue
            for group in groups(part, part, rewrite):
                material = Material(stage.id, setting.language, told, passages([ask.item for ask in group]))
                messages = setting.shape.first(setting.prefix, group, material)
                answer = {ask.label: dict(ask.item.drafts) for ask in group}
                prompts += sum(likely_tokens(message.content) for message in messages)
                written += likely_tokens(json.dumps(answer, ensure_ascii=False))
                shared += prefix if calls else 0
                calls += 1
    most = None
    if price:
        rounds = 1 + REPAIRS
        most = float(price.cost(prompts * rounds + written * rounds, written * rounds))
    return Estimated(
        calls=calls,
        prompt_tokens=prompts,
        completion_tokens=written,
        cost=float(price.cost(prompts, written, shared)) if price else None,
        most_cost=most,
    )
