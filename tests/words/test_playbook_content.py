"""The playbook's strategy, platforms, themes, calendar and finished posts: complete, varied, lawful, and this brand's own."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.brief import read_brief
from agent.brief.model import Intake
from agent.checks.distinct import NEAR, similarity
from agent.checks.distinct import grams as pairs
from agent.data import read_yaml
from agent.frame import build_frame
from agent.knowledge import load
from agent.locale import plain
from agent.plan.base import Part, bound
from agent.plan.content import AdaptationsPart, CalendarPart, PlatformsPart, StrategyPart, ThemesPart
from agent.words.playbook.adaptations import FILMS, FORMS, SET, write_adaptations
from agent.words.playbook.calendar import refresh_topics, write_calendar
from agent.words.playbook.context import Context, make_context
from agent.words.playbook.match import launch_of, only_months
from agent.words.playbook.platforms import write_platforms
from agent.words.playbook.strategy import write_strategy
from agent.words.playbook.themes import ORDER, hashtags, write_themes
from agent.words.playbook.topics import Bank, guard_of, polish, rules
from agent.words.playbook.voice import Voice, _phrases, category_pack, fields

ROOT = Path(__file__).resolve().parents[2]
BRIEFS = ("tea-zh.yaml", "b2b-en.md", "shop-zh-tw.md", "solo-en.txt", "sentence-zh.txt", "contradictory-en.yaml")
AS_OF = dt.date(2026, 11, 23)


@functools.cache
def intake(name: str) -> Intake:
    return read_brief(ROOT / "examples" / "briefs" / name, as_of=AS_OF)


def context_of(taken: Intake) -> Context:
    knowledge = load()
    context = make_context(taken, build_frame(taken.filled, as_of=AS_OF, knowledge=knowledge), knowledge)
    context.parts["strategy"] = write_strategy(context)
    context.parts["platforms"] = write_platforms(context)
    context.parts["themes"] = write_themes(context)
    context.parts["calendar"] = write_calendar(context)
    context.parts["adaptations"] = write_adaptations(context)
    return context


@functools.cache
def written(name: str) -> Context:
    return context_of(intake(name))


def strategy(name: str) -> StrategyPart:
    part = written(name).parts["strategy"]
    assert isinstance(part, StrategyPart)
    return part


def themes(name: str) -> ThemesPart:
    part = written(name).parts["themes"]
    assert isinstance(part, ThemesPart)
    return part


def calendar(name: str) -> CalendarPart:
    part = written(name).parts["calendar"]
    assert isinstance(part, CalendarPart)
    return part


def adaptations(name: str) -> AdaptationsPart:
    part = written(name).parts["adaptations"]
    assert isinstance(part, AdaptationsPart)
    return part


# The phrases


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_template_has_its_words(language: str) -> None:
    words = read_yaml(ROOT / "prompts" / "playbook" / language / "topics.yaml")["topics"]
    assert sum(len(table) for table in rules().values()) >= 40
    for direction, table in rules().items():
        assert set(table) == set(words[direction])
        for key, texts in words[direction].items():
            assert len(texts["title"]) >= 2, (direction, key)
            assert len(texts["hook"]) >= 2, (direction, key)
            assert texts["cta"], (direction, key)
            assert all(len(text) < 80 * (1 if language == "zh-CN" else 3) for text in texts["title"])


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("part", ["strategy", "platforms", "themes", "calendar"])
def test_every_phrase_can_be_said_with_next_to_nothing(language: str, part: str) -> None:
    """Facts that the code passes itself and the category pack are given; of the brief only brand, category and hero."""
    given = {
        "who": "w", "idea": "i", "point": "p", "product": "p", "proof": "p", "owner": "o", "top_formats": "f", "tag": "t", "hours": "5",
        "count": "2", "active": "a", "primary": "a", "support": "s", "excluded": "x", "ads": "9", "creators": "3", "creator_money": "9",
        "phase_last": "l", "dates": "d", "pieces": "9", "reply": "4", "paid_line": "p", "metric": "m", "value": "v", "date": "d", "must": "m",
        "never": "n", "fact": "f", "code": "c", "rivals": "r", "weeks": "26", "text": "t", "support_line": "s", "first": "f", "first_total": "4", "first_strong": "s",
        "total": "3", "strong": "s", "weak": "w", "cadence": "2", "less": "1", "more": "3", "a": "a", "b": "b", "per_week": "5", "pattern": "p",
        "buffers": "3", "buffer_share": "9%", "end": "e", "busy": "b", "time": "t", "topic": "t", "round": "2", "name": "n", "hook": "h",
        "day": "d", "prepare": "p", "deliver": "d", "budget": "b", "platform": "p", "rate": "2",
        "market": "m", "share": "5%", "definition": "d", "period": "2025", "sum": "9", "last": "l", "on": "o", "weekly": "w", "channel": "c", "episodes": "9", "votes": "3", "fewer": "2",
    }  # fmt: skip
    pack = {
        f"{key}{n}": text
        for key, texts in category_pack("general", language).items()
        for n, text in enumerate(texts[:8], 1)
    }
    voice = Voice(language, "seed", {"brand": "Brand", "category": "tea", "hero": "Hero", **pack})
    for key in voice.keys(part):
        assert voice.variants(key, **given), key


def test_sentences_have_variants() -> None:
    voice = Voice("zh-CN", "seed", {})
    thin = [
        key for part in ("strategy", "platforms", "themes") for key in voice.keys(part)
        if not key.endswith((".low", ".assumed", "paid_line")) and ".rate." not in key and "expected" not in key and len(_phrases("zh-CN")[key]) < 3
    ]  # fmt: skip
    assert thin == []


# The parts


@pytest.mark.parametrize("name", BRIEFS)
def test_strategy_is_complete(name: str) -> None:
    part, frame = strategy(name), written(name).frame
    assert {line.kind for line in part.lines} == {"content", "engagement", "growth", "conversion"}
    assert [plan.phase for plan in part.phases] == [phase.id for phase in frame.phases]
    assert all(re.search(r"\d", plan.exit_test) for plan in part.phases)
    assert all(re.search(r"\d", line.trigger) for line in part.lines)
    spent = sum(line.input_cents for line in part.lines)
    assert spent == frame.budget.total_cents - frame.budget.by("contingency")
    assert len({part.idea.name, *(route.name for route in part.routes)}) == 3


@pytest.mark.parametrize("name", BRIEFS)
def test_every_platform_considered_has_sourced_claims_and_a_measurable_gate(name: str) -> None:
    context = written(name)
    part = context.parts["platforms"]
    assert isinstance(part, PlatformsPart)
    assert [choice.platform for choice in part.choices] == [one.id for one in context.frame.platforms]
    known = {source.id for source in context.sources.all()}
    for choice in part.choices:
        for claim in (choice.audience, choice.ecology, choice.spread, choice.strength):
            assert bool(claim.sources) != (claim.kind == "research")
            assert set(claim.sources) <= known
            assert len(claim.text) <= (90 if context.zh else 270)
        if choice.role in ("primary", "support"):
            assert re.search(r"\d", choice.gate), choice.gate


@pytest.mark.parametrize("name", BRIEFS)
def test_bank_is_large_enough_and_says_nothing_twice(name: str) -> None:
    context, part = written(name), themes(name)
    assert [pillar.share for pillar in part.pillars] == list(context.frame.pillar_shares)
    titles = [topic.title for pillar in part.pillars for topic in pillar.topics]
    assert len(titles) == len(set(titles))
    hooks = [topic.hook for pillar in part.pillars for topic in pillar.topics]
    assert len(set(hooks)) > 0.8 * len(hooks)
    for number, pillar in enumerate(part.pillars):
        slots = [slot for slot in context.frame.slots if slot.pillar == number]
        assert len(pillar.topics) == max(3, min(48, len(slots)))
        assert pillar.goals
        assert pillar.personas
    moved = {goal.id for goal in context.frame.goals if goal.objective.kind != "service"}
    assert {goal for pillar in part.pillars for goal in pillar.goals} == moved


@pytest.mark.parametrize("name", BRIEFS)
def test_calendar_fills_every_slot_without_repeating_a_topic_on_a_platform(name: str) -> None:
    context, part = written(name), calendar(name)
    assert [entry.id for entry in part.entries] == [slot.id for slot in context.frame.slots]
    bank = {topic.id: topic for pillar in themes(name).pillars for topic in pillar.topics}
    again: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for entry in part.entries:
        if entry.kind == "buffer":
            assert entry.topic_id == ""
            continue
        assert entry.topic_id in bank
        assert entry.goal
        assert bank[entry.topic_id].format == entry.format or entry.topic_id in again
        told = not guard_of(context).ok(entry.cta)  # a row names what the bank, which has no dates, may not
        assert bank[entry.topic_id].cta == entry.cta or entry.topic_id in again or told
        again.add(entry.topic_id)
        assert (entry.platform, entry.topic_id) not in seen or re.search(r"第\d+[轮輪]|round \d", entry.topic)
        seen.add((entry.platform, entry.topic_id))


@pytest.mark.parametrize("name", BRIEFS)
def test_every_goal_that_content_can_move_has_posts_and_the_reply_time_has_none(name: str) -> None:
    context = written(name)
    rows = [entry for entry in calendar(name).entries if entry.kind != "buffer"]
    served = Counter(entry.goal for entry in rows)
    for goal in context.frame.goals:
        assert bool(served[goal.id]) == (goal.objective.kind != "service"), goal.objective.metric
    ends = {goal.id: goal for goal in context.frame.goals}
    for entry in rows:
        assert entry.date <= ends[entry.goal].deadline
        assert ends[entry.goal].objective.platform in ("", entry.platform)


def test_posts_follow_the_order_of_goals_in_a_phase() -> None:
    context = written("tea-zh.yaml")
    for phase in context.frame.phases[1:]:
        goals = sorted(
            (goal for goal in context.frame.goals if goal.objective.kind != "service"),
            key=lambda goal: (goal.phase != phase.id, goal.priority),
        )
        served = Counter(entry.goal for entry in calendar("tea-zh.yaml").entries if entry.phase == phase.id)
        assert served[goals[0].id] > served[goals[-1].id]


def test_a_goal_that_names_an_occasion_is_served_by_its_posts() -> None:
    context = written("shop-zh-tw.md")
    boxes = next(goal for goal in context.frame.goals if "母親節" in goal.objective.metric)
    mothers = next(key.id for key in context.frame.key_dates if key.name == "母親節")
    entries = calendar("shop-zh-tw.md").entries
    mine = [entry for entry in entries if entry.goal == boxes.id]
    assert mine
    for entry in mine:
        assert entry.key_date == mothers or "三入禮盒" in entry.topic + entry.cta, entry
        assert boxes.deadline - dt.timedelta(days=28) <= entry.date <= boxes.deadline
    before = [entry for entry in entries if entry.key_date == mothers and entry.date <= boxes.deadline]
    assert {entry.goal for entry in before} == {boxes.id}


@pytest.mark.parametrize("name", BRIEFS)
def test_a_poll_has_something_to_vote_on(name: str) -> None:
    polls = [entry for entry in calendar(name).entries if entry.format == "poll"]
    for entry in polls:
        assert entry.kind != "buffer"
        options = r"[AＡ] .+[BＢ] |還是|还是|或者|哪个|哪個|對還是錯|对还是错|說得對嗎|说得对吗|信不信|對，或錯|[Vv]ote| or |[Tt]rue"
        assert re.search(options, entry.topic + entry.hook + entry.cta), entry
        if entry.key_date:
            assert re.search(r"A .+B ", entry.topic), entry


def test_a_launch_is_told_by_its_sort_and_its_name() -> None:
    posts = {
        name: [entry for entry in calendar(name).entries if entry.key_date == key.id]
        for name in ("shop-zh-tw.md", "tea-zh.yaml")
        for key in written(name).frame.key_dates
        if key.date in {embargo.until for embargo in written(name).brief.embargoes}
    }
    assert all("和某飯店的聯名禮盒" in entry.topic for entry in posts["shop-zh-tw.md"])
    assert all("桂花乌龙" in entry.topic for entry in posts["tea-zh.yaml"])
    for entries in posts.values():
        assert len(entries) > 2
        assert not any(re.search(r"老款|不必[换換]|[谁誰]不用[换換]", entry.topic + entry.hook) for entry in entries)


@pytest.mark.parametrize(
    ("words", "sort"),
    [("和某飯店的聯名禮盒", "collab"), ("二代升級版", "version"), ("保温杯第二代上市", "version"), ("冷泡桂花乌龙上市", "product"), ("南京新店开业", "opening"),
     ("a collaboration with a hotel", "collab"), ("P3 launch", "product"), ("app redesign launch", "version"), ("茶园一日游", "")],
)  # fmt: skip
def test_sorts_of_launch(words: str, sort: str) -> None:
    assert launch_of(words) == sort


@pytest.mark.parametrize("name", BRIEFS)
def test_festivals_and_seasons_are_told_in_their_time(name: str) -> None:
    windows = {
        "中秋": (dt.date(2027, 8, 20), dt.date(2027, 9, 20)), "梅雨": (dt.date(2027, 6, 1), dt.date(2027, 6, 30)),
        "端午前後": (dt.date(2027, 5, 10), dt.date(2027, 6, 14)), "愛文": (dt.date(2027, 6, 1), dt.date(2027, 8, 31)),
    }  # fmt: skip
    feasts = [key.date for key in written(name).frame.key_dates if re.search("母亲|母親|父親|端午|七夕|中秋", key.name)]
    for entry in calendar(name).entries:
        for word, (first, last) in windows.items():
            if word in entry.topic:
                assert first <= entry.date <= last, entry
        if re.search("过节|過節", entry.topic):
            assert any(0 <= (feast - entry.date).days <= 21 for feast in feasts), entry


@pytest.mark.parametrize(
    ("words", "months"),
    [("玉井愛文，只在六到八月煮", {6, 7, 8}), ("仅11月至2月发货", {11, 12, 1, 2}), ("only made from June to August", {6, 7, 8}), ("酸甜剛好", None), ("六到八月都好吃", None)],
)  # fmt: skip
def test_months_in_which_a_product_is_there(words: str, months: set[int] | None) -> None:
    assert only_months(words) == months


@pytest.mark.parametrize("name", BRIEFS)
def test_no_topic_is_nearly_another(name: str) -> None:
    names = [written(name).brief.brand, *(product.name for product in written(name).brief.products)]
    for field in ("title", "hook"):
        told = [getattr(topic, field) for pillar in themes(name).pillars for topic in pillar.topics]
        for first, second in itertools.combinations(told, 2):
            assert similarity(pairs(first, names), pairs(second, names)) < NEAR, (first, second)


def test_what_lasts_several_days_is_told_before_it_and_through_it() -> None:
    key = next(one for one in calendar("tea-zh.yaml").key_dates if "618" in one.name)
    assert key.end == dt.date(2027, 6, 18)
    mine = [entry for entry in calendar("tea-zh.yaml").entries if entry.key_date == key.id]
    assert sum(entry.date < key.date for entry in mine) >= 2
    assert sum(key.date <= entry.date <= key.end for entry in mine) >= 4
    for entry in mine:
        left = re.search(r"还有(\d+)天", entry.topic + entry.hook)
        assert left is None or int(left.group(1)) == (key.date - entry.date).days


@pytest.mark.parametrize("name", BRIEFS)
def test_the_rhythm_of_a_format_is_that_of_its_pieces(name: str) -> None:
    for row in themes(name).mix:
        assert not re.search(
            r"每周固定一次|每週固定一次|两周一次|兩週一次|每阶段|[Oo]nce a fortnight|Once or twice a phase", row.role
        )
        if row.format == "poll":
            assert re.search(r"\d+[周週]|全期|in \d+ weeks|in the period|\d+ times a week|每[周週]", row.role), row


def test_an_article_has_paragraphs_and_claims_no_reading_time() -> None:
    posts = [post for post in adaptations("tea-zh.yaml").posts if post.format == "article"]
    assert posts
    for post in posts:
        assert len(post.body) >= 280, post.body
        assert not re.search(r"[一二三四五]分钟读完", post.body)
        assert re.search(r"一、.+\n.+\n\n二、.+\n.+\n\n三、", post.body)


def test_the_posts_of_a_thread_are_numbered() -> None:
    posts = [post for post in adaptations("shop-zh-tw.md").posts if post.format == "thread"]
    assert posts
    for post in posts:
        parts = post.body.split("\n\n")
        assert [part.split(" ")[0] for part in parts] == [f"{n}/{len(parts)}" for n in range(1, len(parts) + 1)]


@pytest.mark.parametrize("name", BRIEFS)
def test_every_pillar_has_a_finished_post_on_every_platform_inside_the_limits(name: str) -> None:
    context, part = written(name), adaptations(name)
    wanted = {(pillar.id, one.id) for pillar in themes(name).pillars for one in context.frame.active}
    assert {(post.pillar, post.platform) for post in part.posts} == wanted
    for post in part.posts:
        assert all(row.count <= row.limit for row in post.limits), post.id
        assert len(post.title) <= (24 if context.zh else 72)
        assert len(post.body) <= (400 if context.zh else 1200)
        if post.platform not in ("x",):
            assert len(post.body) >= 140 if context.zh else len(post.body.split()) >= 40, post.body
        assert post.link_policy
        assert post.label
        assert not re.search(r"[{}\x02\x03\u2060]", post.body + post.title + post.first_frame)


@pytest.mark.parametrize("name", BRIEFS)
def test_remakes_of_a_core_are_no_copies(name: str) -> None:
    posts = sorted(adaptations(name).posts, key=lambda post: post.core)
    for _, group in itertools.groupby(posts, key=lambda post: post.core):
        for first, second in itertools.combinations(list(group), 2):
            assert alike(first.body, second.body) <= 0.5, (first.id, second.id)


def test_eight_platforms_get_eight_different_posts() -> None:
    text = (ROOT / "examples" / "briefs" / "tea-zh.yaml").read_text(encoding="utf-8")
    every = "小红书, 抖音, 视频号, 公众号, 微博, B站, 知乎, 快手"
    text = (
        text.replace("必做: [小红书, 抖音]", f"必做: [{every}]")
        .replace("不做: [快手]", "不做: []")
        .replace("每周 30 小时", "每周 200 小时")
    )
    context = context_of(read_brief(text.encode(), as_of=AS_OF))
    assert len(context.frame.active) == 8
    for post in context.parts["adaptations"].posts:
        assert all(row.count <= row.limit for row in post.limits), post.id
    posts = sorted(context.parts["adaptations"].posts, key=lambda post: post.core)
    for _, group in itertools.groupby(posts, key=lambda post: post.core):
        for first, second in itertools.combinations(list(group), 2):
            assert alike(first.body, second.body) <= 0.5, (first.id, second.id)


def alike(a: str, b: str) -> float:
    first, second = grams(a, 3), grams(b, 3)
    return len(first & second) / len(first | second)


def grams(text: str, size: int) -> set[str]:
    plain = re.sub(r"\W+", "", text.casefold())
    return {plain[i : i + size] for i in range(len(plain) - size + 1)}


def test_every_platform_has_a_form() -> None:
    assert set(FORMS) == set(load().platforms)


@pytest.mark.parametrize("name", BRIEFS)
def test_prose_keeps_to_the_length_of_its_field(name: str) -> None:
    context = written(name)
    for part in context.parts.values():
        assert list(too_long(part, context.language)) == []


def too_long(node: Part, language: str) -> Iterator[str]:
    for name, field in type(node).model_fields.items():
        found = re.search(r"Words\(limit=(\d+)\)", f"{field.metadata} {field.annotation}")
        value = getattr(node, name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Part):
                yield from too_long(one, language)
            elif isinstance(one, str) and found and len(one) > bound(int(found.group(1)), language):
                yield one


# What must not be said


@pytest.mark.parametrize("name", BRIEFS)
def test_nothing_forbidden_in_content(name: str) -> None:
    context = written(name)
    guard = guard_of(context)
    for pillar in themes(name).pillars:
        for topic in pillar.topics:
            assert guard.ok(topic.title, topic.hook, topic.cta), topic
    for post in adaptations(name).posts:
        assert guard.ok(post.title, post.body, *post.hashtags), post.id


def test_embargoed_name_appears_from_its_day_on_only() -> None:
    entries = calendar("tea-zh.yaml").entries
    told = [entry.date for entry in entries if "桂花乌龙" in entry.topic + entry.hook + entry.cta]
    assert told
    assert min(told) >= dt.date(2027, 4, 20)


def test_guard_sees_words_and_leaves_rules() -> None:
    guard = guard_of(written("tea-zh.yaml"))
    assert not guard.ok("全网第一的茶")
    assert not guard.ok("第四款快来了")
    assert guard.ok("头一瓶")
    assert "不点名比较其他品牌" not in guard.words


@pytest.mark.parametrize("name", ["tea-zh.yaml", "sentence-zh.txt"])
def test_no_diversion_on_closed_platforms(name: str) -> None:
    for entry in calendar(name).entries:
        if entry.platform in ("xiaohongshu", "douyin"):
            assert not re.search(r"微信|公众号|二维码|加V|链接", entry.cta + entry.hook), entry
    for post in adaptations(name).posts:
        if post.platform in ("xiaohongshu", "douyin"):
            assert not re.search(r"微信|公众号|二维码|加V|链接", post.body)


def test_polish_mends_quoted_sentences() -> None:
    assert polish("“怕麻烦。”这个顾虑", True) == "“怕麻烦”这个顾虑"
    assert polish("“It breaks.”.", False) == "“It breaks.”"
    assert polish("“No wiring” Three points.", False) == "“No wiring.” Three points."


# Size, refresh, difference


def test_a_calendar_holds_a_thousand_slots() -> None:
    taken = intake("tea-zh.yaml")
    context = written("tea-zh.yaml")
    slots = (context.frame.slots * 8)[:1000]
    large = make_context(taken, replace(context.frame, slots=slots), context.knowledge)
    large.parts["themes"] = write_themes(large)
    part = write_calendar(large)
    assert len(part.entries) == 1000


def test_rewritten_topics_reach_calendar_and_cores() -> None:
    context = context_of(intake("tea-zh.yaml"))
    before = [(entry.topic, entry.hook, entry.cta) for entry in context.parts["calendar"].entries]
    plan = SimpleNamespace(
        meta=SimpleNamespace(language="zh-CN", brand=context.brief.brand), themes=context.parts["themes"],
        calendar=context.parts["calendar"], adaptations=context.parts["adaptations"], community=SimpleNamespace(events=[]),
    )  # fmt: skip
    refresh_topics(plan, load())  # type: ignore[arg-type]
    assert [(entry.topic, entry.hook, entry.cta) for entry in plan.calendar.entries] == before
    topic = next(t for p in plan.themes.pillars for t in p.topics if t.id == plan.adaptations.cores[0].topic_id)
    topic.title, topic.hook, topic.cta = "新的题目", "新的开头", "新的请求。"
    refresh_topics(plan, load())  # type: ignore[arg-type]
    rows = [entry for entry in plan.calendar.entries if entry.topic_id == topic.id]
    assert rows
    assert all("新的题目" in entry.topic for entry in rows)
    assert "新的开头" in rows[0].hook
    assert plan.adaptations.cores[0].title == "新的题目"
    held = next(entry for entry in plan.calendar.entries if entry.kind == "event")
    about = next(t for p in plan.themes.pillars for t in p.topics if t.id == held.topic_id)
    event = SimpleNamespace(date=held.date, place="online", name=about.title, what=f"答疑“{about.title}”。")
    plan.community.events.append(event)
    about.title = "改过的题目"
    refresh_topics(plan, load())  # type: ignore[arg-type]
    assert (event.name, event.what) == ("改过的题目", "答疑“改过的题目”。")


def test_two_brands_of_a_category_do_not_read_alike() -> None:
    first = intake("tea-zh.yaml")
    text = (ROOT / "examples" / "briefs" / "tea-zh.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("岫里茶", "青砚水铺"), ("冷泡龙井", "气泡乌龙"), ("冷泡茉莉白茶", "柚子煎茶"), ("陈皮熟普", "桂圆红茶"),
        ("明前龙井原叶，低温冷泡八小时", "安溪铁观音，现萃三十分钟"), ("零糖零脂，喝完不涩", "微气，入口带一点甜香"), ("冷泡桂花乌龙", "海盐乌龙"),
        ("下午三点犯困想喝奶茶又怕胖", "晚饭后想喝点有味道的"), ("看配料表", "爱研究泡法"), ("不加糖，也不加香精", "一瓶一泡"),
    ):  # fmt: skip
        text = text.replace(old, new)
    second = read_brief(text.encode(), as_of=AS_OF)
    names = re.compile("|".join(["岫里茶", "青砚水铺", *(p.name for b in (first, second) for p in b.filled.products)]))
    texts = [names.sub("", prose(context_of(one))) for one in (first, second)]
    one, two = (grams(text, 8) for text in texts)
    assert len(one & two) / min(len(one), len(two)) < 0.42


def prose(context: Context) -> str:
    """The prose of the five parts, without sources and formulas."""
    out: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key not in (
                    "sources",
                    "formula",
                    "limits",
                    "basis",
                    "id",
                    "label",
                    "link_policy",
                    "scores",
                    "audience",
                    "ecology",
                    "spread",
                    "strength",
                    "format",
                ):
                    walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)
        elif isinstance(node, str):
            out.append(node)

    for name in ("strategy", "platforms", "themes", "calendar", "adaptations"):
        walk(context.parts[name].model_dump())
    return "\n".join(out)


def test_bank_of_one_pillar_reaches_its_size_from_packs_alone() -> None:
    context = context_of(intake("sentence-zh.txt"))
    slot = replace(context.frame.slots[0], pillar=0, key_date="", kind="post")
    for direction in ORDER["b2c"]:
        bank = Bank(context, ["P1", "P2"])
        topics = bank.fill("T1", direction, [slot] * 60, ["image_text", "short_video"])
        assert len(topics) == 48, direction
        assert len({topic.title for topic in topics}) == 48


def test_every_placeholder_of_the_posts_is_known() -> None:
    known = {
        "lead",
        "b1",
        "b2",
        "b3",
        "close",
        "line",
        "fact",
        "limit",
        "digest",
        "h1",
        "h2",
        "h3",
        "m1",
        "m2",
        "m3",
        "shot",
        "extra",
        "brand",
        "must",
        "said",
        "series",
    }
    for language in ("zh-CN", "en"):
        forms = read_yaml(ROOT / "prompts" / "playbook" / language / "adaptations.yaml")["post"]["form"]
        for name, form in forms.items():
            assert fields(form) <= known, name


def test_a_hashtag_never_changes_a_number() -> None:
    assert hashtags(["值得等的11.9元", "1,200 hours", "整豆磨 不滤渣", "No. 5"]) == ["整豆磨不滤渣", "No5"]


EVERY = (*(ROOT / "examples" / "briefs" / name for name in BRIEFS), *sorted((ROOT / "evals" / "briefs").glob("*.yaml")))


@pytest.mark.parametrize("source", EVERY, ids=lambda path: path.name)
def test_a_finished_post_has_a_format_that_the_calendar_runs(source: Path) -> None:
    """The one in which its topic is scheduled there, where that can be written out; else one that the platform has a row in."""
    context = written(source.name) if source.name in BRIEFS else context_of(read_brief(source, as_of=AS_OF))
    entries, part = context.parts["calendar"].entries, context.parts["adaptations"]
    topics = {core.id: core.topic_id for core in part.cores}
    assert part.posts
    for post in part.posts:
        rows = [e for e in entries if e.platform == post.platform and e.kind != "buffer"]
        formats = {e.format for e in rows if e.topic_id == topics[post.core]} & SET
        assert post.format in formats or not formats, (post.id, post.format, formats)
        assert post.format in {e.format for e in rows} or not {e.format for e in rows} & SET, post.id
        film = bool(re.match(r"\[0-3s\]|【0–3秒】|00:00 ", post.body))
        assert film == (post.format in FILMS), (post.id, post.format, post.body[:40])


@pytest.mark.parametrize("name", BRIEFS)
def test_a_pace_that_is_not_kept_every_week_is_told_as_the_most(name: str) -> None:
    """What free slots and holidays leave on average stands beside it."""
    frame = written(name).frame
    for one in written(name).parts["platforms"].choices:
        made = sum(slot.kind != "buffer" and slot.platform == one.platform for slot in frame.slots)
        if one.cadence < 1 or plain(made / frame.weeks_count, 1) == f"{one.cadence:g}":
            continue
        assert not re.search(
            rf"(?<!up to )(?<!about )\b{one.cadence:g} a week|每[周週]{one.cadence:g}[条條則]", one.why
        ), one.why
