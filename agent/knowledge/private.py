"""A workspace's own documents on disk: one folder a workspace, one file a document, nothing named after what it holds."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from agent.files import write_text
from agent.knowledge.passages import Origin, Record

Stored = dict[str, Any]


class Private:
    """What one workspace has added. The folder's name is a hash, so that no name of a workspace becomes a path."""

    def __init__(self, data_dir: Path, workspace: str) -> None:
        self.folder = (
            data_dir / "workspaces" / hashlib.sha256(workspace.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        )
        self.index = self.folder / "index"

    def documents(self) -> list[Stored]:
        """Every stored document, the oldest first; a file that cannot be read is left out."""
        found: list[Stored] = []
        for path in sorted((self.folder / "documents").glob("*.json")):
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(data, dict) and data.get("id") == path.stem:
                found.append(data)
        return sorted(found, key=lambda one: (str(one.get("added", "")), str(one["id"])))

    def keep(self, document: Stored) -> None:
        """Stores a document under its id; the same document again changes nothing."""
        write_text(self.folder / "documents" / f"{document['id']}.json", json.dumps(document, ensure_ascii=False))

    def forget(self, document_id: str) -> bool:
        """Removes a document's file and the index that holds its words. False when there is no such document.

        The index goes whole, under its lock, and is built again from what is left: nothing of the document stays in it.
        """
        path = next((one for one in (self.folder / "documents").glob("*.json") if one.stem == document_id), None)
        if path is None:
            return False
        path.unlink()
        if self.index.is_dir():
            with FileLock(self.index / "lock"):
                (self.index / "current.json").unlink(missing_ok=True)
                for build in self.index.glob("build-*"):
                    shutil.rmtree(build)
        if not any((self.folder / "documents").iterdir()):
            shutil.rmtree(self.folder)
        return True

    def fingerprint(self) -> str:
        """Changes when a document comes or goes; ids are hashes of contents, so their names tell."""
        return "\n".join(sorted(path.stem for path in (self.folder / "documents").glob("*.json")))

    def records(self) -> Sequence[Record]:
        """The passages of every document."""
        return [record for one in self.documents() for record in _records(one)]


def _records(document: Stored) -> list[Record]:
    name, added = str(document["name"]), str(document["added"])
    return [
        Record(
            key=f"doc:{document['id']}#{number}",
            id=f"doc:{document['id']}",
            language=str(passage.get("language", "")),
            title=name,
            text=str(passage["text"]),
            source=Origin(name, added, "", "medium", str(passage.get("place", ""))),
            platforms=tuple(passage.get("platforms", ())),
        )
        for number, passage in enumerate(document.get("passages", []), 1)
    ]
