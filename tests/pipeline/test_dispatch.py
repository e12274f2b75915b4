"""Sending: each message once, within its limits, or visibly uncertain."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from core import runtime
from core.domain import keys
from core.domain.states import MessageState
from core.errors import Misconfigured, Rejected, Unavailable, Uncertain
from core.pipeline import dispatch, tidy
from core.providers.email.port import Accepted, Email
from core.runtime import Runtime
from db.models import (
    Alarm,
    Campaign,
    Contact,
    Enrolment,
    Lead,
    Mailbox,
    Message,
    ReviewItem,
    Suppression,
    Task,
    Thread,
)
from db.session import reading, transaction
from tests.factories import (
    make_campaign,
    make_client,
    make_contact,
    make_enrolment,
    make_lead,
    make_mailbox,
    make_message,
    make_sequence,
    make_thread,
)


class Answering:
    """A sender that answers each mail as it is told."""

    name = "folder"
    honours_keys = False

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.sent: list[Email] = []

    def send(self, email: Email) -> Accepted:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.sent.append(email)
        return Accepted("test", "ref-1")

    def close(self) -> None:
        pass


@pytest.fixture
def answering(rt: Runtime, clock: Any) -> Iterator[Callable[..., Runtime]]:
    """Builds a runtime whose sender answers as told, on the same database and clock."""
    built: list[Runtime] = []

    def build(*answers: Exception | None) -> Runtime:
        sender = Answering(*answers)
        adapters = {"email": {"folder": lambda account: sender}}
        built.append(runtime.build(rt.settings, clock=clock.now, adapters=adapters))
        return built[-1]

    yield build
    for one in built:
        one.close()


def approved(
    rt: Runtime, count: int = 1, /, *, lead: dict[str, Any] | None = None, **box: Any
) -> list[int]:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        mailbox = make_mailbox(session, client, **box)
        leads = [make_lead(session, campaign, state="nurtured", **lead or {}) for _ in range(count)]
        return [make_message(session, one, mailbox).id for one in leads]


def state_of(rt: Runtime, message_id: int) -> MessageState:
    with reading(rt.sessions) as session:
        return session.get_one(Message, message_id).state


def row(rt: Runtime, model: Any, row_id: int) -> Any:
    with reading(rt.sessions) as session:
        found = session.get_one(model, row_id)
        session.expunge(found)
        return found


def only(rt: Runtime, model: Any) -> Any:
    with reading(rt.sessions) as session:
        found = session.scalars(select(model)).one()
        session.expunge(found)
        return found


def outbox(rt: Runtime) -> list[Path]:
    return sorted((rt.data_dir / "outbox").rglob("*.eml"))


def test_an_approved_message_is_sent_once_however_often_the_job_runs(rt: Runtime) -> None:
    (message_id,) = approved(rt)

    first, second = dispatch.run(rt), dispatch.run(rt)

    assert (first["sent"], second["sent"]) == (1, 0)
    assert state_of(rt, message_id) is MessageState.SENT
    assert len(outbox(rt)) == 1


def test_a_campaign_mail_has_two_parts_a_footer_and_a_one_click_unsubscribe(rt: Runtime) -> None:
    approved(rt)

    dispatch.run(rt)

    mail = message_from_bytes(outbox(rt)[0].read_bytes(), policy=default)
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "1 Main Street, 10115 Berlin" in text
    assert "/u/" in text
    assert "1 Main Street" in html
    assert "https" in mail["List-Unsubscribe"] or "http://localhost" in mail["List-Unsubscribe"]
    assert "mailto:" in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Date"]


def test_the_caps_of_the_day_hold(rt: Runtime, clock: Any) -> None:
    approved(rt, 5, daily_cap=3)

    today = dispatch.run(rt)
    clock.advance(days=1)
    tomorrow = dispatch.run(rt)

    assert (today["sent"], tomorrow["sent"]) == (3, 2)


def test_the_ramp_begins_on_the_first_sending_day(rt: Runtime, clock: Any) -> None:
    approved(rt, 5, ramp_start=1, ramp_step=2, ramp_from=None)

    sent = [dispatch.run(rt)["sent"], clock.advance(days=1) and dispatch.run(rt)["sent"]]

    assert sent == [1, 3]


def test_a_gap_is_kept_between_two_mails(rt: Runtime, clock: Any) -> None:
    approved(rt, 2, min_gap_seconds=120)

    first = dispatch.run(rt)
    clock.advance(seconds=119)
    too_soon = dispatch.run(rt)
    clock.advance(seconds=80)
    later = dispatch.run(rt)

    assert (first["sent"], too_soon["sent"], later["sent"]) == (1, 0, 1)


def test_a_closed_window_holds_the_message_with_its_reason(rt: Runtime, clock: Any) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        night = {"days": [0], "start": "20:00", "end": "22:00"}
        campaign = make_campaign(session, client, settings={"window": night, "timezone": "UTC"})
        mailbox = make_mailbox(session, client)
        lead = make_lead(session, campaign, state="nurtured")
        message_id = make_message(session, lead, mailbox).id

    report = dispatch.run(rt)

    message = row(rt, Message, message_id)
    assert (report["sent"], report["held"]) == (0, 1)
    assert message.state_reason.startswith("It is outside the sending window")
    assert message.due_at.hour == 20


def test_the_window_counts_where_the_recipient_lives(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        settings = {"window": {"days": [0], "start": "09:00", "end": "10:00"}, "timezone": "UTC"}
        campaign = make_campaign(session, client, settings=settings)
        contact = make_contact(session, client, timezone="America/New_York")
        lead = make_lead(session, campaign, contact, state="nurtured")
        message_id = make_message(session, lead, make_mailbox(session, client)).id

    dispatch.run(rt)

    assert row(rt, Message, message_id).due_at.hour == 14


def test_a_recipients_domain_has_its_own_cap(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        mailbox = make_mailbox(session, client, domain_cap=1)
        for name in ("anna", "bert"):
            contact = make_contact(session, client, email=f"{name}@same.example")
            make_message(session, make_lead(session, campaign, contact, state="nurtured"), mailbox)

    report = dispatch.run(rt)

    assert (report["sent"], report["held"]) == (1, 1)


def test_what_was_suppressed_after_the_approval_never_goes(rt: Runtime) -> None:
    (message_id,) = approved(rt)
    with transaction(rt.sessions) as session:
        address = session.get_one(Message, message_id).to_address
        session.add(
            Suppression(
                scope="agency",
                kind="domain",
                value=address.rpartition("@")[2],
                reason="manual",
                source="test",
                at=rt.now(),
            )
        )

    report = dispatch.run(rt)

    assert report["sent"] == 0
    assert state_of(rt, message_id) is MessageState.CANCELLED


@pytest.mark.parametrize("state", ["replied", "suppressed", "converted", "rejected"])
def test_a_lead_that_ended_gets_nothing_more(rt: Runtime, state: str) -> None:
    (message_id,) = approved(rt)
    with transaction(rt.sessions) as session:
        message = session.get_one(Message, message_id)
        session.get_one(Lead, message.lead_id).state = state

    dispatch.run(rt)

    assert state_of(rt, message_id) is MessageState.CANCELLED


def test_a_text_changed_after_its_approval_goes_back_to_review(rt: Runtime) -> None:
    (message_id,) = approved(rt)
    with transaction(rt.sessions) as session:
        message = session.get_one(Message, message_id)
        message.content_hash = keys.content_hash("other", "words", None)

    dispatch.run(rt)

    assert state_of(rt, message_id) is MessageState.REVIEW


def test_a_paused_mailbox_or_campaign_sends_nothing(rt: Runtime) -> None:
    approved(rt, state="paused")
    with transaction(rt.sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client, state="paused")
        lead = make_lead(session, campaign, state="nurtured")
        make_message(session, lead, make_mailbox(session, client))

    assert dispatch.run(rt)["sent"] == 0


def test_a_resting_lead_waits_until_its_walk_goes_on(rt: Runtime, clock: Any) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        lead = make_lead(session, make_campaign(session, client), state="nurtured")
        mailbox, sequence = make_mailbox(session, client), make_sequence(session, client)
        until = rt.now() + timedelta(days=2)
        walk = make_enrolment(
            session, lead, sequence, mailbox, state="paused", resume_at=until, next_step=2
        )
        make_message(session, lead, mailbox, enrolment_id=walk.id)

    before = dispatch.run(rt)
    clock.advance(days=2, minutes=1)
    woken = tidy.run(rt)
    after = dispatch.run(rt)

    assert (before["sent"], woken["resumed"], after["sent"]) == (0, 1, 1)


def test_the_next_step_gets_its_time_when_the_one_before_is_sent(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        lead = make_lead(session, make_campaign(session, client), state="nurtured")
        mailbox = make_mailbox(session, client)
        sequence = make_sequence(session, client, texts=(("a", "b"), ("c", "d")), delay_days=3)
        walk = make_enrolment(session, lead, sequence, mailbox, next_step=2, due_at=None)
        make_message(session, lead, mailbox, enrolment_id=walk.id)
        walk_id, lead_id = walk.id, lead.id

    dispatch.run(rt)

    assert row(rt, Enrolment, walk_id).due_at == rt.now() + timedelta(days=3)
    assert row(rt, Lead, lead_id).reached_at == rt.now()


def test_an_uncertain_end_is_never_sent_again_and_asks_a_person(
    rt: Runtime, clock: Any, answering: Any
) -> None:
    (message_id,) = approved(rt)
    other = answering(Uncertain("The line broke."))

    first, second = dispatch.run(other), dispatch.run(other)

    item = only(rt, ReviewItem)
    assert (first["uncertain"], second["sent"]) == (1, 0)
    assert state_of(rt, message_id) is MessageState.UNCERTAIN
    assert (item.kind, item.message_id) == ("uncertain_send", message_id)


def test_what_surely_did_not_go_is_tried_later_and_costs_no_place(
    rt: Runtime, clock: Any, answering: Any
) -> None:
    (message_id,) = approved(rt, daily_cap=1)
    other = answering(Unavailable("Not now."))

    first, at_once = dispatch.run(other), dispatch.run(other)
    clock.advance(minutes=6)
    later = dispatch.run(other)

    assert (first["put_off"], at_once["sent"], later["sent"]) == (1, 0, 1)
    assert state_of(rt, message_id) is MessageState.SENT


def test_a_refused_address_that_does_not_exist_is_suppressed(
    rt: Runtime, clock: Any, answering: Any
) -> None:
    (message_id,) = approved(rt)
    answer = Rejected("Refused (5.1.1): 550 5.1.1 no such user", status=550)

    dispatch.run(answering(answer))

    lead, suppression = only(rt, Lead), only(rt, Suppression)
    address = row(rt, Contact, lead.contact_id).email_key
    assert state_of(rt, message_id) is MessageState.FAILED
    assert (lead.state, suppression.value) == ("suppressed", address)


def test_a_refusal_of_the_text_suppresses_nobody(rt: Runtime, clock: Any, answering: Any) -> None:
    approved(rt)
    answer = Rejected("Refused: 554 5.7.1 looks like spam", status=554)

    dispatch.run(answering(answer))

    with reading(rt.sessions) as session:
        assert session.scalars(select(Suppression)).all() == []


def test_a_refused_sign_in_pauses_the_mailbox_and_raises_an_alarm(
    rt: Runtime, clock: Any, answering: Any
) -> None:
    message_id, second = approved(rt, 2)
    other = answering(Misconfigured("535 wrong password"))

    report = dispatch.run(other)

    mailbox, alarm = only(rt, Mailbox), only(rt, Alarm)
    assert (report["paused"], report["sent"], mailbox.state) == (1, 0, "paused")
    assert "535" in alarm.title
    assert state_of(rt, message_id) is state_of(rt, second) is MessageState.APPROVED


def test_a_sending_that_a_crash_left_becomes_uncertain_never_approved(
    rt: Runtime, clock: Any
) -> None:
    (message_id,) = approved(rt)
    with transaction(rt.sessions) as session:
        message = session.get_one(Message, message_id)
        message.state, message.claimed_at = "sending", rt.now()

    early = tidy.run(rt)
    clock.advance(minutes=11)
    late, again = tidy.run(rt), tidy.run(rt)

    assert (early["uncertain"], late["uncertain"], again["uncertain"]) == (0, 1, 0)
    assert state_of(rt, message_id) is MessageState.UNCERTAIN
    assert dispatch.run(rt)["sent"] == 0


def test_a_limit_is_a_limit(rt: Runtime) -> None:
    approved(rt, 4)

    assert [dispatch.run(rt, limit=3)["sent"], dispatch.run(rt)["sent"]] == [3, 1]


def test_a_client_without_a_postal_address_sends_no_campaign_mail(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session, postal_address=None)
        lead = make_lead(session, make_campaign(session, client), state="nurtured")
        make_message(session, lead, make_mailbox(session, client))

    assert dispatch.run(rt)["sent"] == 0


def answered(rt: Runtime, *, wrote_again: bool) -> tuple[Thread, Task]:
    """A thread that needed us, after its approved answer went out."""
    now = rt.now()
    with transaction(rt.sessions) as session:
        client = make_client(session)
        lead = make_lead(session, make_campaign(session, client), state="replied")
        mailbox = make_mailbox(session, client)
        heard = now + timedelta(minutes=5) if wrote_again else now - timedelta(hours=1)
        thread = make_thread(session, mailbox, lead, needs_us=True, unread=True, last_in_at=heard)
        make_message(
            session, lead, mailbox, kind="answer", key="answer:1", step=None, thread_id=thread.id
        )
        task = Task(
            key="t", client_id=client.id, thread_id=thread.id, kind="meeting", title="Answer",
            due_at=now, created_at=now,
        )  # fmt: skip
        session.add(task)

    dispatch.run(rt)

    return only(rt, Thread), only(rt, Task)


def test_an_answer_that_went_out_leaves_nothing_to_do(rt: Runtime) -> None:
    thread, task = answered(rt, wrote_again=False)

    assert not thread.needs_us
    assert task.done_at == rt.now()


def test_who_wrote_again_after_the_draft_still_waits_for_us(rt: Runtime) -> None:
    thread, task = answered(rt, wrote_again=True)

    assert thread.needs_us
    assert task.done_at is None


def test_many_that_must_wait_are_put_back_together(rt: Runtime) -> None:
    approved(rt, 5, window={"days": [6], "start": "00:00", "end": "23:59"})
    with transaction(rt.sessions) as session:
        for campaign in session.scalars(select(Campaign)):
            campaign.settings = {"window": {"days": [6], "start": "09:00", "end": "10:00"}}

    report = dispatch.run(rt)

    assert (report["sent"], report["held"]) == (0, 5)


def test_those_who_wait_for_the_same_window_are_put_back_by_one_statement(rt: Runtime) -> None:
    approved(rt, 6)
    with transaction(rt.sessions) as session:
        for campaign in session.scalars(select(Campaign)):
            campaign.settings = {"window": {"days": [6], "start": "09:00", "end": "10:00"}}
        people = session.scalars(select(Contact).order_by(Contact.id)).all()
        people[0].country = people[1].country = "DE"
        people[2].timezone = "Asia/Tokyo"
    changed: list[str] = []
    event.listen(
        rt.sessions.kw["bind"],
        "before_cursor_execute",
        lambda *told: changed.append(told[2]) if told[2].startswith("UPDATE messages") else None,
    )

    report = dispatch.run(rt)

    assert (report["sent"], report["held"]) == (0, 6)
    assert len(changed) == 6  # three places: the one that was looked at, and those like it
    with reading(rt.sessions) as session:
        dues = session.execute(
            select(Message.due_at, Contact.timezone)
            .join(Lead, Lead.id == Message.lead_id)
            .join(Contact, Contact.id == Lead.contact_id)
        ).all()
    assert all(due > rt.now() for due, _ in dues)
    assert len({due for due, zone in dues if zone != "Asia/Tokyo"}) == 1
    assert len({due for due, _ in dues}) == 2


def test_a_full_domain_holds_its_own_and_no_other(rt: Runtime) -> None:
    ids = approved(rt, 4, domain_cap=1)
    to = ("a@one.example", "b@one.example", "c@ONE.example", "d@two.example")
    with transaction(rt.sessions) as session:
        for message_id, address in zip(ids, to, strict=True):
            session.get_one(Message, message_id).to_address = address

    report = dispatch.run(rt)

    assert report["sent"] == 2
    assert [state_of(rt, message_id) for message_id in ids] == [
        *(MessageState.SENT, MessageState.APPROVED, MessageState.APPROVED, MessageState.SENT)
    ]
