"""After a new AICMO_SECRET_KEY: what was stored under the old one is brought under it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.domain.states import Role
from core.public import tokens
from core.runtime import Runtime
from core.services import sealing
from db.models import ApiKey, AuditEntry, Endpoint, Mailbox, User
from db.session import Sessions, connect, reading, sessions_for, transaction
from tests.conftest import SECRET
from tests.factories import NOW, make_client, make_mailbox, make_user
from tests.factories_webhooks import make_endpoint

ROOT = Path(__file__).resolve().parents[1]
NEW = "the-next-secret-that-is-long-enough"


@pytest.fixture
def stored(rt: Runtime) -> Runtime:
    """One of everything that is encrypted."""
    with transaction(rt.sessions) as session:
        make_mailbox(session, make_client(session), secret="smtp-secret", imap_secret="imap-secret")
        make_endpoint(session)
        make_user(session, role=Role.ADMIN, totp_secret="totp-secret")
        session.add(ApiKey(name="openai_api_key", value="sk-1", set_by="Ann", set_at=NOW))
    return rt


def reencrypt(environment: dict[str, str], **changed: str) -> tuple[int, dict[str, object], str]:
    said = subprocess.run(
        [sys.executable, "-m", "core", "reencrypt", "--json"],
        env=environment | {"AICMO_SECRET_KEY": NEW} | changed,
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    return said.returncode, json.loads(said.stdout), said.stderr


def read(url: str, *keys: str) -> list[str | None]:
    """What a process with these secrets reads."""
    engine = connect(url, secret_keys=keys)
    with reading(sessions_for(engine)) as session:
        columns = (Mailbox.secret, Mailbox.imap_secret, Endpoint.url, User.totp_secret)
        found = [session.scalars(select(column)).one() for column in (*columns, ApiKey.value)]
    engine.dispose()
    return found


def ciphertexts(sessions: Sessions) -> list[str]:
    with reading(sessions) as session:
        return [
            session.execute(
                text(f"SELECT {place.column.name} FROM {place.table.name}")
            ).scalar_one()
            for place in sealing.places()
        ]


def test_everything_goes_under_the_new_secret_and_a_second_run_changes_nothing(
    stored: Runtime, environment: dict[str, str]
) -> None:
    url = stored.settings.url()
    before = read(url, SECRET)

    first = reencrypt(environment, AICMO_SECRET_KEYS_OLD=SECRET)
    once = ciphertexts(stored.sessions)
    second = reencrypt(environment, AICMO_SECRET_KEYS_OLD=SECRET)

    places = len(list(sealing.places()))
    assert None not in before
    assert first == (0, {"renewed": places, "unreadable": {}}, "")
    assert second == (0, {"renewed": 0, "unreadable": {}}, "")
    assert ciphertexts(stored.sessions) == once
    assert read(url, NEW) == before
    with reading(stored.sessions) as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["secrets encrypted anew"]


@pytest.mark.sqlite  # the one above says it of PostgreSQL
def test_what_no_secret_reads_is_named_and_left(
    stored: Runtime, environment: dict[str, str]
) -> None:
    code, said, complaint = reencrypt(environment)

    assert (code, said["renewed"]) == (1, 0)
    assert said["unreadable"]["mailboxes.imap_secret"] == 1
    assert "Put the former one into AICMO_SECRET_KEYS_OLD" in complaint
    assert "smtp-secret" not in complaint
    assert None not in read(stored.settings.url(), SECRET)


def test_it_goes_a_few_rows_at_a_time(stored: Runtime) -> None:
    engine = connect(stored.settings.url(), secret_keys=[NEW, SECRET])
    place = next(place for place in sealing.places() if place.name == "api_keys.value")

    with transaction(sessions_for(engine)) as session:
        few = sealing.renew(session, place, after=None, limit=1)
        rest = sealing.renew(session, place, after=few.last, limit=1)

    assert (few.renewed, rest.renewed, rest.last) == (1, 0, None)
    engine.dispose()


def test_links_that_a_former_secret_signed_still_work() -> None:
    old = tokens.unsubscribe(SECRET, 3, 7)
    new = tokens.unsubscribe(NEW, 3, 7)

    both = [tokens.read_unsubscribe([NEW, SECRET], token) for token in (old, new)]

    assert both == [tokens.Leaving(3, 7)] * 2
