"""Cases 1-15 and the file cases: a typed error that names field or line and the next step, or an explicit reading."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import archive, docx, pdf

from agent.brief import Intake, read_brief
from agent.errors import BriefError

AS_OF = dt.date(2026, 11, 23)
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{n}: &{n} [{','.join(['*' + p] * 9)}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
)


def attempt(source: Any) -> Intake | BriefError:
    """The intake, or the error that a user would read. Anything else is a failure of the test."""
    try:
        return read_brief(source, as_of=AS_OF)
    except BriefError as error:
        return error


def refused(source: Any, *words: str) -> BriefError:
    with pytest.raises(BriefError) as caught:
        read_brief(source, as_of=AS_OF)
    error = caught.value
    assert error.hint
    for word in words:
        assert word in str(error)
    return error


@pytest.mark.parametrize("source", ["", "  \n\t ", b"", b"\xef\xbb\xbf", "\u200b\u200b", "{}", {"brand": ""}])
def test_1_an_empty_brief_is_said_to_be_empty(source: Any) -> None:
    assert refused(source, "empty").exit_code == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("brand: Osk\ngoals: [a, b\nbudget: 5\n", "line 3"),
        ("brand: Osk\n  budget: 5\n", "line 2"),
        ("brand: 'Osk\nbudget: 5\n", "line"),
        ("brand: Osk\nbudget: *none\n", "line 2"),
    ],
)
def test_2_broken_yaml_names_line_and_column(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(text, encoding="utf-8")
    assert place in refused(path, "brief.yaml").where


def test_2_broken_json_names_line_and_column() -> None:
    assert "line 2, column" in refused('{"brand": "Osk",\n "budget": }').where


def test_3_an_alias_bomb_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.yaml"
    path.write_text(BOMB, encoding="utf-8")
    refused(path, "20,000 values")


def test_3_an_honest_alias_works(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text("brand: Osk\ntone: &t [calm, plain]\nmust_say: *t\n", encoding="utf-8")
    assert read_brief(path, as_of=AS_OF).brief.must_say == ["calm", "plain"]


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system ['true']", "!!python/name:os.system x", "!include /etc/passwd", "!!binary aGk="],
)
def test_4_foreign_tags_are_refused(tmp_path: Path, tag: str) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(f"brand: Osk\nnotes: {tag}\n", encoding="utf-8")
    refused(path, "tag", "line 2")


@pytest.mark.parametrize(
    "text", ["brand: Osk\nbudget: 5\nbrand: Esk\n", '{"brand": "Osk", "budget": 5, "brand": "Esk"}']
)
def test_5_a_key_that_stands_twice_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(text, encoding="utf-8")
    refused(path, "stands twice")


def test_6_words_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text("brand: NO\ntone: [on, yes, 08:30, 0755]\nbudget: 1e3\n", encoding="utf-8")
    brief = read_brief(path, as_of=AS_OF).brief
    assert (brief.brand, brief.tone) == ("NO", ["on", "yes", "08:30", "0755"])
    assert brief.budget.total == 1000


@pytest.mark.parametrize(
    "source",
    [
        '{"budget": NaN}',
        '{"budget": Infinity}',
        '{"budget": 1e999, "brand": "Osk"}',
        "---\nbudget: .nan\nbrand: Osk\n",
        {"brand": "Osk", "budget": float("nan")},
    ],
)
def test_7_what_is_no_number_is_refused(source: Any) -> None:
    refused(source, "not a number that a brief can hold")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        '{"a":' * 10_000 + "1" + "}" * 10_000,
        "---\na: " + "[" * 10_000,
        "---\n" + "".join("  " * i + "a:\n" for i in range(200)),
    ],
)
def test_7_depth_is_bounded(text: str) -> None:
    refused(text, "deeper than")


def test_7_a_deep_mapping_is_refused() -> None:
    deep: dict[str, Any] = {"brand": "Osk"}
    for _ in range(500):
        deep = {"a": deep}
    refused(deep, "deeper than")


@pytest.mark.parametrize("budget", [-5, "-5", "−5元", 1e308, "1e308", "9" * 30, {"total": -5}, {"total": "-36万"}])
def test_8_a_budget_out_of_range_is_refused_with_the_range(budget: Any) -> None:
    error = refused({"brand": "Osk", "budget": budget}, "0 to 1,000,000,000,000")
    assert "budget" in error.where


@pytest.mark.parametrize(
    ("budget", "total"), [("五万", 50_000), ("零预算", 0), (0, 0), ("36万", 360_000), ("1e3", 1000)]
)
def test_8_a_budget_in_words_is_read(budget: Any, total: int) -> None:
    assert read_brief({"brand": "Osk", "budget": budget}, as_of=AS_OF).brief.budget.total == total


@pytest.mark.parametrize("budget", ["TBD", "待定", None, "", "to be confirmed"])
def test_8_a_budget_still_open_is_a_gap(budget: Any) -> None:
    intake = read_brief({"brand": "Osk", "budget": budget}, as_of=AS_OF)
    assert intake.brief.budget.total is None
    assert intake.gaps[0].field == "budget.total"


@pytest.mark.parametrize(
    "source",
    [
        {"brand": "Osk", "period": "1 Jan 2027 to 29 Feb 2027"},
        {"brand": "Osk", "start": "2027-02-29"},
        "品牌：小满\n周期：2027年2月1日至2月29日",
        {"brand": "Osk", "goals": ["50 orders by 31 April 2027"]},
    ],
)
def test_9_a_day_that_does_not_exist_is_refused(source: Any) -> None:
    refused(source, "not a date in the calendar")


def test_9_an_end_before_the_start_is_reported_and_resolved() -> None:
    intake = read_brief({"brand": "Osk", "start": "2027-08-31", "end": "2027-03-01"}, as_of=AS_OF)
    assert [c.code for c in intake.conflicts] == ["BRF-C02"]
    assert intake.conflicts[0].severity == "error"
    assert (intake.filled.period.start, intake.filled.period.end) == (dt.date(2027, 3, 1), dt.date(2027, 8, 31))
    assert intake.brief.period.start == dt.date(2027, 8, 31)


CHINESE = "品牌：小满家\n预算：36万\n平台：小红书、抖音\n目标：小红书粉丝从900增长到3000\n"
TAIWAN = "品牌：小滿家\n預算：NT$36萬\n平台：Instagram、Facebook\n目標：粉絲從900增長到3000\n受眾：台北的上班族，喜歡這個時間自己做早餐\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CHINESE.encode("gb18030"), "GB18030"), (TAIWAN.encode("big5"), "Big5"), (CHINESE.encode("utf-16"), "UTF-16"), (CHINESE.encode("utf-16-be"), "UTF-16"),
        (b"\xfe\xff" + CHINESE.encode("utf-16-be"), "UTF-16"), (CHINESE.encode("utf-32"), "UTF-32"), ("Brand: Café Ö\nBudget: £450".encode("cp1252"), "Windows-1252"),
        (b"\xef\xbb\xbf" + CHINESE.encode(), ""), (CHINESE.encode(), ""),
    ],
)  # fmt: skip
def test_10_encodings_are_decoded_and_named(content: bytes, encoding: str) -> None:
    intake = read_brief(content, as_of=AS_OF)
    assert intake.brief.brand in ("小满家", "小滿家", "Café Ö")
    assert intake.brief.budget.total in (360_000, 450)
    assert [encoding in note for note in intake.notes if encoding] == ([True] if encoding else [])


def test_10_an_unknown_encoding_is_said_to_be_unknown() -> None:
    refused(bytes(range(128, 256)) * 20, "encoding")


def test_11_invisible_and_broken_characters_are_normalised() -> None:
    text = "Brand: Os\u200bk\x00\u202e Mill\ud800\nBudget: £450\nTone: cafe\u0301"
    intake = read_brief(text, as_of=AS_OF)
    assert intake.brief.brand == "Osk Mill\ufffd"
    assert intake.brief.tone == ["café"]
    assert len(intake.notes) == 1
    json.dumps(intake.model_dump(mode="json"), ensure_ascii=False).encode("utf-8")


def test_11_emoji_and_their_joiners_stay() -> None:
    assert read_brief({"brand": "Osk", "tone": ["👩‍🍳 warm"]}, as_of=AS_OF).brief.tone == ["👩‍🍳 warm"]


def test_12_a_long_text_is_cut_and_says_so() -> None:
    filler = "The canteen opens at eleven and the lifts are serviced on Mondays by the usual firm. " * 30 + "\n\n"
    text = (
        filler * 60
        + "Brand: Osk\nBudget: £5,000\nPlatforms: Instagram\nAudience: bakers\nGoals: 40 bookings\nNever say: cheap\n\n"
        + filler * 60
    )
    assert len(text) > 200_000
    intake = read_brief(text, as_of=AS_OF)
    assert (intake.brief.brand, intake.brief.budget.total, intake.brief.platforms.must) == ("Osk", 5000, ["instagram"])
    assert any("long" in note for note in intake.notes)
    assert intake.brief.constraints == []


@pytest.mark.parametrize(
    "text",
    [
        "1" * 200_000,
        "1," * 100_000,
        "一二三" * 60_000,
        "Budget: " + " " * 190_000 + "5",
        "预算从小红书到抖音" * 20_000,
        "from 1 to " * 20_000,
        "$5,000 " * 25_000,
        "2027年3月1日至" * 15_000,
        "No " * 60_000,
        "竞品：" + "(" * 150_000,
        "目标：\n" + "- 从900到3000\n" * 8_000,
    ],
)
def test_12_a_long_monotonous_text_is_read_or_refused(text: str) -> None:
    """Patterns that backtrack would hang here."""
    assert isinstance(attempt(text), Intake | BriefError)


def test_12_a_text_beyond_all_bounds_is_refused() -> None:
    refused("word " * 500_000, "2,000,000 are read at most")


def test_14_a_misspelt_platform_is_suggested_never_dropped() -> None:
    intake = read_brief({"brand": "Osk", "platforms": ["Facebok", "Instagram", "Linkdin"]}, as_of=AS_OF)
    assert intake.brief.platforms.must == ["facebook", "instagram", "linkedin"]
    assert ["Facebok" in c.message for c in intake.conflicts if c.code == "BRF-C17"] == [True, False]


def test_14_an_unknown_channel_is_kept_as_a_condition() -> None:
    intake = read_brief({"brand": "Osk", "platforms": ["Instagram", "Blorpchat"]}, as_of=AS_OF)
    assert any("Blorpchat" in c for c in intake.brief.constraints)
    assert any("Blorpchat" in n for n in intake.notes)


def test_15_contradicting_rules_are_reported() -> None:
    intake = read_brief({"brand": "Osk", "platforms": {"must": ["TikTok"], "avoid": ["TikTok"]}}, as_of=AS_OF)
    assert [c.code for c in intake.conflicts] == ["BRF-C01"]
    assert (intake.filled.platforms.must, intake.filled.platforms.avoid) == ([], ["tiktok"])


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({"brand": ["Osk", "Esk"]}, "brand"), ({"brand": "Osk", "platforms": 3}, "platforms"), ({"brand": "Osk", "budget": True}, "budget"), ({"brand": "Osk", "budget": {"total": [1, 2]}}, "budget.total"),
        ({"brand": "Osk", "start": "soon"}, "period.start"), ({"brand": "Osk", "currency": "shells"}, "budget.currency"), ({"brand": "Osk", "timezone": "Mars/Base"}, "timezone"), ({"brand": "Osk", "objectives": [{"metric": "orders", "target": "many"}]}, "objectives"),
        ({"brand": "Osk", "budget": {"total": 100, "limits": ["ads at most 160%"]}}, "budget"), ({"brand": "Osk", "embargo": [{"fact": "the new flavour"}]}, "embargo"),
    ],
)  # fmt: skip
def test_a_shape_that_cannot_be_read_names_its_field(source: dict[str, Any], field: str) -> None:
    assert field in refused(source).where


def test_unknown_keys_are_kept() -> None:
    intake = read_brief({"brand": "Osk", "mascot": "a heron"}, as_of=AS_OF)
    assert intake.brief.constraints == ["mascot: a heron"]
    assert any("mascot" in n for n in intake.notes)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"MZ\x90\x00" + b"\0" * 64, "program"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Office"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "picture"),
        (pdf([[], []]), "scan"), (pdf([]), "no pages"), (b"%PDF-1.4\nnonsense", "PDF"), (docx([""]), "no text"), (archive({"a.txt": b"x"}), "neither"), (b"PK\x03\x04 broken", "damaged"),
        (archive({"word/document.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "DOCTYPE"),
        (archive({"word/document.xml": b"<x/>", "word/vbaProject.bin": b"x"}), "macros"),
        (archive({"word/document.xml": b"<x>" + b" " * (51 * 2**20) + b"</x>"}), "50 MB"), (archive({f"xl/{i}": b"" for i in range(2100)}), "2,000 parts"),
    ],
)  # fmt: skip
def test_files_that_are_no_brief_are_refused_plainly(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "brief.yaml"
    path.write_bytes(content)
    assert refused(path, word).where.startswith("brief.yaml")


def test_an_encrypted_pdf_is_said_to_be_encrypted() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([["Brand: Osk"]]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    refused(out.getvalue(), "encrypted")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    refused("nowhere.yaml", "no such file")
    refused(tmp_path, "folder")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(BriefError, match="zh-CN, zh-TW or en"):
        read_brief("Osk", as_of=AS_OF, language="fr")


def test_content_counts_not_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "brief.xlsx"
    path.write_bytes(docx(["Brand: Osk", "Budget: £450"]))
    assert read_brief(path, as_of=AS_OF).brief.budget.total == 450


def test_stdin_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe:
        buffer = io.BytesIO(CHINESE.encode())

    monkeypatch.setattr(sys, "stdin", Pipe())
    assert read_brief("-", as_of=AS_OF).brief.brand == "小满家"


WORDS = st.sampled_from(
    [
        "预算",
        "Budget",
        ":",
        "：",
        "36万",
        "$5,000",
        "-5",
        "29 Feb 2027",
        "小红书",
        "TikTok",
        "No ",
        "从",
        "到",
        "->",
        "900",
        "\n",
        "- ",
        "# ",
        "**",
        "每周",
        "hours a week",
        "20",
        "%",
        "(",
        ")",
        "“",
        "。",
        ". ",
        "embargo",
        "2027-04-12",
        "竞品",
        "Team",
    ]
)


@given(
    st.one_of(
        st.text(max_size=300), st.lists(WORDS, max_size=25).map("".join), st.lists(WORDS, max_size=25).map(" ".join)
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_read_or_refused_with_a_next_step(text: str) -> None:
    intake = attempt(text.encode("utf-8", "surrogatepass"))
    if isinstance(intake, BriefError):
        assert intake.message
        assert intake.hint
        return
    assert intake.filled.brand
    assert intake.filled.budget.total is not None
    assert intake.filled.period.start is not None
    assert intake.filled.period.end is not None
    json.dumps(intake.model_dump(mode="json"))


LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), WORDS)
KEYS = st.sampled_from(
    [
        "brand",
        "品牌",
        "budget",
        "goals",
        "目标",
        "platforms",
        "team",
        "period",
        "products",
        "audience",
        "competitors",
        "accounts",
        "key_dates",
        "embargo",
        "tone",
        "limits",
        "total",
        "must",
        "name",
        "price",
    ]
)


@given(
    st.dictionaries(
        KEYS,
        st.recursive(
            LEAF,
            lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
            max_leaves=8,
        ),
        max_size=6,
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_mapping_is_read_or_refused_with_a_next_step(data: dict[str, Any]) -> None:
    intake = attempt(data)
    assert intake.hint if isinstance(intake, BriefError) else intake.filled.brand


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    intake = attempt(content)
    assert intake.hint if isinstance(intake, BriefError) else intake.filled.brand
