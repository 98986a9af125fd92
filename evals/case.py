"""From an eval brief to a plan in the playbook's words, with everything that a scorer may ask about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.brief import read_brief
from agent.brief.model import Intake
from agent.checks import CheckContext
from agent.errors import CehuaError
from agent.frame import build_frame
from agent.frame.model import Frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan, find
from evals.brief import Brief
from evals.document import Document


@dataclass
class Case:
    """A brief and what was made of it. An error is a failed delivery, never a dropped row."""

    brief: Brief
    plan: MarketingPlan | None = None
    """The plan; None when none came."""
    intake: Intake | None = None
    """How cehua read the brief."""
    frame: Frame | None = None
    """The numbers."""
    error: str = ""
    """Why no plan came."""
    document: Document = field(default_factory=Document)
    """The plan's text, part by part."""

    @property
    def context(self) -> CheckContext:
        """What the plan's checks hold it against. Raises ValueError without an intake."""
        if self.intake is None:
            raise ValueError(f"{self.brief.id} was not read")
        return CheckContext(brief=self.intake.filled, knowledge=load())


def draft(brief: Brief) -> Case:
    """The playbook's plan, unchecked; a brief that is refused gives a case with its error."""
    knowledge = load()
    case = Case(brief)
    try:
        case.intake = read_brief(brief.text.encode(), as_of=brief.as_of)
        case.frame = build_frame(case.intake.filled, as_of=brief.as_of, knowledge=knowledge, asked=case.intake.brief)
        case.plan = build_plan(case.intake, knowledge, case.frame, model="playbook", checked=False)
    except CehuaError as error:
        case.error = f"{type(error).__name__}: {error.message}"
        return case
    except Exception as error:  # noqa: BLE001  (a crash is a failed delivery, not the end of the run)
        case.error = f"crash, {type(error).__name__}: {error}"
        return case
    case.document = Document.of_plan(case.plan)
    return case


def checked(case: Case) -> Case:
    """The case with its plan's findings."""
    if case.plan is not None and case.intake is not None:
        case.plan.findings = find(case.plan, case.intake, load())
    return case
