"""The waterfall: cheapest first, only for what is missing, nothing paid twice, never blocked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from core.domain.access import SYSTEM
from core.domain.lookups import LookupOutcome
from core.domain.states import EmailStatus, LeadState
from core.errors import Misconfigured, Rejected, Unavailable, Uncertain
from core.pipeline import enrich
from core.providers.verification.port import EmailVerdict
from core.runtime import Runtime, build
from core.services import lookups, settings
from db.models import Account, Client, Contact, Fact, Lead, Lookup
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_account, make_campaign, make_client, make_contact, make_lead
from tests.factories_lookups import Finder, Judge

Make = Callable[..., Runtime]
TITLE = {"contact.title": "VP Marketing"}
FIRM = {"account.industry": "Retail", "account.employees": 40}
AWAY = Unavailable("Away.", provider="x")


@pytest.fixture
def with_providers(rt: Runtime, clock: Clock) -> Iterator[Make]:
    """A runtime with these providers beside the local rules; they are asked in this order."""
    made: list[Runtime] = []

    def build_it(*given: Finder | Judge, **changed: Any) -> Runtime:
        ports: dict[str, dict[str, Any]] = {"enrichment": {}, "verification": {}}
        for one in given:
            port = "enrichment" if isinstance(one, Finder) else "verification"
            ports[port][one.name] = lambda _settings, one=one: one
        quick = {"lookup_patience_seconds": 0.2, **changed}
        made.append(build(rt.settings.model_copy(update=quick), clock=clock.now, adapters=ports))
        return made[-1]

    yield build_it
    for one in made:
        one.close()


@pytest.fixture
def client(rt: Runtime) -> Client:
    with transaction(rt.sessions) as session:
        return make_client(session)


def leads(rt: Runtime, client: Client, count: int = 1, **contact: Any) -> list[int]:
    """Harvested leads of whom little is known but their address."""
    bare = {"title": None, "seniority": None, "email_status": "unknown", "email_status_at": None}
    with transaction(rt.sessions) as session:
        account = make_account(session, client, industry=None, employees=None, technologies=[])
        campaign = make_campaign(session, client)
        return [
            make_lead(
                session, campaign, make_contact(session, client, account, **bare | contact)
            ).id
            for _ in range(count)
        ]


def rows(rt: Runtime) -> Sequence[Lookup]:
    with reading(rt.sessions) as session:
        found = session.scalars(select(Lookup).order_by(Lookup.id)).all()
        session.expunge_all()
        return found


def person(rt: Runtime, lead_id: int) -> tuple[Lead, Contact, Account]:
    with reading(rt.sessions) as session:
        lead = session.get_one(Lead, lead_id)
        contact = session.get_one(Contact, lead.contact_id)
        account = session.get_one(Account, lead.account_id)
        session.expunge_all()
        return lead, contact, account


def test_the_first_good_answer_a_field_ends_the_search_for_it(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)
    cheap, dear = Finder("cheap", TITLE), Finder("dear", TITLE | FIRM, price=50_000)
    needless = Finder("needless", FIRM, price=90_000, answers=frozenset({"account.industry"}))

    report = enrich.run(with_providers(cheap, dear, needless))

    lead, contact, account = person(rt, lead_id)
    assert (len(cheap.calls), len(dear.calls), len(needless.calls)) == (1, 1, 0)
    assert (contact.title, account.industry, account.employees) == ("VP Marketing", "Retail", 40)
    assert lead.state is LeadState.ENRICHED
    assert report["lookups"] == 2


def test_who_is_known_well_enough_is_not_looked_up(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    leads(rt, client, title="CEO", seniority="c_level")
    finder = Finder("finder", TITLE, answers=frozenset({"contact.title", "contact.seniority"}))

    enrich.run(with_providers(finder))

    assert finder.calls == []


def test_an_unsure_answer_does_not_end_the_search_and_the_surer_wins(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)
    unsure = Finder("unsure", {"contact.title": "Intern"}, sure=0.4)

    enrich.run(with_providers(unsure, Finder("sure", TITLE)))

    assert person(rt, lead_id)[1].title == "VP Marketing"


def test_a_fact_says_who_when_how_sure_and_what_it_cost(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    leads(rt, client)

    enrich.run(with_providers(Finder("finder", TITLE | FIRM, price=10_000)))

    with reading(rt.sessions) as session:
        facts = session.scalars(select(Fact).where(Fact.provider == "finder")).all()
        session.expunge_all()
    assert sorted(fact.cost_micros for fact in facts) == [3_333, 3_333, 3_334]
    assert {(fact.confidence, fact.observed_at) for fact in facts} == {(0.9, rt.now())}
    (row,) = rows(rt)
    assert (row.outcome, row.cost_micros, row.facts) == (LookupOutcome.FOUND, 10_000, 3)
    assert row.answer["who"]


def test_what_the_local_rules_found_is_kept_beside_what_was_bought(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    leads(rt, client, title="VP Marketing")

    report = enrich.run(with_providers(Finder("finder", FIRM)))

    with reading(rt.sessions) as session:
        found = {(one.provider, one.field) for one in session.scalars(select(Fact))}
    assert {("local", "seniority"), ("finder", "industry"), ("finder", "employees")} <= found
    assert report["facts"] == len(found)


def test_one_call_is_about_one_domain_where_a_provider_asks_by_domain(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session, client)
        for domain, count in (("one.de", 3), ("two.de", 1)):
            account = make_account(session, client, domain=domain, industry=None, employees=None)
            for n in range(count):
                email = f"p{n}@{domain}"
                person = make_contact(session, client, account, title=None, email=email)
                make_lead(session, campaign, person)
    finder = Finder("finder", TITLE, at_once=2, by_domain=True)

    enrich.run(with_providers(finder))

    domains = sorted(sorted({one.partition("@")[2] for one in call}) for call in finder.calls)
    assert domains == [["one.de"], ["one.de"], ["two.de"]]


def test_what_nobody_knows_is_not_invented_and_not_paid(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)

    enrich.run(with_providers(Finder("finder")))

    assert person(rt, lead_id)[1].title is None
    assert [(row.outcome, row.cost_micros) for row in rows(rt)] == [(LookupOutcome.MISSED, 0)]


def test_asked_once_in_90_days_whatever_came_of_it(
    rt: Runtime, client: Client, with_providers: Make, clock: Clock
) -> None:
    (lead_id,) = leads(rt, client)
    finder = Finder("finder")
    run = with_providers(finder)
    enrich.run(run)

    def again(days: int) -> int:
        clock.advance(days=days)
        with transaction(rt.sessions) as session:
            session.get_one(Lead, lead_id).state = LeadState.HARVESTED
        enrich.run(run)
        return len(finder.calls)

    assert (again(0), again(89), again(2)) == (1, 1, 2)


def test_a_client_s_money_for_the_day_is_a_hard_stop_and_back_tomorrow(
    rt: Runtime, client: Client, with_providers: Make, clock: Clock
) -> None:
    finder = Finder("finder", TITLE, price=400_000, at_once=2)
    run = with_providers(finder, lookup_daily_budget=1.0)
    ids = leads(rt, client, 5)

    first = enrich.run(run)

    assert sum(len(call) for call in finder.calls) == 2
    assert first["over_budget"] == 3
    assert "AICMO_LOOKUP_DAILY_BUDGET" in " ".join(first.notes)
    assert {person(rt, one)[0].state for one in ids} == {LeadState.ENRICHED}  # nobody is held up
    with reading(rt.sessions) as session:
        assert lookups.spent_today(session, client.id, rt.now().date()) == 800_000
    clock.advance(days=1)
    leads(rt, client, 2)
    assert enrich.run(run)["over_budget"] == 0


def test_a_client_s_own_budget_counts_before_the_usual_one(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    leads(rt, client, 3)
    finder = Finder("finder", TITLE, price=400_000, at_once=1)
    with transaction(rt.sessions) as session:
        settings.put(
            session, SYSTEM, lookups.BUDGET, 400_000, client_id=client.id, now=rt.now()
        )  # fmt: skip

    enrich.run(with_providers(finder))

    assert len(finder.calls) == 1


def test_a_lead_costs_no_more_than_its_ceiling(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    leads(rt, client)
    cheap, dear = Finder("cheap", TITLE, price=300_000), Finder("dear", FIRM, price=300_000)

    report = enrich.run(with_providers(cheap, dear, lookup_lead_ceiling=0.5))

    assert (len(cheap.calls), len(dear.calls)) == (1, 0)
    assert report["over_budget"] == 0


def test_nobody_pays_for_a_dead_address_or_a_shared_mailbox(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    leads(rt, client, email="anna@firm.invalid")
    leads(rt, client, email="anna@mailinator.com", disposable=True)
    leads(rt, client, email="info@firm.de", role_account=True)
    finder = Finder("finder", TITLE)

    enrich.run(with_providers(finder))

    assert finder.calls == []


@pytest.mark.parametrize("error", [AWAY, Misconfigured("No key."), Uncertain("Lost.")])
def test_a_provider_that_fails_blocks_nobody_and_the_next_is_asked(
    rt: Runtime, client: Client, with_providers: Make, error: Exception
) -> None:
    (lead_id,) = leads(rt, client)
    broken = Finder("broken", raises=[error] * 9)

    report = enrich.run(with_providers(broken, Finder("next", TITLE)))

    lead, contact, _ = person(rt, lead_id)
    assert (lead.state, contact.title) == (LeadState.ENRICHED, "VP Marketing")
    assert report["unanswered"] == 1
    kept = [row.outcome for row in rows(rt) if row.provider == "broken"]
    assert kept == ([LookupOutcome.UNCERTAIN] if isinstance(error, Uncertain) else [])


def test_a_lost_answer_counts_at_its_most_and_is_not_asked_for_again(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)
    finder = Finder("finder", TITLE, raises=[Uncertain("Lost.")])
    run = with_providers(finder)

    enrich.run(run)
    with transaction(rt.sessions) as session:
        session.get_one(Lead, lead_id).state = LeadState.HARVESTED
    enrich.run(run)

    assert len(finder.calls) == 1
    assert rows(rt)[0].cost_micros == 10_000


def test_a_limit_that_passes_soon_is_waited_for(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)
    soon = Unavailable("Slow down.", retry_at=rt.now() + timedelta(seconds=0))

    enrich.run(with_providers(Finder("finder", TITLE, raises=[soon]), lookup_patience_seconds=60.0))

    assert person(rt, lead_id)[1].title == "VP Marketing"


def test_a_long_limit_is_not_waited_for_and_leaves_nothing_on_record(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)
    later = Unavailable("Tomorrow.", retry_at=rt.now() + timedelta(hours=9))

    enrich.run(with_providers(Finder("finder", TITLE, raises=[later])))

    assert person(rt, lead_id)[0].state is LeadState.ENRICHED
    assert rows(rt) == []


def test_one_subject_that_is_refused_does_not_cost_its_neighbours_their_answer(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    ids = leads(rt, client, 4)

    class Picky(Finder):
        def enrich(self, subjects: Any) -> Any:
            if any(subject.ref == ids[2] for subject in subjects):
                raise Rejected("One of these is wrong.")
            return super().enrich(subjects)

    enrich.run(with_providers(Picky("picky", TITLE)))

    assert [person(rt, one)[1].title is not None for one in ids] == [True, True, False, True]
    assert [row.outcome for row in rows(rt)].count(LookupOutcome.REJECTED) == 1


def test_several_packets_are_asked_at_once(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    ids = leads(rt, client, 3)
    finder = Finder("finder", TITLE, at_once=1, together=Barrier(3))

    enrich.run(with_providers(finder, lookup_threads=3))

    assert len(finder.calls) == 3
    assert all(person(rt, one)[1].title for one in ids)


class Killed(BaseException):
    """The process ends here."""


def test_killed_between_two_providers_what_was_paid_for_is_kept(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)
    first, second = Finder("first", TITLE), Finder("second", FIRM, raises=[Killed()])

    with pytest.raises(Killed):
        enrich.run(with_providers(first, second))
    between = person(rt, lead_id)[0].state
    enrich.run(with_providers(first, second))

    lead, contact, account = person(rt, lead_id)
    assert (between, lead.state) == (LeadState.HARVESTED, LeadState.ENRICHED)
    assert contact.title == "VP Marketing"
    assert len(first.calls) == 1  # nothing is paid twice
    assert len(second.calls) == 1  # it may be billed: not asked again that day
    assert account.industry is None


def test_twice_at_once_pays_once(rt: Runtime, client: Client, with_providers: Make) -> None:
    leads(rt, client, 3)
    inner = Finder("finder", TITLE)
    twin = with_providers(inner)

    class First(Finder):
        def enrich(self, subjects: Any) -> Any:
            enrich.run(twin)  # meanwhile, the other scheduler
            return super().enrich(subjects)

    outer = First("finder", TITLE)

    enrich.run(with_providers(outer))

    assert sum(len(call) for call in outer.calls) == 3
    assert inner.calls == []
    assert {row.outcome for row in rows(rt)} == {LookupOutcome.FOUND}


def test_an_answer_that_takes_its_time_is_waited_for(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    ids = leads(rt, client, 2)

    report = enrich.run(with_providers(Finder("slow", TITLE, ticket="t1")))

    assert all(person(rt, one)[1].title for one in ids)
    assert (report["lookups"], report["late"]) == (2, 0)
    assert [row.ticket for row in rows(rt)] == [None, None]


def test_an_answer_that_comes_late_finds_its_person_whatever_the_lead_became(
    rt: Runtime, client: Client, with_providers: Make, clock: Clock
) -> None:
    valid = EmailVerdict(EmailStatus.VALID, "Fine.")
    (lead_id,) = leads(rt, client)
    slow = Finder("slow", TITLE, ticket="t1", ready_after=1, verdict=valid)

    first = enrich.run(with_providers(slow, lookup_patience_seconds=0.0))
    state, ticket = person(rt, lead_id)[0].state, rows(rt)[0].ticket
    clock.advance(hours=1)
    second = enrich.run(with_providers(slow))

    contact = person(rt, lead_id)[1]
    assert (state, ticket, first["late"]) == (LeadState.ENRICHED, "t1", 1)
    assert (second["came_late"], contact.title) == (1, "VP Marketing")
    assert (contact.email_status, len(slow.calls)) == (EmailStatus.VALID, 1)
    assert [row.cost_micros for row in rows(rt)] == [10_000]


def test_a_ticket_is_given_up_after_29_days_and_stays_paid(
    rt: Runtime, client: Client, with_providers: Make, clock: Clock
) -> None:
    leads(rt, client)
    slow = Finder("slow", TITLE, ticket="t1", ready_after=99)
    enrich.run(with_providers(slow, lookup_patience_seconds=0.0))

    clock.advance(days=30)
    enrich.run(with_providers(slow))

    (row,) = rows(rt)
    assert (row.outcome, row.ticket, row.cost_micros) == (LookupOutcome.UNCERTAIN, None, 10_000)


def test_a_verdict_in_an_answer_of_facts_saves_the_question(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)
    finder = Finder("finder", TITLE, verdict=EmailVerdict(EmailStatus.VALID, "Fine."))
    judge = Judge("judge")

    enrich.run(with_providers(finder, judge))

    assert person(rt, lead_id)[1].email_status is EmailStatus.VALID
    assert judge.asked == []


def test_verdicts_are_asked_for_until_one_is_sure(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)
    first, second = Judge("first", EmailStatus.UNKNOWN), Judge("second", EmailStatus.RISKY)
    third = Judge("third")

    enrich.run(with_providers(first, second, third))

    contact = person(rt, lead_id)[1]
    assert contact.email_status is EmailStatus.RISKY
    assert contact.email_ask_at == rt.now() + timedelta(days=90)
    assert third.asked == []
    assert [(row.port, row.outcome) for row in rows(rt)] == [
        ("verification", LookupOutcome.MISSED),
        ("verification", LookupOutcome.FOUND),
    ]


def test_who_could_not_be_judged_for_a_provider_that_was_away_is_asked_about_tomorrow(
    rt: Runtime, client: Client, with_providers: Make, clock: Clock
) -> None:
    (lead_id,) = leads(rt, client)
    judge = Judge("judge", raises=[AWAY] * 3)
    run = with_providers(judge)

    enrich.run(run)
    before = person(rt, lead_id)[1]
    clock.advance(days=1)
    report = enrich.run(run)

    assert (before.email_status, before.email_ask_at) == (EmailStatus.UNKNOWN, rt.now())
    assert report["judged_again"] == 1
    assert person(rt, lead_id)[1].email_status is EmailStatus.VALID


def test_a_verdict_is_asked_for_again_after_90_days_while_the_lead_is_worked_on(
    rt: Runtime, client: Client, with_providers: Make, clock: Clock
) -> None:
    ids = leads(rt, client, 2)
    judge = Judge("judge")
    run = with_providers(judge)
    enrich.run(run)
    with transaction(rt.sessions) as session:
        session.get_one(Lead, ids[1]).state = LeadState.REJECTED

    clock.advance(days=89)
    early = enrich.run(run)["judged_again"]
    clock.advance(days=1)
    due = enrich.run(run)["judged_again"]

    assert (early, due, len(judge.asked)) == (0, 1, 3)


def test_what_the_database_cannot_hold_spoils_only_itself(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    ids = leads(rt, client, 2)

    def says(subject: Any) -> dict[str, Any]:
        return {"contact.title": "x"} if subject.ref == ids[1] else {"contact.title": object()}

    report = enrich.run(with_providers(Finder("finder", says)))

    assert report["enriched"] == 2
    assert person(rt, ids[1])[1].title == "x"


def test_a_process_that_is_to_end_leaves_leads_for_the_next(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    (lead_id,) = leads(rt, client)
    asked: list[int] = []
    run = with_providers(Finder("finder", TITLE))

    enrich.run(replace(run, stopping=lambda: len(asked) > 0 or bool(asked.append(1))))

    assert person(rt, lead_id)[0].state is LeadState.HARVESTED


def test_clients_do_not_share_their_money(
    rt: Runtime, client: Client, with_providers: Make
) -> None:
    with transaction(rt.sessions) as session:
        other = make_client(session)
    leads(rt, client, 3)
    leads(rt, other, 1)
    finder = Finder("finder", TITLE, price=400_000, at_once=1)

    enrich.run(with_providers(finder, lookup_daily_budget=0.4))

    with reading(rt.sessions) as session:
        spent = session.execute(
            select(Lookup.client_id, func.sum(Lookup.cost_micros)).group_by(Lookup.client_id)
        )
        assert {row[0]: row[1] for row in spent} == {client.id: 400_000, other.id: 400_000}
