"""From what a model sent to a checked value: takes off thinking, fences and talk, mends broken JSON, validates."""

from __future__ import annotations

import functools
import json
import logging
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from agent.data import read_yaml
from agent.resources import prompts_dir

T = TypeVar("T", bound=BaseModel)

log = logging.getLogger(__name__)

_THINK = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_THINK_END = re.compile(r".*</think(?:ing)?>", re.DOTALL)
_THINK_OPEN = re.compile(r"\s*<think(?:ing)?>")
_FENCE = re.compile(r"```[a-zA-Z]*\s*\n(.*?)```", re.DOTALL)
_OBJECT = re.compile(r'\{\s*"')
MAX_LISTED = 10
MOST_OBJECTS = 40
"""Places where a JSON object may begin that are tried in one answer."""


class BadAnswer(Exception):
    """The answer does not fit the schema; the text says where, fit to be shown to the model."""


class NoObject(BadAnswer):
    """The answer holds no JSON object at all."""


def decode(text: str, schema: type[T], *, mend: bool = True) -> T:
    """The value in a model's answer.

    Thinking, fences and talk around the JSON are taken off; with `mend`, slips are repaired (and logged). Raises BadAnswer
    naming field and problem, at most ten of them.
    """
    body = said(text)
    if "{" not in body:
        raise NoObject("the answer holds no JSON object")
    problem: BadAnswer | None = None
    for value in _objects(body):
        try:
            return _validated(value, schema)
        except BadAnswer as misfit:
            problem = problem or misfit
    if problem:
        raise problem
    if not mend:
        raise BadAnswer("the JSON object is not complete")
    return _validated(_mended(body), schema)


def said(text: str) -> str:
    """The text without what the model thought aloud; "" while it still thinks."""
    text = _THINK.sub("", text)
    text = _THINK_END.sub("", text)
    return "" if _THINK_OPEN.match(text) else text.strip()


def refusal(text: str) -> str:
    """The sentence with which the model declines where JSON was asked for; "" when it does not decline."""
    body = said(text)
    if "{" in body:
        return ""
    plain = re.sub(r"[’‘]", "'", body).lstrip("*_\"'“「 \n")
    return body[:200] if any(pattern.match(plain) for pattern in _refusals()) else ""


@functools.cache
def _refusals() -> list[re.Pattern[str]]:
    data = read_yaml(prompts_dir() / "refusals.yaml")
    return [re.compile(pattern, re.IGNORECASE | re.DOTALL) for pattern in data["starts"]]


def _objects(body: str) -> Iterator[Any]:
    """Every complete JSON object in the text, outermost ones, in order."""
    reader = json.JSONDecoder()
    at = 0
    for _ in range(MOST_OBJECTS):
        at = body.find("{", at)
        if at < 0:
            return
        try:
            value, at = reader.raw_decode(body, at)
        except (json.JSONDecodeError, RecursionError):
            if _is_the_answer(body, at):
                return
            at += 1
            continue
        yield value


def _is_the_answer(body: str, at: int) -> bool:
    """Whether a broken object is the answer itself, so that what is inside must not be taken for the whole."""
    return _OBJECT.match(body, at) is not None


def _mended(body: str) -> Any:
    import json_repair

    fenced = _FENCE.search(body)
    inner = fenced.group(1).strip() if fenced and "{" in fenced.group(1) else body
    begin = _OBJECT.search(inner)
    inner = inner[begin.start() if begin else inner.find("{") :]
    value = json_repair.loads(inner, skip_json_loads=True)
    log.warning("the model's JSON was broken and has been mended (%d characters)", len(inner))
    return value


def _validated(value: Any, schema: type[T]) -> T:
    try:
        return schema.model_validate_json(json.dumps(value, ensure_ascii=False))
    except ValidationError as error:
        raise BadAnswer(_listed(error)) from error
    except ValueError as error:  # a lone surrogate
        raise BadAnswer(f"the answer is not valid text ({type(error).__name__})") from error


def _listed(error: ValidationError) -> str:
    rows = [
        f"{'.'.join(str(step) for step in problem['loc']) or 'the whole'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return "; ".join(rows[:MAX_LISTED])
