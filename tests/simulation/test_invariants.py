"""The checks of a simulated world notice what they are there for."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core.domain.states import MessageState
from core.simulation import invariants
from db.models import Client, ImportBatch, Lead, LeadEvent, Mailbox, Suppression
from db.session import Sessions, reading, transaction
from tests.factories import NOW, make_campaign, make_lead, make_mailbox, make_message


def test_a_sound_world_breaks_nothing(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session, state="nurtured")
        message = make_message(
            session, lead, mailbox_of(session, lead), state=MessageState.SENT, sent_at=NOW
        )

    with reading(sessions) as session:
        assert invariants.broken(session, {message.header_id: 1}) == ()


def test_a_mail_that_came_out_twice_or_never_is_noticed(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session, state="nurtured")
        box = mailbox_of(session, lead)
        never = make_message(session, lead, box, state=MessageState.SENT, sent_at=NOW)
        early = make_message(session, lead, box, state=MessageState.APPROVED, step=2)

    with reading(sessions) as session:
        said = " ".join(invariants.broken(session, {early.header_id: 1, "<x@y>": 2}))

    assert "<x@y> came out 2 times." in said
    assert "<x@y> came out, but its message says nothing." in said
    assert f"Message {never.key} says it was sent, but it never came out." in said
    assert "but its message says approved." in said


def test_a_mail_to_the_suppressed_is_noticed(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session, state="nurtured")
        message = make_message(
            session,
            lead,
            mailbox_of(session, lead),
            state=MessageState.SENT,
            sent_at=NOW + timedelta(hours=1),
        )
        session.add(
            Suppression(
                scope="agency",
                kind="address",
                value=message.to_address.lower(),
                reason="opt_out",
                source="test",
                at=NOW,
            )
        )

    with reading(sessions) as session:
        (said,) = invariants.broken(session, {message.header_id: 1})

    assert "had been suppressed before" in said


def test_a_history_with_a_gap_is_noticed(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session, state="scored")
        for came, went in (("harvested", "enriched"), ("scored", "qualified")):
            session.add(
                LeadEvent(
                    client_id=lead.client_id,
                    lead_id=lead.id,
                    kind="state",
                    from_state=came,
                    to_state=went,
                    actor_name="AICMO",
                    at=NOW,
                )
            )
            session.flush()

    with reading(sessions) as session:
        said = invariants.broken(session, {})

    assert len(said) == 2


def test_an_import_that_lost_a_row_is_noticed(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        session.add(
            ImportBatch(
                client_id=campaign.client_id,
                campaign_id=campaign.id,
                filename="people.csv",
                sha256="0" * 64,
                source="upload",
                state="completed",
                rows=10,
                created=6,
                rejected=3,
                created_at=NOW,
            )
        )

    with reading(sessions) as session:
        (said,) = invariants.broken(session, {})

    assert said.endswith("had 10 rows, but 9 are accounted for.")


def mailbox_of(session: Session, lead: Lead) -> Mailbox:
    """A mailbox of the lead's client."""
    return make_mailbox(session, session.get_one(Client, lead.client_id))
