"""One lead, told in full; and what happens next with it."""

from datetime import timedelta

import pytest

from core.domain.access import SYSTEM
from core.domain.states import LeadState, MessageState
from core.queries import lead_detail, next_up
from db.models import Account, Campaign, Enrolment, Lead
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_contact,
    make_enrolment,
    make_lead,
    make_mailbox,
    make_message,
    make_sequence,
    make_thread,
    viewer_of,
)
from tests.factories_desk import (
    make_event,
    make_fact,
    make_lead_event,
    make_reply,
    make_score,
    make_signal,
)


def next_of(sessions: Sessions, lead_id: int) -> next_up.NextUp:
    with reading(sessions) as session:
        return next_up.of_lead(session, SYSTEM, lead_id, now=NOW)


def walking(sessions: Sessions, **given: object) -> tuple[int, int]:
    """A nurtured lead in a sequence of two steps: (lead, mailbox)."""
    with transaction(sessions) as session:
        lead = make_lead(session, state="nurtured")
        client = session.get_one(Campaign, lead.campaign_id).client_id
        mailbox = make_mailbox(session, make_client(session), client_id=client)
        sequence = make_sequence(session, texts=(("A", "a"), ("B", "b")))
        make_enrolment(session, lead, sequence, mailbox, **given)
        return lead.id, mailbox.id


def test_a_lead_is_told_with_its_facts_reasons_signals_and_neighbours(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        account = session.get_one(Account, lead.account_id)
        account.city, account.country = "Hamburg", "DE"
        make_fact(session, lead, field="title", value="VP Marketing")
        make_fact(session, lead, of="account", field="technologies", value=["HubSpot", "GA4"])
        make_score(session, lead)
        make_signal(session, account)
        client = make_client(session)
        other = make_campaign(session, client, client_id=lead.client_id)
        from_contact = lead.contact_id
        twin = make_lead(session, other, None)
        twin.contact_id, twin.account_id = from_contact, None
        lead_id, twin_id = lead.id, twin.id

    with reading(sessions) as session:
        found = lead_detail.detail(session, SYSTEM, lead_id, now=NOW)

    assert found is not None
    assert found.place == "Hamburg, DE"
    assert [(fact.of, fact.value) for fact in found.facts] == [
        ("person", "VP Marketing"), ("company", "HubSpot, GA4"),
    ]  # fmt: skip
    assert [reason.sentence for reason in found.reasons] == [
        "Title matches", "Industry fits", "Budget unknown",
    ]  # fmt: skip
    assert found.signals[0].detail == "Hiring 3 marketing roles"
    assert [(other.lead_id, other.same_person) for other in found.others] == [(twin_id, True)]


def test_the_timeline_tells_history_mail_and_events_with_the_latest_first(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session, state="replied")
        mailbox = make_mailbox(session, make_client(session), client_id=lead.client_id)
        thread = make_thread(session, mailbox, lead)
        make_lead_event(session, lead, at=NOW - timedelta(days=3))
        make_lead_event(
            session, lead, kind="state", to_state="replied", at=NOW - timedelta(hours=1)
        )
        make_lead_event(session, lead, kind="mail", at=NOW)
        sent = make_message(
            session, lead, mailbox, MessageState.SENT, sent_at=NOW - timedelta(days=2)
        )
        make_event(session, sent, at=NOW - timedelta(days=1))
        make_event(session, sent, kind="opened", by_machine=True)
        make_reply(session, thread, intent="interested", received_at=NOW - timedelta(hours=2))
        lead_id = lead.id

    with reading(sessions) as session:
        found = lead_detail.detail(session, SYSTEM, lead_id, now=NOW)

    assert found is not None
    assert [entry.kind for entry in found.timeline] == ["state", "in", "event", "out", "note"]


def test_another_clients_lead_reads_like_a_missing_one(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead_id = make_lead(session).id
        stranger = viewer_of(make_client(session))

        assert lead_detail.detail(session, stranger, lead_id, now=NOW) is None
        assert lead_detail.detail(session, stranger, 10**9, now=NOW) is None
        assert next_up.of_lead(session, stranger, lead_id, now=NOW).sentence == "Nothing."


@pytest.mark.parametrize("state", [*next_up.STAGES, *next_up.ENDED])
def test_every_state_outside_a_sequence_has_its_sentence(
    sessions: Sessions, state: LeadState
) -> None:
    with transaction(sessions) as session:
        lead_id = make_lead(session, state=state).id

    told = next_of(sessions, lead_id)

    assert told.sentence.endswith(".")
    assert (told.job is not None) == (state in next_up.STAGES)


def test_a_paused_campaign_holds_its_leads_and_says_so(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        campaign = make_campaign(session, state="paused", state_reason="bounce rate 5.6%")
        lead_id = make_lead(session, campaign).id

    assert next_of(sessions, lead_id).holds == ("The campaign is paused: bounce rate 5.6%.",)


def test_a_lead_without_a_walk_waits_for_nothing(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead_id = make_lead(session, state="nurtured").id

    assert next_of(sessions, lead_id).sentence == "Nothing: it is in no sequence."


def test_the_next_step_is_told_with_what_holds_it(sessions: Sessions) -> None:
    lead_id, _ = walking(sessions, hold="The field first_name is empty.")

    told = next_of(sessions, lead_id)

    assert (told.sentence, told.step, told.steps) == ("Step 1 is written.", 1, 2)
    assert told.holds == ("The field first_name is empty.",)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("paused", "The sequence pauses."),
        ("stopped", "Nothing: the sequence was stopped."),
        ("finished", "Nothing: all steps were sent."),
    ],
)
def test_a_walk_that_does_not_go_on_says_why(sessions: Sessions, state: str, sentence: str) -> None:
    lead_id, _ = walking(sessions, state=state, state_reason="Out of office")

    assert next_of(sessions, lead_id).sentence == sentence


@pytest.mark.parametrize("state", next_up.PENDING)
def test_a_written_mail_is_what_comes_next(sessions: Sessions, state: MessageState) -> None:
    lead_id, mailbox_id = walking(sessions)
    with transaction(sessions) as session:
        lead = session.get_one(Lead, lead_id)
        mailbox = session.get_one(next_up.Mailbox, mailbox_id)
        mailbox.state, mailbox.state_reason = "paused", "5 % bounces."
        make_message(session, lead, mailbox, state)
        assert session.query(Enrolment).count() == 1

    told = next_of(sessions, lead_id)

    assert "e-mail" in told.sentence
    assert any("5 % bounces." in hold for hold in told.holds)


def test_a_person_without_company_or_place_is_told_too(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        contact = make_contact(session, client, first_name=None, last_name=None)
        lead_id = make_lead(session, make_campaign(session, client), contact).id
        email = contact.email

        found = lead_detail.detail(session, SYSTEM, lead_id, now=NOW)

    assert found is not None
    assert (found.row.name, found.place, found.website) == (email, "", None)
