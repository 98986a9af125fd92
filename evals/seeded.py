"""Regressions and harmless changes on purpose: the first have to turn the gate red, the second have to leave it green.

    python -m evals.seeded            all of them, a line each; ends with 1 when one of them is judged wrongly
    python -m evals.seeded NAME…      some

Each change is made to the running program by a patch and taken back; a brief or two that the change concerns, all scorers, a few planted defects and the gate itself stand in for the whole.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from agent.brief import read_brief
from agent.checks import base as registry
from agent.frame import build_frame
from agent.knowledge import load
from agent.locale import t
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan, find
from agent.stages import STAGES, Stage
from agent.words.digest import brief_digest, frame_digest
from evals import run as run_of
from evals.brief import Brief, briefs
from evals.crew import Crew, processes
from evals.defects import measure
from evals.gate import Flip, gate, red
from evals.offline import closed
from evals.results import Results

USUAL = ("beimai-impossible",)
"""A Chinese brief without money that asks for what cannot be: the smallest plan."""
ENGLISH = ("northshore-walk",)
RICH = ("shiguang-million",)
TAIWAN = ("riri-launch",)
Make = Callable[[ExitStack], None]
PLANTED = 3
"""Planted defects a class."""


@dataclasses.dataclass(frozen=True)
class Change:
    """A change to the program."""

    name: str
    about: str
    harmless: bool
    briefs: tuple[str, ...]
    defects: tuple[str, ...]
    """Classes of planted defects to measure beside the scores."""
    make: Make


CHANGES: dict[str, Change] = {}


def change(
    about: str, *, harmless: bool = False, on: tuple[str, ...] = USUAL, defects: tuple[str, ...] = ()
) -> Callable[[Make], Make]:
    """Registers a change under its function's name."""

    def register(make: Make) -> Make:
        CHANGES[make.__name__] = Change(make.__name__, about, harmless, on, defects, make)
        return make

    return register


def swap(stack: ExitStack, target: str, new: Any) -> None:
    """Patches a dotted name until the stack ends."""
    stack.enter_context(patch(target, new))


def through(one: Stage, edit: Callable[[Any], Any]) -> Stage:
    """A stage whose part goes through `edit`."""
    return dataclasses.replace(one, write=lambda context: edit(one.write(context)))


def rewritten(stack: ExitStack, stage: str, edit: Callable[[Any], Any]) -> None:
    """Edits what the playbook writes for a stage."""

    swap(stack, "agent.run.build.STAGES", tuple(through(one, edit) if one.id == stage else one for one in STAGES))


def finished(stack: ExitStack, edit: Callable[[Any], Any]) -> None:
    """Edits the plan when all parts are written, so that no later part stumbles over the change."""
    real = build_plan
    swap(stack, "evals.case.build_plan", lambda *args, **more: edit(real(*args, **more)))


def read_otherwise(stack: ExitStack, edit: Callable[[Any], None]) -> None:
    """Edits what the reader of briefs found."""
    real = read_brief

    def reader(*args: Any, **more: Any) -> Any:
        intake = real(*args, **more)
        edit(intake)
        return intake

    swap(stack, "evals.case.read_brief", reader)


def checked_otherwise(stack: ExitStack, **codes: Any) -> None:
    """Replaces checks by code (underscores for dashes); None removes one."""
    known = dict(registry._REGISTRY)
    for name, run in codes.items():
        code = name.replace("_", "-")
        if run is None:
            del known[code]
        else:
            known[code] = dataclasses.replace(known[code], run=run)
    swap(stack, "agent.checks.base._REGISTRY", known)


# Regressions


@change("The prompts' common prefix does not tell the budget any more", on=ENGLISH)
def prompt_drops_the_budget(stack: ExitStack) -> None:
    real = frame_digest

    def without(frame: Any) -> str:
        rows = real(frame).splitlines()
        return "\n".join(row for row in rows if not any(word in row.casefold() for word in ("budget", "预算", "預算")))

    swap(stack, "agent.run.setting.frame_digest", without)


@change("The prompts do not tell what may not be said", on=RICH)
def prompt_drops_prohibitions(stack: ExitStack) -> None:
    real = brief_digest
    swap(stack, "agent.run.setting.brief_digest", lambda intake: real(intake).rpartition("\n[")[0])


@change("The summary says nothing about money")
def playbook_drops_the_money(stack: ExitStack) -> None:
    rewritten(stack, "summary", lambda part: part.model_copy(update={"money": ""}))


@change("One goal has no KPI")
def playbook_drops_a_kpi(stack: ExitStack) -> None:
    def without(plan: Any) -> Any:
        left = [one for one in plan.kpis.kpis if one.goal != "G1"]
        return plan.model_copy(update={"kpis": plan.kpis.model_copy(update={"kpis": left})})

    finished(stack, without)


@change("Risks have no owner")
def playbook_drops_risk_owners(stack: ExitStack) -> None:
    rewritten(
        stack,
        "risks",
        lambda part: part.model_copy(update={"risks": [one.model_copy(update={"owner": ""}) for one in part.risks]}),
    )


@change("The calendar ends halfway")
def playbook_stops_the_calendar(stack: ExitStack) -> None:
    rewritten(
        stack, "calendar", lambda part: part.model_copy(update={"entries": part.entries[: len(part.entries) // 2]})
    )


@change("Posts are pasted across platforms", on=ENGLISH)
def playbook_pastes_posts(stack: ExitStack) -> None:
    def pasted(part: Any) -> Any:
        first: dict[str, Any] = {}
        posts = [
            one.model_copy(update={"body": first.setdefault(one.core, one).body, "title": first[one.core].title})
            for one in part.posts
        ]
        return part.model_copy(update={"posts": posts})

    rewritten(stack, "adaptations", pasted)


@change("A competitor gets followers that nobody gave", on=RICH)
def playbook_invents_followers(stack: ExitStack) -> None:
    def invented(part: Any) -> Any:
        rivals = [
            one
            if one.status_quo
            else one.model_copy(
                update={"followers": one.followers.model_copy(update={"value": 61_800.0, "kind": "assumption"})}
            )
            for one in part.competitors
        ]
        return part.model_copy(update={"competitors": rivals})

    rewritten(stack, "market", invented)


@change("All hooks begin alike")
def playbook_opens_alike(stack: ExitStack) -> None:
    def alike(part: Any) -> Any:
        pillars = [
            one.model_copy(
                update={
                    "topics": [t.model_copy(update={"hook": f"你知道吗 Did you know {t.hook}"}) for t in one.topics]
                }
            )
            for one in part.pillars
        ]
        return part.model_copy(update={"pillars": pillars})

    rewritten(stack, "themes", alike)


@change("A post's label for paid and machine-made pieces is lost")
def playbook_drops_labels(stack: ExitStack) -> None:
    rewritten(
        stack,
        "adaptations",
        lambda part: part.model_copy(update={"posts": [one.model_copy(update={"label": ""}) for one in part.posts]}),
    )


@change("Every text that names the brand names nobody")
def playbook_forgets_the_brand(stack: ExitStack) -> None:
    def nameless(context: Any) -> Any:
        real = build_plan(*context[0], **context[1])
        text = real.model_dump_json()
        return MarketingPlan.model_validate_json(text.replace(real.meta.brand, "this brand"))

    swap(stack, "evals.case.build_plan", lambda *args, **more: nameless((args, more)))


@change("A check is removed")
def check_removed(stack: ExitStack) -> None:
    checked_otherwise(stack, DAT_003=None)


@change("A check looks away", defects=("sum_off_by_one",))
def check_gutted(stack: ExitStack) -> None:
    checked_otherwise(stack, BUD_001=lambda plan, ctx: iter(()))


@change("A check cries at everything")
def check_cries(stack: ExitStack) -> None:
    real = registry._REGISTRY["REF-003"].run

    def cries(plan: Any, ctx: Any) -> Iterator[Any]:
        yield from real(plan, ctx)
        yield from registry.check("ZZZ-000", "warning", "nothing")(lambda plan, ctx: iter(()))(plan, ctx)
        from agent.plan.model import Finding

        yield Finding(code="REF-003", severity="error", where="meta", message="!")

    stack.callback(lambda: registry._REGISTRY.pop("ZZZ-000", None))
    checked_otherwise(stack, REF_003=cries)


@change("Prices of media are three times what the sources say", on=RICH)
def wrong_benchmark(stack: ExitStack) -> None:
    from agent.knowledge.model import Benchmark

    real = load()
    items = {
        id: one.model_copy(update={"low": one.low * 3, "base": one.base * 3, "high": one.high * 3})
        if isinstance(one, Benchmark) and "cpm" in id
        else one
        for id, one in real.items.items()
    }
    altered = [id for id, one in items.items() if one is not real.items[id]]
    assert altered, "there is no CPM benchmark to alter"
    for id in altered:
        one = real.items[id]
        for name in ("low", "base", "high"):
            old = getattr(one, name)
            object.__setattr__(one, name, old * 3)
            stack.callback(functools.partial(object.__setattr__, one, name, old))


@change("The reader loses the budget", on=RICH)
def reader_loses_the_budget(stack: ExitStack) -> None:
    def lost(intake: Any) -> None:
        intake.filled.budget.total = intake.filled.budget.total / 10

    read_otherwise(stack, lost)


@change("The reader loses what may not be said", on=RICH)
def reader_loses_prohibitions(stack: ExitStack) -> None:
    def lost(intake: Any) -> None:
        intake.filled.never_say = []
        intake.brief.never_say = []

    read_otherwise(stack, lost)


@change("The Markdown loses the risks")
def renderer_loses_a_part(stack: ExitStack) -> None:
    composed = importlib.import_module("agent.export.document")  # the package may show a function of that name
    kept = tuple((chapter, tuple(row for row in parts if row[0] != "risks")) for chapter, parts in composed.CHAPTERS)
    stack.enter_context(patch.object(composed, "CHAPTERS", kept))


@change("The CSV loses rows")
def csv_loses_rows(stack: ExitStack) -> None:
    from agent.export import csv_

    real = csv_._written
    swap(stack, "agent.export.csv_._written", lambda columns, rows: real(columns, list(rows)[::2]))


@change("The calendar file loses events")
def ics_loses_events(stack: ExitStack) -> None:
    from agent.export import ics

    real = ics._entries
    swap(stack, "agent.export.ics._entries", lambda reader: list(real(reader))[::2])


@change("Hooks promise what the client never wants said", on=RICH)
def playbook_says_the_unsayable(stack: ExitStack) -> None:
    def said(plan: Any) -> Any:
        first, *rest = plan.calendar.entries
        spoken = first.model_copy(update={"hook": f"{first.hook} 全网最低价，永不褪色。"})
        return plan.model_copy(update={"calendar": plan.calendar.model_copy(update={"entries": [spoken, *rest]})})

    finished(stack, said)


@change("A day in the calendar slips past its own deadline")
def playbook_hands_in_late(stack: ExitStack) -> None:
    def late(part: Any) -> Any:
        rows = [one if one.kind == "buffer" else one.model_copy(update={"deadline": one.date}) for one in part.entries]
        return part.model_copy(update={"entries": rows})

    rewritten(stack, "calendar", late)


@change("Taiwan texts stay in the mainland's script", on=TAIWAN)
def converter_is_off(stack: ExitStack) -> None:
    swap(stack, "agent.locale.to_taiwan", lambda text: text)


@change("Phases take other shares of the money", on=RICH)
def phase_shares_shift(stack: ExitStack) -> None:
    real = build_frame

    def shifted(*args: Any, **more: Any) -> Any:
        frame = real(*args, **more)
        for phase in frame.phases:
            phase.share = round(phase.share * 0.9, 4)
        return frame

    swap(stack, "evals.case.build_frame", shifted)


@change("Sources are not listed")
def sources_unlisted(stack: ExitStack) -> None:
    swap(stack, "agent.run.build._register_sources", lambda context: None)
    real = MarketingPlan
    swap(stack, "agent.run.build.MarketingPlan", lambda **fields: real(**{**fields, "sources": fields["sources"][:3]}))


# Harmless


@change("Stages are written through a wrapper", harmless=True)
def stages_wrapped(stack: ExitStack) -> None:
    swap(stack, "agent.run.build.STAGES", tuple(through(one, lambda part: part) for one in STAGES))


@change("Parts are copied before they are put together", harmless=True)
def parts_copied(stack: ExitStack) -> None:
    copied = tuple(through(one, lambda part: part.model_copy(deep=True)) for one in STAGES)
    swap(stack, "agent.run.build.STAGES", copied)


@change("The plan goes through JSON before it is checked", harmless=True)
def through_json(stack: ExitStack) -> None:
    real = build_plan
    swap(
        stack,
        "evals.case.build_plan",
        lambda *a, **m: MarketingPlan.model_validate_json(real(*a, **m).model_dump_json()),
    )


@change("The intake goes through JSON before the frame", harmless=True)
def intake_through_json(stack: ExitStack) -> None:
    real = read_brief
    swap(
        stack,
        "evals.case.read_brief",
        lambda *a, **m: type(i := real(*a, **m)).model_validate_json(i.model_dump_json()),
    )


@change("Checks are registered in another order", harmless=True)
def checks_reordered(stack: ExitStack) -> None:
    swap(stack, "agent.checks.base._REGISTRY", dict(reversed(list(registry._REGISTRY.items()))))


@change("Descriptions of checks are reworded", harmless=True)
def checks_redescribed(stack: ExitStack) -> None:
    swap(
        stack,
        "agent.checks.base._REGISTRY",
        {code: dataclasses.replace(one, about=one.about + ".") for code, one in registry._REGISTRY.items()},
    )


@change("A check is added that finds nothing", harmless=True)
def check_added(stack: ExitStack) -> None:
    new = registry.Check("ZZZ-001", "error", "Nothing", "none", lambda plan, ctx: iter(()))
    swap(stack, "agent.checks.base._REGISTRY", {**registry._REGISTRY, "ZZZ-001": new})


@change("Messages of findings are reworded", harmless=True)
def messages_reworded(stack: ExitStack) -> None:
    real = t
    swap(stack, "agent.checks.base.t", lambda *a, **m: real(*a, **m).replace("。", "！"))


@change("The walk over a plan is not shared between checks", harmless=True)
def walk_not_shared(stack: ExitStack) -> None:
    @contextmanager
    def alone() -> Iterator[None]:
        yield

    swap(stack, "agent.checks.base.walked_once", alone)


@change("The list of sources is sorted", harmless=True)
def sources_sorted(stack: ExitStack) -> None:
    real = MarketingPlan
    swap(
        stack,
        "agent.run.build.MarketingPlan",
        lambda **f: real(**{**f, "sources": sorted(f["sources"], key=lambda one: one.id)}),
    )


@change("Briefs arrive with another line ending", harmless=True)
def carriage_returns(stack: ExitStack) -> None:
    real = read_brief
    swap(stack, "evals.case.read_brief", lambda source, **m: real(source.replace(b"\n", b"\r\n"), **m))


@change("Briefs arrive with a byte order mark", harmless=True)
def byte_order_mark(stack: ExitStack) -> None:
    real = read_brief
    swap(stack, "evals.case.read_brief", lambda source, **m: real(b"\xef\xbb\xbf" + source, **m))


@change("Briefs end in blank lines", harmless=True)
def blank_lines(stack: ExitStack) -> None:
    real = read_brief
    swap(stack, "evals.case.read_brief", lambda source, **m: real(source + b"\n\n\n", **m))


@change("A prompt gets another sentence", harmless=True)
def prompt_sentence(stack: ExitStack) -> None:
    real = brief_digest
    swap(stack, "agent.run.setting.brief_digest", lambda intake: real(intake) + "\n")


@change("The page gets another look", harmless=True)
def page_restyled(stack: ExitStack) -> None:
    from agent.export import html

    real = html.Page.style
    swap(stack, "agent.export.html.Page.style", lambda self, faces: real(self, faces) + "body{color:#111}")


@change("Markdown tables are drawn with wider rules", harmless=True)
def markdown_rules(stack: ExitStack) -> None:
    swap(stack, "agent.export.markdown._RULES", {"left": "-----", "right": "----:", "center": ":---:"})


@change("Empty cells show another mark", harmless=True)
def empty_cells(stack: ExitStack) -> None:
    swap(stack, "agent.export.markdown.EMPTY", "–")


@change("Compliance readings are not kept", harmless=True)
def readings_not_kept(stack: ExitStack) -> None:
    from agent.compliance import read_facts

    swap(stack, "agent.checks.compliance.read_facts", read_facts.__wrapped__)


@change("Findings come in another order", harmless=True)
def findings_reordered(stack: ExitStack) -> None:
    real = find
    swap(stack, "evals.case.find", lambda *a, **m: list(reversed(real(*a, **m))))


@change("The frame is computed twice", harmless=True)
def frame_twice(stack: ExitStack) -> None:
    real = build_frame

    def twice(*args: Any, **more: Any) -> Any:
        real(*args, **more)
        return real(*args, **more)

    swap(stack, "evals.case.build_frame", twice)


# The run


def results(chosen: tuple[Brief, ...], classes: tuple[str, ...]) -> Results:
    """Scores of the chosen briefs as the program stands, with some classes of planted defects."""
    done = run_of.run_playbook(chosen, defects=False)
    if classes:
        done.results.defects = {name: measure(name, list(done.cases.values()), PLANTED) for name in classes}
    return done.results


@functools.cache
def unchanged(ids: tuple[str, ...], classes: tuple[str, ...]) -> str:
    """Results of the program as it is, as JSON."""
    return results(briefs(only=ids), classes).model_dump_json()


def flips_of(one: Change) -> list[Flip]:
    """What the gate says to a change."""
    before = Results.model_validate_json(unchanged(one.briefs, one.defects))
    with ExitStack() as stack:
        one.make(stack)
        now = results(briefs(only=one.briefs), one.defects)
    return red(gate(now, before))


def judged(name: str) -> tuple[str, list[Flip]]:
    """A change's name, and what the gate says to it."""
    return name, flips_of(CHANGES[name])


def main(names: list[str]) -> int:
    """Prints a line a change; 1 when one is judged wrongly."""
    wrong = 0
    chosen = [one.name for one in CHANGES.values() if not names or one.name in names]
    with closed(), Crew(min(processes(), len(chosen))) as crew:
        for name, flips in crew.map(judged, chosen):
            one = CHANGES[name]
            fell = any(
                flip.criterion == "delivery.plan" for flip in flips
            )  # a program that crashes proves nothing of the gate
            right = bool(flips) != one.harmless and not fell
            wrong += not right
            shown = "green"
            if flips:
                shown = f"{len(flips)} flips, first {flips[0].brief} {flips[0].criterion}"
            if fell:
                shown = "no plan came"
            sys.stdout.write(
                f"{'ok   ' if right else 'WRONG'} {'harmless  ' if one.harmless else 'regression'} {one.name}: {shown}\n"
            )
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - wrong} of {len(chosen)} judged rightly\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
