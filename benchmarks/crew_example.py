"""Runs crewAI's public marketing example on a brief, with the Python that has crewAI (it is no dependency of this project).

    PYTHON benchmarks/crew_example.py EXAMPLE BRIEF OUT

EXAMPLE is the folder crews/marketing_strategy of crewAI's examples; BRIEF a text; OUT gets what the crew's tasks delivered. The model is
the one that OPENAI_BASE_URL and OPENAI_MODEL_NAME name. The example's tools search the web: here they say that there is no network.
"""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path
from typing import Any


def main() -> None:
    """Runs the crew once."""
    example, brief, out = (Path(one) for one in sys.argv[1:4])
    os.environ |= {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true", "CREWAI_TRACING_ENABLED": "false"}
    from crewai.tools import BaseTool

    def silent(title: str) -> type[Any]:
        class Silent(BaseTool):
            name: str = title
            description: str = "Looks something up. Needs the network, which is closed here."

            def _run(self, query: str = "") -> str:
                return "No network: work with what the task says."

        return Silent

    tools = types.ModuleType("crewai_tools")
    tools.SerperDevTool = silent("search")  # type: ignore[attr-defined]
    tools.ScrapeWebsiteTool = silent("read_website")  # type: ignore[attr-defined]
    sys.modules["crewai_tools"] = tools
    sys.path.insert(0, str(example / "src"))
    from marketing_posts.crew import MarketingPostsCrew

    told = brief.read_text(encoding="utf-8")
    crew = MarketingPostsCrew().crew()
    for task in crew.tasks:
        task.callback = lambda one: _add(out, str(one.raw))
    crew.kickoff(inputs={"customer_domain": "example.com", "project_description": told})


def _add(out: Path, words: str) -> None:
    """A task's delivery, written when it came: a crew that breaks off later has delivered it."""
    with out.open("a", encoding="utf-8") as file:
        file.write(f"{words}\n\n")


if __name__ == "__main__":
    main()
