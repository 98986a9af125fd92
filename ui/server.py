"""Starts the desk on this machine."""

from __future__ import annotations

import os
import socket
import sys

from agent.errors import SetupError
from agent.locale import t

LOCAL = ("127.0.0.1", "localhost", "::1")


def serve(*, host: str = "127.0.0.1", port: int = 7860, language: str = "") -> None:
    """Serves until it is interrupted. Raises SetupError when the port is taken, the extra `ui` is missing, or the address is not this machine's own."""
    if host not in LOCAL:
        raise SetupError(
            f"The desk has no log-in yet and does not serve {host}.",
            hint="Leave --host away, and reach it through a tunnel of your own (ssh -L).",
        )
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        held = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SetupError(
            f"Port {port} of {host} cannot be used ({error.strerror}).", hint="Choose another --port."
        ) from None
    try:
        import uvicorn

        from ui.web import make_app
    except ModuleNotFoundError as error:
        raise SetupError(f"The desk needs the package {error.name}.", hint="Install cehua[ui].") from error
    app = make_app(language=language, hosts=LOCAL)
    name = f"[{host}]" if ":" in host else host
    sys.stderr.write(t(language or "en", "cli.desk", address=f"http://{name}:{held.getsockname()[1]}/") + "\n")
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[held])
