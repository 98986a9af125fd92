"""An endpoint on the loopback interface that misbehaves by script: raw sockets, so that it can break any rule of HTTP.

    with FaultServer(status(429, headers={"retry-after": "1"}), good) as server: ...

Steps are used one a request, the last one again and again; `good` makes a value from whatever schema the request carries.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Step = Callable[["Exchange"], None]
USAGE = {"prompt_tokens": 10, "completion_tokens": 12, "prompt_tokens_details": {"cached_tokens": 6}}


@dataclass
class Exchange:
    """One request, and the connection to answer it on."""

    sock: socket.socket
    body: dict[str, Any]
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)
    """When the request had arrived, by the monotonic clock."""

    def reply(
        self,
        status: int,
        content: str | bytes,
        headers: dict[str, str] | None = None,
        *,
        kind: str = "application/json",
    ) -> None:
        """A whole answer with its length."""
        data = content.encode() if isinstance(content, str) else content
        fields = {"content-type": kind, "content-length": str(len(data)), **(headers or {})}
        self.sock.sendall(_head(status, fields) + data)

    def open_stream(self) -> None:
        """The head of a chunked event stream."""
        self.sock.sendall(_head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"}))

    def event(self, data: dict[str, Any] | str) -> None:
        """One event of the stream."""
        line = f"data: {data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)}\n\n".encode()
        self.sock.sendall(b"%x\r\n%s\r\n" % (len(line), line))

    def close_stream(self) -> None:
        """The regular end of the stream."""
        self.event("[DONE]")
        self.sock.sendall(b"0\r\n\r\n")

    def reset(self) -> None:
        """Ends the connection with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        raise ConnectionAbortedError

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON schema that the request carries, whichever method it uses."""
        found = self.body.get("response_format", {}).get("json_schema", {}).get("schema")
        if not found and self.body.get("tools"):
            found = self.body["tools"][0]["function"]["parameters"]
        told = self.body["messages"][-1]["content"].partition("JSON schema:\n")[2]
        return found or (json.loads(told) if told else None)


def _head(status: int, fields: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def value_for(schema: dict[str, Any], root: dict[str, Any] | None = None) -> Any:
    """A value that fits a JSON schema as pydantic makes it."""
    root = root or schema
    if "$ref" in schema:
        return value_for(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "anyOf" in schema:
        return value_for(schema["anyOf"][0], root)
    if schema.get("type") == "object":
        return {name: value_for(part, root) for name, part in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [value_for(schema["items"], root)] * max(1, schema.get("minItems", 1))
    if schema.get("type") == "string":
        bound = re.search(r"At most (\d+)", schema.get("description", ""))
        most = schema.get("maxLength") or (int(bound.group(1)) if bound else 40)
        return "word " * 8 if most >= 40 else "word"[:most]
    return {"integer": schema.get("minimum", 3), "number": 1.5, "boolean": True}.get(schema.get("type", ""))


def say(
    text: str | None = None,
    *,
    finish: str | None = "stop",
    usage: dict[str, Any] | None = USAGE,
    pieces: int = 4,
    pause: float = 0.0,
    think: str = "",
    stream: bool = True,
    in_tool: bool | None = None,
    **delta: Any,
) -> Step:
    """A good answer: `text`, or a value that fits the request's schema; in a tool call where one was asked for."""

    def answer(to: Exchange) -> None:
        words = text
        if words is None:
            words = json.dumps(value_for(to.schema), ensure_ascii=False) if to.schema else "Tea is made of leaves. " * 9
        as_tool = bool(to.body.get("tools")) and words.startswith("{") if in_tool is None else in_tool
        told = usage if to.body.get("stream_options", {}).get("include_usage") or not stream else None
        if not (stream and to.body.get("stream")):
            message = {"role": "assistant", "content": None if as_tool else words, **delta}
            message |= {"tool_calls": [_call(words)]} if as_tool else {}
            to.reply(200, json.dumps({"choices": [{"message": message, "finish_reason": finish}], "usage": told}))
            return
        to.open_stream()
        if think:
            _piece(to, {"reasoning_content": think})
        size = max(1, -(-len(words) // pieces))
        for start in range(0, len(words), size):
            part = words[start : start + size]
            _piece(to, {"tool_calls": [{"index": 0, **_call(part)}]} if as_tool else {"content": part})
            time.sleep(pause)
        _piece(to, delta, finish)
        if told:
            to.event({"choices": [], "usage": told})
        to.close_stream()

    return answer


good = say()


def _call(arguments: str) -> dict[str, Any]:
    return {"id": "c1", "type": "function", "function": {"name": "answer", "arguments": arguments}}


def _piece(to: Exchange, delta: dict[str, Any], finish: str | None = None) -> None:
    to.event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def status(number: int, message: str = "no", *, headers: dict[str, str] | None = None, **error: Any) -> Step:
    """An error as OpenAI sends it."""
    return lambda to: to.reply(number, json.dumps({"error": {"message": message, **error}}), headers)


def body(content: str, *, kind: str = "application/json") -> Step:
    """Status 200 with this body, whatever it is."""
    return lambda to: to.reply(200, content, kind=kind)


def reset_at_once(to: Exchange) -> None:
    """A reset before any header."""
    to.reset()


def reset_midway(to: Exchange) -> None:
    """A reset inside the stream."""
    to.open_stream()
    _piece(to, {"content": '{"na'})
    time.sleep(0.02)
    to.reset()


def cut_midway(to: Exchange) -> None:
    """A stream that is closed cleanly without a finish_reason."""
    to.open_stream()
    _piece(to, {"content": '{"name": "小林"'})
    to.close_stream()


def drip(seconds: float, every: float = 0.05) -> Step:
    """Byte after byte, never enough for an answer."""

    def slowly(to: Exchange) -> None:
        to.open_stream()
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            to.sock.sendall(b"1\r\n:\r\n")
            time.sleep(every)
        to.reset()

    return slowly


def hang(seconds: float) -> Step:
    """Nothing at all, then a reset."""

    def silent(to: Exchange) -> None:
        time.sleep(seconds)
        to.reset()

    return silent


def repeat(piece: str, most: int = 100_000) -> Step:
    """The same piece over and over, up to `most` characters."""

    def endless(to: Exchange) -> None:
        to.open_stream()
        for _ in range(most // len(piece)):
            _piece(to, {"content": piece})
        _piece(to, {}, "stop")
        to.close_stream()

    return endless


def without(*names: str, then: Step = good) -> Step:
    """Refuses (400) the first of these that the request holds; "json_schema" and "json_object" are response formats."""

    def picky(to: Exchange) -> None:
        form = to.body.get("response_format", {}).get("type")
        for name in names:
            if name in to.body or name == form:
                param = "response_format" if name == form else name
                message = f"Unsupported parameter: '{param}' of type {name} is not supported with this model."
                message += " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
                return status(400, message, param=param, code="unsupported_parameter")(to)
        return then(to)

    return picky


def ignoring_format(text: str = "Red, and 7.") -> Step:
    """Does not know any format: answers in prose."""
    return say(text, in_tool=False)


class FaultServer:
    """Listens on a free loopback port; a thread a connection, keep-alive."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps) or [good]
        self.seen: list[Exchange] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def __enter__(self) -> FaultServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(
            OSError
        ):  # closing alone would leave the thread waiting on a number that the next server may get
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), sock:
            for exchange in _requests(sock):
                with self._lock:
                    self.seen.append(exchange)
                    step = self.steps[min(len(self.seen), len(self.steps)) - 1]
                    self.in_flight += 1
                    self.most_in_flight = max(self.most_in_flight, self.in_flight)
                try:
                    step(exchange)
                finally:
                    with self._lock:
                        self.in_flight -= 1


def _requests(sock: socket.socket) -> Iterator[Exchange]:
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = sock.recv(65536)
            if not more:
                return
            data += more
        head, _, data = data.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:])
        while len(data) < int(fields.get("content-length", 0)):
            data += sock.recv(65536)
        length = int(fields.get("content-length", 0))
        yield Exchange(sock, json.loads(data[:length] or b"{}"), fields)
        data = data[length:]
