"""From a model's name to a model that answers: `open_model` for the run, `ping` for a trial."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import BaseModel, Field, SecretStr

from agent.errors import ModelError, SetupError
from agent.llm.catalogue import entry, models
from agent.llm.client import ChatModel, Endpoint, Message
from agent.llm.embedded import DEFAULT_CONTEXT, DEFAULT_PARALLEL, serve, warm
from agent.llm.fetch import find
from agent.llm.spec import ModelSpec
from agent.settings import Settings

EMBEDDED_DEADLINE = 900.0
"""Least wall-clock limit of a call, in seconds: an embedded model is slow, and requests wait for each other."""


def open_model(
    spec: ModelSpec,
    settings: Settings | None = None,
    *,
    context: int = DEFAULT_CONTEXT,
    parallel: int = DEFAULT_PARALLEL,
) -> ChatModel:
    """The chat model of a spec; nothing is sent or loaded before its first call.

    `context` and `parallel` go to the embedded model. Raises SetupError when a key, a file or a package is missing, and
    ValueError for the playbook, which is no chat model.
    """
    settings = settings or Settings()
    if spec.kind == "openai":
        remote = _remote(spec, settings)
        return ChatModel(spec.label, lambda: remote, deadline=settings.call_timeout)
    if spec.kind == "local":
        path = _local_file(spec, settings)
        sampling = {} if spec.name.endswith(".gguf") else entry(spec.name).sampling
        return ChatModel(
            spec.label,
            lambda: Endpoint(
                model=path.stem,
                api_key=SecretStr("none"),
                base_url=serve(path, threads=settings.threads or 0, parallel=parallel, context=context),
                embedded=True,
                warm=lambda messages: warm(path, messages),
                sampling=sampling,
            ),
            deadline=max(EMBEDDED_DEADLINE, settings.call_timeout),
        )
    raise ValueError("The playbook is not a chat model.")


def _remote(spec: ModelSpec, settings: Settings) -> Endpoint:
    key = settings.openai_api_key
    if not (key and key.get_secret_value()) and not settings.openai_base_url:
        raise SetupError(
            f"No API key for the model {spec.label}.",
            hint="Set OPENAI_API_KEY in .env, or run with --model local or --model playbook.",
        )
    return Endpoint(model=spec.name, api_key=key or SecretStr("none"), base_url=settings.openai_base_url or None)


def _local_file(spec: ModelSpec, settings: Settings) -> Path:
    path = find(spec.name, cache_dir=settings.cache_dir)
    if path:
        return path
    if spec.name.endswith(".gguf"):
        raise SetupError(f"There is no model file at {spec.name}.", hint="Check the path after local:.")
    wanted = entry(spec.name)
    raise SetupError(
        f"The model {wanted.id} is not on this machine.",
        hint=f"Run `cehua model fetch` ({wanted.bytes / 1e9:.1f} GB), or use --model playbook.",
    )


def list_models(settings: Settings | None = None) -> list[dict[str, str]]:
    """The embedded models, the default first: spec, title, size, licence and the file's path or the command that fetches it."""
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
    return rows


class _Ping(BaseModel):
    city: str = Field(max_length=40)


def ping(spec: ModelSpec, settings: Settings | None = None) -> dict[str, object]:
    """Asks the model one small question.

    Returns {ok: True, model, answer, seconds, prompt_tokens, completion_tokens} or {ok: False, model, error}.
    Not to be called while an event loop runs in this thread. Raises SetupError as `open_model` does.
    """
    if spec.kind == "playbook":
        raise SetupError(
            "The playbook is no model; there is nothing to try.", hint="Give --model local or openai:NAME."
        )
    model = open_model(spec, settings)
    question = [Message("user", 'In which city does the Eiffel Tower stand? Answer as JSON: {"city": "…"}')]
    try:
        reply = asyncio.run(model.complete(question, _Ping, max_tokens=200))
    except ModelError as error:
        return {"ok": False, "model": spec.label, "error": str(error)}
    return {
        "ok": True,
        "model": spec.label,
        "answer": reply.value.city,
        "seconds": round(reply.seconds, 2),
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
    }
