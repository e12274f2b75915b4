"""What the frame and its pages ask: badges, search, campaigns, figures, the audit trail."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.pace import Pace
from core.domain.states import CampaignState, ReviewKind, Role, SuppressionReason
from core.queries import (
    audit,
    campaigns,
    figures,
    home,
    mailbox_setup,
    mailboxes,
    search,
    sequences,
)
from core.queries import suppressions as suppressed
from core.services import audit as trail
from db.models import Alarm, CampaignTarget, Client, DailyRollup, Suppression, Task
from db.session import Sessions, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    make_review_item,
    make_sequence,
    make_thread,
    viewer_of,
)
from tests.queries.plans import plans, whole_reads

ADMIN = Viewer(None, "Ada", Role.ADMIN, None)
TODAY = NOW.date()


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with transaction(sessions) as opened:
        yield opened


@pytest.fixture
def client(session: Session) -> Client:
    return make_client(session, name="Halden Foods")


def day(campaign_id: int, client_id: int, on: date, **counts: int) -> DailyRollup:
    return DailyRollup(campaign_id=campaign_id, client_id=client_id, day=on, **counts)


def test_badges_count_what_waits_for_this_viewer(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client)
    make_review_item(session, make_lead(session, campaign=campaign, state="review"))
    make_review_item(session, make_lead(session, state="review"))  # another client's
    make_thread(session, make_mailbox(session, client), needs_us=True)
    session.add(Alarm(key="a", client_id=None, severity="act", title="t", advice="a",
                      page="settings", since=NOW))  # fmt: skip
    session.flush()

    ours, all_ = home.badges(session, viewer_of(client)), home.badges(session, ADMIN)

    assert (str(ours.review), str(ours.replies), str(ours.alarms)) == ("1", "1", "1")
    assert str(all_.review) == "2"
    assert ours.act
    assert home.waiting_by_kind(session, ADMIN)[ReviewKind.LEAD].number == 2


def test_badges_stop_counting_at_their_cap(
    session: Session, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "CAP", 1)
    for _ in range(3):
        make_thread(session, make_mailbox(session, client), needs_us=True)

    assert str(home.badges(session, ADMIN).replies) == "1+"


def test_tasks_of_mine_and_of_nobody_are_due(session: Session, client: Client) -> None:
    for key, owner, hours in (("a", None, 2), ("b", None, 30)):
        session.add(Task(key=key, client_id=client.id, kind="answer", title=key, owner_id=owner,
                         due_at=NOW + timedelta(hours=hours), created_at=NOW))  # fmt: skip
    session.flush()

    due = home.tasks_due(session, ADMIN, until=NOW + timedelta(days=1))

    assert [(task.title, task.client) for task in due] == [("a", "Halden Foods")]


def test_onboarding_goes_step_by_step(session: Session) -> None:
    before = home.onboarding(session, ADMIN)
    client = make_client(session)
    make_mailbox(session, client)
    after = home.onboarding(session, ADMIN)

    assert (before.done, before.finished, after.done) == (0, False, 3)


def test_mail_of_today_is_counted(session: Session, client: Client) -> None:
    lead = make_lead(session, campaign=make_campaign(session, client))
    box = make_mailbox(session, client)
    make_message(session, lead, box, due_at=NOW + timedelta(hours=1))
    make_message(session, lead, box, state="sent", sent_at=NOW, step=2)

    assert mailboxes.goes_today(session, ADMIN, now=NOW) == 1
    assert home.sent_since(session, ADMIN, since=NOW - timedelta(hours=2)).number == 1


def test_the_search_finds_by_name_address_and_campaign(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client, name="Spring for founders")
    address = "maren@lumen.example"
    names = {"first_name": "Maren", "last_name": "Vogt"}
    contact = make_contact(session, client, email=address, email_key=address, **names)
    lead = make_lead(session, campaign=campaign, contact=contact)
    make_thread(session, make_mailbox(session, client), lead, subject="A question")
    make_lead(session)

    def titles(words: str, viewer: Viewer = ADMIN) -> set[str]:
        return {hit.title for hit in search.everywhere(session, viewer, words)}

    assert titles("founders") == {"Spring for founders"}
    assert titles("maren@") == {"Maren Vogt", "A question"}
    assert titles("vogt") == {"Maren Vogt"}
    assert titles("Maren Vogt") == titles("vogt maren") == {"Maren Vogt"}
    assert titles("m") == set()
    assert titles("vogt", viewer_of()) == set()


def test_campaigns_are_listed_with_their_sums(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client, name="Spring",
                             counts={"nurtured": 80, "rejected": 20, "strange": 3})  # fmt: skip
    make_campaign(session, client, state="draft")
    session.add_all(
        [
            day(campaign.id, client.id, TODAY, sent=50, reached=40, positive=4, bounced=1),
            day(campaign.id, client.id, TODAY - timedelta(days=40), sent=5, reached=4),
        ]
    )
    lead = make_lead(session, campaign=campaign)
    make_message(session, lead, make_mailbox(session, client), due_at=NOW)

    (row,) = campaigns.page(session, ADMIN, now=NOW, state="active", words="halden").rows

    assert (row.leads, row.sums.reached, row.next_send_at) == (100, 44, NOW)
    assert row.progress == pytest.approx(44 / 80)
    assert row.share("bounced") == pytest.approx(1 / 55)
    assert row.share("positive") == pytest.approx(4 / 44)
    assert campaigns.by_state(session, ADMIN) == {CampaignState.ACTIVE: 1, CampaignState.DRAFT: 1}
    assert campaigns.page(session, viewer_of(), now=NOW, words="spring").rows == ()


def test_a_campaign_without_numbers_has_no_rates(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client)

    found = campaigns.one(session, ADMIN, campaign.id, now=NOW)

    assert found is not None
    assert (found.row.progress, found.row.share("positive")) == (None, None)
    assert campaigns.one(session, viewer_of(), campaign.id, now=NOW) is None
    assert campaigns.names(session, ADMIN) == ((campaign.id, campaign.name),)


def test_key_figures_compare_two_spans(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client)
    session.add_all(
        [
            day(campaign.id, client.id, TODAY, reached=3),
            day(campaign.id, client.id, TODAY - timedelta(days=27), reached=2),
            day(campaign.id, client.id, TODAY - timedelta(days=28), reached=7),
            day(campaign.id, client.id, TODAY - timedelta(days=56), reached=99),
        ]
    )
    session.flush()

    whole = figures.key_figures(session, ADMIN, today=TODAY)
    other = figures.key_figures(session, ADMIN, today=TODAY, campaign_id=campaign.id + 1)

    assert (whole.now.reached, whole.before.reached, len(whole.days)) == (5, 7, 28)
    assert other.now.reached == 0


def test_targets_tell_what_is_reached(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client, name="Spring")
    session.add(CampaignTarget(campaign_id=campaign.id, metric="meeting", value=20, due_on=TODAY))
    session.add(CampaignTarget(campaign_id=campaign.id, metric="unheard", value=1))
    session.add(day(campaign.id, client.id, TODAY, meetings=6))
    session.flush()

    (target,) = figures.targets(session, viewer_of(client), today=TODAY)

    assert (target.campaign, target.actual, target.value) == ("Spring", 6, 20)
    assert figures.targets(session, viewer_of(), today=TODAY) == ()


def test_a_campaign_tells_how_it_goes_by_its_worst_target(session: Session, client: Client) -> None:
    begun, due = NOW - timedelta(days=69), TODAY + timedelta(days=30)
    campaign = make_campaign(session, client, started_at=begun)
    bare = make_campaign(session, client)
    session.add(CampaignTarget(campaign_id=campaign.id, metric="meeting", value=20, due_on=due))
    session.add(CampaignTarget(campaign_id=campaign.id, metric="reached", value=90, due_on=due))
    session.add(day(campaign.id, client.id, TODAY - timedelta(days=60), meetings=10))
    session.add(day(campaign.id, client.id, TODAY, meetings=2, reached=90))
    session.flush()

    rows = {row.id: row for row in campaigns.page(session, viewer_of(client), now=NOW).rows}

    found = rows[campaign.id].standing
    assert (found.pace, found.metric, found.actual, found.foreseen) == (
        Pace.BEHIND, "meeting", 12, 14,
    )  # fmt: skip
    assert rows[bare.id].standing.pace is Pace.NONE


def test_the_audit_trail_is_for_whoever_sees_the_client(session: Session, client: Client) -> None:
    for client_id in (client.id, None):
        trail.record(session, ADMIN, "changed", "client:1", client_id=client_id, now=NOW)
    session.flush()

    assert len(audit.page(session, ADMIN).rows) == 2
    assert len(audit.page(session, viewer_of(client)).rows) == 1
    assert audit.page(session, viewer_of()).rows == ()


def test_suppressions_of_ours_and_of_the_agency(session: Session, client: Client) -> None:
    def add(value: str, of: int | None) -> None:
        row = {"kind": "address", "reason": SuppressionReason.MANUAL, "source": "test", "at": NOW}
        scope = f"client:{of}" if of else "agency"
        session.add(Suppression(scope=scope, client_id=of, value=value, **row))

    add("ann@one.example", client.id)
    add("bob@two.example", None)
    add("cat@three.example", make_client(session).id)
    session.flush()

    ours = viewer_of(client)
    assert [row.value for row in suppressed.page(session, ours).rows] == [
        "bob@two.example", "ann@one.example",
    ]  # fmt: skip
    assert [row.client for row in suppressed.page(session, ours, words="ANN").rows] == [
        "Halden Foods"
    ]


def test_sequences_come_with_steps_and_wordings(session: Session, client: Client) -> None:
    library = make_sequence(session, None, tier="hot")
    own = make_sequence(session, client, texts=[("A", "b"), ("C", "d")])
    make_sequence(session, make_client(session))

    known = sequences.available(session, viewer_of(client), client_id=client.id)

    assert [row.id for row in known] == [library.id, own.id]
    assert [step.wordings[0].subject for step in known[1].steps] == ["A", "C"]
    assert known[1].days == 3
    campaign = make_campaign(session, client, fallback_sequence_id=own.id)
    used = sequences.in_use(session, viewer_of(client), campaign.id)
    assert {row.id for row in used} == {library.id, own.id}
    assert sequences.in_use(session, viewer_of(), campaign.id) == ()


def test_a_mailbox_never_tells_its_password(session: Session, client: Client) -> None:
    box = make_mailbox(session, client)

    found = mailbox_setup.one(session, viewer_of(client), box.id)

    assert found is not None
    assert (found.address, found.has_secret) == (box.address, False)
    assert mailbox_setup.one(session, viewer_of(), box.id) is None


HOT: dict[str, Callable[[Session, Viewer], Any]] = {
    "badges": home.badges,
    "waiting": home.waiting_by_kind,
    "due": lambda session, viewer: mailboxes.goes_today(session, viewer, now=NOW),
    "next send": lambda session, viewer: mailboxes.next_send(session, viewer, now=NOW) or 0,
    "sent": lambda session, viewer: home.sent_since(session, viewer, since=NOW),
    "onboarding": home.onboarding,
    "search": lambda session, viewer: search.everywhere(session, viewer, "maren"),
    "campaigns": lambda session, viewer: campaigns.page(session, viewer, now=NOW),
}


@pytest.mark.sqlite
@pytest.mark.parametrize("ask", HOT.values(), ids=HOT)
@pytest.mark.parametrize("everything", [True, False], ids=["admin", "manager"])
def test_no_large_table_is_read_whole(
    session: Session,
    client: Client,
    ask: Callable[[Session, Viewer], Any],
    everything: bool,
) -> None:
    make_lead(session, campaign=make_campaign(session, client))
    viewer = ADMIN if everything else viewer_of(client)

    found = plans(session, lambda: ask(session, viewer))

    assert found
    assert whole_reads(found) == []
