"""How a batch is made."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.errors import BriefError, SetupError
from agent.settings import Settings, settings_with

MOST_REQUESTS = 256
"""Requests at once of one process; over a cluster the user may name a larger number for all of its workers together."""


@dataclass(frozen=True)
class Shard:
    """One part of a batch that several machines share: a brief belongs to the same part on all of them."""

    part: int
    """From 1."""
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Reads "2/4". Raises BriefError."""
        found = re.fullmatch(r"\s*(\d{1,4})\s*/\s*(\d{1,4})\s*", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise BriefError(f"{text!r} is no part of a batch.", hint="Give --shard 1/4 to 4/4.", where="--shard")
        return cls(int(found[1]), int(found[2]))

    def holds(self, key: str) -> bool:
        """Whether a brief of this key (hexadecimal) belongs to this part."""
        return int(key[:8], 16) % self.of == self.part - 1

    @property
    def suffix(self) -> str:
        """What its files are called by, beside those of the other parts."""
        return f".{self.part}-of-{self.of}"


@dataclass(frozen=True)
class Only:
    """The rows that a command is to keep to: numbers, ranges of numbers, folders."""

    ranges: tuple[tuple[int, int], ...] = ()
    folders: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Only | None:
        """Reads "3,7-9,tea-1a2b3c4d"; None for "". Raises BriefError."""
        ranges, folders = [], []
        for piece in filter(None, (one.strip() for one in text.split(","))):
            if found := re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", piece):
                ranges.append((int(found[1]), int(found[2] or found[1])))
            elif re.fullmatch(r"[\w-]+-[0-9a-f]{8}", piece):
                folders.append(piece)
            else:
                raise BriefError(
                    f"{piece!r} names no row.", hint="Give row numbers, ranges or folders: 3,7-9.", where="--only"
                )
        return cls(tuple(ranges), tuple(folders)) if ranges or folders else None

    def names(self, number: int, folder: str) -> bool:
        """Whether a row is among them."""
        return folder in self.folders or any(first <= number <= last for first, last in self.ranges)


@dataclass(frozen=True)
class BatchOptions:
    """How a batch is made. Caps hold for the whole batch, over all its plans and all commands that go on with it."""

    out: Path = Path("runs/batch")
    """The batch's folder; every plan gets a run folder below it."""
    model: str = ""
    """Who writes, as for one plan; the setting CEHUA_MODEL when empty."""
    language: str = ""
    """Language of all plans; each brief's own when empty."""
    formats: tuple[str, ...] = ("md", "json")
    """Exports of every plan."""
    as_of: dt.date | None = None
    """The plans' date; the batch's stored one when it goes on, else today."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What the house says where a brief says nothing: a mapping with a brief's keys."""
    workers: int = 0
    """Processes that write plans without a model; 0 takes every core that this process may use."""
    parallel: int = 0
    """Most requests to a hosted model in flight at once; 0 finds out how many the endpoint takes, up to MOST_REQUESTS a process."""
    max_cost: Decimal | None = None
    """Most US dollars of the whole batch."""
    max_tokens: int | None = None
    """Most tokens, read and written, of the whole batch."""
    max_seconds: float | None = None
    """Most seconds of this command."""
    price: str = ""
    """US dollars per million tokens, as for one plan."""
    retry_failed: bool = False
    """Try failed rows again."""
    only: Only | None = None
    """Keep to these rows."""
    shard: Shard | None = None
    """Keep to this part of the input."""
    reader: str = "en"
    """Language of the page and the workbook that list the plans."""
    cluster: str = ""
    """Address of a Dask scheduler whose workers make the plans: "tcp://host:8786"."""
    local_cluster: int = 0
    """Workers of a Dask cluster that is started on this machine; 0 starts none."""
    settled: Settings | None = None
    """Settings to start from, for a face that holds a key in memory; the environment's when None."""

    def settings(self) -> Settings:
        """The settings in force with these options before them. Raises SetupError for a value that cannot be used."""
        if self.parallel > MOST_REQUESTS and not (self.cluster or self.local_cluster):
            raise SetupError(
                f"One process asks {MOST_REQUESTS} things at once at most, not {self.parallel}.",
                hint="Leave out --parallel, or have a cluster make the plans (--cluster, --local-cluster).",
            )
        return settings_with(
            self.settled,
            model=self.model or None,
            max_cost=self.max_cost,
            max_tokens=self.max_tokens,
            price=self.price or None,
            parallel=min(self.parallel, MOST_REQUESTS) or None,
        )

    def stamp(self, label: str, as_of: dt.date) -> str:
        """Hash of what else than its brief makes a plan: a row that was made under another stamp is made again."""
        made_of = [label, self.language, sorted(self.formats), as_of.isoformat()]
        return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]


def cores() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no such call
        return os.cpu_count() or 1
