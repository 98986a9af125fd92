"""The personas part: two to four hypotheses on who is reached, drawn from the brief, and how they are tested."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

from agent.brief.model import Audience, Product
from agent.locale import day, has, t
from agent.plan.base import Claim, Kind, bound
from agent.plan.insight import Persona, PersonasPart, Validation
from agent.words.playbook.context import Context
from agent.words.playbook.facts import moment_word, plain_trait, plain_who, short_form
from agent.words.playbook.fit import (
    LINE,
    PARAGRAPH,
    SENTENCE,
    after_weeks,
    calendar_of,
    entries,
    fit,
    hours_of,
    inside,
    small_team,
    vary,
    who,
    workday,
)
from agent.words.playbook.local import audience_in
from agent.words.playbook.match import objection_kind, occasions, says
from agent.words.playbook.particulars import replies
from agent.words.playbook.platforms import lower
from agent.words.playbook.proofs import quotable, shorten
from agent.words.playbook.topics import guard_of
from agent.words.playbook.voice import clip, join

MOST = 4
GROUND = 0.25
"""Part of a category's moments and pains that makes an occasion the category's own."""
FIRST_DAYS = 14
"""Days from the start in which no date can set anybody off yet: the first post is hardly out."""
SPENDING = re.compile(r"付|买|買|价|價|贵|貴|囤|省钱|预算|預算|\bpay|price|budget|\bbuy|sign off|\$|£|€|spend", re.I)
INTEREST = re.compile(
    r"拍|露营|露營|骑|騎|爱|愛|喜欢|喜歡|尝|嚐|\bhobb|\blikes?\b|\bloves?\b|photo|hik|cycl|travel", re.I
)
VALUE = re.compile(r"怕|看配料|在意|讨厌|討厭|信|环保|環保|can't bear|worr|care|trust|hate|afraid", re.I)
PAIN = re.compile(
    r"怕|困|累|难|難|没时间|沒時間|麻烦|麻煩|担心|擔心|can't|cannot|worr|afraid|struggl|tired|no time", re.I
)
ROLE_WORD = re.compile(
    r"族|主管|老板|老闆|经理|經理|学生|學生|妈妈|媽媽|教师|老師|工程师|manager|owner|officer|CFO|controller|engineer|student|parent|teacher|buyer|director",
    re.I,
)
TESTS = ("interview", "survey", "analytics", "comments", "followers")


@dataclass(frozen=True)
class Seen:
    """A segment to draw: the brief's own or one derived from it."""

    place: int
    """Place among the personas."""
    segment: Audience
    source: str
    """Source id of the segment; "" when derived."""
    derived: str = ""
    """Key of the derived segment under `personas.derived`."""
    traits: list[str] = field(default_factory=list)
    """What the brief says of them; what is only assumed is nobody's word."""


NO_PRESENT = frozenset({"medical", "health_food", "finance", "education", "software", "nonprofit", "b2b_industrial"})
"""Categories in which whoever pays for somebody else gives no present: a parent at the doctor's."""
OWN = ("analytics", "comments", "followers")
"""Tests that draw on the brand's own account."""


def write_personas(context: Context) -> PersonasPart:
    """Personas, what they were drawn from, their validation, and whom the plan leaves aside."""
    seen = _segments(context)
    context.memo["personas.words"] = [_words(one.segment) for one in seen]
    part = PersonasPart(
        personas=[_persona(context, one) for one in seen],
        evidence=_evidence(context),
        validation=[_validation(context, place, key) for place, key in enumerate(TESTS)],
        not_for=vary(context, f"personas.not_for.{context.brief.business}", who=who(context, seen[0].segment, 20)),
    )
    return shorten(part, context.facts.proofs)


def _segments(context: Context) -> list[Seen]:
    """The brief's segments; a second one derived from the buying situation when there is one only."""
    given = context.brief.audience[:MOST]
    gap = any(g.field.startswith("audience") for g in context.intake.gaps)
    found = [
        Seen(
            n,
            one,
            "assume:audience" if gap else f"brief:audience[{n}]",
            traits=[] if gap else [plain_trait(x) for x in one.traits],
        )
        for n, one in enumerate(given)
    ]
    for key in ("buyer", "newcomer") if not found else ("buyer",) if len(found) == 1 else ():
        name = context.say(
            f"personas.derived.{key}.{context.brief.business}",
            who=who(context, found[0].segment, 14) if found else None,
        )
        place = found[0].segment.place if found else ""
        found.append(Seen(len(found), Audience(name=name, place=place, primary=not found), "", derived=key))
    return found


def _persona(context: Context, one: Seen) -> Persona:
    facts = _facts(context, one)
    active = context.frame.active
    primary = one.segment.primary or one.place == 0
    platforms = _platforms(context, one)
    planned = {slot.format for slot in context.frame.slots}
    formats = list(dict.fromkeys(name for p in active if p.id in platforms for name, _ in p.formats))
    formats = [name for name in formats if name in planned] or formats
    known = bool(one.source.startswith("brief") and (one.segment.age or one.segment.gender or one.segment.place))
    if one.source:
        context.sources.cite(one.source)
    kind: Kind = "brief" if known else "assumption"
    objection = (
        vary(context, "personas.giver.objection", **facts)
        if _gives(context, one)
        else _entry(context, one, "objections") or fit(context, "personas.objection", **facts)
    )
    return Persona(
        id=f"P{one.place + 1}",
        name=_name(context, one, facts),
        priority="primary" if primary else "secondary",
        age=one.segment.age or _age(one.segment.name) or context.say(f"personas.age.{context.brief.business}.{'first' if one.place == 0 else 'other'}"),
        gender=one.segment.gender or lower(context, context.say("personas.gender")),
        place=one.segment.place or (context.facts.names.get("place") if context.brief.business == "b2b" else None) or _market(context),
        occupation=(plain_who(one.segment.name, bound(24, context.language), short_form(context.brief)) or who(context, one.segment, 24)) if ROLE_WORD.search(one.segment.name) else lower(context, context.say(f"personas.occupation.{context.brief.business}")),
        demographics=kind,
        portrait=_of_her(vary(context, f"personas.portrait.{_view(context, one)}", PARAGRAPH, **facts), one.segment),
        interests=_habit(context, one, "interests", INTEREST, facts),
        lifestyle=_habit(context, one, "lifestyle", None, facts),
        values=_habit(context, one, "values", VALUE, facts),
        spending=_habit(context, one, "spending", SPENDING, facts),
        platforms=platforms,
        formats=formats[:4],
        hours=hours_of(context, platforms[0] if one.place == 0 else platforms[min(one.place, len(platforms) - 1)]),
        interaction=_of_her(_habit(context, one, "interaction", None, facts), one.segment),
        pains=_pains(context, one, facts),
        triggers=_triggers(context, one),
        objection=objection,
        answer=_of_her(_answer(context, one, objection, facts), one.segment),
        evidence_wanted=vary(context, "personas.evidence_wanted", **facts, form=_entry(context, one, "proof_forms")),
    )  # fmt: skip


def _gives(context: Context, one: Seen) -> bool:
    """Whether a derived persona buys a present for somebody else: what people say who use the thing themselves is not theirs."""
    return bool(one.derived) and context.brief.category not in NO_PRESENT and says("giver", one.segment.name)


def _answer(context: Context, one: Seen, objection: str, facts: dict[str, object]) -> str:
    """An answer to the objection itself: the brief's own fact where it tells one, else one of the objection's kind, else one that fits any."""
    if _gives(context, one):
        return vary(context, "personas.giver.answer", **facts)
    said = objection.rstrip("。.")
    product = _product(context, one)
    fact = next((reply.text for reply in replies(context, product.name if product else "") if reply.ask == said), "")
    if fact:
        text = vary(context, "personas.answer_fact", **facts, reply=fact)
        if len(text) <= bound(SENTENCE, context.language):
            return text
    kind = objection_kind(objection)
    return vary(context, f"personas.answer_to.{kind}" if kind else "personas.answer", **facts)


def _of_her(text: str, segment: Audience) -> str:
    """The text with the Chinese pronoun of a segment that is mostly women."""
    return _HE.sub("她", text) if "女" in segment.gender and "男" not in segment.gender else text


_HE = re.compile(r"(?<![其吉])他(?!人)")


def _platforms(context: Context, one: Seen) -> list[str]:
    """Where this persona is met: the first one everywhere, the others on all but one of three or more."""
    active = context.frame.active
    return [p.id for n, p in enumerate(active) if one.place == 0 or len(active) < 3 or n != one.place % len(active)]


def _age(name: str) -> str:
    """An age range written into a segment's name: "mostly women 35 to 60" → "35–60"."""
    found = re.search(r"(?<!\d)(\d{2})\s?(?:-|–|~|to|到|至)\s?(\d{2})(?!\d)", name)
    return f"{found.group(1)}–{found.group(2)}" if found else ""


def _view(context: Context, one: Seen) -> str:
    if one.derived:
        return f"derived_{'b2b' if context.brief.business == 'b2b' else 'other'}"
    return "first" if one.place == 0 else "second"


def _facts(context: Context, one: Seen) -> dict[str, object]:
    """What phrases may say of this persona; the products and points go round, so that two personas differ."""
    products, points = context.brief.products, context.facts.points
    product = _product(context, one)
    mine = [p for p in points if product and p.product == product.name] or list(points)
    proofs = context.facts.proofs
    room = bound(20, context.language)
    traits = [clip(x, room) for x in one.traits]
    return {
        "who": _called(context, one, 20)
        if context.zh or not one.derived
        else one.segment.name[:1].lower() + one.segment.name[1:],
        "trait": traits[0] if traits else None,
        "trait2": traits[1] if len(traits) > 1 else None,
        "product": context.facts.names["hero"]
        if product is None or product is products[0]
        else context.facts.names.get(f"product{products.index(product) + 1}", product.name),
        "point": clip(mine[one.place % len(mine)].text, room) if mine else None,
        "proof": (quotable(proofs[one.place % len(proofs)], bound(40, context.language)) or None) if proofs else None,
        "scene": _entry(context, one, "scenes"),
        "platform": context.name(_platforms(context, one)[one.place % len(_platforms(context, one))]),
        "criterion": _entry(context, one, "criteria"),
    }


def _product(context: Context, one: Seen) -> Product | None:
    """The product that a persona is told of: one of its own occasions where there is such a one, else the personas take turns."""
    products = context.brief.products
    turned = [*products[one.place % len(products) :], *products] if products else []
    return max(
        turned,
        key=lambda p: bool(_words(one.segment) & occasions(f"{p.name} {' '.join(p.selling_points)}")),
        default=None,
    )


def _called(context: Context, one: Seen, limit: int) -> str:
    """The segment's short name; a derived one is short as it stands."""
    return one.segment.name if one.derived else who(context, one.segment, limit)


def _words(segment: Audience) -> frozenset[str]:
    """The occasions that the brief's own words about a segment speak of."""
    return occasions(" ".join([segment.name, *segment.traits]))


def _ground(context: Context) -> frozenset[str]:
    """Occasions that the category is about, food about meals: a quarter and more of its moments and pains speak of them."""
    told = [
        occasions(entry)
        for key in ("scenes", "pains", "triggers", "lifestyle")
        for entry in context.facts.from_pack(key, 99)
    ]
    count = Counter(name for one in told for name in one)
    return frozenset(name for name, times in count.items() if times >= GROUND * len(told))


def _strange(context: Context, one: Seen, about: frozenset[str]) -> bool:
    """Whether a phrase speaks of occasions of which none is this persona's: those of another persona, or, where its own words name some, any
    but the category's own.
    """
    mine = _words(one.segment)
    told: list[frozenset[str]] = context.memo["personas.words"]
    others = frozenset().union(*(words for place, words in enumerate(told) if place != one.place))
    return bool(about) and not about & mine and bool(about & others or (mine and about - _ground(context)))


def _entries(context: Context, one: Seen, key: str, count: int) -> list[str]:
    """Entries of the category pack for a persona: those of its own occasions first, then those of none, each one said of one persona;
    one that speaks of another occasion only where nothing else is left.
    """
    taken: set[str] = context.memo.setdefault(f"personas.{key}", set())
    known = entries(context, key, 99, count * one.place)
    mine = _words(one.segment)

    def rank(entry: str) -> tuple[bool, bool, bool]:
        about = occasions(entry)
        return _strange(context, one, about), entry in taken, not about & mine

    found = sorted(known, key=rank)[:count]
    taken.update(found)
    return found


def _entry(context: Context, one: Seen, key: str) -> str | None:
    found = next(iter(_entries(context, one, key, 1)), None)
    return found.rstrip("。.") if found and key != "objections" else found


def _name(context: Context, one: Seen, facts: dict[str, object]) -> str:
    moment = next((moment_word(trait) for trait in one.traits if moment_word(trait)), "")
    named = _called(context, one, 16)
    return (
        fit(context, "personas.name", LINE, who=named, moment=moment or None)
        if moment
        else clip(_called(context, one, LINE), bound(LINE, context.language))
    )


def _market(context: Context) -> str:
    markets = [
        t(context.language, f"market.{m}") for m in context.brief.markets[:2] if has(context.language, f"market.{m}")
    ]
    return "、".join(markets) if context.zh else ", ".join(markets) or context.say("personas.place")


def _habit(context: Context, one: Seen, key: str, cue: re.Pattern[str] | None, facts: dict[str, object]) -> str:
    """The brief's own words where a trait is about this, with a habit of the category beside it."""
    entry = _entries(context, one, key, 1)
    habit = inside(context, entry[0]) if entry else None
    trait = next((x for x in one.traits if cue and cue.search(x)), None)
    own = {**facts, "habit": habit, "trait": clip(trait, bound(22, context.language)) if trait else None}
    return fit(context, f"personas.{key}", SENTENCE, **own)


def _pains(context: Context, one: Seen, facts: dict[str, object]) -> list[str]:
    giver = _gives(context, one)
    found = context.some("personas.giver.pain", 2, **facts) if giver else _entries(context, one, "pains", 2)
    hurt = next((x for x in one.traits if PAIN.search(x)), None)
    own = (
        [fit(context, "personas.pain_own", **{**facts, "trait": clip(hurt, bound(24, context.language))})]
        if hurt
        else []
    )
    return [*own, *found] if found or own else [fit(context, "personas.pain", **facts)]


def _triggers(context: Context, one: Seen) -> list[str]:
    giver = _gives(context, one)
    found = context.some("personas.giver.trigger", 2) if giver else _entries(context, one, "triggers", 2)
    guard = guard_of(context)
    early = context.frame.start + dt.timedelta(days=FIRST_DAYS)
    dates = sorted(
        (
            d
            for d in context.frame.key_dates
            if d.use in ("campaign", "post")
            and not d.earmark
            and guard.ok(d.name)
            and d.date >= early
            and (d.kind != "season" or d.source.startswith("brief"))
        ),
        key=lambda d: (not d.source.startswith("brief"), d.kind == "commerce", d.date),
    )
    if dates:
        moment = dates[one.place % len(dates)]
        found.append(
            vary(
                context,
                "personas.trigger_date",
                date=day(moment.date, context.language),
                date_name=clip(moment.name, bound(18, context.language)),
            )
        )
    return found


def _evidence(context: Context) -> list[Claim]:
    """What was used: the brief, past results, platform figures; and that no interview has been held."""
    found = []
    given = context.intake.brief.audience
    if given:
        found.append(
            context.claim(
                vary(
                    context,
                    "personas.evidence.brief",
                    people=join([who(context, a, 16) for a in given[:3]], context.language),
                ),
                "brief",
                "brief:audience",
            )
        )
    else:
        found.append(context.claim(vary(context, "personas.evidence.none"), "assumption", "assume:audience"))
    for n, past in enumerate(context.brief.past_results[:1]):
        found.append(
            context.claim(
                vary(context, "personas.evidence.past", past_result=clip(past, bound(44, context.language))),
                "brief",
                f"brief:past_results[{n}]",
            )
        )
    first = context.frame.active[0].id
    items = context.knowledge.platform(first).audience
    here = audience_in(context, first, items)
    told, kind, source = here or (items[0].text(context.language), items[0].kind, f"kb:{items[0].id}")
    text = clip(told, bound(58, context.language)).rstrip("。.")
    found.append(
        context.claim(
            vary(context, "personas.evidence.platform", platform=context.name(first), item=text),
            kind,
            *filter(None, [source]),
        )
    )
    found.append(context.claim(vary(context, "personas.evidence.category"), "assumption", "assume:audience"))
    return found


def _validation(context: Context, place: int, key: str) -> Validation:
    small = small_team(context)
    sample = {
        "interview": 4 if small else 8,
        "survey": 30 if small else 100,
        "analytics": 20,
        "comments": 40 if small else 150,
        "followers": 20 if small else 50,
    }[key]
    owner = {
        "interview": ("strategist", "planner"),
        "survey": ("community", "operator"),
        "analytics": ("analyst",),
        "comments": ("community", "operator"),
        "followers": ("operator", "community"),
    }[key]
    sample, due = _there(context, key, sample, workday(context, (10, 18, 20, 12, 15)[place]))
    facts = {"sample": sample, "platform": context.name(context.frame.active[0].id), "due": day(due, context.language)}
    return Validation(
        method=context.say(f"personas.test.{key}.method"), how=vary(context, f"personas.test.{key}.how", **facts), sample=sample,
        owner=context.role(*owner), due=due, changes=vary(context, f"personas.test.{key}.changes", **facts),
    )  # fmt: skip


def _there(context: Context, key: str, wanted: int, due: dt.date) -> tuple[int, dt.date]:
    """Sample and day of a test on the brand's own account. One that exists has a past to draw on; a new one holds no more than what the plan
    publishes and forecasts until the day, so the test waits for it up to eight weeks, and takes what is there then.
    """
    frame, platform = context.frame, context.frame.active[0].id
    opened = any(a.platform == platform and (a.followers or a.posts_per_week) for a in context.brief.accounts)
    if key not in OWN or opened:
        return wanted, due
    comments = next((row.target.value or 0.0 for row in frame.kpis if row.kpi == "comments"), 0.0)

    def there(date: dt.date) -> int:
        if key == "analytics":
            return sum(s.platform == platform and s.kind != "buffer" and s.date <= date for s in frame.slots)
        return int(comments * frame.share_at(date))

    first = max(due, after_weeks(context, 4))
    days = calendar_of(context).between(first, min(frame.end, frame.start + dt.timedelta(weeks=8))) or [due]
    date = next((one for one in days if there(one) >= wanted), days[-1])
    found = max(1, min(wanted, there(date)))
    return found if found < 20 or found == wanted else found // 10 * 10, date
