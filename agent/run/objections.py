"""What the checks of the whole plan object to in a model's words: findings that the playbook's plan does not have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from agent.apart import apart
from agent.brief.model import Intake
from agent.knowledge import Knowledge, load
from agent.plan.model import Finding, MarketingPlan
from agent.run.build import find
from agent.words.writer import StageWords

_ROW = re.compile(r"calendar\.entries\[(\d+)\]\.(topic|hook|cta)")
WEIGHED = frozenset({"DIS-002"})
"""Warnings that the acceptance has weighed already, against what the drafts have in common."""
OWN = {"topic": "title", "hook": "hook"}
"""Field of a calendar row → field of the topic in the bank that it was made of."""


class Objections:
    """Holds a plan against the same plan in the playbook's words. `prepare` comes first."""

    def __init__(self, drafts: MarketingPlan, intake: Intake, knowledge: Knowledge) -> None:
        self._intake = intake
        self._knowledge = knowledge
        self._drafts = drafts
        self._known: set[tuple[str, str]] | None = None
        self._looked: tuple[str, list[Finding]] = ("", [])
        """The plan last looked at, as JSON, and what was found."""

    def prepare(self) -> list[Finding]:
        """Checks the playbook's plan, while the first calls are in flight; what it has is nobody's fault."""
        found = self._drafts.findings or self._find(self._drafts)
        self._known = {(f.code, f.where) for f in found}
        return found

    def look(self, plan: MarketingPlan) -> None:
        """Checks a plan that is not finished: the readings of its texts are remembered, what is found is not."""
        self._find(plan)

    def findings(self, plan: MarketingPlan) -> list[Finding]:
        """What the checks find in the plan; looked for once as long as it stays the same."""
        state = plan.model_dump_json(exclude={"findings"})
        if state != self._looked[0]:
            self._looked = (state, self._find(plan))
        return self._looked[1]

    def _find(self, plan: MarketingPlan) -> list[Finding]:
        return apart(find, plan, self._intake, None if self._knowledge is load() else self._knowledge)

    def of(
        self, plan: MarketingPlan, words: Mapping[str, StageWords], *, errors_only: bool = False
    ) -> dict[str, dict[str, str]]:
        """Stage → place of a listed text that is the model's → what is wrong with it and what to do.

        A finding that names no single text of the model's counts against all of the part's, if it is an error.
        """
        found: dict[str, dict[str, str]] = defaultdict(dict)
        known = self._known if self._known is not None else {(f.code, f.where) for f in self.prepare()}
        if not any(one.text for stage in words.values() for one in stage.listed):
            return {}
        places = {
            f"{stage}.{one.place}": (stage, one.place) for stage, w in words.items() for one in w.listed if one.text
        }
        for finding in self.findings(plan):
            if (finding.code, finding.where) in known or finding.severity == "info":
                continue
            if finding.severity != "error" and (errors_only or finding.code in WEIGHED):
                continue
            for stage, place in self._blamed(finding, plan, places):
                found[stage].setdefault(place, f"{finding.message} {finding.fix}".strip())
        return dict(found)

    def _blamed(
        self, finding: Finding, plan: MarketingPlan, places: Mapping[str, tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """The model's texts that a finding is about."""
        where = _in_the_bank(finding.where, plan)
        if where in places:
            return [places[where]]
        if finding.severity != "error":
            return []
        return [known for path, known in places.items() if path.startswith(where.split(".", 1)[0] + ".")]


def _in_the_bank(where: str, plan: MarketingPlan) -> str:
    """The place of a calendar row's words in the topic bank, from which they were made; any other place as it is."""
    row = _ROW.fullmatch(where)
    if row is None or row.group(2) not in OWN:
        return where
    entry = plan.calendar.entries[int(row.group(1))]
    for p, pillar in enumerate(plan.themes.pillars):
        for q, topic in enumerate(pillar.topics):
            if topic.id == entry.topic_id:
                return f"themes.pillars[{p}].topics[{q}].{OWN[row.group(2)]}"
    return where
