"""Who is on a platform in the plan's own markets: a country's figures describe that country and no other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.brief.gaps import market_name
from agent.knowledge.model import Item
from agent.locale import percent
from agent.plan.base import Kind
from agent.words.playbook.context import Context
from agent.words.playbook.match import countries


def told_abroad(context: Context, text: str) -> bool:
    """Whether a statement counts the people of a country that is none of the plan's markets."""
    return bool(countries(text) - set(context.brief.markets))


def audience_in(context: Context, platform: str, items: Sequence[Item]) -> tuple[str, Kind, str] | None:
    """What is known of a platform's people in the plan's markets, with its kind and its source: a local figure, else what the sheet says of the
    whole world, else that nothing is known, which has no source. None where the sheet's own statement holds here.
    """
    first = items[0]
    text = first.text(context.language)
    if not told_abroad(context, text):
        return None
    market = next((one for one in context.brief.markets if one != "GLOBAL"), "")
    if local := _local(context, platform):
        return local
    parts = re.split(r"[；;]\s*", text.rstrip("。."))
    rest = [part for part in parts if not told_abroad(context, part)]
    if rest:
        gap = "；" if context.zh else "; "
        said = gap.join(rest)
        return said[:1].upper() + said[1:] + ("。" if context.zh else "."), first.kind, f"kb:{first.id}"
    where = market_name(market, context.language) if market else ""
    key = "platforms.no_local" if where else "platforms.no_local_any"
    return context.say(key, market=where, platform=context.name(platform)), "research", ""


def _local(context: Context, platform: str) -> tuple[str, Kind, str] | None:
    """A market's own figure for a platform, with what it is a share of."""
    for market in context.brief.markets:
        for note in context.knowledge.base.notes:
            row = next(
                (
                    m
                    for m in note.measures
                    if m.metric == "usage_share" and m.platform == platform and m.region == market
                ),
                None,
            )
            if row:
                text = context.say(
                    "platforms.local", market=market_name(market, context.language), share=percent(row.low, 1),
                    definition=row.definition.text(context.language), period=row.period,
                )  # fmt: skip
                return text, note.kind, f"kb:{note.id}"
    return None
