"""Imports undone, a chunk a transaction.

Safe to run twice, beside itself, or to be killed: a chunk takes what is still there, and a batch is
being undone until nothing is left of it.
"""

from collections.abc import Callable

from sqlalchemy import select

from core.domain.access import SYSTEM
from core.domain.states import BatchState
from core.pipeline import rollups
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import import_undo
from db.models import ImportBatch
from db.session import reading, transaction

Progress = Callable[[int, int], None]


def run(rt: Runtime, *, campaign_id: int | None = None) -> Report:
    """Goes on with every undo that was begun."""
    query = select(ImportBatch.id).where(ImportBatch.state == BatchState.UNDOING)
    if campaign_id is not None:
        query = query.where(ImportBatch.campaign_id == campaign_id)
    with reading(rt.sessions) as session:
        waiting = session.scalars(query.order_by(ImportBatch.id)).all()
    report = Report()
    for batch_id in waiting:
        report += run_one(rt, batch_id)
    return report


def run_one(rt: Runtime, batch_id: int, progress: Progress | None = None) -> Report:
    """Undoes what is left of one batch that is to be undone; counts: removed, kept."""
    with reading(rt.sessions) as session:
        batch = session.get(ImportBatch, batch_id)
        if batch is None or batch.state is not BatchState.UNDOING:
            return Report()
        created, campaign_id = batch.created, batch.campaign_id
    done = _leads(rt, batch_id, created, progress) and _rest(rt, batch_id)
    if not done:
        return Report()  # the process is to end; the next run goes on
    with transaction(rt.sessions) as session:
        batch = import_undo.finish(session, SYSTEM, batch_id, now=rt.now())
        counts = {"undone": 1, "removed": batch.removed, "kept": batch.kept}
    if campaign_id is not None:
        rollups.run(rt, campaign_id=campaign_id)
    return Report(counts)


def _leads(rt: Runtime, batch_id: int, created: int, progress: Progress | None) -> bool:
    mark: int | None = 0
    gone = 0
    while mark is not None:
        if rt.stopping():
            return False
        with transaction(rt.sessions) as session:
            mark = import_undo.leads_gone(session, SYSTEM, batch_id, after=mark, now=rt.now())
        gone += import_undo.CHUNK
        if progress is not None:
            progress(min(gone, created), created)
    return True


def _rest(rt: Runtime, batch_id: int) -> bool:
    left = 1
    while left:
        if rt.stopping():
            return False
        with transaction(rt.sessions) as session:
            left = import_undo.changes_gone(session, SYSTEM, batch_id, now=rt.now())
    mark: int | None = 0
    while mark is not None:
        if rt.stopping():
            return False
        with transaction(rt.sessions) as session:
            mark = import_undo.companies_gone(session, SYSTEM, batch_id, after=mark)
    return True
