"""Looks the lock's packages up among known vulnerabilities with pip-audit, and holds what it finds against dated waivers.

    python .ci/audit.py

Ends with 0 when nothing is open, 1 when something is, 3 when the service could not be asked: that is no pass, and it is said.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
WAIVERS = Path(__file__).with_name("waivers.yaml")
CLEAR, OPEN, UNSEEN = 0, 1, 3
PATIENCE = 300.0
"""Seconds that the service may take for all packages."""


@dataclass(frozen=True)
class Waiver:
    """A vulnerability that is accepted until a day."""

    id: str
    package: str
    until: dt.date
    why: str


def waivers(path: Path = WAIVERS) -> list[Waiver]:
    """The waivers. Raises TypeError for an entry that lacks a field or has another."""
    from ruamel.yaml import YAML

    return [Waiver(**one) for one in YAML(typ="safe").load(path.read_text(encoding="utf-8")) or []]


def ask(lock: Path = LOCK) -> dict[str, Any] | str:
    """pip-audit's report on a lock; a text that says why there is none. Hashes are required, nothing is installed or resolved."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {PATIENCE:.0f} s"
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1][:300]
    if all("skip_reason" in one for one in report["dependencies"]):
        return "it knows none of the packages"  # an index without the JSON API, a mirror
    return report


def problems(report: dict[str, Any], known: Sequence[Waiver], today: dt.date) -> Iterator[str]:
    """What is open: vulnerabilities without a waiver in force, packages that were not looked up, waivers that are over or not needed."""
    used: set[Waiver] = set()
    if skipped := [one["name"].lower() for one in report["dependencies"] if "skip_reason" in one]:
        yield f"not looked up: {', '.join(skipped)}"
    for package in report["dependencies"]:
        name = package["name"].lower()
        for found in package.get("vulns", []):
            names = {found["id"], *found.get("aliases", [])}
            waiver = next((one for one in known if one.package == name and one.id in names), None)
            if waiver is None:
                mended = ", ".join(found.get("fix_versions", [])) or "no release yet"
                yield f"{name} {package['version']}: {found['id']} (mended in: {mended})"
            else:
                used.add(waiver)
                if waiver.until < today:
                    yield f"the waiver of {waiver.id} for {name} ended on {waiver.until}"
    yield from (f"the waiver of {one.id} for {one.package} is not needed any more" for one in known if one not in used)


def main() -> int:
    """Asks, judges, tells."""
    report = ask()
    if isinstance(report, str):
        sys.stderr.write(f"NOT AUDITED: the vulnerability service could not be asked ({report}). This is no pass.\n")
        return UNSEEN
    found = list(problems(report, waivers(), dt.date.today()))
    for one in found:
        sys.stderr.write(f"{one}\n")
    sys.stderr.write(f"{len(report['dependencies'])} packages looked up, {len(found)} points open\n")
    return OPEN if found else CLEAR


if __name__ == "__main__":
    sys.exit(main())
