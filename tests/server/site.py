"""A server with two people who sign in and programs of theirs, without a socket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from agent.settings import Settings
from ui.members import Members, add_token, add_user
from ui.web import make_app
from ui.workers import Workers

PASSWORDS = {"anna": "a long password of anna", "bert": "a long password of bert"}
ADDRESS = "http://desk.example"


@dataclass
class Site:
    """The server, and what its people hold."""

    app: Any
    members: Members
    tokens: dict[str, str]
    portal: Any = None
    """The event loop that the server runs in, once it is up: Gradio's queues live in it."""

    def program(self, name: str) -> TestClient:
        """A program with a token of this user's."""
        headers = {"Authorization": f"Bearer {self.tokens[name]}"} if name else {}
        return self._client(headers)

    def browser(self, name: str) -> TestClient:
        """A browser in which this user has signed in."""
        client = self._client({})
        answer = client.post("/login", data={"name": name, "password": PASSWORDS[name]}, headers={"Origin": ADDRESS})
        assert answer.status_code == 303, answer.text
        return client

    def _client(self, headers: dict[str, str]) -> TestClient:
        client = TestClient(self.app, ADDRESS, headers=headers, follow_redirects=False, raise_server_exceptions=False)
        client.portal = self.portal
        return client


def make_site(folder: Path, settings: Settings, workers: int = 0) -> Site:
    """The server with users anna and bert."""
    users = folder / "users.yaml"
    for name, password in PASSWORDS.items():
        add_user(users, name, password)
    tokens = {name: add_token(users, name, "tests") for name in PASSWORDS}
    members = Members(users)
    hands = Workers(workers) if workers else None
    return Site(make_app(settings, members=members, hands=hands), members, tokens)


def events(text: str) -> list[tuple[str, str, dict[str, Any]]]:
    """A stream as (id, name, data)."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields.get("id", ""), fields["event"], json.loads(fields["data"])))
    return found
