"""Lists become leads: queued imports, files laid in a watched folder, searches for people.

Safe to run twice, beside itself, or to be killed: the mark of rows done moves in the transaction
that stores the rows, and whoever finds it moved stops.
"""

from collections.abc import Callable
from contextlib import closing
from itertools import chain

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from core.collector import seldom
from core.domain.access import SYSTEM
from core.domain.states import BatchState, CampaignState
from core.errors import AicmoError, Stale
from core.intake import table
from core.intake.ahead import Read
from core.pipeline import searches, undoing, watched
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import imports
from core.services.import_rows import Reject, Scale, Weighed
from core.services.imports import Work
from db.models import Campaign, ImportBatch
from db.session import reading, transaction

Progress = Callable[[int, int], None]


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Queues what lies in watched folders and whom searches find, then takes every queued batch of
    active campaigns.

    `limit` is a number of batches.
    """
    report = undoing.run(rt, campaign_id=campaign_id)
    report += watched.run(rt, campaign_id=campaign_id) + searches.run(rt, campaign_id=campaign_id)
    with reading(rt.sessions) as session:
        query = (
            select(ImportBatch.id)
            .join(Campaign, Campaign.id == ImportBatch.campaign_id)
            .where(ImportBatch.state.in_((BatchState.QUEUED, BatchState.RUNNING)))
            .order_by(ImportBatch.id)
            .limit(limit)
        )
        if campaign_id is None:
            query = query.where(Campaign.state == CampaignState.ACTIVE)
        else:
            query = query.where(ImportBatch.campaign_id == campaign_id)
        waiting = session.execute(query).scalars().all()
    for batch_id in waiting:
        if rt.stopping():
            break
        report += run_batch(rt, batch_id)
    return report


def undo_batch(rt: Runtime, batch_id: int) -> Report:
    """Takes away what is left of a batch that is to be undone."""
    return undoing.run_one(rt, batch_id)


@seldom()
def run_batch(rt: Runtime, batch_id: int, progress: Progress | None = None) -> Report:
    """Takes what is left of one batch. A batch that is done gives an empty report; one that cannot
    be read fails with a sentence and keeps what it took.
    """
    try:
        return _run_batch(rt, batch_id, progress)
    except Stale as error:
        return Report.of(error.sentence)
    except AicmoError as error:
        with transaction(rt.sessions) as session:
            imports.fail(session, SYSTEM, batch_id, error.sentence, now=rt.now())
        return Report.of(error.sentence, failed=1)


def _run_batch(rt: Runtime, batch_id: int, progress: Progress | None) -> Report:
    with transaction(rt.sessions) as session:
        work = imports.begin(session, SYSTEM, batch_id)
    if work is None:
        return Report()
    scale, done, report = work.scale(), work.done, Report()
    with closing(work.chunks()) as chunks:
        for chunk in chunks:
            report += _take(rt, work, scale, chunk, done)
            done += len(chunk)
            if progress is not None:
                progress(done, work.rows)
            if rt.stopping():
                return report
    return report + _finish(rt, work)


def _take(rt: Runtime, work: Work, scale: Scale, rows: list[Read], done: int) -> Report:
    """One chunk in one transaction. What the database refuses is halved until the one bad row is
    alone: that one is rejected.
    """
    try:
        with transaction(rt.sessions) as session:
            weighed = scale.weigh(session, rows)
            imports.take(session, SYSTEM, work, weighed, done=done, now=rt.now())
    except DBAPIError as error:
        scale.forget()
        if error.connection_invalidated or "locked" in str(error.orig):
            raise
        if len(rows) == 1:
            return _set_aside(rt, work, rows[0], done)
        half = len(rows) // 2
        first = _take(rt, work, scale, rows[:half], done)
        return first + _take(rt, work, scale, rows[half:], done + half)
    scale.keep()
    return Report(weighed.counts)


def _set_aside(rt: Runtime, work: Work, row: Read, done: int) -> Report:
    weighed = Weighed(rows=1)
    cells = row[1] or work.cells(row[0])
    weighed.rejects = [Reject(row[0], "The database cannot hold this row.", cells)]
    weighed.counts["rejected"] = 1
    with transaction(rt.sessions) as session:
        imports.take(session, SYSTEM, work, weighed, done=done, now=rt.now())
    return Report(weighed.counts)


def _finish(rt: Runtime, work: Work) -> Report:
    """Writes the rejected rows as a file, with their reasons, and closes the batch."""
    path = rt.data_dir / "imports" / f"rejects-{work.batch_id}.csv"
    with reading(rt.sessions) as session:
        rows = imports.rejected_rows(session, work.batch_id)
        first = next(rows, None)
        if first is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".part")
            with partial.open("w", encoding="utf-8-sig", newline="") as file:
                headings = (*work.sheet.headings, "Reason")
                file.writelines(table.as_csv(headings, chain([first], rows)))
            partial.replace(path)
    with transaction(rt.sessions) as session:
        kept = path if first is not None else None
        imports.finish(session, SYSTEM, work.batch_id, rejects_path=kept, now=rt.now())
    return Report.of(batches=1)
