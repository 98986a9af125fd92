"""The sourced facts that plans stand on: load them, look them up, search them, cite them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.knowledge.cite import as_source, passage_source
from agent.knowledge.load import load, load_from
from agent.knowledge.lookup import Knowledge

if TYPE_CHECKING:
    from agent.knowledge.passages import Passage
    from agent.knowledge.search import Search, open_search

__all__ = ["Knowledge", "Passage", "Search", "as_source", "load", "load_from", "open_search", "passage_source"]


def __getattr__(name: str) -> Any:
    """`Search`, `Passage` and `open_search`, loaded on first use: numpy is slow to import. Raises AttributeError for other names."""
    if name in ("Search", "open_search"):
        from agent.knowledge import search

        return getattr(search, name)
    if name == "Passage":
        from agent.knowledge.passages import Passage

        return Passage
    raise AttributeError(f"module 'agent.knowledge' has no attribute {name!r}")
