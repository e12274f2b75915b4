"""Health is a by-product of the calls: averages, hours, breakers, and a state in one word."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.access import SYSTEM, Viewer
from core.domain.states import BreakerState, ProviderState
from core.health_book import DatabaseBook
from core.providers.breaker import Breaker
from core.providers.health import Call
from core.providers.limits import Limit
from core.queries import health
from core.queries.health import ProviderRow
from core.runtime import Runtime
from core.services import health as service
from db.session import Sessions, connect, reading, sessions_for, transaction
from tests.conftest import Clock
from tests.factories import NOW, make_client, make_mailbox, viewer_of

PLACE = ("enrichment", "acme", "")


@pytest.fixture
def book(rt: Runtime) -> DatabaseBook:
    return DatabaseBook(rt.sessions, rt.now)


def call(ok: bool | None = True, **given: object) -> Call:
    values = {"latency_ms": 100.0, "breaker": Breaker(), "part": ""} | given
    return Call(port="enrichment", provider="acme", ok=ok, **values)


def rows(rt: Runtime, viewer: Viewer = SYSTEM) -> dict[str, ProviderRow]:
    with reading(rt.sessions) as session:
        return {row.provider: row for row in health.providers(session, viewer)}


def known(rt: Runtime, book: DatabaseBook, *calls: Call) -> ProviderRow:
    for made in calls:
        book.record(made)
    book.flush()
    return rows(rt)["acme"]


def test_good_calls_make_a_healthy_provider(rt: Runtime, book: DatabaseBook) -> None:
    row = known(rt, book, call(latency_ms=100.0), call(latency_ms=200.0))

    assert (row.state, row.success, row.calls) == (ProviderState.HEALTHY, 1.0, 2)
    assert row.latency_ms == pytest.approx(110.0)
    assert row.last_success_at == NOW


def test_one_failure_degrades_and_says_what_to_do(rt: Runtime, book: DatabaseBook) -> None:
    bad = call(False, error="It failed for anna@firm.example.", advice="Wait.")

    row = known(rt, book, call(), bad)

    assert (row.state, row.success, row.advice) == (ProviderState.DEGRADED, 0.9, "Wait.")
    assert row.last_error == "It failed for ***"


def test_it_recovers_with_the_next_success(rt: Runtime, book: DatabaseBook) -> None:
    row = known(rt, book, call(), call(False), call())

    assert (row.state, row.failures_in_row, row.advice) == (ProviderState.HEALTHY, 0, None)


def test_an_open_breaker_is_down(rt: Runtime, book: DatabaseBook) -> None:
    breaker = Breaker(BreakerState.OPEN, 5, NOW + timedelta(seconds=30))

    row = known(rt, book, call(False, breaker=breaker))

    assert (row.state, row.breaker, row.breaker_until) == (
        ProviderState.DOWN,
        BreakerState.OPEN,
        breaker.until,
    )


def test_a_wrong_key_is_down_at_once(rt: Runtime, book: DatabaseBook) -> None:
    assert known(rt, book, call(False, misconfigured=True)).state is ProviderState.DOWN


def test_a_no_counts_neither_way(rt: Runtime, book: DatabaseBook) -> None:
    row = known(rt, book, call(None))

    assert (row.success, row.calls, row.state) == (None, 1, ProviderState.HEALTHY)


def test_hours_add_up_for_those_who_see_all(rt: Runtime, book: DatabaseBook, clock: Clock) -> None:
    known(rt, book, call(latency_ms=100), call(False, latency_ms=300))
    clock.advance(hours=1)
    known(rt, book, call(latency_ms=50), call(None))

    with reading(rt.sessions) as session:
        hours = health.history(session, SYSTEM, "enrichment", "acme", since=NOW)
        hidden = health.history(session, viewer_of(), "enrichment", "acme", since=NOW)

    assert [(h.ok, h.failed, h.latency_ms) for h in hours] == [(1, 1, 200.0), (1, 0, 50.0)]
    assert hidden == ()


def test_another_process_learns_of_a_breaker(rt: Runtime, book: DatabaseBook) -> None:
    breaker = Breaker(BreakerState.OPEN, 5, NOW + timedelta(minutes=1))
    other = DatabaseBook(rt.sessions, rt.now)
    before = other.standing(*PLACE)

    known(rt, book, *[call(False)] * 4, call(False, breaker=breaker))
    other.forget()

    assert (before.breaker, other.standing(*PLACE).breaker) == (Breaker(), breaker)


def test_what_goes_well_is_held_back_and_kept_in_mind(rt: Runtime, book: DatabaseBook) -> None:
    book.record(call())
    book.record(call())
    held = rows(rt)["acme"].calls

    book.flush()

    assert (held, rows(rt)["acme"].calls) == (1, 2)


def test_a_breaker_that_is_held_back_survives_reading_anew(rt: Runtime, book: DatabaseBook) -> None:
    book.record(call())
    book.hold(*PLACE, Breaker(failures=2))
    book.record(call(breaker=Breaker(failures=2)))

    book.forget()

    assert book.standing(*PLACE).breaker.failures == 2


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Sessions]:
    engine = connect(f"sqlite:///{tmp_path / 'nothing.db'}")
    yield sessions_for(engine)
    engine.dispose()


def test_a_book_that_cannot_be_written_never_undoes_the_call(broken: Sessions, rt: Runtime) -> None:
    DatabaseBook(broken, rt.now).record(call(False))


def test_a_check_says_how_a_provider_stands(rt: Runtime, book: DatabaseBook) -> None:
    known(rt, book, call())
    down = {"reason": "No answer.", "advice": "Wait.", "quota": "5 left", "now": NOW}

    with transaction(rt.sessions) as session:
        moved = service.record_check(session, PLACE, ProviderState.DOWN, **down)

    row = rows(rt)["acme"]
    assert moved == (ProviderState.HEALTHY, ProviderState.DOWN)
    assert (row.last_error, row.advice, row.quota) == ("No answer.", "Wait.", "5 left")
    assert row.checked_at == NOW


def test_what_the_last_answer_said_is_left_outlives_a_check_that_tells_nothing(
    rt: Runtime, book: DatabaseBook
) -> None:
    known(rt, book, call(quota="9 of 10 requests"), call(quota=None))
    good = {"reason": "", "advice": "", "quota": None, "now": NOW}

    with transaction(rt.sessions) as session:
        service.record_check(session, PLACE, ProviderState.HEALTHY, **good)

    assert rows(rt)["acme"].quota == "9 of 10 requests"


def test_a_good_check_closes_the_breaker(rt: Runtime, book: DatabaseBook) -> None:
    known(rt, book, *[call()] * 9, call(False, breaker=Breaker(BreakerState.OPEN, 5, NOW)))
    good = {"reason": "", "advice": "", "quota": None, "now": NOW}

    with transaction(rt.sessions) as session:
        service.record_check(session, PLACE, ProviderState.HEALTHY, **good)

    row = rows(rt)["acme"]
    assert (row.state, row.breaker) == (ProviderState.HEALTHY, BreakerState.CLOSED)


def test_what_is_not_set_up_is_unconfigured_until_a_call_goes_well(
    rt: Runtime, book: DatabaseBook
) -> None:
    none = {"reason": "No key.", "advice": "Set one.", "quota": None, "now": NOW}
    with transaction(rt.sessions) as session:
        service.record_check(session, PLACE, ProviderState.UNCONFIGURED, **none)
    unset = rows(rt)["acme"]

    row = known(rt, book, call())

    assert (unset.state, unset.configured) == (ProviderState.UNCONFIGURED, False)
    assert (row.state, row.configured) == (ProviderState.HEALTHY, True)


def test_an_unconfigured_provider_that_fails_stays_unconfigured(
    rt: Runtime, book: DatabaseBook
) -> None:
    none = {"reason": "No key.", "advice": "Set one.", "quota": None, "now": NOW}
    with transaction(rt.sessions) as session:
        service.record_check(session, PLACE, ProviderState.UNCONFIGURED, **none)

    assert known(rt, book, call(False)).state is ProviderState.UNCONFIGURED


def test_a_mailboxs_health_is_its_clients_alone(rt: Runtime, book: DatabaseBook) -> None:
    with transaction(rt.sessions) as session:
        ours, theirs = make_client(session), make_client(session)
        box = make_mailbox(session, theirs)
    known(rt, book, call(), call(part=f"mailbox:{box.id}"), call(part="mailbox:999"))

    with reading(rt.sessions) as session:
        mine = health.providers(session, viewer_of(ours))
        whose = health.providers(session, viewer_of(theirs))

    assert [row.part for row in mine] == [""]
    assert [row.mailbox for row in whose] == [None, box.address]


def test_a_success_from_before_a_later_failure_closes_nothing(
    rt: Runtime, book: DatabaseBook, clock: Clock
) -> None:
    other = DatabaseBook(rt.sessions, rt.now)
    known(rt, book, call())
    book.record(call())  # held back
    clock.advance(seconds=1)
    open_ = Breaker(BreakerState.OPEN, 5, clock.now() + timedelta(minutes=1))
    other.record(call(False, breaker=open_))

    book.flush()

    assert rows(rt)["acme"].breaker is BreakerState.OPEN


def test_failures_in_two_processes_add_up(rt: Runtime, book: DatabaseBook) -> None:
    other = DatabaseBook(rt.sessions, rt.now)
    for number in range(1, 5):
        one = (book, other)[number % 2]
        one.look()
        seen = one.standing(*PLACE).breaker.failures
        one.record(call(False, breaker=Breaker(failures=seen + 1)))

    book.look()

    assert book.standing(*PLACE).breaker.failures == 4


def test_one_of_two_processes_gets_the_try_of_an_open_breaker(
    rt: Runtime, book: DatabaseBook
) -> None:
    known(rt, book, call(False, breaker=Breaker(BreakerState.OPEN, 5, NOW)))
    other = DatabaseBook(rt.sessions, rt.now)
    half = Breaker(BreakerState.HALF_OPEN, 5, NOW + timedelta(seconds=30))

    assert [book.hold(*PLACE, half), other.hold(*PLACE, half)] == [True, False]


def test_a_breaker_that_closed_meanwhile_lets_everybody_through(
    rt: Runtime, book: DatabaseBook
) -> None:
    known(rt, book, call())

    assert book.hold(*PLACE, Breaker(BreakerState.HALF_OPEN, 5, NOW))


def test_a_database_in_trouble_holds_no_call_up(broken: Sessions, rt: Runtime) -> None:
    book = DatabaseBook(broken, rt.now)

    assert book.hold(*PLACE, Breaker(BreakerState.HALF_OPEN, 5, NOW))
    assert book.take("enrichment", "acme", Limit(1, 60)) == 0.0


def test_hours_that_no_page_shows_are_dropped(
    rt: Runtime, book: DatabaseBook, clock: Clock
) -> None:
    known(rt, book, call())
    clock.advance(days=40)
    known(rt, book, call())

    with transaction(rt.sessions) as session:
        service.forget_hours(session, before=clock.now() - timedelta(days=31))

    with reading(rt.sessions) as session:
        hours = health.history(session, SYSTEM, "enrichment", "acme", since=NOW)
    assert [hour.hour for hour in hours] == [clock.now()]
