"""Fields that a client adds to its contacts: what they are called, what they hold, their values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.lists import FieldKind
from core.errors import Invalid, Stale
from core.intake import clean, field_kinds
from core.services import audit, guard, history
from core.services.names import named
from db.models import Contact, CustomField
from db.upsert import insert_ignore

MOST = 120  # characters of a name
MOST_FIELDS = 200  # of a client
LONGEST_VALUE = 5_000
MOST_CHOICES = 100
_SAYS = {
    FieldKind.NUMBER: "a number, such as 1200 or 3.5",
    FieldKind.DATE: "a date, such as 2026-03-02",
    FieldKind.YES_NO: "yes or no",
    FieldKind.URL: "a link that begins with https:// or http://",
}


def define(
    session: Session,
    viewer: Viewer,
    client_id: int,
    name: str,
    kind: FieldKind,
    *,
    choices: Sequence[str] = (),
    now: datetime,
) -> CustomField:
    """A new field; Invalid where the client has one of that name."""
    guard.allow(viewer, Act.EDIT_LEADS, client_id)
    wanted = named(name, "a field", MOST)
    held = session.execute(
        select(CustomField.key, CustomField.name).where(CustomField.client_id == client_id)
    ).all()
    if wanted.casefold() in {word.casefold() for row in held for word in row}:
        raise Invalid(f"There is a field called '{wanted}' already. Change that one.")
    if len(held) >= MOST_FIELDS:
        raise Invalid(f"A client may have {MOST_FIELDS} fields of its own. Hide some first.")
    field = CustomField(
        client_id=client_id, key=wanted, name=wanted, kind=kind, choices=_choices(kind, choices),
        created_at=now, created_by_id=viewer.user_id,
    )  # fmt: skip
    session.add(field)
    session.flush()
    audit.of(session, viewer, "field made", field, now, after={"name": wanted, "kind": kind})
    return field


def change(
    session: Session,
    viewer: Viewer,
    field_id: int,
    *,
    name: str,
    kind: FieldKind,
    choices: Sequence[str] = (),
    hidden: bool = False,
    version: int,
    now: datetime,
) -> CustomField:
    """Another name, kind or choices, or out of sight; the values stay as they are."""
    field = guard.owned(session, viewer, CustomField, field_id, Act.EDIT_LEADS)
    before = {"name": field.name, "kind": field.kind, "hidden": field.hidden_at is not None}
    values = {
        "name": named(name, "a field", MOST),
        "kind": kind,
        "choices": _choices(kind, choices),
        "hidden_at": now if hidden else None,
    }
    changed = session.execute(
        update(CustomField)
        .where(CustomField.id == field_id, CustomField.version == version)
        .values(**values, version=CustomField.version + 1)
        .returning(CustomField.id)
    ).scalar_one_or_none()
    if changed is None:
        raise Stale("Somebody else changed this field meanwhile. Look at it again.")
    session.refresh(field)
    after = {"name": field.name, "kind": field.kind, "hidden": hidden}
    audit.of(session, viewer, "field changed", field, now, before, after)
    return field


def recognise(
    session: Session,
    viewer: Viewer,
    client_id: int,
    columns: Mapping[str, Sequence[str]],
    *,
    now: datetime,
) -> int:
    """Makes fields of a list's columns that are no standard ones (heading → some of its cells),
    each with the kind that its cells show; what is known stays as it is. Gives how many are new.
    """
    rows = []
    for heading, cells in columns.items():
        kind, choices = field_kinds.recognised(cells)
        row = {"client_id": client_id, "key": heading[:300], "kind": kind, "created_at": now}
        row |= {"name": clean.text(heading)[:MOST] or "Without a heading"}
        rows.append(row | {"choices": list(choices), "created_by_id": viewer.user_id, "version": 1})
    return insert_ignore(session, CustomField, rows[:MOST_FIELDS])


def put(
    session: Session,
    viewer: Viewer,
    contact_id: int,
    field_id: int,
    text: str,
    *,
    version: int,
    lead_id: int,
    now: datetime,
) -> Contact:
    """A person's value for a contact; "" takes it away. Invalid where it is not of the field's
    kind, Stale where somebody else changed the contact meanwhile.
    """
    contact = guard.owned(session, viewer, Contact, contact_id, Act.EDIT_LEADS)
    field = guard.owned(session, viewer, CustomField, field_id)
    if field.client_id != contact.client_id:
        raise Invalid("This field belongs to another client.")
    value = _read(field, text)
    before = contact.custom.get(field.key)
    if before == value and type(before) is type(value):
        return contact
    custom = {name: held for name, held in contact.custom.items() if name != field.key}
    if value is not None:
        custom[field.key] = value
    changed = session.execute(
        update(Contact)
        .where(Contact.id == contact_id, Contact.version == version)
        .values(custom=custom, updated_at=now, version=Contact.version + 1)
        .returning(Contact.id)
    ).scalar_one_or_none()
    if changed is None:
        raise Stale("Somebody else changed this contact meanwhile. Look at it again.")
    told = f"{field.name}: {'nothing' if value is None else value}"
    history.tell(session, viewer, lead_id, contact.client_id, kind="field", words=told, now=now)
    audit.record(
        session, viewer, "contact changed", keys.subject("contact", contact_id), now=now,
        client_id=contact.client_id, before={field.name: before}, after={field.name: value},
    )  # fmt: skip
    session.refresh(contact)
    return contact


def _read(field: CustomField, text: str) -> Any:
    if not text.strip():
        return None
    if len(text) > LONGEST_VALUE:
        raise Invalid(f"'{field.name}' holds {LONGEST_VALUE:,} characters at most. Shorten it.")
    value = field_kinds.value(field.kind, text)
    if value is None:
        raise Invalid(f"'{field.name}' wants {_SAYS.get(field.kind, 'some text')}.")
    if field.kind is FieldKind.CHOICE and field.choices and value not in field.choices:
        raise Invalid(f"'{field.name}' is one of: {', '.join(field.choices)}.")
    return value


def _choices(kind: FieldKind, given: Sequence[str]) -> list[str]:
    if kind is not FieldKind.CHOICE:
        return []
    found = list(dict.fromkeys(named(one, "a choice", MOST) for one in given if one.strip()))
    if not found:
        raise Invalid("Name the choices, one a line.")
    if len(found) > MOST_CHOICES:
        raise Invalid(f"A field may have {MOST_CHOICES} choices. Use text instead.")
    return found
