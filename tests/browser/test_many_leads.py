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
    page.get_by_role("link", name="Show these leads").click()
    expect(page.get_by_text("4 of 4 leads")).to_be_visible()
    settled(page)

    page.get_by_role("button", name="Select").click()
    _type_a_tag(page, "Fair")
    expect(page.get_by_role("button", name=re.compile("Tag$"))).to_be_disabled()
    page.get_by_text("All 4 that match").click()
    page.get_by_role("button", name=re.compile("^Tag 4$|Tag 4")).click()
    expect(page.get_by_text("4 done")).to_be_visible()
    _opens_one_after_the_other(page)

    page.goto(f"{served.url}/leads?tags=1")
    titled(page, "Leads")
    expect(page.get_by_text("4 of 4 leads")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("4 put back")).to_be_visible()
    expect(page.get_by_text("No lead fits these filters.")).to_be_visible()


def _opens_one_after_the_other(page: Page) -> None:
    """A row, back by the page or the sidebar, another row: each opens itself."""
    sidebar = page.get_by_test_id("stSidebar").get_by_role("link", name="Leads")
    ways_back = (page.get_by_role("link", name="Back to the leads"), sidebar)
    opened: list[str] = []
    sidebar.click()
    for row, back in enumerate(ways_back):
        expect(page).to_have_url(re.compile("/leads$"))
        expect(page.get_by_role("button", name="Select")).to_be_visible()
        settled(page)
        _click_row(page, row)
        expect(page).to_have_url(re.compile(r"lead=\d+"))
        expect(page.get_by_text("What happens next")).to_be_visible()
        opened.append(page.url)
        settled(page)
        back.click()
    expect(page).to_have_url(re.compile("/leads$"))
    assert len(set(opened)) == 2


def _click_row(page: Page, row: int) -> None:
    """A table is a picture: its row is found by its place."""
    page.get_by_test_id("stDataFrame").click(position={"x": 60, "y": 34 + 40 * row + 20})


def _type_a_tag(page: Page, name: str) -> None:
    box = page.get_by_role("combobox", name="Tag", exact=True)
    box.click()
    box.fill(name)
    page.get_by_role("option", name=re.compile(name)).click()
    settled(page)
