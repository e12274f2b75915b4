"""What was weighed, stored: companies, contacts, leads, opt-outs and rejects of one chunk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, true, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Viewer
from core.domain.lifecycle import OPEN_LEAD_STATES
from core.domain.states import LeadState, SuppressionKind, SuppressionReason
from core.services import announcing, bulk, bulk_look, contacts, import_changes, leads
from core.services.import_rows import KEPT, Known, Target, Weighed
from db.models import Account, Contact, ImportReject, Lead, LeadEvent, Suppression

BY_ADDRESS = (
    *("email", "email_key", "email_domain"),
    *("role_account", "free_mail", "disposable"),
)
_contact, _account, _lead = map(bulk.table_of, (Contact, Account, Lead))
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
    *,
    batch_id: int,
    name: str,
    source: str,
    owners: Mapping[str, int],
    now: datetime,
) -> None:
    """Writes one chunk. `name` is the file's, for the history; `owners` name or address → user."""
    companies = _store_accounts(session, target, weighed, now)
    people = _store_contacts(session, target, weighed, companies, now)
    import_changes.keep(session, weighed, batch_id)
    _store_leads(session, viewer, target, list(people.values()), batch_id, name, source, now)
    _store_origins(session, weighed, people, target, source, owners)
    _store_opt_outs(session, viewer, target, weighed.opted_out, name, now)
    _store_rejects(session, weighed, batch_id)


def _store_rejects(session: Session, weighed: Weighed, batch_id: int) -> None:
    rows = [
        {"row_no": one.row_no, "reason": one.reason, "cells": _safe(one.cells)}
        for one in weighed.rejects
    ]
    bulk.ignore(session, ImportReject, rows, {"batch_id": batch_id})


def _store_accounts(
    session: Session, target: Target, weighed: Weighed, now: datetime
) -> dict[str, int]:
    """Companies by key → id; new ones are made, changed ones written."""
    new = [one for one in weighed.accounts.values() if one.id is None]
    old = [one for one in weighed.accounts.values() if one.changed and one.id is not None]
    names = weighed.account_columns
    blank = contacts.account_row(target.client_id, "", now)
    alike = {name: value for name, value in blank.items() if name not in (*names, "key")}
    alike["batch_id"] = target.batch_id
    unsaid = {name: blank.get(name) for name in names}
    rows = [{**unsaid, **one.values, "key": one.key} for one in new]
    _insert(session, Account, _account.c.key, target, new, rows, alike)
    _write(session, Account, names, old, now)
    ids = {key: one.id for key, one in weighed.accounts.items() if one.id is not None}
    merged = dict(
        session.execute(
            select(_account.c.id, _account.c.merged_into_id).where(
                _account.c.merged_into_id.is_not(None),
                bulk.among(session, _account.c.id, list(ids.values())),
            )
        ).all()
    )
    return {key: merged.get(one, one) for key, one in ids.items()}


def _store_contacts(
    session: Session,
    target: Target,
    weighed: Weighed,
    companies: Mapping[str, int],
    now: datetime,
) -> dict[str, int]:
    """Contacts that become leads, by key → id."""
    becoming = [weighed.contacts[key] for key in weighed.new_leads]
    new = [one for one in becoming if one.id is None]
    old = [one for one in weighed.contacts.values() if one.changed and one.id is not None]
    names = weighed.contact_columns
    blank = contacts.new_row(target.client_id, "", now)
    alike = {name: value for name, value in blank.items() if name not in (*names, *BY_ADDRESS)}
    alike["batch_id"] = target.batch_id
    unsaid = {name: blank.get(name) for name in names}
    rows = [
        {**unsaid, **one.values, **_by_address(one), "account_id": _company_of(one, companies)}
        for one in new
    ]
    _insert(session, Contact, _contact.c.email_key, target, new, rows, alike)
    for one in old:
        one.values["account_id"] = company_id = _company_of(one, companies)
        if one.account_id != company_id and not one.made_here:
            one.before = {**(one.before or {}), "account_id": one.account_id}
    _write(session, Contact, (*names, "account_id"), old, now)
    return {one.key: one.id for one in becoming if one.id is not None}


def _store_leads(
    session: Session,
    viewer: Viewer,
    target: Target,
    people: Sequence[int],
    batch_id: int,
    name: str,
    source: str,
    now: datetime,
) -> None:
    """Leads of contacts by their ids, made from the contacts by the database itself."""
    if not people:
        return
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
    columns = (_contact.c.id, KEPT.label("kept_id"), _contact.c.account_id)
    theirs = bulk_look.each(session, _contact.c.id, people, columns).c
    mine = select(theirs.kept_id, theirs.account_id).where(true()).order_by(theirs.id)
    made = bulk.ignore_from(session, Lead, ("contact_id", "account_id"), mine, alike)
    announcing.created(session, made, client_id=target.client_id, now=now)
    _store_history(session, viewer, made, alike, name)


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
    theirs = bulk_look.listed(session, made, _lead.c.id.type)
    bulk.ignore_from(session, LeadEvent, ("lead_id",), select(theirs).where(true()), alike)


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


def _insert(
    session: Session,
    model: type[Any],
    column: Any,
    target: Target,
    new: Sequence[Known],
    rows: list[dict[str, Any]],
    alike: Mapping[str, Any],
) -> None:
    """Inserts what is not there yet, and gives all their ids: those of somebody who was quicker
    are asked for.
    """
    if not rows:
        return
    for one, row, new_id in zip(new, rows, bulk.next_ids(session, model, len(rows)), strict=True):
        one.id = row["id"] = new_id
    if bulk.ignore(session, model, rows, alike) == len(rows):
        return
    table = bulk.table_of(model)
    found = session.connection().execute(
        select(column, table.c.id).where(
            table.c.client_id == target.client_id,
            bulk.among(session, column, [one.key for one in new]),
        )
    )
    ids = {row[0]: row[1] for row in found}
    for one in new:
        one.id = ids[one.key]


def _write(
    session: Session,
    model: type[Account | Contact],
    names: Sequence[str],
    rows: Sequence[Known],
    now: datetime,
) -> None:
    given = [
        {"b_id": one.id} | {f"v_{name}": one.values.get(name) for name in names} for one in rows
    ]
    bulk.run(session, _writing(model, tuple(names)), given, {"b_now": now})


@lru_cache(maxsize=100)
def _writing(model: type[Account | Contact], names: tuple[str, ...]) -> Any:
    table = bulk.table_of(model)
    return (
        update(table)
        .where(table.c.id == bindparam("b_id"))
        .values(updated_at=bindparam("b_now"), **{n: bindparam(f"v_{n}") for n in names})
    )


def _by_address(one: Known) -> dict[str, Any]:
    """The columns of BY_ADDRESS."""
    role, free, disposable = one.kinds
    return {
        "email": one.key,
        "email_key": one.key,
        "email_domain": one.key.rpartition("@")[2],
        "role_account": role,
        "free_mail": free,
        "disposable": disposable,
    }


def _company_of(one: Known, companies: Mapping[str, int]) -> int | None:
    if one.account_id is not None or one.account_key is None:
        return one.account_id
    return companies.get(one.account_key)


def _safe(cells: Sequence[str]) -> list[str]:
    """Cells as a database takes them: without NUL and halves of characters."""
    return [cell.replace("\x00", "").encode("utf-8", "replace").decode("utf-8") for cell in cells]
