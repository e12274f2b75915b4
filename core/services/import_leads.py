"""Contacts of a chunk made leads: with their history, origin and owner; and who opted out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, true, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Viewer
from core.domain.lifecycle import OPEN_LEAD_STATES
from core.domain.states import LeadState, SuppressionKind, SuppressionReason
from core.services import announcing, bulk, bulk_look, leads
from core.services.import_look import KEPT
from core.services.import_weighed import Overtaken, Target, Weighed
from db.models import Contact, Lead, LeadEvent, Suppression

_contact, _lead = bulk.table_of(Contact), bulk.table_of(Lead)
_ORIGIN = (
    update(_lead)
    .where(
        _lead.c.contact_id == bindparam("b_contact"), _lead.c.campaign_id == bindparam("b_campaign")
    )
    .values(source=bindparam("v_source"), owner_id=bindparam("v_owner"))
)


def store(
    session: Session,
    viewer: Viewer,
    target: Target,
    weighed: Weighed,
    people: Mapping[str, int],
    *,
    batch_id: int,
    name: str,
    source: str,
    owners: Mapping[str, int],
    now: datetime,
) -> None:
    """Writes what follows from a chunk's contacts: `people` are those that become leads, by key."""
    made = _store_leads(
        session, viewer, target, list(people.values()), batch_id, name, source, now,
        sure=weighed.ahead,
    )  # fmt: skip
    if weighed.ahead and made != len(people):
        raise Overtaken
    _store_origins(session, weighed, people, target, source, owners)
    _store_opt_outs(session, viewer, target, weighed.opted_out, name, now)


def _store_leads(
    session: Session,
    viewer: Viewer,
    target: Target,
    people: Sequence[int],
    batch_id: int,
    name: str,
    source: str,
    now: datetime,
    *,
    sure: bool,
) -> int:
    """Leads of contacts by their ids, made from the contacts by the database itself; how many.

    `sure`: none of them has one yet.
    """
    if not people:
        return 0
    alike = {
        "client_id": target.client_id,
        "campaign_id": target.campaign_id,
        "state": LeadState.HARVESTED,
        "state_reason": f"Imported from {name}"[:300],
        "state_at": now,
        "source": source,
        "batch_id": batch_id,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    asked = (_contact.c.id, KEPT.label("kept_id"), _contact.c.account_id)
    theirs = bulk_look.each(session, _contact.c.id, people, asked).c
    mine = select(theirs.kept_id, theirs.account_id).where(true()).order_by(theirs.id)
    columns = ("contact_id", "account_id")
    made = bulk.ignore_from(session, Lead, columns, mine, alike, sure=sure)
    announcing.created(session, made, client_id=target.client_id, now=now)
    _store_history(session, viewer, made, alike, name)
    return len(made)


def _store_history(
    session: Session, viewer: Viewer, made: Sequence[int], lead: Mapping[str, Any], name: str
) -> None:
    """The first line of each lead's history."""
    alike = {
        "client_id": lead["client_id"],
        "kind": "import",
        "to_state": LeadState.HARVESTED,
        "reason": f"Imported from {name}"[:500],
        "actor_id": viewer.user_id,
        "actor_name": viewer.name,
        "extra": {"batch": lead["batch_id"]},
        "at": lead["created_at"],
    }
    if isinstance(made, range):
        each = select(_lead.c.id).where(_lead.c.id.between(made.start, made.stop - 1))
    else:
        each = select(bulk_look.listed(session, made, _lead.c.id.type)).where(true())
    bulk.ignore_from(session, LeadEvent, ("lead_id",), each, alike, sure=True)


def _store_origins(
    session: Session,
    weighed: Weighed,
    people: Mapping[str, int],
    target: Target,
    source: str,
    owners: Mapping[str, int],
) -> None:
    """What single rows say of where a lead is from and whose it is."""
    named = [weighed.contacts[key] for key in people]
    rows = [
        {
            "b_contact": people[one.key],
            "b_campaign": target.campaign_id,
            "v_source": one.source or source,
            "v_owner": owners.get(one.owner.casefold()) if one.owner else None,
        }
        for one in named
        if one.source or one.owner
    ]
    bulk.run(session, _ORIGIN, rows)


def _store_opt_outs(
    session: Session,
    viewer: Viewer,
    target: Target,
    opted_out: Sequence[str],
    name: str,
    now: datetime,
) -> None:
    if not opted_out:
        return
    row = {
        "scope": keys.suppression_scope(target.client_id),
        "client_id": target.client_id,
        "kind": SuppressionKind.ADDRESS,
        "reason": SuppressionReason.OPT_OUT,
        "source": f"list {name}"[:200],
        "at": now,
        "by_id": viewer.user_id,
    }
    bulk.ignore(session, Suppression, [{**row, "value": key} for key in dict.fromkeys(opted_out)])
    open_leads = session.execute(
        select(_lead.c.id)
        .join(_contact, _lead.c.contact_id == KEPT)
        .where(
            _contact.c.client_id == target.client_id,
            _contact.c.email_key.in_(set(opted_out)),
            _lead.c.state.in_(OPEN_LEAD_STATES),
        )
    ).scalars()
    why = f"Must not be written to: opted out, says the list {name}."
    for lead_id in open_leads.all():
        leads.move(session, viewer, lead_id, LeadState.SUPPRESSED, reason=why, now=now)
