"""Static lists of leads: made, renamed, done away with; who is on them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.errors import Invalid, NotFound, Stale
from core.services import audit, bulk, guard, history
from core.services.names import key, named
from db.models import Lead, LeadList, LeadListMember
from db.upsert import insert_ignore

MOST = 120  # characters of a name
_member = bulk.table_of(LeadListMember)


def create(
    session: Session, viewer: Viewer, client_id: int, name: str, *, now: datetime
) -> LeadList:
    """A new list; Invalid where the client has one of that name."""
    guard.allow(viewer, Act.EDIT_LEADS, client_id)
    wanted = named(name, "a list", MOST)
    row = {
        "client_id": client_id,
        "name": wanted,
        "key": key(wanted),
        "created_at": now,
        "created_by_id": viewer.user_id,
        "version": 1,
    }
    if not insert_ignore(session, LeadList, [row]):
        raise Invalid(f"There is a list called '{wanted}' already. Take another name, or use it.")
    made = session.execute(
        select(LeadList).where(LeadList.client_id == client_id, LeadList.key == key(wanted))
    ).scalar_one()
    audit.of(session, viewer, "list made", made, now, after={"name": wanted})
    return made


def rename(
    session: Session, viewer: Viewer, list_id: int, name: str, *, version: int, now: datetime
) -> LeadList:
    """Another name; a stale version is refused."""
    found = guard.owned(session, viewer, LeadList, list_id, Act.EDIT_LEADS)
    wanted, before = named(name, "a list", MOST), found.name
    try:
        with session.begin_nested():
            changed = session.execute(
                update(LeadList)
                .where(LeadList.id == list_id, LeadList.version == version)
                .values(name=wanted, key=key(wanted), version=LeadList.version + 1)
                .returning(LeadList.id)
            ).scalar_one_or_none()
    except IntegrityError:
        raise Invalid(f"There is a list called '{wanted}' already. Take another name.") from None
    if changed is None:
        raise Stale("Somebody else changed this list meanwhile. Look at it again.")
    session.refresh(found)
    audit.of(session, viewer, "list renamed", found, now, {"name": before}, {"name": wanted})
    return found


def remove(session: Session, viewer: Viewer, list_id: int, *, now: datetime) -> None:
    """Does away with a list; its leads stay what they are."""
    found = guard.owned(session, viewer, LeadList, list_id, Act.EDIT_LEADS)
    session.execute(delete(LeadListMember).where(LeadListMember.list_id == list_id))
    audit.of(session, viewer, "list removed", found, now, before={"name": found.name})
    session.delete(found)
    session.flush()


def put(
    session: Session,
    viewer: Viewer,
    lead_id: int,
    list_ids: Collection[int],
    *,
    version: int,
    now: datetime,
) -> Lead:
    """A lead on exactly these lists; Stale where somebody else changed the lead meanwhile."""
    lead = guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    wanted = {one.id: one.name for one in (_of_client(session, lead, id_) for id_ in list_ids)}
    held = set(
        session.execute(
            select(LeadListMember.list_id).where(LeadListMember.lead_id == lead_id)
        ).scalars()
    )
    if held == set(wanted):
        return lead
    changed = session.execute(
        update(Lead)
        .where(Lead.id == lead_id, Lead.version == version)
        .values(version=Lead.version + 1)
        .returning(Lead.id)
    ).scalar_one_or_none()
    if changed is None:
        raise Stale("Somebody else changed this lead meanwhile. Look at it again.")
    for list_id in sorted(held - set(wanted)):
        take_many(session, list_id, [lead_id])
    for list_id in sorted(set(wanted) - held):
        add_many(session, list_id, [lead_id], now=now)
    words = ", ".join(sorted(wanted.values()))
    told = f"On the lists {words}" if wanted else "On no list any more"
    history.tell(session, viewer, lead_id, lead.client_id, kind="list", words=told, now=now)
    audit.record(
        session, viewer, "lead put on lists", keys.subject("lead", lead_id), now=now,
        client_id=lead.client_id, before={"lists": sorted(held)}, after={"lists": sorted(wanted)},
    )  # fmt: skip
    session.refresh(lead)
    return lead


def add_many(
    session: Session, list_id: int, lead_ids: Collection[int], *, now: datetime
) -> set[int]:
    """Puts leads on a list; gives those that were not on it. The caller asked for permission."""
    fresh = set(lead_ids) - _on(session, list_id, lead_ids)
    rows = [{"lead_id": lead_id} for lead_id in sorted(fresh)]
    bulk.ignore(session, LeadListMember, rows, {"list_id": list_id, "at": now})
    return fresh


def take_many(session: Session, list_id: int, lead_ids: Collection[int]) -> set[int]:
    """Takes leads off a list; gives those that were on it."""
    were = _on(session, list_id, lead_ids)
    if were:
        session.execute(
            delete(LeadListMember).where(
                LeadListMember.list_id == list_id,
                bulk.among(session, LeadListMember.lead_id, sorted(were)),
            )
        )
    return were


def _on(session: Session, list_id: int, lead_ids: Collection[int]) -> set[int]:
    found = session.connection().execute(
        select(_member.c.lead_id).where(
            _member.c.list_id == list_id,
            bulk.among(session, _member.c.lead_id, sorted(lead_ids)),
        )
    )
    return set(found.scalars())


def _of_client(session: Session, lead: Lead, list_id: int) -> LeadList:
    found = session.get(LeadList, list_id)
    if found is None or found.client_id != lead.client_id:
        raise NotFound("This list does not exist, or it belongs to another client.")
    return found
