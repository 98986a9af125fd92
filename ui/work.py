"""Runs at work on the server: one a run, whoever watches; a page that comes back finds it again."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from agent.api import Options, understand
from agent.events import (
    CallDone,
    Estimated,
    Event,
    IntakeDone,
    ModelReady,
    PlaybookDone,
    SentBack,
    StageChanged,
    StageText,
)
from agent.plan.model import PART_IDS
from agent.revise.model import Revised
from agent.run.folder import at_work, load_plan
from agent.settings import Settings, settings_with
from ui.gate import Gate, Kind, Limits, Ticket
from ui.hands import Again, End, Hands, Threads, Work, Writing
from ui.store import CARD, SOURCE, Card, Run, Store
from ui.traces import TRACES

Status = Literal["waiting", "reading", "playbook", "writing", "stopping", "stopped", "failed", "done"]
LIVE: tuple[Status, ...] = ("waiting", "reading", "playbook", "writing", "stopping")
PATIENCE = 0.25
"""Seconds that a brief waits for its turn to be read before it is taken in unread."""
CLICKS = 64
"""Clicks that are looked at side by side."""
TAIL = 160
"""Characters of the text being written that are shown."""


@dataclass
class Row:
    """A part of the plan on the board."""

    state: str = "waiting"
    share: float = 0.0
    seconds: float = 0.0
    note: str = ""
    text: str = ""
    since: float = 0.0
    """Clock time at which writing began."""
    back: int = 0
    """Texts that a check of the whole plan sent back."""


@dataclass
class Progress:
    """What a run has come to; `tick` grows with every change."""

    status: Status = "waiting"
    rows: dict[str, Row] = field(default_factory=lambda: {part: Row() for part in PART_IDS})
    tick: int = 0
    saved: int = 0
    """Grows when the plan on disk changed."""
    started: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    first: float = 0.0
    """Seconds until a complete plan stood."""
    estimate: Estimated | None = None
    spent: CallDone | None = None
    model: str = ""
    message: str = ""
    hint: str = ""
    again: bool = False
    """Whether parts of a finished plan are written again: the plan on disk stays until that has ended."""
    made: Revised | None = None
    """The version that writing again has made."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the work has ended."""

    @property
    def live(self) -> bool:
        """Whether work goes on."""
        return self.status in LIVE

    @property
    def seconds(self) -> float:
        """Time at work so far."""
        return (self.ended or time.monotonic()) - self.started

    def hear(self, event: Event) -> None:
        """Takes an event in."""
        self.tick += 1
        match event:
            case IntakeDone():
                self._now("playbook")
            case PlaybookDone(seconds=seconds):
                self._now("writing")
                self.first = seconds
                self.saved += 1
                for row in self.rows.values():
                    row.state = "playbook"
            case Estimated():
                self.estimate = event
            case ModelReady(model=model):
                self.model = model
            case StageChanged(stage=stage, state=state, share=share, seconds=seconds, note=note):
                was = self.rows[stage]
                self.rows[stage] = replace(
                    was, state=state, share=share, seconds=seconds, note=note, text="", since=time.monotonic()
                )
                self.saved += state != "writing" and not self.again
            case StageText(stage=stage, text=text):
                self.rows[stage].text = (self.rows[stage].text + text)[-TAIL:]
            case CallDone():
                self.spent = event
            case SentBack(stage=stage, reasons=reasons):
                self.rows[stage].back += reasons

    def _now(self, status: Status) -> None:
        """The next step, unless it is being stopped."""
        if self.status != "stopping":
            self.status = status

    def end(self, status: Status, message: str = "", hint: str = "") -> None:
        """The work is over."""
        self.status, self.message, self.hint, self.ended = status, message, hint, time.monotonic()
        self.tick += 1
        self.saved += 1
        for row in self.rows.values():
            row.text = ""
            row.state = "playbook" if row.state == "writing" else row.state
        self.over.set()


class Job:
    """One run at work: in the line, then with whoever does it."""

    def __init__(
        self, run: Run, work: Work, done: Callable[[Progress], None], progress: Progress, gate: Gate, hands: Hands
    ) -> None:
        """`gate` says when there is room, `hands` do it, `done` is called when it is over."""
        self.run = run
        self.progress = progress
        self._work, self._done = work, done
        self._gate, self._hands = gate, hands
        self._ticket: Ticket | None = None
        self._lock = threading.RLock()
        self._stop = False
        self._gone = threading.Event()

    def start(self, workspace: str) -> None:
        """Begins as soon as there is room."""
        self._ticket = Ticket(workspace, _kind(self.run.card.model), self._begin)
        self._gate.join(self._ticket)

    @property
    def place(self) -> int:
        """Its place in the line; 0 when it is at work or over."""
        return self._gate.place(self._ticket) if self._ticket else 0

    def stop(self) -> None:
        """Ends the work as soon as it can; what stands is saved."""
        if self._ticket and self._gate.leave(self._ticket, waiting=True):
            self._over(End("stopped"))
            return
        with self._lock:
            self._stop = True
            if self.progress.live:
                self.progress.status = "stopping"
                self.progress.tick += 1
        self._hands.stop(self.run.id)

    def join(self, seconds: float) -> None:
        """Waits until nobody works on it any more."""
        self._gone.wait(seconds)

    def _begin(self) -> None:
        """Its turn has come."""
        with self._lock:
            stopped = self._stop
            if not stopped:
                self.progress.status = "reading"
                self.progress.tick += 1
                self._hands.begin(self.run.id, self._work, self.progress.hear, self._over)
        if stopped:
            self._over(End("stopped"))

    def _over(self, end: End) -> None:
        with self._lock:
            self.progress.made = end.made
            self.progress.end(end.status, end.message, end.hint)
        if self._ticket:
            self._gate.leave(self._ticket)
            told = {
                "run": self.run.id,
                "workspace": self._ticket.workspace,
                "kind": self._ticket.kind,
                "state": end.status,
            }
            TRACES.record("run", self.progress.seconds, told, wrong=end.status == "failed")
        try:
            self._done(self.progress)
        finally:
            self._gone.set()


def _at_stake(run: Run, parts: Sequence[str]) -> Progress:
    """The board of a finished plan before some of its parts are written again."""
    plan = load_plan(run.path)
    progress = Progress(status="writing", again=True)
    for part, words in plan.words.items():
        progress.rows[part] = Row() if part in parts else Row(words.source, words.model_share)
    return progress


class Desk:
    """All work of a server. A brief that is being made, or was a moment ago, is not made twice."""

    TWICE = 4.0
    """Seconds within which the same brief with the same choices is the same click."""
    REMEMBERED = 1000
    """Runs that are over whose progress is still remembered."""

    def __init__(self, limits: Limits | None = None, hands: Hands | None = None) -> None:
        """`hands` do the work; threads of this process when None."""
        self._jobs: dict[tuple[str, str], Job] = {}
        self._begun: dict[str, tuple[float, str]] = {}
        self._lock = threading.RLock()
        self._clicks = [threading.Lock() for _ in range(CLICKS)]
        self._reading = threading.Lock()
        self.gate = Gate(limits)
        self._hands = hands or Threads()
        self._closing = False

    def glance(self, source: bytes, options: Options) -> None:
        """Reads a brief before it is taken in, so that what is wrong with it is said at once. Raises BriefError.

        While others wait nobody's brief is read here: it is taken in unread, and its run says what is wrong.
        """
        if self.gate.waiting or not self._reading.acquire(timeout=PATIENCE):
            return
        try:
            if not self.gate.waiting:
                understand(source, options)
        finally:
            self._reading.release()

    def begin(self, store: Store, source: bytes, card: Card, settings: Settings) -> Run:
        """A new run at work; the same run again for a second click. Raises Busy when too many wait."""
        made_of = hashlib.sha256(f"{store.workspace}|{card.model_dump_json()}|".encode() + source).hexdigest()
        with self._clicks[int(made_of, 16) % CLICKS]:  # a second click waits for the first, another brief does not
            with self._lock:
                at, held = self._begun.get(made_of, (0.0, ""))
                job = self._jobs.get((store.workspace, held))
            if job and (job.progress.live or time.monotonic() - at < self.TWICE):
                return job.run
            with self.gate.room(store.workspace):
                run = store.new(source, card)
                with self._lock:
                    self._begun[made_of] = (time.monotonic(), run.id)
                    self._start(store, run, settings)
        return run

    def go_on(self, store: Store, run: Run, settings: Settings) -> None:
        """Goes on with a run that was stopped or broke off; nothing happens when it is at work. Raises Busy."""
        with self._lock:
            job = self._jobs.get((store.workspace, run.id))
            if not (job and job.progress.live):
                self.gate.check(store.workspace)
                self._start(store, run, settings)

    def again(self, store: Store, run: Run, parts: Sequence[str], stale: Sequence[str], settings: Settings) -> None:
        """Has the run's model write the named parts again, all that is stale where none is named; nothing happens when it is at work."""
        work = Again(run.path, tuple(parts), run.card.model, _settings(run, settings))
        with self._lock:
            job = self._jobs.get((store.workspace, run.id))
            if not (job and job.progress.live):
                self.gate.check(store.workspace)
                stake = _at_stake(run, parts or stale)
                self._put_to_work(store, Job(run, work, lambda _: None, stake, self.gate, self._hands))

    def take_up(self, store: Store, settings: Settings) -> list[str]:
        """Goes on with what a server that ended left unfinished in a workspace; the runs' ids.

        What somebody stopped, what failed, and what another process is writing stays as it is.
        """
        left = [one for one in store.all() if one.state in ("writing", "none") and not one.card.stopped]
        with self._lock:
            mine = [one for one in left if (store.workspace, one.id) not in self._jobs and not at_work(one.path)]
            for run in mine:
                self._start(store, run, settings)
        return [one.id for one in mine]

    def stop(self, store: Store, run_id: str) -> None:
        """Stops a run that is at work."""
        if job := self._jobs.get((store.workspace, run_id)):
            job.stop()

    def progress(self, store: Store, run_id: str) -> Progress | None:
        """What a run that this server made has come to; None for one of an earlier day."""
        job = self._jobs.get((store.workspace, run_id))
        return job.progress if job else None

    def place(self, store: Store, run_id: str) -> int:
        """A run's place in the line; 0 when it does not wait."""
        job = self._jobs.get((store.workspace, run_id))
        return job.place if job else 0

    def forget(self, store: Store, run_id: str) -> None:
        """Stops a run and waits until nobody works on it, so that its folder can be removed."""
        job = self._jobs.pop((store.workspace, run_id), None)
        if job:
            job.stop()
            job.join(30)

    def close(self) -> None:
        """Stops everything; what stands is saved, and the next server goes on with it."""
        self._closing = True
        jobs = list(self._jobs.values())
        for job in jobs:
            job.stop()
        for job in jobs:
            job.join(10)
        self._hands.close()

    def _start(self, store: Store, run: Run, settings: Settings) -> None:
        if run.card.stopped or run.card.hint:
            run = store.keep(run, stopped="", hint="")

        def done(progress: Progress) -> None:
            """The card remembers why the work ended, for the day the server is another."""
            if self._closing and progress.status == "stopped":
                return
            if not (run.path / CARD).is_file():
                return
            kept = store.get(run.id)
            message = {"stopped": "stopped", "failed": progress.message}.get(progress.status, "")
            if (kept.card.stopped, kept.card.hint) != (message, progress.hint):
                store.keep(kept, stopped=message, hint=progress.hint)

        work = Writing(run.path / SOURCE, _options(run, store, settings))
        self._put_to_work(store, Job(run, work, done, Progress(), self.gate, self._hands))

    def _put_to_work(self, store: Store, job: Job) -> None:
        self._prune()
        self._jobs[store.workspace, job.run.id] = job
        job.start(store.workspace)

    def _prune(self) -> None:
        """Forgets the progress of the oldest runs that are over, and clicks that cannot be second ones any more."""
        over = [key for key, job in self._jobs.items() if not job.progress.live]
        for key in over[: max(0, len(over) - self.REMEMBERED)]:
            del self._jobs[key]
        if len(self._begun) > self.REMEMBERED:
            known = {run for _, run in self._jobs}
            self._begun = {key: (at, run) for key, (at, run) in self._begun.items() if run in known}


def _kind(model: str) -> Kind:
    """What a run of this model takes most of."""
    if model.startswith("local"):
        return "local"
    return "playbook" if model in ("", "playbook") else "hosted"


def _settings(run: Run, settings: Settings) -> Settings:
    """The workspace's settings with the run's own caps and price."""
    card = run.card
    return settings_with(
        settings,
        model=card.model,
        max_cost=Decimal(card.max_cost) if card.max_cost else None,
        max_tokens=card.max_tokens,
        price=card.price or None,
    )


def _options(run: Run, store: Store, settings: Settings) -> Options:
    card = run.card
    return Options(
        out=run.path,
        formats=(),  # made when somebody asks for one
        model=card.model,
        language=card.language,
        answers=dict(card.answers),
        settled=settings,
        workspace=store.workspace if card.documents else "",
        max_cost=Decimal(card.max_cost) if card.max_cost else None,
        max_tokens=card.max_tokens,
        price=card.price,
    )
