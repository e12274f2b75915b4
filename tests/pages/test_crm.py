"""Settings, CRM: what is kept in step, a dry run that writes nothing, records set aside."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from core.config import Settings
from core.domain.crm_states import CrmRule, LinkState
from core.domain.states import Role
from core.pipeline import crm
from core.runtime import Runtime
from core.services import crm_plan
from db.models import AuditEntry, CrmLink, User
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_user
from tests.factories_crm import (
    Cabinet,
    contact_of,
    edit,
    kept_in_step,
    link_of,
    reached,
    turn_on,
)
from tests.pages.conftest import App, seen

ANNA = "anna@berg.example"


@pytest.fixture
def cabinet() -> Cabinet:
    return Cabinet(name="hubspot")


@pytest.fixture
def rt(settings: Settings, clock: Clock, cabinet: Cabinet) -> Iterator[Runtime]:
    """A runtime whose HubSpot is the cabinet."""
    built = kept_in_step(settings, clock, cabinet)
    yield built
    built.close()


@pytest.fixture
def admin(rt: Runtime) -> User:
    with transaction(rt.sessions) as session:
        return make_user(session, Role.ADMIN)


def anna(rt: Runtime) -> int:
    with transaction(rt.sessions) as session:
        turn_on(session, crm="hubspot")
        return reached(session, ANNA, title="VP Marketing").id


def opened(signed_in: App, user: User) -> AppTest:
    return signed_in(user, "settings.py", part="crm")


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def test_only_admins_see_the_part(signed_in: App, rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        manager = make_user(session, Role.MANAGER)

    at = opened(signed_in, manager)

    assert not at.exception
    assert "Dry run" not in seen(at)


def test_before_it_is_turned_on_it_says_what_it_would_do(signed_in: App, admin: User) -> None:
    at = opened(signed_in, admin)

    assert not at.exception
    assert "CSV files (local)" in seen(at)
    assert ":gray-badge[Off]" in seen(at)
    assert "It has not been synced yet" in seen(at)
    assert next(button for button in at.button if button.label == "Sync now").disabled
    assert "Sync now works once the CRM is turned on below." in seen(at)


def test_what_is_chosen_is_stored_with_an_audit_entry(
    signed_in: App, admin: User, rt: Runtime
) -> None:
    at = opened(signed_in, admin)
    at.toggle(key="crm.on").set_value(True)
    at.selectbox(key="crm.crm").set_value("hubspot")
    at.selectbox(key="crm.rule.title").set_value(CrmRule.OURS)

    press(at, "Save")

    with reading(rt.sessions) as session:
        plan = crm_plan.plan(session)
        told = session.execute(select(func.count(AuditEntry.id))).scalar_one()
    assert not at.exception
    assert (plan.on, plan.crm, plan.rule("title")) == (True, "hubspot", CrmRule.OURS)
    assert plan.rule("city") is CrmRule.NEWEST
    assert told >= 1


def test_a_dry_run_shows_both_directions_and_writes_nothing(
    signed_in: App, admin: User, rt: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    contact_id = anna(rt)
    crm.run(rt)
    cabinet.has(ANNA, at=clock.advance(hours=1), fields={"city": "Bergen"})
    edit(rt, contact_id, title="CMO")
    with transaction(rt.sessions) as session:
        reached(session, "new@else.example", first_name="Nora")
    calls = list(cabinet.calls)

    at = press(opened(signed_in, admin), "Dry run")

    text = seen(at)
    assert not at.exception
    assert "nothing was written" in text
    assert "1 change would come here. 2 contacts and 0 interactions would go to HubSpot" in text
    for words in ("Bergen", "CMO", "New to HubSpot.", "new@else.example"):
        assert words in text
    assert cabinet.calls[len(calls) :] == ["pull"]
    assert contact_of(rt, contact_id).city is None
    assert cabinet.records[ANNA].fields["title"] == "VP Marketing"
    with reading(rt.sessions) as session:
        assert session.execute(select(func.count(CrmLink.id))).scalar_one() == 1


def test_while_the_gateway_is_off_the_page_says_so(
    signed_in: App, admin: User, rt: Runtime, settings: Settings
) -> None:
    with transaction(rt.sessions) as session:
        turn_on(session, crm="airtable")

    at = opened(signed_in, admin)

    assert "Airtable has no key" in seen(at)


def test_a_record_that_was_set_aside_is_tried_again(
    signed_in: App, admin: User, rt: Runtime, cabinet: Cabinet
) -> None:
    contact_id = anna(rt)
    cabinet.not_these = {ANNA: "The title is odd."}
    crm.run(rt)
    at = opened(signed_in, admin)
    text = seen(at)
    at.session_state["crm.aside"] = {"selection": {"rows": [0], "columns": [], "cells": []}}

    press(at.run(), "Try the chosen again")

    assert "The title is odd." in text
    assert "Not taken" in text
    assert link_of(rt, contact_id).state is LinkState.WAITING
