"""Many leads moved by few statements, for the stages; and leads put up for a person's word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.keys import content_hash, subject
from core.domain.lifecycle import LEAD_MOVES, may_move
from core.domain.states import LeadState, ReviewKind, ReviewState
from core.services import announcing, bulk
from db.models import Lead, LeadEvent, ReviewItem

_lead = bulk.table_of(Lead)
_item = bulk.table_of(ReviewItem)


@dataclass(frozen=True, slots=True)
class LeadMove:
    """One move among many. `values` are further columns of the lead that change with it."""

    lead_id: int
    to: LeadState
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)


def move_many(
    session: Session, viewer: Viewer, moves: Sequence[LeadMove], *, now: datetime
) -> frozenset[int]:
    """Many moves by one statement; for stages, whose moves need no enrolment to be stopped.

    A lead that is elsewhere by now, or from where there is no such move, is left alone. Gives the
    ids that moved. All `values` must have the same keys.
    """
    if not moves:
        return frozenset()
    session.flush()
    standing = select(_lead.c.id, _lead.c.client_id, _lead.c.campaign_id, _lead.c.state)
    ids = [one.lead_id for one in moves]
    query = standing.where(bulk.among(session, _lead.c.id, ids)).with_for_update()
    found = session.connection().execute(query)
    rows = {row.id: row for row in found if viewer.sees(row.client_id)}
    legal = [one for one in moves if one.lead_id in rows and _legal(rows[one.lead_id].state, one)]
    if legal:
        _update(session, legal, rows, now)
        _tell(session, viewer, legal, rows, now)
        asked = [(rows[one.lead_id], one.reason) for one in legal if one.to is LeadState.REVIEW]
        ask(session, viewer, asked, now=now)
        came = [(one.lead_id, rows[one.lead_id].client_id, one.to) for one in legal]
        announcing.moved(session, came, now=now)
        _forget(session)
    return frozenset(one.lead_id for one in legal)


def put_back(
    session: Session, viewer: Viewer, lead_id: int, was: LeadState, to: LeadState, *,
    reason: str, now: datetime,
) -> bool:  # fmt: skip
    """The one way back that the table of moves does not know: what a merge moved, when the merge
    is undone. Nothing where the lead is no longer where the merge left it.
    """
    session.flush()
    found = session.execute(
        update(Lead)
        .where(Lead.id == lead_id, Lead.state == was)
        .values(
            state=to, state_reason=reason[:300], state_at=now, updated_at=now,
            version=Lead.version + 1,
        )
        .returning(Lead.id, Lead.client_id)
    ).first()  # fmt: skip
    if found is None:
        return False
    session.add(
        LeadEvent(
            client_id=found.client_id, lead_id=lead_id, kind="state", from_state=was, to_state=to,
            reason=reason[:500], actor_id=viewer.user_id, actor_name=viewer.name, at=now,
        )
    )  # fmt: skip
    return True


def ask(
    session: Session, viewer: Viewer, leads: Sequence[tuple[Any, str]], *, now: datetime
) -> None:
    """Puts leads (rows with id, client_id, campaign_id) up for review, each with its reason.

    A lead has one item; an item that was decided waits anew, and keeps its reason where a person
    took the decision back.
    """
    if not leads:
        return
    session.flush()
    asking = _asking(session.get_bind().dialect.name, by_rules=viewer.user_id is None)
    bulk.run(
        session,
        asking,
        [
            {
                "client_id": row.client_id,
                "campaign_id": row.campaign_id,
                "lead_id": row.id,
                "subject": subject("lead", row.id),
                "content_hash": content_hash("lead", str(row.id)),
                "why": why[:500],
            }
            for row, why in leads
        ],
        {
            "kind": ReviewKind.LEAD,
            "state": ReviewState.WAITING,
            "created_at": now,
            "version": 1,
        },
    )


@lru_cache(maxsize=4)
def _asking(dialect: str, *, by_rules: bool) -> Any:
    made = bulk.inserting(dialect, ReviewItem)
    fresh = {
        "state": ReviewState.WAITING,
        "reason": None,
        "snoozed_until": None,
        "decided_at": None,
        "decided_by_id": None,
        "version": _item.c.version + 1,
    }
    if by_rules:
        fresh |= {"why": made.excluded.why, "created_at": made.excluded.created_at}
    return made.on_conflict_do_update(
        index_elements=["kind", "subject", "content_hash"], set_=fresh
    )


def _forget(session: Session) -> None:
    """Rows that the mapper holds are read anew: the statements went past it."""
    for row in list(session.identity_map.values()):
        if isinstance(row, Lead | ReviewItem):
            session.expire(row)


def _legal(was: LeadState, one: LeadMove) -> bool:
    return was is not one.to and may_move(LEAD_MOVES, was, one.to)


def _update(
    session: Session, moves: Sequence[LeadMove], rows: Mapping[int, Any], now: datetime
) -> None:
    names = tuple(moves[0].values)
    given = [
        {
            "b_id": one.lead_id,
            "b_was": rows[one.lead_id].state,
            "b_to": one.to,
            "b_reason": one.reason[:300],
            **{f"v_{name}": one.values[name] for name in names},
        }
        for one in moves
    ]
    bulk.run(session, _moving(names), given, {"b_now": now})


@lru_cache(maxsize=50)
def _moving(names: tuple[str, ...]) -> Any:
    return (
        update(_lead)
        .where(_lead.c.id == bindparam("b_id"), _lead.c.state == bindparam("b_was"))
        .values(
            state=bindparam("b_to"),
            state_reason=bindparam("b_reason"),
            state_at=bindparam("b_now"),
            updated_at=bindparam("b_now"),
            version=_lead.c.version + 1,
            **{name: bindparam(f"v_{name}") for name in names},
        )
    )


def _tell(
    session: Session,
    viewer: Viewer,
    moves: Sequence[LeadMove],
    rows: Mapping[int, Any],
    now: datetime,
) -> None:
    """The moves in the leads' histories."""
    bulk.insert(
        session,
        LeadEvent,
        [
            {
                "client_id": rows[one.lead_id].client_id,
                "lead_id": one.lead_id,
                "from_state": rows[one.lead_id].state,
                "to_state": one.to,
                "reason": one.reason[:500],
            }
            for one in moves
        ],
        {
            "kind": "state",
            "actor_id": viewer.user_id,
            "actor_name": viewer.name,
            "extra": {},
            "at": now,
        },
    )
