"""The brief of each client: short answers that every text must be true to."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Viewer
from core.queries import clients
from db.models import Setting

NAME = "brief"
FIELDS = {
    "offer": "What is offered, and to whom",
    "difference": "Why this client and nobody else",
    "proof": "Facts and references that may be named",
    "tone": "Tone of voice",
    "never": "What must never be said or promised",
    "call_to_action": "What the reader should do",
}


@dataclass(frozen=True, slots=True)
class BriefRow:
    """One client's answers; version 0 where none was given yet."""

    client_id: int
    client: str
    answers: dict[str, str]
    version: int

    @property
    def filled(self) -> int:
        """How many questions are answered."""
        return sum(bool(self.answers.get(name)) for name in FIELDS)


def all_rows(session: Session, viewer: Viewer) -> tuple[BriefRow, ...]:
    """The viewer's clients (within the focus), each with its brief."""
    scope = viewer.scope()
    known = [row for row in clients.names(session, viewer) if scope is None or row.id in scope]
    scopes = {keys.suppression_scope(row.id): row.id for row in known}
    found = {
        scopes[setting.scope]: setting
        for setting in session.scalars(
            select(Setting).where(Setting.name == NAME, Setting.scope.in_(scopes))
        )
    }
    return tuple(
        BriefRow(
            client_id=row.id,
            client=row.name,
            answers=dict(found[row.id].value) if row.id in found else {},
            version=found[row.id].version if row.id in found else 0,
        )
        for row in known
    )
