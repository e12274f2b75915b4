"""What happens is written down for webhooks at the one door of each change, once, or not at all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import SYSTEM
from core.domain.bounces import Bounce
from core.domain.states import (
    CampaignState,
    ConversionKind,
    DeliverableState,
    EndpointState,
    LeadState,
    MessageState,
    OutboundKind,
    ProviderState,
)
from core.pipeline import dispatch, harvest, provider_checks
from core.runtime import Runtime
from core.services import (
    alarms,
    bounce_acts,
    campaigns,
    conversions,
    deliverables,
    imports,
    leads,
    messages,
    outbound,
)
from core.services.leads import LeadMove
from core.services.matching import Match
from db.models import Client
from db.session import transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    make_sequence,
    make_thread,
)
from tests.factories_desk import make_deliverable, make_reply
from tests.factories_webhooks import deliveries_of, happens, make_endpoint, told

K = OutboundKind


@pytest.fixture
def client(rt: Runtime) -> Client:
    """A client with a webhook that is told of everything."""
    with transaction(rt.sessions) as session:
        made = make_client(session, name="Halden", slug="halden")
        make_endpoint(session, made)
        return made


def lead_in(session: Session, client: Client, state: LeadState) -> int:
    campaign = make_campaign(session, client, name="Spring")
    account = make_account(session, client, name="Berg AG", domain="berg.example")
    contact = make_contact(session, client, account, email="anna@berg.example")
    return make_lead(session, campaign, contact, state=state, total=81, tier="hot").id


def kinds(rt: Runtime) -> list[OutboundKind]:
    return [one.kind for one in told(rt)]


@pytest.mark.parametrize(
    ("was", "to", "kind"),
    [
        (LeadState.REVIEW, LeadState.QUALIFIED, K.LEAD_QUALIFIED),
        (LeadState.NURTURED, LeadState.REPLIED, K.LEAD_REPLIED),
        (LeadState.REPLIED, LeadState.CONVERTED, K.LEAD_CONVERTED),
    ],
)
def test_a_lead_that_comes_into_a_state_is_told_with_who_and_where(
    rt: Runtime, client: Client, was: LeadState, to: LeadState, kind: OutboundKind
) -> None:
    with transaction(rt.sessions) as session:
        lead_id = lead_in(session, client, was)
        leads.move(session, SYSTEM, lead_id, to, reason="Because.", now=NOW)
        leads.move(session, SYSTEM, lead_id, to, reason="Again.", now=NOW)

    (one,) = told(rt)
    assert (one.kind, one.client_id, one.subject) == (kind, client.id, f"lead:{lead_id}")
    assert one.payload["lead"] | {"id": 0} == {
        "id": 0,
        "state": str(to),
        "reason": "Because.",
        "source": "test",
        "score": 81,
        "tier": "hot",
    }
    assert one.payload["contact"]["email"] == "anna@berg.example"
    assert one.payload["company"] == {"name": "Berg AG", "domain": "berg.example"}
    assert one.payload["campaign"]["name"] == "Spring"
    assert len(deliveries_of(rt)) == 1


def test_many_leads_that_move_at_once_are_told_each(rt: Runtime, client: Client) -> None:
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session, client)
        ids = [make_lead(session, campaign, state="scored").id for _ in range(30)]
        to = [LeadState.QUALIFIED, LeadState.REVIEW, LeadState.REJECTED] * 10
        moves = [LeadMove(id_, state, "r") for id_, state in zip(ids, to, strict=True)]
        leads.move_many(session, SYSTEM, moves, now=NOW)
        leads.move_many(session, SYSTEM, moves, now=NOW)

    assert kinds(rt) == [K.LEAD_QUALIFIED] * 10
    assert [one.subject for one in told(rt)] == [f"lead:{id_}" for id_ in ids[::3]]


def test_what_a_person_takes_back_and_decides_anew_is_told_anew(
    rt: Runtime, client: Client
) -> None:
    with transaction(rt.sessions) as session:
        lead_id = lead_in(session, client, LeadState.REVIEW)
        for minute, to in enumerate((LeadState.QUALIFIED, LeadState.REVIEW, LeadState.QUALIFIED)):
            at = NOW + timedelta(minutes=minute)
            leads.move(session, SYSTEM, lead_id, to, reason="r", now=at)

    assert kinds(rt) == [K.LEAD_QUALIFIED] * 2


def test_new_leads_are_told_once_by_hand_and_from_a_list(
    rt: Runtime, client: Client, tmp_path: pytest.TempPathFactory
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,first name\nbo@berg.example,Bo\ncy@berg.example,Cy\n")
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session, client)
        contact = make_contact(session, client)
        for _ in range(2):
            leads.add(session, SYSTEM, campaign.id, contact.id, source="x", reason="r", now=NOW)
    for _ in range(2):
        with transaction(rt.sessions) as session:
            folder = rt.data_dir / "imports"
            batch = imports.start(session, SYSTEM, campaign.id, file, folder=folder, now=NOW)
        harvest.run_batch(rt, batch.id)

    assert kinds(rt) == [K.LEAD_CREATED] * 3
    assert [one.payload["contact"]["first_name"] for one in told(rt)][1:] == ["Bo", "Cy"]


def test_a_mail_that_went_out_and_one_that_came_back_are_told_once(
    rt: Runtime, client: Client
) -> None:
    with transaction(rt.sessions) as session:
        mailbox = make_mailbox(session, client)
        lead = make_lead(session, make_campaign(session, client), state="nurtured")
        message = make_message(session, lead, mailbox, subject="Hello Anna")
    dispatch.run(rt)
    dispatch.run(rt)
    with transaction(rt.sessions) as session:
        incoming = make_reply(session, make_thread(session, mailbox, lead), "Failed.")
        match = Match(message_id=message.id, lead_id=lead.id)
        bounce = Bounce(
            addresses=(message.to_address,), hard=True, delayed=False, enhanced="5.1.1",
            basic=None, reason="No such user",
        )  # fmt: skip
        for _ in range(2):
            bounce_acts.bounced(session, incoming, match, bounce, now=NOW)

    sent, bounced = told(rt)
    assert (sent.kind, sent.payload["message"]["subject"]) == (K.MESSAGE_SENT, "Hello Anna")
    assert bounced.kind is K.MESSAGE_BOUNCED
    assert bounced.payload["message"]["reason"] == "No such user"
    assert bounced.payload["message"]["to_address"] == message.to_address


def test_an_uncertain_mail_that_a_person_found_is_told_as_sent(rt: Runtime, client: Client) -> None:
    with transaction(rt.sessions) as session:
        lead = make_lead(session, make_campaign(session, client), state="nurtured")
        box = make_mailbox(session, client)
        message = make_message(session, lead, box, MessageState.UNCERTAIN, claimed_at=NOW)
        messages.settle_uncertain(session, SYSTEM, message.id, "sent", now=NOW)

    assert kinds(rt) == [K.MESSAGE_SENT]


def test_a_campaign_is_told_when_it_starts_and_when_it_is_finished(
    rt: Runtime, client: Client
) -> None:
    with transaction(rt.sessions) as session:
        make_mailbox(session, client)
        sequence = make_sequence(session, client)
        campaign = make_campaign(
            session, client, state="paused", fallback_sequence_id=sequence.id, name="Spring"
        )
        make_lead(session, campaign, state="qualified")
        campaigns.start(session, SYSTEM, campaign.id, now=NOW)
        campaigns.start(session, SYSTEM, campaign.id, now=NOW)
        campaigns.finish(session, SYSTEM, campaign.id, now=NOW)

    assert kinds(rt) == [K.CAMPAIGN_STARTED, K.CAMPAIGN_FINISHED]
    assert told(rt)[0].payload["campaign"]["name"] == "Spring"
    assert told(rt)[1].payload["campaign"]["state"] == CampaignState.FINISHED


def test_a_deliverable_is_ready_once_it_is_approved(rt: Runtime, client: Client) -> None:
    with transaction(rt.sessions) as session:
        paper = make_deliverable(session, client.id, title="Report", state=DeliverableState.REVIEW)
        for _ in range(2):
            deliverables.approve(session, SYSTEM, paper.id, now=NOW)

    (one,) = told(rt)
    assert (one.kind, one.payload["deliverable"]["title"]) == (K.DELIVERABLE_READY, "Report")


def test_a_conversion_is_told_by_the_move_it_brings(rt: Runtime, client: Client) -> None:
    with transaction(rt.sessions) as session:
        lead_id = lead_in(session, client, LeadState.REPLIED)
        conversions.record(session, SYSTEM, lead_id, ConversionKind.MEETING, at=NOW, now=NOW)

    assert kinds(rt) == [K.LEAD_CONVERTED]


def test_a_provider_that_fails_is_told_to_the_agency_once_and_again_when_it_is_back(
    rt: Runtime, client: Client
) -> None:
    with transaction(rt.sessions) as session:
        make_endpoint(session)
        words = {"title": "openai (llm) is down", "advice": "Set a new key.", "page": "x"}
        for _ in range(2):
            alarms.raise_alarm(session, key="provider:llm:openai", now=NOW, **words)
        alarms.raise_alarm(session, key="mailbox:1:unread", now=NOW, **words)
        for _ in range(2):
            alarms.clear(session, "provider:llm:openai", now=NOW)
        alarms.clear(session, "mailbox:1:unread", now=NOW)

    assert kinds(rt) == [K.PROVIDER_DOWN, K.PROVIDER_UP]
    assert told(rt)[0].payload["provider"]["name"] == "openai"
    assert told(rt)[0].payload["provider"]["advice"] == "Set a new key."
    assert len(deliveries_of(rt)) == 2  # the client's own webhook hears nothing of the agency's


def test_checks_of_providers_use_such_alarms(rt: Runtime) -> None:
    """The door above is the one that the checks go through."""
    checked = provider_checks.Checked(("llm", "openai", ""), provider_checks.Verdict(
        ProviderState.DOWN, "401"), None, "")  # fmt: skip

    assert checked.key == "provider:llm:openai"


def test_nothing_is_kept_of_a_change_that_is_rolled_back(rt: Runtime, client: Client) -> None:
    with transaction(rt.sessions) as session:
        lead_id = lead_in(session, client, LeadState.REVIEW)

    def half(session: Session) -> None:
        leads.move(session, SYSTEM, lead_id, LeadState.QUALIFIED, reason="r", now=NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        statements(rt, half)

    assert told(rt) == []


def statements(rt: Runtime, do: Callable[[Session], object]) -> list[str]:
    """What is asked of the database about webhooks."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if any(table in statement for table in ("endpoints", "outbound_events", "deliveries")):
            seen.append(statement.split()[0])

    event.listen(rt.engine, "before_cursor_execute", note)
    try:
        with transaction(rt.sessions) as session:
            do(session)
    finally:
        event.remove(rt.engine, "before_cursor_execute", note)
    return seen


@pytest.mark.parametrize("how", ["nobody", "another client", "another event", "off"])
def test_where_nobody_wants_it_one_question_a_transaction_is_all(rt: Runtime, how: str) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        if how == "another client":
            make_endpoint(session, make_client(session))
        elif how != "nobody":
            events = [str(K.MESSAGE_SENT)] if how == "another event" else [str(K.LEAD_QUALIFIED)]
            state = EndpointState.OFF if how == "off" else EndpointState.ACTIVE
            make_endpoint(session, client, events=events, state=state)
        campaign = make_campaign(session, client)
        ids = [make_lead(session, campaign, state="scored").id for _ in range(50)]

    def change(session: Session) -> None:
        for id_ in ids:
            move = LeadMove(id_, LeadState.QUALIFIED, "r")
            leads.move_many(session, SYSTEM, [move], now=NOW)
            outbound.emit(
                session, client_id=client.id, kind=K.LEAD_QUALIFIED, subject="lead:1", payload={},
                now=NOW, key=keys.outbound(K.LEAD_QUALIFIED, str(id_)),
            )  # fmt: skip

    asked = statements(rt, change)

    assert asked.count("INSERT") == 0
    assert asked == ["SELECT"] * (1 if how in ("nobody", "off") else 2)
    assert told(rt) == []


def test_a_thousand_events_are_written_by_few_statements(rt: Runtime, client: Client) -> None:
    with transaction(rt.sessions) as session:
        make_endpoint(session, client)
    happenings = [
        outbound.Happening(client.id, K.LEAD_CREATED, f"lead:{n}", f"lead.created:lead:{n}")
        for n in range(1000)
    ]

    asked = statements(rt, lambda session: outbound.emit_many(session, happenings, now=NOW))
    again = statements(rt, lambda session: outbound.emit_many(session, happenings, now=NOW))

    assert len(asked) <= 8
    assert len(again) <= 6
    assert len(told(rt)) == 1000
    assert len(deliveries_of(rt)) == 2000


def test_a_new_endpoint_is_told_of_what_follows_in_the_same_transaction(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        assert not outbound.wanted(session, K.LEAD_CREATED, client.id)
        make_endpoint(session, client)
        outbound.forget(session)

        assert outbound.wanted(session, K.LEAD_CREATED, client.id)


def test_ids_of_events_are_the_same_at_every_look_and_differ_between_events(rt: Runtime) -> None:
    first, same, other = (
        keys.outbound_id("lead.created:lead:1", NOW),
        keys.outbound_id("lead.created:lead:1", NOW),
        keys.outbound_id("lead.created:lead:1", NOW + timedelta(seconds=1)),
    )

    assert first == same != other
    assert first.startswith("evt_")


def test_an_event_of_the_agency_goes_to_the_agency_only(rt: Runtime, client: Client) -> None:
    happens(rt, None, "1")

    assert told(rt) == []
