"""What a production manager would send back: copy that harms, words in the wrong slot, lines that nobody understands."""

from __future__ import annotations

import datetime as dt
import functools
import re
from pathlib import Path

import pytest

from agent.brief import read_brief
from agent.brief.model import BrandBrief, Product
from agent.checks.walk import published
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan
from agent.words.playbook.adaptations import SLIDES
from agent.words.playbook.calendar import Manner
from agent.words.playbook.facts import gather, with_article
from agent.words.playbook.voice import Voice, _phrases, category_pack, class_pack, stand_in, tidy, verb

ROOT = Path(__file__).resolve().parents[2]
AS_OF = dt.date(2026, 11, 23)
CAFE_EN = (
    "We run a dog-friendly neighbourhood café in Leeds called Half Beat. We want to grow our Instagram from March 2027 "
    "and get more customers on weekday afternoons."
)
SALON_ZH = "我们在厦门开了一家理发店，叫“剪影”，想从明年三月开始做小红书，多一些工作日上午的客人。"


@functools.cache
def plan(name: str) -> MarketingPlan:
    texts = {"cafe-en": CAFE_EN, "salon-zh": SALON_ZH}
    source = texts[name].encode() if name in texts else ROOT / "examples" / "briefs" / name
    taken = read_brief(source, as_of=AS_OF)
    knowledge = load()
    return build_plan(
        taken, knowledge, build_frame(taken.filled, as_of=AS_OF, knowledge=knowledge), model="playbook", checked=False
    )


def public(name: str) -> str:
    return "\n".join(one.text for one in published(plan(name)))


def everything(name: str) -> str:
    return plan(name).model_dump_json()


# Copy that harms


@pytest.mark.parametrize("name", ["sentence-zh.txt", "cafe-en", "salon-zh"])
def test_no_venue_tells_the_public_of_its_empty_seats(name: str) -> None:
    assert re.findall(r"空座|空位|empty (?:table|seat|chair)|free tables|slow afternoon", public(name)) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("kind", ["cafe", "restaurant"])
def test_moments_of_a_venue_are_its_guests(kind: str, language: str) -> None:
    told = " ".join(text for texts in category_pack(kind, language).values() for text in texts)
    assert re.findall(r"空座|空位|空着的桌|empty (?:table|seat)|free tables|slow (?:afternoon|day)", told) == []


@pytest.mark.parametrize("name", ["sentence-zh.txt", "cafe-en", "salon-zh", "solo-en.txt"])
def test_nobody_is_sent_away_from_a_place_or_a_class(name: str) -> None:
    posts = "\n".join(f"{post.title}\n{post.body}" for post in plan(name).adaptations.posts)
    assert (
        re.findall(r"不适合谁|不在意“|省这笔|不推荐|[Ww]ho should (?:skip|not)|save the money|not bother", posts) == []
    )


def test_a_class_is_judged_as_a_class() -> None:
    told = public("solo-en.txt")
    assert not [entry for entry in category_pack("home", "en")["criteria"] if entry in told]
    assert [entry for entry in class_pack("en")["criteria"] if entry in told]


@pytest.mark.parametrize(
    ("product", "taught"),
    [
        ('one-day "rescue a chair" workshop for six people', True), ("Pottery class", True), ("evening classes for beginners", True),
        ("first class carriage", False), ("world-class sensor kit", False), ("workshop apron", False), ("three-course dinner", False),
        ("银戒工作坊", True), ("陶艺体验课", True), ("烘焙课", True), ("课桌", False),
    ],
)  # fmt: skip
def test_what_is_taught_is_told_by_its_name(product: str, taught: bool) -> None:
    language = "en" if product.isascii() else "zh-CN"
    brief = BrandBrief(
        brand="B", language=language, category="home", business="local", products=[Product(name=product)]
    )
    knowledge = load()
    facts = gather(
        brief, build_frame(read_brief(CAFE_EN.encode(), as_of=AS_OF).filled, as_of=AS_OF, knowledge=knowledge)
    )
    assert (set(facts.pack["criteria"]) == set(class_pack(language)["criteria"])) is taught


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_the_pack_of_classes_replaces_keys_of_the_categories(language: str) -> None:
    known = category_pack("home", language)
    assert set(class_pack(language)) <= set(known)
    for key, entries in class_pack(language).items():
        assert len(entries) == len(set(entries)) >= 6, key


def test_a_quoted_product_keeps_its_name() -> None:
    assert with_article('one-day "rescue a chair" workshop for six people') == "the one-day ‘rescue a chair’ workshop"
    assert "rescue a chair" in public("solo-en.txt")


def test_every_product_is_named_in_public() -> None:
    assert "Tarnwell Watch" in public("b2b-en.md")


@pytest.mark.parametrize("name", ["sentence-zh.txt", "b2b-en.md"])
def test_no_scene_of_the_brand_that_the_brief_does_not_give(name: str) -> None:
    invented = r"packing against damp|防潮|选杯子的一个下午|争过一次|头一版草稿|We argued about it|first draft is still here|当时没答好|answered badly"
    assert re.findall(invented, everything(name)) == []


@pytest.mark.parametrize(
    "category", sorted({p.name.split(".")[0] for p in (ROOT / "prompts/playbook/categories").glob("*.yaml")})
)
def test_criteria_speak_of_no_first_person(category: str) -> None:
    """They are published from the seller's account: "a plant like ours" would be the seller's plant."""
    told = [
        c for c in category_pack(category, "en")["criteria"] if re.search(r"\b(?:I|me|my|mine|we|us|our|ours)\b", c)
    ]
    assert told == []


def test_a_trait_is_told_to_those_who_have_it() -> None:
    assert "a chair you can't bear to throw away" in public("solo-en.txt")
    assert "they can't bear" not in public("solo-en.txt")


# What stands for a product that the brief does not name


def test_the_brand_is_nothing_that_one_buys() -> None:
    assert (
        re.findall(
            r"(?:头一次)?(?:买|卖|只推|先存三条|送了)慢半拍|[^使]用慢半拍遇到|与慢半拍(?!相关|有关)",
            everything("sentence-zh.txt"),
        )
        == []
    )
    assert re.findall(r"(?:buy|sell|use|Users of|users of|buyers of) Half Beat\b", everything("cafe-en")) == []
    assert "工作日下午的位子" in everything("sentence-zh.txt")


def test_stand_ins() -> None:
    assert stand_in("cafe", "zh-TW") == "店裡的飲品"
    assert stand_in("cafe", "en") == "a visit"
    assert stand_in("beverage", "en") == ""
    assert stand_in("beverage", "en", shop=True) == "what the shop sells"
    assert (verb("cafe", "zh-CN"), verb("class", "zh-CN"), verb("beverage", "zh-CN")) == ("点", "上", "用")


# Goals told as wishes, broken sentences


def test_a_wish_is_no_metric() -> None:
    told = everything("sentence-zh.txt")
    assert re.findall(r"多一些工作日下午的客人(?:≥|未满|应到|到没到|少于|\d)", told) == []
    assert plan("sentence-zh.txt").positioning.goals[0].metric == "工作日下午到店人数（12周合计）"
    assert plan("cafe-en").positioning.goals[0].metric == "weekday-afternoon visits (total of 12 weeks)"


def test_no_broken_sentence() -> None:
    said = " ".join(text for texts in _phrases("zh-CN").values() for text in texts)
    assert "标题许多了" not in said
    assert "}一截" not in said
    assert not [t for p in plan("sentence-zh.txt").personas.personas for t in p.triggers if "315" in t]


# English that nobody understands


@pytest.mark.parametrize(
    ("language", "raw", "told"),
    [
        ("en", "Instagram 0.5 a week", "Instagram one every second week"), ("en", "now 0.3 a week.", "Now one every three weeks."), ("en", "1.5 a week", "1.5 a week"),
        ("zh-CN", "抖音每周 0.5 条", "抖音每两周 1 条"), ("zh-CN", "每周0.3条", "每三周 1 条"), ("zh-CN", "每周 1.5 条", "每周 1.5 条"),
    ],
)  # fmt: skip
def test_a_rhythm_below_one_a_week(language: str, raw: str, told: str) -> None:
    assert tidy(raw, language) == told


@pytest.mark.parametrize("name", ["cafe-en", "solo-en.txt", "b2b-en.md"])
def test_no_post_begins_in_the_middle_of_a_sentence(name: str) -> None:
    for post in plan(name).adaptations.posts:
        lines = [re.sub(r"^(?:Slide \d+: |\d\d:\d\d )", "", line) for line in post.body.split("\n")]
        assert not [line for line in lines if re.match(r"“?[a-z]+ ", line)], post.id


def test_a_place_is_visited_and_a_product_is_begun() -> None:
    """Where no product is named, a café's first post is on coming, not on buying or starting with it."""
    assert re.search(
        r"First time at Half Beat|Questions people ask before a visit|before you come to Half Beat", public("cafe-en")
    )
    assert not re.search(
        r"New to a visit|start with a visit|Users of a visit|real photograph of Half Beat", everything("cafe-en")
    )
    assert "第一次来慢半拍" in public("sentence-zh.txt")


def test_what_is_assumed_of_a_persona_stands_in_a_list() -> None:
    assert [one.gender for one in plan("cafe-en").personas.personas] == ["any gender (assumption)"] * 2
    assert "True is [" not in " ".join(text for texts in _phrases("en").values() for text in texts)


def test_a_quotation_that_opens_a_sentence_has_a_capital() -> None:
    assert tidy("One of the these customers asks.", "en") == "One of these customers asks."
    assert tidy("“they may say no” is a worry.", "en") == "“They may say no” is a worry."
    assert tidy("It says “they may say no”.", "en") == "It says “they may say no”."
    assert not [post.title for post in plan("b2b-en.md").adaptations.posts if re.match(r"“?[a-z]", post.title)]


# Scripts


@pytest.mark.parametrize("name", ["b2b-en.md", "tea-zh.yaml"])
def test_a_script_has_its_line_and_no_placeholder(name: str) -> None:
    for post in plan(name).adaptations.posts:
        assert not re.search(r"00:00 (?:One line to begin|开场一句)", post.body), post.id
        if post.platform == "youtube" and post.format == "long_video":
            stamps = re.findall(r"^(\d\d):(\d\d) ", post.body, re.M)
            assert stamps[0] == ("00", "00")
            assert int(stamps[-1][0]) >= 3, "a long video lasts longer than a clip"
            assert not re.search(r"\b[Cc]aption\b|[Cc]lose up|No talking", post.body), post.body
        if post.platform == "youtube" and post.format == "short_video":
            assert post.body.startswith("[0-3s]"), "a clip is told by its seconds"


def test_only_posts_of_several_pictures_have_slides() -> None:
    for name in ("solo-en.txt", "contradictory-en.yaml", "shop-zh-tw.md"):
        for post in plan(name).adaptations.posts:
            if re.search(r"^Slide \d|^第\d[页頁]：", post.body, re.M):
                assert post.format in SLIDES, (post.id, post.format)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_the_camera_does_is_nothing_that_is_said(language: str) -> None:
    manner = Manner(Voice(language, "seed", {}))
    hook = "镜头跟着一个问题走" if language == "zh-CN" else "The camera follows a question: how long?"
    for number in range(6):
        assert not re.search(
            r"开口头一句|First words spoken|字幕：|Caption on", manner.hook(hook, "short_video", "post", number)
        )
        assert not re.search(r"Slide one|头一页", manner.hook("Why?", "image_text", "post", number))


def test_evidence_is_not_pasted_whole_into_every_line() -> None:
    whole = "(n=17 plants, 2026 customer log)"
    topics = [
        text
        for pillar in plan("b2b-en.md").themes.pillars
        for topic in pillar.topics
        for text in (topic.title, topic.hook)
    ]
    assert not [text for text in topics if whole in text]
    assert not [
        core.title for core in plan("b2b-en.md").adaptations.cores if whole in core.title or whole in core.message
    ]
    for post in plan("b2b-en.md").adaptations.posts:
        assert post.body.count(whole) <= 1


def test_nothing_is_said_to_be_garbled() -> None:
    folder = ROOT / "knowledge" / "platforms"
    assert not [p.name for p in folder.glob("*.yaml") if re.search("garbled|表述不清", p.read_text(encoding="utf-8"))]


# One selling point, many places


def test_the_points_of_a_brief_take_turns() -> None:
    told = everything("tea-zh.yaml")
    first, second = "明前龙井原叶，低温冷泡八小时", "零糖零脂，喝完不涩"
    assert told.count(first) < 50
    assert told.count(second) > 10
    assert all(
        told.count(point) > 1
        for point in ("福鼎白茶与横县茉莉三窨一提", "花香自然，不加香精", "五年新会陈皮，饭后解腻")
    )
    positioning = plan("tea-zh.yaml").positioning
    assert first in f"{positioning.statement}{positioning.memory_point}", "where the point is stated it stays"


def test_no_two_finished_cores_are_about_one_point() -> None:
    for name in ("tea-zh.yaml", "contradictory-en.yaml", "shop-zh-tw.md"):
        points = [
            point
            for product in read_brief(ROOT / "examples" / "briefs" / name, as_of=AS_OF).brief.products
            for point in product.selling_points
        ]
        made = plan(name).adaptations.cores
        quoted = [next((point for point in points if point in f"{core.title}{core.message}"), "") for core in made]
        found = [point for point in quoted if point]
        assert len(found) == len(set(found)), (name, found)


def test_beside_the_leading_product_stand_its_own_points() -> None:
    voice = Voice(
        "zh-CN", "seed", {"brand": "甲", "hero": "龙井", "point1": "一", "audience1": "人", "platform1": "微博"}
    )
    voice.turns = {"point1": (("一", "二"), ("一", "二", "三"))}

    def said(*parts: str) -> list[str]:
        return [text for part in parts for key in voice.keys(part) for text in voice.variants(key)]

    told = said("team", "production", "budget", "market", "engagement")
    assert any("“三”" in text for text in told)
    assert any("“二”" in text for text in told)
    assert not [text for text in told if "龙井" in text and "“三”" in text]
    assert not [text for text in said("positioning", "strategy", "summary") if "“二”" in text or "“三”" in text]
    assert "“二”" not in voice.say("engagement.reply.point.answer", point1="一"), "what is given stays"


@pytest.mark.parametrize("name", ["shop-zh-tw.md", "tea-zh.yaml", "cafe-en"])
def test_posts_that_guests_tell_or_vote_on_end_on_no_price_and_no_proof(name: str) -> None:
    made = plan(name)
    open_ones = {one.id for one in made.themes.pillars if one.direction in ("stories", "interactive")}
    cores = {one.id for one in made.adaptations.cores if one.pillar in open_ones}
    posts = [one for one in made.adaptations.posts if one.id.split("-")[0] in cores]
    assert posts
    assert not [one.id for one in posts if re.search(r"(?:NT\$|¥|US\$|\$)\s?\d|凭据|憑據|What we can show", one.body)]


def test_a_post_of_several_pictures_has_its_slides() -> None:
    posts = [post for post in plan("b2b-en.md").adaptations.posts if post.format in SLIDES]
    assert posts
    assert all(re.search(r"^Slide \d", post.body, re.M) for post in posts)


def test_evidence_is_quoted_once_in_a_post() -> None:
    for post in plan("b2b-en.md").adaptations.posts:
        assert post.body.casefold().count("pilot plants cut unplanned pump stops") <= 1, post.id


def test_a_text_asks_once_to_be_corrected() -> None:
    for post in plan("b2b-en.md").adaptations.posts:
        assert len(re.findall(r"\bmistake\b|\bis wrong\b", post.body)) <= 1, post.id
