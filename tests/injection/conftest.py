"""The loopback, for the model that obeys."""

from __future__ import annotations

import pytest
from pytest_socket import enable_socket, socket_allow_hosts


@pytest.fixture
def loopback() -> None:
    """Lets a test talk to its own server and to nothing else; pytest-socket closes it again after each."""
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
