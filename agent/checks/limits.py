"""Platform limits: every finished post inside the platform's hard limits, in the platform's own counting unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.checks.base import CheckContext, Hit, PlatformBook, at, check
from agent.checks.counting import COUNTERS, count
from agent.knowledge.model import Limit
from agent.plan.content import Adaptation, LimitCheck
from agent.plan.model import MarketingPlan

TITLE_FIELDS = frozenset({"title", "image_text_title", "short_title"})
BODY_FIELDS = frozenset({"body", "caption", "description", "intro", "text", "post"})
TAG_FIELDS = frozenset({"hashtags", "tags", "topics"})
IMAGE_FORMATS = frozenset({"image_text", "carousel", "infographic"})
_PARTS = re.compile(r"\n\s*\n")


def limit_checks(
    knowledge: PlatformBook, platform: str, format: str, title: str, body: str, hashtags: Sequence[str]
) -> list[LimitCheck]:
    """Every text limit of the platform that binds a post of this format, with the space the post uses.

    A thread is counted part by part (parts are divided by an empty line) and its fullest part is shown. Hashtags count
    by number, or, where the platform limits their letters, joined with commas. Unknown platforms have no rows.
    """
    sheet = knowledge.platforms.get(platform)
    if sheet is None:
        return []
    rows = []
    for limit in _binding(sheet.limits, format):
        used = _used(limit, format, title, body, hashtags)
        if used is not None:
            rows.append(
                LimitCheck(field=limit.field, count=used, limit=limit.max, unit=limit.unit, source=f"kb:{limit.id}")
            )
    return rows


def _binding(limits: Sequence[Limit], format: str) -> Iterator[Limit]:
    """One limit per field: the format's own before the general one, the smaller where two remain."""
    best: dict[str, Limit] = {}
    for limit in limits:
        if limit.format not in ("", format) or (limit.field.startswith("image_text") and format not in IMAGE_FORMATS):
            continue
        known = best.get(limit.field)
        if known is None or (bool(limit.format), -limit.max) > (bool(known.format), -known.max):
            best[limit.field] = limit
    yield from best.values()


def _used(limit: Limit, format: str, title: str, body: str, hashtags: Sequence[str]) -> float | None:
    """What the post uses of a limit; None when the limit is not one of text (pictures, minutes)."""
    if limit.unit not in COUNTERS:
        return None
    if limit.field in TAG_FIELDS:
        return float(len(hashtags)) if limit.unit == "count" else count(",".join(hashtags), limit.unit)
    if limit.field in TITLE_FIELDS:
        return count(title, limit.unit)
    if limit.field in BODY_FIELDS:
        parts = _PARTS.split(body) if format == "thread" else [body]
        return max(count(part, limit.unit) for part in parts)
    return None


def _recount(post: Adaptation, ctx: CheckContext) -> list[LimitCheck]:
    return limit_checks(ctx.knowledge, post.platform, post.format, post.title, post.body, post.hashtags)


@check("LIM-001", "error", "Title, body and hashtags of every post stay within the platform's hard limits")
def within_platform_limits(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Recounts every field in the platform's own unit; what the rows of the plan say does not matter here."""
    for place, post in enumerate(plan.adaptations.posts):
        for row in _recount(post, ctx):
            if row.count > row.limit:
                yield at(
                    f"adaptations.posts[{place}].{_field(row.field)}",
                    platform=post.platform, field=row.field, count=f"{row.count:g}", limit=f"{row.limit:g}", unit=row.unit,
                )  # fmt: skip


@check("LIM-002", "error", "The limit rows of every post agree with a recount")
def limit_rows_agree(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A row that says another count or limit than the recount, or a limit that has no row."""
    for place, post in enumerate(plan.adaptations.posts):
        stated = {row.field: row for row in post.limits}
        for row in _recount(post, ctx):
            said = stated.get(row.field)
            where = f"adaptations.posts[{place}].limits"
            if said is None:
                yield at(where, "missing", field=row.field, limit=f"{row.limit:g}")
            elif (said.count, said.limit, said.unit) != (row.count, row.limit, row.unit):
                yield at(
                    where, field=row.field, said=f"{said.count:g}/{said.limit:g}", found=f"{row.count:g}/{row.limit:g}"
                )


@check("LIM-003", "error", "A title or body is not shorter than the platform accepts")
def above_minimum(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Some platforms refuse a title that is too short (视频号: 6)."""
    for place, post in enumerate(plan.adaptations.posts):
        sheet = ctx.knowledge.platforms.get(post.platform)
        for limit in _binding(sheet.limits, post.format) if sheet else ():
            used = _used(limit, post.format, post.title, post.body, post.hashtags)
            if limit.min is not None and used is not None and used < limit.min:
                yield at(
                    f"adaptations.posts[{place}].{_field(limit.field)}",
                    platform=post.platform, field=limit.field, count=f"{used:g}", limit=limit.min,
                )  # fmt: skip


@check("LIM-004", "warning", "Every post and calendar row uses a format that the platform has")
def format_exists(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Compares with the sheet's native formats."""
    rows = [(f"adaptations.posts[{n}].format", p.platform, p.format) for n, p in enumerate(plan.adaptations.posts)]
    rows += [
        (f"calendar.entries[{n}].format", e.platform, e.format)
        for n, e in enumerate(plan.calendar.entries)
        if e.kind in ("post", "live")
    ]
    for where, platform, format in rows:
        sheet = ctx.knowledge.platforms.get(platform)
        if sheet and format not in sheet.formats:
            yield at(where, platform=platform, format=format)


@check("LIM-005", "error", "Hashtags are bare words: no #, no blanks, none twice")
def hashtags_bare(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A blank ends a hashtag on every platform."""
    for place, post in enumerate(plan.adaptations.posts):
        for number, tag in enumerate(post.hashtags):
            if not tag or re.search(r"[\s#＃]", tag) or tag in post.hashtags[:number]:
                yield at(f"adaptations.posts[{place}].hashtags[{number}]", tag=tag)


def _field(name: str) -> str:
    """The adaptation's field that a platform's field is about."""
    return "title" if name in TITLE_FIELDS else "hashtags" if name in TAG_FIELDS else "body"
