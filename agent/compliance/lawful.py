"""The brief that a plan can be made of: without what the law forbids or holds back, and not before its approvals can be there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from agent.brief.model import Audience, BrandBrief, Conflict, Gap, Intake, Limit, Span
from agent.compliance.demands import Demand, demands_of
from agent.compliance.regulated import Requirement, adults_of, barred, requirements
from agent.compliance.rules import load_rules
from agent.frame.phases import period_of
from agent.frame.workdays import working_days
from agent.locale import base_language, day, localise, t

LEAST_DAYS = 28
"""A period that late approvals leave shorter than this is moved as a whole."""
WEIGHT = 88
"""Consequence of an audience that had to be replaced (1 to 100, as for other gaps)."""
_SENTENCE = re.compile(r"[^。！？!?；;\n.]+(?:\.(?=\S)[^。！？!?；;\n.]*)*[。！？!?；;\n.]*\s*")


def lawful(intake: Intake, as_of: dt.date) -> Intake:
    """The intake with the unlawful points taken out of `brief` and `filled`, and the client's own words kept in `asked`.

    Points that need proof go too: they come back with the proof. An audience that may not be addressed gives way to adults, told as an
    assumption. Where an approval cannot be there before the start, the period begins on the day it can, told as a conflict. An
    intake that was taken up before is given back as it is. Raises RulesUnreadable when the rules cannot be read.
    """
    if intake.asked is not None:
        return intake
    found = demands_of(intake)
    made = intake.model_copy(deep=True)
    if found:
        made.asked = intake.brief.model_copy(deep=True)
        _strip(made.brief, found)
        _strip(made.filled, found)
        made.brief.spans = _spans(made.brief.spans, found)
        _people(made, intake, found)
    if law := barred(made.filled).get("creators"):
        made.asked = made.asked or intake.brief.model_copy(deep=True)
        _without_creators(made, law)
    _wait(made, as_of)
    return made


def _without_creators(made: Intake, law_id: str) -> None:
    """No money for creators where nobody may be paid to recommend the goods; said beside the contradictions."""
    language = made.filled.language
    law = load_rules().laws[law_id]
    facts = {"law": localise(getattr(law, base_language(language)[:2]), language)}
    none = Limit(
        kind="cap", scope="category", of="creators", amount=Decimal(0), text=t(language, "legal.barred.text", **facts)
    )
    for budget in (made.brief.budget, made.filled.budget):
        kept = [one for one in budget.limits if one.of != "creators" and one.scope != "creator"]
        budget.limits = [*kept, none]
    made.conflicts.append(
        Conflict(
            code="BRF-C32",
            fields=["budget"],
            message=t(language, "legal.barred.message", **facts),
            resolution=t(language, "legal.barred.resolution", **facts),
        )
    )


def _strip(brief: BrandBrief, found: Sequence[Demand]) -> None:
    """Takes the points out by their text: the two briefs of an intake need not have them at the same place."""
    gone = {one.text for one in found}
    brief.must_say = [text for text in brief.must_say if text not in gone]
    brief.constraints = [text for text in brief.constraints if text not in gone]
    brief.tone = [text for text in brief.tone if text not in gone]
    brief.proof = [text for text in brief.proof if text not in gone]
    brief.objectives = [goal for goal in brief.objectives if goal.text not in gone]
    brief.audience = [one for one in brief.audience if ", ".join([one.name, *one.traits]) not in gone]
    for product in brief.products:
        product.selling_points = [text for text in product.selling_points if text not in gone]
    for name in ("about", "strategy"):
        words = [one.words for one in found if one.where == name]
        if words:
            setattr(brief, name, _without(getattr(brief, name), words))


def _without(text: str, words: Iterable[str]) -> str:
    """A text without the sentences that hold one of these words."""
    kept = [one for one in _SENTENCE.findall(text) if not any(word in one for word in words)]
    return "".join(kept).strip()


def _spans(spans: dict[str, Span], found: Sequence[Demand]) -> dict[str, Span]:
    """Spans of what is left, numbered as it is now; a span that quotes a declined point is dropped."""
    gone: dict[str, set[int]] = {}
    for one in found:
        place = re.fullmatch(r"(.+)\[(\d+)\]", one.where)
        if place:
            gone.setdefault(place[1], set()).add(int(place[2]))
    kept = {}
    for path, span in spans.items():
        if any(one.text in span.text or one.words in span.text for one in found):
            continue
        for listed, numbers in gone.items():
            inner = re.match(rf"{re.escape(listed)}\[(\d+)\]", path)
            if inner:
                number_now = int(inner[1]) - sum(gone_one < int(inner[1]) for gone_one in numbers)
                path = f"{listed}[{number_now}]{path[inner.end() :]}"
        kept[path] = span
    return kept


def _people(made: Intake, given: Intake, found: Sequence[Demand]) -> None:
    """Adults in the place of an audience that may not be addressed, and the question that makes."""
    one = next((one for one in found if one.where.startswith("audience")), None)
    if one is None or made.filled.audience:
        return
    language = made.filled.language
    lost = given.filled.audience[0] if given.filled.audience else Audience(name="")
    name, age = adults_of(one.law_id, lost.place, language) or (
        t(language, "legal.adults"),
        t(language, "legal.adults_age"),
    )
    made.filled.audience = [Audience(name=name, age=age, place=lost.place)]
    facts = {"asked": lost.name, "name": name, "law": one.law}
    told = {part: t(language, f"legal.audience.{part}", **facts) for part in ("assumption", "question", "why")}
    made.gaps.append(Gap(id="A0", field="audience", weight=WEIGHT, **told))
    made.gaps.sort(key=lambda gap: -gap.weight)
    for number, gap in enumerate(made.gaps, 1):
        gap.id = f"A{number}"


def _wait(made: Intake, as_of: dt.date) -> None:
    """Moves the start to the day on which the last approval can be there; says so, and what else comes late."""
    filled = made.filled
    start, end = period_of(filled, as_of)
    works = working_days(filled.markets, min(as_of, start), end).is_working
    held = made.said.model_copy(
        update={"markets": filled.markets, "category": filled.category, "language": filled.language}
    )
    late = [one for one in requirements(held, start=start, as_of=as_of, works=works) if one.late]
    gating = [one for one in late if one.gates]
    if gating:
        last = max(gating, key=lambda one: one.earliest)
        begins = last.earliest
        over = begins + (end - start) if (end - begins).days < LEAST_DAYS else end
        made.conflicts.append(_told("approval", last, filled.language, as_of, start, begins, over))
        filled.period.start, filled.period.end = begins, over
        for goal in filled.objectives:
            if goal.deadline is not None and goal.deadline <= begins:
                goal.deadline = None
        start = begins
    made.conflicts += [
        _told("proof", one, filled.language, as_of, start, one.earliest, end)
        for one in late
        if not one.gates and one.earliest > start
    ]


def _told(
    key: str, one: Requirement, language: str, as_of: dt.date, start: dt.date, begins: dt.date, end: dt.date
) -> Conflict:
    days = {
        name: day(value, language, year=True)
        for name, value in (("as_of", as_of), ("start", start), ("begins", begins), ("end", end))
    }
    facts = {"text": one.text.rstrip("。."), "law": one.law, "count": one.workdays, "before": one.before, **days}
    return Conflict(
        code="BRF-C30" if key == "approval" else "BRF-C31",
        fields=["period.start"],
        message=t(language, f"legal.late.{key}.message", **facts),
        resolution=t(language, f"legal.late.{key}.resolution", **facts),
        severity="error" if key == "approval" else "warning",
    )
