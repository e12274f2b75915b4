"""Lists become leads: queued imports, files laid in a watched folder, searches for people.

Safe to run twice, beside itself, or to be killed: the mark of rows done moves in the transaction
that stores the rows, and whoever finds it moved stops.
"""

from contextlib import closing
from itertools import chain

from sqlalchemy import select

from core.collector import seldom
from core.domain.access import SYSTEM
from core.domain.states import BatchState, CampaignState
from core.errors import AicmoError, Stale
from core.intake import table
from core.pipeline import searches, undoing, watched
from core.pipeline.report import Report
from core.pipeline.taking import Progress, taking
from core.runtime import Runtime
from core.services import imports
from core.services.imports import Work
from db import planner
from db.models import Account, Campaign, Contact, ImportBatch, Lead, LeadEvent
from db.session import reading, transaction

LONG = 10_000  # rows of a list after which the tables are no longer what the planner takes them for


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
    one = taking(rt, work, progress)
    with closing(work.chunks()) as chunks:
        whole = one.take(chunks)
    return one.report + _finish(rt, work) if whole else one.report


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
    if work.rows >= LONG:
        with transaction(rt.sessions) as session:
            planner.look_anew(session, (Account, Contact, Lead, LeadEvent))
    with transaction(rt.sessions) as session:
        kept = path if first is not None else None
        imports.finish(session, SYSTEM, work.batch_id, rejects_path=kept, now=rt.now())
    return Report.of(batches=1)
