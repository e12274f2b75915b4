"""Runs jobs: claims the slot, keeps it alive, takes the outcome down. Nothing gets past it.

Safe to be killed: a run whose process fell silent is closed as failed by whoever looks next, and
tried again; the stages themselves go on where they stopped.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core import logs
from core.domain import keys, slots
from core.domain.states import JobName, JobState
from core.errors import AicmoError
from core.pipeline.jobs import JOBS, Job, job_of
from core.pipeline.report import Report
from core.queries import jobs as plans
from core.runtime import Runtime
from core.services import alarms, jobs
from core.services.alarms import Severity
from core.services.jobs import Claimed
from core.telemetry import COUNTS, RUN_SECONDS, RUNS, Span
from db.session import reading, transaction

BEAT_EVERY = 20.0  # seconds
STOPPED = "The process was asked to end. The rest is done when it runs again."

log = logs.get("runner")


@dataclass(frozen=True, slots=True)
class RunResult:
    """One turn of a job, as it stands in the book of runs."""

    job: JobName
    slot: str
    state: JobState
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    error: str | None = None
    notes: tuple[str, ...] = ()


def run_job(
    rt: Runtime,
    job: JobName,
    *,
    campaign_id: int | None = None,
    slot: str | None = None,
    by: str,
    limit: int | None = None,
    jobs_: Sequence[Job] = JOBS,
) -> RunResult:
    """Runs a job once for its slot; without a slot it is run by hand, in one of its own.

    Never raises for what a stage does: the outcome says it. The slot had or held by another:
    state `skipped`.
    """
    found = job_of(job, jobs_)
    slot = slot or keys.manual_slot(rt.now(), secrets.token_hex(4))
    scope = jobs.scope_of(campaign_id if found.by_campaign else None)
    with transaction(rt.sessions) as session:
        claimed = jobs.claim(session, job=job, scope=scope, slot=slot, by=by, now=rt.now())
    if claimed is None:
        return RunResult(job, slot, JobState.SKIPPED)
    ids: dict[str, str | int] = {"job": job.value, "run": claimed.run_id, "scope": scope}
    started = time.perf_counter()
    with logs.about(**ids), rt.telemetry.span(f"job {job}", **ids, attempt=claimed.attempt) as span:
        report, error = _turn(rt, found, claimed, campaign_id, limit)
        seconds = round(time.perf_counter() - started, 3)
        _settle(rt, found, scope, claimed, report, error)
        state = JobState.FAILED if error else JobState.COMPLETED
        result = RunResult(job, slot, state, dict(report.counts), seconds, error, report.notes)
        _tell(rt, result, span)
    return result


def run_due(rt: Runtime, *, by: str, jobs_: Sequence[Job] = JOBS) -> list[RunResult]:
    """One turn of the clock: what failed and may be tried again, then the newest slot of each job
    that nobody has started. Stops between jobs when the process is to end.
    """
    done = run_again(rt, by=by, jobs_=jobs_)
    for job in jobs_:
        done += run_slot(rt, job, by=by, jobs_=jobs_)
    return done


def run_again(rt: Runtime, *, by: str, jobs_: Sequence[Job] = JOBS) -> list[RunResult]:
    """Tries again what failed or died and whose time has come."""

    def run() -> Iterator[RunResult]:
        for due in _again(rt):
            if rt.stopping():
                return
            id_ = due.scope.partition(":")[2]
            yield run_job(
                rt,
                due.job,
                campaign_id=int(id_) if id_ else None,
                slot=due.slot,
                by=by,
                jobs_=jobs_,
            )

    return _guarded(run)


def run_slot(rt: Runtime, job: Job, *, by: str, jobs_: Sequence[Job] = JOBS) -> list[RunResult]:
    """Runs the job's newest slot, if nobody has started it."""

    def run() -> Iterator[RunResult]:
        slot = None if rt.stopping() else _open_slot(rt, job.name)
        if slot is not None:
            yield run_job(rt, job.name, slot=slot, by=by, jobs_=jobs_)

    return _guarded(run)


def _guarded(run: Callable[[], Iterator[RunResult]]) -> list[RunResult]:
    """A database that is away for a while must not end the clock."""
    done: list[RunResult] = []
    try:
        done.extend(run())
    except SQLAlchemyError as error:
        log.error("the book of runs could not be read or written", exc_info=error)
    return done


def _again(rt: Runtime) -> list[jobs.Due]:
    with transaction(rt.sessions) as session:
        jobs.bury(session, now=rt.now())
        return jobs.due(session, now=rt.now())


def _open_slot(rt: Runtime, job: JobName) -> str | None:
    """The newest slot, if the job is on and nobody has started it."""
    with reading(rt.sessions) as session:
        plan = plans.plans(session)[job]
        slot = keys.slot(slots.newest(plan.rule, rt.now()))
        if not plan.enabled or jobs.started(session, job=job, scope="all", slot=slot):
            return None
    return slot


def _tell(rt: Runtime, result: RunResult, span: Span) -> None:
    """The log and the collector, where there is one."""
    job, state, counts = result.job, result.state, result.counts
    log.info("run ended", slot=result.slot, state=state, counts=counts, seconds=result.seconds)
    span.tell(state=state.value, slot=result.slot, **counts)
    if state is JobState.FAILED:
        span.failed(state.value)
    rt.telemetry.count(RUNS, job=job.value, state=state.value)
    rt.telemetry.took(RUN_SECONDS, result.seconds, job=job.value)
    for word, number in counts.items():
        rt.telemetry.count(COUNTS, number, job=job.value, word=word)


def _turn(
    rt: Runtime, job: Job, claimed: Claimed, campaign_id: int | None, limit: int | None
) -> tuple[Report, str | None]:
    """The stage's report, or one clear sentence on why there is none."""
    try:
        with _alive(rt, claimed), rt.telemetry.span(f"stage {job.name}", stage=job.name.value):
            report = job.stage()(rt, campaign_id=campaign_id, limit=limit)
        return report, STOPPED if rt.stopping() else None
    except AicmoError as error:
        return Report(), logs.scrub(error.sentence)
    except SQLAlchemyError as error:
        log.error("database failed", exc_info=error)
        return Report(), f"The database did not do what {job.name} asked. Details are in the log."
    except Exception as error:
        log.error("run failed", exc_info=error)
        kind = type(error).__name__
        return Report(), f"{job.name} met an unexpected {kind}. Details are in the log."


@contextmanager
def _alive(rt: Runtime, claimed: Claimed) -> Iterator[None]:
    """Beats for the run in the background until it ends."""
    ended = Event()
    thread = Thread(target=_beat, args=(rt, claimed, ended), daemon=True, name="beat")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(rt: Runtime, claimed: Claimed, ended: Event) -> None:
    while not ended.wait(BEAT_EVERY):
        try:
            with transaction(rt.sessions) as session:
                jobs.beat(session, claimed, now=rt.now())
        except SQLAlchemyError as error:  # the next beat may get through
            log.warning("beat was not written", exc_info=error)


def _settle(
    rt: Runtime, job: Job, scope: str, claimed: Claimed, report: Report, error: str | None
) -> None:
    """Takes the outcome down; a job that failed twice running is an alarm until it is well."""
    rt.providers.book.flush()
    key, now = f"job:{job.name}:{scope}", rt.now()
    with transaction(rt.sessions) as session:
        if error is None:
            jobs.complete(session, claimed, report.counts, now=now)
            alarms.clear(session, key, now=now)
            return
        if error == STOPPED:
            jobs.fail(session, claimed, error, counts=report.counts, next_try=now, now=now)
            return
        again = jobs.failed_before(session, claimed)
        jobs.fail(session, claimed, error, now=now)
        if again:
            _alarm(session, key, job, error, now)


def _alarm(session: Session, key: str, job: Job, error: str, now: datetime) -> None:
    alarms.raise_alarm(
        session,
        key=key,
        title=f"The job {job.name} fails again and again",
        advice=f"{error} Open Provider Health, mend the cause, then run it by hand.",
        page="provider_health",
        severity=Severity.ACT,
        now=now,
    )
