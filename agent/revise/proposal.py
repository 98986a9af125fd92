"""What a run would be with some edits in it: brief, numbers, plan and memory, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.brief.model import Intake
from agent.errors import EditError, SetupError
from agent.knowledge import Knowledge, load
from agent.locale import t
from agent.plan.model import Finding, MarketingPlan
from agent.revise import handwork
from agent.revise.changes import Case, change, changes_brief
from agent.revise.compare import compare
from agent.revise.model import Clash, Difference, Edit, ItemRewrite, Rerun, TextEdit, Undo
from agent.revise.rebuild import Base, base_of, intake_of, mark_hands, merge, told_stale
from agent.revise.state import State, load_state
from agent.run.build import find
from agent.run.folder import load_plan

PLAYBOOK = "playbook"


@dataclass
class Work:
    """A run as it stands."""

    run: Path
    plan: MarketingPlan
    intake: Intake
    state: State
    knowledge: Knowledge
    _drafts: Base | None = None

    def drafts(self) -> Base:
        """The plan of its brief in the playbook's words, made on first use."""
        if self._drafts is None:
            self._drafts = base_of(self.intake, self.plan.meta.as_of, self.knowledge, self.plan.meta.model)
        return self._drafts

    @property
    def modelled(self) -> bool:
        """Whether any part holds a model's words."""
        return any(words.model_share for words in self.plan.words.values())


def open_work(run: Path) -> Work:
    """Reads a run. Raises SetupError when it holds no plan or no brief."""
    plan = load_plan(run)
    stored = run / "brief.json"
    if not run.is_dir() or not stored.is_file():
        raise SetupError(
            f"There is no brief.json in {run}.", hint="Give a run's folder: a plan is revised from its brief."
        )
    intake = Intake.model_validate_json(stored.read_text(encoding="utf-8"))
    return Work(run, plan, intake, load_state(run), load())


@dataclass
class Proposal:
    """A run as it would be."""

    plan: MarketingPlan
    intake: Intake
    state: State
    clashes: list[Clash] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    new_brief: bool = False
    seen: Difference | None = None
    """Where it differs from the run as it stands; None as long as nobody asked."""

    def against(self, before: MarketingPlan) -> Difference:
        """Where it differs from the plan that it was made from, compared once."""
        if self.seen is None:
            self.seen = compare(before, self.plan, (0, 0))
        return self.seen


def propose(
    work: Work, edits: Sequence[Edit], *, instruction: str = "", take: Sequence[str] = (), checked: bool = True
) -> Proposal:
    """The run with the edits in it; `work` stays as it is. Raises EditError, naming the place, when one cannot be made.

    `take` names places of clashes where the new words replace the client's own; `checked` False leaves the findings out.
    """
    language = work.plan.meta.language
    for edit in edits:
        if isinstance(edit, Undo | Rerun):
            raise EditError(t(language, "revise.error.alone"), where=edit.kind)
    made = [handwork.routed(edit, work.plan) for edit in edits]
    out = _with_brief(work, [edit for edit in made if changes_brief(edit)], instruction, take)
    for edit in made:
        if not changes_brief(edit):
            handwork.work(out.plan, out.state, edit, work.knowledge)
    _mark_stale(work, out, made)
    if not out.new_brief:
        out.clashes = []
    if checked:
        out.plan.findings = find(out.plan, out.intake, work.knowledge)
    return out


def _with_brief(work: Work, edits: Sequence[Edit], instruction: str, take: Sequence[str]) -> Proposal:
    state = work.state.model_copy(deep=True)
    for path in take:
        state.hand.pop(path, None)
        for held in state.locks.values():
            held.pop(path, None)
    state.locks = {lock: held for lock, held in state.locks.items() if held}
    if not edits:
        return Proposal(work.plan.model_copy(deep=True), work.intake, state)
    case = Case(work.intake, work.plan, instruction)
    brief = work.intake.brief
    for edit in edits:
        brief = change(brief, edit, case)
    as_of = work.plan.meta.as_of
    intake = intake_of(brief, work.intake, as_of)
    base = base_of(intake, as_of, work.knowledge, work.plan.meta.model)
    drafts = work.drafts().plan if work.modelled else work.plan
    merged = merge(work.plan, drafts, base, state, work.knowledge)
    out = Proposal(merged.plan, intake, state, merged.clashes, new_brief=True)
    language = merged.plan.meta.language
    out.notes += [t(language, "revise.note.missed", name=name) for name in merged.missed]
    for part, places in merged.stale.items():
        state.stale[part] = t(language, "revise.stale.inputs")
        state.waiting[part] = list(dict.fromkeys([*state.waiting.get(part, []), *places])) if places else []
    return out


def _mark_stale(work: Work, out: Proposal, edits: Sequence[Edit]) -> None:
    """Parts that were told of words that are now others wait for a model; the playbook's own parts follow from the brief alone."""
    language = out.plan.meta.language
    told = told_stale(work.plan, out.plan)
    by_model = [part for part in told if out.plan.words[part].model_share or work.plan.words[part].model_share]
    for part in by_model:
        out.state.stale[part] = t(language, "revise.stale.upstream")
        out.state.waiting[part] = []
    joiner = t(language, "revise.joiner")
    if left := [part for part in told if part not in by_model] if any(isinstance(e, TextEdit) for e in edits) else []:
        names = joiner.join(t(language, f"part.{part}") for part in left)
        out.notes.append(t(language, "revise.note.playbook_follows_brief", parts=names))
    if any(isinstance(edit, ItemRewrite) for edit in edits) and work.plan.meta.model == PLAYBOOK:
        out.notes.append(t(language, "revise.note.needs_model"))
    mark_hands(out.plan, out.state)


def new_findings(before: MarketingPlan, after: MarketingPlan) -> list[Finding]:
    """What the checks find now and did not before."""
    known = {(one.code, key) for one in before.findings for key in (one.where, one.message)}
    return [one for one in after.findings if not {(one.code, one.where), (one.code, one.message)} & known]
