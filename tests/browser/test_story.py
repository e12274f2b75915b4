"""A morning at the agency, in a browser: from a list of people to a report in the client's hand."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.steps import figure, fill_card, settled, titled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIST = """First Name,Last Name,Email,Job Title,Company
Ada,Nowak,ada.nowak@northwind.example,Head of Marketing,Northwind
Ben,Okafor,ben.okafor@contoso.example,CMO,Contoso
Info,Desk,info@fabrikam.example,Head of Marketing,Fabrikam
Ada,Nowak,ADA.NOWAK@northwind.example,Head of Marketing,Northwind
Bad,Address,nobody-at-nowhere,CMO,Nowhere
"""


def test_a_list_of_people_becomes_mails_and_a_report(
    served: Served, page: Page, tmp_path: Path
) -> None:
    _signs_in_by_a_deep_link(page, served)
    _imports(page, tmp_path)
    _runs_the_pipeline(page, served)
    _approves_the_waiting_lead(page)
    _sends(page, served)
    _stays_signed_in(page)

    report = _makes_a_report(page, tmp_path)

    assert {mail.suffix for mail in served.outbox.iterdir()} == {".eml"}
    assert report.read_bytes().startswith(b"%PDF")
    if shutil.which("qpdf"):
        subprocess.run(["qpdf", "--check", report], check=True, capture_output=True)


def _signs_in_by_a_deep_link(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/leads?view=import&campaign={served.campaign_id}")
    fill_card(page, "not the password")
    expect(page.get_by_text("The name or the password is not right.")).to_be_visible()
    fill_card(page)
    titled(page, "Leads")
    assert f"campaign={served.campaign_id}" in page.url
    expect(page.get_by_text("Into the campaign")).to_be_visible()


def _imports(page: Page, folder: Path) -> None:
    file = folder / "people.csv"
    file.write_text(LIST, encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(file)
    expect(page.get_by_text("Correct what was taken for the wrong thing")).to_be_visible()
    _counts_are(page, Rows="5", New="3", Duplicates="1", Rejected="1")
    page.get_by_role("button", name="Import 3 leads").click()
    expect(page.get_by_role("link", name="Show these leads")).to_be_visible()
    _counts_are(page, Rows="5", New="3", Duplicates="1", Rejected="1")


def _counts_are(page: Page, **counts: str) -> None:
    for label, value in counts.items():
        expect(figure(page, label)).to_have_text(value)


def _runs_the_pipeline(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/campaigns?campaign={served.campaign_id}")
    titled(page, "Spring")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Spring is active.")).to_be_visible()
    _run(page, "Whole pipeline")
    _ran(page, "Nurture", "2 enrolled")


def _run(page: Page, button: str) -> None:
    settled(page)
    page.get_by_role("button", name="Run now").click()
    page.get_by_role("button", name=button).click()
    page.keyboard.press("Escape")


def _ran(page: Page, job: str, counts: str) -> None:
    """The run shows in the list that draws itself anew, with what it did."""
    run = page.locator("p").filter(has_text=re.compile(rf"Completed.*{job}.*{counts}", re.DOTALL))
    expect(run).to_be_visible()


def _approves_the_waiting_lead(page: Page) -> None:
    page.get_by_role("link", name="Review Queue").click()
    titled(page, "Review Queue")
    expect(page.get_by_text("is a shared mailbox: nobody in particular reads it")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Approve")).click()
    expect(page.get_by_text("Nothing waits for review.")).to_be_visible()


def _sends(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/campaigns?campaign={served.campaign_id}")
    titled(page, "Spring")
    _run(page, "Whole pipeline")
    _ran(page, "Nurture", "1 enrolled")
    _run(page, "Dispatch")
    _ran(page, "Dispatch", "3 sent")


def _stays_signed_in(page: Page) -> None:
    page.reload()
    titled(page, "Spring")


def _makes_a_report(page: Page, folder: Path) -> Path:
    page.get_by_role("link", name="Exports").click()
    titled(page, "Exports")
    page.get_by_role("button", name="Make", exact=True).click()
    expect(page.get_by_text("1 file is being made.")).to_be_visible()
    expect(page.get_by_text("1 file is being made.")).to_have_count(0)
    page.get_by_role("link", name="Review Queue").click()
    page.get_by_role("link", name="Look at it").click()
    expect(page.get_by_text("Page 1", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Approve")).click()
    expect(page.get_by_text("Approved. Everybody of the client")).to_be_visible()
    settled(page)  # a press while the page is being drawn anew is lost
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    report = folder / coming.value.suggested_filename
    coming.value.save_as(report)
    return report
