"""Which platforms, in which role, how often and in which formats: scores by criterion, then what the hours can carry."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.brief.model import Account, BrandBrief
from agent.frame.carry import Row, carry
from agent.frame.model import PlatformFrame
from agent.frame.rhythm import rhythm, step
from agent.frame.workload import Effort, Part
from agent.knowledge import Knowledge
from agent.knowledge.model import PlatformSheet
from agent.plan.content import Score

_Role = Literal["primary", "support", "listen", "excluded"]
_Reason = Literal["must", "avoid", "fit", "capacity", "market"]
_NEEDS_AUDIENCE = frozenset({"reach", "conversion"})
_FIT = ("reach", "depth", "conversion", "search", "low_cost")


@dataclass
class _Candidate:
    """A platform on its way to a role."""

    sheet: PlatformSheet
    scores: tuple[Score, ...]
    total: float
    account: Account | None
    role: _Role = "excluded"
    reason: _Reason = "fit"
    cadence: float = 0.0
    formats: dict[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.sheet.id


def score_weights(brief: BrandBrief, money_usd: float) -> dict[str, float]:
    """Weight per criterion, sum 1: base × business × Π over objectives (1 + (tilt − 1) × rank factor), × thin money, then normalised."""
    table = rhythm()
    weights: dict[str, float] = dict(table["weights"])
    for criterion, factor in table["business"][brief.business].items():
        weights[criterion] *= factor
    for rank, objective in enumerate(brief.objectives[: len(table["ranks"])]):
        for criterion, tilt in table["goals"].get(objective.kind, {}).items():
            weights[criterion] *= 1 + (tilt - 1) * table["ranks"][rank]
    if money_usd < table["thin_below_usd"]:
        for criterion, factor in table["thin"].items():
            weights[criterion] *= factor
    total = sum(weights.values())
    return {criterion: weight / total for criterion, weight in weights.items()}


def score(sheet: PlatformSheet, brief: BrandBrief, weights: Mapping[str, float]) -> tuple[Score, ...]:
    """One score from 1 to 5 per criterion: the sheet's scores, the category's fit, the brand's following, the client's wish (5 named,
    1 refused, 3 neither). Reach and conversion are no better than the presence of those whom the brand addresses; outside its markets that
    is 1.
    """
    fit: Mapping[str, int] = {str(name): score for name, score in sheet.fit.scores.items()}
    category = rhythm()["fit"].get(brief.category, {})
    audience = "audience_b2b" if brief.business == "b2b" else "audience_b2c"
    source = f"kb:{sheet.fit.id}"
    place = next((n for n, one in enumerate(brief.accounts) if one.platform == sheet.id), None)
    followers = brief.accounts[place].followers or 0 if place is not None else 0
    steps: Mapping[int, int] = rhythm()["followers"]
    start = max((value for least, value in steps.items() if followers >= int(least)), default=1)
    named = sheet.id in (*brief.platforms.must, *brief.platforms.may)
    here = float(fit[audience]) if fits_market(sheet, brief.markets) else 1.0
    rows = [("audience", here, source)]
    rows += [
        (name, min(float(fit[name]), here) if name in _NEEDS_AUDIENCE else float(fit[name]), source) for name in _FIT
    ]
    rows.append(("fit", float(category.get(sheet.id, 3)), "calc:rhythm"))
    rows.append(("existing", float(start), f"brief:accounts[{place}]" if place is not None else "brief:accounts"))
    rows.append(("wish", 1.0 if sheet.id in brief.platforms.avoid else 5.0 if named else 3.0, "brief:platforms"))
    return tuple(
        Score(criterion=name, weight=round(weights[name], 4), score=value, basis=basis) for name, value, basis in rows
    )


def fits_market(sheet: PlatformSheet, markets: Sequence[str]) -> bool:
    """Chinese platforms for the market CN, the others for every other market; without a market everything fits."""
    return not markets or ("CN" in markets if sheet.group == "cn" else any(market != "CN" for market in markets))


def content_language(sheet: PlatformSheet, brief: BrandBrief) -> str:
    """The language of a platform's posts.

    The brief's own word first. Chinese platforms: zh-CN. Other platforms: zh-TW where the audience is in Taiwan, Hong Kong or Macau
    alone and the plan is in Chinese; the plan's language where the brand only sells in China; English for a Chinese plan that addresses
    any other market; else the plan's language.
    """
    if sheet.id in brief.content_languages:
        return brief.content_languages[sheet.id]
    if sheet.group == "cn":
        return "zh-CN"
    if not brief.language.startswith("zh"):
        return brief.language
    abroad = set(brief.markets) - {"CN"}
    if not abroad:
        return brief.language
    return "zh-TW" if abroad <= {"TW", "HK", "MO"} else "en"


def choose_platforms(
    brief: BrandBrief, knowledge: Knowledge, effort: Effort, *, fixed: Mapping[int, Sequence[Part]], room: Mapping[int, Mapping[str, float]],
    money_usd: float,
) -> tuple[PlatformFrame, ...]:  # fmt: skip
    """Every platform considered, primary first, then support, listen, excluded; inside a role by total.

    total = Σ weight × score. Demanded platforms are always active, refused ones never, platforms outside the markets only on demand.
    Where the client names platforms, only those are active. Their number follows the team's hours; cadence and formats are what
    `agent.frame.carry` finds the hours can carry; a cadence that the client asks for is kept, whoever it overloads. `fixed` and `room` are given by number of active platforms.
    """
    weights = score_weights(brief, money_usd)
    candidates = [
        _candidate(sheet, brief, weights) for sheet in knowledge.platforms.values() if _considered(sheet, brief)
    ]
    candidates.sort(key=lambda one: (-one.total, _hash(brief.brand, one.id)))
    active = _active(candidates, brief, effort.team.hours)
    while True:
        _assign(candidates, active, brief, effort.team.hours)
        rows = [_row(one, brief, effort) for one in active]
        _keep_films(rows, brief)
        dropped = carry(rows, room[len(active)])
        if not dropped:
            break
        active = [one for one in active if one.id != dropped]
    slowest = min((row.cadence for row in rows if row.must and row.id not in brief.cadence), default=math.inf)
    for one, row in zip(active, rows, strict=True):
        held = row.must or one.id in brief.cadence
        one.cadence, one.formats = row.cadence if held else min(row.cadence, slowest), row.mix
    ranks = {"primary": 0, "support": 1, "listen": 2, "excluded": 3}
    ordered = sorted(candidates, key=lambda one: (ranks[one.role], -one.total, _hash(brief.brand, one.id)))
    shared = sum(part.hours for part in fixed[len(active)] if part.function == "community") / len(active)
    return tuple(_frame(one, brief, effort, shared) for one in ordered)


def _considered(sheet: PlatformSheet, brief: BrandBrief) -> bool:
    named = (
        *brief.platforms.must,
        *brief.platforms.may,
        *brief.platforms.avoid,
        *(one.platform for one in brief.accounts),
    )
    return fits_market(sheet, brief.markets) or sheet.id in named


def _candidate(sheet: PlatformSheet, brief: BrandBrief, weights: Mapping[str, float]) -> _Candidate:
    scores = score(sheet, brief, weights)
    total = sum(weights[one.criterion] * one.score for one in scores)
    return _Candidate(
        sheet, scores, round(total, 3), next((one for one in brief.accounts if one.platform == sheet.id), None)
    )


def _active(candidates: Sequence[_Candidate], brief: BrandBrief, hours: float) -> list[_Candidate]:
    """The platforms that get posts, demanded ones first; a platform both demanded and refused counts as refused.

    A single named platform gets a second beside it only where the brief itself tells of the hours: not on an assumed team's.
    """
    avoid = set(brief.platforms.avoid)
    must = [one for one in candidates if one.id in brief.platforms.must and one.id not in avoid]
    free = [
        one for one in candidates if one not in must and one.id not in avoid and fits_market(one.sheet, brief.markets)
    ]
    may = [one for one in free if one.id in brief.platforms.may]
    most = int(step(rhythm()["platforms"], hours))
    named = len(must) + len(may)
    if named:
        told = not brief.spans or any(path.startswith("team") for path in brief.spans)
        most = min(most, 2 if named == 1 and told and hours >= 30 else named)
    ranked = must + may + [one for one in free if one not in may]
    return ranked[: max(1, most, len(must))] or list(candidates[:1])


def _assign(candidates: Sequence[_Candidate], active: Sequence[_Candidate], brief: BrandBrief, hours: float) -> None:
    """Roles and reasons: of the active ones the demanded and best are primary; of the rest the best are listened to."""
    must, avoid = set(brief.platforms.must), set(brief.platforms.avoid)
    primary = sorted(active, key=lambda one: (one.id not in must, -one.total))[
        : int(step(rhythm()["primary"], len(active)))
    ]
    listen = int(step(rhythm()["listen"], hours))
    for one in sorted(candidates, key=lambda one: -one.total):
        fits = fits_market(one.sheet, brief.markets)
        if one.id in avoid:
            one.role, one.reason = "excluded", "avoid"
        elif one in active:
            one.role, one.reason = "primary" if one in primary else "support", "must" if one.id in must else "fit"
        elif not fits:
            one.role, one.reason = "excluded", "market"
        else:
            one.role = "listen" if listen > 0 else "excluded"
            one.reason = "capacity" if one.total >= 3 or one.id in brief.platforms.may else "fit"
            listen -= 1


def _row(one: _Candidate, brief: BrandBrief, effort: Effort) -> Row:
    """What the platform would get from a team with hours enough, and what that costs whom."""
    table = rhythm()
    planned: list[str] = [name for name in one.sheet.formats if name in table["planned"]] or [one.sheet.formats[0]]
    films = [name for name in planned if name in table["video"]]
    only = one.id in table["video_only"] and any(_can_make(effort, one.id, name) for name in films)
    planned = films if only else planned
    shares = table["video"][planned[0]] if only or planned[0] == "short_video" else table["formats"]
    shares = (
        shares[: len(planned)]
        if _can_make(effort, one.id, planned[0])
        else sorted(shares[: len(planned)], reverse=not only)
    )
    mix = {name: share / sum(shares) for name, share in zip(planned, shares, strict=False)}
    cadence = table["cadence"][one.id] * (1.0 if one.role == "primary" else table["support"])
    if effort.team.hours >= table["large"]["hours"]:
        cadence *= table["large"]["factor"]
    if one.id == "wechat" and one.account and "服务号" in f"{one.account.note}{one.account.handle}":
        cadence = min(cadence, table["service_account"] * 7 / 31)
    hours = {name: effort.by_holder(one.id, name) for name in planned}
    least, must = table["least"][one.role], one.id in brief.platforms.must
    now = one.account.posts_per_week if one.account and one.role == "primary" else None
    cadence, floor = math.floor(cadence * 4) / 4, table["least"]["floor"]
    if asked := brief.cadence.get(one.id):
        cadence = least = floor = asked
    return Row(
        id=one.id, must=must, rank=one.total, cadence=cadence, least=least, now=min(cadence, now or 0.0),
        floor=floor, mix=mix, hours=hours, native=planned[0], keep=_keep(planned[0], one.role, effort.team.hours), most=table["most"],
    )  # fmt: skip


def _keep_films(rows: Sequence[Row], brief: BrandBrief) -> None:
    """A least share of short videos on the best platform that has them in its mix, where the brief names somebody for films who does not write:
    the hours are given for that."""
    if not any(
        "video" in one.functions and not {"copy", "planner", "operator"} & {*one.functions} for one in brief.team
    ):
        return
    able = [row for row in rows if row.mix.get("short_video") and row.native != "short_video"]
    best = max(able, key=lambda row: (row.must, row.rank, row.id), default=None)
    if best:
        best.films = {"short_video": min(best.mix["short_video"], float(rhythm()["film_share"]))}


def _can_make(effort: Effort, platform: str, format: str) -> bool:
    """Whether one piece asks no more than two thirds of a week of whoever films, and half a week of anybody else; outside hands are bought
    by the piece."""
    room, films = effort.team.capacity, effort.team.holder("video")
    return all(
        hours <= room.get(holder, 2 * hours) * (2 / 3 if holder == films else 0.5)
        for holder, hours in effort.by_holder(platform, format).items()
    )


def _keep(native: str, role: str, hours: float) -> float:
    """Least share of the most native format: a video platform stays one; otherwise less for a team of under ten hours a week."""
    if native in ("short_video", "long_video"):
        return 0.6 if role == "primary" else 0.5
    return (0.4 if role == "primary" else 0.3) * min(1.0, hours / 10)


def _frame(one: _Candidate, brief: BrandBrief, effort: Effort, shared: float) -> PlatformFrame:
    active = one.role in ("primary", "support")
    hours = (
        one.cadence * sum(share * effort.total(one.id, name) for name, share in one.formats.items()) + shared
        if active
        else 0.0
    )
    return PlatformFrame(
        id=one.id, role=one.role, reason=one.reason, total=round(one.total, 2), scores=one.scores, cadence=one.cadence if active else 0.0,
        formats=tuple((name, share) for name, share in one.formats.items() if share > 0) if active else (), hours=round(hours, 2),
        budget_cents=0, language=content_language(one.sheet, brief), account=one.account,
    )  # fmt: skip


def _hash(brand: str, platform: str) -> str:
    """Breaks ties between platforms, the same way every time for a brand."""
    return hashlib.sha256(f"{brand}|{platform}".encode()).hexdigest()
