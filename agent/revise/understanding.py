"""What an instruction means: by rules, by a model where rules do not know it, shown with all that it would bring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.brief.names import platform_name
from agent.errors import BriefError, EditError
from agent.locale import money, t
from agent.plan.model import MarketingPlan
from agent.revise import rules
from agent.revise.answers import answer
from agent.revise.changes import Case
from agent.revise.compare import compare
from agent.revise.engine import cost_of, proposal_for
from agent.revise.handwork import routed
from agent.revise.model import Edit, Question, Rerun, Understood, Undo
from agent.revise.proposal import Work, open_work
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
) -> Understood:
    """What an instruction would change, or the answer to a question. Changes nothing.

    `model` None or "playbook" uses rules alone; otherwise a model reads what no rule knows. `language` is the language of
    what is told back where the plan is not to decide. Raises BriefError for an empty or overlong instruction.
    """
    text = instruction.strip()
    if not text or len(text) > LONGEST:
        raise BriefError(f"An instruction has 1 to {LONGEST:,} characters; this one has {len(text):,}.", where="instruction")
    work = open_work(run)
    talk = Talk(text, work.plan, work.intake)
    if rules.asks(talk):
        found = answer(talk)
        if found.citations or not _asks_model(model):
            return found
    known = rules.understand(talk)
    if isinstance(known, list):
        return explained(work, known, text)
    if _asks_model(model):
        from agent.revise.router import route

        made = route(work, text, model=model, settings=settings)
        if made is not None:
            return explained(work, made.edits, text, by="model") if made.edits else made
    asked = known or Question(text=t(talk.language, "revise.ask.unclear"), options=suggestions_for(work.plan, work.state))
    return Understood(instruction=text, kind="unclear", questions=[asked])


def _asks_model(model: str | None) -> bool:
    return model not in (None, "", "playbook")


def explained(work: Work, edits: Sequence[Edit], text: str, *, by: str = "rules") -> Understood:
    """Edits with their preview and all that they bring; what cannot be done is asked back."""
    case = Case(work.intake, work.plan, text)
    try:
        made = [routed(edit, work.plan) for edit in edits]
        out = Understood.model_validate({"instruction": text, "kind": "edit", "edits": made, "preview": preview(made, case), "by": by})
        if any(isinstance(edit, Undo | Rerun) for edit in made):
            out.stale = list(work.state.stale)
            return out
        proposal = proposal_for(work, made, text)
    except EditError as error:
        return Understood(instruction=text, kind="unclear", questions=[Question(text=error.message)])
    out.consequences = consequences(work, proposal, made)
    out.clashes = proposal.clashes
    out.parts = compare(work.plan, proposal.plan, (0, 0)).parts
    out.stale = list(proposal.state.stale)
    out.estimate = cost_of(proposal)
    return out


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


