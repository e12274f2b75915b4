"""Traces and figures reach a real collector on loopback, and none is needed."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from core import otlp, runtime, telemetry
from core.config import Settings
from core.domain.states import JobName
from core.errors import Misconfigured, SetupError, Uncertain
from core.pipeline import runner
from core.runtime import Runtime
from core.telemetry import Telemetry
from db.session import transaction
from tests.conftest import Clock
from tests.factories import make_campaign, make_client, make_lead, make_mailbox, make_message

ROOT = Path(__file__).resolve().parents[1]
Words = dict[str, Any]


class Collector:
    """What a collector was told, decoded."""

    def __init__(self, server: HTTPServer) -> None:
        self.headers: list[dict[str, str]] = []
        self._bodies: list[tuple[str, bytes]] = []
        for path in ("/v1/traces", "/v1/metrics"):
            server.expect_request(path, method="POST").respond_with_handler(self._take)

    def _take(self, request: Request) -> Response:
        self.headers.append(dict(request.headers))
        self._bodies.append((request.path, request.get_data()))
        return Response(status=200, content_type="application/x-protobuf")

    @property
    def spans(self) -> list[Any]:
        bodies = [body for path, body in self._bodies if path.endswith("traces")]
        told = [ExportTraceServiceRequest.FromString(body) for body in bodies]
        return [
            span
            for one in told
            for resource in one.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    @property
    def figures(self) -> dict[str, list[tuple[Words, float]]]:
        """Name → (attributes, number) of the last delivery; of a histogram its count."""
        bodies = [body for path, body in self._bodies if path.endswith("metrics")]
        found: dict[str, list[tuple[Words, float]]] = {}
        for resource in ExportMetricsServiceRequest.FromString(bodies[-1]).resource_metrics:
            for metric in (one for scope in resource.scope_metrics for one in scope.metrics):
                found[metric.name] = [
                    (words(point.attributes), point.as_int) for point in metric.sum.data_points
                ] + [
                    (words(point.attributes), point.count) for point in metric.histogram.data_points
                ]
        return found

    @property
    def raw(self) -> bytes:
        return b"".join(body for _, body in self._bodies)


def words(attributes: Any) -> Words:
    """Attributes without our prefix."""
    kinds = ("string_value", "int_value", "double_value", "bool_value")
    return {
        one.key.removeprefix("aicmo."): next(
            getattr(one.value, kind) for kind in kinds if one.value.HasField(kind)
        )
        for one in attributes
    }


def approved_message(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        lead = make_lead(session, make_campaign(session, client), state="nurtured")
        make_message(session, lead, make_mailbox(session, client))


@pytest.fixture
def collector(httpserver: HTTPServer) -> Collector:
    return Collector(httpserver)


@pytest.fixture
def watched(
    settings: Settings, clock: Clock, httpserver: HTTPServer, collector: Collector
) -> Iterator[Runtime]:
    given = {"otel_endpoint": httpserver.url_for("/"), "otel_headers": SecretStr("x-team=blue, y=")}
    built = runtime.build(settings.model_copy(update=given), clock=clock.now)
    yield built
    built.close()


def test_a_run_is_a_span_with_its_stage_and_its_calls_under_it(
    watched: Runtime, collector: Collector
) -> None:
    approved_message(watched)

    result = runner.run_job(watched, JobName.DISPATCH, by="test")
    watched.close()

    by_name = {span.name: span for span in collector.spans}
    job, stage, call = (by_name[n] for n in ("job dispatch", "stage dispatch", "email folder"))
    assert (stage.parent_span_id, call.parent_span_id) == (job.span_id, stage.span_id)
    assert words(job.attributes) | {"run": 0} == {
        "job": "dispatch", "run": 0, "scope": "all", "attempt": 1, "state": "completed",
        "slot": result.slot, "sent": 1,
    }  # fmt: skip
    outcome = {"port": "email", "provider": "folder", "outcome": "answered"}
    assert outcome.items() <= words(call.attributes).items()


def test_runs_seconds_counts_calls_and_messages_are_figures(
    watched: Runtime, collector: Collector
) -> None:
    approved_message(watched)

    runner.run_job(watched, JobName.DISPATCH, by="test")
    watched.close()

    figures = collector.figures
    call = {"port": "email", "provider": "folder"}
    assert figures[telemetry.RUNS] == [({"job": "dispatch", "state": "completed"}, 1)]
    assert figures[telemetry.RUN_SECONDS] == [({"job": "dispatch"}, 1)]
    assert figures[telemetry.COUNTS] == [({"job": "dispatch", "word": "sent"}, 1)]
    assert figures[telemetry.CALLS] == [(call | {"outcome": "answered"}, 1)]
    assert figures[telemetry.CALL_SECONDS] == [(call, 1)]
    assert figures[telemetry.MESSAGES] == [({"state": "sent"}, 1)]


def test_what_people_wrote_is_not_told(watched: Runtime, collector: Collector) -> None:
    approved_message(watched)

    runner.run_job(watched, JobName.DISPATCH, by="test")
    with pytest.raises(ValueError), watched.telemetry.span("job x"):
        raise ValueError("Ada Lovelace wrote this")
    watched.close()

    written = (b"agency.example", b"Anna", b"Berg", b"Lovelace", b"Hello", b"Sam Sales")
    assert [text for text in written if text in collector.raw] == []
    assert b"ValueError" in collector.raw


def test_a_failed_call_and_a_failed_run_are_marked(watched: Runtime, collector: Collector) -> None:
    with pytest.raises(Uncertain), watched.telemetry.call("automation", "generic"):
        raise Uncertain("It broke off.")
    failing = runner.Job(JobName.TIDY, "tests.test_telemetry")

    runner.run_job(watched, JobName.TIDY, by="test", jobs_=[failing])
    watched.close()

    marked = {span.name: span.status.message for span in collector.spans if span.status.code == 2}
    assert marked == {
        "automation generic": "uncertain", "stage tidy": "Misconfigured", "job tidy": "failed"
    }  # fmt: skip


def run(*_given: object, **_named: object) -> None:
    """A stage that cannot work."""
    raise Misconfigured("No.")


def test_the_collector_gets_the_headers_that_were_set(
    watched: Runtime, collector: Collector
) -> None:
    with watched.telemetry.span("page", page="Leads"):
        pass
    watched.close()

    assert {headers.get("X-Team") for headers in collector.headers} == {"blue"}


@pytest.mark.parametrize("kind", ["refuses", "hangs"])
def test_a_collector_that_is_away_slows_nothing(
    kind: str, settings: Settings, clock: Clock, httpserver: HTTPServer, tmp_path: Path
) -> None:
    address = "http://127.0.0.1:9"
    if kind == "hangs":
        address = httpserver.url_for("/")
        httpserver.expect_request("/v1/traces").respond_with_handler(_hang)
    logs_of = tmp_path / "logs"
    rt = runtime.build(settings.model_copy(update={"otel_endpoint": address}), clock=clock.now)
    started = time.perf_counter()

    results = [runner.run_job(rt, JobName.SCORE, by="test") for _ in range(3)]
    worked = time.perf_counter() - started
    rt.close()

    assert [result.error for result in results] == [None] * 3
    assert worked < 2
    assert time.perf_counter() - started < worked + otlp.FAREWELL + 0.7
    assert not logs_of.exists()


def _hang(_request: Request) -> Response:
    time.sleep(0.5)
    return Response(status=503)


def test_an_address_that_is_none_is_a_sentence_at_the_start(settings: Settings) -> None:
    with pytest.raises(SetupError, match=r"OTEL_EXPORTER_OTLP_ENDPOINT.*http://localhost:4318"):
        runtime.build(settings.model_copy(update={"otel_endpoint": "collector:4318"}))


@pytest.mark.sqlite  # what is imported is no matter of the database
def test_without_a_collector_nothing_of_it_is_loaded(environment: dict[str, str]) -> None:
    code = (
        "import json, sys; from core import runtime; import core.pipeline.runner, pages;"
        "rt = runtime.build(); rt.close();"
        "print(json.dumps([m for m in sys.modules if m.split('.')[0] == 'opentelemetry']))"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, check=True
    )

    assert json.loads(said.stdout) == []


def test_nobody_is_told_without_a_collector(rt: Runtime) -> None:
    with rt.telemetry.span("job x", job="x") as span:
        span.tell(state="completed")
        span.failed("x")

    assert type(rt.telemetry) is Telemetry
