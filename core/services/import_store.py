"""What was weighed, stored: companies, contacts, rejects of one chunk; leads in import_leads."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.services import bulk, contacts, import_changes, import_leads
from core.services.bulk import Columns
from core.services.bulk_copy import Written
from core.services.import_weighed import Known, Overtaken, Target, Weighed
from db.models import Account, Contact, ImportReject

BY_ADDRESS = (
    *("email", "email_key", "email_domain"),
    *("role_account", "free_mail", "disposable"),
)
_contact, _account = bulk.table_of(Contact), bulk.table_of(Account)


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
    if weighed.sent is not None:
        weighed.sent()
    import_leads.store(
        session, viewer, target, weighed, people,
        batch_id=batch_id, name=name, source=source, owners=owners, now=now,
    )  # fmt: skip
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
    columns = _columns(new, names, blank) | {"key": [one.key for one in new]}
    _insert(session, Account, _account.c.key, target, new, columns, alike, sure=weighed.ahead)
    _write(session, Account, names, old, blank, now, unless_changed=weighed.ahead)
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
    columns = _columns(new, names, blank) | _by_address(new)
    for one in new:
        one.account_id = _company_of(one, companies)
    columns["account_id"] = [one.account_id for one in new]
    key = _contact.c.email_key
    _insert(session, Contact, key, target, new, columns, alike, sure=weighed.ahead)
    for one in old:
        one.values["account_id"] = company_id = _company_of(one, companies)
        if one.account_id != company_id and not one.made_here:
            one.before = {**(one.before or {}), "account_id": one.account_id}
        one.account_id = company_id
    names = (*names, "account_id")
    _write(session, Contact, names, old, blank, now, unless_changed=weighed.ahead)
    return {one.key: one.id for one in becoming if one.id is not None}


def _insert(
    session: Session,
    model: type[Any],
    column: Any,
    target: Target,
    new: Sequence[Known],
    columns: Mapping[str, Sequence[Any]],
    alike: Mapping[str, Any],
    *,
    sure: bool,
) -> None:
    """Inserts what is not there yet, and gives all their ids: those of somebody who was quicker
    are asked for (`sure`: that is an error).
    """
    if not new:
        return
    ids = bulk.next_ids(session, model, len(new))
    for one, new_id in zip(new, ids, strict=True):
        one.id = new_id
    rows = Columns({**columns, "id": ids})
    if sure:
        bulk.insert(session, model, rows, alike)
        return
    if bulk.ignore(session, model, rows, alike) == len(new):
        return
    table = bulk.table_of(model)
    found = session.connection().execute(
        select(column, table.c.id).where(
            table.c.client_id == target.client_id,
            bulk.among(session, column, [one.key for one in new]),
        )
    )
    theirs = {row[0]: row[1] for row in found}
    for one in new:
        one.id = theirs[one.key]


def _write(
    session: Session,
    model: type[Account | Contact],
    names: Sequence[str],
    rows: Sequence[Known],
    blank: Mapping[str, Any],
    now: datetime,
    *,
    unless_changed: bool,
) -> None:
    """`unless_changed` by somebody else since they were seen: then nothing of the chunk counts."""
    given = [
        {"b_id": one.id} | {f"v_{name}": one.values.get(name, blank.get(name)) for name in names}
        for one in rows
    ]
    if not unless_changed:
        bulk.run(session, _writing(model, tuple(names)), given, {"b_now": now})
        return
    for one, row in zip(rows, given, strict=True):
        row["b_seen_at"] = one.seen_at
    written = _writing(model, tuple(names), unless_changed=True)
    if bulk.run(session, written, given, {"b_now": now}) != len(rows):
        raise Overtaken


@lru_cache(maxsize=100)
def _writing(
    model: type[Account | Contact], names: tuple[str, ...], *, unless_changed: bool = False
) -> Any:
    table = bulk.table_of(model)
    same = [table.c.updated_at == bindparam("b_seen_at")] if unless_changed else []
    return (
        update(table)
        .where(table.c.id == bindparam("b_id"), *same)
        .values(updated_at=bindparam("b_now"), **{n: bindparam(f"v_{n}") for n in names})
    )


def _columns(
    new: Sequence[Known], names: Sequence[str], blank: Mapping[str, Any]
) -> dict[str, Sequence[Any]]:
    """What the rows say of new ones, column by column."""
    said = [one.values for one in new]
    found: dict[str, Sequence[Any]] = {}
    for name in names:
        unsaid = blank.get(name)
        found[name] = [values.get(name, unsaid) for values in said]
        if name == "custom":
            found[name] = Written([_document(one) for one in found[name]])
    return found


def _by_address(new: Sequence[Known]) -> dict[str, Sequence[Any]]:
    """The columns of BY_ADDRESS."""
    addresses = [one.key for one in new]
    domains = [key.rpartition("@")[2] for key in addresses]
    kinds = zip(*(one.kinds for one in new), strict=True) if new else ([], [], [])
    found = (addresses, addresses, domains, *map(list, kinds))
    return dict(zip(BY_ADDRESS, found, strict=True))


def _document(given: Mapping[str, Any]) -> str:
    """JSON text; most documents of a list hold texts alone, which is quicker written."""
    if all(type(value) is str for value in given.values()):
        return f"{{{', '.join([f'{_quoted(n)}: {_quoted(v)}' for n, v in given.items()])}}}"
    return json.dumps(given)


def _company_of(one: Known, companies: Mapping[str, int]) -> int | None:
    if one.account_id is not None or one.account_key is None:
        return one.account_id
    return companies.get(one.account_key)


def _safe(cells: Sequence[str]) -> list[str]:
    """Cells as a database takes them: without NUL and halves of characters."""
    return [cell.replace("\x00", "").encode("utf-8", "replace").decode("utf-8") for cell in cells]
