"""Rules about money and platforms: the total, shares, caps and floors; platforms that join or go; how often they are posted to."""

from __future__ import annotations

import re
from decimal import Decimal

from agent.brief.cut import pieces
from agent.brief.names import find_platforms
from agent.revise.model import BudgetLimit, BudgetTotal, CadenceChange, Edit, PlatformChange
from agent.revise.rules.talk import Answer, Talk, pattern

WEEKS_A_MONTH = 30.4 / 7
WORDS = {"once": 1, "twice": 2, "thrice": 3}
_EVERY = re.compile(r"周更|日更|月更|\b(?:weekly|daily|monthly|(?:each|every) (?:day|week|month))\b")
CLAUSE_WORDS = (
    r"\s+(?:but|and|while)\s+(?=(?:no|drop|skip|add|also|try|put|use|forget|remove|keep|cut)\b)|但是?|不过|而(?!且)"
)


def creator(talk: Talk) -> Answer:
    """The fee of one creator."""
    if not talk.has("creator"):
        return None
    if talk.has("free"):
        return [BudgetLimit(scope="creator", way="free")]
    sums = talk.money
    return [BudgetLimit(scope="creator", way="cap", amount=sums[0].value.amount)] if sums else None


def limit(talk: Talk) -> Answer:
    """A share or sum for a platform or a category."""
    if talk.hours or (talk.has("per_week", "per_month") and talk.has("posts")):
        return None
    scope, of = ("platform", talk.platforms[0].value) if talk.platforms else ("category", talk.category)
    if not of:
        return None
    if talk.has("free"):
        return [BudgetLimit.model_validate({"scope": scope, "of": of, "way": "free"})]
    if not (talk.shares or talk.money) or _speaks_of_goal(talk):
        return None
    if scope == "platform" and not (
        talk.has("budget", "money") or talk.shares or talk.category or _marked(talk) or _bounded(talk)
    ):
        return None
    if scope == "category" and talk.has("total") and not talk.shares:
        return None
    way = "cap" if talk.has("cap") else "floor" if talk.has("floor") else "exact"
    share = talk.shares[0].value if talk.shares else None
    amount = None if talk.shares else talk.money[0].value.amount
    if way == "exact" and talk.has("by") and not talk.has("up_to_now"):
        now = Decimal(_spent(talk, scope, of)) / 100
        step = now * Decimal(str(share)) if share is not None else amount or Decimal(0)
        amount, share = (now - step if talk.has("less") else now + step).quantize(Decimal(1)), None
    fields = {"scope": scope, "of": of, "way": way, "share": share, "amount": amount}
    if share is not None and not 0 <= share <= 1:
        return talk.ask("which_platform")
    return [BudgetLimit.model_validate(fields)]


def _marked(talk: Talk) -> bool:
    return any(one.value.mark for one in talk.money)


def _bounded(talk: Talk) -> bool:
    return talk.has("cap", "floor")


def _speaks_of_goal(talk: Talk) -> bool:
    return talk.has("goal") or bool(re.search(r"粉丝|followers|订单|单(?:$|就)|互动率|engagement rate", talk.low))


def _spent(talk: Talk, scope: str, of: str) -> int:
    return sum(
        one.cents for one in talk.plan.budget.lines if (one.platform if scope == "platform" else one.category) == of
    )


def total(talk: Talk) -> Answer:
    """The whole sum: a new one, or more or less by a share or sum."""
    if talk.hours or _speaks_of_goal(talk) or talk.platforms:
        return None
    about = talk.has("budget", "total") or (
        talk.money and (talk.has("self") or re.search(r"\bwe\b|\bus\b|老板|领导|财务|finance|client", talk.low))
    )
    cut = re.search(
        r"\b(?:finance|management|boss|the client|they|hq)\b.{0,20}\b(?:cut|gave|took)\b|(?:老板|领导|财务|客户).{0,10}(?:砍|减|加|给)",
        talk.low,
    )
    if not (about or cut):
        return None
    now = Decimal(talk.plan.budget.total_cents) / 100
    if talk.shares:
        share = Decimal(str(talk.shares[0].value))
        if talk.has("less"):
            value = now * share if talk.has("up_to_now") else now * (1 - share)
        elif talk.has("more"):
            value = now * share if talk.has("up_to_now") else now * (1 + share)
        else:
            return talk.ask("budget")
        return [BudgetTotal(total=value.quantize(Decimal(1)))]
    if not talk.money:
        return None
    sums = talk.money
    last = sums[-1].value if talk.has("up_to_now") else sums[0].value
    if (
        talk.has("by")
        and not talk.has("up_to_now")
        and not re.search(r"只有|只剩|改成|改为|换成|\bonly\b|\bnow\b", talk.low)
    ):
        return [BudgetTotal(total=now - last.amount if talk.has("less") else now + last.amount)]
    return [
        BudgetTotal(total=last.amount, currency=last.currency if last.currency != talk.plan.budget.currency else "")
    ]


def vague_budget(talk: Talk) -> Answer:
    """ "Change the budget": it has to be asked how."""
    return (
        talk.ask("budget")
        if talk.has("budget") and not talk.numbers and not talk.shares and not talk.platforms
        else None
    )


def cadence(talk: Talk) -> Answer:
    """Posts a week on a platform."""
    if talk.hours or not talk.platforms:
        return None
    platform = talk.platforms[0].value
    if talk.has("cadence_free"):
        return [CadenceChange(platform=platform, per_week=None)]
    every = (
        7.0
        if talk.has("per_day")
        else 1.0
        if talk.has("per_week")
        else 1 / WEEKS_A_MONTH
        if talk.has("per_month")
        else 0.0
    )
    if not every or not (talk.has("posts") or _EVERY.search(talk.low)):
        return None
    count = _count(talk)
    return [CadenceChange(platform=platform, per_week=round(count * every, 2))] if count else None


def _count(talk: Talk) -> float:
    """How many posts: a number that is not the "one" of "one week"."""
    word = re.search(r"\b(once|twice|thrice)\b", talk.low)
    if word:
        return float(WORDS[word[1]])
    spent = [m.span() for name in ("per_week", "per_month", "per_day") for m in pattern(name).finditer(talk.low)]
    spent += [(one.start, one.end) for one in talk.platforms]
    free = [n for n in talk.numbers if not any(a <= n.start < b for a, b in spent)]
    near = [
        n
        for n in free
        if re.match(
            r"\s*(?:到|-|–|to)?\s*\d*\s*(?:篇|条|次|更|支|个|posts?|times?|videos?|pieces?|reels?)", talk.low[n.end :]
        )
    ]
    picked = near or free
    if not picked and _EVERY.search(talk.low):
        return 1.0
    return float(picked[0].value) if picked else 0.0


def platforms(talk: Talk) -> Answer:
    """Platforms that join, go or may be tried, clause by clause."""
    found: list[Edit] = []
    last = ""
    for clause in pieces(talk.text, "，,;；。", CLAUSE_WORDS):
        part = talk.clause(clause)
        hits = find_platforms(clause) or part.platforms
        if not hits:
            continue
        way = _way(part, hits[0].start, hits[-1].end) or last
        if not way:
            continue
        last = way
        found += [PlatformChange.model_validate({"platform": hit.value, "way": way}) for hit in hits]
    unique = {edit.platform: edit for edit in found if isinstance(edit, PlatformChange)}
    return list(unique.values()) or None


def _way(part: Talk, start: int, end: int) -> str:
    """must, may, avoid or "" by what a clause says of its platforms."""
    rest = f"{part.low[:start]} ※ {part.low[end:]}"
    if pattern("platform_avoid").search(rest) and not re.search(r"\bnot only\b|不要忘|don.t forget", rest):
        return "avoid"
    if pattern("platform_may").search(rest):
        return "may"
    if pattern("platform_must").search(rest):
        return "must"
    return ""
