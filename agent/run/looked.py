"""What an optional search endpoint says of the brief's competitors: cited with address and day, of low confidence.

It stands where the brief knows nothing; what nobody says stays a research task. Answers are kept in the run's folder, so that the
same command goes on with the same facts.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent.brief.model import BrandBrief
from agent.checks.terms import occurs
from agent.errors import SetupError
from agent.files import write_text
from agent.knowledge.cite import passage_source
from agent.knowledge.passages import Origin, Passage
from agent.knowledge.remote import look_up
from agent.locale import base_language, t
from agent.orders import addressed
from agent.plan.base import Source
from agent.plan.insight import MarketPart
from agent.settings import Settings
from agent.words.playbook.rivals import aspect_of
from agent.words.playbook.voice import clip

log = logging.getLogger(__name__)

STORE = "lookups.json"
LONGEST = {"zh-CN": 90, "en": 220}
"""Characters of a result that a plan quotes."""
Found = Mapping[str, Sequence[Passage]]
"""Competitor → what was found of it."""


def look_up_rivals(brief: BrandBrief, settings: Settings, today: dt.date, store: Path) -> dict[str, list[Passage]]:
    """What the endpoint says of each competitor that the brief names; nothing when none is set.

    Sent is the competitor's name and the category. An endpoint that does not answer costs the facts, not the plan.
    """
    if not settings.search_url:
        return {}
    found = _stored(store)
    language = base_language(brief.language)
    try:
        for rival in brief.competitors:
            if rival.name not in found:
                results = look_up(f"{rival.name} {brief.trade}", settings, language=language, today=today)
                found[rival.name] = [one for one in results if occurs(rival.name, f"{one.title} {one.text}")]
    except SetupError as error:
        log.warning("competitors were not looked up: %s %s", error, error.hint)
    write_text(
        store, json.dumps({name: [asdict(one) for one in rows] for name, rows in found.items()}, ensure_ascii=False)
    )
    return {rival.name: found[rival.name] for rival in brief.competitors if rival.name in found}


def cite_found(market: MarketPart, found: Found, language: str) -> list[Source]:
    """Puts what was found where an aspect of a competitor is not known yet, and gives the sources that are cited so.

    The research task of the aspect stays: what one page says is worth a look, not a decision.
    """
    cited: dict[str, Source] = {}
    for rival in market.competitors:
        for passage in found.get(rival.name, ()):
            if addressed(f"{passage.title}\n{passage.text}"):
                continue
            aspect = aspect_of(f"{passage.title} {passage.text}")
            unknown = next((one for one in rival.observations if one.aspect == aspect and one.kind == "research"), None)
            if unknown is None:
                continue
            said = clip(_inert(passage.text or passage.title), LONGEST[base_language(language)])
            unknown.text = t(
                language, "looked.found", host=passage.source.publisher, date=passage.source.date, said=said
            )
            unknown.kind, unknown.sources = "knowledge", [passage.id]
            cited[passage.id] = passage_source(passage)
    return list(cited.values())


def _inert(text: str) -> str:
    """A page's words on one line, without marks that could open or close something in a prompt or a document."""
    return " ".join(text.translate(str.maketrans("<>[]{}|`", "〈〉〔〕（）/'")).split())


def _stored(store: Path) -> dict[str, list[Passage]]:
    """What an earlier attempt of this run found; nothing when the file is missing or damaged."""
    try:
        data: dict[str, list[dict[str, Any]]] = json.loads(store.read_text(encoding="utf-8"))
        return {name: [_passage(row) for row in rows] for name, rows in data.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _passage(row: dict[str, Any]) -> Passage:
    return Passage(**{**row, "source": Origin(**row["source"]), "platforms": tuple(row["platforms"])})
