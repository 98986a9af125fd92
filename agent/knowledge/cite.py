"""Knowledge items as rows of a plan's list of sources."""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import TYPE_CHECKING, cast

from agent.knowledge.atoms import Confidence
from agent.knowledge.load import load
from agent.knowledge.lookup import Knowledge
from agent.knowledge.model import ASSUMPTION, SourceInfo
from agent.locale import in_script, localise, t
from agent.plan.base import Source

if TYPE_CHECKING:
    from agent.knowledge.passages import Passage

_REPOSITORY = re.compile(r"^github \S+/(\S+)$", re.IGNORECASE)
"""A publisher that is a path on GitHub: a reader is told the project's name."""


def as_source(item_id: str, lang: str, knowledge: Knowledge | None = None, *, by: dt.date | None = None) -> Source:
    """An item as a row of a plan's list of sources, id `kb:ITEM`. In a plan dated `by` no source is told as read on a later day.

    Raises KeyError for an unknown id.
    """
    return _row(item_id, lang, knowledge or load(), by).model_copy()


@functools.lru_cache(maxsize=2048)
def _row(item_id: str, lang: str, base: Knowledge, by: dt.date | None) -> Source:
    """The row as it is told again in plan after plan."""
    item = base.item(item_id.removeprefix("kb:"))
    behind = base.sources_of(item.id)
    assumed = item.kind == "assumption"
    return Source(
        id=f"kb:{item.id}",
        kind="assumption" if assumed else "knowledge",
        title=item.title.text(lang),
        publisher=_in(lang, base.base.sources[ASSUMPTION].title)
        if assumed
        else "; ".join(_named(one, lang) for one in behind),
        date="; ".join(dict.fromkeys(said for one in behind if (said := _when(one, lang, by)))),
        url=next((one.url for one in behind if one.url), ""),
        confidence=item.confidence,
    )


def _when(source: SourceInfo, lang: str, by: dt.date | None) -> str:
    """The date of a publication, or the day on which an undated one was read."""
    if source.date or not source.seen:
        return source.date
    late = by is not None and source.seen > by.isoformat()
    return t(lang, "base.no_date") if late else t(lang, "base.undated", seen=source.seen)


def _in(lang: str, title: str) -> str:
    """One language of a title that has two: "English / 中文"."""
    english, _, chinese = title.partition(" / ")
    both = bool(chinese) and english.isascii() and not chinese.isascii()
    return localise(chinese if lang.startswith("zh") else english, lang) if both else in_script(title, lang)


def _named(source: SourceInfo, lang: str) -> str:
    publisher = _REPOSITORY.sub(r"\1 (GitHub)", source.publisher)
    return ", ".join(_in(lang, name) for name in (publisher, source.title) if name)


def passage_source(passage: Passage, knowledge: Knowledge | None = None) -> Source:
    """A passage as a row of a plan's list of sources: an item as `as_source` has it, a client's document by name and place.

    A document of the client is `brief` (the client said it), a search result `knowledge` of low confidence with its address.
    """
    if not passage.own:
        return as_source(passage.id, "zh-CN" if passage.language == "zh" else "en", knowledge)
    told = passage.id.startswith("doc:")
    where = f" ({passage.source.place})" if passage.source.place else ""
    return Source(
        id=passage.id,
        kind="brief" if told else "knowledge",
        title=f"{passage.title}{where}",
        publisher="" if told else passage.source.publisher,
        date=passage.source.date,
        url=passage.source.url,
        confidence=cast(Confidence, passage.source.confidence),
    )
