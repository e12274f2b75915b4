"""Outbox, inbox, conversations and mailboxes as the mail page sees them."""

from datetime import timedelta

import pytest

from core.domain.access import SYSTEM
from core.domain.states import MessageState, ProviderState, ReplyIntent
from core.queries import campaigns, inbox, mailboxes, outbox, threads
from core.queries.inbox import Scope
from db.models import Campaign, Client, Lead, Mailbox, MailboxDay, ProviderHealth, Thread
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
    viewer_of,
)
from tests.factories_desk import make_classification, make_draft, make_message_item, make_reply
from tests.queries.plans import plans, sorts, whole_reads


def lead_and_box(session, **box: object) -> tuple[Lead, Mailbox]:
    lead = make_lead(session, state="nurtured")
    return lead, make_mailbox(session, session.get_one(Client, lead.client_id), **box)


def test_the_outbox_tells_each_state_and_why_approved_mail_waits(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead, box = lead_and_box(session)
        later = make_message(session, lead, box, step=1, due_at=NOW + timedelta(days=2))
        sooner = make_message(session, lead, box, step=2)
        review = make_message(session, lead, box, MessageState.REVIEW, step=3)
        item = make_message_item(session, review)
        ids = (sooner.id, later.id)

    with reading(sessions) as session:
        counts = outbox.counts(session, SYSTEM)
        approved = outbox.page(session, SYSTEM, MessageState.APPROVED, now=NOW).rows
        (waiting,) = outbox.page(session, SYSTEM, MessageState.REVIEW, now=NOW).rows

    assert (counts[MessageState.APPROVED].number, counts[MessageState.SENT].number) == (2, 0)
    assert tuple(row.message_id for row in approved) == ids
    assert approved[0].wait is not None
    assert approved[0].wait.reasons == ("It goes out once the scheduler runs.",)
    assert approved[1].wait is not None
    assert approved[1].wait.reasons == ("Its day has not come yet.",)
    assert (waiting.item_id, waiting.wait) == (item.id, None)


def test_the_outbox_can_be_narrowed_to_a_mailbox_and_a_campaign(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead, box = lead_and_box(session)
        other = make_mailbox(session, session.get_one(Client, lead.client_id))
        make_message(session, lead, box)

    with reading(sessions) as session:
        of = [
            outbox.page(session, SYSTEM, MessageState.APPROVED, now=NOW, **wanted).rows
            for wanted in (
                {"mailbox_id": box.id, "campaign_id": lead.campaign_id},
                {"mailbox_id": other.id},
                {"campaign_id": lead.campaign_id + 1},
            )
        ]

    assert [len(rows) for rows in of] == [1, 0, 0]


def test_each_scope_of_the_inbox_holds_its_own(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead, box = lead_and_box(session)
        needs = make_thread(session, box, lead, needs_us=True, last_in_at=NOW)
        unread = make_thread(session, box, lead, unread=True, last_in_at=NOW)
        asleep = make_thread(
            session, box, lead, needs_us=True, last_in_at=NOW,
            snoozed_until=NOW + timedelta(days=1),
        )  # fmt: skip
        drafted = make_thread(session, box, lead, last_in_at=NOW)
        make_draft(session, drafted)
        unmatched = make_thread(session, box, last_in_at=NOW)
        make_thread(session, box, lead)
        names = {
            needs.id: "needs", unread.id: "unread", asleep.id: "asleep", drafted.id: "drafted",
            unmatched.id: "unmatched",
        }  # fmt: skip

    with reading(sessions) as session:
        held = {
            scope: {
                names[row.thread_id] for row in inbox.page(session, SYSTEM, scope, now=NOW).rows
            }
            for scope in Scope
        }
        counts = inbox.counts(session, SYSTEM, now=NOW)

    assert held == {
        Scope.NEEDS_US: {"needs"},
        Scope.UNREAD: {"unread"},
        Scope.SNOOZED: {"asleep"},
        Scope.DRAFTS: {"drafted"},
        Scope.UNMATCHED: {"unmatched"},
        Scope.ALL: set(names.values()),
    }
    assert {scope: count.number for scope, count in counts.items()} == {
        scope: len(of) for scope, of in held.items()
    }


def test_a_line_of_the_inbox_shows_what_the_other_side_said_last(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead, box = lead_and_box(session)
        olga = make_user(session, name="Olga")
        thread = make_thread(
            session, box, lead, needs_us=True, last_in_at=NOW, intent="question",
            assignee_id=olga.id,
        )  # fmt: skip
        make_reply(session, thread, "What does\nit cost?")
        make_message(session, lead, box, MessageState.SENT, thread_id=thread.id, sent_at=NOW)

    with reading(sessions) as session:
        (row,) = inbox.page(session, SYSTEM, Scope.NEEDS_US, now=NOW).rows

    assert (row.snippet, row.intent, row.assignee) == (
        "What does it cost?", ReplyIntent.QUESTION, "Olga",
    )  # fmt: skip


def test_a_conversation_is_told_with_how_each_mail_was_taken(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead, box = lead_and_box(session)
        thread = make_thread(session, box, lead, last_in_at=NOW)
        make_message(
            session, lead, box, MessageState.SENT, thread_id=thread.id,
            sent_at=NOW - timedelta(days=1),
        )  # fmt: skip
        make_message(session, lead, box, MessageState.CANCELLED, step=2, thread_id=thread.id)
        reply = make_reply(session, thread, "Yes, please.")
        make_classification(session, reply, intent="unclear")
        make_classification(session, reply)
        draft = make_draft(session, thread, "Gladly.")

    with reading(sessions) as session:
        found = threads.detail(session, SYSTEM, thread.id, now=NOW)

    assert found is not None
    assert [bubble.text for bubble in found.bubbles] == ["Hi Anna,\n\nHello.", "Yes, please."]
    assert found.bubbles[1].taken is not None
    assert found.bubbles[1].taken.intent is ReplyIntent.INTERESTED
    assert found.bubbles[1].taken.evidence == ("phrase: Yes, please", "words: yes, please")
    assert found.draft is not None
    assert (found.draft.message_id, found.draft.body_text) == (draft.id, "Gladly.")
    assert found.draft.item_id
    assert found.lead is not None
    assert found.mailbox == box.address


def test_an_unmatched_conversation_has_no_lead_and_no_draft(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        _, box = lead_and_box(session)
        thread = make_thread(session, box, last_in_at=NOW)
        make_draft(session, thread)
        session.query(outbox.ReviewItem).delete()
        other = make_thread(session, box, last_in_at=NOW)

    with reading(sessions) as session:
        found = threads.detail(session, SYSTEM, thread.id, now=NOW)
        bare = threads.detail(session, SYSTEM, other.id, now=NOW)

    assert found is not None
    assert found.lead is None
    assert found.draft is not None
    assert found.draft.item_id is None
    assert bare is not None
    assert bare.draft is None


@pytest.mark.parametrize(
    ("other", "state", "sends"),
    [
        ("folder", ProviderState.HEALTHY, False),  # only stands in while the gateway is off
        ("smtp#2", ProviderState.HEALTHY, True),
        ("smtp#2", ProviderState.DOWN, False),
    ],
    ids=["folder", "stands-in", "both-down"],
)
def test_a_mailbox_whose_way_out_is_down_says_that_it_cannot_send(
    sessions: Sessions, other: str, state: ProviderState, sends: bool
) -> None:
    with transaction(sessions) as session:
        _, box = lead_and_box(session, provider="smtp")
        place = {"port": "email", "part": f"mailbox:{box.id}"}
        session.add_all(
            [
                ProviderHealth(
                    **place, provider="smtp", state=ProviderState.DOWN,
                    last_error="It cannot be reached.", advice="Start it.",
                ),
                ProviderHealth(**place, provider=other, state=state),
            ]
        )  # fmt: skip

    with reading(sessions) as session:
        (row,) = mailboxes.mailboxes(session, SYSTEM, now=NOW)

    assert row.sends is sends
    assert row.cannot_send == (None if sends else "It cannot be reached. Start it.")
    assert ("Cannot send: It cannot be reached. Start it." in row.reasons) is not sends


def test_a_mailbox_tells_its_day_its_week_and_what_holds_it(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead, box = lead_and_box(session, daily_cap=8)
        for step in (1, 2):
            make_message(session, lead, box, step=step)
        day = NOW.date()
        session.add(MailboxDay(mailbox_id=box.id, day=day, domain="", sent=7, bounced=1))
        session.add(MailboxDay(mailbox_id=box.id, day=day - timedelta(days=2), domain="", sent=20))
        session.add(MailboxDay(mailbox_id=box.id, day=day - timedelta(days=9), domain="", sent=99))
        client = session.get_one(Client, lead.client_id)
        make_mailbox(session, client, state="paused", state_reason="5 % bounces.", synced_at=None)
        make_mailbox(session, client)

    with reading(sessions) as session:
        rows = mailboxes.mailboxes(session, SYSTEM, now=NOW)
        forecast = mailboxes.forecast(rows)

    paused, active, idle = rows if rows[1].address == box.address else (rows[0], rows[2], rows[1])
    assert paused.reasons == ("It is paused: 5 % bounces.",)
    assert (paused.unread, active.unread) == (True, False)
    assert (active.sent_today, active.cap_today, active.sent_week, active.bounced_week) == (
        7, 8, 27, 1,
    )  # fmt: skip
    assert (active.due_now.number, active.goes_today) == (2, 1)
    assert idle.reasons == ("Nothing is approved.",)
    assert (forecast.sent, forecast.goes, forecast.over) == (7, 1, 1)


def test_a_stranger_sees_no_mail(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead, box = lead_and_box(session)
        make_message(session, lead, box)
        thread = make_thread(session, box, lead, needs_us=True, last_in_at=NOW)
        stranger = viewer_of(make_client(session))

        assert outbox.page(session, stranger, MessageState.APPROVED, now=NOW).rows == ()
        assert inbox.page(session, stranger, Scope.ALL, now=NOW).rows == ()
        assert inbox.rows(session, stranger, [thread.id]) == ()
        assert threads.detail(session, stranger, thread.id, now=NOW) is None
        assert mailboxes.mailboxes(session, stranger, now=NOW) == ()
        assert session.get(Thread, thread.id)


@pytest.mark.sqlite
@pytest.mark.parametrize("state", outbox.STATES)
def test_the_outbox_is_read_by_its_index(sessions: Sessions, state: MessageState) -> None:
    with transaction(sessions) as session:
        lead, box = lead_and_box(session)
        for step in (1, 2):
            make_message(session, lead, box, state, step=step)
        cursor = outbox.page(session, SYSTEM, state, now=NOW, size=1).next

        found = plans(
            session,
            lambda: outbox.page(session, SYSTEM, state, now=NOW, cursor=cursor, size=1),
        )
        counted = plans(session, lambda: outbox.counts(session, SYSTEM))

    assert whole_reads(found + counted) == []
    assert sorts(found) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("scope", [Scope.NEEDS_US, Scope.UNREAD, Scope.UNMATCHED, Scope.ALL])
def test_the_inbox_is_read_by_its_index(sessions: Sessions, scope: Scope) -> None:
    with transaction(sessions) as session:
        _, box = lead_and_box(session)
        for _ in range(2):
            make_thread(session, box, needs_us=True, unread=True, last_in_at=NOW)
        cursor = inbox.page(session, SYSTEM, scope, now=NOW, size=1).next

        found = plans(
            session, lambda: inbox.page(session, SYSTEM, scope, now=NOW, cursor=cursor, size=1)
        )
        counted = plans(session, lambda: inbox.counts(session, SYSTEM, now=NOW))

    assert cursor
    assert whole_reads(found + counted) == []
    assert [line for line in sorts(found) if "GROUP BY" not in line] == []


def test_only_what_can_really_go_is_foreseen_for_today(sessions: Sessions) -> None:
    saturday = NOW + timedelta(days=5)
    with transaction(sessions) as session:
        week = {"days": [0, 1, 2, 3, 4], "start": "09:00", "end": "17:00"}
        lead, box = lead_and_box(session)
        session.get_one(Campaign, lead.campaign_id).settings = {"window": week}
        paused = make_campaign(session, session.get_one(Client, lead.client_id), state="paused")
        make_message(session, lead, box)
        make_message(session, make_lead(session, campaign=paused), box)

    with reading(sessions) as session:
        (row,) = mailboxes.mailboxes(session, SYSTEM, now=NOW)
        weekday = mailboxes.goes_today(session, SYSTEM, now=NOW)
        weekend = mailboxes.goes_today(session, SYSTEM, now=saturday)
        evening = mailboxes.goes_today(session, SYSTEM, now=NOW + timedelta(hours=12))
        monday = mailboxes.next_send(session, SYSTEM, now=saturday)
        listed = campaigns.page(session, SYSTEM, now=saturday, state="active").rows

    assert monday is not None
    assert (monday.weekday(), monday > saturday) == (0, True)
    assert [row.next_send_at for row in listed] == [monday]
    assert (row.due_today.number, row.goes_today) == (2, 1)
    assert (weekday, weekend, evening) == (1, 0, 0)


def test_a_mailbox_tells_of_one_campaign_or_names_the_one_that_holds_it(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        lead, box = lead_and_box(session)
        client = session.get_one(Client, lead.client_id)
        paused = make_campaign(session, client, name="Autumn", state="paused")
        make_message(session, make_lead(session, campaign=paused), box)
        active = lead.campaign_id

    with reading(sessions) as session:
        (whole,) = mailboxes.mailboxes(session, SYSTEM, now=NOW)
        (ours,) = mailboxes.mailboxes(session, SYSTEM, now=NOW, campaign_id=active)

    assert whole.reasons == ("Autumn is paused.",)
    assert ours.reasons == ("Nothing is approved.",)
    assert ours.due_today.number == 0
