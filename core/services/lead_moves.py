"""Many leads moved by few statements, for the stages; and leads put up for a person's word."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

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
_SPELT = {state: state.value for state in LeadState}


class LeadMove(NamedTuple):
    """One move among many. `values` are further columns of the lead that change with it."""

    lead_id: int
    to: LeadState
    reason: str
    values: Mapping[str, Any] = MappingProxyType({})


_Pairs = Sequence[tuple[LeadMove, Any]]  # moves, each with the row of its lead


def move_many(
    session: Session,
    viewer: Viewer,
    moves: Sequence[LeadMove],
    *,
    now: datetime,
    held: Sequence[Any] | None = None,
) -> frozenset[int]:
    """Many moves by one statement; for stages, whose moves need no enrolment to be stopped.

    A lead that is elsewhere by now, or from where there is no such move, is left alone. Gives the
    ids that moved. All `values` must have the same keys. `held` are the leads' rows where this
    transaction has read them and holds them (id, client_id, campaign_id, state).
    """
    if not moves:
        return frozenset()
    session.flush()
    found = _hold(session, moves) if held is None else held
    seen = {one for one in {row.client_id for row in found} if viewer.sees(one)}
    rows = {row.id: row for row in found if row.client_id in seen}
    pairs = [(one, rows[one.lead_id]) for one in moves if one.lead_id in rows]
    legal = [(one, row) for one, row in pairs if _legal(row.state, one.to)]
    if legal:
        _update(session, legal, now)
        _tell(session, viewer, legal, now)
        asked = [(row, one.reason) for one, row in legal if one.to is LeadState.REVIEW]
        ask(session, viewer, asked, now=now)
        came = [(one.lead_id, row.client_id, one.to) for one, row in legal]
        announcing.moved(session, came, now=now)
        _forget(session)
    return frozenset(one.lead_id for one, _ in legal)


def _hold(session: Session, moves: Sequence[LeadMove]) -> Sequence[Any]:
    standing = select(_lead.c.id, _lead.c.client_id, _lead.c.campaign_id, _lead.c.state)
    which = bulk.among(session, _lead.c.id, [one.lead_id for one in moves])
    return bulk.named(session.connection().execute(standing.where(which).with_for_update()))


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
        bulk.Columns(
            client_id=[row.client_id for row, _ in leads],
            campaign_id=[row.campaign_id for row, _ in leads],
            lead_id=[row.id for row, _ in leads],
            subject=[subject("lead", row.id) for row, _ in leads],
            content_hash=[content_hash("lead", str(row.id)) for row, _ in leads],
            why=[why[:500] for _, why in leads],
        ),
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


@lru_cache(maxsize=500)
def _legal(was: LeadState, to: LeadState) -> bool:
    return was is not to and may_move(LEAD_MOVES, was, to)


def _update(session: Session, legal: _Pairs, now: datetime) -> None:
    names = tuple(legal[0][0].values)
    given = bulk.Columns(
        b_id=[one.lead_id for one, _ in legal],
        b_was=[row.state for _, row in legal],
        b_to=[one.to for one, _ in legal],
        b_reason=[one.reason[:300] for one, _ in legal],
        **{f"v_{name}": [one.values[name] for one, _ in legal] for name in names},
    )
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


def _tell(session: Session, viewer: Viewer, legal: _Pairs, now: datetime) -> None:
    """The moves in the leads' histories."""
    bulk.insert(
        session,
        LeadEvent,
        bulk.Columns(
            client_id=[row.client_id for _, row in legal],
            lead_id=[one.lead_id for one, _ in legal],
            from_state=[_SPELT[row.state] for _, row in legal],
            to_state=[_SPELT[one.to] for one, _ in legal],
            reason=[one.reason[:500] for one, _ in legal],
        ),
        {
            "kind": "state",
            "actor_id": viewer.user_id,
            "actor_name": viewer.name,
            "extra": {},
            "at": now,
        },
    )
