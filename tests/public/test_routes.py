"""What strangers may reach."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.domain.states import DeliverableState
from core.errors import Invalid
from core.public import tokens
from core.public.routes import ROUTES
from core.runtime import Runtime
from db.models import Deliverable, Event, Lead, Suppression
from db.session import reading, transaction
from tests.factories import make_client, make_lead


@pytest.fixture
def web(rt: Runtime) -> Iterator[TestClient]:
    app = Starlette(routes=ROUTES)
    app.state.rt = rt
    with TestClient(app) as client:
        yield client


@pytest.fixture
def link(rt: Runtime) -> str:
    """The path of a lead's unsubscribe link."""
    with transaction(rt.sessions) as session:
        lead = make_lead(session, state="nurtured")
        token = tokens.unsubscribe(rt.settings.secret, lead.client_id, lead.id)
    return f"/u/{token}"


def suppressed(rt: Runtime) -> list[str]:
    with reading(rt.sessions) as session:
        return list(session.scalars(select(Suppression.value)))


def test_looking_at_the_page_never_unsubscribes(rt: Runtime, web: TestClient, link: str) -> None:
    page = web.get(link)
    web.head(link)

    assert page.status_code == 200
    assert '<button type="submit">Unsubscribe</button>' in page.text
    assert suppressed(rt) == []


@pytest.mark.parametrize("body", [None, {"List-Unsubscribe": "One-Click"}])
def test_one_post_unsubscribes_for_good(
    rt: Runtime, web: TestClient, link: str, body: dict[str, str] | None
) -> None:
    first, second = web.post(link, data=body), web.post(link, data=body)

    with reading(rt.sessions) as session:
        states = list(session.scalars(select(Lead.state)))
        events = list(session.scalars(select(Event.kind)))
    assert (first.status_code, second.status_code) == (200, 200)
    assert len(suppressed(rt)) == 1
    assert (states, events) == (["suppressed"], ["unsubscribed"])


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_is_one_clear_sentence(
    rt: Runtime, web: TestClient, link: str, method: str
) -> None:
    page = getattr(web, method)(f"{link}x")

    assert page.status_code == 404
    assert "This link is not valid." in page.text
    assert suppressed(rt) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_to_nobody_says_so(rt: Runtime, web: TestClient, method: str) -> None:
    token = tokens.unsubscribe(rt.settings.secret, 1, 999)

    assert getattr(web, method)(f"/u/{token}").status_code == 404


def test_a_token_of_another_purpose_or_shape_is_refused(rt: Runtime) -> None:
    secret = rt.settings.secret

    with pytest.raises(Invalid):
        tokens.read_download(secret, tokens.unsubscribe(secret, 1, 2))
    with pytest.raises(Invalid):
        tokens.read_unsubscribe(secret, "")
    with pytest.raises(Invalid):
        tokens._numbers("x", 1)


def deliverable(rt: Runtime, path: str | None, state: str = DeliverableState.APPROVED) -> str:
    with transaction(rt.sessions) as session:
        row = Deliverable(
            client_id=make_client(session).id,
            kind="report",
            format="pdf",
            title="Report: March/2026",
            state=state,
            path=path,
            made_at=rt.now(),
        )
        session.add(row)
        session.flush()
        return f"/d/{tokens.download(rt.settings.secret, row.id)}"


def test_a_signed_link_gives_an_approved_file(rt: Runtime, web: TestClient) -> None:
    (rt.data_dir / "report.pdf").write_bytes(b"%PDF-1.7")

    answer = web.get(deliverable(rt, "report.pdf"))

    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7")
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("report.pdf", "review"),
        ("gone.pdf", "approved"),
        (None, "approved"),
        ("../secret.txt", "approved"),
    ],
)
def test_what_is_not_approved_or_not_there_is_not_given(
    rt: Runtime, web: TestClient, path: str | None, state: str
) -> None:
    (rt.data_dir / "report.pdf").write_bytes(b"%PDF-1.7")
    (rt.data_dir.parent / "secret.txt").write_text("secret")

    answer = web.get(deliverable(rt, path, state))

    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_an_expired_link_is_one_clear_sentence(
    rt: Runtime, web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = deliverable(rt, "report.pdf")
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 4_000_000_000)

    answer = web.get(link)

    assert answer.status_code == 410
    assert "This link has expired. Ask for a new one." in answer.text


def test_a_link_lasts_as_long_as_is_said(rt: Runtime) -> None:
    token = tokens.download(rt.settings.secret, 7)

    assert tokens.read_download(rt.settings.secret, token) == 7
    with pytest.raises(tokens.Expired):
        tokens.read_download(rt.settings.secret, token, lasts=timedelta(seconds=-1))


def test_links_have_the_public_address(rt: Runtime) -> None:
    assert tokens.unsubscribe_url("https://a.example/", "s", 1, 2).startswith(
        "https://a.example/u/"
    )
    assert tokens.download_url("https://a.example", "s", 1).startswith("https://a.example/d/")


def test_a_page_for_strangers_runs_no_script_and_is_not_indexed(web: TestClient, link: str) -> None:
    headers = web.get(link).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-robots-tag"] == "noindex"
