"""Real plans to export, and LibreOffice to open what came of them."""

from __future__ import annotations

import datetime as dt
import functools
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent.brief import read_brief
from agent.export import FORMATS
from agent.export.material import Material
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan

AS_OF = dt.date(2026, 11, 23)
BRIEFS = Path(__file__).parents[2] / "examples" / "briefs"
LARGE: dict[str, Any] = {
    "brand": "Nine Rivers", "language": "en", "markets": ["CN", "US"], "budget": "RMB 10m", "period": "1 Jan 2027 to 31 Dec 2027",
    "platforms": {"must": ["xiaohongshu", "douyin", "wechat", "weibo", "bilibili", "instagram", "tiktok", "youtube", "linkedin"]},
    "team": [f"specialist {number}, 40 hours a week" for number in range(1, 21)],
}  # fmt: skip
"""Twelve months, nine platforms, twenty people."""
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
"""LibreOffice's setting to calculate every formula again when it opens a file."""


@functools.cache
def example(stem: str) -> MarketingPlan:
    """The playbook's plan for an example brief, or for the large one."""
    source = LARGE if stem == "large" else next(path for path in BRIEFS.iterdir() if path.stem == stem)
    knowledge = load()
    intake = read_brief(source, as_of=AS_OF)
    return build_plan(intake, knowledge, build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge), model="playbook")


@functools.cache
def material(stem: str) -> Material:
    """What the formats of that plan are made of."""
    return Material(example(stem))


@functools.cache
def made(stem: str, name: str) -> bytes:
    """That plan in a format."""
    return FORMATS[name].render(material(stem))


def tool(name: str) -> str:
    """The path of a program. Where it is missing, skips the test, or fails it on the continuous integration."""
    found = shutil.which(name)
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{name} is not installed")
    return found


def convert(folder: Path, files: dict[str, bytes], to: str) -> dict[str, Path]:
    """What LibreOffice makes of files, by name, in one start. Every formula is calculated again."""
    program = tool("soffice")
    profile, out = folder / "profile", folder / "converted"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = [
        program,
        f"-env:UserInstallation=file://{profile}",
        "--headless",
        "--convert-to",
        to,
        "--outdir",
        str(out),
    ]
    subprocess.run(
        [*command, *(str(folder / name) for name in files)], check=True, capture_output=True, timeout=300, cwd=folder
    )
    suffix = to.partition(":")[0]
    return {name: out / f"{Path(name).stem}.{suffix}" for name in files}


def printed(folder: Path, files: dict[str, Path]) -> dict[str, Path]:
    """Documents as LibreOffice prints them, by the same names, in one start."""
    found = convert(folder, {path.name: path.read_bytes() for path in files.values()}, "pdf")
    return {name: found[path.name] for name, path in files.items()}
