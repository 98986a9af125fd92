"""Classes of planted defects: each makes one labelled edit of a clean plan, or says that this plan has no room for it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from agent.checks.complete import checklist
from agent.checks.walk import prose
from agent.plan.model import MarketingPlan
from evals.case import Case
from evals.defects.edit import put

Made = MarketingPlan | None
Plant = Callable[[MarketingPlan, Case, random.Random], Made]


@dataclass(frozen=True)
class Defect:
    """A class of defects."""

    id: str
    about: str
    """What is wrong with the plan."""
    codes: frozenset[str]
    """Checks that ought to notice."""
    plant: Plant


CLASSES: dict[str, Defect] = {}


def defect(id: str, about: str, *codes: str) -> Callable[[Plant], Plant]:
    """Registers a class."""

    def register(plant: Plant) -> Plant:
        CLASSES[id] = Defect(id, about, frozenset(codes), plant)
        return plant

    return register


def _place(rows: list[Any], rng: random.Random, fits: Callable[[Any], bool] = lambda _: True) -> int | None:
    places = [n for n, row in enumerate(rows) if fits(row)]
    return rng.choice(places) if places else None


def _zh(plan: MarketingPlan) -> bool:
    return plan.meta.language.startswith("zh")


def _prose_path(plan: MarketingPlan, rng: random.Random, least: int = 25) -> tuple[str, str] | None:
    """Path and words of some prose outside posts and topics, long enough to carry another sentence."""
    found = [
        (one.path, one.text)
        for one in prose(plan)
        if one.words >= least and not one.path.startswith(("adaptations", "themes", "calendar"))
    ]
    return rng.choice(found) if found else None


# Money


@defect("sum_off_by_one", "A budget line is a cent more than the total allows", "BUD-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(plan.budget.lines, rng)
    return (
        None
        if n is None
        else put(plan, f"budget.lines[{n}].cents", plan.budget.lines[n].cents + rng.choice((1, -1, 100)))
    )


@defect("total_not_the_briefs", "The plan spends another sum than the client gave", "FID-001", "BUD-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    if case.intake is None or case.intake.filled.budget.total is None or not plan.budget.lines:
        return None
    more = rng.choice((100, 10_000, 500_000))
    n = rng.randrange(len(plan.budget.lines))
    grown = put(plan, f"budget.lines[{n}].cents", plan.budget.lines[n].cents + more)
    return put(grown, "budget.total_cents", plan.budget.total_cents + more)


@defect("platform_money", "A platform's row tells another sum than its lines", "BUD-002")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = rng.randrange(len(plan.platforms.choices))
    return put(
        plan,
        f"platforms.choices[{n}].budget_cents",
        plan.platforms.choices[n].budget_cents + rng.choice((1, 100, 99_900)),
    )


@defect("impressions_do_not_follow", "Paid impressions are not the spend at its CPM", "BUD-012")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(
        plan.budget.paid,
        rng,
        lambda row: bool(row.impressions.value and row.impressions.value > 1000 and row.cpm.value),
    )
    if n is None:
        return None
    value = plan.budget.paid[n].impressions.value or 0
    return put(
        plan,
        f"budget.paid[{n}].impressions",
        plan.budget.paid[n].impressions.model_copy(
            update={"value": value * rng.choice((1.2, 2, 10)), "low": None, "high": None}
        ),
    )


@defect("tier_total", "A creator tier's total is not number times fee", "BUD-003")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(plan.budget.creators, rng)
    return (
        None
        if n is None
        else put(plan, f"budget.creators[{n}].number", plan.budget.creators[n].number + rng.choice((1, 5)))
    )


@defect("price_never_given", "A post promises a price that the client never gave", "FID-011")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = rng.randrange(len(plan.adaptations.posts))
    cut = rng.choice((37, 83, 113))
    told = f"今天下单立减 {cut} 元。" if _zh(plan) else f"Order today and save ${cut}."
    return put(plan, f"adaptations.posts[{n}].body", f"{plan.adaptations.posts[n].body}\n{told}")


# Dates


@defect("date_past_the_end", "A calendar row lies after the period", "DAT-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = rng.randrange(len(plan.calendar.entries))
    return put(plan, f"calendar.entries[{n}].date", plan.meta.end + dt.timedelta(days=rng.randint(1, 20)))


@defect("deadline_after_publishing", "Material is due after the post goes out", "DAT-003")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(plan.calendar.entries, rng, lambda row: row.kind == "post")
    return (
        None
        if n is None
        else put(
            plan,
            f"calendar.entries[{n}].deadline",
            plan.calendar.entries[n].date + dt.timedelta(days=rng.randint(1, 4)),
        )
    )


@defect("review_on_a_weekend", "A review lies on a day on which nobody works", "DAT-005")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    if not plan.measurement.reviews:
        return None
    n = rng.randrange(len(plan.measurement.reviews))
    day = plan.measurement.reviews[n].date
    sunday = day + dt.timedelta(days=6 - day.weekday())
    return put(
        plan, f"measurement.reviews[{n}].date", sunday if sunday <= plan.meta.end else sunday - dt.timedelta(days=7)
    )


@defect("wrong_weekday", "A date is told with another weekday than it has", "DAT-009")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    day = plan.meta.start + dt.timedelta(days=rng.randrange(max((plan.meta.end - plan.meta.start).days, 1)))
    wrong = (day.weekday() + rng.randint(1, 6)) % 7
    if _zh(plan):
        told = f"{day.year}年{day.month}月{day.day}日（周{'一二三四五六日'[wrong]}）碰头。"
    else:
        told = f"Meet on {('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[wrong]} {day.day} {day:%b} {day.year}."
    return put(plan, "summary.decisions", [*plan.summary.decisions, told])


@defect("phase_gap", "A phase begins days after the one before it ended", "DAT-007")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = rng.randrange(len(plan.phases))
    return put(plan, f"phases[{n}].start", plan.phases[n].start + dt.timedelta(days=rng.randint(1, 5)))


@defect("embargo_broken", "A post tells before its day what has to stay unsaid", "FID-006")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    embargoes = case.intake.filled.embargoes if case.intake else []
    known = [(word, one.until) for one in embargoes for word in one.keywords if word]
    early = [
        (word, n)
        for word, until in known
        for n, row in enumerate(plan.calendar.entries)
        if row.date < until and row.kind == "post"
    ]
    if not early:
        return None
    word, n = rng.choice(early)
    return put(plan, f"calendar.entries[{n}].hook", f"{plan.calendar.entries[n].hook} {word}")


# Platforms and posts


@defect("over_long_title", "A post's title is longer than the platform takes", "LIM-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(plan.adaptations.posts, rng, lambda row: bool(row.title))
    if n is None:
        return None
    title = plan.adaptations.posts[n].title
    return put(plan, f"adaptations.posts[{n}].title", (title + " ") * (1 + 320 // max(len(title), 1)))


@defect("hashtag_with_blank", "A hashtag holds a blank or a mark", "LIM-005")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(plan.adaptations.posts, rng, lambda row: bool(row.hashtags))
    if n is None:
        return None
    tags = list(plan.adaptations.posts[n].hashtags)
    tags[rng.randrange(len(tags))] = rng.choice(("#两个 词", "two words", "#tag"))
    return put(plan, f"adaptations.posts[{n}].hashtags", tags)


@defect("copied_adaptation", "A post is pasted from another platform", "DIS-003")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    posts = plan.adaptations.posts
    pairs = [
        (a, b)
        for a, one in enumerate(posts)
        for b, other in enumerate(posts)
        if a != b and one.core == other.core and one.language == other.language
    ]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return put(
        put(plan, f"adaptations.posts[{a}].body", posts[b].body), f"adaptations.posts[{a}].title", posts[b].title
    )


@defect("refused_platform", "A platform that the client refuses gets a row", "FID-002")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    avoid = case.intake.filled.platforms.avoid if case.intake else []
    if not avoid:
        return None
    n = rng.randrange(len(plan.calendar.entries))
    return put(plan, f"calendar.entries[{n}].platform", rng.choice(avoid))


# Competitors, sources, figures


def _observation(plan: MarketingPlan, rng: random.Random) -> tuple[int, int] | None:
    """Places of a competitor and of one of its observations; None when there is none."""
    places = [
        (n, m)
        for n, one in enumerate(plan.market.competitors)
        if not one.status_quo
        for m in range(len(one.observations))
    ]
    return rng.choice(places) if places else None


@defect("competitor_figure_invented", "A number is said of a competitor that nobody gave", "GRD-006")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    place = _observation(plan, rng)
    if place is None:
        return None
    n, m = place
    text = plan.market.competitors[n].observations[m].text
    figure = rng.choice((37_800, 91_400, 6_730))
    told = f"{text} 粉丝约 {figure:,}。" if _zh(plan) else f"{text} It has about {figure:,} followers."
    return put(plan, f"market.competitors[{n}].observations[{m}].text", told)


@defect("competitor_invented", "A competitor stands in the analysis whom nobody named", "FID-009")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(plan.market.competitors, rng, lambda row: not row.status_quo)
    if n is None:
        return None
    return put(plan, f"market.competitors[{n}].name", rng.choice(("明日之星集团", "Bramblewick Ltd", "海岚优选")))


@defect("competitor_assumed", "What is said of a competitor rests on nothing", "GRD-007")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    place = _observation(plan, rng)
    if place is None:
        return None
    n, m = place
    said = "用户普遍觉得它的客服敷衍。" if _zh(plan) else "Its customers find the service careless."
    seen = (
        plan.market.competitors[n]
        .observations[m]
        .model_copy(
            update={
                "text": said,
                "kind": rng.choice(("assumption", "brief")),
                "sources": ["brief:competitors"],
                "task": "",
            }
        )
    )
    return put(plan, f"market.competitors[{n}].observations[{m}]", seen)


def _numbers(value: Any) -> Iterator[float]:
    """Every number in the fields of a plan."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _numbers(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


@defect("number_from_nowhere", "A share stands in the prose that comes from nowhere", "GRD-004", "GRD-003")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    found = _prose_path(plan, rng, 70)
    if found is None:
        return None
    held = {round(number, 4) for number in _numbers(plan.model_dump(mode="json"))}
    free = [one for one in (37.4, 68.3, 91.7) if not {round(one / 100 + step / 1000, 4) for step in (-1, 0, 1)} & held]
    if not free:
        return None
    share = f"{rng.choice(free)}%"
    told = f"其中 {share} 的用户因此下单。" if _zh(plan) else f" Of these, {share} of users order."
    return put(plan, found[0], found[1] + told)


@defect("source_unknown", "A figure cites what does not exist", "GRD-001", "REF-002")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = rng.randrange(len(plan.kpis.kpis))
    return put(
        plan, f"kpis.kpis[{n}].target.sources", [rng.choice(("kb:benchmark.nowhere", "brief:nowhere", "calc:nothing"))]
    )


@defect("figure_against_its_source", "A figure is not what its cited item says", "GRD-002")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(plan.budget.paid, rng, lambda row: row.cpm.value is not None and row.cpm.kind == "knowledge")
    if n is None:
        return None
    cpm = plan.budget.paid[n].cpm
    far = (cpm.value or 0) * rng.choice((7, 0.05))
    return put(plan, f"budget.paid[{n}].cpm", cpm.model_copy(update={"value": far, "low": None, "high": None}))


@defect("range_reversed", "A range runs from high to low", "ARI-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(
        plan.kpis.kpis,
        rng,
        lambda row: row.target.low is not None and row.target.high is not None and row.target.low < row.target.high,
    )
    if n is None:
        return None
    target = plan.kpis.kpis[n].target
    return put(plan, f"kpis.kpis[{n}].target", target.model_copy(update={"low": target.high, "high": target.low}))


@defect("risk_score", "A risk's score is not likelihood times impact", "ARI-004")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = rng.randrange(len(plan.risks.risks))
    return put(plan, f"risks.risks[{n}].score", plan.risks.risks[n].score + rng.choice((1, -1, 5)))


@defect("pillar_shares", "Pillar shares do not sum to a hundred", "ARI-002")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = rng.randrange(len(plan.themes.pillars))
    return put(plan, f"themes.pillars[{n}].share", plan.themes.pillars[n].share + rng.choice((1, -1, 10)))


# What belongs together


@defect("kpi_without_goal", "A KPI serves a goal that there is none of", "REF-001", "COV-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = rng.randrange(len(plan.kpis.kpis))
    return put(plan, f"kpis.kpis[{n}].goal", rng.choice(("", "G99")))


@defect("goal_without_kpi", "Nothing measures a goal", "COV-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    goal = rng.choice(plan.positioning.goals).id
    left = [one for one in plan.kpis.kpis if one.goal != goal]
    return put(plan, "kpis.kpis", left) if left and len(left) < len(plan.kpis.kpis) else None


@defect("risk_without_owner", "Nobody owns a risk", "COV-007")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    return put(plan, f"risks.risks[{rng.randrange(len(plan.risks.risks))}].owner", rng.choice(("", " ")))


@defect("row_without_call", "A calendar row asks nobody for anything", "COV-015")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(plan.calendar.entries, rng, lambda row: row.kind == "post")
    return None if n is None else put(plan, f"calendar.entries[{n}].{rng.choice(('cta', 'hook', 'owner'))}", "")


@defect("holder_invented", "A role is held by somebody who is not in the team", "FID-008")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = rng.randrange(len(plan.team.roles))
    return put(plan, f"team.roles[{n}].holder", rng.choice(("司马子规", "Quentin Ashgrove", "实习生尉迟")))


@defect("overload", "A week asks for far more hours than its holder has", "CAP-002", "CAP-004")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    n = _place(plan.team.weeks, rng, lambda row: row.capacity > 0)
    return (
        None
        if n is None
        else put(plan, f"team.weeks[{n}].hours", plan.team.weeks[n].capacity * rng.choice((1.4, 2.0)) + 1)
    )


@defect("line_item_missing", "Something that a plan holds is not in it", "CMP-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    texts = [path for item in checklist() for path in item.paths if path.count(".") == 1 and "[" not in path]
    path = rng.choice(
        [one for one in texts if isinstance(getattr(getattr(plan, one.split(".")[0]), one.split(".")[1]), str | list)]
    )
    old = getattr(getattr(plan, path.split(".")[0]), path.split(".")[1])
    return put(plan, path, "" if isinstance(old, str) else [])


# Words


@defect("banned_claim", "A public text says what the law forbids", "CPL-002")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    if not plan.engagement.replies:
        return None
    zh = ("本品全网最低价。", "效果国家级，世界第一。", "用了包治失眠，彻底治愈。")
    en = ("It cures eczema.", "It cures diabetes in a week.", "This product cures cancer.")
    market = plan.meta.markets[0] if plan.meta.markets else ""
    if (_zh(plan) and market != "CN") or (not _zh(plan) and market not in ("US", "GB", "EU")):
        return None
    n = rng.randrange(len(plan.engagement.replies))
    return put(
        plan,
        f"engagement.replies[{n}].reply",
        f"{plan.engagement.replies[n].reply} {rng.choice(zh if _zh(plan) else en)}",
    )


@defect("off_brand_promise", "A hook says what the client never wants said", "FID-004")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    from agent.checks.terms import split_terms

    entries = case.intake.filled.never_say if case.intake else []
    terms = [term for entry in entries for term in split_terms(entry) if 1 < len(term) < 30]
    if not terms:
        return None
    n = rng.randrange(len(plan.calendar.entries))
    return put(plan, f"calendar.entries[{n}].hook", f"{plan.calendar.entries[n].hook} {rng.choice(terms)}")


@defect("language_slip", "A text is suddenly in another language", "LAN-002", "LAN-003")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    found = _prose_path(plan, rng, 70)
    if found is None:
        return None
    zh, en = "这一步由运营负责到底。", " We should make sure that the team really follows this through."
    return put(plan, found[0], found[1] + (en if _zh(plan) else zh))


@defect("script_slip", "A text holds characters of the other script", "LAN-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    found = _prose_path(plan, rng, 70)
    if found is None or not _zh(plan):
        return None
    return put(
        plan, found[0], found[1] + ("這個帳號要長期經營。" if plan.meta.language == "zh-CN" else "这个账号要长期经营。")
    )


@defect("blank_left", "A blank of the template was never filled", "LAN-004", "LAN-005")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    found = _prose_path(plan, rng)
    if found is None:
        return None
    return put(
        plan,
        found[0],
        f"{found[1][:-1]} {rng.choice(('{brand}', 'TBD', '{{ topic }}', 'None', '待补充 TBD'))}{found[1][-1:]}",
    )


@defect("seam", "Punctuation is doubled or brackets are empty", "LAN-006")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    found = _prose_path(plan, rng)
    if found is None:
        return None
    return put(
        plan,
        found[0],
        found[1] + (rng.choice(("，，好。", "（）。", "。。")) if _zh(plan) else rng.choice((" ,, so.", " ()."))),
    )


@defect("same_twice", "Two topics of a pillar are the same", "DIS-001")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    p = _place(plan.themes.pillars, rng, lambda row: len(row.topics) > 1)
    if p is None:
        return None
    topics = plan.themes.pillars[p].topics
    return put(
        plan, f"themes.pillars[{p}].topics[{len(topics) - 1}].title", topics[0].title + ("！" if _zh(plan) else "!")
    )


@defect("target_told_as_fact", "What the client wants is told as if it were so already", "FID-014")
def _(plan: MarketingPlan, case: Case, rng: random.Random) -> Made:
    goals = [
        one
        for one in (case.intake.filled.objectives if case.intake else [])
        if one.target and one.target != one.baseline and one.target >= 10
    ]
    if not goals:
        return None
    goal = rng.choice(goals)
    number = f"{goal.target:,.0f}"
    zh = (f"{plan.meta.brand}已经做到了 {number}。", f"账号已达 {number}，口碑稳定。", f"目前实现了 {number}。")
    en = (
        f"{plan.meta.brand} has already reached {number}.",
        f"The account now has {number}.",
        f"The brand hit {number} last month.",
    )
    path = rng.choice(("summary.situation", "market.truth", "positioning.fit", "community.readiness"))
    part, field = path.split(".")
    return put(plan, path, f"{getattr(getattr(plan, part), field)} {rng.choice(zh if _zh(plan) else en)}")
