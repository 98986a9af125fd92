"""Damages the rules one at a time and asks whether the corpus would notice: `python -m tests.compliance.mutate [COUNT]`.

A mutant counts as caught when a text of the corpus is read otherwise than with the rule as it stands (another mark, severity, provision or question): that is
what `test_corpus.py` holds against `marked.yaml`.
"""

from __future__ import annotations

import copy
import random
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from agent.compliance import normal, reader
from agent.compliance.areas import regions_of
from agent.compliance.rules import FOLDER, RulesUnreadable, build
from agent.data import read_yaml
from agent.resources import knowledge_dir
from tests.compliance.corpus import Sample, everything, samples, second
from tests.compliance.measure import reading

LOWER = {"ban": "caution", "caution": "evidence", "evidence": "caution"}
Rule = dict[str, Any]


def parsed() -> dict[str, Any]:
    return {path.stem: read_yaml(path) for path in sorted((knowledge_dir() / FOLDER).glob("*.yaml"))}


def mutants(rule: Rule) -> Iterator[tuple[str, Rule | None]]:
    """The damaged versions of a rule, each with the kind of damage; None for a rule that is gone."""
    yield "drop", None
    for tongue in ("zh", "en"):
        patterns = rule.get(tongue) or []
        for keep in (0, 1) if len(patterns) > 1 else ():
            yield "drop: half of the patterns", rule | {tongue: patterns[keep::2]}
    for key in ("exempt", "unless", "categories", "not_categories", "platforms", "lacks", "about"):
        if rule.get(key):
            yield f"widen: no {key}", rule | {key: []}
    if rule.get("when"):
        yield "widen: no when", rule | {"when": {}}
    yield "blunt: severity", rule | {"severity": LOWER[rule["severity"]]}
    yield "blunt: other region", rule | {"region": ["IN" if rule["region"][0] != "IN" else "US"]}
    yield (
        "blunt: always excused",
        rule | {"exempt": [*rule.get("exempt", []), "always"], "lacks": ["anything"], "lacks_only": []},
    )
    if rule.get("needs"):
        yield "blunt: no questions", rule | {"needs": []}
    yield "blunt: in force in 2100", rule | {"law": "later"}


def alone(data: dict[str, Any], group: str, rules: list[Rule]) -> Any:
    """A rule book of these rules only."""
    made = {name: value for name, value in data.items() if not name[0].isdigit()}
    made["laws"] = copy.deepcopy(data["laws"])
    law = next(iter(made["laws"]["laws"].values()))
    made["laws"]["laws"]["later"] = law | {"effective": "2100-01-01"}
    made["contexts"] = copy.deepcopy(data["contexts"])
    made["contexts"]["contexts"]["always"] = {"text": {"zh": ".|$"}}
    made["contexts"]["disclosures"]["anything"] = {"zh": ".|$"}
    made[group] = {"group": data[group]["group"], "rules": [_by_itself(data, rule) for rule in rules]}
    return build(made, whole=False)


def _by_itself(data: dict[str, Any], rule: Rule) -> Rule:
    """A rule with the words in it that it shares with others."""
    if not rule.get("words_of"):
        return rule
    every = {one["id"]: one for name in data if name[0].isdigit() for one in data[name]["rules"]}
    shared = [every[name] for name in rule["words_of"]]
    words = {
        key: [*rule.get(key, []), *(word for one in shared for word in one.get(key, []))]
        for key in ("zh", "en", "unless", "exempt")
    }
    return {key: value for key, value in (rule | words).items() if key != "words_of" and value != []}


def marks(sample: Sample, book: Any) -> tuple[Any, ...]:
    """What a reading says, in short."""
    found = reading(sample, book)
    return (
        tuple((f.rule, f.start, f.end, f.severity, f.law) for f in found.findings),
        tuple((q.fact, q.rules) for q in found.questions),
    )


def noticed(
    data: dict[str, Any], group: str, rule: Rule, damaged: Rule | None, texts: list[Sample], base: list[Any]
) -> bool:
    """Whether any text is read otherwise; a damaged rule that cannot be read any more is noticed at once."""
    try:
        book = alone(data, group, [damaged] if damaged else [])
        return any(marks(text, book) != before for text, before in zip(texts, base, strict=True))
    except RulesUnreadable:
        return True


def _level_once() -> None:
    """Levelling does not depend on the rules: each text once for all mutants."""
    plain, known = normal.level, {}

    def level(text: str, variants: normal.Variants) -> normal.Levelled:
        if text not in known:
            known[text] = plain(text, variants)
        return known[text]

    reader.level = level


def run(count: int | None = None, seed: int = 5) -> tuple[int, int, Counter[str]]:
    """Mutants tried, mutants noticed, and the kinds that went unnoticed."""
    data = parsed()
    chosen = [
        (group, rule, kind, damaged)
        for group in sorted(name for name in data if name[0].isdigit())
        for rule in data[group]["rules"]
        for kind, damaged in mutants(rule)
    ]
    if count is not None:
        chosen = random.Random(seed).sample(chosen, count)
        chosen.sort(key=lambda one: one[1]["id"])
    every = [*everything(), *second(), *samples("traps")]
    texts: list[Sample] = []
    _level_once()
    missed: Counter[str] = Counter()
    base: list[Any] = []
    current = ""
    for group, rule, kind, damaged in chosen:
        if rule["id"] != current:
            current = rule["id"]
            book = alone(data, group, [rule])
            texts = [text for text in every if regions_of(str(dict(text.facts)["region"])).intersection(rule["region"])]
            base = [marks(text, book) for text in texts]
        if not noticed(data, group, rule, damaged, texts, base):
            missed[kind] += 1
            if "--tell" in sys.argv:
                sys.stdout.write(f"{rule['id']} {kind}\n")
    return len(chosen), len(chosen) - sum(missed.values()), missed


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    tried, caught, missed = run(numbers[0] if numbers else None)
    sys.stdout.write(f"{tried} mutants, {caught} noticed ({caught / tried:.1%})\n")
    for kind, number in missed.most_common():
        sys.stdout.write(f"  unnoticed: {kind} {number}\n")


if __name__ == "__main__":
    main()
