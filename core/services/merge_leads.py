"""The leads of two contacts that become one: carried over, and brought back by an undo."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.lifecycle import LEAD_MOVES, is_further, may_move
from core.domain.states import LeadState
from core.services import contacts, lead_moves, leads
from db.models import (
    Base,
    Contact,
    Conversion,
    Event,
    Lead,
    LeadEvent,
    LeadListMember,
    Message,
    Task,
    Thread,
)
from db.upsert import insert_ignore

# what hangs on a lead and goes over to the one that goes on
HANGING: Mapping[str, type[Base]] = {
    "messages": Message,
    "threads": Thread,
    "events": Event,
    "tasks": Task,
    "conversions": Conversion,
    "lead_events": LeadEvent,
}
_MOMENTS = ("reached_at", "replied_at", "converted_at")


def carry(
    session: Session, viewer: Viewer, kept: Contact, gone: Contact, *, now: datetime
) -> dict[str, Any]:
    """Gives the leads of `gone` to `kept`; of two in one campaign the further one goes on and the
    other is turned away by the one door, its mails, threads and history going over.

    Gives what an undo needs: {leads: [[id, account]], twins: [...]}.
    """
    mine = {lead.campaign_id: lead for lead in _leads_of(session, kept.id)}
    moved: list[list[int | None]] = []
    twins: list[dict[str, Any]] = []
    for lead in _leads_of(session, gone.id):
        other = mine.get(lead.campaign_id)
        if other is None:
            moved.append([lead.id, lead.account_id])
            lead.contact_id, lead.account_id = kept.id, kept.account_id
            lead.updated_at, lead.version = now, lead.version + 1
            continue
        twins.append(_join(session, viewer, other, lead, (kept, gone), now))
    session.flush()
    return {"leads": moved, "twins": twins}


def bring_back(
    session: Session,
    viewer: Viewer,
    kept: Contact,
    gone: Contact,
    moved: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Takes back what `carry` did, where nobody changed it since."""
    for lead_id, account_id in moved["leads"]:
        session.execute(
            update(Lead)
            .where(Lead.id == lead_id, Lead.contact_id == kept.id)
            .values(
                contact_id=gone.id, account_id=account_id, updated_at=now, version=Lead.version + 1
            )
        )
    for twin in moved["twins"]:
        _part(session, twin, (kept, gone), now)
    session.expire_all()


def states(session: Session, contact_ids: Sequence[int]) -> dict[str, str]:
    """{lead id: state} of contacts' leads, as a JSON document keeps it."""
    rows = session.execute(select(Lead.id, Lead.state).where(Lead.contact_id.in_(contact_ids)))
    return {str(lead_id): str(state) for lead_id, state in rows}


def put_back_states(
    session: Session,
    viewer: Viewer,
    before: Mapping[str, str],
    after: Mapping[str, str],
    *,
    reason: str,
    now: datetime,
) -> None:
    """Leads whose state the merge changed are where they were, unless somebody moved them since."""
    for lead_id, was in before.items():
        is_ = after.get(lead_id, was)
        if is_ != was:
            lead_moves.put_back(
                session, viewer, int(lead_id), LeadState(is_), LeadState(was),
                reason=reason, now=now,
            )  # fmt: skip


def _leads_of(session: Session, contact_id: int) -> Sequence[Lead]:
    return (
        session.execute(
            select(Lead).where(Lead.contact_id == contact_id).order_by(Lead.id).with_for_update()
        )
        .scalars()
        .all()
    )


def _join(
    session: Session,
    viewer: Viewer,
    mine: Lead,
    theirs: Lead,
    both: tuple[Contact, Contact],
    now: datetime,
) -> dict[str, Any]:
    """Two leads of one campaign: one goes on. Gives what it took with it."""
    kept, gone = both
    further = is_further(LeadState(theirs.state), LeadState(mine.state))
    on, off = (theirs, mine) if further else (mine, theirs)
    hanging = {name: _ids(session, model, off.id) for name, model in HANGING.items()}
    reason = f"The same person as lead {on.id} ({gone.email if further else kept.email}): merged."
    if may_move(LEAD_MOVES, LeadState(off.state), LeadState.REJECTED):
        leads.move(session, viewer, off.id, LeadState.REJECTED, reason=reason, now=now)
    for name, model in HANGING.items():
        _repoint(session, model, hanging[name], on.id)
    if further:
        _change_places(session, on, off, kept, gone, now)
    lists = _join_lists(session, on.id, off.id, now)
    moments = {name: _stamp(getattr(on, name)) for name in _MOMENTS}
    for name in _MOMENTS:
        known = [one for one in (getattr(on, name), getattr(off, name)) if one is not None]
        setattr(on, name, min(known, default=None))
    on.updated_at = now
    session.flush()
    return {
        "on": on.id, "off": off.id, "places": further, "lists": lists, "moments": moments,
        "hanging": hanging,
    }  # fmt: skip


def _part(
    session: Session, twin: Mapping[str, Any], both: tuple[Contact, Contact], now: datetime
) -> None:
    """Takes `_join` back."""
    on, off = session.get_one(Lead, twin["on"]), session.get_one(Lead, twin["off"])
    kept, gone = both
    for name, model in HANGING.items():
        _repoint(session, model, twin["hanging"][name], off.id, only_from=on.id)
    if twin["places"] and on.contact_id == kept.id and off.contact_id == gone.id:
        _change_places(session, off, on, kept, gone, now)
    if twin["lists"]:
        session.execute(
            delete(LeadListMember).where(
                LeadListMember.lead_id == on.id, LeadListMember.list_id.in_(twin["lists"])
            )
        )
    for name, value in twin["moments"].items():
        setattr(on, name, datetime.fromisoformat(value) if value else None)
    session.flush()


def _change_places(
    session: Session, on: Lead, off: Lead, kept: Contact, gone: Contact, now: datetime
) -> None:
    """`on` becomes kept's lead, `off` gone's. A contact has one lead a campaign at any moment, so
    one of them waits for a moment at a contact that is made for it.
    """
    row = contacts.new_row(kept.client_id, f"merge-{kept.id}-{gone.id}@parking.invalid", now)
    parking = Contact(**row)
    session.add(parking)
    session.flush()
    for lead, contact in ((off, parking), (on, kept), (off, gone)):
        lead.contact_id, lead.account_id = contact.id, contact.account_id
        session.flush()
    session.execute(delete(Contact).where(Contact.id == parking.id))
    session.expunge(parking)


def _join_lists(session: Session, on: int, off: int, now: datetime) -> list[int]:
    theirs = session.execute(
        select(LeadListMember.list_id).where(LeadListMember.lead_id == off)
    ).scalars()
    mine = session.execute(
        select(LeadListMember.list_id).where(LeadListMember.lead_id == on)
    ).scalars()
    new = sorted(set(theirs) - set(mine))
    insert_ignore(
        session, LeadListMember, [{"list_id": one, "lead_id": on, "at": now} for one in new]
    )
    return new


def _ids(session: Session, model: Any, lead_id: int) -> list[int]:
    found = session.execute(select(model.id).where(model.lead_id == lead_id).order_by(model.id))
    return list(found.scalars())


def _repoint(
    session: Session, model: Any, ids: Sequence[int], to: int, only_from: int | None = None
) -> None:
    for at in range(0, len(ids), 500):
        wanted = update(model).where(model.id.in_(ids[at : at + 500]))
        if only_from is not None:
            wanted = wanted.where(model.lead_id == only_from)
        session.execute(wanted.values(lead_id=to))


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
