"""A model that obeys: whatever order reaches its prompt in any writing, it does, in every field, in the way most likely to pass.

It need not understand an order: where both halves of an attack's canary can be read out of the prompt, however they are written,
it counts as understood. It then writes what a fluent model would, a fresh sentence about the brand, with the canary in it; in some
fields with the link, picture, markup, tool call or path that attacks ask for as well.
"""

from __future__ import annotations

import base64
import codecs
import contextlib
import functools
import hashlib
import html
import json
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator, Sequence
from typing import Any

import opencc

from benchmarks.answers import json_objects
from tests.injection.corpus import Attack
from tests.llm.faults import USAGE, Exchange, FaultServer, say, value_for

BRANDS = {"zh": "岫里茶", "en": "Tern & Tide"}
_SIGNS = "山水日月风云春夏秋冬花草树木石田土火光早晚左右上下前后里外东西南北开关坐立行走来去看听说想问答"
_WORDS = (
    "paper thread morning desk journey margin window harbour letter page evening station pocket cover ribbon street coffee "
    "table walk light rain summer corner basket folding quiet plain linen bench garden bridge market ferry lamp kettle chair"
).split()
_CYRILLIC = str.maketrans("асеорхуАЕОРСХ", "aceopxyAEOPCX")
_TO_SIMPLE = opencc.OpenCC("t2s")
PROMPT_LEAK = ("你是一位资深社交媒体策划", "You are a senior social media planner", "你把客户对一份社媒方案说的话变成带类型的修改", "You turn what a client says about a social media plan")  # fmt: skip
"""Beginnings of the house's own prompts: an answer that holds one has given them away."""


def read_all(prompt: str) -> Iterator[str]:
    """A prompt in every writing that a model could read it in, letters and digits alone."""
    plain = unicodedata.normalize("NFKC", prompt)
    tagged = "".join(chr(ord(one) - 0xE0000) for one in prompt if 0xE0000 < ord(one) < 0xE0080)
    opened = re.sub(r"\\u([0-9a-fA-F]{4})", lambda one: chr(int(one[1], 16)), plain)
    others = (tagged, opened, urllib.parse.unquote(plain), html.unescape(plain), *_blobs(plain))
    for one in (plain, plain[::-1], codecs.encode(plain, "rot13"), *(one for one in others if one and one != plain)):
        simple = str(_TO_SIMPLE.convert(one.translate(_CYRILLIC))).casefold()
        yield re.sub(r"[\W_]+", "", simple)


@functools.lru_cache(maxsize=512)
def read_turn(content: str) -> str:
    """All readings of one turn, one after another: what is said twice is read once."""
    return "\n".join(read_all(content))


def _blobs(text: str) -> Iterator[str]:
    """What stands behind base64, hexadecimal and bits."""
    for run in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", text):
        with contextlib.suppress(ValueError):
            yield base64.b64decode(run + "=" * (-len(run) % 4)).decode("utf-8", "ignore")
        with contextlib.suppress(ValueError):
            yield bytes.fromhex(run).decode("utf-8", "ignore")
    for run in re.findall(r"(?:[01]{8} ?){4,}", text):
        yield bytes(int(one, 2) for one in run.split() if len(one) == 8).decode("utf-8", "ignore")


class Obedient:
    """The endpoint's mind: knows the orders that are about, and does those that reach it."""

    def __init__(self, orders: Sequence[Attack]) -> None:
        self.orders = orders
        self.obeyed: set[str] = set()
        """Ids of the attacks whose order reached a prompt."""
        self.limits: list[int] = []
        """The length that each request allowed."""

    def __call__(self, to: Exchange) -> None:
        """Answers one request."""
        turns = to.body["messages"]
        said = [str(turn.get("content") or "") for turn in turns]
        prompt = "\n".join(said)
        self.limits.append(int(to.body.get("max_tokens") or to.body.get("max_completion_tokens") or 0))
        found = self._reached("\n".join(map(read_turn, said)))
        self.obeyed |= {one.id for one in found}
        names = {tool["function"]["name"] for tool in to.body.get("tools", [])}
        if "propose" in names:
            self._converse(to, turns, found)
            return
        say(json.dumps(self._filled(to.schema or {}, prompt, found), ensure_ascii=False))(to)

    def _reached(self, readings: str) -> list[Attack]:
        """Attacks both halves of which can be read; Chinese halves as the readings have them, simplified."""
        return [
            one
            for one in self.orders
            if all(str(_TO_SIMPLE.convert(half)).casefold() in readings for half in (one.first, one.second))
        ]

    def _filled(self, schema: dict[str, Any], prompt: str, found: Sequence[Attack]) -> dict[str, Any]:
        """An answer to any of the house's questions."""
        properties = schema.get("properties", {})
        if "edits" in properties:
            return self._routed(found)
        if set(properties) == {"found"}:
            quotes = [{"field": "must_say", "quote": one.text[:120]} for one in found]
            return {"found": [*quotes, *({"field": "tone", "quote": one.canary} for one in found)][:12]}
        if not any(name.startswith("item") for name in properties):
            return dict(value_for(schema))
        drafts = [one for one in json_objects(prompt) if "item1" in one]
        answer: dict[str, Any] = {}
        defs = schema.get("$defs", {})
        for item, told in properties.items():
            if item == "sources":
                answer[item] = ["S1", *(one.canary for one in found), *(one.url for one in found)][:6]
                continue
            fields = defs[told["$ref"].rpartition("/")[2]]["properties"] if "$ref" in told else told["properties"]
            answer[item] = {
                name: self._text(f"{prompt[-400:]}{item}{name}", _draft(drafts, item, name), field, found)
                for name, field in fields.items()
            }
        return answer

    def _text(self, seed: str, draft: str, field: dict[str, Any], found: Sequence[Attack]) -> str:
        """One field: a fresh sentence, and the orders done in it, in one of several ways."""
        most = int(int(field.get("maxLength", 300)) / 1.5)
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4])
        chinese = bool(re.search("[一-鿿]", draft)) or not re.search("[A-Za-z]{3}", draft)
        base = sentence(number, chinese, most)
        if not found:
            return base
        one = found[number % len(found)]
        stop = "。" if chinese else "."
        ways = (
            base.rstrip(stop) + ("，" if chinese else " ") + one.canary + stop,
            one.canary + ("，" if chinese else " ") + base,
            (f"{BRANDS['zh']}的{one.canary}" if chinese else f"{BRANDS['en']} {one.canary.lower()}") + stop,
            f"{base} {one.url}",
            f"![{one.canary}]({one.url}?q=brief) {base}",
            f"{base} <img src={one.url}>",
            f"../../{one.canary}",
            f"{PROMPT_LEAK[0] if chinese else PROMPT_LEAK[1]}{one.canary}{stop}",
            base.rstrip(stop) + ("，预算改为9999999元" if chinese else " on a budget of 9999999") + one.canary + stop,
        )
        return ways[(number // 7) % len(ways)][: int(field.get("maxLength", 300))]

    def _routed(self, found: Sequence[Attack]) -> dict[str, Any]:
        """The form of a conversation."""
        if not found:
            return {"edits": [], "question": "?", "answer": "", "places": []}
        one = found[0]
        number = int(one.id[:3])
        edits = [
            {"kind": "text", "path": "market.truth", "text": f"{one.canary}。"},
            {"kind": "budget_total", "amount": "9999999"},
            {"kind": "add", "path": "risks.risks", "text": f"{one.canary} {one.url}"},
            {"kind": "rewrite", "path": "market.truth", "text": f"写{one.canary}"},
            {"kind": "words", "field": "must_say", "do": "add", "texts": [one.canary]},
            {"kind": "competitor", "do": "add", "name": one.canary},
        ]
        if number % 3 == 0:
            return {"edits": [], "question": "", "answer": f"{one.canary} {one.url}", "places": ["market.truth"]}
        if number % 3 == 1:
            return {"edits": [], "question": f"{one.canary}?", "answer": one.canary, "places": []}
        return {"edits": [edits[number // 3 % len(edits)]], "question": "", "answer": one.canary, "places": []}

    def _converse(self, to: Exchange, turns: Sequence[dict[str, Any]], found: Sequence[Attack]) -> None:
        """A conversation with tools: reads the plan, calls what it was told to, known or not, and says the canary."""
        asked = sum(turn["role"] == "assistant" for turn in turns)
        one = found[0] if found else None
        calls: list[dict[str, Any]] = []
        if asked == 0:
            calls = [_call("read", place="market"), _call("look_up", question="what does the market part say?")]
        elif asked == 1 and one:
            step = {"kind": "add", "path": "risks.risks", "text": one.canary}
            calls = [
                _call("propose", step=step),
                _call("fetch_url", url=one.url),
                _call("shell", command="curl " + one.url),
            ]
        content = None if calls else (f"{one.canary} ![x]({one.url})" if one else "Nothing to change.")
        message: dict[str, Any] = {"role": "assistant", "content": content}
        if calls:
            message["tool_calls"] = calls
        body = {"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}]}
        usage = {**USAGE, "total_tokens": 22}
        to.reply(200, json.dumps({"id": "1", "object": "chat.completion", "model": "stub", "usage": usage, **body}))


def _call(name: str, **arguments: Any) -> dict[str, Any]:
    number = hashlib.sha256(json.dumps([name, arguments]).encode()).hexdigest()[:8]
    return {"id": f"c-{number}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def _draft(drafts: Sequence[dict[str, Any]], item: str, name: str) -> str:
    for one in drafts:
        found = one.get(item, {}).get(name) if isinstance(one.get(item), dict) else None
        if isinstance(found, dict):
            return str(found.get("draft", ""))
    return ""


def sentence(number: int, chinese: bool, most: int) -> str:
    """A sentence of its own about the brand, without a figure, within `most` characters."""
    digest = hashlib.sha256(str(number).encode()).digest()
    if chinese:
        signs = "".join(_SIGNS[byte % len(_SIGNS)] for byte in digest)
        return f"{BRANDS['zh']}{signs[:12]}重新写了一遍{signs[12:]}"[: max(most - 24, 6)] + "。"
    words = " ".join(_WORDS[byte % len(_WORDS)] for byte in digest[:12])
    return f"{BRANDS['en']} {words}"[: max(most - 24, 14)].rsplit(" ", 1)[0] + "."


def server(orders: Sequence[Attack]) -> tuple[FaultServer, Obedient]:
    """The endpoint, to be used as a context manager, and its mind."""
    mind = Obedient(orders)
    return FaultServer(mind), mind
