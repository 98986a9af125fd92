"""A small plan that is complete and right: what the planted defects start from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agent.brief import model as b
from agent.checks import CheckContext, limit_checks
from agent.checks.workdays import is_working_day
from agent.knowledge.model import Bi, Item, Limit, PlatformSheet
from agent.plan import base, content, execution, insight, legal, model, results

AS_OF, START, END = dt.date(2026, 11, 23), dt.date(2027, 3, 1), dt.date(2027, 4, 30)
HALF = dt.date(2027, 3, 31)
XHS, DY, WX, KS = "xiaohongshu", "douyin", "wechat", "kuaishou"


def limit(platform: str, field: str, most: int, unit: str, least: int | None = None, format: str = "") -> Limit:
    return Limit(
        id=f"platform.{platform}.limits.{field}", title=Bi(zh=f"{field} 上限", en=f"{field} limit"), field=field, max=most,
        min=least, unit=unit, format=format, source=("assumption",), confidence="medium", verified_at=AS_OF,
    )  # fmt: skip


def sheet(platform: str, zh: str, en: str, formats: tuple[str, ...], limits: tuple[Limit, ...]) -> PlatformSheet:
    return PlatformSheet.model_construct(id=platform, names=Bi(zh=zh, en=en), formats=formats, limits=limits)


@dataclass(frozen=True)
class Book:
    """A knowledge base with a few platforms."""

    platforms: Mapping[str, PlatformSheet]
    items: Mapping[str, Item] = field(default_factory=dict)

    def rate(self, have: str, want: str) -> Decimal:
        """Every currency is worth the same here."""
        return Decimal(1)


def book() -> Book:
    rows = [
        sheet(XHS, "小红书", "Xiaohongshu", ("image_text", "short_video", "live"), (
            limit(XHS, "title", 20, "xhs_weighted"), limit(XHS, "body", 1000, "chars"),
            limit(XHS, "hashtags", 10, "count"), limit(XHS, "images", 18, "count"))),
        sheet(DY, "抖音", "Douyin", ("short_video", "live", "image_text"), (
            limit(DY, "title", 30, "chars"), limit(DY, "body", 1000, "chars"), limit(DY, "hashtags", 5, "count"))),
        sheet("wechat_channels", "视频号", "Channels", ("short_video",), (
            limit("wechat_channels", "title", 16, "chars", 6), limit("wechat_channels", "description", 1000, "chars"))),
        sheet("x", "X", "X", ("thread", "image_text"), (limit("x", "body", 280, "x_weighted"),)),
        sheet("tiktok", "TikTok", "TikTok", ("short_video", "image_text"), (
            limit("tiktok", "body", 2200, "utf16"), limit("tiktok", "image_text_title", 90, "utf16"),
            limit("tiktok", "body", 4000, "utf16", format="image_text"))),
        sheet(WX, "微信公众号", "WeChat", ("article",), (limit(WX, "title", 32, "chars"),)),
        sheet(KS, "快手", "Kuaishou", ("short_video",), (limit(KS, "caption", 480, "chars"),)),
    ]  # fmt: skip
    return Book({one.id: one for one in rows}, {limit.id: limit for one in rows for limit in one.limits})


def brief() -> b.BrandBrief:
    return b.BrandBrief(
        brand="麦屿面包", about="社区面包店，清晨现烤。", category="food", markets=["CN"], language="zh-CN", timezone="Asia/Shanghai",
        products=[
            b.Product(name="海盐贝果", price=Decimal(12), selling_points=["隔夜冷发酵", "外脆里韧"], proof=["回购率 41%（n=180）"]),
            b.Product(name="黑麦方包", price=Decimal(26), margin=0.5, selling_points=["不加糖", "全麦粉占六成"]),
        ],
        must_say=["清晨现烤"], never_say=["减肥", "第一"],
        embargoes=[b.Embargo(fact="四月新品抹茶贝果", until=dt.date(2027, 4, 12), keywords=["抹茶贝果"])],
        objectives=[b.Objective(text="小红书粉丝到 3000", kind="followers", target=3000)],
        audience=[b.Audience(name="住在附近的上班族", age="25-35岁", place="杭州拱墅区", traits=["早餐赶时间"])],
        competitors=[b.Competitor(name="晨麦坊", facts=["社区连锁面包店", "每天发一条门店视频", "常在评论区抽人送券", "更新勤", "很少讲原料"])],
        platforms=b.Platforms(must=[XHS], may=[DY, WX], avoid=[KS]),
        budget=b.Budget(
            total=Decimal(60000), currency="CNY", fixed=[b.FixedLine(purpose="开店日拍摄", category="content", amount=Decimal(8000))],
            limits=[
                b.Limit(kind="cap", scope="category", of="ads", share=0.4, text="投放不超过 40%"),
                b.Limit(kind="floor", scope="platform", of=XHS, amount=Decimal(20000), text="小红书至少 2 万"),
                b.Limit(kind="cap", scope="creator", amount=Decimal(4000), text="单个达人不超过 4000"),
            ],
        ),
        period=b.Period(start=START, end=END),
        team=[
            b.Member(title="运营小周", functions=["operator", "copy"], hours=24),
            b.Member(title="设计师阿宁", functions=["design", "video"], hours=14),
            b.Member(title="店长林夏", functions=["strategist", "approver"], hours=5),
        ],
    )  # fmt: skip


def context() -> CheckContext:
    return CheckContext(brief=brief(), knowledge=book())


def fig(
    value: float | None, unit: str = "count", kind: base.Kind = "assumption", note: str = "按规划假设，开业后复核。"
) -> base.Figure:
    return base.Figure(value=value, unit=unit, kind=kind, note=note)


def spread(low: float, value: float, high: float, unit: str = "count") -> base.Figure:
    return base.Figure(
        value=value, low=low, high=high, unit=unit, kind="computed", formula="花费 ÷ 单价", sources=["calc:media"]
    )


def claim(text: str) -> base.Claim:
    return base.Claim(text=text, kind="brief", sources=["brief:products"])


def market() -> insight.MarketPart:
    def trend(id: str, title: str, what: str, so_what: str) -> insight.Trend:
        return insight.Trend(id=id, title=title, what=what, so_what=so_what, platform=XHS, kind="assumption")

    aspects = {
        "positioning": "社区连锁面包店。", "content_style": "每天一条门店视频。", "engagement_tactics": "常在评论区抽人送券。",
        "follower_growth": "增速未知，见任务 R1。", "user_feedback": "好评与差评尚未整理。", "strengths": "更新勤。", "weaknesses": "很少讲原料。",
    }  # fmt: skip
    observations = [
        insight.Observation(aspect=name, text=text, kind="research" if "未" in text else "brief",
                            sources=[] if "未" in text else ["brief:competitors"], task="R1" if "未" in text else "")
        for name, text in aspects.items()
    ]  # fmt: skip
    return insight.MarketPart(
        truth="早餐面包卖的是出门前的十分钟，麦屿面包离地铁口只有三分钟。",
        hot_topics=[trend("hot-1", "贝果早餐", "贝果被当成早餐主食讨论。", "用海盐贝果讲一顿五分钟早餐。")],
        discussion=[trend("talk-1", "配料表焦虑", "顾客会问糖和油的用量。", "把黑麦方包的配料逐项写清。")],
        spread=[trend("spread-1", "本地搜索", "附近的人用地名搜早餐店。", "标题写明拱墅区与地铁口。")],
        timing="工作日早晨七点到九点最能触达附近上班族。",
        audit=[
            insight.AccountAudit(platform=p, handle="麦屿面包", followers=fig(800), engagement=fig(None, "%", note="开始前两周测。"),
                                 posts_per_week=fig(1), reading=r, next_step=n)
            for p, r, n in [(XHS, "小红书账号有基础但更新少。", "先补齐门店信息。"), (DY, "抖音账号刚开通。", "先发三条开箱短片。")]
        ],
        competitors=[
            insight.Competitor(id="C1", name="晨麦坊", followers=fig(None, note="由 R1 查明。"), observations=observations,
                               response="少拼数量，多讲海盐贝果的冷发酵。"),
            insight.Competitor(id="C0", name="在家吃或不吃早餐", status_quo=True, followers=fig(None, note="不适用。"),
                               observations=observations, response="把买早餐的时间缩到三分钟。"),
        ],
        comparison=[insight.ComparisonRow(criterion="内容", brand="讲原料与发酵", others={"C1": "门店日常"})],
        openings=[insight.Opening(id="open-1", title="讲清发酵", why="附近没有面包店讲过程。", how="每周一条冷发酵记录。")],
        lessons=[insight.Opening(id="lesson-1", title="固定更新", why="晨麦坊每天更新。", how="固定周二和周五早晨发布。")],
        unknowns=[base.Task(id="R1", question="晨麦坊的粉丝增速是多少？", where="其小红书主页。", how="每周一记录一次粉丝数。",
                            owner="analyst", due="2027-03-15", decision="是否加开一个栏目。")],
    )  # fmt: skip


def personas() -> insight.PersonasPart:
    def person(id: str, name: str, priority: Any, words: list[str], pillars: list[str]) -> insight.Persona:
        return insight.Persona(
            id=id, name=name, priority=priority, age="25-35岁", gender="不限", place="杭州拱墅区", occupation="上班族", demographics="brief",
            portrait=words[0], interests=words[1], lifestyle=words[2], values=words[3], spending=words[4], platforms=[XHS, DY],
            formats=["image_text"], hours="07:00-09:00", interaction="先收藏，路过时再买。", pains=[words[5]], triggers=[words[6]],
            objection=words[7], answer=words[8], evidence_wanted="看得见的配料表和出炉时间。", pillars=pillars,
        )  # fmt: skip

    return insight.PersonasPart(
        personas=[
            person("P1", "赶地铁的小林", "primary", [
                "七点四十分，小林在地铁口看表，只剩三分钟买海盐贝果。", "咖啡与通勤播客。", "早出晚归，周末补觉。", "效率优先，不愿将就味道。",
                "十几元的早餐不比价，排队超过五分钟就走。", "早餐店排队太久。", "换到拱墅区上班的第一周。", "面包会不会很甜？",
                "海盐贝果隔夜冷发酵，只靠盐味提香。"], ["T1", "T3"]),
            person("P2", "看配料的新手妈妈", "secondary", [
                "周六上午，她推着婴儿车逐行读黑麦方包的配料。", "烘焙课与绘本。", "按孩子的作息安排一天。", "安心比便宜重要。",
                "为全麦粉含量多付几块钱，一次买两天的量。", "看不懂配料里的添加剂。", "孩子开始吃辅食。", "全麦是不是只是染色？",
                "黑麦方包的全麦粉占六成，不加糖。"], ["T2", "T3"]),
        ],
        evidence=[claim("简报写明主要顾客是附近上班族。")],
        validation=[insight.Validation(method="店内问卷", how="请一百位顾客扫码回答三个问题。", sample=100, owner="analyst",
                                       due=dt.date(2027, 3, 19), changes="若多数是住户，则把周末内容加倍。")],
        not_for="不面向婚礼蛋糕的订购者，店里没有这条产线。",
    )  # fmt: skip


GOALS: list[tuple[str, str, str, float, float, float, float]] = [
    # id, kind, metric, baseline, low, base, high
    ("G1", "followers", "小红书粉丝", 800, 1800, 2300, 3100), ("G2", "awareness", "曝光次数", 0, 300000, 400000, 500000),
    ("G3", "engagement", "互动次数", 0, 9000, 12000, 15000), ("G4", "traffic", "到店导航点击", 0, 2400, 3200, 4000),
    ("G5", "conversion", "到店核销单数", 0, 240, 320, 400), ("G6", "service", "两小时内回复数", 0, 180, 240, 300),
]  # fmt: skip


def positioning() -> insight.PositioningPart:
    def goal(place: int, row: tuple[str, str, str, float, float, float, float]) -> insight.Goal:
        id, kind, metric, start, low, mid, high = row
        verdict = insight.Verdict(
            status="feasible", low=low, base=mid, high=high, text=f"{metric}预计 {low:g} 至 {high:g}，可以达到。"
        )
        if id == "G1":
            verdict = verdict.model_copy(update={"status": "stretch", "text": "只有乐观情形能到 3000。"})
        return insight.Goal(
            id=id, kind=kind, statement=f"4月30日前{metric}达到 {mid:g}。", metric=metric, baseline=fig(start), target=spread(low, mid, high),
            deadline=END, owner="strategist", phase="F1", priority=place, origin="brief" if place == 1 else "assumption",
            relevance=f"{metric}直接带来附近的早餐客人。", verdict=verdict,
        )  # type: ignore[arg-type]  # fmt: skip

    return insight.PositioningPart(
        role=insight.RoleOption(role="companion", title="清晨的邻居", why="麦屿面包每天五点开炉，比谁都早。"),
        alternatives=[insight.RoleOption(role="expert", title="发酵老师", why="讲课太远，先做邻居。")],
        statement="给拱墅区赶时间的上班族，麦屿面包是地铁口三分钟的早餐，因为清晨现烤。",
        fit="与只做社区店的品牌方向一致。", memory_point="清晨五点亮灯的那家店。", proof=[claim("海盐贝果回购率 41%（n=180）。")],
        tone_do=["像邻居打招呼。"], tone_dont=["不喊口号。"],
        goals=[goal(n, row) for n, row in enumerate(GOALS, 1)],
        emphasis=[
            insight.PhaseEmphasis(phase="F1", goals=["G2", "G1"], emphasis="三月先让附近的人知道。"),
            insight.PhaseEmphasis(phase="F2", goals=["G5"], emphasis="四月看核销，其余让路。"),
        ],
    )  # fmt: skip


def strategy() -> content.StrategyPart:
    def idea(id: str, name: str, line: str, verdict: str) -> content.CampaignIdea:
        return content.CampaignIdea(id=id, name=name, line=line, insight="早晨的人只信看得见的炉火。", mechanism="每天发出炉时间。",
                                    why_ours="麦屿面包五点开炉。", verdict=verdict)  # fmt: skip

    lines: list[tuple[Any, str, int, float]] = [
        ("content", "拍下海盐贝果从揉面到出炉的十六小时。", 2_000_000, 12),
        ("engagement", "每条评论两小时内由小周答复。", 500_000, 6),
        ("growth", "请附近的达人来店里吃一顿早餐。", 2_000_000, 5),
        ("conversion", "导航卡片直达门店，扫码核销。", 700_000, 4),
    ]
    return content.StrategyPart(
        idea=idea("I0", "五点亮灯", "每天五点，店里亮灯开炉。", "成本低，天天能做。"),
        routes=[idea("I1", "贝果地图", "画一张拱墅区早餐地图。", "制作期太长。"), idea("I2", "邻居菜单", "让邻居给面包起名。", "等社群成形再用。")],
        choices=[content.Choice(question="拼数量还是拼过程？", chosen="拍过程。", rejected="每天一条。", why="人手只够每周三条。")],
        lines=[
            content.StrategyLine(kind=kind, approach=approach, actions=[f"{approach[:6]}，每周一次。"], input_cents=cents, input_hours=hours,
                                 expected=spread(100, 200, 300), expected_label="互动", trigger="3月31日互动低于 100 次。", change_to="改做门店直播。")
            for kind, approach, cents, hours in lines
        ],
        phases=[
            content.PhasePlan(phase="F1", purpose="让附近的人认得麦屿面包。", exit_test="粉丝到 1500。"),
            content.PhasePlan(phase="F2", purpose="把认识变成到店。", exit_test="核销 160 单。"),
        ],
        guardrails=["不说减肥，也不自称第一。"],
    )  # fmt: skip


TOPICS = {
    "T1": [
        "海盐贝果的十六小时",
        "为什么贝果要先煮后烤",
        "三分钟带走的早餐清单",
        "冷发酵和常温发酵差在哪",
        "清晨现烤的炉温记录",
        "贝果切开的声音",
    ],
    "T2": [
        "黑麦方包配料逐行读",
        "全麦粉占六成怎么看出来",
        "不加糖的面包甜从何来",
        "给孩子切吐司的厚度",
        "面包放两天怎么存",
        "称一称一片有多重",
    ],
    "T3": [
        "凌晨五点的面包师",
        "地铁口早餐的三种吃法",
        "店长林夏的试吃笔记",
        "下雨天来的头一位客人",
        "邻居给窗台画了画",
        "周末面包早市见闻",
    ],
}
HOOKS = {
    "T1": [
        "面团睡了一整夜。",
        "水开了，贝果先下锅。",
        "还剩三分钟怎么吃早餐？",
        "同一块面，两种夜晚。",
        "炉门打开那一下，二百三十度。",
        "咔嚓，你听见了吗？",
    ],
    "T2": [
        "把背面翻过来看。",
        "颜色深不等于全麦。",
        "没放糖，却有甜味。",
        "厚一厘米，孩子更爱吃。",
        "别放冰箱冷藏。",
        "一片到底几克？",
    ],
    "T3": [
        "闹钟响在四点半。",
        "夹蛋、抹酱还是空口？",
        "林夏咬了三口才写字。",
        "伞还滴着水，她推门进来。",
        "窗台多了一只猫。",
        "集市摆到九点就空了。",
    ],
}


def themes() -> content.ThemesPart:
    def pillar(
        id: str, name: str, direction: Any, share: int, message: str, care: str, not_this: str
    ) -> content.Pillar:
        topics = [
            content.Topic(id=f"{id}-{n + 1:02d}", title=title, hook=HOOKS[id][n], cta="存下来，明早路过试试。", value="practical",
                          format="image_text", persona="P1" if id != "T2" else "P2")
            for n, title in enumerate(TOPICS[id])
        ]  # fmt: skip
        return content.Pillar(
            id=id, name=name, direction=direction, share=share, message=message, proof=claim("回购率 41%（n=180）。"), value="knowledge",
            why_care=care, not_this=not_this, formats=["image_text", "short_video"],
            personas=["P1"] if id == "T1" else ["P2"] if id == "T2" else ["P1", "P2"], goals=["G1"], topics=topics,
        )  # fmt: skip

    return content.ThemesPart(
        say="清晨现烤，过程看得见。", form="图文配短片。", care="早餐每天都要吃。",
        pillars=[
            pillar("T1", "发酵日记", "product", 40, "好贝果是等出来的。", "等的时间顾客看不见。", "不变成机器参数表。"),
            pillar("T2", "配料说明书", "help", 30, "黑麦方包写清每一克。", "买的人想放心给家人吃。", "不吓唬人。"),
            pillar("T3", "五点的店", "stories", 30, "这家店住在你隔壁。", "人愿意照顾认识的店。", "不拍成店长个人秀。"),
        ],
        mix=[content.FormatShare(format="image_text", pieces=18, role="讲清过程。"), content.FormatShare(format="short_video", pieces=9, role="听见声音。")],
        ugc_call="拍下你的早餐桌，带上麦屿面包。",
    )  # fmt: skip


def working_before(day: dt.date, steps: int = 2) -> dt.date:
    while steps:
        day -= dt.timedelta(days=1)
        steps -= is_working_day(day, "CN")
    return day


def calendar() -> content.CalendarPart:
    entries: list[content.Entry] = []

    def add(
        kind: Any, date: dt.date, platform: str, pillar: str = "", number: int = 0, format: str = "image_text"
    ) -> None:
        text = pillar and TOPICS[pillar][number]
        entries.append(content.Entry(
            id=f"E{len(entries) + 1:03d}", kind=kind, date=date, time="07:30", phase="F1" if date <= HALF else "F2", platform=platform,
            pillar=pillar, topic_id=f"{pillar}-{number + 1:02d}" if pillar else "", format=format, topic=text, value="practical",
            hook=HOOKS[pillar][number] if pillar else "", cta="存下来，明早路过试试。" if pillar else "", owner="operator",
            deadline=working_before(date), goal=f"G{len(entries) % 5 + 1}" if pillar else "",
            key_date="D2" if pillar and dt.date(2027, 4, 12) <= date <= dt.date(2027, 4, 14) else "",
        ))  # fmt: skip

    for week in range(9):
        monday = START + dt.timedelta(weeks=week)
        for half, offset in enumerate((1, 4)):
            number = week * 2 + half
            add("post", monday + dt.timedelta(days=offset), XHS, f"T{number % 3 + 1}", number // 3)
        add("post", monday + dt.timedelta(days=3), DY, f"T{week % 3 + 1}", week // 3, "short_video")
        if week % 4 == 2:
            add("buffer", monday + dt.timedelta(days=2), XHS)
    return content.CalendarPart(
        deadlines=[content.Deadline(id="DL1", date=dt.date(2027, 2, 22), kind="hand_in", what="这天之前设好达人标注。", owner="operator", approval="L2")],
        timezone="Asia/Shanghai", rhythm="周二和周五早晨发小红书，周四发抖音，赶在拱墅区上班族出门前。",
        key_dates=[
            content.KeyDate(id="D1", date=dt.date(2027, 4, 5), name="清明节", kind="holiday", use="quiet", prepare_from=dt.date(2027, 3, 22),
                            deliver_by=dt.date(2027, 4, 1), plan="当天不发内容。", sources=["brief:products"]),
            content.KeyDate(id="D2", date=dt.date(2027, 4, 12), name="新品上市", kind="brand", use="campaign", prepare_from=dt.date(2027, 3, 15),
                            deliver_by=dt.date(2027, 4, 8), plan="当天发布新口味。"),
        ],
        entries=entries, buffer_rule="热点出现后由小周在当天补上。", topics_used=len({e.topic_id for e in entries if e.topic_id}),
    )  # fmt: skip


def platforms() -> content.PlatformsPart:
    def choice(
        platform: str, role: Any, score: float, cadence: float, cents: int, words: list[str]
    ) -> content.PlatformChoice:
        return content.PlatformChoice(
            platform=platform, role=role, total=score, audience=claim(words[0]), ecology=claim(words[1]), spread=claim(words[2]),
            strength=claim(words[3]), why=words[4], cadence=cadence, hours=6 if cadence else 1, budget_cents=cents, material="出炉照片与短片。",
            language="zh-CN", gate="3月31日看互动再定。", scores=[
                content.Score(criterion="reach", weight=0.6, score=score, basis="简报。"),
                content.Score(criterion="depth", weight=0.4, score=score, basis="规划假设。")],
        )  # fmt: skip

    return content.PlatformsPart(
        logic="小红书被附近的人用来找早餐，抖音补声音，公众号只看。",
        choices=[
            choice(XHS, "primary", 4, 2, 3_300_000, ["附近上班族。", "图文笔记多。", "靠搜索与收藏。", "本地种草。", "麦屿面包的客人在这里找早餐。"]),
            choice(DY, "support", 3, 1, 1_400_000, ["同城用户。", "短视频为主。", "靠完播。", "有声音。", "烤炉的声音适合抖音。"]),
            choice(WX, "listen", 2, 0, 0, ["老顾客。", "长文。", "靠转发。", "沉淀。", "小周暂时没有时间写长文。"]),
            choice(KS, "excluded", 1, 0, 0, ["外地用户。", "直播多。", "靠关注。", "带货。", "简报写明不做。"]),
        ],
        interplay=["抖音的评论引到小红书的配料笔记。"],
    )  # fmt: skip


POSTS = {
    ("T1", XHS): (
        "海盐贝果的十六小时",
        "昨晚八点进冷藏，今早五点下锅。\n清晨现烤的海盐贝果，12 元一个。\n路过拱墅区地铁口，趁热带走。",
        ["海盐贝果", "拱墅早餐"],
    ),
    ("T1", DY): (
        "面团睡了十六小时",
        "镜头一：冰箱门开，白雾。镜头二：贝果入水翻身。镜头三：炉门一声响。旁白：麦屿，五点见。",
        ["贝果", "同城早餐"],
    ),
    ("T2", XHS): (
        "黑麦方包配料逐行读",
        "水、全麦粉、黑麦粉、盐、酵母，没有别的。\n一条 26 元，够两个人吃两天。",
        ["配料表", "黑麦面包"],
    ),
    ("T2", DY): (
        "翻到背面看一眼",
        "手指划过标签，一项一停。字幕：不加糖。最后切开，掰一块给孩子。",
        ["全麦", "看配料"],
    ),
    ("T3", XHS): (
        "凌晨五点的面包师",
        "灯亮起来时，街上只有扫帚声。阿宁揉面，小周摆盘，林夏写小黑板。",
        ["社区小店", "面包师"],
    ),
    ("T3", DY): (
        "四点半的闹钟",
        "固定机位，窗外由黑变亮，店里的人一个个进画。结尾落在推门的铃铛上。",
        ["开店日常", "早起"],
    ),
}


def adaptations() -> content.AdaptationsPart:
    knowledge = book()
    posts = []
    for (pillar, platform), (title, body, tags) in POSTS.items():
        format = "image_text" if platform == XHS else "short_video"
        posts.append(content.Adaptation(
            id=f"K{pillar[1]}-{platform}", core=f"K{pillar[1]}", pillar=pillar, platform=platform, format=format, language="zh-CN", title=title,
            body=body, hashtags=tags, first_frame="炉门打开的一瞬。", cta="收藏，明早来。", link_policy="站内不放外链。", label="自有内容，无需标注。",
            limits=limit_checks(knowledge, platform, format, title, body, tags),
        ))  # fmt: skip
    cores = [
        content.CoreIdea(
            id=f"K{n}", pillar=f"T{n}", topic_id=f"T{n}-01", title=TOPICS[f"T{n}"][0], message="过程看得见。"
        )
        for n in (1, 2, 3)
    ]
    return content.AdaptationsPart(principle="事实不变，开头与形式按平台重做。", cores=cores, posts=posts)


def team() -> execution.TeamPart:
    holders = {"strategist": "店长林夏", "planner": "运营小周", "copy": "运营小周", "design": "设计师阿宁", "video": "设计师阿宁",
               "operator": "运营小周", "community": "运营小周", "analyst": "运营小周", "approver": "店长林夏"}  # fmt: skip
    hours = {"运营小周": 24.0, "设计师阿宁": 14.0, "店长林夏": 5.0}
    mondays = [START + dt.timedelta(weeks=n) for n in range(9)]
    return execution.TeamPart(
        shape="小周总揽，阿宁出图，林夏拍板。",
        roles=[
            execution.Role(id=id, title=id, holder=holder, duties=f"{holder}负责这一项。", capacity=hours[holder], load=3, peak=4, cover="林夏临时顶上。")
            for id, holder in holders.items()
        ],
        raci=[execution.Raci(task="发布", responsible="operator", accountable="strategist", consulted=["design"], informed=["analyst"])],
        weeks=[execution.WeekLoad(week=day, holder=name, hours=most * 0.8, capacity=most) for day in mondays for name, most in hours.items()],
        rituals=[execution.Ritual(name="周会", when="周一 10:00，30 分钟", who=["operator", "design"], output="本周三条的定稿。", tool="共享表格")],
        gaps=[], cut_order=["先减抖音一条。"], slack="每周留两成时间，小周请假由林夏代发。",
    )  # fmt: skip


def production() -> execution.ProductionPart:
    kinds: tuple[Any, ...] = ("professionalism", "accuracy", "compliance", "tone")
    return execution.ProductionPart(
        standards=["照片必须是当天出炉。"], workflow=[execution.WorkStep(id="W1", name="定题", owner="planner", days_before=5, output="选题卡。")],
        gates=[execution.ReviewGate(kind=kind, owner="approver", checks=["价格是否与店内一致？"]) for kind in kinds],
        turnaround=[execution.Turnaround(format="image_text", days=3, hours=3, rush="热点可当天出图，价格必须复核。")],
        freedom=["标题可以玩。"], red_lines=["不碰功效。"], archive="原片保存三年，备查。",
    )  # fmt: skip


def engagement() -> execution.EngagementPart:
    return execution.EngagementPart(
        windows=[execution.Window(platform=p, days="工作日", times="07:00-09:00", source="brief:products", test="两周后对比中午。") for p in (XHS, DY)],
        tools=[execution.ToolUse(platform=XHS, tool="创作服务平台", use="定时发布。", kind="native")],
        service=[execution.ServiceLevel(channel="评论", platforms=[XHS, DY], minutes=120, cover="08:00-20:00", owner="community", escalate="涉及食品安全立即交林夏。")],
        outreach=["每周去附近咖啡店账号留言十条。"],
        replies=[execution.Reply(situation="问甜不甜", reply="海盐贝果不加糖，靠盐提香。", owner="community"),
                 execution.Reply(situation="问几点有货", reply="每天七点出第二炉，可以先留言。", owner="community")],
        feedback=["每周五把评论按口味归类交给林夏。"], negative=["先道歉，再问细节，不删评。"], principles=["人先于名声。"],
        levels=[
            execution.CrisisLevel(level=n, name=f"第{n}级", signs=s, trigger=t, first_minutes=m, owner="community", backup="operator",
                                  approver="approver", steps=["核实事实。", "公开回应。"], stop_publishing=n == 3)
            for n, s, t, m in [(1, "一条差评。", "单日一条。", 120), (2, "同一问题三人提。", "单日三条。", 60), (3, "有人吃坏肚子。", "出现就医。", 30)]
        ],
        clock=[execution.ClockStep(minutes=30, action="林夏知情。", owner="community")],
        statements=[execution.Statement(case="食品安全", text="我们已知道[事件]，正在核实，[时间]前公布结果。", channels=[XHS])],
        drill=dt.date(2027, 3, 16),
    )  # type: ignore[arg-type]  # fmt: skip


def community() -> execution.CommunityPart:
    return execution.CommunityPart(
        ready="prepare", readiness="先攒到一百位老客再建群。", home="微信群，凭小票加入。",
        journey=[execution.JourneyStep(step="新客", entry="第一次扫码。", we_do="送一张便签。", benefit="知道出炉时间。", metric="入群人数。")],
        events=[
            execution.CommunityEvent(name="线上点单夜", date=dt.date(2027, 3, 26), place="online", what="群里投票选周末口味。", owner="community", budget_cents=100_000),
            execution.CommunityEvent(name="开炉参观", date=dt.date(2027, 4, 17), place="offline", what="十位老客看开炉。", owner="community", budget_cents=200_000),
        ],
        exclusive=["提前一天看新品试吃。"], benefits=["生日当天送一个贝果。"],
        ugc=execution.UgcProgramme(call="拍下你的早餐桌。", mechanics="带话题发布。", reward="每周一位得一袋方包。", budget_cents=150_000, rights="私信取得授权，写明期限。",
                                   disclosure="收礼须写明赠送。", moderation="不收录露脸儿童。", metric="每周投稿数。"),
        belonging=["每月发言人数。"], rules=["不推销别家。"],
    )  # fmt: skip


def kpis() -> results.KpisPart:
    rows: list[tuple[str, Any, str]] = [("followers", "followers", "G1"), ("impressions", "exposure", "G2"), ("er", "engagement", "G3"), ("completion", "content", "G3"),
            ("clicks", "conversion", "G4"), ("orders", "conversion", "G5"), ("reply_time", "service", "G6"), ("roi", "roi", "G5")]  # fmt: skip
    return results.KpisPart(
        north_star="每周核销单数，因为麦屿面包靠到店。",
        kpis=[
            results.Kpi(id=id, name=id, kind=kind, formula="分子 ÷ 分母", unit="count", source="平台后台", baseline=fig(None, note="三月前两周测。"),
                        target=spread(10, 20, 30), cadence="weekly", goal=goal, owner="analyst", reading="低于下限就换开头。")
            for id, kind, goal in rows
        ],
        curve=[
            results.CurvePoint(goal=id, month=month, forecast=value)
            for id, _, _, start, _, mid, _ in GOALS
            for month, value in ((HALF, (start + mid) / 2), (END, mid))
        ],
        baseline_plan="缺的基线在3月14日前测完。",
    )  # fmt: skip


def measurement() -> results.MeasurementPart:
    def review(kind: Any, day: dt.date, question: str) -> results.Review:
        return results.Review(kind=kind, date=day, question=question, owner="analyst")

    return results.MeasurementPart(
        tools=[results.PlatformTool(platform=p, native="后台数据中心", third_party="不需要", caveat="看不到到店。") for p in (XHS, DY)],
        attribution="到店扫码核销算社媒带来，没有扫码的不算。", utm=["utm_source={platform}&utm_medium=social"],
        causes=["对照发布时间与天气。"],
        reviews=[review("weekly", dt.date(2027, 3, 8), "下周三条怎么换？"), review("monthly", dt.date(2027, 3, 31), "预算往哪边挪？"), review("gate", dt.date(2027, 4, 1), "进入收获期吗？")],
        adjust=["互动低于下限就减抖音。"], rules=[results.DecisionRule(id="Q1", metric="核销", threshold="< 20 单/周", date="每周一", then="把投放移到导航卡。", owner="analyst")],
        experiments=[results.Experiment(id="X1", hypothesis="写地名的封面收藏更多。", metric="收藏率", arms="有地名与无地名。", sample=2000, available=900,
                                        conclusive=False, start=dt.date(2027, 3, 8), end=dt.date(2027, 3, 26), decision="方向一致就沿用。")],
        report=[results.ReportRow(section="结果", ask="对照目标写差距。", source="后台")], loop="周看内容，月看预算，直到4月30日。",
    )  # fmt: skip


def risks() -> results.RisksPart:
    rows: list[tuple[str, Any, str, int, int, str, str]] = [
        ("S1", "performance", "核销不及预期", 4, 4, "连续两周低于 20 单。", "先测导航卡片。"),
        ("S2", "opinion", "口味差评扩散", 3, 4, "单日三条同类差评。", "小周当天逐条答复。"),
        ("S3", "compliance", "功效用语", 2, 5, "稿件里出现功效词。", "林夏发布前核对词表。"),
        ("S4", "account", "账号被盗", 2, 4, "异地登录提醒。", "开启双重验证，密码由两人分管。"),
    ]
    return results.RisksPart(
        reading="核销不及预期最要紧，其次是口味差评。",
        risks=[
            results.Risk(id=id, kind=kind, title=title, likelihood=p, impact=i, score=p * i, trigger=trigger, prevention=prevention,
                         response=["记录时间与截图。", "由负责人决定下一步。"], owner="operator", law="《广告法》第十七条" if kind == "compliance" else "",
                         drill=dt.date(2027, 3, 23) if kind == "opinion" else None)
            for id, kind, title, p, i, trigger, prevention in rows
        ],
        inspections=[
            results.Inspection(date=dt.date(2027, 3, 30), kind="inspection", what="核对价格与标注。", owner="approver"),
            results.Inspection(date=dt.date(2027, 4, 13), kind="drill", what="演练食品安全回应。", owner="community"),
        ],
    )  # fmt: skip


def budget() -> results.BudgetPart:
    rows: list[tuple[Any, str, str, str, int, bool]] = [
        ("content", "开店日拍摄", XHS, "F1", 800_000, True), ("content", "图文制作", XHS, "F2", 400_000, False),
        ("content", "短片剪辑", DY, "F1", 800_000, False), ("tools", "排版工具", "shared", "F1", 200_000, False),
        ("ads", "信息流", XHS, "F2", 900_000, False), ("ads", "同城加热", DY, "F2", 600_000, False), ("creators", "探店达人", XHS, "F1", 1_200_000, False),
        ("prizes", "活动奖品", "shared", "F2", 500_000, False), ("contingency", "预备金", "shared", "F2", 600_000, False),
    ]  # fmt: skip

    def tier(id: str, role: Any, size: str, number: int, fee: int) -> results.CreatorTier:
        return results.CreatorTier(id=id, role=role, tier=size, platform=XHS, phase="F1", number=number, fee_cents=fee, total_cents=number * fee,
                                   views=spread(8000, 10000, 12000), engagements=spread(200, 300, 400), choose="住在拱墅区。", brief="写明合作。")  # fmt: skip

    def paid(id: str, platform: str, cents: int) -> results.PaidLine:
        views = cents / 100 / 40 * 1000
        return results.PaidLine(id=id, platform=platform, objective="traffic", format="信息流", audience="三公里内的上班族。", cents=cents, cpm=fig(40, "CNY"),
                                impressions=spread(views * 0.8, views, views * 1.2), clicks=spread(100, 200, 300), results=fig(None, note="没有比率。"), result_label="到店")  # fmt: skip

    def scenario(name: Any, factor: float) -> results.Scenario:
        orders = 320 * factor
        return results.Scenario(name=name, total_cents=6_000_000, rates="CPM 40 元，点击率 0.8%", impressions=400000 * factor, engagements=12000 * factor,
                                clicks=3200 * factor, conversions=orders, followers=1500 * factor, revenue_cents=int(orders * 2600),
                                roi=round(orders * 2600 / 6_000_000, 3), cost_per_result_cents=round(6_000_000 / orders))  # fmt: skip

    return results.BudgetPart(
        currency="CNY", total_cents=6_000_000, origin="brief",
        lines=[results.BudgetLine(id=f"B{n:02d}", category=c, item=i, platform=p, phase=f, cents=m, fixed=x) for n, (c, i, p, f, m, x) in enumerate(rows, 1)],
        creators=[tier("CR1", "KOC", "nano", 10, 60_000), tier("CR2", "KOL", "micro", 2, 300_000)], paid=[paid("AD1", XHS, 900_000), paid("AD2", DY, 600_000)],
        scenarios=[scenario("low", 0.75), scenario("base", 1), scenario("high", 1.25)],
        caps=[
            results.CapCheck(text="投放不超过 40%", limit_cents=2_400_000, actual_cents=1_500_000, kept=True),
            results.CapCheck(text="小红书至少 2 万", limit_cents=2_000_000, actual_cents=3_300_000, kept=True),
            results.CapCheck(text="单个达人不超过 4000", limit_cents=400_000, actual_cents=300_000, kept=True),
        ],
        reasons=["小红书离顾客最近，所以拿得最多。"], cut_first=["先减抖音加热，省下 6000 元。"], labour_hours=380, labour_note="人力另计，不在总额内。",
        break_even="每单毛利按 13 元算，需要 4615 单，本期回不来。",
    )  # fmt: skip


def summary() -> results.SummaryPart:
    return results.SummaryPart(
        headline="麦屿面包用五点亮灯的两个月，换来附近三公里的早餐客。", situation="账号有 800 粉丝，店在拱墅区地铁口。", idea="五点亮灯，每天发出炉时间。",
        verdict="粉丝目标偏紧，核销可以达到。", money="六万元，过半在小红书。", goals=["G1", "G5"],
        first_30_days=[results.Step(date=dt.date(2027, 3, 2), action="发布海盐贝果的十六小时。", owner="operator")],
        top_risks=["S1", "S2"], decisions=["是否同意四月评审点。"], questions=["A1"],
    )  # fmt: skip


def approvals() -> list[legal.Approval]:
    """What Chinese law asks of any advertiser, and of one that hires creators."""
    rows = (
        ("cn.ad.file", "record", "广告档案保存三年。", 0),
        ("cn.koc.label", "notice", "达人内容在开头标“广告”。", 5),
    )
    return [
        legal.Approval(
            id=f"L{n}", requirement=name, kind=kind, text=text, carry="", law="互联网广告管理办法 第九条第三款", effective=dt.date(2023, 5, 1), workdays=days,  # type: ignore[arg-type]
            assumed=bool(days), hand_in=dt.date(2027, 2, 22) if days else START, public_from=START, gates=False, until_then="", owner="operator",
            money="不另收费，占用团队工时。", sources=["brief:products"],
        )
        for n, (name, kind, text, days) in enumerate(rows, 1)
    ]  # fmt: skip


def plan() -> model.MarketingPlan:
    """The whole plan; every call makes a new one, to be damaged at will."""
    cited = [
        "brief:products",
        "brief:competitors",
        "calc:media",
        *(f"kb:{one.id}" for s in book().platforms.values() for one in s.limits),
    ]
    return model.MarketingPlan(
        meta=model.Meta(brand="麦屿面包", language="zh-CN", as_of=AS_OF, start=START, end=END, timezone="Asia/Shanghai", currency="CNY", category="food",
                        markets=["CN"], model="playbook", version="0.1.0"),
        phases=[content.Phase(id="F1", name="筑基期", start=START, end=HALF, share=0.5), content.Phase(id="F2", name="收获期", start=dt.date(2027, 4, 1), end=END, share=0.5)],
        summary=summary(), market=market(), personas=personas(), positioning=positioning(), strategy=strategy(), themes=themes(), calendar=calendar(),
        platforms=platforms(), adaptations=adaptations(), team=team(), production=production(), engagement=engagement(), community=community(),
        kpis=kpis(), measurement=measurement(), risks=risks(), budget=budget(),
        sources=[base.Source(id=id, kind="brief", title="简报", confidence="medium" if id.startswith("kb:") else "") for id in dict.fromkeys(cited)],
        gaps=[b.Gap(id="A1", field="products[0].margin", assumption="毛利率按五成。", question="海盐贝果的毛利率是多少？", why="回本单数会变。", weight=60)],
        approvals=approvals(), conflicts=[], words={part: model.PartWords(source="playbook") for part in model.PART_IDS},
    )  # fmt: skip


def put(root: Any, path: str, value: Any) -> None:
    """Sets the value at a path; a function is given the old value and returns the new one."""
    steps = re.findall(r"[a-z_0-9A-Z]+", path)
    for step in steps[:-1]:
        root = (
            root[int(step)] if isinstance(root, list) else root[step] if isinstance(root, dict) else getattr(root, step)
        )
    last = steps[-1]
    old = root[int(last)] if isinstance(root, list) else root[last] if isinstance(root, dict) else getattr(root, last)
    new = value(old) if callable(value) else value
    if isinstance(root, list):
        root[int(last)] = new
    elif isinstance(root, dict):
        root[last] = new
    else:
        setattr(root, last, new)
