"""The server as a web application: the desk in three languages, the HTTP API, the exports, behind one door; it asks nothing of any other machine."""

from __future__ import annotations

import atexit
import functools
import gc
import os
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from gradio.context import LocalContext
from starlette.middleware.trustedhost import TrustedHostMiddleware

from agent.brief.readers import MAX_BYTES
from agent.errors import BriefError, CehuaError, SetupError
from agent.settings import Settings, load_settings
from ui.actions import MEDIA, Actions, File, NotFound
from ui.app import page
from ui.batches import Batches, template
from ui.calls import add_calls
from ui.door import Door, Guests
from ui.entrance import open_entrance, preferred
from ui.gate import Limits
from ui.handlers import House
from ui.health import Health
from ui.look import styles, theme
from ui.members import Members
from ui.problems import problem_of
from ui.programs import answer, attachment, make_api, stored
from ui.sessions import kept_lean
from ui.spoken import Spoken
from ui.store import Store, workspaces
from ui.stream import Streams
from ui.traces import TRACES
from ui.views.words import LANGUAGES
from ui.wall import Wall
from ui.work import Desk
from ui.worker import warm
from ui.workers import Workers

HERE = Path(__file__).parent
THREADS = 128
"""Requests and events that are worked on at once: most of them wait for a lock or a file, not for the processor."""
FIRST = 5.0
"""Seconds between two looks whether the first worker is there."""
PAUSES = (2, 5, 10)
"""Seconds between the looks for what an earlier server left."""
EVENTS, LINE = 24, 600
"""Events of one kind on the page at once, and how many wait before one is refused."""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0f5c63"/>'
    '<path d="M4 4.5h8M4 8h8M4 11.5h5" stroke="#fff" stroke-width="1.6"/></svg>'
)


def make_app(
    settings: Settings | None = None,
    *,
    language: str = "",
    hosts: tuple[str, ...] = ("*",),
    members: Members | None = None,
    hands: Workers | None = None,
) -> FastAPI:
    """The server as an ASGI application. `hosts`: names by which it may be asked for, ("*",) for any; `members`: who signs in, None for one user at home.

    `hands`: the processes in which plans are written, closed with the application; without them threads of this one write.

    `app.state.streams` and `app.state.health` tell it that the end is near (`ui.server`).
    """
    settings = settings or load_settings()
    os.environ["GRADIO_TEMP_DIR"] = uploads()
    desk = Desk(Limits(playbook=hands.size), hands) if hands else Desk()
    house = House(settings.runs_dir / "desk", settings, desk, who=here, team=members is not None)
    streams, health, guests = Streams(), Health(house.root), Guests(members)

    def actions_of(workspace: str) -> Actions:
        return Actions(house.store(workspace), house.desk, lambda: house.settings_of(workspace))

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        threading.Thread(target=awake, args=(house, health, hands), daemon=True).start()
        yield
        health.closing = True
        await anyio.to_thread.run_sync(house.desk.close)
        await anyio.to_thread.run_sync(house.crew.close)
        TRACES.end()

    app = FastAPI(lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.streams, app.state.health = streams, health
    # The last one stands outermost.
    app.add_middleware(Spoken)
    app.add_middleware(Wall)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(Door, guests=guests)
    open_entrance(app, guests, health)

    @app.get("/")
    def front(request: Request) -> Response:
        return RedirectResponse(f"{language or preferred(request.headers.get('accept-language', ''))}/", 302)

    @app.get("/manifest.json")
    def manifest() -> Response:
        return JSONResponse({"name": "cehua", "icons": []}, media_type="application/manifest+json")

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(ICON, media_type="image/svg+xml")

    @app.get("/desk/export/{run}/{form}")
    def export(request: Request, run: str, form: str) -> Response:
        try:
            return attachment(actions_of(request.scope["cehua.member"].workspace).export(run, form))
        except CehuaError as error:
            return answer(request, problem_of(error))

    @app.get("/desk/batch/{batch}/{form}")
    def batch(request: Request, batch: str, form: str) -> Response:
        try:
            held = Batches(house.store(request.scope["cehua.member"].workspace)).get(batch)
            path = held.file(form)
        except BriefError as error:
            return answer(request, problem_of(NotFound(error.message, hint=error.hint)))
        return stored(path, f"{Path(held.card.name).stem}{path.suffix}")

    @app.get("/desk/template/{form}")
    def to_start_from(request: Request, form: str) -> Response:
        try:
            return attachment(File(f"briefs.{form}", MEDIA.get(form, "application/x-ndjson"), template(form)))
        except BriefError as error:
            return answer(request, problem_of(NotFound(error.message)))

    app.mount("/api/v1", make_api(lambda request: actions_of(request.scope["cehua.member"].workspace), streams))

    look = theme()
    style = styles()
    script = f"<script>{(HERE / 'static' / 'desk.js').read_text(encoding='utf-8')}</script>"
    for one in LANGUAGES:
        blocks = page(house, one)
        add_calls(blocks, lambda: actions_of(house.who()))
        blocks.queue(max_size=LINE, default_concurrency_limit=EVENTS)
        # Gradio checks that a file named by a browser was uploaded by it, but for blocks that count as launched alone.
        blocks.has_launched = True
        gr.mount_gradio_app(
            app, blocks, f"/{one}", footer_links=[], run_history=False, show_error=False, max_file_size=MAX_BYTES,
            enable_monitoring=False, pwa=False, ssr_mode=False, theme=look, css=style, head=script, js="() => window.cehua.start()",
            auth_dependency=lambda request: request.scope["cehua.member"].workspace,
        )  # fmt: skip
        kept_lean(app, blocks, f"/{one}")
    return app


@functools.cache
def uploads() -> str:
    """Where Gradio keeps what is uploaded: one folder a process, since Gradio knows no other, gone when it ends."""
    folder = tempfile.mkdtemp(prefix="cehua-desk-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def here() -> str:
    """The workspace of whoever Gradio is working for. Raises SetupError outside of an event: then it is nobody's."""
    request = LocalContext.request.get(None)
    workspace = getattr(request, "username", None)
    if not workspace:
        raise SetupError("This belongs to no workspace.")
    return str(workspace)


def awake(house: House, health: Health, hands: Workers | None) -> None:
    """Reads what the first plan and the first change need before anybody asks for them, and goes on with what an earlier server left unfinished."""
    if hands:
        hands.open()
    warm()
    while hands and not hands.up.wait(FIRST) and not health.closing:
        hands.open()
    gc.collect()
    gc.freeze()  # what was read once is not looked through again whenever a plan is computed
    health.warm = True
    for pause in (0, *PAUSES):
        time.sleep(pause)  # a worker of a server that was killed may still hold its run for a moment
        if health.closing:
            return
        for name in workspaces(house.root):
            store, settings = Store(house.root, name), house.settings_of(name)
            house.desk.take_up(store, settings)
            house.crew.take_up(Batches(store), settings)
