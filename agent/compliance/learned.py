"""The second reader: how much a passage reads like the labelled texts that break a provision. A suspicion by likeness, never a rule.

The weights (`knowledge/compliance/learned-zh.npz`, `-en.npz`) come from `python -m tests.compliance.learn`; `learned.yaml` holds the thresholds
and the provision that stands for each group. What cannot be read closes the reader, as a torn rule does.
"""

from __future__ import annotations

import functools
import itertools
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml.error import YAMLError

from agent.compliance.areas import KNOWN
from agent.compliance.likeness import kinds, known, pieces, tongue_of
from agent.compliance.model import Facts
from agent.compliance.rules import FOLDER, TONGUES, Both, RulesUnreadable, load_rules
from agent.data import read_yaml
from agent.resources import knowledge_dir

GROUPS = 8
_FORMAT = 1
_LONGEST = {"zh": 160, "en": 480}
"""Characters of a passage; a longer paragraph is read in passages of whole sentences."""

_SHORTEST = {"zh": 10, "en": 30}
"""Characters below which a passage says too little to be likened to anything."""

Floats = NDArray[np.float32]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Limits(_Strict):
    """Scores of a language, 0 to 1, but for `second`."""

    suspect: float = Field(gt=0, lt=1)
    """From here on a passage is a finding."""
    second: float = Field(ge=0)
    """How much less than the likeliest group another one may add up to and be named as well."""
    clean: float = Field(ge=0, lt=1)
    """Below it a passage reads like lawful ones: what a mild rule marks in it becomes a question."""
    surely: float = Field(ge=0, lt=1)
    """Below it, at most `clean`, so much so that what any rule marks in it becomes a question."""


class Settings(_Strict):
    """`learned.yaml`."""

    limits: Mapping[str, Limits]
    groups: Mapping[int, Both]
    """What each group is called."""
    laws: Mapping[int, Mapping[str, str | Mapping[str, str]]]
    """Group → region → id in laws.yaml, or category or platform → id with `other` for the rest."""

    def law(self, group: int, facts: Facts) -> str:
        """Id of the provision that stands for a group where a text is to be shown."""
        region = next(one for one in KNOWN if one in facts.regions)
        found = self.laws[group][region]
        if isinstance(found, str):
            return found
        return found.get(facts.category or "") or found.get(facts.platform or "") or found["other"]

    def names(self) -> Iterator[str]:
        """All provisions."""
        for table in self.laws.values():
            for found in table.values():
                yield from [found] if isinstance(found, str) else found.values()


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of one language."""

    places: Mapping[str, int]
    """Piece or fact → its row."""
    rarity: Floats
    """For each row, how seldom the piece stands in a text; facts have none of their own."""
    table: Floats
    """Rows by groups: what a piece says for each group."""
    bias: Floats
    """For each group."""
    slope: float
    """From the sum to the score: 1 / (1 + exp(-(slope · sum + shift)))."""
    shift: float
    fact: float
    """What a known fact counts, beside pieces that have length 1 together."""


@dataclass(frozen=True, eq=False)
class Likeness:
    """Everything the second reader needs."""

    settings: Settings
    weights: Mapping[str, Weights]


@dataclass(frozen=True)
class Suspicion:
    """A group whose labelled texts a passage reads like."""

    group: int
    score: float
    """0 to 1: the share of passages with such a sum that broke a provision, in texts not learned from."""


@dataclass(frozen=True)
class Passage:
    """A passage of a levelled text and what it reads like."""

    start: int
    end: int
    tongue: str
    clean: bool
    """Whether it reads like lawful texts."""
    surely: bool
    """Whether it reads so much like them that a rule's ban is doubted as well."""
    suspicions: tuple[Suspicion, ...]
    """None, one, or two that are about as likely."""


def load_likeness(folder: Path | None = None) -> Likeness:
    """The weights and settings of a folder, the house's own by default. Raises RulesUnreadable when they are not in order."""
    return _load(folder or knowledge_dir() / FOLDER)


@functools.lru_cache(maxsize=4)
def _load(folder: Path) -> Likeness:
    try:
        settings = Settings.model_validate(read_yaml(folder / "learned.yaml"))
        _whole(settings)
        return Likeness(settings, {tongue: _weights(folder / f"learned-{tongue}.npz") for tongue in TONGUES})
    except (
        OSError,
        UnicodeDecodeError,
        YAMLError,
        ValidationError,
        ValueError,
        KeyError,
        EOFError,
        zipfile.BadZipFile,
    ) as error:
        raise RulesUnreadable(
            f"The weights of the learned reader are not in order: {error}", hint="See knowledge/compliance/README.md."
        ) from error


def _whole(settings: Settings) -> None:
    """Both languages, all groups, and a provision for each region. Raises ValueError."""
    groups = set(range(1, GROUPS + 1))
    if set(settings.limits) != set(TONGUES) or not groups == set(settings.groups) == set(settings.laws):
        raise ValueError("learned.yaml lacks a language or a group")
    for table in settings.laws.values():
        if set(table) != set(KNOWN) or any(not isinstance(one, str) and "other" not in one for one in table.values()):
            raise ValueError("learned.yaml lacks the provision of a region")
    known_laws = load_rules().laws
    if missing := sorted(set(settings.names()) - set(known_laws)):
        raise ValueError(f"learned.yaml names {', '.join(missing)}, which does not exist")


def _weights(path: Path) -> Weights:
    with np.load(path, allow_pickle=False) as data:
        names = data["names"].tobytes().decode("utf-8").split("\n")
        table, rarity, bias = data["table"], data["rarity"], data["bias"]
        numbers = data["numbers"]
        if int(numbers[0]) != _FORMAT or table.shape != (len(names), GROUPS) or rarity.shape != (len(names),):
            raise ValueError(f"{path.name} does not fit together")
        if bias.shape != (GROUPS,) or not (np.isfinite(bias).all() and np.isfinite(numbers).all()):
            raise ValueError(f"{path.name} holds no numbers")
        grain, rare, slope, shift, fact = (float(one) for one in numbers[1:])
        return Weights(
            places={name: place for place, name in enumerate(names)},
            rarity=rarity.astype(np.float32) * np.float32(rare),
            table=table.astype(np.float32) * np.float32(grain),
            bias=bias.astype(np.float32),
            slope=slope,
            shift=shift,
            fact=fact,
        )


def pack(
    path: Path,
    names: list[str],
    rarity: NDArray[Any],
    table: NDArray[Any],
    bias: NDArray[Any],
    calibrated: tuple[float, float],
    fact: float,
) -> None:
    """Writes the weights of a language, a byte each; the same numbers make the same file."""
    grain, rare = float(np.abs(table).max()) / 127, float(rarity.max()) / 255
    np.savez_compressed(
        path,
        names=np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        table=np.round(table / grain).astype(np.int8),
        rarity=np.round(rarity / rare).astype(np.uint8),
        bias=bias.astype(np.float32),
        numbers=np.array([_FORMAT, grain, rare, *calibrated, fact], dtype=np.float64),
    )


def passages(text: str, sentences: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """The passages of a levelled text, each with its language: a paragraph, or as many of its sentences as make one readable at once."""
    start = end = -1
    for left, right in sentences:
        longest = _LONGEST["zh" if tongue_of(text[left:right]) == "zh" else "en"]
        if start >= 0 and ("\n" in text[end:left] or right - start > longest):
            yield start, end, tongue_of(text[start:end])
            start = -1
        if start < 0:
            start = left
        end = right
    if start >= 0:
        yield start, end, tongue_of(text[start:end])


def sums(text: str, tongue: str, facts: Facts, weights: Weights) -> Floats:
    """What a passage adds up to for each group."""
    places = weights.places
    rows = [row for piece in kinds(text, tongue) if (row := places.get(piece)) is not None]
    rows.sort()  # sums of the same text are the same to the last digit
    total = weights.bias.copy()
    if rows:
        share = weights.rarity[rows]
        total += (share / np.sqrt((share * share).sum())) @ weights.table[rows]
    for name, part in known(facts).items():
        if (row := places.get(name)) is not None:
            total += np.float32(weights.fact * part) * weights.table[row]
    return total


def score(total: float, weights: Weights) -> float:
    """A sum as a score between 0 and 1."""
    return float(1 / (1 + np.exp(-(weights.slope * total + weights.shift))))


def weighed(text: str, sentences: list[tuple[int, int]], facts: Facts, likeness: Likeness) -> list[Passage]:
    """The passages of a levelled text in a language that was learned, and what each reads like."""
    return [
        _weighed(text, start, end, tongue, facts, likeness)
        for start, end, tongue in passages(text, sentences)
        if tongue and end - start >= _SHORTEST[tongue]
    ]


def _weighed(text: str, start: int, end: int, tongue: str, facts: Facts, likeness: Likeness) -> Passage:
    weights, limits = likeness.weights[tongue], likeness.settings.limits[tongue]
    passage = text[start:end]
    total = sums(passage, tongue, facts, weights)
    ranked = np.argsort(-total, kind="stable")
    best = score(float(total[ranked[0]]), weights)
    likely = map(int, ranked[:2] if best >= limits.suspect else ())
    found = [
        Suspicion(group + 1, round(score(float(total[group]), weights), 3))
        for group in likely
        if total[group] >= total[ranked[0]] - limits.second
    ]
    return Passage(start, end, tongue, best < limits.clean, best < limits.surely, tuple(found))


def heaviest(text: str, passage: Passage, group: int, likeness: Likeness) -> tuple[int, int]:
    """The stretch of a passage of a levelled text that says most for a group (1 to 8), cut at the edges of words."""
    left, right = _heaviest(
        text[passage.start : passage.end], passage.tongue, group - 1, likeness.weights[passage.tongue]
    )
    return passage.start + left, passage.start + right


def _heaviest(text: str, tongue: str, group: int, weights: Weights) -> tuple[int, int]:
    rows, spans = [], []
    for piece, start, end in pieces(text, tongue):
        if (row := weights.places.get(piece)) is not None:
            rows.append(row)
            spans.append((start, end))
    steps = [0.0] * (len(text) + 1)
    for (start, end), weight in zip(spans, (weights.rarity[rows] * weights.table[rows, group]).tolist(), strict=True):
        steps[start] += weight / (end - start)
        steps[end] -= weight / (end - start)
    weight_of = list(itertools.accumulate(steps))[:-1]
    mean = max(sum(weight_of) / len(text), 0.0)
    gains = [weight - mean for weight in weight_of]
    best, left, right, total, begin = 0.0, 0, 0, 0.0, 0
    for place, gain in enumerate(gains):
        if total <= 0:
            total, begin = 0.0, place
        total += gain
        if total > best:
            best, left, right = total, begin, place + 1
    if right <= left:
        return 0, len(text)
    while tongue == "en" and left > 0 and text[left - 1].isalnum() and text[left].isalnum():
        left -= 1
    while tongue == "en" and right < len(text) and text[right - 1].isalnum() and text[right].isalnum():
        right += 1
    found = text[left:right]
    left += len(found) - len(found.lstrip(" ，,。.、；;：:！!？?"))
    right -= len(found) - len(found.rstrip(" ，,。.、；;：:！!？?"))
    return (left, right) if left < right else (0, len(text))
