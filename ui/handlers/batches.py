"""The batch tab: many briefs handed in, looked through, made, stopped and gone on with, and their plans opened in the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from agent.brief.readers import read_text
from agent.errors import BriefError, CehuaError
from agent.export import known
from ui.batches import Batch, BatchCard, Batches
from ui.handlers.plan import PlanPage
from ui.handlers.room import View, failed, wrong
from ui.views import batch as views

HOUSE = 20_000
"""Characters of what the house says for all rows."""


@dataclass
class Lot:
    """What stands in the fields of the batch tab."""

    files: Sequence[str] = ()
    """Where the server put the uploads."""
    house: str = ""
    """What holds where a row is silent, as "key: value" lines."""
    formats: Sequence[str] = ("md", "json")
    model: str = "playbook"
    name: str = ""
    """Model name at the endpoint, for "openai"."""
    key: str = ""
    base_url: str = ""
    language: str = ""
    max_cost: float | None = None
    max_tokens: float | None = None
    price: str = ""


class BatchPage(PlanPage):
    """Makes many plans."""

    @property
    def lots(self) -> Batches:
        """The batches of whoever this event comes from."""
        return Batches(self.store)

    def hand_in(self, lot: Lot) -> View:
        """Keeps the input and shows what it would take; a second click is the same batch."""
        try:
            if not lot.files:
                raise BriefError(self.w("batch.no_file"), hint=self.w("batch.no_file_hint"))
            settings, model = self.settings_for(lot.model, lot.name, lot.key, lot.base_url)
            files = self._brought(lot.files)
            made = self.house.crew.hand_in(self.lots, files, self._lot_card(lot, files, model), settings)
        except CehuaError as error:
            return {"batch_told": wrong(self.w, error)}
        for one in lot.files:
            Path(one).unlink(missing_ok=True)
        return {"batch_told": "", "batch_files": None, "key": "", **self.batch(made.id)}

    def _brought(self, paths: Sequence[str]) -> list[tuple[str, bytes]]:
        """Uploaded files by name. Raises BriefError when the server has put them away meanwhile."""
        try:
            return [(Path(one).name, Path(one).read_bytes()) for one in paths]
        except OSError:
            raise BriefError(self.w("batch.no_file"), hint=self.w("batch.no_file_hint")) from None

    def _lot_card(self, lot: Lot, files: Sequence[tuple[str, bytes]], model: str) -> BatchCard:
        name = files[0][0] if len(files) == 1 else self.w("batch.n_files", n=len(files))
        return BatchCard(
            name=name[:120],
            model=model,
            language=lot.language,
            defaults=self._house(lot.house),
            formats=known(list(lot.formats) or ["md", "json"]),
            max_cost=str(Decimal(str(lot.max_cost))) if lot.max_cost else "",  # an empty number field comes as 0
            max_tokens=int(lot.max_tokens) if lot.max_tokens else None,
            price=lot.price.strip(),
            reader=self.w.language,
        )

    def _house(self, text: str) -> dict[str, Any]:
        """What the house says, as a mapping. Raises BriefError for anything else."""
        if not text.strip():
            return {}
        raw = read_text(text[:HOUSE], "defaults.yaml")
        if raw.kind != "mapping":
            raise BriefError(self.w("batch.house_wrong"), hint=self.w("batch.house_hint"), where="defaults")
        return raw.data

    def batch(self, batch_id: object, *, only: str = "", page: int = 0) -> View:
        """Everything of a batch, and the list of all; the empty page where there is none."""
        held, crew = self.lots, self.house.crew
        everything = held.all()
        shown = views.batches(self.w, everything, lambda one: crew.standing(held, one), str(batch_id))
        try:
            batch = held.get(batch_id)
        except BriefError:
            return {
                "batch": views.nothing(self.w), "batches": shown, "batch_open": "", "batch_seen": 0, "batch_timer": False,
            }  # fmt: skip
        return {**self._drawn(batch, only=only, page=page), "batches": shown, "batch_open": batch.id}

    def _drawn(self, batch: Batch, *, only: str = "", page: int = 0) -> View:
        held, crew = self.lots, self.house.crew
        standing = crew.standing(held, batch.id)
        line = crew.place(held, batch.id)
        return {
            "batch": views.batch_page(self.w, batch, standing, line, only=only, page=page),
            "batch_seen": standing.tick if standing else 0,
            "batch_timer": bool(standing and standing.live),
        }

    def batch_tick(self, batch_id: object, seen: object) -> View:
        """What changed since the page was last drawn; everything once the work has ended."""
        try:
            batch = self.lots.get(batch_id)
        except BriefError:
            return self.batch("")
        standing = self.house.crew.standing(self.lots, batch.id)
        if standing is None or not standing.live:
            return self.batch(batch.id)
        return {} if standing.tick == seen else self._drawn(batch)

    def act_on_batch(self, current: object, data: Mapping[str, Any]) -> View:
        """A button of the batch tab."""
        do, held, crew = data.get("do"), self.lots, self.house.crew
        try:
            batch = held.get(data.get("batch"))
            match do:
                case "start" | "go-on" | "retry":
                    batch = self._raised(batch, data)
                    settings = self.house.settings_of(self.workspace)
                    crew.start(held, batch, settings, retry_failed=do == "retry")
                case "stop":
                    crew.stop(held, batch.id)
                case "rows":
                    return self.batch(batch.id, only=str(data.get("only", "")), page=int(data.get("page", 0)))
                case "read":
                    run = held.open_row(batch, int(data["row"]))
                    return {"run": run.id, "tabs": "plan", **self.show(run.id)}
                case "delete":
                    crew.forget(held, batch.id)
                    held.delete(batch.id)
                    return self.batch("" if batch.id == current else current)
        except CehuaError as error:
            return failed(self.w, error)
        except (KeyError, ValueError):
            return {"message": self.w("error.request"), "failed": True}
        return self.batch(batch.id)

    def _raised(self, batch: Batch, data: Mapping[str, Any]) -> Batch:
        """The batch under the cap that was entered, if one was. Raises ValueError for what is no sum."""
        form = data.get("form") or {}
        if "max_cost" not in form:
            return batch
        try:
            cap = Decimal(str(form["max_cost"]).strip())
        except InvalidOperation as error:
            raise ValueError from error
        if not cap.is_finite() or cap <= 0:
            raise ValueError
        return self.lots.keep(batch, max_cost=str(cap))
