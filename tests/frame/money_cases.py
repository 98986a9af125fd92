"""Hand-made briefs and time halves for the money tests: phases, platforms, slots and roles as the time side would give them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from agent.brief.model import Account, BrandBrief, Budget, FixedLine, Limit, Objective, Platforms, Product
from agent.frame.model import HolderWeek, PlatformFrame, RoleFrame, Slot
from agent.plan.content import Phase

START = dt.date(2027, 3, 1)
END = dt.date(2027, 8, 31)
VIDEO = (("short_video", 0.8), ("live", 0.2))
IMAGE = (("image_text", 0.7), ("short_video", 0.3))
TEXT = (("document", 0.6), ("short_video", 0.4))


@dataclass(frozen=True)
class Case:
    """A brief with its time half."""

    brief: BrandBrief
    phases: tuple[Phase, ...]
    platforms: tuple[PlatformFrame, ...]
    slots: tuple[Slot, ...]
    roles: tuple[RoleFrame, ...]
    weeks: tuple[HolderWeek, ...]

    @property
    def given(self) -> dict[str, Any]:
        """The keyword arguments of `build_money` beside knowledge and date."""
        return {
            "phases": self.phases,
            "platforms": self.platforms,
            "slots": self.slots,
            "roles": self.roles,
            "weeks": self.weeks,
        }


def phases(
    start: dt.date = START, end: dt.date = END, shares: Sequence[float] = (0.3, 0.45, 0.25)
) -> tuple[Phase, ...]:
    """Equal stretches with the given shares."""
    days = (end - start).days + 1
    cuts = [start + dt.timedelta(days=days * n // len(shares)) for n in range(len(shares) + 1)]
    return tuple(
        Phase(id=f"F{n + 1}", name=f"Phase {n + 1}", start=cuts[n], end=cuts[n + 1] - dt.timedelta(days=1), share=share)
        for n, share in enumerate(shares)
    )


def platform(
    name: str,
    role: Literal["primary", "support", "listen", "excluded"] = "primary",
    cadence: float = 3,
    formats: tuple[tuple[str, float], ...] = IMAGE,
    account: Account | None = None,
) -> PlatformFrame:
    """A platform with resources."""
    return PlatformFrame(
        id=name, role=role, reason="fit", total=4.0 if role == "primary" else 3.0, scores=(), cadence=cadence, formats=formats,
        hours=cadence * 3, budget_cents=0, language="en", account=account,
    )  # fmt: skip


def case(
    brief: BrandBrief, platforms: Sequence[PlatformFrame], start: dt.date = START, end: dt.date = END, hands: float = 20
) -> Case:
    """A brief with slots at each platform's cadence and one operator."""
    stretch = phases(start, end)
    slots: list[Slot] = []
    for place in platforms:
        if place.role not in ("primary", "support") or not place.cadence:
            continue
        gap, day = 7 / place.cadence, 0.0
        while start + dt.timedelta(days=int(day)) <= end:
            date = start + dt.timedelta(days=int(day))
            phase = next(p.id for p in stretch if date <= p.end)
            slots.append(
                Slot(id=f"E{len(slots) + 1:03d}", kind="post", date=date, time="19:00", phase=phase, platform=place.id,
                     format=place.formats[0][0], pillar=0, owner="operator", deadline=date - dt.timedelta(days=2))
            )  # fmt: skip
            day += gap
    weeks = []
    monday = start - dt.timedelta(days=start.weekday())
    while monday <= end:
        weeks.append(HolderWeek(week=monday, holder="operator", hours=hands * 0.8, capacity=hands))
        monday += dt.timedelta(days=7)
    roles = (RoleFrame(id="operator", holder="operator", capacity=hands, load=hands * 0.8, peak=hands),)
    return Case(brief, stretch, tuple(platforms), tuple(slots), roles, tuple(weeks))


def goal(kind: str, **values: Any) -> Objective:
    """An objective with a text."""
    return Objective.model_validate({"text": values.pop("text", kind), "kind": kind, **values})


def tea() -> Case:
    """¥360,000 over six months: fixed sums, caps, floors, a creator cap, pay outside the sum."""
    brief = BrandBrief(
        brand="岫里茶", category="beverage", business="b2c", markets=["CN"], language="zh-CN",
        products=[Product(name="冷泡龙井", price=Decimal("8.8"), margin=0.52)],
        objectives=[
            goal("conversion", text="天猫旗舰店月销从 2,600 单增长到 4,200 单", metric="月销", baseline=2600, target=4200, per="month", unit="count"),
            goal("followers", text="小红书粉丝从 3,200 增长到 12,000", baseline=3200, target=12000, per="level", unit="followers", platform="xiaohongshu"),
            goal("followers", text="抖音粉丝从 1,100 增长到 8,000", baseline=1100, target=8000, per="level", unit="followers", platform="douyin"),
            goal("engagement", text="小红书互动率从 3.1% 提升到 4.5%", baseline=0.031, target=0.045, per="level", unit="%", platform="xiaohongshu"),
        ],
        accounts=[
            Account(platform="xiaohongshu", followers=3200, engagement_rate=0.031, posts_per_week=2),
            Account(platform="douyin", followers=1100, posts_per_week=1, average_views=900),
            Account(platform="wechat", followers=5400, posts_per_week=0.5),
        ],
        platforms=Platforms(must=["xiaohongshu", "douyin"], may=["wechat"], avoid=["kuaishou"]),
        budget=Budget(
            total=Decimal(360000), currency="CNY",
            fixed=[
                FixedLine(purpose="春茶季产品主图与短片拍摄", category="content", amount=Decimal(45000)),
                FixedLine(purpose="杭州茶园一日游活动（6 月）", category="prizes", amount=Decimal(20000)),
            ],
            limits=[
                Limit(kind="cap", scope="category", of="ads", share=0.4, text="投放不超过 40%"),
                Limit(kind="cap", scope="category", of="creators", amount=Decimal(100000), text="KOL 不超过 10万"),
                Limit(kind="cap", scope="creator", amount=Decimal(8000), text="单个达人不超过 8000 元"),
                Limit(kind="floor", scope="platform", of="xiaohongshu", amount=Decimal(120000), text="小红书至少 12万"),
            ],
            excludes=["员工工资", "天猫站内推广"],
        ),
    )  # fmt: skip
    return case(
        brief,
        [platform("xiaohongshu", cadence=4), platform("douyin", cadence=3, formats=VIDEO),
         platform("wechat", "support", 1, (("article", 1.0),)), platform("kuaishou", "excluded", 0)],
        hands=60,
    )  # fmt: skip


def solo() -> Case:
    """£400 for one person, three months."""
    brief = BrandBrief(
        brand="Ashdown", category="local_service", business="local", markets=["GB"], language="en",
        products=[Product(name="rescue a chair workshop", price=Decimal(95))],
        objectives=[goal("conversion", text="fill the workshops", metric="workshop places", baseline=6, target=10, per="month", unit="count")],
        accounts=[Account(platform="instagram", followers=640, posts_per_week=1), Account(platform="facebook", followers=210)],
        budget=Budget(total=Decimal(400), currency="GBP"),
    )  # fmt: skip
    return case(
        brief,
        [platform("instagram", cadence=2), platform("pinterest", "support", 1)],
        dt.date(2027, 3, 1),
        dt.date(2027, 5, 31),
        4,
    )


def nothing() -> Case:
    """No money at all."""
    made = solo()
    brief = made.brief.model_copy(update={"budget": Budget(total=Decimal(0), currency="GBP")})
    return Case(brief, made.phases, made.platforms, made.slots, made.roles, made.weeks)


def leads() -> Case:
    """$96,000 for B2B leads: ads at most 60 %, no creator above $3,000."""
    brief = BrandBrief(
        brand="Tarnwell", category="b2b_industrial", business="b2b", markets=["US"], language="en",
        objectives=[
            goal("conversion", text="120 demo requests from social, last half brought 31", metric="demo requests", baseline=31, target=120, per="period", unit="count"),
            goal("followers", text="LinkedIn followers 2,400 to 6,000", baseline=2400, target=6000, per="level", unit="followers", platform="linkedin"),
        ],
        accounts=[Account(platform="linkedin", followers=2400, posts_per_week=2, engagement_rate=0.024, rate_basis="impressions")],
        budget=Budget(
            total=Decimal(96000), currency="USD",
            limits=[
                Limit(kind="cap", scope="category", of="ads", share=0.6, text="At most 60% on ads"),
                Limit(kind="cap", scope="creator", amount=Decimal(3000), text="No more than $3,000 per creator"),
            ],
            excludes=["salaries"],
        ),
    )  # fmt: skip
    return case(
        brief,
        [platform("linkedin", cadence=4, formats=TEXT), platform("youtube", "support", 1, (("long_video", 1.0),)), platform("tiktok", "excluded", 0)],
        dt.date(2027, 1, 1), dt.date(2027, 6, 30), 50,
    )  # fmt: skip


def shop() -> Case:
    """NT$500,000 for a shop in Taiwan."""
    brief = BrandBrief(
        brand="禾日子", category="food", business="b2c", markets=["TW"], language="zh-TW",
        products=[Product(name="三入禮盒", price=Decimal(880)), Product(name="鳳梨百香果醬", price=Decimal(280))],
        objectives=[
            goal("conversion", text="官網每月訂單從 85 筆增加到 160 筆", metric="官網訂單", baseline=85, target=160, per="month", unit="count"),
            goal("followers", text="IG 粉絲從 2,300 增加到 5,000", baseline=2300, target=5000, per="level", unit="followers", platform="instagram"),
            goal("conversion", text="母親節禮盒賣出 250 盒", metric="禮盒", target=250, per="period", unit="count", deadline=dt.date(2027, 5, 9)),
        ],
        accounts=[Account(platform="instagram", followers=2300, posts_per_week=3, engagement_rate=0.042), Account(platform="facebook", followers=4100, posts_per_week=2)],
        budget=Budget(total=Decimal(500000), currency="TWD", excludes=["人事"],
                      limits=[Limit(kind="cap", scope="category", of="ads", amount=Decimal(200000), text="廣告最多 20 萬")]),
    )  # fmt: skip
    return case(
        brief,
        [platform("instagram", cadence=4), platform("facebook", cadence=2), platform("threads", "support", 2)],
        hands=18,
    )


def large() -> Case:
    """¥10,000,000 for twenty people."""
    brief = BrandBrief(
        brand="大牌", category="beauty", business="b2c", markets=["CN"], language="zh-CN",
        products=[Product(name="精华", price=Decimal(299), margin=0.7)],
        objectives=[
            goal("conversion", text="月销 900→3000 单", metric="月销", baseline=900, target=3000, per="month", unit="count"),
            goal("awareness", text="曝光 3 亿次", metric="曝光", target=3e8, per="period", unit="count"),
            goal("followers", text="小红书粉丝 5 万到 15 万", baseline=50000, target=150000, per="level", unit="followers", platform="xiaohongshu"),
            goal("service", text="首次回复 60 分钟内", target=60, per="level", unit="min"),
        ],
        accounts=[Account(platform="xiaohongshu", followers=50000, posts_per_week=5, engagement_rate=0.05), Account(platform="douyin", followers=80000, posts_per_week=5)],
        budget=Budget(total=Decimal(10_000_000), currency="CNY"),
    )  # fmt: skip
    return case(
        brief,
        [platform("xiaohongshu", cadence=10), platform("douyin", cadence=10, formats=VIDEO), platform("bilibili", "support", 2, VIDEO),
         platform("weibo", "support", 7), platform("wechat_channels", "support", 3, VIDEO)],
        hands=700,
    )  # fmt: skip


CASES = {"nothing": nothing, "solo": solo, "tea": tea, "leads": leads, "shop": shop, "large": large}
