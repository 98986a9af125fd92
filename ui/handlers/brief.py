"""The intake: what was entered, what is understood of it, what a run would take, and its beginning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.api import Options, dry_run, understand
from agent.errors import BriefError, CehuaError
from agent.revise.proposal import PLAYBOOK
from agent.settings import Settings
from ui.handlers.changing import LONGEST
from ui.handlers.plan import PlanPage
from ui.handlers.room import View, wrong
from ui.store import Card
from ui.views import intake
from ui.views.interview import Remark, interview, reply
from ui.views.words import notice


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


class BriefPage(PlanPage):
    """Takes a brief in."""

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
            return {"told": wrong(self.w, error)}
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
            return {"told": wrong(self.w, error)}
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
            options = Options(
                model=PLAYBOOK, language=entered.language, answers=entered.answers, settled=self.house.settings
            )
            self.desk.glance(source, options)
            card = self._card(entered, kind, model)
            run = self.desk.begin(self.store, source, card, settings)
        except CehuaError as error:
            return {"told": wrong(self.w, error)}
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
            return {"estimate": wrong(self.w, error)}
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
        return self.settings_for(entered.model, entered.name, entered.key, entered.base_url)

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


def samples(language: str) -> dict[str, str]:
    """Sample briefs that travel with the desk, by name."""
    from agent.data import read_yaml
    from agent.locale import localise
    from agent.resources import prompts_dir

    found: dict[str, str] = read_yaml(prompts_dir() / "ui_samples.yaml")["zh-CN" if language.startswith("zh") else "en"]
    return {localise(name, language): localise(text, language) for name, text in found.items()}
