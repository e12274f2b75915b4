"""Changes of a CRM taken in: decided first (a dry run stops there), then applied.

Applying twice changes nothing the second time. Nothing here ever lifts a suppression.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import addresses, keys
from core.domain.access import SYSTEM
from core.domain.crm import Plan, Theirs
from core.domain.crm_states import CrmKind, CrmStage, LinkState
from core.domain.states import ConversionKind, SuppressionReason
from core.errors import Invalid
from core.services import audit, conversions, crm_fields, suppressions
from core.services.crm_fields import FieldChange
from db.models import Account, Contact, Conversion, CrmLink, Lead
from db.upsert import insert_new

SOURCE = "crm"
MEANS = {
    CrmStage.OPPORTUNITY: ConversionKind.OPPORTUNITY,
    CrmStage.WON: ConversionKind.WON,
    CrmStage.LOST: ConversionKind.LOST,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What one record of the CRM comes to. Without contact it is none of ours. `reason`: why it
    cannot be taken.
    """

    theirs: Theirs
    email_key: str
    contact_id: int | None = None
    client_id: int | None = None
    changes: tuple[FieldChange, ...] = ()
    opts_out: bool = False
    lead_id: int | None = None  # whose conversion it is
    conversion: ConversionKind | None = None
    reason: str = ""
    is_known: bool = False  # just as it was seen last: nothing is to be done


def decide(
    session: Session,
    plan: Plan,
    crm: str,
    names: frozenset[str],
    records: Sequence[Theirs],
    *,
    now: datetime,
) -> list[Decision]:
    """What becomes of each record; changes nothing."""
    known = _Known(session, plan, crm, records)
    return [_decision(session, plan, names, known, one, now) for one in records]


def apply(session: Session, plan: Plan, crm: str, one: Decision, *, now: datetime) -> bool:
    """Does what was decided; tells whether a contact of ours changed."""
    if one.is_known:
        return False
    if one.opts_out:
        _suppress(session, plan, crm, one, now)
    link = _link(session, crm, one, now)
    if link is None or one.contact_id is None or one.reason:
        return False
    changed = _take(session, crm, one, now)
    crm_fields.agreed(link, crm_fields.ours_of(*_contact(session, one.contact_id)), one.changes)
    link.theirs, link.raw = dict(one.theirs.fields), dict(one.theirs.raw)
    link.theirs_at = one.theirs.changed_at or now
    link.stage, link.synced_at = one.theirs.stage, now
    if any(change.settled.theirs_changes for change in one.changes):
        link.ours_seen_at = None
    elif changed or link.ours_seen_at is None:
        link.ours_seen_at = now
    if one.lead_id is not None and one.conversion is not None:
        at = min(one.theirs.changed_at or now, now)
        conversions.record(
            session, SYSTEM, one.lead_id, one.conversion, at=at, now=now, source=SOURCE
        )
    session.flush()
    return changed


def set_aside(session: Session, crm: str, one: Decision, why: str, *, now: datetime) -> None:
    """Keeps a record that could not be taken, with its reason, where a person sees it."""
    if one.contact_id is not None:
        _link(session, crm, replace(one, reason=why), now)


class _Known:
    """Links and contacts of a page of records, read at once."""

    def __init__(self, session: Session, plan: Plan, crm: str, records: Sequence[Theirs]) -> None:
        emails = {key for one in records if (key := addresses.normalise(one.email))}
        of_crm = select(CrmLink).where(CrmLink.crm == crm, CrmLink.kind == CrmKind.CONTACT)
        ids = [one.remote_id for one in records]
        places = [keys.crm_place(crm, email) for email in emails]
        self.by_remote = {
            link.remote_id: link
            for link in session.execute(of_crm.where(CrmLink.remote_id.in_(ids))).scalars()
        }
        self.by_place = {
            link.place: link
            for link in session.execute(of_crm.where(CrmLink.place.in_(places))).scalars()
        }
        query = select(Contact).where(Contact.email_key.in_(emails)).order_by(Contact.id.desc())
        if plan.clients:
            query = query.where(Contact.client_id.in_(plan.clients))
        self.contacts = {one.email_key: one for one in session.execute(query).scalars()}
        links = (*self.by_remote.values(), *self.by_place.values())
        linked = select(Contact).where(Contact.id.in_({link.contact_id for link in links}))
        people = (*self.contacts.values(), *session.execute(linked).scalars())
        account_ids = {one.account_id for one in people if one.account_id}
        accounts = session.execute(select(Account).where(Account.id.in_(account_ids))).scalars()
        self._at_hand = (people, tuple(accounts))  # what the session then need not ask for
        self.crm = crm

    def of(self, email: str) -> CrmLink | None:
        """The link of an address."""
        return self.by_place.get(keys.crm_place(self.crm, email))


def _decision(
    session: Session,
    plan: Plan,
    names: frozenset[str],
    known: _Known,
    one: Theirs,
    now: datetime,
) -> Decision:
    email = addresses.normalise(one.email)
    link = known.by_remote.get(one.remote_id)
    if link is not None and link.place != keys.crm_place(known.crm, email or ""):
        contact = session.get_one(Contact, link.contact_id)
        why = f"The CRM's record has another address now ({one.email or 'none'})."
        return Decision(
            one, contact.email_key, contact.id, contact.client_id, opts_out=one.opted_out,
            reason=why,
        )  # fmt: skip
    if email is None:
        return Decision(one, "")
    link = link or known.of(email)
    contact_id = link.contact_id if link else getattr(known.contacts.get(email), "id", None)
    if contact_id is None:
        return Decision(one, email, opts_out=one.opted_out)
    contact, account = _contact(session, contact_id)
    if contact.merged_into_id is not None:  # only another address of somebody now
        return Decision(one, email, opts_out=one.opted_out)
    changes = crm_fields.differences(
        plan, names, crm_fields.ours_of(contact, account), one.fields, link.base if link else {},
        ours_at=contact.updated_at, theirs_at=one.changed_at or now,
    )  # fmt: skip
    found = Decision(one, email, contact_id, contact.client_id, changes, one.opted_out)
    if link is not None and not changes and not one.opted_out and _as_seen(link, one):
        return replace(found, is_known=True)
    return _with_conversion(session, plan, found)


def _as_seen(link: CrmLink, one: Theirs) -> bool:
    same = link.remote_id == one.remote_id and link.stage is one.stage
    settled = link.state is LinkState.LINKED and link.ours_seen_at is not None
    return same and settled and link.theirs == dict(one.fields)


def _with_conversion(session: Session, plan: Plan, one: Decision) -> Decision:
    """The conversion that a stage means, on the lead that was written to last."""
    kind = MEANS.get(one.theirs.stage)
    if kind is None or not plan.conversions:
        return one
    lead_id = session.execute(
        select(Lead.id)
        .where(Lead.contact_id == one.contact_id, Lead.reached_at.is_not(None))
        .order_by(Lead.reached_at.desc(), Lead.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    marked = select(Conversion.id).where(Conversion.lead_id == lead_id, Conversion.kind == kind)
    if lead_id is None or session.execute(marked.limit(1)).first():
        return one
    return replace(one, lead_id=lead_id, conversion=kind)


def _contact(session: Session, contact_id: int) -> tuple[Contact, Account | None]:
    contact = session.get_one(Contact, contact_id)
    account = session.get(Account, contact.account_id) if contact.account_id else None
    return contact, account


def _suppress(session: Session, plan: Plan, crm: str, one: Decision, now: datetime) -> None:
    """For every client that this CRM is kept for."""
    whole: list[int | None] = [None]
    for client_id in sorted(plan.clients) or whole:
        suppressions.suppress(
            session, SYSTEM, one.email_key, client_id=client_id,
            reason=SuppressionReason.OPT_OUT, source=f"CRM: {crm}", now=now,
        )  # fmt: skip


def _link(session: Session, crm: str, one: Decision, now: datetime) -> CrmLink | None:
    """The contact's link to this record, made where there is none; None where there is no contact,
    or another one has the record.
    """
    if one.contact_id is None:
        return None
    query = select(CrmLink).where(
        CrmLink.crm == crm, CrmLink.kind == CrmKind.CONTACT, CrmLink.subject_id == one.contact_id
    )
    row: dict[str, Any] = {
        "client_id": one.client_id, "crm": crm, "kind": CrmKind.CONTACT,
        "contact_id": one.contact_id, "subject_id": one.contact_id,
        "place": keys.crm_place(crm, one.email_key), "remote_id": one.theirs.remote_id,
        "state": LinkState.LINKED, "attempts": 0, "base": {}, "theirs": {}, "raw": {},
        "stage": CrmStage.UNKNOWN, "created_at": now,
    }  # fmt: skip
    made = insert_new(session, CrmLink, row)
    link = session.execute(query).scalar_one_or_none()
    if link is None:
        return None
    if made is None and link.state is not LinkState.SENDING:
        link.place = link.place or keys.crm_place(crm, one.email_key)
    link.remote_id = one.theirs.remote_id
    if one.reason:
        link.state, link.reason, link.ours_seen_at = LinkState.SET_ASIDE, one.reason[:500], now
    elif link.state is not LinkState.SENDING:
        link.state, link.reason = LinkState.LINKED, None
    session.flush()
    return link


def _take(session: Session, crm: str, one: Decision, now: datetime) -> bool:
    """Writes the fields in which the CRM is right; one entry in the audit trail says so."""
    taken = {
        change.name: change.settled.value or None
        for change in one.changes
        if change.settled.ours_changes
    }
    if not taken or one.contact_id is None:
        return False
    contact = session.get_one(Contact, one.contact_id)
    if contact.email_key != one.email_key:
        raise Invalid("The contact's address is another than the record's.")
    before = {name: getattr(contact, name) for name in taken}
    for name, value in taken.items():
        setattr(contact, name, value)
    contact.updated_at = now
    contact.version += 1
    audit.record(
        session, SYSTEM, "contact changed by the CRM", keys.subject("contact", contact.id),
        client_id=contact.client_id, before=before, after={**taken, "crm": crm}, now=now,
    )  # fmt: skip
    return True
