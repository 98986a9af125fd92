"""Prompts: what a model would be told holds what the client said. No model is asked."""

from __future__ import annotations

from collections.abc import Iterator

from agent.knowledge import load
from agent.llm import ModelSpec
from agent.run.setting import setting_for
from agent.stages import STAGES
from agent.words.asking import Material, first
from agent.words.items import groups
from agent.words.upstream import upstream
from evals.document import Document
from evals.scorers.base import Criterion, Subject, scorer, yes
from evals.scorers.said import days, holds, sums


@scorer("prompts", "The rendered prompts carry the brand, the money, the period and the prohibitions")
def prompts(subject: Subject) -> Iterator[Criterion]:
    """Of a large model: the prefix that all calls share, and the first call of every stage."""
    case = subject.case
    if case is None or case.plan is None or case.intake is None or case.frame is None:
        return
    setting = setting_for(case.plan, case.intake, case.frame, load(), ModelSpec("openai", "eval"))
    prefix = Document.of_text("\n".join(message.content for message in setting.prefix))
    plan = case.plan
    total = plan.budget.total_cents / 100
    yield yes("brand", holds(prefix, plan.meta.brand), "the prefix does not name the brand")
    yield yes(
        "money", not total or any(holds(prefix, one) for one in _sums(total)), "the prefix does not tell the budget"
    )
    yield yes(
        "period",
        all(any(d in prefix.plain for d in days(day)) for day in (plan.meta.start, plan.meta.end)),
        "no period",
    )
    wanted = dict.fromkeys((*subject.brief.expect.never, *case.intake.filled.never_say))
    forbidden = [word for word in wanted if not holds(prefix, word)]
    yield yes("prohibited", not forbidden, f"not told: {', '.join(forbidden)}")
    unsaid = [word for word in case.intake.filled.must_say[:5] if not holds(prefix, word[:20])]
    yield yes("must_say", not unsaid, f"not told: {', '.join(unsaid)}")
    for stage in STAGES:
        part = getattr(plan, stage.id)
        told = upstream(plan, stage.depends_on)
        asked = [
            first(setting.prefix, group, Material(stage.id, setting.language, told))
            for rewrite in stage.rewrites
            if rewrite.size in ("any", setting.size)
            for group in groups(part, part, rewrite)[:1]
        ]
        whole = bool(asked) and all(len(one[-1].content) > 100 for one in asked)
        yield yes(
            f"stage.{stage.id}",
            whole and (not told or told[:40] in asked[0][-1].content),
            "no prompt, or not what it depends on",
        )


def _sums(total: float) -> list[str]:
    from decimal import Decimal

    return [*sums(Decimal(f"{total:.2f}")), f"{total:.2f}"]
