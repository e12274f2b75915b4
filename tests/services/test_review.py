"""A person's word on what waits: bound to the version shown, done by the owner of the thing."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.domain.states import (
    DeliverableState,
    LeadState,
    MessageState,
    ReviewKind,
    ReviewState,
    Role,
)
from core.errors import IllegalMove, Invalid, NotAllowed, NotFound, Stale
from core.services import review, review_bulk, review_items
from db.models import AuditEntry, Client, Lead, Message, ReviewItem
from db.session import Sessions, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_lead,
    make_mailbox,
    make_message,
    make_review_item,
    make_thread,
    make_user,
    viewer_of,
)
from tests.factories_desk import make_deliverable, make_draft, make_message_item


def desk(session: Session, role: Role = Role.MANAGER):
    """(client, viewer) of somebody who may decide."""
    client = make_client(session)
    return client, viewer_of(client, role=role, user=make_user(session, role, [client]))


def waiting_lead(session: Session, client: Client) -> tuple[Lead, ReviewItem]:
    lead = make_lead(session, make_campaign(session, client), state=LeadState.REVIEW)
    return lead, make_review_item(session, lead, state=ReviewState.WAITING, kind=ReviewKind.LEAD)


def waiting_mail(session: Session, client: Client, state: MessageState = MessageState.REVIEW):
    lead = make_lead(session, make_campaign(session, client), state=LeadState.NURTURED)
    mail = make_message(session, lead, make_mailbox(session, client), state)
    kind = ReviewKind.UNCERTAIN_SEND if state == MessageState.UNCERTAIN else ReviewKind.MESSAGE
    return mail, make_message_item(session, mail, kind=kind, state=ReviewState.WAITING)


def put(session: Session, lead: Lead, content_hash: str = "v1") -> ReviewItem:
    return review_items.put(
        session, client_id=lead.client_id, kind=ReviewKind.LEAD, subject=f"lead:{lead.id}",
        content_hash=content_hash, why="Low confidence.", lead_id=lead.id, now=NOW,
    )  # fmt: skip


def test_putting_up_the_same_version_twice_is_one_item(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)

        first, second = put(session, lead), put(session, lead)

        assert first.id == second.id
        assert session.query(ReviewItem).count() == 1


def test_a_newer_version_takes_the_place_of_the_older(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        old = put(session, lead, "v1")

        new = put(session, lead, "v2")
        session.refresh(old)

        assert (old.state, new.state) == (ReviewState.WITHDRAWN, ReviewState.WAITING)


def test_what_was_withdrawn_waits_again_when_put_up_again(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        put(session, lead)
        review_items.withdraw(session, f"lead:{lead.id}", "Rescored.", now=NOW)

        again = put(session, lead)

        assert (again.state, again.version) == (ReviewState.WAITING, 3)


def test_a_lead_that_is_gone_takes_its_items_along_but_not_uncertain_sends(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        client, _ = desk(session)
        mail, uncertain = waiting_mail(session, client, MessageState.UNCERTAIN)
        item = put(session, session.get_one(Lead, mail.lead_id))

        gone = review_items.withdraw_for_lead(session, mail.lead_id, "Suppressed.", now=NOW)
        session.refresh(item)
        session.refresh(uncertain)

        assert gone == 1
        assert (item.state, uncertain.state) == (ReviewState.WITHDRAWN, ReviewState.WAITING)


def test_snoozed_items_wake_when_their_time_has_come(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        _, item = waiting_lead(session, client)
        review.snooze(session, viewer, item.id, version=1, until=NOW + timedelta(hours=1), now=NOW)

        early = review_items.wake(session, now=NOW)
        late = review_items.wake(session, now=NOW + timedelta(hours=2))
        session.refresh(item)

        assert (early, late, item.state) == (0, 1, ReviewState.WAITING)


def test_approving_a_lead_qualifies_it_and_is_on_record(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        lead, item = waiting_lead(session, client)

        decided = review.approve(session, viewer, item.id, version=1, now=NOW)

        assert (lead.state, decided.state) == (LeadState.QUALIFIED, ReviewState.APPROVED)
        assert decided.decided_by_id == viewer.user_id
        assert session.query(AuditEntry).filter_by(action="review approved").count() == 1


def test_rejecting_a_lead_keeps_the_reason(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        lead, item = waiting_lead(session, client)

        review.reject(session, viewer, item.id, version=1, reason=" Too small ", now=NOW)

        assert (lead.state, lead.state_reason) == (LeadState.REJECTED, "Too small")


def test_a_rejection_without_a_reason_is_refused(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        _, item = waiting_lead(session, client)

        with pytest.raises(Invalid, match="Say why"):
            review.reject(session, viewer, item.id, version=1, reason=" ", now=NOW)


def test_two_people_do_not_decide_the_same_thing(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        _, item = waiting_lead(session, client)
        review.approve(session, viewer, item.id, version=1, now=NOW)

        with pytest.raises(Stale, match="Somebody else"):
            review.reject(session, viewer, item.id, version=1, reason="No", now=NOW)


def test_a_lead_that_moved_on_is_not_approved_blindly(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        lead, item = waiting_lead(session, client)
        lead.state = LeadState.SUPPRESSED

        with pytest.raises(Stale, match="changed after"):
            review.approve(session, viewer, item.id, version=1, now=NOW)


def test_an_approval_binds_to_the_words_that_were_shown(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        mail, item = waiting_mail(session, client)
        mail.content_hash = "other words"

        with pytest.raises(Stale, match="changed after"):
            review.approve(session, viewer, item.id, version=1, now=NOW)


def test_approving_a_mail_lets_it_go_and_rejecting_cancels_it(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        yes, yes_item = waiting_mail(session, client)
        no, no_item = waiting_mail(session, client)

        review.approve(session, viewer, yes_item.id, version=1, now=NOW)
        review.reject(session, viewer, no_item.id, version=1, reason="Wrong tone", now=NOW)
        for mail in (yes, no):
            session.refresh(mail)

        assert (yes.state, yes.approved_hash) == (MessageState.APPROVED, yes.content_hash)
        assert (no.state, no.state_reason) == (MessageState.CANCELLED, "Wrong tone")


def test_edited_words_wait_as_a_new_item_and_the_old_one_is_void(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        mail, item = waiting_mail(session, client)

        new = review.edit(
            session, viewer, item.id, version=1, subject="Hi", body_text="New", now=NOW
        )

        assert new.id != item.id
        assert new.content_hash == session.get_one(Message, mail.id).content_hash
        with pytest.raises(Stale):
            review.approve(session, viewer, item.id, version=1, now=NOW)
        with pytest.raises(Stale):
            review.edit(session, viewer, item.id, version=1, subject="a", body_text="b", now=NOW)


def test_only_words_of_a_message_can_be_edited(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        _, item = waiting_lead(session, client)

        with pytest.raises(Invalid):
            review.edit(session, viewer, item.id, version=1, subject="a", body_text="b", now=NOW)


@pytest.mark.parametrize(
    ("sent", "state"), [(True, MessageState.SENT), (False, MessageState.APPROVED)]
)
def test_an_uncertain_send_is_settled_by_what_a_person_found(
    sessions: Sessions, sent: bool, state: MessageState
) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        mail, item = waiting_mail(session, client, MessageState.UNCERTAIN)

        review.settle(session, viewer, item.id, version=1, sent=sent, now=NOW)
        session.refresh(mail)

        assert (mail.state, item.state) == (state, ReviewState.APPROVED)


def test_an_uncertain_send_is_neither_approved_nor_rejected(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        _, item = waiting_mail(session, client, MessageState.UNCERTAIN)

    for decide in (
        lambda s: review.approve(s, viewer, item.id, version=1, now=NOW),
        lambda s: review.reject(s, viewer, item.id, version=1, reason="No", now=NOW),
    ):
        with pytest.raises(Invalid, match="sent or not"), transaction(sessions) as session:
            decide(session)


def test_only_uncertain_sends_are_settled(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        _, item = waiting_lead(session, client)

        with pytest.raises(Invalid):
            review.settle(session, viewer, item.id, version=1, sent=True, now=NOW)


def test_a_deliverable_is_approved_or_turned_down(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        papers = [make_deliverable(session, client.id, edition=n) for n in (1, 2)]
        items = [
            review_items.put(
                session, client_id=client.id, kind=ReviewKind.DELIVERABLE,
                subject=f"deliverable:{paper.id}", content_hash="a" * 64, why="Look.",
                deliverable_id=paper.id, now=NOW,
            )
            for paper in papers
        ]  # fmt: skip

        review.approve(session, viewer, items[0].id, version=1, now=NOW)
        review.reject(session, viewer, items[1].id, version=1, reason="Wrong number", now=NOW)

        assert [paper.state for paper in papers] == [
            DeliverableState.APPROVED, DeliverableState.REJECTED,
        ]  # fmt: skip
        with pytest.raises(IllegalMove, match="cannot be undone"):
            review.undo(session, viewer, items[0].id, version=2, now=NOW)


@pytest.mark.parametrize("yes", [True, False])
def test_a_decision_on_a_lead_can_be_taken_back(sessions: Sessions, yes: bool) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        lead, item = waiting_lead(session, client)
        if yes:
            review.approve(session, viewer, item.id, version=1, now=NOW)
        else:
            review.reject(session, viewer, item.id, version=1, reason="No", now=NOW)

        review.undo(session, viewer, item.id, version=2, now=NOW)

        assert (lead.state, item.state) == (LeadState.REVIEW, ReviewState.WAITING)
        assert item.decided_by_id is None


def test_an_approved_mail_is_taken_back_until_it_is_on_its_way(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        mail, item = waiting_mail(session, client)
        review.approve(session, viewer, item.id, version=1, now=NOW)

        review.undo(session, viewer, item.id, version=2, now=NOW)
        assert session.get_one(Message, mail.id).state == MessageState.REVIEW
        review.approve(session, viewer, item.id, version=3, now=NOW)
        mail.state = MessageState.SENT

        with pytest.raises(IllegalMove, match="on its way"):
            review.undo(session, viewer, item.id, version=4, now=NOW)


def test_undo_needs_something_to_undo_and_the_right_version(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        _, item = waiting_lead(session, client)

        with pytest.raises(IllegalMove, match="nothing to undo"):
            review.undo(session, viewer, item.id, version=1, now=NOW)
        with pytest.raises(Stale):
            review.undo(session, viewer, item.id, version=9, now=NOW)


def test_snoozing_needs_a_moment_ahead_and_can_be_undone(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        _, item = waiting_lead(session, client)
        with pytest.raises(Invalid):
            review.snooze(session, viewer, item.id, version=1, until=NOW, now=NOW)
        review.snooze(session, viewer, item.id, version=1, until=NOW + timedelta(days=1), now=NOW)

        review.undo(session, viewer, item.id, version=2, now=NOW)

        assert (item.state, item.snoozed_until) == (ReviewState.WAITING, None)


def test_many_are_approved_and_one_that_changed_is_left_with_its_reason(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        pairs = [waiting_lead(session, client) for _ in range(3)]
        pairs[1][0].state = LeadState.REJECTED
        ids = [(item.id, 1) for _, item in pairs]

        told = review_bulk.approve_many(session, viewer, ids, now=NOW)

        assert told.done == 2
        assert [item_id for item_id, _ in told.left] == [pairs[1][1].id]
        assert pairs[2][0].state == LeadState.QUALIFIED
        with pytest.raises(Invalid):
            review_bulk.approve_many(session, viewer, ids * 100, now=NOW)


def test_a_draft_is_sent_with_the_words_in_the_box(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        lead = make_lead(session, make_campaign(session, client), state=LeadState.REPLIED)
        thread = make_thread(session, make_mailbox(session, client), lead)
        same, other, bare = (make_draft(session, thread, f"Text {n}") for n in range(3))
        review_items.withdraw(session, f"message:{bare.id}", "Gone.", now=NOW)

        sent = [
            review.send_draft(
                session, viewer, draft.id, version=1, subject=draft.subject, body_text=text, now=NOW
            )
            for draft, text in ((same, "Text 0"), (other, "Better"), (bare, "Text 2"))
        ]
        for mail in sent:
            session.refresh(mail)

        assert [mail.state for mail in sent] == [MessageState.APPROVED] * 3
        assert sent[1].body_text == "Better"
        with pytest.raises(Stale):
            review.send_draft(
                session, viewer, same.id, version=1, subject=same.subject, body_text="Text 0",
                now=NOW,
            )  # fmt: skip


def test_strangers_and_viewers_decide_nothing(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, _ = desk(session)
        _, item = waiting_lead(session, client)
        _, stranger = desk(session)
        looker = viewer_of(client, role=Role.VIEWER)

        with pytest.raises(NotFound):
            review.approve(session, stranger, item.id, version=1, now=NOW)
        with pytest.raises(NotAllowed):
            review.approve(session, looker, item.id, version=1, now=NOW)
        with pytest.raises(NotAllowed):
            review_bulk.approve_many(session, looker, [(item.id, 1)], now=NOW)


def test_many_are_rejected_with_one_reason_or_put_off(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        found = [waiting_lead(session, client) for _ in range(3)]
        items = [(item.id, item.version) for _, item in found]
        stale = (items[0][0], 9)

        told = review_bulk.reject_many(
            session, viewer, [stale, *items[1:2]], reason="Too small\x00", now=NOW
        )
        later = NOW + timedelta(days=1)
        off = review_bulk.snooze_many(session, viewer, items[2:], until=later, now=NOW)
        for lead, item in found:
            session.refresh(lead)
            session.refresh(item)

        assert (told.done, len(told.left), off.done) == (1, 1, 1)
        assert [lead.state for lead, _ in found] == [
            *(LeadState.REVIEW, LeadState.REJECTED, LeadState.REVIEW),
        ]
        assert found[1][0].state_reason == "Too small"
        assert (found[2][1].state, found[2][1].snoozed_until) == (ReviewState.SNOOZED, later)


def test_many_need_a_reason_a_moment_and_the_right(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, viewer = desk(session)
        _, item = waiting_lead(session, client)
        looker = viewer_of(client, role=Role.VIEWER)
        items = [(item.id, 1)]

        with pytest.raises(Invalid, match="Say why"):
            review_bulk.reject_many(session, viewer, items, reason=" \x00", now=NOW)
        with pytest.raises(Invalid, match="lies ahead"):
            review_bulk.snooze_many(session, viewer, items, until=NOW, now=NOW)
        with pytest.raises(NotAllowed):
            review_bulk.reject_many(session, looker, items, reason="No", now=NOW)
        with pytest.raises(NotAllowed):
            review_bulk.snooze_many(session, looker, items, until=NOW + timedelta(days=1), now=NOW)
