"""What a simulated world came to: counts from the tables, in the shape that the command line
prints.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.domain.states import DeliverableState, Direction
from db.models import Deliverable, Lead, Message

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Access:
    """How somebody of the demo signs in. The password exists here and as a hash, nowhere else."""

    username: str
    password: str
    role: str
    sees: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Leads and messages by state, replies by intent, finished files, seconds taken.

    `people` may sign in (their passwords are told once); `figures` are further counts; `broken` are
    sentences about promises that were not kept: empty in a sound world.
    """

    leads: Counts
    messages: Counts
    replies: Counts
    deliverables: tuple[str, ...] = ()
    seconds: float = 0.0
    people: tuple[Access, ...] = ()
    figures: Counts = field(default_factory=dict)
    broken: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The fixed shape of `demo`."""
        return {
            "leads": dict(self.leads),
            "messages": dict(self.messages),
            "replies": dict(self.replies),
            "deliverables": list(self.deliverables),
            "seconds": round(self.seconds, 1),
        }

    def with_invariants(self) -> dict[str, Any]:
        """The shape of `simulate`: the same, with further figures and what was broken."""
        return {**self.as_json(), "figures": dict(self.figures), "broken": list(self.broken)}


def counted(session: Session) -> tuple[Counts, Counts, Counts]:
    """Leads by state, messages by state, incoming mail by intent."""
    return (
        _by(session, Lead.state),
        _by(session, Message.state),
        _by(session, Message.intent, Message.direction == Direction.IN),
    )


def finished_files(session: Session) -> tuple[str, ...]:
    """Paths of the deliverables that were made, oldest first."""
    paths = session.scalars(
        select(Deliverable.path)
        .where(Deliverable.state.in_((DeliverableState.REVIEW, DeliverableState.APPROVED)))
        .order_by(Deliverable.id)
    )
    return tuple(path for path in paths if path)


def _by(session: Session, column: InstrumentedAttribute[Any], *where: Any) -> Counts:
    rows = session.execute(
        select(column, func.count()).where(*where).group_by(column).order_by(column)
    ).all()
    return {str(word) if word is not None else "unread": count for word, count in rows}
