"""A platform's sheet: audience, distribution, limits, windows, labels, penalties, hours and scores."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agent.knowledge.atoms import Bi, Clock, Criterion, Day, Entry, Filled, FormatId, FunctionId, Item, Score, Unit


class Limit(Item):
    """A hard limit of one field on one platform."""

    field: Filled
    """title, body, hashtags, images, description, caption, video, tags, image_text_title…"""
    max: int
    """Largest value allowed; the conservative one where sources conflict."""
    min: int | None = None
    """Smallest value allowed, when there is one."""
    unit: Unit
    """How the platform counts."""
    surface: Literal["app", "api", "both"] = "app"
    """Where the limit was seen."""
    format: str = ""
    """Format id when the limit holds for one format only."""


class Window(Item):
    """A posting window in the audience's local time: a hypothesis to test."""

    days: tuple[Day, ...] = Field(min_length=1)
    """Weekdays."""
    start: Clock
    """Start, HH:MM local time."""
    end: Clock
    """End, HH:MM local time."""
    audience: Literal["any", "b2c", "b2b"] = "any"
    """Whom the window suits."""


class Effort(Item):
    """Hours of team work for one piece, by format and function."""

    hours: dict[FormatId, dict[FunctionId, float]]
    """Format → function → hours for one finished piece."""


class Fit(Item):
    """How a platform scores on the criteria of platform choice."""

    scores: dict[Criterion, Score]
    """Criterion → 1 (weak) to 5 (strong)."""


class Style(Item):
    """How a post sounds on the platform: guidance for writers."""


class PlatformSheet(Entry):
    """Everything known about one platform."""

    id: Filled
    """Platform id."""
    names: Bi
    """Name in Chinese and English."""
    region: str
    """CN or GLOBAL."""
    group: Literal["cn", "global"]
    """Which family it belongs to."""
    audience: tuple[Item, ...] = Field(min_length=1)
    """Who is there."""
    ecology: tuple[Item, ...] = Field(min_length=1)
    """What kind of content lives there."""
    distribution: tuple[Item, ...] = Field(min_length=1)
    """How things spread."""
    strength: tuple[Item, ...] = Field(min_length=1)
    """What it is strong at."""
    formats: tuple[FormatId, ...] = Field(min_length=1)
    """Formats it supports natively, the most native first."""
    limits: tuple[Limit, ...] = Field(min_length=1)
    """Hard limits per field."""
    link_policy: tuple[Item, ...] = Field(min_length=1)
    """Which links are possible."""
    disclosure: tuple[Item, ...] = Field(min_length=1)
    """How paid, gifted and AI-made content is labelled."""
    windows: tuple[Window, ...] = Field(min_length=1)
    """Posting windows to test."""
    metrics: tuple[Bi, ...] = Field(min_length=1)
    """Metrics in the platform's own back end."""
    tools: tuple[Bi, ...] = Field(min_length=1)
    """Native scheduling, advertising and creator tools."""
    penalties: tuple[Item, ...] = Field(min_length=1)
    """What gets brands penalised."""
    backend: Item | None = None
    """Metrics and tools as one item that can be found and cited; made from the two lists."""
    native: Item | None = None
    """The formats as one item; made from the list."""
    style: Style
    """How a post sounds here."""
    effort: Effort
    """Hours per piece."""
    fit: Fit
    """Scores for platform choice."""

    def text(self, section: str, lang: str) -> str:
        """The items of audience, ecology, distribution, strength, link_policy, disclosure or penalties as one text."""
        items: tuple[Item, ...] = getattr(self, section)
        return ("" if lang.startswith("zh") else " ").join(item.text(lang) for item in items)

    def limit(self, field: str, format: str = "") -> Limit | None:
        """The limit of a field, the one for the format first; None when no limit is known."""
        found = [one for one in self.limits if one.field == field and one.format in ("", format)]
        return max(found, key=lambda one: bool(one.format), default=None)

    def effort_hours(self, format: str) -> dict[FunctionId, float]:
        """Hours by function for one piece of the format; the platform's first format when it is not listed."""
        hours: dict[str, dict[FunctionId, float]] = dict(self.effort.hours.items())
        return dict(hours.get(format) or hours[self.formats[0]])
