"""People: made, changed, ended; and the lock-out of signing in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import Role
from core.errors import AicmoError, Invalid, NotAllowed, NotFound, Stale
from core.queries import users as queries
from core.services import passwords, sign_in, users
from db.models import AuditEntry, User
from db.session import Sessions, transaction
from tests.factories import NOW, PASSWORD, make_client, make_user, viewer_of

ADMIN = Viewer(None, "Ada", Role.ADMIN, None)


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with transaction(sessions) as opened:
        yield opened


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_first_run_makes_one_admin_and_tells_the_password_once(session: Session) -> None:
    password = users.ensure_admin(session, now=NOW)
    again = users.ensure_admin(session, now=NOW)

    admin = session.scalars(select(User)).one()
    assert again is None
    assert password is not None
    assert passwords.fits(password, admin.password_hash)
    assert (admin.role, admin.must_change_password) == (Role.ADMIN, True)


def test_a_person_is_added_with_a_password_to_hand_over(session: Session) -> None:
    client = make_client(session)

    user, password = users.add(
        session, ADMIN, username=" Ann.B ", name="Ann", email="ann@agency.example",
        role=Role.OPERATOR, client_ids=[client.id], now=NOW,
    )  # fmt: skip

    found = queries.signed_in(session, "ann.b")
    assert found is not None
    assert found.viewer.clients == frozenset({client.id})
    assert found.must_change_password
    assert passwords.fits(password, user.password_hash)
    assert actions(session) == ["person added"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"username": "no spaces"}, "letters, digits"),
        ({"username": ""}, "letters, digits"),
        ({"email": "nonsense"}, "cannot be right"),
        ({"name": " "}, "needs a name"),
        ({"role": Role.SYSTEM}, "cannot be given"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"username": "taken"}, "is taken"),
        ({"email": "taken@agency.example"}, "belongs to somebody"),
        ({"password": "short"}, "at least 10"),
        ({"password": "ä" * 40}, "at most 72"),
        ({"client_ids": [999]}, "does not exist"),
    ],
    ids=lambda given: str(given)[:24],
)
def test_what_cannot_be_right_is_refused_with_a_sentence(
    session: Session, given: dict[str, object], sentence: str
) -> None:
    make_user(session, username="taken", email="taken@agency.example")
    values = {"username": "new", "name": "New", "email": "new@agency.example", "now": NOW}

    with pytest.raises(AicmoError, match=sentence):
        users.add(session, ADMIN, **{**values, "role": Role.VIEWER, **given})  # type: ignore[arg-type]


def test_only_an_admin_changes_people(session: Session) -> None:
    user = make_user(session)
    manager = viewer_of(role=Role.MANAGER)

    with pytest.raises(NotAllowed):
        users.disable(session, manager, user.id, now=NOW)
    with pytest.raises(NotAllowed):
        users.reset_password(session, manager, user.id, now=NOW)
    assert queries.people(session, manager) == ()


def change(session: Session, user: User, **given: object) -> User:
    values = {"version": user.version, "name": user.name, "role": user.role, "now": NOW}
    values |= {"timezone": "UTC", "client_ids": []}
    return users.change(session, ADMIN, user.id, **{**values, **given})  # type: ignore[arg-type]


def test_a_changed_role_ends_the_sessions_and_a_changed_name_does_not(session: Session) -> None:
    user = make_user(session, Role.OPERATOR)

    change(session, user, name="Other")
    assert queries.signed_in(session, user.username, 1) is not None
    change(session, user, role=Role.VIEWER)

    assert queries.signed_in(session, user.username, 1) is None


def test_a_stale_change_is_refused(session: Session) -> None:
    user = make_user(session)

    with pytest.raises(Stale):
        change(session, user, version=7)


def test_the_last_admin_stays(session: Session) -> None:
    admin = make_user(session, Role.ADMIN)

    with pytest.raises(Invalid, match="last admin"):
        users.disable(session, ADMIN, admin.id, now=NOW)
    with pytest.raises(Invalid, match="last admin"):
        change(session, admin, role=Role.VIEWER)

    make_user(session, Role.ADMIN)
    assert users.disable(session, ADMIN, admin.id, now=NOW).disabled_at == NOW


def test_nobody_ends_their_own_access(session: Session) -> None:
    admin = make_user(session, Role.ADMIN)
    own = Viewer(admin.id, admin.name, Role.ADMIN, None)

    with pytest.raises(Invalid, match="your own access"):
        users.disable(session, own, admin.id, now=NOW)


def test_ended_access_is_given_again(session: Session) -> None:
    user = make_user(session)

    users.disable(session, ADMIN, user.id, now=NOW)
    users.disable(session, ADMIN, user.id, now=NOW)
    assert queries.signed_in(session, user.username) is None
    users.enable(session, ADMIN, user.id, now=NOW)

    assert queries.signed_in(session, user.username) is not None
    assert actions(session) == ["access ended", "access given again"]


def test_a_person_is_found_by_name_or_not_at_all(session: Session) -> None:
    user = make_user(session, username="ann")

    assert users.by_username(session, ADMIN, " ANN ").id == user.id
    with pytest.raises(NotFound, match="nobody"):
        users.by_username(session, ADMIN, "nobody")
    with pytest.raises(NotFound):
        users.enable(session, ADMIN, 999, now=NOW)


def test_people_are_listed_with_their_clients(session: Session) -> None:
    client = make_client(session, name="Halden")
    make_user(session, Role.ADMIN, name="Ada")
    make_user(session, Role.VIEWER, [client], name="Vera")

    ada, vera = queries.people(session, ADMIN)

    assert (ada.clients, vera.clients) == (None, ("Halden",))
    assert [name for _, name in queries.colleagues(session, ADMIN, client.id)] == ["Ada"]
    assert queries.colleagues(session, viewer_of(), client.id) == ()


def test_five_tries_lock_and_a_right_one_clears_the_count(session: Session) -> None:
    user = make_user(session, timezone="Europe/Berlin")

    for _ in range(4):
        attempt = sign_in.begin_attempt(session, user.username, now=NOW)
        sign_in.finish_attempt(session, attempt, right=False, now=NOW)
    attempt = sign_in.begin_attempt(session, user.username, now=NOW)
    beside = sign_in.begin_attempt(session, user.username, now=NOW)  # a sixth at the same moment

    assert "locked until 10:15 (CET)" in beside.refused
    assert sign_in.finish_attempt(session, attempt, right=True, now=NOW) == ""
    assert (user.failed_attempts, user.locked_until, user.last_sign_in_at) == (0, None, NOW)


def test_after_the_lock_out_counting_begins_anew(session: Session) -> None:
    user = make_user(session, failed_attempts=5, locked_until=NOW)

    attempt = sign_in.begin_attempt(session, user.username, now=NOW)

    assert not attempt.refused
    assert (user.failed_attempts, user.locked_until) == (1, None)


def test_the_fifth_wrong_one_is_on_record(session: Session) -> None:
    user = make_user(session, failed_attempts=4)

    attempt = sign_in.begin_attempt(session, user.username, now=NOW)
    said = sign_in.finish_attempt(session, attempt, right=False, now=NOW)

    assert "locked until" in said
    assert actions(session) == ["locked after wrong passwords"]


def test_an_unknown_name_gets_a_hash_that_nothing_fits(session: Session) -> None:
    attempt = sign_in.begin_attempt(session, "nobody", now=NOW)

    assert attempt.user_id is None
    assert not passwords.fits("", attempt.password_hash)
    assert "not right" in sign_in.finish_attempt(session, attempt, right=False, now=NOW)
    assert not passwords.fits("x" * 100, attempt.password_hash)


def test_a_person_changes_their_own_password(session: Session) -> None:
    user = make_user(session, must_change_password=True)
    own = Viewer(user.id, user.name, user.role)

    with pytest.raises(Invalid, match="present password"):
        sign_in.change_own_password(session, own, current="wrong", new="long enough", now=NOW)
    with pytest.raises(Invalid, match="must differ"):
        sign_in.change_own_password(session, own, current=PASSWORD, new=PASSWORD, now=NOW)
    sign_in.change_own_password(session, own, current=PASSWORD, new="long enough", now=NOW)

    assert passwords.fits("long enough", user.password_hash)
    assert (user.must_change_password, user.session_epoch) == (False, 2)


def test_a_person_sets_their_own_time_zone(session: Session) -> None:
    user = make_user(session)

    sign_in.set_own_timezone(session, Viewer(user.id, "x", user.role), "Asia/Tokyo", now=NOW)

    assert user.timezone == "Asia/Tokyo"
