"""Numbers that tell processes that what they keep in mind has changed."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.services import bulk
from db.models import Revision
from db.upsert import insert_ignore

_revision = bulk.table_of(Revision)
_ALL = select(_revision.c.name, _revision.c.number)  # made once: read at every call


class Kept(StrEnum):
    """What processes keep in mind."""

    PROVIDERS = "providers"  # order, switches, breakers, limits
    KEYS = "keys"


def numbers(session: Session) -> Mapping[str, int]:
    """The present numbers by name; what never changed has none."""
    return {row.name: row.number for row in session.connection().execute(_ALL)}


def changed(session: Session, of: Kept) -> None:
    """Raises the number: with the end of the transaction every process reads anew."""
    insert_ignore(session, Revision, [{"name": of.value, "number": 0}])
    session.execute(
        update(Revision)
        .where(Revision.name == of.value)
        .values(number=Revision.number + 1)
        .execution_options(synchronize_session=False)
    )
