"""Searches for people: bought once, within the money, and taken in like any list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from core.domain.access import SYSTEM
from core.domain.lookups import LookupOutcome, SearchState
from core.domain.states import LeadState, ProviderState, Role
from core.errors import Invalid, Misconfigured, NotAllowed, NotFound, Unavailable, Uncertain
from core.pipeline import harvest
from core.providers.search.port import Found, Page, Wanted
from core.providers.verdict import Verdict
from core.runtime import Runtime, build
from core.services import searches
from db.models import Campaign, Contact, ImportBatch, Lead, Lookup, PeopleSearch
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_campaign, make_client, viewer_of

Make = Callable[..., Runtime]


class Directory:
    """Knows `count` people, five a page; every tenth has no address after all."""

    name = "finder"
    at_once = 2
    price_micros = 100_000

    def __init__(self, count: int = 7, raises: Sequence[BaseException] = ()) -> None:
        self.count = count
        self.bought: list[str] = []
        self.wanted: Wanted | None = None
        self.raises = list(raises)

    def look(self, wanted: Wanted, page: int) -> Page:
        self.wanted = wanted
        first, last = (page - 1) * 5, min(page * 5, self.count)
        return Page(tuple(f"n{n}" for n in range(first, last)), last < self.count, self.count)

    def reveal(self, numbers: Sequence[str]) -> Mapping[str, Found]:
        if self.raises:
            raise self.raises.pop(0)
        self.bought.extend(numbers)
        found = {}
        for number in numbers:
            if not number.endswith("9"):
                row = {"email": f"{number}@firm.de", "first_name": "Al", "title": "CEO"}
                found[number] = Found(row, self.price_micros, {"id": number})
        return found

    def check(self) -> Verdict:
        return Verdict(ProviderState.HEALTHY, "Fine.")


@pytest.fixture
def knowing(rt: Runtime, clock: Clock) -> Iterator[Make]:
    """A runtime with this directory as the provider of people."""
    made: list[Runtime] = []

    def build_it(directory: Directory, **changed: Any) -> Runtime:
        settings = rt.settings.model_copy(update={"lookup_patience_seconds": 0.1, **changed})
        adapters = {"search": {"finder": lambda _: directory}}
        made.append(build(settings, clock=clock.now, adapters=adapters))
        return made[-1]

    yield build_it
    for one in made:
        one.close()


@pytest.fixture
def campaign(rt: Runtime) -> Campaign:
    with transaction(rt.sessions) as session:
        return make_campaign(session)


def ordered(rt: Runtime, campaign: Campaign, most: int = 100, **wanted: Any) -> int:
    with transaction(rt.sessions) as session:
        return searches.order(
            session, SYSTEM, campaign.id, provider="finder", most=most,
            wanted=wanted or {"titles": ["CEO"]}, now=rt.now(),
        ).id  # fmt: skip


def search_of(rt: Runtime, search_id: int) -> PeopleSearch:
    with reading(rt.sessions) as session:
        found = session.get_one(PeopleSearch, search_id)
        session.expunge_all()
        return found


def addresses(rt: Runtime) -> list[str]:
    with reading(rt.sessions) as session:
        return sorted(session.scalars(select(Contact.email_key)))


def test_a_search_becomes_leads(rt: Runtime, campaign: Campaign, knowing: Make) -> None:
    directory = Directory(7)
    search_id = ordered(rt, campaign, titles=[" CEO ", "CEO"], sizes=["11-50"])

    report = harvest.run(knowing(directory))

    assert addresses(rt) == [f"n{n}@firm.de" for n in range(7)]
    assert directory.wanted == Wanted(titles=("CEO",), sizes=("11-50",))
    found = search_of(rt, search_id)
    assert (found.state, found.seen, found.page) == (SearchState.COMPLETED, 7, 3)
    assert (report["bought"], report["created"]) == (7, 7)
    with reading(rt.sessions) as session:
        lead = session.scalars(select(Lead).limit(1)).one()
        batch = session.get_one(ImportBatch, found.batch_id)
        assert (lead.state, lead.source) == (LeadState.HARVESTED, "finder search")
        assert batch.source == "finder search"


def test_no_more_are_bought_than_were_asked_for(
    rt: Runtime, campaign: Campaign, knowing: Make
) -> None:
    directory = Directory(40)
    ordered(rt, campaign, most=3)

    harvest.run(knowing(directory))

    assert len(directory.bought) == 3
    assert len(addresses(rt)) == 3


def test_the_day_s_money_ends_a_search_with_what_it_has(
    rt: Runtime, campaign: Campaign, knowing: Make
) -> None:
    directory = Directory(40)
    search_id = ordered(rt, campaign)

    harvest.run(knowing(directory, lookup_daily_budget=0.5))

    assert len(addresses(rt)) == 5
    assert "money" in (search_of(rt, search_id).note or "")


def test_nobody_is_bought_twice(rt: Runtime, campaign: Campaign, knowing: Make) -> None:
    directory = Directory(12)
    run = knowing(directory)

    for _ in range(2):
        ordered(rt, campaign)
        harvest.run(run)

    assert len(directory.bought) == len(set(directory.bought)) == 12


class Killed(BaseException):
    """The process ends here."""


def test_a_killed_search_goes_on_with_what_it_had(
    rt: Runtime, campaign: Campaign, knowing: Make
) -> None:
    directory = Directory(9)
    search_id = ordered(rt, campaign)
    reveal = directory.reveal

    def killed_at_third(numbers: Sequence[str]) -> Mapping[str, Found]:
        if len(directory.bought) == 4:
            directory.bought.extend(numbers)
            raise Killed
        return reveal(numbers)

    directory.reveal = killed_at_third  # type: ignore[method-assign]  # the test's own provider
    run = knowing(directory)
    with pytest.raises(Killed):
        harvest.run(run)
    directory.reveal = reveal  # type: ignore[method-assign]

    harvest.run(run)

    assert len(directory.bought) == len(set(directory.bought)) == 9
    assert len(addresses(rt)) == 8  # one call's answer died with the process
    assert search_of(rt, search_id).state is SearchState.COMPLETED


@pytest.mark.parametrize("error", [Unavailable("Away."), Uncertain("Lost.")])
def test_a_provider_out_of_reach_leaves_the_search_for_later(
    rt: Runtime, campaign: Campaign, knowing: Make, error: Exception
) -> None:
    directory = Directory(4, raises=[error] * 3)
    search_id = ordered(rt, campaign)
    run = knowing(directory)

    first = harvest.run(run)
    state = search_of(rt, search_id).state
    directory.raises.clear()
    harvest.run(run)

    assert (first["unanswered"], state) == (1, SearchState.RUNNING)
    assert search_of(rt, search_id).state is SearchState.COMPLETED
    lost = 2 if isinstance(error, Uncertain) else 0
    assert len(addresses(rt)) == 4 - lost


def test_a_provider_that_needs_a_person_fails_the_search_with_its_advice(
    rt: Runtime, campaign: Campaign, knowing: Make
) -> None:
    refused = Misconfigured("It wants a master key.", advice="Make one.")
    search_id = ordered(rt, campaign)

    harvest.run(knowing(Directory(4, raises=[refused])))

    found = search_of(rt, search_id)
    assert (found.state, found.note) == (
        SearchState.FAILED, "It wants a master key. Make one."
    )  # fmt: skip


def test_without_the_provider_the_search_says_so(rt: Runtime, campaign: Campaign) -> None:
    search_id = ordered(rt, campaign)

    harvest.run(rt)

    assert search_of(rt, search_id).state is SearchState.FAILED


def test_who_has_no_address_after_all_costs_nothing(
    rt: Runtime, campaign: Campaign, knowing: Make
) -> None:
    ordered(rt, campaign)

    harvest.run(knowing(Directory(10)))

    with reading(rt.sessions) as session:
        missed = session.scalars(select(Lookup).where(Lookup.outcome == LookupOutcome.MISSED)).one()
        assert (missed.subject, missed.cost_micros) == ("person:n9", 0)


def test_nobody_found_is_said(rt: Runtime, campaign: Campaign, knowing: Make) -> None:
    search_id = ordered(rt, campaign)

    harvest.run(knowing(Directory(0)))

    assert "Nobody was found" in (search_of(rt, search_id).note or "")


def test_an_order_says_whom_and_comes_from_one_who_may_import(
    rt: Runtime, campaign: Campaign
) -> None:
    with transaction(rt.sessions) as session:
        client, other = campaign.client_id, make_client(session)
        of = {"provider": "finder", "most": 5, "now": rt.now()}
        wanted = {"titles": ["CEO"]}
        looker = viewer_of(other, role=Role.MANAGER)
        reader = viewer_of(session.get_one(type(other), client), role=Role.VIEWER)

        with pytest.raises(Invalid, match="whom to look for"):
            searches.order(session, SYSTEM, campaign.id, wanted={"titles": [" "]}, **of)
        with pytest.raises(Invalid, match="1 to 10,000"):
            searches.order(session, SYSTEM, campaign.id, wanted=wanted, **of | {"most": 0})
        with pytest.raises(NotFound):
            searches.order(session, looker, campaign.id, wanted=wanted, **of)
        with pytest.raises(NotAllowed):
            searches.order(session, reader, campaign.id, wanted=wanted, **of)
