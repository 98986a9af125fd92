"""Briefs of every size for the time half of the frame."""

from __future__ import annotations

import datetime as dt

from agent.brief.model import (
    Account,
    Audience,
    BrandBrief,
    Budget,
    Embargo,
    KeyDate,
    Member,
    Objective,
    Period,
    Platforms,
)  # fmt: skip

AS_OF = dt.date(2026, 11, 23)
NINE = ["xiaohongshu", "douyin", "wechat", "weibo", "bilibili", "instagram", "tiktok", "youtube", "zhihu"]


def member(title: str, hours: float | None, *functions: str, count: int = 1) -> Member:
    return Member(title=title, hours=hours, functions=list(functions), count=count)


def objective(kind: str) -> Objective:
    return Objective.model_validate({"text": kind, "kind": kind})


def period(first: str, last: str) -> Period:
    return Period(start=dt.date.fromisoformat(first), end=dt.date.fromisoformat(last))


TEA = BrandBrief(
    brand="松间茶", category="beverage", markets=["CN"], language="zh-CN", objectives=[objective("conversion"), objective("followers")],
    accounts=[Account(platform="xiaohongshu", followers=3200), Account(platform="wechat", followers=5400)],
    platforms=Platforms(must=["xiaohongshu", "douyin"], may=["wechat"], avoid=["kuaishou"]),
    budget=Budget(total=360000, currency="CNY"), period=period("2027-03-01", "2027-08-31"),
    team=[
        member("运营小林", 30, "copy", "operator", "community"), member("平面设计师", 16, "design"), member("剪辑", 20, "video"),
        member("品牌经理", 5, "strategist", "approver"),
    ],
    embargoes=[Embargo(fact="桂花新口味", until=dt.date(2027, 4, 20))],
    key_dates=[
        KeyDate(date=dt.date(2027, 3, 28), name="春茶开采"), KeyDate(date=dt.date(2027, 4, 20), name="桂花新口味上市"),
        KeyDate(date=dt.date(2027, 6, 1), end=dt.date(2027, 6, 18), name="天猫 618"),
    ],
)  # fmt: skip
PUMPS = BrandBrief(
    brand="Norrby Pumps", business="b2b", category="b2b_industrial", markets=["US"], language="en",
    objectives=[objective("conversion"), objective("awareness")], audience=[Audience(name="Controllers and CFOs at food plants")],
    platforms=Platforms(must=["linkedin"], may=["youtube"], avoid=["tiktok"]), budget=Budget(total=54000, currency="USD"),
    period=period("2027-02-01", "2027-07-31"),
    team=[member("marketing manager", 18), member("applications engineer", 3, "presenter"), member("video editor", 8, "video"), member("owner", 1)],
)  # fmt: skip
SOLO = BrandBrief(
    brand="Ash Chairs", business="local", category="local_service", markets=["GB"], language="en", objectives=[objective("conversion")],
    platforms=Platforms(may=["instagram", "pinterest"], avoid=["tiktok"]), budget=Budget(total=450, currency="GBP"),
    period=period("2027-03-01", "2027-05-31"), team=[member("Nora", 4)],
    key_dates=[KeyDate(date=dt.date(2027, 4, 24), name="Makers' Market")],
)  # fmt: skip
TINY = BrandBrief(
    brand="Two Hours", business="local", category="restaurant", markets=["TW"], language="zh-TW", objectives=[objective("conversion")],
    budget=Budget(total=0), period=period("2027-03-01", "2027-03-28"), team=[member("老闆", 2)],
)  # fmt: skip
LARGE = BrandBrief(
    brand="大柏", category="beauty", markets=["CN", "GLOBAL"], language="zh-CN", objectives=[objective("awareness"), objective("conversion")],
    platforms=Platforms(must=list(NINE)), budget=Budget(total=10_000_000, currency="CNY"), period=period("2027-01-01", "2027-12-31"),
    team=[
        member("文案", 40, "copy", "planner", count=4), member("设计", 40, "design", count=4), member("视频", 40, "video", count=6),
        member("运营", 40, "operator", "community", count=4), member("总监", 10, "strategist", "approver"), member("数据", 40, "analyst"),
    ],
)  # fmt: skip
NO_TEAM = BrandBrief(
    brand="慢街",
    business="local",
    category="restaurant",
    markets=["CN"],
    language="zh-CN",
    platforms=Platforms(must=["xiaohongshu"]),
)
CASES = {"tea": TEA, "pumps": PUMPS, "solo": SOLO, "tiny": TINY, "large": LARGE, "no team": NO_TEAM}
