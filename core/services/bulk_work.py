"""Bulk jobs as the clock does them: claimed, done chunk by chunk, ended.

A chunk is one transaction that also moves the job's mark, so a job that died goes on where it
stopped and a twin comes to nothing. It acts with the rights its person has at that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.domain.access import SYSTEM, Viewer
from core.domain.lists import BulkAct, BulkState
from core.errors import NotAllowed
from core.queries import lead_filters, lead_streams, paging, users
from core.queries.lead_filters import LeadFilter
from core.services import bulk, bulk_acts, guard
from core.services.bulk_acts import Chunk, Outcome
from core.services.bulk_jobs import LIVE, NEEDS, note
from db.models import BulkChange, BulkJob, Contact, Lead, User

CHUNK = 500
SILENT = timedelta(seconds=60)  # after that somebody else may take a job up
MOST_REASONS = 40


@dataclass(frozen=True, slots=True)
class Taken:
    """A job somebody works on, with the rights of its person."""

    id: int
    act: BulkAct
    undoing: bool
    params: Mapping[str, Any]
    wanted: LeadFilter
    viewer: Viewer


def waiting(session: Session, *, now: datetime, limit: int = 20) -> list[int]:
    """The jobs that nobody works on: queued, or fallen silent."""
    quiet = or_(BulkJob.beat_at.is_(None), BulkJob.beat_at < now - SILENT)
    found = session.execute(
        select(BulkJob.id).where(BulkJob.state.in_(LIVE), quiet).order_by(BulkJob.id).limit(limit)
    )
    return list(found.scalars())


def take(session: Session, job_id: int, *, now: datetime) -> Taken | None:
    """Claims a job that nobody works on; None where somebody does, or it is done."""
    quiet = or_(BulkJob.beat_at.is_(None), BulkJob.beat_at < now - SILENT)
    claimed = session.execute(
        update(BulkJob)
        .where(BulkJob.id == job_id, BulkJob.state.in_(LIVE), quiet)
        .values(beat_at=now)
        .returning(BulkJob.id)
    ).scalar_one_or_none()
    if claimed is None:
        return None
    job = session.get_one(BulkJob, job_id, populate_existing=True)
    viewer = _person(session, job)
    wanted = lead_filters.of_document(job.wanted)
    if job.state is BulkState.QUEUED:
        job.state = BulkState.RUNNING
        walk = lead_streams.streams(session, viewer, wanted, every=True)
        job.total = paging.count(session, walk.streams, narrow=walk.narrow, cap=2**31).number
    session.flush()
    undoing = job.state is BulkState.UNDOING
    return Taken(job.id, job.act, undoing, job.params, wanted, viewer)


def step(session: Session, taken: Taken, *, now: datetime) -> bool:
    """The next chunk; whether there may be another. Nothing is done where the job was stopped, or
    where somebody else did this chunk.
    """
    job = session.get_one(BulkJob, taken.id, populate_existing=True)
    if job.state not in (BulkState.RUNNING, BulkState.UNDOING):
        return False
    guard.allow(taken.viewer, NEEDS[taken.act])
    ids, onward, before = _next(session, taken, job)
    if not _advance(session, job, onward, now):
        return False
    chunk = Chunk(_rows(session, taken.viewer, ids), {**job.params, "before": before}, now)
    work = bulk_acts.undo if taken.undoing else bulk_acts.do
    _book(session, job, work(session, taken.viewer, taken.act, chunk), len(ids) - len(chunk.rows))
    if onward is None:
        _end(session, taken.viewer, job, now)
    return onward is not None


def ids_of(session: Session, taken: Taken, cursor: str | None) -> tuple[list[int], str | None]:
    """The leads of a chunk after a cursor, and the cursor behind it (None at the end)."""
    job = session.get_one(BulkJob, taken.id)
    walk = lead_streams.streams(session, taken.viewer, taken.wanted, every=True)
    page = paging.read(
        session, walk.streams, walk.order, cursor=cursor, size=CHUNK, narrow=walk.narrow
    )
    ids = [row[-1] for row in page.rows if row[-1] <= job.upto]
    return ids, page.next if len(ids) == len(page.rows) else None


def exported(
    session: Session, taken: Taken, *, rows: int, path: str | None = None, now: datetime
) -> bool:
    """How far an export is, or (with `path`) that it is written; False where it was stopped."""
    job = session.get_one(BulkJob, taken.id, populate_existing=True)
    if job.state is not BulkState.RUNNING:
        return False
    job.done, job.beat_at = rows, now
    if path is not None:
        job.path = path
        _end(session, taken.viewer, job, now)
    session.flush()
    return True


def release(session: Session, job_id: int) -> None:
    """Lets somebody else take the job up at once: this process is asked to end."""
    session.execute(update(BulkJob).where(BulkJob.id == job_id).values(beat_at=None))


def fail(session: Session, job_id: int, sentence: str, *, now: datetime) -> None:
    """Gives a job up with a sentence; what was done stays."""
    job = session.get_one(BulkJob, job_id, populate_existing=True)
    job.state, job.error, job.finished_at = BulkState.FAILED, sentence, now
    session.flush()


def _next(
    session: Session, taken: Taken, job: BulkJob
) -> tuple[list[int], str | None, dict[int, Any]]:
    """(ids, mark behind them, what stood there before) of the next chunk."""
    if not taken.undoing:
        ids, onward = ids_of(session, taken, job.mark)
        return ids, onward, {}
    found = session.execute(
        select(BulkChange.lead_id, BulkChange.before)
        .where(BulkChange.job_id == job.id, BulkChange.lead_id > int(job.mark or 0))
        .order_by(BulkChange.lead_id)
        .limit(CHUNK)
    ).all()
    onward = str(found[-1].lead_id) if len(found) == CHUNK else None
    return [row.lead_id for row in found], onward, {row.lead_id: row.before for row in found}


def _advance(session: Session, job: BulkJob, onward: str | None, now: datetime) -> bool:
    """Moves the mark; False where somebody else did, or the person stopped the job."""
    moved = session.execute(
        update(BulkJob)
        .where(
            BulkJob.id == job.id,
            BulkJob.state == job.state,
            BulkJob.mark.is_not_distinct_from(job.mark),
            BulkJob.done + BulkJob.skipped + BulkJob.undone == job.done + job.skipped + job.undone,
        )
        .values(mark=onward, beat_at=now)
        .returning(BulkJob.id)
    ).scalar_one_or_none()
    session.refresh(job)
    return moved is not None


def _rows(session: Session, viewer: Viewer, ids: list[int]) -> list[Any]:
    """The leads of a chunk, held until the transaction ends; those of other clients are not."""
    found = session.execute(
        select(Lead.id, Lead.client_id, Lead.contact_id, Lead.state, Lead.owner_id)
        .add_columns(Contact.email_key.label("email"))
        .join(Contact, Contact.id == Lead.contact_id)
        .where(bulk.among(session, Lead.id, ids), paging.within(Lead.client_id, viewer))
        .order_by(Lead.id)
        .with_for_update(of=Lead)
    )
    return list(found.all())


def _book(session: Session, job: BulkJob, out: Outcome, gone: int) -> None:
    """The chunk's counts, and what an undo would put back."""
    if job.state is BulkState.UNDOING:
        job.undone += len(out.changed)
    else:
        rows = [{"lead_id": id_, "before": was} for id_, was in out.changed.items()]
        bulk.ignore(session, BulkChange, rows, {"job_id": job.id})
        job.done += len(out.changed)
    out.skipped["Is gone, or of another client"] += gone
    reasons = dict(job.reasons)
    for why, number in out.skipped.items():
        place = why if why in reasons or len(reasons) < MOST_REASONS else "Other reasons"
        if number:
            reasons[place] = reasons.get(place, 0) + number
    job.reasons, job.skipped = reasons, job.skipped + sum(out.skipped.values())
    session.flush()


def _end(session: Session, viewer: Viewer, job: BulkJob, now: datetime) -> None:
    undone = job.state is BulkState.UNDOING
    job.state = BulkState.UNDONE if undone else BulkState.COMPLETED
    job.finished_at, job.mark = now, None
    note(session, viewer, "finished", job, now)


def _person(session: Session, job: BulkJob) -> Viewer:
    """Who began the job, with the rights of this moment."""
    if job.user_id is None:
        return replace(SYSTEM, focus=job.client_id)
    user = session.get_one(User, job.user_id)
    found = users.signed_in(session, user.username)
    if found is None:
        raise NotAllowed(f"{user.name} may no longer sign in, so this work was given up.")
    return replace(found.viewer, focus=job.client_id)
