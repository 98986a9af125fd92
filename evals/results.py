"""What an eval run found, as data: one row a brief and writer. Deterministic; durations live apart."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agent.files import write_text

HERE = Path(__file__).parent
BASELINE = HERE / "baseline.json"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Row(_Part):
    """One brief by one writer."""

    brief: str
    """Brief id."""
    brand: str
    """Cluster."""
    language: str
    """Language of the plan."""
    error: str = ""
    """Why there is no plan; empty when there is one."""
    stale: bool = False
    """Whether recorded traffic does not fit any more: neither met nor failed."""
    words: float = 0.0
    """Words score, 0 to 1."""
    scores: dict[str, float] = Field(default_factory=dict)
    """Scorer → mean score."""
    met: list[str] = Field(default_factory=list)
    """Criteria that are met, "scorer.name"."""
    failed: dict[str, str] = Field(default_factory=dict)
    """Criteria that are not, with what was found."""
    numbers: dict[str, float] = Field(default_factory=dict)
    """What code computed for the plan."""

    @property
    def all_met(self) -> bool:
        """Whether a plan came and met everything."""
        return not self.failed and not self.error


class Results(_Part):
    """A run."""

    model: str
    """Whose words were scored."""
    commit: str = ""
    """Version of cehua."""
    scorers: str = ""
    """Hash of the scorers and their data: results of other scorers cannot be compared."""
    briefs: str = ""
    """Hash of the briefs."""
    held_out: bool = False
    """Whether these were the held-out briefs."""
    rows: list[Row] = Field(default_factory=list)
    """Typed plans."""
    controls: dict[str, dict[str, float]] = Field(default_factory=dict)
    """Control → brief id → words score."""
    defects: dict[str, dict[str, int]] = Field(default_factory=dict)
    """Class of planted defects → planted, found."""
    alarms: dict[str, int] = Field(default_factory=dict)
    """Check → clean plans on which it cried without cause."""
    clean: int = 0
    """Clean plans looked at."""

    def row(self, brief: str) -> Row | None:
        """The row of a brief."""
        return next((one for one in self.rows if one.brief == brief), None)

    def mean(self, scorer: str) -> float | None:
        """Mean of a scorer over the plans; a brief without a plan counts 0. None when nothing was scored by it."""
        known = [one for one in self.rows if not one.stale]
        if not any(scorer in one.scores for one in known):
            return None
        return sum(one.scores.get(scorer, 0.0) for one in known) / len(known)

    def scorers_used(self) -> list[str]:
        """Scorers in the order of their names."""
        return sorted({name for row in self.rows for name in row.scores})

    @property
    def defects_rows(self) -> dict[str, float]:
        """Class → recall."""
        return {name: one["found"] / one["planted"] for name, one in sorted(self.defects.items()) if one["planted"]}


def save(results: BaseModel, path: Path) -> None:
    """Writes results, one line a row's list, keys in order: the same results give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, dumps(results.model_dump()) + "\n")


def dumps(value: Any) -> str:
    """JSON that diffs well: objects two levels deep are spread, what is inside stands on one line."""
    return _spread(value, 0)


def _spread(value: Any, depth: int) -> str:
    pad = " " * (depth + 1)
    if isinstance(value, dict) and value and depth < 4:
        rows = [f"{pad}{json.dumps(key, ensure_ascii=False)}: {_spread(one, depth + 1)}" for key, one in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * depth + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict) and depth < 4:
        return "[\n" + ",\n".join(pad + _spread(one, depth + 1) for one in value) + "\n" + " " * depth + "]"
    return json.dumps(value, ensure_ascii=False)


def load(path: Path) -> Results:
    """Results from a file. Raises FileNotFoundError, or pydantic.ValidationError for a file that is something else."""
    return Results.model_validate_json(path.read_text(encoding="utf-8"))


def fingerprint(*patterns: str) -> str:
    """Hash of files below evals/, by their names and contents."""
    total = hashlib.sha256()
    for path in sorted({one for pattern in patterns for one in HERE.glob(pattern)}):
        total.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]
