"""What a bulk job does to one chunk of leads, and how it is put back.

Each act gives what it changed (lead → what stood there before) and why it left others alone. The
job (core.services.bulk_jobs) asked for permission; a foreign lead never comes here.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.lifecycle import LEAD_MOVES, may_move
from core.domain.lists import BulkAct
from core.domain.states import LeadState, SuppressionReason
from core.errors import AicmoError
from core.services import bulk, leads, lists, suppressions, tags
from core.services.lead_moves import LeadMove
from db.models import Lead, LeadEvent, LeadList, User

# in these no sequence goes and nothing waits for a person: one statement moves them all
_PLAIN = (
    *(LeadState.HARVESTED, LeadState.ENRICHED, LeadState.SCORED),
    *(LeadState.QUALIFIED, LeadState.REJECTED),
)
_lead = bulk.table_of(Lead)


@dataclass(slots=True)
class Outcome:
    """One chunk: `before` of each changed lead (None where an undo needs nothing), and reasons."""

    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some leads as rows (id, client_id, contact_id, state, owner_id, email), and what is asked."""

    rows: Sequence[Any]
    params: Mapping[str, Any]
    now: datetime


def do(session: Session, viewer: Viewer, act: BulkAct, chunk: Chunk) -> Outcome:
    """The act on the chunk."""
    return _DO[act](session, viewer, chunk)


def undo(session: Session, viewer: Viewer, act: BulkAct, chunk: Chunk) -> Outcome:
    """Puts back what a job changed; `params` also holds `before` by lead id."""
    return _UNDO[act](session, viewer, chunk)


def can_undo(act: BulkAct) -> bool:
    """Whether the world allows it: who was suppressed stays so, a file that left is gone."""
    return act in _UNDO


def _tag(session: Session, viewer: Viewer, chunk: Chunk) -> Outcome:
    return _marked(session, viewer, chunk, "tag", chunk.params["name"], on=True)


def _untag(session: Session, viewer: Viewer, chunk: Chunk) -> Outcome:
    return _marked(session, viewer, chunk, "tag", chunk.params["name"], on=False)


def _marked(
    session: Session, viewer: Viewer, chunk: Chunk, kind: str, name: str, *, on: bool
) -> Outcome:
    """A tag on or off the contacts behind the leads, each client's own tag of that name."""
    out = Outcome()
    by_client: dict[int, list[Any]] = {}
    for row in chunk.rows:
        by_client.setdefault(row.client_id, []).append(row)
    why = f"Was tagged '{name}' already" if on else f"Was not tagged '{name}'"
    for client_id, rows in by_client.items():
        one = tags.known(session, client_id, name)
        if one is None and not on:
            out.skipped[why] += len(rows)
            continue
        one = one or tags.tag(session, viewer, client_id, name, now=chunk.now)
        work = tags.add_many if on else tags.take_many
        touched = work(session, one, {row.contact_id for row in rows}, now=chunk.now)
        done = [row for row in rows if row.contact_id in touched]
        _tell(session, viewer, done, kind, _said("Tagged", one.name, on=on), chunk.now)
        out.changed |= {row.id: {} for row in done}
        out.skipped[why] += len(rows) - len(done)
    return out


def _said(verb: str, name: str, *, on: bool) -> str:
    return f"{verb} {name}" if on else f"No longer {verb.lower()} {name}"


def _list(session: Session, viewer: Viewer, chunk: Chunk) -> Outcome:
    return _listed(session, viewer, chunk, on=True)


def _unlist(session: Session, viewer: Viewer, chunk: Chunk) -> Outcome:
    return _listed(session, viewer, chunk, on=False)


def _listed(session: Session, viewer: Viewer, chunk: Chunk, *, on: bool) -> Outcome:
    found = session.get(LeadList, chunk.params["list_id"])
    out = Outcome()
    if found is None:
        out.skipped["The list is gone"] += len(chunk.rows)
        return out
    mine = [row for row in chunk.rows if row.client_id == found.client_id]
    ids = [row.id for row in mine]
    touched = (
        lists.add_many(session, found.id, ids, now=chunk.now)
        if on
        else lists.take_many(session, found.id, ids)
    )
    done = [row for row in mine if row.id in touched]
    told = f"On the list {found.name}" if on else f"Off the list {found.name}"
    _tell(session, viewer, done, "list", told, chunk.now)
    out.changed = {row.id: {} for row in done}
    out.skipped["Belongs to another client than the list"] += len(chunk.rows) - len(mine)
    out.skipped["Was on the list already" if on else "Was not on the list"] += len(mine) - len(done)
    return out


def _assign(session: Session, viewer: Viewer, chunk: Chunk) -> Outcome:
    """To one person, or to nobody (owner_id None)."""
    owner_id = chunk.params["owner_id"]
    out, wanted = Outcome(), []
    for row in chunk.rows:
        if row.owner_id == owner_id:
            out.skipped["Had this owner already"] += 1
        elif owner_id is not None and row.client_id not in chunk.params["clients"]:
            out.skipped["The person does not work for this client"] += 1
        else:
            wanted.append(row)
    _own(session, [(row.id, owner_id) for row in wanted], chunk.now)
    name = _name(session, owner_id)
    _tell(session, viewer, wanted, "assign", f"Given to {name}", chunk.now)
    out.changed = {row.id: {"owner_id": row.owner_id} for row in wanted}
    return out


def _own(session: Session, given: Sequence[tuple[int, int | None]], now: datetime) -> None:
    rows = [{"b_id": lead_id, "b_owner": owner_id} for lead_id, owner_id in given]
    session.flush()
    bulk.run(session, _OWNING, rows, {"b_now": now})
    session.expire_all()


_OWNING = (
    update(_lead)
    .where(_lead.c.id == bindparam("b_id"))
    .values(
        owner_id=bindparam("b_owner"),
        updated_at=bindparam("b_now"),
        version=_lead.c.version + 1,
    )
)


def _name(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id is not None else None
    return user.name if user else "nobody"


def _move(session: Session, viewer: Viewer, chunk: Chunk) -> Outcome:
    to, reason = LeadState(chunk.params["to"]), chunk.params["reason"]
    out, plain = Outcome(), []
    # reopened: what it was scored by may be long gone
    values = {"rules_version": None} if to is LeadState.SCORED else {}
    for row in chunk.rows:
        if row.state is to:
            out.skipped[f"Was {to} already"] += 1
        elif not may_move(LEAD_MOVES, row.state, to):
            out.skipped[f"A lead that is {row.state} cannot become {to}"] += 1
        else:
            out.changed[row.id] = {"state": row.state}
            if row.state in _PLAIN:
                plain.append(LeadMove(row.id, to, reason, values))
            else:
                leads.move(session, viewer, row.id, to, reason=reason, now=chunk.now)
    leads.move_many(session, viewer, plain, now=chunk.now)
    return out


def _suppress(session: Session, viewer: Viewer, chunk: Chunk) -> Outcome:
    out = Outcome()
    for row in chunk.rows:
        if row.state is LeadState.SUPPRESSED:
            out.skipped["Was suppressed already"] += 1
            continue
        suppressions.suppress(
            session, viewer, row.email, client_id=row.client_id,
            reason=SuppressionReason(chunk.params["reason"]),
            source=f"By {viewer.name}, with others", now=chunk.now,
        )  # fmt: skip
        out.changed[row.id] = {}
    return out


def _unassign(session: Session, viewer: Viewer, chunk: Chunk) -> Outcome:
    """Back to the owner before, where nobody gave the lead on since."""
    out, before = Outcome(), chunk.params["before"]
    back = [row for row in chunk.rows if row.owner_id == chunk.params["owner_id"]]
    _own(session, [(row.id, before[row.id]["owner_id"]) for row in back], chunk.now)
    _tell(session, viewer, back, "assign", "Given back: the assignment was undone", chunk.now)
    out.changed = {row.id: {} for row in back}
    out.skipped["Has another owner by now"] += len(chunk.rows) - len(back)
    return out


def _move_back(session: Session, viewer: Viewer, chunk: Chunk) -> Outcome:
    """Where the table of moves knows the way back, and nobody was written to since."""
    out, to = Outcome(), LeadState(chunk.params["to"])
    for row in chunk.rows:
        was = LeadState(chunk.params["before"][row.id]["state"])
        if row.state is not to:
            out.skipped["Is elsewhere by now"] += 1
            continue
        try:
            if was is LeadState.REVIEW:
                leads.take_back(session, viewer, row.id, reason="Undone", now=chunk.now)
            else:
                leads.move(session, viewer, row.id, was, reason="Undone", now=chunk.now)
            out.changed[row.id] = {}
        except AicmoError as error:
            out.skipped[error.sentence] += 1
    return out


def _tell(
    session: Session, viewer: Viewer, rows: Sequence[Any], kind: str, words: str, now: datetime
) -> None:
    """A line in the history of each lead."""
    bulk.insert(
        session,
        LeadEvent,
        [{"lead_id": row.id, "client_id": row.client_id} for row in rows],
        {
            "kind": kind,
            "from_state": None,
            "to_state": None,
            "reason": words[:500],
            "actor_id": viewer.user_id,
            "actor_name": viewer.name,
            "extra": {},
            "at": now,
        },
    )


_Way = Callable[[Session, Viewer, Chunk], Outcome]
_DO: Mapping[BulkAct, _Way] = {
    BulkAct.TAG: _tag,
    BulkAct.UNTAG: _untag,
    BulkAct.LIST: _list,
    BulkAct.UNLIST: _unlist,
    BulkAct.ASSIGN: _assign,
    BulkAct.MOVE: _move,
    BulkAct.SUPPRESS: _suppress,
}
_UNDO: Mapping[BulkAct, _Way] = {
    BulkAct.TAG: _untag,
    BulkAct.UNTAG: _tag,
    BulkAct.LIST: _unlist,
    BulkAct.UNLIST: _list,
    BulkAct.ASSIGN: _unassign,
    BulkAct.MOVE: _move_back,
}
