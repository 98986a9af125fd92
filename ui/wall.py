"""Between the workspaces on Gradio's own routes: uploads, calls and their answers belong to whoever sent them.

Only the routes that the desk's pages need are open; everything else of Gradio's is not there.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.door import refused
from ui.members import Member

OURS = re.compile(r"/(?:zh-CN|zh-TW|en)/(.*)", re.S)
OPEN = re.compile(
    r"|config/?|theme\.css|favicon\.ico|manifest\.json|(?:assets|static|svelte)/.*"
    r"|gradio_api/(?:info/?|startup-events|theme\.css|app_id/?|user/?|login_check/?)"
)
"""Routes that say the same to everybody."""
SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")
HELD = 20_000
"""Uploads and sessions that are remembered; the oldest go first."""


class Owners:
    """What belongs to which workspace."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, set[str]] = OrderedDict()

    def add(self, key: str, workspace: str) -> None:
        """One more owner."""
        self._held.setdefault(key, set()).add(workspace)
        self._held.move_to_end(key)
        while len(self._held) > HELD:
            self._held.popitem(last=False)

    def claim(self, key: str, workspace: str) -> bool:
        """Takes what nobody has. False when another has it."""
        if key not in self._held:
            self.add(key, workspace)
        return self.has(key, workspace)

    def has(self, key: str, workspace: str) -> bool:
        """Whether it belongs to this workspace."""
        return workspace in self._held.get(key, ())


class Wall:
    """ASGI middleware behind the door."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.files, self.sessions, self.uploads = Owners(), Owners(), Owners()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets through what belongs to whoever asks."""
        ours = OURS.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if ours is None:
            await self.app(scope, receive, send)
            return
        route, member = ours[1], scope["cehua.member"]
        if OPEN.fullmatch(route):
            await self.app(scope, receive, send)
        elif route == "gradio_api/upload" and scope["method"] == "POST" and self._follows(scope, member):
            await self.app(scope, receive, self._noting(send, member))
        elif route == "gradio_api/queue/join" and scope["method"] == "POST":
            await self._join(scope, receive, send, member)
        elif self._may(route, scope, member):
            await self.app(scope, receive, send)
        else:
            await refused("not-found", 404, scope["cehua.request"])(scope, receive, send)

    def _may(self, route: str, scope: Scope, member: Member) -> bool:
        if route.startswith("gradio_api/file="):
            return self.files.has(route.removeprefix("gradio_api/file="), member.workspace)
        if route == "gradio_api/queue/data":
            asked = _query(scope, "session_hash")
            return len(asked) == 1 and self.sessions.has(asked[0], member.workspace)
        if route == "gradio_api/upload_progress":
            return self._follows(scope, member)
        if route.startswith("gradio_api/heartbeat/"):
            session = route.removeprefix("gradio_api/heartbeat/")
            return bool(SESSION.fullmatch(session)) and self.sessions.claim(session, member.workspace)
        return False

    def _follows(self, scope: Scope, member: Member) -> bool:
        """Whether the name under which an upload is followed is the caller's."""
        asked = _query(scope, "upload_id")
        return not asked or (len(asked) == 1 and self.uploads.claim(asked[0], member.workspace))

    async def _join(self, scope: Scope, receive: Receive, send: Send, member: Member) -> None:
        """A call: its session and the files that it names have to be the caller's."""
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return  # gone, or too large: the door has answered
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        try:
            asked = json.loads(body)
            named = list(paths(asked))
        except (ValueError, RecursionError):
            asked, named = None, []
        session = asked.get("session_hash") if isinstance(asked, dict) else None
        fits = isinstance(session, str) and SESSION.fullmatch(session)
        if not (
            fits
            and self.sessions.claim(str(session), member.workspace)
            and all(self.files.has(one, member.workspace) for one in named)
        ):
            await refused("not-found", 404, scope["cehua.request"])(scope, receive, send)
            return
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)

    def _noting(self, send: Send, member: Member) -> Send:
        """Remembers whose upload it was before the browser learns its path."""
        body = b""

        async def noted(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.body":
                body += message.get("body", b"")
                if not message.get("more_body"):
                    for path in _list(body):
                        self.files.add(path, member.workspace)
            await send(message)

        return noted


def paths(value: Any) -> Iterator[str]:
    """Every file that a call names, wherever it stands in it."""
    if isinstance(value, dict):
        if "path" in value or "url" in value:
            yield str(value.get("path"))
        for one in value.values():
            yield from paths(one)
    elif isinstance(value, list):
        for one in value:
            yield from paths(one)


def _query(scope: Scope, name: str) -> list[str]:
    return parse_qs(scope["query_string"].decode("latin-1")).get(name, [])


def _list(body: bytes) -> list[str]:
    try:
        found = json.loads(body)
    except ValueError:
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
