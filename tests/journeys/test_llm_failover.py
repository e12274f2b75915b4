"""The first language model fails: the second answers in time, the breaker opens, people are told;
it recovers, and everything is as before.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import stamina
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from werkzeug import Request, Response

from core import runtime
from core.config import Settings
from core.domain.access import SYSTEM
from core.domain.states import BreakerState, LlmOutcome, ProviderState
from core.pipeline import provider_checks
from core.providers.breaker import FAILURES, FIRST_WAIT
from core.queries import health
from core.queries.health import AlarmRow, ProviderRow
from core.runtime import Runtime
from db.models import LlmCall
from db.session import reading, transaction
from tests.conftest import Clock
from tests.contracts.llm_cases import CASES
from tests.factories import make_client


@dataclass
class Vendors:
    """Two vendors on loopback; the first can be out of order."""

    broken: bool = True
    asked: list[str] = field(default_factory=list)

    def first(self, _request: Request) -> Response:
        self.asked.append("anthropic")
        case = CASES["anthropic"]
        return _given(case.recorded("in_trouble") if self.broken else case.answered(SAID))

    def models(self, request: Request) -> Response:
        keyed = request.headers.get("anthropic-version")
        case = CASES["anthropic" if keyed else "openai"]
        return _given(case.recorded("in_trouble" if self.broken and keyed else "models"))

    def second(self, _request: Request) -> Response:
        self.asked.append("openai")
        return _given(CASES["openai"].answered(SAID))


SAID = {"sentences": ["All went well."]}


@pytest.fixture
def vendors(httpserver: HTTPServer) -> Vendors:
    found = Vendors()
    httpserver.expect_request("/v1/messages").respond_with_handler(found.first)
    httpserver.expect_request("/v1/responses").respond_with_handler(found.second)
    return found


@pytest.fixture
def rt(settings: Settings, clock: Clock, httpserver: HTTPServer) -> Iterator[Runtime]:
    """A runtime with two vendors on loopback, and no waits between attempts."""
    root = httpserver.url_for("")
    for name in ("anthropic", "openai"):
        settings = CASES[name].settings(settings, root)
    built = runtime.build(settings, clock=clock.now)
    with stamina.set_testing(True, attempts=3):
        yield built
    built.close()


@pytest.fixture
def client_id(rt: Runtime) -> int:
    with transaction(rt.sessions) as session:
        return make_client(session).id


def first(rt: Runtime) -> ProviderRow:
    """What the health page shows of the first."""
    rt.providers.book.flush()
    with reading(rt.sessions) as session:
        rows = health.providers(session, SYSTEM)
    return next(row for row in rows if row.provider == "anthropic")


def on_record(rt: Runtime) -> list[LlmCall]:
    with reading(rt.sessions) as session:
        found = list(session.scalars(select(LlmCall).order_by(LlmCall.id)))
        session.expunge_all()  # to be looked at after the session
    return found


def test_the_second_answers_until_the_first_is_well_again(
    rt: Runtime, vendors: Vendors, clock: Clock, client_id: int
) -> None:
    llm = rt.providers.llm_for(client_id)

    failing = [llm.summarise([f"Text {n}."]) for n in range(FAILURES)]
    down = first(rt)
    held_back = llm.summarise(["While it is held back."])
    asked_while_open = vendors.asked[3 * FAILURES + FAILURES :]
    vendors.broken = False
    clock.advance(FIRST_WAIT)
    recovered = llm.summarise(["After it recovered."])
    well = first(rt)

    assert {draft.model for draft in [*failing, held_back]} == {"gpt-5.4-mini-2026-03-17"}
    assert vendors.asked[:4] == ["anthropic"] * 3 + ["openai"]
    assert (down.state, down.breaker) == (ProviderState.DOWN, BreakerState.OPEN)
    assert down.last_error == "Anthropic is in trouble (529, overloaded_error)."
    assert asked_while_open == ["openai"]
    assert recovered.model == "claude-sonnet-5-5"
    assert well.breaker is BreakerState.CLOSED
    assert well.failures_in_row == 0


def test_a_first_that_is_still_ill_is_held_back_twice_as_long(
    rt: Runtime, vendors: Vendors, clock: Clock
) -> None:
    llm = rt.providers.llm
    for number in range(FAILURES):
        llm.summarise([f"Text {number}."])
    clock.advance(FIRST_WAIT)

    llm.summarise(["Once more."])

    row = first(rt)
    assert row.breaker is BreakerState.OPEN
    assert row.breaker_until == clock.now() + 2 * FIRST_WAIT
    assert vendors.asked[-1] == "openai"


def test_every_attempt_is_on_record_with_its_client_and_an_identical_prompt_costs_nothing(
    rt: Runtime, vendors: Vendors, client_id: int
) -> None:
    llm = rt.providers.llm_for(client_id)

    first_time, second_time = llm.summarise(["One text."]), llm.summarise(["One text."])

    calls = on_record(rt)
    assert first_time == second_time
    assert [(call.provider, call.outcome) for call in calls] == [
        *[("anthropic", LlmOutcome.UNAVAILABLE)] * 3,
        ("openai", LlmOutcome.ANSWERED),
        ("openai", LlmOutcome.REPEATED),
    ]
    assert {call.client_id for call in calls} == {client_id}
    assert [call.cost_micros for call in calls] == [0, 0, 0, CASES["openai"].cost_micros, 0]
    assert len(vendors.asked) == 4


def test_when_the_money_is_used_up_fixed_words_answer(
    settings: Settings, clock: Clock, httpserver: HTTPServer, vendors: Vendors
) -> None:
    poor = CASES["openai"].settings(settings, httpserver.url_for(""), llm_daily_budget=0.001)
    rt = runtime.build(poor, clock=clock.now)

    draft = rt.providers.llm.summarise(["A text of one sentence."])

    (call,) = on_record(rt)
    rt.close()
    assert draft.model == "template"
    assert (call.provider, call.outcome) == ("openai", LlmOutcome.OVER_BUDGET)
    assert not vendors.asked


def test_a_wrong_key_of_the_first_is_told_and_the_second_answers(
    settings: Settings, clock: Clock, httpserver: HTTPServer, vendors: Vendors
) -> None:
    root = httpserver.url_for("")
    both = CASES["openai"].settings(CASES["anthropic"].settings(settings, root), root)
    torn = both.model_copy(update={"anthropic_api_key": SecretStr("ab\ncd")})
    rt = runtime.build(torn, clock=clock.now)

    draft = rt.providers.llm.summarise(["A text."])

    row = first(rt)
    rt.close()
    assert draft.text == "All went well."
    assert row.state is ProviderState.DOWN
    assert row.advice is not None
    assert row.advice.endswith("set ANTHROPIC_API_KEY.")
    assert "ab" not in (row.last_error or "").split()


def test_checks_raise_one_alarm_and_clear_it(
    rt: Runtime, vendors: Vendors, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/v1/models").respond_with_handler(vendors.models)

    raised = [alarm for _ in range(2) for alarm in alarms_after_checks(rt)]
    vendors.broken = False
    cleared = alarms_after_checks(rt)

    assert [alarm.title for alarm in raised] == ["Anthropic is down (language models)"] * 2
    assert raised[0].since == raised[1].since
    assert raised[0].advice.startswith("Anthropic is in trouble (529, overloaded_error). Wait")
    assert cleared == []


def alarms_after_checks(rt: Runtime) -> list[AlarmRow]:
    provider_checks.run(rt)
    with reading(rt.sessions) as session:
        return [row for row in health.alarms(session, SYSTEM) if ":llm:" in row.key]


def _given(found: dict[str, object]) -> Response:
    return Response(
        json.dumps(found["body"]), int(str(found["status"])), content_type="application/json"
    )
