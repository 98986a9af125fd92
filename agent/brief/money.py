"""Reads the budget: total (also per month, also a range), currency, fixed sums, caps, floors, what it does not cover."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from agent.brief import cut, names, rules
from agent.brief.context import checked
from agent.brief.items import Item, words
from agent.brief.numbers import Found
from agent.brief.values import Money, find_money, parse_money
from agent.errors import BriefError

if TYPE_CHECKING:
    from agent.brief.builder import Builder

_EXCLUDES = re.compile(
    r"(?i)(?:outside|excluding|not including|not counting|excludes|does not cover|without|on top of|不含|不包括|不包含|未含|不算|除外)\s*[:：]?\s*([^,，。.;；)）]{1,60})"
)
LEAST = 20
"""Sums below this are no budget but a word that looks like one, or a price."""
_PARTS = ("total", "currency", "fixed", "limits", "caps", "floors", "excludes")


_OPEN = re.compile(
    r"(?i)\W*(?:tbd|tbc|t\.b\.d\.|to be (?:decided|determined|confirmed|discussed|agreed)|unknown|open|n/?a|not (?:yet )?(?:decided|known|sure|set)|flexible|待定|未定|不确定|不確定|待确认|待確認|待商议|面议|面議|暂无|不详|\?+|？+)\W*"
)


def budget(self: Builder, item: Item, place: str) -> None:
    """A number, a phrase with its strings attached, or {total, currency, fixed, limits, ads_max…}."""
    if isinstance(item, str) and _OPEN.fullmatch(item):
        return
    if isinstance(item, bool):
        raise BriefError(
            "The budget must be a sum, not yes or no.", hint="Write it as 36万, $96,000 or 0.", where="budget"
        )
    if isinstance(item, int | float):
        total(self, Money(Decimal(str(item))), words(item), place)
    elif isinstance(item, dict):
        _fields(self, item, place)
    elif isinstance(item, list):
        for entry in item:
            budget(self, entry if isinstance(entry, dict) else words(entry), place)
    else:
        sentence_budget(self, words(item), place, labelled=True)


def _fields(self: Builder, item: dict[str, Any], place: str) -> None:
    ordered = sorted(item.items(), key=lambda pair: names.subfield_of(str(pair[0]), _PARTS) != "currency")
    for key, value in ordered:
        part = names.subfield_of(str(key), _PARTS)
        if value is None or (isinstance(value, str) and _OPEN.fullmatch(value)):
            continue
        if part == "total":
            if isinstance(value, dict | list | bool):
                raise BriefError(
                    "The total must be one sum.", hint="Write it as 36万, $96,000 or 0.", where="budget.total"
                )
            sentence_budget(self, words(value), place, labelled=True)
            if self.brief.budget.total is None and self.monthly is None:
                raise BriefError(
                    f"“{words(value)[:60]}” is no sum.", hint="Write it as 36万, $96,000 or 0.", where="budget.total"
                )
        elif part == "currency":
            self.apply("currency", value, place)
        elif part == "fixed":
            fixed_lines(self, value, place)
        elif part in ("limits", "caps", "floors"):
            limit_lines(self, value, place, default={"caps": "cap", "floors": "floor"}.get(part, ""))
        elif part == "excludes":
            self.apply("excludes", value, place)
        else:
            _named(self, str(key), value, place)


def _named(self: Builder, key: str, value: Item, place: str) -> None:
    """A key of the client's own: a limit ("ads_max"), or a fixed sum ("拍摄: 4万"); else a condition."""
    limit = rules.limit_by_key(key, value, self.context, f"budget.{key}")
    if limit:
        _add(self, "limits", limit, f"{key}: {words(value)}", place)
        return
    line = (
        rules.fixed({key: words(value)}, self.context, f"budget.{key}")
        if parse_money(words(value)) and "%" not in words(value)
        else None
    )
    if line and line.amount > 0:
        _add(self, "fixed", line, f"{key}: {words(value)}", place)
    else:
        self.extend("constraints", [f"{key}: {words(value)}"], words(value), place)
        self.context.note("unknown_key", key=f"budget.{key}")


def _add(self: Builder, name: str, entry: Any, text: str, place: str) -> None:
    held: list[Any] = getattr(self.brief.budget, name)
    if entry not in held:
        held.append(entry)
        self.span(f"budget.{name}[{len(held) - 1}]", text, place)


def total(self: Builder, money: Money, text: str, place: str) -> None:
    """Sets the total; the lower end of a range, with a note; a sum per month waits for the period."""
    if self.brief.budget.total is not None or self.monthly is not None:
        return
    if 0 < money.amount < LEAST and not money.per:
        return  # "分三块" is no three yuan: nobody's budget is that small
    amount = checked(money.amount, "budget.total")
    code = self.context.code(money)
    if code and not self.brief.budget.currency:
        self.brief.budget.currency = self.context.currency = code
        self.span("budget.currency", text, place)
    if money.upper is not None:
        self.context.note("budget_range", low=f"{amount:,f}", high=f"{money.upper:,f}")
    if money.rough:
        self.context.note("budget_rough", text=text, amount=f"{amount:,f}")
    if money.per in ("month", "week", "day", "quarter"):
        self.monthly = (
            amount
            * {"month": Decimal(1), "week": Decimal("4.345"), "day": Decimal("30.4"), "quarter": Decimal(1) / 3}[
                money.per
            ]
        )
    else:
        self.brief.budget.total = amount
    self.span("budget.total", text, place)


def sentence_budget(self: Builder, text: str, place: str, *, labelled: bool) -> bool:
    """Reads every clause of a text about money; returns whether anything was taken."""
    done = False
    lone = len(_marked(text)) == 1
    for sentence in cut.sentences(text):
        for clause in cut.pieces(
            sentence, ";；。，", r",\s+(?=(?:at most|at least|no more|not more|of which|max|up to|including))"
        ):
            limit = rules.limit(clause, self.context)
            if limit:
                _add(self, "limits", limit, clause, place)
                done = True
                continue
            without = _EXCLUDES.search(clause)
            if without:
                self.apply("excludes", cut.bare(without[1]), place)
            if (rules.is_fixed(clause) and self.brief.budget.total is not None) or (
                rules.is_fixed(clause) and not labelled
            ):
                line = rules.fixed(clause, self.context)
                if line:
                    _add(self, "fixed", line, clause, place)
                    done = True
                    continue
            about_it = labelled or lone or names.cue("budget", clause) is not None
            found = parse_money(clause) if labelled else next(iter(_marked(clause) if about_it else []), None)
            if found:
                if (self.brief.budget.total is not None or self.monthly is not None) and labelled:
                    self.extend("constraints", [cut.bare(clause)], clause, place)
                total(self, found.value, found.text, place)
                done = True
            elif labelled and not without and re.search(r"\S", clause):
                self.extend("constraints", [cut.bare(clause).rstrip(".")], clause, place)
    return done


def _marked(clause: str) -> list[Found[Money]]:
    """Sums that can be a total: with a currency or in 万 or k, and not the price of one thing ("59元/袋")."""
    marked = find_money(clause)
    loose = [
        f
        for f in find_money(clause, bare=True)
        if re.search(r"[万萬kK]", f.text) and not any(m.start < f.end and f.start < m.end for m in marked)
    ]
    return [f for f in [*marked, *loose] if f.value.per in ("", "month", "week", "day", "quarter", "year")]


def fixed_lines(self: Builder, item: Item, place: str) -> None:
    """Sums tied to a purpose: a list, a mapping {purpose: sum} or a phrase."""
    if isinstance(item, dict):
        whole = any(names.subfield_of(str(k), ("amount",)) for k in item)
        entries: list[Any] = [item] if whole else [{k: v} for k, v in item.items()]
    else:
        entries = item if isinstance(item, list) else cut.pieces(words(item), ";；。、，")
    for entry in entries:
        line = rules.fixed(entry, self.context, f"budget.fixed[{len(self.brief.budget.fixed)}]")
        if line:
            _add(self, "fixed", line, words(entry), place)
        else:
            self.extend("constraints", [words(entry)], words(entry), place)


def limit_lines(self: Builder, item: Item, place: str, *, default: str) -> None:
    """Caps and floors: a list, a mapping {ads: 60%} or a phrase. One that cannot be read is kept as a condition."""
    if isinstance(item, dict):
        whole = any(str(k) in ("of", "share", "amount", "scope", "kind") for k in item)
        entries: list[Any] = (
            [item]
            if whole
            else [f"{k} {words(v)}" if not isinstance(v, dict) else {"of": k, **v} for k, v in item.items()]
        )
    else:
        entries = item if isinstance(item, list) else cut.pieces(words(item), ";；。，、", r"\.\s+|,\s+(?=[A-Za-z])")
    for entry in entries:
        limit = rules.limit(entry, self.context, default=default)
        if limit:
            _add(self, "limits", limit, words(entry), place)
        else:
            self.extend("constraints", [words(entry)], words(entry), place)
            self.context.note("limit_unread", text=words(entry)[:120])
