"""Errors as programs read them: a stable code, an HTTP status, the next step; no words of a brief, no path, no key."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field

from agent.brief.model import BrandBrief
from agent.errors import BriefError, CapReached, CehuaError, EditError, Locked, ModelError, SetupError
from agent.export import FormatError
from agent.plan.model import PART_IDS
from agent.untrusted.refusal import FileRefused
from ui.actions import NotFound, TooEarly
from ui.gate import LATER, Busy

_QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|「[^」]*」|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")
_PATH = re.compile(r"(?<![\w:/.])(?:[A-Za-z]:[\\/]|~?/)[^\s,;]*")
_PLACE = re.compile(r"([a-z_]{1,40})(?:\.[a-z_]{1,40}|\[\d{1,4}\]){0,6}(?: \(line \d+\))?")
_PLACES = {
    *BrandBrief.model_fields,
    *PART_IDS,
    "brief",
    "document",
    "instruction",
    "part",
    "platforms",
    "run",
    "version",
}
"""Where an error may say that it is: a key of somebody's brief is not among them."""

KINDS: tuple[tuple[type[Exception], str, int], ...] = (
    (NotFound, "not-found", 404),
    (TooEarly, "no-plan-yet", 409),
    (Locked, "at-work", 409),
    (Busy, "busy", 503),
    (FormatError, "format", 404),
    (FileRefused, "file", 422),
    (BriefError, "brief", 422),
    (EditError, "edit", 422),
    (CapReached, "cap", 402),
    (SetupError, "set-up", 503),
    (ModelError, "model", 502),
)
"""Error → its code and status, the most particular first."""


class Problem(BaseModel):
    """An error as RFC 9457 has it."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    type: str
    """`urn:cehua:problem:` and the code."""
    title: str
    """What is wrong, in a few words."""
    status: int = Field(ge=400, le=599)
    """HTTP status."""
    detail: str = ""
    """More about it; what was quoted is left out."""
    hint: str = ""
    """The next step."""
    where: str = ""
    """Field or place that it is about."""
    request: str = ""
    """Id of the request, as the server's log has it."""


def problem_of(error: CehuaError) -> Problem:
    """An error as a problem."""
    code, status = next(((code, status) for kind, code, status in KINDS if isinstance(error, kind)), ("error", 500))
    return problem(code, status, detail=error.message, hint=error.hint, where=error.where)


def problem(code: str, status: int, *, title: str = "", detail: str = "", hint: str = "", where: str = "") -> Problem:
    """A problem by its code."""
    return Problem(
        type=f"urn:cehua:problem:{code}",
        title=title or code.replace("-", " "),
        status=status,
        detail=quiet(detail),
        hint=quiet(hint),
        where=where if (found := _PLACE.fullmatch(where)) and found[1] in _PLACES else "",
    )


def quiet(text: str) -> str:
    """A message without what it quotes and without paths."""
    return _PATH.sub("…", _QUOTED.sub("“…”", text))[:600]


def retry_after(error: CehuaError) -> int | None:
    """Seconds after which asking again makes sense; None where it does not."""
    return LATER if isinstance(error, Busy) else 2 if isinstance(error, Locked) else None
