"""The web page, opened by Chromium: nothing leaves it, its links arrive, hostile words do nothing."""

from __future__ import annotations

import re
from pathlib import Path

import lxml.html
import pytest
from plan_filler import filled, lacks, partial
from rendering import chrome_pdf, outside, overlapping, words_of

from agent import locale
from agent.export.document import document
from agent.export.gaps import lacking
from agent.export.html import to_html
from agent.export.reader import Reader
from agent.locale import t
from agent.plan.model import PART_IDS, MarketingPlan

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> javascript:alert(3) \"><svg onload=alert(4)> ' </style></title> \x00\u202e"


def test_it_asks_for_nothing_outside_itself(tea_html_pages: tuple[Path, list[str]], tmp_path: Path) -> None:
    assert [one for one in tea_html_pages[1] if not one.startswith(("file:", "data:"))] == []
    curious = tmp_path / "curious.html"
    curious.write_text('<img src="http://127.0.0.1:9/seen.png">')
    assert any("127.0.0.1:9/seen.png" in one for one in chrome_pdf(curious)[1])


@pytest.fixture(scope="module")
def page(tea_html: Path) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(tea_html.read_text(encoding="utf-8"))


def test_it_loads_nothing_by_address(page: lxml.html.HtmlElement) -> None:
    assert page.xpath("//img | //iframe | //link | //object | //embed | //script[@src]") == []
    assert [one for one in page.xpath("//a/@href") if not one.startswith(("#", "https://"))] == []
    assert re.findall(r"url\((?!data:font/woff)", lxml.html.tostring(page, encoding="unicode")) == []


def test_contents_and_citations_arrive(tea: MarketingPlan, page: lxml.html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {one[1:] for one in page.xpath("//a/@href") if one.startswith("#")} <= set(ids)
    entries = page.xpath("//nav//ul[@class='contents']//a")
    assert len(entries) == len(document(tea).sections) + 2


def test_seventeen_parts_totals_and_findings_are_printed(
    tea: MarketingPlan, tea_html_pages: tuple[Path, list[str]]
) -> None:
    text = words_of(tea_html_pages[0])
    for part in PART_IDS:
        assert re.sub(r"\s", "", locale.t("zh-CN", f"part.{part}")) in text
    assert locale.money(tea.budget.total_cents, "CNY") in text
    assert tea.findings
    assert all(re.sub(r"\s", "", one.message)[:6] in text for one in tea.findings)
    assert not any(one.code in text for one in tea.findings)
    assert "\ufffd" not in text


def test_the_printed_page_holds_its_text(tea_html_pages: tuple[Path, list[str]]) -> None:
    assert outside(tea_html_pages[0], 20) == []
    assert overlapping(tea_html_pages[0]) == []


def test_no_section_is_empty(page: lxml.html.HtmlElement) -> None:
    parts = page.xpath("//section[@class='part']")
    assert len(parts) == 16 + 1 + 1 + 5
    assert all(len(one.text_content().strip()) > 20 for one in parts)
    assert len(page.xpath("//figure//svg")) == 9


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_23_hostile_words_are_text(language: str) -> None:
    written = to_html(filled(lambda at: HOSTILE, language))
    page = lxml.html.fromstring(written)
    assert len(page.xpath("//script")) == 1
    assert len(page.xpath("//style")) == 1
    assert [one for one in page.xpath("//@*") if getattr(one, "attrname", "").startswith("on")] == []
    assert page.xpath("//main//img") == []
    assert page.findtext(".//title").startswith("<script>") or "<script>" in page.findtext(".//title")
    assert not re.search(r"[\x00\u202e]", written)
    assert "script-src 'sha256-" in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


def test_what_a_partial_plan_lacks_is_marked() -> None:
    notes = lxml.html.fromstring(to_html(partial())).xpath("//main//section[@class='part']//aside[@class='note']")
    assert [one for one in lacks("zh-CN") if one not in [note.text_content() for note in notes]] == []


def test_a_whole_plan_has_no_such_mark(tea: MarketingPlan, sentence: MarketingPlan, english: MarketingPlan) -> None:
    assert [lacking(Reader(plan), part) for plan in (tea, sentence, english) for part in PART_IDS] == [""] * 51


def test_the_language_is_named_and_its_labels_used(english: MarketingPlan) -> None:
    page = lxml.html.fromstring(to_html(english))
    assert page.get("lang") == "en"
    assert page.xpath("//input[@type='search']/@placeholder") == [t("en", "page.search")]
    assert not re.search(r"[\u3400-\u9fff]", page.text_content())


def test_ids_are_not_broken_in_narrow_columns(tea: MarketingPlan, tea_html: Path) -> None:
    text = tea_html.read_text(encoding="utf-8")
    for id_ in (tea.themes.pillars[0].topics[0].id, tea.calendar.entries[0].id):
        assert f'<td class="left id">{id_}</td>' in text
    assert ".id{white-space:nowrap}" in text
