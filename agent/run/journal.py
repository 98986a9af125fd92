"""The journal: every answer of a model kept under the hash of all that made it, so that nothing is paid for twice.

What is kept is the answer, not what was taken of it: acceptance and checks run again on it, so a new version of them needs
no new call. A record carries its own checksum; one that was damaged is put aside and asked for again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from agent.errors import FULL, CapReached, CehuaError, CutOff, DiskFull, EndpointLost, ModelError, SetupError
from agent.files import write_text
from agent.llm.schema import json_schema

if TYPE_CHECKING:
    from agent.llm import ChatModel
    from agent.llm.client import Message

log = logging.getLogger(__name__)

LEAST_FREE = 16 * 2**20
"""Bytes that must be free on the run's disk before a call is made: an answer that cannot be kept is paid for in vain."""


@dataclass(frozen=True)
class Kept:
    """An answer from the journal: its value; it costs nothing now."""

    value: BaseModel
    seconds: float = 0.0
    first_token: float | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0


class Journal:
    """A model with a memory: asks the journal first, the model otherwise, and writes (fsync) before it answers.

    An error that ends the run (a cap, a refused key, a lost endpoint, a full disk) is kept in `stopped`: calls in flight
    finish and are kept, no further one is made, and the caller raises it when all is saved.
    """

    def __init__(self, model: ChatModel, folder: Path, *, fresh: bool = False, beside: bool = False) -> None:
        """`fresh` forgets what the journal holds; `beside` writes in a thread, for a loop that many plans share."""
        self.model = model
        self.beside = beside
        self.folder = folder
        self.calls = 0
        """Calls that went to the model."""
        self.hits = 0
        """Calls that the journal answered."""
        self.stopped: CehuaError | None = None
        """What ended the model's part of the run, if anything did."""
        folder.mkdir(parents=True, exist_ok=True)
        if fresh:
            for path in folder.glob("*.json"):
                path.unlink()

    async def ready(self) -> None:
        """Lets the model find its way to structured answers before the first call, where the journal holds none yet.

        What ends a run is kept in `stopped`; any other failure is left to the first call to meet.
        """
        if any(self.folder.glob("*.json")):
            return
        try:
            await self.model.ready()
        except (CapReached, SetupError, EndpointLost) as error:
            self.stopped = error
        except (ModelError, TimeoutError) as error:
            log.info("no way to structured answers was found beforehand: %s", error)

    def key(
        self, messages: Sequence[Message], schema: type[BaseModel], max_tokens: int, temperature: float | None = None
    ) -> str:
        """Hash of the rendered messages, the words schema, the model and its parameters."""
        made_of = {
            "messages": [[m.role, m.content] for m in messages],
            "schema": json_schema(schema),
            "model": self.model.label,
            "max_tokens": max_tokens,
            "temperature": temperature,
        }
        return hashlib.sha256(json.dumps(made_of, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    async def complete(
        self,
        messages: Sequence[Message],
        schema: type[BaseModel],
        *,
        max_tokens: int,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
        at_once: bool = False,
    ) -> Any:
        """The journal's answer, or the model's. Raises ModelError for whatever keeps the answer from coming."""
        path = self.folder / f"{self.key(messages, schema, max_tokens, temperature)}.json"
        kept = self._read(path, schema)
        if kept is not None:
            self.hits += 1
            return kept
        self._require_open()
        self.calls += 1
        try:
            reply = await self.model.complete(
                list(messages),
                schema,
                max_tokens=max_tokens,
                temperature=temperature,
                on_text=on_text,
                at_once=at_once,
            )
        except (CapReached, SetupError, EndpointLost) as error:
            self.stopped = self.stopped or error
            raise ModelError(error.message, hint=error.hint) from error
        except CutOff as error:
            await self._keep(path, {"cut": error.raw})
            raise
        usage = {"prompt_tokens": reply.prompt_tokens, "completion_tokens": reply.completion_tokens}
        await self._keep(path, {"value": reply.value.model_dump(), **usage})
        return reply

    def _require_open(self) -> None:
        """Raises ModelError when no further call may be made: the run was stopped, or its disk is full."""
        if self.stopped is None and shutil.disk_usage(self.folder).free < LEAST_FREE:
            self.stopped = DiskFull(
                f"The disk of {self.folder.parent} is full.", hint="Free some space, then run the same command again."
            )
        if self.stopped is not None:
            raise ModelError(self.stopped.message, hint=self.stopped.hint)

    async def _keep(self, path: Path, body: dict[str, Any]) -> None:
        """Writes a record: where many plans share the loop, in a thread, since each waits for the disk."""
        if self.beside:
            await asyncio.to_thread(self._write, path, body)
        else:
            self._write(path, body)

    def _write(self, path: Path, body: dict[str, Any]) -> None:
        record = {"model": self.model.label, "sha256": _checksum(body), **body}
        try:
            write_text(path, json.dumps(record, ensure_ascii=False, indent=1))
        except OSError as error:
            kind = DiskFull if error.errno in FULL else SetupError
            self.stopped = kind(
                f"The run in {self.folder.parent} cannot be written ({error.strerror or error}).",
                hint="Mend that, then run the same command again.",
            )
            raise ModelError(self.stopped.message, hint=self.stopped.hint) from error

    def _read(self, path: Path, schema: type[BaseModel]) -> Kept | None:
        """A record that is whole; None when there is none. Raises CutOff when the kept answer was cut off."""
        if not path.exists():
            return None
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            body = {name: value for name, value in record.items() if name not in ("model", "sha256")}
            if record["sha256"] != _checksum(body):
                raise ValueError("the checksum is another")
            if "cut" in body:
                raise CutOff(f"{self.model.label} did not finish its answer.", raw=body["cut"])
            return Kept(schema.model_validate(body["value"]))
        except (ValidationError, ValueError, KeyError, TypeError):
            aside = self.folder / "damaged"
            aside.mkdir(exist_ok=True)
            path.replace(aside / path.name)
            return None


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
