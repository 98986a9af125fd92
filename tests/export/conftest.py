"""Plans that the document tests render once a session, and the programs that open the files again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from rendering import chrome_pdf, need, office_pdf

from agent import Options
from agent import plan as make_plan
from agent.export.docx import to_docx
from agent.export.html import to_html
from agent.export.pdf import to_pdf
from agent.plan.model import MarketingPlan

BRIEFS = Path(__file__).parents[2] / "examples" / "briefs"
AS_OF = dt.date(2026, 11, 23)


def _made(name: str, folder: Path) -> MarketingPlan:
    return make_plan(BRIEFS / name, Options(out=folder / name, model="playbook", as_of=AS_OF, formats=("json",))).plan


@pytest.fixture(scope="session")
def tea(tmp_path_factory: pytest.TempPathFactory) -> MarketingPlan:
    """A full Chinese plan: three platforms, six months, everything in it."""
    return _made("tea-zh.yaml", tmp_path_factory.mktemp("tea"))


@pytest.fixture(scope="session")
def sentence(tmp_path_factory: pytest.TempPathFactory) -> MarketingPlan:
    """The plan for a brief of one sentence."""
    return _made("sentence-zh.txt", tmp_path_factory.mktemp("sentence"))


@pytest.fixture(scope="session")
def english(tmp_path_factory: pytest.TempPathFactory) -> MarketingPlan:
    """A small English plan."""
    return _made("solo-en.txt", tmp_path_factory.mktemp("english"))


@pytest.fixture(scope="session")
def tea_pdf(tea: MarketingPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tea plan set as PDF."""
    need("pdftotext")
    path = tmp_path_factory.mktemp("pdf") / "plan.pdf"
    path.write_bytes(to_pdf(tea))
    return path


@pytest.fixture(scope="session")
def tea_docx(tea: MarketingPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tea plan as a Word file."""
    path = tmp_path_factory.mktemp("docx") / "plan.docx"
    path.write_bytes(to_docx(tea))
    return path


@pytest.fixture(scope="session")
def tea_docx_pages(tea_docx: Path) -> Path:
    """The tea plan's Word file as LibreOffice sets it."""
    return office_pdf(tea_docx)


@pytest.fixture(scope="session")
def tea_html(tea: MarketingPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tea plan as a web page."""
    path = tmp_path_factory.mktemp("html") / "plan.html"
    path.write_text(to_html(tea), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def tea_html_pages(tea_html: Path) -> tuple[Path, list[str]]:
    """The tea plan's page as Chromium prints it, and every address that it asked for meanwhile."""
    return chrome_pdf(tea_html)
