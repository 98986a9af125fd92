"""What a piece says is about its own subject: the product it names, the place one comes to, the people it is for, what the calendar holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from example_plans import BRIEFS, made

from agent.knowledge import load
from agent.words.playbook.voice import tidy

NAMED = {one.stem: one for one in BRIEFS}
PLAIN = ["tea-zh", "shop-zh-tw", "sentence-zh", "b2b-en"]


def test_an_answer_about_several_products_gives_the_price_of_each() -> None:
    plan, _ = made(NAMED["tea-zh"])
    core = next(one for one in plan.adaptations.cores if "几款" in one.title)
    priced = [post.body for post in plan.adaptations.posts if post.core == core.id and "多少钱" in post.body]
    assert priced
    assert all("陈皮熟普：9.9元/瓶" in body for body in priced)


def test_a_post_about_another_product_bears_that_products_hashtag() -> None:
    plan, _ = made(NAMED["tea-zh"])
    about = [post for post in plan.adaptations.posts if post.hashtags and "冷泡茉莉白茶" in post.title + post.body[:60]]
    assert about
    for post in about:
        if "冷泡龙井" not in post.title + post.body[:60]:
            assert "冷泡龙井" not in "".join(post.hashtags)


def test_a_forecast_that_adds_up_streams_shows_the_sum() -> None:
    plan, _ = made(NAMED["sentence-zh"])
    row = next(one for one in plan.kpis.kpis if one.goal == "G1" and one.target.formula.count(" + ") == 2)
    assert row.target.formula.endswith(f"= {row.target.value:.0f}")


def test_no_seat_has_a_price_and_nobody_orders_one() -> None:
    plan, _ = made(NAMED["sentence-zh"])
    asked = [entry.cta for entry in plan.calendar.entries] + [entry.hook for entry in plan.calendar.entries]
    assert [text for text in asked if re.search("价格|下单|入口在主页|位子看说明|试这个位子", text)] == []
    assert not re.search("卖工作日|买工作日|旧价格|没下单", plan.strategy.model_dump_json())


@pytest.mark.parametrize("name", PLAIN)
def test_a_request_points_to_nothing_that_the_calendar_lacks(name: str) -> None:
    plan, _ = made(NAMED[name])
    entries = [one for one in plan.calendar.entries if one.kind != "buffer"]
    for platform in {one.platform for one in entries}:
        last = [one for one in entries if one.platform == platform][-1]
        assert not re.search("后面几期|後面幾期|下期见|下期見|There is more under|next part", last.cta), last.id
    titles = " ".join(one.topic for one in entries)
    for entry in entries:
        if found := re.search(r"[“「]([^”」]+?)[？?]?[”」](?:答全的一篇| is answered in full)", entry.cta):
            assert found[1] in titles, entry.id


@pytest.mark.parametrize("name", PLAIN)
def test_a_free_slot_says_one_thing_that_comes_first(name: str) -> None:
    plan, _ = made(NAMED[name])
    for entry in plan.calendar.entries:
        if entry.kind == "buffer" and re.search("[“「]", entry.topic):
            assert not re.search("[“「]", entry.hook), entry.id


@pytest.mark.parametrize("name", PLAIN)
def test_a_test_of_times_counts_every_plain_post_of_its_second_window(name: str) -> None:
    _, frame = made(NAMED[name])
    for test in frame.experiments:
        if test.kind != "window":
            continue
        mine = [one for one in frame.slots if one.platform == test.platform and test.start <= one.date <= test.end]
        plain = [one for one in mine if one.kind == "post" and not one.key_date]
        tried = [one for one in plain if one.trial]
        if tried:
            sheet = load().platform(test.platform)
            window = next(w for w in sheet.windows[1:] if w.start <= tried[0].time < w.end)
            days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
            other = [one for one in plain if not one.trial]
            assert len(other) >= 2
            assert not [
                o for o in other if days[o.date.weekday()] in window.days and window.start <= o.time < window.end
            ]


def test_a_day_of_the_brands_own_work_has_no_guests() -> None:
    plan, _ = made(NAMED["tea-zh"])
    rows = [one for one in plan.calendar.entries if "开采" in one.topic]
    assert rows
    for row in rows:
        assert not re.search("到了现场|到场|散场|没来的人", row.topic + row.hook + row.cta), row.id


def test_a_place_says_before_a_holiday_how_one_comes_not_what_to_stock_up_on() -> None:
    plan, _ = made(NAMED["sentence-zh"])
    rows = [
        one for one in plan.calendar.entries if "五一" in one.topic + one.hook and one.date.isoformat() < "2027-05-01"
    ]
    assert rows
    assert [one.id for one in rows if re.search("备法|单子|漏了什么|先备好", one.topic + one.hook + one.cta)] == []


def test_no_quiet_time_is_a_feast_outside_the_period() -> None:
    plan, _ = made(NAMED["sentence-zh"])
    assert "除夕" not in plan.market.timing


def test_one_platform_is_named_where_several_would_be_summed() -> None:
    plan, _ = made(NAMED["sentence-zh"])
    assert not [one.metric for one in plan.positioning.goals if re.search("全平台|各活跃", one.metric)]
    assert not [core.message for core in plan.adaptations.cores if "平台" in core.message]


def test_presents_that_a_firm_buys_are_for_those_who_buy_for_a_firm() -> None:
    plan, _ = made(NAMED["shop-zh-tw"])
    topics = [topic for pillar in plan.themes.pillars for topic in pillar.topics]
    found = [topic for topic in topics if re.search("採買|送客戶", topic.title + topic.hook)]
    assert found
    assert {topic.persona for topic in found} == {"P2"}


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("逐个问五位没下单的这群顾客。", "逐个问这群顾客里没下单的五位。"),
        ("请两位这群买家当面看一遍。", "请这群买家里的两位当面看一遍。"),
        ("每季挑一位這群顧客。", "每季挑這群顧客裡的一位。"),
        ("追问的那几位这群人。", "追问的这群人里的那几位。"),
    ],
)
def test_persons_are_counted_out_of_their_group(raw: str, mended: str) -> None:
    assert tidy(raw, "zh-TW" if "這" in raw else "zh-CN") == mended


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_ads_and_rules_name_the_people_they_are_for(source: Path) -> None:
    plan, _ = made(source)
    told = [row.audience for row in plan.budget.paid] + [rule.then for rule in plan.measurement.rules]
    assert [text for text in told if re.search(r"\bthese (?:managers|buyers|customers)\b|这群|這群", text, re.I)] == []
