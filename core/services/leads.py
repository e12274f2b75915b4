"""Leads: the one door of their states, notes, owners. Every move leaves a line in the history."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.domain.access import Act, Viewer
from core.domain.keys import subject
from core.domain.lifecycle import LEAD_MOVES, UNDONE_LEADS, may_move
from core.domain.states import LeadState
from core.errors import IllegalMove, Invalid, NotFound
from core.services import announcing, audit, bulk, enrolments, guard, lead_moves, review_items
from core.services.lead_moves import LeadMove, move_many
from db.models import Campaign, Contact, Lead, LeadEvent, User

__all__ = ["LeadMove", "add", "assign", "move", "move_many", "note", "take_back"]

# in these the sequence does not go on
_ENDS = (LeadState.REPLIED, LeadState.CONVERTED, LeadState.REJECTED, LeadState.SUPPRESSED)


def move(
    session: Session, viewer: Viewer, lead_id: int, to: LeadState, *, reason: str, now: datetime
) -> Lead:
    """Moves a lead, or does nothing where it already is there; IllegalMove where the table of moves
    does not know it.

    A person may take back a decision of review: qualified to review.
    """
    lead = guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    was = LeadState(lead.state)  # a row just made may hold the bare word
    if was is to:
        return lead
    if not may_move(LEAD_MOVES, was, to):
        raise IllegalMove(f"A lead that is {was} cannot become {to}.")
    moved = _move(session, viewer, lead, was, to, reason, now)
    if (was, to) == (LeadState.REJECTED, LeadState.SCORED):
        moved.rules_version = None  # reopened: what it was scored by may be long gone
    return moved


def take_back(
    session: Session, viewer: Viewer, lead_id: int, *, reason: str, now: datetime
) -> Lead:
    """Back before a person, as if nobody had decided yet: until the person was written to.

    What was planned for them and not sent is cancelled; approved again, they begin anew.
    """
    lead = guard.owned(session, viewer, Lead, lead_id, Act.REVIEW)
    was = LeadState(lead.state)
    if was is LeadState.REVIEW:
        return lead
    if was not in UNDONE_LEADS:
        raise IllegalMove(f"A lead that is {was} cannot go back to review.")
    if was is LeadState.REJECTED:
        lead = _move(session, viewer, lead, was, LeadState.SCORED, reason, now)
        was = LeadState.SCORED
    else:
        enrolments.unwind(session, viewer, lead_id, reason, now=now)
        lead.sequence_id = None
        session.flush()
    return _move(session, viewer, lead, was, LeadState.REVIEW, reason, now)


def _move(
    session: Session,
    viewer: Viewer,
    lead: Lead,
    was: LeadState,
    to: LeadState,
    reason: str,
    now: datetime,
) -> Lead:
    session.flush()
    given = {"b_id": lead.id, "b_was": was, "to": to, "why": reason[:300], "at": now}
    moved = session.connection().execute(_moving(_stamp_of(to)), given).one_or_none()
    if moved is None:
        raise IllegalMove("The lead was moved by somebody else meanwhile. Look again.")
    for name, value in moved._mapping.items():
        set_committed_value(lead, name, value)
    session.add(_event(lead, viewer, "state", reason, now, was, to))
    announcing.moved(session, [(lead.id, lead.client_id, to)], now=now)
    _follow(session, viewer, lead, was, to, reason, now)
    if viewer.user_id is not None:
        audit.of(session, viewer, "lead moved", lead, now, {"state": was}, {"state": to})
    session.flush()
    return lead


def add(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    contact_id: int,
    *,
    source: str,
    reason: str,
    now: datetime,
    state: LeadState = LeadState.HARVESTED,
) -> Lead:
    """A contact becomes a lead of a campaign; the one that is there already, where there is one."""
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.EDIT_LEADS)
    contact = guard.owned(session, viewer, Contact, contact_id)
    if contact.client_id != campaign.client_id:
        raise NotFound("This does not exist, or it belongs to a client you do not work for.")
    row = {
        "id": bulk.next_ids(session, Lead, 1)[0],
        "client_id": campaign.client_id,
        "campaign_id": campaign_id,
        "contact_id": contact_id,
        "account_id": contact.account_id,
        "state": state,
        "state_reason": reason[:300],
        "state_at": now,
        "source": source[:80],
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    bulk.ignore(session, Lead, [row])
    lead = session.execute(
        select(Lead).where(Lead.campaign_id == campaign_id, Lead.contact_id == contact_id)
    ).scalar_one()
    if lead.id == row["id"]:
        session.add(_event(lead, viewer, "state", reason, now, None, state))
        announcing.created(session, [lead.id], client_id=lead.client_id, now=now)
        if state is LeadState.REVIEW:
            lead_moves.ask(session, viewer, [(lead, reason)], now=now)
    session.flush()
    return lead


def note(session: Session, viewer: Viewer, lead_id: int, words: str, *, now: datetime) -> LeadEvent:
    """A person's words in the history of a lead."""
    lead = guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    if not words.strip():
        raise Invalid("Write something: an empty note is no note.")
    event = _event(lead, viewer, "note", words.strip(), now)
    event.reason, event.extra = words.strip()[:500], {"text": words.strip()[:20_000]}
    session.add(event)
    session.flush()
    return event


def assign(
    session: Session, viewer: Viewer, lead_id: int, owner_id: int | None, *, now: datetime
) -> Lead:
    """Gives a lead to a person, or to nobody."""
    lead = guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    owner = session.get(User, owner_id) if owner_id is not None else None
    if owner_id is not None and (owner is None or owner.disabled_at is not None):
        raise Invalid("This person does not exist or may no longer sign in.")
    if lead.owner_id == owner_id:
        return lead
    before, lead.owner_id = lead.owner_id, owner_id
    lead.updated_at, lead.version = now, lead.version + 1
    words = f"Given to {owner.name}" if owner else "Given to nobody"
    session.add(_event(lead, viewer, "assign", words, now))
    audit.of(session, viewer, "lead assigned", lead, now, {"owner": before}, {"owner": owner_id})
    session.flush()
    return lead


def _follow(
    session: Session,
    viewer: Viewer,
    lead: Lead,
    was: LeadState,
    to: LeadState,
    reason: str,
    now: datetime,
) -> None:
    """What a move brings with it: the sequence stops, what waits is withdrawn or put up."""
    if was is LeadState.REVIEW:
        review_items.withdraw(session, subject("lead", lead.id), reason, now=now)
    if to in _ENDS:
        enrolments.stop_for_lead(session, viewer, lead.id, reason, now=now)
    if to is LeadState.REVIEW:
        lead_moves.ask(session, viewer, [(lead, reason)], now=now)


def _stamp_of(to: LeadState) -> str | None:
    """The column that keeps when a lead came into a state, of those that have one."""
    if to is LeadState.REPLIED:
        return "replied_at"
    return "converted_at" if to is LeadState.CONVERTED else None


@lru_cache(maxsize=8)
def _moving(stamp: str | None) -> Any:
    """Built once: it runs with every mail that comes in."""
    table = bulk.table_of(Lead)
    at: BindParameter[datetime] = bindparam("at")
    return (
        update(table)
        .where(table.c.id == bindparam("b_id"), table.c.state == bindparam("b_was"))
        .values(
            state=bindparam("to"),
            state_reason=bindparam("why"),
            state_at=at,
            updated_at=at,
            version=table.c.version + 1,
            **({stamp: at} if stamp else {}),
        )
        .returning(*table.c)
    )


def _event(
    lead: Lead,
    viewer: Viewer,
    kind: str,
    reason: str,
    now: datetime,
    was: LeadState | None = None,
    to: LeadState | None = None,
) -> LeadEvent:
    return LeadEvent(
        client_id=lead.client_id,
        lead_id=lead.id,
        kind=kind,
        from_state=was,
        to_state=to,
        reason=reason[:500],
        actor_id=viewer.user_id,
        actor_name=viewer.name,
        at=now,
    )
