"""Enrichment: facts with their provider, gaps filled, nobody blocked."""

from datetime import timedelta

from sqlalchemy import select

from core.domain.states import ContactLifecycle, EmailStatus, LeadState
from core.errors import Unavailable
from core.pipeline import enrich
from core.providers.verification.port import EmailVerdict
from core.runtime import build
from db.models import Account, Contact, Fact, Lead
from db.session import reading, transaction
from tests.factories import make_account, make_campaign, make_client, make_contact, make_lead


def harvested(sessions, **contact):
    """A harvested lead whose person is known by little more than an address and a title."""
    bare = {"first_name": None, "last_name": None, "email_status": "unknown"}
    with transaction(sessions) as session:
        client = make_client(session)
        domain = contact.get("email", "x@nordlicht-digital.de").partition("@")[2]
        account = make_account(session, client, domain=domain, name=None)
        person = make_contact(
            session, client, account, **bare | {"email_status_at": None} | contact
        )
        return make_lead(session, make_campaign(session, client), person).id


def lead_with_all(sessions, lead_id):
    with reading(sessions) as session:
        lead = session.get_one(Lead, lead_id)
        contact = session.get_one(Contact, lead.contact_id)
        account = session.get_one(Account, lead.account_id)
        found = session.execute(select(Fact).order_by(Fact.id)).scalars().all()
        session.expunge_all()
        return lead, contact, account, {fact.field: fact for fact in found}


def test_what_the_address_and_title_say_becomes_facts_and_fills_gaps(rt):
    lead_id = harvested(rt.sessions, email="anna.berg@nordlicht-digital.de", title="VP Marketing")

    report = enrich.run(rt)

    lead, contact, account, facts = lead_with_all(rt.sessions, lead_id)
    assert report["enriched"] == 1
    assert lead.state is LeadState.ENRICHED
    assert lead.enriched_at == rt.now()
    assert (contact.first_name, contact.last_name) == ("Anna", "Berg")
    assert (contact.seniority, contact.department) == ("vp", "marketing")
    assert (account.name, account.country) == ("Nordlicht Digital", "DE")
    assert {fact.provider for fact in facts.values()} == {"local"}
    assert 0 < facts["name"].confidence < 0.5


def test_what_is_known_is_never_overwritten(rt):
    lead_id = harvested(rt.sessions, email="anna.berg@firm.de", first_name="Annika", title="CEO")

    enrich.run(rt)

    _, contact, _, _ = lead_with_all(rt.sessions, lead_id)
    assert (contact.first_name, contact.last_name) == ("Annika", "Berg")


def test_a_second_run_finds_nothing_to_do(rt):
    harvested(rt.sessions, title="CEO")

    first, second = enrich.run(rt), enrich.run(rt)

    assert (first["enriched"], second["enriched"]) == (1, 0)


def test_an_address_that_cannot_work_is_judged_invalid(rt):
    lead_id = harvested(rt.sessions, email="anna@firm.invalid")

    enrich.run(rt)

    _, contact, _, _ = lead_with_all(rt.sessions, lead_id)
    assert contact.email_status is EmailStatus.INVALID


def test_a_plausible_address_is_looked_at_but_stays_unknown(rt):
    lead_id = harvested(rt.sessions, email="anna@firm.de")

    enrich.run(rt)

    _, contact, _, _ = lead_with_all(rt.sessions, lead_id)
    assert contact.email_status is EmailStatus.UNKNOWN
    assert contact.email_status_at == rt.now()
    assert contact.lifecycle is ContactLifecycle.ENRICHED


def test_a_verdict_of_last_week_is_not_asked_for_again(rt):
    week_ago = rt.now() - timedelta(days=7)
    lead_id = harvested(rt.sessions, email_status="valid", email_status_at=week_ago)

    enrich.run(rt)

    _, contact, _, _ = lead_with_all(rt.sessions, lead_id)
    assert contact.email_status is EmailStatus.VALID
    assert contact.email_status_at == week_ago


def test_a_stale_verdict_is_asked_for_again_but_not_forgotten(rt):
    long_ago = rt.now() - timedelta(days=91)
    lead_id = harvested(rt.sessions, email_status="valid", email_status_at=long_ago)

    enrich.run(rt)

    _, contact, _, _ = lead_with_all(rt.sessions, lead_id)
    assert contact.email_status is EmailStatus.VALID
    assert contact.email_status_at == rt.now()


class Free:
    """A provider of facts and verdicts that costs nothing and is not on record."""

    name = "local"
    at_once = 1000
    by_domain = False
    price_micros = 0
    on_record = False
    answers = frozenset({"contact.title"})


class Silent(Free):
    """Out of reach."""

    def enrich(self, subjects):
        raise Unavailable("The provider does not answer.")

    def verify(self, addresses):
        raise Unavailable("The provider does not answer.")


class Sure(Free):
    """Knows every address."""

    def verify(self, addresses):
        return {one: EmailVerdict(EmailStatus.VALID, "It answered.") for one in addresses}


def test_a_provider_out_of_reach_never_blocks_the_stage(rt):
    lead_id = harvested(rt.sessions, title="CEO")
    adapters = {
        "enrichment": {"local": lambda _: Silent()},
        "verification": {"local": lambda _: Silent()},
    }
    cut_off = build(rt.settings, clock=rt.clock, adapters=adapters)

    report = enrich.run(cut_off)
    cut_off.close()

    lead, contact, _, facts = lead_with_all(rt.sessions, lead_id)
    assert (report["enriched"], report["unanswered"]) == (1, 2)
    assert lead.state is LeadState.ENRICHED
    assert contact.email_status_at is None
    assert facts == {}


def test_a_valid_verdict_makes_a_verified_contact(rt):
    lead_id = harvested(rt.sessions)
    sure = build(
        rt.settings, clock=rt.clock, adapters={"verification": {"local": lambda _: Sure()}}
    )

    enrich.run(sure)
    sure.close()

    _, contact, _, _ = lead_with_all(rt.sessions, lead_id)
    assert contact.email_status is EmailStatus.VALID
    assert contact.lifecycle is ContactLifecycle.VERIFIED


def test_only_active_campaigns_are_worked_for_unless_asked_by_hand(rt):
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session, state="paused")
        make_lead(session, campaign)

    by_clock, by_hand = enrich.run(rt), enrich.run(rt, campaign_id=campaign.id)

    assert (by_clock["enriched"], by_hand["enriched"]) == (0, 1)


def test_a_limit_is_a_limit(rt):
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session)
        for _ in range(3):
            make_lead(session, campaign)

    first, second = enrich.run(rt, limit=2), enrich.run(rt, limit=2)

    assert (first["enriched"], second["enriched"]) == (2, 1)
