"""Small eval cases, made once."""

from __future__ import annotations

import functools

import pytest

from evals.brief import briefs
from evals.case import Case, checked, draft
from tests.llm.conftest import serve

__all__ = ["serve"]


@functools.cache
def made(brief: str) -> Case:
    """The checked playbook plan of an open brief."""
    return checked(draft(briefs(only=(brief,))[0]))


@pytest.fixture
def walk() -> Case:
    """An English plan of a small charity."""
    return made("northshore-walk")


@pytest.fixture
def gym() -> Case:
    """A Chinese plan for a brief that asks for what cannot be."""
    return made("beimai-impossible")
