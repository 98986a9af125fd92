"""A plan as files: one entry a format, every file written in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.errors import CehuaError, SetupError
from agent.files import write_atomically
from agent.plan.model import MarketingPlan

NAME = "plan"
"""Exports are called plan.md, plan.json…"""


class FormatError(CehuaError):
    """A format that there is none of; whoever asked for it acts."""

    exit_code = 2


@dataclass(frozen=True)
class Format:
    """One export format: how its file ends and what makes its content."""

    suffix: str
    render: Callable[[MarketingPlan], bytes]


def _markdown(plan: MarketingPlan) -> bytes:
    from agent.export.markdown import to_markdown

    return to_markdown(plan).encode("utf-8")


def _json(plan: MarketingPlan) -> bytes:
    from agent.export.json_ import to_json

    return to_json(plan).encode("utf-8")


def _xlsx(plan: MarketingPlan) -> bytes:
    try:
        from agent.export.xlsx import to_xlsx
    except ModuleNotFoundError as error:
        raise missing("xlsx", error) from error
    return to_xlsx(plan)


def _pptx(plan: MarketingPlan) -> bytes:
    try:
        from agent.export.pptx import to_pptx
    except ModuleNotFoundError as error:
        raise missing("pptx", error) from error
    return to_pptx(plan)


def _ics(plan: MarketingPlan) -> bytes:
    try:
        from agent.export.ics import to_ics
    except ModuleNotFoundError as error:
        raise missing("ics", error) from error
    return to_ics(plan)


def _csv(plan: MarketingPlan) -> bytes:
    from agent.export.csv_ import to_csv

    return to_csv(plan)


def _google_csv(plan: MarketingPlan) -> bytes:
    from agent.export.csv_ import to_google_csv

    return to_google_csv(plan)


def missing(name: str, error: ModuleNotFoundError) -> SetupError:
    """What to say when a format's packages are not installed."""
    return SetupError(f"The format {name} needs the package {error.name}.", hint="Install cehua[export].")


FORMATS: dict[str, Format] = {
    "md": Format(".md", _markdown),
    "json": Format(".json", _json),
    "xlsx": Format(".xlsx", _xlsx),
    "pptx": Format(".pptx", _pptx),
    "ics": Format(".ics", _ics),
    "csv": Format(".csv", _csv),
    "gcal": Format(".google.csv", _google_csv),
}
"""Format id → how it is made. A new format is one more entry."""


def known(formats: Sequence[str]) -> list[str]:
    """The formats asked for, each once. Raises FormatError for one that there is none of."""
    asked = list(dict.fromkeys(one for name in formats if (one := name.strip().lower())))
    unknown = [one for one in asked if one not in FORMATS]
    if unknown or not asked:
        raise FormatError(
            f"Unknown export format: {', '.join(unknown) or 'none'}.", hint=f"There are: {', '.join(FORMATS)}."
        )
    return asked


def export(plan: MarketingPlan, out_dir: Path, formats: Sequence[str]) -> list[Path]:
    """Writes `plan` in every format asked for into `out_dir`, which is made when missing; the paths in that order.

    Everything is rendered before anything is written, so that a failure leaves the folder as it was.
    """
    rendered = [(out_dir / f"{NAME}{FORMATS[one].suffix}", FORMATS[one].render(plan)) for one in known(formats)]
    out_dir.mkdir(parents=True, exist_ok=True)
    return [write_atomically(path, content) for path, content in rendered]


__all__ = ["FORMATS", "Format", "FormatError", "export", "known"]
