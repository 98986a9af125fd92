"""What the page's events do: ordinary functions from what was entered to what is shown, by name of the place on the page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent import revise
from agent.api import Options, dry_run, understand
from agent.documents import add as add_documents
from agent.documents import listed, remove
from agent.errors import BriefError, CehuaError, SetupError
from agent.plan.model import MarketingPlan
from agent.revise.model import Rerun, Understood
from agent.revise.proposal import PLAYBOOK
from agent.revise.state import State
from agent.revise.understanding import suggestions_for
from agent.run.folder import load_plan
from agent.settings import Settings
from ui import talk
from ui.store import Card, Run, Store
from ui.views import head, intake, library
from ui.views.board import board
from ui.views.chat import chat
from ui.views.interview import Remark, interview, reply
from ui.views.reader import reader
from ui.views.settings import settings
from ui.views.words import Words, esc, notice
from ui.work import Desk, Progress

View = dict[str, Any]
"""Place on the page → what it shows now; places that are not named stay."""
PAUSE = 4.0
"""Least seconds between two drawings of the reader while a model writes."""
AT_ONCE = 3.0
"""Seconds that the page waits for a plan that is computed without a model."""
SAID = 6
"""Earlier instructions that an unclear one may refer to."""
LONGEST = 2000
"""Characters of an instruction."""


@dataclass
class Entered:
    """What stands in the fields of the intake."""

    text: str = ""
    file: str | None = None
    """Where the server put the upload."""
    answers: dict[str, str] = field(default_factory=dict)
    model: str = "playbook"
    name: str = ""
    """Model name at the endpoint, for "openai"."""
    key: str = ""
    base_url: str = ""
    language: str = ""
    max_cost: float | None = None
    max_tokens: float | None = None
    price: str = ""
    documents: bool = False


@dataclass
class House:
    """What all pages of a server share."""

    root: Path
    settings: Settings
    desk: Desk = field(default_factory=Desk)
    held: dict[str, Settings] = field(default_factory=dict)
    """Workspace → settings with the key that was entered there; in memory alone."""
    drawn: dict[str, float] = field(default_factory=dict)
    who: Callable[[], str] = lambda: "default"
    """The workspace of whoever an event comes from."""
    team: bool = False
    """Whether people sign in; the addresses of endpoints are then the operator's alone."""

    def store(self, workspace: str = "default") -> Store:
        """A workspace's runs."""
        return Store(self.root, workspace)

    def settings_of(self, workspace: str) -> Settings:
        """The settings that count in a workspace."""
        return self.held.get(workspace, self.settings)


class Handlers:
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

    # Intake

    def read(self, entered: Entered) -> View:
        """Shows what is understood of the brief as it stands, with the corrections made so far."""
        try:
            source, _ = self._source(entered)
            found = understand(
                source,
                Options(
                    model="playbook", language=entered.language, answers=entered.answers, settled=self.house.settings
                ),
            )
        except CehuaError as error:
            return {"told": _wrong(error)}
        return {"understood": intake.understood(self.w, found, entered.answers), "told": ""}

    def tell(self, entered: Entered, said: str, held: Sequence[Remark]) -> View:
        """A remark about the brief: the answer to the desk's last question, or one more sentence of the brief; nothing skips the question."""
        told, asks = said.strip()[:LONGEST], held[-1].asks if held else ""
        if not told and not asks:
            return {}
        text, answers = entered.text, dict(entered.answers)
        if told and asks:
            answers[asks] = told
        elif told:
            text = f"{text}\n{told}".strip()
        talked = [*held, Remark(told or self.w("intake.talk.skipped"))]
        try:
            source, _ = self._source(replace(entered, text=text, answers=answers))
            options = Options(model=PLAYBOOK, language=entered.language, answers=answers, settled=self.house.settings)
            found = understand(source, options)
        except CehuaError as error:
            return {"told": _wrong(error)}
        talked.append(reply(self.w, found, talked))
        return {
            "text": text, "tell": "", "talked": talked, "interview": interview(self.w, talked), "told": "",
            "understood": intake.understood(self.w, found, answers),
        }  # fmt: skip

    def begin(self, entered: Entered) -> View:
        """Starts a run and shows its page; a second click on the same is the same run."""
        try:
            source, kind = self._source(entered)
            settings, model = self._settings(entered)
            understand(
                source,
                Options(
                    model="playbook", language=entered.language, answers=entered.answers, settled=self.house.settings
                ),
            )
            card = self._card(entered, kind, model)
            run = self.desk.begin(self.store, source, card, settings)
        except CehuaError as error:
            return {"told": _wrong(error)}
        return {"run": run.id, "told": "", "key": "", "tabs": "plan", **self.show(run.id)}

    def estimate(self, entered: Entered) -> View:
        """What a run would take, before it takes it."""
        try:
            source, _ = self._source(entered)
            settings, model = self._settings(entered)
            if model == "playbook":
                return {"estimate": notice("info", self.w.h("estimate.none"))}
            one = dry_run(
                source, Options(model=model, language=entered.language, answers=entered.answers, settled=settings)
            )
        except CehuaError as error:
            return {"estimate": _wrong(error)}
        cost = (
            self.w("board.cost_unknown")
            if one.cost is None
            else self.w("board.cost", n=f"{one.cost:.2f}", most=f"{one.most_cost or 0:.2f}")
        )
        read, written = f"{one.prompt_tokens:,}", f"{one.completion_tokens:,}"
        return {
            "estimate": notice(
                "info",
                self.w.h("board.estimate", calls=one.calls, cost=cost),
                self.w.h("estimate.tokens", read=read, written=written),
            )
        }

    def sample(self, name: str) -> View:
        """Puts a sample brief into the field."""
        return {
            "text": samples(self.w.language).get(name, ""),
            "understood": intake.understood(self.w, None, {}),
            "told": "",
            "talked": [],
            "interview": interview(self.w, ()),
        }

    def _source(self, entered: Entered) -> tuple[bytes, str]:
        if entered.file:
            path = Path(entered.file)
            content = path.read_bytes()
            if entered.text.strip():
                raise BriefError(self.w("intake.both"), hint=self.w("intake.both_hint"))
            return content, "file"
        if entered.text.strip():
            return entered.text.encode("utf-8", "replace"), "text"
        if entered.answers:
            brand = entered.answers.get("brand") or next(iter(entered.answers.values()))
            return json.dumps({"brand": brand}, ensure_ascii=False).encode(), "form"
        raise BriefError(self.w("intake.nothing"), hint=self.w("intake.nothing_hint"))

    def _settings(self, entered: Entered) -> tuple[Settings, str]:
        """Settings with the key that was entered, and the model's full name. The key stays in this process."""
        given: dict[str, Any] = {}
        if entered.key.strip():
            given["openai_api_key"] = entered.key.strip()
        if entered.base_url.strip() and not self.house.team:
            given["openai_base_url"] = entered.base_url.strip()
        settings = self.house.settings_of(self.workspace)
        if given:
            plain = settings.model_dump()
            settings = Settings(**{**plain, **given})
            self.house.held[self.workspace] = settings
        if entered.model != "openai":
            return settings, entered.model or "playbook"
        if not entered.name.strip():
            raise SetupError(self.w("model.no_name"))
        if not (settings.openai_api_key or settings.openai_base_url):
            raise SetupError(self.w("model.no_key"), hint=self.w("model.no_key_hint"))
        return settings, f"openai:{entered.name.strip()[:120]}"

    def _card(self, entered: Entered, kind: Any, model: str) -> Card:
        cost = str(Decimal(str(entered.max_cost))) if entered.max_cost else ""  # an empty number field comes as 0
        return Card(
            kind=kind,
            name=Path(entered.file).name[:120] if entered.file else "",
            model=model,
            language=entered.language,
            answers=entered.answers,
            documents=entered.documents,
            max_cost=cost,
            max_tokens=int(entered.max_tokens) if entered.max_tokens else None,
            price=entered.price.strip(),
        )

    # A run's page

    def show(self, run_id: object, *, closed: bool = False) -> View:
        """Everything of a run; the empty page where there is none."""
        try:
            run = self.store.get(run_id)
        except BriefError:
            empty = head.nothing(self.w)
            return {
                "head": empty,
                "board": "",
                "reader": "",
                "chat": "",
                "versions": "",
                "seen": {},
                "timer": False,
                "working": False,
            }
        progress = self.desk.progress(self.store, run.id)
        plan, state = _plan(run), _state(run)
        live = bool(progress and progress.live)
        view: View = {
            "head": self._head(run, progress, plan, state),
            "board": board(self.w, progress, plan, state.stale) if plan or progress else "",
            "reader": reader(self.w, plan, state) if plan else self._waiting(progress),
            "seen": {
                "run": run.id,
                "tick": progress.tick if progress else 0,
                "saved": progress.saved if progress else 0,
                "drawn": _now(),
            },
            "timer": live,
            "open_board": live and not closed,
            "working": bool(plan) and not live,
        }
        if live or not plan:
            return {**view, "chat": self._chat_waits(run), "versions": "", "difference": ""}
        view |= self._talk(run, plan)
        if progress and progress.made:
            made, progress.made = progress.made, None
            view["difference"] = library.difference(self.w, made.difference)
        return view

    def tick(self, run_id: object, seen: Mapping[str, Any]) -> View:
        """What changed since the page was last drawn; nothing where nothing did."""
        try:
            run = self.store.get(run_id)
        except BriefError:
            return self.show(run_id)
        progress = self.desk.progress(self.store, run.id)
        if progress and run.card.model == "playbook":
            progress.over.wait(AT_ONCE)  # no model: it is drawn once, whole
        if not progress or not progress.live or seen.get("run") != run.id:
            return self.show(run.id)
        plan, state = _plan(run), _state(run)
        view: View = {"board": board(self.w, progress, plan, state.stale)}
        fresh = dict(seen) | {"tick": progress.tick}
        if (
            progress.saved != seen.get("saved")
            and plan
            and (not seen.get("saved") or _now() - float(seen.get("drawn", 0)) > PAUSE)
        ):
            view |= {"reader": reader(self.w, plan, state), "head": self._head(run, progress, plan, state)}
            fresh |= {"saved": progress.saved, "drawn": _now()}
        return {**view, "seen": fresh}

    def _head(self, run: Run, progress: Progress | None, plan: MarketingPlan | None, state: State) -> str:
        """The head of the page, with what writing the stale parts again would take."""
        modelled = plan is not None and state.stale and run.card.model != PLAYBOOK
        again = revise.again(run.path, language=self.w.language).estimate if modelled else None
        return head.head(self.w, run, progress, plan, state, again)

    def _waiting(self, progress: Progress | None) -> str:
        if progress and progress.live:
            return f'<div class="loading" role="status"><i></i><p>{self.w.h("plan.loading")}</p></div>'
        return notice("empty", self.w.h("plan.no_plan"), self.w.h("plan.no_plan_hint"))

    def _chat_waits(self, run: Run) -> str:
        """What was said so far, and why nothing can be said now."""
        waits = notice("empty", self.w.h("chat.waits"))
        held = talk.turns(run.path)
        return (chat(self.w, held, (), modelled=False) + waits) if held else waits

    def act(self, run_id: object, data: Mapping[str, Any]) -> View:
        """A button of the head, the reader, the chat or the versions."""
        do = str(data.get("do", ""))
        try:
            run = self.store.get(run_id)
            match do:
                case "stop":
                    self.desk.stop(self.store, run.id)
                    return self.show(run.id)
                case "go-on":
                    self.desk.go_on(self.store, run, self.house.settings_of(self.workspace))
                    return self.show(run.id)
                case "say":
                    return self.say(run.id, str(data.get("text", "")))
                case "edit":
                    return self._changed(run, lambda: revise.edit_item(run.path, str(data["place"]), str(data["text"])))
                case "lock" | "unlock":
                    change = revise.lock if do == "lock" else revise.unlock
                    return self._changed(run, lambda: change(run.path, str(data["place"])))
                case "rerun":
                    return self._again(run, [])
                case "ask-again":
                    return self._proposed(run, revise.again(run.path, [str(data["part"])], language=self.w.language))
                case "mend":
                    return self._mend(run, str(data.get("code")), str(data.get("where")))
                case "apply" | "drop":
                    return self._settle(run, int(data["turn"]), data, drop=do == "drop")
                case "restore":
                    return self._changed(run, lambda: revise.restore(run.path, int(data["version"])))
                case "undo":
                    return self._changed(run, lambda: revise.undo(run.path))
                case "compare":
                    seen = revise.difference(run.path, int(data["version"]))
                    return {"difference": library.difference(self.w, seen)}
        except CehuaError as error:
            return {"message": f"{error.message} {error.hint}".strip(), "failed": True}
        except (KeyError, ValueError):
            return {"message": self.w("error.request"), "failed": True}
        return {}

    def _again(self, run: Run, parts: list[str]) -> View:
        """A model writes parts again, watched on the board like the first time; a second click is the same work."""
        self.desk.again(self.store, run, parts, list(_state(run).stale), self.house.settings_of(self.workspace))
        return self.show(run.id)

    def _changed(self, run: Run, change: Callable[[], Any]) -> View:
        """Makes a change, then shows plan, board, chat and versions anew."""
        self._free(run)
        change()
        return self.show(run.id)

    def _free(self, run: Run) -> None:
        progress = self.desk.progress(self.store, run.id)
        if progress and progress.live:
            raise BriefError(self.w("error.at_work"), hint=self.w("error.at_work_hint"))

    # Chat

    def say(self, run_id: object, text: str) -> View:
        """An instruction: what it would do is shown, nothing is changed yet."""
        words = text.strip()[:LONGEST]
        if not words:
            return {}
        try:
            run = self.store.get(run_id)
            self._free(run)
        except CehuaError as error:
            return {"message": f"{error.message} {error.hint}".strip(), "failed": True}
        turn = talk.Turn(said=words)
        try:
            turn.understood = revise.understand(
                run.path, words, language=self.w.language, model=run.card.model, settings=self.house.settings_of(self.workspace),
                said=[one.said for one in talk.turns(run.path)[-SAID:]],
            )  # fmt: skip
            turn.state = "open" if turn.understood.edits else "told"
        except CehuaError as error:
            turn.result, turn.wrong = f"{error.message} {error.hint}".strip(), True
        return {"say": "", **self._said(run, turn)}

    def _said(self, run: Run, turn: talk.Turn) -> View:
        """A turn joins the conversation; what was proposed before and not applied is dropped."""
        held = talk.turns(run.path)
        for one in held:
            one.state = "dropped" if one.state == "open" else one.state
        talk.keep(run.path, [*held, turn])
        return self._talk(run, _plan(run))

    def _proposed(self, run: Run, understood: Understood) -> View:
        """What a button proposes, in the chat, to be applied or left."""
        self._free(run)
        state: Any = "open" if understood.edits else "told"
        return self._said(run, talk.Turn(said=understood.instruction, understood=understood, state=state))

    def _settle(self, run: Run, at: int, data: Mapping[str, Any], *, drop: bool) -> View:
        self._free(run)
        held = talk.turns(run.path)
        turn = held[at] if 0 <= at < len(held) else None
        if turn is None or turn.state != "open" or turn.understood is None:
            return self.show(run.id)
        if drop:
            turn.state = "dropped"
            talk.keep(run.path, held)
            return self._talk(run, _plan(run))
        take = data.get("form", {}).get("take", [])
        again = next((edit for edit in turn.understood.edits if isinstance(edit, Rerun)), None)
        if again and run.card.model != PLAYBOOK:
            turn.state = "applied"
            talk.keep(run.path, held)
            return self._again(run, again.parts)
        try:
            made = revise.apply(
                run.path,
                turn.understood.edits,
                instruction=turn.said,
                take=[take] if isinstance(take, str) else list(take),
                settings=self.house.settings_of(self.workspace),
            )
        except CehuaError as error:
            turn.result, turn.wrong, turn.state = f"{error.message} {error.hint}".strip(), True, "told"
            talk.keep(run.path, held)
            return self.show(run.id)
        turn.state, turn.version = "applied", made.version
        parts = self.w.listed([self.w.label(f"part.{part}") for part in made.changed])
        turn.result = " ".join(
            [self.w("chat.applied", version=made.version, parts=parts or self.w("chat.no_part")), *made.notes]
        )
        talk.keep(run.path, held)
        view = self._again(run, []) if data.get("now") and made.stale else self.show(run.id)
        return {**view, "difference": library.difference(self.w, made.difference)}

    def _mend(self, run: Run, code: str, where: str) -> View:
        """Proposes the edit that mends a finding; where none is known, a model is asked, and without one the advice is left to the client."""
        found = revise.mend(run.path, code, where, language=self.w.language)
        if not found.edits and run.card.model != PLAYBOOK:
            return self.say(run.id, found.questions[0].text)
        if not found.edits:
            return {"say": found.questions[0].text, "message": self.w("reader.mend_told")}
        return self._proposed(run, found)

    def _talk(self, run: Run, plan: MarketingPlan | None) -> View:
        suggested = suggestions_for(plan, _state(run)) if plan else []
        held = revise.versions(run.path)
        undo = (
            f'<button type="button" data-do="undo">{self.w.h("versions.undo")}</button>'
            if any(v.current and v.parent for v in held)
            else ""
        )
        return {
            "chat": chat(self.w, talk.turns(run.path), suggested, modelled=run.card.model != "playbook"),
            "versions": undo + library.versions(self.w, held),
            "difference": "",
        }

    # Library and documents

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
                self._free(run)
                self.store.duplicate(run.id, self.w("library.copy_of", title=library.title_of(self.w, run)))
            if do == "delete":
                self.desk.forget(self.store, run.id)
                self.store.delete(run.id)
                if run.id == current:
                    return {"run": "", **self.show(""), **self.library("")}
        except CehuaError as error:
            return {"message": f"{error.message} {error.hint}".strip(), "failed": True, **self.library(current)}
        again = self.show(current) if do == "rename" and asked == current else {}
        return {**again, **self.library(current)}

    def settings(self, *, forget: bool = False) -> View:
        """The settings; `forget` drops the key that was entered."""
        if forget:
            self.house.held.pop(self.workspace, None)
        own, held = self.house.settings.openai_api_key, self.house.settings_of(self.workspace).openai_api_key
        return {"settings": settings(self.w, entered=held != own, given=own is not None, team=self.house.team)}

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
            return {"documents_told": _wrong(error), "upload": None, **self.documents()}
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


def samples(language: str) -> dict[str, str]:
    """Sample briefs that travel with the desk, by name."""
    from agent.data import read_yaml
    from agent.locale import localise
    from agent.resources import prompts_dir

    found: dict[str, str] = read_yaml(prompts_dir() / "ui_samples.yaml")["zh-CN" if language.startswith("zh") else "en"]
    return {localise(name, language): localise(text, language) for name, text in found.items()}


def _plan(run: Run) -> MarketingPlan | None:
    try:
        return load_plan(run.path)
    except SetupError:
        return None


def _state(run: Run) -> State:
    try:
        return revise.state(run.path)
    except CehuaError:
        return State()


def _wrong(error: CehuaError) -> str:
    return notice("error", esc(error.message), esc(error.hint))


def _now() -> float:
    return dt.datetime.now(dt.UTC).timestamp()
