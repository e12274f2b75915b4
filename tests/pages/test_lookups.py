"""Leads → Look for people, and Provider Health → Lookups."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import select

from core.domain.states import Role
from core.runtime import Runtime, build
from db.models import Client, Lookup, PeopleSearch, User
from db.session import Sessions, reading, transaction
from pages.ui.running import lent
from tests.conftest import Clock
from tests.factories import NOW, make_campaign, make_client, make_user
from tests.pages.conftest import App, seen
from tests.pipeline.test_searches import Directory


@pytest.fixture
def client(sessions: Sessions) -> Client:
    with transaction(sessions) as session:
        client = make_client(session)
        make_campaign(session, client, name="Spring")
        return client


@pytest.fixture
def operator(sessions: Sessions, client: Client) -> User:
    with transaction(sessions) as session:
        return make_user(session, Role.OPERATOR, [client])


def test_without_a_provider_it_says_what_to_do(signed_in: App, operator: User) -> None:
    at = signed_in(operator, "leads.py", view="search")

    assert not at.exception
    assert "No provider of people is set up" in seen(at)


@pytest.fixture
def known(signed_in: App, rt: Runtime, clock: Clock) -> Iterator[None]:
    """The pages' runtime has a provider of people."""
    adapters = {"search": {"finder": lambda _: Directory(0)}}
    with closing(build(rt.settings, clock=clock.now, adapters=adapters)) as built, lent(built):
        yield


def test_a_search_is_ordered_and_stands_in_the_list(
    signed_in: App, operator: User, known: None, sessions: Sessions
) -> None:
    at = signed_in(operator, "leads.py", view="search")
    at.text_area(key="search.titles").set_value("CEO\nCMO")
    at.number_input(key="search.most").set_value(5)

    at = at.button(key="search.start").click().run()

    assert not at.exception
    with reading(sessions) as session:
        found = session.scalars(select(PeopleSearch)).one()
        assert (found.wanted, found.most) == ({"titles": ["CEO", "CMO"]}, 5)
    assert "The search has begun" in seen(at)
    assert "Searches so far" in seen(at)


def test_a_search_for_nobody_in_particular_is_refused(
    signed_in: App, operator: User, known: None, sessions: Sessions
) -> None:
    at = signed_in(operator, "leads.py", view="search")

    at = at.button(key="search.start").click().run()

    assert "Say whom to look for" in seen(at)
    with reading(sessions) as session:
        assert session.scalars(select(PeopleSearch)).all() == []


def test_hit_rate_and_cost_stand_on_provider_health(
    signed_in: App, sessions: Sessions, client: Client
) -> None:
    with transaction(sessions) as session:
        admin = make_user(session, Role.ADMIN)
        session.add(
            Lookup(
                client_id=client.id, subject="contact:1", port="enrichment", provider="apollo",
                day=NOW.date(), outcome="found", cost_micros=30_000, at=NOW,
            )
        )  # fmt: skip

    at = signed_in(admin, "provider_health.py", part="lookups")

    assert not at.exception
    frames = " ".join(frame.value.to_string() for frame in at.dataframe)
    assert "Apollo" in frames
    assert client.name in frames
    assert "AICMO_LOOKUP_DAILY_BUDGET" in seen(at)
    assert "disposable-email-domains" in frames
