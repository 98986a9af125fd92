"""Where each check begins: what lies on a border is right, and a hair beyond it is not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from agent.brief import model as b
from agent.checks import CheckContext, run_checks
from agent.checks.coverage import buffers_kept
from agent.checks.distinct import grams, similarity
from agent.checks.money import limit_cents
from agent.checks.specificity import _opening, _pieces, anchors, named_share, pattern
from agent.checks.targets import target_numbers, told_as_reached
from agent.checks.terms import amounts, numbers, squeezed
from agent.plan.model import PartWords
from tests.checks import sample
from tests.checks.sample import put

D = dt.date


def new(**fields: Any) -> Any:
    """Changes fields of an object."""
    return lambda old: old.model_copy(update=fields)


def last(**fields: Any) -> Any:
    """Changes fields of the last row of a list."""
    return lambda rows: [*rows[:-1], rows[-1].model_copy(update=fields)]


def both(first: Any, second: Any) -> Any:
    """Changes the first two rows of a list."""
    return lambda rows: [first(rows[0]), second(rows[1]), *rows[2:]]


def between(forecast: float) -> Any:
    """Puts a point into the curve of the first goal, which runs from 1,550 to 2,300."""
    return lambda rows: [rows[0], rows[0].model_copy(update={"month": D(2027, 4, 15), "forecast": forecast}), *rows[1:]]


def aiming(target: float) -> Any:
    """Gives that curve a point more and targets of 3,000, the one given, and 4,200."""
    wanted = (3000.0, target, 4200.0)

    def put_in(rows: Any) -> Any:
        points = between(2000.0)(rows)
        return [
            *(one.model_copy(update={"target": value}) for one, value in zip(points, wanted, strict=False)),
            *points[3:],
        ]

    return put_in


BUFFER = 9  # the place of a calendar row that is kept free

BORDERS: list[tuple[str, str, Any, Any]] = [
    # code, path (or "brief." + path), what is still right, what is not
    ("ARI-001", "kpis.kpis[0].target", new(low=20.0), new(low=20.1)),
    ("ARI-001", "kpis.kpis[0].target", new(high=20.0), new(high=19.9)),
    ("ARI-003", "phases[0].share", 0.5009, 0.5011),
    ("ARI-003", "phases[0].share", 0.4991, 0.4989),
    ("ARI-004", "risks.risks[0]", new(likelihood=5, impact=5, score=25), new(likelihood=6, impact=5, score=30)),
    ("ARI-004", "risks.risks[0]", new(likelihood=5, impact=5, score=25), new(likelihood=5, impact=6, score=30)),
    ("ARI-004", "risks.risks[3]", new(likelihood=1, impact=1, score=1), new(likelihood=0, impact=1, score=0)),
    ("ARI-004", "risks.risks[3]", new(likelihood=1, impact=1, score=1), new(likelihood=1, impact=0, score=0)),
    ("ARI-005", "risks.risks[3].score", 10, 11),
    ("ARI-005", "risks.risks[2].score", 12, 13),
    ("ARI-005", "risks.risks[0].score", 12, 11),
    ("ARI-005", "summary.top_risks", ["S1"], ["S2"]),
    ("ARI-005", "summary.top_risks", ["S1", "S2", "S3", "S4"], ["S1", "S2", "S4"]),
    ("ARI-006", "platforms.choices[0].total", 4.049, 4.051),
    ("ARI-006", "platforms.choices[0].total", 3.951, 3.949),
    ("ARI-006", "platforms.choices[0].scores[0]", new(weight=0.609), new(weight=0.611)),
    ("ARI-006", "platforms.choices[0].scores[0]", new(weight=0.591), new(weight=0.589)),
    ("ARI-006", "platforms.choices[0].scores", [], lambda rows: rows[:1]),
    ("ARI-007", "measurement.experiments[0]", new(available=2000, conclusive=True), new(available=1999, conclusive=True)),
    ("ARI-007", "measurement.experiments[0]", new(available=1999, conclusive=False), new(available=2000, conclusive=False)),
    ("ARI-007", "measurement.experiments[0]", new(sample=1, conclusive=True), new(sample=0, conclusive=True)),
    ("ARI-008", "kpis.curve", between(2300.0), between(2300.1)),
    ("ARI-008", "kpis.curve", between(1550.0), between(1549.9)),
    ("ARI-008", "kpis.curve[0].month", D(2027, 4, 29), D(2027, 4, 30)),
    ("ARI-008", "kpis.curve", aiming(4200.0), aiming(4200.1)),
    ("ARI-009", "kpis.curve[1].forecast", 2323.0, 2323.1),
    ("ARI-009", "kpis.curve[1].forecast", 2277.0, 2276.9),
    ("ARI-009", "positioning.goals[0].verdict", new(base=None), new(base=2200.0)),
    ("ARI-010", "calendar.entries[0].kind", "live", "buffer"),
    ("ARI-011", "positioning.goals[0].verdict", new(low=2300.0, high=2300.0), new(low=2300.1)),
    ("ARI-011", "positioning.goals[5].verdict", new(low=None, base=None, high=None), new(high=1.0)),
    ("ARI-011", "positioning.goals[0].verdict", new(status="unknown", low=None, base=None, high=None), new(low=None, base=None, high=None)),
    ("BUD-001", "budget.lines", both(new(cents=0), new(cents=1_200_000)), both(new(cents=-1), new(cents=1_200_001))),
    ("BUD-006", "community.ugc.budget_cents", 200_000, 200_001),
    ("BUD-007", "brief.budget.limits[0].share", 0.25, 0.2499),
    ("BUD-007", "brief.budget.limits[1].amount", Decimal(33_000), Decimal("33000.01")),
    ("BUD-007", "brief.budget.limits[2].amount", Decimal(3_000), Decimal("2999.99")),
    ("BUD-007", "brief.budget.limits[0]", new(share=None), new(share=0.0)),
    ("BUD-007", "brief.budget.limits[0]", new(amount=Decimal(15_000)), new(amount=Decimal(14_999))),
    ("BUD-007", "brief.budget.limits[0]", new(share=1.0, amount=Decimal(15_000)), new(share=0.2, amount=Decimal(60_000))),
    ("BUD-008", "budget.caps[0].limit_cents", 2_400_001, 2_400_002),
    ("BUD-008", "budget.caps[0].limit_cents", 2_399_999, 2_399_998),
    ("BUD-008", "budget.caps[0]", new(limit_cents=1, kept=False, lowered_cents=2_400_001), new(limit_cents=1, lowered_cents=2_400_001)),
    ("BUD-008", "budget.caps[0]", new(limit_cents=1, kept=False, lowered_cents=2_400_001), new(limit_cents=1, kept=False, lowered_cents=2_400_002)),
    ("BUD-009", "brief.budget.fixed[0].amount", Decimal(8_000), Decimal("8000.01")),
    ("BUD-009", "brief.budget.fixed[0].amount", Decimal(8_000), Decimal("7999.99")),
    ("BUD-009", "brief.budget.fixed[0]", new(platform="xiaohongshu"), new(platform="douyin")),
    ("BUD-009", "brief.budget.fixed[0]", new(category="content"), new(category="tools")),
    ("BUD-010", "budget.scenarios[0].clicks", 3200.0, 3200.1),
    ("BUD-010", "budget.scenarios[2].clicks", 3200.0, 3199.9),
    ("BUD-010", "budget.scenarios[0].clicks", 0.0, -0.1),
    ("BUD-011", "budget.scenarios[1].roi", 0.1446, 0.1448),
    ("BUD-011", "budget.scenarios[1]", new(revenue_cents=12_000_000, roi=2.039), new(revenue_cents=12_000_000, roi=2.041)),
    ("BUD-011", "budget.scenarios[1]", new(revenue_cents=12_000_000, roi=1.961), new(revenue_cents=12_000_000, roi=1.959)),
    ("BUD-011", "budget.scenarios[1]", new(revenue_cents=None, roi=None), new(revenue_cents=None)),
    ("BUD-011", "budget.scenarios[1]", new(total_cents=0, roi=None, cost_per_result_cents=None), new(total_cents=0, cost_per_result_cents=None)),
    ("BUD-011", "budget.scenarios[1].cost_per_result_cents", 19_154, 19_155),
    ("BUD-011", "budget.scenarios[1].cost_per_result_cents", 18_346, 18_345),
    ("BUD-011", "budget.scenarios[1]", new(conversions=12.5, cost_per_result_cents=491_520), new(conversions=12.5, cost_per_result_cents=491_521)),
    ("BUD-011", "budget.scenarios[1]", new(conversions=12.0, cost_per_result_cents=530_833), new(conversions=12.0, cost_per_result_cents=530_834)),
    ("BUD-011", "budget.scenarios[1]", new(conversions=0.0, cost_per_result_cents=1), new(conversions=0.5, cost_per_result_cents=1)),
    ("BUD-011", "budget.scenarios[1]", new(conversions=0.0, cost_per_result_cents=1), new(conversions=1.0, cost_per_result_cents=1)),
    ("BUD-011", "budget.scenarios[1]", new(total_cents=320, cost_per_result_cents=2, roi=None), new(total_cents=320, cost_per_result_cents=3, roi=None)),
    ("BUD-012", "budget.paid[0].impressions.value", 229_500.0, 229_501.0),
    ("BUD-012", "budget.paid[0].impressions.value", 220_500.0, 220_499.0),
    ("BUD-012", "budget.paid[0]", lambda one: one.model_copy(update={"cents": 100, "impressions": sample.fig(26)}),
     lambda one: one.model_copy(update={"cents": 100, "impressions": sample.fig(26.1)})),
    ("BUD-012", "budget.paid[0]", new(cpm=sample.fig(0), impressions=sample.fig(9)), new(impressions=sample.fig(0))),
    ("BUD-012", "budget.paid[0]", new(cpm=sample.fig(None)), new(impressions=sample.fig(9))),
    ("BUD-013", "brief.budget.currency", "", "USD"),
    ("BUD-014", "strategy.lines[0].input_cents", 2_800_000, 2_800_001),
    ("CAP-001", "team.weeks[0].hours", 24.04, 24.06),
    ("CAP-001", "team.weeks[0].hours", 30.1, 30.0),
    ("CAP-001", "team.weeks[0]", new(capacity=0.0, hours=0.0), new(capacity=0.5, hours=0.6)),
    ("CAP-002", "team.weeks[0].hours", 30.0, 30.1),
    ("CAP-002", "team.weeks[0]", new(capacity=0.0, hours=9.0), new(capacity=0.5, hours=9.0)),
    ("CAP-003", "platforms.choices[2]", new(role="support", cadence=0.25), new(role="support", cadence=0.26)),
    ("CAP-003", "platforms.choices[2]", new(role="listen", cadence=3.0), new(role="primary", cadence=3.0)),
    ("CAP-003", "platforms.choices[2]", new(role="support", cadence=0.0), new(role="support", cadence=1.0)),
    ("CAP-003", "platforms.choices[0].cadence", 3.44, 3.45),  # 18 rows in 61 days: 2.0656 a week
    ("CAP-003", "platforms.choices[0].cadence", 1.48, 1.47),
    ("CAP-003", "platforms.choices[1]", new(cadence=1.72), new(cadence=1.73)),  # 9 rows: 1.0328
    ("CAP-004", "team.weeks[0].hours", 60.0, 60.1),
    ("CAP-005", "team.roles[0].peak", 2.96, 2.94),
    ("CAP-005", "team.weeks[0].capacity", 24.04, 24.06),
    ("CAP-005", "brief.team[0]", new(hours=12.0, count=2), new(hours=11.9, count=2)),
    ("CAP-005", "brief.team[0]", new(hours=24.0, count=0), new(hours=23.0, count=0)),
    ("CAP-005", "brief.team[0]", new(hours=None), new(hours=0.0)),
    ("COV-004", "themes.pillars[0].topics", lambda rows: rows[:3], lambda rows: rows[:2]),
    ("COV-007", "risks.risks[0]", new(response=["一。", "二。"]), new(response=["一。"])),
    ("COV-007", "risks.risks[0]", new(prevention="x"), new(prevention=" ")),
    ("COV-007", "risks.risks[0]", new(trigger="x"), new(trigger="")),
    ("COV-008", "personas.personas[1]", new(platforms=["douyin"]), new(platforms=["wechat"])),
    ("COV-008", "personas.personas[1]", new(pillars=["T1", "T2"]), new(pillars=["T1"])),
    ("COV-009", "market.unknowns[0].due", "2027-02-28", "2027-02-29"),
    ("COV-013", "meta.end", D(2027, 5, 29), D(2027, 5, 30)),
    ("COV-014", "team.roles[3]", new(holder="", load=0.0), new(holder="", load=0.1)),
    ("COV-015", f"calendar.entries[{BUFFER}].owner", "operator", ""),
    ("DAT-001", "calendar.entries[0].date", D(2027, 3, 1), D(2027, 2, 28)),
    ("DAT-001", "calendar.entries[0].date", D(2027, 4, 30), D(2027, 5, 1)),
    ("DAT-001", "calendar.key_dates[0].date", D(2027, 4, 30), D(2027, 5, 1)),
    ("DAT-002", "calendar.key_dates[1].prepare_from", D(2027, 4, 8), D(2027, 4, 9)),
    ("DAT-002", "calendar.key_dates[1]", new(date=D(2027, 4, 9)), new(date=D(2027, 4, 8))),
    ("DAT-003", "calendar.entries[0].deadline", D(2026, 11, 23), D(2026, 11, 22)),
    ("DAT-003", "calendar.entries[0].deadline", D(2027, 3, 1), D(2027, 3, 2)),
    ("DAT-003", f"calendar.entries[{BUFFER}].deadline", D(2027, 3, 17), D(2027, 3, 18)),
    ("DAT-004", "calendar.entries[0].deadline", D(2027, 2, 26), D(2027, 2, 28)),
    ("DAT-005", "engagement.drill", D(2027, 3, 1), D(2027, 2, 26)),
    ("DAT-005", "engagement.drill", D(2027, 4, 30), D(2027, 5, 10)),
    ("DAT-005", "risks.inspections[0].date", D(2027, 3, 30), D(2027, 3, 28)),
    ("DAT-005", "risks.risks[1].drill", None, D(2027, 3, 28)),
    ("DAT-006", "meta.end", D(2027, 5, 6), D(2027, 5, 7)),  # the last row lies on 30 April
    ("DAT-007", "phases", both(new(end=D(2027, 3, 1)), new(start=D(2027, 3, 2))), both(new(end=D(2027, 2, 28)), new(start=D(2027, 3, 1)))),
    ("DAT-007", "phases", lambda rows: rows, lambda rows: []),
    ("DAT-007", "phases", lambda rows: rows, last(start=D(2027, 3, 31))),
    ("DAT-007", "phases", lambda rows: rows, last(end=D(2027, 5, 1))),
    ("DAT-008", "calendar.entries[0].date", D(2027, 3, 1), D(2027, 2, 28)),
    ("DAT-008", "calendar.entries[0].date", D(2027, 3, 31), D(2027, 4, 1)),
    ("DAT-008", "calendar.entries[0].time", "23:59", "24:00"),
    ("DAT-008", "calendar.entries[0].time", "00:00", "07:60"),
    ("DAT-009", "summary.decisions", ["3月8日（周日）。"], ["3月8日（周二）。"]),  # a Sunday in 2026, a Monday in 2027
    ("DAT-009", "summary.decisions", ["3月8日（周一）。"], ["2026年3月8日（周一）。"]),
    ("DAT-009", "summary.decisions", ["Mon, 1 March 2027."], ["Mon, 29 Feb 2027."]),
    ("DAT-009", "summary.decisions", ["2027年3月7日（星期天）。"], ["2027年3月7日（星期六）。"]),
    ("DAT-010", "summary.first_30_days[0].date", D(2026, 11, 23), D(2026, 11, 22)),
    ("DAT-010", "positioning.goals[0].deadline", D(2027, 4, 30), D(2027, 5, 1)),
    ("DAT-010", "market.unknowns[0].due", "2026-11-23", "2026-11-22"),
    ("DAT-010", "market.unknowns[0].due", "2027-04-30", "2027-05-01"),
    ("DAT-010", "measurement.experiments[0].end", D(2027, 4, 30), D(2027, 5, 1)),
    ("DAT-010", "personas.validation[0].due", D(2027, 4, 30), D(2027, 5, 1)),
    ("DAT-011", "calendar.entries[0].date", D(2027, 4, 6), D(2027, 4, 5)),
    ("DAT-011", "calendar.key_dates[0]", new(date=D(2027, 4, 3)), new(date=D(2027, 4, 3), end=D(2027, 4, 6))),  # a row on 6 April
    ("DAT-011", f"calendar.entries[{BUFFER}]", new(date=D(2027, 4, 5)), new(date=D(2027, 4, 5), kind="post")),
    ("DAT-012", "calendar.key_dates[0].prepare_from", D(2026, 11, 23), D(2026, 11, 22)),
    ("DIS-001", "themes.pillars[0].topics[1].title", "海盐贝果的十七小时", "海盐 贝果的十六小时"),
    ("FEA-003", "positioning.goals[1]", lambda g: g.model_copy(update={"verdict": g.verdict.model_copy(update={"status": "unknown"})}),
     lambda g: g.model_copy(update={"origin": "brief", "verdict": g.verdict.model_copy(update={"status": "unknown"})})),
    ("FID-001", "brief.budget.total", None, Decimal("59999.99")),
    ("FID-002", "platforms.choices[3].role", "excluded", "listen"),
    ("FID-002", "kpis.kpis[0].platform", "douyin", "kuaishou"),
    ("FID-003", "brief.platforms.must", ["xiaohongshu", "douyin", "kuaishou"], ["wechat"]),
    ("FID-005", "brief.must_say", ["清晨现烤"], ["先攒到一百位老客再建群"]),  # said to the team is not said in public
    ("FID-005", "brief.must_say", ["昨晚八点进冷藏，今早五点下锅。路过拱墅区地铁口，趁热。"], ["昨晚八点进冷藏，下锅。"]),
    ("FID-005", "brief.must_say", ["昨晚八点进冷藏今早五点下锅清晨现烤的海盐贝果外面一层脆壳"],
     ["昨晚八点进冷藏今早五点下锅清晨外面一层脆壳里面软又香还有盐花"]),
    ("FID-006", "brief.embargoes[0]", new(keywords=["海盐贝果"], until=D(2027, 3, 1)), new(keywords=["海盐贝果"], until=D(2027, 3, 2))),
    ("FID-008", "team.roles[0].holder", "林夏；小周/阿宁", "林夏；老王"),
    ("FID-008", "team.roles[0].holder", "", "王"),
    ("FID-009", "market.competitors[0].status_quo", False, True),
    ("FID-011", "engagement.replies[0].reply", "黑麦方包 ¥26 一条。", "黑麦方包 ¥26.5 一条。"),
    ("LAN-003", "summary.situation", "账号说 we should post more often 就这样。", "账号说 we should post more often here 就这样。"),
    ("LAN-003", "strategy.lines[0].approach", "Film bagels.", "Film a bagel."),  # up to twelve letters may be a name
    ("LAN-008", "summary.money", "六" * 84, "六" * 1000),
    ("LIM-001", "adaptations.posts[0].title", "贝" * 20, "贝" * 21),
    ("LIM-001", "adaptations.posts[1].hashtags", list("甲乙丙丁戊"), list("甲乙丙丁戊己")),
    ("LIM-003", "adaptations.posts[1]", new(platform="wechat_channels", title="早" * 6), new(platform="wechat_channels", title="早" * 5)),
    ("LIM-004", "calendar.entries[0]", new(kind="event", format="poll"), new(kind="live", format="poll")),
    ("LIM-004", "adaptations.posts[0]", new(platform="nowhere", format="poll"), new(format="poll")),
    ("LIM-005", "adaptations.posts[0].hashtags", ["海盐贝果"], [""]),
    ("LIM-005", "adaptations.posts[0].hashtags", ["海盐贝果"], ["＃海盐贝果"]),
    ("REF-004", "market.audit[0].engagement", lambda f: f.model_copy(update={"note": "", "low": 0.1}), new(note="")),
    ("REF-004", "positioning.goals[0].target", lambda f: f.model_copy(update={"formula": "", "value": None, "note": "x"}), new(formula="")),
    ("WRD-001", "words[market]", PartWords(source="mixed", model_share=0.5, characters=100), PartWords(source="mixed", model_share=0.499, characters=100)),
]  # fmt: skip


def hits(code: str, path: str, value: Any) -> list[str]:
    """Places at which the check finds something new."""
    plan, ctx = sample.plan(), sample.context()
    known = {found.where for found in run_checks(plan, ctx, only={code})}
    if path.startswith("brief."):
        put(ctx.brief, path.removeprefix("brief."), value)
    else:
        put(plan, path, value)
    return [found.where for found in run_checks(plan, ctx, only={code}) if found.where not in known]


@pytest.mark.parametrize(("code", "path", "right", "wrong"), BORDERS, ids=[f"{n} {row[0]} {row[1]}" for n, row in enumerate(BORDERS)])  # fmt: skip
def test_a_border_belongs_to_what_is_right(code: str, path: str, right: Any, wrong: Any) -> None:
    assert hits(code, path, right) == []
    assert hits(code, path, wrong)


def alone(code: str, **changes: Any) -> bool:
    """Whether a check is silent on the sample with several places changed; double underscores for dots, `brief__` for the brief."""
    plan, ctx = sample.plan(), sample.context()
    for name, value in changes.items():
        path = name.replace("__", ".")
        put(ctx.brief if path.startswith("brief.") else plan, path.removeprefix("brief."), value)
    return not run_checks(plan, ctx, only={code})


def reviews(*rows: tuple[str, dt.date]) -> Any:
    return lambda old: [old[0].model_copy(update={"kind": kind, "date": day}) for kind, day in rows]


def test_how_long_a_period_is_says_which_reviews_it_needs() -> None:
    """28 days a monthly one, 91 a quarterly one; below 112 a gate in the last ten days stands for it."""
    weekly, monthly = ("weekly", D(2027, 3, 8)), ("monthly", D(2027, 3, 31))
    assert alone("COV-013", meta__end=D(2027, 3, 27), measurement__reviews=reviews(weekly))
    assert not alone("COV-013", meta__end=D(2027, 3, 28), measurement__reviews=reviews(weekly))
    assert alone("COV-013", meta__end=D(2027, 3, 28), measurement__reviews=reviews(weekly, monthly))
    assert not alone("COV-013", meta__end=D(2027, 3, 27), measurement__reviews=reviews(monthly))
    for end, gate, right in [
        (D(2027, 6, 19), D(2027, 6, 9), True),
        (D(2027, 6, 19), D(2027, 6, 8), False),
        (D(2027, 6, 20), D(2027, 6, 12), False),
    ]:
        assert alone("COV-013", meta__end=end, measurement__reviews=reviews(weekly, monthly, ("gate", gate))) is right
    assert not alone(
        "COV-013", meta__end=D(2027, 6, 19), measurement__reviews=reviews(weekly, monthly, ("monthly", D(2027, 6, 12)))
    )
    assert alone(
        "COV-013",
        meta__end=D(2027, 8, 31),
        measurement__reviews=reviews(weekly, monthly, ("quarterly", D(2027, 6, 12))),
    )


def test_free_slots_are_asked_for_by_the_eight_weeks() -> None:
    """Sixteen weeks and a day less need one, sixteen weeks two, seven weeks one all the same."""

    def kept(weeks: int, days: int, slots: int) -> bool:
        plan, ctx = sample.plan(), sample.context()
        plan.meta.end = plan.meta.start + dt.timedelta(weeks=weeks, days=days - 1)
        free = [one for one in plan.calendar.entries if one.kind == "buffer"][:slots]
        plan.calendar.entries = [one for one in plan.calendar.entries if one.kind != "buffer"] + free
        return not list(buffers_kept(plan, ctx))

    assert (kept(16, 0, 2), kept(16, 0, 1), kept(16, -1, 1), kept(7, 0, 1), kept(7, 0, 0)) == (
        True,
        False,
        True,
        True,
        False,
    )


def test_a_title_of_several_people_works_their_hours_together() -> None:
    two = [b.Member(title="运营小周", hours=24, count=2)]
    assert alone("CAP-004", brief__team=two, team__weeks=lambda rows: [rows[0].model_copy(update={"hours": 120.0})])
    assert not alone("CAP-004", brief__team=two, team__weeks=lambda rows: [rows[0].model_copy(update={"hours": 120.1})])
    nobody = [b.Member(title="运营小周", hours=24, count=0)]
    assert alone("CAP-004", brief__team=nobody, team__weeks=lambda rows: [rows[0].model_copy(update={"hours": 60.0})])
    assert not alone("CAP-004", brief__team=[], team__weeks=lambda rows: [rows[0].model_copy(update={"hours": 60.1})])


def test_the_stricter_of_share_and_sum_binds() -> None:
    def bound(kind: str, share: float | None, amount: int | None) -> Decimal | None:
        limit = b.Limit.model_validate(
            {"kind": kind, "scope": "category", "of": "ads", "share": share, "amount": amount}
        )
        return limit_cents(limit, 1_001)

    assert bound("cap", None, None) is None
    assert bound("cap", 0.5, None) == Decimal("500.5")
    assert bound("cap", None, 3) == 300
    assert (bound("cap", 0.5, 3), bound("floor", 0.5, 3)) == (300, Decimal("500.5"))
    assert (bound("cap", 0.0, 3), bound("floor", 0.0, 0)) == (0, 0)


def test_similarity_is_what_is_shared_of_all() -> None:
    one, other = frozenset("abcd"), frozenset("cdef")
    assert similarity(one, other) == pytest.approx(2 / 6)
    assert similarity(one, one) == 1
    assert similarity(one, frozenset()) == similarity(frozenset(), one) == 0


def test_pairs_are_of_characters_in_chinese_and_of_words_elsewhere() -> None:
    assert grams("海盐，贝果") == {"海盐", "盐贝", "贝果"}
    assert grams("盐") == {"盐"}
    assert grams("Sea salt bagel") == {"sea salt", "salt bagel"}
    assert grams("Bagel") == {"bagel"}
    assert grams("Maiyu makes sea salt bagels", ["Maiyu"]) == {"makes sea", "sea salt", "salt bagels"}


def near(pairs: int) -> tuple[str, str]:
    """Two hooks with twelve pairs each, of which so many are shared."""
    letters = "甲乙丙丁戊己庚辛壬癸子丑寅"
    return letters, letters[: pairs + 1] + "天地玄黄宇宙洪荒日月盈昃"[: 12 - pairs]


@pytest.mark.parametrize(("shared", "alike"), [(9, True), (8, False)])  # 9 of 15 is six tenths, 8 of 16 is not
def test_two_items_are_nearly_the_same_from_six_tenths_on(shared: int, alike: bool) -> None:
    first, second = near(shared)
    assert similarity(grams(first), grams(second)) == pytest.approx(shared / (24 - shared))
    assert alone("DIS-002", themes__pillars__0__message=first, themes__pillars__1__message=second) is not alike


def test_up_to_six_letters_two_items_may_be_nearly_the_same() -> None:
    def silent(first: str, second: str) -> bool:
        return alone("DIS-002", themes__pillars__0__message=first, themes__pillars__1__message=second)

    assert silent("甲乙丙丁戊己", "甲乙丙丁戊庚")
    assert not silent("甲乙丙丁戊己庚", "甲乙丙丁戊己辛")


@pytest.mark.parametrize(("shared", "pasted"), [(8, True), (7, False)])  # 8 of 16 is half
def test_a_post_is_pasted_from_a_half_on_and_only_within_its_idea_and_language(shared: int, pasted: bool) -> None:
    first, second = near(shared)
    there: dict[str, Any] = {
        "adaptations__posts__0": new(title="", body=first),
        "adaptations__posts__1": new(title="", body=second),
    }
    assert alone("DIS-003", **there) is not pasted
    assert alone("DIS-003", **there | {"adaptations__posts__1": new(title="", body=second, core="K9")})
    assert alone("DIS-003", **there | {"adaptations__posts__1": new(title="", body=second, language="zh-TW")})


def hooks(count: int, alike: int) -> Any:
    """A topic bank of so many hooks, of which some begin alike."""
    letters = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"

    def edit(pillars: list[Any]) -> list[Any]:
        topic = pillars[0].topics[0]
        words = ["你知道吗" + letters[n] if n < alike else letters[n] * 5 for n in range(count)]
        return [pillars[0].model_copy(update={"topics": [topic.model_copy(update={"hook": one}) for one in words]})]

    return edit


def test_a_third_of_the_hooks_may_begin_alike() -> None:
    """Of six or more: two of six do, three do not; of five nobody counts."""
    assert alone("DIS-004", themes__pillars=hooks(6, 2))
    assert not alone("DIS-004", themes__pillars=hooks(6, 3))
    assert alone("DIS-004", themes__pillars=hooks(5, 5))


def test_targets_are_told_in_every_way_that_they_are_written() -> None:
    def told(target: float | None, baseline: float | None = None) -> list[str]:
        return target_numbers([{"target": target, "baseline": baseline}])

    assert told(4200) == ["4200"]
    assert told(None) == told(30, 30) == []
    assert told(0.045) == ["0.045", "4.5"]
    assert told(1) == ["1"]
    assert told(0) == ["0"]
    assert told(10_000) == ["10000", "1"]
    assert told(9_999) == ["9999"]
    assert told(1e6) == ["1000000", "100"]
    assert told(1_234_567) == ["1234567", "123.457"]
    assert told(999_999) == ["999999", "99.9999"]
    assert target_numbers([{"target": 30, "baseline": 20}, {"target": 30, "baseline": None}]) == ["30"]


def test_a_target_is_told_as_reached_only_without_aim_and_in_one_sentence() -> None:
    assert told_as_reached("粉丝突破了 4,200。", ["9", "4200"]) == "4200"
    assert told_as_reached("目标是 4200。粉丝突破了 100。", ["4200"]) == ""
    assert told_as_reached("目标是突破了 4200。", ["4200"]) == ""
    assert told_as_reached("粉丝 4200。", ["4200"]) == ""
    assert told_as_reached("粉丝突破了 42000。", ["4200"]) == ""


def test_sums_and_numbers_are_read_with_their_scale() -> None:
    assert list(amounts("¥1,200.5 and $3k, 2万元, 3千块钱, US$2M")) == [
        ("¥1,200.5", 1200.5), ("$3k", 3000), ("2万元", 20_000), ("3千块钱", 3000), ("US$2M", 2_000_000),
    ]  # fmt: skip
    assert list(amounts("$5%, 5 of 7")) == []
    assert list(numbers("4.5万 and 1,300")) == [4.5, 45_000, 1300]


def test_letters_and_digits_are_what_is_compared() -> None:
    assert squeezed("Sea-Salt, Bagel!") == squeezed("sea salt bagel") == "seasaltbagel"
    assert squeezed("snake_case") == squeezed("snake case") == "snakecase"
    assert squeezed("海盐·贝果（１）") == "海盐贝果1"


def test_paid_and_creators_are_held_against_each_platform_and_told_once() -> None:
    """In all they agree and on each platform they do not; the first difference is told, no more."""
    plan, ctx = sample.plan(), sample.context()
    plan.budget.paid[0].platform, plan.budget.paid[1].platform = "douyin", "xiaohongshu"
    found = run_checks(plan, ctx, only={"BUD-005"})
    assert [one.where for one in found] == ["budget.paid"]
    plan.budget.creators[0].platform = "douyin"
    assert [one.where for one in run_checks(plan, ctx, only={"BUD-004"})] == ["budget.creators"]
    plan = sample.plan()
    for row in plan.budget.paid:
        row.platform = "shared"
    assert run_checks(plan, ctx, only={"BUD-005"}) == []


def test_nothing_is_asked_of_a_plan_whose_rows_are_empty() -> None:
    plan, ctx = sample.plan(), sample.context()
    plan.calendar.entries, plan.budget.creators, plan.budget.lines = [], [], []
    ctx = CheckContext(brief=ctx.brief, knowledge=ctx.knowledge)
    assert {one.code for one in run_checks(plan, ctx, only={"DAT-006", "BUD-007", "COV-018", "BUD-004"})} == {
        "DAT-006", "BUD-007", "COV-018",
    }  # fmt: skip


def test_a_phrase_is_recognised_by_four_characters_or_two_words() -> None:
    assert list(_pieces("隔夜冷发酵，海盐")) == ["隔夜冷发", "夜冷发酵", "海盐"]
    assert list(_pieces("slow cold rise; sea salt, rye")) == [
        "slowcold",
        "coldrise",
    ]  # "seasalt" is too short to be theirs


def test_a_sentence_names_the_brief_by_a_word_or_a_number() -> None:
    known = pattern({"海盐贝果"})
    assert named_share(["海盐·贝果很香。大家都爱吃。每天 3 炉面包。", "再来看看。"], known) == (0.5, "大家都爱吃。", 4)
    assert named_share(["海盐贝果很香。"], known) == (1.0, "", 1)
    assert named_share(["好的。", ""], known) == (1.0, "", 0)
    assert named_share(["我们做好。我们做"], pattern(set())) == (0.0, "我们做好。", 1)  # three letters are no sentence


def test_a_long_sentence_is_quoted_up_to_a_blank() -> None:
    assert _opening("x" * 50) == "x" * 50
    assert _opening("x" * 51) == "x" * 50 + "…"
    assert _opening("word, " * 10) == "word, word, word, word, word, word, word, word…"
    assert _opening("字" * 51) == "字" * 25 + "…"


LISTS = ("hot_topics", "discussion", "spread", "audit", "competitors", "comparison", "openings", "lessons", "unknowns")


def spoken(named: int, loose: int) -> bool:
    """Whether a part of so many sentences passes."""
    texts = "海盐贝果很香。" * named + "我们会把内容做好。" * loose
    return not hits("SPE-001", "market", new(truth=texts, timing="", **{name: [] for name in LISTS}))


def test_a_quarter_of_the_sentences_of_a_part_is_enough_and_four_sentences_are_too_few_to_judge() -> None:
    assert (spoken(2, 6), spoken(2, 7), spoken(0, 4), spoken(0, 5)) == (True, False, True, False)


def test_a_seam_is_quoted_with_fifteen_letters_before_it_and_ten_after() -> None:
    before, after = "一二三四五六七八九十甲乙丙丁戊己庚", "子丑寅卯辰巳午未申酉戌亥。"
    plan, ctx = sample.plan(), sample.context()
    plan.positioning.fit = f"{before}，，{after}"
    (found,) = run_checks(plan, ctx, only={"LAN-006"})
    assert f"{before[-15:]}，，{after[:10]}" in found.message
    assert before[-16:] not in found.message
    assert after[:11] not in found.message


def test_a_single_letter_ties_no_sentence_to_a_brief() -> None:
    plan, ctx = sample.plan(), sample.context()
    ctx.brief.brand, ctx.brief.tone = "麦", ["暖和"]
    assert "麦" not in anchors(plan, ctx)
    assert "暖和" in anchors(plan, ctx)
