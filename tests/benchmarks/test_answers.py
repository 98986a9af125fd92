"""The endpoint's answers: what the acceptance takes, the same whatever the method, and something new when asked again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from agent.brief import read_brief
from agent.frame import build_frame
from agent.knowledge import load
from agent.llm import ModelSpec
from agent.run.build import build_plan
from agent.run.setting import setting_for
from agent.stages import STAGES
from agent.words.accept import refuse
from agent.words.items import groups, limit_of
from benchmarks.answers import Asked, answer, reword, script_of, tokens
from benchmarks.model_run import BRIEFS

AS_OF = dt.date(2026, 11, 23)


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)
def test_rewordings_pass_the_acceptance(path: Path) -> None:
    intake = read_brief(path, as_of=AS_OF)
    frame = build_frame(intake.filled, as_of=AS_OF, knowledge=load(), asked=intake.brief)
    plan = build_plan(intake, load(), frame, model="openai:bench")
    ground = setting_for(plan, intake, frame, load(), ModelSpec("openai", "bench")).ground
    refused: list[str] = []
    count = 0
    for stage in STAGES:
        part = getattr(plan, stage.id)
        found = [group for rewrite in stage.rewrites for group in groups(part, part, rewrite)]
        for item, name, draft in [(a.item, n, a.item.drafts[n]) for group in found for a in group for n in a.names]:
            limit = limit_of(type(item.target), name)
            wide = limit if plan.meta.language.startswith("zh") else limit * 3
            script = script_of(draft, plan.meta.language)
            new = reword(draft, wide, f"{stage.id}{item.place}{name}", script, intake.filled.must_say)
            count += 1
            why = refuse(new, draft, limit, ground.showing(draft), heading=limit <= 24)
            refused += [f"{stage.id}.{item.place}.{name}: {why}"] if why else []
    assert len(refused) <= 0.02 * count, refused


def asked(**more: Any) -> Asked:
    drafts = {
        "item1": {
            "answer": {"draft": "We bind every notebook by hand in Lisbon, and the thread is linen.", "at_most": 160}
        }
    }
    schema = {
        "type": "object",
        "properties": {"item1": {"type": "object", "properties": {"answer": {"type": "string"}}}},
    }
    turns = [
        {"role": "system", "content": "Answer in JSON."},
        {"role": "user", "content": f"Drafts:\n{json.dumps(drafts)}\nSay them anew."},
    ]
    return Asked(more.get("schema", schema), turns + more.get("turns", []))


def test_the_same_request_gives_the_same_words_with_and_without_a_schema() -> None:
    first = answer(asked())
    assert first == answer(asked()) == answer(asked(schema={}))
    assert first["item1"]["answer"] != "We bind every notebook by hand in Lisbon, and the thread is linen."
    assert "Lisbon" in first["item1"]["answer"]


def test_a_repair_turn_gives_other_words() -> None:
    first = answer(asked())
    turns = [{"role": "assistant", "content": json.dumps(first)}, {"role": "user", "content": "Not that, again."}]
    assert answer(asked(turns=turns)) != first


def test_a_bank_without_drafts_is_filled_from_its_material() -> None:
    schema = {
        "type": "object",
        "properties": {
            "topics": {
                "type": "array", "minItems": 6,
                "items": {"type": "object", "properties": {"title": {"type": "string"}, "hook": {"type": "string"}}},
            }
        },
    }  # fmt: skip
    material = {
        "pillar": {"name": "How it is made", "facts": ["linen thread", "paper from rags", "pages that lie flat"]}
    }
    found = answer(Asked(schema, [{"role": "user", "content": json.dumps(material)}]))["topics"]
    texts = [one[name] for one in found for name in ("title", "hook")]
    assert len(set(texts)) == len(texts) == 12


def test_tokens_count_wide_characters_one_by_one_and_others_by_four() -> None:
    assert tokens("冷泡茶") == 3
    assert tokens("abcde") == 2
    assert tokens("") == 0
