"""Settings → Keys: which key is in force, and a new one, tried before it is stored."""

import pytest

from core.domain.states import Role
from core.runtime import Runtime
from core.services import api_keys
from db.models import ApiKey, User
from db.session import Sessions, reading, transaction
from tests.factories import NOW, make_client, make_user, viewer_of
from tests.pages.conftest import App, seen

URL = "https://hooks.slack.com/services/T0/B0/secret"
NAME = "slack_webhook_url"


@pytest.fixture
def admin(sessions: Sessions) -> User:
    with transaction(sessions) as session:
        return make_user(session, role=Role.ADMIN)


def test_a_key_is_stored_and_never_shown_again(
    signed_in: App, admin: User, sessions: Sessions, rt: Runtime
) -> None:
    at = signed_in(admin, "settings.py", part="keys")
    at.text_input(key=f"key.{NAME}").set_value(f" {URL}\n")

    at = at.button(key=f"key.{NAME}.save").click().run()

    assert not at.exception
    assert rt.providers.settings.slack_webhook_url.get_secret_value() == URL
    assert f"Set on today 09:00 by {admin.name.lower()}".lower() in seen(at).lower()
    assert at.text_input(key=f"key.{NAME}").value == ""
    assert "secret" not in seen(at).replace("AICMO_SECRET_KEY", "")


def test_a_refused_key_is_a_sentence(signed_in: App, admin: User, sessions: Sessions) -> None:
    at = signed_in(admin, "settings.py", part="keys")
    at.text_input(key=f"key.{NAME}").set_value("http://10.0.0.1/x")

    at = at.button(key=f"key.{NAME}.save").click().run()

    assert "The key was not stored." in seen(at)
    with reading(sessions) as session:
        assert session.query(ApiKey).count() == 0


def test_a_refused_key_can_be_stored_anyway_and_removed(
    signed_in: App, admin: User, sessions: Sessions
) -> None:
    at = signed_in(admin, "settings.py", part="keys")
    at.text_input(key=f"key.{NAME}").set_value("http://10.0.0.1/x")

    at = at.button(key=f"key.{NAME}.anyway").click().run()
    stored = seen(at)
    at = at.button(key=f"key.{NAME}.remove").click().run()

    assert "Stored, but:" in stored
    assert "The key of Slack is removed." in seen(at)


def test_a_key_of_a_lost_secret_says_so(signed_in: App, admin: User, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        api_keys.put(session, viewer_of(role=Role.ADMIN), NAME, URL, version=0, now=NOW)
        session.connection().exec_driver_sql("UPDATE api_keys SET value = 'gone'")

    assert "Cannot be read" in seen(signed_in(admin, "settings.py", part="keys"))


def test_only_admins_see_keys(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        manager = make_user(session, Role.MANAGER, [make_client(session)])

    assert "never shown again" not in seen(signed_in(manager, "settings.py", part="keys"))
