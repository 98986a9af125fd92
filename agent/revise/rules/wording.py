"""Rules about words: what may and must be said, tone, language; texts by hand, guidance, locks, items that join or go."""

from __future__ import annotations

import re
from typing import Literal

from agent.brief import cut
from agent.brief.dates import written_number
from agent.brief.names import language_of, table
from agent.revise import paths
from agent.revise.model import (
    ItemAdd,
    ItemDrop,
    ItemRewrite,
    LanguageChange,
    LockChange,
    Rerun,
    TextEdit,
    Undo,
    WordsChange,
)
from agent.revise.rules.places import find_item, find_list, find_part, find_place
from agent.revise.rules.talk import Answer, Talk, after, listed, pattern

_TEXT_EDIT = re.compile(
    r"(?:改成|改为|换成|写成|改写成|设为|改到|\bto\b|\binto\b|\bwith\b|\bas\b)\s*[:：]\s*|[:：]\s*(?=[“\"「『])|(?:改成|改为|换成|写成|\bto\b)\s*(?=[“\"「『])"
)
ADDABLE = ("risks.risks", "production.standards", "production.red_lines", "community.rules", "strategy.guardrails")
"""Lists that take an item in the client's own words."""
_EDGE = re.compile(r"^[“\"「『']+|[”\"」』']+$")


def undo(talk: Talk) -> Answer:
    """Back one step, or to a numbered version."""
    match = pattern("restore").search(talk.low)
    if match and (match["zh"] or talk.has("restore_en")):
        return [Undo(version=written_number(match["zh"] or match["n"]) or None)]
    return [Undo()] if talk.has("undo") else None


def rerun(talk: Talk) -> Answer:
    """Stale parts, or a named one, written again by the model."""
    if not talk.has("rerun"):
        return None
    part = find_part(talk)
    return [Rerun(parts=[part.path] if part else [])]


def by_hand(talk: Talk) -> Answer:
    """A text by hand: a place, then a colon or quotation marks, then the text."""
    mark = _TEXT_EDIT.search(talk.text)
    if not mark:
        return None
    head = talk.clause(talk.text[: mark.start() + 1] if talk.text[mark.start()] in ":：" else talk.text[: mark.end()])
    place = find_place(head)
    if place is None or not isinstance(paths.find(talk.plan, place.path), str):
        return None
    text = talk.text[mark.end() :].strip()
    text = _EDGE.sub("", text) if text[:1] in '“"「『' else text
    return [TextEdit(path=place.path, text=text)] if text else None


def lock(talk: Talk) -> Answer:
    """Words kept as they are, or given free."""
    free = talk.has("unlock")
    if not free and not talk.has("lock"):
        return None
    place = find_place(talk)
    if place is None:
        return None
    return [LockChange(path=place.path, on=not free)]


def never_say(talk: Talk) -> Answer:
    """Words that must not appear, or may again."""
    cue = talk.cue("never")
    if cue is None and talk.quotes and talk.has("allow") and not talk.has("must"):
        return [WordsChange(field="never_say", do="drop", texts=talk.quotes)]
    if cue is None:
        return None
    free = re.search(r"去掉|删掉|移除|拿掉|解除|可以用了|可以说了|remove|take off|allow|is fine", talk.low)
    text = _words_after(talk, cue.end())
    found = [re.sub(r"^(?:the )?(?:words?|phrases?|terms?)\s+", "", one) for one in listed(text)]
    found = [one for one in found if one]
    if not found:
        return None
    do: Literal["add", "drop"] = "drop" if free and not re.search(r"加|add", talk.low) else "add"
    return [WordsChange(field="never_say", do=do, texts=found)]


def _words_after(talk: Talk, position: int) -> str:
    """What stands behind the cue, without the verbs that lead to it and the "ever" behind it."""
    text = after(talk, position)
    if talk.quotes:
        return talk.text[position:] if cut.quotes(talk.text[position:]) else talk.text
    text = re.sub(r"^(?:里|中|清单|列表)?(?:再)?(?:加上|加入|增加|添加|补充|里加|去掉|删掉|加)?\s*[:：]?\s*", "", text)
    text = re.sub(r"(?i)^(?:the )?(?:words?|phrases?|terms?|it|us|me|them|our \w+)\s+(?:an? |the )?", "", text)
    text = re.sub(r"(?i)^(?:an?|the)\s+", "", text)
    text = re.sub(r"(?i)[,，]?\s*(?:ever|please|again|anymore|any more|anywhere)\W*$", "", text)
    return re.sub(r"(?:这(?:个|种|类))?(?:词|字眼|说法|字|这样的话|之类的)+$", "", text)


def must_say(talk: Talk) -> Answer:
    """Words that have to appear."""
    cue = talk.cue("must")
    if cue is None or talk.has("never"):
        return None
    found = talk.quotes or [after(talk, cue.end())]
    found = [one for one in found if one]
    return [WordsChange(field="must_say", do="add", texts=found)] if found else None


def tone(talk: Talk) -> Answer:
    """The tone of voice: others altogether, or more of something."""
    cue = talk.cue("tone")
    if cue is None:
        return None
    place = find_item(talk)
    if place and not place.path.startswith("calendar"):
        return None
    said = re.search(r"(?:改成|改为|换成|调成|调整为|变成|要|应该)\s*[:：]?\s*|[:：]\s*", talk.low[cue.start() :])
    more = pattern("tone_more").search(talk.low[cue.start() :]) or pattern("tone_more").search(talk.low)
    if more and not re.search(r"[:：]|改成|改为|换成", talk.low):
        word = next(group for group in more.groups() if group)
        return [WordsChange(field="tone", do="add", texts=[word])]
    if said:
        words = listed(talk.text[cue.start() + said.end() :])
        words = [re.sub(r"(?:一点|一些|些|的)$", "", one) for one in words]
        return [WordsChange(field="tone", do="replace", texts=words)] if words else None
    match = re.search(
        r"(?i)\b(?:make|set|change|switch|keep) (?:the |our )?(?:tone|voice)(?: of voice)? (?:to |more )?(.+)$",
        talk.text,
    )
    return [WordsChange(field="tone", do="add", texts=listed(match[1]))] if match and listed(match[1]) else None


def language(talk: Talk) -> Answer:
    """The plan's language."""
    names = [name for names in table("languages").values() for name in names if len(name) > 2 or not name.isascii()]
    found = next((n for n in sorted(names, key=len, reverse=True) if re.search(_whole(n), talk.low)), "")
    if not found or not talk.has("language_verb") or talk.platforms:
        return None
    code = language_of(found)
    return [LanguageChange.model_validate({"language": code})] if code else None


def _whole(name: str) -> str:
    return rf"\b{re.escape(name.lower())}\b" if name.isascii() else re.escape(name)


def rewrite(talk: Talk) -> Answer:
    """An item or a text to be written again with guidance."""
    if not talk.has("rewrite"):
        return None
    place = find_place(talk)
    if place is None:
        return talk.ask("which_item")
    return [ItemRewrite(path=place.path, guidance=_guidance(talk, place.start, place.end))]


def _guidance(talk: Talk, start: int, end: int) -> str:
    """What is asked of the writer: the instruction itself, without the place where it leads."""
    tail = cut.bare(re.sub(r"^(?:重写|改写|重新写|的|这一条|这条)+", "", talk.text[end:].lstrip(" ，,:：-–—")))
    tail = re.sub(r"(?i)^(?:is|are|should be|to be|so that|around|about|with|to)\s+", "", tail)
    return tail if len(tail) > 1 else cut.bare(talk.text)


def drop(talk: Talk) -> Answer:
    """An item that goes."""
    if not talk.has("drop"):
        return None
    place = find_item(talk)
    return [ItemDrop(path=place.path)] if place else None


def add(talk: Talk) -> Answer:
    """An item that joins a list: the list's name, a colon, the words."""
    if not talk.has("add"):
        return None
    colon = re.search(r"[:：]", talk.text)
    if not colon:
        return None
    found = find_list(talk.clause(talk.text[: colon.start()]))
    text = after(talk, colon.end())
    return [ItemAdd(path=found[0], text=text)] if found and text and found[0] in ADDABLE else None
