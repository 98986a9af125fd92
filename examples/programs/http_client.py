"""Makes a plan over HTTP, listens while it is written, changes it by saying so, and saves it as a Word document.

    cehua ui &
    python examples/programs/http_client.py "Harbour Lane is a bakery in Leeds. Instagram, March 2027, £600."

CEHUA_SERVER and CEHUA_TOKEN name another server and its token. Needs nothing but Python.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

SERVER = os.environ.get("CEHUA_SERVER", "http://127.0.0.1:7860") + "/api/v1"
TOKEN = os.environ.get("CEHUA_TOKEN", "")


def call(method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    """A request; its answer is still open. Raises HTTPError, whose body is a problem that says what to do."""
    headers = {"Content-Type": "application/json", **headers}
    if TOKEN:
        headers["Authorization"] = f"Bearer {TOKEN}"
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.urlopen(urllib.request.Request(SERVER + path, data, headers, method=method))


def events(run: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What happens in a run. After a lost connection it goes on behind the last event that was heard."""
    last, name = "0", ""
    while True:
        try:
            with call("GET", f"/runs/{run}/events", **{"Last-Event-ID": last}) as stream:
                for raw in stream:
                    field, _, value = raw.decode().rstrip("\n").partition(": ")
                    if field == "id":
                        last = value
                    elif field == "event":
                        name = value
                    elif field == "data":
                        yield name, json.loads(value)
                        if name == "Over":
                            return
        except urllib.error.HTTPError:
            raise
        except (OSError, HTTPException):
            pass
        time.sleep(1)


def main(brief: str, out: Path) -> None:
    """The whole way."""
    with call("POST", "/runs", {"brief": brief, "model": "playbook"}) as answer:
        run = json.load(answer)["id"]
    for name, data in events(run):
        sys.stdout.write(f"{name} {json.dumps(data, ensure_ascii=False)}\n")
    with call("POST", f"/runs/{run}/revisions", {"instruction": "Start one week later"}) as answer:
        sys.stdout.write(json.load(answer)["preview"] + "\n")
    with call("GET", f"/runs/{run}/exports/docx") as answer:
        out.write_bytes(answer.read())
    sys.stdout.write(f"{out}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else "plan.docx"))
