"""Whether the rules hold: leads from the lowest fit to the highest, and who replied positively.

Fit, and not the total: a reply raises engagement and with it the total, which would then seem to
have known.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.rates import Rate
from core.domain.states import POSITIVE_INTENTS, Direction
from core.queries.scopes import Scope, scope_of
from db.models import Lead, Message

MOST = 20_000  # leads, those reached last
PARTS = 10
FEWEST = 30  # leads a part


@dataclass(frozen=True, slots=True)
class Part:
    """Leads of like fit: from and to, and how many of them replied positively."""

    low: int
    high: int
    rate: Rate


def by_fit(session: Session, viewer: Viewer, client_id: int) -> tuple[Part, ...]:
    """Up to ten parts of the same size, the lowest fit first; those of equal fit stay together."""
    if client_id not in scope_of(session, viewer).clients:
        return ()
    scope = Scope((client_id,))
    reached = (
        select(Lead.id, Lead.fit)
        .where(scope.of(Lead), Lead.reached_at.is_not(None), Lead.fit.is_not(None))
        .order_by(Lead.reached_at.desc(), Lead.id.desc())
        .limit(MOST)
        .subquery()
    )
    positive = (
        select(Message.id)
        .where(
            Message.lead_id == reached.c.id,
            Message.direction == Direction.IN,
            Message.intent.in_(POSITIVE_INTENTS),
        )
        .exists()
    )
    told = select(reached.c.fit, func.count(), func.count().filter(positive))
    rows = session.execute(told.group_by(reached.c.fit).order_by(reached.c.fit)).all()
    return _parts([(int(fit), int(leads), int(yes)) for fit, leads, yes in rows])


def _parts(rows: list[tuple[int, int, int]]) -> tuple[Part, ...]:
    total = sum(leads for _, leads, _ in rows)
    size = max(FEWEST, total / PARTS)
    found: list[Part] = []
    low, leads, positive, seen = 0, 0, 0, 0
    for place, (fit, count, yes) in enumerate(rows):
        low = fit if not leads else low
        leads, positive, seen = leads + count, positive + yes, seen + count
        if place == len(rows) - 1 or (leads >= size and total - seen >= FEWEST):
            found.append(Part(low, fit, Rate(positive, leads)))
            leads = positive = 0
    return tuple(found)
