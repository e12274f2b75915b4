"""Campaigns as lists and in full, their figures, and how they stand against their targets."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.pace import Pace
from core.domain.states import CampaignState, Role
from core.queries import audiences, campaigns, figures
from core.services.campaigns import set_icp
from db.models import CampaignTarget, Client, DailyRollup
from db.session import Sessions, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_lead,
    make_mailbox,
    make_message,
    viewer_of,
)

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

    campaign.state = CampaignState.PAUSED
    session.flush()

    (target, _) = figures.targets(session, viewer_of(client), today=TODAY)
    assert target.standing.pace is Pace.PAUSED


def test_an_audience_has_versions_with_what_changed(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client, icp={"titles": ["CEO"], "weights": {"title": 30}})
    began = audiences.versions(session, ADMIN, campaign.id)
    steps = (
        {"titles": ["CEO", "CFO"], "founded": {"min": 1990, "max": 2020}},
        {"titles": ["CEO", "CFO"], "exclude": {"titles": ["Intern"]}},
    )
    for place, document in enumerate(steps):
        rules = {"tier": {"hot": 70}, "routes": []} if place else {}
        version = campaign.version
        set_icp(session, ADMIN, campaign.id, document, version=version, now=NOW, rules=rules)
        session.flush()

    third, second, first = audiences.versions(session, ADMIN, campaign.id)

    assert [one.number for one in began] == [1]
    assert (third.number, third.who, third.at, third.rules) == (
        3,
        "Ada",
        NOW,
        {"tier": {"hot": 70}},
    )
    assert {change.field: (change.was, change.now) for change in third.changes} == {
        "exclude.titles": (None, ["Intern"]),
        "founded": ((1990, 2020), None),
        "tier.hot": (75, 70),
    }
    assert {change.field for change in second.changes} == {"titles", "founded", "weights.title"}
    assert (first.number, first.at, first.icp["titles"], first.changes) == (1, None, ["CEO"], ())
    assert audiences.versions(session, viewer_of(make_client(session)), campaign.id) == ()
