"""What the brief keeps secret until a day goes by a code name in the whole plan, on that day and after it too.

A plan is handed to people who may not know: the maker of a film, an agency, whoever gets one sheet of the workbook. One place that spells the
name out undoes all the others, so none does. The name stands in the brief, and those who may know put it into what goes out on the day.
"""

from __future__ import annotations

import re
from typing import TypeVar

from agent.brief.model import BrandBrief, Conflict, Gap
from agent.locale import t
from agent.plan.model import Secret
from agent.words.playbook.match import matched, says

Noted = TypeVar("Noted", Gap, Conflict)
_QUOTED = re.compile(r"[“「\"‘『]([^”」\"’』]{2,40})[”」\"’』]")
"""The name that a fact under embargo quotes, longer than its keywords may be."""


def code_of(brief: BrandBrief, place: int) -> str:
    """What the plan calls the embargoed fact at a place of the brief's list: "Project A", or the client's own code name."""
    own = matched("code_name", brief.embargoes[place].fact)
    return own or t(brief.language, "rhythm.date.code", letter=chr(ord("A") + place % 26))


def quoted(fact: str) -> list[str]:
    """The names that a fact under embargo quotes."""
    return _QUOTED.findall(fact)


def hidden(brief: BrandBrief, text: str) -> str:
    """A text with the code name for whatever is under embargo: "P3 launch" → "Project A launch"."""
    for place, embargo in enumerate(brief.embargoes):
        if says("code_name", embargo.fact):
            continue
        code = code_of(brief, place)
        words = sorted({embargo.fact, *embargo.keywords, *quoted(embargo.fact)}, key=len, reverse=True)
        for word in (word.strip() for word in words if len(word.strip()) > 1):
            before = r"(?<![A-Za-z0-9])" if word[0].isascii() else ""
            after = r"(?![A-Za-z0-9])" if word[-1].isascii() else ""
            secret = rf"(?:\b(?:the|an?|our)\s+)?{before}{re.escape(word)}{after}"
            text = re.sub(secret, code, text, flags=re.IGNORECASE)
        text = re.sub(rf"{re.escape(code)}(?:[、,，;；\s]*{re.escape(code)})+", code, text)
    return text


def secrets_of(brief: BrandBrief) -> list[Secret]:
    """The code names that the plan uses and the days on which they may be resolved; the client's own code names are no secret of the plan's."""
    return [
        Secret(code=code_of(brief, place), place=place + 1, until=embargo.until)
        for place, embargo in enumerate(brief.embargoes)
        if not says("code_name", embargo.fact)
    ]


def unnamed(brief: BrandBrief, one: Noted, *fields: str) -> Noted:
    """What was noticed in the brief, without a name that is under embargo in these fields."""
    return one.model_copy(update={name: hidden(brief, getattr(one, name)) for name in fields})
