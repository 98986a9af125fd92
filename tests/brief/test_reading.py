"""Whole briefs in every form: what was said is found, with the span it came from, and nothing is invented."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from makers import docx, handbook_page, pdf, xlsx

from agent.brief import Intake, names, read_brief
from agent.brief.gaps import category_name
from agent.locale import has

AS_OF = dt.date(2026, 11, 23)
EXAMPLES = Path(__file__).parents[2] / "examples" / "briefs"

ENGLISH = """# Marketing brief: Pellucid Labs

**Company**: Pellucid Labs, inventory software for independent opticians (UK, 26 employees). Contract value about £4,800 a year.
**Ask**: a half-year social plan, 1 Feb 2027 to 31 Jul 2027. LinkedIn first. We are open to YouTube. No TikTok, the founder says no.
**Audience**: owners of optician practices with 1-6 shops; secondary: practice managers who count frames by hand.
**Goals**: 70 demo requests attributable to social in the period (last half: 22). LinkedIn followers 1,300 -> 3,500.
**Budget**: £38,000 for everything outside salaries. At most 55% on ads. No influencer fees over £1,500 per creator.
**Team**: one content writer, half a designer, the founder will give 2 hours a week on camera.
**Proof**: practices cut stock-taking from 9 to 3 hours (n=31, 2026 survey). ISO 27001. Works with Optix and Acuitas.
**Competitors**: Framewise (posts 3x/week on LinkedIn, 8k followers), Lensbook (trade fairs, 2,100 followers).
**Never say**: "never miss a frame". Do not name practices without written consent.
"""

CHINESE = """品牌：小满家猫粮
我们做国产主食猫粮，2023年成立。
预算：36万，其中投放不超过50%，KOL不超过10万，不含工资
周期：2027年3月1日至5月31日
平台：必须做小红书，抖音可以试试，不做快手
目标：
1. 天猫月销从900单增长到3000单
2. 小红书粉丝从2,300涨到9,000
受众：25-35岁一线城市养猫的年轻人
竞品：毛毛星球（小红书8万粉丝，每周5篇）、爪爪厨房（直播为主）
团队：运营1人每周30小时，设计师每周10小时，老板每周2小时审核
禁用语：最好、治疗、包治
保密：2027年4月1日前不得公布新口味“三文鱼冻干”
重要日期：2027年3月8日 会员日；2027年4月1日 新品上市
"""


def test_an_english_brief_is_read_whole() -> None:
    brief = read_brief(ENGLISH, as_of=AS_OF).brief
    assert (brief.brand, brief.language, brief.business, brief.category) == ("Pellucid Labs", "en", "b2b", "software")
    assert (brief.budget.total, brief.budget.currency, brief.budget.excludes) == (38_000, "GBP", ["salaries"])
    assert [(x.kind, x.scope, x.of, x.share, x.amount) for x in brief.budget.limits] == [
        ("cap", "category", "ads", 0.55, None),
        ("cap", "creator", "", None, 1500),
    ]
    assert (brief.period.start, brief.period.end) == (dt.date(2027, 2, 1), dt.date(2027, 7, 31))
    assert brief.platforms.model_dump() == {"must": ["linkedin"], "may": ["youtube"], "avoid": ["tiktok"]}
    assert [(o.kind, o.baseline, o.target, o.per, o.platform) for o in brief.objectives] == [
        ("conversion", 22, 70, "period", ""),
        ("followers", 1300, 3500, "level", "linkedin"),
    ]
    assert [(m.title, m.hours) for m in brief.team] == [
        ("content writer", None),
        ("half a designer", 20),
        ("founder", 2),
    ]
    assert [(c.name, c.followers) for c in brief.competitors] == [("Framewise", 8000), ("Lensbook", 2100)]
    assert brief.competitors[0].facts == ["posts 3x/week on LinkedIn", "8k followers"]
    assert brief.never_say == ["never miss a frame", "Do not name practices without written consent"]
    assert [a.primary for a in brief.audience] == [True, False]
    assert brief.markets == ["GB"]
    assert len(brief.proof) == 3


def test_a_chinese_brief_is_read_whole() -> None:
    brief = read_brief(CHINESE, as_of=AS_OF).brief
    assert (brief.brand, brief.language, brief.category) == ("小满家猫粮", "zh-CN", "pet")
    assert (brief.budget.total, [(x.of, x.share, x.amount) for x in brief.budget.limits], brief.budget.excludes) == (
        360_000,
        [("ads", 0.5, None), ("creators", None, 100_000)],
        ["工资"],
    )
    assert (brief.period.start, brief.period.end) == (dt.date(2027, 3, 1), dt.date(2027, 5, 31))
    assert brief.platforms.model_dump() == {"must": ["xiaohongshu"], "may": ["douyin"], "avoid": ["kuaishou"]}
    assert [(o.kind, o.baseline, o.target, o.per) for o in brief.objectives] == [
        ("conversion", 900, 3000, "month"),
        ("followers", 2300, 9000, "level"),
    ]
    assert [(c.name, c.followers) for c in brief.competitors] == [("毛毛星球", 80_000), ("爪爪厨房", None)]
    assert [m.hours for m in brief.team] == [30, 10, 2]
    assert brief.never_say == ["最好", "治疗", "包治"]
    assert [(e.until, e.keywords) for e in brief.embargoes] == [(dt.date(2027, 4, 1), ["三文鱼冻干"])]
    assert [k.date for k in brief.key_dates] == [dt.date(2027, 3, 8), dt.date(2027, 4, 1)]


@pytest.mark.parametrize(
    ("more", "named"), [("", []), ("The seed swap is on 14 February 2027. ", [(dt.date(2027, 2, 14), "The seed swap")])]
)
def test_when_the_plan_runs_is_no_day_of_its_own(more: str, named: list[tuple[dt.date, str]]) -> None:
    said = f"Hollin posts vegetable seeds. £11,000, 4 January to 30 April 2027, Instagram. {more}Goal: 3,400 orders."
    brief = read_brief(said, as_of=AS_OF).brief
    assert (brief.period.start, brief.period.end) == (dt.date(2027, 1, 4), dt.date(2027, 4, 30))
    assert [(k.date, k.name) for k in brief.key_dates] == named


MAIL = """Hi team,

We're Foldwell, a small maker of folding bikes in Portland, Oregon. We'd like to run a spring campaign from March to May 2027 with about $25k. Our customers are commuters aged 28-45 who live in flats. We want to grow Instagram followers from 4,200 to 9,000 and sell 150 bikes online. We don't want to be on TikTok or Facebook. Our main competitors are Ganner (British, 300k followers) and Vesk. The new F2 model is under embargo until 15 April 2027. At most $3,000 on influencers. The team is one marketing manager (20 hours a week) and a part-time videographer for 6 hours a week. Please never say "cheap".

Thanks,
Anna Field"""

LETTER = """我们是一家做宠物冻干零食的小公司，品牌叫“毛球日记”，在上海。明年3月到5月想在小红书和抖音推新品鸡胸肉冻干（59元/袋），预算大概15万，其中达人不超过6万。希望小红书粉丝从1200涨到8000，天猫月销从300单做到1000单。目标人群是25到35岁养猫的女生。竞品有疯狗零食和高家。团队有一个运营（每周25小时）和一个兼职设计（每周10小时）。不要说“最好吃”。4月10日前不能公布联名款。"""


def test_an_email_without_labels_is_read() -> None:
    brief = read_brief(MAIL, as_of=AS_OF).brief
    assert (brief.brand, brief.budget.total, brief.budget.currency, brief.markets) == (
        "Foldwell",
        25_000,
        "USD",
        ["US"],
    )
    assert (brief.period.start, brief.period.end) == (dt.date(2027, 3, 1), dt.date(2027, 5, 31))
    assert [(o.kind, o.baseline, o.target) for o in brief.objectives] == [
        ("followers", 4200, 9000),
        ("conversion", None, 150),
    ]
    assert brief.platforms.avoid == ["tiktok", "facebook"]
    assert [(c.name, c.followers) for c in brief.competitors] == [("Ganner", 300_000), ("Vesk", None)]
    assert [(e.until, e.keywords) for e in brief.embargoes] == [(dt.date(2027, 4, 15), ["F2"])]
    assert [(m.title, m.hours) for m in brief.team] == [("marketing manager", 20), ("part-time videographer", 6)]
    assert [(x.of, x.amount) for x in brief.budget.limits] == [("creators", 3000)]
    assert brief.never_say == ["cheap"]


def test_a_chinese_letter_without_labels_is_read() -> None:
    brief = read_brief(LETTER, as_of=AS_OF).brief
    assert (brief.brand, brief.category, brief.budget.total) == ("毛球日记", "pet", 150_000)
    assert [(p.name, p.price_note) for p in brief.products] == [("鸡胸肉冻干", "59元/袋")]
    assert (brief.period.start, brief.period.end) == (dt.date(2027, 3, 1), dt.date(2027, 5, 31))
    assert [(o.baseline, o.target, o.per) for o in brief.objectives] == [(1200, 8000, "level"), (300, 1000, "month")]
    assert brief.platforms.must == ["xiaohongshu", "douyin"]
    assert [c.name for c in brief.competitors] == ["疯狗零食", "高家"]
    assert [m.hours for m in brief.team] == [25, 10]
    assert [(x.of, x.amount) for x in brief.budget.limits] == [("creators", 60_000)]
    assert [(e.fact, e.until) for e in brief.embargoes] == [("联名款", dt.date(2027, 4, 10))]


def test_a_markdown_table_is_read() -> None:
    brief = read_brief(
        "| Field | Value |\n|---|---|\n| Brand | Osk |\n| Budget | £4,000 |\n| Platforms | Instagram, no Facebook |\n",
        as_of=AS_OF,
    ).brief
    assert (brief.brand, brief.budget.total, brief.platforms.must, brief.platforms.avoid) == (
        "Osk",
        4000,
        ["instagram"],
        ["facebook"],
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Products: Long Row Dry (5.2%, £3.20 a bottle), single-orchard cider",
            ("Long Row Dry", "3.20", ["5.2%", "single-orchard cider"]),
        ),
        ("产品：黑豆原浆（200ml，11.9 元/瓶）", ("黑豆原浆", "11.9", ["200ml"])),
    ],
)
def test_a_bracket_that_closes_behind_the_price_is_no_part_of_the_name(
    text: str, found: tuple[str, str, list[str]]
) -> None:
    (product,) = read_brief(f"Brand: Osk\n{text}\n", as_of=AS_OF).brief.products
    assert (product.name, str(product.price), product.selling_points) == found


def test_what_a_contract_is_worth_makes_a_product() -> None:
    product = read_brief(ENGLISH, as_of=AS_OF).brief.products[0]
    assert (product.name, product.price, product.price_note) == (
        "inventory software",
        4800,
        "Contract value about £4,800",
    )


def test_every_span_quotes_the_source() -> None:
    for text in (ENGLISH, CHINESE):
        brief = read_brief(text, as_of=AS_OF).brief
        flat = "".join(text.replace("**", "").split())
        for path, span in brief.spans.items():
            if path.startswith(("competitors", "team", "objectives", "key_dates", "accounts")) or not span.place:
                continue
            assert span.place.startswith("line "), path
            assert "".join(span.text.replace("**", "").split())[:30] in flat, path
        assert {"budget.total", "period.start", "platforms.must[0]"} <= set(brief.spans)


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("喜禾", "喜禾"), ("Osk Mill", "Osk Mill"), ("我们在成都开了一家茶馆，叫“半山”，想做小红书", "半山"), ("我们是青石书店，想多一些周末客人。", "青石书店"), ("I run Bluebell Yoga Studio in Leeds and want more bookings.", "Bluebell Yoga Studio"),
        ("Help me promote Harrow Candles on Instagram.", "Harrow Candles"), ("# 社媒简报：云上面包", "云上面包"), ("Company: Osk Ltd, a mill in Wales", "Osk Ltd"),
    ],
)  # fmt: skip
def test_the_brand_is_found(text: str, brand: str) -> None:
    assert read_brief(text, as_of=AS_OF).brief.brand == brand


@pytest.mark.parametrize("text", ["喜禾", "Osk Mill", "We sell candles.", "想卖更多的果酱"])
def test_a_name_or_a_sentence_is_a_brief_and_the_gravest_question_comes_first(text: str) -> None:
    intake = read_brief(text, as_of=AS_OF)
    weights = [gap.weight for gap in intake.gaps]
    assert weights == sorted(weights, reverse=True)
    assert [gap.id for gap in intake.gaps] == [f"A{i}" for i in range(1, len(weights) + 1)]
    assert intake.gaps[0].field == "budget.total"
    assert intake.brief.budget.total is None
    filled = intake.filled
    assert (filled.period.start, filled.period.end) == (dt.date(2026, 12, 7), dt.date(2027, 2, 28))
    assert all(
        [
            filled.budget.total,
            filled.budget.currency,
            filled.markets,
            filled.timezone,
            filled.audience,
            filled.objectives,
            filled.products,
            filled.team,
        ]
    )
    assert [o.target for o in filled.objectives if o.baseline is None] == [None] * len(filled.objectives)


def test_a_file_name_is_the_last_resort(tmp_path: Path) -> None:
    path = tmp_path / "osk-mill-brief.md"
    path.write_text("预算：5万\n周期：三个月\n", encoding="utf-8")
    assert read_brief(path, as_of=AS_OF).brief.brand == "osk mill"


ON_TASK = [
    "Company: Osk Mill",
    "Budget: £12,000",
    "Period: 1 March 2027 to 31 May 2027",
    "Platforms: Instagram, Pinterest",
    "Goals: Instagram followers 900 -> 2,500",
    "Audience: home bakers in Wales",
    "Never say: cheap",
]


def _on_task_only(intake: Intake) -> None:
    brief = intake.brief
    assert (brief.brand, brief.budget.total, brief.budget.currency) == ("Osk Mill", 12_000, "GBP")
    assert brief.platforms.must == ["instagram", "pinterest"]
    assert [o.target for o in brief.objectives] == [2500]
    assert (brief.key_dates, brief.products, brief.constraints, brief.team) == ([], [], [], [])
    assert any("contributed nothing" in note for note in intake.notes)


def test_one_relevant_page_among_thirty_in_a_pdf() -> None:
    pages = [handbook_page(i) for i in range(1, 31)]
    pages[18] = ON_TASK
    intake = read_brief(pdf(pages), as_of=AS_OF)
    _on_task_only(intake)
    assert intake.brief.spans["budget.total"].place == "page 19"


def test_one_relevant_page_among_thirty_in_word() -> None:
    paragraphs: list[str] = []
    for number in range(1, 31):
        paragraphs += (
            ["# Social media brief", *ON_TASK] if number == 12 else [f"# Section {number}", *handbook_page(number)[2:]]
        )
    _on_task_only(read_brief(docx(paragraphs), as_of=AS_OF))


def test_a_word_table_is_read() -> None:
    intake = read_brief(
        docx(
            ["Marketing brief: Osk Mill"],
            [["Budget", "£12,000"], ["Platforms", "Instagram, Pinterest"], ["Competitors", "Wye Flour (4k followers)"]],
        ),
        as_of=AS_OF,
    )
    assert (intake.brief.budget.total, intake.brief.platforms.must, intake.brief.competitors[0].followers) == (
        12_000,
        ["instagram", "pinterest"],
        4000,
    )


def test_a_workbook_of_labels_and_tables_is_read() -> None:
    sheets: dict[str, list[list[object]]] = {
        "简报": [
            ["品牌", "小满家"],
            ["预算", "36万"],
            ["开始日期", dt.date(2027, 3, 1)],
            ["结束日期", dt.date(2027, 5, 31)],
            ["平台", "小红书、抖音"],
        ],
        "产品": [["名称", "价格", "卖点"], ["冻干猫粮", 129, "鲜肉含量高"], ["猫条", "9.9元/支", "补水"]],
        "团队": [["角色", "每周工时"], ["运营", 30], ["设计", 10]],
    }
    brief = read_brief(xlsx(sheets), as_of=AS_OF).brief
    assert (brief.brand, brief.budget.total, brief.period.start, brief.period.end) == (
        "小满家",
        360_000,
        dt.date(2027, 3, 1),
        dt.date(2027, 5, 31),
    )
    assert [(p.name, float(p.price or 0)) for p in brief.products] == [("冻干猫粮", 129.0), ("猫条", 9.9)]
    assert [(m.title, m.hours) for m in brief.team] == [("运营", 30), ("设计", 10)]
    assert brief.spans["budget.total"].place == "简报!B2"


@pytest.mark.parametrize(
    "data",
    [
        {
            "品牌": "小满家",
            "预算": {"总额": "36万", "ads_max": "60%"},
            "目标": ["小红书粉丝 900 -> 3,000"],
            "平台": {"必做": ["小红书"], "不做": ["抖音"]},
        },
        {
            "brand": "小满家",
            "budget": {
                "total": 360000,
                "currency": "CNY",
                "limits": [{"kind": "cap", "scope": "category", "of": "ads", "share": 0.6}],
            },
            "goals": {"小红书粉丝": {"baseline": 900, "target": 3000}},
            "platforms": {"must": "xhs", "avoid": "Douyin"},
        },
        {
            "brief": {
                "品牌名称": "小满家",
                "总预算": "三十六万元",
                "上限": ["投放不超过六成"],
                "目标": "小红书粉丝从900涨到3000",
                "平台": "必须做小红书，不做抖音",
            }
        },
    ],
)
def test_shapes_that_say_the_same_read_the_same(data: dict[str, Any]) -> None:
    brief = read_brief(data, as_of=AS_OF).brief
    assert (brief.brand, brief.budget.total) == ("小满家", 360_000)
    assert [(x.kind, x.of, x.share) for x in brief.budget.limits] == [("cap", "ads", 0.6)]
    assert [(o.baseline, o.target, o.kind) for o in brief.objectives] == [(900, 3000, "followers")]
    assert brief.platforms.model_dump() == {"must": ["xiaohongshu"], "may": [], "avoid": ["douyin"]}


def test_traditional_chinese_is_detected_and_its_words_stay() -> None:
    intake = read_brief("品牌：禾日子\n產品：鳳梨果醬 280元\n預算：18萬元\n平台：IG、FB", as_of=AS_OF)
    assert (intake.brief.language, intake.brief.budget.currency, intake.filled.markets, intake.filled.timezone) == (
        "zh-TW",
        "TWD",
        ["TW"],
        "Asia/Taipei",
    )
    assert intake.brief.products[0].name == "鳳梨果醬"
    assert any("預算" in gap.question or "目標" in gap.assumption or "簡報" in gap.assumption for gap in intake.gaps)


def test_an_argument_sets_the_language() -> None:
    intake = read_brief("品牌：小满家", as_of=AS_OF, language="en")
    assert intake.filled.language == "en"
    assert intake.gaps[0].assumption.startswith("The brief gives no budget")


@pytest.mark.parametrize(
    ("name", "brand", "language", "total", "currency", "must", "avoid"),
    [
        ("tea-zh.yaml", "岫里茶", "zh-CN", 360_000, "CNY", ["xiaohongshu", "douyin"], ["kuaishou"]),
        ("b2b-en.md", "Tarnwell Instruments", "en", 54_000, "USD", ["linkedin", "youtube"], ["facebook", "tiktok"]),
        (
            "shop-zh-tw.md",
            "禾日子手作果醬",
            "zh-TW",
            180_000,
            "TWD",
            ["instagram", "facebook"],
            ["douyin", "xiaohongshu"],
        ),
        ("solo-en.txt", "Ashdown Upholstery", "en", 450, "GBP", ["instagram"], ["tiktok"]),
        ("sentence-zh.txt", "慢半拍", "zh-CN", None, "", ["xiaohongshu"], []),
        (
            "contradictory-en.yaml",
            "Kestrel Bottles",
            "en",
            6_000,
            "USD",
            ["instagram", "tiktok"],
            ["tiktok", "linkedin"],
        ),
    ],
)
def test_the_examples_are_read(
    name: str, brand: str, language: str, total: int | None, currency: str, must: list[str], avoid: list[str]
) -> None:
    intake = read_brief(EXAMPLES / name, as_of=AS_OF)
    brief = intake.brief
    assert (brief.brand, brief.language, brief.budget.total, brief.budget.currency) == (
        brand,
        language,
        total,
        currency,
    )
    assert (brief.platforms.must, brief.platforms.avoid) == (must, avoid)
    assert (brief.category == "general") == (name == "contradictory-en.yaml")
    assert len(brief.embargoes) == (0 if name == "sentence-zh.txt" else 1)
    assert bool(intake.conflicts) == (name == "contradictory-en.yaml")


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("outdoor drinkware", "general"),
        ("保温杯", "general"),
        ("folding bikes", "general"),
        ("a climbing gym", "fitness"),
        ("瑜伽馆", "fitness"),
        ("kitchenware", "home"),
    ],
)
def test_a_thing_used_outdoors_is_not_a_gym(category: str, expected: str) -> None:
    assert read_brief({"brand": "Osk", "category": category}, as_of=AS_OF).brief.category == expected


def test_a_monthly_budget_is_summed_over_the_period() -> None:
    intake = read_brief("品牌：小满家\n预算：每月5000元\n周期：2027年3月1日至8月31日", as_of=AS_OF)
    assert intake.brief.budget.total == 30_000
    assert any("6" in note and "30,000" in note for note in intake.notes)


def test_a_range_is_planned_at_its_lower_end_and_says_so() -> None:
    intake = read_brief("品牌：小满家\n预算：20-30万", as_of=AS_OF)
    assert intake.brief.budget.total == 200_000
    assert any("300,000" in note for note in intake.notes)


def test_a_length_alone_keeps_its_length() -> None:
    intake = read_brief("品牌：小满家\n周期：6个月", as_of=AS_OF)
    assert (intake.brief.period.start, intake.brief.period.days) == (None, 182)
    assert (intake.filled.period.start, intake.filled.period.end) == (dt.date(2026, 12, 7), dt.date(2027, 6, 6))


def test_someone_alone_is_called_by_the_name_they_give() -> None:
    brief = read_brief(EXAMPLES / "solo-en.txt", as_of=AS_OF).brief
    assert [member.title for member in brief.team] == ["Nell", "partner"]


def test_x_is_refused_as_other_platforms_are() -> None:
    read = read_brief("Brand: Osk\nPlatforms: Instagram and TikTok; no X\nBudget: £600", as_of=AS_OF).brief
    assert (read.platforms.must, read.platforms.avoid) == (["instagram", "tiktok"], ["x"])
    told = read_brief("Brand: Osk\nBudget: £600\nIt has no X factor and no X-ray.", as_of=AS_OF).brief
    assert told.platforms.avoid == []


def test_people_at_the_till_are_not_what_a_shop_sells() -> None:
    brief = read_brief(
        "Larch Cycles is a repair shop in Hull, two mechanics and me on the till. A full service is £45.", as_of=AS_OF
    ).filled
    assert not [product.name for product in brief.products if "me on the till" in product.name]
    assert "till" not in brief.category_text


def test_whom_a_thing_is_for_stands_in_brackets_and_is_not_its_category() -> None:
    brief = read_brief(
        "Company: Quill Ledger, bookkeeping software for trades with vans (electricians, roofers, landscapers).",
        as_of=AS_OF,
    ).filled
    assert brief.category == "software"


def test_people_who_register_are_a_result_and_no_reach() -> None:
    brief = read_brief("Northlight Hospice (non-profit). Goal: 640 walkers registered (2026: 410).", as_of=AS_OF).filled
    assert [goal.kind for goal in brief.objectives][:1] == ["conversion"]


@pytest.mark.parametrize(("language", "told"), [("zh-CN", "餐饮"), ("zh-TW", "餐飲"), ("en", "restaurant")])
def test_the_id_of_a_category_is_no_word_of_a_chinese_plan(language: str, told: str) -> None:
    found = read_brief(
        {"brand": "辣小馆", "language": language, "category": "restaurant"}, as_of=dt.date(2026, 11, 23)
    ).filled
    assert found.category == "restaurant"
    assert category_name(found) == told
    assert found.language == "en" or "restaurant" not in found.audience[0].name


@pytest.mark.parametrize("key", ["特点", "特點", "特徵", "习惯"])
def test_what_people_are_like_is_a_list_of_traits_under_any_of_its_names(key: str) -> None:
    """In an audience "特点" names traits; in a product the same word names selling points."""
    text = f"品牌: 毛球星球\n产品:\n  - {{名称: 冻干鸡胸, 特点: [只有鸡胸一种原料]}}\n受众: [{{名称: 养猫的年轻人, {key}: [看配料表, 猫挑食]}}]\n"
    found = read_brief(text.encode(), as_of=AS_OF).brief
    assert found.audience[0].traits == ["看配料表", "猫挑食"]
    assert found.products[0].selling_points == ["只有鸡胸一种原料"]


def test_what_is_aimed_at_under_a_products_label_is_a_goal_and_nothing_to_sell() -> None:
    text = (
        "北麦健身，通州的小健身房。\n主推 199 元十次的私教体验卡，现在一个月卖 14 张，想卖到 25 张。\n"
        "抖音号 312 个粉丝，想到哪发到哪。\n"
    )
    brief = read_brief(text.encode(), as_of=dt.date(2026, 11, 23)).brief
    assert [one.name for one in brief.products] == ["199 元十次的私教体验卡"]
    assert [(one.metric, one.baseline, one.target, one.per) for one in brief.objectives] == [
        ("月销量（张）", 14, 25, "month")
    ]
    assert [(one.platform, one.followers) for one in brief.accounts] == [("douyin", 312)]


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_every_market_that_a_brief_can_name_has_a_name_in_the_plan(language: str) -> None:
    assert [code for code in names.table("markets") if not has(language, f"market.{code}")] == []
