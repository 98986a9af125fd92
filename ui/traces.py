"""Traces for OpenTelemetry: a span a request and a span a run. Off, with nothing imported and nothing sent, until an OTLP endpoint is configured.

The standard variables count: OTEL_EXPORTER_OTLP_ENDPOINT (or ..._TRACES_ENDPOINT) turns it on, OTEL_SDK_DISABLED off again, OTEL_SERVICE_NAME
names the service. Spans carry what the log carries: ids, routes, states, times; never a word of a brief.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent.errors import SetupError
from agent.version import __version__

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Traces:
    """Where spans go; nowhere until `begin`."""

    def __init__(self) -> None:
        self._tracer: Tracer | None = None
        self._provider: Any = None

    @property
    def on(self) -> bool:
        """Whether spans go anywhere."""
        return self._tracer is not None

    def begin(self, environment: Mapping[str, str] = os.environ, exporter: SpanExporter | None = None) -> None:
        """Begins when the environment names an endpoint, or with an exporter. Raises SetupError when the extra is missing."""
        named = any(environment.get(one) for one in ENDPOINTS)
        if environment.get("OTEL_SDK_DISABLED", "").lower() == "true" or not (named or exporter):
            return
        try:
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ModuleNotFoundError as error:
            raise SetupError(f"Traces need the package {error.name}.", hint="Install cehua[otel].") from error
        name = environment.get("OTEL_SERVICE_NAME") or "cehua"
        self._provider = TracerProvider(resource=Resource({"service.name": name, "service.version": __version__}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("cehua")

    def record(
        self, name: str, seconds: float, fields: Mapping[str, str | int | float], *, wrong: bool = False
    ) -> None:
        """A span that ended now after `seconds`."""
        if self._tracer is None:
            return
        from opentelemetry.trace import StatusCode

        ended = time.time_ns()
        attributes = {f"cehua.{key}": value for key, value in fields.items() if value != ""}
        span = self._tracer.start_span(name, start_time=ended - int(seconds * 1e9), attributes=attributes)
        if wrong:
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    def end(self) -> None:
        """Sends what is left, for five seconds at most."""
        if self._provider is not None:
            self._provider.force_flush(5000)
            self._provider.shutdown()
            self._tracer = self._provider = None


TRACES = Traces()
"""Those of this process."""
