"""The model judge, with judges that follow a script: what counts as a preference, and when a judge may gate."""

from __future__ import annotations

import asyncio
import json

import pytest
from pydantic import SecretStr

from agent.errors import ModelError
from agent.llm import ChatModel
from agent.llm.abilities import Abilities, Memory
from agent.llm.client import Endpoint
from evals import judge
from evals.brief import Brief, briefs
from evals.document import Document, units
from evals.judge import Judged, Pair
from tests.evals.conftest import made
from tests.llm.conftest import Serve
from tests.llm.faults import Exchange, say

BRIEF = briefs(only=("beimai-impossible",))[0]
CASES = [made("northshore-walk"), made("beimai-impossible")]
SEEN = {"shown": 20, "caught": 16}


async def sees(_: Brief, a: str, b: str) -> str:
    """A judge that dislikes texts with "spoilt" in them."""
    return {(True, False): "B", (False, True): "A"}.get(("spoilt" in a, "spoilt" in b), "same")


async def first(_: Brief, a: str, b: str) -> str:
    """A judge that likes whatever stands first."""
    return "A"


async def lost(_: Brief, a: str, b: str) -> str:
    """A judge that cannot be reached."""
    raise ModelError("gone")


async def knows(_: Brief, a: str, b: str) -> str:
    """A judge that knows which words planted risks lack: it sees every difference in them and calls all else the same."""
    if sorted(a.splitlines()) == sorted(b.splitlines()):
        return "same"
    return "A" if len(a) > len(b) else "B"


def decided(ask: judge.Ask, a: str, b: str) -> tuple[str, Judged]:
    judged = Judged(judge="openai:other-1")
    return asyncio.run(judge.decide(ask, Pair(BRIEF, a, b), judged)), judged


def test_a_preference_has_to_hold_in_both_orders() -> None:
    assert decided(sees, "good", "spoilt")[0] == "a"
    assert decided(sees, "spoilt", "good")[0] == "b"
    assert decided(sees, "good", "good")[0] == "tie"
    assert decided(first, "good", "spoilt")[0] == "tie"


def test_a_judge_that_cannot_be_reached_ties_and_is_counted() -> None:
    side, judged = decided(lost, "good", "spoilt")
    assert side == "tie"
    assert judged.unanswered == 2
    assert "no verdict to 2 questions" in judged.told()


def test_both_texts_are_shown_at_the_same_length() -> None:
    long = Document({"summary": ("一二三四五六七八九十",) * 40, "risks": ("甲乙丙丁戊己庚辛壬癸",) * 40})
    short = Document.of_text("一二三四五六七八九十\n" * 6)
    pair = judge.document_pairs({BRIEF.id: long}, {BRIEF.id: short})[BRIEF.id]
    assert len(units(pair.a)) == len(units(pair.b)) == 60
    assert "甲" in pair.a
    assert judge.document_pairs({BRIEF.id: long}, {}) == {}


def test_planted_defects_are_shown_where_they_stand() -> None:
    for pair in judge.defect_pairs("risk_without_owner", CASES, 4):
        assert pair.a != pair.b
        assert len(pair.a.splitlines()) <= 2 * judge.AROUND + 1
    assert judge.defect_pairs("sum_off_by_one", CASES, 4)


def test_equally_good_pairs_hold_the_same_lines() -> None:
    pairs = judge.alike_pairs(CASES, 6)
    assert len(pairs) == 6
    assert all(one.a != one.b for one in pairs)
    middle = [sorted(one.a.splitlines()) == sorted(one.b.splitlines()) for one in pairs]
    assert all(middle)


def test_qualifying_counts_what_was_caught_and_what_was_not_there() -> None:
    judged = Judged(judge="openai:other-1")
    asyncio.run(judge.qualify(knows, CASES, judged, classes=["risk_without_owner"], count=4))
    assert judged.classes == {"risk_without_owner": {"shown": 4, "caught": 4}}
    assert (judged.alike, judged.alarms) == (12, 0)
    asyncio.run(judge.qualify(first, CASES, judged, classes=["risk_without_owner"], count=4))
    assert judged.classes["risk_without_owner"]["caught"] == 0


def verdict(**changes: object) -> Judged:
    """A judge that may gate, with five brands on which A is worse."""
    ids = ("beimai-tiny", "haice-note", "larkfield-mail", "meridian-trial", "northshore-walk")
    rest = {"classes": {"sum": SEEN}, "alike": 60, "alarms": 3, "briefs": dict.fromkeys(ids, "b"), **changes}
    return Judged.model_validate({"judge": "openai:other-1", "a": "local:qwen2.5", "b": "playbook", **rest})


def test_a_judge_that_passed_and_finds_a_worse_is_red() -> None:
    assert verdict().weak == []
    assert verdict().p_worse == pytest.approx(1 / 32)
    assert verdict().red
    assert "gate: red" in verdict().told()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"classes": {}}, "no planted defects"),
        ({"classes": {"sum": SEEN, "date": {"shown": 20, "caught": 15}}}, "date: 15 of 20"),
        ({"classes": {"sum": {"shown": 19, "caught": 19}}}, "sum: 19 of 19"),
        ({"alarms": 4}, "4 of 60"),
        ({"alike": 59}, "3 of 59"),
        ({"judge": "openai:Qwen/Qwen3-32B"}, "same family"),
    ],
)
def test_a_judge_that_did_not_pass_only_reports(changes: dict[str, object], why: str) -> None:
    judged = verdict(**changes)
    assert [one for one in judged.weak if why in one]
    assert not judged.red
    assert "gate: green" in judged.told()


def test_too_few_brands_are_no_proof_and_briefs_of_a_brand_count_once() -> None:
    four = dict.fromkeys(("beimai-tiny", "haice-note", "larkfield-mail", "meridian-trial"), "b")
    assert not verdict(briefs=four).red
    one_brand = dict.fromkeys(
        ("beimai-tiny", "beimai-store2", "beimai-impossible", "haice-note", "larkfield-mail"), "b"
    )
    assert verdict(briefs=one_brand).p_worse == pytest.approx(1 / 8)
    mixed = {"beimai-tiny": "a", "beimai-store2": "b", "haice-note": "tie"}
    assert verdict(briefs=mixed).p_worse == 1.0


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("local:qwen2.5-coder-1.5b", "qwen"),
        ("openai:Qwen/Qwen3-32B", "qwen"),
        ("openai:gpt-5-mini", "gpt"),
        ("local:qwen2.5-coder-1.5b/one-shot", "qwen"),
        ("playbook", ""),
    ],
)
def test_families(label: str, name: str) -> None:
    assert judge.family(label) == name


@pytest.mark.enable_socket
def test_a_model_as_judge_is_shown_brief_and_both_texts(serve: Serve) -> None:
    asked: list[str] = []

    def answer(to: Exchange) -> None:
        shown = to.body["messages"][-1]["content"]
        asked.append(shown)
        better = "A" if shown.index("a good text") < shown.index("a spoilt text") else "B"
        say(json.dumps({"problem": "spoilt", "better": better}))(to)

    server = serve(answer)
    memory = Memory(None)
    memory.keep(server.url, "stub", Abilities(method="json_schema"))
    endpoint = Endpoint("stub", SecretStr("none"), base_url=server.url)
    model = ChatModel("openai:stub", lambda: endpoint, attempts=1, deadline=20.0, pause=0.01, memory=memory)
    side, judged = decided(judge.asker(model), "a good text", "a spoilt text")
    assert side == "a"
    assert judged.unanswered == 0
    assert len(asked) == 2
    assert all(BRIEF.text in one for one in asked)
