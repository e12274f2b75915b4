"""The ledger of language models: money is held before a call, and an answer is given again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.domain.access import SYSTEM
from core.domain.states import LlmOutcome
from core.llm_book import DatabaseLedger
from core.providers.llm.terms import Attempt, Ended, Remembered
from core.services import llm_calls
from core.services import settings as stored
from db.models import LlmAnswer, LlmCall
from db.session import Sessions, reading, transaction
from tests.conftest import Clock
from tests.factories import make_client

ANSWER = Remembered("a", "model-1", {"sentences": ["Said."]})


@pytest.fixture
def ledger(sessions: Sessions, clock: Clock) -> DatabaseLedger:
    return DatabaseLedger(sessions, clock.now, 1.0)


@pytest.fixture
def client_id(sessions: Sessions) -> int:
    with transaction(sessions) as session:
        return make_client(session).id


def attempt(client_id: int | None, micros: int) -> Attempt:
    return Attempt(client_id, "a", "model-1", "summarise", "1", micros)


def calls(sessions: Sessions) -> list[LlmCall]:
    with reading(sessions) as session:
        found = list(session.scalars(select(LlmCall).order_by(LlmCall.id)))
        session.expunge_all()  # to be looked at after the session
    return found


def spent(sessions: Sessions, client_id: int | None, clock: Clock) -> int:
    with reading(sessions) as session:
        return llm_calls.spent_micros(session, client_id, clock.now())


def test_a_call_is_on_record_before_and_after(
    ledger: DatabaseLedger, sessions: Sessions, clock: Clock, client_id: int
) -> None:
    number = ledger.begin(attempt(client_id, 600_000))
    held = spent(sessions, client_id, clock)
    assert number is not None

    ledger.end(number, Ended(LlmOutcome.ANSWERED, 812, 96, 3876, 1234.5))

    (call,) = calls(sessions)
    assert held == 600_000
    assert spent(sessions, client_id, clock) == 3876
    assert (call.outcome, call.tokens_in, call.tokens_out) == (LlmOutcome.ANSWERED, 812, 96)
    assert (call.provider, call.model, call.task, call.prompt_version) == (
        *("a", "model-1", "summarise", "1"),
    )
    assert (call.latency_ms, call.cached, call.at) == (1234.5, False, clock.now())


def test_what_the_day_does_not_cover_is_not_asked_and_the_outcome_says_so(
    ledger: DatabaseLedger, sessions: Sessions, client_id: int
) -> None:
    first, second = ledger.begin(attempt(client_id, 600_000)), ledger.begin(attempt(client_id, 1))
    third = ledger.begin(attempt(client_id, 600_000))

    assert first is not None
    assert second is not None
    assert third is None
    assert [(call.outcome, call.cost_micros) for call in calls(sessions)] == [
        (LlmOutcome.ASKED, 600_000),
        (LlmOutcome.ASKED, 1),
        (LlmOutcome.OVER_BUDGET, 0),
    ]


def test_calls_side_by_side_keep_the_budget(
    ledger: DatabaseLedger, sessions: Sessions, clock: Clock, client_id: int
) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ledger.begin, [attempt(client_id, 300_000)] * 8))

    assert len([number for number in found if number is not None]) == 3
    assert spent(sessions, client_id, clock) == 900_000


def test_every_client_and_the_agency_have_their_own_day(
    ledger: DatabaseLedger, sessions: Sessions, clock: Clock, client_id: int
) -> None:
    with transaction(sessions) as session:
        other = make_client(session).id
    all_of_it = 1_000_000

    today = [ledger.begin(attempt(who, all_of_it)) for who in (client_id, other, None)]
    again = [ledger.begin(attempt(who, all_of_it)) for who in (client_id, other, None)]
    clock.advance(timedelta(days=1))
    tomorrow = ledger.begin(attempt(client_id, all_of_it))

    assert None not in today
    assert again == [None] * 3
    assert tomorrow is not None


@pytest.mark.parametrize(
    ("value", "covered"),
    [(2_000_000, True), (10, False), (0, False), (-5, False), ("lots", False), (True, False)],
    ids=["more", "less", "nothing", "below nothing", "a word", "a switch"],
)
def test_a_client_may_have_a_budget_of_its_own(
    value: object,
    covered: bool,
    ledger: DatabaseLedger,
    sessions: Sessions,
    clock: Clock,
    client_id: int,
) -> None:
    with transaction(sessions) as session:
        stored.put(session, SYSTEM, llm_calls.BUDGET, value, client_id=client_id, now=clock.now())

    number = ledger.begin(attempt(client_id, 1_500_000))

    assert (number is not None) == covered


def test_an_answer_is_remembered_for_a_month(
    ledger: DatabaseLedger, sessions: Sessions, clock: Clock
) -> None:
    ledger.remember("k" * 64, "summarise", "1", ANSWER)
    fresh = ledger.remembered("k" * 64)
    clock.advance(days=31)
    stale = ledger.remembered("k" * 64)
    ledger.remember("l" * 64, "summarise", "1", ANSWER)

    assert fresh == ANSWER
    assert stale is None
    with reading(sessions) as session:
        assert list(session.scalars(select(LlmAnswer.key))) == ["l" * 64]


def test_a_newer_answer_takes_the_place_of_an_older(ledger: DatabaseLedger) -> None:
    newer = Remembered("b", "model-2", {"sentences": ["Newer."]})

    ledger.remember("k" * 64, "summarise", "1", ANSWER)
    ledger.remember("k" * 64, "summarise", "1", newer)

    assert ledger.remembered("k" * 64) == newer


def test_a_repeated_answer_is_on_record_and_costs_nothing(
    ledger: DatabaseLedger, sessions: Sessions, clock: Clock, client_id: int
) -> None:
    ledger.repeated(attempt(client_id, 0))

    (call,) = calls(sessions)
    assert (call.outcome, call.cached, call.cost_micros) == (LlmOutcome.REPEATED, True, 0)
    assert spent(sessions, client_id, clock) == 0


def test_what_cannot_be_written_afterwards_undoes_nothing(
    ledger: DatabaseLedger, sessions: Sessions
) -> None:
    with sessions.kw["bind"].begin() as connection:
        connection.exec_driver_sql("DROP TABLE llm_answers")
        connection.exec_driver_sql("DROP TABLE llm_calls")

    ledger.end(1, Ended(LlmOutcome.ANSWERED))
    ledger.remember("k" * 64, "summarise", "1", ANSWER)
    ledger.repeated(attempt(None, 0))

    with pytest.raises(Exception, match="llm_calls"):
        ledger.begin(attempt(None, 0))
