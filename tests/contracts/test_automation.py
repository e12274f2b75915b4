"""What every webhook must do, and what each answer of an endpoint means.

Answers as recorded from the vendors: Make (help.make.com/webhooks, 2026-04-08), Zapier (catch hook,
docs.zapier.com), Slack (docs.slack.dev incoming webhooks, slack-sdk 3.47).
"""

import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from core.errors import Misconfigured, ProviderError, Rejected, Unavailable
from core.providers.automation.port import Gone, Hook, Notice, Target
from core.providers.registry import ADAPTERS, builder
from tests.factories import NOW

SECRET = "whsec_contract"
NOTICE = Notice(
    id="evt_" + "a" * 32,
    kind="lead.qualified",
    subject="lead:12",
    at=NOW - timedelta(hours=1),
    client={"id": 1, "slug": "halden", "name": "Halden & Söhne"},
    payload={
        "lead": {"id": 12, "state": "qualified", "score": 81, "reason": "Fits <b>well</b>"},
        "contact": {"email": "anna@berg.example", "first_name": "Anna", "last_name": "Bërg"},
        "company": {"name": "Berg *AG*", "domain": "berg.example"},
        "campaign": {"id": 3, "name": "Spring"},
    },
)


@dataclass(frozen=True)
class Case:
    """A vendor's yes, what our note about it says, and its noes: (status, words) → error."""

    accepts: tuple[str, str]  # body, content type
    note: str = ""
    refuses: dict[tuple[int, str], type[ProviderError]] = field(default_factory=dict)


CASES = {
    "generic": Case(("", "text/plain")),
    "make": Case(
        ("Accepted", "text/plain; charset=utf-8"),
        note="while the scenario is off",
        refuses={
            (400, "Queue is full"): Unavailable,
            (400, "The data structure is wrong"): Rejected,
            (410, "Gone"): Gone,
            (413, "Request entity too large"): Rejected,
            (429, "Too many requests"): Unavailable,
            (500, "Scenario failed to complete."): Unavailable,
        },
    ),
    "zapier": Case(
        ('{"attempt":"0","id":"1","request_id":"2","status":"success"}', "application/json"),
        note="while the Zap is off",
        refuses={(413, "too large"): Rejected, (429, "{}"): Unavailable},
    ),
    "slack": Case(
        ("ok", "text/html"),
        refuses={
            (400, "invalid_payload"): Rejected,
            (400, "no_text"): Rejected,
            (403, "action_prohibited"): Misconfigured,
            (404, "channel_not_found"): Misconfigured,
            (404, "no_service"): Gone,
            (410, "channel_is_archived"): Gone,
            (500, "rollup_error"): Unavailable,
        },
    ),
}
ANY: dict[tuple[int, str], type[ProviderError]] = {
    (302, ""): Misconfigured,
    (307, ""): Misconfigured,
    (400, "<html>Bad request</html>"): Rejected,
    (401, "who are you"): Misconfigured,
    (404, "<html></html>"): Misconfigured,
    (408, ""): Unavailable,
    (410, "gone"): Gone,
    (422, ""): Rejected,
    (500, "oops"): Unavailable,
    (503, ""): Unavailable,
}


def hook(name: str, httpserver: HTTPServer, *, seconds: float = 5) -> Hook:
    target = Target(
        kind=name,
        url=SecretStr(httpserver.url_for("/hook")),
        secret=SecretStr(SECRET),
        allowed=True,
        seconds=seconds,
    )
    built: Hook = builder("automation", name)(target)
    return built


@pytest.fixture(params=sorted(CASES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def only_request(httpserver: HTTPServer) -> Request:
    ((request, _),) = httpserver.log
    return request


def test_every_adapter_has_a_case() -> None:
    assert set(CASES) == set(ADAPTERS["automation"])


def test_an_event_arrives_signed_with_its_key(name: str, httpserver: HTTPServer) -> None:
    body, kind = CASES[name].accepts
    httpserver.expect_request("/hook", method="POST").respond_with_data(body, content_type=kind)

    receipt = hook(name, httpserver).tell(NOTICE, now=NOW)

    request = only_request(httpserver)
    signed = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", request.headers["AICMO-Signature"])
    assert signed is not None
    ours = hmac.new(SECRET.encode(), signed[1].encode() + b"." + request.data, hashlib.sha256)
    assert hmac.compare_digest(signed[2], ours.hexdigest())
    assert int(signed[1]) == int(NOW.timestamp())
    assert request.headers["Idempotency-Key"] == NOTICE.id
    assert request.headers["AICMO-Event"] == "lead.qualified"
    assert request.content_type == "application/json; charset=utf-8"
    assert NOTICE.id in json.dumps(request.json)
    assert "Halden" in json.dumps(request.json)
    assert receipt.status == 200
    assert CASES[name].note in receipt.note


@pytest.mark.parametrize("kind", ["generic", "make", "zapier"])
def test_the_body_says_what_happened_when_to_whom(kind: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")

    hook(kind, httpserver).tell(NOTICE, now=NOW)

    assert only_request(httpserver).json == {
        "version": 1,
        "id": NOTICE.id,
        "kind": "lead.qualified",
        "at": "2026-03-02T08:00:00Z",
        "client": NOTICE.client,
        "subject": "lead:12",
        "data": NOTICE.payload,
    }


def test_slack_is_told_in_blocks_without_foreign_markup(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")

    hook("slack", httpserver).tell(NOTICE, now=NOW)

    told = only_request(httpserver).json
    section, context = told["blocks"]
    assert told["text"] == "Qualified: Anna Bërg"
    assert section["text"]["type"] == "mrkdwn"
    assert "*Client* Halden &amp; Söhne" in section["text"]["text"]
    assert "Fits &lt;b&gt;well&lt;/b&gt;" in section["text"]["text"]
    assert "Berg ∗AG∗" in section["text"]["text"]
    assert NOTICE.id in context["elements"][0]["text"]


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        ("lead.replied", {"contact": {"email": "a@b.example"}}, "a@b.example replied"),
        ("lead.created", {}, "New lead: Somebody"),
        ("message.sent", {"message": {"to_address": "a@b.example", "subject": "Hi"}}, "a@b.ex"),
        ("provider.down", {"provider": {"name": "openai", "advice": "Look."}}, "openai is down"),
        ("ping", {"message": "A test by Ann."}, "A test from AICMO"),
        ("something.new", {}, "something.new"),
    ],
)
def test_slack_has_a_headline_for_every_event(
    httpserver: HTTPServer, kind: str, payload: dict[str, object], words: str
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    notice = Notice("evt_1", kind, "x:1", NOW, None, payload)

    hook("slack", httpserver).tell(notice, now=NOW)

    assert words in only_request(httpserver).json["text"]


def answers() -> Iterator[tuple[str, int, str, type[ProviderError]]]:
    for vendor, case in sorted(CASES.items()):
        for (status, said), error in {**ANY, **case.refuses}.items():
            yield vendor, status, said, error


@pytest.mark.parametrize(("vendor", "status", "said", "error"), list(answers()))
def test_each_no_means_one_of_our_errors(
    httpserver: HTTPServer, vendor: str, status: int, said: str, error: type[ProviderError]
) -> None:
    httpserver.expect_request("/hook").respond_with_data(said, status=status)

    with pytest.raises(ProviderError) as caught:
        hook(vendor, httpserver).tell(NOTICE, now=NOW)

    assert type(caught.value) is error
    assert caught.value.status == status
    assert "<" not in caught.value.sentence
    assert SECRET not in caught.value.sentence
    assert "/hook" not in caught.value.sentence


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_passed_on(name: str, httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/hook").respond_with_data(
        "", status=status, headers={"Retry-After": "90"}
    )

    with pytest.raises(Unavailable) as caught:
        hook(name, httpserver).tell(NOTICE, now=NOW)

    assert caught.value.retry_at == NOW + timedelta(seconds=90)


def test_a_redirect_is_not_followed(name: str, httpserver: HTTPServer) -> None:
    inside = httpserver.url_for("/inside")
    httpserver.expect_request("/hook").respond_with_data(
        "", status=307, headers={"Location": inside}
    )

    with pytest.raises(Misconfigured, match="do not follow"):
        hook(name, httpserver).tell(NOTICE, now=NOW)

    assert only_request(httpserver).path == "/hook"


def test_one_that_takes_a_minute_is_left_when_the_time_is_over(
    name: str, httpserver: HTTPServer
) -> None:
    enough = threading.Event()

    def slow(_: Request) -> Response:
        enough.wait(60)
        return Response("ok")

    httpserver.expect_request("/hook").respond_with_handler(slow)
    try:
        with pytest.raises(Unavailable, match=r"did not answer within 0\.2 seconds"):
            hook(name, httpserver, seconds=0.2).tell(NOTICE, now=NOW)
    finally:
        enough.set()


def test_an_answer_of_ten_megabytes_is_not_read(name: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("x" * 10_000_000, status=500)

    with pytest.raises(Unavailable) as caught:
        hook(name, httpserver).tell(NOTICE, now=NOW)

    assert len(caught.value.sentence) < 200
