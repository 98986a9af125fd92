"""Plans and their files, made once a session, and the programs that open the files again."""

from __future__ import annotations

from pathlib import Path

import pytest
from office import example, made, printed
from rendering import chrome_pdf, need

from agent.plan.model import MarketingPlan


@pytest.fixture(scope="session")
def tea() -> MarketingPlan:
    """A full Chinese plan: three platforms, six months, everything in it."""
    return example("tea-zh")


@pytest.fixture(scope="session")
def sentence() -> MarketingPlan:
    """The plan for a brief of one sentence."""
    return example("sentence-zh")


@pytest.fixture(scope="session")
def english() -> MarketingPlan:
    """A small English plan."""
    return example("solo-en")


def _written(stem: str, name: str, folder: Path) -> Path:
    path = folder / f"{stem}.{name}"
    path.write_bytes(made(stem, name))
    return path


@pytest.fixture(scope="session")
def tea_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tea plan set as PDF."""
    need("pdftotext")
    return _written("tea-zh", "pdf", tmp_path_factory.mktemp("pdf"))


@pytest.fixture(scope="session")
def word_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The Word files of a long, a short and an English plan."""
    folder = tmp_path_factory.mktemp("docx")
    return {stem: _written(stem, "docx", folder) for stem in ("tea-zh", "sentence-zh", "solo-en")}


@pytest.fixture(scope="session")
def word_pages(word_files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same files as LibreOffice sets them."""
    return printed(tmp_path_factory.mktemp("office"), word_files)


@pytest.fixture(scope="session")
def tea_docx(word_files: dict[str, Path]) -> Path:
    """The tea plan as a Word file."""
    return word_files["tea-zh"]


@pytest.fixture(scope="session")
def tea_docx_pages(word_pages: dict[str, Path]) -> Path:
    """The tea plan's Word file as LibreOffice sets it."""
    return word_pages["tea-zh"]


@pytest.fixture(scope="session")
def tea_html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tea plan as a web page."""
    return _written("tea-zh", "html", tmp_path_factory.mktemp("html"))


@pytest.fixture(scope="session")
def tea_html_pages(tea_html: Path) -> tuple[Path, list[str]]:
    """The tea plan's page as Chromium prints it, and every address that it asked for meanwhile."""
    return chrome_pdf(tea_html)
