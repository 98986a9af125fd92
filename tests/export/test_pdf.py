"""The PDF, opened by poppler and pypdf: all parts, no missing glyph, nothing outside its column, links that arrive."""

from __future__ import annotations

import re
from pathlib import Path

from office import made
from plan_filler import filled, lacks, partial
from pypdf import PdfReader
from rendering import need, outside, overlapping, run, thin, words_of

from agent import locale
from agent.export.pdf import to_pdf
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
