"""The Word file, opened by python-docx and LibreOffice: styles, contents, footnotes, pages that hold their text."""

from __future__ import annotations

import re
import subprocess
import zipfile
from itertools import groupby, pairwise
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from office import example
from plan_filler import filled, lacks, partial
from rendering import need, outside, overlapping, run, thin, words_of

from agent import locale
from agent.errors import CehuaError
from agent.export.document import document
from agent.export.docx import blocks, to_docx
from agent.export.docx.cells import fitted
from agent.export.docx.tail import OPENING, TURNED, opened, together
from agent.export.plots import Strips
from agent.export.reader import Reader, titled
from agent.export.sections.execution import team
from agent.export.tail import companions, ends_page, leads
from agent.export.view import Bullets, Chart, Column, Heading, Paragraph, Section, Span, Table, Text, table, text
from agent.plan.model import PART_IDS, MarketingPlan

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def xml(path: Path, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(name))


def plain(cells: tuple[Text, ...]) -> str:
    """The words of a row, as they stand in the file."""
    return "".join(span.text for cell in cells for span in cell).replace("\n", "")


def texts(root: etree._Element) -> str:
    return "".join(root.itertext(f"{W}t"))


def test_headings_are_styles_and_hold_all_seventeen_parts(tea: MarketingPlan, tea_docx: Path) -> None:
    found = [
        (one.style.name, one.text)
        for one in docx.Document(str(tea_docx)).paragraphs
        if one.style.name.startswith("Heading")
    ]
    titles = [text for style, text in found if style in ("Heading 1", "Heading 2")]
    assert titles == [one.heading for one in (document(tea).summary, *document(tea).sections)]
    assert all(any(locale.t("zh-CN", f"part.{part}") in title for title in titles) for part in PART_IDS)


def test_contents_are_filled_and_every_entry_arrives(tea: MarketingPlan, tea_docx: Path) -> None:
    root = xml(tea_docx)
    marks = {one.get(f"{W}name") for one in root.iter(f"{W}bookmarkStart")}
    anchors = [one.get(f"{W}anchor") for one in root.iter(f"{W}hyperlink") if one.get(f"{W}anchor")]
    assert set(anchors) <= marks
    entries = [texts(one) for one in root.iter(f"{W}hyperlink") if str(one.get(f"{W}anchor")).startswith("_Toc")]
    assert entries == [one.heading for one in (document(tea).summary, *document(tea).sections)]
    targets = {
        start.get(f"{W}name"): texts(start.getparent())
        for start in root.iter(f"{W}bookmarkStart")
        if str(start.get(f"{W}name")).startswith("_Toc")
    }
    assert list(targets.values()) == entries
    codes = [(one.text or "").split()[:2] for one in root.iter(f"{W}instrText")]
    assert codes == [["PAGEREF", anchor] for anchor in targets]
    assert xml(tea_docx, "word/settings.xml").find(f"{W}updateFields").get(f"{W}val") == "true"


def test_the_contents_show_the_pages_on_which_the_headings_stand(tea: MarketingPlan, tea_docx_pages: Path) -> None:
    """LibreOffice counts them when it opens the file, as Word does."""
    pages = subprocess.run(
        ["pdftotext", "-layout", str(tea_docx_pages), "-"], capture_output=True, check=True
    ).stdout.decode("utf-8").split("\f")  # fmt: skip
    found = {title: int(page) for title, page in re.findall(r"^\s*(\S.*?)\s{2,}(\d+)\s*$", pages[1], re.MULTILINE)}
    headings = [one.heading for one in document(tea).sections if one.level == 2]
    assert len(found) >= len(headings)
    for heading in headings:
        assert re.sub(r"\s", "", heading) in re.sub(r"\s", "", pages[found[heading] - 1]), heading


def test_every_published_source_is_told_where_it_is_first_cited_and_every_source_is_listed(
    tea: MarketingPlan, tea_docx: Path
) -> None:
    """As a footnote under its number, and below the table where a table cites it first."""
    notes = {int(one.get(f"{W}id")): texts(one) for one in xml(tea_docx, "word/footnotes.xml").iter(f"{W}footnote")}
    calls = list(xml(tea_docx).iter(f"{W}footnoteReference"))
    called = [int(one.get(f"{W}id")) for one in calls]
    assert len(set(called)) == len(called) == len(notes) - 2  # besides Word's two separators
    (listed,) = (one.items for one in next(p for p in document(tea).sections if p.id == "sources").blocks[1:])
    said = {at: "".join(span.text for span in words) for at, words in enumerate(listed, 1)}
    published = [at for at, words in said.items() if words.startswith(locale.t("zh-CN", "tag.knowledge"))]
    assert called == list(range(1, len(called) + 1))  # Word counts for itself, so they have to come first
    assert len(called) > 10
    assert all(notes[number].strip() == said[number] for number in called)
    lines = [texts(one) for one in xml(tea_docx).find(f"{W}body").findall(f"{W}p")]
    below = [at for at in published if f"[{at}] {said[at]}" in lines]
    assert called + below == published
    assert len(below) > 10
    assert not [table for table in xml(tea_docx).iter(f"{W}tbl") if next(table.iter(f"{W}footnoteReference"), None)]
    marks = [one.get(f"{W}name") for one in xml(tea_docx).iter(f"{W}bookmarkStart")]
    assert [one for one in marks if str(one).startswith("source_")] == [f"source_{at}" for at in said]


def test_tables_repeat_their_head_and_keep_short_rows_whole(tea_docx: Path) -> None:
    tables = [
        one
        for one in xml(tea_docx).iter(f"{W}tbl")
        if len(one.findall(f"{W}tr")) > 2 and len(one.find(f"{W}tblGrid")) > 2
    ]
    assert len(tables) > 30
    for one in tables:
        rows = one.findall(f"{W}tr")
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows if len(texts(row)) < 800)


def test_wide_tables_lie_on_their_side(tea_docx: Path) -> None:
    turned = {section.orientation for section in docx.Document(str(tea_docx)).sections}
    assert len(turned) == 2


def test_charts_are_pictures_with_words_for_who_does_not_see_them(tea_docx: Path) -> None:
    drawn = [one for one in xml(tea_docx).iter() if one.tag.endswith("}docPr")]
    found = [one for one in drawn if one.get("name") != "cover"]
    assert len(drawn) == len(found) + 1  # the field of colour behind the first page's title says nothing
    said = [one.get("descr") for one in found]
    assert len({one.get("id") for one in found}) == len(found)
    assert len(said) == 9
    assert all(len(one or "") > 8 for one in said)


def test_libreoffice_sets_it_without_missing_glyph_or_overflow(tea: MarketingPlan, tea_docx_pages: Path) -> None:
    text = words_of(tea_docx_pages)
    for part in PART_IDS:
        assert re.sub(r"\s", "", locale.t("zh-CN", f"part.{part}")) in text
    assert locale.money(tea.budget.total_cents, "CNY") in text
    assert "\ufffd" not in text
    assert outside(tea_docx_pages, 40) == []
    assert overlapping(tea_docx_pages) == []
    fonts = run(need("pdffonts"), str(tea_docx_pages)).splitlines()[2:]
    assert fonts
    assert [row for row in fonts if "NotoSansSC" not in row] == []


def test_a_house_template_gives_styles_page_and_running_heads(sentence: MarketingPlan, tmp_path: Path) -> None:
    house = docx.Document()
    house.styles["Heading 1"].font.name = "House Serif"
    house.sections[0].header.paragraphs[0].text = "HOUSE HEADER"
    house.add_paragraph("text of the template")
    house.sections[0].page_width, house.sections[0].page_height = docx.shared.Inches(8.5), docx.shared.Inches(11)
    house.save(str(tmp_path / "house.docx"))
    made = tmp_path / "plan.docx"
    made.write_bytes(to_docx(sentence, tmp_path / "house.docx"))
    opened = docx.Document(str(made))
    assert opened.styles["Heading 1"].font.name == "House Serif"
    assert {section.header.paragraphs[0].text for section in opened.sections} == {"HOUSE HEADER"}
    assert {min(section.page_width, section.page_height) for section in opened.sections} == {docx.shared.Inches(8.5)}
    assert "text of the template" not in texts(xml(made))
    with zipfile.ZipFile(made) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".odttf")]


def test_styles_that_a_template_lacks_are_made_to_be_read_on_white(sentence: MarketingPlan, tmp_path: Path) -> None:
    house = docx.Document()
    for name in ("Title", "Subtitle"):
        house.styles[name].element.getparent().remove(house.styles[name].element)
    house.save(str(tmp_path / "house.docx"))
    made = tmp_path / "plan.docx"
    made.write_bytes(to_docx(sentence, tmp_path / "house.docx"))
    colours = {str(docx.Document(str(made)).styles[name].font.color.rgb) for name in ("Title", "Subtitle", "Plan Cell")}
    assert "FFFFFF" not in colours


def test_a_template_that_is_none_is_refused_with_what_to_do(sentence: MarketingPlan, tmp_path: Path) -> None:
    (tmp_path / "bad.docx").write_text("no zip")
    with pytest.raises(CehuaError, match="cannot be read") as caught:
        to_docx(sentence, tmp_path / "bad.docx")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_23_hostile_words_are_text_and_make_no_field_link_or_picture(language: str, tmp_path: Path) -> None:
    words = '</w:t><w:instrText>DDEAUTO c:\\\\x</w:instrText> =HYPERLINK("http://e.example") <img src=x> \x00\x07\u202e {INCLUDEPICTURE "http://e.example/p.png"}'
    path = tmp_path / "plan.docx"
    path.write_bytes(to_docx(filled(lambda at: words, language)))
    root = xml(path)
    codes = {(one.text or "").split()[0] for one in root.iter(f"{W}instrText")}
    assert codes == {"PAGEREF"}
    assert '</w:t><w:instrText>DDEAUTO c:\\\\x</w:instrText> =HYPERLINK("http://e.example") <img src=x>' in texts(root)
    assert not re.search(r"[\x00-\x08\u202e]", texts(root))
    links = xml(path, "word/_rels/document.xml.rels")
    assert [one.get("Target") for one in links if one.get("TargetMode") == "External"] == []


def test_an_english_plan_is_set_in_english(word_pages: dict[str, Path]) -> None:
    pages = word_pages["solo-en"]
    text = words_of(pages)
    assert "Socialmediamarketingandexecutionplan" in text
    assert not re.search(r"[\u3400-\u9fff]", text)
    assert outside(pages, 40) == []
    assert overlapping(pages) == []


def test_what_a_partial_plan_lacks_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "plan.docx"
    path.write_bytes(to_docx(partial()))
    said = [one.text for one in docx.Document(str(path)).paragraphs]
    assert [one for one in lacks("zh-CN") if one not in said] == []


def test_the_font_table_names_what_is_embedded(tea_docx: Path) -> None:
    with zipfile.ZipFile(tea_docx) as archive:
        hidden = [name for name in archive.namelist() if name.endswith(".odttf")]
        table = etree.fromstring(archive.read("word/fontTable.xml"))
    keys = [one for one in table.iter() if one.get(f"{W}fontKey")]
    assert len(hidden) == len(keys) == 2
    assert {one.get(qn("w:name")) for one in table} == {"Noto Sans SC"}


def lost(path: Path, pages: Path) -> list[str]:
    """Texts of the file, figures aside, of which no stretch of six signs stands on its pages."""
    shown = words_of(pages)
    found = []
    for one in xml(path).iter(f"{W}t"):
        words = re.sub(r"\s+", "", one.text or "")
        if len(re.sub(r"[\W\d_]", "", words)) >= 14 and not any(
            words[at : at + 6] in shown for at in range(len(words) - 5)
        ):
            found.append(words)
    return found


@pytest.mark.parametrize("stem", ["tea-zh", "sentence-zh", "solo-en"])
def test_no_text_of_the_file_is_missing_on_its_pages(
    stem: str, word_files: dict[str, Path], word_pages: dict[str, Path]
) -> None:
    assert lost(word_files[stem], word_pages[stem]) == []


def test_a_table_keeps_its_head_with_a_row_and_its_sums_with_another(tea: MarketingPlan, tea_docx: Path) -> None:
    tables = [one for one in xml(tea_docx).iter(f"{W}tbl") if one.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None]
    kept = [
        [all(p.find(f"{W}pPr/{W}keepNext") is not None for p in row.iter(f"{W}p")) for row in one.findall(f"{W}tr")]
        for one in tables
    ]
    assert all(rows[0] for rows in kept)
    assert any(rows[1] for rows in kept if len(rows) > 9)  # a short first row is not left alone with its head
    ends = sum(rows[-1] for rows in kept)
    assert ends <= len(document(tea).sections)  # only where a section ends, which keeps its last lines together
    with_sums = [one for part in document(tea).sections for one in part.blocks if isinstance(one, Table) and one.totals]
    assert len(with_sums) > 3
    for one in with_sums:
        (rows,) = (
            rows
            for rows, table in zip(kept, tables, strict=True)
            if [texts(row) for row in table.findall(f"{W}tr")][1 : len(one.rows) + 1]
            == [plain(cells) for cells in one.rows]
        )
        assert rows[len(one.rows) - one.totals]


def test_short_notes_stand_in_the_last_row_of_their_table_and_long_ones_below_it(
    tea: MarketingPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "LONG_NOTES", 10)
    tea_docx = tmp_path / "plan.docx"
    tea_docx.write_bytes(to_docx(tea))
    noted = [one for part in document(tea).sections for one in part.blocks if isinstance(one, Table) and one.notes]
    body = list(xml(tea_docx).find(f"{W}body"))
    ends = []
    for one, after in pairwise(body):
        if one.tag == f"{W}tbl" and len(rows := one.findall(f"{W}tr")) > 2:
            ends += [(rows[-2], texts(rows[-1])), (rows[-1], texts(after))]
    inside = 0
    for one in noted:
        first = "".join(span.text for span in one.notes[0])
        kept = [row for row, said in ends if said.startswith(first)]
        inside += any(said.startswith(first) for _, said in ends[::2])
        assert any(p.find(f"{W}pPr/{W}keepNext") is not None for row in kept for p in row.iter(f"{W}p")), first
    assert 5 < inside < len(noted)


def test_neither_the_first_nor_the_last_item_of_a_list_stands_alone(tea_docx: Path) -> None:
    body = list(xml(tea_docx).find(f"{W}body"))
    for item in (False, True):
        groups = [list(found) for is_item, found in groupby(body, _item) if is_item]
        assert len(groups) > 10
        at = -2 if item else 0
        assert all(one[at].find(f"{W}pPr/{W}keepNext") is not None for one in groups if len(one) > 1)


def _item(one: etree._Element) -> bool:
    return one.find(f"{W}pPr/{W}numPr") is not None


def test_weeks_of_a_large_team_stand_in_tables_that_can_be_read() -> None:
    plan = example("large")
    holders = list(dict.fromkeys(one.holder for one in plan.team.weeks))
    weeks = [block for block in team(Reader(plan)) if isinstance(block, Table) and len(block.rows) >= 52]
    assert len(weeks) > 1
    assert max(len(block.columns) for block in weeks) <= 9
    assert [column.title for block in weeks for column in block.columns[1:]] == [titled(one) for one in holders]
    assert [bool(block.notes) for block in weeks] == [*(False for _ in weeks[1:]), True]


@pytest.mark.parametrize("stem", ["tea-zh", "sentence-zh", "solo-en"])
def test_no_page_holds_a_line_or_two_alone(word_pages: dict[str, Path], stem: str) -> None:
    """The page before a chapter or before a page on its side takes company along; charts are no words, so the share is low."""
    assert thin(word_pages[stem], 0.12) == []


@pytest.mark.parametrize("stem", ["tea-zh", "sentence-zh", "solo-en"])
def test_the_summary_is_one_page(word_pages: dict[str, Path], stem: str) -> None:
    """Cover, contents, summary; the first chapter begins on the fourth page."""
    doc = document(example(stem))
    pages = [
        re.sub(r"\s", "", page) for page in run(need("pdftotext"), "-layout", str(word_pages[stem]), "-").split("\f")
    ]
    chapter = next(one.heading for one in doc.sections if one.level == 1)
    assert re.sub(r"\s", "", doc.summary.heading) in pages[2]
    assert re.sub(r"\s", "", chapter) in pages[3]


def boxes(body: list[etree._Element]) -> list[tuple[int, list[etree._Element]]]:
    """The short cards of a document: where each begins, and its paragraphs in one box."""
    found: list[tuple[int, list[etree._Element]]] = []
    for at, one in enumerate(body):
        if one.find(f"{W}pPr/{W}pBdr/{W}right") is None:
            continue
        if found and found[-1][0] + len(found[-1][1]) == at:
            found[-1][1].append(one)
        else:
            found.append((at, [one]))
    return found


def test_a_lead_in_stays_with_its_card(tea_docx: Path) -> None:
    body = list(xml(tea_docx).find(f"{W}body"))
    long = [
        at
        for at, one in enumerate(body)
        if one.tag == f"{W}tbl"
        and len(one.find(f"{W}tblGrid")) == 1
        and one.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
    ]
    begins = [*long, *(at for at, _ in boxes(body))]
    led = [body[at - 1] for at in begins if body[at - 1].tag == f"{W}p" and texts(body[at - 1])]
    assert len(led) > 3
    assert all(
        one.find(f"{W}pPr/{W}keepNext") is not None or "Heading" in one.find(f"{W}pPr/{W}pStyle").get(f"{W}val")
        for one in led
    )


def test_a_short_card_stays_whole_and_a_long_one_does_not_end_in_a_line_alone(tea_docx: Path, tmp_path: Path) -> None:
    short = boxes(list(xml(tea_docx).find(f"{W}body")))
    assert len(short) > 3
    for _, pieces in short:
        kept = [one.find(f"{W}pPr/{W}keepNext") is not None for one in pieces]
        assert all(kept[:-1])
        assert len(pieces) > 1
    path = tmp_path / "long.docx"
    path.write_bytes(to_docx(filled(lambda at: "\n".join(["长的一段话" * 60] * 8) if at.endswith(".body") else at)))
    long = [
        rows
        for table in xml(path).iter(f"{W}tbl")
        if len(rows := table.findall(f"{W}tr")) > 8 and len(table.find(f"{W}tblGrid")) == 1
    ]
    assert long
    for head, *pieces in long:
        assert head.find(f"{W}trPr/{W}tblHeader") is not None
        assert all(one.find(f"{W}trPr/{W}cantSplit") is not None for one in pieces)
        assert len(pieces[-1].findall(f".//{W}p")) > 2


def rows_kept(written: str) -> list[bool]:
    """Which paragraphs and rows stay with what follows."""
    return ["<w:keepNext/>" in piece for piece in re.split("(?=<w:tr>)|(?=<w:p>)", written)[1:]]


def test_the_end_of_a_section_takes_along_what_it_needs_and_not_the_lists_before_it() -> None:
    item = text("one line of a list")
    blocks = [Heading(3, "first"), Bullets((item,) * 4), Heading(3, "second"), Bullets((item,) * 6)]
    page = "".join(f'<w:p><w:pPr><w:pStyle w:val="x"/></w:pPr>{at}</w:p>' for at in range(6))
    written = [(one, page if isinstance(one, Bullets) else page[: page.index("</w:p>") + 6]) for one in blocks]
    written[1] = (blocks[1], page[: 4 * len(page) // 6])
    first, before, _, last = (rows_kept(one) for one in together(written, wide=False))
    assert not any((*first, *before))
    assert last == [True] * 5 + [False]


def test_sources_below_a_table_are_company_enough_for_the_end_of_a_section() -> None:
    held = table([Column("A"), Column("B")], [["a", "b"]] * 9)
    row, line = (
        '<w:tr><w:tc><w:p><w:pPr><w:pStyle w:val="x"/></w:pPr></w:p></w:tc></w:tr>',
        '<w:p><w:pPr><w:pStyle w:val="x"/></w:pPr><w:r><w:t>[1]</w:t></w:r></w:p>',
    )
    written = f"<w:tbl>{row * 10}</w:tbl>{line * 19}"
    (alone,) = together([(held, written)], wide=False)
    assert alone == written
    followed, heading = together([(held, written), (Heading(3, "next"), line)], wide=False)
    assert "<w:keepNext/>" not in followed.partition("</w:tbl>")[0]
    assert 2 < followed.count("<w:keepNext/>") < 10
    assert heading == line


def test_a_chapter_keeps_its_opening_together_and_no_more() -> None:
    """It so begins a page, unless the chapter before it leaves it more than half of one."""
    line = '<w:p><w:pPr><w:pStyle w:val="x"/></w:pPr></w:p>'
    row = f"<w:tr><w:tc>{line}</w:tc></w:tr>"
    short, held = Paragraph(text("One line.")), table([Column("A"), Column("B")], [["a", "b"]] * 60)
    written = [(short, line)] * 4 + [(held, f"<w:tbl>{row * 61}</w:tbl>{line}"), (short, line)]
    *lead, rows, after = (rows_kept(one) for one in opened(written, wide=False))
    assert all(one == [True] for one in lead)
    assert 8 < sum(rows) < OPENING[False]
    assert not rows[-1]
    assert after == [False]


def test_where_the_paper_turns_the_last_page_holds_a_third_but_drags_no_picture_along() -> None:
    line = '<w:p><w:pPr><w:pStyle w:val="x"/></w:pPr></w:p>'
    written = [(Paragraph(text("One line.")), line)] * 30
    usual = together(written, wide=False)
    assert sum("keepNext" in one for one in usual) < sum(
        "keepNext" in one for one in together(written, wide=False, least=TURNED[False])
    )
    drawn = (Chart("x", "x", Strips((), (), ("", "", ""), "")), line)
    first, *_ = together([drawn, *written[:7]], wide=False, least=TURNED[False])
    assert "keepNext" not in first


def test_only_a_short_row_needs_another_at_the_beginning_or_the_end_of_a_table() -> None:
    columns = [Column("A"), Column("B", width=3)]
    short, tall = ["a", "b"], ["a", "one of several lines " * 18]
    assert companions(table(columns, [short] * 5), 88) == {0, 3}
    assert companions(table(columns, [tall, *[short] * 3]), 88) == {2}
    assert companions(table(columns, [tall, tall, tall]), 88) == set()
    assert companions(table(columns, [short]), 88) == set()


def test_a_short_lead_in_stays_with_the_heading_below_it_and_a_long_one_may_end_a_page() -> None:
    lead, long = Paragraph(text("In short.")), Paragraph(text("What the part says in several sentences. " * 8))
    assert leads(lead, Heading(3, "x"), None)
    assert not leads(long, Heading(3, "x"), None)
    assert leads(long, Bullets((text("a"),)), None)


def test_a_page_ends_where_the_paper_turns_and_not_between_two_parts_on_their_side() -> None:
    wide = Section("calendar", 2, "2.3", "Calendar", (table([Column(str(at)) for at in range(12)], [["x"] * 12]),))
    upright = Section("themes", 2, "2.2", "Themes", (Paragraph(text("x")),))
    assert wide.wide
    found = [
        ends_page(one, after) for one, after in ((wide, wide), (wide, upright), (upright, wide), (upright, upright))
    ]
    assert found == [False, True, True, False]


def test_few_sources_below_a_table_stand_in_one_block_and_of_many_none_stands_alone(
    word_files: dict[str, Path],
) -> None:
    sizes = set()
    for path in word_files.values():
        body = list(xml(path).find(f"{W}body"))
        below = [bool(one.tag == f"{W}p" and re.match(r"\[\d+\] ", texts(one))) for one in body]
        for is_source, group in groupby(range(len(body)), below.__getitem__):
            if not is_source or _styled(body[(places := list(group))[0]]) != _styled(body[places[-1]]):
                continue
            kept = [body[at].find(f"{W}pPr/{W}keepNext") is not None for at in places]
            sizes.add(len(kept))
            assert all(kept[:2][: len(kept) - 1])
            assert all(kept[-2:-1])
            assert len(kept) > 10 or all(kept[:-1])
    assert len(sizes) > 2


def _styled(one: etree._Element) -> str:
    return str(one.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))


def test_charts_are_flush_with_the_text_and_the_calendars_as_wide_as_its_page(tea_docx: Path) -> None:
    drawn = {one.find("{*}docPr").get("name"): one for one in xml(tea_docx).iter() if one.tag.endswith("}inline")}
    assert all([one.get(side) for side in ("distT", "distB", "distL", "distR")] == ["0"] * 4 for one in drawn.values())
    upright, turned = (
        section.page_width - section.left_margin - section.right_margin
        for section in (
            docx.Document(str(tea_docx)).sections[0],
            next(one for one in docx.Document(str(tea_docx)).sections if one.orientation),
        )
    )
    assert int(drawn["calendar"].find("{*}extent").get("cx")) == turned
    assert int(drawn["risks"].find("{*}extent").get("cx")) == upright


def test_a_citation_looks_the_same_whether_it_has_a_footnote_or_not(tea_docx: Path) -> None:
    style = docx.Document(str(tea_docx)).styles["footnote reference"]
    assert style.element.find(f"{W}rPr/{W}vertAlign").get(f"{W}val") == "baseline"


def test_items_of_a_list_in_a_cell_hang_and_figures_stand_off_the_words_after_them(tea_docx: Path) -> None:
    paragraphs = [one for cell in xml(tea_docx).iter(f"{W}tc") for one in cell.findall(f"{W}p")]
    items = [one for one in paragraphs if re.match(r"(\d+\.|□|·) ", texts(one))]
    assert len(items) > 20
    assert all(one.find(f"{W}pPr/{W}ind").get(f"{W}hanging") for one in items)
    (caps,) = (one for one in xml(tea_docx).iter(f"{W}tbl") if texts(one).startswith("简报原文约束金额"))
    last = [row.findall(f"{W}tc")[2].find(f"{W}p/{W}pPr/{W}ind") for row in caps.findall(f"{W}tr")]
    assert all(int(one.get(f"{W}right")) >= 60 for one in last)


def test_lines_of_a_cell_end_between_the_days_of_a_span_and_before_a_mark() -> None:
    span, mark = "2027年3月1日 – 2027年4月19日", Span("[low confidence]", "tag")
    held = table([Column("起止"), Column("What")], [[span, text("about 5 ", mark)]])
    narrow, wide = (fitted(held, [room, room]).rows[0] for room in (11.0, 30.0))
    assert narrow[0][0].text == "2027年3月1日 –\n2027年4月19日"
    assert narrow[1][-1].text == "[low confidence]"  # it would be cut in a column that has no room for it
    assert wide[0] == held.rows[0][0]
    assert wide[1][-1].text == "[low\u00a0confidence]"
