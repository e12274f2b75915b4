"""A list is put in, corrected, watched, and undone in the browser; a table is pasted."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from db.models import Contact, Lead, SavedMapping
from db.session import Sessions, reading
from tests.browser.conftest import Served
from tests.browser.steps import figure, fill_card, settled, titled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROWS = (
    "Wohin,First Name,Company,# Employees,Shoe size",
    "anna@acme.example,ANNA,Acme GmbH,51-200,38",
    "ben@acme.example,Ben,Acme GmbH,51-200,44",
    "anna@acme.example,Anna,Acme GmbH,51-200,38",
    "info@globex.example,,Globex,11-50,",
    "nobody at home,No,,,",
)


def test_a_list_goes_in_and_is_undone_as_a_whole(
    served: Served, page: Page, sessions: Sessions, tmp_path: Path
) -> None:
    file = tmp_path / "fair.csv"
    file.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    page.goto(f"{served.url}/leads?view=import&campaign={served.campaign_id}")
    fill_card(page)
    titled(page, "Leads")

    page.locator('input[type="file"]').set_input_files(file)
    expect(figure(page, "Duplicates")).to_have_text("1")
    expect(page.get_by_text("List quality")).to_be_visible()
    _keeps_the_mapping(page)
    page.get_by_text("1 duplicate, and of what").click()
    page.get_by_role("button", name="Import 3 leads").click()

    expect(page.get_by_role("button", name="Download 1 rejected row")).to_be_visible()
    assert _count(sessions, Lead) == 3
    page.goto(f"{served.url}/leads?view=import&batch=1")  # left, and come back
    titled(page, "Leads")
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_role("button", name="Yes, undo it").click()
    expect(page.get_by_text("3 leads taken away, and")).to_be_visible()

    assert [_count(sessions, one) for one in (Lead, Contact, SavedMapping)] == [0, 0, 1]
    _pastes_the_same_source(page, served)


def _keeps_the_mapping(page: Page) -> None:
    page.get_by_role("button", name="Keep for this source").click()
    page.get_by_label("Name of the source").fill("Trade fair")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("can be read as Trade fair from now on")).to_be_visible()
    page.keyboard.press("Escape")
    settled(page)


def _pastes_the_same_source(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/leads?view=import&campaign={served.campaign_id}")
    titled(page, "Leads")
    page.get_by_text("Paste a table").click()
    box = page.get_by_label("Rows copied from a spreadsheet")
    box.fill("\n".join(row.replace(",", "\t") for row in ROWS[:3]))
    box.press("Control+Enter")
    expect(figure(page, "New")).to_have_text("2")
    expect(page.get_by_text("Read it as Trade fair")).to_be_visible()


def _count(sessions: Sessions, model: type) -> int:
    with reading(sessions) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0
