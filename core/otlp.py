"""OpenTelemetry: spans and figures go to a collector by OTLP over HTTP, from threads of their own.

A collector that is away costs the work nothing: what cannot be kept in a small queue is dropped,
and the end of a process waits a moment at most. Imported only where a collector is named.
"""

import logging
import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Any

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import Counter, Histogram
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span as Otel
from opentelemetry.trace import Status, StatusCode

from core import logs
from core.config import Settings
from core.telemetry import FIGURES, Span, Telemetry, Word

DELIVERY = 5.0  # seconds that one delivery may take
FAREWELL = 1.0  # seconds that the end of a process waits
EVERY = 15_000  # milliseconds between two deliveries of figures
QUIET = 60.0  # seconds between two complaints
PREFIX = "aicmo."

log = logs.get("telemetry")


class _Span(Span):
    def __init__(self, inner: Otel) -> None:
        self._inner = inner

    def tell(self, **words: Word) -> None:
        self._inner.set_attributes(_named(words))

    def failed(self, kind: str) -> None:
        self._inner.set_status(Status(StatusCode.ERROR, kind))


class Collected(Telemetry):
    """Tells a collector; threads may share it."""

    def __init__(self, settings: Settings, endpoint: str) -> None:
        self._closed = False
        root = endpoint.rstrip("/")
        headers = _headers(settings)
        resource = Resource.create(
            {
                "service.name": settings.otel_service,
                "service.instance.id": f"{platform.node()}:{os.getpid()}",
            }
        )
        self._spans = TracerProvider(resource=resource, shutdown_on_exit=False)
        to_traces = OTLPSpanExporter(f"{root}/v1/traces", headers=headers, timeout=DELIVERY)
        self._spans.add_span_processor(BatchSpanProcessor(to_traces))
        self._tracer = self._spans.get_tracer("aicmo")
        to_figures = OTLPMetricExporter(f"{root}/v1/metrics", headers=headers, timeout=DELIVERY)
        reader = PeriodicExportingMetricReader(to_figures, export_interval_millis=EVERY)
        self._figures = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
        meter = self._figures.get_meter("aicmo")
        self._histograms: dict[str, Histogram] = {}
        self._counters: dict[str, Counter] = {}
        for name, (unit, meaning) in FIGURES.items():
            if unit == "s":
                self._histograms[name] = meter.create_histogram(name, unit, meaning)
            else:
                self._counters[name] = meter.create_counter(name, unit, meaning)

    @contextmanager
    def span(self, name: str, **words: Word) -> Iterator[Span]:
        """Children are found by the thread's context. Of an exception only its kind is told."""
        with self._tracer.start_as_current_span(
            name, attributes=_named(words), record_exception=False, set_status_on_exception=False
        ) as inner:
            span = _Span(inner)
            try:
                yield span
            except Exception as error:
                span.failed(type(error).__name__)
                raise

    def past(self, name: str, seconds: float, *, failed: str = "", **words: Word) -> None:
        """Under whatever span is open."""
        ended = time.time_ns()
        started = ended - int(seconds * 1e9)
        inner = self._tracer.start_span(name, attributes=_named(words), start_time=started)
        if failed:
            inner.set_status(Status(StatusCode.ERROR, failed))
        inner.end(ended)

    def count(self, figure: str, number: int = 1, /, **words: Word) -> None:
        """Numbers below 1 are no news."""
        if number > 0:
            self._counters[figure].add(number, _named(words))

    def took(self, figure: str, seconds: float, /, **words: Word) -> None:
        """One value of a histogram."""
        self._histograms[figure].record(seconds, _named(words))

    def close(self) -> None:
        """In threads, so that a collector that is away holds nobody up."""
        if self._closed:
            return
        self._closed = True
        ends = [
            Thread(target=provider.shutdown, daemon=True, name="telemetry")
            for provider in (self._spans, self._figures)
        ]
        for end in ends:
            end.start()
        give_up = time.monotonic() + FAREWELL
        for end in ends:
            end.join(max(0.0, give_up - time.monotonic()))


def build(settings: Settings, endpoint: str) -> Collected:
    """Begins to tell. The SDK's own complaints go to our log, without the collector's address."""
    theirs = logging.getLogger("opentelemetry")
    if not any(isinstance(one, _Complaints) for one in theirs.handlers):
        theirs.addHandler(_Complaints())
        theirs.propagate = False
    return Collected(settings, endpoint)


class _Complaints(logging.Handler):
    """One line a minute at most: a collector that is away is no reason to fill the disk."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._told_at = float("-inf")

    def emit(self, record: logging.LogRecord) -> None:
        if time.monotonic() - self._told_at > QUIET:
            self._told_at = time.monotonic()
            log.warning("telemetry was not delivered", reason=str(record.msg))


def _named(words: Mapping[str, Word]) -> dict[str, Any]:
    """Our names, apart from everybody else's; what is empty is left out."""
    return {PREFIX + name: value for name, value in words.items() if value != ""}


def _headers(settings: Settings) -> dict[str, str]:
    """`name=value` with commas between, as OTEL_EXPORTER_OTLP_HEADERS has them."""
    given = settings.otel_headers.get_secret_value() if settings.otel_headers else ""
    pairs = (part.partition("=") for part in given.split(",") if "=" in part)
    return {name.strip(): value.strip() for name, _, value in pairs}
