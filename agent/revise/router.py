"""A model reads what no rule knows: it fills a flat form whose every value is checked before it becomes a typed edit.

It supplies no figures: an amount, a share, a date or a number of hours that the instruction does not hold is refused.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from pydantic import BaseModel, Field, ValidationError

from agent.brief.dates import find_days
from agent.brief.names import fold, language_of, platform_of, table
from agent.brief.numbers import find_numbers, find_percents
from agent.brief.values import find_hours, find_money
from agent.errors import BriefError, CapReached, EditError, ModelError
from agent.llm import Message, ModelSpec, has_tools, open_model
from agent.locale import money, t
from agent.orders import NONE, Orders
from agent.plan.model import PART_IDS, MarketingPlan
from agent.revise import paths
from agent.revise.model import EDIT, Citation, Edit, Question, Understood
from agent.revise.rebuild import label_of
from agent.revise.rules.talk import data
from agent.revise.spoken import Heard
from agent.settings import Settings, load_settings
from agent.words.digest import inert
from agent.words.hush import orders_of
from agent.words.prompts import load_prompt

if TYPE_CHECKING:
    from agent.revise.proposal import Work

log = logging.getLogger(__name__)

Kind = Literal[
    "budget_total", "budget_limit", "platform", "period", "cadence", "team", "goal", "words", "language", "competitor", "audience", "key_date",
    "rewrite", "text", "lock", "unlock", "drop", "add", "rerun", "undo",
]  # fmt: skip
MOST_EDITS = 6
ROOM = 1200
"""Tokens that an answer may take."""
SHOWN = 8
"""Items of a list that are shown to the model."""
_SENTENCE = re.compile(r"[。！？；;!?\n]")
_OF_MONEY = re.compile(r"[钱费花]|预算|总额|budget|spend|spent|cost|money|total")


class Step(BaseModel):
    """One edit as the model fills it in: everything but the kind may stay empty."""

    kind: Kind
    """Which kind of edit."""
    do: Literal["", "set", "add", "drop", "replace"] = ""
    """For team, goal, words, competitor, audience, key_date."""
    way: Literal["", "must", "may", "avoid", "exact", "cap", "floor", "free"] = ""
    """For platform and budget_limit."""
    scope: Literal["", "platform", "category", "creator"] = ""
    """For budget_limit."""
    of: str = Field("", max_length=40)
    """Platform or category id, for platform, cadence and budget_limit."""
    field: Literal["", "never_say", "must_say", "tone"] = ""
    """For words."""
    amount: str = Field("", max_length=24)
    """Sum, target or hours in digits, as the instruction gives it."""
    share: str = Field("", max_length=12)
    """Share or rate in per cent, digits alone: 40 for 40 %."""
    per_week: str = Field("", max_length=8)
    """Posts a week in digits."""
    start: str = Field("", max_length=10)
    """ISO date."""
    end: str = Field("", max_length=10)
    """ISO date."""
    number: str = Field("", max_length=3)
    """Number of a goal or persona in the plan."""
    name: str = Field("", max_length=120)
    """Person, competitor, segment, date's name, or language."""
    path: str = Field("", max_length=120)
    """Place in the plan, one of the places listed."""
    texts: list[str] = Field(default_factory=list, max_length=8)
    """Words, for words."""
    text: str = Field("", max_length=600)
    """Guidance, text in full, or a new goal."""


class Route(BaseModel):
    """What the model makes of an instruction."""

    edits: list[Step] = Field(max_length=MOST_EDITS)
    """The edits, in order; empty for a question or where it is unclear."""
    question: str = Field("", max_length=300)
    """What has to be asked back."""
    answer: str = Field("", max_length=900)
    """The answer, from the plan alone."""
    places: list[str] = Field(default_factory=list, max_length=6)
    """Places that the answer rests on."""


class Asked(Protocol):
    """The one seam to a model."""

    async def complete(self, messages: list[Message], schema: type[BaseModel], *, max_tokens: int) -> Any:
        """A reply whose `.value` is an instance of `schema`. Raises ModelError."""

    async def aclose(self) -> None:
        """Closes its connections."""


def route(
    work: Work,
    instruction: str,
    *,
    model: str | None = None,
    settings: Settings | None = None,
    said: Sequence[str] = (),
    opened: Asked | None = None,
) -> Understood | None:
    """What a model makes of an instruction, as typed edits, an answer or a question; None for the playbook.

    LangChain's agent where it is installed and the endpoint takes tools; the form in JSON everywhere else, the embedded model included.

    `said` is what was said before in a chat. Raises as a call of the model does.
    """
    settings = settings or load_settings(model=model)
    spec = ModelSpec.parse(settings.model, settings)
    if spec.kind == "playbook" and opened is None:
        return None
    if opened is None and has_tools(spec, settings):
        from agent.revise.helper import turn

        try:
            return turn(work, instruction, spec, settings, said)
        except CapReached:
            raise
        except ModelError as error:
            log.info("no turn with tools (%s); the form is asked for instead", error.message)
    asked = opened or cast(Asked, open_model(spec, settings))
    prompt = prompt_for(work.plan, instruction, said, orders_of(work.intake))
    reply = asyncio.run(_ask(asked, prompt))
    return understood(work, instruction, reply, prompt)


async def _ask(model: Asked, prompt: str) -> Route:
    try:
        reply = await model.complete([Message("user", prompt)], Route, max_tokens=ROOM)
    finally:
        await model.aclose()
    return cast(Route, reply.value)


def prompt_for(plan: MarketingPlan, instruction: str, said: Sequence[str] = (), orders: Orders = NONE) -> str:
    """The router's prompt: what the plan holds in short, the places by name, what was said, the instruction.

    Lines of the plan and of the conversation that hold `orders` are left out.
    """
    return load_prompt("router").render(
        {
            "language": plan.meta.language,
            "plan": inert(orders.quiet("\n".join(_essence(plan)))),
            "places": inert(orders.quiet("\n".join(_places(plan)))),
            "said": inert(orders.quiet("\n".join(said[-6:]))) or "–",
            "instruction": _inert(instruction),
        }
    )


def _essence(plan: MarketingPlan) -> Iterator[str]:
    yield f"{plan.meta.brand}; {plan.meta.start} – {plan.meta.end}; {money(plan.budget.total_cents, plan.budget.currency)}; as of {plan.meta.as_of}"
    for choice in plan.platforms.choices:
        yield f"platform {choice.platform}: {choice.role}, {choice.cadence:g}/week, {money(choice.budget_cents, plan.budget.currency)}"
    for number, goal in enumerate(plan.positioning.goals, 1):
        yield f"goal {number}: {goal.metric}, target {goal.target.value}"
    for number, persona in enumerate(plan.personas.personas, 1):
        yield f"persona {number}: {persona.name}"
    for role in plan.team.roles:
        yield f"team {role.title}: {role.holder}"


def _places(plan: MarketingPlan) -> Iterator[str]:
    yield ", ".join(PART_IDS)
    for path, value in data()["places"].items():
        found = paths.find(plan, path)
        yield f"{path}: {label_of(found)[:60] if value and found is not None else ''}"
    for path in data()["items"]:
        items = paths.find(plan, path)
        for number, item in enumerate(items[:SHOWN] if isinstance(items, list) and path != "calendar.entries" else ()):
            yield f"{path}[{number}]: {label_of(item)[:40]}"


def _inert(text: str) -> str:
    """The instruction on one line, without marks that could close its place in a prompt."""
    return " ".join(text.translate(str.maketrans("<>{}", "〈〉（）")).split())


def understood(work: Work, instruction: str, reply: Route, shown: str = "") -> Understood:
    """A model's form as typed edits; whatever cannot be one becomes a question. `shown` is the prompt that it answers."""
    language = work.plan.meta.language
    heard = Heard(instruction, shown, language)
    if not reply.edits and reply.answer and heard.fits(reply.answer):
        known = [path for path in reply.places if paths.find(work.plan, path) is not None]
        cites = [Citation(path=path, source="", title=path) for path in known]
        return Understood(instruction=instruction, kind="question", answer=reply.answer, citations=cites, by="model")
    edits: list[Edit] = []
    for step in reply.edits:
        try:
            edits.append(edit_of(step, work.plan, instruction, heard))
        except (ValidationError, EditError, ValueError, BriefError) as error:
            text = error.message if isinstance(error, EditError | BriefError) else t(language, "revise.ask.unclear")
            return Understood(instruction=instruction, kind="unclear", questions=[Question(text=text)], by="model")
    if edits:
        return Understood(instruction=instruction, kind="edit", edits=edits, by="model")
    question = reply.question if heard.fits(reply.question) else ""
    asked = Question(text=question or t(language, "revise.ask.unclear"))
    return Understood(instruction=instruction, kind="unclear", questions=[asked], by="model")


def edit_of(step: Step, plan: MarketingPlan, instruction: str, heard: Heard | None = None) -> Edit:
    """A typed edit from a form. Raises EditError for a figure that the instruction does not hold, or words that come from
    neither it nor what was shown; ValidationError for a misfit."""
    values = _values(step, plan)
    _require_said(step, plan, instruction)
    heard = heard or Heard(instruction, "", plan.meta.language)
    if not all(heard.fits(words, figures=False) for words in (step.name, step.text, *step.texts)):
        raise EditError(t(plan.meta.language, "revise.ask.own_words"))
    made = {key: value for key, value in values.items() if value not in ("", None, [])}
    if "path" in made and made["path"] not in PART_IDS:
        paths.at(plan, made["path"])
    return EDIT.validate_python(made)


def _values(step: Step, plan: MarketingPlan) -> dict[str, Any]:
    share = float(step.share) / 100 if step.share else None
    place = platform_of(step.of).id or step.of if step.of else ""
    match step.kind:
        case "budget_total":
            return {"kind": step.kind, "total": step.amount}
        case "budget_limit":
            if step.scope == "category" and step.of not in table("budget_categories"):
                raise EditError(t(plan.meta.language, "revise.ask.budget"))
            of = "" if step.scope == "creator" else step.of if step.scope == "category" else place
            return {
                "kind": step.kind,
                "scope": step.scope,
                "of": of,
                "way": step.way or "exact",
                "share": share,
                "amount": step.amount,
            }
        case "platform":
            return {"kind": step.kind, "platform": _known(place, plan), "way": step.way}
        case "period":
            return {"kind": step.kind, "start": step.start, "end": step.end}
        case "cadence":
            return {"kind": step.kind, "platform": _known(place, plan), "per_week": step.per_week}
        case "team":
            return {"kind": step.kind, "do": step.do, "title": step.name, "hours": step.amount}
        case "goal":
            target = share if share is not None else step.amount
            return {
                "kind": step.kind,
                "do": step.do,
                "goal": step.number,
                "text": step.text,
                "target": target,
                "deadline": step.end,
            }
        case "words":
            return {"kind": step.kind, "field": step.field, "do": step.do, "texts": step.texts}
        case "language":
            return {"kind": step.kind, "language": language_of(step.name) or step.name}
        case "competitor":
            return {"kind": step.kind, "do": step.do, "name": step.name}
        case "audience":
            return {"kind": step.kind, "do": step.do, "persona": step.number, "name": step.name}
        case "key_date":
            return {"kind": step.kind, "do": step.do, "date": step.start, "name": step.name}
        case "rewrite":
            return {"kind": step.kind, "path": step.path, "guidance": step.text}
        case "lock" | "unlock":
            return {"kind": "lock", "path": step.path, "on": step.kind == "lock"}
        case "text" | "add":
            return {"kind": step.kind, "path": step.path, "text": step.text}
        case "drop":
            return {"kind": step.kind, "path": step.path}
    return {"kind": step.kind}


def _known(platform: str, plan: MarketingPlan) -> str:
    if platform not in table("platforms"):
        raise EditError(t(plan.meta.language, "revise.ask.which_platform"))
    return platform


def _require_said(step: Step, plan: MarketingPlan, instruction: str) -> None:
    """Every figure of a form has to stand in the instruction, and a total of the budget has to be said as money there."""
    if step.kind == "budget_total" and step.amount and not _near(step.amount, _sums(instruction)):
        raise EditError(t(plan.meta.language, "revise.ask.no_number"))
    held = {float(one.value) for one in find_numbers(instruction)}
    held |= {one.value * 100 for one in find_percents(instruction)} | {one.value for one in find_hours(instruction)}
    for written in (step.amount, step.share, step.per_week):
        if written and not _near(written, _readings(held, step)):
            raise EditError(t(plan.meta.language, "revise.ask.no_number"))
    try:
        days = find_days(fold(instruction), plan.meta.as_of)
    except BriefError:
        days = []
    spans = {day for one in days for day in (one.value.start, one.value.end)}
    for written in (step.start, step.end):
        if written and dt.date.fromisoformat(written) not in spans:
            raise EditError(t(plan.meta.language, "revise.ask.which_period"))
    if step.kind == "text" and re.sub(r"\W", "", fold(step.text)) not in re.sub(r"\W", "", fold(instruction)):
        raise EditError(t(plan.meta.language, "revise.ask.which_item"))


def _near(written: str, held: set[float]) -> bool:
    return any(abs(float(written) - one) < 0.011 * max(1.0, one) for one in held)


def _sums(instruction: str) -> set[float]:
    """Figures that are sums: those with a currency, and those of sentences that speak of money. "1000万 token" is none."""
    spoken = [one for one in _SENTENCE.split(instruction) if _OF_MONEY.search(fold(one))]
    return {float(one.value.amount) for one in find_money(instruction)} | {
        float(one.value) for sentence in spoken for one in find_numbers(sentence)
    }


def _readings(held: set[float], step: Step) -> set[float]:
    """Figures as said, and posts a month as posts a week."""
    return held | {one * 7 / 30.4 for one in held} | {one * 7 for one in held} if step.per_week else held
