"""What an instruction means: by rules, by a model where rules do not know it, shown with all that it would bring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.brief.names import platform_name
from agent.errors import BriefError, EditError
from agent.locale import money, t
from agent.orders import addressed, spoken_to_people
from agent.plan.model import MarketingPlan
from agent.revise import rules
from agent.revise.answers import answer
from agent.revise.changes import Case
from agent.revise.engine import cost_of, proposal_for
from agent.revise.handwork import routed
from agent.revise.model import Edit, Question, Rerun, Understood, Undo
from agent.revise.proposal import Work, open_work
from agent.revise.rewriting import estimate
from agent.revise.rules.talk import Talk
from agent.revise.state import State
from agent.revise.told import consequences, preview

if TYPE_CHECKING:
    from agent.settings import Settings

LONGEST = 2000
"""Characters of an instruction; longer ones are a brief."""


def understand(
    run: Path,
    instruction: str,
    *,
    language: str | None = None,
    model: str | None = None,
    settings: Settings | None = None,
    said: Sequence[str] = (),
) -> Understood:
    """What an instruction would change, or the answer to a question. Changes nothing.

    `model` None or "playbook" uses rules alone; otherwise a model reads what no rule knows. `language` is that of the
    reader, where it is not the plan's; `said` what was said before in a chat. Raises BriefError for an empty or overlong instruction.
    """
    text = instruction.strip()
    if not text or len(text) > LONGEST:
        raise BriefError(
            f"An instruction has 1 to {LONGEST:,} characters; this one has {len(text):,}.", where="instruction"
        )
    work = open_work(run)
    found = meant(Talk(spoken_to_people(text), work.plan, work.intake, language or ""))
    found.instruction = text
    lost = not found.edits and not found.citations
    if lost and _asks_model(model) and addressed(text):
        asked = Question(text=t(language or work.plan.meta.language, "revise.ask.addressed"))
        found = Understood(instruction=text, kind="unclear", questions=[asked])
    elif lost and _asks_model(model):
        from agent.revise.router import route

        found = route(work, text, model=model, settings=settings, said=said) or found
    if found.kind == "edit":
        return explained(work, found.edits, text, by=found.by, reader=language or "")
    if found.kind == "unclear" and not any(one.options for one in found.questions):
        found.questions[-1].options = suggestions_for(work.plan, work.state)
    return found


def meant(talk: Talk) -> Understood:
    """What the rules make of an instruction: its edits without their consequences, the answer to a question, or what to ask back."""
    if rules.asks(talk):
        return answer(talk)
    known = rules.understand(talk)
    if isinstance(known, list):
        return Understood(instruction=talk.text, kind="edit", edits=known)
    asked = known or Question(text=t(talk.language, "revise.ask.unclear"))
    return Understood(instruction=talk.text, kind="unclear", questions=[asked])


def _asks_model(model: str | None) -> bool:
    return model not in (None, "", "playbook")


def explained(work: Work, edits: Sequence[Edit], text: str, *, by: str = "rules", reader: str = "") -> Understood:
    """Edits with their preview and all that they bring; what cannot be done is asked back."""
    case = Case(work.intake, work.plan, text, reader)
    try:
        made = [routed(edit, work.plan) for edit in edits]
        out = Understood.model_validate(
            {"instruction": text, "kind": "edit", "edits": made, "preview": preview(made, case), "by": by}
        )
        if any(isinstance(edit, Undo | Rerun) for edit in made):
            return _beside(work, out)
        proposal = proposal_for(work, made, text)
    except EditError as error:
        return Understood(instruction=text, kind="unclear", questions=[Question(text=error.message)])
    out.consequences = consequences(work, proposal, made, reader)
    out.clashes = proposal.clashes
    out.parts = proposal.against(work.plan).parts
    out.stale = list(proposal.state.stale)
    out.estimate = cost_of(proposal)
    return out


def _beside(work: Work, out: Understood) -> Understood:
    """Undo and writing again change no input: what a model would have to write is said all the same."""
    out.stale = list(work.state.stale)
    if again := next((edit for edit in out.edits if isinstance(edit, Rerun)), None):
        out.parts = list(again.parts) or out.stale
        out.estimate = estimate(work.plan, work.intake, work.state, out.parts)
    return out


def again(run: Path, parts: Sequence[str] = (), *, language: str = "") -> Understood:
    """That the named parts, or all stale ones, are written again, as an instruction would propose it: with its estimate, nothing changed."""
    work = open_work(run)
    edit = Rerun(parts=list(parts))
    said = preview([edit], Case(work.intake, work.plan, "", language))
    return explained(work, [edit], said, reader=language)


def suggestions(run: Path) -> list[str]:
    """Instructions that make sense next, in the plan's language; every one is understood without a model."""
    work = open_work(run)
    return suggestions_for(work.plan, work.state)


def suggestions_for(plan: MarketingPlan, state: State) -> list[str]:
    """See `suggestions`."""
    language = plan.meta.language
    active = [one.platform for one in plan.platforms.choices if one.cadence]
    other = next((one.platform for one in plan.platforms.choices if not one.cadence and one.role != "excluded"), "")
    less = money(plan.budget.total_cents * 4 // 5, plan.budget.currency)

    def say(key: str, **values: object) -> str:
        return t(language, f"revise.suggest.{key}", **values)

    found = [say("rerun")] if state.stale else []
    found.append(say("budget", sum=less))
    if len(active) > 1:
        found.append(say("share", platform=platform_name(active[0], language)))
    found += [say("later"), say("cadence", platform=platform_name(active[0], language))] if active else [say("later")]
    if other:
        found.append(say("why", platform=platform_name(other, language)))
    found += [say("persona"), say("lock")]
    return found
