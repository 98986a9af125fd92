"""The loopback for the chaos tests, and the run that nothing befell."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from benchmarks.endpoint import Endpoint
from tests.chaos.driver import FAST, Reference, Trigger, reference


def _open_loopback() -> None:
    """Sockets to this machine only; unix sockets too, for the fork server."""
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def loopback() -> None:
    """Lets these tests talk to their own server and to nothing else; pytest-socket closes it again after each."""
    _open_loopback()


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what these tests make once."""
    return tmp_path_factory.mktemp("chaos")


@pytest.fixture(scope="session")
def server() -> Iterator[Endpoint]:
    """One endpoint for all of them."""
    _open_loopback()
    with Endpoint(FAST, watch=Trigger()) as running:
        yield running


@pytest.fixture(scope="session")
def known(scratch: Path, server: Endpoint) -> Reference:
    """The run that nobody killed; its folder stays for `finished`."""
    _open_loopback()
    return reference(scratch / "reference", server)


@pytest.fixture
def finished(known: Reference, scratch: Path, tmp_path: Path) -> Path:
    """A copy of that run's folder, and of what it had learned of the endpoint, so that nothing is probed again."""
    shutil.copytree(scratch / "reference" / "cache", tmp_path / "cache")
    return Path(shutil.copytree(scratch / "reference" / "run", tmp_path / "run"))


@pytest.fixture
def endpoint(server: Endpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Endpoint:
    """The endpoint with an empty log, named by this process's settings."""
    for name in [name for name in os.environ if name.startswith(("CEHUA_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_API_KEY", "bench")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("CEHUA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("CEHUA_LANG", "en")
    monkeypatch.setenv("CEHUA_PASSAGES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server.calls.clear()
    return server
