"""The agency's clients: name, address, zone, brand."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys, windows
from core.domain.access import Act, Viewer
from core.errors import Invalid, Stale
from core.services import audit, guard
from db.models import Client, UserClient

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_CHANGEABLE = ("name", "website", "postal_address", "timezone", "currency")
BRAND = ("logo", "primary", "secondary", "font")


def create(
    session: Session,
    viewer: Viewer,
    *,
    name: str,
    now: datetime,
    postal_address: str | None = None,
    timezone: str = "UTC",
    currency: str = "EUR",
    website: str | None = None,
) -> Client:
    """A new client; whoever is limited to clients of their own gets this one too."""
    guard.allow(viewer, Act.EDIT_CLIENTS)
    given = {"name": name, "timezone": timezone, "currency": currency, "website": website}
    values = _checked(session, {**given, "postal_address": postal_address})
    client = Client(slug=_slug(session, values["name"]), created_at=now, **values)
    session.add(client)
    session.flush()
    if viewer.clients is not None and viewer.user_id is not None:
        session.add(UserClient(user_id=viewer.user_id, client_id=client.id))
    audit.record(
        session, viewer, "client added", keys.subject("client", client.id),
        client_id=client.id, after={"name": client.name}, now=now,
    )  # fmt: skip
    return client


def update(
    session: Session, viewer: Viewer, client_id: int, *, version: int, now: datetime, **given: Any
) -> Client:
    """Changes name, website, postal_address, timezone or currency; a stale version is refused."""
    client = _mine(session, viewer, client_id, version)
    values = _checked(session, given, but=client.id)
    before = {name: getattr(client, name) for name in values}
    for name, value in values.items():
        setattr(client, name, value)
    _record(session, viewer, "client changed", client, now, before, values)
    return client


def set_brand(
    session: Session,
    viewer: Viewer,
    client_id: int,
    brand: Mapping[str, str | None],
    *,
    version: int,
    now: datetime,
) -> Client:
    """The look of the client's decks: logo (a file below the data directory), primary and
    secondary colour, font. What is given as None goes back to the house's own.
    """
    client = _mine(session, viewer, client_id, version)
    unknown = set(brand) - set(BRAND)
    if unknown:
        raise Invalid(f"A brand has no {', '.join(sorted(unknown))}.")
    for name in ("primary", "secondary"):
        if (colour := brand.get(name)) and not _COLOUR.fullmatch(colour):
            raise Invalid(f"{colour} is no colour. It looks like #3538CD.")
    before = dict(client.brand)
    merged = {**before, **brand}
    client.brand = {name: value for name, value in merged.items() if value}
    _record(session, viewer, "brand changed", client, now, before, client.brand)
    return client


def archive(
    session: Session, viewer: Viewer, client_id: int, *, version: int, now: datetime
) -> Client:
    """Takes a client out of the lists; nothing of it is lost."""
    client = _mine(session, viewer, client_id, version)
    if client.archived_at is None:
        client.archived_at = now
        _record(session, viewer, "client archived", client, now, {}, {})
    return client


def restore(
    session: Session, viewer: Viewer, client_id: int, *, version: int, now: datetime
) -> Client:
    """Puts an archived client back into the lists."""
    client = _mine(session, viewer, client_id, version)
    if client.archived_at is not None:
        client.archived_at = None
        _record(session, viewer, "client restored", client, now, {}, {})
    return client


def _mine(session: Session, viewer: Viewer, client_id: int, version: int) -> Client:
    guard.allow(viewer, Act.EDIT_CLIENTS, client_id)
    client = guard.owned(session, viewer, Client, client_id, Act.EDIT_CLIENTS)
    if client.version != version:
        raise Stale("Somebody else changed this client meanwhile. Look again, then save.")
    return client


def _record(
    session: Session,
    viewer: Viewer,
    action: str,
    client: Client,
    now: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    client.version += 1
    audit.record(
        session, viewer, action, keys.subject("client", client.id),
        client_id=client.id, before=before, after=after, now=now,
    )  # fmt: skip


def _checked(session: Session, given: Mapping[str, Any], but: int | None = None) -> dict[str, Any]:
    unknown = set(given) - set(_CHANGEABLE)
    if unknown:
        raise Invalid(f"A client has no {', '.join(sorted(unknown))}.")
    values = {k: v.strip() or None if isinstance(v, str) else v for k, v in given.items()}
    if "name" in values:
        if not values["name"]:
            raise Invalid("A client needs a name.")
        other = session.scalar(select(Client.id).where(Client.name == values["name"]))
        if other is not None and other != but:
            raise Invalid(f"There is a client named {values['name']} already.")
    if "timezone" in values and values["timezone"] not in windows.zones():
        raise Invalid(f"{values['timezone']} is no time zone. It looks like Europe/Berlin.")
    currency = str(values.get("currency", "EUR") or "")
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise Invalid("A currency has three capital letters, such as EUR.")
    return values


def _slug(session: Session, name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "client"
    taken = set(session.scalars(select(Client.slug).where(Client.slug.startswith(plain))))
    number = 2
    slug = plain
    while slug in taken:
        slug, number = f"{plain}-{number}", number + 1
    return slug
