"""What revision speaks of: typed edits, what was understood, what came of it. Nothing here does anything."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from agent.brief.model import GoalKind, Language
from agent.plan.model import Finding


class RevisePart(BaseModel):
    """Base of everything here: strict keys, docstrings as descriptions."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class BudgetTotal(RevisePart):
    """The whole sum becomes another."""

    kind: Literal["budget_total"] = "budget_total"
    total: Decimal = Field(ge=0)
    """Whole currency units over the whole period."""
    currency: str = ""
    """ISO code when the instruction names one; the plan's otherwise."""


class BudgetLimit(RevisePart):
    """A share or sum of the budget for a platform, a category or the fee of one creator."""

    kind: Literal["budget_limit"] = "budget_limit"
    scope: Literal["platform", "category", "creator"]
    """What it binds."""
    of: str = ""
    """Platform or category id; empty for a creator's fee."""
    way: Literal["exact", "cap", "floor", "free"] = "exact"
    """exact: this much; cap: at most; floor: at least; free: whatever the brief tied here is let go."""
    share: float | None = Field(None, ge=0, le=1)
    """Fraction of the total in [0, 1]."""
    amount: Decimal | None = Field(None, ge=0)
    """Whole currency units."""


class PlatformChange(RevisePart):
    """A platform is demanded, allowed or refused."""

    kind: Literal["platform"] = "platform"
    platform: str
    """Platform id."""
    way: Literal["must", "may", "avoid"]
    """must: the plan uses it; may: it can; avoid: it must not."""


class PeriodChange(RevisePart):
    """First and last day of the plan; None leaves the one that stands."""

    kind: Literal["period"] = "period"
    start: dt.date | None = None
    """First day."""
    end: dt.date | None = None
    """Last day, included."""


class CadenceChange(RevisePart):
    """How often a platform is posted to."""

    kind: Literal["cadence"] = "cadence"
    platform: str
    """Platform id."""
    per_week: float | None = Field(None, gt=0, le=35)
    """Posts a week; None lets the plan choose again."""


class TeamChange(RevisePart):
    """A person or role joins, leaves, or works other hours."""

    kind: Literal["team"] = "team"
    do: Literal["set", "add", "drop"] = "set"
    """set: the member that `title` names (the whole team when empty) works these hours; add: joins; drop: leaves."""
    title: str = ""
    """Whom, in the words of the brief or of the instruction."""
    hours: float | None = Field(None, ge=0, le=168)
    """Hours a week for one person."""
    count: int | None = Field(None, ge=1, le=99)
    """Number of people with this title."""


class GoalChange(RevisePart):
    """A goal's target or date, a new goal, or one that goes."""

    kind: Literal["goal"] = "goal"
    do: Literal["set", "add", "drop"] = "set"
    """What happens to it."""
    goal: int | None = Field(None, ge=1)
    """Number of the goal in the plan, from 1; None for a new one."""
    text: str = ""
    """A new goal in the client's words."""
    goal_kind: GoalKind | None = None
    """Kind of a new goal, when it is clear."""
    target: float | None = None
    """In the metric's own unit; for a rate, a fraction."""
    deadline: dt.date | None = None
    """When it is due."""


class WordsChange(RevisePart):
    """An entry joins, leaves or replaces one of the brief's lists of words."""

    kind: Literal["words"] = "words"
    field: Literal["never_say", "must_say", "tone"]
    """Which list."""
    do: Literal["add", "drop", "replace"] = "add"
    """replace: the list holds `texts` alone."""
    texts: list[str] = Field(min_length=1)
    """The words."""


class LanguageChange(RevisePart):
    """The plan's language."""

    kind: Literal["language"] = "language"
    language: Language
    """zh-CN, zh-TW or en."""


class CompetitorChange(RevisePart):
    """A competitor joins or leaves; what is not known of it becomes a research task."""

    kind: Literal["competitor"] = "competitor"
    do: Literal["add", "drop"]
    """What happens."""
    name: str
    """Its name."""
    facts: list[str] = Field(default_factory=list)
    """What the instruction says of it."""


class AudienceChange(RevisePart):
    """A segment of the audience joins, leaves or becomes another; its persona is drawn from it."""

    kind: Literal["audience"] = "audience"
    do: Literal["set", "add", "drop"]
    """What happens."""
    persona: int | None = Field(None, ge=1, le=4)
    """Number of the persona in the plan, from 1; None for a new one."""
    name: str = ""
    """Who it is, in the client's words."""
    age: str = ""
    """Age range, when the instruction names one."""
    traits: list[str] = Field(default_factory=list)
    """What else the instruction says."""


class KeyDateChange(RevisePart):
    """A date of the client's joins or leaves."""

    kind: Literal["key_date"] = "key_date"
    do: Literal["add", "drop"]
    """What happens."""
    date: dt.date | None = None
    """The day; None for one that leaves by its name."""
    name: str = ""
    """What happens on it."""


class ItemRewrite(RevisePart):
    """An item is written again with guidance; a model does it, and without one the item waits, marked."""

    kind: Literal["rewrite"] = "rewrite"
    path: str
    """Item or text in the plan, "themes.pillars[T2]"."""
    guidance: str
    """What the writer is told, in the client's words."""


class TextEdit(RevisePart):
    """A text by hand."""

    kind: Literal["text"] = "text"
    path: str
    """Text in the plan, "personas.personas[P1].objection"."""
    text: str = Field(min_length=1, max_length=4000)
    """What stands there from now on."""


class LockChange(RevisePart):
    """Words are kept as they are, or given free again."""

    kind: Literal["lock"] = "lock"
    path: str
    """Part, item or text."""
    on: bool = True
    """True locks, False gives free."""


class ItemDrop(RevisePart):
    """An item of a list goes."""

    kind: Literal["drop"] = "drop"
    path: str
    """The item, "risks.risks[K3]"."""


class ItemAdd(RevisePart):
    """An item joins a list."""

    kind: Literal["add"] = "add"
    path: str
    """The list, "risks.risks", "production.standards"."""
    text: str = Field(min_length=1, max_length=1000)
    """What it says, in the client's words."""


class Rerun(RevisePart):
    """Parts are written again: the named ones, or whatever is stale."""

    kind: Literal["rerun"] = "rerun"
    parts: list[str] = Field(default_factory=list)
    """Part ids; empty for all stale ones."""


class Undo(RevisePart):
    """Back to the version before, or to a numbered one."""

    kind: Literal["undo"] = "undo"
    version: int | None = Field(None, ge=1)
    """Version number; None for the one before."""


Edit = Annotated[
    BudgetTotal
    | BudgetLimit
    | PlatformChange
    | PeriodChange
    | CadenceChange
    | TeamChange
    | GoalChange
    | WordsChange
    | LanguageChange
    | CompetitorChange
    | AudienceChange
    | KeyDateChange
    | ItemRewrite
    | TextEdit
    | LockChange
    | ItemDrop
    | ItemAdd
    | Rerun
    | Undo,
    Field(discriminator="kind"),
]
"""One change. The first twelve change the brief, and code computes the numbers again; the others change the plan's words."""

EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)
"""Reads an edit from plain values."""


class Consequence(RevisePart):
    """What a change brings with it, told before it is applied."""

    severity: Literal["error", "warning", "info"]
    """error: a rule of the plan would be broken; warning: look at it; info: good to know."""
    text: str
    """In the plan's language."""
    where: str = ""
    """Path in the plan, when there is one."""


class Citation(RevisePart):
    """Where a figure or statement comes from."""

    path: str
    """Where it stands in the plan."""
    source: str
    """Source id, "kb:…", "brief:…", "calc:…", "assume:…"."""
    title: str
    """What a reader calls the source."""
    publisher: str = ""
    """Who published it."""
    date: str = ""
    """Date of the source."""
    url: str = ""
    """Its address."""


class Clash(RevisePart):
    """A hand-written or locked text whose draft changed: it stays until the client says otherwise."""

    path: str
    """The text."""
    yours: str
    """What stands there."""
    new: str
    """What the plan would say there now; empty where the item is gone."""


class Question(RevisePart):
    """What has to be answered before an instruction can be applied."""

    text: str
    """In the plan's language."""
    options: list[str] = Field(default_factory=list)
    """Instructions that would answer it."""


class Cost(RevisePart):
    """What writing the stale parts again is likely to take."""

    calls: int = 0
    """Calls of the model."""
    tokens: int = 0
    """Tokens, read and written."""
    read: int = 0
    """Those of them that are read."""
    cost: float | None = None
    """US dollars; None when the price is not known or nothing is paid."""


class Understood(RevisePart):
    """What an instruction means, before anything is changed."""

    instruction: str
    """The words as they were given."""
    kind: Literal["edit", "question", "unclear"]
    """edit: `edits` say what; question: `answer` says it; unclear: `questions` ask."""
    edits: list[Edit] = Field(default_factory=list)
    """What would be changed."""
    preview: str = ""
    """The edits in words, one a line, in the plan's language."""
    consequences: list[Consequence] = Field(default_factory=list)
    """What they bring with them, computed by the frame and the checks."""
    clashes: list[Clash] = Field(default_factory=list)
    """Hand-written and locked texts that they touch."""
    parts: list[str] = Field(default_factory=list)
    """Parts that would change."""
    stale: list[str] = Field(default_factory=list)
    """Parts whose words a model would have to write again."""
    questions: list[Question] = Field(default_factory=list)
    """What is ambiguous or cannot be done as asked."""
    answer: str = ""
    """The answer to a question about the plan."""
    citations: list[Citation] = Field(default_factory=list)
    """What the answer rests on."""
    by: Literal["rules", "model"] = "rules"
    """Who understood it."""
    estimate: Cost = Field(default_factory=Cost)
    """What writing the stale parts again would take."""


class Change(RevisePart):
    """One place where two plans differ."""

    part: str
    """Part id; "meta", "sources", "gaps"… for what stands beside the parts."""
    path: str
    """Place, with ids where items have them."""
    kind: Literal["changed", "added", "removed"]
    """What happened."""
    before: str = ""
    """Value before, as text."""
    after: str = ""
    """Value after, as text."""
    prose: bool = False
    """Whether it is words rather than a number, a date or an id."""


class Difference(RevisePart):
    """Where two versions differ."""

    before: int
    """Version number."""
    after: int
    """Version number."""
    changes: list[Change]
    """Every place, in the order of the parts."""
    parts: list[str]
    """Parts that differ."""
    summary: list[str] = Field(default_factory=list)
    """The main figures that differ (total, period, platforms, pieces, goals), in the plan's language."""


class Version(RevisePart):
    """One state of a run."""

    number: int
    """From 1."""
    at: str
    """When it was made, ISO 8601 in UTC."""
    kind: Literal["plan", "revise", "hand", "rerun", "restore"]
    """What made it."""
    instruction: str = ""
    """The words that asked for it."""
    edits: list[Edit] = Field(default_factory=list)
    """What was changed."""
    parent: int | None = None
    """The version it was made from."""
    parts: list[str] = Field(default_factory=list)
    """Parts that differ from the parent."""
    current: bool = False
    """Whether the run stands at it."""
    restorable: bool = True
    """False for a plan kept without its brief (by an earlier cehua): it can be read and compared."""


class Revised(RevisePart):
    """What a change brought."""

    run_dir: str
    """The run."""
    version: int
    """The version that was made."""
    changed: list[str]
    """Parts that differ from the version before."""
    stale: dict[str, str]
    """Part → why its words wait for a model, in the plan's language."""
    difference: Difference
    """Where it differs."""
    findings: list[Finding]
    """What the checks find now."""
    new_findings: list[Finding]
    """Those that the version before did not have."""
    clashes: list[Clash] = Field(default_factory=list)
    """Hand-written and locked texts that were kept although what they stand on changed."""
    notes: list[str] = Field(default_factory=list)
    """What else the reader has to know, in the plan's language."""
    estimate: Cost = Field(default_factory=Cost)
    """What writing the stale parts again would take; nothing when they were."""
    usage: dict[str, float | None] = Field(default_factory=dict)
    """What the model took, when one was asked."""
    exports: list[str] = Field(default_factory=list)
    """Exports written again."""
    outdated: list[str] = Field(default_factory=list)
    """Exports that still show an earlier version."""
    seconds: float = 0.0
    """How long it took."""
