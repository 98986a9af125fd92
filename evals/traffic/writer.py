"""A model at work on an eval case: all stages, one stage with its upstream frozen, or one prompt for everything."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from agent.errors import CehuaError
from agent.events import Event
from agent.knowledge import load
from agent.llm import ChatModel, ModelSpec
from agent.llm.abilities import Memory
from agent.llm.client import Endpoint
from agent.llm.line import Deadline, Request
from agent.llm.usage import Usage
from agent.run.desk import Desk
from agent.run.graph import Rewriting
from agent.run.journal import Journal
from agent.run.setting import setting_for
from agent.stages import BY_ID
from agent.words.asking import Material
from agent.words.upstream import platform_passages, upstream
from agent.words.writer import StageWriter
from evals.brief import Brief
from evals.case import Case
from evals.document import Document
from evals.traffic.cassette import Tape
from evals.traffic.normal import HOST

MakeModel = Callable[[], ChatModel]


ONE_SHOT_SECONDS = 1800.0
"""What a whole plan in one answer may take."""


def replayed(spec: ModelSpec) -> ChatModel:
    """The model of a recording: the same requests, to an address where nobody is."""
    sampling = {}
    name = spec.name
    if spec.kind == "local":
        from agent.llm.catalogue import entry

        one = entry(spec.name)
        sampling, name = one.sampling, Path(one.file).stem
    endpoint = Endpoint(name, SecretStr("none"), base_url=HOST, embedded=spec.kind == "local", sampling=sampling)
    return ChatModel(spec.label, lambda: endpoint, attempts=1, deadline=60.0, pause=0.0, memory=Memory(None))


def write(
    case: Case,
    spec: ModelSpec,
    make: MakeModel,
    *,
    stage: str = "",
    watch: Callable[[Event], None] = lambda _: None,
    tape: Tape | None = None,
) -> Case:
    """The case in the model's words; `stage` rewrites that part alone, all others as the playbook left them.

    A model that fails leaves its error in the case: it counts as a failed delivery. `watch` is told every call. What the time allowed a small
    model when `tape` was recorded it is allowed again, and what it is allowed now is noted there.
    """
    return asyncio.run(_write(case, spec, make, stage, watch, tape))


async def _write(
    case: Case, spec: ModelSpec, make: MakeModel, stage: str, watch: Callable[[Event], None], tape: Tape | None
) -> Case:
    assert case.plan is not None
    assert case.intake is not None
    assert case.frame is not None
    plan = case.plan.model_copy(deep=True)
    plan.meta.model = spec.label
    knowledge = load()
    setting = setting_for(plan, case.intake, case.frame, knowledge, spec)
    if tape is not None:
        setting = replace(setting, pace=setting.pace.knowing(tape.told))
        tape.drawn = setting.pace.decided
    model = make()
    done = replace(case, plan=plan)
    try:
        with tempfile.TemporaryDirectory() as folder:
            journal = Journal(model, Path(folder))
            await model.warm(list(setting.prefix))
            if stage:
                told = upstream(plan, BY_ID[stage].depends_on)
                writer = StageWriter(
                    Material(stage, setting.language, told), setting, Desk(stage, journal, watch),
                    platform_passages(knowledge, plan.meta.language), lambda _: None,
                )  # fmt: skip
                words = await writer.write(
                    getattr(plan, stage), getattr(plan, stage).model_copy(deep=True), BY_ID[stage].rewrites
                )
                settle = BY_ID[stage].settle
                if settle:
                    settle(plan, knowledge)
                plan.words[stage] = words.summary(setting)
            else:
                async for event in Rewriting(plan, case.intake, setting, knowledge, journal, lambda: None).run():
                    watch(event)
            if journal.stopped:
                done.error = f"{type(journal.stopped).__name__}: {journal.stopped.message}"
    except CehuaError as error:
        done.error = f"{type(error).__name__}: {error.message}"
    finally:
        await model.aclose()
    done.document = Document.of_plan(plan)
    return done


ONE_SHOT = {
    "zh": "你是社交媒体策划。根据下面的需求，写一份完整的社交媒体营销策划及执行方案（Markdown），包括：摘要、市场与竞品、受众画像、定位与目标、核心策略、"
    "内容主题、内容日历、平台选择、各平台成稿、团队分工、制作与审核、互动与危机应对、社群、指标、监测复盘、风险、预算。只用需求里的事实，不编造。用{language}。",
    "en": "You are a social media planner. From the brief below write a complete social media marketing and execution plan in Markdown: summary, market and "
    "competitors, personas, positioning and goals, strategy, themes, content calendar, platforms, finished posts, team, production and review, engagement and "
    "crisis, community, KPIs, measurement, risks, budget. Use the brief's facts only, invent nothing.",
}
"""What a person would ask a model for without cehua."""


def one_shot(case: Case, make: MakeModel, *, max_tokens: int = 6000) -> Document:
    """The document that one prompt to the same model gives, asked as a person would ask: for plain text. Raises ModelError."""
    turns = one_shot_turns(case.brief)

    async def asked() -> Document:
        model = make()
        try:
            line = await model.line()
            request = Request(turns, None, "json_schema", max_tokens, None, None)
            answer = await line.ask(request, Deadline(ONE_SHOT_SECONDS), Usage())
        finally:
            await model.aclose()
        return Document.of_text(answer.content)

    return asyncio.run(asked())


def one_shot_turns(brief: Brief) -> list[dict[str, str]]:
    """The prompt."""
    language = {"zh-CN": "简体中文", "zh-TW": "繁體中文"}.get(brief.language, "")
    ask = ONE_SHOT["zh" if brief.zh else "en"].format(language=language)
    return [{"role": "system", "content": ask}, {"role": "user", "content": brief.text}]
