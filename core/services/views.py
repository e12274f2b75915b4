"""How one person likes to see a list: views under a name, shared or not, and columns."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.errors import Invalid, NotAllowed, NotFound
from core.services import audit, guard
from core.services.names import named
from db.models import Preference, SavedView
from db.upsert import upsert

MOST = 80  # characters of a name
LONGEST = 4_000  # characters of what a URL holds
COLUMNS = "leads.columns"


def save(
    session: Session,
    viewer: Viewer,
    name: str,
    query: Mapping[str, str],
    *,
    client_id: int | None = None,
    shared: bool = False,
    now: datetime,
) -> SavedView:
    """Keeps a view under a name; the viewer's own of that name is replaced. `shared` with all who
    work for the client, which must be named then.
    """
    guard.allow(viewer, Act.READ, client_id)
    wanted, user_id = named(name, "a view", MOST), _person(viewer)
    if shared and client_id is None:
        raise Invalid("Choose a client on the left first: a view is shared within one client.")
    if sum(len(key) + len(value) for key, value in query.items()) > LONGEST:
        raise Invalid("This view asks for too much to be kept. Take some filters away.")
    row = {
        "user_id": user_id,
        "name": wanted,
        "client_id": client_id,
        "query": dict(query),
        "shared": shared,
        "created_at": now,
    }
    upsert(
        session, SavedView, [row], on=["user_id", "name"], change=["client_id", "query", "shared"]
    )
    found = session.query(SavedView).filter_by(user_id=user_id, name=wanted).one()
    session.refresh(found)
    audit.record(
        session, viewer, "view saved", keys.subject("view", found.id), client_id=client_id,
        after={"name": wanted, "shared": shared}, now=now,
    )  # fmt: skip
    return found


def remove(session: Session, viewer: Viewer, view_id: int, *, now: datetime) -> None:
    """Forgets a view of the viewer's own."""
    found = session.get(SavedView, view_id)
    if found is None or found.user_id != viewer.user_id:
        raise NotFound("This view does not exist, or it is somebody else's.")
    audit.record(
        session, viewer, "view removed", keys.subject("view", view_id), now=now,
        client_id=found.client_id, before={"name": found.name},
    )  # fmt: skip
    session.delete(found)
    session.flush()


def choose_columns(session: Session, viewer: Viewer, names: Sequence[str]) -> None:
    """The columns that the viewer's list of leads shows from now on; none: the usual ones."""
    row = {"user_id": _person(viewer), "name": COLUMNS, "value": list(names)[:100]}
    upsert(session, Preference, [row], on=["user_id", "name"], change=["value"])


def _person(viewer: Viewer) -> int:
    if viewer.user_id is None:
        raise NotAllowed("Only a person who is signed in keeps views and columns.")
    return viewer.user_id
