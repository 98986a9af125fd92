"""The PDF, opened by poppler and pypdf: all parts, no missing glyph, nothing outside its column, links that arrive."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from office import example, made, material
from plan_filler import filled, lacks, partial
from pypdf import PdfReader
from rendering import need, outside, overlapping, run, thin, words_of, words_on

from agent import locale
from agent.export.document import document
from agent.export.pdf import BREAK, Words, air, to_pdf
from agent.export.pdf.air import AIRS, Air
from agent.export.view import Card, Column, table, text
from agent.export.words import sound
from agent.plan.model import PART_IDS, MarketingPlan


def test_all_fonts_are_embedded_and_readable(tea_pdf: Path) -> None:
    rows = run(need("pdffonts"), str(tea_pdf)).splitlines()[2:]
    assert rows
    for row in rows:
        assert re.search(r"NotoSans|NotoEmoji", row), row
        assert re.search(r"yes yes yes", row), row


def test_seventeen_parts_stand_in_the_text_and_in_the_bookmarks(tea: MarketingPlan, tea_pdf: Path) -> None:
    text = words_of(tea_pdf)
    marks = re.sub(r"\s", "", "".join(_titles(PdfReader(tea_pdf).outline)))
    for part in PART_IDS:
        title = re.sub(r"\s", "", locale.t("zh-CN", f"part.{part}"))
        assert title in text, part
        assert title in marks, part
    assert "\ufffd" not in text


def _titles(outline: list[object]) -> list[str]:
    found: list[str] = []
    for one in outline:
        found += _titles(one) if isinstance(one, list) else [str(one.title)]  # type: ignore[attr-defined]
    return found


def test_chinese_money_and_brand_can_be_copied_out(tea: MarketingPlan, tea_pdf: Path) -> None:
    text = words_of(tea_pdf)
    assert tea.meta.brand in text
    assert re.sub(r"\s", "", tea.summary.headline) in text
    assert locale.money(tea.budget.total_cents, "CNY") in text
    for entry in (tea.calendar.entries[0], tea.calendar.entries[-1]):
        assert entry.id in text


def test_nothing_runs_out_of_page_or_column(tea_pdf: Path) -> None:
    assert outside(tea_pdf, 40) == []
    assert overlapping(tea_pdf) == []


def test_no_page_is_empty_and_every_link_arrives(tea_pdf: Path) -> None:
    reader = PdfReader(tea_pdf)
    pages = {page.indirect_reference.idnum for page in reader.pages if page.indirect_reference}
    names = reader.named_destinations
    inside = 0
    texts = run(need("pdftotext"), str(tea_pdf), "-").split("\f")[:-1]
    assert len(texts) == len(reader.pages)
    assert [at for at, text in enumerate(texts, 1) if len(text.strip()) < 60] == []
    for page in reader.pages:
        for link in page.get("/Annots") or []:
            action, place = link.get_object().get("/A"), link.get_object().get("/Dest")
            if action is not None and action.get("/S") == "/URI":
                assert str(action["/URI"]).startswith("https://")
                continue
            place = action["/D"] if action is not None else place
            inside += 1
            assert str(place) in names if isinstance(place, str) else place[0].idnum in pages
    assert inside > 100


def test_23_hostile_and_endless_words_are_set_as_text_inside_the_page(tmp_path: Path) -> None:
    words = (
        '#import "x" $x$ @a <b> \\u{41} [c] *d* _e_ `f` // g \x00\u202e '
        + "无空格" * 12
        + " "
        + "A" * 90
        + " a/b" * 3
        + "/x" * 40
    )
    path = tmp_path / "plan.pdf"
    path.write_bytes(to_pdf(filled(lambda at: words, "zh-TW")))
    text = words_of(path)
    assert '#import"x"$x$@a<b>' in text
    assert outside(path, 40) == []


def test_what_a_partial_plan_lacks_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(to_pdf(partial()))
    text = words_of(path)
    assert [one for one in lacks("zh-CN") if re.sub(r"\s", "", one) not in text] == []


def test_no_page_holds_a_line_or_two_alone(tea_pdf: Path, tmp_path: Path) -> None:
    found = {"tea-zh": tea_pdf}
    for stem in ("shop-zh-tw", "solo-en"):
        found[stem] = tmp_path / f"{stem}.pdf"
        found[stem].write_bytes(made(stem, "pdf"))
    assert {stem: pages for stem, path in found.items() if (pages := thin(path, 0.12))} == {}


def test_a_table_cut_before_a_break_loses_no_row(tea: MarketingPlan, tea_pdf: Path) -> None:
    text = words_of(tea_pdf)
    assert [entry.id for entry in tea.calendar.entries if text.count(entry.id) < 1] == []
    assert [line.id for line in tea.budget.lines if text.count(line.id) < 1] == []


def test_no_row_stands_alone_at_the_beginning_or_the_end_of_a_table() -> None:
    words, view_columns = Words("en"), (Column("One"), Column("Two"))

    def ends(count: int) -> list[tuple[int, int]]:
        made = words.table(table(view_columns, [["a", "b"]] * count))
        return [(one["first"], one["count"]) for one in made["kept"]]

    assert [ends(count) for count in (1, 2, 3, 4, 9)] == [[], [(0, 2)], [(0, 3)], [(0, 2), (2, 2)], [(0, 2), (7, 2)]]
    long = words.table(table(view_columns, [["a" * 600, "b"]] * 6))
    assert long["kept"] == []
    assert [words.table(table(view_columns, [["a " * count, "b"]]))["rows"][0]["whole"] for count in (500, 2000)] == [
        True,
        False,
    ]
    for count in range(3, 30):
        blocks = words.kept([table(view_columns, [["a", "b"]] * count)])
        if len(blocks) > 1:
            assert len(blocks[0]["rows"]) > 1


def test_a_card_of_less_than_a_third_of_a_page_stays_whole_and_a_longer_one_repeats_its_header(tmp_path: Path) -> None:
    words = Words("en")
    assert words.block(Card(text("Instagram"), "", ("short",), ()))["whole"]
    assert not words.block(Card(text("Instagram"), "", ("word " * 60,) * 12, ()))["whole"]
    long = "\n".join(["一段很长的话，" * 40] * 12)
    plan = filled(lambda at: long if re.search(r"posts.*\.body$", at) else at)
    path = tmp_path / "long.pdf"
    path.write_bytes(to_pdf(plan))
    headers = {
        squeezed("".join(span.text for span in one.header))
        for part in document(plan).sections
        for one in part.blocks
        if isinstance(one, Card) and any(len(piece) > 200 for piece in one.body)
    }
    shown = [squeezed(page.extract_text()) for page in PdfReader(path).pages]
    pages = [page for page in shown if page.count("一段很长的话") > 20]
    assert len(pages) > len(headers) > 0
    assert all(any(header in page for header in headers) for page in pages)


def squeezed(words: str) -> str:
    """Without spaces."""
    return re.sub(r"\s+", "", words)


def test_a_run_of_pages_with_little_on_its_last_one_is_set_closer_and_only_where_that_saves_the_page() -> None:
    fitted = Air([True, False, True, True])
    assert fitted.sections() == [1.0] * 4
    assert fitted.refit([(2, 0.9), (8, 0.2), (11, 0.2), (13, 0.9)])  # six pages, three, two
    assert fitted.sections() == [AIRS[1], *[AIRS[2]] * 2, 1.0]
    assert fitted.refit([(2, 0.9), (7, 0.95), (10, 0.05), (12, 0.9)])  # the second one is no shorter: as it was
    assert fitted.sections() == [AIRS[1], 1.0, 1.0, 1.0]
    assert not fitted.refit([(2, 0.9), (7, 0.95), (10, 0.2), (12, 0.9)])


def test_pages_are_saved_where_sections_would_end_in_a_few_lines(
    tea: MarketingPlan, tea_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(air, "AIRS", (1.0, 1.0, 1.0))
    usual = len(PdfReader(io.BytesIO(to_pdf(tea))).pages)
    assert len(PdfReader(tea_pdf).pages) < usual - 1


def test_an_address_is_copied_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "b2b-en.pdf"
    path.write_bytes(made("b2b-en", "pdf"))
    text = run(need("pdftotext"), str(path), "-")
    assert "\u200b" not in text
    links = example("b2b-en").measurement.utm
    assert max(map(len, links)) > 90
    assert [one for one in links if one not in text.replace("\n", "")] == []


@pytest.mark.parametrize("stem", ["b2b-en", "contradictory-en", "shop-zh-tw"])
def test_the_summary_is_one_page(stem: str) -> None:
    reader = PdfReader(io.BytesIO(made(stem, "pdf")))
    first, second = (one for one in reader.outline[:3] if not isinstance(one, list))
    assert reader.get_destination_page_number(second) == (reader.get_destination_page_number(first) or 0) + 1


@pytest.mark.parametrize("stem", ["contradictory-en", "sentence-zh"])
def test_what_the_summary_has_no_room_for_stands_in_the_parts(stem: str) -> None:
    plan, doc = example(stem), material(stem).doc
    shown = {part.id: str(part.blocks).replace("\\xa0", " ") for part in doc.sections}
    assert [one for one in plan.summary.decisions if sound(one, doc.language) not in shown["assumptions"]] == []
    assert [one for one in plan.summary.first_30_days if one.action not in shown["team"]] == []
    told = str(doc.summary.blocks).replace("\\xa0", " ")
    left = [one for one in plan.summary.first_30_days if one.action not in told]
    assert len(left) >= 2
    assert locale.t(doc.language, "doc.more_in", n=len(left), place=locale.t(doc.language, "part.team")) in told


def test_an_article_of_the_usual_length_stays_whole_and_a_long_one_may_break() -> None:
    words = Words("en")

    def article(times: int) -> dict[str, object]:
        body = ("A heading", "A paragraph of an article, " * 9) * times
        return words.block(
            Card(text("WeChat Official Account"), "A title", body, (("Cover", text("a photograph")),) * 4)
        )

    assert article(4)["whole"] is True
    assert article(9)["whole"] is False


def test_running_heads_stand_at_the_same_height_on_every_upright_page(tmp_path: Path) -> None:
    """However close a section is set, the line below them does not run through their letters."""
    path = tmp_path / "plan.pdf"
    path.write_bytes(made("solo-en", "pdf"))
    pages, words = words_on(path)
    upright = [at for at, (wide, tall) in enumerate(pages) if wide < tall and at > 1]
    heights = {at: {round(one.bottom) for one in words if one.page == at and one.top < 60} for at in upright}
    assert len(heights) > 20
    assert len(set(map(tuple, heights.values()))) == 1


def flat(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, and in place of groups what stands in them."""
    return [one for block in blocks for one in (flat(block["blocks"]) if "blocks" in block else [block])]


def test_the_summarys_rows_may_be_set_close_and_the_calendar_takes_the_whole_page() -> None:
    data = Words("en").data(material("solo-en").doc, ("Noto Sans",))
    summary, *parts = (flat(section["blocks"]) for section in data["sections"])
    assert all(one["brief"] for one in summary if one["kind"] == "table")
    assert not any(one["brief"] for part in parts for one in part if one["kind"] == "table")
    broad = {one["file"]: one["broad"] for part in parts for one in part if one["kind"] == "chart"}
    assert [name for name, wide in broad.items() if wide] == ["calendar.svg"]


def test_a_compound_word_ends_its_line_behind_a_hyphen_and_an_address_never_at_one() -> None:
    words = Words("en")
    assert BREAK not in words("no sentiment-conditioned incentives")
    assert BREAK in words("https://example.com/one-long-address-with-hyphens")
