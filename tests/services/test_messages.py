"""What people may do to messages and threads."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import MessageState, Role
from core.errors import IllegalMove, Invalid, NotAllowed, NotFound, Stale
from core.services import enrolments, messages, tasks, threads
from db.models import (
    AuditEntry,
    Enrolment,
    Lead,
    Message,
    ReviewItem,
    Suppression,
    Task,
    UserClient,
)
from db.session import Sessions, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_enrolment,
    make_lead,
    make_mailbox,
    make_message,
    make_sequence,
    make_thread,
    make_user,
    viewer_of,
)


class Desk:
    """A client with a lead, a message in review, and who may decide on it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.client = make_client(session)
        self.lead = make_lead(session, make_campaign(session, self.client), state="nurtured")
        self.mailbox = make_mailbox(session, self.client)
        sequence = make_sequence(session, self.client, texts=(("a", "b"), ("c", "d")))
        self.walk = make_enrolment(
            session, self.lead, sequence, self.mailbox, next_step=2, due_at=None
        )
        self.thread = make_thread(session, self.mailbox, self.lead)
        self.message = make_message(
            session,
            self.lead,
            self.mailbox,
            state=MessageState.REVIEW,
            enrolment_id=self.walk.id,
            thread_id=self.thread.id,
        )
        self.operator = viewer_of(self.client, role=Role.OPERATOR)

    def approve(self, viewer: Viewer | None = None) -> Message:
        return messages.approve(
            self.session,
            viewer or self.operator,
            self.message.id,
            content_hash=self.message.content_hash,
            now=NOW,
        )

    def edit(self, **given: Any) -> Message:
        values = {
            "subject": "New",
            "body_text": "Words",
            "version": self.message.version,
            "now": NOW,
        }
        return messages.edit(self.session, self.operator, self.message.id, **values | given)


@pytest.fixture
def desk(sessions: Sessions) -> Iterator[Desk]:
    with transaction(sessions) as session:
        yield Desk(session)


def audits(desk: Desk) -> list[str]:
    desk.session.flush()
    return list(desk.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_an_approval_is_of_exactly_what_was_shown(desk: Desk) -> None:
    approved = desk.approve()
    again = desk.approve()

    assert (approved.state, approved.approved_hash) == ("approved", approved.content_hash)
    assert again is approved
    assert audits(desk) == ["message approved"]


def test_an_approval_of_other_words_is_stale(desk: Desk) -> None:
    with pytest.raises(Stale):
        messages.approve(desk.session, desk.operator, desk.message.id, content_hash="x", now=NOW)


def test_a_viewer_may_not_and_a_stranger_sees_nothing(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.approve(viewer_of(desk.client, role=Role.VIEWER))
    with pytest.raises(NotFound):
        desk.approve(viewer_of(make_client(desk.session)))


def test_an_edit_voids_the_approval_and_puts_the_new_words_up(desk: Desk) -> None:
    desk.approve()

    edited = desk.edit()

    (item,) = desk.session.scalars(select(ReviewItem).where(ReviewItem.state == "waiting"))
    assert (edited.state, edited.approved_hash) == ("review", None)
    assert item.content_hash == edited.content_hash
    assert audits(desk) == ["message approved", "message edited"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"version": 99}, Stale),
        ({"subject": " "}, Invalid),
        ({"body_text": ""}, Invalid),
        ({"subject": "x" * 501}, Invalid),
    ],
)
def test_an_edit_that_cannot_be_is_refused(
    desk: Desk, given: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        desk.edit(**given)


def test_what_is_sent_cannot_be_changed(desk: Desk) -> None:
    desk.message.state = MessageState.SENT

    with pytest.raises(IllegalMove):
        desk.edit()


def test_turning_a_step_down_stops_its_sequence(desk: Desk) -> None:
    for _ in range(2):
        messages.cancel(desk.session, desk.operator, desk.message.id, reason="No fit.", now=NOW)

    assert (desk.message.state, desk.message.state_reason) == ("cancelled", "No fit.")
    assert desk.session.get_one(Enrolment, desk.walk.id).state == "stopped"


def test_an_approval_can_be_taken_back_until_it_is_sent(desk: Desk) -> None:
    desk.approve()

    recalled = messages.recall(desk.session, desk.operator, desk.message.id, now=NOW)

    assert (recalled.state, recalled.approved_hash) == ("review", None)
    desk.message.state = MessageState.SENT
    with pytest.raises(IllegalMove):
        messages.recall(desk.session, desk.operator, desk.message.id, now=NOW)


def test_a_failed_message_can_be_tried_again(desk: Desk) -> None:
    desk.message.state = MessageState.FAILED

    tried = messages.retry(desk.session, desk.operator, desk.message.id, now=NOW)

    assert (tried.state, tried.due_at) == ("approved", NOW)
    with pytest.raises(IllegalMove):
        messages.retry(desk.session, desk.operator, desk.message.id, now=NOW)


def test_an_uncertain_message_that_went_out_lets_the_walk_go_on(desk: Desk) -> None:
    desk.message.state, desk.message.claimed_at = MessageState.UNCERTAIN, NOW

    messages.settle_uncertain(desk.session, desk.operator, desk.message.id, "sent", now=NOW)

    desk.session.expire_all()
    assert (desk.message.state, desk.message.sent_at) == ("sent", NOW)
    assert desk.session.get_one(Enrolment, desk.walk.id).due_at == NOW + timedelta(days=3)
    assert desk.session.get_one(Lead, desk.lead.id).reached_at == NOW


def test_an_uncertain_message_that_did_not_go_is_approved_again(desk: Desk) -> None:
    desk.message.state = MessageState.UNCERTAIN

    messages.settle_uncertain(desk.session, desk.operator, desk.message.id, "not_sent", now=NOW)

    assert (desk.message.state, desk.message.due_at) == ("approved", NOW)
    with pytest.raises(IllegalMove):
        messages.settle_uncertain(desk.session, desk.operator, desk.message.id, "sent", now=NOW)
    with pytest.raises(Invalid):
        messages.settle_uncertain(desk.session, desk.operator, desk.message.id, "maybe", now=NOW)


def test_an_answer_goes_out_in_its_thread_after_half_a_minute(desk: Desk) -> None:
    desk.message.state = MessageState.SENT
    desk.thread.needs_us = True
    tasks.put(
        desk.session,
        key="t",
        client_id=desk.client.id,
        kind="meeting",
        title="Answer",
        owner_id=None,
        thread_id=desk.thread.id,
        now=NOW,
    )

    answer = threads.answer(desk.session, desk.operator, desk.thread.id, text="Gladly.", now=NOW)

    (task,) = desk.session.scalars(select(Task))
    assert (answer.state, answer.kind, answer.subject) == ("approved", "answer", "Re: Hello")
    assert answer.in_reply_to == desk.message.header_id
    assert answer.due_at == NOW + timedelta(seconds=30)
    assert (desk.thread.needs_us, task.done_at) == (False, NOW)
    assert len(list(desk.session.scalars(select(Message)))) == 2


@pytest.mark.parametrize("wrote_again", [False, True])
def test_an_approved_answer_is_our_word_unless_they_wrote_again(
    desk: Desk, wrote_again: bool
) -> None:
    desk.message.state = MessageState.SENT
    desk.thread.needs_us = True
    draft = threads.draft(desk.session, desk.thread.id, text="Gladly.", why="Asked.", now=NOW)
    desk.thread.last_in_at = NOW + timedelta(minutes=1 if wrote_again else -1)
    words = {"content_hash": draft.content_hash, "now": NOW}

    messages.approve(desk.session, desk.operator, draft.id, **words)

    assert desk.thread.needs_us is wrote_again

    messages.recall(desk.session, desk.operator, draft.id, now=NOW)

    assert desk.thread.needs_us is True


def test_the_same_answer_is_not_made_twice_unless_the_first_was_cancelled(desk: Desk) -> None:
    desk.message.state = MessageState.SENT
    thread = desk.thread.id
    first = threads.answer(desk.session, desk.operator, thread, text="Gladly.", now=NOW)

    with pytest.raises(Invalid, match="already on its way"):
        threads.answer(
            desk.session, desk.operator, thread, text=" Gladly. ", now=NOW + timedelta(seconds=5)
        )
    first.state = MessageState.CANCELLED
    desk.session.flush()
    second = threads.answer(desk.session, desk.operator, thread, text="Gladly.", now=NOW)

    assert second.id != first.id
    assert second.state == "approved"


def test_nobody_who_opted_out_is_answered(desk: Desk) -> None:
    desk.session.add(
        Suppression(
            scope=f"client:{desk.client.id}",
            client_id=desk.client.id,
            kind="address",
            value=desk.thread.address.lower(),
            reason="opt_out",
            source="test",
            at=NOW,
        )
    )
    desk.session.flush()

    with pytest.raises(Invalid, match="asked not to be written to"):
        threads.answer(desk.session, desk.operator, desk.thread.id, text="Hi", now=NOW)


@pytest.mark.parametrize("text", ["  ", "x" * 100_001])
def test_an_answer_needs_words_in_measure(desk: Desk, text: str) -> None:
    with pytest.raises(Invalid):
        threads.answer(desk.session, desk.operator, desk.thread.id, text=text, now=NOW)


def test_a_thread_sleeps_and_wakes(desk: Desk) -> None:
    until = NOW + timedelta(days=1)
    threads.snooze(desk.session, desk.operator, desk.thread.id, until=until, now=NOW)
    desk.session.flush()

    woken = threads.wake(desk.session, now=until)

    desk.session.refresh(desk.thread)
    assert (woken, desk.thread.snoozed_until, desk.thread.needs_us) == (1, None, True)
    with pytest.raises(Invalid):
        threads.snooze(desk.session, desk.operator, desk.thread.id, until=NOW, now=NOW)


def test_a_thread_is_given_only_to_people_of_the_client(desk: Desk) -> None:
    ours = make_user(desk.session, clients=[desk.client])
    other = make_user(desk.session)

    threads.assign(desk.session, desk.operator, desk.thread.id, ours.id, now=NOW)

    assert desk.thread.assignee_id == ours.id
    assert desk.session.get(UserClient, (other.id, desk.client.id)) is None
    with pytest.raises(NotFound):
        threads.assign(desk.session, desk.operator, desk.thread.id, other.id, now=NOW)
    assert (
        threads.assign(desk.session, desk.operator, desk.thread.id, None, now=NOW).assignee_id
        is None
    )


def test_a_thread_can_be_read_and_settled(desk: Desk) -> None:
    desk.thread.needs_us = desk.thread.unread = True

    threads.mark_read(desk.session, desk.operator, desk.thread.id, now=NOW)
    threads.settle(desk.session, desk.operator, desk.thread.id, now=NOW)

    assert (desk.thread.needs_us, desk.thread.unread) == (False, False)


def test_a_task_is_done_once(desk: Desk) -> None:
    row = {"key": "t", "client_id": desk.client.id, "kind": "x", "title": "T", "owner_id": None}
    task_id = tasks.put(desk.session, **row, now=NOW)
    assert tasks.put(desk.session, **row, now=NOW) is None
    assert task_id is not None

    for _ in range(2):
        tasks.finish(desk.session, desk.operator, task_id, now=NOW)

    assert audits(desk) == ["task done"]


def test_a_lead_walks_one_sequence_at_a_time(desk: Desk) -> None:
    other = make_sequence(desk.session, desk.client)

    again = enrolments.enrol(desk.session, desk.operator, desk.lead.id, other.id, now=NOW)

    assert again.id == desk.walk.id
    foreign = make_sequence(desk.session, make_client(desk.session))
    with pytest.raises(NotFound):
        enrolments.enrol(desk.session, desk.operator, desk.lead.id, foreign.id, now=NOW)


def test_a_person_lets_a_stopped_walk_go_on(desk: Desk) -> None:
    enrolments.stop_for_lead(desk.session, desk.operator, desk.lead.id, "Stop.", now=NOW)

    walk = enrolments.resume(desk.session, desk.operator, desk.walk.id, now=NOW)

    assert (walk.state, walk.due_at) == ("active", NOW)
    walk.state = "finished"
    with pytest.raises(IllegalMove):
        enrolments.resume(desk.session, desk.operator, desk.walk.id, now=NOW)


def test_a_lead_that_ended_is_not_written_to_again(desk: Desk) -> None:
    enrolments.stop_for_lead(desk.session, desk.operator, desk.lead.id, "Stop.", now=NOW)
    desk.lead.state = "rejected"

    with pytest.raises(Invalid):
        enrolments.resume(desk.session, desk.operator, desk.walk.id, now=NOW)
