"""What all calls of a run share: the prefix, the ground that words are held against, the shape of the calls."""

from __future__ import annotations

from pydantic import BaseModel

from agent.brief.model import Intake
from agent.checks import CheckContext, limit_checks
from agent.checks.specificity import anchors, pattern
from agent.checks.targets import target_numbers
from agent.frame.model import Frame
from agent.knowledge import Knowledge
from agent.llm import Message, ModelSpec
from agent.plan.content import Adaptation
from agent.plan.model import MarketingPlan
from agent.stages import STAGES
from agent.words import small
from agent.words.accept import Ground
from agent.words.by_sentence import asked_for
from agent.words.digest import brief_digest, declined_digest, frame_digest
from agent.words.hush import hushed, orders_of
from agent.words.pace import Pace
from agent.words.prompts import load_prompt
from agent.words.writer import Setting


def setting_for(plan: MarketingPlan, intake: Intake, frame: Frame, knowledge: Knowledge, spec: ModelSpec) -> Setting:
    """The setting of a run; `plan` holds the playbook's words. The prefix is byte-identical for every stage; nothing in it depends on timing."""
    brief = intake.filled
    language = brief.language
    digest = "\n".join(filter(None, [brief_digest(intake), declined_digest(plan), frame_digest(frame)]))
    embargoed = [word for e in brief.embargoes for word in (e.keywords or [e.fact])]
    targets = target_numbers([{"target": o.target, "baseline": o.baseline} for o in brief.objectives])
    orders = orders_of(intake)
    said = hushed(intake.brief, orders) if orders.pieces else intake.brief
    known = f"{digest}\n{said.model_dump_json(exclude={'spans'})}"
    ground = Ground(
        language,
        known,
        never_say=(*brief.never_say, *(words for one in plan.declined for words in (one.text, one.words))),
        embargoed=tuple(embargoed),
        must_say=tuple(brief.must_say),
        targets=tuple(targets),
        names=pattern(anchors(plan, CheckContext(brief, knowledge))),
    )
    if spec.kind == "local":
        asked = (asked_for(getattr(plan, stage.id), stage.rewrites, language) for stage in STAGES)
        pace = Pace(sum(1 for one in asked for _ in one), small.seconds())
        return Setting(
            tuple(small.prefix(language)), language, ground, spec.label, "small", Fits(knowledge), orders, pace
        )
    prefix = Message("system", load_prompt("system").render({"language": language, "digest": digest}))
    return Setting((prefix,), language, ground, spec.label, "large", Fits(knowledge), orders)


class Fits:
    """Recounts a post with new words in it against its platform's hard limits."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def __call__(self, target: BaseModel, name: str, text: str) -> str:
        """ "1,050 > 1,000 characters", or "" when the text fits or belongs to no post."""
        if not isinstance(target, Adaptation) or name not in ("title", "body"):
            return ""
        title, body = (text, target.body) if name == "title" else (target.title, text)
        rows = limit_checks(self._knowledge, target.platform, target.format, title, body, target.hashtags)
        return next((f"{row.count:g} > {row.limit:g} {row.unit}" for row in rows if row.count > row.limit), "")
