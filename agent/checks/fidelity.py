"""Brief fidelity: what the client asked for, forbade, priced and named is what the plan says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from agent.brief.model import BrandBrief
from agent.brief.said import said_name
from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.terms import amounts, bare_name, is_cjk, numbers, occurs, split_terms, squeezed
from agent.checks.walk import published, texts
from agent.locale import money
from agent.plan.model import MarketingPlan


def brief_words(brief: BrandBrief) -> list[str]:
    """Every text of the brief as the client wrote it, the longest first; spans and identifiers left out."""
    found: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.add(value.strip())
        elif isinstance(value, BaseModel):
            for name, inner in vars(value).items():
                if name not in ("spans", "timezone", "documents"):
                    walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(brief)
    return sorted((text for text in found if len(text) > 1), key=len, reverse=True)


@check("FID-001", "error", "The budget is the brief's, to the cent")
def budget_is_briefs(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Where the brief, or its filled gap, names a total."""
    total = ctx.brief.budget.total
    if total is not None and plan.budget.total_cents != int(total * 100):
        said, want = (money(c, plan.budget.currency) for c in (plan.budget.total_cents, int(total * 100)))
        yield at("budget.total_cents", said=said, want=want)


@check("FID-002", "error", "Platforms that the client refuses get nothing")
def avoided_absent(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """They may stand in the list of platforms considered, as excluded, and nowhere else."""
    avoid = set(ctx.brief.platforms.avoid)
    rows = [
        (f"platforms.choices[{n}].role", c.platform)
        for n, c in enumerate(plan.platforms.choices)
        if c.role != "excluded"
    ]
    rows += [(f"calendar.entries[{n}].platform", e.platform) for n, e in enumerate(plan.calendar.entries)]
    rows += [(f"adaptations.posts[{n}].platform", p.platform) for n, p in enumerate(plan.adaptations.posts)]
    rows += [(f"budget.lines[{n}].platform", b.platform) for n, b in enumerate(plan.budget.lines)]
    rows += [(f"budget.creators[{n}].platform", c.platform) for n, c in enumerate(plan.budget.creators)]
    rows += [(f"budget.paid[{n}].platform", p.platform) for n, p in enumerate(plan.budget.paid)]
    rows += [(f"engagement.windows[{n}].platform", w.platform) for n, w in enumerate(plan.engagement.windows)]
    rows += [(f"kpis.kpis[{n}].platform", k.platform) for n, k in enumerate(plan.kpis.kpis)]
    for where, platform in rows:
        if platform in avoid:
            yield at(where, platform=platform)


@check("FID-003", "error", "Platforms that the client demands are primary or support")
def musts_used(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Unless the same brief refuses them, which intake reports."""
    roles = {choice.platform: choice.role for choice in plan.platforms.choices}
    for platform in ctx.brief.platforms.must:
        if platform not in ctx.brief.platforms.avoid and roles.get(platform) not in ("primary", "support"):
            yield at("platforms.choices", platform=platform)


@check("FID-004", "error", "Nothing meant for the public says what the client forbids")
def never_said(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Posts, calendar, topics, replies, statements; guardrails and risks may quote the words."""
    terms = [term for entry in ctx.brief.never_say for term in split_terms(entry)]
    for one in published(plan):
        for term in terms:
            if occurs(term, one.text):
                yield at(one.path, term=term, text=_around(term, one.text))


def _around(term: str, text: str) -> str:
    """The words on both sides of a term."""
    place = max(text.lower().find(term.lower()), 0)
    return text[max(0, place - 12) : place + len(term) + 12].replace("\n", " ")


@check("FID-005", "error", "What the client wants said is said in public")
def must_said(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Whatever the punctuation; a long message counts when most of its words stand in one text. Where no post is in the
    message's script, anywhere in the plan will do."""
    public = [squeezed(one.text) for one in published(plan)] if ctx.brief.must_say else []
    for message in ctx.brief.must_say:
        pool = public
        if not any(is_cjk(text) == is_cjk(message) for text in public):
            pool = [squeezed(one.text) for one in texts(plan)]
        if not any(_says(message, text) for text in pool):
            yield at("adaptations.posts", term=message)


def _says(message: str, text: str) -> bool:
    """Literally, or, for a message beyond 20 characters of Chinese or 60 of English, seven tenths of its pairs of letters."""
    key = squeezed(message)
    if key in text:
        return True
    if len(key) <= (20 if is_cjk(message) else 60):
        return False
    size = 2 if is_cjk(message) else 5
    grams = {key[n : n + size] for n in range(len(key) - size + 1)}
    return sum(gram in text for gram in grams) >= 0.7 * len(grams)


@check("FID-006", "error", "Nothing under embargo is told before its date")
def embargoes_kept(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """By the keywords of the embargo, in everything public that is dated before it ends."""
    for embargo in ctx.brief.embargoes:
        words = embargo.keywords or split_terms(embargo.fact)
        for one in published(plan):
            if one.date < embargo.until:
                for word in words:
                    if occurs(word, one.text):
                        yield at(one.path, term=word, date=one.date, until=embargo.until)


@check("FID-007", "error", "Period, language and brand are the brief's")
def frame_is_briefs(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """As filled by intake."""
    brief, meta = ctx.brief, plan.meta
    rows = [
        ("meta.start", meta.start, brief.period.start), ("meta.end", meta.end, brief.period.end),
        ("meta.language", meta.language, brief.language), ("meta.brand", meta.brand, brief.brand),
    ]  # fmt: skip
    for where, said, want in rows:
        if want and said != want:
            yield at(where, said=said, want=want)


@check("FID-008", "error", "Every role is held by someone of the client's team or an agency it named, or by nobody")
def holders_exist(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A holder is written in the brief's words; several may share a role."""
    people = [squeezed(name) for name in [m.title for m in ctx.brief.team] + ctx.brief.agencies]
    for place, role in enumerate(plan.team.roles):
        for holder in re.split(r"[、;；/+＋&]", role.holder):
            key = squeezed(holder)
            if key and not any(key in name or name in key for name in people):
                yield at(f"team.roles[{place}].holder", holder=holder.strip(), title=role.title)


@check("FID-009", "error", "Every competitor that the brief names is in the analysis, and no other")
def competitors_named(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Nothing is invented about competitors, least of all their names."""
    seen = {squeezed(one.name) for one in plan.market.competitors if not one.status_quo}
    given = {squeezed(one.name): one.name for one in ctx.brief.competitors}
    for key, name in given.items():
        if key not in seen:
            yield at("market.competitors", name=name)
    for place, one in enumerate(plan.market.competitors):
        if not one.status_quo and squeezed(one.name) not in given:
            yield at(f"market.competitors[{place}].name", "unknown", name=one.name)


@check("FID-010", "warning", "The brand and every product are named somewhere in what the public sees")
def products_named(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A product that no topic and no post names is not marketed; its name without "for six people" counts as its name, and so does the one
    it has in public where its own holds a forbidden word. Where the brief names none, its stand-in is no name, and neither is a name of
    which the forbidden word leaves too little: intake reports it."""
    public = "\n".join(squeezed(one.text) for one in published(plan))
    unnamed = any(gap.field == "products" for gap in plan.gaps)
    names = [] if unnamed else [said for one in ctx.brief.products if (said := said_name(ctx.brief, one.name))]
    for name in [ctx.brief.brand, *names]:
        if squeezed(name) not in public and squeezed(bare_name(name)) not in public:
            yield at("themes.pillars", name=name)


@check("FID-011", "error", "Sums of money told in public are sums that the brief names")
def prices_are_briefs(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Prices, deposits, rewards: an amount that the client never gave may not be promised."""
    known = {float(product.price) for product in ctx.brief.products if product.price is not None}
    known |= {value for text in brief_words(ctx.brief) for value in numbers(text)}
    for one in published(plan):
        for words, value in amounts(one.text):
            if value not in known:
                yield at(one.path, words=words)


@check("FID-012", "warning", "No competitor is named in public")
def competitors_unnamed(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Comparative advertising needs proof and counsel; a plan does not start it by itself."""
    names = [one.name for one in ctx.brief.competitors if len(one.name) > 1]
    for one in published(plan):
        for name in names:
            if occurs(name, one.text):
                yield at(one.path, name=name)


@check("FID-013", "error", "Posts are in the language that the brief gives their platform")
def content_languages(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Only where the brief says so."""
    for place, post in enumerate(plan.adaptations.posts):
        want = ctx.brief.content_languages.get(post.platform)
        if want and want not in (post.language, post.transcreate):
            yield at(f"adaptations.posts[{place}].language", said=post.language, want=want, platform=post.platform)
