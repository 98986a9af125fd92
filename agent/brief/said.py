"""What a product is called in public: its name without the words that the client rules out. One rule for posts, numbers, checks and conflicts."""

from __future__ import annotations

import re

from agent.brief.model import BrandBrief

MOST = 40
"""Longest entry of a list of prohibitions that is a word or a claim; longer ones are sentences that no name holds."""
RULE = re.compile(r"^(?:不|别|別|请勿|勿|do not|don't|never|no |avoid)", re.IGNORECASE)
"""Entries that are rules ("do not name customers…"), no words."""


def forbidden_words(brief: BrandBrief) -> tuple[str, ...]:
    """The never-say entries that are words or claims, as written."""
    bare = [entry.strip(" “”\"'。.") for entry in brief.never_say]
    return tuple(word for word in bare if word and not RULE.search(word) and len(word) <= MOST)


def said_name(brief: BrandBrief, name: str) -> str:
    """A product's name as the public reads it: without the forbidden words, where two words are left; "" where too little is left to be a name."""
    words = [word for word in forbidden_words(brief) if word.casefold() in name.casefold()]
    if not words:
        return name
    for word in words:
        whole = rf"[\w’'-]*{re.escape(word)}[\w’'-]*" if word.isascii() else re.escape(word)
        name = re.sub(whole, " " if word.isascii() else "", name, flags=re.IGNORECASE)
    name = " ".join(name.split()).strip(" ,，、·-")
    return name if len(name.split()) > 1 or re.search(r"[一-鿿]{3}", name) else ""


def as_said(brief: BrandBrief) -> BrandBrief:
    """The brief with its products, and the goals and key dates that name them, under the names that the public reads; the brief itself where
    no name holds a forbidden word. A name of which too little is left stands as it is, and no post names it.
    """
    names = {one.name: said for one in brief.products if (said := said_name(brief, one.name)) and said != one.name}
    if not names:
        return brief
    made = brief.model_copy(deep=True)

    def named(text: str) -> str:
        for name in sorted(names, key=len, reverse=True):
            text = re.sub(re.escape(name), lambda _, said=names[name]: said, text, flags=re.IGNORECASE)  # type: ignore[misc]
        return text

    for product in made.products:
        product.name = names.get(product.name, product.name)
    for goal in made.objectives:
        goal.text, goal.metric = named(goal.text), named(goal.metric)
    for moment in made.key_dates:
        moment.name = named(moment.name)
    return made
