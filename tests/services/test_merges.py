"""Two contacts or companies become one, carry all that hangs on them, and come apart again."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.domain.access import SYSTEM
from core.domain.matches import MatchKind, MatchState
from core.domain.replies import read
from core.domain.states import EnrolmentState, LeadState, MessageState, Role, SuppressionReason
from core.errors import AicmoError, IllegalMove, Invalid, NotAllowed, NotFound
from core.intake.mail import parse
from core.services import contacts, matching, merges, suppressions
from core.services.replies import Incoming
from db.models import (
    Account,
    AuditEntry,
    Contact,
    Enrolment,
    Fact,
    Lead,
    LeadEvent,
    MatchPair,
    Merge,
    Message,
    Suppression,
    Thread,
)
from db.session import Sessions, transaction
from tests.factories import (
    NOW,
    make_account,
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
from tests.factories_desk import make_fact
from tests.factories_matching import make_alike, make_pair

CONTACT, ACCOUNT = MatchKind.CONTACT, MatchKind.ACCOUNT


def test_fields_are_chosen_one_by_one_and_gaps_are_filled(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        kept, gone = make_alike(session, make_client(session), title="CMO", tags=["fair"])
        gone.title, gone.phone, gone.city, gone.tags = "CEO", "+4930999", "Köln", ["news"]

        merges.merge(session, SYSTEM, CONTACT, kept.id, gone.id, chosen=["title"], now=NOW)

        assert (kept.title, kept.city, kept.phone) == ("CEO", "Köln", "+493012345678")
        assert kept.tags == ["fair", "news"]
        assert gone.merged_into_id == kept.id


def test_leads_mails_threads_and_facts_go_over_and_an_undo_brings_them_back(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept, gone = make_alike(session, client)
        lead = make_lead(session, make_campaign(session, client), gone, state="nurtured")
        mailbox = make_mailbox(session, client)
        thread = make_thread(session, mailbox, lead)
        message = make_message(session, lead, mailbox, MessageState.SENT, thread_id=thread.id)
        fact = make_fact(session, lead)
        before = snapshot(session, kept, gone)

        merge = merges.merge(session, SYSTEM, CONTACT, kept.id, gone.id, now=NOW)

        assert session.get_one(Lead, lead.id).contact_id == kept.id
        session.refresh(fact)
        assert fact.subject == f"contact:{kept.id}"
        assert (message.lead_id, thread.lead_id) == (lead.id, lead.id)
        merges.undo(session, SYSTEM, merge.id, now=NOW)
        assert snapshot(session, kept, gone) == before
        session.refresh(fact)
        assert fact.subject == f"contact:{gone.id}"


@pytest.mark.parametrize("further", ["kept", "gone"])
def test_of_two_leads_of_a_campaign_the_further_one_goes_on(
    sessions: Sessions, further: str
) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept, gone = make_alike(session, client)
        campaign, mailbox = make_campaign(session, client), make_mailbox(session, client)
        states = ("replied", "nurtured") if further == "kept" else ("nurtured", "replied")
        leads = [
            make_lead(session, campaign, contact, state=state)
            for contact, state in zip((kept, gone), states, strict=True)
        ]
        on, off = leads if further == "kept" else reversed(leads)
        thread = make_thread(session, mailbox, off)
        sent = make_message(session, off, mailbox, MessageState.SENT, thread_id=thread.id)
        waiting = make_message(session, off, mailbox, MessageState.APPROVED, step=2)
        walk = make_enrolment(session, off, make_sequence(session, client), mailbox)
        before = snapshot(session, kept, gone)

        merge = merges.merge(session, SYSTEM, CONTACT, kept.id, gone.id, now=NOW)
        session.expire_all()

        assert (on.contact_id, on.state) == (kept.id, LeadState.REPLIED)
        assert (off.contact_id, off.state) == (gone.id, LeadState.REJECTED)
        assert "The same person as lead" in (off.state_reason or "")
        assert {sent.lead_id, thread.lead_id, waiting.lead_id} == {on.id}
        assert waiting.state == MessageState.CANCELLED
        assert walk.state == EnrolmentState.STOPPED
        merges.undo(session, SYSTEM, merge.id, now=NOW)
        session.expire_all()
        assert snapshot(session, kept, gone) == before
        assert session.get_one(Message, sent.id).lead_id == off.id
        assert session.get_one(Thread, thread.id).lead_id == off.id
        assert session.get_one(Enrolment, walk.id).state == EnrolmentState.STOPPED
        assert session.scalar(select(func.count()).select_from(Contact)) == 2


def test_the_stricter_of_two_opt_outs_holds_for_both_addresses(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept, gone = make_alike(session, client)
        lead = make_lead(session, make_campaign(session, client), kept, state="nurtured")
        opt_out(session, gone)
        before = snapshot(session, kept, gone)

        merge = merges.merge(session, SYSTEM, CONTACT, kept.id, gone.id, now=NOW)
        session.expire_all()

        assert lead.state == LeadState.SUPPRESSED
        assert suppressed(session) == {kept.email_key, gone.email_key}
        merges.undo(session, SYSTEM, merge.id, now=NOW)
        session.expire_all()
        assert suppressed(session) == {gone.email_key}
        assert snapshot(session, kept, gone) == before


def test_the_leads_of_who_goes_are_stopped_where_the_kept_one_opted_out(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept, gone = make_alike(session, client)
        lead = make_lead(session, make_campaign(session, client), gone, state="routed")
        opt_out(session, kept)

        merges.merge(session, SYSTEM, CONTACT, kept.id, gone.id, now=NOW)
        session.expire_all()

        assert (lead.contact_id, lead.state) == (kept.id, LeadState.SUPPRESSED)


def test_a_dead_address_does_not_silence_the_other(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept, gone = make_alike(session, client)
        lead = make_lead(session, make_campaign(session, client), kept, state="nurtured")
        opt_out(session, gone, SuppressionReason.BOUNCED)

        merges.merge(session, SYSTEM, CONTACT, kept.id, gone.id, now=NOW)

        assert session.get_one(Lead, lead.id).state == LeadState.NURTURED
        assert suppressed(session) == {gone.email_key}


def test_a_merged_address_stands_for_the_one_that_was_kept(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept, gone = make_alike(session, client)
        lead = make_lead(
            session, make_campaign(session, client), kept, state="nurtured", reached_at=NOW
        )
        mailbox = make_mailbox(session, client)
        merges.merge(session, SYSTEM, CONTACT, kept.id, gone.id, now=NOW)

        raw = f"From: {gone.email}\r\nSubject: Re: Hello\r\n\r\nYes.\r\n".encode()
        found = matching.find(session, mailbox, incoming(raw))
        added = contacts.add(session, SYSTEM, client.id, gone.email, now=NOW)
        opt_out(session, gone)

        assert found.lead_id == lead.id
        assert added.id == kept.id
        assert session.get_one(Lead, lead.id).state == LeadState.SUPPRESSED


def test_merging_twice_in_a_circle_or_with_itself_is_refused_with_a_sentence(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        one, other = make_alike(session, client)
        third = make_contact(session, client)
        foreign = make_contact(session, make_client(session))
        merges.merge(session, SYSTEM, CONTACT, one.id, other.id, now=NOW)

        for kept, gone, words in (
            (one, other, "merged already"),
            (other, one, "round in a circle"),
            (other, third, "merged away already"),
            (one, one, "with itself"),
            (one, foreign, "another client"),
        ):
            with pytest.raises(Invalid, match=words):
                merges.merge(session, SYSTEM, CONTACT, kept.id, gone.id, now=NOW)

        assert session.scalar(select(func.count()).select_from(Merge)) == 1


def test_the_database_itself_keeps_a_second_merge_of_one_away(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        one, other = make_alike(session, make_client(session))
        merges.merge(session, SYSTEM, CONTACT, one.id, other.id, now=NOW)
        again = Merge(client_id=one.client_id, kind=CONTACT, kept_id=one.id, gone_id=other.id,
                      by_name="twin", at=NOW)  # fmt: skip

    with pytest.raises(IntegrityError), transaction(sessions) as session:
        session.add(again)


def test_a_merge_that_is_killed_in_the_middle_changed_nothing(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept, gone = make_alike(session, client)
        make_lead(session, make_campaign(session, client), gone)
        before = snapshot(session, kept, gone)

    with pytest.raises(KeyboardInterrupt):
        _killed_after_merging(sessions, kept.id, gone.id)

    with transaction(sessions) as session:
        assert snapshot(session, kept, gone) == before
        assert session.scalar(select(func.count()).select_from(Merge)) == 0


def test_a_chain_stays_one_step_long_and_is_undone_from_its_end(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        first, second = make_alike(session, client)
        third = make_contact(session, client)
        one = merges.merge(session, SYSTEM, CONTACT, second.id, first.id, now=NOW)
        two = merges.merge(session, SYSTEM, CONTACT, third.id, second.id, now=NOW)
        session.expire_all()
        assert (first.merged_into_id, second.merged_into_id) == (third.id, third.id)

        with pytest.raises(IllegalMove, match="Undo that merge first"):
            merges.undo(session, SYSTEM, one.id, now=NOW)
        merges.undo(session, SYSTEM, two.id, now=NOW)
        session.expire_all()

        assert (first.merged_into_id, second.merged_into_id) == (second.id, None)
        merges.undo(session, SYSTEM, one.id, now=NOW)
        with pytest.raises(IllegalMove, match="undone already"):
            merges.undo(session, SYSTEM, one.id, now=NOW)


def test_companies_carry_their_people_and_leads_over_and_back(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept = make_account(session, client, name="Acme GmbH", technologies=["SAP"])
        gone = make_account(session, client, name="Acme", city="Köln", technologies=["Typo3"])
        contact = make_contact(session, client, gone)
        lead = make_lead(session, make_campaign(session, client), contact)

        merge = merges.merge(session, SYSTEM, ACCOUNT, kept.id, gone.id, now=NOW)
        session.expire_all()

        assert (contact.account_id, lead.account_id, kept.city) == (kept.id, kept.id, "Köln")
        assert kept.technologies == ["SAP", "Typo3"]
        assert contacts.account_of(session, client.id, f"x@{gone.key}", now=NOW) == kept.id
        merges.undo(session, SYSTEM, merge.id, now=NOW)
        session.expire_all()
        assert (contact.account_id, lead.account_id, kept.city) == (gone.id, gone.id, None)
        assert session.get_one(Account, gone.id).merged_into_id is None


def test_a_pair_is_decided_once_and_other_pairs_of_who_went_are_settled(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept, gone = make_alike(session, client)
        third = make_contact(session, client)
        pair, other = make_pair(session, kept, gone), make_pair(session, gone, third)

        merge = merges.merge_pair(session, SYSTEM, pair.id, keep=kept.id, now=NOW)
        again = merges.merge_pair(session, SYSTEM, pair.id, now=NOW)
        session.expire_all()

        assert merge is not None
        assert again is None
        assert (pair.state, other.state) == (MatchState.MERGED, MatchState.GONE)
        merges.undo(session, SYSTEM, merge.id, now=NOW)
        session.expire_all()
        assert (pair.state, other.state) == (MatchState.OPEN, MatchState.OPEN)


def test_what_a_person_did_stands_in_the_audit_trail(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        person = viewer_of(client)
        first, second = (make_pair(session, *make_alike(session, client)) for _ in range(2))

        merge = merges.merge_pair(session, person, first.id, now=NOW)
        assert merge is not None
        merges.undo(session, person, merge.id, now=NOW)
        merges.not_the_same(session, person, second.id, now=NOW)
        merges.ask_again(session, person, second.id, now=NOW)

        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert actions == [
            "contacts merged", "merge of contacts undone", "said to be two", "asked again",
        ]  # fmt: skip


def test_a_stranger_merges_undoes_and_parts_nothing(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        one, other = make_alike(session, client)
        pair = make_pair(session, one, other)
        done = merges.merge(session, SYSTEM, CONTACT, *(c.id for c in make_alike(session, client)),
                            now=NOW)  # fmt: skip
        stranger = viewer_of(make_client(session))
        looker = viewer_of(client, role=Role.VIEWER)

        for viewer, refusal in ((stranger, NotFound), (looker, NotAllowed)):
            for attempt in (
                lambda v=viewer: merges.merge(session, v, CONTACT, one.id, other.id, now=NOW),
                lambda v=viewer: merges.merge_pair(session, v, pair.id, now=NOW),
                lambda v=viewer: merges.not_the_same(session, v, pair.id, now=NOW),
                lambda v=viewer: merges.ask_again(session, v, pair.id, now=NOW),
                lambda v=viewer: merges.undo(session, v, done.id, now=NOW),
            ):
                with pytest.raises(refusal):
                    attempt()

        assert issubclass(refusal, AicmoError)
        assert session.get_one(MatchPair, pair.id).state == MatchState.OPEN


def _killed_after_merging(sessions: Sessions, kept: int, gone: int) -> None:
    with transaction(sessions) as session:
        merges.merge(session, SYSTEM, CONTACT, kept, gone, now=NOW)
        raise KeyboardInterrupt


def snapshot(session: Session, *both: Contact) -> list[object]:
    """What stands in two contacts, their leads and histories; words of undone moves left out."""
    session.expire_all()
    ids = [contact.id for contact in both]
    columns = ("title", "phone", "city", "tags", "custom", "account_id", "merged_into_id")
    leads = session.scalars(select(Lead).order_by(Lead.id)).all()
    facts = session.execute(select(Fact.subject, Fact.field).order_by(Fact.id)).all()
    histories = session.scalar(
        select(func.count()).select_from(LeadEvent).where(LeadEvent.kind != "state")
    )
    return [
        [[getattr(session.get_one(Contact, one), name) for name in columns] for one in ids],
        [(lead.id, lead.contact_id, lead.account_id, lead.state) for lead in leads],
        [tuple(row) for row in facts],
        histories,
    ]


def incoming(raw: bytes) -> Incoming:
    """A mail as the stage hands it on."""
    mail = parse(raw)
    return Incoming("key", mail, "Yes.", read("Hello", "Yes.", received=NOW.date()), NOW)


def opt_out(
    session: Session, contact: Contact, reason: SuppressionReason = SuppressionReason.OPT_OUT
) -> None:
    """The contact's address is put down."""
    suppressions.suppress(
        session, SYSTEM, contact.email, client_id=contact.client_id, reason=reason,
        source="test", now=NOW,
    )  # fmt: skip


def suppressed(session: Session) -> set[str]:
    """All addresses that are put down."""
    return set(session.scalars(select(Suppression.value)))
