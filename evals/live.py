"""Runs with a model: replayed from cassettes, recorded into them, or live against any endpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from dataclasses import dataclass

from agent.events import CallDone, Event
from agent.llm import ModelSpec, open_model
from agent.plan.model import PartWords
from agent.settings import Settings
from evals.brief import Brief
from evals.case import Case, checked, draft
from evals.results import Row
from evals.run import Run, Tell, fill, new_results, score_cases, subject
from evals.scorers import score
from evals.traffic.cassette import StaleTraffic, Tape, cassette, known, path_of
from evals.traffic.writer import MakeModel, one_shot, replayed, write

RECORDED = ("yunqi-list", "yunqi-chat", "beimai-tiny", "haice-note", "shanyu-season", "riri-threads", "larkfield-mail", "pinwheel-slack",
            "northshore-walk", "solace-claims", "zhuye-us", "meridian-trial")  # fmt: skip
"""The twelve briefs whose traffic is recorded: every language, small and large, hostile, mixed."""
SECONDS_A_CALL = 8.0
"""What a call to the embedded model takes on two quiet cores, about: for the estimate only."""


@dataclass(frozen=True)
class Recording:
    """What recording one brief would take, or took."""

    brief: str
    stale: int
    """Requests that the cassette does not hold, as far as they can be known before anything is asked."""
    kept: int
    """Requests that it holds."""


def label_of(spec: ModelSpec, stage: str = "") -> str:
    """The name of a writer: a model, or a model that rewrites one part alone."""
    return f"{spec.label}/{stage}" if stage else spec.label


def replay(chosen: Iterable[Brief], spec: ModelSpec, tell: Tell = lambda _: None, *, stage: str = "") -> Run:
    """The model's plans from its cassettes. A brief without a cassette is left out; one that asks something new is stale."""
    chosen = tuple(one for one in chosen if path_of(one.id, label_of(spec, stage)).exists())
    run = Run(new_results(label_of(spec, stage), chosen))
    stale: set[str] = set()
    for brief in chosen:
        began = time.monotonic()
        case, tape = _taped(brief, spec, lambda: replayed(spec), stage, record=False)
        run.cases[brief.id] = case
        if tape.stale:
            stale.add(brief.id)
        run.seconds[f"plan.{brief.id}"] = time.monotonic() - began
        tell(f"replay {len(run.cases)}/{len(chosen)} {brief.id}{' (stale)' if tape.stale else ''}")
    fresh = {id: case for id, case in run.cases.items() if id not in stale}
    kept, run.cases = run.cases, fresh
    score_cases(run, tell)
    run.cases = kept
    run.results.rows += [
        Row(brief=id, brand=kept[id].brief.brand, language=kept[id].brief.language, stale=True) for id in sorted(stale)
    ]
    return run


def _taped(
    brief: Brief, spec: ModelSpec, make: MakeModel, stage: str, *, record: bool, tell: Tell = lambda _: None
) -> tuple[Case, Tape]:
    case = draft(brief)
    if case.plan is None:
        return case, Tape(set())
    part = f", {stage} alone" if stage else ""
    about = (
        f"Recorded from real calls to {spec.label} for the brief {brief.id}{part}; replayed only to the same requests."
    )
    path, seen = path_of(brief.id, label_of(spec, stage)), Tape(set())
    with suppress(StaleTraffic), cassette(path, record=record, about=about) as tape:
        seen = tape
        case = write(case, spec, make, stage=stage, watch=_progress(brief.id, tell), tape=tape)
    return checked(case), seen


EVERY = 10
"""Calls between two lines of progress."""


def _progress(brief: str, tell: Tell) -> Callable[[Event], None]:
    """Tells how far a brief is, every so many calls."""
    began, calls = time.monotonic(), 0

    def watch(event: Event) -> None:
        nonlocal calls
        if isinstance(event, CallDone):
            calls += 1
            if calls % EVERY == 0:
                tell(f"  {brief}: {calls} calls, in {event.stage}, {time.monotonic() - began:.0f} s")

    return watch


def estimate(chosen: Iterable[Brief], spec: ModelSpec, stage: str = "") -> list[Recording]:
    """What would be asked anew, brief by brief: a replay without a model, up to the first answers that are missing."""
    found = []
    for brief in chosen:
        if path_of(brief.id, label_of(spec, stage)).exists():
            _, tape = _taped(brief, spec, lambda: replayed(spec), stage, record=False)
            new = max(1, calls_of(brief, spec, stage) - len(tape.played)) if tape.stale else 0
            found.append(Recording(brief.id, new, len(tape.played)))
        else:
            found.append(Recording(brief.id, calls_of(brief, spec, stage), 0))
    return found


def calls_of(brief: Brief, spec: ModelSpec, stage: str = "") -> int:
    """First calls that a model would be asked for a brief, or for one part of its plan."""
    from agent.knowledge import load
    from agent.run.estimate import estimate as likely
    from agent.run.setting import setting_for

    case = draft(brief)
    if case.plan is None or case.intake is None or case.frame is None:
        return 0
    setting = setting_for(case.plan, case.intake, case.frame, load(), spec)
    return likely(case.plan, setting, load(), None, only=stage).calls


def record(
    chosen: Iterable[Brief], spec: ModelSpec, settings: Settings, tell: Tell = lambda _: None, *, stage: str = ""
) -> list[Recording]:
    """Asks the model whatever the cassettes do not hold, and keeps it. What is not stale is not asked again."""
    chosen, done = tuple(chosen), []
    for brief in chosen:
        began = time.monotonic()
        case, tape = _taped(brief, spec, lambda: open_model(spec, settings), stage, record=True, tell=tell)
        done.append(Recording(brief.id, len(tape.missed), len(tape.played)))
        held = len(known(path_of(brief.id, label_of(spec, stage))))
        note = f", {case.error}" if case.error else ""
        tell(
            f"record {len(done)}/{len(chosen)} {brief.id}: {len(tape.missed)} asked, {len(tape.played)} kept, {held} held, {time.monotonic() - began:.0f} s{note}"
        )
    return done


def live(
    chosen: Iterable[Brief], spec: ModelSpec, make: MakeModel, tell: Tell = lambda _: None, *, stage: str = ""
) -> Run:
    """A model over the chosen briefs, all stages or one with its upstream frozen."""
    chosen = tuple(chosen)
    run = Run(new_results(label_of(spec, stage), chosen))
    for brief in chosen:
        began = time.monotonic()
        case = draft(brief)
        run.cases[brief.id] = checked(write(case, spec, make, stage=stage)) if case.plan else case
        run.seconds[f"plan.{brief.id}"] = time.monotonic() - began
        shares = {
            name: words.model_share for name, words in case_words(run.cases[brief.id]).items() if words.model_share
        }
        told = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
        tell(
            f"{spec.label} {len(run.cases)}/{len(chosen)} {brief.id}: {told or 'nothing taken'} {run.cases[brief.id].error}".rstrip()
        )
    score_cases(run, tell)
    return run


def case_words(case: Case) -> dict[str, PartWords]:
    """Part → whose words it holds."""
    return dict(case.plan.words) if case.plan else {}


def one_shots(
    chosen: Iterable[Brief],
    spec: ModelSpec,
    make: MakeModel,
    tell: Tell = lambda _: None,
    *,
    record_to: bool | None = None,
) -> Run:
    """One prompt for everything to the same model, scored as documents. `record_to`: True records, False replays, None is live."""
    chosen = tuple(chosen)
    run = Run(new_results(f"{spec.label}/one-shot", chosen))
    documents = {}
    for brief in chosen:
        label = f"{spec.label}-one-shot"
        about = f"Recorded from real calls to {spec.label} with one prompt for the whole plan of {brief.id}."
        tape = nullcontext() if record_to is None else cassette(path_of(brief.id, label), record=record_to, about=about)
        try:
            with tape:
                documents[brief.id] = one_shot(Case(brief), make)
        except StaleTraffic:
            run.results.rows.append(Row(brief=brief.id, brand=brief.brand, language=brief.language, stale=True))
        except Exception as error:  # noqa: BLE001  (whatever a model does is a row, not the end of the run)
            run.results.rows.append(
                Row(
                    brief=brief.id,
                    brand=brief.brand,
                    language=brief.language,
                    error=str(error)[:200],
                    failed={"delivery.plan": str(error)[:160]},
                )
            )
        tell(f"one-shot {len(documents)}/{len(chosen)} {brief.id}")
    for brief in chosen:
        if brief.id in documents:
            run.cases[brief.id] = Case(brief, document=documents[brief.id])
            row = Row(brief=brief.id, brand=brief.brand, language=brief.language, met=["delivery.plan"])
            fill(row, score(subject(brief, documents[brief.id], documents)))
            run.results.rows.append(row)
    return run


def stale_one_shots(chosen: Iterable[Brief], spec: ModelSpec) -> tuple[Brief, ...]:
    """Briefs whose one prompt is not recorded, or not as it would be asked today."""
    replays = one_shots(chosen, spec, lambda: replayed(spec), record_to=False).results.rows
    stale = {row.brief for row in replays if row.stale}
    return tuple(one for one in chosen if one.id in stale)
