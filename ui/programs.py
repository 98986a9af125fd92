"""The HTTP API for other programs, version 1: the actions of a workspace, errors as problem JSON, events as a stream."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import FastAPI, Header, Query, Request
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from agent.brief.model import Language
from agent.errors import BriefError, CehuaError
from agent.export import FORMATS, NAME
from agent.plan.model import PART_IDS
from agent.version import __version__
from ui.actions import MEDIA, Actions, File
from ui.gate import LATER
from ui.problems import Problem, problem, problem_of, retry_after
from ui.results import (
    Asked,
    Checked,
    DocumentInfo,
    Passages,
    PlanData,
    Reading,
    Revision,
    RunId,
    RunInfo,
    Told,
    VersionInfo,
)
from ui.stream import Streams, events

JSON = "application/problem+json"
Run = Annotated[RunId, InPath(description="Id of a run in the workspace.")]
Part = Annotated[Literal["", *PART_IDS], Query(description="Part id; empty for the whole plan.")]  # type: ignore[valid-type]
Form = Annotated[Literal["zip", *FORMATS], InPath(description="Format.")]  # type: ignore[valid-type]
ActionsOf = Callable[[Request], Actions]
"""The actions of whoever asks."""
WRONG: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": said, "content": {JSON: {}}}
    for status, said in (
        (400, "Not understood."), (401, "Not signed in."), (403, "From another site."), (404, "Not in this workspace."),
        (409, "Not now: no plan yet, or being written."), (413, "Too large."), (422, "Cannot be done as asked."),
        (429, "Too many attempts."), (502, "The model's endpoint failed."), (503, "Busy, or something is not set up."),
    )
}  # fmt: skip


def make_api(actions_of: ActionsOf, streams: Streams) -> FastAPI:
    """The API as an application of its own, to be mounted at /api/v1."""
    api = FastAPI(
        title="cehua", version="1", docs_url=None, redoc_url=None, responses=WRONG,
        description=f"Social media marketing plans from brand briefs (cehua {__version__}). A bearer token belongs to one workspace.",
    )  # fmt: skip
    _errors(api)
    _runs(api, actions_of, streams)
    _plans(api, actions_of)
    _changes(api, actions_of)
    _knowledge(api, actions_of)
    return api


def _runs(api: FastAPI, do: ActionsOf, streams: Streams) -> None:
    @api.post("/runs", status_code=202, response_model=RunInfo)
    def make(request: Request, asked: Asked) -> JSONResponse:
        """Begin a run: a complete plan stands within seconds, a model then rewrites it part by part."""
        made = do(request).make(asked)
        address = f"{request.scope.get('root_path', '')}/runs/{made.id}"
        return JSONResponse(made.model_dump(mode="json"), 202, headers={"Location": address})

    @api.get("/runs")
    def runs(request: Request, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[RunInfo]:
        """The runs of the workspace, the newest first."""
        return do(request).runs(limit)

    @api.get("/runs/{run}")
    def run(request: Request, run: Run) -> RunInfo:
        """Where a run stands."""
        return do(request).info(run)

    @api.delete("/runs/{run}", status_code=204)
    def delete(request: Request, run: Run) -> None:
        """Remove a run for good."""
        do(request).delete(run)

    @api.post("/runs/{run}/stop")
    def stop(request: Request, run: Run) -> RunInfo:
        """Stop a run; the plan as it stands is kept."""
        return do(request).stop(run)

    @api.post("/runs/{run}/go-on")
    def go_on(request: Request, run: Run) -> RunInfo:
        """Go on with a run that was stopped or interrupted."""
        return do(request).go_on(run)

    @api.get(
        "/runs/{run}/events", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}}
    )
    async def listen(
        request: Request,
        run: Run,
        after: Annotated[int, Query(ge=0, le=10**9, description="Number of the last event that was heard.")] = 0,
        last_event_id: Annotated[str, Header(max_length=20, description="The same, as browsers send it.")] = "",
    ) -> StreamingResponse:
        """What happens in a run, as server-sent events; the last one is `Over`."""
        seen = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() else after
        actions = do(request)
        actions.state(run)
        stream = events(actions, run, seen, streams)
        first = await anext(stream)  # a refusal is an answer of its own, not a broken stream

        async def all_of_it() -> Any:
            yield first
            async for one in stream:
                yield one

        return StreamingResponse(all_of_it(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _plans(api: FastAPI, do: ActionsOf) -> None:
    @api.get("/runs/{run}/plan")
    def plan(request: Request, run: Run, part: Part = "") -> PlanData:
        """The plan, or a part, as data."""
        return do(request).data(run, part)

    @api.get("/runs/{run}/text")
    def text(request: Request, run: Run, part: Part = "summary") -> Reading:
        """The plan, or a part, as Markdown."""
        return do(request).read(run, part)

    @api.get("/runs/{run}/findings")
    def findings(request: Request, run: Run) -> Checked:
        """What the checks find in the plan as it stands."""
        return do(request).check(run)

    @api.get(
        "/runs/{run}/exports/{form}", response_class=Response,
        responses={200: {"content": {kind: {"schema": {} if kind == "application/json" else {"type": "string", "format": "binary"}} for kind in sorted(set(MEDIA.values()))}}},
    )  # fmt: skip
    def export(request: Request, run: Run, form: Form) -> Response:
        """The plan as a file."""
        return attachment(do(request).export(run, form))


def _changes(api: FastAPI, do: ActionsOf) -> None:
    @api.post("/runs/{run}/revisions")
    def revise(request: Request, run: Run, told: Told) -> Revision:
        """Change the plan by saying so, or ask about it."""
        return do(request).revise(run, told)

    @api.get("/runs/{run}/versions")
    def versions(request: Request, run: Run) -> list[VersionInfo]:
        """The versions of a run, the oldest first."""
        return do(request).versions(run)

    @api.post("/runs/{run}/undo")
    def undo(request: Request, run: Run) -> RunInfo:
        """Back to the version before."""
        return do(request).undo(run)

    @api.post("/runs/{run}/versions/{number}/restore")
    def restore(request: Request, run: Run, number: Annotated[int, InPath(ge=1, le=10**6)]) -> RunInfo:
        """The plan as a version had it, as a new version."""
        return do(request).restore(run, number)


def _knowledge(api: FastAPI, do: ActionsOf) -> None:
    @api.get("/knowledge")
    def search(
        request: Request,
        q: Annotated[str, Query(min_length=1, max_length=400)],
        language: Annotated[Language | Literal[""], Query()] = "",
        platform: Annotated[list[Annotated[str, Query(max_length=40)]] | None, Query(max_length=20)] = None,
        region: Annotated[list[Annotated[str, Query(max_length=10)]] | None, Query(max_length=20)] = None,
        k: Annotated[int, Query(ge=1, le=50)] = 6,
    ) -> Passages:
        """Search the knowledge base and the workspace's own documents."""
        return do(request).search(q, language=language, platforms=platform or (), regions=region or (), k=k)

    @api.get("/documents")
    def documents(request: Request) -> list[DocumentInfo]:
        """The workspace's own documents."""
        return do(request).documents()

    body = {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }

    @api.post("/documents", status_code=201, openapi_extra={"requestBody": body})
    async def add(request: Request, name: Annotated[str, Query(min_length=1, max_length=200)]) -> DocumentInfo:
        """Add a document: Word, Excel, PDF, CSV, Markdown or text; the body is the file."""
        from starlette.concurrency import run_in_threadpool

        content = await request.body()
        if not content:
            raise BriefError("The document is empty.", hint="Send the file as the body.", where="document")
        return await run_in_threadpool(do(request).add_document, name, content)

    @api.delete("/documents/{document}", status_code=204)
    def remove(request: Request, document: Annotated[str, InPath(pattern=r"^(doc:)?[0-9a-f]{16}$")]) -> None:
        """Remove a document for good."""
        do(request).remove_document(document)


def _errors(api: FastAPI) -> None:
    @api.exception_handler(CehuaError)
    async def meant(request: Request, error: Exception) -> Response:
        assert isinstance(error, CehuaError)
        wait = retry_after(error)
        return answer(request, problem_of(error), {"Retry-After": str(wait)} if wait else {})

    @api.exception_handler(RequestValidationError)
    async def shape(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        fields = sorted({_field(one["loc"]) for one in error.errors()})
        return answer(request, problem("request", 422, detail=f"Not as the schema has it: {', '.join(fields)[:300]}."))

    @api.exception_handler(HTTPException)
    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = {404: "not-found", 405: "method"}.get(error.status_code, "request")
        return answer(request, problem(code, error.status_code), dict(error.headers or {}))

    @api.exception_handler(Exception)
    async def unmeant(request: Request, error: Exception) -> Response:
        return answer(request, problem("error", 500, hint="The log has more under the request's id."))


def _field(place: tuple[int | str, ...]) -> str:
    """Where something is wrong, by the schema's own names: a key that somebody made up is not repeated."""
    known = {
        *Asked.model_fields,
        *Told.model_fields,
        "body",
        "query",
        "path",
        "header",
        "run",
        "part",
        "form",
        "number",
        "document",
    }
    return ".".join(str(one) if isinstance(one, int) or one in known else "…" for one in place)


def answer(request: Request, told: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem as an answer, with the request's id in it."""
    told = told.model_copy(update={"request": str(request.scope.get("cehua.request", ""))})
    if told.status == 503:
        headers = {"Retry-After": str(LATER), **(headers or {})}
    return Response(told.model_dump_json(), told.status, headers=headers or {}, media_type=JSON)


RUNNING = ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml")
"""Types that a browser would run if it showed them."""


def attachment(file: File) -> Response:
    """A file that a browser saves and never shows."""
    return Response(file.content, media_type=_harmless(file.media_type), headers=_saved(file.name))


def stored(path: Path, name: str) -> Response:
    """The same for a file on disk, which may be larger than memory."""
    media = MEDIA.get(path.suffix.removeprefix("."), "application/octet-stream")
    return FileResponse(path, media_type=_harmless(media), headers=_saved(name))


def _harmless(media_type: str) -> str:
    return "application/octet-stream" if media_type in RUNNING else media_type


def _saved(name: str) -> dict[str, str]:
    """Headers of what is saved under a name."""
    plain = f"{NAME}{Path(name).suffix}"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
