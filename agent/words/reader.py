"""The model as a second reader of a free-text brief: it points at words that the first reader passed over.

It supplies no values. What it quotes has to stand in the brief to the letter; code then reads the quote like any labelled
line and keeps its span, so that a wrong answer can at worst file the client's own words under the wrong heading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import BaseModel, Field

from agent.brief.builder import Builder
from agent.brief.readers import Raw
from agent.errors import BriefError, ModelError
from agent.llm import Message
from agent.orders import Orders
from agent.words.digest import inert
from agent.words.hush import in_lines
from agent.words.prompts import load_prompt

if TYPE_CHECKING:
    from agent.words.writer import Completer

FieldName = Literal[
    "audience", "competitors", "objectives", "proof", "tone", "never_say", "must_say", "team", "past_results", "strategy"
]  # fmt: skip
FIELDS: tuple[str, ...] = get_args(FieldName)
"""Fields of a brief whose value is the client's words; sums, dates and platforms are read by code alone."""
LONGEST = 6000
"""Characters of a brief that are shown to the model; the deterministic reader has cut a long document to what matters."""
SHORTEST = 80
"""A sentence or a name holds nothing that code could have missed."""


class Found(BaseModel):
    """A passage and the field it belongs to."""

    field: FieldName
    quote: str = Field(min_length=2, max_length=240)


class Answer(BaseModel):
    """What the model points at."""

    found: list[Found] = Field(max_length=12)


async def read_further(raw: Raw, build: Builder, model: Completer) -> list[str]:
    """Files passages that the model points at under fields that are still empty; the fields filled, in order.

    Does nothing for structured briefs, very short texts, or when every field has a value. A failing model fills nothing.
    """
    text = raw.all_text()
    empty = [name for name in FIELDS if not getattr(build.brief, name)]
    if raw.kind != "text" or len(text) < SHORTEST or not empty:
        return []
    language = build.brief.language
    shown = inert(Orders.of(list(in_lines(raw))).quiet(text))[:LONGEST]
    prompt = load_prompt("reader").render({"language": language, "text": shown, "fields": ", ".join(empty)})
    try:
        reply = await model.complete([Message("user", prompt)], Answer, max_tokens=900, at_once=True)
    except ModelError:
        return []
    build.context.reader = "model"
    filled: list[str] = []
    for one in reply.value.found:
        quote = one.quote.strip()
        if one.field not in empty or len(quote) < 4 or _squeezed(quote) not in _squeezed(text) or _taken(quote, build):
            continue
        try:
            build.apply(one.field, quote, _place(raw, quote))
        except BriefError:
            continue
        filled.append(one.field)
    return list(dict.fromkeys(filled))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def _taken(quote: str, build: Builder) -> bool:
    """Whether the first reader has understood these words already; where it only kept them aside, it has not."""
    understood = (
        span for path, span in build.brief.spans.items() if not path.startswith(("constraints", "about", "brand"))
    )
    return any(_squeezed(quote) in _squeezed(span.text) for span in understood)


def _place(raw: Raw, quote: str) -> str:
    start = _squeezed(quote)[:12]
    return next((line.place for line in raw.lines if start in _squeezed(line.text)), "")
