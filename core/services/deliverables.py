"""Finished files for clients: ordered, put up for review, approved, downloaded.

The file itself is made by core.pipeline.outputs, outside of any transaction. A deliverable is
`making` until its file lies there; then it waits for an account manager's word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.periods import Period
from core.domain.states import DeliverableKind, DeliverableState, ReviewKind
from core.errors import IllegalMove, Invalid, NotAllowed
from core.services import announcing, audit, guard, review_items
from db.models import Campaign, Client, Deliverable
from db.upsert import insert_new

K, D = DeliverableKind, DeliverableState
FORMATS: Mapping[DeliverableKind, tuple[str, ...]] = {
    K.REPORT: ("pdf", "pptx"),
    K.LEAD_LIST: ("csv", "xlsx"),
}
NAMES: Mapping[DeliverableKind, str] = {K.REPORT: "Client report", K.LEAD_LIST: "Lead list"}
ACTS: Mapping[DeliverableKind, Act] = {
    K.REPORT: Act.MAKE_DELIVERABLES,
    K.LEAD_LIST: Act.EXPORT_LISTS,
}
ABANDONED = timedelta(hours=1)
INTERRUPTED = "It was interrupted. Make it again."


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made, for whom, about what."""

    id: int
    client_id: int
    slug: str
    campaign_id: int | None
    kind: DeliverableKind
    file_format: str
    title: str
    edition: int
    period: Period
    anonymous: bool


@dataclass(frozen=True, slots=True)
class Download:
    """A file that may be taken: its path below the data directory, and its name for people."""

    path: str
    name: str
    file_format: str
    bytes: int | None


def plan(
    session: Session,
    viewer: Viewer,
    kind: DeliverableKind,
    file_format: str,
    *,
    period: Period,
    now: datetime,
    campaign_id: int | None = None,
    client_id: int | None = None,
    anonymous: bool = False,
) -> Order:
    """The next edition of a deliverable, state `making`, for a campaign or a whole client."""
    client, campaign = _whose(session, viewer, kind, campaign_id, client_id)
    if file_format not in FORMATS[kind]:
        raise Invalid(f"A {NAMES[kind].lower()} is made as {' or '.join(FORMATS[kind])}.")
    abandon(session, client.id, now=now)
    subject = campaign.name if campaign else "all campaigns"
    about = f" · {period}" if kind is K.REPORT else ""
    title = f"{client.name} · {NAMES[kind]} · {subject}{about}"[:300]
    row = {
        "client_id": client.id,
        "campaign_id": campaign.id if campaign else None,
        "kind": kind,
        "format": file_format,
        "title": title,
        "period_start": period.first,
        "period_end": period.last,
        "state": D.MAKING,
        "snapshot": {"anonymous": anonymous},
        "made_by_id": viewer.user_id,
        "made_at": now,
    }
    row_id, edition = _numbered(session, row)
    return Order(
        row_id, client.id, client.slug, campaign.id if campaign else None, kind, file_format,
        title, edition, period, anonymous,
    )  # fmt: skip


def finish(
    session: Session,
    viewer: Viewer,
    deliverable_id: int,
    *,
    path: str,
    size: int,
    sha256: str,
    snapshot: Mapping[str, Any],
    now: datetime,
) -> Deliverable:
    """The file lies there: it waits for a person's word. Safe to repeat."""
    row = _mine(session, viewer, deliverable_id)
    if row.state is not D.MAKING:
        return row
    row.state, row.error = D.REVIEW, None
    row.path, row.bytes, row.sha256 = path, size, sha256
    row.snapshot = {**row.snapshot, **snapshot}
    review_items.put(
        session,
        client_id=row.client_id,
        kind=ReviewKind.DELIVERABLE,
        subject=keys.subject("deliverable", row.id),
        content_hash=sha256,
        why=f"{row.title} ({row.format.upper()}): look through it before the client sees it.",
        deliverable_id=row.id,
        campaign_id=row.campaign_id,
        now=now,
    )
    _note(session, viewer, "deliverable made", row, now)
    return row


def fail(
    session: Session, viewer: Viewer, deliverable_id: int, reason: str, *, now: datetime
) -> None:
    """It could not be made; the reason stays with it."""
    row = _mine(session, viewer, deliverable_id)
    if row.state is D.MAKING:
        row.state, row.error = D.FAILED, reason
        _note(session, viewer, "deliverable failed", row, now)


def approve(session: Session, viewer: Viewer, deliverable_id: int, *, now: datetime) -> Deliverable:
    """An account manager's yes: from now on everybody of the client may download it."""
    row = _mine(session, viewer, deliverable_id)
    if row.state is D.APPROVED:
        return row
    if row.state is not D.REVIEW:
        raise IllegalMove("Only what waits for review can be approved. Make it again.")
    row.state, row.approved_by_id, row.approved_at = D.APPROVED, viewer.user_id, now
    subject = keys.subject("deliverable", row.id)
    review_items.withdraw(session, subject, "Approved on the Exports page.", now=now)
    _note(session, viewer, "deliverable approved", row, now)
    announcing.deliverable(session, row, now=now)
    return row


def reject(
    session: Session, viewer: Viewer, deliverable_id: int, *, reason: str, now: datetime
) -> Deliverable:
    """A no, with its reason; the next edition may do better."""
    row = _mine(session, viewer, deliverable_id)
    if not reason.strip():
        raise Invalid("Say why: the next edition should do better.")
    if row.state not in (D.REVIEW, D.REJECTED):
        raise IllegalMove("Only what waits for review can be turned down.")
    row.state, row.error = D.REJECTED, reason.strip()
    subject = keys.subject("deliverable", row.id)
    review_items.withdraw(session, subject, "Turned down on the Exports page.", now=now)
    _note(session, viewer, "deliverable turned down", row, now)
    return row


def download(session: Session, viewer: Viewer, deliverable_id: int) -> Download:
    """Where the file lies, for whoever may have it: approved ones for all of the client's people,
    unapproved ones for those who make them; whole lists only for those who may export lists.
    """
    row = guard.owned(session, viewer, Deliverable, deliverable_id, Act.DOWNLOAD_APPROVED)
    makes = viewer.may(ACTS[row.kind])
    if row.kind is K.LEAD_LIST and not makes:
        raise NotAllowed("Your role may not export whole lists. Ask an admin if you need it.")
    if row.state is not D.APPROVED and not makes:
        raise NotAllowed("This is not approved yet. Ask an account manager.")
    if row.path is None or row.state in (D.MAKING, D.FAILED):
        raise IllegalMove("There is no file yet.")
    return Download(row.path, row.path.rpartition("/")[2], row.format, row.bytes)


def abandon(session: Session, client_id: int, *, now: datetime) -> int:
    """What was being made more than an hour ago was interrupted; gives how many that were."""
    gone = session.execute(
        update(Deliverable)
        .where(Deliverable.client_id == client_id, Deliverable.state == D.MAKING)
        .where(Deliverable.made_at < now - ABANDONED)
        .values(state=D.FAILED, error=INTERRUPTED)
        .returning(Deliverable.id)
    ).scalars()
    return len(gone.all())


def _whose(
    session: Session,
    viewer: Viewer,
    kind: DeliverableKind,
    campaign_id: int | None,
    client_id: int | None,
) -> tuple[Client, Campaign | None]:
    campaign = None
    if campaign_id is not None:
        campaign = guard.owned(session, viewer, Campaign, campaign_id, ACTS[kind])
        client_id = campaign.client_id
    if client_id is None:
        raise Invalid("Say for which campaign or client.")
    guard.allow(viewer, ACTS[kind], client_id)
    return session.get_one(Client, client_id), campaign


def _numbered(session: Session, row: Mapping[str, Any]) -> tuple[int, int]:
    """The row with the next free edition: two makers at once get two editions."""
    same = [getattr(Deliverable, name) == row[name]
            for name in ("client_id", "kind", "format", "title")]  # fmt: skip
    while True:
        last = session.execute(select(func.max(Deliverable.edition)).where(*same)).scalar()
        edition = (last or 0) + 1
        row_id = insert_new(session, Deliverable, {**row, "edition": edition})
        if row_id is not None:
            return row_id, edition


def _mine(session: Session, viewer: Viewer, deliverable_id: int) -> Deliverable:
    row = guard.owned(session, viewer, Deliverable, deliverable_id, Act.READ)
    guard.allow(viewer, ACTS[row.kind], row.client_id)
    return row


def _note(session: Session, viewer: Viewer, action: str, row: Deliverable, now: datetime) -> None:
    session.flush()
    audit.record(
        session, viewer, action, keys.subject("deliverable", row.id),
        client_id=row.client_id, now=now,
        after={"title": row.title, "format": row.format, "state": row.state, "error": row.error},
    )  # fmt: skip
