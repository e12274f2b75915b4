"""Work on many leads, in a browser: begun, watched, undone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.steps import fill_card, settled, titled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIST = "Email,First Name,Last Name\n" + "".join(
    f"p{n}@company{n}.example,Pia{n},Lund\n" for n in range(4)
)


def test_all_leads_are_tagged_found_by_the_tag_and_freed_again(
    served: Served, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(LIST, encoding="utf-8")
    page.goto(f"{served.url}/leads?view=import&campaign={served.campaign_id}")
    fill_card(page)
    titled(page, "Leads")
    page.locator('input[type="file"]').set_input_files(file)
    page.get_by_role("button", name="Import 4 leads").click()
    expect(page.get_by_role("link", name="Show these leads")).to_be_visible()

    page.goto(f"{served.url}/leads?select=1")
    titled(page, "Leads")
    _type_a_tag(page, "Fair")
    page.get_by_role("button", name=re.compile("^Tag 4$|Tag 4")).click()
    expect(page.get_by_text("4 done")).to_be_visible()

    page.goto(f"{served.url}/leads?tags=1")
    titled(page, "Leads")
    expect(page.get_by_text("4 of 4 leads")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("4 put back")).to_be_visible()
    expect(page.get_by_text("No lead fits these filters.")).to_be_visible()


def _type_a_tag(page: Page, name: str) -> None:
    box = page.get_by_role("combobox", name="Tag", exact=True)
    box.click()
    box.fill(name)
    page.get_by_role("option", name=re.compile(name)).click()
    settled(page)
