"""How well grounding tells numbers that come from somewhere from those that do not. `python benchmarks/grounding.py`; offline.

Plans of briefs that nothing was tuned on, in the playbook's words: what the checks doubt in them is a false alarm. Then one digit at a
time is changed in numbers drawn by lot that the checks hold to be claims, and the share that is found is counted, by which digit it was.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from agent.brief import read_brief
from agent.checks import CheckContext
from agent.checks.grounding import claims_of
from agent.checks.traced import Grounds, claims, grounds_of, loose, read_texts
from agent.data import read_yaml
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.base import Claim
from agent.plan.model import MarketingPlan
from agent.quantities import Quantity, quantities
from agent.run.build import build_plan

BRIEFS = Path(__file__).parent / "varied_briefs.yaml"
AS_OF = dt.date(2026, 11, 28)


def plans(names: list[str]) -> Iterator[tuple[str, MarketingPlan, CheckContext]]:
    for name, brief in read_yaml(BRIEFS).items():
        if not names or name in names:
            intake = read_brief(brief, as_of=AS_OF)
            frame = build_frame(intake.filled, as_of=AS_OF, knowledge=load(), asked=intake.brief)
            plan = build_plan(intake, load(), frame, model="playbook", checked=False)
            yield name, plan, CheckContext(brief=intake.filled, knowledge=load())


def changed(text: str, one: Quantity, place: str, chance: random.Random) -> str | None:
    """The text with one digit of the number changed: the first, one in the middle, or the last that is not zero."""
    digits = [one.start + match.start() for match in re.finditer(r"\d", one.words)]
    telling = digits[: max((n for n, at in enumerate(digits, 1) if text[at] != "0"), default=0)]
    if not telling or (place == "middle" and len(telling) < 3) or (place == "last" and len(telling) < 2):
        return None
    at = telling[0] if place == "first" else telling[-1] if place == "last" else chance.choice(telling[1:-1])
    new = chance.choice([d for d in "123456789" if d != text[at]])
    return text[:at] + new + text[at + 1 :]


def beside_its_sources(known: Grounds, claim: Claim | None, one: Quantity, path: str) -> bool:
    """Whether GRD-003 finds it: a number of a claim that its own sources do not hold."""
    if claim is None or claim.kind not in ("brief", "knowledge") or known.elsewhere(path):
        return False
    return not known.shelf.pools(claim.sources).holds(one) and not known.brief.holds(one)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--each", type=int, default=40, help="numbers changed in a plan, for each place of a digit")
    parser.add_argument("--show", action="store_true", help="list what was missed")
    args = parser.parse_args()
    chance = random.Random(3)
    said, sharp, doubted = Counter[str](), Counter[str](), Counter[str]()
    tried, found = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for name, plan, ctx in plans(args.names):
        language = plan.meta.language[:2]
        known = grounds_of(plan, ctx)
        sourced = {f"{path}.text": claim for path, claim in claims_of(plan) if isinstance(claim, Claim)}
        texts = [(one, number) for one in read_texts(plan) for number in quantities(one.text)]
        said[language] += len(texts)
        sharp[language] += sum(claims(number) for _, number in texts)
        for one in loose(plan, ctx):
            if one.rival or claims(one.number):
                doubted[language] += 1
                sys.stdout.write(f"  {name} {one.text.path}: {one.number.words} in {one.text.text[:160]}\n")
        for place in ("first", "middle", "last"):
            drawn = [pair for pair in texts if claims(pair[1])]
            chance.shuffle(drawn)
            left = args.each
            for one, number in drawn:
                words = changed(one.text, number, place, chance) if left else None
                if words is None:
                    continue
                now = next((q for q in quantities(words) if q.start == number.start), None)
                if now is None or not claims(now):
                    continue
                left -= 1
                tried[language, place] += 1
                if known.traced(now, one.path, words) and not beside_its_sources(
                    known, sourced.get(one.path), now, one.path
                ):
                    if args.show:
                        sys.stdout.write(f"  missed {name} {one.path}: {number.words} -> {now.words}\n")
                else:
                    found[language, place] += 1
    for language in said:
        sys.stdout.write(
            f"{language}: {said[language]} numbers, {sharp[language]} of them claims; doubted {doubted[language]}"
            f" ({doubted[language] / said[language]:.2%} of the numbers)\n"
        )
        for place in ("first", "middle", "last"):
            whole = tried[language, place] or 1
            sys.stdout.write(
                f"  {place} digit changed: {found[language, place]} of {whole} found ({found[language, place] / whole:.0%})\n"
            )


if __name__ == "__main__":
    main()
