"""What a child of the chaos tests finds loaded: imported once by the fork server, so that a start costs a fork and not five seconds of imports."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import langchain_openai  # noqa: F401
import openai  # noqa: F401

from agent.brief import read_brief
from agent.frame import build_frame
from agent.knowledge import load
from agent.run.build import build_plan

_DAY = dt.date(2026, 11, 23)
_INTAKE = read_brief(Path(__file__).with_name("brief.yaml"), as_of=_DAY)
build_plan(_INTAKE, load(), build_frame(_INTAKE.filled, as_of=_DAY, knowledge=load()), model="playbook")
