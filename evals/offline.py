"""Sockets closed: inside, nothing in this process reaches any network, nor looks a name up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn


class NetworkClosed(RuntimeError):
    """Something tried to use the network during an offline run."""


@contextmanager
def closed() -> Iterator[None]:
    """Refuses connections, datagrams and look-ups; socket pairs, which an event loop needs, stay."""
    names = ("connect", "connect_ex", "sendto", "bind")
    kept = {name: getattr(socket.socket, name) for name in names}
    looked = {name: getattr(socket, name) for name in ("getaddrinfo", "gethostbyname")}

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise NetworkClosed("An eval run is offline; something tried to use the network.")

    try:
        for name in names:
            setattr(socket.socket, name, refuse)
        for name in looked:
            setattr(socket, name, refuse)
        yield
    finally:
        for name, method in kept.items():
            setattr(socket.socket, name, method)
        for name, function in looked.items():
            setattr(socket, name, function)
