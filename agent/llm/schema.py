"""The JSON schema that goes over the wire: plain for llama.cpp's grammar, strict for hosted endpoints."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

_NOT_IN_STRICT = {"maxLength", "minLength", "uniqueItems", "default", "title", "discriminator", "examples"}


def response_format(schema: type[BaseModel], *, strict: bool) -> dict[str, Any]:
    """The `response_format` argument for `schema`.

    With `strict`, bounds that hosted endpoints refuse move into the description (the reply is validated against them
    here all the same), and every field is required. Without, bounds stay: llama.cpp's grammar enforces them.
    """
    body = schema.model_json_schema()
    wire = _strict(body) if strict else _lean(body)
    return {"type": "json_schema", "json_schema": {"name": schema.__name__, "schema": wire, "strict": strict}}


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
