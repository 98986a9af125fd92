"""The people behind the roles: who there is, how many hours, what an hour bought outside costs."""

from __future__ import annotations

import re
from typing import Literal

from agent.frame.model import Frame
from agent.frame.rates import labour_region
from agent.knowledge.model import Law
from agent.locale import base_language, localise, money, number, t
from agent.words.playbook.context import Context

Size = Literal["solo", "small", "team"]
Kind = Literal["goods", "place", "b2b"]
PLACES = ("restaurant", "local_service", "fitness", "education", "medical", "travel", "culture", "nonprofit")
"""Categories whose customers come to somebody instead of ordering something."""
GOODS = ("food", "beverage", "health_food", "beauty", "apparel", "pet", "baby", "electronics", "auto")
"""Categories that sell something, from a shop round the corner too."""
DESK = ("planner", "copy", "operator", "community")
"""Functions of whoever carries the daily work."""
_ONE = (
    (re.compile(r"\bwe are\b", re.I), "I am"), (re.compile(r"\bwe['’]re\b", re.I), "I'm"), (re.compile(r"\bwe were\b", re.I), "I was"), (re.compile(r"\bwe\b", re.I), "I"),
    (re.compile(r"\bourselves\b"), "myself"), (re.compile(r"\bours\b"), "mine"), (re.compile(r"\bour\b"), "my"), (re.compile(r"\bOur\b"), "My"), (re.compile(r"\bus\b"), "me"),
)  # fmt: skip
_MANY = re.compile("|".join(pattern.pattern for pattern, _ in _ONE), re.I)
"""Stands in every text that _ONE changes: most have none of it, and a single look tells."""
_VERB = re.compile(r"\s+(?:approves|can|handles|does|takes|who|signs|looks|for|with)\b")
_COUNT = re.compile(r"\s*(?:半个|半個|[一二两兩三四五\d]+\s*[人位名个個])$")
_ALCOHOL = re.compile(r"[白啤红紅清米果]酒|酒[类類吧]|威士忌|beer|wine|spirit|whisk|alcohol|brewer(?!.*tea)", re.I)
_GREEN = re.compile(r"环保|環保|可持续|永續|低碳|sustainab|eco[- ]|green|recycl|carbon", re.I)
_HALF = re.compile(r"half (?:an? |the )?(\w.*)", re.I)
_ARTICLE = re.compile(r"(?:the|an?|my|our|one|two|three)\s", re.I)


def people(context: Context) -> dict[str, float]:
    """Holder → hours a week, the one with most hours first, equals in the brief's order; those with under an hour count only when nobody
    has more."""
    found = {week.holder: week.capacity for week in reversed(context.frame.weeks) if week.holder}
    place = {member.title: number for number, member in enumerate(context.brief.team)}
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], place.get(pair[0], 0), pair[0]))
    return dict([pair for pair in ordered if pair[1] >= 1] or ordered)


def heads(context: Context) -> int:
    """Number of people, several under one title counted each."""
    return sum(heads_of(context, name) for name in people(context))


def heads_of(context: Context, holder: str) -> int:
    """Number of people who bear a title."""
    return sum(max(1, member.count) for member in context.brief.team if member.title == holder) or 1


def size(context: Context) -> Size:
    """solo: one person does everything; small: up to three; team: more."""
    count = heads(context)
    return "solo" if count <= 1 else "small" if count <= 3 else "team"


def kind_of(context: Context) -> Kind:
    """What a complaint is about: something sold, a visit, or work for another business."""
    if context.brief.business == "b2b":
        return "b2b"
    visited = context.brief.business in ("local", "nonprofit") and context.brief.category not in GOODS
    return "place" if visited or context.brief.category in PLACES else "goods"


def as_one(context: Context, text: str) -> str:
    """English words of a business of one person: "we" becomes "I". Chinese keeps the customary plural."""
    if not context.zh and _MANY.search(text) and size(context) == "solo":
        for pattern, word in _ONE:
            text = pattern.sub(word, text)
    return text


def noun(context: Context, title: str) -> str:
    """A member's title as it stands in a sentence: "the marketing manager"; what a client put behind the title is cut off."""
    if context.zh:
        return _COUNT.sub("", title) or title
    return with_the(_VERB.split(title)[0].strip())


def with_the(title: str) -> str:
    """An English title as it stands in a sentence: "the designer"; a name, and a title with a number ("specialist 3"), take no article."""
    if half := _HALF.match(title):
        return f"the half-time {half[1]}"
    if _ARTICLE.match(title):
        return title[:1].lower() + title[1:]
    return title if title[:1].isupper() or re.search(r"\d", title) else f"the {title}"


def who(context: Context, role_id: str) -> str:
    """Who holds a role, as it stands in a sentence; the role's title when nobody does."""
    if any(role.id == role_id and role.holder for role in context.frame.roles):
        return noun(context, context.holder(role_id))
    title = t(context.language, f"role.{role_id}")
    return title if context.zh else f"the {title[:1].lower()}{title[1:]}"


def other(context: Context, role_id: str, than: str) -> str | None:
    """Who holds a role when that is another person than who holds `than`; None when both are one."""
    return None if who(context, role_id) == who(context, than) else who(context, role_id)


def main_person(context: Context) -> str:
    """Who has most hours among those who write, run the accounts or answer, else among all; among equals the one who runs the accounts."""
    crew = people(context)
    desk = {role.holder for role in context.frame.roles if role.id in DESK}
    crew = {name: hours for name, hours in crew.items() if name in desk} or crew
    first = next(iter(crew), "")
    runs = next((role.holder for role in context.frame.roles if role.id == "operator"), "")
    if first and crew.get(runs, 0.0) >= crew[first]:
        first = runs
    return noun(context, first) if first else who(context, "operator")


def busy(context: Context) -> bool:
    """Whether the work planned takes as many hours as a team should give (norm `utilisation`): only then are hands called few."""
    total = sum(people(context).values())
    used = sum(role.load for role in context.frame.roles if role.holder)
    return not total or used / total > context.knowledge.norm("utilisation").value


def planned_hours(context: Context) -> float:
    """Hours a week that the plan takes of those who are there; of all roles where nobody holds one."""
    roles = context.frame.roles
    return sum(role.load for role in roles if role.holder) or sum(role.load for role in roles)


def hours(value: float) -> str:
    """Hours for prose: "4", "2.5"."""
    return number(value, 1).removesuffix(".0")


def outside_hour(context: Context) -> tuple[float, str]:
    """What an hour of outside work costs in the plan's currency by the benchmark, and the source id; (0, "") when unknown."""
    currency = context.frame.currency
    found = context.knowledge.find_benchmark("labour_hour", region=labour_region(currency))
    rates = context.knowledge.base.rates
    if found is None or currency not in rates:
        return 0.0, ""
    return found.base * float(context.knowledge.rate(found.currency or "USD", currency)), f"kb:{found.id}"


def cash(context: Context, cents: int) -> str:
    """Money in the plan's currency."""
    return money(cents, context.frame.currency)


def round_cash(context: Context, units: float) -> str:
    """An estimate in whole units, rounded to two figures."""
    step = 10 ** max(0, len(str(int(units))) - 2)
    return money(round(units / step) * step * 100, context.frame.currency)


def followers(context: Context) -> int:
    """Followers of the brand's own accounts on the platforms this plan works on, as far as the brief gives them."""
    active = {platform.id for platform in context.frame.active}
    return sum(account.followers or 0 for account in context.brief.accounts if account.platform in active)


def laws(context: Context, *contexts: str, most: int = 3) -> list[tuple[str, str]]:
    """(name with article, what it asks) of the rules of the plan's markets that fit these situations best; cited.

    Rules for the category come first, then those that speak of little else; rules on alcohol and baby food only where they apply.
    """
    found: dict[str, Law] = {}
    for market in context.brief.markets or ["GLOBAL"]:
        for law in context.knowledge.laws(market, context.brief.category, contexts):
            found.setdefault(law.id, law)
    apt = [law for law in found.values() if _apt(context, law) and ("music" in contexts or "music" not in law.contexts)]
    own = [law for law in apt if law.region in context.brief.markets] or apt
    wanted = set(contexts)
    own.sort(key=lambda law: ("all" in law.applies_to, -len(wanted & set(law.contexts)) / len(law.contexts)))
    chosen = own[:most]
    context.sources.cite(*(f"kb:{law.id}" for law in chosen))
    return [law_text(context, law) for law in chosen]


def law_by_id(context: Context, law_id: str) -> tuple[str, str]:
    """One rule by its id, cited."""
    context.sources.cite(f"kb:{law_id}")
    return law_text(context, next(law for law in context.knowledge.base.laws if law.id == law_id))


def _apt(context: Context, law: Law) -> bool:
    words = f"{context.brief.category_text} {context.brief.about}"
    if law.id.endswith("alcohol") or law.id == "law.cn.ad_23":
        return bool(_ALCOHOL.search(words))
    if law.id == "law.gb.hfss":
        return not _ALCOHOL.search(words)
    if "green" in law.contexts:
        return bool(_GREEN.search(words))
    return law.id != "law.cn.ad_20" or context.brief.category == "baby"


def law_text(context: Context, law: Law) -> tuple[str, str]:
    """Name with article, and what it asks, in the plan's language."""
    chinese = base_language(context.language) == "zh-CN"
    title, asks = (law.title.zh, law.asks.zh) if chinese else (law.title.en, law.asks.en)
    if chinese:
        name = title if "第" in title or not law.article or "第" not in law.article else f"{title} {law.article}"
        if "：" in name or law.nature == "platform_rule":
            return localise(name, context.language), localise(asks, context.language).rstrip("。")
        return "《" + localise(name, context.language).replace(" ", "》", 1) + ("" if " " in name else "》"), localise(
            asks, context.language
        ).rstrip("。")
    return title, asks.rstrip(".")


def weekly_day(frame: Frame) -> int:
    """Weekday on which most weekly reviews fall."""
    days = [review.date.weekday() for review in frame.reviews if review.kind == "weekly"] or [0]
    return max(set(days), key=lambda one: (days.count(one), -one))
