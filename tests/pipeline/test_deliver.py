"""Webhooks are told once an event, in order, for a day, and hold up nobody."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from werkzeug import Request, Response

from core.domain import retries
from core.domain.access import SYSTEM
from core.domain.states import DeliveryState, EndpointState, JobName, JobState, OutboundKind, Role
from core.errors import Misconfigured, NotFound
from core.pipeline import deliver, runner
from core.queries import health
from core.runtime import Runtime
from core.services import deliveries, endpoints
from db.models import Delivery
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_client, viewer_of
from tests.factories_webhooks import (
    AMPLE,
    deliveries_of,
    endpoint_of,
    happens,
    make_endpoint,
)

S = DeliveryState
Answer = Callable[[Request], Response]


@pytest.fixture
def client_id(rt: Runtime) -> int:
    with transaction(rt.sessions) as session:
        return make_client(session, slug="halden", name="Halden").id


@pytest.fixture
def endpoint_id(rt: Runtime, httpserver: HTTPServer, client_id: int) -> int:
    return endpoint(rt, httpserver, client_id)


def endpoint(
    rt: Runtime, httpserver: HTTPServer, client_id: int | None, path: str = "/hook", **given: object
) -> int:
    with transaction(rt.sessions) as session:
        made = make_endpoint(session, None, httpserver.url_for(path), **given)
        made.client_id = client_id
        session.flush()
        return made.id


def answers(httpserver: HTTPServer, *statuses: int, path: str = "/hook", **headers: str) -> None:
    """One answer after the other, the last one for ever."""
    left = list(statuses)

    def answer(_: Request) -> Response:
        return Response("", left.pop(0) if len(left) > 1 else left[0], headers)

    httpserver.expect_request(path).respond_with_handler(answer)


def subjects(httpserver: HTTPServer, path: str = "/hook") -> list[str]:
    """What arrived, in its order."""
    return [request.json["subject"] for request, _ in httpserver.log if request.path == path]


def states(rt: Runtime) -> list[DeliveryState]:
    return [one.state for one in deliveries_of(rt)]


def turns(rt: Runtime, clock: Clock, hours: float) -> None:
    """The stage at every moment at which something is to be done, for so long."""
    end = clock.now() + timedelta(hours=hours)
    while True:
        deliver.run(rt, patience=AMPLE)
        waiting = [one.next_try_at for one in deliveries_of(rt) if one.state in deliveries.OPEN]
        following = min((at for at in waiting if at and at > clock.now()), default=None)
        if following is None or following > end:
            clock.advance(end - clock.now())
            return
        clock.advance(following - clock.now())


def test_an_event_is_told_once_however_often_the_stage_runs(
    rt: Runtime, httpserver: HTTPServer, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 200)
    happens(rt, client_id, "1")
    happens(rt, client_id, "1")

    first, second = deliver.run(rt, patience=AMPLE), deliver.run(rt, patience=AMPLE)

    assert (first.counts, second.counts) == ({"delivered": 1}, {})
    assert subjects(httpserver) == ["lead:1"]
    assert states(rt) == [S.DELIVERED]
    assert endpoint_of(rt, endpoint_id).last_success_at == rt.now()


def test_two_stages_beside_each_other_tell_it_once(
    rt: Runtime, httpserver: HTTPServer, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 200)
    happens(rt, client_id, *map(str, range(20)))

    beside = threading.Thread(target=deliver.run, args=(rt,), kwargs={"patience": 20})
    beside.start()
    deliver.run(rt, patience=20)
    beside.join()

    assert subjects(httpserver) == [f"lead:{number}" for number in range(20)]


def test_the_clock_runs_it_as_a_job(
    rt: Runtime, httpserver: HTTPServer, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 200)
    happens(rt, client_id, "1")

    result = runner.run_job(rt, JobName.DELIVER, by="test")

    assert (result.state, result.counts) == (JobState.COMPLETED, {"delivered": 1})


def test_a_client_hears_nothing_of_another_and_the_agency_hears_all(
    rt: Runtime, httpserver: HTTPServer, client_id: int, endpoint_id: int
) -> None:
    with transaction(rt.sessions) as session:
        other = make_client(session).id
    endpoint(rt, httpserver, None, "/agency")
    answers(httpserver, 200)
    answers(httpserver, 200, path="/agency")

    happens(rt, other, "2")
    happens(rt, None, "3")
    deliver.run(rt, patience=AMPLE)

    assert subjects(httpserver) == []
    assert subjects(httpserver, "/agency") == ["lead:2", "lead:3"]


def test_a_later_event_waits_for_the_earlier_one(
    rt: Runtime, httpserver: HTTPServer, clock: Clock, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 200, 500, 500, 200)
    happens(rt, client_id, "1", "2", "3")

    deliver.run(rt, patience=AMPLE)
    happens(rt, client_id, "4")
    deliver.run(rt, patience=AMPLE)
    held = states(rt)
    turns(rt, clock, hours=1)

    assert held == [S.DELIVERED, S.RETRY, S.WAITING, S.WAITING]
    assert subjects(httpserver) == ["lead:1", *["lead:2"] * 3, "lead:3", "lead:4"]


def test_every_try_carries_the_same_key_and_body(
    rt: Runtime, httpserver: HTTPServer, clock: Clock, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 500, 401, 200)
    happens(rt, client_id, "1")

    turns(rt, clock, hours=1)

    requests = [request for request, _ in httpserver.log]
    assert len(requests) == 3
    assert len({request.headers["Idempotency-Key"] for request in requests}) == 1
    assert len({request.data for request in requests}) == 1
    assert json.loads(requests[0].data)["id"] == requests[0].headers["Idempotency-Key"]


def test_pauses_grow_and_the_endpoint_is_well_again_after_one_success(
    rt: Runtime, httpserver: HTTPServer, clock: Clock, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 500, 500, 500, 200)
    happens(rt, client_id, "1")

    pauses = []
    for _ in range(3):
        deliver.run(rt, patience=AMPLE)
        pauses.append(deliveries_of(rt)[0].next_try_at - rt.now())
        clock.advance(pauses[-1])
    failing = endpoint_of(rt, endpoint_id)
    deliver.run(rt, patience=AMPLE)
    well = endpoint_of(rt, endpoint_id)

    assert pauses[0] <= timedelta(seconds=30) <= pauses[2]
    assert (failing.state, failing.failures) == (EndpointState.FAILING, 3)
    assert "answered 500" in failing.last_error
    assert (well.state, well.failures, well.state_reason) == (EndpointState.ACTIVE, 0, None)


def test_retry_after_is_obeyed(
    rt: Runtime, httpserver: HTTPServer, clock: Clock, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 429, **{"Retry-After": "7200"})
    happens(rt, client_id, "1")

    deliver.run(rt, patience=AMPLE)
    clock.advance(hours=1, minutes=59)
    early = deliver.run(rt, patience=AMPLE)
    clock.advance(minutes=1)
    deliver.run(rt, patience=AMPLE)

    assert early.counts == {}
    assert len(httpserver.log) == 2


def test_after_a_day_it_is_a_dead_letter_with_an_alarm_and_can_be_sent_again_by_hand(
    rt: Runtime, httpserver: HTTPServer, clock: Clock, client_id: int, endpoint_id: int
) -> None:
    statuses = [500]
    httpserver.expect_request("/hook").respond_with_handler(lambda _: Response("", statuses[0]))
    happens(rt, client_id, "1")

    turns(rt, clock, hours=25)
    (dead,) = deliveries_of(rt)
    with reading(rt.sessions) as session:
        alarms = health.alarms(session, SYSTEM)
    tries = len(httpserver.log)
    statuses[0] = 200
    with transaction(rt.sessions) as session:
        endpoints.send_again(session, SYSTEM, dead.id, now=rt.now())
    deliver.run(rt, patience=AMPLE)

    assert dead.state is S.DEAD
    assert dead.attempts == tries >= 12
    assert [alarm.key for alarm in alarms] == [f"webhook:{endpoint_id}"]
    assert states(rt) == [S.DELIVERED]
    assert len({request.headers["Idempotency-Key"] for request, _ in httpserver.log}) == 1
    with reading(rt.sessions) as session:
        assert health.alarms(session, SYSTEM) == ()


def test_one_that_is_refused_for_good_does_not_hold_up_the_next(
    rt: Runtime, httpserver: HTTPServer, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 422, 200)
    happens(rt, client_id, "1", "2")

    report = deliver.run(rt, patience=AMPLE)

    assert report.counts == {"dead": 1, "delivered": 1}
    assert states(rt) == [S.DEAD, S.DELIVERED]


def test_410_turns_the_endpoint_off_and_keeps_what_waits(
    rt: Runtime, httpserver: HTTPServer, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 410, 200)
    happens(rt, client_id, "1", "2")

    deliver.run(rt, patience=AMPLE)
    happens(rt, client_id, "3")
    found = endpoint_of(rt, endpoint_id)
    kept = states(rt)
    with transaction(rt.sessions) as session:
        endpoints.turn(session, SYSTEM, endpoint_id, on=True, now=rt.now())
    deliver.run(rt, patience=AMPLE)

    assert found.state is EndpointState.OFF
    assert "gone" in found.state_reason
    assert kept == [S.DEAD, S.WAITING]
    assert subjects(httpserver) == ["lead:1", "lead:2"]


def test_what_was_claimed_when_the_process_died_is_told_again_under_its_key(
    rt: Runtime, httpserver: HTTPServer, clock: Clock, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 200)
    happens(rt, client_id, "1", "2")
    with transaction(rt.sessions) as session:
        cut_off = deliveries.claim(session, endpoint_id, now=rt.now())

    too_early = deliver.run(rt, patience=AMPLE)
    clock.advance(deliveries.LEASE)
    deliver.run(rt, patience=AMPLE)

    assert too_early.counts == {}
    assert states(rt) == [S.DELIVERED, S.DELIVERED]
    assert subjects(httpserver) == ["lead:1", "lead:2"]
    assert httpserver.log[0][0].headers["Idempotency-Key"] == cut_off.event_id


def test_who_records_after_the_lease_changes_nothing(
    rt: Runtime, clock: Clock, client_id: int, endpoint_id: int
) -> None:
    happens(rt, client_id, "1")
    with transaction(rt.sessions) as session:
        late = deliveries.claim(session, endpoint_id, now=rt.now())
    clock.advance(deliveries.LEASE)
    with transaction(rt.sessions) as session:
        deliveries.claim(session, endpoint_id, now=rt.now())

    with transaction(rt.sessions) as session:
        deliveries.refused(session, late, "No.", status=400, now=rt.now())
        deliveries.gone(session, late, "Gone.", status=410, now=rt.now())
        deliveries.failed(session, late, "Later.", status=500, now=rt.now())
        deliveries.delivered(session, late, status=200, note="", now=rt.now())

    (one,) = deliveries_of(rt)
    assert (one.state, one.attempts) == (S.SENDING, 2)
    assert endpoint_of(rt, endpoint_id).state is EndpointState.ACTIVE


@pytest.fixture
def slow_server() -> Iterator[HTTPServer]:
    """A server of its own: one that hangs must not hold up the other by being the same."""
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@pytest.fixture
def stuck(slow_server: HTTPServer) -> Iterator[threading.Event]:
    """/stuck answers only when the event is set."""
    free = threading.Event()

    def answer(_: Request) -> Response:
        free.wait(60)
        return Response("")

    slow_server.expect_request("/stuck").respond_with_handler(answer)
    yield free
    free.set()
    wait_for_threads()


def wait_for_threads() -> None:
    """Until what the stage left to itself has recorded."""
    for thread in threading.enumerate():
        if thread.name == "deliver":
            thread.join(15)


def test_an_endpoint_that_hangs_holds_up_neither_the_others_nor_the_clock(
    rt: Runtime,
    httpserver: HTTPServer,
    slow_server: HTTPServer,
    client_id: int,
    stuck: threading.Event,
) -> None:
    endpoint(rt, slow_server, client_id, "/stuck")
    endpoint(rt, httpserver, client_id, "/hook")
    answers(httpserver, 200)
    happens(rt, client_id, "1", "2")

    first = deliver.run(rt, patience=1)
    second = deliver.run(rt, patience=1)
    meanwhile = subjects(httpserver)
    stuck.set()
    wait_for_threads()

    assert first["under_way"] == 1
    assert (first["delivered"], second.counts) == (2, {})
    assert meanwhile == ["lead:1", "lead:2"]
    assert states(rt) == [S.DELIVERED] * 4


def test_a_private_address_is_not_called(
    rt: Runtime, httpserver: HTTPServer, client_id: int
) -> None:
    endpoint_id = endpoint(rt, httpserver, client_id, allowed_host=False)
    happens(rt, client_id, "1")

    deliver.run(rt, patience=AMPLE)

    assert httpserver.log == []
    assert states(rt) == [S.RETRY]
    assert "https" in endpoint_of(rt, endpoint_id).last_error


def test_an_address_under_a_lost_key_says_so(rt: Runtime, client_id: int) -> None:
    with transaction(rt.sessions) as session:
        made = make_endpoint(session, url=None)
    happens(rt, client_id, "1")

    deliver.run(rt, patience=AMPLE)

    assert endpoint_of(rt, made.id).last_error == deliver.LOST


def test_a_test_by_hand_goes_past_what_waits_and_makes_it_well(
    rt: Runtime, httpserver: HTTPServer, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 500, 200)
    happens(rt, client_id, "1")
    deliver.run(rt, patience=AMPLE)

    receipt = deliver.ping(rt, SYSTEM, endpoint_id)
    deliver.run(rt, patience=AMPLE)

    assert receipt.status == 200
    assert [request.json["kind"] for request, _ in httpserver.log] == [
        "lead.qualified",
        "ping",
        "lead.qualified",
    ]
    assert states(rt) == [S.DELIVERED, S.DELIVERED]


def test_a_test_that_fails_is_not_repeated(
    rt: Runtime, httpserver: HTTPServer, clock: Clock, endpoint_id: int
) -> None:
    answers(httpserver, 401)

    with pytest.raises(Misconfigured, match="does not let us in"):
        deliver.ping(rt, SYSTEM, endpoint_id)
    clock.advance(retries.KEEP_TRYING)
    deliver.run(rt, patience=AMPLE)

    assert len(httpserver.log) == 1
    assert states(rt) == [S.DEAD]
    with reading(rt.sessions) as session:
        assert health.alarms(session, SYSTEM) == ()


def test_strangers_test_nothing(rt: Runtime, httpserver: HTTPServer, endpoint_id: int) -> None:
    with pytest.raises(NotFound):
        deliver.ping(rt, viewer_of(role=Role.MANAGER), endpoint_id)

    assert deliveries_of(rt) == []


def test_a_limit_is_a_limit(
    rt: Runtime, httpserver: HTTPServer, client_id: int, endpoint_id: int
) -> None:
    answers(httpserver, 200)
    happens(rt, client_id, "1", "2")

    report = deliver.run(rt, limit=1, patience=AMPLE)

    assert report.counts == {"delivered": 1}
    with reading(rt.sessions) as session:
        left = session.scalars(select(Delivery).where(Delivery.state == S.WAITING)).all()
    assert len(left) == 1


def test_an_event_that_nobody_wants_is_not_kept(
    rt: Runtime, httpserver: HTTPServer, client_id: int
) -> None:
    endpoint(rt, httpserver, client_id, events=[str(OutboundKind.MESSAGE_SENT)])

    happens(rt, client_id, "1")

    assert deliveries_of(rt) == []
