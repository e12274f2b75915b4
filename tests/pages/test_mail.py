"""Outbox and inbox: what waits and why, conversations, answers, mailboxes."""

from core.domain.states import MailboxState, MessageKind, MessageState, ReplyIntent, Role
from db.models import Classification, Mailbox, Message, Thread, User
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_lead,
    make_mailbox,
    make_message,
    make_thread,
    make_user,
)
from tests.factories_desk import make_classification, make_draft, make_reply
from tests.pages.conftest import App, seen


def conversation(sessions: Sessions, *, draft: bool = False) -> tuple[User, int, int]:
    """(user, thread, reply) in which somebody waits for us."""
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.MANAGER, [client])
        lead = make_lead(session, make_campaign(session, client), state="replied")
        box = make_mailbox(session, client)
        thread = make_thread(
            session, box, lead, needs_us=True, unread=True, last_in_at=NOW, intent="interested"
        )
        make_message(session, lead, box, MessageState.SENT, thread_id=thread.id, sent_at=NOW)
        reply = make_reply(session, thread, "Yes, tell me more.", intent="interested")
        make_classification(session, reply)
        if draft:
            make_draft(session, thread, "Gladly: when?")
        return user, thread.id, reply.id


def press(at, label: str):
    return next(b for b in at.button if b.label == label).click().run()


def test_the_inbox_lists_who_waits_for_us(signed_in: App, sessions: Sessions) -> None:
    user, _, _ = conversation(sessions)

    at = signed_in(user, "mail.py")

    assert not at.exception
    assert "Yes, tell me more." in seen(at)


def test_a_conversation_shows_bubbles_intent_and_the_lead(
    signed_in: App, sessions: Sessions
) -> None:
    user, thread_id, _ = conversation(sessions)

    at = signed_in(user, "mail.py", thread=str(thread_id))

    assert not at.exception
    said = seen(at)
    for part in ("Yes, tell me more.", "Interested", "Anna", "What happens next"):
        assert part in said
    with reading(sessions) as session:
        assert session.get_one(Thread, thread_id).unread is False


def test_an_answer_is_approved_mail_in_the_same_thread(signed_in: App, sessions: Sessions) -> None:
    user, thread_id, _ = conversation(sessions)
    at = signed_in(user, "mail.py", thread=str(thread_id))

    at.text_area(key=f"mail.answer.{thread_id}").set_value("With pleasure.")
    at = press(at, "Send the answer")

    assert not at.exception
    with reading(sessions) as session:
        answer = session.query(Message).filter_by(kind=MessageKind.ANSWER).one()
        assert (answer.thread_id, answer.state) == (thread_id, MessageState.APPROVED)


def test_a_draft_is_changed_and_approved_in_one_act(signed_in: App, sessions: Sessions) -> None:
    user, thread_id, _ = conversation(sessions, draft=True)
    at = signed_in(user, "mail.py", thread=str(thread_id))

    next(t for t in at.text_area if t.value == "Gladly: when?").set_value("Gladly: Tuesday?")
    at = press(at, "Approve and send")

    assert not at.exception
    with reading(sessions) as session:
        draft = session.query(Message).filter_by(kind=MessageKind.ANSWER).one()
        assert (draft.state, draft.body_text) == (MessageState.APPROVED, "Gladly: Tuesday?")


def test_an_approved_draft_takes_its_conversation_out_of_what_needs_us_until_it_is_taken_back(
    signed_in: App, sessions: Sessions
) -> None:
    user, thread_id, _ = conversation(sessions, draft=True)
    at = signed_in(user, "mail.py", thread=str(thread_id))

    at = press(at, "Approve and send")

    assert not at.exception
    said = seen(at)
    assert "Your answer is approved." in said
    assert "Needs us" not in said
    assert not [b for b in at.button if b.label == "Done"]
    with reading(sessions) as session:
        assert session.get_one(Thread, thread_id).needs_us is False

    at = press(at, "Undo")

    assert "Needs us" in seen(at)
    assert [t.value for t in at.text_area] == ["Gladly: when?"]


def test_an_answer_that_waits_is_told_with_its_moment(signed_in: App, sessions: Sessions) -> None:
    user, thread_id, _ = conversation(sessions)
    at = signed_in(user, "mail.py", thread=str(thread_id))

    at.text_area(key=f"mail.answer.{thread_id}").set_value("With pleasure.")
    at = press(at, "Send the answer")

    assert "Your answer goes out Today" in seen(at)
    assert [box.label for box in at.expander if "another answer" in box.label]


def test_what_a_mail_was_taken_for_is_corrected_with_one_click(
    signed_in: App, sessions: Sessions
) -> None:
    user, thread_id, reply_id = conversation(sessions)
    at = signed_in(user, "mail.py", thread=str(thread_id))

    at.button(key=f"mail.{reply_id}.{ReplyIntent.MEETING}").click().run()

    assert not at.exception
    with reading(sessions) as session:
        latest = session.query(Classification).order_by(Classification.id.desc()).first()
        assert latest is not None
        assert latest.intent is ReplyIntent.MEETING


def test_another_clients_conversation_is_one_sentence(signed_in: App, sessions: Sessions) -> None:
    _, thread_id, _ = conversation(sessions)
    with transaction(sessions) as session:
        stranger = make_user(session, Role.OPERATOR, [make_client(session)])

    at = signed_in(stranger, "mail.py", thread=str(thread_id))

    assert not at.exception
    assert "belongs to a client you do not work for" in seen(at)
    assert "tell me more" not in seen(at)


def test_the_outbox_says_why_each_mail_waits(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client])
        box = make_mailbox(session, client, state="paused", state_reason="5 % bounces.")
        make_message(session, make_lead(session, make_campaign(session, client)), box)

    at = signed_in(user, "mail.py", part="outbox")

    assert not at.exception
    assert "The mailbox is paused: 5 % bounces." in seen(at)


def test_a_paused_mailbox_is_resumed(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.MANAGER, [client])
        box = make_mailbox(session, client, state="paused", state_reason="5 % bounces.")

    at = signed_in(user, "mail.py", part="mailboxes")
    assert "5 % bounces." in seen(at)
    at = press(at, "Resume")

    assert not at.exception
    with reading(sessions) as session:
        assert session.get_one(Mailbox, box.id).state is MailboxState.ACTIVE


def test_an_operator_may_not_touch_mailboxes(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client])
        make_mailbox(session, client, state="paused")

    at = signed_in(user, "mail.py", part="mailboxes")

    assert not at.exception
    assert "Resume" not in {b.label for b in at.button}


def test_the_box_is_empty_after_the_answer_and_a_second_click_makes_no_second(
    signed_in: App, sessions: Sessions
) -> None:
    user, thread_id, _ = conversation(sessions)
    at = signed_in(user, "mail.py", thread=str(thread_id))
    at.text_area(key=f"mail.answer.{thread_id}").set_value("With pleasure.")

    at = press(at, "Send the answer")

    assert at.text_area(key=f"mail.answer.{thread_id}").value == ""

    at.text_area(key=f"mail.answer.{thread_id}").set_value("With pleasure.")
    at = press(at, "Send the answer")

    assert not at.exception
    assert "already on its way" in seen(at)
    with reading(sessions) as session:
        assert session.query(Message).filter_by(kind=MessageKind.ANSWER).count() == 1


def test_the_inbox_says_when_and_how_many_and_marks_only_what_differs(
    signed_in: App, sessions: Sessions
) -> None:
    user, _, _ = conversation(sessions)

    ours = signed_in(user, "mail.py")
    every = signed_in(user, "mail.py", scope="all")

    frame = ours.dataframe[0].value
    assert list(frame.columns)[:4] == ["", "From", "Taken for", "When"]  # what a phone shows
    assert [list(marks) for marks in frame[""]] == [["New"]]
    assert [list(marks) for marks in every.dataframe[0].value[""]] == [["New", "Ours"]]
    assert "1 of 1 conversation\n" in seen(ours)


def test_an_opened_mail_still_says_why_it_waits(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client])
        box = make_mailbox(session, client, state="paused", state_reason="5 % bounces.")
        make_message(session, make_lead(session, make_campaign(session, client)), box)
    at = signed_in(user, "mail.py", part="outbox")
    assert "The mailbox is paused" not in " ".join(str(m.value) for m in at.markdown)

    at.session_state["mail.outbox.approved"] = {"selection": {"rows": [], "cells": [(0, "To")]}}
    at.run()

    assert not at.exception
    assert "The mailbox is paused" in " ".join(str(m.value) for m in at.markdown)
