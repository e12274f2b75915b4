"""Rules tried on the present leads before they are saved, and leads decided on by keyboard."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from core.domain.states import LeadState
from db.models import Campaign, Client, Lead
from db.session import Sessions, reading, transaction
from tests.browser.conftest import Served
from tests.browser.steps import fill_card, settled, titled
from tests.factories import make_account, make_contact, make_lead, make_review_item

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_audience_is_tried_and_leads_are_decided_on(
    served: Served, page: Page, sessions: Sessions
) -> None:
    _leads_wait(sessions, served.campaign_id)
    page.goto(f"{served.url}/campaigns?campaign={served.campaign_id}&part=audience")
    fill_card(page)
    titled(page, "Spring")

    _tries_another_audience(page)
    with reading(sessions) as session:
        campaign = session.get_one(Campaign, served.campaign_id)
        assert (campaign.icp["titles"], campaign.rules_version) == (["CFO"], 2)

    _decides_by_keyboard(page, served)
    _rejects_the_rest_in_the_list(page)

    with reading(sessions) as session:
        found = session.execute(select(Lead.state, Lead.state_reason).order_by(Lead.id)).all()
    assert [row.state for row in found] == [
        *(LeadState.SCORED, LeadState.QUALIFIED, LeadState.REJECTED),
        *(LeadState.REJECTED, LeadState.REJECTED),
    ]
    assert [row.state_reason for row in found[2:]] == ["Too small", "Not now", "Not now"]


def _leads_wait(sessions: Sessions, campaign_id: int) -> None:
    """One scored lead, and four that wait for a person's word."""
    with transaction(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        client = session.get_one(Client, campaign.client_id)
        for name in ("Ada", "Ben", "Cleo", "Dan", "Eve"):
            account = make_account(session, client)
            contact = make_contact(
                session, client, account, first_name=name, title="Head of Marketing"
            )
            state = "scored" if name == "Ada" else "review"
            lead = make_lead(session, campaign, contact, state=state, tier="cool", total=40)
            if state == "review":
                make_review_item(session, lead)


def _tries_another_audience(page: Page) -> None:
    expect(page.get_by_text("These are the rules as they are saved.")).to_be_visible()
    save = page.get_by_role("button", name="Save audience")
    expect(save).to_be_disabled()
    titles = page.get_by_label("Job titles", exact=True).first
    titles.fill("CFO")
    titles.press("Enter")
    expect(page.get_by_text("5 of 5 leads would change their tier.")).to_be_visible()
    expect(page.get_by_text("All 5 open leads, scored by the saved rules")).to_be_visible()
    expect(page.get_by_text("Before: 20 of 20.").first).to_be_visible()
    settled(page)
    save.click()
    expect(
        page.get_by_text("5 of 5 open leads change their tier with the next run")
    ).to_be_visible()
    page.get_by_role("button", name="Save and move them").click()
    expect(page.get_by_text("The audience is saved.")).to_be_visible()
    expect(page.get_by_text("These are the rules as they are saved.")).to_be_visible()


def _decides_by_keyboard(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/review_queue?kind=lead")
    titled(page, "Review Queue")
    _shown(page, "Ben")
    _press(page, "a", "Cleo")
    _press(page, "u", "Ben")
    _press(page, "a", "Cleo")
    page.get_by_role("button", name="Reject").click()
    asked = page.get_by_role("dialog", name="Reject: Cleo")
    expect(asked).to_be_focused()
    page.keyboard.press("a")  # is for the card, which waits behind the dialog
    asked.get_by_role("radio", name="Too small").click()
    asked.get_by_role("button", name="Reject", exact=True).click()
    _shown(page, "Dan")


def _press(page: Page, key: str, then: str) -> None:
    """Presses a key until the card that follows is there: one pressed too early is lost."""
    card = page.get_by_role("heading", name=re.compile(f"^{then} "))
    for _ in range(3):
        page.keyboard.press(key)
        with suppress(AssertionError):
            expect(card).to_be_visible(timeout=6_000)
            break
    _shown(page, then)


def _shown(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=re.compile(f"^{name} "))).to_be_visible()
    settled(page)


def _rejects_the_rest_in_the_list(page: Page) -> None:
    page.get_by_text("List", exact=True).click()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_disabled()
    page.get_by_text("All 2 that match").click()
    page.get_by_role("button", name="Reject all 2").click()
    page.get_by_label("In your words").fill("Not now")
    page.get_by_label("In your words").press("Tab")
    settled(page)
    page.get_by_role("button", name="Yes, reject all 2").click()
    expect(page.get_by_text("2 of 2 rejected.")).to_be_visible()
