"""Exports as people of each role see it."""

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest

from core.domain.access import SYSTEM
from core.domain.states import DeliverableKind, DeliverableState, Role
from core.pipeline import outputs
from core.runtime import Runtime
from db.models import Deliverable, User
from db.session import Sessions, reading, transaction
from tests.factories import NOW, make_campaign, make_client, make_lead, make_user
from tests.factories_outputs import make_rollup
from tests.pages.conftest import App, seen


@dataclass(frozen=True)
class World:
    """A client with a campaign, and people of several roles."""

    ann: User
    olga: User
    vera: User
    stranger: User
    campaign_id: int


@pytest.fixture
def world(sessions: Sessions) -> World:
    with transaction(sessions) as session:
        halden = make_client(session, name="Halden Foods")
        spring = make_campaign(session, halden, name="Spring outreach")
        make_lead(session, spring)
        make_rollup(session, spring, NOW.date() - timedelta(days=3), sent=4, reached=4, replied=1)
        return World(
            ann=make_user(session, Role.MANAGER, [halden]),
            olga=make_user(session, Role.OPERATOR, [halden]),
            vera=make_user(session, Role.VIEWER, [halden]),
            stranger=make_user(session, Role.VIEWER, [make_client(session)]),
            campaign_id=spring.id,
        )


def made(rt: Runtime, world: World, kind: DeliverableKind, file_format: str) -> int:
    return outputs.make(
        rt, SYSTEM, kind, file_format, campaign_id=world.campaign_id, now=rt.now()
    ).deliverable_id


def state_of(sessions: Sessions, deliverable_id: int) -> DeliverableState:
    with reading(sessions) as session:
        return session.get_one(Deliverable, deliverable_id).state


def test_an_empty_page_says_what_to_do(signed_in: App, world: World) -> None:
    at = signed_in(world.ann, "exports.py")

    assert not at.exception
    assert "Choose above what to make" in seen(at)


def test_a_lead_list_is_made_in_the_background(
    signed_in: App, world: World, sessions: Sessions
) -> None:
    at = signed_in(world.ann, "exports.py")
    at.button_group(key="exports.order.kind").set_value(DeliverableKind.LEAD_LIST).run()

    at.button(key="exports.order.make").click().run()
    for thread in threading.enumerate():
        if thread.name == "background":
            thread.join(timeout=20)

    at.run()
    assert not at.exception
    assert "Lead list" in seen(at)
    assert "Look through it and download" in [link.proto.label for link in at.get("page_link")]
    with reading(sessions) as session:
        assert session.query(Deliverable).one().state is DeliverableState.REVIEW


def test_a_manager_looks_through_a_report_and_approves_it(
    signed_in: App, world: World, rt: Runtime, sessions: Sessions
) -> None:
    report = made(rt, world, DeliverableKind.REPORT, "pdf")
    at = signed_in(world.ann, "exports.py", deliverable=str(report))
    assert "pages" in seen(at)

    at.button(key="exports.detail.approve").click().run()

    assert not at.exception
    assert state_of(sessions, report) is DeliverableState.APPROVED


def test_a_manager_turns_a_deck_down_with_a_reason(
    signed_in: App, world: World, rt: Runtime, sessions: Sessions
) -> None:
    deck = made(rt, world, DeliverableKind.REPORT, "pptx")
    at = signed_in(world.ann, "exports.py", deliverable=str(deck))
    assert "slides" in seen(at)

    at.text_input(key="exports.detail.reason").set_value("The logo is old").run()
    at.button(key="exports.detail.reject").click().run()

    assert not at.exception
    assert state_of(sessions, deck) is DeliverableState.REJECTED
    assert "The logo is old" in seen(at)


def test_a_viewer_sees_only_what_is_approved(signed_in: App, world: World, rt: Runtime) -> None:
    report = made(rt, world, DeliverableKind.REPORT, "pptx")

    at = signed_in(world.vera, "exports.py")
    opened = signed_in(world.vera, "exports.py", deliverable=str(report))

    assert "Nothing is approved for you yet" in seen(at)
    assert "Make" not in [button.label for button in at.button]
    assert "This does not exist" in seen(opened)


def test_an_operator_is_shown_no_lead_list(signed_in: App, world: World, rt: Runtime) -> None:
    made(rt, world, DeliverableKind.LEAD_LIST, "csv")

    at = signed_in(world.olga, "exports.py")

    assert not at.exception
    assert "Lead list" not in seen(at)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_list_can_be_looked_into(
    signed_in: App, world: World, rt: Runtime, file_format: str
) -> None:
    leads = made(rt, world, DeliverableKind.LEAD_LIST, file_format)

    at = signed_in(world.ann, "exports.py", deliverable=str(leads))

    assert not at.exception
    assert "1 row" in seen(at)


def test_a_stranger_learns_nothing(signed_in: App, world: World, rt: Runtime) -> None:
    report = made(rt, world, DeliverableKind.REPORT, "pptx")

    at = signed_in(world.stranger, "exports.py", deliverable=str(report))
    missing = signed_in(world.stranger, "exports.py", deliverable="999999")

    assert not at.exception
    assert "Spring outreach" not in seen(at)
    assert seen(at) == seen(missing)


def test_filters_live_in_the_address(signed_in: App, world: World, rt: Runtime) -> None:
    made(rt, world, DeliverableKind.REPORT, "pptx")

    at = signed_in(world.ann, "exports.py", kind="lead_list", state="approved")

    assert "No deliverable fits these filters" in seen(at)
