"""The plan as JSON, and the published schema of that JSON.

`python -m agent.export.json_ docs/plan.schema.json` writes the schema.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from agent.plan.model import SCHEMA_VERSION, MarketingPlan

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def from_json(content: str | bytes) -> MarketingPlan:
    """The plan that `agent.plan.model.to_json` wrote."""
    return MarketingPlan.model_validate_json(content)


def schema() -> dict[str, Any]:
    """JSON schema of what `agent.plan.model.to_json` writes."""
    found = MarketingPlan.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "title": "MarketingPlan", "version": SCHEMA_VERSION, **found}


def schema_text() -> str:
    """The published schema file's content."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
