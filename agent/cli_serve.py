"""`cehua ui` and `cehua mcp`: the desk in a browser, and the same actions for other programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from agent.cli_knowledge import told
from agent.cli_words import as_language
from agent.terminal import put, tell

users_app = typer.Typer(help="Who may sign in at `cehua ui --auth`: add, token, remove.", no_args_is_help=True)
Users = Annotated[Path, typer.Option("--file", help="The file of `cehua ui --auth`.")]
User = Annotated[str, typer.Argument(help="Name: a-z, 0-9 and -.")]


def ui(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve on.")] = 7860,
    host: Annotated[
        str, typer.Option(help="Address to serve on; another than this machine's own needs --auth.")
    ] = "127.0.0.1",
    language: Annotated[
        str, typer.Option(help="Language of the pages: zh-CN, zh-TW or en. Default: the browser's.")
    ] = "",
    auth: Annotated[
        Path | None, typer.Option(help="Who may sign in: a file of `cehua users`. Each sees their own workspace.")
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="Host name by which it may be asked for; may be given several times.")
    ] = None,
    log: Annotated[bool, typer.Option("--log", help="A line of JSON for every request, on standard error.")] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=0, max=64, help="Processes in which plans are written; 0 for none. Default: one a core."),
    ] = None,
) -> None:
    """Open the desk in a browser, and the HTTP API beside it (/api/v1)."""
    with told():
        from ui.server import serve

        serve(
            host=host,
            port=port,
            language=as_language(language),
            auth=auth,
            names=tuple(name or ()),
            log=log,
            workers=workers,
        )


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


@users_app.command()
def add(
    name: User,
    file: Users = Path("users.yaml"),
    workspace: Annotated[str, typer.Option(help="Whose runs they see. Default: a workspace of their own.")] = "",
    no_password: Annotated[
        bool, typer.Option("--no-password", help="For a program, which comes with a token.")
    ] = False,
) -> None:
    """Add a user, or give one another password. It is asked for, or read from standard input."""
    with told():
        from agent.locale import t
        from ui.members import add_user

        speak = _users_language()
        password = "" if no_password else _password(t(speak, "serve.password"), t(speak, "serve.again"))
        user = add_user(file, name, password, workspace)
        tell(t(speak, "serve.added", name=name, workspace=user.workspace) + "\n")


@users_app.command()
def token(
    name: User,
    purpose: Annotated[str, typer.Argument(help="What it is for; another token of this name is replaced.")] = "default",
    file: Users = Path("users.yaml"),
) -> None:
    """Make a token for a user's programs; it is printed once."""
    with told():
        from agent.locale import t
        from ui.members import add_token

        made = add_token(file, name, purpose)
        tell(t(_users_language(), "serve.token", name=name) + "\n")
    put(made + "\n")


@users_app.command()
def remove(name: User, file: Users = Path("users.yaml")) -> None:
    """Remove a user: sessions and tokens end at once, the workspace stays."""
    with told():
        from agent.locale import t
        from ui.members import remove_user

        remove_user(file, name)
        tell(t(_users_language(), "serve.removed", name=name) + "\n")


def _password(label: str, again: str) -> str:
    """Typed twice without being shown; the first line of standard input where nobody sits at a keyboard."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt(label, hide_input=True, confirmation_prompt=again))


def _users_language() -> str:
    shell = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh-CN" if shell.startswith("zh") else "en"
