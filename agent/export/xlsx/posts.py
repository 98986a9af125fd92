"""Finished posts, ready to copy, with the space that each platform's limits leave."""

from __future__ import annotations

from agent.export.xlsx.book import TOP, Book, Cell, Col
from agent.plan.content import Adaptation


def adaptations(book: Book) -> None:
    """One row a post."""
    v, part = book.v, book.plan.adaptations
    sheet = book.sheet("adaptations", v.t("part.adaptations"), part.principle, columns=7, color="#B7791F")
    cols = [
        Col(v.t("col.no"), 14), Col(v.t("col.platform"), 12), Col(v.t("col.format"), 10), Col(v.t("col.pillar"), 17),
        Col(v.t("col.topic"), 20), Col(book.t("col.post_title"), 24, "bold"), Col(book.t("col.post_body"), 80),
        Col(book.t("col.hashtags"), 20), Col(v.t("misc.first_frame"), 24), Col(v.t("misc.cta"), 22), Col(v.t("misc.link_policy"), 24),
        Col(v.t("misc.label"), 24), Col(book.t("col.limits"), 20), Col(v.t("col.language"), 10), Col(book.t("col.status"), 10, entry=True),
        Col(book.t("col.remark"), 12, entry=True),
    ]  # fmt: skip
    names = {core.id: core.title for core in part.cores}
    rows: list[list[Cell]] = [
        [
            one.id, v.platform(one.platform), v.format(one.format), v.named(one.pillar), names.get(one.core, one.core), one.title,
            one.body, " ".join(f"#{tag}" for tag in one.hashtags), one.first_frame, one.cta, one.link_policy, one.label,
            _limits(book, one), _language(book, one), book.t("status.review"), None,
        ]
        for one in part.posts
    ]  # fmt: skip
    end = sheet.table(cols, rows, freeze=2, note=part.principle)
    sheet.choose(TOP + 1, end - 1, 14, "=List_Status")


def _limits(book: Book, one: Adaptation) -> str:
    """Each limit as used of allowed, one a line."""
    colon = book.v.t("misc.colon")
    return "\n".join(
        f"{book.v.limit_field(limit.field, one.format)}{colon}{limit.count:,.10g} / {limit.limit:,.10g}"
        for limit in one.limits
    )


def _language(book: Book, one: Adaptation) -> str:
    v = book.v
    tongue = v.label("language", one.language)
    if not one.transcreate:
        return tongue
    return f"{tongue}\n{v.t('misc.transcreate_text', tongue=v.label('tongue', one.transcreate))}"
