"""A scripted endpoint for the tests of the chat model; the loopback is the only address that a test may connect to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from tests.llm.faults import FaultServer, Step

Serve = Callable[..., FaultServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts endpoints that answer by the given steps; they end with the test."""
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])
    with ExitStack() as stack:

        def start(*steps: Step) -> FaultServer:
            return stack.enter_context(FaultServer(*steps))

        yield start
