"""Signing in: the card, wrong passwords, ended access, a reload, a deep link."""

from datetime import timedelta

import jwt
import pytest
from streamlit.testing.v1 import AppTest

from core.domain.states import Role
from core.services import sign_in as service
from core.services import users
from db.models import User
from db.session import Sessions, transaction
from pages.ui import signin
from tests.conftest import Clock
from tests.factories import PASSWORD, make_client, make_user, viewer_of
from tests.pages.conftest import App, seen, sign_in


@pytest.fixture
def ann(sessions: Sessions) -> User:
    with transaction(sessions) as session:
        return make_user(session, Role.MANAGER, [make_client(session, name="Halden Foods")],
                         username="ann", name="Ann Example", timezone="Europe/Berlin")  # fmt: skip


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def test_nobody_sees_a_page_before_signing_in(app: App, ann: User) -> None:
    at = app()

    assert "Sign in" in labels(at)
    assert not at.title
    assert not at.exception


def test_the_right_password_opens_the_page(app: App, ann: User) -> None:
    at = sign_in(app(), "Ann")

    assert not at.exception
    assert at.title[0].value == "Home"


def test_a_deep_link_survives_the_sign_in(app: App, ann: User) -> None:
    at = app("settings.py", part="people")

    at = sign_in(at, "ann")

    assert at.title[0].value == "Settings"
    assert at.query_params["part"] in ("people", ["people"])


def test_a_wrong_password_says_one_sentence(app: App, ann: User) -> None:
    at = sign_in(app(), "ann", "not the password")

    assert "The name or the password is not right." in seen(at)
    assert "Sign in" in labels(at)


def test_an_unknown_name_gets_the_same_sentence(app: App, ann: User) -> None:
    at = sign_in(app(), "nobody", "not the password")

    assert "The name or the password is not right." in seen(at)


def test_the_fifth_wrong_password_locks_and_says_until_when(
    app: App, ann: User, clock: Clock
) -> None:
    at = app()
    for _ in range(5):
        at = sign_in(at, "ann", "not the password")

    assert "locked until 10:15 (CET)" in seen(at)

    at = sign_in(at, "ann", PASSWORD)  # even the right one is too late

    assert "locked until 10:15 (CET)" in seen(at)

    clock.advance(service.LOCK_OUT)
    at = sign_in(at, "ann", PASSWORD)

    assert at.title[0].value == "Home"


def test_a_disabled_person_is_out_at_once(
    app: App, ann: User, sessions: Sessions, clock: Clock
) -> None:
    at = sign_in(app(), "ann")
    admin = viewer_of(role=Role.ADMIN)

    with transaction(sessions) as session:
        users.disable(session, admin, ann.id, now=clock.now())
    at.run()

    assert "Your session ended. Sign in again." in seen(at)
    assert not at.title


def test_a_session_ends_after_twelve_hours(app: App, ann: User, clock: Clock) -> None:
    at = sign_in(app(), "ann")

    clock.advance(timedelta(hours=11, minutes=59))

    assert at.run().title
    clock.advance(timedelta(minutes=1))

    assert "Your session ended" in seen(at.run())


def test_signing_out_shows_the_card_again(app: App, ann: User) -> None:
    at = sign_in(app(), "ann")

    at.button(key="frame.signout").click().run()

    assert "You are signed out." in seen(at)
    assert not at.title


def test_a_handed_over_password_must_be_changed_first(
    app: App, ann: User, sessions: Sessions, clock: Clock
) -> None:
    with transaction(sessions) as session:
        given = users.reset_password(session, viewer_of(role=Role.ADMIN), ann.id, now=clock.now())

    at = sign_in(app(), "ann", given)

    assert "Choose a password of your own." in seen(at)
    assert not at.title

    at.text_input(key="signin.old").set_value(given)
    at.text_input(key="signin.new").set_value("short")
    at = next(b for b in at.button if b.label == "Save and go on").click().run()

    assert "needs at least 10 characters" in seen(at)

    at.text_input(key="signin.old").set_value(given)
    at.text_input(key="signin.new").set_value("long enough now")
    at = next(b for b in at.button if b.label == "Save and go on").click().run()

    assert at.title[0].value == "Home"


def cookie(key: str, **given: object) -> signin.Cookie:
    found = signin.Cookie(key)
    found.token = jwt.encode(given, key, algorithm="HS256") if given else None
    return found


def test_a_cookie_of_another_key_or_no_cookie_at_all_opens_nothing() -> None:
    ours = cookie("k" * 40, username="ann#1", exp_date=4_102_444_800)
    forged = cookie("x" * 40, username="admin#1", exp_date=4_102_444_800)

    forged.cookie_key = ours.cookie_key

    assert ours._token_decode() == {"username": "ann#1", "exp_date": 4_102_444_800}
    assert forged._token_decode() is False
    ours.token = "not.a.token"
    assert ours._token_decode() is False
