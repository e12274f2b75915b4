"""An import undone as a whole: its leads go, then what it changed, then what it made.

Until somebody of it was written to. What something else hangs on stays: a lead with mails, tasks or
a conversion is rejected with the reason, a contact that others use is kept. Opt-outs are never
taken back. Each step may be done twice: it takes what is still there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.keys import subject
from core.domain.lifecycle import LEAD_MOVES, may_move
from core.domain.matches import MatchKind
from core.domain.states import BatchState, LeadState
from core.errors import Invalid
from core.queries import imports
from core.services import audit, bulk, guard, import_changes, leads
from db.models import (
    Account,
    AuditEntry,
    AutoApproval,
    BulkChange,
    Contact,
    ContactTag,
    Conversion,
    CrmLink,
    Enrolment,
    Event,
    Fact,
    ImportBatch,
    Lead,
    LeadEvent,
    LeadListMember,
    LeadPrediction,
    LeadScore,
    MatchKey,
    MatchPair,
    Merge,
    Message,
    ReviewItem,
    Signal,
    Task,
    Thread,
)

CHUNK = 500
# what tells of a lead alone goes with it; with any of the others it stays
GOES: tuple[type[Any], ...] = (
    *(AutoApproval, BulkChange, LeadListMember, ReviewItem, Enrolment, LeadScore, LeadEvent),
    LeadPrediction,
)
STAYS: tuple[type[Any], ...] = (Message, Thread, Event, Task, Conversion)


def begin(session: Session, viewer: Viewer, batch_id: int, *, now: datetime) -> ImportBatch:
    """Stops an import where it runs and marks it as one to be undone; Invalid where it is too late.

    From then on no chunk of it is stored. Does nothing where it is being undone already.
    """
    batch = guard.owned(session, viewer, ImportBatch, batch_id, Act.IMPORT)
    session.refresh(batch, with_for_update=True)
    if batch.state is BatchState.UNDOING:
        return batch
    why_not = imports.undo_hindered(session, viewer, batch_id)
    if why_not:
        raise Invalid(why_not)
    before, batch.state = batch.state, BatchState.UNDOING
    audit.record(
        session, viewer, "import undone", subject("import", batch_id), now=now,
        client_id=batch.client_id, before={"state": before, "created": batch.created},
        after={"file": batch.filename, "rows": batch.rows_done},
    )  # fmt: skip
    session.flush()
    return batch


def leads_gone(
    session: Session, viewer: Viewer, batch_id: int, *, after: int, now: datetime
) -> int | None:
    """The leads of a chunk after an id; the id behind the chunk, None at the end."""
    batch = guard.owned(session, viewer, ImportBatch, batch_id, Act.IMPORT)
    rows = session.execute(
        select(Lead.id, Lead.contact_id, Lead.state)
        .where(Lead.batch_id == batch_id, Lead.id > after)
        .order_by(Lead.id)
        .limit(CHUNK)
        .with_for_update()
    ).all()
    if not rows:
        return None
    ids: list[int] = [row.id for row in rows]
    used = _used(session, ids)
    why = f"The import of {batch.filename} was undone."
    for row in rows:
        if row.id in used and may_move(LEAD_MOVES, row.state, LeadState.REJECTED):
            leads.move(session, viewer, row.id, LeadState.REJECTED, reason=why, now=now)
    going = [row for row in rows if row.id not in used]
    _remove_leads(session, [row.id for row in going])
    _remove_contacts(session, batch_id, [row.contact_id for row in going])
    session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch_id)
        .values(removed=ImportBatch.removed + len(going))
    )
    return max(ids)


def changes_gone(session: Session, viewer: Viewer, batch_id: int, *, now: datetime) -> int:
    """Takes back a chunk of what it filled or overwrote; gives how many rows that were."""
    guard.owned(session, viewer, ImportBatch, batch_id, Act.IMPORT)
    return import_changes.take_back(session, viewer, batch_id, now=now)


def companies_gone(session: Session, viewer: Viewer, batch_id: int, *, after: int) -> int | None:
    """Companies it made that nobody works at, a chunk after an id; None at the end."""
    batch = guard.owned(session, viewer, ImportBatch, batch_id, Act.IMPORT)
    ids = list(
        session.scalars(
            select(Account.id)
            .where(
                Account.client_id == batch.client_id,
                Account.batch_id == batch_id,
                Account.id > after,
            )
            .order_by(Account.id)
            .limit(CHUNK)
        )
    )
    unused = (
        *(~exists().where(Contact.account_id == Account.id),),
        *(~exists().where(Lead.account_id == Account.id),),
        *(~_merged(MatchKind.ACCOUNT, Account.id),),
    )
    free = select(Account.id).where(bulk.among(session, Account.id, ids), *unused)
    _remove(session, Account, "account", MatchKind.ACCOUNT, list(session.scalars(free)))
    return ids[-1] if ids else None


def finish(session: Session, viewer: Viewer, batch_id: int, *, now: datetime) -> ImportBatch:
    """The end of an undo; `kept` are the leads that had to stay."""
    batch = guard.owned(session, viewer, ImportBatch, batch_id, Act.IMPORT)
    session.refresh(batch)
    if batch.state is BatchState.UNDOING:
        batch.kept = session.scalar(select(func.count()).where(Lead.batch_id == batch_id)) or 0
        batch.state, batch.undone_at = BatchState.UNDONE, now
        batch.finished_at = batch.finished_at or now
    session.flush()
    return batch


def _used(session: Session, ids: Sequence[int]) -> set[int]:
    """Leads that something hangs on, or whose person was merged."""
    merged = select(Lead.id).where(
        bulk.among(session, Lead.id, ids), _merged(MatchKind.CONTACT, Lead.contact_id)
    )
    used = set(session.scalars(merged))
    for model in STAYS:
        theirs = select(model.lead_id).where(bulk.among(session, model.lead_id, ids)).distinct()
        used.update(session.scalars(theirs))
    return used


def _remove_leads(session: Session, ids: Sequence[int]) -> None:
    for model in GOES:
        _delete(session, model, bulk.among(session, model.lead_id, ids))
    _delete(session, Lead, bulk.among(session, Lead.id, ids))
    bulk.give_up(session, Lead, ids)


def _remove_contacts(session: Session, batch_id: int, ids: Sequence[int]) -> None:
    """Of these contacts those that the import made and nothing else uses."""
    subjects = [subject("contact", one) for one in ids]
    by_people = select(AuditEntry.subject).where(
        bulk.among(session, AuditEntry.subject, subjects), AuditEntry.actor_id.is_not(None)
    )
    edited = set(session.scalars(by_people))
    free = select(Contact.id).where(
        bulk.among(session, Contact.id, ids),
        Contact.batch_id == batch_id,
        Contact.merged_into_id.is_(None),
        ~exists().where(Lead.contact_id == Contact.id),
        ~exists().where(CrmLink.contact_id == Contact.id),
        ~_merged(MatchKind.CONTACT, Contact.id),
    )
    found = [one for one in session.scalars(free) if subject("contact", one) not in edited]
    _delete(session, ContactTag, bulk.among(session, ContactTag.contact_id, found))
    _remove(session, Contact, "contact", MatchKind.CONTACT, found)


def _merged(kind: MatchKind, row_id: Any) -> Any:
    """Whether a merge, standing or undone, names the row."""
    named = or_(Merge.kept_id == row_id, Merge.gone_id == row_id)
    return exists().where(Merge.kind == kind, named)


def _remove(
    session: Session, model: type[Any], word: str, kind: MatchKind, ids: Sequence[int]
) -> None:
    """Rows with what is known of them."""
    if not ids:
        return
    subjects = [subject(word, one) for one in ids]
    for told in (Fact, Signal):
        _delete(session, told, bulk.among(session, told.subject, subjects))
    _delete(session, MatchKey, MatchKey.kind == kind, bulk.among(session, MatchKey.row_id, ids))
    for side in (MatchPair.low_id, MatchPair.high_id):
        _delete(session, MatchPair, MatchPair.kind == kind, bulk.among(session, side, ids))
    _delete(session, model, bulk.among(session, model.id, ids))
    bulk.give_up(session, model, ids)


def _delete(session: Session, model: type[Any], *where: Any) -> None:
    session.execute(delete(model).where(*where).execution_options(synchronize_session=False))
