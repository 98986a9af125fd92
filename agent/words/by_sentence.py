"""A field in a small model's hands: asked for sentence by sentence; a sentence that fails stays the playbook's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from agent.errors import ModelError
from agent.llm import Message
from agent.words import small
from agent.words.accept import Ground, Refusal, refuse
from agent.words.items import Rewrite, groups_for
from agent.words.keeps import likeness
from agent.words.pace import Pace
from agent.words.sentences import Sentence, sentences

if TYPE_CHECKING:
    from agent.words.writer import Completer, Listed


def asked_for(part: BaseModel, rewrites: Sequence[Rewrite], language: str) -> Iterator[Sentence]:
    """The sentences of a part in the playbook's words that a small model is asked for."""
    for group in groups_for(part, part, rewrites, "small"):
        for draft in (draft for ask in group for draft in ask.item.drafts.values()):
            cut = sentences(draft, marks=small.marks(language), language=language)
            yield from (one for one in cut if one.worth_asking)


@dataclass
class _Part:
    """One sentence of the field and what became of it."""

    draft: Sentence
    text: str = ""
    """The model's sentence, quotations put back; "" while the playbook's stands."""
    why: Refusal | None = None


class FieldBySentence:
    """One listed text. Every round asks afresh for the sentences that are still the playbook's, a later one several times.

    Shown its refused answer with the reason, a 1.5B model rewrites the reason or copies a worked turn (none of eleven such
    repairs could be used), while the same question again often brings another answer. Of a round's answers that pass, the one nearest
    to the draft is taken: the more a small model changes, the more often it changes what no rule of words can see.
    """

    def __init__(
        self,
        listed: Listed,
        ground: Ground,
        language: str,
        prefix: Sequence[Message],
        model: Completer,
        pace: Pace,
        stage: str,
    ) -> None:
        self._listed = listed
        self._place = f"{stage}.{listed.place}"
        self._pace = pace
        self._language = listed.item.language(language)
        self._ground = ground.showing(listed.draft)
        self._prefix = prefix
        self._model = model
        self.parts = [
            _Part(one) for one in sentences(listed.draft, marks=small.marks(self._language), language=self._language)
        ]
        self.failed: ModelError | None = None

    @property
    def open(self) -> list[_Part]:
        """The sentences that another round could bring; none after a call that failed for good."""
        return [] if self.failed else [one for one in self.parts if one.draft.worth_asking and not one.text]

    async def ask(self, round: int, tell: Callable[[str], None] | None) -> list[list[str | ModelError]]:
        """The model's answers for the open sentences, side by side: of each as many as the round draws, or as the time allows."""
        if not round:
            self._pace.begin(len(self.open))
        allowed = self._pace.draws(small.draws(round), f"{self._place} {round}") if self.open else 0
        draws = max(allowed, 0 if round else 1)
        return await asyncio.gather(
            *(asyncio.gather(*(self._answer(one, round, draw, tell) for draw in range(draws))) for one in self.open)
        )

    async def _answer(self, part: _Part, round: int, draw: int, tell: Callable[[str], None] | None) -> str | ModelError:
        try:
            reply = await self._model.complete(
                [*self._prefix, Message("user", part.draft.marked)],
                small.shape(part.draft, small.draws_before(round) + draw + 1),
                max_tokens=small.room(part.draft, self._language),
                temperature=small.temperature(round),
                on_text=tell,
            )
        except ModelError as error:
            return error
        finally:
            self._pace.answered()
        return str(reply.value.text).strip()

    def merge(self, answers: Sequence[Sequence[str | ModelError]]) -> None:
        """Takes of each sentence's answers the nearest that passes, and puts the field together anew."""
        before = self.open
        for part, drawn in zip(before, answers, strict=True):
            if not drawn:  # no time for another try
                continue
            failed = [one for one in drawn if isinstance(one, ModelError)]
            judged = [self._judged(one, part.draft) for one in drawn if not isinstance(one, ModelError)]
            passed = [text for text, _ in judged if text]
            self.failed = failed[0] if failed else self.failed
            if passed:
                part.text, part.why = max(passed, key=lambda text: likeness(text, part.draft.text)), None
            else:
                part.why = judged[0][1] if judged else Refusal("failed", failed[0].message)
        self._pace.settled(len(before) - len(self.open))
        self._put_together()

    def _judged(self, answer: str, draft: Sentence) -> tuple[str, Refusal | None]:
        text, fault = small.accept(answer, draft, self._language)
        if fault:
            return "", Refusal("astray", fault.told)
        whole = f"{text[:-1]}." if text.endswith(("；", ";")) else text
        why = refuse(whole, draft.text, len(text), self._ground, language=self._language)
        return ("", why) if why else (text, None)

    def _put_together(self) -> None:
        words = "".join((one.text or one.draft.text) + one.draft.gap for one in self.parts)
        written = sum(len(one.text) for one in self.parts)
        reasons = [one.why for one in self.parts if one.why and not one.text]
        if not written:
            self._listed.why = reasons[0] if reasons else Refusal("astray", "nothing of its own to say in other words")
        elif len(words) > self._listed.item.bound(self._listed.name, self._language):
            self._listed.give_back(Refusal("long", str(len(words))))
        else:
            self._listed.take(words, written)
            self._listed.why = reasons[0] if reasons else None
