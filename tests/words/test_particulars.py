"""What finished posts tell of the thing on offer: the brief's price, place and hours, questions with their answers, situations of the thing itself."""

from __future__ import annotations

import datetime as dt
import functools
import re
from pathlib import Path

import pytest

from agent.brief import read_brief
from agent.plan.content import Adaptation
from agent.resources import prompts_dir
from agent.words.playbook.adaptations import Core
from agent.words.playbook.context import Context
from agent.words.playbook.facts import NARROW, _about
from agent.words.playbook.match import kind_of_thing, occasions, says
from agent.words.playbook.particulars import (
    NAMES,
    also,
    answers,
    in_person,
    introduction,
    particulars,
    price,
    replies,
)
from agent.words.playbook.topics import seeds, without_noun
from agent.words.playbook.voice import category_pack, offer_pack
from tests.words.test_playbook_content import context_of as written

BRIEFS = Path(__file__).parents[2] / "examples" / "briefs"
AS_OF = dt.date(2026, 11, 23)
NAMED = ("solo-en.txt", "shop-zh-tw.md", "tea-zh.yaml", "b2b-en.md", "contradictory-en.yaml", "sentence-zh.txt")
KINDS = sorted({path.name.split(".")[0] for path in (prompts_dir() / "playbook" / "offers").glob("*.yaml")})


@functools.cache
def context_of(name: str) -> Context:
    source = BRIEFS / name if name in NAMED else name.encode()
    return written(read_brief(source, as_of=AS_OF))


def posts(name: str) -> list[Adaptation]:
    found: list[Adaptation] = context_of(name).parts["adaptations"].posts
    return found


# What the brief tells in passing


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("solo-en.txt", {"where": "a railway arch in Bristol", "often": "twice a month", "seats": "six people", "lasts": "one day"}),
        ("shop-zh-tw.md", {"where": "台南東區"}),
        ("sentence-zh.txt", {"where": "成都玉林"}),
        ("tea-zh.yaml", {"sold": "天猫和华东的精品超市"}),
        ("b2b-en.md", {}),
        ("contradictory-en.yaml", {}),
    ],
)  # fmt: skip
def test_particulars_stand_in_the_brief(name: str, told: dict[str, str]) -> None:
    """Nothing is made up: "cold for 24 hours" is no length of a class, and a maker of sensors has no opening hours."""
    assert particulars(context_of(name).brief) == dict.fromkeys(NAMES, "") | told


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("Kestrel sells steel bottles.", "We sell steel bottles."),
        ("Kestrel teaches pottery and runs a shop.", "We teach pottery and run a shop."),
        ("Kestrel is a bakery in Leeds.", "We are a bakery in Leeds."),
        ("Kestrel carries maps.", "We carry maps."),
        ("Kestrel makes sensors and their cables.", "Kestrel makes sensors and their cables."),
        ("A bakery in Leeds.", "A bakery in Leeds."),
    ],
)
def test_a_brand_speaks_of_itself_in_the_first_person(about: str, said: str) -> None:
    brief = context_of("contradictory-en.yaml").brief.model_copy(update={"brand": "Kestrel"})
    assert in_person(brief, about) == said


def test_a_brand_introduces_itself_and_keeps_its_wishes_at_home() -> None:
    cafe = introduction(context_of("sentence-zh.txt").brief)
    assert "可以带狗来的社区咖啡馆" in cafe
    assert "想从明年" not in cafe
    assert introduction(context_of("solo-en.txt").brief).endswith("a railway arch in Bristol")


def test_what_holds_for_all_goods_is_told_and_what_is_for_the_house_is_not() -> None:
    assert also(context_of("shop-zh-tw.md")).startswith("果醬都用台灣當季水果")
    assert also(context_of("solo-en.txt")) == "", "four years of word of mouth are for the planner"
    assert also(context_of("b2b-en.md")) == "", "so is the number of employees"


# Questions and their answers


def asked(name: str, product: str) -> dict[str, str]:
    return {one.ask: one.text for one in answers(context_of(name), product)}


def test_a_question_is_answered_by_the_words_of_the_brief() -> None:
    bottle = asked("contradictory-en.yaml", "Kestrel 750")
    assert bottle["How long does it stay cold?"] == "Kestrel 750: cold for 24 hours in a 2026 lab test."
    assert bottle["What does it cost?"] == "$34."
    assert asked("shop-zh-tw.md", "愛文芒果醬")["多少錢？"] == "NT$320／罐。"
    assert "可以带宠物进店吗？" in asked("sentence-zh.txt", "")


@pytest.mark.parametrize("name", NAMED)
def test_what_the_brief_does_not_answer_is_not_asked(name: str) -> None:
    context = context_of(name)
    for product in [one.name for one in context.intake.brief.products] or [""]:
        for one in (*answers(context, product), *replies(context, product)):
            assert not re.search(r"为什么|為什麼|\bwhy\b", one.ask, re.IGNORECASE), one
            assert len(one.text) > 2, one
    told = {one.ask for p in context.brief.products for one in answers(context, p.name)}
    told |= {one.ask for one in answers(context, "")}
    open_ones = [ask for ask in context.facts.pack["questions"] if ask not in told]
    for post in posts(name):
        assert not [ask for ask in open_ones if ask in post.body], (post.id, post.body)


def test_a_worry_about_one_product_is_not_met_with_a_point_of_another() -> None:
    for one in replies(context_of("shop-zh-tw.md"), "愛文芒果醬"):
        assert "鳳梨" not in one.text


# Posts that could be published


@pytest.mark.parametrize("core", ["K1", "K3"])
def test_a_post_on_a_workshop_says_what_it_costs_when_it_is_and_how_to_come(core: str) -> None:
    for post in (one for one in posts("solo-en.txt") if one.core == core):
        assert "£95 a head" in post.body, post.id
        assert "twice a month" in post.body.casefold(), post.id
        assert re.search(r"dates?\b.*message|message.*dates?\b", post.cta, re.I), post.cta


def test_the_place_is_told_once_a_post() -> None:
    for post in posts("solo-en.txt"):
        assert post.body.count("a railway arch in Bristol") <= 1, post.body


def test_a_post_about_another_product_speaks_of_it_alone() -> None:
    context = context_of("shop-zh-tw.md")
    pillar = next(one for one in context.parts["themes"].pillars if one.direction == "product")
    mango = [one for one in pillar.topics if "愛文芒果醬" in one.title and "三入" not in one.title]
    core = Core(context, 3, pillar.model_copy(update={"topics": mango[:1]}))
    for place, one in enumerate(context.frame.active):
        post = core.post(one, place)
        assert "鳳梨" not in post.body + post.first_frame, post.body
        assert re.search("玉井愛文|只在六到八月煮|NT\\$320", post.body), post.body


def test_people_choose_between_the_products_that_there_are() -> None:
    """Two jams with their own points, neither with a gift box nor two moments of anybody's day."""
    voted = [one for one in posts("shop-zh-tw.md") if one.core == "K4"]
    assert voted
    for post in voted:
        assert "鳳梨百香果醬" in post.body
        assert "愛文芒果醬" in post.body
        assert "三入禮盒" not in post.body
        assert "只在六到八月煮" in post.body


@pytest.mark.parametrize("name", ["contradictory-en.yaml", "tea-zh.yaml", "shop-zh-tw.md", "solo-en.txt"])
def test_the_posts_of_the_first_pillar_carry_the_idea(name: str) -> None:
    context = context_of(name)
    idea = context.voice.facts["idea"]
    carried = [one for one in posts(name) if one.core == "K1"]
    assert carried
    assert all(idea in one.body for one in carried), idea


# Situations follow the thing


@pytest.mark.parametrize(
    ("category", "text", "kind"),
    [
        ("general", "outdoor drinkware", "drinkware"), ("home", "Kestrel 750 bottle", "drinkware"), ("food", "果醬", "preserve"), ("food", "Seville marmalade", "preserve"),
        ("beverage", "bottles of cold tea", ""), ("home", "bottle shelf", "drinkware"), ("restaurant", "honey cake", ""), ("food", "豆浆", ""), ("pet", "宠物食品", "petfood"), ("pet", "dog coat", ""), ("beauty", "honey balm", ""),
    ],
)  # fmt: skip
def test_what_a_thing_is_is_told_by_its_name(category: str, text: str, kind: str) -> None:
    assert kind_of_thing(category, text) == kind


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_pack_of_a_thing_replaces_keys_of_the_categories(kind: str, language: str) -> None:
    known = category_pack("home", language)
    assert set(offer_pack(kind, language)) <= set(known)
    for key, entries in offer_pack(kind, language).items():
        assert len(entries) == len(set(entries)) >= 6, key


@pytest.mark.parametrize("name", ["shop-zh-tw.md", "contradictory-en.yaml", "solo-en.txt"])
def test_situations_are_those_of_the_thing(name: str) -> None:
    """No dormitory table for jam, no sample in a real room for a class, no instruction leaflet for a bottle."""
    context = context_of(name)
    said = " ".join(f"{t.title} {t.hook}" for p in context.parts["themes"].pillars for t in p.topics)
    said += " ".join(post.body for post in posts(name))
    assert not re.search(
        r"宿舍的小桌子|曬好的被子|停電那晚|first sample in a real room|cutting to size|five minutes before leaving the house",
        said,
    )


@pytest.mark.parametrize(
    ("trait", "said"),
    [
        ("討厭燙衣服的上班族女生", "討厭燙衣服"), ("比较三四家才下单的妈妈", "比较三四家才下单"), ("看配料表", "看配料表"), ("愿意为好茶多付两三块", "愿意为好茶多付两三块"),
    ],
)  # fmt: skip
def test_who_somebody_is_does_not_stand_where_what_he_does_is_told(trait: str, said: str) -> None:
    assert without_noun(trait) == said


def test_what_no_brief_speaks_of_comes_last() -> None:
    """A dormitory, a present, a dog: situations of some people stand behind those of anybody."""
    for name in NAMED:
        context = context_of(name)
        scenes = list(context.facts.pack["scenes"])
        about = occasions(_about(context.brief))
        narrow = [bool(occasions(one) & NARROW - about) for one in scenes]
        assert narrow == sorted(narrow), (name, scenes)


@pytest.mark.parametrize(
    ("point", "other"),
    [
        ("無領襯衫 NT$1,280", True),
        ("黑豆原浆 11.9 元/瓶", True),
        ("tube refills for $22", False),
        ("五個身高都有實穿照", False),
    ],
)
def test_a_name_with_a_price_among_the_points_is_another_product(point: str, other: bool) -> None:
    assert says("other_goods", point) is other


def test_the_terms_of_a_sale_are_not_made_by_anybody() -> None:
    made = [one.x for one in seeds(context_of("contradictory-en.yaml"), "made")]
    assert "dents are repaired free" not in made
    assert "lid opens with one hand" in made


@pytest.mark.parametrize("name", ["tea-zh.yaml", "shop-zh-tw.md", "b2b-en.md"])
def test_a_fact_about_the_brand_is_not_told_in_every_post(name: str) -> None:
    context, bodies = context_of(name), [post.body for post in posts(name)]
    about = introduction(context.brief)
    assert sum(about in body for body in bodies) <= max(4, len(bodies) // 3)


def test_a_wrapped_up_house_rule_is_not_printed() -> None:
    """What is for the house, a margin or who decides, is in no post; a bracket that was never closed is cut off."""
    for post in posts("tea-zh.yaml"):
        assert not re.search("蒲公英|毛利|以 2027 年新版为准", post.body), post.body
    context = context_of("shop-zh-tw.md")
    product = context.brief.products[0].model_copy(update={"price_note": "NT$1,480（五個身高"})
    assert price(context, product) == "NT$1,480"


@pytest.mark.parametrize(
    "brief",
    [
        "山嶼茶旅在南投帶茶園小旅行，一團最多十二人。2027年3月1日到8月31日做 Instagram、Facebook 和 Threads，預算 NT$5 萬，老闆每週 6 小時。",
        "Fell Walks runs walking holidays, eight at most. Instagram and Facebook from 1 March 2027 to 31 May 2027, £900, Iris, 5 hours a week.",
    ],
)
def test_a_brief_that_tells_little_has_finished_posts_all_the_same(brief: str) -> None:
    for post in posts(brief):
        assert len(post.body) >= (90 if re.search("[一-鿿]", post.body) else 200), post.body
        assert not re.search(r"(?m)^(?:第\d[页頁]：|Slide \d+:|\d/\d)\s*$", post.body), post.body


@pytest.mark.parametrize("name", ["shop-zh-tw.md", "tea-zh.yaml", "b2b-en.md"])
def test_a_request_gives_no_product_the_price_or_the_point_of_another(name: str) -> None:
    """A request names the product of its piece in place of the leading one; what belongs to the leading one would stand beside it."""
    context = context_of(name)
    owned = {
        word: product.name
        for product in context.brief.products
        for word in (product.price_note, *product.selling_points)
        if word and sum(word in (p.price_note, *p.selling_points) for p in context.brief.products) == 1
    }
    for entry in context.parts["calendar"].entries:
        for word, product in owned.items():
            others = [p.name for p in context.brief.products if p.name != product and p.name in entry.cta]
            assert not (word in entry.cta and others), entry.cta


def test_the_month_in_which_a_goal_ends_is_no_place() -> None:
    brief = context_of("b2b-en.md").brief
    goal = brief.objectives[0].model_copy(update={"text": "300 newsletter sign-ups by the end of June"})
    assert particulars(brief.model_copy(update={"objectives": [goal]}))["where"] == ""
    told = brief.model_copy(update={"about": "A workshop that closes in August.", "objectives": []})
    assert particulars(told)["where"] == ""
    told = brief.model_copy(update={"about": "A workshop in the old mill, from Hebden Bridge.", "objectives": []})
    assert particulars(told)["where"] == "Hebden Bridge"
