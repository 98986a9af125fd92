"""`cehua export`: which formats of a saved plan are written, and where."""

from __future__ import annotations

from pathlib import Path

from agent.export import FORMATS, export, export_zip, known
from agent.run.folder import load_plan, revision


def write(run: Path, formats: str, out: Path | None, *, zipped: bool, template: Path | None) -> list[Path]:
    """Writes the formats, separated by commas (all of them when empty), and gives back what was written.

    Raises FormatError and BriefError for what the user asked wrongly, SetupError when a format's packages are missing.
    """
    asked = known(formats.split(",")) if formats else list(FORMATS)
    plan = load_plan(run)
    folder = out or (run if run.is_dir() else run.parent) / "exports"
    if zipped:
        return [export_zip(plan, folder, asked, template, revision(run))]
    return export(plan, folder, asked, template, revision(run))
