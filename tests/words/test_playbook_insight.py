"""Market, personas, positioning and summary of the playbook: complete, sourced, within limits, for every example brief."""

from __future__ import annotations

import datetime as dt
import functools
import re
from pathlib import Path
from typing import Any

import pytest

from agent.brief import read_brief
from agent.data import read_yaml
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.base import Words, bound
from agent.resources import prompts_dir
from agent.words.playbook.context import Context, make_context
from agent.words.playbook.fit import calendar_of
from agent.words.playbook.market import write_market
from agent.words.playbook.personas import write_personas
from agent.words.playbook.positioning import write_positioning
from agent.words.playbook.rivals import ASPECTS, aspect_of
from agent.words.playbook.summary import NEAR, write_summary
from agent.words.playbook.topics import guard_of

AS_OF = dt.date(2026, 11, 23)
BRIEFS = sorted((Path(__file__).parents[2] / "examples" / "briefs").iterdir())
WRITERS = {
    "market": write_market,
    "personas": write_personas,
    "positioning": write_positioning,
    "summary": write_summary,
}


@functools.cache
def written(path: Path) -> Context:
    intake = read_brief(path, as_of=AS_OF)
    knowledge = load()
    context = make_context(intake, build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge), knowledge)
    for name, write in WRITERS.items():
        context.parts[name] = write(context)
    return context


def texts(part: Any, path: str = "") -> list[tuple[str, str, int]]:
    """(path, text, limit) of every prose field below a part."""
    found: list[tuple[str, str, int]] = []
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        mark = next((m for m in (*info.metadata, *_inner(info.annotation)) if isinstance(m, Words)), None)
        for place, one in enumerate(value if isinstance(value, list) else [value]):
            where = f"{path}.{name}[{place}]"
            if isinstance(one, str) and mark:
                found.append((where, one, mark.limit))
            elif hasattr(type(one), "model_fields"):
                found += texts(one, where)
    return found


def _inner(annotation: Any) -> tuple[Any, ...]:
    return tuple(meta for arg in getattr(annotation, "__args__", ()) for meta in getattr(arg, "__metadata__", ()))


@pytest.fixture(params=BRIEFS, ids=lambda p: p.name)
def context(request: pytest.FixtureRequest) -> Context:
    return written(request.param)


def test_every_prose_field_is_filled_and_within_its_limit(context: Context) -> None:
    for name in WRITERS:
        rows = texts(context.parts[name], name)
        assert len(rows) > 5
        assert [r[0] for r in rows if not r[1].strip() or "{" in r[1]] == []
        assert [(r[0], len(r[1])) for r in rows if len(r[1]) > bound(r[2], context.language)] == []


def test_competitors_are_the_briefs_and_every_unknown_has_its_task(context: Context) -> None:
    market = context.parts["market"]
    assert [c.name for c in market.competitors if not c.status_quo] == [c.name for c in context.brief.competitors]
    tasks = {task.id for task in market.unknowns}
    given = "\n".join(
        fact.replace("我们", context.brief.brand) for rival in context.brief.competitors for fact in rival.facts
    )
    for rival in market.competitors:
        assert [o.aspect for o in rival.observations] == list(ASPECTS)
        for seen in rival.observations:
            assert (seen.task in tasks) if seen.kind == "research" else seen.sources
            if seen.kind == "brief" and seen.aspect != "follower_growth":
                assert all(piece.strip() in given for piece in seen.text.replace("；", "; ").split("; "))
    for row in market.comparison:
        assert row.brand
        assert set(row.others) == {c.id for c in market.competitors}
        assert all(row.others.values())


FOUR_WEEKS = re.compile(
    r"four (?:full )?weeks|28 days|one a week|again on|re-read|how fast|28 天|四[周週]|四[个個]整[周週]|每周一行|每週一行|再[读讀查抄]一?次|[复複復][读讀查]"
)
"""How research is told that needs four weeks of the plan, or a second look after them."""


def test_research_is_due_on_working_days_in_the_first_weeks(context: Context) -> None:
    days, start = calendar_of(context), context.frame.start
    for task in context.parts["market"].unknowns:
        due = dt.date.fromisoformat(task.due)
        assert days.is_working(due)
        four = bool(FOUR_WEEKS.search(f"{task.question} {task.how}"))
        assert start + dt.timedelta(days=28 if four else 0) <= due <= start + dt.timedelta(days=32 if four else 16)
    for test in context.parts["personas"].validation:
        assert days.is_working(test.due)
        assert test.sample > 0
        assert test.due <= context.frame.end


def test_audit_covers_the_active_platforms_and_invents_nothing(context: Context) -> None:
    audit = {row.platform: row for row in context.parts["market"].audit}
    assert {p.id for p in context.frame.active} <= set(audit)
    known = {a.platform: a for a in context.brief.accounts}
    for platform, row in audit.items():
        want = known[platform].followers if platform in known else None
        assert row.followers.value == want
        assert row.followers.value is not None or row.followers.note


def test_personas_differ_and_use_active_platforms(context: Context) -> None:
    people = context.parts["personas"].personas
    active = {p.id for p in context.frame.active}
    assert 2 <= len(people) <= 4
    assert len({p.name for p in people}) == len(people)
    for name in ("portrait", "interests", "lifestyle", "values", "spending", "objection", "answer", "interaction"):
        assert len({getattr(p, name) for p in people}) == len(people), name
    assert all(set(p.platforms) <= active and p.formats and p.hours for p in people)
    pains = [pain for p in people for pain in (*p.pains, *p.triggers)]
    assert len(pains) == len(set(pains))


def test_goals_are_the_frames(context: Context) -> None:
    part = context.parts["positioning"]
    assert [(g.id, g.verdict, g.target) for g in part.goals] == [
        (g.id, g.verdict, g.target) for g in context.frame.goals
    ]
    assert [e.phase for e in part.emphasis] == [p.id for p in context.frame.phases]
    assert part.role.role not in {a.role for a in part.alternatives}
    assert len(part.alternatives) >= 2
    assert 3 <= len(part.tone_do) <= 4
    assert 3 <= len(part.tone_dont) <= 4


def test_summary_names_every_goal_of_the_client_that_is_out_of_reach(context: Context) -> None:
    part = context.parts["summary"]
    hard = [g for g in context.frame.goals if g.origin == "brief" and g.verdict.status == "infeasible"]
    assert all(g.id in part.verdict for g in hard[:2])
    assert part.goals == [g.id for g in sorted(context.frame.goals, key=lambda g: g.priority)]
    assert set(part.questions) <= {g.id for g in context.intake.gaps}
    dates = [step.date for step in part.first_30_days]
    assert len(dates) >= 5
    assert dates == sorted(dates)
    assert all(context.frame.as_of <= date <= context.frame.start + dt.timedelta(days=29) for date in dates)


def test_every_source_is_registered(context: Context) -> None:
    registered = {source.id for source in context.sources.all()}

    def walk(value: Any) -> None:
        if isinstance(value, list):
            for one in value:
                walk(one)
        elif hasattr(type(value), "model_fields"):
            for name in type(value).model_fields:
                if name == "sources" and type(value).__name__ not in ("FunnelStep", "Figure"):
                    assert set(value.sources) <= registered
                walk(getattr(value, name))

    for name in WRITERS:
        walk(context.parts[name])


@pytest.mark.parametrize("part", WRITERS)
def test_both_languages_hold_the_same_phrases(part: str) -> None:
    def keys(node: Any, prefix: str = "") -> set[str]:
        return (
            {k for name, inner in node.items() for k in keys(inner, f"{prefix}.{name}")}
            if isinstance(node, dict)
            else {prefix}
        )

    zh, en = (read_yaml(prompts_dir() / "playbook" / language / f"{part}.yaml") for language in ("zh-CN", "en"))
    assert keys(zh) == keys(en)


def test_two_brands_of_a_kind_do_not_read_alike() -> None:
    one, other = (written(p) for p in BRIEFS if p.name in ("solo-en.txt", "contradictory-en.yaml"))

    def grams(context: Context) -> set[tuple[str, ...]]:
        words = " ".join(t for name in WRITERS for _, t, _ in texts(context.parts[name])).split()
        return {tuple(words[n : n + 8]) for n in range(len(words) - 7)}

    a, b = grams(one), grams(other)
    assert len(a & b) / min(len(a), len(b)) < 0.3


@pytest.mark.parametrize(
    ("fact", "aspect"),
    [
        ("满减促销频繁", "engagement_tactics"),
        ("no pricing shown", "weaknesses"),
        ("14k followers", "follower_growth"),
        ("便利店铺货比我们广", "strengths"),
        ("posts daily on LinkedIn", "content_style"),
        ("百货专柜", "positioning"),
    ],
)
def test_facts_go_to_their_aspect(fact: str, aspect: str) -> None:
    assert aspect_of(fact) == aspect


def test_the_statement_names_the_role_that_was_chosen_and_no_other_form_of_it(context: Context) -> None:
    part = context.parts["positioning"]
    forms = context.voice.variants(f"positioning.role.{part.role.role}.title")
    assert [form for form in forms if form != part.role.title and form in part.statement] == []


def test_two_forbidden_words_are_kept_out_in_sentences_of_different_form(context: Context) -> None:
    words = sorted(guard_of(context).words[:3], key=len, reverse=True)
    forms = []
    for line in context.parts["positioning"].tone_dont:
        found = next((word for word in words if word in line), None)
        forms += [line.replace(found, "")] if found else []
    assert len(set(forms)) == len(forms)


def test_a_high_case_close_to_the_target_is_not_called_far_from_it() -> None:
    solo = written(next(one for one in BRIEFS if one.name.startswith("solo-en")))
    goal = solo.frame.goals[0]
    assert goal.verdict.status == "infeasible"
    assert (goal.verdict.high or 0) >= NEAR * (goal.target.value or 0)
    assert "a long way from" not in solo.parts["summary"].verdict
    assert "out of reach with this money" not in solo.parts["summary"].verdict
