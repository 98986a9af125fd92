"""Calendar rows whose post is written out: what they say of its opening and its request is read from the post itself.

A row and its finished post are made apart and by different hands, and both get edited. An editor who finds two openings for one post cannot
know which holds, so there is one: the post's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from agent.plan.base import bound
from agent.plan.content import Adaptation, AdaptationsPart, CalendarPart, ThemesPart
from agent.plan.model import MarketingPlan
from agent.words.playbook.voice import Voice, clip

MANNER = {
    "short_video": "video", "long_video": "video", "live": "video", "podcast": "video", "story": "video", "carousel": "carousel",
    "image_text": "picture", "infographic": "picture", "document": "carousel", "article": "article", "newsletter": "article",
    "qa": "answer", "poll": "vote", "thread": "answer", "ugc_call": "text",
}  # fmt: skip
"""How a format opens."""
TOO_SHORT = 12
"""Characters of Chinese below which a first sentence brings the next one with it: “The answer first.” says nothing alone."""
_DIGEST = re.compile(r"摘要：|Summary: ")
"""The line that a reader sees before the article, which is not its first."""
_STAMP = re.compile(r"(?:【[^】]*】|\[\d[^\]]*\]|\d\d:\d\d|1/\d+|先说结论：|先說結論：)\s*")
_SHOWN = re.compile(r"(?:画面：|畫面：|Picture: ).*?(?:口播：|Voice: )")
_OPENS, _CLOSES = "“「『（(", "”」』）)"
_ENDS = "。！？!?"


def opening(post: Adaptation, least: int = TOO_SHORT) -> str:
    """The first words that a reader reads or hears in a finished post, without time stamps and what the camera shows: whole sentences, `least`
    characters of Chinese or more."""
    lines = [line.strip() for line in post.body.split("\n") if line.strip()]
    first = next((line for line in lines if not _DIGEST.match(line)), "")
    plain = _SHOWN.sub("", _STAMP.sub("", first, count=1), count=1)
    found = ""
    for sentence in _sentences(plain):
        found += sentence
        if len(found.strip()) >= bound(least, post.language):
            break
    return found.strip()


def follow(
    adaptations: AdaptationsPart,
    calendar: CalendarPart,
    voice: Voice,
    *,
    themes: ThemesPart | None = None,
    whole: Sequence[str] = (),
    kept: Callable[[str], bool] = lambda path: False,
) -> None:
    """Brings the rows that publish finished posts in line with them, and the topics of `themes` with the post that tells them first; the bank keeps
    its own line for one that quotes `whole` evidence. Places that are `kept` stay: a client's word goes before."""
    language = voice.language
    topics = {topic.id: topic for pillar in themes.pillars for topic in pillar.topics} if themes else {}
    rows = adaptations.rows(calendar.entries)
    told: set[str] = set()
    for number, post in enumerate(adaptations.posts):
        row = rows.get(post.id)
        longer = [
            clip(opening(post, least), bound(60, language)) for least in (TOO_SHORT, 2 * TOO_SHORT, 4 * TOO_SHORT)
        ]
        first = next((one for one in longer if one not in told), longer[0])
        if row is None or not first:
            continue
        told.add(first)
        first += "" if first.endswith(tuple(_ENDS + _CLOSES + ".")) else "。" if language.startswith("zh") else "."
        manners = voice.variants(f"calendar.opening.{MANNER.get(post.format, 'text')}", hook="\x00")
        place = f"calendar.entries[{row.id}]"
        if not kept(f"{place}.hook"):
            row.hook = manners[number % len(manners)].replace("\x00", first)
        if not kept(f"{place}.cta"):
            row.cta = post.cta
        topic = topics.get(row.topic_id)
        if topic and row is next(one for one in calendar.entries if one.topic_id == topic.id):
            topic.cta = post.cta
            if not any(text.casefold()[1:] in first.casefold() for text in whole):
                topic.hook = first


def follow_in(plan: MarketingPlan, kept: Callable[[str], bool] = lambda path: False) -> None:
    """The same in a whole plan, after words of its posts or topics were written anew; the bank's own words stay."""
    follow(plan.adaptations, plan.calendar, Voice(plan.meta.language, plan.meta.brand, {}), kept=kept)


def _sentences(text: str) -> Iterator[str]:
    """Sentences with what follows them up to the next; a quotation is not cut."""
    depth = start = 0
    for place, sign in enumerate(text):
        depth += (sign in _OPENS) - (sign in _CLOSES)
        after = text[place + 1 : place + 2]
        ends = sign in _ENDS or (sign == "." and after in ("", " "))
        if depth <= 0 and ends and after not in (*_CLOSES, *_ENDS):
            yield text[start : place + 1]
            start = place + 1
    if text[start:].strip():
        yield text[start:]
