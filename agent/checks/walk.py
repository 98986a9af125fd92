"""Every text of a plan with its path: which is prose, which is an identifier, which is meant for the public."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel

from agent.checks.towards import fields_towards
from agent.plan.base import Figure, Words
from agent.plan.content import Adaptation
from agent.plan.model import MarketingPlan

IDENTIFIERS = frozenset(
    "id kind platform pillar phase owner topic_id format core goal role origin currency timezone time language source sources "
    "task criterion aspect status unit priority category tier objective direction value use ready place method_id personas "
    "goals formats platforms pillars channels who responsible accountable consulted informed backup approver url publisher "
    "confidence code fields field cadence key_date transcreate markets schema_version version model prompt rejected "
    "severity where top_risks questions utm handle".split()
)
"""Field names that hold ids, codes or names as others write them, not text in the plan's language."""

OUTSIDE = ("sources", "findings", "words", "meta")
"""Parts of the plan that are apparatus, not text for a reader."""


class Text(NamedTuple):
    """A text of the plan."""

    path: str
    """"themes.pillars[0].message"."""
    text: str
    words: int
    """The field's limit in Chinese characters when it is prose, 0 otherwise."""
    name: str
    """Name of the field that holds it."""
    language: str
    """The language that it ought to have."""


T = TypeVar("T")
_walked: ContextVar[dict[tuple[int, str], Any] | None] = ContextVar("_walked", default=None)


@contextmanager
def walked_once() -> Iterator[None]:
    """Inside, a plan is walked once and the walk shared; the plan must not change meanwhile."""
    token = _walked.set({})
    try:
        yield
    finally:
        _walked.reset(token)


def texts(plan: MarketingPlan) -> tuple[Text, ...]:
    """Every text that a reader sees, in the order of the plan; identifiers and apparatus left out."""
    return once(plan, "texts", lambda: _all_texts(plan))


def once(plan: MarketingPlan, name: str, make: Callable[[], T]) -> T:
    """What several checks need of the same plan, made once inside `walked_once`."""
    known = _walked.get()
    if known is None:
        return make()
    if (id(plan), name) not in known:
        known[id(plan), name] = make()
    found: T = known[id(plan), name]
    return found


def _all_texts(plan: MarketingPlan) -> tuple[Text, ...]:
    found: list[Text] = []
    for name, value in plan:
        if name not in OUTSIDE:
            _walk(found, name, value, name, 0, plan.meta.language)
    return tuple(found)


def prose(plan: MarketingPlan) -> tuple[Text, ...]:
    """The texts that a writer may replace, empty ones left out."""
    return once(plan, "prose", lambda: tuple(one for one in texts(plan) if one.words and one.text.strip()))


def _is_figure(model: type[BaseModel], name: str, atom: Any) -> bool:
    return atom is Figure


def figures(value: Any, path: str = "") -> Iterator[tuple[str, Figure]]:
    """Every Figure below a value, with its path."""
    if isinstance(value, Figure):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in fields_towards(type(value), _is_figure):
            yield from figures(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from figures(inner, f"{path}[{place}]")


def _is_text(model: type[BaseModel], name: str, atom: Any) -> bool:
    return atom is str and (name not in IDENTIFIERS or _limits(model)[name] > 0)


def _walk(found: list[Text], path: str, value: Any, name: str, words: int, language: str) -> None:
    if isinstance(value, str):
        if (value and name not in IDENTIFIERS) or words:
            found.append(Text(path, value, words, name, language))
    elif isinstance(value, BaseModel):
        limits = _limits(type(value))
        own = value.language if isinstance(value, Adaptation) else language
        held = vars(value)
        for inner_name in fields_towards(type(value), _is_text):
            spoken = own if inner_name in _POST_FIELDS else language
            _walk(found, f"{path}.{inner_name}", held[inner_name], inner_name, limits[inner_name], spoken)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _walk(found, f"{path}[{place}]", inner, name, words, language)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _walk(found, f"{path}[{key}]", inner, name, words, language)


_POST_FIELDS = frozenset({"title", "body", "hashtags", "first_frame", "cta", "label"})
"""Fields of an adaptation that are in the post's language, not the plan's."""


@functools.cache
def _limits(model: type[BaseModel]) -> dict[str, int]:
    """Field → limit in Chinese characters, 0 where the field is not prose."""
    found = {}
    for name, info in model.model_fields.items():
        marks = [m for m in info.metadata if isinstance(m, Words)]
        marks += [m for argument in get_args(info.annotation) for m in get_args(argument) if isinstance(m, Words)]
        found[name] = marks[0].limit if marks else 0
    return found


class Published(NamedTuple):
    """A text meant for the public."""

    path: str
    text: str
    date: dt.date
    """The first day on which it may be seen."""


def published(plan: MarketingPlan) -> tuple[Published, ...]:
    """Everything meant for the public: posts, calendar rows, topics, replies, holding statements, the call for UGC."""
    return once(plan, "published", lambda: tuple(_published(plan)))


def _published(plan: MarketingPlan) -> Iterator[Published]:
    first: dict[str, dt.date] = {}
    for place, entry in enumerate(plan.calendar.entries):
        keys = (entry.topic_id, f"{entry.topic_id}@{entry.platform}")
        first.update({key: min(entry.date, first.get(key, entry.date)) for key in keys if entry.topic_id})
        for name in ("topic", "hook", "cta"):
            yield Published(f"calendar.entries[{place}].{name}", getattr(entry, name), entry.date)
    yield from _posts(plan, first)
    for p, pillar in enumerate(plan.themes.pillars):
        for q, topic in enumerate(pillar.topics):
            for name in ("title", "hook", "cta"):
                day = first.get(topic.id, plan.meta.end)
                yield Published(f"themes.pillars[{p}].topics[{q}].{name}", getattr(topic, name), day)
    for place, reply in enumerate(plan.engagement.replies):
        yield Published(f"engagement.replies[{place}].reply", reply.reply, plan.meta.start)
    for place, statement in enumerate(plan.engagement.statements):
        yield Published(f"engagement.statements[{place}].text", statement.text, plan.meta.start)
    yield Published("themes.ugc_call", plan.themes.ugc_call, plan.meta.start)
    yield Published("community.ugc.call", plan.community.ugc.call, plan.meta.start)
    yield Published("strategy.idea.name", plan.strategy.idea.name, plan.meta.start)


def _posts(plan: MarketingPlan, first: dict[str, dt.date]) -> Iterator[Published]:
    """The finished posts; a post without a row of its own in the calendar may go out from the first day."""
    topics = {core.id: core.topic_id for core in plan.adaptations.cores}
    for place, post in enumerate(plan.adaptations.posts):
        topic = topics.get(post.core, "")
        day = first.get(f"{topic}@{post.platform}", first.get(topic, plan.meta.start))
        for name in ("title", "body", "first_frame", "cta", "label"):
            yield Published(f"adaptations.posts[{place}].{name}", getattr(post, name), day)
        for number, tag in enumerate(post.hashtags):
            yield Published(f"adaptations.posts[{place}].hashtags[{number}]", tag, day)
