"""The app as a person sees it, on the test's database: no browser, no server.

def test_…(signed_in, sessions):
    at = signed_in(user, "leads.py", lead="12")     # page and URL parameters

    assert not at.exception
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.config import ROOT
from core.runtime import Runtime
from db.models import User
from pages.ui import running
from tests.factories import PASSWORD

App = Callable[..., AppTest]
TIMEOUT = 90  # seconds: two busy cores are slow


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """Each AppTest has Streamlit read the papers of every package installed, in search of widgets:
    four fifths of a page's test. They are the same each time.
    """
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan))
        yield


@pytest.fixture
def app(rt: Runtime) -> Iterator[App]:
    """Opens a page ("" is Home) with these URL parameters, nobody signed in."""
    st.cache_data.clear()

    def open_(page: str = "", **query: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=TIMEOUT).run()
        if page:
            at.switch_page(page)
        for name, value in query.items():
            at.query_params[name] = value
        return at.run()

    with running.lent(rt):
        yield open_


@pytest.fixture
def signed_in(app: App) -> App:
    """Opens a page as this person, through the real sign-in form: signed_in(user, "leads.py")."""

    def open_(user: User, page: str = "", **query: str) -> AppTest:
        at = app(page, **query)
        return sign_in(at, user.username)

    return open_


def sign_in(at: AppTest, username: str, password: str = PASSWORD) -> AppTest:
    """Fills in the card and sends it."""
    at.text_input(key="signin.name").set_value(username)
    at.text_input(key="signin.password").set_value(password)
    button = next(button for button in at.button if button.label == "Sign in")
    return button.click().run()


def seen(at: AppTest) -> str:
    """All texts of the page, one a line, tables included, without the escapes of markdown."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning", "info")
    kinds += ("success", "toast", "text", "code")
    parts = [str(element.value) for kind in kinds for element in getattr(at, kind)]
    parts += [f"{metric.label} {metric.value} {metric.delta}" for metric in at.metric]
    parts += [button.label for button in at.button]
    parts += [frame.value.to_string() for frame in at.dataframe]
    return re.sub(r"\\([^\w\s])", r"\1", "\n".join(parts)).replace(":gray[]", "")
