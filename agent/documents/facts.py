"""What is read out of a client's tables: figures of own accounts and facts about competitors, each with its cell."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Basis = Literal["latest", "total", "median_per_post", "median", "rate_per_week"]


class Fact(BaseModel):
    """Base: strict and immutable; every fact says where it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    document: str
    """Id of the document, `doc:…`."""
    name: str
    """File name as it was handed in."""
    place: str
    """Cell, range, or lines: "Data!B7", "lines 2-31"."""


class Metric(Fact):
    """One figure of one of the brand's own accounts, computed from an export."""

    platform: str = ""
    """Platform id; empty when neither a column nor a name says."""
    account: str = ""
    """Account as the export names it; empty when it does not."""
    metric: str
    """Id of a KPI where there is one (followers, followers_net, impressions, reach, views, reads, likes, comments, shares,
    saves, clicks, er, ctr, completion), or engagements, posts."""
    value: float
    """The figure; a fraction for "%"."""
    unit: Literal["count", "%"]
    """What it is counted in."""
    basis: Basis
    """latest: the last value; total: the sum over the period; median_per_post; median: of the days; rate_per_week."""
    start: str = ""
    """First day of the period, ISO; empty when the export has no dates."""
    end: str = ""
    """Last day."""
    count: int
    """Rows that it rests on."""
    formula: str = ""
    """How a rate was computed, when the export does not give it."""


class Post(Fact):
    """One post that did well."""

    platform: str = ""
    title: str
    """Its title or the beginning of its text, at most 120 characters."""
    metric: str
    """What it was ranked by."""
    value: float
    unit: Literal["count", "%"]
    date: str = ""
    """Day of publication, ISO; empty when the export has none."""


class Audit(BaseModel):
    """One own account as its export shows it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    platform: str
    account: str = ""
    metrics: tuple[Metric, ...] = Field(min_length=1)
    """Its figures."""
    best: tuple[Post, ...] = ()
    """Its best posts, the best first, at most three."""

    def metric(self, name: str) -> Metric | None:
        """A figure by its id; None when the export does not hold it."""
        return next((one for one in self.metrics if one.metric == name), None)


class RivalFact(Fact):
    """One thing that a client's sheet says of a competitor."""

    competitor: str
    platform: str = ""
    field: Literal["followers", "posts_per_week", "er", "note"]
    value: float | None = None
    """The number; None for a note."""
    text: str
    """The cell's words, at most 400 characters."""
    url: str = ""
    """Bare host/path of the source that the sheet gives; empty when it gives none: then the sheet itself is the source."""
    date: str = ""
    """Day that the sheet gives, ISO; empty when it gives none."""
