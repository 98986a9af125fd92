"""The playbook's plans of the example briefs, each made once, with the frame that it stands on."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from agent.brief import read_brief
from agent.frame import build_frame
from agent.frame.model import Frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan

BRIEFS = sorted((Path(__file__).parents[2] / "examples" / "briefs").iterdir())
DAY = dt.date(2026, 11, 23)


@cache
def made(source: Path) -> tuple[MarketingPlan, Frame]:
    intake = read_brief(source, as_of=DAY)
    knowledge = load()
    frame = build_frame(intake.filled, as_of=DAY, knowledge=knowledge)
    return build_plan(intake, knowledge, frame, model="playbook"), frame
