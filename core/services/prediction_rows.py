"""What is known of leads as a prediction reads it, and what became of earlier ones."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import titles
from core.domain.head_counts import LISTED
from core.domain.states import ConversionKind, LeadState
from core.learn.predict_history import History
from core.services import bulk
from db.models import Account, Contact, Conversion, Lead

MOST = 50_000  # leads with an outcome, the newest
CHUNK = 1_000
_lead, _contact, _account = map(bulk.table_of, (Lead, Contact, Account))
_conversion = bulk.table_of(Conversion)

KNOWN = (
    *(_lead.c.id, _lead.c.client_id, _lead.c.source, _lead.c.reached_at, _lead.c.created_at),
    *(_lead.c.updated_at, _lead.c.state, _lead.c.account_id, _lead.c.contact_id),
    *(_contact.c.title, _contact.c.seniority),
    *(_contact.c.department, _contact.c.country, _contact.c.language, _contact.c.free_mail),
    *(_contact.c.custom, _account.c.industry, _account.c.employees, _account.c.revenue),
    *(_account.c.technologies, _account.c.country.label("company_country")),
    _account.c.custom.label("company_custom"),
)
FROM = _lead.join(_contact, _contact.c.id == _lead.c.contact_id).outerjoin(
    _account, _account.c.id == _lead.c.account_id
)


def at(row: Any) -> datetime:
    """From when a lead counts: when it was first written to, else when it came in."""
    found: datetime = row.reached_at or row.created_at
    return found


def told(row: Any) -> dict[str, Any]:
    """A row of KNOWN as the columns that are learned from."""
    title = row.title or ""
    return {
        **{name: value for name, value in (row.company_custom or {}).items() if name != LISTED},
        **(row.custom or {}),
        "Seniority": row.seniority or titles.seniority_of(title),
        "Department": row.department or titles.department_of(title),
        "Country": row.country or row.company_country,
        "Language": row.language,
        "Free mail": row.free_mail,
        "Industry": row.industry,
        "Employees": row.employees,
        "Revenue": row.revenue,
        "Technologies": row.technologies or None,
        "Source": row.source,
    }


def of_leads(session: Session, client_id: int, *, quiet_days: int | None, now: datetime) -> History:
    """The client's own outcomes. Converted: a meeting, an opportunity, a deal won; not: marked as
    lost, and with `quiet_days` whoever was written to so long ago and did not convert.
    """
    found = _outcomes(session, client_id, quiet_days, now)
    rows: list[Any] = []
    ids = _newest(found)
    for start in range(0, len(ids), CHUNK):
        query = select(*KNOWN).select_from(FROM)
        chunk = ids[start : start + CHUNK]
        rows += session.connection().execute(query.where(bulk.among(session, _lead.c.id, chunk)))
    known = [told(row) for row in rows]
    names = dict.fromkeys(name for one in known for name in one)
    return History(
        columns={name: [one.get(name) for one in known] for name in names},
        outcome=[found[row.id][0] for row in rows],
        at=[at(row) for row in rows],
        ended=[found[row.id][1] for row in rows],
        group=[
            ("account", row.account_id) if row.account_id else ("contact", row.contact_id)
            for row in rows
        ],
    )


def counted(
    session: Session, client_id: int, *, quiet_days: int | None, now: datetime
) -> tuple[int, int]:
    """How many leads `of_leads` gives, and how many of them converted."""
    found = _outcomes(session, client_id, quiet_days, now)
    ids = _newest(found)
    return len(ids), sum(found[lead_id][0] for lead_id in ids)


def _newest(found: dict[int, tuple[bool, datetime | None]]) -> list[int]:
    return sorted(found)[-MOST:]


def _outcomes(
    session: Session, client_id: int, quiet_days: int | None, now: datetime
) -> dict[int, tuple[bool, datetime | None]]:
    """By lead: whether it converted, and when that was known. What came of a deal counts most."""
    connection, found = session.connection(), dict[int, tuple[bool, datetime | None]]()
    if quiet_days is not None:
        silent = (
            select(_lead.c.id)
            .where(_lead.c.client_id == client_id)
            .where(_lead.c.reached_at < now - timedelta(days=quiet_days))
            .order_by(_lead.c.reached_at.desc(), _lead.c.id.desc())
            .limit(MOST)
        )
        found |= {row.id: (False, None) for row in connection.execute(silent)}
    state = select(_lead.c.id, _lead.c.converted_at).where(
        _lead.c.client_id == client_id, _lead.c.state == LeadState.CONVERTED
    )
    converted = state.order_by(_lead.c.id.desc()).limit(MOST)
    found |= {row.id: (True, row.converted_at) for row in connection.execute(converted)}
    marks = (
        select(_conversion.c.lead_id, _conversion.c.kind, _conversion.c.at)
        .where(_conversion.c.client_id == client_id)
        .order_by(_conversion.c.at.desc())
        .limit(2 * MOST)
    )
    marked = connection.execute(marks).all()
    for kinds, result in (
        ((ConversionKind.MEETING, ConversionKind.OPPORTUNITY), True),
        ((ConversionKind.LOST,), False),
        ((ConversionKind.WON,), True),
    ):
        found |= {row.lead_id: (result, row.at) for row in marked if row.kind in kinds}
    return found
