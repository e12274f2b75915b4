"""How a mailbox is set up, for its form. Passwords are only told to be there or not."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.queries import paging
from db.models import Mailbox


@dataclass(frozen=True, slots=True)
class MailboxSetup:
    """Everything of a mailbox that a person may change."""

    id: int
    client_id: int
    address: str
    name: str
    signature: str
    provider: str
    settings: dict[str, Any]
    has_secret: bool
    inbox_provider: str
    imap: dict[str, Any]
    has_imap_secret: bool
    daily_cap: int
    ramp_start: int
    ramp_step: int
    ramp_from: date | None
    min_gap_seconds: int
    domain_cap: int
    version: int


def one(session: Session, viewer: Viewer, mailbox_id: int) -> MailboxSetup | None:
    """The set-up, or None where the mailbox is missing or not the viewer's."""
    box = session.scalar(
        select(Mailbox).where(Mailbox.id == mailbox_id, paging.within(Mailbox.client_id, viewer))
    )
    if box is None:
        return None
    return MailboxSetup(
        id=box.id,
        client_id=box.client_id,
        address=box.address,
        name=box.name,
        signature=box.signature,
        provider=box.provider,
        settings=dict(box.settings or {}),
        has_secret=box.secret is not None,
        inbox_provider=box.inbox_provider,
        imap=dict(box.imap or {}),
        has_imap_secret=box.imap_secret is not None,
        daily_cap=box.daily_cap,
        ramp_start=box.ramp_start,
        ramp_step=box.ramp_step,
        ramp_from=box.ramp_from,
        min_gap_seconds=box.min_gap_seconds,
        domain_cap=box.domain_cap,
        version=box.version,
    )
