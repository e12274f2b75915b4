"""Somebody who is there twice becomes one in the browser, by the keyboard, and two again."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from core import runtime
from core.config import Settings
from core.domain.access import SYSTEM
from core.pipeline import matching
from core.services import contacts, leads
from db.session import transaction
from tests.browser.conftest import Served
from tests.browser.steps import fill_card, settled, titled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_one_person_by_two_addresses_is_merged_and_parted(
    served: Served, page: Page, settings: Settings
) -> None:
    _two_of_one(settings, served.campaign_id)
    page.goto(f"{served.url}/leads")
    fill_card(page)
    titled(page, "Leads")

    page.get_by_role("button", name="Same people (1)").click()
    expect(page.get_by_text("likely the same")).to_be_visible()
    expect(page.get_by_text("Same phone number: +493012345678")).to_be_visible()
    settled(page)
    page.get_by_role("radio", name="CEO").click()
    settled(page)
    page.keyboard.press("m")

    expect(page.get_by_text("Nobody is here twice")).to_be_visible()
    settled(page)
    page.keyboard.press("u")
    expect(page.get_by_text("likely the same")).to_be_visible()
    settled(page)
    page.keyboard.press("x")
    expect(page.get_by_text("Two were said not to be the same.")).to_be_visible()


def _two_of_one(settings: Settings, campaign_id: int) -> None:
    """Theodora Quillfeather by two addresses, found by the job."""
    rt = runtime.build(settings)
    now = datetime.now(UTC)
    one = {"first_name": "Theodora", "last_name": "Quillfeather", "phone": "+493012345678"}
    with transaction(rt.sessions) as session:
        for address, title in (("tq@acme.example", "CMO"), ("theodora@acme.example", "CEO")):
            contact = contacts.add(session, SYSTEM, 1, address, title=title, now=now, **one)
            leads.add(
                session, SYSTEM, campaign_id, contact.id, source="test", reason="by hand", now=now
            )
    matching.run(rt)
    rt.close()
