"""The Markdown of a plan: nothing lost, well-formed, every link arrives, hostile words inert."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from plan_filler import filled
from pydantic import BaseModel

from agent.export import escape
from agent.export.document import APPENDICES, CHAPTERS, document
from agent.export.markdown import to_markdown
from agent.export.reader import Reader, titled
from agent.export.view import Table, pairs
from agent.locale import t
from agent.plan.base import Figure, Source
from agent.plan.model import PART_IDS

INTERNAL = re.compile(
    r"(market\.(hot_topics|discussion|spread|openings|lessons|competitors)|strategy\.idea|adaptations\.posts"
    r"|team\.roles|kpis\.kpis|calendar\.deadlines)(\[\d\])?\.id$"
    r"|declined\[\d\]\.(where|words|rule)$|approvals\[\d\]\.(requirement|carry)$"
    r"|conflicts\[\d\]\.code$|findings\[\d\]\.code$"
    r"|calendar\.key_dates\[\d\]\.told$|sources\[\d\]\.id$|positioning\.goals\[0\]\.target\.sources\[[01]\]$"
)
"""Ids, codes and places that nothing a reader sees refers to: the items are shown under their titles, sources under their numbers; a date's own
name stands in the rows of its day and after."""
LANGUAGES = ("zh-CN", "zh-TW", "en")
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> ![p](http://evil.example/p.png) [k](javascript:alert(1)) "
    "<javascript:alert(1)> https://evil.example www.evil.example me@evil.example a|b `c` **d** __e__ ~~f~~ &lt;i&gt; "
    "[x][y] \\| snake_case 2*3*4 $5"
)
STARTS = ["# a heading", "- a list", "+ a list", "1. a number", "2) a number", "> a quote", "---", "***", "===", "    code", "[x]: http://evil.example"]  # fmt: skip
LINES = [
    "```\ncode\n```",
    "one\n# two",
    "a | b\n--- | ---\nc | d",
    "a | b\n:-- | --:",
    "| a |\n| - |\n| b |",
    "text\n---",
    "text\n===",
    "one\n\n\ntwo",
    "- [ ] a\n- [x] b",
]


def parse(markdown: str) -> list[Token]:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown)


def flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def shown(markdown: str) -> str:
    """The text a reader sees, one line a block or line break."""
    words = []
    for token in flat(parse(markdown)):
        if token.type in ("text", "code_inline"):
            words.append(token.content)
        elif token.type in ("softbreak", "hardbreak", "html_inline", "inline"):
            words.append("\n")
    return "".join(words)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a plan with its place, keys of dictionaries included."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from leaves(one, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield path, str(key)
            yield from leaves(one, f"{path}.{key}")
    elif isinstance(value, str) and value:
        yield path, value


@functools.cache
def harmless() -> list[Token]:
    """What a plan of plain words makes."""
    return list(flat(parse(to_markdown(filled(lambda path: "plain")))))


def slug(heading: str) -> str:
    """GitHub's anchor of a heading."""
    return "".join("-" if one == " " else one for one in heading.lower() if one in " -_" or one.isalnum())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_plan_is_shown(language: str) -> None:
    plan = filled(language=language)
    seen = shown(to_markdown(plan))
    free = [(path, words) for path, words in leaves(plan) if words.startswith("text of ")]
    assert len(free) > 800
    lost = [path for path, words in free if words not in seen and titled(words) not in seen]
    assert [path for path in lost if not INTERNAL.match(path)] == []


def test_a_result_that_is_the_impressions_is_told_once() -> None:
    plan = filled(lambda path: path, language="en").model_copy(deep=True)
    line = plan.budget.paid[0]
    label, line.result_label = t("en", "col.impressions"), "Seen by many"
    shown = to_markdown(plan).count("Seen by many")
    line.results = line.impressions
    assert shown == to_markdown(plan).count("Seen by many") + 1
    assert label in to_markdown(plan)


def test_ids_are_shown_as_names() -> None:
    plan = filled(language="en")
    pillar, entry = plan.themes.pillars[0], plan.calendar.entries[0]
    pillar.id, pillar.name, entry.pillar, entry.platform, entry.owner = (
        "T1",
        "Cold mornings",
        "T1",
        "xiaohongshu",
        "copy",
    )
    row = next(line for line in to_markdown(plan).splitlines() if line.startswith(f"| {entry.id} |"))
    assert "Cold mornings" in row
    assert "Xiaohongshu" in row
    assert "Copywriter" in row


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_headings_are_there_in_order(language: str) -> None:
    headings = list(parse(to_markdown(filled(language=language))))
    titles = [headings[at + 1].content for at, token in enumerate(headings) if token.type == "heading_open"]
    wanted = [t(language, "part.summary"), t(language, "doc.contents")]
    for number, (chapter, parts) in enumerate(CHAPTERS, 1):
        wanted.append(f"{number} {t(language, f'chapter.{chapter}')}")
        wanted += [f"{number}.{place} {t(language, f'part.{part}')}" for place, (part, _) in enumerate(parts, 1)]
    wanted += [
        f"{letter} {t(language, f'appendix.{name}')}" for letter, (name, _) in zip("ABCDE", APPENDICES, strict=True)
    ]
    assert [title for title in titles if title in wanted] == wanted
    assert {part for _, parts in CHAPTERS for part, _ in parts} | {"summary"} == set(PART_IDS)


def test_heading_levels_never_skip() -> None:
    tokens = parse(to_markdown(filled()))
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("words", ["text", HOSTILE])
def test_every_table_has_as_many_cells_in_every_row(words: str) -> None:
    markdown = to_markdown(filled(lambda path: words))
    rows, found = 0, 0
    for table in re.findall(r"(?:^\|.*\|$\n?)+", markdown, re.MULTILINE):
        counts = {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table.splitlines()}
        assert len(counts) == 1, table[:200]
        found += 1
        rows += len(table.splitlines()) - 2
    tokens = parse(markdown)
    assert sum(token.type == "table_open" for token in tokens) == found > 40
    assert sum(token.type == "tr_open" for token in tokens) == rows + found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_the_contents_arrives(language: str) -> None:
    tokens = parse(to_markdown(filled(language=language)))
    seen: dict[str, int] = {}
    anchors = set()
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            text = "".join(one.content for one in tokens[at + 1].children or [] if one.type in ("text", "code_inline"))
            base = slug(text)
            anchors.add(f"{base}-{seen[base]}" if base in seen else base)
            seen[base] = seen.get(base, 0) + 1
    targets = [str(token.attrs["href"]) for token in flat(tokens) if token.type == "link_open"]
    inside = [unquote(target[1:]) for target in targets if target.startswith("#")]
    assert len(inside) == sum(1 + len(parts) for _, parts in CHAPTERS) + 1 + len(APPENDICES)
    assert [target for target in inside if target not in anchors] == []


@pytest.mark.parametrize("words", [HOSTILE, *STARTS, *LINES])
def test_23_hostile_words_are_inert_everywhere(words: str) -> None:
    plain = harmless()
    markdown = to_markdown(filled(lambda path: words))
    tokens = list(flat(parse(markdown)))
    assert {token.content for token in tokens if token.type == "html_inline"} <= {"<br>"}
    made = (
        "html_block",
        "image",
        "fence",
        "code_block",
        "hr",
        "blockquote_open",
        "heading_open",
        "s_open",
        "em_open",
        "link_open",
    )
    for kind in made:
        many, few = sum(token.type == kind for token in tokens), sum(token.type == kind for token in plain)
        assert many == few, kind


@pytest.mark.parametrize("words", [HOSTILE, *STARTS])
def test_hostile_words_are_still_readable(words: str) -> None:
    assert words.strip() in shown(escape.block(escape.inline(words)))


def test_addresses_do_not_turn_into_links_by_themselves() -> None:
    written = to_markdown(filled(lambda path: HOSTILE))
    assert re.findall(r"(?i)https?://\S*|\bwww\.\S*|\w@\w", written) == []


def test_a_tag_cannot_be_put_together_from_two_texts() -> None:
    assert [
        token.type for token in flat(parse(escape.inline("a <") + escape.inline("b> &") + escape.inline("lt;")))
    ].count("html_inline") == 0


def test_no_mark_of_emphasis_is_left_over() -> None:
    assert "**" not in shown(to_markdown(filled(lambda path: "“引号”、数字 5%。")))


def test_marks_that_hide_or_turn_text_are_taken_out() -> None:
    assert escape.inline("a\u202eb\u200bc\x00d\x1b[31m") == "abcd[31m"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://www.example.org/a?b=c", "https://www.example.org/a?b=c"),
        ("example.org/a", "https://example.org/a"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://example.org/a) [k](javascript:x", ""),
        ("//example.org", ""),
    ],
)
def test_only_plain_addresses_become_links(url: str, target: str) -> None:
    plan = filled(language="en")
    plan.sources = [Source(id="kb:x", kind="knowledge", title="A study", url=url)]
    plan.positioning.goals[0].target.sources = ["kb:x"]
    targets = [str(token.attrs["href"]) for token in flat(parse(to_markdown(plan))) if token.type == "link_open"]
    assert [one for one in targets if not one.startswith("#")] == ([target] if target else [])


def test_a_figure_says_range_unit_origin_source_and_low_confidence() -> None:
    plan = filled(language="en")
    plan.sources = [
        Source(id="kb:a", kind="knowledge", title="A", confidence="high"),
        Source(id="kb:b", kind="knowledge", title="B", confidence="low"),
    ]
    plan.kpis.kpis[0].target = Figure(
        value=0.0325, low=0.02, high=0.05, unit="%", kind="computed", sources=["kb:a", "kb:b"], formula="13 / 400"
    )
    seen = shown(to_markdown(plan))
    assert "2% – 3.3% – 5% [C] [1, 2] [low confidence] (" in seen
    assert "13 / 400" in seen


def test_sources_are_numbered_as_they_are_cited_and_left_out_when_they_are_not() -> None:
    plan = filled(language="en")
    names = {"kb:unused": "Never cited", "kb:late": "Cited later", "kb:early": "Cited first"}
    plan.sources = [Source(id=id_, kind="knowledge", title=title) for id_, title in names.items()]
    goals = plan.positioning.goals
    goals[0].target, goals[1].target = (
        Figure(value=1, unit="count", kind="knowledge", sources=["kb:early"]), Figure(value=2, unit="count", kind="knowledge", sources=["kb:late"])
    )  # fmt: skip
    plan.summary.goals = [goals[0].id]
    seen = shown(to_markdown(plan))
    assert "1 [K] [1]" in seen
    assert "2 [K] [2]" in seen
    assert "Never cited" not in seen
    assert seen.rindex("Cited first") < seen.rindex("Cited later")


def test_what_somebody_published_is_numbered_before_the_rest_wherever_it_is_cited() -> None:
    plan = filled(language="en")
    plan.sources = [
        Source(id="assume:first", kind="assumption", title="Assumed"),
        Source(id="kb:second", kind="knowledge", title="Published"),
    ]
    for goal, ids in zip(
        plan.positioning.goals[:2], (["assume:first"], ["kb:second", "assume:first", "doc:3"]), strict=True
    ):
        goal.target = Figure(value=1, unit="count", kind="knowledge", sources=ids)
    doc = document(plan)
    tables = [block for section in doc.sections for block in section.blocks if isinstance(block, Table)]
    cites = [span for one in tables for row in one.rows for cell in row for span in cell if span.style == "cite"]
    assert {(one.text, one.target) for one in cites} == {("[2]", "2"), ("[1, 2, doc:3]", "1,2")}
    seen = shown(to_markdown(plan))
    assert "1 [K] [2]" in seen
    assert "1 [K] [1, 2, doc:3]" in seen
    assert seen.rindex("Published") < seen.rindex("Assumed")


def test_a_lowered_limit_is_shown_as_not_kept() -> None:
    plan = filled(language="en")
    row = plan.budget.caps[0]
    row.limit_cents, row.actual_cents, row.kept, row.lowered_cents = 300_000, 49_000, False, 49_000
    plan.budget.caps = [row]
    assert "not kept: ¥3,000 changed to ¥490" in shown(to_markdown(plan))


def test_money_is_shown_with_its_sign_and_adds_up() -> None:
    plan = filled(language="en")
    lines = plan.budget.lines
    lines[0].cents, lines[1].cents, plan.budget.total_cents = 1_234_550, 65_450, 1_300_000
    seen = shown(to_markdown(plan))
    assert "¥12,345.50" in seen
    assert "¥654.50" in seen
    assert seen.count("¥13,000\n") >= 3


def test_weekly_reviews_become_one_rule_with_their_dates() -> None:
    plan = filled(language="en")
    first = plan.measurement.reviews[0]
    plan.measurement.reviews = [
        first.model_copy(
            update={"kind": "weekly", "question": "What stops?", "date": dt.date(2027, 3, 1) + dt.timedelta(weeks=n)}
        )
        for n in range(4)
    ]
    seen = shown(to_markdown(plan))
    assert seen.count("What stops?") == 1
    assert "(4 times: 1 Mar, 8 Mar, 15 Mar, 22 Mar)" in seen


def test_a_calendar_over_two_years_has_one_table_a_month_in_order() -> None:
    plan = filled(language="en")
    entry = plan.calendar.entries[0]
    days = [dt.date(2027, 1, 2), dt.date(2026, 12, 31), dt.date(2026, 12, 1)]
    plan.calendar.entries = [entry.model_copy(update={"id": f"E{n}", "date": day}) for n, day in enumerate(days)]
    markdown = to_markdown(plan)
    assert markdown.index("December 2026 (2 slots") < markdown.index("| E2 |") < markdown.index("| E1 |")
    assert markdown.index("| E1 |") < markdown.index("January 2027 (1 slots") < markdown.index("| E0 |")


def test_weekly_reviews_that_ask_each_something_else_stand_in_the_table_with_the_others() -> None:
    plan = filled(language="en")
    first = plan.measurement.reviews[0]
    plan.measurement.reviews = [
        first.model_copy(
            update={"kind": kind, "question": f"Question {at}?", "date": dt.date(2027, 3, 1) + dt.timedelta(weeks=at)}
        )
        for at, kind in enumerate(("weekly", "monthly", "weekly"))
    ]
    rows = [line for line in to_markdown(plan).splitlines() if re.search(r"Question \d", line)]
    assert [re.findall(r"Question \d", row) for row in rows] == [["Question 0"], ["Question 1"], ["Question 2"]]
    assert all(row.startswith("|") for row in rows)


@pytest.mark.parametrize(
    ("label", "words", "shown"),
    [
        ("Proof", "Proof: a test", "a test"),
        ("依据", "依据：“评分 4.9”", "“评分 4.9”"),
        ("封面／首帧", "首帧：近景", "近景"),
        ("Links", "Links in captions are dead", "Links in captions are dead"),
        ("依据", "依据：", "依据："),
        ("目标", "目标人群不变", "目标人群不变"),
    ],
)
def test_a_label_is_not_said_twice(label: str, words: str, shown: str) -> None:
    (pair,) = pairs((label, words)).pairs
    assert "".join(span.text for span in pair[1]) == shown


@pytest.mark.parametrize(
    ("language", "words", "shown"),
    [
        ("en", "2026-11-22; 2025-10; 2025", "22 Nov 2026; October 2025; 2025"),
        ("zh-CN", "未注明日期，2026-11-22 查阅", "未注明日期，2026年11月22日 查阅"),
        ("en", "2026-02-31, 12026-11-22, 2026-13", "2026-02-31, 12026-11-22, 2026-13"),
    ],
)
def test_dates_of_sources_are_written_as_the_language_has_them(language: str, words: str, shown: str) -> None:
    assert Reader(filled(language=language)).dated(words) == shown
