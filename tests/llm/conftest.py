"""A small endpoint on the loopback interface that answers from a script, for the tests of the chat model."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_socket import enable_socket, socket_allow_hosts

from agent.llm.client import ChatModel, Endpoint


class Stub:
    """What the endpoint will answer, one step a request, the last one again and again; and what it was asked."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, Any, dict[str, str], float]] = []
        self.asked: list[dict[str, Any]] = []
        self.url = ""

    def say(self, content: str | None, *, finish: str | None = "stop", delay: float = 0.0, **more: Any) -> Stub:
        """Answers 200 with this text."""
        message = {"role": "assistant", "content": content, **more}
        body = {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": "stub",
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {
                "prompt_tokens": 100,
                "completion_tokens": 20,
                "total_tokens": 120,
                "prompt_tokens_details": {"cached_tokens": 60},
            },
        }
        self.steps.append((200, body, {}, delay))
        return self

    def fail(self, status: int, *, headers: dict[str, str] | None = None, **error: Any) -> Stub:
        """Answers with an error."""
        self.steps.append((status, {"error": {"message": "no", **error}}, headers or {}, 0.0))
        return self

    def body(self, body: Any) -> Stub:
        """Answers 200 with this body, whatever it is."""
        self.steps.append((200, body, {}, 0.0))
        return self

    def model(self, *, deadline: float = 10.0, embedded: bool = False) -> ChatModel:
        """A chat model that talks to this endpoint."""
        endpoint = Endpoint("stub", SecretStr("sk-secret"), base_url=self.url, embedded=embedded)
        return ChatModel("openai:stub", lambda: endpoint, deadline=deadline, attempts=3, pause=0.01)


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A running endpoint; the only address that the test may connect to is the loopback."""
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])
    state = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()


def _handler(state: Stub) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            state.asked.append(asked)
            status, body, headers, delay = state.steps[min(len(state.asked), len(state.steps)) - 1]
            time.sleep(delay)
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Keeps quiet."""

    return Handler
