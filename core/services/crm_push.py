"""Contacts on their way to a CRM: claimed one by one, and what became of each.

A claim is good for LEASE. Whoever records late, after the claim went to another, changes nothing;
giving a contact twice does no harm, because its address names the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.crm import Plan
from core.domain.crm_states import CrmKind, CrmStage, CrmWho, LinkState
from core.domain.states import SuppressionKind, SuppressionReason
from core.services import crm_fields
from core.services.crm_fields import FieldChange
from db.models import Account, Contact, CrmLink, Lead, Suppression
from db.upsert import insert_new

LEASE = timedelta(minutes=5)  # longer than any call may take
TAKEN = "The CRM's record of this address stands for a contact of another client."
LONG_AGO = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Going:
    """A contact in hand. `fields`: all its values, as the CRM is to have them."""

    link_id: int
    attempt: int
    contact_id: int
    email: str
    fields: Mapping[str, str]
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A contact that the CRM does not know as it is now."""

    contact_id: int
    link_id: int | None
    client_id: int
    email: str
    fields: Mapping[str, str]
    changes: tuple[FieldChange, ...]
    seen_at: datetime
    is_new: bool  # the CRM never had it

    @property
    def goes(self) -> bool:
        """Whether the CRM has to be told."""
        return self.is_new or any(change.settled.theirs_changes for change in self.changes)


def due(
    session: Session,
    plan: Plan,
    crm: str,
    names: frozenset[str],
    *,
    after: int,
    limit: int,
    now: datetime,
) -> list[Due]:
    """Contacts by id that are new to the CRM, changed here, or were not taken yet."""
    rows = session.execute(_due(plan, crm, now).where(Contact.id > after).limit(limit))
    return [_told(plan, names, contact, account, link) for contact, account, link in rows]


def claim(session: Session, crm: str, one: Due, *, now: datetime) -> Going | None:
    """Takes the contact in hand; None where another has it, or its record is not ours to change."""
    if one.link_id is None:
        made = insert_new(session, CrmLink, _row(crm, one, now))
        if made is None:
            _refused(session, crm, one, now)
            return None
        return Going(made, 1, one.contact_id, one.email, one.fields, one.seen_at)
    if not _place(session, crm, one, now):
        return None
    found = session.execute(
        update(CrmLink)
        .where(CrmLink.id == one.link_id, _open(now))
        .values(state=LinkState.SENDING, claimed_at=now, attempts=CrmLink.attempts + 1)
        .returning(CrmLink.attempts)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if found is None:
        return None
    return Going(one.link_id, found, one.contact_id, one.email, one.fields, one.seen_at)


def unchanged(session: Session, one: Due) -> None:
    """The CRM has it as it is: not looked at again before it changes."""
    session.execute(
        update(CrmLink)
        .where(CrmLink.id == one.link_id, CrmLink.state == LinkState.LINKED)
        .values(ours_seen_at=one.seen_at)
    )


def kept(session: Session, crm: str, one: Going, remote_id: str, *, now: datetime) -> bool:
    """The CRM has it now; False where its record already stands for another contact."""
    others = select(CrmLink.id).where(
        *(CrmLink.crm == crm, CrmLink.kind == CrmKind.CONTACT),
        *(CrmLink.remote_id == remote_id, CrmLink.id != one.link_id),
    )
    if session.execute(others).first():
        set_aside(session, one, "The CRM keeps this address in another contact's record.")
        return False
    base = {name: crm_fields.compared(name, value) or "" for name, value in one.fields.items()}
    return _settle(
        session, one, state=LinkState.LINKED, remote_id=remote_id, reason=None, base=base,
        theirs=dict(one.fields), theirs_at=now, ours_seen_at=one.seen_at, synced_at=now, attempts=0,
    )  # fmt: skip


def set_aside(session: Session, one: Going, why: str) -> bool:
    """The CRM will not take it as it is: tried again once it changes, or a person says so."""
    return _settle(
        session, one, state=LinkState.SET_ASIDE, reason=why[:500], ours_seen_at=one.seen_at
    )


def released(session: Session, one: Going) -> bool:
    """Surely nothing came of it: the next turn takes it again."""
    return _settle(session, one, state=LinkState.WAITING, ours_seen_at=None)


def _due(plan: Plan, crm: str, now: datetime) -> Select[Any]:
    mine = and_(
        CrmLink.contact_id == Contact.id, CrmLink.crm == crm, CrmLink.kind == CrmKind.CONTACT
    )
    rows: Any = select(Contact, Account, CrmLink)
    query: Select[Any] = (
        rows.outerjoin(Account, Account.id == Contact.account_id)
        .outerjoin(CrmLink, mine)
        .where(or_(CrmLink.id.is_(None), _open(now)), ~_erased())
        .where(Contact.merged_into_id.is_(None))
        .order_by(Contact.id)
    )
    newer = or_(
        CrmLink.id.is_(None),
        CrmLink.ours_seen_at.is_(None),
        Contact.updated_at > CrmLink.ours_seen_at,
        Account.updated_at > CrmLink.ours_seen_at,
    )
    query = query.where(newer)
    if plan.clients:
        query = query.where(Contact.client_id.in_(sorted(plan.clients)))
    if plan.who is CrmWho.EVERYBODY:
        return query
    moment = Lead.replied_at if plan.who is CrmWho.REPLIED else Lead.reached_at
    chosen = exists().where(Lead.contact_id == Contact.id, moment.is_not(None))
    return query.where(or_(chosen, CrmLink.remote_id.is_not(None)))


def _open(now: datetime) -> Any:
    """Not in another's hands; what was claimed and never recorded counts as open after a while."""
    lost = and_(CrmLink.state == LinkState.SENDING, CrmLink.claimed_at <= now - LEASE)
    states = (LinkState.WAITING, LinkState.LINKED, LinkState.SET_ASIDE)
    return or_(CrmLink.state.in_(states), lost)


def _erased() -> Any:
    return exists().where(
        Suppression.kind == SuppressionKind.ADDRESS,
        Suppression.value == Contact.email_key,
        Suppression.reason == SuppressionReason.ERASED,
        or_(Suppression.client_id.is_(None), Suppression.client_id == Contact.client_id),
    )


def _told(
    plan: Plan, names: frozenset[str], contact: Contact, account: Account | None,
    link: CrmLink | None,
) -> Due:  # fmt: skip
    ours = crm_fields.ours_of(contact, account)
    seen = max(contact.updated_at, account.updated_at if account else contact.updated_at)
    theirs_at = link.theirs_at if link and link.theirs_at else seen - LONG_AGO
    changes = crm_fields.differences(
        plan, names, ours, link.theirs if link else {}, link.base if link else {},
        ours_at=contact.updated_at, theirs_at=theirs_at,
    )  # fmt: skip
    return Due(
        contact_id=contact.id,
        link_id=link.id if link else None,
        client_id=contact.client_id,
        email=contact.email_key,
        fields=crm_fields.wanted(names, ours, link.theirs if link else {}, changes),
        changes=changes,
        seen_at=seen,
        is_new=link is None or link.remote_id is None,
    )


def _row(crm: str, one: Due, now: datetime) -> dict[str, Any]:
    return {
        "client_id": one.client_id,
        "crm": crm,
        "kind": CrmKind.CONTACT,
        "contact_id": one.contact_id,
        "subject_id": one.contact_id,
        "place": keys.crm_place(crm, one.email),
        "state": LinkState.SENDING,
        "attempts": 1,
        "claimed_at": now,
        "base": {},
        "theirs": {},
        "raw": {},
        "stage": CrmStage.UNKNOWN,
        "created_at": now,
    }


def _refused(session: Session, crm: str, one: Due, now: datetime) -> None:
    """The address's place is another contact's, or a twin was quicker (then nothing is done)."""
    row = _row(crm, one, now) | {
        "place": None, "state": LinkState.SET_ASIDE, "reason": TAKEN, "ours_seen_at": one.seen_at,
    }  # fmt: skip
    insert_new(session, CrmLink, row)


def _place(session: Session, crm: str, one: Due, now: datetime) -> bool:
    """Whether the address's place is this link's; taken where it is free."""
    place = keys.crm_place(crm, one.email)
    owner = session.execute(select(CrmLink.id).where(CrmLink.place == place)).scalar_one_or_none()
    if owner is None:
        session.execute(update(CrmLink).where(CrmLink.id == one.link_id).values(place=place))
    elif owner != one.link_id:
        session.execute(
            update(CrmLink)
            .where(CrmLink.id == one.link_id, _open(now))
            .values(state=LinkState.SET_ASIDE, reason=TAKEN, ours_seen_at=one.seen_at)
            .execution_options(synchronize_session=False)
        )
        return False
    return True


def _settle(session: Session, one: Going, **values: Any) -> bool:
    """Whether the claim was still ours."""
    found = session.execute(
        update(CrmLink)
        .where(
            *(CrmLink.id == one.link_id, CrmLink.state == LinkState.SENDING),
            CrmLink.attempts == one.attempt,
        )
        .values(claimed_at=None, **values)
        .returning(CrmLink.id)
    )
    return found.scalar_one_or_none() is not None
