"""The order of the sources: first what running text cites first, then what a table does, then what nobody published."""

from __future__ import annotations

from agent.export.numbering import in_order_of_place
from agent.export.view import Block, Bullets, Column, Document, Face, Paragraph, Section, Span, bullets, table, text

SAME = {number: number for number in range(1, 5)}
"""Every source under the number by which it is cited."""


def cited(*numbers: int) -> Span:
    marks = list(map(str, numbers))
    return Span(f"[{', '.join(marks)}]", "cite", ",".join(marks))


def made(*blocks: Block) -> Document:
    face = Face("", "", "", (), "", "")
    sources = Section("sources", 2, "C", "Sources", (bullets(["one", "two", "three", "four"], ordered=True),))
    parts = (Section("market", 2, "1", "Market", blocks), sources)
    return Document("en", "", face, "", "", (), Section("summary", 1, "", "Summary"), parts)


def test_what_text_cites_first_comes_before_what_a_table_cites_first() -> None:
    rows = table([Column("What")], [[text("in a table", cited(1, 4))]])
    found = in_order_of_place(made(rows, Paragraph(text("in text", cited(1, 3))), Paragraph(text(cited(2)))), 3, SAME)
    listed = next(one for one in found.sections[1].blocks if isinstance(one, Bullets))
    assert [item[0].text for item in listed.items] == ["three", "two", "one", "four"]
    shown = [span.text for block in found.sections[0].blocks[1:] for span in block.text if span.style == "cite"]  # type: ignore[union-attr]
    assert shown == ["[1, 3]", "[2]"]


def test_a_plan_without_sources_stays_as_it_is() -> None:
    plain = made(Paragraph(text("nothing cited")))
    bare = Document(**{**plain.__dict__, "sections": plain.sections[:1]})
    assert in_order_of_place(bare, 0, SAME) == bare


def test_sources_that_were_numbered_while_they_were_cited_get_their_place() -> None:
    marks = Paragraph(text("in text", cited(4, 1)))
    found = in_order_of_place(made(marks), 2, {4: 1, 1: 3, 2: 2, 3: 4})
    (block,) = found.sections[0].blocks
    assert isinstance(block, Paragraph)
    assert block.text[1] == Span("[1, 3]", "cite", "1,3")
