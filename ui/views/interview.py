"""The brief told in talk: what was said, what the desk makes of it, its next question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.brief.correct import QUESTIONS
from agent.brief.model import Gap, Intake
from ui.views.words import Words, esc


@dataclass(frozen=True)
class Remark:
    """One remark of the talk about a brief."""

    text: str
    mine: bool = True
    """Whether the client made it."""
    asks: str = ""
    """Field of the form that the desk asks for with it; empty when it asks nothing."""


def interview(w: Words, held: Sequence[Remark]) -> str:
    """The talk so far."""
    said = "".join(
        f'<p class="mine">{esc(one.text)}</p>' if one.mine else f'<div class="theirs"><p>{esc(one.text)}</p></div>'
        for one in held or (Remark(w("intake.talk.hello"), mine=False),)
    )
    return f'<div class="chat" role="log" aria-label="{w.h("intake.talk.title")}" tabindex="0">{said}</div>'


def reply(w: Words, found: Intake, held: Sequence[Remark]) -> Remark:
    """What the desk says next: the question that matters most of those that were not put yet."""
    put = {one.asks for one in held}
    gap: Gap | None = next((one for one in found.gaps if QUESTIONS.get(one.field, "") not in ("", *put)), None)
    start = w("intake.talk.understood", n=len(found.brief.spans))
    if gap is None:
        return Remark(f"{start} {w('intake.talk.enough')}", mine=False)
    skip = w("intake.else", text=gap.assumption)
    return Remark(f"{start} {gap.question} {skip}", mine=False, asks=QUESTIONS[gap.field])
