"""The knowledge base as data: complete, sourced, bilingual, and found by the most specific key first."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from agent.errors import SetupError
from agent.knowledge import Knowledge, as_source, load, load_from
from agent.knowledge.model import Bi, Entry
from agent.resources import knowledge_dir

CN = "xiaohongshu douyin wechat_channels wechat weibo bilibili zhihu kuaishou".split()
WORLD = "instagram tiktok youtube linkedin x facebook pinterest threads reddit".split()
NEEDED = [
    "cpm",
    "cpc",
    "ctr",
    "er",
    "er_followers",
    "follower_gain",
    "cost_per_follower",
    "organic_reach",
    "organic_floor",
]
BY_TIER = ["creator_fee", "creator_views", "creator_er"]
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def kb() -> Knowledge:
    return load()


def texts(entry: object) -> list[Bi]:
    """Every bilingual text inside an entry, however deep."""
    if isinstance(entry, Bi):
        return [entry]
    if isinstance(entry, Entry):
        return [one for name in type(entry).model_fields for one in texts(getattr(entry, name))]
    if isinstance(entry, tuple | list):
        return [one for part in entry for one in texts(part)]
    if isinstance(entry, dict):
        return [one for part in entry.values() for one in texts(part)]
    return []


def test_all_platforms_have_a_sheet(kb: Knowledge) -> None:
    assert set(kb.platforms) == {*CN, *WORLD}
    assert {one for one, sheet in kb.platforms.items() if sheet.group == "cn"} == set(CN)


def test_every_item_is_sourced(kb: Knowledge) -> None:
    for item in kb.items.values():
        assert kb.sources_of(item.id), item.id
        assert item.verified_at <= dt.date.today(), item.id
        if item.kind == "assumption":
            assert item.confidence == "low", f"{item.id}: an assumption is never more than low"


def test_every_source_is_used(kb: Knowledge) -> None:
    used = {one for item in kb.items.values() for one in item.source}
    assert not set(kb.base.sources) - used


def test_addresses_are_bare(kb: Knowledge) -> None:
    assert not [one.id for one in kb.base.sources.values() if "://" in one.url]


def test_both_languages_are_filled(kb: Knowledge) -> None:
    english = [one.en for one in texts(kb.base) if HAN.search(re.sub(r"[《》“”：]|[\u4e00-\u9fff]{2,12}", "", one.en))]
    assert not english
    same = {one.zh for one in texts(kb.base) if one.zh == one.en and " " in one.zh and len(one.zh) > 30}
    assert not same


def test_chinese_is_simplified(kb: Knowledge) -> None:
    traditional = re.compile("[務實條廣見員點擊驗證機據體會這個們後來時間應該]")
    assert not [one.zh for one in texts(kb.base) if traditional.search(one.zh)]


@pytest.mark.parametrize("platform", [*CN, *WORLD])
def test_frame_finds_what_it_needs(kb: Knowledge, platform: str) -> None:
    currency = "CNY" if platform in CN else "USD"
    for metric in NEEDED:
        assert kb.benchmark(metric, platform).platform == platform, metric
    for business in ("b2c", "b2b"):
        assert kb.benchmark("cvr", platform, business=business).business == business
    for metric in BY_TIER:
        for tier in kb.tiers:
            assert kb.benchmark(metric, platform, tier=tier.id.removeprefix("tier.")).base > 0
    for metric in ("cpm", "cpc", "cost_per_follower"):
        assert kb.benchmark(metric, platform).currency == currency
    assert kb.benchmark("creator_fee", platform, tier="micro").currency == currency
    for format in kb.platform(platform).formats:
        assert kb.benchmark("production_cost", platform, format=format).currency == currency
        assert sum(kb.platform(platform).effort_hours(format).values()) > 0


def test_ranges_are_ordered_and_rates_are_fractions(kb: Knowledge) -> None:
    for row in kb.base.benchmarks:
        assert 0 <= row.low <= row.base <= row.high, row.id
        assert row.unit in ("%", "count") or row.currency, row.id
        if row.unit == "%" and row.metric != "organic_reach":
            assert row.high <= 1, row.id


def test_the_most_specific_benchmark_wins(kb: Knowledge) -> None:
    assert kb.benchmark("cvr", "linkedin", business="b2b").id == "bench.cvr.linkedin.b2b"
    assert kb.benchmark("cvr", "instagram", business="b2b").id == "bench.cvr.GLOBAL.b2b"
    assert kb.benchmark("cvr", "bilibili", business="b2b").id == "bench.cvr.CN.b2b"
    assert kb.benchmark("cpm", region="TW").id == "bench.cpm.GLOBAL"
    assert kb.find_benchmark("no_such_metric", "x") is None
    with pytest.raises(KeyError):
        kb.benchmark("no_such_metric", "x")


def test_limits_say_unit_surface_and_source(kb: Knowledge) -> None:
    for sheet in kb.platforms.values():
        fields = {one.field for one in sheet.limits}
        assert {"body", "hashtags"} <= fields, sheet.id
        for limit in sheet.limits:
            assert all((limit.unit, limit.surface, limit.source, limit.verified_at)), limit.id
            assert limit.min is None or limit.min <= limit.max


@pytest.mark.parametrize(
    ("platform", "field", "most", "unit"),
    [
        ("xiaohongshu", "title", 20, "xhs_weighted"),
        ("x", "body", 280, "x_weighted"),
        ("threads", "body", 500, "threads_chars"),
        ("youtube", "body", 5000, "bytes"),
        ("wechat", "title", 32, "chars"),
    ],
)
def test_known_limits(kb: Knowledge, platform: str, field: str, most: int, unit: str) -> None:
    limit = kb.platform(platform).limit(field)
    assert limit is not None
    assert (limit.max, limit.unit) == (most, unit)


def test_a_format_has_its_own_limit(kb: Knowledge) -> None:
    carousel, video = (kb.platform("tiktok").limit("body", one) for one in ("carousel", "short_video"))
    assert carousel
    assert video
    assert (carousel.max, video.max) == (4000, 2200)


def test_windows_end_after_they_start(kb: Knowledge) -> None:
    for sheet in kb.platforms.values():
        for window in sheet.windows:
            assert window.start < window.end, window.id


def test_references_lead_somewhere(kb: Knowledge) -> None:
    dates, laws = {one.id for one in kb.base.dates}, {one.id for one in kb.base.laws}
    assert {one.rule.to for one in kb.base.dates if one.rule.type == "relative"} <= dates
    assert {law for risk in kb.risks for law in risk.laws} <= laws
    assert {one for item in kb.items.values() for one in item.platforms} <= set(kb.platforms)


def test_regions_have_dates(kb: Knowledge) -> None:
    for region in ("CN", "TW", "HK", "US", "GB", "EU", "SEA", "GLOBAL"):
        assert [one for one in kb.base.dates if region in one.regions], region


def test_laws_follow_region_category_and_context(kb: Knowledge) -> None:
    pet = {one.id for one in kb.laws("CN", "pet")}
    assert "law.cn.ad_9" in pet
    assert "law.cn.ad_18" not in pet
    assert "law.cn.ad_18" in {one.id for one in kb.laws("CN", "health_food", ["health"])}
    assert not {one.id for one in kb.laws("GB", "software", ["paid"])} & {one.id for one in kb.laws("CN", "software")}
    assert "law.eu.gdpr" in {one.id for one in kb.laws("DE", "software", ["data"])}
    for region in ("CN", "TW", "US", "GB", "EU", "GLOBAL"):
        assert kb.laws(region, "general", ["paid", "claims"]), region


def test_risks_by_condition(kb: Knowledge) -> None:
    plain, with_creators = kb.risks_for(["b2c"]), kb.risks_for(["b2c", "creators"])
    assert len(kb.risks) >= 22
    assert {one.id for one in with_creators} - {one.id for one in plain} >= {"risk.partner"}
    assert {one.family for one in plain} >= {"compliance", "opinion", "account", "performance"}


def test_kpis_cover_every_group(kb: Knowledge) -> None:
    groups = {one.group for one in kb.base.kpis}
    assert groups == {"exposure", "engagement", "content", "conversion", "followers", "service", "roi"}
    assert kb.kpi("er") is kb.kpi("kpi.er")


def test_crisis_gets_faster_and_stops_publishing(kb: Knowledge) -> None:
    levels = kb.base.crisis.levels
    assert [one.level for one in levels] == ["L1", "L2", "L3"]
    assert levels[0].first_response_minutes >= levels[-1].first_response_minutes
    assert levels[-1].stop_publishing


def test_teams_hold_every_function(kb: Knowledge) -> None:
    for team in kb.base.teams:
        assert {one for role in team.roles for one in role} == set(kb.team_of(1).roles[0]), team.id
    assert kb.team_of(2).id == "team.2"
    assert kb.team_of(500) is kb.base.teams[-1]


def test_money_converts_both_ways(kb: Knowledge) -> None:
    assert kb.rate("USD", "USD") == 1
    assert round(kb.rate("GBP", "CNY") * kb.rate("CNY", "GBP"), 9) == Decimal(1)
    for currency in ("CNY", "TWD", "HKD", "EUR", "SGD"):
        assert kb.rate("USD", currency) > 0


def test_a_source_row_for_the_plan(kb: Knowledge) -> None:
    known = as_source("bench.er.tiktok", "en")
    assert (known.id, known.kind, known.confidence) == ("kb:bench.er.tiktok", "knowledge", "medium")
    assert "shortsintel.com" in known.publisher
    assumed = as_source("kb:bench.er.douyin", "zh-CN")
    assert (assumed.kind, assumed.confidence) == ("assumption", "low")
    assert assumed.title == "互动率（按曝光或播放） · 抖音"
    assert assumed.publisher == "策划假设"
    assert as_source("kb:bench.er.douyin", "en").publisher == "planning assumption"


def spoil(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A copy of the base with one thing changed in one file."""
    folder = tmp_path / "knowledge"
    shutil.copytree(knowledge_dir(), folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("kpis.yaml", "    cadence: weekly", "    cadence: sometimes", "cadence"),
        ("kpis.yaml", "    cadence: weekly", "    cadence: weekly\n    colour: red", "colour"),
        ("kpis.yaml", "kpi.impressions", "kpi.reach", "kpi.reach"),
        ("laws.yaml", "source: cn.AD", "source: cn.NOWHERE", "cn.NOWHERE"),
        ("laws.yaml", "laws:", "laws: [", "laws.yaml"),
        ("platforms/x.yaml", 'start: "09:00"', 'start: "9am"', "platforms.x.windows"),
    ],
)
def test_a_bad_item_is_named(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    with pytest.raises(SetupError, match=re.escape(says)):
        load_from(spoil(tmp_path, name, old, new), cache=tmp_path / "cache")


def test_a_kept_copy_serves_only_the_same_files(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = load_from(knowledge_dir(), cache=cache)
    again = load_from(knowledge_dir(), cache=cache)
    assert again.base == first.base
    assert len(list(cache.iterdir())) == 1
    changed = load_from(spoil(tmp_path, "kpis.yaml", 'zh: "触达人数"', 'zh: "到达人数"'), cache=cache)
    assert changed.kpi("reach").title.zh == "到达人数"
    for kept in cache.iterdir():
        kept.write_text("{half", encoding="utf-8")
    assert load_from(knowledge_dir(), cache=cache).base == first.base


def test_works_where_nothing_can_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    assert load_from(knowledge_dir(), cache=blocked / "below").platforms
