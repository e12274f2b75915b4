"""A slot runs once, whoever starts it; failures are tried again; dead runs are taken over."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from core.domain.access import SYSTEM
from core.domain.states import JobName, JobState
from core.errors import Invalid, Unavailable
from core.pipeline import runner
from core.pipeline.jobs import JOBS, PIPELINE, job_of
from core.pipeline.report import Report
from core.pipeline.runner import RunResult
from core.queries import health, jobs
from core.runtime import Runtime
from core.services.jobs import DIED, RETRIES, SILENT
from db.models import JobAttempt, JobRun, Setting
from db.session import reading, transaction
from tests.conftest import Clock
from tests.pipeline import stages

SLOT = "2026-03-02T03:00Z"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    stages.CALLS.clear()
    stages.SCRIPT.clear()


def run(rt: Runtime, slot: str | None = SLOT, **given: object) -> RunResult:
    return runner.run_job(rt, JobName.SCORE, slot=slot, by="tester", jobs_=stages.JOBS, **given)


def turn(rt: Runtime) -> list[tuple[str, str]]:
    results = runner.run_due(rt, by="tester", jobs_=stages.JOBS)
    return [(result.job.value, result.state.value) for result in results]


def states(rt: Runtime) -> list[tuple[int, str]]:
    statement = select(JobAttempt.attempt, JobAttempt.state).order_by(JobAttempt.id)
    with reading(rt.sessions) as session:
        return [(attempt, state.value) for attempt, state in session.execute(statement)]


def raising(error: Exception) -> Callable[[], Report]:
    def fail() -> Report:
        raise error

    return fail


def fail_next(times: int = 1, error: Exception | None = None) -> None:
    stages.SCRIPT.extend([raising(error or Unavailable("The list is not there."))] * times)


def test_a_slot_runs_once_and_the_second_start_is_on_record(rt: Runtime) -> None:
    first, second = run(rt), run(rt)

    assert (first.state, first.counts) == (JobState.COMPLETED, {"done": 1})
    assert second.state is JobState.SKIPPED
    assert len(stages.CALLS) == 1
    assert states(rt) == [(1, "completed"), (1, "skipped")]


def test_by_hand_every_run_has_a_slot_of_its_own(rt: Runtime) -> None:
    first, second = run(rt, None), run(rt, None)

    assert first.slot != second.slot
    assert (first.state, second.state) == (JobState.COMPLETED, JobState.COMPLETED)


def test_one_campaign_and_all_are_different_runs(rt: Runtime) -> None:
    run(rt)

    result = run(rt, campaign_id=7, limit=5)

    assert result.state is JobState.COMPLETED
    assert stages.CALLS[-1] == (7, 5)


def test_what_a_stage_says_is_kept_and_shown(rt: Runtime) -> None:
    fail_next()

    result = run(rt)

    assert (result.state, result.error) == (JobState.FAILED, "The list is not there.")


@pytest.mark.parametrize(
    "error", [ValueError("anna@firm.example hunter2"), OperationalError("x", {}, Exception("pw"))]
)
def test_what_nobody_expected_is_one_sentence_without_what_it_was_about(
    error: Exception, rt: Runtime
) -> None:
    fail_next(error=error)

    result = run(rt)

    assert result.state is JobState.FAILED
    assert result.error is not None
    assert "log" in result.error
    assert not {"anna@firm.example", "hunter2", "pw"} & set(result.error.split())


def test_addresses_are_left_out_of_what_is_kept(rt: Runtime) -> None:
    fail_next(error=Unavailable("The box of anna@firm.example is gone."))

    assert "anna@firm.example" not in str(run(rt).error)


def test_a_failed_run_is_tried_again_with_growing_delay_at_most_three_times(
    rt: Runtime, clock: Clock
) -> None:
    fail_next(9)
    run(rt)

    tried = []
    for wait in RETRIES:
        before = turn_of_score(rt)
        clock.advance(wait)
        tried.append((before, turn_of_score(rt)))
    clock.advance(hours=2)

    assert tried == [([], ["failed"])] * 3
    assert turn_of_score(rt) == []
    assert [state for state in states(rt) if state[1] != "completed"] == [
        (n, "failed") for n in (1, 2, 3, 4)
    ]


def turn_of_score(rt: Runtime) -> list[str]:
    """What came of the score job; dispatch has other things to fail at."""
    only = stages.JOBS[:1]
    return [result.state.value for result in runner.run_due(rt, by="tester", jobs_=only)]


def test_a_retry_that_goes_well_closes_the_run_and_its_alarm(rt: Runtime, clock: Clock) -> None:
    fail_next(2)
    run(rt)
    clock.advance(RETRIES[0])
    turn_of_score(rt)
    with reading(rt.sessions) as session:
        raised = [alarm.key for alarm in health.alarms(session, SYSTEM)]
    clock.advance(RETRIES[1])

    again = turn_of_score(rt)

    with reading(rt.sessions) as session:
        assert health.alarms(session, SYSTEM) == ()
    assert (raised, again) == (["job:score:all"], ["completed"])


def test_a_failed_run_that_a_newer_one_followed_is_left(rt: Runtime, clock: Clock) -> None:
    fail_next()
    run(rt)
    run(rt, None)
    clock.advance(RETRIES[0])

    assert turn_of_score(rt) == []


def test_a_dead_process_is_noticed_and_its_run_tried_again(rt: Runtime, clock: Clock) -> None:
    run(rt)
    leave_running(rt)
    meanwhile = run(rt)
    clock.advance(SILENT + timedelta(seconds=1))

    again = run(rt)

    assert (meanwhile.state, again.state) == (JobState.SKIPPED, JobState.COMPLETED)
    assert states(rt) == [(1, "failed"), (1, "skipped"), (2, "completed")]
    with reading(rt.sessions) as session:
        errors = [row.error for row in jobs.attempts(session, SYSTEM, 1)]
    assert errors[0] == DIED


def test_a_clock_moved_back_leaves_no_run_alive_for_ever(rt: Runtime, clock: Clock) -> None:
    run(rt)
    leave_running(rt)
    clock.advance(days=-1)

    assert run(rt).state is JobState.COMPLETED


def test_a_run_that_kills_its_process_is_not_tried_for_ever(rt: Runtime, clock: Clock) -> None:
    run(rt)
    for _ in range(len(RETRIES) + 3):
        leave_running(rt)
        clock.advance(SILENT + timedelta(seconds=1))
        run(rt)

    attempts = {attempt for attempt, state in states(rt) if state != "skipped"}
    assert max(attempts) == len(RETRIES) + 1


def leave_running(rt: Runtime) -> None:
    """As a killed process leaves it."""
    with transaction(rt.sessions) as session:
        running = {"state": JobState.RUNNING, "finished_at": None, "beat_at": rt.now()}
        session.execute(update(JobRun).values(**running))
        newest = select(JobAttempt.id).order_by(JobAttempt.id.desc()).limit(1).scalar_subquery()
        session.execute(
            update(JobAttempt)
            .where(JobAttempt.id == newest, JobAttempt.state != JobState.SKIPPED)
            .values(state=JobState.RUNNING, finished_at=None)
        )


def test_one_turn_runs_the_newest_slot_of_every_job_and_the_next_turn_nothing(
    rt: Runtime, clock: Clock
) -> None:
    first, second = turn(rt), turn(rt)
    clock.advance(minutes=1)
    third = turn(rt)
    clock.advance(days=3)

    assert first == [("score", "completed"), ("dispatch", "completed")]
    assert (second, third) == ([], [("dispatch", "completed")])
    assert turn(rt) == first


def test_a_job_that_is_turned_off_does_not_run_by_itself(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        session.add(Setting(scope="agency", name="job:score", value={"enabled": False}))

    assert turn(rt) == [("dispatch", "completed")]
    assert run(rt, None).state is JobState.COMPLETED


def test_a_failed_run_of_one_campaign_is_tried_again_for_that_campaign(
    rt: Runtime, clock: Clock
) -> None:
    fail_next()
    run(rt, None, campaign_id=7)
    clock.advance(RETRIES[0])

    turn(rt)

    assert stages.CALLS[1] == (7, None)


def test_a_process_that_is_to_end_starts_nothing_more(rt: Runtime, clock: Clock) -> None:
    fail_next()
    run(rt)
    clock.advance(RETRIES[0])
    ending = replace(rt, stopping=lambda: True)

    assert turn(ending) == []


def test_a_job_nobody_knows_is_refused(rt: Runtime) -> None:
    with pytest.raises(Invalid):
        runner.run_job(rt, JobName.REPORTS, by="tester")


def test_the_jobs_run_in_the_order_of_the_pipeline() -> None:
    names = [job.name for job in JOBS]

    assert tuple(names[: len(PIPELINE)]) == PIPELINE
    assert job_of(JobName.TIDY).module == "core.pipeline.tidy"


def test_reports_can_be_added() -> None:
    both = Report.of("one", sent=1) + Report.of("two", sent=2, held=1)

    assert (both["sent"], both["held"], both["none"]) == (3, 1, 0)
    assert both.notes == ("one", "two")
