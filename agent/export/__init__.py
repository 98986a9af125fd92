"""A plan as files: one entry a format, every file written in one step."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.apart import apart
from agent.errors import CehuaError, SetupError
from agent.files import write_atomically
from agent.plan.model import MarketingPlan, to_json

if TYPE_CHECKING:
    from agent.export.material import Material

NAME = "plan"
"""Exports are called plan.md, plan.json…"""


class FormatError(CehuaError):
    """A format that there is none of; whoever asked for it acts."""

    exit_code = 2


@dataclass(frozen=True)
class Format:
    """One export format: how its file ends and what makes its content."""

    suffix: str
    render: Callable[[Material], bytes]
    dressed: Callable[[Material, Path], bytes] | None = None
    """What makes it in a house template, for formats that take one of the same file type."""
    aside: bool = False
    """Whether most of its work is done outside the interpreter, so that other formats are made meanwhile."""


def _markdown(made: Material) -> bytes:
    from agent.export.markdown import to_markdown

    return to_markdown(made.plan, made.doc).encode("utf-8")


def _json(made: Material) -> bytes:
    return to_json(made.plan).encode("utf-8")


def _xlsx(made: Material) -> bytes:
    try:
        from agent.export.xlsx import to_xlsx
    except ModuleNotFoundError as error:
        raise missing("xlsx", error) from error
    return to_xlsx(made.plan, made)


def _pptx(made: Material, template: Path | None = None) -> bytes:
    try:
        from agent.export.pptx import to_pptx
    except ModuleNotFoundError as error:
        raise missing("pptx", error) from error
    return to_pptx(made.plan, template, made)


def _ics(made: Material) -> bytes:
    try:
        from agent.export.ics import to_ics
    except ModuleNotFoundError as error:
        raise missing("ics", error) from error
    return to_ics(made.plan, made.revision)


def _csv(made: Material) -> bytes:
    from agent.export.csv_ import to_csv

    return to_csv(made.plan)


def _google_csv(made: Material) -> bytes:
    from agent.export.csv_ import to_google_csv

    return to_google_csv(made.plan)


def missing(name: str, error: ModuleNotFoundError) -> SetupError:
    """What to say when a format's packages are not installed."""
    return SetupError(f"The format {name} needs the package {error.name}.", hint="Install cehua[export].")


def _docx(made: Material, template: Path | None = None) -> bytes:
    from agent.export.docx import to_docx

    return to_docx(made.plan, template, made)


def _pdf(made: Material) -> bytes:
    from agent.export.pdf import to_pdf

    return to_pdf(made.plan, made)


def _html(made: Material) -> bytes:
    from agent.export.html import to_html

    return to_html(made.plan, made).encode("utf-8")


FORMATS: dict[str, Format] = {
    "md": Format(".md", _markdown),
    "json": Format(".json", _json),
    "xlsx": Format(".xlsx", _xlsx),
    "pptx": Format(".pptx", _pptx, dressed=_pptx),
    "ics": Format(".ics", _ics),
    "csv": Format(".csv", _csv),
    "gcal": Format(".google.csv", _google_csv),
    "docx": Format(".docx", _docx, dressed=_docx),
    "pdf": Format(".pdf", _pdf, aside=True),
    "html": Format(".html", _html),
}
"""Format id → how it is made. A new format is one more entry."""


def _file(one: str) -> str:
    """Name of a format's file."""
    return f"{NAME}{FORMATS[one].suffix}"


def known(formats: Sequence[str]) -> list[str]:
    """The formats asked for, each once. Raises FormatError for one that there is none of."""
    asked = list(dict.fromkeys(one for name in formats if (one := name.strip().lower())))
    unknown = [one for one in asked if one not in FORMATS]
    if unknown or not asked:
        raise FormatError(
            f"Unknown export format: {', '.join(unknown) or 'none'}.", hint=f"There are: {', '.join(FORMATS)}."
        )
    return asked


def rendered(
    plan: MarketingPlan, formats: Sequence[str], template: Path | None = None, revision: int = 0
) -> dict[str, bytes]:
    """File name → content of every format asked for. `template` dresses the format of its own file type.

    `revision`: how many plans stood in the run before this one, by which calendars tell a later file from an earlier.
    Raises FormatError for an unknown format, and for a template that none of the formats can take.
    """
    asked = known(formats)
    fit = [one for one in asked if template and FORMATS[one].dressed and FORMATS[one].suffix == template.suffix.lower()]
    if template and not fit:
        takers = ", ".join(FORMATS[one].suffix for one in FORMATS if FORMATS[one].dressed)
        raise FormatError(
            f"None of the formats asked for can take the template {template.name}.",
            hint=f"Templates are taken by: {takers}; ask for the format of the same type.",
        )
    from agent.export.material import Material

    made = Material(plan, revision)

    def content(one: str) -> bytes:
        dressed = FORMATS[one].dressed
        return dressed(made, template) if dressed and template and one in fit else FORMATS[one].render(made)

    return {_file(one): file for one, file in _side_by_side(asked, made, content).items()}


def _side_by_side(asked: Sequence[str], made: Material, content: Callable[[str], bytes]) -> dict[str, bytes]:
    """The formats' contents in the order asked for; those that leave the interpreter free are made beside the others."""
    aside = [one for one in asked if FORMATS[one].aside]
    if not aside or len(asked) == 1:
        return {one: content(one) for one in asked}
    made.make()
    with ThreadPoolExecutor(len(aside)) as threads:
        begun = {one: threads.submit(content, one) for one in aside}
        here = {one: content(one) for one in asked if one not in begun}
        return {one: here[one] if one in here else begun[one].result() for one in asked}


def export(
    plan: MarketingPlan,
    out_dir: Path,
    formats: Sequence[str],
    template: Path | None = None,
    revision: int = 0,
    *,
    kept: Path | None = None,
) -> list[Path]:
    """Writes `plan` in every format asked for into `out_dir`, which is made when missing; the paths in that order.

    Everything is rendered before anything is written, so that a failure leaves the folder as it was. `kept`: where the plan stands as JSON
    already, as it is now.
    """
    asked = known(formats)
    files = {_file("json"): kept.read_bytes()} if kept and "json" in asked and not template else {}
    rest = tuple(one for one in asked if _file(one) not in files)
    if rest:
        files |= apart(rendered, plan, rest, template, revision)
    out_dir.mkdir(parents=True, exist_ok=True)
    return [write_atomically(out_dir / _file(one), files[_file(one)]) for one in asked]


def export_zip(
    plan: MarketingPlan, out_dir: Path, formats: Sequence[str], template: Path | None = None, revision: int = 0
) -> Path:
    """Writes every format asked for into one plan.zip in `out_dir`; its path."""
    packed = io.BytesIO()
    day = plan.meta.as_of
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in rendered(plan, formats, template, revision).items():
            archive.writestr(
                zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    out_dir.mkdir(parents=True, exist_ok=True)
    return write_atomically(out_dir / f"{NAME}.zip", packed.getvalue())


__all__ = ["FORMATS", "Format", "FormatError", "export", "export_zip", "known", "rendered"]
