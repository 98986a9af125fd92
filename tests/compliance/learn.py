"""Makes the weights of the learned reader: `python -m tests.compliance.learn [zh|en] [--evaluate]`. Numpy only; the same corpus makes the same files.

Three logistic regressions for each group add up to one table of weights: what breaks any provision, what breaks one of the group rather than anything
else, and what breaks one among the texts written for the group. The held-out thirds of the latest hands (UNSEEN) are never learned from. Scores are
calibrated across hands: each hand's texts are scored by weights that saw none of that hand.
"""

from __future__ import annotations

import datetime as dt
import functools
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.compliance import Facts, load_rules
from agent.compliance.learned import GROUPS, pack
from agent.compliance.likeness import kinds, known, tongue_of
from agent.compliance.normal import level
from agent.compliance.rules import FOLDER
from agent.resources import knowledge_dir
from tests.compliance.corpus import HANDS, Sample, everything, later, plain, samples
from tests.compliance.measure import tell

LOTS = ("later", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
"""Lots of strangers' texts whose held-out third is only ever measured; the seventh and eighth are English only."""
UNSEEN = tuple(hand for hand in HANDS if hand.rpartition("-strangers-")[0] in LOTS)
FOLDS = ("strangers", *(f"{lot}-strangers" for lot in LOTS))
"""Hands that are left out in turn to calibrate: those of people who knew no rule."""
LEAST = {"zh": 2, "en": 3}
"""Texts that a piece has to stand in."""
FACT = 0.2
"""What a fact counts beside the pieces of a text, which have length 1 together."""
STRENGTH = 10.0
"""How much the texts count against small weights."""
OWN, WITHIN = 1.0, 0.5
"""What the second and third regression count beside the first."""

Array = NDArray[Any]


@functools.cache
def levelled(text: str) -> str:
    return level(text, load_rules().variants).text


@functools.cache
def parts(text: str, tongue: str) -> frozenset[str]:
    return frozenset(kinds(levelled(text), tongue))


@functools.cache
def facts_of(sample: Sample) -> tuple[tuple[str, float], ...]:
    facts = {"category": None, "date": dt.date(2026, 11, 23), **dict(sample.facts)}
    return tuple(known(Facts.of(**facts)).items()) if "region" in facts else ()


def texts(tongue: str) -> list[tuple[str, Sample]]:
    """Every text that may be learned from, with its hand, as a text of the language."""
    found = [("first", one) for one in everything()]
    found += [(hand, one) for hand in HANDS for one in later(hand) if not (hand in UNSEEN and one.held_out)]
    found += [("traps", one) for one in samples("traps")] + [("plain", one) for one in plain()]
    return [(hand, one) for hand, one in found if tongue_of(levelled(one.text)) == tongue]


class Matrix:
    """Texts by features, most of them zero."""

    def __init__(self, chosen: Sequence[Sample], tongue: str, places: dict[str, int], rarity: Array) -> None:
        columns, values, self.ends = [], [], [0]
        self.width = len(places) + 1
        for one in chosen:
            rows = np.array(sorted(places[p] for p in parts(one.text, tongue) if p in places), dtype=np.int64)
            share = rarity[rows]
            share = share / max(float(np.sqrt((share * share).sum())), 1e-9)
            told = [(places[name], FACT * part) for name, part in facts_of(one) if name in places]
            columns.append(np.concatenate([rows, np.array([c for c, _ in told], dtype=np.int64), [self.width - 1]]))
            values.append(np.concatenate([share, [v for _, v in told], [1.0]]))
            self.ends.append(self.ends[-1] + len(columns[-1]))
        self.columns, self.values = np.concatenate(columns), np.concatenate(values)
        self.rows = np.repeat(np.arange(len(chosen)), np.diff(self.ends))

    def only(self, chosen: Array) -> Matrix:
        """Some of the texts."""
        made = object.__new__(Matrix)
        kept = [slice(self.ends[place], self.ends[place + 1]) for place in chosen]
        made.columns = np.concatenate([self.columns[one] for one in kept])
        made.values = np.concatenate([self.values[one] for one in kept])
        made.ends = [0, *np.cumsum([one.stop - one.start for one in kept])]
        made.rows, made.width = np.repeat(np.arange(len(chosen)), np.diff(made.ends)), self.width
        return made

    def times(self, weights: Array) -> Array:
        return np.bincount(self.rows, self.values * weights[self.columns], len(self.ends) - 1)

    def back(self, each: Array) -> Array:
        return np.bincount(self.columns, self.values * each[self.rows], self.width)


def fit(texts_by: Matrix, bad: Array) -> Array:
    """Weights of a logistic regression with small weights preferred, by limited-memory BFGS."""
    sign = np.where(bad, 1.0, -1.0)
    small = np.ones(texts_by.width)
    small[-1] = 1e-3

    def loss(weights: Array) -> tuple[float, Array]:
        margin = sign * texts_by.times(weights)
        slope = -sign / (1 + np.exp(np.clip(margin, -50, 50)))
        value = 0.5 * (small * weights * weights).sum() + STRENGTH * np.logaddexp(0, -margin).sum()
        return float(value), small * weights + texts_by.back(STRENGTH * slope)

    weights = np.zeros(texts_by.width)
    value, gradient = loss(weights)
    moves: list[tuple[Array, Array]] = []
    for _ in range(80):
        step, turned = gradient.copy(), []
        for move, turn in reversed(moves):
            turned.append(move @ step / (move @ turn))
            step -= turned[-1] * turn
        step *= (
            moves[-1][0] @ moves[-1][1] / (moves[-1][1] @ moves[-1][1])
            if moves
            else 1 / max(1.0, np.linalg.norm(gradient))
        )
        for (move, turn), part in zip(moves, reversed(turned), strict=True):
            step += move * (part - turn @ step / (move @ turn))
        length, drop = 1.0, gradient @ step
        while (made := loss(weights - length * step))[0] > value - 1e-4 * length * drop and length > 1e-6:
            length /= 2
        moves = [*moves[-7:], (-length * step, made[1] - gradient)]
        done = value - made[0] < 1e-5 * value or moves[-1][0] @ moves[-1][1] < 1e-12
        weights, (value, gradient) = weights - length * step, made
        if done:
            break
    return weights


def train(chosen: Sequence[Sample], tongue: str) -> tuple[list[str], Array, Array, Array]:
    """Names, rarity, table and bias."""
    counts = Counter(piece for one in chosen for piece in parts(one.text, tongue))
    names = sorted(piece for piece, count in counts.items() if count >= LEAST[tongue])
    facts = Counter(name for one in chosen for name, _ in facts_of(one))
    told = sorted(name for name, count in facts.items() if count >= 5)
    places = {name: place for place, name in enumerate([*names, *told])}
    rarity = np.array([np.log((1 + len(chosen)) / (1 + counts[name])) + 1 for name in names] + [0.0] * len(told))
    matrix = Matrix(chosen, tongue, places, rarity)
    bad = np.array([one.bad for one in chosen])
    group = np.array([one.group for one in chosen])
    shared = fit(matrix, bad)
    table = np.zeros((matrix.width, GROUPS))
    for number in range(GROUPS):
        mine = group == str(number + 1)
        table[:, number] = shared + OWN * fit(matrix, bad & mine)
        if mine.any():
            table[:, number] += WITHIN * fit(matrix.only(np.flatnonzero(mine)), bad[mine])
    return [*names, *told], rarity, table[:-1], table[-1]


def scored(chosen: Sequence[Sample], tongue: str, made: tuple[list[str], Array, Array, Array]) -> Array:
    """Sums of texts by group."""
    names, rarity, table, bias = made
    matrix = Matrix(chosen, tongue, {name: place for place, name in enumerate(names)}, rarity)
    return np.array([matrix.times(np.append(table[:, g], bias[g])) for g in range(GROUPS)]).T


def calibrate(best: Array, bad: Array) -> tuple[float, float]:
    """Slope and shift that make a sum the share of bad texts, by Newton's method."""
    slope, shift = 0.5, 0.0
    for _ in range(50):
        share = 1 / (1 + np.exp(-(slope * best + shift)))
        pull = np.array([((share - bad) * best).sum(), (share - bad).sum()])
        wide = share * (1 - share)
        bend = np.array([[(wide * best * best).sum(), (wide * best).sum()], [(wide * best).sum(), wide.sum()]])
        move = np.linalg.solve(bend, pull)
        slope, shift = slope - move[0], shift - move[1]
    return float(slope), float(shift)


def across(tongue: str) -> tuple[list[tuple[str, Sample]], Array]:
    """The texts of the hands left out in turn, and their sums by weights that saw none of them."""
    every, found, rows = texts(tongue), [], []
    for fold in FOLDS:
        out = [pair for pair in every if pair[0] == f"{fold}-{tongue}"]
        if out:
            made = train([one for hand, one in every if hand != f"{fold}-{tongue}"], tongue)
            found += out
            rows.append(scored([one for _, one in out], tongue, made))
    return found, np.concatenate(rows)


def main() -> None:
    tongues = [one for one in ("zh", "en") if one in sys.argv] or ["zh", "en"]
    for tongue in tongues:
        found, total = across(tongue)
        best, bad = total.max(1), np.array([one.bad for _, one in found])
        slope, shift = calibrate(best, bad)
        evaluate(found, total, slope, shift)
        if "--evaluate" not in sys.argv:
            names, rarity, table, bias = train([one for _, one in texts(tongue)], tongue)
            path = knowledge_dir() / FOLDER / f"learned-{tongue}.npz"
            pack(path, names, rarity, table, bias, (slope, shift), FACT)
            tell(path.name, len(names), "rows,", path.stat().st_size, "bytes")


def evaluate(found: list[tuple[str, Sample]], total: Array, slope: float, shift: float) -> None:
    """What the learned reader alone would say of texts whose hand it has not seen, by threshold."""
    score = 1 / (1 + np.exp(-(slope * total + shift)))
    hands = np.array([hand for hand, _ in found])
    bad = np.array([one.bad for _, one in found])
    group = np.array([int(one.group) - 1 for _, one in found])
    order = np.sort(score, axis=1)
    mine = score[np.arange(len(group)), group]
    for hand in sorted(set(hands)):
        for limit in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
            hit = (order[:, -1] >= limit) & (hands == hand)
            first, second = hit & (mine >= order[:, -1]), hit & (mine >= order[:, -2]) & (mine >= order[:, -1] - 0.1)
            recall = [(one & bad).sum() / (bad & (hands == hand)).sum() for one in (first, first | second)]
            wrong = (hit & ~bad).sum() / (~bad & (hands == hand)).sum()
            tell(
                f"{hand:22} score {limit:.2f}  recall {recall[0]:.3f}, with a second group {recall[1]:.3f}  clean ones marked {wrong:.3f}"
            )


if __name__ == "__main__":
    main()
