"""An eval run: every brief through the writer, every plan through every scorer. Sockets closed, the work spread over the cores."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from agent.version import __version__
from evals.brief import Brief, all_briefs
from evals.case import Case, checked, draft
from evals.controls import CONTROLS, control
from evals.crew import Crew, held
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


def run_playbook(chosen: Iterable[Brief], tell: Tell = lambda _: None, *, defects: bool = True, jobs: int = 1) -> Run:
    """The playbook over the chosen briefs. `defects` plants defects in its plans as well; `jobs` is the number of processes."""
    chosen = tuple(chosen)
    run = Run(new_results("playbook", chosen))
    started = time.monotonic()
    with Crew(jobs) as crew:
        for case, took in crew.map(_drafted, chosen):
            run.cases[case.brief.id] = case
            run.seconds[f"plan.{case.brief.id}"] = took
            tell(f"plan {len(run.cases)}/{len(chosen)} {case.brief.id}")
    with Crew(jobs, run.cases) as crew:
        score_cases(run, tell, crew)
        made = _controlled(run.cases)
        for name, scores in crew.map(_control, tuple(CONTROLS) if made else ()):
            run.results.controls[name] = scores
            tell(f"control {name}")
        if defects:
            from evals.defects import CLASSES, alarms, count_class

            began = time.monotonic()
            for name, counts in crew.map(count_class, sorted(CLASSES)):
                run.results.defects[name] = counts
                tell(
                    f"defects {len(run.results.defects)}/{len(CLASSES)} {name}: {counts['found']} of {counts['planted']}"
                )
            clean = [case for case in run.cases.values() if case.plan is not None]
            run.results.alarms, run.results.clean = alarms(clean), len(clean)
            run.seconds["defects"] = time.monotonic() - began
    run.seconds["all"] = time.monotonic() - started
    return run


def _drafted(brief: Brief) -> tuple[Case, float]:
    began = time.monotonic()
    return checked(draft(brief)), time.monotonic() - began


def new_results(model: str, chosen: tuple[Brief, ...]) -> Results:
    """Empty results of a writer, with what they were made by."""
    return Results(
        model=model,
        commit=__version__,
        scorers=fingerprint("scorers/*.py", "document.py", "contents.yaml", "defects/*.py"),
        briefs=fingerprint("briefs/*.yaml"),
        held_out=any(one.held_out for one in chosen),
    )


def score_cases(run: Run, tell: Tell = lambda _: None, crew: Crew | None = None) -> None:
    """Scores every case of a run; its rows come in the order of the briefs."""
    if crew is None:
        with Crew(1, run.cases) as alone:
            score_cases(run, tell, alone)
        return
    for row, took in crew.map(_scored, tuple(run.cases)):
        run.results.rows.append(row)
        run.seconds[f"score.{row.brief}"] = took
        tell(f"score {len(run.results.rows)}/{len(run.cases)} {row.brief}")


def _scored(id: str) -> tuple[Row, float]:
    began = time.monotonic()
    cases: dict[str, Case] = held()
    documents = {one: case.document for one, case in cases.items() if case.plan}
    return _row(cases[id], documents), time.monotonic() - began


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


def _controlled(cases: dict[str, Case]) -> dict[str, Case]:
    """The cases that are turned into controls: the first of each of the first brands."""
    chosen: dict[str, Case] = {}
    for case in cases.values():
        known = {one.brief.brand for one in chosen.values()}
        if case.plan and case.brief.brand not in known and len(chosen) < CONTROLLED:
            chosen[case.brief.id] = case
    return chosen


def _control(name: str) -> tuple[str, dict[str, float]]:
    """Words scores of a control; others of the same kind are what they are compared with."""
    chosen = _controlled(held())
    documents = {id: control(name, case) for id, case in chosen.items()}
    scored = {id: score(subject(chosen[id].brief, one, documents)) for id, one in documents.items()}
    return name, {id: round(words_score(one), 4) for id, one in scored.items()}
