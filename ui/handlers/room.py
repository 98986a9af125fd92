"""What all handlers of a page stand on: the server's house, the workspace of whoever an event comes from, words in one language."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent import revise
from agent.errors import BriefError, CehuaError, SetupError
from agent.plan.model import MarketingPlan
from agent.revise.state import State
from agent.run.folder import load_plan
from agent.settings import Settings
from ui.batching import Crew
from ui.store import Run, Store
from ui.views.words import Words, notice
from ui.work import Desk

View = dict[str, Any]
"""Place on the page → what it shows now; places that are not named stay."""


@dataclass
class House:
    """What all pages of a server share."""

    root: Path
    settings: Settings
    desk: Desk = field(default_factory=Desk)
    crew: Crew = field(init=False)
    """The batches at work; they wait in one line with the desk's runs."""
    held: dict[str, Settings] = field(default_factory=dict)
    """Workspace → settings with the key that was entered there; in memory alone."""
    drawn: dict[str, float] = field(default_factory=dict)
    who: Callable[[], str] = lambda: "default"
    """The workspace of whoever an event comes from."""
    team: bool = False
    """Whether people sign in; the addresses of endpoints are then the operator's alone."""

    def __post_init__(self) -> None:
        self.crew = Crew(self.desk.gate)

    def store(self, workspace: str = "default") -> Store:
        """A workspace's runs."""
        return Store(self.root, workspace)

    def settings_of(self, workspace: str) -> Settings:
        """The settings that count in a workspace."""
        return self.held.get(workspace, self.settings)


class Room:
    """The events of a page in one language, in one workspace."""

    def __init__(self, house: House, language: str) -> None:
        self.house = house
        self.w = Words(language)
        self.desk = house.desk

    @property
    def workspace(self) -> str:
        """The workspace of whoever this event comes from."""
        return self.house.who()

    @property
    def store(self) -> Store:
        """Their runs."""
        return self.house.store(self.workspace)

    def settings_for(self, model: str, name: str = "", key: str = "", base_url: str = "") -> tuple[Settings, str]:
        """Settings with the key that was entered, and the model's full name; `name` is the model's at the endpoint. The key stays in this process."""
        given: dict[str, Any] = {}
        if key.strip():
            given["openai_api_key"] = key.strip()
        if base_url.strip() and not self.house.team:
            given["openai_base_url"] = base_url.strip()
        settings = self.house.settings_of(self.workspace)
        if given:
            plain = settings.model_dump()
            settings = Settings(**{**plain, **given})
            self.house.held[self.workspace] = settings
        if model != "openai":
            return settings, model or "playbook"
        if not name.strip():
            raise SetupError(self.w("model.no_name"))
        if not (settings.openai_api_key or settings.openai_base_url):
            raise SetupError(self.w("model.no_key"), hint=self.w("model.no_key_hint"))
        return settings, f"openai:{name.strip()[:120]}"

    def free(self, run: Run) -> None:
        """Raises BriefError while a model writes the run."""
        progress = self.desk.progress(self.store, run.id)
        if progress and progress.live:
            raise BriefError(self.w("error.at_work"), hint=self.w("error.at_work_hint"))


def plan_of(run: Run) -> MarketingPlan | None:
    """A run's plan, to be looked at and not to be changed; None while there is none."""
    try:
        stood = (run.path / "plan.json").stat()
        return _read(run.path, stood.st_ino, stood.st_mtime_ns, stood.st_size)
    except (OSError, SetupError):
        return None


@functools.lru_cache(maxsize=16)
def _read(path: Path, *_stood: int) -> MarketingPlan:
    """The plan as its file stood: one event asks for it several times, and a page that watches with every tick."""
    return load_plan(path)


def state_of(run: Run) -> State:
    """What a run remembers of its changes."""
    try:
        return revise.state(run.path)
    except CehuaError:
        return State()


def failed(w: Words, error: CehuaError) -> View:
    """An error as a message that passes over the page."""
    return {"message": said(w, error), "failed": True}


def said(w: Words, error: CehuaError) -> str:
    """An error in the reader's words, on one line."""
    return f"{w.error(error.message)} {w.error(error.hint)}".strip()


def wrong(w: Words, error: CehuaError) -> str:
    """An error where one looks: its message and what to do."""
    return notice("error", w.told(error.message), w.told(error.hint))


def now() -> float:
    """Seconds since 1970."""
    return dt.datetime.now(dt.UTC).timestamp()
