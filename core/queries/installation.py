"""The installation itself: how large its database is, when it was last copied, and how old what
the inboxes told us is.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.queries import paging
from db.models import Client, Mailbox, Setting

BACKUP = "last_backup"  # the setting in which the command leaves when it ran


@dataclass(frozen=True, slots=True)
class Store:
    """The database. `backup_at` None: never copied by our command."""

    kind: str
    bytes: int
    backup_at: datetime | None
    backup_bytes: int | None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """When an inbox was last read without trouble."""

    mailbox_id: int
    address: str
    client: str
    synced_at: datetime | None
    error: str | None


def store(session: Session, _viewer: Viewer) -> Store:
    """Size and last copy."""
    kind = session.get_bind().dialect.name
    if kind == "sqlite":
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        size = pages * session.execute(text("PRAGMA page_size")).scalar_one()
    else:
        size = session.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    value = session.scalar(
        select(Setting.value).where(Setting.scope == "agency", Setting.name == BACKUP)
    )
    known = value if isinstance(value, dict) else {}
    at = datetime.fromisoformat(known["at"]) if known.get("at") else None
    return Store("SQLite" if kind == "sqlite" else "PostgreSQL", size, at, known.get("bytes"))


def inboxes(session: Session, viewer: Viewer) -> tuple[InboxRow, ...]:
    """The viewer's mailboxes, the one that was longest unread first."""
    rows = session.execute(
        select(Mailbox.id, Mailbox.address, Client.name, Mailbox.synced_at, Mailbox.sync_error)
        .join(Client, Client.id == Mailbox.client_id)
        .where(paging.within(Mailbox.client_id, viewer))
        .order_by(Mailbox.synced_at.is_not(None), Mailbox.synced_at, Mailbox.id)
        .limit(200)
    )
    return tuple(InboxRow(*row) for row in rows)
