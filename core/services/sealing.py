"""Everything that is encrypted in the database, brought under the newest secret.

Safe to run twice, beside itself, beside the app, or to be killed: what is under the newest secret
is left, and a value that changed meanwhile is not overwritten.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from sqlalchemy import Column, Table, Text, select, type_coerce, update
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.services import audit, guard
from db.base import Base, EncryptedText, renewed


@dataclass(frozen=True, slots=True)
class Place:
    """A column that is encrypted at rest, in a table with one key."""

    table: Table
    key: Column[object]
    column: Column[str | None]

    @property
    def name(self) -> str:
        """`mailboxes.secret`"""
        return f"{self.table.name}.{self.column.name}"


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of some rows; `last` is where to go on, None at the end."""

    renewed: int
    unreadable: int
    last: object | None


def places() -> Iterator[Place]:
    """Every encrypted column there is."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, EncryptedText):
                (key,) = table.primary_key.columns
                yield Place(table, key, column)


def renew(session: Session, place: Place, *, after: object | None, limit: int) -> Turn:
    """Encrypts some rows' values anew, where they are not under the newest secret."""
    raw = type_coerce(place.column, Text)
    query = select(place.key, raw).where(place.column.is_not(None)).order_by(place.key)
    if after is not None:
        query = query.where(place.key > after)
    rows = session.execute(query.limit(limit)).all()
    dialect = session.get_bind().dialect
    done = unreadable = 0
    for key, old in rows:
        try:
            new = renewed(old, dialect)
        except InvalidToken:
            unreadable += 1
            continue
        if new is not None:
            session.execute(
                update(place.table)
                .where(place.key == key, raw == old)
                .values({place.column: type_coerce(new, Text)})
            )
            done += 1
    return Turn(done, unreadable, rows[-1][0] if len(rows) == limit else None)


def remember(session: Session, viewer: Viewer, *, count: int, now: datetime) -> None:
    """The audit entry; without it nobody knows why old secrets are not needed any more."""
    guard.allow(viewer, Act.KEYS)
    audit.record(
        session, viewer, "secrets encrypted anew", "installation", after={"count": count}, now=now
    )
