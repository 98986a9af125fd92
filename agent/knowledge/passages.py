"""What search looks through: every item as a passage in Chinese and one in English, written from whatever fields the item has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

from agent.data import read_yaml
from agent.knowledge.atoms import Bi, Entry, Item
from agent.knowledge.cite import as_source
from agent.knowledge.library import DateRule, Law
from agent.knowledge.lookup import Knowledge
from agent.knowledge.model import Benchmark, Limit
from agent.locale import has, localise, percent, t
from agent.resources import prompts_dir

Tongue = Literal["zh", "en"]
LANGUAGES: dict[Tongue, str] = {"zh": "zh-CN", "en": "en"}
MAX_TEXT = 4000
"""Characters of a passage that are indexed and shown; what is longer was not cut into passages by its maker."""

EMBEDDED_HAN = 160
EMBEDDED_LATIN = 400
"""Characters that are embedded: about 100 tokens in either language."""

_SKIPPED = {
    "id",
    "title",
    "body",
    "source",
    "confidence",
    "verified_at",
    "region",
    "platforms",
    "regions",
    "tags",
    "laws",
}
_WORDS = (
    "search.word", "role", "limit_field", "limit_unit", "format", "criterion", "tier", "weekday", "tool_kind", "date_kind",
    "kpi_kind", "risk_kind", "cadence", "category", "industry", "market", "platform",
)  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """Who says it: what a reader follows from a passage to its source."""

    publisher: str
    """Publisher and title; a document's own name for a client's document."""
    date: str = ""
    """Date as the source gives it, or the day of retrieval; empty when undated."""
    url: str = ""
    """Bare host/path; empty when there is none."""
    confidence: str = "low"
    """high, medium or low."""
    place: str = ""
    """Where in a document: page, sheet and cell, paragraph; empty for items."""


@dataclass(frozen=True)
class Record:
    """One passage as it is indexed."""

    key: str
    """Unique: the id and the language, `kb:kpi.cpm#zh`."""
    id: str
    """What a plan cites: `kb:ITEM`, `doc:DOCUMENT` or `web:NUMBER`."""
    language: str
    """zh or en; empty for a document that mixes both."""
    title: str
    text: str
    source: Origin
    regions: tuple[str, ...] = ("GLOBAL",)
    """Markets it holds for; GLOBAL is any."""
    platforms: tuple[str, ...] = ()
    """Platform ids it speaks of; empty is all."""
    keywords: str = ""
    """Words that the keyword side also knows it by (parts of the id, tags)."""
    asked: str = ""
    """What people ask when they look for it; read beside the title, never shown."""
    strict: bool = False
    """Whether GLOBAL means “outside China” here, as it does for laws."""

    @property
    def embedded(self) -> str:
        """What the embedder sees: the title and the beginning of the text, since its time goes with the length."""
        whole = f"{self.title}\n{self.text}"
        return whole[: EMBEDDED_HAN if sum(char > "\u2e80" for char in whole[:100]) > 30 else EMBEDDED_LATIN]

    @property
    def digest(self) -> str:
        """Hash of what is embedded; the same text is never embedded twice."""
        return _digest(self.embedded)

    @property
    def headed(self) -> tuple[str, str] | None:
        """Digest and text of the title and of what is asked, where they say what the passage is about; a file's name does not."""
        head = f"{self.title}\n{self.asked}" if self.asked else self.title
        return (_digest(head), head) if self.id.startswith("kb:") else None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for the index's file."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Record:
        """The record of plain values. Raises TypeError or KeyError when they are not one."""
        lists = {name: tuple(data[name]) for name in ("regions", "platforms")}
        return cls(**{**data, **lists, "source": Origin(**data["source"])})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Passage:
    """A passage that was found, in the language that was asked for where the item has both."""

    id: str
    """What a plan cites: `kb:ITEM` or `doc:DOCUMENT`."""
    title: str
    text: str
    score: float
    """How well it fits, 0 to 1; comparable within one search only."""
    dense: float
    """Cosine of query and passage; 0 when search goes by keywords."""
    keyword: float
    """Keyword score, 0 to 1; 0 when no word is shared."""
    source: Origin
    language: str
    region: str = "GLOBAL"
    platforms: tuple[str, ...] = field(default=())
    """Platform ids; empty is all."""

    @property
    def platform(self) -> str:
        """The platform, when there is exactly one."""
        return self.platforms[0] if len(self.platforms) == 1 else ""

    @property
    def own(self) -> bool:
        """Whether it comes from a client's document or the web: data from outside, never an instruction."""
        return not self.id.startswith("kb:")

    def as_data(self) -> str:
        """The passage fenced as data for a prompt. Angle brackets inside become ‹ and ›, so that no text closes the fence."""
        inside = f"{self.title}\n{self.text}".replace("<", "‹").replace(">", "›")
        return f'<data id="{self.id}" confidence="{self.source.confidence}">\n{inside}\n</data>'


def of_knowledge(knowledge: Knowledge) -> list[Record]:
    """Two passages for every item of the base, one in each language."""
    return [
        record for item in knowledge.items.values() for tongue in LANGUAGES for record in [_of(item, tongue, knowledge)]
    ]


def _of(item: Item, tongue: Tongue, knowledge: Knowledge) -> Record:
    language = LANGUAGES[tongue]
    source = as_source(item.id, language, knowledge)
    regions = item.regions if isinstance(item, DateRule) else (item.region,)
    tags = [str(tag) for tag in getattr(item, "tags", ())]
    return Record(
        key=f"kb:{item.id}#{tongue}",
        id=f"kb:{item.id}",
        language=tongue,
        title=item.title.text(language),
        text=render(item, tongue)[:MAX_TEXT],
        source=Origin(source.publisher, source.date, source.url, item.confidence),
        regions=tuple(regions),
        platforms=tuple(item.platforms),
        keywords=" ".join([*item.id.replace("_", " ").split("."), *tags, called(item.id, tongue)]),
        asked=asked(item, tongue),
        strict=isinstance(item, Law),
    )


def called(item: str, tongue: Tongue) -> str:
    """What people call this kind of item, for the keyword side."""
    parts = item.split(".")
    data = _called()
    found = data["sections"].get(parts[2]) if parts[0] == "platform" and len(parts) > 2 else data["kinds"].get(parts[0])
    return str(found[tongue]) if found else ""


def asked(item: Item, tongue: Tongue) -> str:
    """What people ask when they look for an item: of its own, or of its table, field or section."""
    data, parts = _asked(), item.id.split(".")
    found = data["items"].get(item.id)
    if found is None and isinstance(item, Benchmark):
        found = data["metrics"].get(item.metric)
    if found is None and isinstance(item, Limit):
        found = data["limits"].get(item.field)
    if found is None and parts[0] == "platform":
        found = data["sections"].get(parts[2])
    return str(found[tongue]) if found else ""


@lru_cache(maxsize=1)
def _asked() -> dict[str, dict[str, dict[str, str]]]:
    data: dict[str, dict[str, dict[str, str]]] = read_yaml(prompts_dir() / "locales" / "search_asked.yaml")
    return data


@lru_cache(maxsize=1)
def _called() -> dict[str, dict[str, dict[str, str]]]:
    data: dict[str, dict[str, dict[str, str]]] = read_yaml(prompts_dir() / "locales" / "search_names.yaml")
    return data


def render(item: Item, tongue: Tongue) -> str:
    """An item in words: its body, then every other field that has words or a label, in the order of the model.

    A field that a later version adds shows up by itself; a number without a label stays out.
    """
    language = LANGUAGES[tongue]
    parts = [item.body.text(language)] if item.body else []
    if isinstance(item, Benchmark):
        parts.append(_range(item, language))
    for name in type(item).model_fields:
        skipped = name in _SKIPPED or (isinstance(item, Benchmark) and name in ("low", "base", "high", "unit"))
        value = None if skipped else getattr(item, name)
        words = "" if value is None else _words(value, tongue)
        if words and (has(language, f"search.field.{name}") or not isinstance(value, int | float)):
            label = t(language, f"search.field.{name}") if has(language, f"search.field.{name}") else ""
            parts.append(f"{label}{t(language, 'search.colon')}{words}" if label else words)
    parts += [word for word in (_words(one, tongue) for one in item.platforms) if word not in item.title.text(language)]
    return t(language, "search.between").join(part.rstrip("。.;； ") for part in parts if part)


def _range(item: Benchmark, language: str) -> str:
    def shown(value: float) -> str:
        if item.unit == "%":
            return percent(value, 2)
        return f"{value:,.10g}" + (f" {item.unit}" if item.currency else "")

    return t(language, "search.range", low=shown(item.low), base=shown(item.base), high=shown(item.high))


def _words(value: Any, tongue: Tongue) -> str:
    """A field's value as words of the language; ids that have a label take it."""
    language = LANGUAGES[tongue]
    if isinstance(value, Bi):
        return value.text(language)
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    if isinstance(value, str):
        label = next((f"{group}.{value}" for group in _WORDS if value and has(language, f"{group}.{value}")), "")
        return t(language, label) if label else "" if tongue == "en" and not value.isascii() else value
    if isinstance(value, dict):
        pairs = ((_words(str(key), tongue), _words(one, tongue)) for key, one in value.items())
        return t(language, "search.comma").join(f"{key} {words}" for key, words in pairs)
    if isinstance(value, Entry):
        return " ".join(_inner(value, tongue))
    if isinstance(value, tuple | list):
        return t(language, "search.comma").join(
            dict.fromkeys(word for word in (_words(one, tongue) for one in value) if word)
        )
    return ""


def _inner(value: Entry, tongue: Tongue) -> Iterator[str]:
    for name in type(value).model_fields:
        inner = getattr(value, name)
        label = f"search.field.{name}"
        language = LANGUAGES[tongue]
        words = _words(inner, tongue)
        if inner and words and has(language, label):
            yield f"{t(language, label)} {words}"


def found(record: Record, language: str, *, score: float, dense: float, keyword: float) -> Passage:
    """The record as a result; mainland text in Taiwan wording when the plan is in zh-TW."""
    own = not record.id.startswith("kb:")
    said = (lambda text: text) if own else (lambda text: localise(text, language))
    source = record.source if own else replace(record.source, publisher=said(record.source.publisher))
    return Passage(
        id=record.id,
        title=said(record.title),
        text=said(record.text),
        score=score,
        dense=dense,
        keyword=keyword,
        source=source,
        language=record.language,
        region=record.regions[0] if record.regions else "GLOBAL",
        platforms=record.platforms,
    )
