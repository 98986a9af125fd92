"""Whether a server can take work."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Health:
    """What has to be so before anybody is sent here."""

    root: Path
    """Folder of the runs."""
    warm: bool = False
    """Whether the knowledge base is loaded."""
    closing: bool = False
    """Whether the server is about to end."""

    def ready(self) -> dict[str, bool]:
        """What is asked → whether it is so."""
        place = self.root
        while not place.exists() and place != place.parent:
            place = place.parent
        return {"knowledge": self.warm, "runs": os.access(place, os.W_OK), "open": not self.closing}
