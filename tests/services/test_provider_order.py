"""What people set of providers holds at the next call of every process."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from core import runtime
from core.domain.access import SYSTEM, Viewer
from core.domain.states import Role
from core.errors import Invalid, NotAllowed, NotFound, Stale
from core.pipeline import provider_checks
from core.providers.verdict import Verdict
from core.queries import health
from core.queries.health import ProviderRow
from core.runtime import Runtime
from core.services import provider_order, rate_limits
from db.models import AuditEntry
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import NOW, viewer_of
from tests.pipeline.test_provider_checks import WELL

PORT = "search"  # of the chains the one with the fewest providers of its own


class Finder:
    """Finds its own name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def who(self) -> str:
        return self.name

    def check(self) -> Verdict:
        return WELL


ADAPTERS: dict[str, dict[str, Any]] = {
    PORT: {name: lambda _settings, name=name: Finder(name) for name in ("alpha", "beta", "apollo")},
}


@pytest.fixture
def app(rt: Runtime, clock: Clock) -> Iterator[Runtime]:
    built = runtime.build(rt.settings, clock=clock.now, adapters=ADAPTERS)
    provider_checks.check_all(built)
    yield built
    built.close()


@pytest.fixture
def scheduler(app: Runtime, clock: Clock) -> Iterator[Runtime]:
    built = runtime.build(app.settings, clock=clock.now, adapters=ADAPTERS)
    yield built
    built.close()


def asked(rt: Runtime) -> str:
    return str(rt.providers.chain(PORT).ask(lambda one: one.who(), repeatable=True))


def rows(rt: Runtime) -> dict[str, ProviderRow]:
    with reading(rt.sessions) as session:
        found = health.providers(session, SYSTEM)
    return {row.provider: row for row in found if row.port == PORT}


def arrange(rt: Runtime, *order: str, version: int | None = None, viewer: Viewer = SYSTEM) -> None:
    seen = provider_order.version_of(list(rows(rt).values())) if version is None else version
    with transaction(rt.sessions) as session:
        provider_order.arrange(session, viewer, PORT, order, version=seen, now=NOW)


def turn(rt: Runtime, name: str, *, on: bool, **given: Any) -> None:
    row = rows(rt)[name]
    with transaction(rt.sessions) as session:
        provider_order.turn(session, SYSTEM, row.row_id, enabled=on, now=NOW, **given)


def test_an_order_set_in_the_app_holds_at_once_in_both(app: Runtime, scheduler: Runtime) -> None:
    before = (asked(app), asked(scheduler))

    arrange(app, "beta", "apollo", "alpha")

    assert before == ("alpha", "alpha")
    assert (asked(app), asked(scheduler)) == ("beta", "beta")
    assert scheduler.providers.order(PORT) == ("beta", "apollo", "alpha")


def test_what_is_turned_off_is_asked_by_neither_from_the_next_call_on(
    app: Runtime, scheduler: Runtime
) -> None:
    asked(app), asked(scheduler)

    turn(app, "alpha", on=False)
    off = (asked(app), asked(scheduler))
    turn(scheduler, "alpha", on=True)

    assert off == ("beta", "beta")
    assert (asked(app), asked(scheduler)) == ("alpha", "alpha")


def test_of_two_admins_at_once_the_second_gets_a_sentence(app: Runtime) -> None:
    seen = provider_order.version_of(list(rows(app).values()))
    arrange(app, "beta", "alpha", "apollo", version=seen)

    with pytest.raises(Stale, match="Somebody else changed these providers"):
        arrange(app, "apollo", "alpha", "beta", version=seen)
    with pytest.raises(Stale):
        turn(app, "alpha", on=False, version=rows(app)["alpha"].version - 1)
    assert app.providers.order(PORT) == ("beta", "alpha", "apollo")


@pytest.mark.parametrize("order", [("alpha",), ("alpha", "alpha", "beta"), ("alpha", "x", "y")])
def test_an_order_names_every_provider_once(app: Runtime, order: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        arrange(app, *order)


def test_only_an_admin_may(app: Runtime) -> None:
    manager, row_id = viewer_of(role=Role.MANAGER), rows(app)["alpha"].row_id

    with pytest.raises(NotAllowed):
        arrange(app, "beta", "alpha", "apollo", viewer=manager)
    with transaction(app.sessions) as session, pytest.raises(NotAllowed):
        provider_order.turn(session, manager, row_id, enabled=False, now=NOW)
    with transaction(app.sessions) as session, pytest.raises(NotFound):
        provider_order.turn(session, SYSTEM, 40_404, enabled=False, now=NOW)


def test_changes_are_on_record(app: Runtime) -> None:
    arrange(app, "beta", "alpha", "apollo")
    turn(app, "alpha", on=False)

    with reading(app.sessions) as session:
        entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
        told = [(entry.action, entry.before, entry.after) for entry in entries]
    assert told[0][0::2] == ("providers ordered", {"order": ["beta", "alpha", "apollo"]})
    assert told[1] == ("provider turned off", {"enabled": True}, {"enabled": False})


def test_a_limit_is_shared_by_both_processes(
    app: Runtime, scheduler: Runtime, clock: Clock
) -> None:
    row_id = rows(app)["alpha"].row_id
    with transaction(app.sessions) as session:
        provider_order.limit(session, SYSTEM, row_id, calls=1, seconds=60, now=NOW)

    first, second = asked(app), asked(scheduler)
    clock.advance(seconds=60)

    assert (first, second, asked(scheduler)) == ("alpha", "beta", "alpha")


@pytest.mark.parametrize(
    ("calls", "seconds"), [(0, 1.0), (5, None), (None, 5.0), (1, 0.1), (2_000_000, 1.0)]
)
def test_a_limit_must_make_sense(app: Runtime, calls: int | None, seconds: float | None) -> None:
    row_id = rows(app)["alpha"].row_id

    with transaction(app.sessions) as session, pytest.raises(Invalid):
        provider_order.limit(session, SYSTEM, row_id, calls=calls, seconds=seconds, now=NOW)


def test_no_stretch_of_time_sees_more_calls_than_the_limit(rt: Runtime) -> None:
    limit, taken, now = {"apart": 10 / 9, "at_once": 2}, [], 1_000.0
    while now < 1_060.0:  # ten calls in ten seconds: two at once, then one every 1.11 s
        with transaction(rt.sessions) as session:
            if rate_limits.take(session, "llm", "acme", now=now, **limit) == 0.0:
                taken.append(now)
        now += 0.1

    most = max(sum(start <= at < start + 10 for at in taken) for start in taken)
    assert most == 10
    assert len(taken) == 55


def test_a_clock_moved_back_stops_nobody(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        rate_limits.take(session, "llm", "acme", apart=1.0, at_once=1, now=9_000.0)
        wait = rate_limits.take(session, "llm", "acme", apart=1.0, at_once=1, now=9_000.0)
        back = rate_limits.take(session, "llm", "acme", apart=1.0, at_once=1, now=1_000.0)

    assert (wait, back) == (1.0, 0.0)
