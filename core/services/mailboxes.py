"""Mailboxes: made, changed, paused and started again; how their inbox is read is noted here."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.states import MailboxState
from core.errors import Invalid, Stale
from core.services import alarms, audit, guard, mailbox_health
from db.models import Mailbox

_ADDRESS = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;]+")
SECURITY = ("starttls", "tls", "none")
LIMITS = {
    "daily_cap": (0, 10_000),
    "ramp_start": (0, 10_000),
    "ramp_step": (0, 1_000),
    "min_gap_seconds": (0, 86_400),
    "domain_cap": (1, 10_000),
}
FIELDS = frozenset(
    {
        *LIMITS,
        *("name", "signature", "provider", "settings", "secret", "inbox_provider", "imap"),
        *("imap_secret", "window", "ramp_from"),
    }
)
SECRETS = frozenset({"secret", "imap_secret"})


@dataclass(frozen=True, slots=True)
class Connection:
    """What adapters need to know of a mailbox; the passwords leave the database only here."""

    mailbox_id: int
    client_id: int
    address: str
    provider: str
    settings: dict[str, Any]
    secret: str | None
    inbox_provider: str
    imap: dict[str, Any]
    imap_secret: str | None
    uidvalidity: int | None
    last_uid: int


def create(
    session: Session,
    viewer: Viewer,
    client_id: int,
    *,
    address: str,
    name: str,
    now: datetime,
    **given: Any,
) -> Mailbox:
    """A new mailbox, active, at the beginning of its ramp."""
    guard.allow(viewer, Act.SENDING_SETTINGS, client_id)
    address = address.strip().lower()
    if not _ADDRESS.fullmatch(address):
        raise Invalid(f"“{address}” is not an e-mail address.")
    taken = select(Mailbox.id).where(Mailbox.client_id == client_id, Mailbox.address == address)
    if session.execute(taken).first():
        raise Invalid(f"This client already has the mailbox {address}.")
    values = _checked(given | {"name": name})
    mailbox = Mailbox(client_id=client_id, address=address, created_at=now, **values)
    session.add(mailbox)
    session.flush()
    audit.of(session, viewer, "mailbox made", mailbox, now, after={"address": address})
    return mailbox


def edit(
    session: Session,
    viewer: Viewer,
    mailbox_id: int,
    *,
    version: int,
    now: datetime,
    **given: Any,
) -> Mailbox:
    """Changes what is given; the address stays, because threads live in it."""
    mailbox = guard.owned(session, viewer, Mailbox, mailbox_id, Act.SENDING_SETTINGS)
    if mailbox.version != version:
        raise Stale("Somebody else changed this mailbox meanwhile. Look at it again.")
    values = _checked(given)
    before = {name: _shown(name, getattr(mailbox, name)) for name in values}
    for name, value in values.items():
        setattr(mailbox, name, value)
    if values.keys() & {"imap", "inbox_provider"} and before.get("imap") != values.get("imap"):
        mailbox.uidvalidity, mailbox.last_uid = None, 0
    mailbox.next_send_at = None
    mailbox.version += 1
    after = {name: _shown(name, value) for name, value in values.items()}
    audit.of(session, viewer, "mailbox changed", mailbox, now, before, after)
    return mailbox


def pause(
    session: Session, viewer: Viewer, mailbox_id: int, *, reason: str, now: datetime
) -> Mailbox:
    """A person stops the mailbox; what is approved waits."""
    mailbox = guard.owned(session, viewer, Mailbox, mailbox_id, Act.SENDING_SETTINGS)
    if mailbox.state == MailboxState.ACTIVE:
        mailbox.state, mailbox.state_at = MailboxState.PAUSED, now
        mailbox.state_reason = reason[:300] or f"Paused by {viewer.name}."
        mailbox.version += 1
        after = {"state": "paused", "reason": reason}
        audit.of(session, viewer, "mailbox paused", mailbox, now, {"state": "active"}, after)
    return mailbox


def start(session: Session, viewer: Viewer, mailbox_id: int, *, now: datetime) -> Mailbox:
    """A person starts the mailbox again; its alarm is cleared."""
    mailbox = guard.owned(session, viewer, Mailbox, mailbox_id, Act.SENDING_SETTINGS)
    if mailbox.state == MailboxState.PAUSED:
        before = {"state": "paused", "reason": mailbox.state_reason}
        mailbox.state, mailbox.state_reason, mailbox.state_at = MailboxState.ACTIVE, None, now
        mailbox.sync_error = None
        mailbox.version += 1
        alarms.clear(session, mailbox_health.alarm_key(mailbox_id), now=now)
        audit.of(session, viewer, "mailbox started", mailbox, now, before, {"state": "active"})
    return mailbox


def connection(session: Session, mailbox_id: int) -> Connection | None:
    """What the stages give to the adapters."""
    box = session.get(Mailbox, mailbox_id)
    if box is None:
        return None
    return Connection(
        box.id,
        box.client_id,
        box.address,
        box.provider,
        dict(box.settings or {}),
        box.secret,
        box.inbox_provider,
        dict(box.imap or {}),
        box.imap_secret,
        box.uidvalidity,
        box.last_uid,
    )


def all_ids(session: Session) -> list[int]:
    """Every mailbox: inboxes of paused ones are read too."""
    return list(session.execute(select(Mailbox.id).order_by(Mailbox.id)).scalars())


def places(session: Session) -> list[tuple[str, str, str]]:
    """By what health knows the senders and inboxes that mailboxes are set to: port, provider,
    part.
    """
    rows = session.execute(select(Mailbox.id, Mailbox.provider, Mailbox.inbox_provider)).all()
    return [
        (port, provider, f"mailbox:{row.id}")
        for row in rows
        for port, provider in (("email", row.provider), ("inbox", row.inbox_provider))
    ]


def was_read(
    session: Session, mailbox_id: int, *, uidvalidity: int | None, last_uid: int, now: datetime
) -> None:
    """The inbox was read up to here, without trouble."""
    session.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id)
        .values(uidvalidity=uidvalidity, last_uid=last_uid, synced_at=now, sync_error=None)
    )
    alarms.clear(session, f"mailbox:{mailbox_id}:unread", now=now)


def was_not_read(session: Session, mailbox_id: int, reason: str, *, now: datetime) -> None:
    """The inbox could not be read; an hour of that pauses the mailbox."""
    session.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(sync_error=reason[:500]))
    mailbox_health.pause_unread(session, now=now)


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    unknown = given.keys() - FIELDS
    if unknown:
        raise Invalid(f"A mailbox has no setting called {', '.join(sorted(unknown))}.")
    for name, (low, high) in LIMITS.items():
        if name in given and not (isinstance(given[name], int) and low <= given[name] <= high):
            words = name.replace("_", " ")
            raise Invalid(f"The {words} must be a whole number from {low} to {high}.")
    if "name" in given and not str(given["name"]).strip():
        raise Invalid("A mailbox needs the name that recipients see.")
    if any(sign in str(given.get("name", "")) for sign in "\r\n"):
        raise Invalid("The name must be one line.")
    if given.get("window"):
        _check_window(given["window"])
    for name in ("settings", "imap"):
        _check_server(given.get(name) or {})
    return given


def _check_window(window: dict[str, Any]) -> None:
    days = window.get("days")
    if not isinstance(days, list) or not days or any(day not in range(7) for day in days):
        raise Invalid("Choose at least one day of the week to send on.")
    try:
        start, end = (time.fromisoformat(window[name]) for name in ("start", "end"))
    except (KeyError, TypeError, ValueError):
        raise Invalid("The sending window needs a start and an end like 09:00.") from None
    if start >= end:
        raise Invalid("The sending window must end after it starts.")


def _check_server(server: dict[str, Any]) -> None:
    if server.get("security", "tls") not in SECURITY:
        raise Invalid("The security of a server is starttls, tls or none.")
    port = server.get("port")
    if port is not None and not (isinstance(port, int) and 0 < port < 65_536):
        raise Invalid("The port of a server is a number from 1 to 65535.")
    for other in server.get("fallback") or ():
        if isinstance(other, dict):
            _check_server(other)
        elif not isinstance(other, str):
            raise Invalid("What stands in for the sender is a list of providers.")


def _shown(name: str, value: Any) -> Any:
    if name in SECRETS:
        return "set" if value else "not set"
    return value.isoformat() if isinstance(value, date) else value
