"""Finds by small questions which way to a structured answer an endpoint has."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from agent.errors import Refused, WrongFormat
from agent.llm.decode import BadAnswer, decode
from agent.llm.learn import MethodRefused
from agent.llm.line import Deadline, Line, Request
from agent.llm.schema import METHODS, Method
from agent.llm.usage import Usage

QUESTION = "Name a primary colour and a whole number between 1 and 9."
ENOUGH = 200
"""Tokens that the answer may have."""


class Sample(BaseModel):
    """The form that the question does not name: who gives it has been told by the method."""

    colour: Literal["red", "yellow", "blue"]
    number: int


async def probe(line: Line, deadline: Deadline, used: Usage, *, without: frozenset[Method] = frozenset()) -> Method:
    """The first method that works, noted in the line's abilities; JSON mode where none was seen to.

    `without` are methods that are known not to. Raises as Line.ask does for failures that say nothing about methods.
    """
    for method in METHODS:
        if method not in without and await works(line, method, deadline, used):
            line.abilities.method = method
            line.remember(line.abilities)
            return method
    line.abilities.method = "json_mode"
    return "json_mode"


async def works(line: Line, method: Method, deadline: Deadline, used: Usage) -> bool:
    """Whether the endpoint gives the asked-for form by this method; tries both ways to ask for a tool."""
    try:
        if await _fits(line, method, deadline, used):
            return True
        if method != "tools" or line.abilities.tool_choice != "named":
            return False
        line.abilities.tool_choice = "required"  # llama.cpp ignores the named form and says nothing
        if await _fits(line, method, deadline, used):
            return True
    except MethodRefused:
        return False
    line.abilities.tool_choice = "named"
    return False


async def _fits(line: Line, method: Method, deadline: Deadline, used: Usage) -> bool:
    """Whether one answer has the form. Raises MethodRefused where the endpoint says that it does not take the method."""
    request = Request([{"role": "user", "content": QUESTION}], Sample, method, ENOUGH)
    try:
        answer = await line.ask(request, deadline, used)
        decode(answer.content, Sample, mend=False)
    except (BadAnswer, Refused, WrongFormat):
        return False
    return answer.finish != "length"
