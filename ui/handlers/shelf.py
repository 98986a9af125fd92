"""What a workspace keeps: its runs, its own documents, its settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.documents import add as add_documents
from agent.documents import listed, remove
from agent.errors import CehuaError
from ui.chosen import Chosen, choose, chosen
from ui.handlers.plan import PlanPage
from ui.handlers.room import View, failed, wrong
from ui.views import library
from ui.views.settings import settings
from ui.views.words import notice


class Shelf(PlanPage):
    """Lists, renames, copies and deletes."""

    def library(self, current: object) -> View:
        """The runs of the workspace."""
        return {
            "library": library.runs(
                self.w, self.store.all(), lambda one: self.desk.progress(self.store, one), str(current)
            )
        }

    def shelve(self, current: object, data: Mapping[str, Any]) -> View:
        """A button of the library."""
        do, asked = data.get("do"), data.get("run")
        try:
            run = self.store.get(asked)
            if do == "open":
                return {"run": run.id, "tabs": "plan", **self.show(run.id)}
            if do == "rename":
                self.store.keep(run, title=str(data.get("form", {}).get("title", "")).strip()[:120])
            if do == "duplicate":
                self.free(run)
                self.store.duplicate(run.id, self.w("library.copy_of", title=library.title_of(self.w, run)))
            if do == "delete":
                self.desk.forget(self.store, run.id)
                self.store.delete(run.id)
                if run.id == current:
                    return {"run": "", **self.show(""), **self.library("")}
        except CehuaError as error:
            return {**failed(self.w, error), **self.library(current)}
        again = self.show(current) if do == "rename" and asked == current else {}
        return {**again, **self.library(current)}

    def settings(self, *, forget: bool = False) -> View:
        """The settings; `forget` drops the key that was entered."""
        if forget:
            self.house.held.pop(self.workspace, None)
        own, held = self.house.settings.openai_api_key, self.house.settings_of(self.workspace).openai_api_key
        return {"settings": settings(self.w, entered=held != own, given=own is not None, team=self.house.team)}

    def chosen(self) -> View:
        """What new plans start from, for the fields of all tabs; nothing where nothing was chosen."""
        held = chosen(self.store)
        return {"chosen": held.model_dump()} if held else {}

    def choose(self, told: Mapping[str, Any]) -> View:
        """Keeps what new plans start from; a key goes into this process's memory alone."""
        try:
            self.settings_for("", key=told["key"], base_url=told["base_url"])
            choices = Chosen.model_validate({name: value for name, value in told.items() if name != "key"})
        except ValidationError:
            return {"chosen_told": notice("error", self.w.h("settings.wrong"))}
        choose(self.store, choices)
        return {"chosen_told": notice("info", self.w.h("settings.kept")), "key": "", **self.chosen(), **self.settings()}

    def documents(self) -> View:
        """The workspace's own documents."""
        return {"documents": library.documents(self.w, listed(self.workspace, settings=self.house.settings))}

    def add(self, files: list[str] | None) -> View:
        """Reads and keeps uploaded documents; the uploads themselves are removed."""
        paths = [Path(one) for one in files or []]
        try:
            given: list[Any] = [(one.name, one.read_bytes()) for one in paths]
            add_documents(given, workspace=self.workspace, settings=self.house.settings)
        except CehuaError as error:
            return {"documents_told": wrong(self.w, error), "upload": None, **self.documents()}
        finally:
            for one in paths:
                one.unlink(missing_ok=True)
        return {
            "documents_told": notice("info", self.w.h("documents.added", n=len(paths))),
            "upload": None,
            **self.documents(),
        }

    def forget(self, data: Mapping[str, Any]) -> View:
        """Removes a document for good."""
        remove(self.workspace, str(data.get("document", "")), settings=self.house.settings)
        return {"documents_told": "", **self.documents()}
