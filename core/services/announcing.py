"""What endpoints are told of each change: gathered here, so that the doors of the changes say one
line. Nothing is read where nobody wants to know.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.states import LeadState, OutboundKind
from core.services import bulk, outbound
from core.services.outbound import Happening
from db.models import Account, Campaign, Contact, Deliverable, Lead, Message

K = OutboundKind
OF_STATE: Mapping[LeadState, OutboundKind] = {
    LeadState.QUALIFIED: K.LEAD_QUALIFIED,
    LeadState.REPLIED: K.LEAD_REPLIED,
    LeadState.CONVERTED: K.LEAD_CONVERTED,
}
PROVIDER = "provider:"  # how the keys of alarms about providers begin

_lead, _contact = bulk.table_of(Lead), bulk.table_of(Contact)
_account, _campaign = bulk.table_of(Account), bulk.table_of(Campaign)
_message = bulk.table_of(Message)
_LEADS = (
    select(
        *(_lead.c[name] for name in ("id", "client_id", "campaign_id", "state", "state_reason")),
        *(_lead.c[name] for name in ("source", "total", "tier")),
        _contact.c.id.label("contact_id"),
        *(_contact.c[name] for name in ("email", "first_name", "last_name", "title", "country")),
        _account.c.name.label("company"),
        _account.c.domain,
        _campaign.c.name.label("campaign"),
    )
    .select_from(
        _lead.join(_contact, _contact.c.id == _lead.c.contact_id)
        .join(_campaign, _campaign.c.id == _lead.c.campaign_id)
        .outerjoin(_account, _account.c.id == _lead.c.account_id)
    )
    .order_by(_lead.c.id)
)


def created(session: Session, ids: Sequence[int], *, client_id: int, now: datetime) -> None:
    """Leads were made: once ever each."""
    if ids and outbound.wanted(session, K.LEAD_CREATED, client_id):
        _tell(session, K.LEAD_CREATED, ids, None, now)


def moved(session: Session, moves: Sequence[tuple[int, int, LeadState]], *, now: datetime) -> None:
    """Leads (id, client, state) came into a state: told where endpoints are told of such."""
    for state, kind in OF_STATE.items():
        ids = [
            lead_id
            for lead_id, client_id, to in moves
            if to is state and outbound.wanted(session, kind, client_id)
        ]
        if ids:
            _tell(session, kind, ids, now, now)


def sent(session: Session, message_id: int, *, client_id: int, now: datetime) -> None:
    """A mail went out: once ever."""
    _mail(session, K.MESSAGE_SENT, message_id, client_id, {}, now)


def bounced(
    session: Session,
    message_id: int | None,
    *,
    client_id: int,
    words: Mapping[str, object],
    now: datetime,
) -> None:
    """A mail of ours came back: once ever."""
    if message_id is not None:
        _mail(session, K.MESSAGE_BOUNCED, message_id, client_id, words, now)


def campaign(session: Session, row: Campaign, kind: OutboundKind, *, now: datetime) -> None:
    """A campaign was started (again), or is finished."""
    subject = keys.subject("campaign", row.id)
    data = {"campaign": {"id": row.id, "name": row.name, "goal": row.goal, "state": row.state}}
    outbound.emit(
        session, client_id=row.client_id, kind=kind, subject=subject, payload=data, now=now,
        key=keys.outbound(kind, subject, now),
    )  # fmt: skip


def deliverable(session: Session, row: Deliverable, *, now: datetime) -> None:
    """A finished file was approved: the client's people may have it."""
    subject = keys.subject("deliverable", row.id)
    told = {"id": row.id, "title": row.title, "kind": row.kind, "format": row.format}
    outbound.emit(
        session, client_id=row.client_id, kind=K.DELIVERABLE_READY, subject=subject,
        payload={"deliverable": told | {"campaign_id": row.campaign_id}}, now=now,
        key=keys.outbound(K.DELIVERABLE_READY, subject),
    )  # fmt: skip


def provider(
    session: Session,
    alarm_key: str,
    kind: OutboundKind,
    *,
    client_id: int | None,
    now: datetime,
    title: str = "",
    advice: str = "",
) -> None:
    """A provider's alarm was raised or cleared; other alarms are not told."""
    if not alarm_key.startswith(PROVIDER):
        return
    port, _, rest = alarm_key.removeprefix(PROVIDER).partition(":")
    name, _, part = rest.partition(":")
    told = {"port": port, "name": name, "part": part, "what": title, "advice": advice}
    outbound.emit(
        session, client_id=client_id, kind=kind, subject=alarm_key[:120],
        payload={"provider": told}, now=now, key=keys.outbound(kind, alarm_key, now),
    )  # fmt: skip


def _tell(
    session: Session,
    kind: OutboundKind,
    ids: Sequence[int],
    moment: datetime | None,
    now: datetime,
) -> None:
    rows = session.connection().execute(_LEADS.where(_lead.c.id.in_(ids))).all()
    outbound.emit_many(
        session,
        [
            Happening(
                client_id=row.client_id,
                kind=kind,
                subject=keys.subject("lead", row.id),
                key=keys.outbound(kind, keys.subject("lead", row.id), moment),
                payload=_lead_told(row),
            )
            for row in rows
        ],
        now=now,
    )


def _lead_told(row: Any) -> dict[str, Any]:
    return {
        "lead": {
            "id": row.id,
            "state": row.state,
            "reason": row.state_reason,
            "source": row.source,
            "score": row.total,
            "tier": row.tier,
        },
        "contact": {
            "id": row.contact_id,
            "email": row.email,
            "first_name": row.first_name,
            "last_name": row.last_name,
            "title": row.title,
            "country": row.country,
        },
        "company": {"name": row.company, "domain": row.domain},
        "campaign": {"id": row.campaign_id, "name": row.campaign},
    }


def _mail(
    session: Session,
    kind: OutboundKind,
    message_id: int,
    client_id: int,
    words: Mapping[str, object],
    now: datetime,
) -> None:
    if not outbound.wanted(session, kind, client_id):
        return
    names = ("id", "lead_id", "campaign_id", "kind", "step", "from_address", "to_address")
    columns = [_message.c[name] for name in (*names, "subject")]
    row = session.connection().execute(select(*columns).where(_message.c.id == message_id)).one()
    subject = keys.subject("message", message_id)
    outbound.emit(
        session, client_id=client_id, kind=kind, subject=subject,
        payload={"message": dict(row._mapping) | dict(words)}, now=now,
        key=keys.outbound(kind, subject),
    )  # fmt: skip
