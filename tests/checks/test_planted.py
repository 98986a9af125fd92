"""Every check catches the defects planted for it, and nothing else cries out."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.brief import model as b
from agent.checks import CheckContext, registry, run_checks
from agent.data import read_yaml
from agent.plan.model import Finding, MarketingPlan, PartWords
from tests.checks import sample
from tests.checks.sample import put

BASE = {(f.code, f.where) for f in run_checks(sample.plan(), sample.context())}
Edit = Callable[[Any], Any]


def without(**wanted: Any) -> Edit:
    """Drops the rows of a list that have these values."""
    return lambda rows: [row for row in rows if any(getattr(row, k) != v for k, v in wanted.items())]


def having(place: int, **new: Any) -> Edit:
    """Changes fields of one row of a list."""
    return lambda rows: [row.model_copy(update=new) if n == place else row for n, row in enumerate(rows)]


def more(*texts: str) -> Edit:
    return lambda old: [*old, *texts]


D = dt.date
FIRST = "calendar.entries[0]"
POST = "adaptations.posts[0]"
LONG = "很长" * 600

PLANTED: list[tuple[Any, ...]] = [
    # code, path (or "brief." + path), new value or function, further codes that rightly follow
    ("ARI-001", "kpis.kpis[0].target.low", 90.0),
    ("ARI-001", "market.audit[0].followers", lambda f: f.model_copy(update={"value": float("nan")})),
    ("CPL-002", f"{POST}.cta", "隔夜冷发酵的海盐贝果，全网最低价。"),
    ("CPL-002", f"{FIRST}.hook", "这款贝果能治失眠。"),
    ("CPL-003", f"{POST}.cta", "明明卖贝果，标题写某明星出事了。"),
    ("CPL-003", f"{FIRST}.hook", "我们的贝果人人满意。"),
    ("CPL-004", f"{POST}.cta", "调查显示，大家更爱隔夜冷发酵的贝果。", {"CPL-005"}),
    ("CPL-004", f"{FIRST}.hook", "这项发酵工艺已获专利。"),
    ("CPL-005", "brief.markets", ["TW"]),
    ("CPL-005", f"{POST}.cta", "据统计，大家更爱隔夜冷发酵的贝果。", {"CPL-004"}),
    ("ARI-002", "themes.pillars[0].share", 41),
    ("ARI-002", "themes.pillars[2].share", 0),
    ("ARI-003", "phases[0].share", 0.6),
    ("ARI-003", "phases[1].share", 0.4),
    ("ARI-004", "risks.risks[0].score", 25),
    ("ARI-004", "risks.risks[3].likelihood", 6),
    ("ARI-005", "risks.risks", lambda rows: [rows[1], rows[0], *rows[2:]]),
    ("ARI-005", "summary.top_risks", ["S1", "S4"]),
    ("ARI-006", "platforms.choices[0].total", 4.6),
    ("ARI-006", "platforms.choices[1].scores[0].weight", 0.9),
    ("ARI-007", "measurement.experiments[0].conclusive", True),
    ("ARI-007", "measurement.experiments[0].available", 2400),
    ("ARI-008", "kpis.curve[0].month", sample.END),
    ("ARI-008", "kpis.curve", lambda rows: [rows[0].model_copy(update={"month": D(2027, 3, 10), "forecast": 5000.0}), *rows]),
    ("ARI-009", "kpis.curve[1].forecast", 2400.0),
    ("ARI-009", "positioning.goals[1].verdict.base", 420000.0),
    ("ARI-010", "calendar.topics_used", 40),
    ("ARI-010", "themes.mix[0].pieces", 12),
    ("ARI-011", "positioning.goals[2].verdict.low", 13000.0),
    ("ARI-011", "positioning.goals[3].verdict", lambda v: v.model_copy(update={"low": None, "base": None, "high": None})),
    ("BUD-001", "budget.lines[3].cents", 200_001),
    ("BUD-001", "budget.total_cents", 6_000_100, {"FID-001", "BUD-008"}),
    ("BUD-002", "platforms.choices[0].budget_cents", 3_300_001),
    ("BUD-002", "platforms.choices[2].budget_cents", 500),
    ("BUD-003", "budget.creators[0].number", 11),
    ("BUD-003", "budget.creators[1].fee_cents", 290_000, {"BUD-008"}),
    ("BUD-004", "budget.creators[0].total_cents", 590_000, {"BUD-003"}),
    ("BUD-004", "budget.creators", without(id="CR1")),
    ("BUD-005", "budget.paid[1]", lambda p: p.model_copy(update={"cents": 602_000})),
    ("BUD-005", "budget.paid", having(0, platform="douyin")),
    ("BUD-006", "community.ugc.budget_cents", 400_000),
    ("BUD-006", "community.events[1].budget_cents", 5_000_000),
    ("BUD-007", "brief.budget.limits[0].share", 0.2, {"BUD-008"}),
    ("BUD-007", "brief.budget.limits[2].amount", Decimal(2000), {"BUD-008"}),
    ("BUD-007", "brief.budget.limits[1].amount", Decimal(40000), {"BUD-008"}),
    ("BUD-008", "budget.caps[0].actual_cents", 1_400_000),
    ("BUD-008", "budget.caps[1].kept", False),
    ("BUD-008", "budget.caps", without(limit_cents=400_000)),
    ("BUD-009", "budget.lines[0].fixed", False),
    ("BUD-009", "budget.lines[1].fixed", True),
    ("BUD-010", "budget.scenarios[1].clicks", 5000.0),
    ("BUD-010", "budget.scenarios", lambda rows: rows[::-1]),
    ("BUD-011", "budget.scenarios[1].roi", 0.5),
    ("BUD-011", "budget.scenarios[2].cost_per_result_cents", 100),
    ("BUD-011", "budget.scenarios[0].revenue_cents", None),
    ("BUD-012", "budget.paid[0].impressions.value", 260_000.0),
    ("BUD-012", "budget.paid[1].cpm.value", 55.0),
    ("BUD-013", "budget.currency", "USD"),
    ("BUD-013", "budget.paid[0].cpm.unit", "USD"),
    ("BUD-014", "strategy.lines[0].input_cents", 4_000_000),
    ("BUD-014", "strategy.lines[3].input_cents", 2_000_000),
    ("CAP-001", "team.weeks[0].hours", 26.0),
    ("CAP-001", "team.weeks[2].hours", 6.0),
    ("CAP-002", "team.weeks[0].hours", 34.0),
    ("CAP-002", "team.weeks[2].hours", 7.0),
    ("CAP-003", "platforms.choices[0].cadence", 5.0),
    ("CAP-003", "platforms.choices[1].cadence", 2.0),
    ("CAP-004", "team.weeks[0].hours", 61.0, {"CAP-002", "GRD-004"}),
    ("CAP-004", "team.weeks[1].hours", 80.0, {"CAP-002", "GRD-004"}),  # "two tenths of the time stay free" is no longer so
    ("CAP-005", "team.roles[0].peak", 2.0),
    ("CAP-005", "team.weeks[0].capacity", 40.0),
    ("CMP-001", "market.lessons", []),
    ("CMP-001", "engagement.negative", []),
    ("CMP-001", "community.events", without(place="offline")),
    ("CMP-001", "personas.personas[1].spending", " "),
    ("COV-001", "kpis.kpis", without(goal="G3"), {"CMP-001", "COV-011"}),
    ("COV-001", "kpis.kpis[4].goal", "G5"),
    ("COV-001", "kpis.kpis[4].goal", "", {"CMP-001"}),
    ("COV-002", "calendar.entries", lambda rows: [r.model_copy(update={"pillar": "T2" if r.pillar == "T1" else r.pillar}) for r in rows]),
    ("COV-002", "calendar.entries", lambda rows: [r.model_copy(update={"pillar": "T1" if r.pillar == "T3" else r.pillar}) for r in rows]),
    ("COV-003", "calendar.entries[4].topic", "海盐贝果的十六小时"),
    ("COV-003", "calendar.entries[3].topic", "黑麦方包配料逐行读"),
    ("COV-004", "themes.pillars[0].topics", lambda t: t[:2], {"REF-001"}),
    ("COV-004", "themes.pillars[1].topics", [], {"CMP-001", "REF-001"}),
    ("COV-005", "calendar.entries", without(platform="douyin"), {"ARI-010", "CAP-003"}),
    ("COV-005", "platforms.choices[2].role", "support", {"COV-006", "COV-016"}),
    ("COV-006", "adaptations.posts", without(id="K1-douyin")),
    ("COV-006", "adaptations.posts[5].pillar", "T1"),
    ("COV-007", "risks.risks[0].response", ["看情况。"]),
    ("COV-007", "risks.risks[2].owner", " ", {"CMP-001", "REF-001"}),
    ("COV-007", "risks.risks[2].owner", "", {"CMP-001"}),
    ("COV-008", "personas.personas[0].pillars", ["T2"]),
    ("COV-008", "personas.personas[1].platforms", ["weibo", "wechat"], {"REF-001"}),
    ("COV-009", "market.unknowns[0].decision", "", {"CMP-001"}),
    ("COV-009", "market.competitors[0].observations[3].task", ""),
    ("COV-010", "market.competitors[0].observations", without(aspect="strengths"), {"CMP-001"}),
    ("COV-010", "market.competitors[0].observations[1].text", "", {"CMP-001"}),
    ("COV-011", "production.gates", without(kind="tone"), {"CMP-001"}),
    ("COV-011", "risks.risks[3].kind", "partner", {"CMP-001"}),
    ("COV-012", "budget.lines[3].category", "content"),
    ("COV-012", "budget.lines[8].category", "labour"),
    ("COV-013", "measurement.reviews", without(kind="monthly")),
    ("COV-013", "measurement.reviews[0].kind", "gate", {"CMP-001"}),
    ("COV-013", "meta.end", D(2027, 8, 31), {"CAP-003", "COV-018", "DAT-006", "DAT-007", "FID-007"}),
    ("COV-014", "team.roles", without(id="analyst"), {"CMP-001", "REF-001"}),
    ("COV-014", "team.roles[3].holder", ""),
    ("COV-015", f"{FIRST}.hook", "", {"CMP-001"}),
    ("COV-015", f"{FIRST}.owner", " ", {"CMP-001", "REF-001"}),
    ("COV-016", "engagement.windows", without(platform="douyin")),
    ("COV-016", "market.audit", without(platform="xiaohongshu")),
    ("COV-017", "strategy.phases", without(phase="F2")),
    ("COV-017", "positioning.emphasis", without(phase="F1")),
    ("COV-018", "calendar.entries", without(kind="buffer"), {"CMP-001"}),
    ("COV-018", "calendar.entries", lambda rows: [r.model_copy(update={"kind": "event"}) if r.kind == "buffer" else r for r in rows],
     {"CMP-001", "COV-015", "ARI-010"}),
    ("CAP-006", "strategy.idea.mechanism", "老周每周讲一句面包术语，街坊猜是什么。"),
    ("CAP-006", "strategy.lines[0].actions", ["“五点亮灯”每周一更。"]),
    ("COV-019", "budget.lines[0].item", "开店短片"),
    ("COV-019", "budget.lines[0].item", "开店抽奖奖品"),
    ("COV-020", "calendar.entries", lambda rows: [r.model_copy(update={"goal": "G1"}) if r.goal == "G5" else r for r in rows]),
    ("COV-020", "calendar.entries", lambda rows: [r.model_copy(update={"key_date": ""}) for r in rows]),
    ("DAT-001", f"{FIRST}.date", D(2027, 2, 27), {"DAT-008"}),
    ("DAT-001", "calendar.key_dates[1].date", D(2027, 5, 4)),
    ("DAT-002", "calendar.key_dates[1].deliver_by", D(2027, 4, 13)),
    ("DAT-002", "calendar.key_dates[1].deliver_by", D(2027, 4, 10)),
    ("DAT-002", "calendar.key_dates[0].prepare_from", D(2027, 4, 2)),
    ("DAT-003", f"{FIRST}.deadline", D(2027, 3, 2)),
    ("DAT-003", f"{FIRST}.deadline", D(2026, 11, 20)),
    ("DAT-004", f"{FIRST}.deadline", D(2027, 2, 27)),
    ("DAT-004", "calendar.entries[20].deadline", D(2027, 4, 5)),
    ("DAT-005", "measurement.reviews[0].date", D(2027, 3, 7)),
    ("DAT-005", "engagement.drill", D(2027, 6, 1)),
    ("DAT-006", "calendar.entries", lambda rows: [r for r in rows if r.date < D(2027, 4, 22)], {"ARI-010"}),
    ("DAT-006", "calendar.entries", lambda rows: [r for r in rows if r.date < D(2027, 4, 8)], {"ARI-010", "CAP-003", "COV-020"}),
    ("DAT-007", "phases[1].start", D(2027, 4, 3), {"DAT-008"}),
    ("DAT-007", "phases[1].end", D(2027, 4, 29), {"DAT-008"}),
    ("DAT-008", f"{FIRST}.phase", "F2"),
    ("DAT-008", f"{FIRST}.time", "7.30"),
    ("DAT-009", "summary.decisions", more("3月8日（周二）决定。")),
    ("DAT-009", "summary.decisions", more("2027年4月12日（星期日）上市。")),
    ("DAT-010", "summary.first_30_days[0].date", D(2026, 11, 1)),
    ("DAT-010", "market.unknowns[0].due", "2027-06-01"),
    ("DAT-010", "community.events[1].date", D(2027, 5, 1)),
    ("DAT-011", f"{FIRST}.date", D(2027, 4, 5), {"DAT-008"}),
    ("DAT-011", "calendar.key_dates[1]", lambda k: k.model_copy(update={"date": D(2027, 4, 16), "use": "quiet"})),
    ("DAT-012", "calendar.key_dates[0].prepare_from", D(2026, 10, 1)),
    ("DAT-012", "calendar.key_dates[1].prepare_from", D(2026, 11, 22)),
    ("DIS-001", "themes.pillars[0].topics[1].title", "海盐贝果的十六小时！"),
    ("DIS-001", "personas.personas[1].pains", ["早餐店排队太久。"]),
    ("DIS-002", "themes.pillars[1].topics[1].hook", "把背面翻过来再看。"),
    ("DIS-002", "themes.pillars[1].why_care", "等的时间里顾客看不见。"),
    ("DIS-003", "adaptations.posts[1].body", lambda _: sample.POSTS["T1", "xiaohongshu"][1], {"LIM-002"}),
    ("DIS-003", "adaptations.posts[5]", lambda p: p.model_copy(
        update={"body": sample.POSTS["T3", "xiaohongshu"][1] + "就是这里。"}), {"LIM-002"}),
    ("DIS-004", "themes.pillars", lambda ps: [p.model_copy(update={"topics": [
        t.model_copy(update={"hook": f"你知道吗？{t.hook}"}) for t in p.topics]}) for p in ps]),
    ("DIS-004", "themes.pillars", lambda ps: [p.model_copy(update={"topics": [
        t.model_copy(update={"hook": f"今天我们{t.hook}"}) if p.id != "T3" else t for t in p.topics]}) for p in ps]),
    ("FEA-001", "positioning.goals[1].verdict.status", "infeasible"),
    ("FEA-001", "positioning.goals[4].verdict", lambda v: v.model_copy(update={"status": "infeasible", "target_cost_cents": 900_000_000})),
    ("FEA-002", "positioning.goals[1].verdict.status", "stretch"),
    ("FEA-002", "positioning.goals[2].verdict.status", "stretch"),
    ("FEA-003", "positioning.goals[0].verdict.status", "unknown"),
    ("FEA-003", "positioning.goals[1]", lambda g: g.model_copy(
        update={"origin": "brief", "verdict": g.verdict.model_copy(update={"status": "unknown"})})),
    ("FID-001", "brief.budget.total", Decimal(59999)),
    ("FID-001", "brief.budget.total", Decimal("60000.01")),
    ("FID-002", "brief.platforms.avoid", ["kuaishou", "wechat"]),
    ("FID-002", "budget.lines[3].platform", "kuaishou", {"BUD-002"}),
    ("FID-003", "brief.platforms.must", ["xiaohongshu", "wechat"]),
    ("FID-003", "brief.platforms.must", ["xiaohongshu", "tiktok"]),
    ("FID-004", f"{FIRST}.hook", "吃它也能减肥。"),
    ("FID-004", "engagement.replies[0].reply", "我们是城里第一。"),
    ("FID-004", "brief.never_say", ["盐香、炉门"]),
    ("FID-005", "brief.must_say", ["清晨现烤", "支持当日退换"]),
    ("FID-005", "brief.must_say", ["一炉一号"]),
    ("FID-006", f"{FIRST}.topic", "抹茶贝果抢先看"),
    ("FID-006", "engagement.statements[0].text", "抹茶贝果尚未上市，[时间]前答复。"),
    ("FID-007", "brief.period.end", D(2027, 5, 31)),
    ("FID-007", "meta.brand", "麦岛面包"),
    ("FID-008", "team.roles[4].holder", "摄影师老王"),
    ("FID-008", "team.roles[1].holder", "运营小周、实习生小赵"),
    ("FID-009", "brief.competitors", lambda c: [*c, b.Competitor(name="山下烘焙")]),
    ("FID-009", "market.competitors[0].name", "麦田坊", {"GRD-007"}),
    ("FID-010", "brief.products", lambda p: [*p, b.Product(name="肉桂卷")]),
    ("FID-010", "brief.products", lambda p: [b.Product(name="节日礼盒"), *p]),
    ("FID-011", "adaptations.posts[2].body", lambda t: t.replace("26 元", "22 元"), {"GRD-004"}),
    ("FID-011", "engagement.replies[0].reply", "现在买一个减 ¥3。", {"GRD-004"}),
    ("FID-012", "engagement.replies[0].reply", "比晨麦坊更咸一点。"),
    ("FID-012", f"{FIRST}.hook", "晨麦坊不会告诉你的事。"),
    ("FID-013", "brief.content_languages", {"douyin": "en"}),
    ("FID-013", "brief.content_languages", {"xiaohongshu": "zh-TW", "douyin": "zh-CN"}),
    ("FID-014", "summary.situation", "账号已经达到 3,000 粉丝。"),
    ("FID-014", "positioning.fit", "与社区店的方向一致，粉丝突破了 3000。"),
    ("LAN-001", "summary.situation", "帳號有 800 粉絲，店在拱墅区。"),
    ("LAN-001", "risks.risks[0].prevention", "先測導航卡片。"),
    ("LAN-003", "summary.situation", "账号有 800 粉丝，we should really post more often here。"),
    ("LAN-003", "strategy.lines[0].approach", "Film the bagel from dough to oven, every single week."),
    ("LAN-004", "summary.situation", "账号有 {followers} 粉丝。"),
    ("LAN-004", "positioning.fit", "品牌方向待定 TBD。"),
    ("LAN-005", "summary.situation", "账号有 None 粉丝。"),
    ("LAN-005", "positioning.fit", "与 ['社区', '早餐'] 一致。"),
    ("LAN-006", "summary.situation", "账号有 800 粉丝，，店在拱墅区。"),
    ("LAN-006", "positioning.fit", "与方向（）一致。。"),
    ("LAN-007", "summary.situation", "账号有 800 粉丝。店在地铁口，"),
    ("LAN-007", "strategy.lines[1].approach", "每条评论两小时内由小周答复"),
    ("LAN-008", "positioning.fit", "社区店要慢慢做，" * 20 + "急不得。"),
    ("LAN-008", "summary.money", "六万元里有一半以上会放在小红书上，" * 24 + "其余给抖音。"),
    ("LAN-009", "summary.situation", "账号有 800 粉丝,店在拱墅区的的地铁口。"),
    ("LAN-009", "positioning.fit", "与社区店的的方向一致。"),
    ("LIM-001", f"{POST}.title", "海盐贝果的十六小时到底发生了什么有趣的事情呀", {"LIM-002"}),
    ("LIM-001", "adaptations.posts[1].hashtags", list("甲乙丙丁戊己"), {"LIM-002"}),
    ("LIM-001", "adaptations.posts[2].body", LONG, {"LIM-002", "LAN-008", "CPL-003"}),
    ("LIM-002", f"{POST}.limits[0].count", 3.0),
    ("LIM-002", f"{POST}.limits", lambda rows: rows[1:]),
    ("LIM-003", "adaptations.posts[1]", lambda p: p.model_copy(update={"platform": "wechat_channels", "title": "早上好"}), {"COV-006", "LIM-002"}),
    ("LIM-003", "adaptations.posts[3]", lambda p: p.model_copy(update={"platform": "wechat_channels", "title": ""}), {"COV-006", "LIM-002"}),
    ("LIM-004", f"{POST}.format", "newsletter"),
    ("LIM-004", f"{FIRST}.format", "poll", {"ARI-010"}),
    ("LIM-005", f"{POST}.hashtags", ["#海盐贝果", "拱墅早餐"]),
    ("LIM-005", f"{POST}.hashtags", ["海盐 贝果", "拱墅早餐"]),
    ("LIM-005", f"{POST}.hashtags", ["拱墅早餐", "拱墅早餐"]),
    ("REF-001", f"{FIRST}.pillar", "T9"),
    ("REF-001", "summary.goals", ["G1", "G77"]),
    ("REF-001", "measurement.rules[0].owner", "cfo"),
    ("REF-002", "budget.creators[0].views.sources", ["kb:nowhere"], {"GRD-001"}),
    ("REF-002", "engagement.windows[0].source", "kb:windows.none", {"GRD-001"}),
    ("REF-003", "risks.risks", lambda rows: [*rows[:3], rows[3].model_copy(update={"id": "S3"})]),
    ("REF-003", "calendar.entries[1].id", "E001"),
    ("REF-004", "themes.pillars[0].proof.sources", []),
    ("REF-004", "positioning.goals[0].target.formula", ""),
    ("REF-004", "market.audit[0].engagement.note", "", {"CMP-001"}),
    ("WRD-001", "words[market]", PartWords(source="mixed", model_share=0.49, characters=100)),
    ("WRD-001", "words", lambda words: {part: PartWords(source="playbook", characters=80) for part in words} | {"budget": PartWords(source="model", model_share=1.0, characters=900)}),
    ("SPE-001", "positioning", lambda p: p.model_copy(update={
        "statement": "我们做好内容。", "proof": [], "goals": [g.model_copy(update={"statement": "做得更好。"}) for g in p.goals]}), {"CMP-001"}),
    ("SPE-001", "summary", lambda x: x.model_copy(update=dict.fromkeys(("headline", "situation", "idea", "verdict", "money"), "我们会把内容做好。"))),
]  # fmt: skip


def found(plan: MarketingPlan, ctx: CheckContext) -> list[Finding]:
    """Findings that the clean plan does not raise at that place."""
    return [f for f in run_checks(plan, ctx) if (f.code, f.where) not in BASE]


TOLD = Path(__file__).parent / "told.yaml"
"""What the check of each planted defect says, numbers and all; `python -m tests.checks.test_planted` writes it again, to be read in the diff.

Compliance is left out: its words are the rules' own, and those have a corpus.
"""


def told(row: tuple[Any, ...], findings: list[Finding]) -> list[str]:
    """Place and words of what the row's own check says."""
    return [f"{f.where}: {f.message}" for f in findings if f.code == row[0] and not f.code.startswith("CPL")]


def names() -> list[str]:
    """A name for each row: code and path, with a number where they come again."""
    seen: Counter[str] = Counter()
    found = []
    for code, path, *_ in PLANTED:
        seen[f"{code} {path}"] += 1
        found.append(f"{code} {path} {seen[f'{code} {path}']}")
    return found


def damaged(path: str, value: Any) -> tuple[MarketingPlan, CheckContext]:
    plan, ctx = sample.plan(), sample.context()
    if path.startswith("brief."):
        put(ctx.brief, path.removeprefix("brief."), value)
    else:
        put(plan, path, value)
    return plan, ctx


def test_the_sample_is_clean() -> None:
    assert [f for f in run_checks(sample.plan(), sample.context()) if f.severity == "error"] == []


@functools.cache
def recorded() -> dict[str, list[str]]:
    return read_yaml(TOLD)  # type: ignore[no-any-return]


@pytest.mark.parametrize("place", range(len(PLANTED)), ids=names())
def test_a_planted_defect_is_caught_and_told_and_nothing_else(place: int) -> None:
    code, path, value, *rest = PLANTED[place]
    findings = found(*damaged(path, value))
    assert {f.code for f in findings} == {code, *(rest[0] if rest else ())}
    assert told(PLANTED[place], findings) == recorded()[names()[place]]


def test_every_check_has_two_planted_defects() -> None:
    planted = [row[0] for row in PLANTED]
    elsewhere = {"LAN-002", "CPL-001"}  # an English plan is needed: test_language.py; torn rules: test_compliance.py
    few = {code for code in registry() if planted.count(code) < 2}
    assert {
        code for code in few if not code.startswith(("GRD", "LEG"))
    } == elsewhere  # whole plans for those: test_grounding.py, compliance/test_plans.py


def test_checks_do_not_change_the_plan() -> None:
    plan, ctx = sample.plan(), sample.context()
    before = copy.deepcopy(plan)
    run_checks(plan, ctx)
    assert plan == before


def test_only_runs_the_named_checks() -> None:
    plan, ctx = damaged("budget.total_cents", 1)
    assert {f.code for f in run_checks(plan, ctx, only={"BUD-001"})} == {"BUD-001"}


def test_findings_come_errors_first_with_message_and_fix() -> None:
    findings = run_checks(*damaged("budget.total_cents", 1))
    ranks = [("error", "warning", "info").index(f.severity) for f in findings]
    assert ranks == sorted(ranks)
    assert all(f.message and f.fix and "{" not in f.message + f.fix for f in findings)


if __name__ == "__main__":
    rows = zip(names(), (told(row, found(*damaged(row[1], row[2]))) for row in PLANTED), strict=True)
    TOLD.write_text(
        "".join(f"{name}: {json.dumps(lines, ensure_ascii=False)}\n" for name, lines in rows), encoding="utf-8"
    )


def test_more_money_is_no_fix_where_the_verdict_says_that_money_does_not_close_the_gap() -> None:
    plan, ctx = sample.plan(), sample.context()
    verdict = plan.positioning.goals[4].verdict
    verdict.status, verdict.target_cost_cents = "infeasible", 1_000_000
    (priced,) = run_checks(plan, ctx, only={"FEA-001"})
    assert "或追加预算" in priced.fix
    verdict.target_cost_cents = None
    (beyond,) = run_checks(plan, ctx, only={"FEA-001"})
    assert "不靠追加预算" in beyond.fix
