"""Collects what readers find into one BrandBrief, each value with its span; the same for structured and free text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Literal

from agent.brief import cut, names
from agent.brief.context import Context
from agent.brief.items import Item, words
from agent.brief.model import BrandBrief, Conflict, Span
from agent.errors import BriefError

Polarity = Literal["must", "may", "avoid"]


class Builder:
    """A brief in the making."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.brief = BrandBrief(brand="", language=context.language)
        self.monthly: Decimal | None = None
        """A sum per month, until the period is known."""
        self.written_platforms: list[tuple[str, names.PlatformName]] = []
        """Entries that are misspelt or dead, with their polarity."""
        self.differences: list[Conflict] = []
        """Figures of documents that differ from what was said before them."""

    def span(self, path: str, text: str, place: str) -> None:
        """Records where a value was read, unless it is recorded already."""
        shown = re.sub(r"\s+", " ", text).strip()[:200]
        if path not in self.brief.spans and shown:
            self.brief.spans[path] = Span(text=shown, place=place, reader=self.context.reader)

    def extend(self, path: str, found: list[Any], text: str, place: str) -> None:
        """Adds entries to a list field, each with its span; what is there already stays once."""
        held: list[Any] = getattr(self.brief, path)
        for entry in found:
            if entry in held or entry == "":
                continue
            held.append(entry)
            said = entry if isinstance(entry, str) else text
            self.span(f"{path}[{len(held) - 1}]", said, place)

    def put(self, path: str, value: Any, text: str, place: str) -> None:
        """Sets a scalar field when it is still empty."""
        if path == "brand" and isinstance(value, str):
            value = cut.unquoted(value)
        if value and not getattr(self.brief, path):
            setattr(self.brief, path, value)
            self.span(path, text, place)

    def apply(self, field: str, item: Item, place: str) -> None:
        """Reads an item into a field of the brief. Raises BriefError naming the place."""
        if item is None or (not isinstance(item, int | float) and not words(item)):
            return
        try:
            from agent.brief.fields import APPLY

            APPLY[field](self, item, place)
        except BriefError as error:
            if not error.where or error.where.startswith(field.split("_")[0]):
                raise BriefError(
                    error.message,
                    hint=error.hint,
                    where=f"{error.where or field} ({place})" if place else error.where or field,
                ) from None
            raise

    def platforms(self, text: str, place: str, *, default: Polarity | None) -> bool:
        """Adds the platforms named in a text by how it speaks of them; returns whether any was added."""
        done = False
        for found, way in speaks_of(text, default):
            done |= self.add_platform(found, way, text, place)
        return done

    def add_platform(self, key: str, way: Polarity, text: str, place: str) -> bool:
        """Adds one platform id."""
        held: list[str] = getattr(self.brief.platforms, way)
        if key not in held:
            held.append(key)
            self.span(f"platforms.{way}[{len(held) - 1}]", text, place)
        return True

    def listed_platforms(self, item: Item, way: Polarity, place: str) -> None:
        """A list of platforms under one heading: misspelt and dead names are kept aside, never dropped."""
        entries = (
            item
            if isinstance(item, list)
            else cut.pieces(
                words(item), "，,、;；/|", r"\s+(?:and|or|&)\s+|(?<=[\u3400-\u9fff])[和与與及](?=[\u3400-\u9fffA-Z])"
            )
        )
        for entry in entries:
            if isinstance(entry, dict):
                key = next(iter(entry.values()), "")
                entry = words(key)
            written = cut.bare(words(entry))
            name = names.platform_of(written)
            more = names.find_platforms(written, expected=True)
            if name.dead or name.suggested:
                self.written_platforms.append((way, name))
                if name.suggested:
                    self.add_platform(name.id, way, written, place)
            elif name.id:
                for found in more:
                    self.add_platform(found.value, way, written, place)
                if len(written) > len(more[0].text) + 12:
                    self.extend("constraints", [written], written, place)
            elif written:
                self.context.note("channel_unknown", name=written)
                self.extend(
                    "constraints", [f"{_HEAD[self.context.language.startswith('zh')][way]}{written}"], written, place
                )


_HEAD = {
    True: {"must": "平台必做：", "may": "平台可做：", "avoid": "平台不做："},
    False: {"must": "Platform required: ", "may": "Platform allowed: ", "avoid": "Platform excluded: "},
}
_ALSO = re.compile(r"^\s*(?:and|or|nor|also|plus|或|和|也|以及|、|,|，)*\s*$", re.I)


def speaks_of(text: str, default: Polarity | None) -> list[tuple[str, Polarity]]:
    """Each platform that a text names with what it says of it: "No TikTok", "LinkedIn first", "open to YouTube".

    A clause that holds nothing but a name takes the meaning of the clause before it.
    """
    found: list[tuple[str, Polarity]] = []
    for sentence in cut.sentences(text):
        last: Polarity | None = None
        for clause in cut.pieces(sentence, ",，;；。", r"\s+but\s+|但是?|而"):
            hits = names.find_platforms(clause)
            if not hits:
                continue
            way = polarity(clause, hits[0].start, hits[-1].end)
            if way is None and _ALSO.match(cut.without(clause, [(h.start, h.end) for h in hits]).strip(" .。")):
                way = last
            way = way or default
            last = way or last
            if way:
                found += [(hit.value, way) for hit in hits]
    return found


def polarity(clause: str, start: int, end: int) -> Polarity | None:
    """What a clause says of the platforms named between start and end; None when it says nothing."""
    folded = names.fold(clause).replace("’", "'")
    avoid = [
        m
        for m in names.section_pattern("polarity", "avoid").finditer(folded)
        if m.end() <= start and start - m.end() < 30
    ]
    if avoid or re.match(
        r"\s*(?:一律|暂时|就|先|都)?(?:不做|不要|不上|不考虑|不碰|除外|不用|不投|is out|are out|is off)", folded[end:]
    ):
        return "avoid"
    if names.section_pattern("polarity", "may").search(folded):
        return "may"
    if re.search(r"[在把用]\s*$", folded[:start]) and re.match(
        r"\s*(?:上|里|中)?(?:推|做|发|卖|投|宣传|种草|引流|开|起)", folded[end:]
    ):
        return "must"
    wanted = names.section_pattern("polarity", "must").search(folded) or re.search(
        r"(?:做|运营|玩转|打造)[^不没]{0,8}$", folded[:start]
    )
    return "must" if wanted else None
