"""Language models: which there are, how to get one, and one way to ask it."""

from __future__ import annotations

from agent.llm.client import ChatModel, Message, Reply, Usage
from agent.llm.fetch import fetch_with_bar, find
from agent.llm.open import list_models, open_model, ping
from agent.llm.spec import ModelSpec

__all__ = [
    "ChatModel",
    "Message",
    "ModelSpec",
    "Reply",
    "Usage",
    "fetch_with_bar",
    "find",
    "list_models",
    "open_model",
    "ping",
]
