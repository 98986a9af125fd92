"""What the knowledge base says to a stage: the passages that a model is shown, and which of them its words may cite."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.brief.model import BrandBrief
from agent.data import read_yaml
from agent.locale import base_language, localise, t
from agent.orders import addressed
from agent.resources import prompts_dir

if TYPE_CHECKING:
    from agent.knowledge import Passage

LONGEST = {"zh": 140, "en": 320}
"""Characters of a passage that are shown."""

_MARK = re.compile(r"S\d{1,3}", re.ASCII)
_LABEL = re.compile(r"^[^:;\n]{1,80}: |(?<=; )[^:;\n]{1,80}: ", re.MULTILINE)
"""A column's label before a cell of a table's row."""
Find = Callable[[str], Sequence["Passage"]]
"""Looks a query up, for the brief's markets and platforms: the few best passages that may be told as facts."""


@dataclass(frozen=True)
class Evidence:
    """The passages of one stage, in the order shown; `S1` is the first."""

    passages: tuple[Passage, ...] = ()

    def told(self, language: str) -> str:
        """One line a passage: its mark, title and text, fenced so that it is read as material; "" when there is none."""
        room = LONGEST[language[:2]]
        return "\n".join(
            f"[S{number}] {one.title}: {_inert(one.text)[:room]}" for number, one in enumerate(self.passages, 1)
        )

    def cited(self, marks: Sequence[str]) -> tuple[list[Passage], list[str]]:
        """The passages behind marks, each once, and the marks behind which there is none; "?" for what is no mark at all."""
        known = {f"S{number}": one for number, one in enumerate(self.passages, 1)}
        said = (mark.strip().strip("[]").upper() for mark in marks)
        plain = list(dict.fromkeys(mark if _MARK.fullmatch(mark) else "?" for mark in said if mark))
        return [known[mark] for mark in plain if mark in known], [mark for mark in plain if mark not in known]


def gather(stage: str, brief: BrandBrief, platforms: Sequence[str], find: Find) -> Evidence:
    """What the base holds for a stage's queries: no passage twice."""
    language = brief.language
    facts = {
        "category": brief.trade,
        "platforms": " ".join(t(language, f"platform.{one}") for one in platforms[:4]),
        "market": (brief.markets or [""])[0],
    }
    found: dict[str, Any] = {}
    for query in _queries()[base_language(language)].get(stage, ()):
        found |= {one.id: one for one in find(localise(query.format(**facts), language)) if one.id not in found}
    return Evidence(tuple(one for one in found.values() if _silent(one)))


def _silent(one: Passage) -> bool:
    """Whether a passage says something of its subject and nothing to the model; the house's own base is trusted.

    A table's row stands between the labels of its columns: it is read as its file had it too, cell beside cell and cell by cell.
    """
    if one.id.startswith("kb:"):
        return True
    written = (one.text, _LABEL.sub("", one.text))
    cells = (text.replace("; ", sign) for text in written for sign in (", ", "\n"))
    return not any(map(addressed, (f"{one.title}\n{one.text}", *cells)))


class Lookups:
    """The evidence of all stages, looked up one after another in a thread, beside whatever else goes on.

    The queries turn on the brief and the platforms alone, so that nothing need wait for a stage to begin.
    """

    def __init__(self, stages: Sequence[str], brief: BrandBrief, platforms: Sequence[str], find: Find) -> None:
        """Begins at once; needs a running event loop."""
        self._found: dict[str, asyncio.Future[Evidence]] = {
            stage: asyncio.get_running_loop().create_future() for stage in stages
        }
        self._work = asyncio.create_task(self._all(brief, platforms, find))

    async def of(self, stage: str) -> Evidence:
        """A stage's evidence, as soon as it is there. Raises what looking it up raised."""
        return await asyncio.shield(self._found[stage])

    def close(self) -> None:
        """Looks nothing further up."""
        self._work.cancel()
        for future in self._found.values():
            future.cancel()

    async def _all(self, brief: BrandBrief, platforms: Sequence[str], find: Find) -> None:
        for stage, future in self._found.items():
            try:
                evidence = await asyncio.to_thread(gather, stage, brief, platforms, find)
            except Exception as error:  # noqa: BLE001 - told to whoever asks for this stage
                future.set_exception(error)
                future.exception()  # nobody may ask
            else:
                future.set_result(evidence)


@functools.cache
def _queries() -> dict[str, dict[str, list[str]]]:
    queries: dict[str, dict[str, list[str]]] = read_yaml(prompts_dir() / "queries.yaml")
    return queries


def _inert(text: str) -> str:
    """A passage on one line, without marks that could close its place in a prompt."""
    return " ".join(text.translate(str.maketrans("<>[]{}", "〈〉〔〕（）")).split())
