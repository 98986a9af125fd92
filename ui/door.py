"""The door of the server: every request passes it. Who is it, may it, is it small enough, does it come from our own pages."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.brief.readers import MAX_BYTES
from ui.logs import REQUEST
from ui.members import HOME, Member, Members, Sessions, Throttle
from ui.problems import problem
from ui.traces import TRACES

log = logging.getLogger(__name__)
COOKIE = "cehua_session"
OPEN = ("/healthz", "/readyz", "/login", "/favicon.ico")
"""Addresses that need no sign-in."""
SMALL, LARGE = 4 * 2**20, 4 * MAX_BYTES + 2**20
"""Bytes of a request; of one that brings files."""
BRINGS_FILES = re.compile(r"/gradio_api/upload|/api/v1/documents")
RUN = re.compile(r"r[0-9a-f]{20}")
ROUTE = re.compile(
    r"/(?:(?:zh-CN|zh-TW|en)(?:/(?:gradio_api/)?[a-z_.]{0,30})?|api/v1/[a-z-]{1,20}|desk/[a-z]{1,10}|[a-z.]{0,20})"
)
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; connect-src 'self' data: blob:; form-action 'self'; base-uri 'self'; frame-ancestors 'self'; "
    "object-src 'none'"
)
"""What the browser may ask for: this server, nothing else."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass
class Guests:
    """Who can come in: everybody as one when `members` is None."""

    members: Members | None = None

    def __post_init__(self) -> None:
        self.sessions = Sessions()
        self.bad_tokens = Throttle(30)

    async def who(self, headers: Headers, address: str) -> tuple[Member | None, bool]:
        """Who asks, and whether by a token. Raises Late when tokens were guessed too often from this address."""
        if self.members is None:
            return HOME, False
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token:
            if wait := self.bad_tokens.wait(address):
                raise Late(wait)
            found = self.members.by_token(token.strip())
            if found is None:
                self.bad_tokens.wrong(address)
            return found, True
        name = self.sessions.who(cookie(headers))
        return (self.members.member(name) if name else None), False


class Late(Exception):
    """Asked too often; `seconds` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class Door:
    """ASGI middleware, the outermost."""

    def __init__(self, app: ASGIApp, guests: Guests) -> None:
        self.app, self.guests = app, guests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request in, or answers it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        number, started = secrets.token_hex(8), time.monotonic()
        scope["cehua.request"] = number
        mark = REQUEST.set(number)
        passage = Passage(scope, receive, send, number)
        try:
            refusal = await self._refusal(scope)
            if refusal is not None:
                await refusal(scope, receive, passage.send)
            else:
                await self.app(scope, passage.receive, passage.send)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("request broke off")
            if not passage.status:
                await refused("error", 500, number)(scope, receive, passage.send)
        finally:
            member = scope.get("cehua.member")
            found, route = RUN.search(scope["path"]), ROUTE.match(scope["path"])
            fields: dict[str, Any] = {
                "method": scope["method"] if scope["method"].isalpha() else "?",
                "route": route[0] if route else "/",
                "status": passage.status,
                "ms": round((time.monotonic() - started) * 1000),
                "workspace": member.workspace if member else "",
            }
            fields |= {"run": found[0]} if found else {}
            log.info("request", extra={"fields": fields})
            told = fields | {"request": number}
            TRACES.record("request", time.monotonic() - started, told, wrong=passage.status >= 500)
            REQUEST.reset(mark)

    async def _refusal(self, scope: Scope) -> Response | None:
        """Why a request does not come in; None when it does, and then it is known whose it is."""
        headers, path = Headers(scope=scope), scope["path"]
        number = scope["cehua.request"]
        if int_of(headers.get("content-length", "0")) > most(path):
            return refused("too-large", 413, number)
        address = (scope.get("client") or ("?", 0))[0]
        try:
            member, by_token = await self.guests.who(headers, address)
        except Late as late:
            return refused("too-many-attempts", 429, number, {"Retry-After": str(late.seconds)})
        if not by_token and foreign(headers, scope["method"]):
            return refused("other-site", 403, number)
        if member is None and path not in OPEN:
            page = "text/html" in headers.get("accept", "") and not path.startswith("/api/") and not by_token
            if page and scope["method"] in ("GET", "HEAD"):
                return RedirectResponse("/login", 303)
            return refused("sign-in", 401, number, {"WWW-Authenticate": "Bearer"})
        scope["cehua.member"] = member
        return None


class Passage:
    """One request on its way in and its answer on the way out."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, number: str) -> None:
        self._receive, self._send, self._number = receive, send, number
        self._scope, self._most = scope, most(scope["path"])
        self._came, self._large = 0, False
        self.status = 0

    async def receive(self) -> Message:
        """The next piece. What is more than is allowed is answered at once, and the connection counts as closed."""
        if self._large:
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request":
            self._came += len(message.get("body", b""))
            if self._came > self._most:
                self._large = True
                if not self.status:
                    self.status = 413
                    await refused("too-large", 413, self._number)(self._scope, self._receive, self._send)
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """The answer, with what every answer tells the browser."""
        if self._large:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name in [name for name in headers if name.startswith("access-control-")]:
                del headers[name]
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["X-Request-Id"] = self._number
        await self._send(message)


def refused(code: str, status: int, number: str, headers: dict[str, str] | None = None) -> Response:
    """A refusal as problem JSON."""
    told = problem(code, status).model_copy(update={"request": number})
    return Response(
        told.model_dump_json(), status, headers={**HEADERS, **(headers or {})}, media_type="application/problem+json"
    )


def foreign(headers: Headers, method: str) -> bool:
    """Whether a page of another site sent this: by its origin, or where that is missing by what the browser says of it."""
    if origin := headers.get("origin"):
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    return method not in ("GET", "HEAD") and headers.get("sec-fetch-site") in ("cross-site", "same-site")


def cookie(headers: Headers) -> str:
    """What the session's cookie holds."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def most(path: str) -> int:
    """Bytes that a request to this address may have."""
    return LARGE if BRINGS_FILES.search(path) else SMALL


def int_of(text: str) -> int:
    """A header's number; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() else 0
