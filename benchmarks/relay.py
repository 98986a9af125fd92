"""One model server for several programs: passes requests on and keeps a log of them.

python -m benchmarks.relay                 serves the embedded model; prints its address, GET /log tells the calls so far
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from agent.llm import find
from agent.llm.embedded import serve

UPSTREAM_TIMEOUT = 3600.0


class Relay:
    """Passes everything on to one server; a call's times are those at which it was seen here, in seconds of the monotonic clock."""

    def __init__(self, upstream: str) -> None:
        self.client = httpx.AsyncClient(base_url=upstream, timeout=UPSTREAM_TIMEOUT, trust_env=False)
        self.calls: list[dict[str, Any]] = []

    def app(self) -> Starlette:
        """The relay as an application."""
        routes = [
            Route("/v1/log", lambda _: JSONResponse(self.calls)),
            Route("/v1/{path:path}", self.passed_on, methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes)

    async def passed_on(self, request: Request) -> Response:
        """One request and its answer, piece by piece."""
        body = await request.body()
        call: dict[str, Any] = {"arrival": time.monotonic(), "end": 0.0, "status": 0, "prompt_tokens": 0, "tokens": 0}
        if request.method == "POST":
            self.calls.append(call)
        sent = self.client.build_request(
            request.method,
            f"/{request.path_params['path']}",
            content=body,
            headers={"content-type": "application/json"},
        )
        answer = await self.client.send(sent, stream=True)
        call["status"] = answer.status_code

        async def pieces() -> AsyncIterator[bytes]:
            seen = bytearray()
            try:
                async for piece in answer.aiter_raw():
                    seen += piece
                    yield piece
            finally:
                await answer.aclose()
                call["end"] = time.monotonic()
                call.update(told(bytes(seen)))

        return StreamingResponse(pieces(), answer.status_code, media_type=answer.headers.get("content-type"))


def told(body: bytes) -> dict[str, int]:
    """Tokens read and written, by the server's own count: `timings` of llama.cpp, else `usage`, in the last piece that has one."""
    found: dict[str, int] = {}
    for line in body.decode("utf-8", "replace").splitlines():
        try:
            value = json.loads(line.removeprefix("data: "))
        except ValueError:
            continue
        if not isinstance(value, dict):
            continue
        if timings := value.get("timings"):
            found["prompt_tokens"] = timings.get("prompt_n", 0) + timings.get("cache_n", 0)
            found["tokens"] = timings.get("predicted_n", 0)
        elif (usage := value.get("usage")) and not found:
            found = {"prompt_tokens": usage["prompt_tokens"], "tokens": usage["completion_tokens"]}
    return found


def main() -> None:
    """Loads the model, listens, prints the address."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parallel", type=int, default=2, help="slots of the model's server")
    parser.add_argument("--context", type=int, default=16384, help="tokens of a slot")
    given = parser.parse_args()
    path: Path | None = find()
    if path is None:
        raise SystemExit("The embedded model is not here: cehua model fetch")
    relay = Relay(serve(path, parallel=given.parallel, context=given.context))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(64)
        sys.stdout.write(f"http://127.0.0.1:{held.getsockname()[1]}/v1\n")
        sys.stdout.flush()
        server = uvicorn.Server(uvicorn.Config(relay.app(), log_level="error"))
        server.run(sockets=[held])


if __name__ == "__main__":
    main()
