"""Deliverables as the Exports page shows them, and the rows that lead lists are made from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain import head_counts
from core.domain.access import Act, Viewer
from core.domain.periods import DAY, Period
from core.domain.states import DeliverableKind, DeliverableState
from core.queries import paging
from core.queries.paging import Order, Page
from db.models import Account, Campaign, Client, Contact, DailyRollup, Deliverable, Lead, User

LIST_PAGE = 2_000
HEADING = (
    *("E-mail", "First name", "Last name", "Title", "Company", "Website", "Industry"),
    *("Employees", "City", "Country", "Phone", "LinkedIn", "Campaign", "State", "Tier"),
    *("Score", "Fit", "Opportunity", "Engagement", "Source", "First mail", "First reply"),
)
EMPLOYEES = HEADING.index("Employees")


@dataclass(frozen=True, slots=True)
class DeliverableRow:
    """One deliverable in the list."""

    id: int
    title: str
    client: str
    kind: DeliverableKind
    file_format: str
    edition: int
    state: DeliverableState
    bytes: int | None
    path: str | None
    error: str | None
    snapshot: dict[str, Any]
    made_by: str | None
    made_at: datetime
    approved_at: datetime | None


def page(
    session: Session,
    viewer: Viewer,
    *,
    kind: DeliverableKind | None = None,
    state: DeliverableState | None = None,
    cursor: str | None = None,
    size: int = 20,
) -> Page[DeliverableRow]:
    """The newest first. Who does not make deliverables sees the approved ones; who may not export
    lists sees no lists.
    """
    streams = [
        _select(viewer).where(Deliverable.client_id == client, *_wanted(kind, state))
        for client in paging.client_ids(session, viewer)
    ]
    found = paging.read(session, streams, Order((Deliverable.id,)), cursor=cursor, size=size)
    told = tuple(_row(row) for row in found.rows)
    return Page(told, found.next, found.prev, paging.count(session, streams), found.partly)


def one(session: Session, viewer: Viewer, deliverable_id: int) -> DeliverableRow | None:
    """One of them, or None where it is missing or not for the viewer."""
    statement = _select(viewer).where(
        Deliverable.id == deliverable_id,
        paging.within(Deliverable.client_id, viewer, focused=False),
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else _row(row)


def whole_time(
    session: Session,
    viewer: Viewer,
    *,
    today: date,
    campaign_id: int | None = None,
    client_id: int | None = None,
) -> Period:
    """From the first day on which anything was counted to today; the last 28 days where nothing
    was.
    """
    statement = select(func.min(DailyRollup.day)).where(
        DailyRollup.client_id.in_(paging.client_ids(session, viewer))
    )
    if campaign_id is not None:
        statement = statement.where(DailyRollup.campaign_id == campaign_id)
    if client_id is not None:
        statement = statement.where(DailyRollup.client_id == client_id)
    first = session.execute(statement).scalar()
    return Period(min(first, today) if first else today - 27 * DAY, today)


def leads(
    session: Session,
    viewer: Viewer,
    *,
    client_id: int,
    campaign_id: int | None = None,
    after: int = 0,
    size: int = LIST_PAGE,
) -> Sequence[tuple[int, tuple[Any, ...]]]:
    """(lead id, cells under HEADING) of the next leads after an id; none where the viewer may not
    see the client.
    """
    statement = (
        select(Lead.id, Contact.email, Contact.first_name, Contact.last_name, Contact.title)
        .add_columns(Account.name, Account.domain, Account.industry, Account.employees)
        .add_columns(Contact.city, Contact.country, Contact.phone, Contact.linkedin)
        .add_columns(Campaign.name, Lead.state, Lead.tier, Lead.total, Lead.fit)
        .add_columns(Lead.opportunity, Lead.engagement, Lead.source)
        .add_columns(Lead.reached_at, Lead.replied_at, Account.custom)
        .join(Contact, Contact.id == Lead.contact_id)
        .join(Campaign, Campaign.id == Lead.campaign_id)
        .outerjoin(Account, Account.id == Lead.account_id)
        .where(paging.within(Lead.client_id, viewer), Lead.client_id == client_id)
        .where(Lead.id > after, *([Lead.campaign_id == campaign_id] if campaign_id else []))
        .order_by(Lead.id)
        .limit(size)
    )
    return [(row[0], _cells(row[1:-1], row[-1])) for row in session.execute(statement)]


def _select(viewer: Viewer) -> Any:
    statement = (
        select(Deliverable.id, Deliverable.title, Client.name, Deliverable.kind)
        .add_columns(Deliverable.format, Deliverable.edition, Deliverable.state)
        .add_columns(Deliverable.bytes, Deliverable.path, Deliverable.error)
        .add_columns(Deliverable.snapshot, User.name, Deliverable.made_at)
        .add_columns(Deliverable.approved_at)
        .join(Client, Client.id == Deliverable.client_id)
        .outerjoin(User, User.id == Deliverable.made_by_id)
    )
    return statement.where(*_seen(viewer))


def _seen(viewer: Viewer) -> Iterator[Any]:
    if not viewer.may(Act.MAKE_DELIVERABLES):
        yield Deliverable.state == DeliverableState.APPROVED
    if not viewer.may(Act.EXPORT_LISTS):
        yield Deliverable.kind != DeliverableKind.LEAD_LIST


def _wanted(kind: DeliverableKind | None, state: DeliverableState | None) -> Iterator[Any]:
    if kind is not None:
        yield Deliverable.kind == kind
    if state is not None:
        yield Deliverable.state == state


def _row(row: Any) -> DeliverableRow:
    return DeliverableRow(*row)


def _cells(values: Sequence[Any], company: Mapping[str, Any] | None) -> tuple[Any, ...]:
    cells: list[Any] = [str(value) if hasattr(value, "name") else value for value in values]
    cells[EMPLOYEES] = head_counts.told(cells[EMPLOYEES], company)
    return tuple(cells)
