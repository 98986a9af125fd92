"""What the plan will not do, and what it has to obtain first: points of the brief with their law, approvals with their days."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from agent.plan.base import Part, Sentence


class Declined(Part):
    """A point of the brief that the plan does not carry out, or only once its proof or notice is there."""

    id: str
    """"N1"…"""
    status: Literal["declined", "held"]
    """declined: the law forbids it; held: it waits for proof, a notice or counsel, and is not said until then."""
    where: str
    """Path in the brief, "must_say[1]"."""
    text: str
    """The whole point, as the client wrote it."""
    words: str
    """The words in it that are the matter."""
    rule: str
    """Id of the compliance rule."""
    law: str
    """Law and article."""
    effective: dt.date
    """Since when it binds."""
    checked: dt.date
    """When our summary of it was last looked at. No legal advice: counsel decides."""
    why: Sentence
    """The reason."""
    instead: list[str]
    """What is allowed and offered in its place."""
    answer: Sentence
    """What the plan does."""
    sources: list[str]
    """Ids in the plan's list of sources."""


class Approval(Part):
    """Something that a regulated category has to obtain, to show or to keep."""

    id: str
    """"L1"…"""
    requirement: str
    """Id in knowledge/compliance/regulated.yaml."""
    kind: Literal["approval", "notice", "evidence", "audience", "review", "record"]
    """approval: an authority's leave; notice: words to carry; evidence: a file to hold; audience: whom to leave out; review, record."""
    text: str
    """What has to be done."""
    carry: str
    """Words that every post shows (kind audience: that every targeting holds), [brackets] filled from the papers; empty for none."""
    law: str
    """Law and article."""
    effective: dt.date
    """Since when it binds."""
    workdays: int
    """Working days it takes; 0 where it goes with every piece."""
    assumed: bool
    """Whether that time is this house's assumption, not a rule's."""
    hand_in: dt.date
    """The last day to hand it in; the first day of the plan for what goes with every piece."""
    public_from: dt.date
    """The first day on which what needs it may be shown."""
    gates: bool
    """Whether nothing of the brand's runs before it is there."""
    until_then: Sentence
    """What may be shown before; empty where it gates nothing."""
    owner: str
    """Role id."""
    money: Sentence
    """How it is paid for, and what that rests on; no sum where no source gives one."""
    sources: list[str]
    """Ids in the plan's list of sources."""


class Statute(Part):
    """A law of a market for which cehua has no automatic rules: counsel reads the plan against it."""

    market: str
    """Market code."""
    law: str
    """Law and article."""
    asks: str
    """What it asks, in our summary."""
    sources: list[str]
    """Ids in the plan's list of sources."""
