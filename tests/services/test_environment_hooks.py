"""MAKE_WEBHOOK_URL becomes a webhook; the environment wins."""

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from sqlalchemy import select, text

from core import runtime
from core.config import Settings
from core.domain.access import SYSTEM
from core.domain.states import DeliveryState, EndpointKind
from core.errors import SetupError
from core.pipeline import deliver
from core.queries import endpoints as query
from core.queries.endpoints import EndpointRow
from core.runtime import Runtime
from core.services import endpoints
from db.models import AuditEntry
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories_webhooks import AMPLE, deliveries_of, happens

Build = Callable[..., Runtime]


@pytest.fixture
def start(settings: Settings, clock: Clock) -> Iterator[Build]:
    """Starts a process with this MAKE_WEBHOOK_URL."""
    built: list[Runtime] = []

    def build(url: str | None) -> Runtime:
        given = {"make_webhook_url": SecretStr(url) if url else None}
        built.append(runtime.build(settings.model_copy(update=given), clock=clock.now))
        return built[-1]

    yield build
    for one in built:
        one.close()


def hooks(rt: Runtime) -> tuple[EndpointRow, ...]:
    with reading(rt.sessions) as session:
        return query.endpoints(session, SYSTEM)


def allow(rt: Runtime) -> None:
    """An admin's word: the tests' Make lies on this machine."""
    with transaction(rt.sessions) as session:
        (one,) = query.endpoints(session, SYSTEM)
        endpoints.allow_host(session, SYSTEM, one.id, allowed=True, now=rt.now())


def test_it_is_there_once_however_many_processes_start(start: Build) -> None:
    for _ in range(2):
        rt = start("https://hook.eu1.make.com/very-secret")

    (one,) = hooks(rt)
    with reading(rt.sessions) as session:
        actions = session.scalars(select(AuditEntry.action)).all()
        stored = str(session.execute(text("SELECT * FROM endpoints")).one())
    assert (one.kind, one.host, one.client) == (EndpointKind.MAKE, "hook.eu1.make.com", None)
    assert one.setting == "make_webhook_url"
    assert actions == ["webhook made by the environment"]
    assert "very-secret" not in stored


def test_it_is_told_at_the_address_of_the_environment(start: Build, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("Accepted")
    rt = start(httpserver.url_for("/hook"))
    allow(rt)

    happens(rt, None, "one")
    report = deliver.run(rt, patience=AMPLE)

    assert report["delivered"] == 1


def test_another_address_is_followed_and_peoples_changes_stay(start: Build) -> None:
    rt = start("https://hook.eu1.make.com/a")
    (one,) = hooks(rt)
    with transaction(rt.sessions) as session:
        endpoints.change(session, SYSTEM, one.id, version=one.version, name="Sales",
                         events=["lead.replied"], now=rt.now())  # fmt: skip

    rt = start("https://hook.us2.make.com/b")

    (after,) = hooks(rt)
    assert (after.host, after.name, len(after.events)) == ("hook.us2.make.com", "Sales", 1)


def test_taken_out_of_the_environment_it_says_so(start: Build) -> None:
    rt = start("https://hook.eu1.make.com/a")
    happens(rt, None, "one")

    deliver.run(start(None), patience=AMPLE)

    (one,) = deliveries_of(rt)
    assert one.state is DeliveryState.RETRY
    assert one.last_error == (
        "MAKE_WEBHOOK_URL is not set any more. Set it, or turn this webhook off."
    )


@pytest.mark.parametrize("url", ["hook.make.com/x", "https://a b", "https://u:p@hook.make.com/"])
def test_what_is_no_address_is_a_sentence_at_the_start(start: Build, url: str) -> None:
    with pytest.raises(SetupError, match="MAKE_WEBHOOK_URL cannot be used") as caught:
        start(url)

    assert url not in caught.value.sentence
