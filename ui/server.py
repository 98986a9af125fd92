"""Starts the server: on this machine for one, or for a team that signs in."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from agent.errors import SetupError
from agent.locale import t
from ui import logs
from ui.members import Members
from ui.traces import TRACES
from ui.workers import Workers, cores

LOCAL = ("127.0.0.1", "localhost", "::1")
SWITCH = 0.001
"""Seconds after which a thread that computes lets the loop that answers go first."""
KEPT = 75
"""Seconds that an idle connection is kept: longer than a proxy keeps it, so that none is closed while a request is on its way."""
GRACE = 8
"""Seconds that open answers get when the server is told to end."""


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    language: str = "",
    auth: Path | None = None,
    names: tuple[str, ...] = (),
    log: bool = False,
    workers: int | None = None,
) -> None:
    """Serves until it is interrupted or told to end (SIGTERM): what is at work is saved then, and the next server goes on with it.

    `auth`: file of those who may sign in; without it only this machine's own addresses are served. `names`: host names by which it may be
    asked for, any when `auth` is given and none is. `log`: a line of JSON a request on standard error. `workers`: processes in which plans are
    written, 0 for none of their own; one a core when None. Raises SetupError when the port is
    taken, the extra `ui` (or, where an OTLP endpoint is configured, `otel`) is missing, or the address is not this machine's own and nobody has to sign in.
    """
    if host not in LOCAL and auth is None:
        raise SetupError(
            f"Without sign-in it does not serve {host}.",
            hint="Give --auth users.yaml (cehua users add NAME), or leave --host away and use a tunnel of your own (ssh -L).",
        )
    members = Members(auth) if auth else None
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        held = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SetupError(
            f"Port {port} of {host} cannot be used ({error.strerror}).", hint="Choose another --port."
        ) from None
    signal.signal(signal.SIGTERM, _ended)
    sys.setswitchinterval(SWITCH)
    level = logging.INFO if log else logging.ERROR
    logs.begin(level)
    TRACES.begin()
    count = cores() if workers is None else workers
    hands = Workers(count, level) if count else None
    if hands:
        hands.open()  # a worker loads what plans need while the pages are put together here
    try:
        import uvicorn

        from ui.web import make_app
    except ModuleNotFoundError as error:
        raise SetupError(f"The desk needs the package {error.name}.", hint="Install cehua[ui].") from error
    asked = (*LOCAL, *names) if members is None or names else ("*",)
    app = make_app(language=language, hosts=asked, members=members, hands=hands)
    name = f"[{host}]" if ":" in host else host
    sys.stderr.write(t(language or "en", "cli.desk", address=f"http://{name}:{held.getsockname()[1]}/") + "\n")

    class Server(uvicorn.Server):
        """Tells the open streams that the end is near, so that nobody waits for them."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            app.state.streams.closing = app.state.health.closing = True
            super().handle_exit(sig, frame)

    settings = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, backlog=1024, timeout_keep_alive=KEPT,
        timeout_graceful_shutdown=GRACE,
    )  # fmt: skip
    Server(settings).run(sockets=[held])


def _ended(number: int, frame: FrameType | None) -> None:
    """Ends in order: the server raises the signal again when everything is saved."""
    raise SystemExit(0)
