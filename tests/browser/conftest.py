"""The real app in a process of its own, and Chromium to look at it.

def test_…(served, browser_page):
    served.open(browser_page, "/leads")
"""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core import runtime
from core.config import ROOT, Settings
from core.domain.access import SYSTEM
from core.domain.states import Role
from core.runtime import Runtime
from core.services import campaigns, clients, library, mailboxes, users
from db.session import transaction
from tests.factories import ALWAYS, PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
WIDTH, HEIGHT = 1440, 900
PATIENCE = 60_000  # milliseconds: two busy cores are slow
MAILBOX = "nora@studio.example"
ICP = {"titles": ["Head of Marketing", "CMO"], "seniorities": ["head", "c_level"]}


@dataclass(frozen=True, slots=True)
class Served:
    """The app at its address, and what its workspace holds."""

    url: str
    outbox: Path
    campaign_id: int


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file's tests; without Chromium they are skipped. Not for longer: while its
    driver lives, this thread has a running event loop, and what else needs one cannot run.
    """
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A person's window: fresh cookies, an office screen."""
    context = chromium.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def served(
    chromium: Browser, settings: Settings, environment: dict[str, str], tmp_path: Path
) -> Iterator[Served]:
    """The app of an agency with one client, a mailbox that may send now, a campaign's draft."""
    rt = runtime.build(settings)
    try:
        campaign_id = _workspace(rt)
    finally:
        rt.close()
    with _serving(environment, tmp_path / "app.log") as url:
        yield Served(url, settings.data_dir / "outbox" / MAILBOX, campaign_id)


def _workspace(rt: Runtime) -> int:
    now = datetime.now(UTC)
    with transaction(rt.sessions) as session:
        library.install(session, now)
        client = clients.create(
            session, SYSTEM, name="Studio", postal_address="1 Studio Row\nLeeds", now=now
        )
        user, _ = users.add(
            session, SYSTEM, username="mina", name="Mina Keller", email="mina@agency.example",
            role=Role.MANAGER, client_ids=[client.id], password=PASSWORD, now=now,
        )  # fmt: skip
        user.must_change_password = False
        mailboxes.create(
            session, SYSTEM, client.id, address=MAILBOX, name="Nora", signature="Nora, Studio",
            daily_cap=100, ramp_start=100, min_gap_seconds=0, window=ALWAYS, now=now,
        )  # fmt: skip
        campaign = campaigns.create(
            session, SYSTEM, client_id=client.id, name="Spring", icp_document=ICP,
            settings={"approve": "none", "window": ALWAYS}, owner_id=user.id, now=now,
        )  # fmt: skip
        return campaign.id


@contextmanager
def _serving(environment: dict[str, str], log: Path) -> Iterator[str]:
    port = _free_port()
    command = [sys.executable, "-u", "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.fileWatcherType=none"]
    with log.open("w") as errors:
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert child.stdout is not None
        said = any("URL:" in line for line in child.stdout)  # waits for it, or for the end
        assert said, f"the app did not start:\n{log.read_text()}"
        yield f"http://localhost:{port}"
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(10)
        if child.stdout is not None:
            child.stdout.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
