"""Home, Campaigns, Settings, Content and Provider Health as people of each role see them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.states import CampaignState, JobState, ProviderState, Role
from db.models import (
    Alarm,
    AuditEntry,
    Campaign,
    CampaignTarget,
    Client,
    JobRun,
    ProviderHealth,
    Spend,
    User,
)
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_lead,
    make_mailbox,
    make_review_item,
    make_sequence,
    make_user,
)
from tests.pages.conftest import App, seen

OURS = ("home.py", "campaigns.py", "settings.py", "content.py", "provider_health.py")


@dataclass(frozen=True)
class World:
    """Two clients that must know nothing of each other."""

    halden: Client
    northwind: Client
    ann: User  # manager of Halden
    admin: User
    vera: User  # viewer at Northwind
    spring: Campaign  # Halden's, active
    secret: Campaign  # Northwind's


@pytest.fixture
def world(sessions: Sessions) -> World:
    with transaction(sessions) as session:
        halden = make_client(session, name="Halden Foods")
        northwind = make_client(session, name="Northwind Studio")
        spring = make_campaign(session, halden, name="Spring @ Halden", counts={"review": 1})
        secret = make_campaign(session, northwind, name="Top secret plan")
        make_review_item(session, make_lead(session, campaign=spring, state="review"))
        make_mailbox(session, halden, address="ann@halden.example")
        make_sequence(session, halden, name="Halden's own", tier="warm")
        return World(
            halden=halden,
            northwind=northwind,
            ann=make_user(session, Role.MANAGER, [halden], name="Ann Example"),
            admin=make_user(session, Role.ADMIN, name="Ada Admin"),
            vera=make_user(session, Role.VIEWER, [northwind], name="Vera Viewer"),
            spring=spring,
            secret=secret,
        )


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def state_of(sessions: Sessions, campaign: Campaign) -> CampaignState:
    with reading(sessions) as session:
        return session.get_one(Campaign, campaign.id).state


@pytest.mark.parametrize("page", OURS)
@pytest.mark.parametrize("who", ["ann", "admin", "vera"])
def test_every_page_opens_for_every_role(signed_in: App, world: World, page: str, who: str) -> None:
    at = signed_in(getattr(world, who), page)

    assert not at.exception
    assert at.title
    assert not [error for error in at.error if "scheduler" not in error.value]


@pytest.mark.parametrize("page", OURS)
def test_an_empty_app_says_what_to_do(signed_in: App, sessions: Sessions, page: str) -> None:
    with transaction(sessions) as session:
        admin = make_user(session, Role.ADMIN)

    at = signed_in(admin, page)

    assert not at.exception
    assert at.title


@pytest.mark.parametrize(
    "part", ["people", "clients", "mailboxes", "suppressions", "webhooks", "audit"]
)
def test_every_part_of_settings_opens(signed_in: App, world: World, part: str) -> None:
    at = signed_in(world.admin, "settings.py", part=part)

    assert not at.exception


@pytest.mark.parametrize("part", ["providers", "jobs", "alarms"])
def test_every_part_of_the_health_page_opens(
    signed_in: App, world: World, sessions: Sessions, part: str
) -> None:
    with transaction(sessions) as session:
        session.add_all(
            [
                ProviderHealth(port="llm", provider="anthropic", state=ProviderState.DOWN,
                               success=0.2, last_error="529 Overloaded", last_error_at=NOW),
                Alarm(key="a", severity="act", title="The key is wrong.", advice="Set a new one.",
                      page="settings", since=NOW),
                JobRun(job="score", slot="s", state=JobState.COMPLETED, counts={"scored": 3},
                       started_by="test", started_at=NOW, finished_at=NOW),
            ]
        )  # fmt: skip

    at = signed_in(world.admin, "provider_health.py", part=part)

    assert not at.exception
    assert "The scheduler is not running." in seen(at)


@pytest.mark.parametrize(
    "part",
    ["overview", "audience", "steps", "leads", "schedule", "costs", "settings", "activity"],
)
def test_every_face_of_a_campaign_opens(signed_in: App, world: World, part: str) -> None:
    at = signed_in(world.ann, "campaigns.py", campaign=str(world.spring.id), part=part)

    assert not at.exception
    assert "Spring @ Halden" in seen(at)


def test_list_and_detail_say_how_a_campaign_goes(
    signed_in: App, world: World, sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        session.get_one(Campaign, world.spring.id).started_at = NOW - timedelta(days=69)
        due = NOW.date() + timedelta(days=30)
        aim = CampaignTarget(campaign_id=world.spring.id, metric="meeting", value=20, due_on=due)
        session.add(aim)

    listed = seen(signed_in(world.ann, "campaigns.py"))
    detail = seen(signed_in(world.ann, "campaigns.py", campaign=str(world.spring.id)))

    assert "Behind" in listed
    for told in (listed, detail):
        assert "0 of 20 meetings, 70% of the time gone" in told
    assert "Behind] 0 of 20 meetings, 70% of the time gone, 0 at the pace" in detail


def test_a_campaign_of_another_client_is_one_sentence_and_nothing_leaks(
    signed_in: App, world: World
) -> None:
    at = signed_in(world.ann, "campaigns.py", campaign=str(world.secret.id))

    assert "does not exist, or it belongs to a client you do not work for" in seen(at)
    assert "Top secret" not in seen(at)
    assert "Northwind" not in seen(at)

    missing = signed_in(world.ann, "campaigns.py", campaign="999999")

    assert seen(missing).replace("999999", "") == seen(at)


@pytest.mark.parametrize("page", OURS)
def test_no_page_tells_a_stranger_anything(signed_in: App, world: World, page: str) -> None:
    at = signed_in(world.vera, page)

    assert "Halden" not in seen(at)
    assert "Spring" not in seen(at)


def test_a_client_in_the_url_that_is_not_ours_is_ignored(signed_in: App, world: World) -> None:
    at = signed_in(world.ann, "campaigns.py", client=str(world.northwind.id))

    assert "Spring @ Halden" in seen(at)
    assert "client" not in at.query_params


def test_the_switcher_narrows_what_is_shown(signed_in: App, world: World) -> None:
    at = signed_in(world.admin, "campaigns.py")
    assert "Top secret plan" in seen(at)

    at.selectbox(key="focus.switcher").select(world.halden.id).run()

    assert "Top secret plan" not in seen(at)
    assert at.query_params["client"] in (str(world.halden.id), [str(world.halden.id)])


def test_a_campaign_is_paused_and_started_again(
    signed_in: App, world: World, sessions: Sessions
) -> None:
    at = signed_in(world.ann, "campaigns.py", campaign=str(world.spring.id))

    at.button(key="campaign.pause").click().run()

    assert state_of(sessions, world.spring) is CampaignState.PAUSED
    at.button(key="campaign.start").click().run()

    assert not at.exception
    assert state_of(sessions, world.spring) is CampaignState.ACTIVE


def test_a_campaign_that_is_blocked_says_why(
    signed_in: App, world: World, sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        bare = make_client(session, name="Bare client", postal_address=None)
        draft = make_campaign(session, bare, state="draft")

    at = signed_in(world.admin, "campaigns.py", campaign=str(draft.id))
    at.button(key="campaign.start").click().run()

    assert "The campaign cannot start" in seen(at)
    assert state_of(sessions, draft) is CampaignState.DRAFT


def test_a_viewer_sees_no_buttons_that_change_a_campaign(signed_in: App, world: World) -> None:
    at = signed_in(world.vera, "campaigns.py", campaign=str(world.secret.id))

    labels = [button.label for button in at.button]

    assert not {"Start", "Pause", "Finish the campaign", "Whole pipeline"} & set(labels)


def test_the_wizard_makes_a_draft_and_goes_on_to_the_audience(
    signed_in: App, world: World, sessions: Sessions
) -> None:
    at = signed_in(world.ann, "campaigns.py", new="1")
    next(field for field in at.text_input if field.label == "Name").set_value("Autumn")

    at = press(at, "Next")

    assert not at.exception
    with reading(sessions) as session:
        made = session.query(Campaign).filter_by(name="Autumn").one()
        assert made.state is CampaignState.DRAFT
        assert session.query(AuditEntry).filter_by(action="campaign made").count() == 1
    assert "step 2 of 5" in seen(at)


@pytest.mark.parametrize("step", ["audience", "sequence", "schedule", "review"])
def test_every_step_of_the_wizard_opens(signed_in: App, world: World, step: str) -> None:
    at = signed_in(world.ann, "campaigns.py", campaign=str(world.spring.id), step=step)

    assert not at.exception


def test_the_search_finds_a_campaign_of_ours_only(signed_in: App, world: World) -> None:
    at = signed_in(world.ann)

    at.text_input(key="frame.search").set_value("spring").run()
    assert "Spring" in links(at)

    at.text_input(key="frame.search").set_value("secret").run()

    assert "secret" not in links(at)


def links(at: AppTest) -> str:
    return "\n".join(link.label for link in at.get("page_link"))


def test_a_person_is_added_with_a_password_shown_once(
    signed_in: App, world: World, sessions: Sessions
) -> None:
    at = signed_in(world.admin, "settings.py", part="people")
    fields: dict[str, Callable[[str], object]] = {f.label: f.set_value for f in at.text_input}
    fields["Name"]("New Person")
    fields["Signs in as"]("newbie")
    fields["E-mail"]("new@agency.example")

    at = press(at, "Add")
    assert "Choose at least one client" in seen(at)
    next(box for box in at.multiselect if box.label == "Clients").set_value([world.halden.id])
    at = press(at, "Add")

    assert "shown only once" in seen(at)
    with reading(sessions) as session:
        made = session.query(User).filter_by(username="newbie").one()
        assert made.must_change_password


def test_the_audit_trail_is_told_in_words(signed_in: App, world: World, sessions: Sessions) -> None:
    entry = {"actor_name": "Ann", "action": "lead moved", "client_id": world.halden.id, "at": NOW}
    with transaction(sessions) as session:
        lead = make_lead(session, session.get_one(Campaign, world.spring.id))
        told = {"reason": None, "value_minor": 520_000, "icp": {"titles": ["CMO"]}, "sure": True,
                "on_date": "2026-11-20", "at": "2026-02-28T09:00:00+00:00", "kind": "by_hand",
                "tags": ["a", "b"], "odd": "2026-99-99", "subject": "lead:1"}  # fmt: skip
        session.add(
            AuditEntry(subject=f"lead:{lead.id}", before={"state": "nurtured", "owner": ""},
                       after={"state": "replied", **told}, **entry)
        )  # fmt: skip
        session.add(AuditEntry(subject="campaign:999", **entry))

    (frame,) = [at.value for at in signed_in(world.admin, "settings.py", part="audit").dataframe]

    moved = frame[frame["Before"] == "state: in sequence, owner: —"].iloc[0]
    assert moved["On"].startswith("Lead ")
    assert moved["After"] == (
        "state: replied, value: 5,200, icp: titles, sure: yes, on date: 20 Nov 2026, "
        "at: Sat 09:00, kind: by hand, tags: a, b, odd: 2026-99-99"
    )
    assert "Campaign that is gone" in set(frame["On"])


def test_people_and_audit_are_not_for_everybody(signed_in: App, world: World) -> None:
    at = signed_in(world.vera, "settings.py", part="people")

    assert "Ann Example" not in seen(at)
    assert "Ada Admin" not in seen(at)


def test_a_cost_is_entered_and_listed(signed_in: App, world: World, sessions: Sessions) -> None:
    at = signed_in(world.ann, "campaigns.py", campaign=str(world.spring.id), part="costs")
    assert "No cost is entered yet" in seen(at)
    amount = next(box for box in at.number_input if box.label.startswith("Amount"))

    amount.set_value(125.5)
    press(at, "Enter")

    with reading(sessions) as session:
        entered = session.query(Spend.amount_minor, Spend.kind).one()
    assert tuple(entered) == (12_550, "list")
    assert "€125.50 in all" in seen(at)
