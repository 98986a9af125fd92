"""What a reading says: spans of the original, the reader's language, questions for what is unknown, closed when the rules are torn."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.compliance import RulesUnreadable, load_rules, read
from agent.compliance.normal import level
from agent.compliance.pattern import expand, signs
from agent.resources import knowledge_dir
from tests.compliance.measure import DAY

FOOD = {"region": "CN", "category": "food", "paid": False, "author": "brand", "ai_media": False, "date": DAY}


def rules(text: str, **facts: object) -> set[str]:
    return {one.rule for one in read(text, **{**FOOD, **facts}).findings}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("今天的主角：全網最低價的米。", "全網最低價"),
        ("今天的主角：全 网 最·低·价 的米", "全 网 最·低·价"),
        ("就是ＮＯ．１的米", "ＮＯ．１"),
        ("顶\u200b级大米到货", "顶\u200b级"),
        ("zui好吃的米饭", "zui好吃"),
    ],
)
def test_tricks_of_spelling_are_read_and_marked_where_they_stand(text: str, words: str) -> None:
    found = read(text, **FOOD).findings  # type: ignore[arg-type]
    assert words in {one.words for one in found}
    assert all(text[one.start : one.end] == one.words for one in found)


@pytest.mark.parametrize("text", ["It heals e c z e m a.", "It heаls eczema.", "It h3als eczema.", "IT HEALS  ECZEMA"])
def test_english_tricks_too(text: str) -> None:
    facts = {**FOOD, "region": "US", "category": "health_food"}
    assert "us.health.claim" in {one.rule for one in read(text, **facts).findings}  # type: ignore[arg-type]


def test_a_holiday_ahead_is_no_hurry_to_invest() -> None:
    facts = {"region": "US", "category": "general"}
    assert "us.earnings" not in rules("Before Christmas: have this ready. One question before Easter.", **facts)
    assert "us.earnings" in rules("Buy in before Christmas and double it.", **facts)


@given(st.text(alphabet="最第一国家级级 .·治疗不是zuiＮＯ１，。abc\u200b顶級!?\n", max_size=60))
@settings(max_examples=150, deadline=None)
def test_every_mark_lies_in_the_text(text: str) -> None:
    for one in read(text, **FOOD).findings:  # type: ignore[arg-type]
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.words


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_levelling_keeps_the_order_of_places(text: str) -> None:
    made = level(text, load_rules().variants)
    assert len(made.text) == len(made.starts) == len(made.ends)
    assert list(made.starts) == sorted(made.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(made.starts, made.ends, strict=True))


def test_a_finding_names_law_article_date_source_reason_and_other_words_in_the_readers_language() -> None:
    for language, law in (("zh-CN", "广告法"), ("zh-TW", "廣告法"), ("en", "Advertising Law")):
        reading = read("顶级大米", language=language, **FOOD)  # type: ignore[arg-type]
        (one,) = reading.findings
        assert law in one.law
        assert one.effective == dt.date(2021, 4, 29)
        assert re.search(r"\d{4}-\d\d-\d\d, \S+\.\w+", one.source)
        assert one.why
        assert one.suggestions
        assert "2026" in reading.disclaimer
    assert "法律意见" in read("大米", language="zh-CN", **FOOD).disclaimer  # type: ignore[arg-type]
    assert "legal advice" in read("大米", language="en", **FOOD).disclaimer  # type: ignore[arg-type]


def test_a_fact_that_is_unknown_becomes_a_question_and_never_a_pass() -> None:
    text = "说说这把椅子，链接在评论区"
    unknown = read(text, region="CN", category="home", ai_media=False, author="creator", platform="", date=DAY)
    assert {one.fact for one in unknown.questions} == {"paid"}
    assert not unknown.clear
    known = read(
        text, region="CN", category="home", paid=False, ai_media=False, author="creator", platform="", date=DAY
    )
    assert known.clear


@pytest.mark.parametrize(
    ("text", "facts", "fact"),
    [
        ("七天治好湿疹", {"category": None}, "category"),
        ("加微信领优惠", {"platform": None}, "platform"),
        ("全国已有一千万家庭在吃", {}, "evidence"),
        ("云上的风景", {"ai_media": None}, "ai_media"),
        ("好吃", {"region": "TW"}, "region"),
    ],
)
def test_each_kind_of_unknown_is_asked_for(text: str, facts: dict[str, object], fact: str) -> None:
    reading = read(text, **{**FOOD, **facts})  # type: ignore[arg-type]
    assert fact in {one.fact for one in reading.questions}
    assert not reading.clear


@pytest.mark.parametrize(
    ("region", "rule"), [("CN", "cn.alcohol.minors"), ("GB", "uk.alcohol.minors"), ("US", "us.alcohol.minors")]
)
def test_alcohol_for_minors_is_never_clear(region: str, rule: str) -> None:
    facts = {**FOOD, "region": region, "category": "alcohol"}
    assert "minors" in {one.fact for one in read("Plum wine.", **facts).questions}  # type: ignore[arg-type]
    assert [one.rule for one in read("Plum wine.", **facts, audience=["minors"]).findings] == [rule]  # type: ignore[arg-type]
    assert read("Plum wine.", **facts, audience=[]).clear  # type: ignore[arg-type]


def test_evidence_that_is_held_answers_the_rule_that_wants_it() -> None:
    text = "全国已有一千万家庭在吃"
    assert rules(text) == {"cn.false.figures"}
    assert rules(text, evidence=["cn.false.figures"]) == set()


@pytest.mark.parametrize(
    ("bad", "fine"),
    [
        ("这是最好的米", "这不是最好的米"),
        ("销量第一的米", "文案里不得写“销量第一”，违反广告法第九条"),
        ("行业第一品牌", "目标是成为行业第一品牌"),
        ("最佳口感", "最佳赏味期三天"),
        ("全网最低价", "全网最低调的米店"),
        ("吃了治失眠", "这不是药，不能治失眠"),
    ],
)
def test_context_decides(bad: str, fine: str) -> None:
    assert rules(bad)
    assert not rules(fine)


@pytest.mark.parametrize("author", ["creator", "employee", "customer"])
def test_whoever_posts_for_a_brand_has_to_say_so(author: str) -> None:
    text = "路过这家烤鱼店，被香味拐进去了"
    assert "cn.label.experience" in rules(text, paid=True, author=author)
    assert "cn.label.experience" not in rules(text, paid=True, author="brand")
    assert "cn.label.experience" not in rules(f"【广告】{text}", paid=True, author=author)


def test_a_rule_binds_from_its_day_on() -> None:
    facts = {**FOOD, "region": "DE"}
    before = read("A climate-neutral coat.", **{**facts, "date": dt.date(2026, 9, 26)})  # type: ignore[arg-type]
    after = read("A climate-neutral coat.", **{**facts, "date": dt.date(2026, 9, 27)})  # type: ignore[arg-type]
    assert not before.findings
    assert [one.rule for one in after.findings] == ["eu.green"]


def test_categories_keep_rules_apart() -> None:
    assert "cn.food.medical" in rules("缓解失眠的米")
    assert "cn.food.medical" not in rules("缓解失眠的药", category="drug")


def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(knowledge_dir() / "compliance", tmp_path / "compliance"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda place: (place / "4-regulated.yaml").unlink(),
        lambda place: (place / "1-absolutes.yaml").write_text("group: 1\nrules: [", encoding="utf-8"),
        lambda place: (place / "1-absolutes.yaml").write_bytes(b"\xff\xfe\x00"),
        lambda place: (place / "contexts.yaml").write_text("contexts: {}", encoding="utf-8"),
        lambda place: (place / "3-cosmetics.yaml").write_text("group: 3\nrules: [{id: a}]", encoding="utf-8"),
        lambda place: (place / "lexicon.yaml").write_text("zh: {}\nen: {}", encoding="utf-8"),
        lambda place: (place / "laws.yaml").write_text("", encoding="utf-8"),
    ],
)
def test_torn_rules_close_the_reader(tmp_path: Path, damage: object) -> None:
    place = folder(tmp_path)
    damage(place)  # type: ignore[operator]
    with pytest.raises(RulesUnreadable):
        load_rules(place)


def test_anchors_are_literals_that_a_match_cannot_do_without() -> None:
    assert signs("(?:治好|根治)[^，]{0,5}了") == (({"治好", "根治"}, {"了"}),)
    assert signs("a?[bc]+") == ((None, None),)
    assert signs("ab+cd") == (({"ab"}, {"cd"}),)  # of "abbcd" as well; "abcd" need not stand there
    assert signs("(?:#x ){3,}") == (({"#x "}, None),)
    assert signs("(?:#x ){0,3}") == ((None, None),)
    assert signs(expand("<heal>~病", "zh", {"heal": ["治", "医好"]}))[0][0] in ({"病"}, {"治", "医好"})
    assert signs(expand("cure* it", "en", {}))[0][0] is not None


def test_every_branch_is_a_way_of_its_own_and_those_with_one_sign_are_one() -> None:
    assert signs("根治|治好[^，]{0,5}病|药到|去[^，]{0,5}火") == (
        ({"根治", "药到"}, None),
        ({"治好"}, {"病"}),
        ({"去"}, {"火"}),
    )
    assert signs("根治|治好[^，]{0,5}病|[a-z]") == ((None, None),)


def test_whole_words_in_english() -> None:
    facts = {**FOOD, "region": "US"}
    assert not read("Secure checkout for cured ham.", **facts).findings  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("joined", "apart"),
    [
        ("拿客人的自拍做成海报", "拿客人的帽子放进“今天下班以后去看过的海报”"),
        ("当面买更便宜", "当面回答：“买回家放哪里？”"),
        ("图没问过本人就发", "首图：“买给别人用却没问过本人”"),
    ],
)
def test_no_match_runs_over_the_edge_of_a_quotation_or_a_label(joined: str, apart: str) -> None:
    facts = {"category": "general", "platform": "xiaohongshu"}
    assert rules(joined, **facts) & {"cn.likeness", "pf.cn.diversion"}
    assert not rules(apart, **facts)


def test_what_stands_in_a_quotation_or_behind_a_label_is_read_by_itself() -> None:
    facts = {"region": "US", "category": "beauty"}
    assert "us.cos.drug" in rules('Caption on the first frame: "Cures eczema in a week, ask my sister"', **facts)
    assert rules("Cover slide: erases wrinkles in three days.", **facts)
    assert not rules("Cover: No concept, only what a jar of 5% holds.", **facts)


def test_a_word_after_a_gap_does_not_begin_inside_another() -> None:
    pattern = re.compile(expand("(?:show|see) [^.:]{0,40}(?:ill|union)", "en", {}))
    assert pattern.search("see which of the staff are ill")
    assert not pattern.search("see what the firm will do")
