"""A client's own documents: brand books, past reports, metrics exports, competitor sheets. Private to a workspace, and data, never instruction."""

from agent.documents.facts import Audit, Metric, Post, RivalFact
from agent.documents.store import Added, add, audits_of, competitors_of, grids_of, listed, metrics_of, remove

__all__ = [
    "Added",
    "Audit",
    "Metric",
    "Post",
    "RivalFact",
    "add",
    "audits_of",
    "competitors_of",
    "grids_of",
    "listed",
    "metrics_of",
    "remove",
]
