"""From a model's name to a model that answers, under the limits and caps that are set."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr

from agent.errors import SetupError
from agent.llm.abilities import Memory
from agent.llm.breaker import Breaker
from agent.llm.catalogue import entry
from agent.llm.client import ChatModel
from agent.llm.embedded import DEFAULT_PARALLEL, serve, warm
from agent.llm.fetch import find
from agent.llm.gate import Gate
from agent.llm.meter import Meter
from agent.llm.prices import price_of
from agent.llm.schema import Method
from agent.llm.spec import ModelSpec
from agent.llm.wire import Endpoint
from agent.settings import Settings

EMBEDDED_DEADLINE = 900.0
"""Least wall-clock limit of a call, in seconds: an embedded model is slow, and requests wait for each other."""

_gates: dict[tuple[object, ...], Gate] = {}
_opening = threading.Lock()


def open_model(
    spec: ModelSpec,
    settings: Settings | None = None,
    *,
    context: int = 0,
    parallel: int = 0,
    method: Method | None = None,
    meter: Meter | None = None,
    gate: Gate | None = None,
    breaker: Breaker | None = None,
) -> ChatModel:
    """The chat model of a spec; nothing is sent or loaded before its first call.

    Limits and caps come from the settings. Models of the same endpoint and account share its limits within this process.
    `context` and `parallel` go to the embedded model (0: the settings', else what the machine allows); `method` forces one way to structured answers; a `meter` of one's
    own puts several models under one cap, as `gate` and `breaker` put those of a hosted endpoint
    under one limit. Raises SetupError when a key, a file, a package or a price is missing, and
    ValueError for the playbook, which is no chat model.
    """
    settings = settings or Settings()
    if spec.kind == "playbook":
        raise ValueError("The playbook is not a chat model.")
    meter = meter or open_meter(spec, settings)
    memory = Memory(settings.cache_dir / "endpoints")
    if spec.kind == "openai":
        hosted = remote(spec, settings)
        return ChatModel(
            spec.label,
            lambda: hosted,
            deadline=settings.call_timeout,
            patience=settings.patience,
            gate=gate or _gate(hosted.base_url or "", _account(hosted.api_key), spec.name, settings, settings.parallel),
            breaker=breaker,
            meter=meter,
            memory=memory,
            method=method,
        )
    path = _local_file(spec, settings)
    slots = parallel or settings.slots or DEFAULT_PARALLEL
    sampling = {} if spec.name.endswith(".gguf") else entry(spec.name).sampling
    return ChatModel(
        spec.label,
        lambda: Endpoint(
            model=path.stem,
            api_key=SecretStr("none"),
            base_url=serve(
                path, threads=settings.threads or 0, parallel=slots, context=context or settings.context or 0
            ),
            embedded=True,
            warm=lambda messages: warm(path, messages, settings.cache_dir / "prefixes"),
            sampling=sampling,
        ),
        deadline=max(EMBEDDED_DEADLINE, settings.call_timeout),
        patience=settings.patience,
        gate=_gate(str(path), "", "", settings, slots),
        meter=meter,
        memory=memory,
        method=method,
    )


def open_meter(spec: ModelSpec, settings: Settings, secure: Callable[[Decimal, int], None] | None = None) -> Meter:
    """The meter of a run: the model's price and the caps that are set; `secure` as the meter has it.

    Raises SetupError when money is capped and the price is not known.
    """
    price = price_of(spec, settings)
    if settings.max_cost is not None and price is None:
        raise SetupError(
            f"The price of {spec.label} is not known, so that its cost cannot be capped.",
            hint="Give --price IN/OUT (CEHUA_PRICE), in USD per million tokens, or cap the tokens with --max-tokens.",
            where="--max-cost",
        )
    return Meter(price, max_cost=settings.max_cost, max_tokens=settings.max_tokens, secure=secure)


def _gate(address: str, account: str, model: str, settings: Settings, parallel: int) -> Gate:
    """The gate that everything in this process shares for one endpoint, account and model under the same limits."""
    limits = (parallel, settings.rpm, settings.tpm)
    with _opening:
        return _gates.setdefault(
            (address, account, model, limits), Gate(parallel=parallel, rpm=settings.rpm, tpm=settings.tpm)
        )


def _account(key: SecretStr) -> str:
    """Tells accounts apart without holding their keys."""
    return hashlib.sha256(key.get_secret_value().encode()).hexdigest()


def remote(spec: ModelSpec, settings: Settings) -> Endpoint:
    """The hosted endpoint of a spec. Raises SetupError when neither a key nor an address is set."""
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
