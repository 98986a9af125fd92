"""What there is to choose from, and what a chosen endpoint can do: behind `cehua model list` and `cehua model test`."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from agent.errors import ModelError, SetupError
from agent.llm.abilities import starting
from agent.llm.catalogue import models
from agent.llm.client import ChatModel
from agent.llm.fetch import find
from agent.llm.line import Deadline, Line, Request
from agent.llm.open import open_model
from agent.llm.prices import price_of
from agent.llm.probe import works
from agent.llm.schema import METHODS, Method
from agent.llm.spec import DEFAULT_OPENAI_MODEL, ModelSpec
from agent.llm.usage import Usage
from agent.settings import Settings

LONG_QUESTION = "Write about 120 words on how tea is made. Plain text."


def list_models(settings: Settings | None = None) -> list[dict[str, str]]:
    """What `--model` can name: the embedded models, the default first, then the endpoint that is set, then the playbook.

    Each row: spec, title, size, licence, and where it is or what to do for it.
    """
    settings = settings or Settings()
    rows = []
    for model in models():
        path = find(model.id, cache_dir=settings.cache_dir)
        rows.append(
            {
                "spec": f"local:{model.id}",
                "title": model.title,
                "size": f"{model.bytes / 1e9:.1f} GB",
                "licence": model.licence,
                "where": str(path) if path else f"not here: cehua model fetch {model.id}",
            }
        )
    key = settings.openai_api_key and settings.openai_api_key.get_secret_value()
    host = urlsplit(settings.openai_base_url or "").hostname
    rows.append(
        {
            "spec": f"openai:{DEFAULT_OPENAI_MODEL}" if not host else "openai:NAME",
            "title": host or "api.openai.com",
            "size": "-",
            "licence": "-",
            "where": f"OPENAI_API_KEY is {'set' if key else 'not set'}, OPENAI_BASE_URL is {'set' if host else 'not set'}",
        }
    )
    return rows


def try_model(spec: ModelSpec, settings: Settings | None = None, *, method: Method | None = None) -> dict[str, Any]:
    """Asks a model small questions and says what it can do; a handful of requests, under the caps that are set.

    Returns ok, model, methods (each true or false), method (the one that a plan would use), streams, tells_usage,
    temperature, seconds_to_first_text, tokens_per_second, price, requests, cost, and error when not ok. With `method`, only
    that one is tried. Not to be called while an event loop runs in this thread. Raises SetupError and CapReached.
    """
    if spec.kind == "playbook":
        raise SetupError(
            "The playbook is no model; there is nothing to try.", hint="Give --model local or openai:NAME."
        )
    settings = settings or Settings()
    return asyncio.run(_try(spec, settings, open_model(spec, settings, method=method), method))


async def _try(spec: ModelSpec, settings: Settings, model: ChatModel, only: Method | None) -> dict[str, Any]:
    price = price_of(spec, settings)
    told = f"{price.input}/{price.output}/{price.cached} USD per million tokens in/out/cached" if price else None
    report: dict[str, Any] = {"ok": False, "model": spec.label, "methods": {}, "method": None, "price": told}
    used = Usage(cost=model.spent.cost)
    try:
        line = await model.line()
        line.abilities = starting(
            line.endpoint.model, openai=line.endpoint.base_url is None, embedded=line.endpoint.embedded
        )
        await _methods(line, report, (only,) if only else METHODS, used, settings.call_timeout)
        await _speed(line, report, used, settings.call_timeout)
        report["temperature"] = line.abilities.temperature
        report["ok"] = report["method"] is not None
        if report["ok"] and not only:
            line.abilities.method = report["method"]
            line.remember(line.abilities)
    except ModelError as error:
        report["error"] = str(error)
    except TimeoutError:
        report["error"] = f"{spec.label} did not answer within {settings.call_timeout:.0f} s."
    finally:
        await model.aclose()
    if not report["ok"]:
        report.setdefault("error", f"{spec.label} gives structured answers by none of: {', '.join(report['methods'])}.")
    return report | {"requests": used.requests, "cost": None if used.cost is None else f"{used.cost:.6f}"}


async def _methods(
    line: Line, report: dict[str, Any], methods: tuple[Method, ...], used: Usage, seconds: float
) -> None:
    """Tries each method, the surest first."""
    for method in methods:
        fits = await works(line, method, Deadline(seconds), used)
        report["methods"][method] = fits
        report["method"] = report["method"] or (method if fits else None)


async def _speed(line: Line, report: dict[str, Any], used: Usage, seconds: float) -> None:
    """Times one plain answer, asked for with a temperature."""
    assumed = used.assumed
    request = Request([{"role": "user", "content": LONG_QUESTION}], None, "json_schema", 300, temperature=0.3)
    before = used.completion_tokens
    answer = await line.ask(request, Deadline(seconds), used)
    first, last = answer.first_token, answer.last_token
    report["streams"] = answer.streamed
    report["tells_usage"] = used.assumed == assumed
    report["seconds_to_first_text"] = None if first is None else round(first, 2)
    writing = (last or 0.0) - (first or 0.0)
    told = report["tells_usage"] and writing > 0.05
    report["tokens_per_second"] = round((used.completion_tokens - before) / writing, 1) if told else None
