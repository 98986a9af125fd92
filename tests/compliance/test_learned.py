"""The learned reader: suspicions that say what they are, lie in the text, block nothing, and are not there when its weights are torn."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from agent.cli import app
from agent.compliance import Facts, Finding, Reading, RulesUnreadable, load_rules, read
from agent.compliance.learned import Likeness, load_likeness, pack, passages, score, sums, weighed
from agent.compliance.likeness import kinds, pieces, tongue_of
from agent.compliance.normal import level
from agent.compliance.reader import read_facts
from agent.resources import knowledge_dir
from tests.compliance import learn
from tests.compliance.corpus import Sample, later, samples
from tests.compliance.measure import DAY, reading

WEST = {"region": "UK", "category": "beauty", "paid": False, "author": "brand", "ai_media": False, "platform": "instagram", "date": DAY}  # fmt: skip
CHINA = {"region": "CN", "category": "retail", "paid": False, "author": "brand", "ai_media": False, "platform": "wechat", "date": DAY}  # fmt: skip


def both(one: Sample, **more: object) -> Reading:
    return read(one.text, **{"language": "en", "date": DAY, **dict(one.facts), **more})  # type: ignore[arg-type]


def suspected(texts: list[Sample], count: int) -> list[tuple[Sample, Finding]]:
    found = [(one, f) for one in texts for f in both(one).findings if f.learned]
    assert len(found) >= count
    return found


NEWEST = {"zh": ("fifth", "sixth"), "en": ("fifth", "sixth", "seventh", "eighth")}
"""Lots on which no rule but some forty English patterns was worked."""


def strangers(tongue: str, *lots: str) -> list[Sample]:
    return [one for lot in lots for one in later(f"{lot}-strangers-{tongue}")]


def unseen(tongue: str, *lots: str) -> list[Sample]:
    """Texts of which no weight was learned, of two lots unless some are named; nothing is said of any of them but what holds for all."""
    return [one for one in strangers(tongue, *(lots or ("third", "fourth"))) if one.held_out]


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_a_suspicion_is_mild_says_so_and_lies_in_the_text(tongue: str) -> None:
    for one, finding in suspected(unseen(tongue), 20):
        assert finding.severity == "caution"
        assert not finding.missing
        assert finding.score is not None
        assert 0 < finding.score <= 1
        assert 0 <= finding.start < finding.end <= len(one.text)
        assert finding.words == one.text[finding.start : finding.end]
        assert finding.words.strip()
        assert finding.law in finding.why
        assert len(finding.suggestions) == 3
        assert finding.rule == f"learned.{finding.group}"


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_it_adds_to_the_rules_and_takes_away_no_missing_notice(tongue: str) -> None:
    for one in unseen(tongue):
        rules, found = reading(one).findings, both(one).findings
        mine = [f for f in found if not f.learned]
        assert [f for f in rules if f.missing] == [f for f in mine if f.missing]
        assert set(mine) <= set(rules)
        groups = {f.group for f in mine if not f.missing}
        assert not groups & {f.group for f in found if f.learned}


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_what_it_holds_for_lawful_is_asked_and_not_dropped(tongue: str) -> None:
    for one in unseen(tongue):
        found = both(one)
        gone = {f.rule for f in reading(one).findings} - {f.rule for f in found.findings}
        asked = {rule for q in found.questions if q.fact == "doubt" for rule in q.rules}
        assert gone <= asked


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_it_finds_much_of_what_the_rules_miss_and_marks_few_clean_texts_more(tongue: str) -> None:
    """Totals of the part that it has not learned from; the figures are in corpus/README.md."""
    texts = unseen(tongue)
    missed = [one for one in texts if one.bad and not reading(one).findings]
    clean = [one for one in texts if not one.bad and not reading(one).findings]
    caught = sum(any(str(f.group) == one.group for f in both(one).findings) for one in missed)
    wrong = sum(bool(both(one).findings) for one in clean)
    assert caught / len(missed) >= 0.5
    assert wrong / len(clean) <= 0.05


def in_its_group(one: Sample) -> bool:
    """A finding of the group that the writer of the text put it in, a missing approval number not counted."""
    return any(str(f.group) == one.group and f.rule != "cn.hf.approval" for f in both(one).findings)


@pytest.mark.parametrize("lots", ["newest", "all"])
@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_both_readers_together_name_nineteen_of_twenty_breaches_and_as_many_of_their_marks_are_right(
    tongue: str, lots: str
) -> None:
    texts = unseen(tongue, *(("third", "fourth") if lots == "all" else ()), *NEWEST[tongue])
    bad = [one for one in texts if one.bad]
    caught = sum(map(in_its_group, bad))
    wrong = sum(bool(both(one).findings) for one in texts if not one.bad)
    assert caught / len(bad) >= 0.95
    assert caught / (caught + wrong) >= 0.95


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_open_part_of_the_newest_texts_is_read_without_a_miss(tongue: str) -> None:
    texts = [one for one in strangers(tongue, "third", "fourth", *NEWEST[tongue]) if not one.held_out]
    bad = [one for one in texts if one.bad]
    wrong = [one for one in texts if not one.bad and both(one).findings]
    assert [one.text for one in bad if not in_its_group(one)] == []
    assert len(bad) / (len(bad) + len(wrong)) >= 0.98


@pytest.mark.parametrize("lot", ["sixth-strangers-zh", "eighth-strangers-en"])
def test_the_newest_lot_is_as_large_as_it_has_to_be(lot: str) -> None:
    for group in "12345678":
        texts = [one for one in later(lot) if one.group == group]
        assert sum(one.bad for one in texts) >= 59
        assert sum(not one.bad for one in texts) >= 40


def test_a_ban_is_doubted_only_in_a_passage_that_reads_lawful_and_words_alone_are_no_passage() -> None:
    """What stands in a passage too short to be likened to anything is the rules' alone."""
    facts = {
        "region": "CN",
        "category": "food",
        "paid": False,
        "author": "brand",
        "platform": "douyin",
        "ai_media": False,
        "date": DAY,
    }
    for text in ("全网最低价", "国家级匠人监制，一把壶传三代", "百分百治好失眠，喝三天就见效"):
        assert any(f.severity == "ban" for f in read(text, language="en", **facts).findings), text  # type: ignore[arg-type]


def test_harmless_phrases_raise_no_suspicion() -> None:
    assert [one.text for one in samples("traps") if both(one).findings] == []


def test_the_words_of_a_suspicion_are_in_the_users_language() -> None:
    one, finding = suspected([s for s in later("third-strangers-zh") if s.bad and not s.held_out], 20)[0]
    said = {}
    for language in ("en", "zh-CN", "zh-TW"):
        found = next(f for f in both(one, language=language).findings if f.learned and f.group == finding.group)
        said[language] = (found.why, *found.suggestions)
    assert all(a != b for a, b in zip(said["zh-CN"], said["en"], strict=True))
    assert "违反" in said["zh-CN"][0]
    assert "違反" in said["zh-TW"][0]
    assert "reads like" in said["en"][0]


def test_without_it_the_rules_speak_alone() -> None:
    for one in unseen("en")[:60]:
        facts = {"date": DAY, **dict(one.facts)}
        alone = read(one.text, language="en", learned=False, **facts)  # type: ignore[arg-type]
        assert alone == reading(one)
        assert not any(f.learned or f.score is not None for f in alone.findings)
        assert not any(q.fact == "doubt" for q in alone.questions)
        made = Facts.of(**{"category": None, **facts})  # type: ignore[arg-type]
        assert read_facts(one.text, made, language="en", book=load_rules()) == alone


def test_no_region_no_suspicion() -> None:
    one, _ = suspected(unseen("zh"), 20)[0]
    assert not both(one, region="TW").findings


def test_a_provision_that_does_not_bind_yet_is_not_suspected() -> None:
    import datetime as dt

    chosen = [one for one in unseen("en") if dict(one.facts)["region"] == "EU"]
    assert any(f.learned and "2024/825" in f.law for one in chosen for f in both(one).findings)
    early = [f for one in chosen for f in both(one, date=dt.date(2026, 9, 26)).findings if f.learned]
    assert early
    assert not any("2024/825" in f.law for f in early)


@given(st.text(alphabet="全网最便宜好评返现，。abc guaranteed results! free\u200b治癒\n", max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_weighed(text: str) -> None:
    first = read(text, **CHINA)  # type: ignore[arg-type]
    read_facts.cache_clear()
    assert read(text, **CHINA) == first  # type: ignore[arg-type]
    for one in first.findings:
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.words


def test_a_long_text_is_read_in_passages_and_each_mark_stays_in_its_own() -> None:
    bad, _ = suspected([s for s in later("third-strangers-zh") if s.bad and not s.held_out], 20)[0]
    filler = "今天的新米到了，欢迎到店里看看。" * 30
    text = f"{filler}\n{bad.text}\n{filler}"
    found = [f for f in read(text, language="en", **{"date": DAY, **dict(bad.facts)}).findings if f.learned]  # type: ignore[arg-type]
    assert found
    assert all(len(filler) < one.start and one.end <= len(filler) + 1 + len(bad.text) for one in found)


def test_passages_cover_whole_sentences_of_a_paragraph() -> None:
    text = "一句。" * 100 + "\nOne sentence. " * 3
    sentences = [(place, place + 3) for place in range(0, 300, 3)] + [(301, 314)]
    spans = list(passages(text, sentences))
    assert spans[0][0] == 0
    assert all(end - start <= 160 for start, end, tongue in spans if tongue == "zh")
    assert [tongue for _, _, tongue in spans] == ["zh", "zh", "en"]
    assert tongue_of("123 !?") == ""


def test_every_piece_stands_where_it_says() -> None:
    for text, tongue in (("新米买3送1，全网最低", "zh"), ("no report needed, 20% off", "en")):
        assert {piece for piece, _, _ in pieces(text, tongue)} == kinds(text, tongue)
        for piece, start, end in pieces(text, tongue):
            assert 0 <= start < end <= len(text)
            if tongue == "zh":
                assert len(piece) == end - start


def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(knowledge_dir() / "compliance", tmp_path / "compliance"))


def cut(place: Path) -> None:
    path = place / "learned-zh.npz"
    path.write_bytes(path.read_bytes()[:5000])


def shorter(place: Path) -> None:
    path = place / "learned-en.npz"
    with np.load(path) as data:
        kept = dict(data)
    np.savez_compressed(path, **{**kept, "table": kept["table"][:-1]})


def older(place: Path) -> None:
    path = place / "learned-en.npz"
    with np.load(path) as data:
        kept = dict(data)
    kept["numbers"][0] = 0
    np.savez_compressed(path, **kept)


def rewritten(old: str, new: str) -> object:
    def damage(place: Path) -> None:
        path = place / "learned.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda place: (place / "learned-zh.npz").unlink(),
        lambda place: (place / "learned-en.npz").write_bytes(b""),
        lambda place: (place / "learned-en.npz").write_bytes(b"no archive"),
        cut,
        shorter,
        older,
        lambda place: (place / "learned.yaml").unlink(),
        lambda place: (place / "learned.yaml").write_text("limits: {", encoding="utf-8"),
        rewritten("suspect: 0.", "suspect: 7."),
        rewritten("cn.cos_43", "cn.nothing"),
        rewritten("  8: {zh", "  9: {zh"),
        rewritten("IN: in.cosmetics", "IN: {beauty: in.cosmetics}"),
    ],
)
def test_torn_weights_close_the_reader(tmp_path: Path, damage: object) -> None:
    place = folder(tmp_path)
    assert load_likeness(place).weights
    load_likeness.__globals__["_load"].cache_clear()
    damage(place)  # type: ignore[operator]
    with pytest.raises(RulesUnreadable):
        load_likeness(place)


def test_the_weights_are_small() -> None:
    assert sum(path.stat().st_size for path in (knowledge_dir() / "compliance").glob("learned-*.npz")) < 1_500_000


def test_training_is_the_same_twice_and_the_product_adds_up_what_was_trained(tmp_path: Path) -> None:
    chosen = [*samples("1-en")[:40], *samples("5-en")[:40], *samples("1-en")[-30:], *samples("5-en")[-30:]]
    first, again = learn.train(chosen, "en"), learn.train(chosen, "en")
    assert first[0] == again[0]
    assert all(np.array_equal(a, b) for a, b in zip(first[1:], again[1:], strict=True))
    for name in ("a", "b"):
        pack(tmp_path / f"learned-{name}.npz", *first, (1.0, 0.0), learn.FACT)
    assert (tmp_path / "learned-a.npz").read_bytes() == (tmp_path / "learned-b.npz").read_bytes()
    place = folder(tmp_path)
    shutil.copy(tmp_path / "learned-a.npz", place / "learned-en.npz")
    weights = load_likeness(place).weights["en"]
    trained = learn.scored(chosen, "en", first)
    for one, row in zip(chosen, trained, strict=True):
        facts = Facts.of(**{"category": None, "date": DAY, **dict(one.facts)})
        got = sums(level(one.text, load_rules().variants).text, "en", facts, weights)
        assert np.abs(got - row).max() < 0.25
    assert score(0.0, weights) == pytest.approx(0.5)
    bad = np.array([one.bad for one in chosen])
    assert trained.max(1)[bad].mean() > trained.max(1)[~bad].mean() + 1


def test_a_passage_below_the_clean_limit_is_no_suspicion() -> None:
    likeness = load_likeness()
    facts = Facts.of(region="UK", category="beauty", date=DAY)
    text = "we open at nine on saturday and close at five in the afternoon."
    (one,) = weighed(text, [(0, len(text))], facts, likeness)
    assert one.clean
    assert not one.suspicions
    strict = {key: limits.model_copy(update={"suspect": 0.001, "clean": 0.0}) for key, limits in likeness.settings.limits.items()}  # fmt: skip
    eager = Likeness(likeness.settings.model_copy(update={"limits": strict}), likeness.weights)
    (one,) = weighed(text, [(0, len(text))], facts, eager)
    assert not one.clean
    assert one.suspicions


def test_a_few_words_are_likened_to_nothing() -> None:
    facts = Facts.of(region="UK", category="alcohol", date=DAY)
    assert not weighed("plum wine.", [(0, 10)], facts, load_likeness())
    assert not weighed("新米到了", [(0, 4)], facts, load_likeness())


def test_the_command_line_says_suspicion_and_ends_with_zero() -> None:
    one = next(
        s
        for s in later("third-strangers-en")
        if not s.held_out and s.bad and not dict(s.facts).get("audience") and dict(s.facts)["author"] == "brand"
        and (r := both(s, evidence=(), audience=())).findings and all(f.learned for f in r.findings) and not r.questions
    )  # fmt: skip
    facts = dict(one.facts)
    line = ["check", "--text", one.text, "--region", facts["region"], "--category", facts["category"], "--platform", facts["platform"],
            "--paid" if facts["paid"] else "--not-paid", "--author", "brand", "--no-ai"]  # fmt: skip
    result = CliRunner().invoke(app, [*line, "--lang", "en"])
    assert "a suspicion by likeness, no rule" in result.stdout
    assert re.search(r"likeness [01]\.\d\d", result.stdout)
    record = json.loads(CliRunner().invoke(app, [*line, "--lang", "en", "--json"]).stdout)
    assert [(f["learned"], f["severity"]) for f in record["findings"]] == [(True, "caution")] * len(record["findings"])
    assert record["findings"][0]["score"] > 0.5
    if not record["questions"]:
        assert result.exit_code == 0


def test_a_finding_of_a_rule_says_that_it_is_none() -> None:
    (one,) = [f for f in read("顶级大米", **{**CHINA, "category": "food"}).findings if not f.learned]  # type: ignore[arg-type]
    assert one.record()["learned"] is False
    assert one.record()["score"] is None
    assert dataclasses.replace(one, learned=True).record()["learned"] is True
