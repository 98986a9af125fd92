"""How a small model rewrites: one sentence at a time, quotations set aside, each answer held to its draft by its words."""

from __future__ import annotations

import functools
import re
from typing import Any

from pydantic import BaseModel, Field, create_model

from agent.data import read_yaml
from agent.llm import Message
from agent.locale import base_language, localise
from agent.resources import prompts_dir
from agent.words.keeps import Fault, changed, copied
from agent.words.prompts import load_prompt
from agent.words.sentences import Sentence


def prefix(language: str) -> list[Message]:
    """The turns that all rewriting calls of a run begin with: the same bytes, so that they are read once."""
    turns = [Message("system", load_prompt("small").render({"language": language}))]
    for draft, answer in _table(language)["reword"]:
        turns += [Message("user", draft), Message("assistant", _said(answer))]
    return turns


def marks(language: str) -> str:
    """What stands for quotations while the model works."""
    return str(_table(language)["marks"])


def temperature(round: int) -> float | None:
    """The sampling temperature of a try, as the prompt file says; None leaves it to the model's own."""
    return load_prompt("small").temperature(round)


def draws(round: int) -> int:
    """How many answers a try draws for each open sentence, as the prompt file says."""
    return load_prompt("small").draws(round)


def draws_before(round: int) -> int:
    """How many answers the tries before this one drew for a sentence that is still open."""
    return sum(draws(earlier) for earlier in range(round))


def seconds() -> float:
    """Seconds after which a run draws no further answers, as the prompt file says."""
    return load_prompt("small").seconds


def accept(answer: str, part: Sentence, language: str) -> tuple[str, Fault | None]:
    """The answer with its quotations put back, and what speaks against it by its words alone."""
    answer = localise(closed(answer, part.marked), language)
    text = part.put_back(answer)
    if text is None:
        return answer, Fault("quotation", "a quotation lost or changed")
    if leaks(answer, part.marked, language):
        return text, Fault("leaked", "the example leaked")
    if broken(text):
        return text, Fault("seams", "shows its seams")
    if copied(text, part.text):
        return text, Fault("copied", "the draft again")
    return text, changed(answer, part.marked, language)


def leaks(text: str, draft: str, language: str) -> bool:
    """Whether an answer holds a word of the worked examples that its draft does not."""
    said, drafted = text.casefold(), draft.casefold()
    return any(word in said and word not in drafted for word in _table(language)["tells"])


def broken(text: str) -> bool:
    """Whether an answer shows its seams: a slash between points, or quotation marks that do not pair."""
    return bool(re.search(r"[／/]", text)) or any(
        text.count(left) != text.count(right) for left, right in ("“”", "「」", "（）", "()")
    )


def closed(answer: str, draft: str) -> str:
    """The answer with the ending of its draft, where the model forgot it or chose another."""
    ending = draft[-1] if draft and not draft[-1].isalnum() else ""
    return answer if answer.endswith(("。", "！", "？", ".", "!", "?", "；", ";", "”", "」")) else answer + ending


@functools.cache
def _table(language: str) -> dict[str, Any]:
    whole: Any = read_yaml(prompts_dir() / "small_example.yaml")[base_language(language)]
    table: dict[str, Any] = _localised(whole, language)
    return table


def _localised(value: Any, language: str) -> Any:
    if isinstance(value, dict):
        return {key: _localised(one, language) for key, one in value.items()}
    if isinstance(value, list):
        return [_localised(one, language) for one in value]
    return localise(value, language) if isinstance(value, str) else value


def _said(text: str) -> str:
    return f'{{"text": "{text}"}}'


def shape(part: Sentence, attempt: int) -> type[BaseModel]:
    """One bounded string: half as long again as the draft, because the grammar stops a longer one dead.

    Its name counts the tries, so that the journal keeps the answers to the same question apart.
    """
    bound = round(len(part.marked) * 1.5) + 8
    return create_model(f"Said{attempt}", text=(str, Field(min_length=4, max_length=bound)))


def room(part: Sentence, language: str) -> int:
    """Tokens for a sentence half as long again as its draft and the JSON around it."""
    return round(len(part.marked) * 1.5 / (1 if language.startswith("zh") else 2.5)) + 30
