"""The desk as a web application: three pages (one a language) and the exports, asking nothing of any other machine."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware

from agent.brief.readers import MAX_BYTES
from agent.errors import BriefError, CehuaError
from agent.export import FORMATS, NAME, export_zip, rendered
from agent.export.charts import COLOURS
from agent.export.html import DARK
from agent.export.html import HERE as PAGE
from agent.run.folder import load_plan, slug
from agent.settings import Settings, load_settings
from ui.app import page
from ui.handlers import House
from ui.views.words import LANGUAGES

HERE = Path(__file__).parent
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; connect-src 'self' data: blob:; form-action 'self'; base-uri 'self'; frame-ancestors 'self'"
)
"""What the browser may ask for: this server, nothing else."""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0f5c63"/>'
    '<path d="M4 4.5h8M4 8h8M4 11.5h5" stroke="#fff" stroke-width="1.6"/></svg>'
)
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}


def make_app(settings: Settings | None = None, *, language: str = "", hosts: tuple[str, ...] = ("*",)) -> FastAPI:
    """The desk as an ASGI application. `hosts`: names by which it may be asked for; ("*",) for any."""
    settings = settings or load_settings()
    uploads = tempfile.mkdtemp(prefix="cehua-desk-")
    os.environ["GRADIO_TEMP_DIR"] = uploads
    house = House(settings.runs_dir / "desk", settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=warm, daemon=True).start()
        yield
        house.desk.close()
        shutil.rmtree(uploads, ignore_errors=True)

    app = FastAPI(lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))

    @app.middleware("http")
    async def guarded(request: Request, go: Callable[[Request], Awaitable[Response]]) -> Response:
        """The browser is told to ask nobody else, and a page in which language it is."""
        answer = await go(request)
        if request.url.path.strip("/") in LANGUAGES and answer.headers.get("content-type", "").startswith("text/html"):
            answer = await spoken(answer, request.url.path.strip("/"))
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

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
    def export(run: str, form: str) -> Response:
        try:
            name, content = exported(house, run, form)
        except CehuaError as error:
            return PlainTextResponse(
                f"{error.message} {error.hint}".strip(), 404 if isinstance(error, BriefError) else 503
            )
        disposition = {
            "Content-Disposition": f"attachment; filename=\"{NAME}{Path(name).suffix}\"; filename*=UTF-8''{quoted(name)}"
        }
        return Response(content, media_type="application/octet-stream", headers=disposition)

    look = theme()
    style = styles()
    script = f"<script>{(HERE / 'static' / 'desk.js').read_text(encoding='utf-8')}</script>"
    for one in LANGUAGES:
        blocks = page(house, one)
        # Gradio checks that a file named by a browser was uploaded by it, but for blocks that count as launched alone.
        blocks.has_launched = True
        gr.mount_gradio_app(
            app, blocks, f"/{one}", footer_links=[], run_history=False, show_error=False, max_file_size=MAX_BYTES,
            enable_monitoring=False, pwa=False, ssr_mode=False, theme=look, css=style, head=script, js="() => window.cehua.start()",
        )  # fmt: skip
    return app


async def spoken(answer: Any, language: str) -> Response:
    """A page whose own words follow its address: Gradio's follow the browser's language, which is therefore said to be the page's."""
    body = b"".join([chunk async for chunk in answer.body_iterator]).decode("utf-8")
    told = f'<script>for(const [n,v] of [["language","{language}"],["languages",["{language}"]]])Object.defineProperty(navigator,n,{{get:()=>v}})</script>'
    body = body.replace("<head>", f"<head>{told}", 1).replace('lang="en"', f'lang="{language}"', 1)
    return Response(body, answer.status_code, media_type="text/html")


def exported(house: House, run: str, form: str) -> tuple[str, bytes]:
    """A run's plan in a format, or all formats as one zip: file name and content. Raises BriefError for a run or format that there is none of."""
    found = house.store().get(run)
    plan = load_plan(found.path)
    name = slug(plan.meta.brand, found.id).rsplit("-", 1)[0]
    if form == "zip":
        return f"{name}.zip", export_zip(plan, found.path / "exports", list(FORMATS)).read_bytes()
    if form not in FORMATS:
        raise BriefError("There is no such format.", hint=", ".join(FORMATS))
    ((_, content),) = rendered(plan, [form]).items()
    return f"{name}{FORMATS[form].suffix}", content


def quoted(name: str) -> str:
    """A file name in a header."""
    return quote(name, safe="")


def preferred(accepted: str) -> str:
    """The page for a browser's languages: the first of ours among them, else English."""
    for one in (part.split(";")[0].strip().lower() for part in accepted.split(",")):
        if one.startswith("zh"):
            return "zh-TW" if any(mark in one for mark in ("tw", "hk", "mo", "hant")) else "zh-CN"
        if one.startswith("en"):
            return "en"
    return "en"


def warm() -> None:
    """Makes a plan in the two languages before anybody asks for one: what a process reads once is read then."""
    from agent.api import Options, plan
    from ui.handlers import samples

    for language in ("zh-CN", "en"):
        with tempfile.TemporaryDirectory(prefix="cehua-desk-warm-") as scratch:
            brief = next(iter(samples(language).values())).encode()
            plan(brief, Options(model="playbook", out=Path(scratch), formats=()))


def theme() -> gr.themes.Base:
    """Gradio's plain theme in the house's colours and the system's typefaces."""
    fonts = ["system-ui", "-apple-system", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
    green = gr.themes.Color(
        "#eef6f5",
        "#d6ebe8",
        "#add7d1",
        "#7fc7bf",
        "#4f9f97",
        "#1f7a72",
        "#0f5c63",
        "#0d4f55",
        "#0b4147",
        "#08343a",
        "#06282c",
    )
    look = gr.themes.Base(primary_hue=green, neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"])
    quiet = {
        "body_text_color_subdued": "#5f6b7a",
        "block_info_text_color": "#5f6b7a",
        "input_placeholder_color": "#5f6b7a",
        "block_label_text_color": "#5f6b7a",
    }
    return look.set(**quiet, **{f"{name}_dark": "#9aa7b4" for name in quiet})


def styles() -> str:
    """The desk's style, with the exported page's for the plan inside it."""
    light, dark = (";".join(f"--{key}:{value}" for key, value in tones.items()) for tones in (COLOURS, DARK))
    classes = "".join(f".f-{key}{{fill:var(--{key})}}.k-{key}{{stroke:var(--{key})}}" for key in COLOURS)
    plan = (PAGE / "page.css").read_text(encoding="utf-8").split("@page{")[0]
    return f":root{{{light}}}.dark{{{dark}}}{classes}.plan-page{{{plan}}}" + (HERE / "static" / "desk.css").read_text(
        encoding="utf-8"
    )
