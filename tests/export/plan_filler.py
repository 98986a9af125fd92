"""Builds a whole valid plan whose every text says its own place, so that a test can see what an export lost."""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Callable
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from agent.export.gaps import HELD
from agent.locale import t
from agent.plan.model import PART_IDS, MarketingPlan

Words = Callable[[str], str]
ITEMS = 2


def filled(words: Words = lambda path: f"text of {path}", language: str = "zh-CN") -> MarketingPlan:
    """A plan with two items in every list and `words(path)` in every free text."""
    data = _model(MarketingPlan, "", words)
    data["meta"].update(language=language, timezone="Asia/Shanghai", currency="CNY")
    data["budget"]["currency"] = "CNY"
    data["calendar"]["timezone"] = "Asia/Shanghai"
    data["words"] = {part: _model(_value_type(MarketingPlan, "words"), f"words.{part}", words) for part in PART_IDS}
    data["positioning"]["goals"][0]["target"]["sources"] = [source["id"] for source in data["sources"]]
    return MarketingPlan.model_validate(data)


def partial(words: Words = lambda path: f"text of {path}", language: str = "zh-CN") -> MarketingPlan:
    """A plan whose parts hold their prose but nothing of what a whole plan lists in them."""
    plan = filled(words, language)
    for part, lists in HELD.items():
        for name, _ in lists:
            setattr(getattr(plan, part), name, [])
    return plan


def lacks(language: str) -> list[str]:
    """What every part of such a plan has to say, in the order of `HELD`."""
    between = "、" if language.startswith("zh") else ", "
    return [
        t(language, "page.lacks", what=between.join(t(language, label) for _, label in lists))
        for lists in HELD.values()
    ]


def _value_type(model: type[BaseModel], field: str) -> Any:
    return get_args(model.model_fields[field].annotation)[1]


def _model(model: type[BaseModel], path: str, words: Words) -> dict[str, Any]:
    hints = typing.get_type_hints(model)
    found = {}
    for name, field in model.model_fields.items():
        least = next((one.min_length for one in field.metadata if hasattr(one, "min_length")), 0) or 0
        found[name] = _value(hints[name], f"{path}.{name}".lstrip("."), words, max(ITEMS, least))
    return found


def _value(hint: Any, path: str, words: Words, items: int) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        digits = [int(one) for one in path if one.isdigit()]
        return args[(digits[-1] if digits else 0) % len(args)]
    if origin in (Union, types.UnionType):
        return _value(next(one for one in args if one is not type(None)), path, words, items)
    if origin is list:
        return [_value(args[0], f"{path}[{index}]", words, ITEMS) for index in range(items)]
    if origin is dict:
        return {f"{path}-key{index}": _value(args[1], f"{path}[{index}]", words, ITEMS) for index in range(ITEMS)}
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _model(hint, path, words)
    simple: dict[Any, Any] = {str: words(path), bool: True, int: 3, float: 2.5, dt.date: dt.date(2027, 3, 8)}
    return simple[hint]
