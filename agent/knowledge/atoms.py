"""The atoms of the knowledge base: an item with its sources, date and confidence, and bilingual text."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.locale import localise

Confidence = Literal["high", "medium", "low"]
Filled = Annotated[str, Field(min_length=1)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
FormatId = Literal[
    "image_text", "short_video", "long_video", "live", "article", "carousel", "document", "poll",
    "thread", "podcast", "infographic", "qa", "ugc_call", "story", "newsletter",
]  # fmt: skip
FunctionId = Literal[
    "strategist", "planner", "copy", "design", "video", "operator", "community", "analyst", "presenter", "approver"
]
Criterion = Literal["audience_b2c", "audience_b2b", "reach", "depth", "conversion", "search", "low_cost"]
Score = Annotated[int, Field(ge=1, le=5)]
Unit = Literal["chars", "xhs_weighted", "x_weighted", "bytes", "utf16", "count", "threads_chars", "minutes", "seconds"]

ASSUMPTION = "assumption"
"""Id of the source that stands for "planning assumption": no publication behind it."""


class Entry(BaseModel):
    """Base of everything in the knowledge base: strict keys, immutable, docstrings as descriptions."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Bi(Entry):
    """The same words in Chinese (zh-CN) and English."""

    zh: Filled
    """Mainland Chinese; `text` derives the Taiwan wording."""
    en: Filled
    """English."""

    def text(self, lang: str) -> str:
        """The words for a plan language: zh for zh-CN, its Taiwan wording for zh-TW, en otherwise."""
        return localise(self.zh, lang) if lang.startswith("zh") else self.en


class SourceInfo(Entry):
    """One publication (or the planning assumption) that items refer to by id."""

    id: Filled
    """Short id, for example `cn.P1`."""
    title: Filled
    """Title or description of the publication."""
    publisher: str = ""
    """Who published it."""
    date: str = ""
    """Publication date or year as the source gives it; empty when undated, and then `seen` says when it was read."""
    seen: str = ""
    """Day on which an undated publication was read, ISO."""
    url: str = ""
    """Bare host/path, without a scheme; empty when there is none to give."""


class Item(Entry):
    """Anything that can be cited: an id, a title, and what it stands on."""

    id: Filled
    """Stable id, unique in the whole base; cited in plans as `kb:ID`."""
    title: Bi
    """What a reader calls it."""
    region: str = "GLOBAL"
    """Market code: CN, TW, HK, US, GB, EU, SEA, SG, IN or GLOBAL."""
    platforms: tuple[str, ...] = ()
    """Platform ids it speaks of; empty means all."""
    body: Bi | None = None
    """The text, in our own words."""
    rows: tuple[dict[str, str | float], ...] = ()
    """A table, when the item is one: every row has the same keys."""
    source: tuple[str, ...] = Field(min_length=1)
    """Ids in sources.yaml; `assumption` alone when nothing published is behind it."""
    confidence: Confidence
    """How far to rely on it; low is labelled wherever it shows."""
    verified_at: dt.date
    """Day on which the item was last held against its source."""
    conflict: Bi | None = None
    """Both sides, where sources disagree."""

    @property
    def kind(self) -> Literal["knowledge", "assumption"]:
        """`assumption` when no publication is behind the item."""
        return "assumption" if self.source == (ASSUMPTION,) else "knowledge"

    def text(self, lang: str) -> str:
        """The body in the plan's language; the title where there is no body."""
        return (self.body or self.title).text(lang)
