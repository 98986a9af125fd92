"""The sourced facts that plans stand on: load them, look them up, cite them."""

from agent.knowledge.cite import as_source
from agent.knowledge.load import load, load_from
from agent.knowledge.lookup import Knowledge

__all__ = ["Knowledge", "as_source", "load", "load_from"]
