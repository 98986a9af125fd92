"""Chapter 2, first half: core strategy and content themes."""

from __future__ import annotations

from agent.export.reader import Notes, Reader, titled
from agent.export.sections import plots
from agent.export.view import (
    Block,
    Heading,
    Inline,
    Note,
    Row,
    Span,
    bullets,
    lines,
    pairs,
    paragraph,
    strong,
    table,
    text,
    unled,
)
from agent.plan.content import CampaignIdea, Pillar, StrategyLine


def strategy(v: Reader) -> list[Block]:
    """Core strategy."""
    part = v.plan.strategy
    notes = Notes(v.language)  # the four rest on the same rates: they are said once, below
    told = [block for line in part.lines for block in _line(v, line, notes)]
    return [
        v.head("idea"),
        Note(text(strong(part.idea.name), "\n", part.idea.line)),
        pairs(*_idea(v, part.idea)),
        v.head("routes"),
        table(
            v.cols("route*2", "insight*3", "mechanism*3", "why_ours*3", "route_verdict*3"),
            [
                [
                    text(strong(f"{one.id} {one.name}"), "\n", one.line),
                    one.insight,
                    one.mechanism,
                    one.why_ours,
                    one.verdict,
                ]
                for one in part.routes
            ],
        ),
        v.head("choices"),
        table(
            v.cols("question*2", "chosen*3", "rejected*3", "why*4"),
            [[one.question, one.chosen, one.rejected, one.why] for one in part.choices],
        ),
        v.head("strategy_lines"),
        *told,
        *(paragraph(Span("".join(span.text for span in text(note)), "tag")) for note in notes),
        v.head("phases"),
        plots.phases(v),
        _phases(v),
        v.head("guardrails"),
        bullets(part.guardrails),
    ]


def _idea(v: Reader, idea: CampaignIdea) -> list[tuple[str, Inline]]:
    """What an idea stands on and how it works."""
    return [
        (v.t("col.insight"), idea.insight),
        (v.t("col.mechanism"), idea.mechanism),
        (v.t("col.why_ours"), idea.why_ours),
        (v.t("misc.why_chosen"), idea.verdict),
    ]


def _line(v: Reader, line: StrategyLine, notes: Notes) -> list[Block]:
    """One of the four strategies: approach, actions, input against return, and when it changes."""
    put_in = v.t("misc.input_text", money=v.money(line.input_cents), hours=v.hours(line.input_hours))
    return [
        Heading(4, v.t(f"strategy_kind.{line.kind}")),
        paragraph(line.approach),
        bullets(line.actions),
        pairs(
            (v.t("misc.input"), put_in),
            (v.t("misc.expected"), text(line.expected_label, v.t("misc.colon"), v.figure(line.expected, notes))),
            (v.t("misc.change"), text(line.trigger, " → ", line.change_to)),
        ),
    ]


def _phases(v: Reader) -> Block:
    """The phases with dates, money, purpose and the test that ends them."""
    plans = {one.phase: one for one in v.plan.strategy.phases}
    shares = v.phase_shares()
    rows: list[Row] = []
    for phase in v.plan.phases:
        plan = plans.pop(phase.id, None)
        said: list[Inline] = [plan.purpose, plan.exit_test] if plan else ["", ""]
        money: list[Inline] = [shares[phase.id]] if shares else []
        rows.append([strong(v.named(phase.id)), v.span(phase.start, phase.end), *money, *said])
    rows.extend([plan.phase, "", *([""] if shares else []), plan.purpose, plan.exit_test] for plan in plans.values())
    money_head = [">budget_share"] if shares else []
    return table(v.cols("phase*2", "dates*3", *money_head, "purpose*4", "exit_test*4"), rows)


def themes(v: Reader) -> list[Block]:
    """Content themes."""
    part = v.plan.themes
    return [
        pairs((v.t("misc.say"), part.say), (v.t("misc.form"), part.form), (v.t("misc.care"), part.care)),
        v.head("pillars"),
        plots.content_mix(v),
        table(
            v.cols("pillar*2", "direction*2", ">share", "message*4", "reader_value*3", "format*2", "for*2"),
            [_pillar_row(v, pillar) for pillar in part.pillars],
        ),
        *(block for pillar in part.pillars for block in _pillar(v, pillar)),
        v.head("format_mix"),
        table(
            v.cols("format*2", ">pieces", "use*6"),
            [[v.format(one.format), str(one.pieces), one.role] for one in part.mix],
        ),
        paragraph(strong(v.t("misc.ugc_call")), v.t("misc.colon"), unled(v.t("misc.ugc_call"), text(part.ugc_call))),
    ]


def _pillar_row(v: Reader, pillar: Pillar) -> list[Inline]:
    """A pillar in the overview."""
    serves = [", ".join(pillar.personas), ", ".join(pillar.goals)]
    return [
        strong(v.named(pillar.id)),
        v.t(f"direction.{pillar.direction}"),
        f"{pillar.share}%",
        pillar.message,
        text(strong(v.t(f"value.{pillar.value}")), "\n", pillar.why_care),
        v.listed(v.format(one) for one in pillar.formats),
        lines(serves),
    ]


def _pillar(v: Reader, pillar: Pillar) -> list[Block]:
    """What backs a pillar, what it must not become, and its topic bank."""
    # Sources are numbered as they are cited: what is read first is built first.
    not_this = v.t("misc.not_this") if v.chinese else ""
    backing = pairs(
        (v.t("misc.proof"), v.claim(pillar.proof)), (v.t("misc.not_this"), pillar.not_this.removeprefix(not_this))
    )
    rows: list[Row] = [
        [
            topic.id,
            v.cited(titled(topic.title), topic.sources),
            topic.hook,
            topic.cta,
            v.t(f"value.{topic.value}"),
            v.format(topic.format),
            topic.persona,
        ]
        for topic in pillar.topics
    ]
    return [
        Heading(4, f"{v.named(pillar.id)}{v.t('misc.topic_bank', n=len(pillar.topics))}"),
        backing,
        table(v.cols("no", "topic_title*4", "hook*4", "cta*3", "value", "format*2", "persona"), rows),
    ]
