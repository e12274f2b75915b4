"""Numbers that tell processes that what they keep in mind has changed."""

from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import Revision
from db.upsert import insert_ignore


class Kept(StrEnum):
    """What processes keep in mind."""

    PROVIDERS = "providers"  # order, switches, breakers, limits
    KEYS = "keys"


def number(session: Session, of: Kept) -> int:
    """The present number; 0 where nothing ever changed."""
    found = session.scalar(select(Revision.number).where(Revision.name == of.value))
    return found or 0


def changed(session: Session, of: Kept) -> None:
    """Raises the number: with the end of the transaction every process reads anew."""
    insert_ignore(session, Revision, [{"name": of.value, "number": 0}])
    session.execute(
        update(Revision)
        .where(Revision.name == of.value)
        .values(number=Revision.number + 1)
        .execution_options(synchronize_session=False)
    )
