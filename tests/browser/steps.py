"""What a person does in the browser, in the words of the page."""

from playwright.sync_api import Locator, Page, expect

from pages.ui.signin import NAME as COOKIE
from tests.factories import PASSWORD

PATIENCE = 600  # tenths of a second: two busy cores are slow


def fill_card(page: Page, password: str = PASSWORD, name: str = "mina") -> None:
    """Fills the sign-in card and sends it."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def titled(page: Page, title: str) -> None:
    """Waits until the page with this title is drawn to its end."""
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    settled(page)


def settled(page: Page) -> None:
    """Waits until the app rests: nothing runs, nothing stale is shown."""
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute(
        "data-test-script-state", "notRunning"
    )
    expect(page.locator('[data-stale="true"]')).to_have_count(0)


def remembered(page: Page) -> None:
    """Waits until the browser keeps who signed in: a moment after the page, by a part of its own.
    Whoever loads a page anew before that signs in again.
    """
    for _ in range(PATIENCE):
        if any(cookie["name"] == COOKIE for cookie in page.context.cookies()):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the browser was given no cookie")


def figure(page: Page, label: str) -> Locator:
    """The value of a metric, once the page rests: a rerun shows the old one beside the new."""
    settled(page)
    card = page.locator('[data-testid="stMetric"]').filter(has_text=label)
    return card.locator('[data-testid="stMetricValue"]')
