"""Tidy lets go of old deliveries, events and runs, and of nothing that still matters."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.domain.states import DeliveryState, JobName, JobState
from core.pipeline import tidy
from core.runtime import Runtime
from core.services import retention
from db.models import Delivery, JobAttempt, JobRun, OutboundEvent
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories_webhooks import deliveries_of, happens, make_endpoint
from tests.queries import plans

S = DeliveryState


def left(rt: Runtime, model: Any) -> int:
    with reading(rt.sessions) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def ran(rt: Runtime, job: JobName, *states: JobState, scope: str = "all") -> None:
    """One run a state, one after another, each with its attempt."""
    with transaction(rt.sessions) as session:
        for number, state in enumerate(states):
            run = JobRun(
                job=job.value, scope=scope, slot=f"{rt.now()}:{number}", state=state,
                started_by="clock", started_at=rt.now(),
            )  # fmt: skip
            session.add(run)
            session.flush()
            session.add(
                JobAttempt(
                    run_id=run.id, attempt=1, state=state, started_by="clock", started_at=rt.now()
                )
            )


def settle(rt: Runtime, *states: DeliveryState) -> None:
    with transaction(rt.sessions) as session:
        found = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        for one, state in zip(found, states, strict=True):
            one.state = state


def test_what_arrived_or_was_given_up_goes_after_its_days_and_what_waits_stays(
    rt: Runtime, clock: Clock
) -> None:
    with transaction(rt.sessions) as session:
        make_endpoint(session)
    happens(rt, None, "arrived", "dead", "waits")
    settle(rt, S.DELIVERED, S.DEAD, S.RETRY)
    clock.advance(days=rt.settings.keep_days)
    happens(rt, None, "new")
    early = tidy.run(rt)["forgotten"]
    clock.advance(seconds=1)

    first, second = tidy.run(rt), tidy.run(rt)

    assert (early, first["forgotten"], second["forgotten"]) == (0, 4, 0)
    assert [one.state for one in deliveries_of(rt)] == [S.RETRY, S.WAITING]
    assert left(rt, OutboundEvent) == 2


def test_old_runs_go_but_for_the_newest_of_each_job_and_those_that_run(
    rt: Runtime, clock: Clock
) -> None:
    ran(rt, JobName.SCORE, JobState.RUNNING, JobState.FAILED, JobState.COMPLETED)
    ran(rt, JobName.SCORE, JobState.COMPLETED, scope="campaign:1")
    ran(rt, JobName.ROUTE, *[JobState.COMPLETED] * 3)
    clock.advance(days=rt.settings.keep_days, seconds=1)

    first, second = tidy.run(rt), tidy.run(rt)

    assert (first["forgotten"], second["forgotten"]) == (3, 0)
    assert (left(rt, JobRun), left(rt, JobAttempt)) == (4, 4)


def test_it_goes_a_few_rows_at_a_time(rt: Runtime, clock: Clock) -> None:
    ran(rt, JobName.SCORE, *[JobState.COMPLETED] * 6)
    clock.advance(days=rt.settings.keep_days, seconds=1)
    before = rt.now() - timedelta(days=rt.settings.keep_days)

    with transaction(rt.sessions) as session:
        few = retention.runs(session, before=before, limit=2)
    rest = tidy.run(rt)

    assert (few, rest["forgotten"]) == (2, 3)


@pytest.mark.sqlite
def test_each_step_is_served_by_an_index(rt: Runtime) -> None:
    with reading(rt.sessions) as session:
        found = [
            line
            for step in retention.STEPS
            for _, line in plans.plans(
                session, lambda step=step: step(session, before=rt.now(), limit=5)
            )
        ]

    indexes = ("ix_deliveries_created_at", "ix_outbound_events_at", "ix_job_runs_started_at")
    assert all(any(name in line for line in found) for name in indexes)
    assert not [line for line in found if line.startswith("SCAN") and "USING INDEX" not in line]
