"""What stands after the chapters: assumptions and questions, contradictions, sources, findings, whose words."""

from __future__ import annotations

from collections import Counter

from agent.export.reader import Reader, titled
from agent.export.view import Block, Inline, Row, Span, Text, bullets, join, lines, paragraph, strong, table, text
from agent.locale import percent
from agent.plan.base import Source
from agent.plan.model import PART_IDS


def assumptions(v: Reader) -> list[Block]:
    """What the client is to decide, and what is assumed until they answer, the most consequential first."""
    gaps = v.plan.gaps
    return [
        v.head("decisions"),
        bullets(v.plan.summary.decisions, ordered=True),
        v.head("questions_all"),
        paragraph(v.t("doc.assumptions_intro") if gaps else v.t("doc.no_assumptions")),
        table(
            v.cols("no", "question_client*4", "assumed_now*4", "answer_changes*4", ">weight", "brief_field*2"),
            [
                [
                    strong(one.id),
                    one.question,
                    one.assumption,
                    one.why,
                    str(one.weight),
                    titled(v.brief_field(one.field)),
                ]
                for one in gaps
            ],
        ),
    ]


def conflicts(v: Reader) -> list[Block]:
    """Contradictions in the brief, and how the plan resolves them."""
    found = v.plan.conflicts
    return [
        paragraph(v.t("doc.conflicts_intro") if found else v.t("doc.no_conflicts")),
        table(
            v.cols("no", "contradiction*5", "resolution*5", "severity", "brief_field*3"),
            [
                [
                    strong(f"B{number}"), one.message, one.resolution, v.t(f"severity.{one.severity}"),
                    lines(dict.fromkeys(map(v.brief_field, one.fields))),
                ]
                for number, one in enumerate(found, 1)
            ],
        ),
    ]  # fmt: skip


def sources(v: Reader) -> list[Block]:
    """What the document cites, under its final number; to be built after everything that cites."""
    return [paragraph(v.t("doc.sources_intro")), bullets((_source(v, one) for one in v.cited_sources()), ordered=True)]


def _source(v: Reader, one: Source) -> Text:
    """One source as a line of a bibliography."""
    address = _address(one.url)
    title: Inline = Span(one.title, "link", address) if address else v.source_title(one)
    confidence = v.t(f"confidence.{one.confidence}") if one.confidence else ""
    return text(
        v.tag(one.kind),
        None if v.chinese else " ",
        join([title, one.publisher, v.dated(one.date), confidence, None if address else one.url], " · "),
    )


def _address(url: str) -> str:
    """A source's address as a link target, or nothing when it is not plainly one of the web."""
    bare = url.removeprefix("https://").removeprefix("http://")
    host = bare.split("/", 1)[0]
    plain = bare.isascii() and all(one.isalnum() or one in "-._~:/?#@!$&*+,;=%" for one in bare)
    return (
        f"https://{bare}"
        if plain and "." in host and ":" not in host and "@" not in bare and host[:1].isalnum()
        else ""
    )


def findings(v: Reader) -> list[Block]:
    """What the plan's own checks found, in plain words, the gravest first; their codes stand in the workbook, for who works with them."""
    order = {"error": 0, "warning": 1, "info": 2}
    # The same words found in forty posts are one row to a reader.
    counts = Counter(
        (one.severity, v.place(one.where), one.message, one.fix)
        for one in sorted(v.open_findings(), key=lambda one: order[one.severity])
    )
    return [
        paragraph(v.t("doc.findings_intro", n=sum(counts.values())) if counts else v.t("doc.no_findings")),
        table(
            v.cols("severity", "place*3", "finding*5", "fix*5"),
            [
                [v.t(f"severity.{severity}"), place if count == 1 else f"{place} × {count}", message, fix]
                for (severity, place, message, fix), count in counts.items()
            ],
        ),
    ]


def used(v: Reader, part: str) -> list[Block]:
    """What the model's words of a part were written from, where it named any."""
    cites = v.plan.words[part].cites
    return [paragraph(v.t("doc.used"), " ", v.cite(cites))] if cites else []


def words(v: Reader) -> list[Block]:
    """Whose words every part holds."""
    order = {part: place for place, part in enumerate(PART_IDS)}
    rows: list[Row] = [
        [
            v.label("part", part),
            v.t(f"words.{one.source}"),
            percent(one.model_share, 0),
            one.model,
            Span(one.prompt, "code"),
            lines(one.rejected),
        ]
        for part, one in sorted(v.plan.words.items(), key=lambda item: order.get(item[0], len(order)))
    ]
    if len({tuple(map(str, row[1:])) for row in rows}) == 1:
        said = v.t("doc.words_alike", n=len(rows), source=str(rows[0][1]), share=str(rows[0][2]))
        return [paragraph(said)]
    return [
        paragraph(v.t("doc.words_intro")),
        table(v.cols("part*3", "words_of*3", ">model_share", "model*2", "prompt*3", "rejected*4"), rows),
    ]
