"""Contradictions in a brief: each with a code, what contradicts what, and the resolution that the plan takes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from agent.brief.gaps import first_monday
from agent.brief.model import BrandBrief, Conflict, Limit
from agent.brief.names import PlatformName, fold, platform_name, table
from agent.brief.phrases import say
from agent.brief.said import said_name
from agent.brief.taken import take_out
from agent.locale import day, money

_ARROW = re.compile(r"\s*-+>\s*")


def _conflict(code: str, fields: list[str], language: str, severity: str = "warning", **values: object) -> Conflict:
    """A contradiction with what it quotes; an arrow typed as "->" becomes one sign, which no line can break in two."""
    values = {name: _ARROW.sub(" → ", value) if isinstance(value, str) else value for name, value in values.items()}
    return Conflict(
        code=code, fields=fields, severity="error" if severity == "error" else "warning", message=say(f"conflicts.{code}.message", language, **values),
        resolution=say(f"conflicts.{code}.resolution", language, **values),
    )  # fmt: skip


def written_names(entries: list[tuple[str, PlatformName]], brief: BrandBrief) -> list[Conflict]:
    """Platforms that were misspelt or no longer exist, as the brief wrote them; a successor joins `brief`'s options."""
    language, chosen = brief.language, brief.platforms
    found: dict[tuple[str, str], Conflict] = {}
    for way, name in entries:
        if name.suggested:
            platform = platform_name(name.id, language)
            found[("BRF-C17", name.written)] = _conflict(
                "BRF-C17", [f"platforms.{way}"], language, written=name.written, platform=platform
            )
        elif name.dead and way != "avoid":
            row = table("dead")[name.dead]
            options = [p for p in row["instead"] if p not in chosen.avoid]
            chosen.may += [p for p in options[:1] if p not in (*chosen.must, *chosen.may)]
            instead = platform_name((options or row["instead"])[0], language)
            found[("BRF-C08", name.dead)] = _conflict(
                "BRF-C08", [f"platforms.{way}"], language, name=name.written, year=row["closed"], instead=instead
            )
    return list(found.values())


def differing(path: str, language: str, **values: str) -> Conflict:
    """A document gives another figure than the brief or an earlier document; `values` are what, by, said, found and place."""
    return _conflict("BRF-C23", [path], language, severity="warning", **values)


def resolve(brief: BrandBrief, as_of: dt.date) -> tuple[BrandBrief, list[Conflict]]:
    """A copy of the brief in which every contradiction is resolved, and the contradictions."""
    fixed = brief.model_copy(deep=True)
    found: list[Conflict] = []
    for rule in _RULES:
        found.extend(rule(fixed, as_of))
    return fixed, found


def _platforms(brief: BrandBrief, as_of: dt.date) -> Iterator[Conflict]:
    lang, chosen = brief.language, brief.platforms
    for way in ("must", "may"):
        for key in [k for k in getattr(chosen, way) if k in chosen.avoid]:
            getattr(chosen, way).remove(key)
            yield _conflict(
                "BRF-C01",
                [f"platforms.{way}", "platforms.avoid"],
                lang,
                "error" if way == "must" else "warning",
                platform=platform_name(key, lang),
            )
    chosen.may = [key for key in chosen.may if key not in chosen.must]
    for goal in [g for g in brief.objectives if g.platform in chosen.avoid]:
        yield _conflict(
            "BRF-C15",
            ["objectives", "platforms.avoid"],
            lang,
            "error",
            text=goal.text,
            platform=platform_name(goal.platform, lang),
        )
        take_out(brief, "objectives", brief.objectives.index(goal))
    for account in brief.accounts:
        if account.platform in chosen.avoid:
            yield _conflict(
                "BRF-C20", ["accounts", "platforms.avoid"], lang, platform=platform_name(account.platform, lang)
            )


def _period(brief: BrandBrief, as_of: dt.date) -> Iterator[Conflict]:
    lang, period = brief.language, brief.period
    if period.start is None or period.end is None:
        if period.start is not None and period.start <= as_of:
            begun, period.start = period.start, first_monday(as_of)
            yield _conflict(
                "BRF-C22",
                ["period.start"],
                lang,
                **_days(lang, start=begun, end=None, as_of=as_of, newstart=period.start),
            )
        elif period.end is not None and period.end <= as_of:
            over, period.end = period.end, None
            yield _conflict(
                "BRF-C09",
                ["period.end"],
                lang,
                "error",
                **_days(lang, start=None, end=over, as_of=as_of, newstart=first_monday(as_of), newend=None),
            )
        return
    if period.end < period.start:
        yield _conflict(
            "BRF-C02", ["period.start", "period.end"], lang, "error", **_days(lang, start=period.start, end=period.end)
        )
        period.start, period.end = period.end, period.start
    length = period.end - period.start
    if period.end <= as_of:
        start = first_monday(as_of)
        values = _days(lang, start=period.start, end=period.end, as_of=as_of, newstart=start, newend=start + length)
        period.start, period.end = start, start + length
        yield _conflict("BRF-C09", ["period"], lang, "error", **values)
    elif period.start < as_of:
        start = min(as_of + dt.timedelta(days=1), period.end)
        yield _conflict(
            "BRF-C22",
            ["period.start"],
            lang,
            **_days(lang, start=period.start, end=period.end, as_of=as_of, newstart=start),
        )
        period.start = start
    length = period.end - period.start
    if length.days < 6:
        end = period.start + dt.timedelta(days=27)
        yield _conflict(
            "BRF-C16",
            ["period"],
            lang,
            days=length.days + 1,
            **_days(lang, start=period.start, end=period.end, newend=end),
        )
        period.end = end
    elif length.days > 731:
        end = period.start + dt.timedelta(days=363)
        yield _conflict("BRF-C21", ["period"], lang, days=length.days + 1, **_days(lang, newend=end))
        period.end = end


def _days(language: str, **dates: dt.date | None) -> dict[str, str]:
    return {key: day(date, language, year=True) if date else "…" for key, date in dates.items()}


def _fixed(brief: BrandBrief, as_of: dt.date) -> Iterator[Conflict]:
    budget, total = brief.budget, brief.budget.total
    summed = sum((line.amount for line in budget.fixed), Decimal(0))
    if total is None or summed <= total:
        return
    kept = total * Decimal("0.8")
    for line in budget.fixed:
        line.amount = (line.amount * kept / summed).quantize(Decimal(1)) if summed else line.amount
    yield _conflict(
        "BRF-C03",
        ["budget.fixed", "budget.total"],
        brief.language,
        "error",
        fixed=_sum(brief, summed),
        total=_sum(brief, total),
        kept=_sum(brief, kept),
    )


def _sum(brief: BrandBrief, amount: Decimal) -> str:
    text = money(int(amount * 100), brief.budget.currency)
    return text.strip()


def _amount(limit: Limit, total: Decimal) -> Decimal:
    return limit.amount if limit.amount is not None else total * Decimal(str(limit.share or 0))


def _limits(brief: BrandBrief, as_of: dt.date) -> Iterator[Conflict]:
    budget, total, lang = brief.budget, brief.budget.total, brief.language
    if total is None:
        return
    for limit in list(budget.limits):
        if limit.kind == "cap" and limit.amount is not None and limit.amount > total and limit.scope != "creator":
            budget.limits.remove(limit)
            yield _conflict(
                "BRF-C04", ["budget.limits", "budget.total"], lang, text=limit.text, total=_sum(brief, total)
            )
    caps = [x for x in budget.limits if x.kind == "cap"]
    floors = [x for x in budget.limits if x.kind == "floor"]
    for cap in caps:
        if cap.scope == "creator":
            continue
        lines = [x for x in budget.fixed if (x.category if cap.scope == "category" else x.platform) == cap.of]
        needed = sum((x.amount for x in lines), Decimal(0))
        if needed > _amount(cap, total):
            purpose = (
                "、".join(x.purpose for x in lines) if lang.startswith("zh") else ", ".join(x.purpose for x in lines)
            )
            yield _conflict(
                "BRF-C06",
                ["budget.limits", "budget.fixed"],
                lang,
                text=cap.text,
                purpose=purpose,
                amount=_sum(brief, needed),
            )
            cap.amount, cap.share = needed, None
        for floor in floors:
            if (floor.scope, floor.of) == (cap.scope, cap.of) and _amount(floor, total) > _amount(cap, total):
                yield _conflict("BRF-C07", ["budget.limits"], lang, "error", floor=floor.text, cap=cap.text)
                floor.amount, floor.share = cap.amount, cap.share
    yield from _floors(brief, floors, total)
    yield from _creator_fee(brief, caps, total)


def _floors(brief: BrandBrief, floors: list[Limit], total: Decimal) -> Iterator[Conflict]:
    """Floors of one scope share one budget: beyond nine tenths of it they leave nothing for the rest."""
    for scope in ("category", "platform"):
        rows = [x for x in floors if x.scope == scope]
        summed = sum((_amount(x, total) for x in rows), Decimal(0))
        tied = sum(
            (
                x.amount
                for x in brief.budget.fixed
                if (x.category if scope == "category" else x.platform) not in {r.of for r in rows}
            ),
            Decimal(0),
        )
        allowed = (total - (tied if scope == "category" else 0)) * Decimal("0.9")
        if len(rows) and summed > allowed and total > 0:
            shares = all(x.share is not None for x in rows)
            told = f"{summed / total:.0%}" if shares else _sum(brief, summed)
            yield _conflict(
                "BRF-C05", ["budget.limits"], brief.language, "error", floors=told, share=f"{allowed / total:.0%}"
            )
            for row in rows:
                row.amount = (_amount(row, total) * allowed / summed).quantize(Decimal(1), "ROUND_DOWN")
                row.share = None


def _creator_fee(brief: BrandBrief, caps: list[Limit], total: Decimal) -> Iterator[Conflict]:
    whole = min([_amount(x, total) for x in caps if x.scope == "category" and x.of == "creators"], default=total)
    for cap in caps:
        if cap.scope == "creator" and cap.amount is not None and cap.amount > whole:
            yield _conflict(
                "BRF-C11", ["budget.limits"], brief.language, cap=_sum(brief, cap.amount), limit=_sum(brief, whole)
            )
            cap.amount = whole


_LESS_IS_MORE = re.compile(
    r"(?i)cost|cpa|cpm|cpc|complaint|churn|refund|response time|reply time|unsubscribe|成本|响应|回复时间|投诉|退货|退款|差评|流失|时长|取关|爽约|爽約|降到|降至|降低|减少|減少|缩短|cancel|no-show|\bdown to\b|\breduc|\blower\b|\bfewer\b"
)


def _targets(brief: BrandBrief, as_of: dt.date) -> Iterator[Conflict]:
    for index, goal in enumerate(brief.objectives):
        if (
            goal.baseline is not None
            and goal.target is not None
            and goal.target < goal.baseline
            and not _LESS_IS_MORE.search(goal.text)
        ):
            shown = {
                k: f"{v * 100:g}%" if goal.unit == "%" else f"{v:,g}"
                for k, v in (("target", goal.target), ("baseline", goal.baseline))
            }
            yield _conflict(
                "BRF-C10", [f"objectives[{index}].target"], brief.language, "error", text=goal.text, **shown
            )
            goal.target = goal.baseline
        if (
            goal.deadline
            and brief.period.start
            and brief.period.end
            and not brief.period.start <= goal.deadline <= brief.period.end
        ):
            values = _days(brief.language, deadline=goal.deadline, start=brief.period.start, end=brief.period.end)
            yield _conflict(
                "BRF-C14", [f"objectives[{index}].deadline", "period"], brief.language, text=goal.text, **values
            )
            goal.deadline = None


def _secrets(brief: BrandBrief, as_of: dt.date) -> Iterator[Conflict]:
    for embargo in brief.embargoes:
        for moment in brief.key_dates:
            if moment.date < embargo.until and any(
                fold(word) in fold(moment.name) for word in embargo.keywords if len(word) > 1
            ):
                values = _days(brief.language, date=moment.date, until=embargo.until)
                yield _conflict(
                    "BRF-C12", ["embargoes", "key_dates"], brief.language, "error", name=moment.name, **values
                )
                moment.date, moment.end = embargo.until, None


def _words(brief: BrandBrief, as_of: dt.date) -> Iterator[Conflict]:
    banned = [w for w in brief.never_say if len(w) <= 40]
    for line in list(brief.must_say):
        word = next((w for w in banned if _holds(line, w)), None)
        if word:
            brief.must_say.remove(line)
            yield _conflict("BRF-C13", ["must_say", "never_say"], brief.language, "error", text=line, word=word)
    for product in brief.products:
        word = next((w for w in banned if _holds(product.name, w)), None)
        if word:
            said = said_name(brief, product.name)
            told = _conflict(
                "BRF-C18", ["products", "never_say"], brief.language, name=product.name, word=word, said=said
            )
            if not said:
                told.resolution = say("conflicts.BRF-C18.unnamed", brief.language)
            yield told


def _holds(text: str, word: str) -> bool:
    low, inner = fold(text), fold(word).strip(" .!")
    if not inner:
        return False
    return bool(re.search(rf"(?<![a-z]){re.escape(inner)}(?![a-z])", low)) if inner.isascii() else inner in low


def _moments(brief: BrandBrief, as_of: dt.date) -> Iterator[Conflict]:
    start, end = brief.period.start, brief.period.end
    if start is None or end is None:
        return
    for moment in [m for m in brief.key_dates if m.date > end or (m.end or m.date) < start]:
        yield _conflict(
            "BRF-C19",
            ["key_dates", "period"],
            brief.language,
            name=moment.name,
            **_days(brief.language, date=moment.date, start=start, end=end),
        )
        brief.key_dates.remove(moment)


_RULES: tuple[Callable[[BrandBrief, dt.date], Iterator[Conflict]], ...] = (
    _platforms, _period, _fixed, _limits, _targets, _secrets, _words, _moments,
)  # fmt: skip
