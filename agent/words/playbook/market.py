"""The market part: what goes on in the category, the brand's own accounts, competitors as the brief knows them, what to find out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from agent.brief.model import Account
from agent.frame.calendars import days_of
from agent.frame.model import PlatformFrame
from agent.knowledge.atoms import Item
from agent.locale import day, number, percent
from agent.plan.base import Figure, bound
from agent.plan.insight import AccountAudit, MarketPart, Opening, Trend
from agent.words.playbook.calendar import pieces_of
from agent.words.playbook.context import Context
from agent.words.playbook.facts import plain_trait, with_article, words_of
from agent.words.playbook.figures import doubt, tempo
from agent.words.playbook.fit import (
    LINE,
    PARAGRAPH,
    SENTENCE,
    after_weeks,
    entries,
    fit,
    hours_of,
    inside,
    small_team,
    spread,
    vary,
    workday,
)
from agent.words.playbook.match import broken, festival, says
from agent.words.playbook.particulars import answers, replies
from agent.words.playbook.proofs import quotable, shorten
from agent.words.playbook.rivals import CUES, compare, cue_of, known_facts, told, write_rivals
from agent.words.playbook.topics import gift_of, sayable
from agent.words.playbook.voice import clip

AUDIT_LOW = 0.999
"""Share of the benchmark's lower end below which a rate is told as low."""
AUDIT_EDGE = 0.15
"""Part of the benchmark's span, from below, that counts as its lower edge."""


def write_market(context: Context) -> MarketPart:
    """Trends as hypotheses with their check, audit, competitors from the brief only, openings, lessons, research tasks."""
    context.tasks.clear()
    scan = _scan_task(context)
    rivals = write_rivals(context)
    listen = context.task("voices", workday(context, 8), context.role("community", "operator"), **_effort(context))
    context.task("baseline", after_weeks(context, 4), context.role("analyst", "operator"), **_effort(context))
    part = MarketPart(
        truth=fit(context, "market.truth", PARAGRAPH, task=listen.id, due=day(workday(context, 8), context.language)),
        hot_topics=_hot(context, scan),
        discussion=_discussion(context, listen.id),
        spread=_spread(context),
        timing=vary(context, "market.timing", platform=context.name(context.frame.active[0].id), hours=hours_of(context, context.frame.active[0].id, 1), quiet=_quiet(context)),
        audit=[_audit(context, platform) for platform in _audited(context)],
        competitors=rivals,
        comparison=compare(context, rivals),
        openings=_openings(context),
        lessons=_lessons(context),
        unknowns=list(context.tasks),
    )  # fmt: skip
    return shorten(part, context.facts.proofs, frozenset({"comparison"}))


def _effort(context: Context) -> dict[str, object]:
    """How much research these hands can do, and where."""
    first = context.frame.active[0].id
    return {
        "posts": 10 if small_team(context) else 30,
        "voices": 30 if small_team(context) else 100,
        "platform": context.name(first),
    }


def _one(context: Context, key: str, skip: int = 0) -> str | None:
    found = entries(context, key, 1, skip)
    return found[0].rstrip("。.") if found else None


def _quiet(context: Context) -> str | None:
    """The first quiet time of the category that the plan's own slots keep, none of a feast outside the period, one of every week before one that comes now and then."""
    moments = {(s.date.weekday(), int(s.time[:2])) for s in context.frame.slots if s.kind != "buffer"}
    kept = [one for entry in entries(context, "quiet", 99) if not broken(one := entry.rstrip("。."), moments)]
    kept = [one for one in kept if not (ids := festival(one)) or _falls_in(context, ids)]
    return next((one for one in kept if not says("rare", one)), next(iter(kept), None))


def _falls_in(context: Context, ids: Sequence[str]) -> bool:
    """Whether one of some dates of the knowledge base lies in the plan's period."""
    rules, start, end = {rule.id: rule for rule in context.knowledge.base.dates}, context.frame.start, context.frame.end
    years = range(start.year, end.year + 1)
    return any(
        start <= on <= end for one in ids if one in rules for year in years for on in days_of(rules[one], rules, year)
    )


def _scan_task(context: Context) -> str:
    return context.task(
        "scan", workday(context, 5), context.role("planner", "operator", "analyst"), **_effort(context)
    ).id


def _line(context: Context, text: str) -> str:
    return clip(text, bound(LINE, context.language))


def _hot(context: Context, task: str) -> list[Trend]:
    """Conversation themes of the category, as hypotheses to be searched for where the scan is made, and the first date that the plan campaigns for."""
    topics = entries(context, "hot", 3)
    rows: list[dict[str, object]] = [
        {"topic": topic, "task": task, "due": day(workday(context, 5), context.language), "point": _fitting_point(context, topic), "platform": context.name(context.frame.active[0].id)}
        for topic in topics
    ]  # fmt: skip
    what, so_what = spread(context, "market.hot.what", rows), spread(context, "market.hot.so_what", rows)
    found = [
        Trend(id=f"hot-{n + 1}", title=_line(context, topic), what=what[n], so_what=so_what[n], kind="assumption", sources=context.sources.cite("assume:market"))
        for n, topic in enumerate(topics)
    ]  # fmt: skip
    moment = next(
        (d for use in ("campaign", "post") for d in context.frame.key_dates if d.use == use and d.kind != "brand"), None
    )
    if moment:
        facts = {
            "date_name": clip(moment.name, bound(20, context.language)),
            "date": day(moment.date, context.language),
            "ready": day(moment.deliver_by, context.language),
            "from_day": day(moment.prepare_from, context.language),
            **pieces_of(context, moment),
            **({"hero": gift.name} if (gift := gift_of(context, moment)) else {}),
        }
        found.append(
            Trend(
                id=f"hot-{len(found) + 1}",
                title=_line(context, moment.name),
                what=vary(context, "market.date.what", **facts),
                so_what=vary(context, "market.date.so_what", **facts),
                kind="brief" if moment.source.startswith("brief") else "knowledge",
                sources=context.sources.cite(moment.source),
            )
        )
    return found


def _fitting_point(context: Context, topic: str) -> str | None:
    """A selling point that speaks of the same thing as a theme; None where none does."""
    about = words_of(topic, context.language)
    return next((p.text for p in context.facts.points if about & words_of(p.text, context.language)), None)


def _its_product(context: Context, entry: str) -> dict[str, str]:
    """The product that the brief answers a question for where that is another than the leading one, with the point that answers; else nothing."""
    ask = entry.rstrip("。.")
    for place, product in enumerate(context.intake.brief.products):
        told = (*answers(context, product.name), *replies(context, product.name))
        found = next((one for one in told if one.ask == ask and one.product == product.name), None)
        name = with_article(sayable(context, product.name))
        if found and not place:
            return {}
        if found and name:
            points = [one for one in product.selling_points if one in found.text] or product.selling_points
            return {"hero": name, **({"point1": points[0]} if points else {})}
    return {}


def _discussion(context: Context, task: str) -> list[Trend]:
    """What the brief says, or the plan assumes, that people say; then questions, doubts and beliefs of the category, as hypotheses."""
    found: list[Trend] = []
    told = not any(gap.field.startswith("audience") for gap in context.intake.gaps)
    for place, segment in enumerate(context.brief.audience):
        for n, trait in enumerate(plain_trait(one) for one in segment.traits[: 2 if place == 0 else 0]):
            facts = {
                "trait": clip(trait, bound(24, context.language)),
                "who": context.facts.names.get(f"audience{place + 1}"),
            }
            found.append(
                Trend(
                    id="",
                    title=_line(context, trait),
                    what=vary(context, "market.said.what" if told else "market.supposed.what", **facts),
                    so_what=vary(context, "market.said.so_what" if told else "market.supposed.so_what", **facts),
                    kind="brief" if told else "assumption",
                    sources=context.sources.cite(f"brief:audience[{place}].traits[{n}]" if told else "assume:audience"),
                )
            )
    for kind, key, count in (("question", "questions", 2), ("doubt", "doubts", 1), ("myth", "myths", 1)):
        for entry in entries(context, key, count):
            facts = {"entry": entry.rstrip("。."), "task": task, "proof": context.facts.names.get("proof_figure")}
            facts |= _its_product(context, entry)
            found.append(
                Trend(
                    id="",
                    title=_line(context, entry),
                    what=vary(context, f"market.{kind}.what", **facts),
                    so_what=vary(context, f"market.{kind}.so_what", **facts),
                    kind="assumption",
                    sources=context.sources.cite("assume:market"),
                )
            )
    for n, trend in enumerate(found, 1):
        trend.id = f"talk-{n}"
    return found


def _spread(context: Context) -> list[Trend]:
    """How things spread on each active platform, from the knowledge base, and one pattern of the category."""
    found = []
    for place, active in enumerate(context.frame.active, 1):
        item = _best(context.knowledge.platform(active.id).distribution)
        facts = {
            "platform": context.name(active.id),
            "posts": tempo(active.cadence),
            "format": _format(context, _usual(context, active)),
        }
        what = _known(context, item)
        found.append(
            Trend(
                id=f"spread-{place}",
                title=vary(context, "market.spread.title", LINE, **facts),
                what=what,
                so_what=vary(context, "market.spread.so_what", **facts),
                platform=active.id,
                kind=item.kind,
                sources=context.sources.cite(f"kb:{item.id}"),
            )
        )
    for entry in entries(context, "spread", 1):
        facts = {"entry": inside(context, entry)}
        found.append(
            Trend(
                id=f"spread-{len(found) + 1}",
                title=vary(context, "market.pattern.title", LINE),
                what=vary(context, "market.pattern.what", **facts),
                so_what=vary(context, "market.pattern.so_what", **facts),
                kind="assumption",
                sources=context.sources.cite("assume:market"),
            )
        )
    return found


def _usual(context: Context, active: PlatformFrame) -> str:
    """The format in which most of a platform's pieces are planned."""
    planned = Counter(slot.format for slot in context.frame.slots if slot.platform == active.id and slot.kind == "post")
    return planned.most_common(1)[0][0] if planned else active.formats[0][0]


def _format(context: Context, name: str) -> str:
    from agent.locale import t

    text = t(context.language, f"format.{name}")
    return text if context.zh or text.isupper() or text[:2].isupper() else text[:1].lower() + text[1:]


def _best(items: tuple[Item, ...]) -> Item:
    """The most reliable item; the first among equals."""
    order = {"high": 0, "medium": 1, "low": 2}
    return min(items, key=lambda item: order[item.confidence])


def _known(context: Context, item: Item) -> str:
    """A statement of the knowledge base within a sentence, labelled when it rests on little."""
    mark = context.say("market.low_confidence") if item.confidence == "low" else ""
    room = bound(SENTENCE, context.language) - len(mark) - 2
    text = clip(item.text(context.language), room)
    end = "。" if context.zh else "."
    return text.rstrip("。.") + end + (mark if context.zh or not mark else f" {mark}")


def _audited(context: Context) -> list[str]:
    """Active platforms first, then the brand's accounts elsewhere."""
    return list(
        dict.fromkeys(
            [p.id for p in context.frame.active]
            + [a.platform for a in context.brief.accounts if a.platform in context.knowledge.platforms]
        )
    )


def _audit(context: Context, platform: str) -> AccountAudit:
    place = next((n for n, a in enumerate(context.brief.accounts) if a.platform == platform), -1)
    account = context.brief.accounts[place] if place >= 0 else Account(platform=platform)
    path = f"accounts[{place}]"
    name = context.name(platform)
    rate, posts = account.engagement_rate, account.posts_per_week
    facts: dict[str, object] = {
        "platform": name,
        "followers": number(account.followers) if account.followers is not None else None,
        "posts": tempo(posts) if posts is not None else None,
        "views": number(account.average_views) if account.average_views is not None else None,
        "cadence": next((tempo(p.cadence) for p in context.frame.active if p.id == platform), None),
        "due": day(after_weeks(context, 4), context.language),
        "start": day(context.frame.start, context.language),
    }
    return AccountAudit(
        platform=platform,
        handle=(account.handle or context.brief.brand) if place >= 0 else "",
        followers=_figure(
            context, account.followers, "count", f"{path}.followers", "followers", name, opened=place >= 0
        ),
        engagement=_figure(context, rate, "%", f"{path}.engagement_rate", "rate", name, opened=place >= 0),
        posts_per_week=_figure(context, posts, "count", f"{path}.posts_per_week", "posts", name, opened=place >= 0),
        reading=_reading(context, account, facts) if place >= 0 else vary(context, "market.audit.new", **facts),
        next_step=_next(context, platform, account, facts, opened=place >= 0),
    )


def _figure(
    context: Context, value: float | None, unit: str, path: str, what: str, platform: str, *, opened: bool
) -> Figure:
    if value is not None:
        return Figure(value=value, unit=unit, kind="brief", sources=context.sources.cite(f"brief:{path}"))
    note = context.say(
        f"market.audit.how.{what}" if opened else "market.audit.how.none",
        platform=platform,
        due=day(after_weeks(context, 4), context.language),
    )
    return Figure(unit=unit, kind="research", note=note)


def _reading(context: Context, account: Account, facts: dict[str, object]) -> str:
    metric = "er_followers" if account.rate_basis == "followers" else "er"
    bench = context.knowledge.find_benchmark(metric, account.platform)
    if account.engagement_rate is not None and bench is not None:
        context.sources.cite(f"kb:{bench.id}")
        rate = account.engagement_rate
        edge = bench.low + AUDIT_EDGE * (bench.high - bench.low)
        where = (
            "low"
            if rate < bench.low * AUDIT_LOW
            else "high"
            if rate > bench.high
            else "floor"
            if rate < edge
            else "within"
        )
        span = f"{percent(bench.low)}–{percent(bench.high)}{doubt(context, [bench.id])}"
        basis = context.say("market.audit.basis_unknown") if account.rate_basis == "unknown" else None
        return vary(context, f"market.audit.rate_{where}", rate=percent(rate), span=span, basis=basis, **facts)
    kind = "views" if account.average_views is not None else "size" if account.followers is not None else "bare"
    return vary(context, f"market.audit.{kind}", **facts)


def _next(context: Context, platform: str, account: Account, facts: dict[str, object], *, opened: bool) -> str:
    frame = next((p for p in context.frame.active if p.id == platform), None)
    if frame is None:
        soon = day(workday(context, 9), context.language)
        return vary(context, "market.audit.next_idle", **{**facts, "due": soon})
    if not opened:
        return vary(context, "market.audit.next_open", **facts)
    if account.posts_per_week is None:
        return vary(context, "market.audit.next_measure", **facts)
    kind = (
        "more"
        if frame.cadence > account.posts_per_week
        else "less"
        if frame.cadence < account.posts_per_week
        else "same"
    )
    return vary(context, f"market.audit.next_{kind}", **facts, gains=_gains(context, platform))


def _gains(context: Context, platform: str) -> str | None:
    """The first other platform that gets more posts than it has had; None where hours saved go nowhere in particular."""
    had = {one.platform: one.posts_per_week for one in context.brief.accounts}
    grown = [p.id for p in context.frame.active if p.id != platform and p.cadence > (had.get(p.id, 0.0) or 0.0)]
    return context.name(grown[0]) if grown else None


def _openings(context: Context) -> list[Opening]:
    """Where the known facts of competitors leave room, where our proof stands alone, and the criterion that nobody explains."""
    found: list[Opening] = []
    seen: set[str] = set()
    for place, rival in enumerate(context.brief.competitors[:3]):
        cue, fact = cue_of(rival, avoid=seen)
        if not fact:
            continue
        seen.add(cue)
        facts = {"rival": rival.name, "fact": clip(told(context, fact), bound(22, context.language))}
        found.append(_opening(context, f"open.{cue}", f"brief:competitors[{place}].facts", "assumption", facts))
    if context.facts.proofs:
        proof = context.facts.proofs[0]
        text = quotable(proof, bound(40, context.language)) or proof.handle
        found.append(
            _opening(
                context,
                "open.proof" if proof.kind == "figure" else "open.paper",
                proof.source,
                "assumption",
                {"proof": text},
            )
        )
    for key, pack in (("criterion", "criteria"), ("doubt", "doubts")):
        if len(found) < 4 and entries(context, pack, 1):
            found.append(
                _opening(context, f"open.{key}", "assume:market", "assumption", {"entry": _one(context, pack, 1)})
            )
    return _numbered(found, "open")


def _lessons(context: Context) -> list[Opening]:
    """What worked before, what a competitor is steady at, and a pattern of the category."""
    found: list[Opening] = []
    for n, past in enumerate(context.brief.past_results[:2]):
        found.append(
            _opening(
                context,
                "lesson.past",
                f"brief:past_results[{n}]",
                "brief",
                {"past_result": clip(past, bound(48, context.language))},
            )
        )
    for place, rival in enumerate(context.brief.competitors):
        fact = next((f for f in known_facts(rival) if CUES["volume"].search(f)), "")
        if fact:
            found.append(
                _opening(
                    context,
                    "lesson.steady",
                    f"brief:competitors[{place}].facts",
                    "assumption",
                    {"rival": rival.name, "fact": clip(told(context, fact), bound(22, context.language))},
                )
            )
            break
    for entry in entries(context, "spread", 2 if len(found) < 2 else 1, skip=1):
        found.append(
            _opening(context, "lesson.pattern", "assume:market", "assumption", {"entry": inside(context, entry)})
        )
    return _numbered(found, "lesson")


def _opening(context: Context, key: str, source: str, kind: str, facts: Mapping[str, object]) -> Opening:
    return Opening.model_validate({
        "id": "", "title": vary(context, f"market.{key}.title", LINE, **facts), "why": vary(context, f"market.{key}.why", **facts),
        "how": vary(context, f"market.{key}.how", **facts), "kind": kind, "sources": context.sources.cite(source),
    })  # fmt: skip


def _numbered(found: list[Opening], prefix: str) -> list[Opening]:
    for n, one in enumerate(found, 1):
        one.id = f"{prefix}-{n}"
    return found
