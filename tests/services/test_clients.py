"""Clients, their brand, and small settings."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import Role
from core.errors import AicmoError, Invalid, NotAllowed, NotFound, Stale
from core.queries import briefs
from core.queries import clients as queries
from core.services import clients, settings
from db.models import AuditEntry, UserClient
from db.session import Sessions, transaction
from tests.factories import NOW, make_client, make_user, viewer_of

ADMIN = Viewer(None, "Ada", Role.ADMIN, None)


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with transaction(sessions) as opened:
        yield opened


def test_a_manager_who_adds_a_client_works_for_it(session: Session) -> None:
    user = make_user(session)
    viewer = viewer_of(user=user)

    first = clients.create(session, viewer, name="Halden Foods", now=NOW)
    second = clients.create(session, viewer, name="Halden  foods", now=NOW)

    assert (first.slug, second.slug) == ("halden-foods", "halden-foods-2")
    held = select(UserClient.client_id).where(UserClient.user_id == user.id)
    assert set(session.scalars(held)) == {first.id, second.id}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "Taken"}, "named Taken already"),
        ({"timezone": "Nowhere"}, "no time zone"),
        ({"currency": "euro"}, "three capital letters"),
        ({"slug": "x"}, "has no slug"),
    ],
    ids=lambda given: str(given)[:24],
)
def test_what_cannot_be_right_is_refused(
    session: Session, given: dict[str, str], sentence: str
) -> None:
    make_client(session, name="Taken")
    client = make_client(session)

    with pytest.raises(Invalid, match=sentence):
        clients.update(session, ADMIN, client.id, version=1, now=NOW, **given)


def test_a_change_is_kept_with_before_and_after(session: Session) -> None:
    client = make_client(session, name="Old")

    clients.update(session, ADMIN, client.id, version=1, now=NOW, name="New", website=" ")

    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.before["name"], entry.after["name"]) == ("Old", "New")
    assert (client.website, client.version) == (None, 2)
    with pytest.raises(Stale):
        clients.update(session, ADMIN, client.id, version=1, now=NOW, name="Other")


def test_a_brand_knows_its_colours(session: Session) -> None:
    client = make_client(session)

    clients.set_brand(session, ADMIN, client.id, {"primary": "#112233"}, version=1, now=NOW)
    clients.set_brand(
        session, ADMIN, client.id, {"primary": None, "font": "Inter"}, version=2, now=NOW
    )

    assert client.brand == {"font": "Inter"}
    with pytest.raises(Invalid, match="no colour"):
        clients.set_brand(session, ADMIN, client.id, {"primary": "red"}, version=3, now=NOW)
    with pytest.raises(Invalid, match="no slogan"):
        clients.set_brand(session, ADMIN, client.id, {"slogan": "x"}, version=3, now=NOW)


def test_an_archived_client_leaves_the_lists_and_comes_back(session: Session) -> None:
    client = make_client(session)

    clients.archive(session, ADMIN, client.id, version=1, now=NOW)
    assert queries.names(session, ADMIN) == ()
    clients.restore(session, ADMIN, client.id, version=2, now=NOW)

    assert [row.id for row in queries.names(session, ADMIN)] == [client.id]


def test_a_foreign_client_reads_like_a_missing_one(session: Session) -> None:
    client = make_client(session)
    stranger = viewer_of(make_client(session))

    with pytest.raises(NotFound) as foreign:
        clients.archive(session, stranger, client.id, version=1, now=NOW)
    with pytest.raises(NotFound) as missing:
        clients.archive(session, stranger, 999, version=1, now=NOW)

    assert str(foreign.value) == str(missing.value)
    assert queries.one(session, stranger, client.id) is None


def test_a_setting_is_kept_for_one_client_or_the_agency(session: Session) -> None:
    client = make_client(session)
    manager = viewer_of(client)

    settings.put(session, manager, "brief", {"offer": "Pickles"}, client_id=client.id, now=NOW)
    settings.put(session, ADMIN, "brief", {"offer": "All"}, now=NOW)

    assert settings.value(session, "brief", client_id=client.id) == {"offer": "Pickles"}
    assert settings.value(session, "brief") == {"offer": "All"}
    assert settings.value(session, "unknown", default=3) == 3
    (row,) = briefs.all_rows(session, manager)
    assert (row.filled, row.version) == (1, 1)


def test_a_stale_or_forbidden_setting_is_refused(session: Session) -> None:
    client = make_client(session)
    put = {"client_id": client.id, "now": NOW}
    settings.put(session, ADMIN, "brief", {}, version=0, **put)  # type: ignore[arg-type]

    with pytest.raises(Stale):
        settings.put(session, ADMIN, "brief", {}, version=0, **put)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        settings.put(session, viewer_of(client), "brief", {}, now=NOW)
    with pytest.raises(AicmoError):
        settings.put(session, viewer_of(), "brief", {}, **put)  # type: ignore[arg-type]
    settings.put(session, ADMIN, "brief", {"a": 1}, version=1, **put)  # type: ignore[arg-type]
