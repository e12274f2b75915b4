"""The rollups say what happened, by campaign and day, however often they are counted."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.domain.states import ConversionKind, EventKind, ReplyIntent
from core.pipeline import rollups
from core.runtime import Runtime
from db.models import (
    Campaign,
    Client,
    Conversion,
    DailyRollup,
    Event,
    Lead,
    LeadEvent,
    Message,
    Spend,
)
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import NOW, make_campaign, make_lead, make_mailbox, make_message, number

TODAY = NOW.date()


def days_of(rt: Runtime, campaign_id: int) -> dict[date, Row]:
    table = DailyRollup.__table__
    with reading(rt.sessions) as session:
        rows = session.execute(select(table).where(table.c.campaign_id == campaign_id)).all()
    return {row.day: row for row in rows}


def moved(session: Session, lead: Lead, to: str, at: datetime = NOW) -> None:
    session.add(
        LeadEvent(
            client_id=lead.client_id,
            lead_id=lead.id,
            kind="state",
            to_state=to,
            actor_name="AICMO",
            at=at,
        )
    )


def event(session: Session, lead: Lead, kind: EventKind, message: Message | None = None) -> None:
    session.add(
        Event(
            client_id=lead.client_id,
            campaign_id=lead.campaign_id,
            lead_id=lead.id,
            message_id=message.id if message else None,
            provider="test",
            provider_event_id=str(number()),
            kind=kind,
            at=NOW,
        )
    )


def sent(session: Session, lead: Lead, at: datetime = NOW) -> Message:
    lead.reached_at = lead.reached_at or at
    return mail(session, lead, state="sent", sent_at=at)


def mail(session: Session, lead: Lead, **given: object) -> Message:
    client = session.get_one(Client, lead.client_id)
    return make_message(session, lead, make_mailbox(session, client), key=str(number()), **given)


def reply(session: Session, lead: Lead, intent: ReplyIntent, at: datetime = NOW) -> Message:
    lead.replied_at = lead.replied_at or at
    return mail(
        session,
        lead,
        direction="in",
        kind="reply",
        state="received",
        intent=intent,
        received_at=at,
    )


def converted(
    session: Session, lead: Lead, kind: ConversionKind, at: datetime, **given: object
) -> None:
    values = {"value_minor": 0, "currency": "EUR"} | given
    session.add(
        Conversion(
            key=f"{lead.id}:{kind}",
            client_id=lead.client_id,
            campaign_id=lead.campaign_id,
            lead_id=lead.id,
            kind=kind,
            at=at,
            **values,
        )
    )


def test_a_day_is_counted_with_everything_that_happened_on_it(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session)
        anna, bert = make_lead(session, campaign), make_lead(session, campaign)
        moved(session, anna, "enriched")
        moved(session, anna, "qualified")
        moved(session, anna, "qualified")
        message = sent(session, anna)
        sent(session, anna)
        sent(session, bert)
        event(session, bert, EventKind.BOUNCED, message)
        event(session, bert, EventKind.BOUNCED, message)
        event(session, bert, EventKind.UNSUBSCRIBED)
        reply(session, anna, ReplyIntent.INTERESTED)
        reply(session, anna, ReplyIntent.MEETING)
        converted(session, anna, ConversionKind.MEETING, NOW)
        converted(session, anna, ConversionKind.WON, NOW, value_minor=5000)
        session.add(spend(campaign, TODAY, 700))

    report = rollups.run(rt)

    row = days_of(rt, campaign.id)[TODAY]
    assert report["days"] == 1
    assert (row.harvested, row.enriched, row.qualified, row.scored) == (2, 1, 1, 0)
    assert (row.sent, row.reached, row.bounced) == (3, 2, 1)
    assert (row.replied, row.positive, row.unsubscribed) == (1, 1, 1)
    assert (row.meetings, row.won, row.value_minor, row.spend_minor) == (1, 1, 5000, 700)


def test_counting_twice_changes_nothing(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        lead = make_lead(session)
        sent(session, lead)

    rollups.run(rt)
    once = days_of(rt, lead.campaign_id)[TODAY].sent
    second = rollups.run(rt)

    assert days_of(rt, lead.campaign_id)[TODAY].sent == once == 1
    assert second["campaigns"] == 0


def test_leads_by_state_are_kept_on_the_campaign(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session)
        make_lead(session, campaign)
        make_lead(session, campaign, state="review")

    rollups.run(rt)

    with reading(rt.sessions) as session:
        assert session.get_one(Campaign, campaign.id).counts == {"harvested": 1, "review": 1}


def test_a_campaign_that_lost_its_leads_counts_none(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session, counts={"harvested": 9})

    rollups.run(rt)

    with reading(rt.sessions) as session:
        assert session.get_one(Campaign, campaign.id).counts == {}


def test_days_are_those_of_utc(rt: Runtime) -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # already Monday in Kathmandu
    with transaction(rt.sessions) as session:
        lead = make_lead(session)
        sent(session, lead, late)

    rollups.run(rt)

    assert days_of(rt, lead.campaign_id)[date(2026, 3, 1)].sent == 1


def test_a_positive_reply_counts_a_lead_once_on_its_first_day(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        lead = make_lead(session)
        reply(session, lead, ReplyIntent.QUESTION, NOW - timedelta(days=1))
        reply(session, lead, ReplyIntent.MEETING, NOW)

    rollups.run(rt)

    days = days_of(rt, lead.campaign_id)
    assert days[TODAY - timedelta(days=1)].positive == 1
    assert days[TODAY].positive == 0


def test_an_opt_out_by_mail_and_by_link_is_one(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        lead = make_lead(session)
        reply(session, lead, ReplyIntent.UNSUBSCRIBE, NOW - timedelta(days=1))
        event(session, lead, EventKind.UNSUBSCRIBED)

    rollups.run(rt)

    days = days_of(rt, lead.campaign_id)
    assert [days[day].unsubscribed for day in sorted(days)] == [1, 0]


def test_what_is_added_to_an_old_day_is_counted_at_the_next_turn(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        lead = make_lead(session)
    rollups.run(rt)
    clock.advance(days=90)
    rollups.run(rt)
    old = TODAY + timedelta(days=10)
    with transaction(rt.sessions) as session:
        lead = session.get_one(Lead, lead.id)
        moment = NOW + timedelta(days=10)
        reply(session, lead, ReplyIntent.INTERESTED, moment)
        converted(session, lead, ConversionKind.WON, moment + timedelta(days=1), value_minor=10)
        session.add(spend(session.get_one(Campaign, lead.campaign_id), date(2026, 3, 20), 5))

    rollups.run(rt)

    days = days_of(rt, lead.campaign_id)
    assert (days[old].replied, days[old].positive) == (1, 1)
    assert days[old + timedelta(days=1)].value_minor == 10
    assert days[date(2026, 3, 20)].spend_minor == 5


def test_money_taken_back_goes_from_its_day(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session)
        paid = spend(campaign, TODAY, 5)
        session.add(paid)
    rollups.run(rt)
    clock.advance(days=90)
    with transaction(rt.sessions) as session:
        session.delete(session.get_one(Spend, paid.id))

    rollups.run(rt)

    assert TODAY not in days_of(rt, campaign.id)


def test_after_a_long_sleep_every_day_since_is_counted(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        lead = make_lead(session)
    rollups.run(rt)
    with transaction(rt.sessions) as session:
        sent(session, session.get_one(Lead, lead.id), NOW + timedelta(hours=5))
    clock.advance(days=60)

    rollups.run(rt)

    assert days_of(rt, lead.campaign_id)[TODAY].sent == 1


def test_one_campaign_by_hand_leaves_the_others(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        one, other = make_lead(session), make_lead(session)

    rollups.run(rt, campaign_id=one.campaign_id)

    assert TODAY in days_of(rt, one.campaign_id)
    assert days_of(rt, other.campaign_id) == {}


def test_many_scattered_old_days_are_counted_in_one_go(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session)
    rollups.run(rt)
    clock.advance(days=200)
    rollups.run(rt)
    with transaction(rt.sessions) as session:
        campaign = session.get_one(Campaign, campaign.id)
        session.add_all(spend(campaign, TODAY + timedelta(days=2 * n), 1) for n in range(50))
        session.add(spend(campaign, TODAY + timedelta(days=1), 1))

    report = rollups.run(rt)

    assert report["days"] == 51


def spend(campaign: Campaign, on: date, amount: int) -> Spend:
    return Spend(
        client_id=campaign.client_id,
        campaign_id=campaign.id,
        kind="list",
        on_date=on,
        amount_minor=amount,
        currency="EUR",
    )
