"""What every provider of facts, verdicts and people keeps to when the world is unkind, over real
HTTP on loopback.
"""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from core.config import Settings
from core.domain.states import ProviderState
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain
from core.providers.registry import ADAPTERS, KEYS, NEEDS
from tests.contracts.lookup_cases import ADDRESS, CASES, FREE, KEY, PAYLOADS, Case, recorded


@pytest.fixture
def plain() -> Settings:
    """The defaults, whatever the environment says."""
    fields = Settings.model_fields.items()
    return Settings(
        _env_file=None, **{name: f.get_default(call_default_factory=True) for name, f in fields}
    )


@pytest.fixture(params=CASES.values(), ids=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    """One after the other."""
    found: Case = request.param
    return found


@pytest.fixture
def adapter(case: Case, plain: Settings, httpserver: HTTPServer) -> Any:
    """The adapter, speaking to the server on loopback."""
    return case.build(case.settings(plain, httpserver.url_for("")))


def gives(httpserver: HTTPServer, case: Case, name: str) -> None:
    found = case.recorded(name)
    httpserver.expect_request(case.path, method=case.method).respond_with_json(
        found["body"], found["status"], found["headers"]
    )


def refusal(case: Case, adapter: Any) -> ProviderError:
    """The error that a question ends with; it never tells the key, nor whom we asked about."""
    with pytest.raises(ProviderError) as caught:
        case.ask(adapter)
    error = caught.value
    told = f"{error} {error.advice} {error.sentence}"
    assert KEY not in told
    assert ADDRESS not in told
    assert error.provider == case.provider
    return error


def test_every_adapter_has_a_case_and_every_key_a_place() -> None:
    for port, free in FREE.items():
        covered = {case.provider for case in CASES.values() if case.port == port}
        assert set(ADAPTERS[port]) == covered | free
        assert set(NEEDS[port]) == covered | free - {"local"}
    assert {case.key for case in CASES.values()} <= set(KEYS)
    assert KEYS["apollo_api_key"] == ("enrichment", "apollo")


def test_every_payload_says_where_it_is_from() -> None:
    files = [recorded(path.stem) for path in PAYLOADS.glob("*.json")]

    assert files
    assert all(file["source"] and file["date"] for file in files)


@pytest.mark.parametrize(
    ("name", "kind", "advice"),
    [
        ("wrong_key", Misconfigured, "_API_KEY"),
        ("used_up", Misconfigured, "Add credits"),
        ("bad_request", Rejected, ""),
        ("in_trouble", Uncertain, ""),  # it may be billed: never asked again blindly
    ],
)
def test_a_refusal_is_one_of_four_errors(
    case: Case,
    adapter: Any,
    httpserver: HTTPServer,
    name: str,
    kind: type[ProviderError],
    advice: str,
) -> None:
    gives(httpserver, case, name)

    error = refusal(case, adapter)

    assert type(error) is kind
    assert advice in error.advice
    assert len(httpserver.log) == 1


def test_too_fast_says_when_to_come_back(case: Case, adapter: Any, httpserver: HTTPServer) -> None:
    gives(httpserver, case, "slow_down")

    error = refusal(case, adapter)

    assert isinstance(error, Unavailable)
    wait = (error.retry_at or datetime.min.replace(tzinfo=UTC)) - datetime.now(UTC)
    named = "Retry-After" in case.recorded("slow_down")["headers"]
    expected = timedelta(seconds=24 if named else 60)
    assert expected - timedelta(seconds=5) < wait <= expected


@pytest.mark.parametrize("vendor", ["apollo", "dropcontact"])
def test_a_key_that_may_not_do_this_needs_a_person(
    vendor: str, plain: Settings, httpserver: HTTPServer
) -> None:
    case = CASES[f"enrichment {vendor}"]
    gives(httpserver, case, "not_permitted")

    error = refusal(case, case.build(case.settings(plain, httpserver.url_for(""))))

    assert isinstance(error, Misconfigured)
    assert "permits" in error.advice or "credits" in error.advice or "may use" in error.advice


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>Welcome to the hotel's wifi</html>", 200, content_type="text/html"),
        Response('{"data": [', 200, content_type="application/json"),
        Response('["no", "object"]', 200, content_type="application/json"),
        Response('{"success": true, "person": 3, "matches": {}, "data": 7}', 200),
        Response("", 200),
        Response("x" * 10_000_000, 200, content_type="application/json"),
    ],
    ids=["html", "cut-json", "list", "other-shape", "empty", "10MB"],
)
def test_an_answer_that_cannot_be_read_may_be_billed(
    case: Case, adapter: Any, httpserver: HTTPServer, answer: Response
) -> None:
    httpserver.expect_request(case.path).respond_with_response(answer)

    assert type(refusal(case, adapter)) is Uncertain


def test_a_redirect_is_not_followed_and_the_key_stays(
    case: Case, adapter: Any, httpserver: HTTPServer
) -> None:
    elsewhere = httpserver.url_for("/elsewhere")
    answer = Response("", 302, {"Location": elsewhere})
    httpserver.expect_request(case.path).respond_with_response(answer)

    error = refusal(case, adapter)

    assert isinstance(error, Misconfigured)
    assert "_BASE_URL" in error.advice
    assert [request.path for request, _ in httpserver.log] == [case.path]


def test_nobody_there_is_surely_nothing(case: Case, plain: Settings) -> None:
    adapter = case.build(case.settings(plain, "http://127.0.0.1:9"))

    assert type(refusal(case, adapter)) is Unavailable


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Lets slow answers go when the test is over."""
    event = threading.Event()
    yield event
    event.set()


def test_slow_is_uncertain(
    case: Case, plain: Settings, httpserver: HTTPServer, released: threading.Event
) -> None:
    def late(_: Request) -> Response:
        released.wait(5)
        return Response("{}")

    httpserver.expect_request(case.path).respond_with_handler(late)
    settings = case.settings(plain, httpserver.url_for(""), lookup_read_seconds=0.1)
    started = time.monotonic()

    error = refusal(case, case.build(settings))
    released.set()

    assert type(error) is Uncertain
    assert time.monotonic() - started < 3


def test_cut_off_in_the_middle_is_uncertain(
    case: Case, adapter: Any, httpserver: HTTPServer
) -> None:
    half = Response('{"half', 200, {"Content-Length": "5000"}, content_type="application/json")
    half.automatically_set_content_length = False
    httpserver.expect_request(case.path).respond_with_response(half)

    assert type(refusal(case, adapter)) is Uncertain


def test_a_check_costs_nothing_and_says_what_is_left(
    case: Case, adapter: Any, httpserver: HTTPServer
) -> None:
    found = case.recorded(case.well)
    httpserver.expect_request(case.check, method="GET").respond_with_json(
        found["body"], found["status"], found["headers"]
    )

    verdict = adapter.check()

    nothing_left = (case.quota or "").startswith("0 ")
    wanted = ProviderState.DEGRADED if nothing_left else ProviderState.HEALTHY
    assert (verdict.state, verdict.quota) == (wanted, case.quota)
    assert httpserver.log[0][0].headers[case.header] == KEY


def test_a_check_names_the_key_that_is_wrong(
    case: Case, adapter: Any, httpserver: HTTPServer
) -> None:
    found = case.recorded("wrong_key")
    httpserver.expect_request(case.check).respond_with_json(found["body"], found["status"])

    verdict = adapter.check()

    assert verdict.state is ProviderState.DOWN
    assert case.key.upper() in verdict.advice


def test_without_a_key_it_is_not_set_up(case: Case, plain: Settings) -> None:
    verdict = case.build(plain).check()

    assert verdict.state is ProviderState.UNCONFIGURED
    assert case.key.upper() in verdict.advice


def test_a_key_does_not_travel_in_the_open(case: Case, plain: Settings) -> None:
    adapter = case.build(case.settings(plain, "http://api.example"))

    error = refusal(case, adapter)

    assert isinstance(error, Misconfigured)
    assert case.base.upper() in error.advice
