"""The schema as an endpoint takes it: in `response_format`, as a tool's parameters, or told in the prompt."""

from __future__ import annotations

import functools
import json
from typing import Any, Literal, get_args

from pydantic import BaseModel

Method = Literal["json_schema", "tools", "json_mode"]
METHODS: tuple[Method, ...] = get_args(Method)
"""The ways to an answer in a given form, the surest first."""
ToolChoice = Literal["named", "required", "auto"]

TOOL = "answer"
_NOT_IN_STRICT = {"maxLength", "minLength", "uniqueItems", "default", "title", "discriminator", "examples"}
IN_PROMPT = "Answer with one JSON object and nothing else. It has to fit this JSON schema:\n{schema}"


@functools.lru_cache(maxsize=256)
def json_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON schema, made once: it names a call in the journal and goes over the wire. Not to be changed."""
    return schema.model_json_schema()


def wire_schema(schema: type[BaseModel], *, strict: bool) -> dict[str, Any]:
    """The JSON schema that goes over the wire.

    With `strict`, bounds that hosted endpoints refuse move into the description (the reply is validated against them
    here all the same), and every field is required. Without, bounds stay: llama.cpp's grammar enforces them.
    """
    body = json_schema(schema)
    return dict(_strict(body) if strict else _lean(body))


def format_arguments(
    schema: type[BaseModel], method: Method, *, strict: bool, choice: ToolChoice = "named"
) -> dict[str, Any]:
    """What a request carries beside its messages so that the answer fits `schema`."""
    if method == "json_mode":
        return {"response_format": {"type": "json_object"}}
    wire = wire_schema(schema, strict=strict)
    if method == "json_schema":
        named = {"name": schema.__name__, "schema": wire, "strict": strict}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    tool = {"name": TOOL, "description": "Gives the answer.", "parameters": wire}
    named_choice = {"type": "function", "function": {"name": TOOL}}
    return {
        "tools": [{"type": "function", "function": tool}],
        "tool_choice": named_choice if choice == "named" else choice,
    }


def told(schema: type[BaseModel]) -> str:
    """The schema in words, for JSON mode: it goes behind the last message, where it breaks no shared prefix."""
    return IN_PROMPT.format(schema=json.dumps(wire_schema(schema, strict=True), ensure_ascii=False))


def _lean(node: Any) -> Any:
    """Without titles and descriptions, which a grammar does not read."""
    if isinstance(node, list):
        return [_lean(item) for item in node]
    if not isinstance(node, dict):
        return node
    lean = {key: _lean(value) for key, value in node.items() if key not in ("title", "description", "properties")}
    if "properties" in node:
        lean["properties"] = {name: _lean(value) for name, value in node["properties"].items()}
        lean["required"] = list(node["properties"])
    return lean


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    wire = {key: _strict(value) for key, value in node.items() if key not in _NOT_IN_STRICT and key != "properties"}
    if "oneOf" in wire:
        wire["anyOf"] = wire.pop("oneOf")
    if "maxLength" in node:
        wire["description"] = f"{node.get('description', '')} At most {node['maxLength']} characters.".strip()
    if "properties" in node:
        wire["properties"] = {name: _strict(value) for name, value in node["properties"].items()}
        wire["required"] = list(node["properties"])
        wire["additionalProperties"] = False
    return wire
