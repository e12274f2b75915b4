"""The logs of a day on which everything fails: no key, no address, no name of anybody is in them,
and each line says what it is about.

The scheduler runs as a process of its own, the app's part in this one; both write where they would.
"""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from werkzeug import Request, Response

from core import logs, runtime
from core.config import ROOT, Settings
from core.domain.states import JobName, ReplyIntent, Role
from core.errors import AicmoError
from core.pipeline import deliver, provider_keys, runner
from core.providers.llm.port import AnswerBrief
from core.public.routes import ROUTES
from core.runtime import Runtime
from db.base import Base, EncryptedText
from db.models import (
    Account,
    ApiKey,
    Campaign,
    Client,
    Contact,
    Endpoint,
    Mailbox,
    Message,
    User,
)
from db.session import reading, transaction
from pages.ui import running
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    make_user,
    viewer_of,
)
from tests.factories_webhooks import happens, make_endpoint
from tests.pages.conftest import sign_in
from tests.smtp_sink import Sink, free_port, smtp_sink

PEOPLE = (
    *(Contact.email, Contact.email_key, Contact.first_name, Contact.last_name, Contact.title),
    *(Account.name, Account.domain, Client.name, Campaign.name, User.name, User.email),
    *(Mailbox.address, Mailbox.name, Message.subject, Message.body_text, Message.to_address),
)
SEEDS = ("Ottoline", "Quimby", "Zebulon", "Thistlewood")


@pytest.fixture
def refusing() -> Iterator[Sink]:
    """A mail server that repeats whom it refuses, by address and name."""
    said = "550 5.1.1 <ottoline@quarry.example> Ottoline Thistlewood is unknown here"
    with smtp_sink() as sink:
        sink.on_rcpt += [said, *["451 4.7.1 Ottoline Thistlewood: later"] * 50]
        yield sink


@pytest.fixture
def set_up(settings: Settings, httpserver: HTTPServer, refusing: Sink) -> Settings:
    """Every key there is, and providers that fail and repeat what they were sent."""

    def echo(request: Request) -> Response:
        body = f"{dict(request.headers)} {request.get_data(as_text=True)}"
        return Response(json.dumps({"error": {"message": body, "type": "x"}}), 401)

    httpserver.expect_request(re.compile(".*")).respond_with_handler(echo)
    fields = Settings.model_fields.items()
    secrets = {
        name: SecretStr(f"sekret-{name}-0123456789")
        for name, field in fields
        if "SecretStr" in str(field.annotation) and name not in ("secret_key", "secret_keys_old")
    }
    addresses = {name: httpserver.url_for("") for name, _ in fields if name.endswith("_base_url")}
    given: dict[str, Any] = secrets | addresses | {
        "slack_webhook_url": SecretStr(httpserver.url_for("/slack/sekret-slack-path")),
        "make_webhook_url": SecretStr(httpserver.url_for("/make/sekret-make-path")),
        "otel_endpoint": None,
        "use_real_email_gateway": True,
        "smtp_host": "127.0.0.1", "smtp_port": refusing.port, "smtp_security": "none",
        "smtp_username": None, "smtp_password": None,
        "imap_host": "127.0.0.1", "imap_port": free_port(), "imap_security": "none",
        "smtp_from_email": "ops@halden.example",
    }  # fmt: skip
    return settings.model_copy(update=given)


@pytest.fixture
def rt(set_up: Settings) -> Iterator[Runtime]:
    built = runtime.build(set_up)
    yield built
    built.close()


@pytest.fixture
def admin(rt: Runtime) -> User:
    """A client's world with something for every stage, and an admin."""
    with transaction(rt.sessions) as session:
        client = make_client(session, name="Halden Foodworks", slug="halden")
        campaign = make_campaign(session, client, name="Autumn in Zutphen")
        account = make_account(session, client, name="Quarry & Quimby", domain="quarry.example")
        mailbox = make_mailbox(
            session, client, address="zebulon@halden.example", name="Zebulon Sales",
            provider="smtp", secret="sekret-mailbox", inbox_provider="imap",
            imap_secret="sekret-imap",
        )  # fmt: skip
        for state in ("harvested", "enriched", "nurtured"):
            contact = make_contact(
                session, client, account, email=f"ottoline.{state}@quarry.example",
                first_name="Ottoline", last_name="Thistlewood",
            )  # fmt: skip
            lead = make_lead(session, campaign, contact, state=state)
        make_message(session, lead, mailbox, subject="For Ottoline", body_text="Dear Ottoline,")
        make_endpoint(session, client, "http://127.0.0.1:9/sekret-hook", secret="sekret-whsec")
        session.add(ApiKey(name="openai_api_key", value="sekret-kept", set_by="Zeb", set_at=NOW))
        user = make_user(session, role=Role.ADMIN, name="Zebulon Quimby", email="z@quimby.example")
    happens(rt, None, "Ottoline Thistlewood")
    return user


def run_scheduler(rt: Runtime, environment: dict[str, str]) -> str:
    """One turn of the clock in a process of its own; what it said beside its log."""
    given = {
        str(Settings.model_fields[name].alias): _plain(value)
        for name, value in rt.settings.model_dump(exclude_none=True).items()
    }
    said = subprocess.run(
        [sys.executable, str(ROOT / "scheduler.py"), "--once"],
        env=environment | given, cwd=ROOT, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    return said.stdout + said.stderr


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def use_app(rt: Runtime, admin: User) -> None:
    """Pages, strangers' links and things done by hand, most of which fail."""
    with running.lent(rt):
        at = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=90).run()
        at = sign_in(at, admin.username, "a wrong password")
        at = sign_in(at, admin.username)
        for page in ("provider_health.py",):
            assert not at.switch_page(page).run().exception
    brief = AnswerBrief(ReplyIntent.MEETING, "Ottoline here. Call me.", first_name="Ottoline")
    with suppress(AicmoError):
        rt.providers.llm.draft_answer(brief)
    with suppress(AicmoError):
        provider_keys.save(
            rt, viewer_of(role=Role.ADMIN), "anthropic_api_key", "sekret-typed", version=0
        )
    with suppress(AicmoError), reading(rt.sessions) as session:
        hook = session.scalars(select(Endpoint.id).where(Endpoint.setting.is_(None))).one()
        deliver.ping(rt, viewer_of(role=Role.ADMIN), hook)
    for job in (JobName.PROVIDER_CHECKS, JobName.REPLIES):
        runner.run_job(rt, job, by="Zebulon Quimby")
    app = Starlette(routes=ROUTES)
    app.state.rt = rt
    with TestClient(app) as web:
        web.get("/u/forged-ottoline@quarry.example")
        web.get("/ready")


def needles(rt: Runtime) -> set[str]:
    """Every secret that is set or stored, every address and name in the database."""
    kept = [column for table in Base.metadata.sorted_tables for column in table.columns
            if isinstance(column.type, EncryptedText)]  # fmt: skip
    with reading(rt.sessions) as session:
        found = {value for column in (*kept, *PEOPLE) for value in session.scalars(select(column))}
        hashes = set(session.scalars(select(User.password_hash)))
    values = rt.settings.model_dump().values()
    secrets = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    typed = {"sekret", "a wrong password", "forged-ottoline", *SEEDS}
    return {text for text in found | hashes | secrets | typed if text and len(text) > 3}


@pytest.mark.sqlite
def test_a_day_of_failures_leaves_no_secret_and_nobody_in_the_logs(
    rt: Runtime, admin: User, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    beside = run_scheduler(rt, environment)
    logs.configure(rt.data_dir, to_stderr=False)
    use_app(rt, admin)
    logs.close()

    written = "".join(path.read_text("utf-8") for path in (rt.data_dir / "logs").iterdir())
    others = "\n".join(
        record.getMessage() for record in caplog.records if not _of_the_tests(record)
    )
    lines = [json.loads(line) for line in written.splitlines()]
    whole = (written + beside + others).casefold()
    assert sorted(text for text in needles(rt) if text.casefold() in whole) == []
    failed = {line.get("provider") for line in lines if line["level"] == "warning"}
    assert {"smtp", "imap", "anthropic", "generic"} <= failed  # or nothing was looked at
    for ids in ({"job", "run"}, {"job", "run", "client"}, {"job", "run", "provider"}):
        assert any(ids <= set(line) for line in lines), ids


def _of_the_tests(record: logging.LogRecord) -> bool:
    """The providers' own logs: they play the vendors, who know what they were sent."""
    return record.name in ("werkzeug", "mail.log", "mail.debug") or record.levelno < logging.INFO
