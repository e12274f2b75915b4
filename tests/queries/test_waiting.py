"""Why approved mails are not out yet."""

from datetime import timedelta

import pytest

from core.domain.states import MessageKind, MessageState
from core.queries import waiting
from db.models import Campaign, Client, Heartbeat, Lead, MailboxDay, Message
from db.session import Sessions, transaction
from tests.factories import NOW, make_lead, make_mailbox, make_message


def waits(sessions: Sessions, *, mailbox=None, campaign=None, mail=None) -> waiting.Wait:
    """The wait of one approved mail around which some values were changed."""
    with transaction(sessions) as session:
        lead = make_lead(session, state="nurtured")
        client = session.get_one(Client, lead.client_id)
        box = make_mailbox(session, client, **mailbox or {})
        found = session.get_one(Campaign, lead.campaign_id)
        for name, value in (campaign or {}).items():
            setattr(found, name, value)
        message = make_message(session, lead, box, MessageState.APPROVED, **mail or {})
        session.add(MailboxDay(mailbox_id=box.id, day=NOW.date(), domain="", sent=7))
        session.flush()
        return waiting.of_messages(session, [message], now=NOW)[message.id]


def test_a_mail_that_nothing_holds_goes_with_the_next_turn(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        session.add(Heartbeat(name="s", kind="scheduler", started_at=NOW, beat_at=NOW))

    assert waits(sessions) == waiting.Wait(NOW, ("It goes out with the next turn.",))


@pytest.mark.parametrize("silent", [None, timedelta(hours=1)], ids=["never", "ended"])
def test_without_a_scheduler_it_goes_once_one_runs(
    sessions: Sessions, silent: timedelta | None
) -> None:
    if silent is not None:
        with transaction(sessions) as session:
            beat = NOW - silent
            session.add(Heartbeat(name="s", kind="scheduler", started_at=beat, beat_at=beat))

    assert waits(sessions).reasons == ("It goes out once the scheduler runs.",)


def test_since_when_a_mailbox_is_paused_is_said(sessions: Sessions) -> None:
    paused = {"state": "paused", "state_reason": "5 % bounces.", "state_at": NOW}

    wait = waits(sessions, mailbox=paused)

    assert wait.reasons == ("The mailbox is paused since 2 Mar: 5 % bounces.",)


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        ({"mailbox": {"state": "paused", "state_reason": "5 % bounces."}}, "5 % bounces."),
        ({"campaign": {"state": "paused"}}, "The campaign is paused."),
        ({"mail": {"due_at": NOW + timedelta(days=1)}}, "Its day has not come yet."),
        (
            {"mail": {"due_at": NOW + timedelta(days=1), "state_reason": "A holiday."}},
            "A holiday.",
        ),
        ({"mailbox": {"daily_cap": 7}}, "has sent its 7 mails of today"),
        (
            {"mailbox": {"next_send_at": NOW + timedelta(minutes=2)}},
            "keeps its gap",
        ),
        (
            {"campaign": {"settings": {"window": {"days": [5], "start": "09:00", "end": "10:00"}}}},
            "outside the sending window",
        ),
    ],
    ids=["mailbox", "campaign", "due", "held", "cap", "gap", "window"],
)
def test_what_holds_a_mail_is_said(sessions: Sessions, around: dict, reason: str) -> None:  # type: ignore[type-arg]
    assert any(reason in said for said in waits(sessions, **around).reasons)


def test_an_answer_waits_for_no_window(sessions: Sessions) -> None:
    closed = {"window": {"days": [5], "start": "09:00", "end": "10:00"}}

    wait = waits(sessions, campaign={"settings": closed}, mail={"kind": MessageKind.ANSWER})

    assert wait.reasons == ("It goes out once the scheduler runs.",)


def test_several_mails_are_told_at_once(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        box = make_mailbox(session, session.get_one(Client, lead.client_id))
        mails: list[Message] = [make_message(session, lead, box, step=step) for step in (1, 2)]

        told = waiting.of_messages(session, mails, now=NOW)

        assert set(told) == {mail.id for mail in mails}
        assert session.get_one(Lead, lead.id)
        assert waiting.of_messages(session, [], now=NOW) == {}
