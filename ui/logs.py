"""The server's log: one JSON object a line, with request and run ids, and never a word of a brief."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import traceback
from contextvars import ContextVar
from typing import Any

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""Id of the request that is being answered."""
RUN: ContextVar[str] = ContextVar("run", default="")
"""Id of the run that is being written."""
OWN = ("agent", "ui")
"""Loggers whose messages are written for the log; of other libraries' only the event is kept, since they may quote what came in."""


class Lines(logging.Formatter):
    """A record as a line of JSON. An exception keeps its type and places; its message may quote a brief and is left out."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        own = record.name.split(".")[0] in OWN
        line: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if own else f"message of {record.name}, line {record.lineno}",
        }
        if request := REQUEST.get():
            line["request"] = request
        if run := RUN.get():
            line["run"] = run
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            line["places"] = [
                f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(error.__traceback__)
            ]
        return json.dumps(line, ensure_ascii=False)


def begin(level: int = logging.INFO) -> None:
    """Sends the log to standard error, in lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OWN:
        logging.getLogger(name).setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
