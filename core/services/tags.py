"""Tags on contacts: the words of a client, and who has them.

`contacts.tags` holds the names, as imports and routing rules read them; contact_tags holds the
same by id, for the filters. Whoever writes one writes the other here.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.errors import Invalid, Stale
from core.services import audit, bulk, guard, history
from core.services.names import key, named
from db.models import Contact, ContactTag, Tag
from db.upsert import insert_ignore

MOST = 80  # characters of a name
MOST_A_CONTACT = 50
_contact, _on = bulk.table_of(Contact), bulk.table_of(ContactTag)


def tag(session: Session, viewer: Viewer, client_id: int, name: str, *, now: datetime) -> Tag:
    """The client's tag of that name, made where it is new."""
    guard.allow(viewer, Act.EDIT_LEADS, client_id)
    wanted = named(name, "a tag", MOST)
    found = _by_key(session, client_id, [wanted])
    if not found:
        _make(session, viewer, client_id, [wanted], now)
        found = _by_key(session, client_id, [wanted])
        made = found[key(wanted)]
        audit.record(
            session, viewer, "tag made", keys.subject("tag", made.id), client_id=client_id,
            after={"name": made.name}, now=now,
        )  # fmt: skip
    return found[key(wanted)]


def known(session: Session, client_id: int, name: str) -> Tag | None:
    """The client's tag of that name, where there is one."""
    return _by_key(session, client_id, [name]).get(key(name))


def put(
    session: Session,
    viewer: Viewer,
    contact_id: int,
    names: Sequence[str],
    *,
    version: int,
    lead_id: int,
    now: datetime,
) -> Contact:
    """Exactly these tags on a contact; Stale where somebody else was quicker. The change is told
    in the history of the lead at which it was made.
    """
    contact = guard.owned(session, viewer, Contact, contact_id, Act.EDIT_LEADS)
    wanted = {one.id: one.name for one in (
        tag(session, viewer, contact.client_id, name, now=now) for name in names
    )}  # fmt: skip
    if len(wanted) > MOST_A_CONTACT:
        raise Invalid(f"A contact may have {MOST_A_CONTACT} tags. Take some off first.")
    before, after = list(contact.tags), sorted(wanted.values())
    if sorted(before) == after:
        return contact
    changed = session.execute(
        update(Contact)
        .where(Contact.id == contact_id, Contact.version == version)
        .values(tags=after, updated_at=now, version=Contact.version + 1)
        .returning(Contact.id)
    ).scalar_one_or_none()
    if changed is None:
        raise Stale("Somebody else changed this contact meanwhile. Look at it again.")
    follow(session, viewer, contact.client_id, {contact_id: after}, now=now)
    told = _change(before, after)
    history.tell(session, viewer, lead_id, contact.client_id, kind="tag", words=told, now=now)
    audit.record(
        session, viewer, "contact tagged", keys.subject("contact", contact_id), now=now,
        client_id=contact.client_id, before={"tags": before}, after={"tags": after},
    )  # fmt: skip
    session.refresh(contact)
    return contact


def add_many(
    session: Session, one: Tag, contact_ids: Collection[int], *, now: datetime
) -> set[int]:
    """Puts a tag on contacts of its client; gives those that did not have it. One transaction's
    share of a bulk job, which asked for permission.
    """
    ids = sorted(contact_ids)
    fresh = set(ids) - _having(session, one.id, ids)
    bulk.ignore(session, ContactTag, [{"contact_id": id_} for id_ in sorted(fresh)],
                {"tag_id": one.id})  # fmt: skip
    _rewrite(session, fresh, now, lambda names: [*names, one.name])
    return fresh


def take_many(
    session: Session, one: Tag, contact_ids: Collection[int], *, now: datetime
) -> set[int]:
    """Takes a tag off contacts; gives those that had it."""
    had = _having(session, one.id, sorted(contact_ids))
    if had:
        session.execute(
            delete(ContactTag).where(
                ContactTag.tag_id == one.id,
                bulk.among(session, ContactTag.contact_id, sorted(had)),
            )
        )
    _rewrite(session, had, now, lambda names: [n for n in names if key(n) != one.key])
    return had


def follow(
    session: Session,
    viewer: Viewer,
    client_id: int,
    given: Mapping[int, Sequence[str]],
    *,
    now: datetime,
) -> None:
    """Brings contact_tags in line with `contacts.tags`, given by contact id: after an import, a
    merge or an edit wrote the names.
    """
    names = {key(name): name[:MOST] for words in given.values() for name in words if name.strip()}
    known = _by_key(session, client_id, list(names.values()))
    new = [name for word, name in names.items() if word not in known]
    if new:
        _make(session, viewer, client_id, new, now)
        known = _by_key(session, client_id, list(names.values()))
    ids = sorted(given)
    if not ids:
        return
    session.execute(delete(ContactTag).where(bulk.among(session, ContactTag.contact_id, ids)))
    rows = {
        (known[key(name[:MOST])].id, contact_id)
        for contact_id, words in given.items()
        for name in words
        if name.strip()
    }
    bulk.ignore(
        session, ContactTag, [{"tag_id": tag_id, "contact_id": on} for tag_id, on in sorted(rows)]
    )


def remove(session: Session, viewer: Viewer, tag_id: int, *, now: datetime) -> None:
    """Does away with a tag that nobody has any more."""
    one = guard.owned(session, viewer, Tag, tag_id, Act.EDIT_LEADS)
    left = session.execute(
        select(func.count()).select_from(
            select(ContactTag.contact_id).where(ContactTag.tag_id == tag_id).limit(1).subquery()
        )
    ).scalar_one()
    if left:
        raise Invalid(f"'{one.name}' is still on contacts. Take it off them first, in the list.")
    audit.record(
        session, viewer, "tag removed", keys.subject("tag", tag_id), client_id=one.client_id,
        before={"name": one.name}, now=now,
    )  # fmt: skip
    session.delete(one)
    session.flush()


def _having(session: Session, tag_id: int, contact_ids: Sequence[int]) -> set[int]:
    found = session.connection().execute(
        select(_on.c.contact_id).where(
            _on.c.tag_id == tag_id, bulk.among(session, _on.c.contact_id, contact_ids)
        )
    )
    return set(found.scalars())


def _rewrite(
    session: Session,
    contact_ids: Collection[int],
    now: datetime,
    change: Callable[[list[str]], list[str]],
) -> None:
    """The names in `contacts.tags`, changed one by one: each contact has its own."""
    if not contact_ids:
        return
    found = session.execute(
        select(Contact)
        .where(bulk.among(session, Contact.id, sorted(contact_ids)))
        .order_by(Contact.id)
        .with_for_update()
    ).scalars()
    for contact in found:
        contact.tags = sorted(dict.fromkeys(change(contact.tags)))
        contact.updated_at, contact.version = now, contact.version + 1
    session.flush()


def _by_key(session: Session, client_id: int, names: Sequence[str]) -> dict[str, Tag]:
    wanted = sorted({key(name) for name in names})
    found = session.execute(
        select(Tag).where(Tag.client_id == client_id, Tag.key.in_(wanted))
    ).scalars()
    return {one.key: one for one in found}


def _make(
    session: Session, viewer: Viewer, client_id: int, names: Sequence[str], now: datetime
) -> None:
    rows = [
        {
            "client_id": client_id,
            "name": name,
            "key": key(name),
            "created_at": now,
            "created_by_id": viewer.user_id,
        }
        for name in names
    ]
    insert_ignore(session, Tag, rows)


def _change(before: Sequence[str], after: Sequence[str]) -> str:
    on = [name for name in after if name not in before]
    off = [name for name in before if name not in after]
    parts = [f"Tagged {', '.join(on)}"] if on else []
    return ". ".join(parts + ([f"No longer tagged {', '.join(off)}"] if off else []))
