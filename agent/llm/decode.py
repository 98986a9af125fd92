"""From what a model sent to a checked value: takes off thinking and fences, mends broken JSON, validates."""

from __future__ import annotations

import json
import logging
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

T = TypeVar("T", bound=BaseModel)

log = logging.getLogger(__name__)

_THINK = re.compile(r"<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"```[a-zA-Z]*\s*\n(.*?)```", re.DOTALL)
MAX_LISTED = 10


class BadAnswer(Exception):
    """The answer does not fit the schema; the text says where, fit to be shown to the model."""


def decode(text: str, schema: type[T]) -> T:
    """The value in a model's answer.

    Raises BadAnswer naming field and problem, at most ten of them.
    """
    body = _bare(text)
    try:
        value = json.loads(body)
    except json.JSONDecodeError:
        value = _mend(body)
    try:
        return schema.model_validate_json(json.dumps(value, ensure_ascii=False))
    except ValidationError as error:
        raise BadAnswer(_listed(error)) from error


def _bare(text: str) -> str:
    """The JSON text without thinking, fences and talk around it."""
    text = _THINK.sub("", text).strip()
    if "</think>" in text:
        text = text.rpartition("</think>")[2].strip()
    if text.startswith("{"):
        return text
    fenced = _FENCE.search(text)
    if fenced:
        return fenced.group(1).strip()
    return text[text.find("{") :] if "{" in text else text


def _mend(body: str) -> Any:
    import json_repair

    if "{" not in body:
        raise BadAnswer("the answer holds no JSON object")
    value = json_repair.loads(body, skip_json_loads=True)
    log.warning("the model's JSON was broken and has been mended (%d characters)", len(body))
    return value


def _listed(error: ValidationError) -> str:
    rows = [
        f"{'.'.join(str(step) for step in problem['loc']) or 'the whole'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return "; ".join(rows[:MAX_LISTED])
