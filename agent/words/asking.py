"""What a model that can be trusted with the brief is shown: all of it first, and its own answer when it is asked again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.llm import Message
from agent.words.accept import Refusal
from agent.words.evidence import Evidence
from agent.words.items import Ask, Group
from agent.words.prompts import load_prompt

Words = Mapping[str, Mapping[str, str]]
"""Item label → field → text."""
AIM = 0.8
"""Share of a field's limit that a model is asked to stay within; the rest is its margin."""


@dataclass(frozen=True)
class Material:
    """What a stage's calls are told beside the drafts."""

    stage: str
    language: str
    upstream: str = ""
    """The essence of the parts it depends on."""
    passages: str = ""
    """How a post sounds on the platforms of these items."""
    evidence: Evidence = field(default_factory=Evidence)
    """What the knowledge base says to this stage; a call may cite this and nothing else."""


def first(prefix: Sequence[Message], group: Group, material: Material) -> list[Message]:
    """Shared prefix, then dependencies, passages, task, drafts."""
    drafts = {
        ask.label: {
            name: {
                "draft": ask.item.drafts[name],
                "at_most": round(ask.item.bound(name, material.language) * AIM),
            }
            for name in ask.names
        }
        for ask in group
    }
    values = {
        "drafts": json.dumps(drafts, ensure_ascii=False, indent=1),
        "passages": material.passages,
        "evidence": material.evidence.told(material.language),
        "upstream": material.upstream,
        "language": material.language,
    }
    return [*prefix, Message("user", load_prompt(material.stage).render(values))]


def again(
    asked: Sequence[Message], words: Words, refusals: Sequence[tuple[Ask, str, Refusal]], language: str
) -> list[Message]:
    """The first call, its answer, and what is wrong with it."""
    fields = [f"{ask.label}.{name}" for ask, name, _ in refusals]
    reasons = [f"- {place}: {why.told(language)}" for place, (_, _, why) in zip(fields, refusals, strict=True)]
    turn = load_prompt("repair").render(
        {"language": language, "reasons": "\n".join(reasons), "fields": ", ".join(fields)}
    )
    return [*asked, Message("assistant", json.dumps(words, ensure_ascii=False)), Message("user", turn)]


def temperature(round: int) -> float | None:
    """As the prompt file says."""
    return load_prompt("system").temperature(round)
