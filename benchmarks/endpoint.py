"""An OpenAI-compatible endpoint for benchmarks: stated speed, truthful answers, faults by plan, and a log of every request.

    python -m benchmarks.endpoint --port 8399 --ttft 0.4 --rate 60 --places 64

serves until it is stopped; `GET /log` gives the log. In a program: `with Endpoint(Speed(), …) as server: server.url, server.calls`.
One core serves it all; nothing is computed by a model (see answers.py).
"""

from __future__ import annotations

import argparse
import asyncio
import email.utils
import hashlib
import json
import socket
import struct
import sys
import threading
import time
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.answers import Asked, answer, tokens
from benchmarks.faultplan import FaultPlan

METHODS = ("json_schema", "tools", "json_mode")
TICK = 0.04
"""Seconds between two pieces of a streamed answer, about."""


@dataclass(frozen=True)
class Speed:
    """How fast the endpoint answers."""

    ttft: float = 0.4
    """Seconds from the request to the first token."""
    rate: float = 60.0
    """Tokens a second after it, for each call by itself."""
    jitter: float = 0.0
    """Largest relative deviation of both, drawn from the request: 0.2 is ±20 %."""
    places: int = 0
    """Answers written at once; what comes beside them waits in line, its headers sent, as servers that batch have it. 0 is no limit."""


@dataclass
class Call:
    """One request as the server saw it; times are seconds of the machine's monotonic clock."""

    number: int
    arrival: float
    body_hash: str
    """SHA-256 of the body's bytes."""
    key: str = ""
    """The API key that it came with."""
    method: str = ""
    """json_schema, tools, json_mode or text."""
    stream: bool = False
    prompt_chars: int = 0
    prompt_tokens: int = 0
    shared_tokens: int = 0
    """Tokens of the longest prefix that any request which arrived earlier begins with as well."""
    warm_tokens: int = 0
    """The same, of requests whose first token had gone out when this one arrived: what a prefix cache can have held."""
    max_tokens: int = 0
    begun: float = 0.0
    """When it had a place; its arrival where places are not limited."""
    first_byte: float = 0.0
    """When the answer's first byte after the headers went out."""
    end: float = 0.0
    tokens: int = 0
    """Tokens sent."""
    status: int = 0
    fault: str = ""
    retry_after: float = 0.0
    """Seconds that a 429 asked for."""
    attempt: int = 0
    """How often this body had come before."""
    answer_hash: str = ""
    """Hash of the answer's JSON value, keys sorted; "" where none was sent whole."""
    lost: bool = False
    """The client was gone before the end."""
    turns: list[dict[str, str]] = field(default_factory=list)
    """The messages."""


def value_hash(value: Any) -> str:
    """The hash by which an answer is known again, in a journal for example."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class Prefixes:
    """Longest prefix of a text among those seen: its neighbours in sorted order hold it."""

    def __init__(self) -> None:
        self._sorted: list[str] = []

    def longest(self, text: str) -> str:
        """The longest beginning of `text` that a text seen has as well."""
        place = bisect_left(self._sorted, text)
        near = self._sorted[max(place - 1, 0) : place + 1]
        return max((_common(text, other) for other in near), key=len, default="")

    def add(self, text: str) -> None:
        """Remembers a text."""
        insort(self._sorted, text)


def _common(one: str, other: str) -> str:
    """What both texts begin with, found by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return one[:low]


class BadRequest(Exception):
    """What the endpoint answers 400 to; `parameter` is the one at fault."""

    def __init__(self, message: str, parameter: str) -> None:
        super().__init__(message)
        self.parameter = parameter


Watcher = Callable[[str, Call], None]
"""Told "arrival", "first" and "end" of each call, in the server's thread."""


class Endpoint:
    """The server, in a thread with a loop of its own. Use as a context manager."""

    def __init__(
        self,
        speed: Speed | None = None,
        *,
        methods: tuple[str, ...] = METHODS,
        faults: FaultPlan | None = None,
        port: int = 0,
        watch: Watcher | None = None,
    ) -> None:
        """`methods` are the structured-output methods it knows; the others get the 400 that real endpoints give."""
        self.speed = speed or Speed()
        self.methods = methods
        self.faults = faults or FaultPlan()
        self.watch: Watcher = watch or (lambda _moment, _call: None)
        self.calls: list[Call] = []
        self.port = port
        self._seen: Counter[str] = Counter()
        self._arrived = Prefixes()
        self._warm = Prefixes()
        self.places = asyncio.Semaphore(self.speed.places or 1 << 30)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        """The base URL that a client is given."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Endpoint:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def serve_forever(self) -> None:
        """Serves in this thread until interrupted."""
        self._serve()

    def log(self) -> list[dict[str, Any]]:
        """The log as plain values."""
        return [asdict(call) for call in self.calls]

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connection, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            server.close()
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answers one request; whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        verb, path, _ = head.split("\r\n", 1)[0].split(" ", 2)
        headers = {k.strip().lower(): v.strip() for k, _, v in (row.partition(":") for row in head.split("\r\n")[1:])}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if verb == "GET" and path.endswith("/models"):
            _send(writer, 200, {"object": "list", "data": [{"id": "bench", "object": "model", "owned_by": "bench"}]})
        elif verb == "GET" and path.endswith("/log"):
            _send(writer, 200, self.log())
        elif verb == "POST" and path.endswith("/chat/completions"):
            return await self._completion(body, headers.get("authorization", "").rpartition(" ")[2], writer)
        else:
            _send(writer, 404, {"error": {"message": f"There is no {path}.", "type": "invalid_request_error"}})
        await writer.drain()
        return True

    async def _completion(self, body: bytes, key: str, writer: asyncio.StreamWriter) -> bool:
        call = Call(len(self.calls), time.monotonic(), hashlib.sha256(body).hexdigest(), key)
        call.attempt = self._seen[call.body_hash]
        self._seen[call.body_hash] += 1
        self.calls.append(call)
        try:
            request = json.loads(body)
            asked = self._understand(request, call)
        except (BadRequest, json.JSONDecodeError) as problem:
            call.status, call.end = 400, time.monotonic()
            error = {"message": str(problem), "type": "invalid_request_error"}
            _send(writer, 400, {"error": {**error, "param": getattr(problem, "parameter", None), "code": None}})
            await writer.drain()
            return True
        self.watch("arrival", call)
        call.fault = self.faults.of(call.body_hash, call.attempt)
        try:
            return await Answering(self, call, request, asked, writer).run()
        except (ConnectionError, asyncio.CancelledError):
            call.lost = True
            raise
        finally:
            call.end = call.end or time.monotonic()

    def _understand(self, request: dict[str, Any], call: Call) -> Asked:
        """What is asked for, by which method; fills the call's figures. Raises BadRequest for a method that is off."""
        call.turns = [{"role": m["role"], "content": _plain(m.get("content"))} for m in request["messages"]]
        call.stream = bool(request.get("stream"))
        call.max_tokens = request.get("max_tokens") or request.get("max_completion_tokens") or 0
        wanted = request.get("response_format") or {}
        schema: dict[str, Any] = {}
        if request.get("tools"):
            call.method, schema = "tools", request["tools"][0]["function"]["parameters"]
        elif wanted.get("type") == "json_schema":
            call.method, schema = "json_schema", wanted["json_schema"]["schema"]
        else:
            call.method = "json_mode" if wanted.get("type") == "json_object" else "text"
        if call.method != "text" and call.method not in self.methods:
            parameter = "tools" if call.method == "tools" else "response_format"
            raise BadRequest(f"This model does not support {parameter} of the kind {call.method}.", parameter)
        if call.method == "json_mode" and not any("json" in turn["content"].lower() for turn in call.turns):
            raise BadRequest("'messages' must contain the word 'json' to use 'response_format' of type 'json_object'.", "messages")  # fmt: skip
        prompt = "".join(f"<{turn['role']}>{turn['content']}" for turn in call.turns)
        call.prompt_chars = sum(len(turn["content"]) for turn in call.turns)
        call.prompt_tokens = sum(tokens(turn["content"]) for turn in call.turns)
        call.shared_tokens = min(tokens(self._arrived.longest(prompt)), call.prompt_tokens)
        call.warm_tokens = min(tokens(self._warm.longest(prompt)), call.prompt_tokens)
        self._arrived.add(prompt)
        return Asked(schema, call.turns)

    def first_token(self, call: Call) -> None:
        """Notes that a call's first byte goes out now, its prompt being read."""
        call.first_byte = time.monotonic()
        self._warm.add("".join(f"<{turn['role']}>{turn['content']}" for turn in call.turns))
        self.watch("first", call)


class Answering:
    """One answer on its way, with the fault that the plan has for it."""

    def __init__(self, server: Endpoint, call: Call, request: dict[str, Any], asked: Asked, writer: Any) -> None:
        self.server, self.call, self.request, self.writer = server, call, request, writer
        value = answer(asked)
        if call.fault == "foreign":
            value = _foreign(value, asked.script)
        self.text = json.dumps(value, ensure_ascii=False)
        self.finish = "stop"
        self.refusal: str | None = None
        self._spoil()
        cut = call.max_tokens and tokens(self.text) > call.max_tokens
        if cut:
            self.text, self.finish = _first_tokens(self.text, call.max_tokens), "length"
        if self.finish == "stop" and call.fault in ("", "fenced", "no_usage", "foreign"):
            call.answer_hash = value_hash(value)
        spread = 1 + server.speed.jitter * (int(call.body_hash[:8], 16) / 2**31 - 1)
        self.ttft, self.rate = server.speed.ttft * spread, server.speed.rate / spread

    def _spoil(self) -> None:
        match self.call.fault:
            case "empty":
                self.text = ""
            case "broken":
                self.text = self.text[: len(self.text) // 2]
            case "fenced":
                self.text = f"Here is the JSON you asked for:\n```json\n{self.text}\n```\nLet me know if it helps."
            case "length":
                self.text, self.finish = self.text[: len(self.text) // 2], "length"
            case "refusal":
                self.text, self.refusal = "", "I'm sorry, but I can't help with that."
            case "drip":
                self.text = self.text[:60]

    async def run(self) -> bool:
        """Sends it; whether the connection stays open."""
        call = self.call
        if call.fault in ("rate", "rate_date", "error500", "busy503", "html", "reset"):
            await asyncio.sleep(self.ttft / 4)
            return await self._failed()
        if call.stream and self.server.speed.places:
            self._head()
        async with self.server.places:
            call.begun = time.monotonic() if self.server.speed.places else call.arrival
            return await self._written()

    async def _written(self) -> bool:
        """The answer, from its place."""
        call, writer = self.call, self.writer
        await asyncio.sleep(max(call.begun + self.ttft - time.monotonic(), 0))
        self.server.first_token(call)
        call.status = 200
        if call.stream:
            if not self.server.speed.places:
                self._head()
            whole = await self._streamed()
        else:
            if call.fault in ("cut", "torn"):
                await asyncio.sleep(tokens(self.text) / self.rate / 2)
                _reset(writer)
                return False
            await asyncio.sleep(10.0 if call.fault == "drip" else tokens(self.text) / self.rate)
            call.tokens = tokens(self.text)
            _send(writer, 200, self._body())
            whole = True
        await writer.drain()
        call.end = time.monotonic()
        self.server.watch("end", call)
        return whole

    async def _failed(self) -> bool:
        call, writer = self.call, self.writer
        if call.fault == "reset":
            _reset(writer)
            return False
        if call.fault == "html":
            call.status = 200
            _send(writer, 200, "<html><body><h1>Welcome</h1><p>Please sign in.</p></body></html>", kind="text/html")
        else:
            call.status = {"error500": 500, "busy503": 503}.get(call.fault, 429)
            more = {}
            if call.fault == "rate":
                more, call.retry_after = {"retry-after": "1"}, 1.0
            if call.fault == "rate_date":
                until = int(time.time()) + 2
                more, call.retry_after = (
                    {"retry-after": email.utils.formatdate(until, usegmt=True)},
                    until - time.time(),
                )
            kind = "rate_limit_exceeded" if call.status == 429 else "server_error"
            _send(writer, call.status, {"error": {"message": "Try again later.", "type": kind, "code": kind}}, more)
        await writer.drain()
        call.end = time.monotonic()
        return True

    async def _streamed(self) -> bool:
        call, writer = self.call, self.writer
        self._event(self._delta({"role": "assistant", "content": None if self._tool else ""}))
        if self._tool:
            self._event(self._delta({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": self._tool, "arguments": ""}}]}))  # fmt: skip
        started = time.monotonic()
        for piece in _pieces(self.text, max(round(self.rate * TICK), 1) if call.fault != "drip" else 1):
            call.tokens += tokens(piece)
            if call.fault == "drip":
                await asyncio.sleep(1.0)
            else:
                await asyncio.sleep(max(started + call.tokens / self.rate - time.monotonic(), 0))
            self._event(self._delta(self._said(piece)))
            await writer.drain()
            if call.fault == "cut" and call.tokens * 2 > tokens(self.text):
                _reset(writer)
                return False
        if self.refusal:
            self._event(self._delta({"refusal": self.refusal}))
        if call.fault != "torn":
            self._event(self._delta({}, self._reason))
            if (self.request.get("stream_options") or {}).get("include_usage") and call.fault != "no_usage":
                self._event({**self._base("chat.completion.chunk"), "choices": [], "usage": self._usage()})
            self._line("data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        return True

    def _head(self) -> None:
        self.writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")

    @property
    def _tool(self) -> str:
        return self.request["tools"][0]["function"]["name"] if self.call.method == "tools" else ""

    @property
    def _reason(self) -> str:
        """finish_reason: with a tool named by the caller it stays "stop", as OpenAI has it."""
        return "tool_calls" if self._tool and self.finish == "stop" and isinstance(self.request.get("tool_choice"), str) else self.finish  # fmt: skip

    def _said(self, piece: str) -> dict[str, Any]:
        return {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} if self._tool else {"content": piece}

    def _base(self, kind: str) -> dict[str, Any]:
        return {"id": f"bench-{self.call.number}", "object": kind, "created": 1, "model": self.request.get("model")}

    def _delta(self, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**self._base("chat.completion.chunk"), "choices": [choice]}

    def _usage(self) -> dict[str, Any]:
        call = self.call
        used = {"prompt_tokens": call.prompt_tokens, "completion_tokens": call.tokens}
        cached = {"prompt_tokens_details": {"cached_tokens": call.warm_tokens}}
        return {**used, "total_tokens": call.prompt_tokens + call.tokens, **cached}

    def _body(self) -> dict[str, Any]:
        """The whole answer in one piece."""
        message: dict[str, Any] = {"role": "assistant", "content": self.text, "refusal": self.refusal}
        if self._tool and not self.refusal:
            function = {"name": self._tool, "arguments": self.text}
            message = {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}  # fmt: skip
        body = {**self._base("chat.completion"), "choices": [{"index": 0, "message": message, "finish_reason": self._reason}]}  # fmt: skip
        return body if self.call.fault == "no_usage" else {**body, "usage": self._usage()}

    def _event(self, value: dict[str, Any]) -> None:
        self._line(f"data: {json.dumps(value, ensure_ascii=False)}\n\n")

    def _line(self, text: str) -> None:
        data = text.encode()
        self.writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _plain(content: Any) -> str:
    """A message's text, its parts joined."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content)
    return content or ""


def _send(writer: asyncio.StreamWriter, status: int, body: Any, more: dict[str, str] | None = None, *, kind: str = "application/json") -> None:  # fmt: skip
    data = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
    headers = {"content-type": kind, "content-length": str(len(data)), **(more or {})}
    head = f"HTTP/1.1 {status} Status\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(head.encode() + b"\r\n" + data)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection with a reset instead of a goodbye."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _first_tokens(text: str, most: int) -> str:
    """The beginning of a text that is at most `most` tokens long."""
    out: list[str] = []
    for piece in _pieces(text, 1):
        if len(out) >= most:
            break
        out.append(piece)
    return "".join(out)


def _pieces(text: str, size: int) -> Iterator[str]:
    """A text in pieces of about `size` tokens."""
    piece, weight = "", 0.0
    for character in text:
        piece += character
        weight += 1.0 if character > "⺀" else 0.25
        if weight >= size:
            yield piece
            piece, weight = "", 0.0
    if piece:
        yield piece


def _foreign(value: Any, script: str) -> Any:
    """The same shape in a language that nobody asked for."""
    if isinstance(value, dict):
        return {key: _foreign(one, script) for key, one in value.items()}
    if isinstance(value, list):
        return [_foreign(one, script) for one in value]
    if isinstance(value, str):
        return (
            "这是另一种语言写的一句话，谁也没有要过。"
            if script == "en"
            else "This sentence is in a language that nobody asked for."
        )
    return value


def main() -> None:
    """Serves until interrupted; the address goes to stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ttft", type=float, default=0.4)
    parser.add_argument("--rate", type=float, default=60.0)
    parser.add_argument("--jitter", type=float, default=0.0)
    parser.add_argument("--places", type=int, default=0, help="answers written at once; 0 is no limit")
    parser.add_argument("--methods", default=",".join(METHODS), help="the structured-output methods that it knows")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests answered with a fault, 0 to 1")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    server = Endpoint(
        Speed(given.ttft, given.rate, given.jitter, given.places),
        methods=tuple(filter(None, given.methods.split(","))),
        faults=FaultPlan(given.faults, given.seed),
        port=given.port,
    )
    threading.Thread(target=_announce, args=(server,), daemon=True).start()
    server.serve_forever()


def _announce(server: Endpoint) -> None:
    server._ready.wait(10)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
