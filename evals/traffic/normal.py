"""What of a request and an answer is kept: what was asked and what was said, and nothing of the machine, the key or the clock."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

HOST = "http://model.invalid/v1"
"""The address that cassettes name; nothing answers there."""
ASKED = ("model", "messages", "response_format", "tools", "tool_choice", "max_tokens", "max_completion_tokens", "temperature",
         "top_p", "top_k", "min_p", "seed", "repeat_penalty", "presence_penalty", "frequency_penalty", "stop")  # fmt: skip
"""Fields of a request's body that decide what is answered."""
_SECRET = re.compile(
    r"\bsk-[A-Za-z0-9_-]{8,}|\b(?:authorization|api[-_]?key|x-api-key|set-cookie)\b\s*[:=]|\bBearer\s+\S{8,}", re.I
)
_PATH = re.compile(r"(?<![\w/:.])/(?:home|root|work|Users|tmp|opt|var|usr)/[\w.-]+|\b[A-Z]:\\\\?\w+|127\.0\.0\.1:\d+")


def body_of(content: bytes | str) -> dict[str, Any] | None:
    """The fields that decide about the answer; None for what is no chat request, and for a reading ahead into one slot."""
    try:
        body = json.loads(content)
    except (ValueError, TypeError):
        return None
    if not isinstance(body, dict) or "messages" not in body or "id_slot" in body:
        return None
    return {name: body[name] for name in ASKED if body.get(name) is not None}


def canonical(body: dict[str, Any]) -> str:
    """The same text for the same request, whatever the order of its keys."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def key(body: dict[str, Any]) -> str:
    """The hash that requests are matched by: another prompt, schema, model or parameter is another request."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()[:20]


def streamed(content: str) -> bool:
    """Whether an answer is a stream of events; one that was long in coming begins with lines that only keep the line open."""
    return any(line.startswith("data:") for line in content.splitlines())


def said(content: str) -> str:
    """An answer without its clock and ids; a stream is one piece a kind, so that its words can be read."""
    if not streamed(content):
        try:
            return canonical(_stripped(json.loads(content)))
        except ValueError:
            return content
    deltas: dict[str, str] = {}
    finish, usage = None, None
    for line in content.splitlines():
        data = line.removeprefix("data:").strip()
        if not line.startswith("data:") or data in ("", "[DONE]"):
            continue
        event = json.loads(data)
        usage = event.get("usage") or usage
        for choice in event.get("choices") or []:
            finish = choice.get("finish_reason") or finish
            for name, text in (choice.get("delta") or {}).items():
                if isinstance(text, str) and name != "role":
                    deltas[name] = deltas.get(name, "") + text
                elif name == "tool_calls":
                    return content
    events: list[dict[str, Any]] = [{"choices": [{"index": 0, "delta": deltas, "finish_reason": None}]}]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    if usage:
        events.append({"choices": [], "usage": _stripped(usage)})
    return "".join(f"data: {json.dumps(one, ensure_ascii=False)}\n\n" for one in events) + "data: [DONE]\n\n"


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            k: _stripped(v) for k, v in value.items() if k not in ("id", "created", "timings", "system_fingerprint")
        }
    return [_stripped(one) for one in value] if isinstance(value, list) else value


def leaks(text: str) -> list[str]:
    """Secrets, machine paths and loopback ports in a text; empty when it may be committed."""
    return [found.group()[:40] for pattern in (_SECRET, _PATH) for found in pattern.finditer(text)]
