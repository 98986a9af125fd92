"""A page whose own words follow its address: Gradio's follow the browser's language, which is therefore said to be the page's."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.views.words import LANGUAGES


class Spoken:
    """ASGI middleware that says to a page in which language it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on but the pages, which are put together first."""
        language = scope["path"].strip("/") if scope["type"] == "http" else ""
        if language not in LANGUAGES:
            await self.app(scope, receive, send)
            return
        held: Message | None = None
        body = b""

        async def said(message: Message) -> None:
            nonlocal held, body
            if message["type"] == "http.response.start":
                held = message
                return
            body += message.get("body", b"")
            if held is None or message.get("more_body"):
                return
            headers = MutableHeaders(scope=held)
            if headers.get("content-type", "").startswith("text/html"):
                body = speaking(body.decode("utf-8"), language).encode("utf-8")
                headers["content-length"] = str(len(body))
            await send(held)
            await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})

        await self.app(scope, receive, said)


def speaking(page: str, language: str) -> str:
    """The page with its language in it."""
    told = f'<script>for(const [n,v] of [["language","{language}"],["languages",["{language}"]]])Object.defineProperty(navigator,n,{{get:()=>v}})</script>'
    return page.replace("<head>", f"<head>{told}", 1).replace('lang="en"', f'lang="{language}"', 1)
