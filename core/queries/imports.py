"""Files that were put in: how far each is, what came of its rows, and the rows not taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import BatchState, CampaignState, MessageState
from core.intake import differences
from core.intake.differences import Differences
from core.queries import paging
from db.models import Campaign, Client, Contact, ImportBatch, ImportReject, Lead, Message, User

CHUNK = 1_000
MOST_CAMPAIGNS = 500
AT_WORK = (CampaignState.ACTIVE, CampaignState.DRAFT)  # they can use leads
WENT_OUT = (MessageState.SENDING, MessageState.SENT, MessageState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One file. rows = created + updated + duplicates + suppressed + rejected, once it is done."""

    batch_id: int
    client: str
    campaign_id: int | None
    campaign: str | None
    filename: str
    source: str
    state: BatchState
    rows: int
    rows_done: int
    created: int
    updated: int
    duplicates: int
    suppressed: int
    rejected: int
    headings: tuple[str, ...]
    error: str | None
    by: str | None
    at: datetime
    finished_at: datetime | None
    removed: int  # leads, by an undo
    kept: int
    differences: Differences  # what stayed though the file says otherwise

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None while the rows are not counted."""
        return min(1.0, self.rows_done / self.rows) if self.rows else None


@dataclass(frozen=True, slots=True)
class RejectRow:
    """A row that was not taken, its reason, and its cells as they stood in the file."""

    row_no: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Into:
    """A campaign that a list may go into."""

    campaign_id: int
    name: str
    state: CampaignState

    @property
    def at_work(self) -> bool:
        """Whether it can use leads."""
        return self.state in AT_WORK


def into(session: Session, viewer: Viewer) -> tuple[Into, ...]:
    """The campaigns a list may go into: the active first, then drafts, the newest of each first."""
    order = (*AT_WORK, CampaignState.PAUSED, CampaignState.FINISHED)
    place = case({state: n for n, state in enumerate(order)}, value=Campaign.state)
    found = session.execute(
        select(Campaign.id, Campaign.name, Campaign.state)
        .where(paging.within(Campaign.client_id, viewer))
        .order_by(place, Campaign.id.desc())
        .limit(MOST_CAMPAIGNS)
    )
    return tuple(Into(row.id, row.name, row.state) for row in found)


def batches(
    session: Session, viewer: Viewer, *, campaign_id: int | None = None, limit: int = 20
) -> tuple[BatchRow, ...]:
    """The latest files first."""
    asked = _batches().where(paging.within(ImportBatch.client_id, viewer))
    if campaign_id is not None:
        asked = asked.where(ImportBatch.campaign_id == campaign_id)
    found = session.execute(asked.order_by(ImportBatch.id.desc()).limit(limit))
    return tuple(_told(row) for row in found)


def batch(session: Session, viewer: Viewer, batch_id: int) -> BatchRow | None:
    """One file, or None where there is none or it is another client's."""
    found = session.execute(
        _batches().where(
            ImportBatch.id == batch_id,
            paging.within(ImportBatch.client_id, viewer, focused=False),
        )
    ).first()
    return _told(found) if found else None


def rejects(
    session: Session, viewer: Viewer, batch_id: int, *, after: int = 0, limit: int = 100
) -> tuple[RejectRow, ...]:
    """Rows of a file that were not taken, in the file's order, after a row number."""
    if batch(session, viewer, batch_id) is None:
        return ()
    found = session.execute(
        select(ImportReject.row_no, ImportReject.reason, ImportReject.cells)
        .where(ImportReject.batch_id == batch_id, ImportReject.row_no > after)
        .order_by(ImportReject.row_no)
        .limit(limit)
    )
    return tuple(RejectRow(row.row_no, row.reason, tuple(row.cells)) for row in found)


def all_rejects(session: Session, viewer: Viewer, batch_id: int) -> Iterator[RejectRow]:
    """Every row of a file that was not taken, read a chunk at a time: for a download."""
    after = 0
    while chunk := rejects(session, viewer, batch_id, after=after, limit=CHUNK):
        yield from chunk
        after = chunk[-1].row_no


def undo_hindered(session: Session, viewer: Viewer, batch_id: int) -> str | None:
    """One sentence that says why an import cannot be undone; None where it can be."""
    row = batch(session, viewer, batch_id)
    if row is None:
        return "This import does not exist, or it belongs to a client you do not work for."
    if row.state in (BatchState.UNDOING, BatchState.UNDONE):
        return "This import is undone already."
    written = _written_to(session, batch_id)
    if written is None:
        return None
    return (
        f"This import can no longer be undone: {written} was written to already. "
        "Reject the other leads in the list instead."
    )


def _written_to(session: Session, batch_id: int) -> str | None:
    """The first of a file's leads to whom a mail went out, or may be going out."""
    theirs = (
        select(Contact.first_name, Contact.last_name, Contact.email)
        .join(Lead, Lead.contact_id == Contact.id)
        .where(Lead.batch_id == batch_id)
        .order_by(Lead.id)
        .limit(1)
    )
    out = exists().where(Message.lead_id == Lead.id, Message.state.in_(WENT_OUT))
    for which in (Lead.reached_at.is_not(None), out):
        row = session.execute(theirs.where(which)).first()
        if row is not None:
            return " ".join(filter(None, (row.first_name, row.last_name))) or str(row.email)
    return None


def _batches() -> Any:
    return (
        select(ImportBatch, Client.name, Campaign.name, User.name)
        .join(Client, Client.id == ImportBatch.client_id)
        .outerjoin(Campaign, Campaign.id == ImportBatch.campaign_id)
        .outerjoin(User, User.id == ImportBatch.created_by_id)
    )


def _told(found: Any) -> BatchRow:
    batch_, client, campaign, by = found
    return BatchRow(
        batch_id=batch_.id,
        client=client,
        campaign_id=batch_.campaign_id,
        campaign=campaign,
        filename=batch_.filename,
        source=batch_.source,
        state=batch_.state,
        rows=batch_.rows,
        rows_done=batch_.rows_done,
        created=batch_.created,
        updated=batch_.updated,
        duplicates=batch_.duplicates,
        suppressed=batch_.suppressed,
        rejected=batch_.rejected,
        headings=tuple((batch_.mapping.get("sheet") or {}).get("headings") or ()),
        error=batch_.error,
        by=by,
        at=batch_.created_at,
        finished_at=batch_.finished_at,
        removed=batch_.removed,
        kept=batch_.kept,
        differences=differences.read(batch_.differences),
    )
