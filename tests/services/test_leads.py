import pytest
from sqlalchemy import select

from core.domain.access import SYSTEM
from core.domain.states import EnrolmentState, LeadState, MessageState, ReviewState, Role
from core.errors import IllegalMove, Invalid, NotAllowed, NotFound
from core.services import leads
from core.services.leads import LeadMove
from db.models import AuditEntry, Client, Enrolment, Lead, LeadEvent, Message, ReviewItem
from db.session import transaction
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
    make_user,
    viewer_of,
)


def events(session, lead_id: int) -> list[tuple[str | None, str | None]]:
    query = select(LeadEvent.from_state, LeadEvent.to_state).where(LeadEvent.lead_id == lead_id)
    return [tuple(row) for row in session.execute(query.order_by(LeadEvent.id))]


def client_of(session, lead: Lead) -> Client:
    return session.get_one(Client, lead.client_id)


def test_a_move_leaves_a_line_in_the_history_and_in_the_audit(sessions):
    with transaction(sessions) as session:
        lead = make_lead(session, state="scored")
        client = client_of(session, lead)
        person = viewer_of(client, user=make_user(session, Role.OPERATOR, [client]))

        moved = leads.move(session, person, lead.id, LeadState.QUALIFIED, reason="Good", now=NOW)

        assert (moved.state, moved.state_reason, moved.version) == ("qualified", "Good", 2)
        assert events(session, lead.id) == [("scored", "qualified")]
        assert session.execute(select(AuditEntry.action)).scalars().all() == ["lead moved"]


def test_a_lead_that_is_there_already_stays_without_a_word(sessions):
    with transaction(sessions) as session:
        lead = make_lead(session, state="scored")

        leads.move(session, SYSTEM, lead.id, LeadState.SCORED, reason="Again", now=NOW)

        assert events(session, lead.id) == []


def test_a_move_that_the_table_does_not_know_is_refused(sessions):
    with transaction(sessions) as session:
        lead = make_lead(session, state="harvested")

        with pytest.raises(IllegalMove, match="harvested cannot become converted"):
            leads.move(session, SYSTEM, lead.id, LeadState.CONVERTED, reason="", now=NOW)


def test_a_stranger_learns_nothing_and_a_viewer_may_not(sessions):
    with transaction(sessions) as session:
        lead = make_lead(session, state="scored")
        stranger = viewer_of(make_client(session))
        reader = viewer_of(client_of(session, lead), role=Role.VIEWER)

        with pytest.raises(NotFound):
            leads.move(session, stranger, lead.id, LeadState.QUALIFIED, reason="", now=NOW)
        with pytest.raises(NotAllowed):
            leads.move(session, reader, lead.id, LeadState.QUALIFIED, reason="", now=NOW)
        assert (
            leads.move_many(
                session, stranger, [LeadMove(lead.id, LeadState.QUALIFIED, "x")], now=NOW
            )
            == frozenset()
        )


def test_an_end_stops_the_sequence_and_what_was_not_sent(sessions):
    with transaction(sessions) as session:
        lead = make_lead(session, state="nurtured")
        client = client_of(session, lead)
        mailbox = make_mailbox(session, client)
        make_enrolment(session, lead, make_sequence(session, client), mailbox)
        make_message(session, lead, mailbox)

        leads.move(session, SYSTEM, lead.id, LeadState.REPLIED, reason="Answered", now=NOW)

        session.expire_all()
        assert session.execute(select(Enrolment.state)).scalar_one() is EnrolmentState.STOPPED
        assert session.execute(select(Message.state)).scalar_one() is MessageState.CANCELLED
        assert session.get_one(Lead, lead.id).replied_at == NOW


def test_review_puts_up_one_item_and_leaving_it_takes_it_back(sessions):
    with transaction(sessions) as session:
        lead = make_lead(session, state="scored")

        leads.move(session, SYSTEM, lead.id, LeadState.REVIEW, reason="Unsure", now=NOW)
        item = session.execute(select(ReviewItem)).scalar_one()
        assert (item.state, item.why) == (ReviewState.WAITING, "Unsure")

        leads.move(session, SYSTEM, lead.id, LeadState.REJECTED, reason="No", now=NOW)
        leads.move(session, SYSTEM, lead.id, LeadState.SCORED, reason="Again", now=NOW)
        session.expire_all()
        assert session.execute(select(ReviewItem.state)).scalar_one() is ReviewState.WITHDRAWN

        leads.move_many(
            session, SYSTEM, [LeadMove(lead.id, LeadState.REVIEW, "Still unsure")], now=NOW
        )
        session.expire_all()
        item = session.execute(select(ReviewItem)).scalar_one()
        assert (item.state, item.why) == (ReviewState.WAITING, "Still unsure")


def test_many_are_moved_at_once_and_who_may_not_go_stays(sessions):
    with transaction(sessions) as session:
        ready, done = make_lead(session, state="scored"), make_lead(session, state="converted")
        moves = [
            LeadMove(one.id, LeadState.QUALIFIED, "Good", {"tier": "hot"}) for one in (ready, done)
        ]

        moved = leads.move_many(session, SYSTEM, moves, now=NOW)

        assert moved == {ready.id}
        assert (ready.state, ready.tier, done.state) == ("qualified", "hot", "converted")
        assert events(session, ready.id) == [("scored", "qualified")]
        assert leads.move_many(session, SYSTEM, moves, now=NOW) == frozenset()
        assert leads.move_many(session, SYSTEM, [], now=NOW) == frozenset()


def test_a_contact_becomes_a_lead_once(sessions):
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        lead = make_lead(session, campaign)
        client = client_of(session, lead)
        contact = make_contact(session, client, make_account(session, client))
        given = {"source": "referral", "reason": "Named by Anna", "now": NOW}

        first, second = (
            leads.add(session, SYSTEM, campaign.id, contact.id, state=LeadState.REVIEW, **given)
            for _ in range(2)
        )

        assert first.id == second.id
        assert events(session, first.id) == [(None, "review")]
        assert session.execute(select(ReviewItem.lead_id)).scalars().all() == [first.id]
        with pytest.raises(NotFound):
            leads.add(session, SYSTEM, make_campaign(session).id, contact.id, **given)


def test_notes_and_owners_are_in_the_history(sessions):
    with transaction(sessions) as session:
        lead = make_lead(session)
        owner = make_user(session)

        leads.note(session, SYSTEM, lead.id, " Call in May ", now=NOW)
        leads.assign(session, SYSTEM, lead.id, owner.id, now=NOW)
        leads.assign(session, SYSTEM, lead.id, owner.id, now=NOW)
        leads.assign(session, SYSTEM, lead.id, None, now=NOW)

        query = select(LeadEvent.kind, LeadEvent.reason).order_by(LeadEvent.id)
        assert [tuple(row) for row in session.execute(query)] == [
            ("note", "Call in May"),
            ("assign", f"Given to {owner.name}"),
            ("assign", "Given to nobody"),
        ]
        with pytest.raises(Invalid):
            leads.note(session, SYSTEM, lead.id, "  ", now=NOW)
        with pytest.raises(Invalid):
            leads.assign(session, SYSTEM, lead.id, 999_999, now=NOW)
