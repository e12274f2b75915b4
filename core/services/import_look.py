"""What is known of the people and companies of a chunk, looked up for all of them at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, null, select
from sqlalchemy.orm import Session

from core.intake.people import Person
from core.services import bulk, bulk_look
from core.services.import_weighed import Known, Target, Weighed
from db.models import Account, Contact, Lead

_contact, _account, _lead = map(bulk.table_of, (Contact, Account, Lead))
# a merged address stands for the contact that was kept
KEPT = func.coalesce(_contact.c.merged_into_id, _contact.c.id)


def look_up(session: Session, target: Target, people: Sequence[Person], found: Weighed) -> None:
    """Fills in the contacts and companies that are there."""
    bulk_look.by_index(session)
    _look_up_contacts(session, target, people, found)
    _look_up_companies(session, target, people, found)


def _look_up_contacts(
    session: Session, target: Target, people: Sequence[Person], found: Weighed
) -> None:
    names = found.contact_columns
    theirs = (
        select(_lead.c.id)
        .where(_lead.c.contact_id == KEPT, _lead.c.campaign_id == target.campaign_id)
        .correlate(_contact)
        .scalar_subquery()
    )
    known_ones = bulk_look.each(
        session,
        _contact.c.email_key,
        list({person.key for person in people}),
        [*_columns(_contact, "email_key", found), _contact.c.account_id, theirs.label("lead_id")]
        + [_contact.c[name] for name in names],
        _contact.c.client_id == target.client_id,
    )
    rows = session.connection().execute(select(known_ones))
    for contact_id, key, batch_id, seen_at, account_id, lead_id, *values in rows.all():
        known = Known(key, dict(zip(names, values, strict=True)), contact_id, account_id)
        known.has_lead, known.seen_at = lead_id is not None, seen_at
        known.made_here = _made_here(target, batch_id)
        found.contacts[key] = known


def _look_up_companies(
    session: Session, target: Target, people: Sequence[Person], found: Weighed
) -> None:
    asked = {person.company_key for person in people}
    wanted, names = [key for key in asked if key], found.account_columns
    known_ones = bulk_look.each(
        session,
        _account.c.key,
        wanted,
        [*_columns(_account, "key", found), *(_account.c[name] for name in names)],
        _account.c.client_id == target.client_id,
    )
    rows = session.connection().execute(select(known_ones))
    for account_id, key, batch_id, seen_at, *values in rows.all():
        known = Known(key, dict(zip(names, values, strict=True)), account_id)
        known.made_here, known.seen_at = _made_here(target, batch_id), seen_at
        found.accounts[key] = known


def _columns(table: Any, key: str, found: Weighed) -> list[Any]:
    """What is asked of either; the time of the last change only where it will be compared."""
    seen_at = table.c.updated_at if found.ahead else null().label("seen_at")
    return [table.c.id, table.c[key], table.c.batch_id, seen_at]


def _made_here(target: Target, batch_id: int | None) -> bool:
    return batch_id is not None and batch_id == target.batch_id
