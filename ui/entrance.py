"""Signing in and out, and whether the server is well: the addresses that need no sign-in."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from agent.locale import t
from ui.door import COOKIE, Guests, cookie
from ui.health import Health
from ui.members import Refused, ShutOut

MOST = 4096
"""Bytes of a sign-in form."""
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;background:#f6f8f8;color:#1c2b2e;display:grid;place-items:center;min-height:100vh;margin:0}"
    "form{background:#fff;padding:2rem;border-radius:12px;box-shadow:0 1px 8px #0002;width:min(20rem,86vw)}h1{margin:0 0 1rem;font-size:1.4rem}"
    "label{display:block;margin:.8rem 0 .2rem}input{width:100%;box-sizing:border-box;padding:.5rem;font:inherit;border:1px solid #9ab;border-radius:6px}"
    "button{margin-top:1.2rem;width:100%;padding:.6rem;font:inherit;border:0;border-radius:6px;background:#0f5c63;color:#fff;cursor:pointer}"
    ".wrong{color:#a3261d;margin:.6rem 0 0}"
    "@media(prefers-color-scheme:dark){body{background:#101819;color:#dfe8e8}form{background:#182325}input{background:#101819;color:inherit}.wrong{color:#ff9d94}}"
)


def open_entrance(app: FastAPI, guests: Guests, health: Health) -> None:
    """Adds the addresses to the application."""

    @app.get("/healthz")
    def healthy() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get("/readyz")
    def ready() -> Response:
        found = health.ready()
        return JSONResponse(found, 200 if all(found.values()) else 503)

    if guests.members is None:
        return

    @app.get("/login")
    def form(request: Request) -> Response:
        return page(request)

    @app.post("/login")
    async def sign_in(request: Request) -> Response:
        return await _sign_in(request, guests)

    @app.post("/logout")
    def sign_out(request: Request) -> Response:
        guests.sessions.end(cookie(request.headers))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer


async def _sign_in(request: Request, guests: Guests) -> Response:
    assert guests.members
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST:
            return page(request, "serve.login.wrong", 413)
    given = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    name, password = (given.get(field, [""])[0][:200] for field in ("name", "password"))
    address = request.client.host if request.client else "?"
    try:
        member = await run_in_threadpool(guests.members.sign_in, name, password, address)
    except ShutOut as out:
        answer = page(request, "serve.login.shut_out", 429, minutes=-(-out.seconds // 60))
        answer.headers["Retry-After"] = str(out.seconds)
        return answer
    except Refused:
        return page(request, "serve.login.wrong", 401)
    inside = RedirectResponse("/", 303)
    secret = guests.sessions.begin(member.name)
    inside.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/")
    return inside


def page(request: Request, wrong: str = "", status: int = 200, **values: object) -> HTMLResponse:
    """The sign-in form in the browser's language."""
    language = preferred(request.headers.get("accept-language", ""))
    say = {key: escape(t(language, f"serve.login.{key}")) for key in ("title", "name", "password", "enter")}
    told = f'<p class="wrong" role="alert">{escape(t(language, wrong, **values))}</p>' if wrong else ""
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{say['title']}</title><style>{STYLE}</style></head><body><main><form method=post action=/login><h1>{say['title']}</h1>"
        f"<label for=name>{say['name']}</label><input id=name name=name autocomplete=username required autofocus>"
        f"<label for=password>{say['password']}</label><input id=password name=password type=password autocomplete=current-password required>"
        f"{told}<button>{say['enter']}</button></form></main></body></html>",
        status,
        {"Cache-Control": "no-store"},
    )


def preferred(accepted: str) -> str:
    """The page for a browser's languages: the first of ours among them, else English."""
    for one in (part.split(";")[0].strip().lower() for part in accepted.split(",")):
        if one.startswith("zh"):
            return "zh-TW" if any(mark in one for mark in ("tw", "hk", "mo", "hant")) else "zh-CN"
        if one.startswith("en"):
            return "en"
    return "en"
