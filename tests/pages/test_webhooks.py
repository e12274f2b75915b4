"""Settings, Webhooks: seen and changed by admins and the client's managers only."""

import re
from dataclasses import dataclass

import pytest
from pytest_httpserver import HTTPServer
from streamlit.testing.v1 import AppTest

from core.domain.states import EndpointKind, EndpointState, OutboundKind, Role
from core.runtime import Runtime
from core.services import deliveries
from db.models import Client, Endpoint, User
from db.session import transaction
from tests.factories import make_client, make_user
from tests.factories_webhooks import deliveries_of, endpoint_of, happens, make_endpoint
from tests.pages.conftest import App, seen


@dataclass(frozen=True)
class World:
    halden: Client
    ann: User  # manager of Halden
    admin: User
    olga: User  # operator at Halden
    hook: Endpoint  # Halden's
    agency: Endpoint


@pytest.fixture
def world(rt: Runtime, httpserver: HTTPServer) -> World:
    with transaction(rt.sessions) as session:
        halden = make_client(session, name="Halden Foods")
        url = httpserver.url_for("/hook/very-secret")
        return World(
            halden=halden,
            ann=make_user(session, Role.MANAGER, [halden]),
            admin=make_user(session, Role.ADMIN),
            olga=make_user(session, Role.OPERATOR, [halden]),
            hook=make_endpoint(session, halden, url, name="Sales channel", kind="make"),
            agency=make_endpoint(session, None, url, name="Agency's own"),
        )


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def opened(signed_in: App, user: User, row: int = 0) -> AppTest:
    """The page with one webhook chosen."""
    at = signed_in(user, "settings.py", part="webhooks")
    choose = {"selection": {"rows": [], "columns": [], "cells": [[row, "Webhook"]]}}
    at.session_state["webhooks.table"] = choose
    return at.run()


def test_managers_see_their_clients_webhooks_and_admins_all(signed_in: App, world: World) -> None:
    ann = signed_in(world.ann, "settings.py", part="webhooks")
    admin = signed_in(world.admin, "settings.py", part="webhooks")

    assert not ann.exception
    assert "Sales channel" in seen(ann)
    assert "Agency's own" not in seen(ann)
    assert "Agency's own" in seen(admin)
    assert "very-secret" not in seen(ann) + seen(admin)


def test_operators_do_not_even_see_the_part(signed_in: App, world: World) -> None:
    at = signed_in(world.olga, "settings.py", part="webhooks")

    assert not at.exception
    assert "Sales channel" not in seen(at)
    assert "Add a webhook" not in seen(at)


def test_an_empty_list_says_what_it_is_for(signed_in: App, rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        ann = make_user(session, Role.MANAGER, [make_client(session)])

    at = signed_in(ann, "settings.py", part="webhooks")

    assert "Nobody is told yet" in seen(at)


def test_a_new_webhook_shows_its_secret_once(signed_in: App, world: World) -> None:
    at = signed_in(world.ann, "settings.py", part="webhooks")
    at.selectbox[0].set_value(EndpointKind.SLACK)
    next(box for box in at.text_input if box.label == "Name").set_value("Our Slack")
    next(box for box in at.text_input if box.label == "Address").set_value(
        "https://hooks.example/x"
    )

    at = press(at, "Add")
    first = seen(at)
    again = seen(at.run())

    assert re.search(r"whsec_[\w-]{43}", first)
    assert "whsec_" not in again
    assert "Our Slack" in again


def test_a_private_address_is_refused_in_red(signed_in: App, world: World) -> None:
    at = signed_in(world.ann, "settings.py", part="webhooks")
    next(box for box in at.text_input if box.label == "Name").set_value("Ours")
    next(box for box in at.text_input if box.label == "Address").set_value("https://10.0.0.1/x")

    at = press(at, "Add")

    assert "private or reserved address" in at.error[0].value
    assert "Ours" not in seen(at.run())


def test_a_test_goes_out_signed_and_says_what_makes_yes_is_worth(
    signed_in: App, world: World, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook/very-secret").respond_with_data("Accepted")

    at = press(opened(signed_in, world.ann), "Send a test")

    ((request, _),) = httpserver.log
    assert request.headers["AICMO-Signature"].startswith("t=")
    assert "The test arrived." in seen(at)
    assert "while the scenario is off" in seen(at)


def test_a_test_that_fails_says_why(signed_in: App, world: World, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook/very-secret").respond_with_data("No key", status=401)

    at = press(opened(signed_in, world.ann), "Send a test")

    assert "does not let us in (401): No key" in seen(at)


def test_it_is_turned_off_and_on(signed_in: App, world: World, rt: Runtime) -> None:
    at = opened(signed_in, world.ann)

    at.button(key="webhooks.off").click().run()
    off = endpoint_of(rt, world.hook.id).state
    press(opened(signed_in, world.ann), "Turn on")

    assert off is EndpointState.OFF
    assert endpoint_of(rt, world.hook.id).state is EndpointState.ACTIVE


def test_events_are_chosen_anew(signed_in: App, world: World, rt: Runtime) -> None:
    at = opened(signed_in, world.ann)
    at.multiselect(key=f"webhook.{world.hook.id}.events").set_value([OutboundKind.MESSAGE_SENT])

    press(at, "Save")

    assert endpoint_of(rt, world.hook.id).events == ["message.sent"]


def test_only_admins_may_allow_the_host(signed_in: App, world: World, rt: Runtime) -> None:
    manager = opened(signed_in, world.ann)
    admin = opened(signed_in, world.admin, row=1)

    labels = [button.key for button in manager.button]
    admin.button(key="webhooks.allow").click().run()

    assert "webhooks.allow" not in labels
    assert not all(endpoint_of(rt, one.id).allowed_host for one in (world.hook, world.agency))


def test_dead_letters_are_shown_and_sent_again(signed_in: App, world: World, rt: Runtime) -> None:
    happens(rt, world.halden.id, "7")
    for endpoint in (world.hook, world.agency):
        with transaction(rt.sessions) as session:
            one = deliveries.claim(session, endpoint.id, now=rt.now())
            deliveries.refused(session, one, "It is too long.", status=413, now=rt.now())

    at = opened(signed_in, world.ann)
    shown = seen(at)
    press(at, "Send all again")

    assert "Given up" in shown
    assert "It is too long." in shown
    assert [str(one.state) for one in deliveries_of(rt)].count("waiting") == 1
