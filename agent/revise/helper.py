"""A turn of the chat by LangChain's agent: it looks things up in the plan with tools and proposes edits; it can change nothing.

Its proposals go through the same form and the same checks as the router's: figures that nobody said are refused, and what is refused is
told to the agent, which may try again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from agent.errors import CehuaError
from agent.llm import Message, ModelSpec, converse
from agent.locale import t
from agent.revise import paths
from agent.revise.answers import answer
from agent.revise.model import Citation, Edit, Question, Understood
from agent.revise.router import Step, edit_of, prompt_for
from agent.revise.rules.talk import Talk
from agent.revise.spoken import Heard
from agent.settings import Settings
from agent.words.hush import orders_of
from agent.words.prompts import load_prompt

if TYPE_CHECKING:
    from agent.revise.proposal import Work

LONGEST = 1500
"""Characters that a tool gives back."""


def turn(work: Work, instruction: str, spec: ModelSpec, settings: Settings, said: Sequence[str] = ()) -> Understood:
    """What the agent makes of an instruction: edits that it proposed, or its words. Raises as a call of the model does."""
    edits: list[Edit] = []
    cites: list[Citation] = []
    orders = orders_of(work.intake)
    prompt = prompt_for(work.plan, instruction, said, orders)
    shown = [prompt]

    def given(text: str) -> str:
        """What a tool gives back: nothing that speaks to a machine."""
        told = orders.quiet(text)[:LONGEST] or "What stands there is not shown: it speaks to a machine."
        shown.append(told)
        return told

    def heard() -> Heard:
        return Heard(instruction, "\n".join(shown), work.plan.meta.language)

    def look_up(question: str) -> str:
        """Answers a question about the plan from the plan: where a figure comes from, why a platform, what is spent, what a part says."""
        found = answer(Talk(question, work.plan, work.intake))
        cites.extend(found.citations)
        return given(found.answer)

    def read(place: str) -> str:
        """Reads a place of the plan, for example personas.personas[P1] or budget.lines."""
        found = paths.find(work.plan, place)
        if found is None:
            return "There is no such place."
        cites.append(Citation(path=place, source="", title=place))
        return given(str(found))

    def propose(step: Step) -> str:
        """Proposes one edit of the plan; it is shown to the client, who decides. Figures have to be the client's own."""
        try:
            made = edit_of(step, work.plan, instruction, heard())
        except (ValidationError, CehuaError, ValueError) as error:
            return f"Refused: {error}"[:LONGEST]
        if made not in edits:
            edits.append(made)
        return "Proposed."

    system = load_prompt("helper").render({"language": work.plan.meta.language})
    text = asyncio.run(converse(spec, settings, system, [Message("user", prompt)], [look_up, read, propose]))
    text = text if heard().fits(text) else ""
    if edits:
        return Understood(instruction=instruction, kind="edit", edits=edits, by="model")
    if cites and text:
        unique = list({(one.path, one.source): one for one in cites}.values())
        return Understood(instruction=instruction, kind="question", answer=text, citations=unique, by="model")
    asked = text or t(work.plan.meta.language, "revise.ask.unclear")
    return Understood(instruction=instruction, kind="unclear", questions=[Question(text=asked)], by="model")
