"""Reads from an endpoint's refusal (status 400 or 422) which parameter it does not take, and does without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.llm.abilities import Abilities
from agent.llm.schema import Method, ToolChoice

if TYPE_CHECKING:
    from openai import APIStatusError

_FORMAT_WORDS: dict[Method, tuple[str, ...]] = {
    "json_schema": ("response_format", "json_schema", "schema", "structured", "grammar", "guided"),
    "tools": ("tool", "function"),
    "json_mode": ("response_format", "json_object", "json"),
}
_NEXT_CHOICE: dict[ToolChoice, ToolChoice] = {"named": "required", "required": "auto"}
_INVALID_SCHEMA = re.compile(r"invalid[ _](json[ _])?schema|schema.{0,40}(is not|not a) valid|not permitted", re.I)
SMALLEST_LIMIT = 64


class MethodRefused(Exception):
    """The endpoint does not give answers in a form by this method."""

    def __init__(self, method: Method, *, this_schema_only: bool) -> None:
        super().__init__(method)
        self.method = method
        self.this_schema_only = this_schema_only
        """The method works, but not with this schema."""


def learn(error: APIStatusError, body: dict[str, Any], method: Method | None, able: Abilities) -> bool:
    """Corrects `able` by what the refusal names; whether another try makes sense.

    Each correction takes away something that the request had, so that tries come to an end. Raises MethodRefused.
    """
    if error.status_code not in (400, 422):
        return False
    said = f"{error.param or ''} {error.message}".lower()
    if re.search(r"context[ _](length|size|window)", said):
        return False
    if _length(said, body, able):
        return True
    if "stream_options" in body and ("stream_options" in said or "include_usage" in said):
        able.stream_options = False
        return True
    if "temperature" in body and "temperature" in said:
        able.temperature = False
        return True
    if body.get("stream") and re.search(r"\bstream(ing)?\b.{0,60}(not|un)\s*support", said):
        able.stream = False
        return True
    if method is None or not any(word in said for word in _FORMAT_WORDS[method]):
        return False
    if method == "tools" and "tool_choice" in said and able.tool_choice in _NEXT_CHOICE:
        able.tool_choice = _NEXT_CHOICE[able.tool_choice]
        return True
    if method == "json_mode" and able.json_object:
        able.json_object = False
        return True
    raise MethodRefused(method, this_schema_only=bool(_INVALID_SCHEMA.search(said)))


def _length(said: str, body: dict[str, Any], able: Abilities) -> bool:
    """The name of the length parameter, or the most it may say."""
    if "max_tokens" in body and "max_completion_tokens" in said:
        able.length_field = "max_completion_tokens"
        return True
    name = able.length_field
    if name not in said:
        return False
    sent = body[name]
    allowed = [int(number) for number in re.findall(r"\d+", said) if SMALLEST_LIMIT <= int(number) < sent]
    if allowed:
        able.longest = max(allowed)
        return True
    if name == "max_completion_tokens" and "max_tokens" not in body:
        able.length_field = "max_tokens"
        return True
    return False
