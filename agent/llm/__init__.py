"""Language models: which there are, how to get one, and one way to ask it."""

from __future__ import annotations

from agent.llm.breaker import Breaker
from agent.llm.chat import converse, has_tools
from agent.llm.client import ChatModel, Message, Reply, Usage
from agent.llm.fetch import fetch_with_bar, find
from agent.llm.gate import Gate
from agent.llm.open import open_meter, open_model
from agent.llm.prices import Price, likely_tokens, price_of, token_bound
from agent.llm.spec import ModelSpec
from agent.llm.trial import list_models, try_model
from agent.llm.width import Width

__all__ = [
    "Breaker",
    "ChatModel",
    "Gate",
    "Message",
    "ModelSpec",
    "Price",
    "Reply",
    "Usage",
    "Width",
    "converse",
    "fetch_with_bar",
    "find",
    "has_tools",
    "likely_tokens",
    "list_models",
    "open_meter",
    "open_model",
    "price_of",
    "token_bound",
    "try_model",
]
