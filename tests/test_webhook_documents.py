"""docs/webhooks.md is true: its code is run against what really arrives, its list is whole."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Request

from core.config import ROOT
from core.domain.states import OutboundKind
from core.providers.automation.port import SECONDS, Notice, Target
from core.providers.registry import builder

TEXT = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
SECRET = "whsec_of-the-tests"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Verified = Callable[[bytes, str, str, float], bool]


@pytest.fixture
def verified() -> Verified:
    """The function as a stranger would copy it."""
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names: dict[str, Verified] = {}
    exec(code, names)
    return names["verified"]


@pytest.fixture
def request_(httpserver: HTTPServer) -> Request:
    """What a webhook really gets."""
    httpserver.expect_request("/hook").respond_with_data("")
    url = SecretStr(httpserver.url_for("/hook"))
    target = Target(kind="generic", url=url, secret=SecretStr(SECRET), allowed=True)
    notice = Notice("evt_1", "lead.qualified", "lead:12", NOW, None, {"lead": {"name": "Zoë"}})
    builder("automation", "generic")(target).tell(notice, now=NOW)
    ((request, _),) = httpserver.log
    return request


def test_what_we_send_is_verified_by_the_code_in_the_document(
    verified: Verified, request_: Request
) -> None:
    body, header = request_.get_data(), request_.headers["AICMO-Signature"]
    now = NOW.timestamp()

    assert verified(body, header, SECRET, now)
    assert not verified(body + b" ", header, SECRET, now)
    assert not verified(body, header, "another", now)
    assert not verified(body, header, SECRET, now + 301)
    assert not verified(body, "", SECRET, now)
    assert not verified(body, header.replace("t=", "t=1"), SECRET, now)


def test_the_document_names_every_event_every_header_and_our_patience(request_: Request) -> None:
    ours = {name for name, _ in request_.headers if name.lower().startswith("aicmo")}

    assert {f"`{kind}`" for kind in OutboundKind if f"`{kind}`" not in TEXT} == set()
    assert {
        name for name in (*ours, "Idempotency-Key") if name.lower() not in TEXT.lower()
    } == set()
    assert f"2xx within {SECONDS:g} seconds" in TEXT
