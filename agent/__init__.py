"""cehua: from a brand brief to a social media plan that can be carried out. The front door: public names only."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.version import __version__

if TYPE_CHECKING:
    from agent.api import Options, Result
    from agent.events import Event
    from agent.plan.model import Finding

__all__ = ["Options", "Result", "__version__", "aplan", "check", "export", "plan", "stream_plan"]

# Two functions share their names with subpackages. A subpackage sets its name here when it is first imported, so both
# are imported (they are light) before the functions take the names.
importlib.import_module("agent.plan")
importlib.import_module("agent.export")


def __getattr__(name: str) -> Any:
    """`Options` and `Result`, loaded on first use. Raises AttributeError for other names."""
    if name in ("Options", "Result"):
        from agent import api

        return getattr(api, name)
    raise AttributeError(f"module 'agent' has no attribute {name!r}")


def plan(
    source: str | Path | dict[str, Any],
    options: Options | None = None,
    *,
    on_event: Callable[[Event], None] | None = None,
) -> Result:
    """Brief in (path, text or mapping), finished run out. Raises BriefError, SetupError, ModelError."""
    from agent import api

    return api.plan(source, options, on_event=on_event)


async def aplan(
    source: str | Path | dict[str, Any],
    options: Options | None = None,
    *,
    on_event: Callable[[Event], None] | None = None,
) -> Result:
    """`plan` for programs with an event loop."""
    from agent import api

    return await api.aplan(source, options, on_event=on_event)


def stream_plan(source: str | Path | dict[str, Any], options: Options | None = None) -> AsyncIterator[Event | Result]:
    """Typed events while the plan is made; the last one is the Result."""
    from agent import api

    return api.stream_plan(source, options)


def check(run: Path) -> list[Finding]:
    """What the checks find in a saved plan."""
    from agent import api

    return api.check(run)


def export(run: Path, formats: Sequence[str], out: Path | None = None) -> list[Path]:
    """Writes a saved plan in the given formats."""
    from agent import api

    return api.export(run, formats, out)
