"""Keys entered in the app: tried before they are stored, in force at once, never seen again."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from sqlalchemy import select, text

from core import runtime
from core.config import Settings
from core.domain.access import SYSTEM, Viewer
from core.domain.states import ProviderState, Role
from core.errors import Invalid, NotAllowed, NotFound, Stale
from core.pipeline import provider_keys
from core.queries import api_keys as query
from core.queries.api_keys import KeyRow
from core.runtime import Runtime
from core.services import api_keys
from db.models import AuditEntry
from db.session import reading, transaction
from tests.conftest import Clock
from tests.contracts.llm_cases import CASES
from tests.factories import NOW, viewer_of

NAME = "openai_api_key"
KEY = "sk-a-key-of-the-tests"
ADMIN = viewer_of(role=Role.ADMIN)


@pytest.fixture
def vendor(httpserver: HTTPServer) -> HTTPServer:
    """A vendor that knows one key."""
    case = CASES["openai"]
    for headers, name in (({"Authorization": f"Bearer {KEY}"}, "models"), ({}, "wrong_key")):
        said = case.recorded(name)
        found = httpserver.expect_request("/v1/models", headers=headers)
        found.respond_with_json(said["body"], status=said["status"])
    return httpserver


@pytest.fixture
def app(settings: Settings, clock: Clock, vendor: HTTPServer) -> Iterator[Runtime]:
    address = {"openai_base_url": vendor.url_for("/v1")}
    built = runtime.build(settings.model_copy(update=address), clock=clock.now)
    yield built
    built.close()


@pytest.fixture
def scheduler(app: Runtime, clock: Clock) -> Iterator[Runtime]:
    built = runtime.build(app.settings, clock=clock.now)
    yield built
    built.close()


def stored(rt: Runtime, viewer: Viewer = SYSTEM) -> dict[str, KeyRow]:
    with reading(rt.sessions) as session:
        return query.keys(session, viewer)


def test_a_good_key_is_stored_and_in_force_at_once_in_both(
    app: Runtime, scheduler: Runtime
) -> None:
    before = (app.providers.llm.name, scheduler.providers.llm.name)

    verdict = provider_keys.save(app, ADMIN, NAME, f"  {KEY}\n", version=0)

    after = (app.providers.llm.name, scheduler.providers.llm.name)
    assert verdict.state is ProviderState.HEALTHY
    assert before == ("template", "template")
    assert after == ("openai → template", "openai → template")
    assert scheduler.providers.settings.openai_api_key == SecretStr(KEY)


def test_a_refused_key_is_a_sentence_and_not_stored(app: Runtime) -> None:
    with pytest.raises(Invalid, match=r"refuses the key \(401.*was not stored") as caught:
        provider_keys.save(app, ADMIN, NAME, "sk-wrong", version=0)

    assert "sk-wrong" not in caught.value.sentence
    assert stored(app) == {}


def test_a_refused_key_can_be_stored_anyway(app: Runtime) -> None:
    verdict = provider_keys.save(app, ADMIN, NAME, "sk-wrong", version=0, anyway=True)

    assert verdict.state is ProviderState.DOWN
    assert NAME in stored(app)


@pytest.mark.parametrize(
    "value", ["", "  \n ", "sk-one\nsk-two", "sk one", "sk-ключ", "sk-\x07", "k" * 2_001]
)
def test_what_cannot_be_a_key_is_a_sentence(app: Runtime, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        provider_keys.save(app, ADMIN, NAME, value, version=0, anyway=True)

    assert not value.strip() or value not in caught.value.sentence
    assert stored(app) == {}


@pytest.mark.parametrize("value", [f'"{KEY}"', f"\ufeff{KEY}\u200b", f"\t{KEY}\r\n"])
def test_what_copying_leaves_is_taken_off(value: str) -> None:
    assert api_keys.cleaned(value) == KEY


def test_it_is_encrypted_and_shown_to_nobody(app: Runtime) -> None:
    provider_keys.save(app, ADMIN, NAME, KEY, version=0)

    with reading(app.sessions) as session:
        raw = session.execute(text("SELECT value FROM api_keys")).scalar_one()
        entry = session.scalars(select(AuditEntry)).one()
        on_record = f"{entry.action} {entry.subject} {entry.before} {entry.after}"
    row = stored(app)[NAME]
    assert KEY not in raw
    assert KEY not in on_record
    assert KEY not in repr(row) + repr(app.providers.settings)
    assert (row.set_by, row.set_at, row.readable, row.version) == (ADMIN.name, NOW, True, 1)


def test_the_environment_wins(app: Runtime, clock: Clock) -> None:
    provider_keys.save(app, ADMIN, NAME, KEY, version=0)
    own = app.settings.model_copy(update={NAME: SecretStr("sk-of-the-environment")})
    other = runtime.build(own, clock=clock.now)

    in_force = other.providers.settings.openai_api_key

    slots = {slot.name: slot.in_environment for slot in provider_keys.slots(other)}
    assert in_force == SecretStr("sk-of-the-environment")
    assert (slots[NAME], slots["anthropic_api_key"]) == (True, False)
    other.close()


def test_of_two_admins_at_once_the_second_gets_a_sentence(app: Runtime) -> None:
    provider_keys.save(app, ADMIN, NAME, KEY, version=0)

    with pytest.raises(Stale):
        provider_keys.save(app, ADMIN, NAME, KEY, version=0)
    with transaction(app.sessions) as session, pytest.raises(Stale):
        api_keys.remove(session, ADMIN, NAME, version=7, now=NOW)


def test_a_removed_key_is_forgotten_at_once(app: Runtime, scheduler: Runtime) -> None:
    provider_keys.save(app, ADMIN, NAME, KEY, version=0)
    had = scheduler.providers.llm.name

    with transaction(app.sessions) as session:
        api_keys.remove(session, ADMIN, NAME, version=1, now=NOW)

    assert (had, scheduler.providers.llm.name) == ("openai → template", "template")
    with transaction(app.sessions) as session, pytest.raises(NotFound):
        api_keys.remove(session, ADMIN, NAME, version=1, now=NOW)


def test_a_new_secret_reads_what_the_old_one_wrote(app: Runtime, clock: Clock) -> None:
    provider_keys.save(app, ADMIN, NAME, KEY, version=0)
    new = {"secret_key": SecretStr("another-secret-that-is-long-enough")}
    old = {"secret_keys_old": SecretStr(f"none, {app.settings.secret} ,")}
    environment = Settings.model_validate(app.settings.model_dump() | new | old)
    lost = Settings.model_validate(app.settings.model_dump() | new)

    rotated = runtime.build(environment, clock=clock.now)
    without = runtime.build(lost, clock=clock.now)

    assert rotated.providers.settings.openai_api_key == SecretStr(KEY)
    assert without.providers.settings.openai_api_key is None
    assert not stored(without)[NAME].readable
    rotated.close()
    without.close()


def test_only_an_admin_may(app: Runtime) -> None:
    manager = viewer_of(role=Role.MANAGER)

    with pytest.raises(NotAllowed):
        provider_keys.save(app, manager, NAME, KEY, version=0)
    with pytest.raises(Invalid, match="no such key"):
        provider_keys.save(app, ADMIN, "database_url", KEY, version=0)
    assert stored(app, manager) == {}


@pytest.mark.parametrize(
    ("address", "good"),
    [("https://hooks.slack.com/services/T0/B0/x", True), ("http://10.0.0.1/x", False)],
)
def test_an_address_is_judged_by_its_shape_alone(app: Runtime, address: str, good: bool) -> None:
    verdict = provider_keys.tried(app, "slack_webhook_url", address)

    assert (verdict.state is ProviderState.HEALTHY) is good
