"""A person's word on many things at once. Each stands for itself: one that changed meanwhile does
not hold back its neighbours, and is told with its reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.errors import AicmoError, Invalid
from core.services import documents, guard, review

BULK = 200
Items = Sequence[tuple[int, int]]  # (id, version) as they were shown


@dataclass(frozen=True, slots=True)
class Decided:
    """What a bulk decision did: how many it settled, and what it left with the reason."""

    done: int
    left: tuple[tuple[int, str], ...] = ()


def approve_many(session: Session, viewer: Viewer, items: Items, *, now: datetime) -> Decided:
    """Approves many as shown."""
    guard.allow(viewer, Act.REVIEW)
    return each(session, items, lambda i, v: review.approve(session, viewer, i, version=v, now=now))


def reject_many(
    session: Session, viewer: Viewer, items: Items, *, reason: str, now: datetime
) -> Decided:
    """Rejects many with one reason, which stays with each of them."""
    guard.allow(viewer, Act.REVIEW)
    if not documents.storable(reason).strip():
        raise Invalid("Say why: the reason stays in the history.")
    return each(
        session,
        items,
        lambda i, v: review.reject(session, viewer, i, version=v, reason=reason, now=now),
    )


def snooze_many(
    session: Session, viewer: Viewer, items: Items, *, until: datetime, now: datetime
) -> Decided:
    """Puts many decisions off until a moment in the future."""
    guard.allow(viewer, Act.REVIEW)
    if until <= now:
        raise Invalid("Choose a moment that lies ahead.")
    return each(
        session,
        items,
        lambda i, v: review.snooze(session, viewer, i, version=v, until=until, now=now),
    )


def each(session: Session, items: Items, do: Callable[[int, int], object]) -> Decided:
    """Does it to each in a savepoint of its own; BULK at most."""
    if len(items) > BULK:
        raise Invalid(f"At most {BULK} at a time.")
    done, left = 0, []
    for item_id, version in items:
        try:
            with session.begin_nested():
                do(item_id, version)
            done += 1
        except AicmoError as error:
            left.append((item_id, error.sentence))
    return Decided(done, tuple(left))
