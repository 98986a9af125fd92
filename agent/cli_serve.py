"""`cehua ui` and `cehua mcp`: the desk in a browser, and the same actions for other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli_knowledge import told


def ui(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve on.")] = 7860,
    host: Annotated[str, typer.Option(help="This machine's own address to serve on.")] = "127.0.0.1",
    language: Annotated[
        str, typer.Option(help="Language of the pages: zh-CN, zh-TW or en. Default: the browser's.")
    ] = "",
) -> None:
    """Open the desk in a browser: brief, plan, chat, versions, exports."""
    with told():
        from ui.server import serve

        serve(host=host, port=port, language=known_language(language))


def mcp(
    workspace: Annotated[str, typer.Option(help="Whose runs and documents: the workspace of the desk.")] = "default",
) -> None:
    """Serve the actions as MCP tools on standard input and output, for programs that speak it."""
    with told():
        from agent.errors import SetupError

        try:
            from ui.tools import serve
        except ModuleNotFoundError as error:
            raise SetupError(f"The tools need the package {error.name}.", hint="Install cehua[mcp].") from error
        serve(workspace)


def known_language(text: str) -> str:
    """A language of plans and pages, or "". Raises BriefError for another."""
    from agent.errors import BriefError

    if text not in ("", "zh-CN", "zh-TW", "en"):
        raise BriefError(
            f"{text!r} is not a language of a plan.", hint="Give --lang zh-CN, zh-TW or en.", where="--lang"
        )
    return text
