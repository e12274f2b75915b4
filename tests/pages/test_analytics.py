"""Analytics as a person sees it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from core.domain.states import ReplyIntent, Role
from db.models import Campaign, CampaignTarget, EntryRollup, User
from db.session import Sessions, transaction
from tests.factories import NOW, make_campaign, make_client, make_lead, make_mailbox, make_user
from tests.factories_outputs import make_reply, make_rollup, make_sent
from tests.pages.conftest import App, seen


@dataclass(frozen=True)
class World:
    """A manager with numbers, a stranger, and somebody whose client has none."""

    ann: User
    stranger: User
    idle: User
    campaign_id: int


@pytest.fixture
def world(sessions: Sessions) -> World:
    with transaction(sessions) as session:
        halden = make_client(session, name="Halden Foods")
        other = make_client(session, name="Northwind Studio")
        spring = make_campaign(session, halden, name="Spring outreach")
        make_campaign(session, other, name="Their own plan")
        mailbox = make_mailbox(session, halden)
        for n in range(3):
            lead = make_lead(session, spring, source="Trade fair list", state="nurtured")
            make_sent(session, lead, mailbox, 1, NOW - timedelta(days=5, hours=n))
            if n == 0:
                lead.replied_at = NOW - timedelta(days=4)
                make_reply(session, lead, mailbox, ReplyIntent.INTERESTED, NOW - timedelta(days=4))
        make_rollup(
            session, spring, NOW.date() - timedelta(days=5), harvested=10, sent=3, reached=3
        )
        make_rollup(session, spring, NOW.date() - timedelta(days=4), replied=1, positive=1)
        session.add(CampaignTarget(campaign_id=spring.id, metric="meeting", value=4))
        return World(
            ann=make_user(session, Role.MANAGER, [halden]),
            stranger=make_user(session, Role.VIEWER, [other]),
            idle=make_user(session, Role.VIEWER, [make_client(session)]),
            campaign_id=spring.id,
        )


def test_key_figures_name_their_denominators(signed_in: App, world: World) -> None:
    at = signed_in(world.ann, "analytics.py")

    assert not at.exception
    shown = {metric.label: metric.value for metric in at.metric}
    assert shown["Reached in period"] == "3"
    assert shown["Positive in period"] == "33.3%"
    assert "rates are per lead reached" in seen(at)
    assert "Against target" in seen(at)
    assert not at.error


def test_why_cards_and_funnel_differ_is_said_on_their_numbers(
    signed_in: App, world: World, sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        client_id = session.get_one(Campaign, world.campaign_id).client_id
        session.add(
            EntryRollup(
                campaign_id=world.campaign_id, client_id=client_id, harvested=8, reached=2,
                day=NOW.date() - timedelta(days=6),
            )
        )  # fmt: skip

    said = seen(signed_in(world.ann, "analytics.py")).replace("*", "")

    assert "3 leads got the first mail then" in said
    assert "follows the 8 leads that came in" in said
    assert "2 of them have got a mail by now" in said


def test_a_stranger_sees_no_number_of_another_client(signed_in: App, world: World) -> None:
    at = signed_in(world.stranger, "analytics.py", campaign=str(world.campaign_id), why="reached")

    assert not at.exception
    assert next(m.value for m in at.metric if m.label == "Reached in period") == "0"
    assert "Spring outreach" not in seen(at)


def test_without_a_campaign_the_page_says_what_to_do(signed_in: App, world: World) -> None:
    at = signed_in(world.idle, "analytics.py")

    assert not at.exception
    assert "Numbers come once a campaign runs" in seen(at)


@pytest.mark.parametrize(
    "by",
    ["campaign", "source", "tier", "owner", "industry", "sequence", "step", "variant", "mailbox"],
)
def test_results_can_be_split_by_everything(signed_in: App, world: World, by: str) -> None:
    at = signed_in(world.ann, "analytics.py", view="split", by=by)

    assert not at.exception
    assert list(at.dataframe[0].value["Reached"]) == [3]


def test_a_line_of_the_table_opens_the_leads_behind_it(signed_in: App, world: World) -> None:
    at = signed_in(
        world.ann, "analytics.py", view="split", by="source", why="replied", dim="source",
        key="Trade fair list",
    )  # fmt: skip

    assert not at.exception
    assert "1 of 1 row" in seen(at)


@pytest.mark.parametrize("why", ["reached", "replied", "positive", "bounced", "meetings", "won"])
def test_every_number_of_the_overview_can_be_opened(signed_in: App, world: World, why: str) -> None:
    at = signed_in(world.ann, "analytics.py", why=why)

    assert not at.exception
    assert "in these days" in seen(at) or "marked" in seen(at) or "came" in seen(at)


@pytest.mark.parametrize(
    ("view", "words"),
    [("replies", "People only"), ("weeks", "First mail in the week of")],
)
def test_the_other_faces_show_what_people_answered(
    signed_in: App, world: World, view: str, words: str
) -> None:
    at = signed_in(world.ann, "analytics.py", view=view)

    assert not at.exception
    assert words in seen(at)


def test_nonsense_in_the_address_does_no_harm(signed_in: App, world: World) -> None:
    at = signed_in(
        world.ann, "analytics.py", view="split", why="replied", dim="step", key="x'", period="no",
        campaign="-1", cursor="?",
    )  # fmt: skip

    assert not at.exception
