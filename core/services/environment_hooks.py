"""Webhooks whose address the environment holds: there as soon as it is set, and its word wins.

Safe to call beside itself: the setting is unique among endpoints. The address is never stored, so
that one that is taken out of the environment is gone.
"""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys, targets
from core.domain.access import SYSTEM
from core.domain.states import EndpointKind
from core.errors import SetupError
from core.services import audit, outbound
from core.services.endpoints import EVENTS
from db.models import Endpoint
from db.upsert import insert_new


def differs(session: Session, setting: str, url: str) -> bool:
    """Whether `adopt` would change anything; most starts only ask."""
    return _host_known(session, setting) != _host(setting, url)


def adopt(session: Session, setting: str, kind: str, url: str, *, now: datetime) -> None:
    """Makes the endpoint of a setting, told of everything that happens for every client, or keeps
    its host in step. Name, events and switch are people's afterwards.
    """
    host, known = _host(setting, url), _host_known(session, setting)
    if known is not None:
        found = session.scalars(select(Endpoint).where(Endpoint.setting == setting)).one()
        found.host, found.version = host, found.version + 1
        found.failures, found.paused_until = 0, None
        _record(session, "webhook follows the environment", found.id, host, now)
        return
    row = {
        "setting": setting,
        "kind": EndpointKind(kind),
        "name": f"{kind.capitalize()} ({setting.upper()})",
        "host": host,
        "secret": f"whsec_{secrets.token_urlsafe(32)}",
        "events": [str(event) for event in EVENTS],
        "created_at": now,
    }
    made = insert_new(session, Endpoint, row)
    if made is not None:
        outbound.forget(session)
        _record(session, "webhook made by the environment", made, host, now)


def _host_known(session: Session, setting: str) -> str | None:
    return session.scalar(select(Endpoint.host).where(Endpoint.setting == setting))


def _host(setting: str, url: str) -> str:
    try:
        return targets.parse(url).host
    except ValueError as error:
        raise SetupError(f"{setting.upper()} cannot be used. {error}") from None


def _record(session: Session, action: str, endpoint_id: int, host: str, now: datetime) -> None:
    subject = keys.subject("endpoint", endpoint_id)
    audit.record(session, SYSTEM, action, subject, after={"host": host}, now=now)
