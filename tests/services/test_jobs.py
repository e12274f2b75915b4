"""The book of runs as people see it, slots that are moved, and the whole at a glance."""

from datetime import timedelta

import pytest

from core.domain.access import SYSTEM
from core.domain.slots import daily
from core.domain.states import JobName, JobState, ProviderState, Role
from core.errors import Invalid, NotAllowed
from core.queries import health
from core.queries import jobs as queries
from core.queries.dashboard import Dashboard, dashboard
from core.runtime import Runtime
from core.services import health as health_service
from core.services import heartbeats, jobs
from core.services.jobs import Claimed
from db.models import Campaign, DailyRollup
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import NOW, make_campaign, make_client, make_lead, make_review_item, viewer_of


def ran(rt: Runtime, scope: str = "all", *, error: str = "", job: JobName = JobName.SCORE) -> None:
    slot = f"hand:{scope}:{rt.now().isoformat()}"
    with transaction(rt.sessions) as session:
        claimed = jobs.claim(session, job=job, scope=scope, slot=slot, by="me", now=rt.now())
        assert claimed is not None
        if error:
            jobs.fail(session, claimed, error, now=rt.now())
        else:
            jobs.complete(session, claimed, {"scored": 3}, now=rt.now())


def seen(rt: Runtime, **given: object) -> Dashboard:
    with reading(rt.sessions) as session:
        return dashboard(session, given.get("viewer", SYSTEM), rt.now())


def alive(rt: Runtime, age: timedelta = timedelta(0)) -> None:
    moment = rt.now() - age
    with transaction(rt.sessions) as session:
        heartbeats.beat(session, name="s:1", kind="scheduler", started_at=moment, now=moment)


def test_every_job_is_told_with_its_last_and_next_run(rt: Runtime) -> None:
    ran(rt)

    with reading(rt.sessions) as session:
        found = {status.job: status for status in queries.overview(session, SYSTEM, rt.now())}

    score, route = found[JobName.SCORE], found[JobName.ROUTE]
    assert (score.state, score.counts, score.last_run) == (
        JobState.COMPLETED,
        {"scored": 3},
        NOW,
    )
    assert score.next_run == NOW.replace(hour=3) + timedelta(days=1)
    assert (route.state, route.last_run, route.attempt) == (None, None, 0)


def test_a_failed_job_comes_again_sooner_and_says_why(rt: Runtime) -> None:
    ran(rt, error="No list.")

    with reading(rt.sessions) as session:
        found = {status.job: status for status in queries.overview(session, SYSTEM, rt.now())}

    assert found[JobName.SCORE].next_run == NOW + jobs.RETRIES[0]
    assert found[JobName.SCORE].error == "No list."


def test_runs_are_shown_newest_first_by_page(rt: Runtime, clock: Clock) -> None:
    for _ in range(3):
        clock.advance(minutes=1)
        ran(rt)
    ran(rt, job=JobName.ROUTE, error="x")

    with reading(rt.sessions) as session:
        first = queries.runs(session, SYSTEM, size=2)
        second = queries.runs(session, SYSTEM, size=2, cursor=first.next)
        failed = queries.runs(session, SYSTEM, state=JobState.FAILED)
        scores = queries.runs(session, SYSTEM, job=JobName.SCORE)

    assert [run.run_id for run in first.rows + second.rows] == [4, 3, 2, 1]
    assert [run.job for run in failed.rows] == [JobName.ROUTE]
    assert len(scores.rows) == 3


def test_a_stranger_sees_neither_anothers_campaign_nor_the_counts_of_all(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        ours, theirs = make_client(session), make_client(session)
        mine, other = make_campaign(session, ours), make_campaign(session, theirs)
    ran(rt, error="Someone's list is bad.")
    ran(rt, f"campaign:{mine.id}")
    ran(rt, f"campaign:{other.id}")
    viewer = viewer_of(ours)

    with reading(rt.sessions) as session:
        runs = queries.recent(session, viewer)
        of_mine = queries.recent(session, viewer, campaign_id=mine.id)
        of_other = queries.recent(session, viewer, campaign_id=other.id)
        all_tries = queries.attempts(session, viewer, 1)
        hidden = queries.attempts(session, viewer, 3)
        missing = queries.attempts(session, viewer, 404)

    assert [(run.campaign, run.counts, run.error) for run in runs] == [
        (mine.name, {"scored": 3}, None),
        (None, {}, queries.HIDDEN),
    ]
    assert [(run.run_id, run.counts) for run in of_mine] == [(2, {"scored": 3}), (1, {})]
    assert (of_other, hidden, missing) == ((), (), ())
    assert [attempt.error for attempt in all_tries] == [queries.HIDDEN]


def test_an_admin_moves_a_job_and_turns_it_off(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        jobs.move_slot(session, SYSTEM, JobName.SCORE, {"at": "04:30"}, now=NOW)
        jobs.move_slot(session, SYSTEM, JobName.SCORE, {"at": "04:45"}, now=NOW)
        jobs.move_slot(session, SYSTEM, JobName.ROUTE, {"enabled": False}, now=NOW)

    with reading(rt.sessions) as session:
        plans = queries.plans(session)
        route = next(
            status
            for status in queries.overview(session, SYSTEM, rt.now())
            if status.job is JobName.ROUTE
        )
    assert plans[JobName.SCORE].rule == daily(4, 45)
    assert (route.enabled, route.next_run) == (False, None)


@pytest.mark.parametrize("moved", [{"at": "late"}, {"every": 7}])
def test_a_time_that_is_none_is_refused(moved: dict[str, object], rt: Runtime) -> None:
    with transaction(rt.sessions) as session, pytest.raises(Invalid):
        jobs.move_slot(session, SYSTEM, JobName.SCORE, moved, now=NOW)


def test_a_job_without_slots_cannot_be_moved(rt: Runtime) -> None:
    with transaction(rt.sessions) as session, pytest.raises(Invalid):
        jobs.move_slot(session, SYSTEM, JobName.REPORTS, {"at": "04:00"}, now=NOW)


def test_only_an_admin_may_move_a_job(rt: Runtime) -> None:
    with transaction(rt.sessions) as session, pytest.raises(NotAllowed):
        jobs.move_slot(
            session, viewer_of(role=Role.MANAGER), JobName.SCORE, {"enabled": False}, now=NOW
        )


def test_a_run_taken_over_cannot_be_closed_by_the_first(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        mine = jobs.claim(session, job=JobName.SCORE, scope="all", slot="x", by="me", now=NOW)
        assert mine is not None
        alive_before = jobs.beat(session, mine, now=NOW)
        taken = Claimed(mine.run_id, mine.attempt + 1)

        late = jobs.complete(session, taken, {}, now=NOW)

    assert (alive_before, late) == (True, False)


def test_the_dashboard_of_a_sound_app_is_healthy(rt: Runtime) -> None:
    alive(rt)
    ran(rt)

    found = seen(rt)

    assert (found.health_status, found.reasons) == ("healthy", ())
    assert found.heartbeat_age == timedelta(0)


@pytest.mark.parametrize(
    ("age", "status"), [(None, "degraded"), (timedelta(minutes=5), "degraded"), (1, "down")]
)
def test_a_scheduler_that_is_missing_or_late_is_told(
    age: timedelta | int | None, status: str, rt: Runtime
) -> None:
    if age is not None:
        alive(rt, age if isinstance(age, timedelta) else timedelta(hours=age))

    found = seen(rt)

    assert found.health_status == status
    assert "cheduler" in found.reasons[0]


def test_a_job_that_fails_is_degraded_and_often_down(rt: Runtime, clock: Clock) -> None:
    alive(rt)
    ran(rt, error="x")
    once = seen(rt).health_status
    with transaction(rt.sessions) as session:
        for wait in jobs.RETRIES[:2]:
            alive_at = clock.advance(wait)
            again = jobs.due(session, now=alive_at)[0]
            claimed = jobs.claim(
                session, job=again.job, scope=again.scope, slot=again.slot, by="me", now=alive_at
            )
            assert claimed is not None
            jobs.fail(session, claimed, "x", now=alive_at)
    alive(rt)

    found = seen(rt)

    assert (once, found.health_status) == ("degraded", "down")
    assert "score failed 3 times." in found.reasons


@pytest.mark.parametrize(
    ("state", "status"), [(ProviderState.DOWN, "down"), (ProviderState.DEGRADED, "degraded")]
)
def test_a_provider_in_trouble_is_told(state: ProviderState, status: str, rt: Runtime) -> None:
    alive(rt)
    with transaction(rt.sessions) as session:
        health_service.record_check(
            session, ("llm", "acme", ""), state, reason="x", advice="", quota=None, now=NOW
        )

    found = seen(rt)

    assert (found.health_status, found.reasons) == (status, (f"acme is {state}.",))


def test_metrics_are_those_of_the_viewers_clients(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        ours, theirs = make_client(session), make_client(session)
        mine = make_campaign(session, ours, counts={"scored": 2})
        other = make_campaign(session, theirs, counts={"scored": 5})
        make_review_item(session, make_lead(session, mine))
        for campaign in (mine, other):
            session.add(rollup(campaign))

    metrics = seen(rt, viewer=viewer_of(ours)).metrics

    assert metrics["leads"] == {"scored": 2}
    assert metrics["week"]["sent"] == 7
    assert (metrics["review"], metrics["replies"], metrics["alarms"]) == (1, 0, 0)


def rollup(campaign: Campaign) -> DailyRollup:
    return DailyRollup(
        campaign_id=campaign.id, client_id=campaign.client_id, day=NOW.date(), sent=7
    )


def test_a_process_that_ended_is_forgotten(rt: Runtime) -> None:
    alive(rt)
    with transaction(rt.sessions) as session:
        heartbeats.gone(session, "s:1")

    with reading(rt.sessions) as session:
        assert health.scheduler_age(session, SYSTEM, rt.now()) is None


def test_a_process_long_silent_is_forgotten_by_the_next(rt: Runtime) -> None:
    alive(rt, timedelta(days=3))
    with transaction(rt.sessions) as session:
        heartbeats.beat(session, name="s:2", kind="scheduler", started_at=NOW, now=NOW)
        heartbeats.gone(session, "s:2")

    with reading(rt.sessions) as session:
        assert health.scheduler_age(session, SYSTEM, rt.now()) is None
