"""An eval run: every brief through the writer, every plan through every scorer. One process, sockets closed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from agent.version import __version__
from evals.brief import Brief, all_briefs
from evals.case import Case, checked, draft
from evals.controls import controls
from evals.document import Document
from evals.numbers import numbers
from evals.results import Results, Row, fingerprint
from evals.scorers import Criterion, Subject, mean, score, words_score

Tell = Callable[[str], None]
CONTROLLED = 12
"""Briefs whose plans are turned into controls: one of each of the first brands."""


@dataclass
class Run:
    """A run's results, the plans behind them, and what they took."""

    results: Results
    cases: dict[str, Case] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    """Step → seconds of wall-clock time."""


def run_playbook(chosen: Iterable[Brief], tell: Tell = lambda _: None, *, defects: bool = True) -> Run:
    """The playbook over the chosen briefs. `defects` plants defects in its plans as well."""
    chosen = tuple(chosen)
    run = Run(new_results("playbook", chosen))
    started = time.monotonic()
    for brief in chosen:
        began = time.monotonic()
        run.cases[brief.id] = checked(draft(brief))
        run.seconds[f"plan.{brief.id}"] = time.monotonic() - began
        tell(f"plan {len(run.cases)}/{len(chosen)} {brief.id}")
    score_cases(run, tell)
    _controls(run)
    tell("controls")
    if defects:
        from evals.defects import measure

        began = time.monotonic()
        run.results.defects, run.results.alarms, run.results.clean = measure(list(run.cases.values()), tell)
        run.seconds["defects"] = time.monotonic() - began
    run.seconds["all"] = time.monotonic() - started
    return run


def new_results(model: str, chosen: tuple[Brief, ...]) -> Results:
    """Empty results of a writer, with what they were made by."""
    return Results(
        model=model,
        commit=__version__,
        scorers=fingerprint("scorers/*.py", "document.py", "contents.yaml", "defects/*.py"),
        briefs=fingerprint("briefs/*.yaml"),
        held_out=any(one.held_out for one in chosen),
    )


def score_cases(run: Run, tell: Tell = lambda _: None) -> None:
    """Scores every case of a run; its rows come in the order of the briefs."""
    documents = {id: case.document for id, case in run.cases.items() if case.plan}
    for id, case in run.cases.items():
        began = time.monotonic()
        run.results.rows.append(_row(case, documents))
        run.seconds[f"score.{id}"] = time.monotonic() - began
        tell(f"score {len(run.results.rows)}/{len(run.cases)} {id}")


def _row(case: Case, documents: dict[str, Document]) -> Row:
    brief = case.brief
    row = Row(brief=brief.id, brand=brief.brand, language=brief.language, error=case.error)
    if case.plan is None:
        row.failed = {"delivery.plan": case.error}
        return row
    fill(row, score(subject(case.brief, case.document, documents, case)))
    row.met.append("delivery.plan")
    row.met.sort()
    row.numbers = numbers(case.plan)
    return row


def subject(brief: Brief, document: Document, documents: dict[str, Document], case: Case | None = None) -> Subject:
    """A document with those of the other brands in its language."""
    known = {one.id: one for one in all_briefs()}
    others = {
        id: one
        for id, one in documents.items()
        if known[id].brand != brief.brand and known[id].language == brief.language
    }
    return Subject(brief, document, case, others, names(brief.language))


def names(language: str) -> tuple[str, ...]:
    """What is taken out of documents before they are compared: brands and facts of all briefs in a language."""
    found = {
        word
        for one in all_briefs()
        if one.language == language
        for word in (one.brand, *one.brand.split(), *one.expect.facts)
    }
    return tuple(sorted(word for word in found if not word.isascii() or len(word) > 3))


def fill(row: Row, scored: dict[str, list[Criterion]]) -> None:
    """Puts criteria into a row."""
    row.words = round(words_score(scored), 4)
    for id, criteria in scored.items():
        row.scores[id] = round(mean(criteria), 4)
        for one in criteria:
            if one.ok:
                row.met.append(f"{id}.{one.name}")
            else:
                row.failed[f"{id}.{one.name}"] = one.note[:160]
    row.met.sort()


def _controls(run: Run) -> None:
    """Words scores of the controls; other controls of the same kind are what they are compared with."""
    chosen: dict[str, Case] = {}
    for case in run.cases.values():
        if (
            case.plan
            and case.brief.brand not in {one.brief.brand for one in chosen.values()}
            and len(chosen) < CONTROLLED
        ):
            chosen[case.brief.id] = case
    made: dict[str, dict[str, Document]] = {}
    for id, case in chosen.items():
        for name, document in controls(case):
            made.setdefault(name, {})[id] = document
    for name, documents in made.items():
        run.results.controls[name] = {
            id: round(words_score(score(subject(chosen[id].brief, document, documents))), 4)
            for id, document in documents.items()
        }
