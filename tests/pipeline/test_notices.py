"""Admins hear of an alarm once, wherever they are, and never at the cost of the check."""

import email
import json
from collections.abc import Iterator
from datetime import timedelta
from email.message import Message
from email.policy import default
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from sqlalchemy import select, update

from core import runtime
from core.config import Settings
from core.domain.states import NoticeState, Role
from core.errors import Rejected, Uncertain
from core.pipeline import notices, provider_checks
from core.runtime import Runtime
from core.services import alarms
from core.services import notices as service
from db.models import AlarmNotice, User
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_user
from tests.pipeline.test_provider_checks import ILL, WELL, with_mail

KEY = "provider:llm:acme"


@pytest.fixture
def admin(rt: Runtime) -> User:
    with transaction(rt.sessions) as session:
        make_user(session, role=Role.MANAGER)
        make_user(session, role=Role.ADMIN, disabled_at=rt.now())
        return make_user(session, role=Role.ADMIN)


@pytest.fixture
def chatting(settings: Settings, clock: Clock, httpserver: HTTPServer) -> Iterator[Runtime]:
    """A runtime whose environment names a channel."""
    url = SecretStr(httpserver.url_for("/services/T0/B0/secret"))
    built = runtime.build(settings.model_copy(update={"slack_webhook_url": url}), clock=clock.now)
    yield built
    built.close()


def alarm(rt: Runtime, key: str = KEY, **given: Any) -> None:
    words = {"title": "acme (llm) is down", "advice": "Make a new key.", "page": "provider_health"}
    with transaction(rt.sessions) as session:
        alarms.raise_alarm(session, key=key, now=rt.now(), **words | given)


def clear(rt: Runtime, key: str = KEY) -> None:
    with transaction(rt.sessions) as session:
        alarms.clear(session, key, now=rt.now())


def states(rt: Runtime) -> list[tuple[str, NoticeState, str | None]]:
    with reading(rt.sessions) as session:
        rows = session.scalars(select(AlarmNotice).order_by(AlarmNotice.id))
        return [(row.channel, row.state, row.error) for row in rows]


def mails(rt: Runtime) -> list[Message]:
    paths = sorted((rt.data_dir / "outbox").glob("*.eml"))
    return [email.message_from_bytes(path.read_bytes(), policy=default) for path in paths]


def test_an_admin_gets_one_mail_an_alarm(rt: Runtime, admin: User) -> None:
    alarm(rt)

    told = [notices.tell(rt), notices.tell(rt)]

    (mail,) = mails(rt)
    assert [one[NoticeState.SENT] for one in told] == [1, 0]
    assert (mail["To"], mail["Subject"]) == (
        f"{admin.name} <{admin.email}>",
        "AICMO: acme (llm) is down",
    )
    assert "Make a new key." in mail.get_payload()
    assert "http://localhost:8501/provider_health" in mail.get_payload()


def test_what_is_only_to_be_watched_is_not_told(rt: Runtime, admin: User) -> None:
    alarm(rt, severity=alarms.Severity.WATCH)

    notices.tell(rt)

    assert mails(rt) == []


def test_what_comes_and_goes_is_told_once_an_hour(rt: Runtime, admin: User, clock: Clock) -> None:
    for _ in range(3):
        alarm(rt)
        notices.tell(rt)
        clear(rt)
        clock.advance(minutes=10)
    within_the_hour = len(mails(rt))
    clock.advance(hours=1)
    alarm(rt)

    notices.tell(rt)

    assert (within_the_hour, len(mails(rt))) == (1, 2)


def test_that_it_is_over_is_told_once_to_those_who_heard_of_it(
    rt: Runtime, admin: User, clock: Clock
) -> None:
    alarm(rt)
    notices.tell(rt)
    with transaction(rt.sessions) as session:
        make_user(session, role=Role.ADMIN)  # came later, and heard of nothing
    clock.advance(minutes=30)
    clear(rt)
    at_once = notices.tell(rt)
    clock.advance(minutes=10)

    told = [notices.tell(rt), notices.tell(rt)]

    _, over = mails(rt)
    assert at_once[NoticeState.SENT] == 0  # it might come back
    assert [one[NoticeState.SENT] for one in told] == [1, 0]
    assert over["To"] == f"{admin.name} <{admin.email}>"
    assert over["Subject"] == "AICMO: Over: acme (llm) is down"
    assert "from 02 Mar 2026 09:00 UTC to 02 Mar 2026 09:30 UTC" in over.get_payload()


def test_what_comes_back_after_it_was_told_to_be_over_is_told_at_once(
    rt: Runtime, admin: User, clock: Clock
) -> None:
    for _ in range(2):
        alarm(rt)
        notices.tell(rt)
        clear(rt)
        clock.advance(minutes=10)
        notices.tell(rt)

    over = ["AICMO: Over:" in mail["Subject"] for mail in mails(rt)]
    assert over == [False, True, False, True]


def test_what_was_told_once_and_flickered_is_told_once_to_be_over(
    rt: Runtime, admin: User, clock: Clock
) -> None:
    for _ in range(4):
        alarm(rt)
        notices.tell(rt)
        clear(rt)
        clock.advance(minutes=2)
    clock.advance(minutes=20)

    notices.tell(rt)
    notices.tell(rt)

    assert len(mails(rt)) == 2


def test_what_was_over_long_ago_is_no_news(rt: Runtime, admin: User, clock: Clock) -> None:
    alarm(rt)
    notices.tell(rt)
    clear(rt)
    clock.advance(days=2)

    notices.tell(rt)

    assert len(mails(rt)) == 1


def test_an_alarm_that_cleared_before_it_was_told_is_not_told(rt: Runtime, admin: User) -> None:
    alarm(rt)
    with transaction(rt.sessions) as session:
        service.plan(session, chat=False, now=rt.now())
    clear(rt)

    notices.tell(rt)

    assert mails(rt) == []


def test_the_channel_hears_of_it_once(chatting: Runtime, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/services/T0/B0/secret").respond_with_data("ok")
    alarm(chatting)

    notices.tell(chatting)
    notices.tell(chatting)

    (request,) = [request for request, _ in httpserver.log]
    said = json.loads(request.data)
    assert said["text"] == "acme (llm) is down"
    assert "Make a new key." in json.dumps(said["blocks"])


def test_the_channel_hears_that_it_is_over(
    chatting: Runtime, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/services/T0/B0/secret").respond_with_data("ok")
    alarm(chatting)
    notices.tell(chatting)
    clear(chatting)
    clock.advance(minutes=10)

    notices.tell(chatting)

    _, over = [json.loads(request.data) for request, _ in httpserver.log]
    assert over["text"] == "Over: acme (llm) is down"
    assert "Nothing is left to do." in json.dumps(over["blocks"])


def test_a_channel_that_is_away_is_tried_again_later_and_given_up_at_last(
    chatting: Runtime, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/services/T0/B0/secret").respond_with_data("no", status=429)
    for number in range(2):
        alarm(chatting, key=f"{KEY}{number}")
    notices.tell(chatting)
    first = len(httpserver.log)
    notices.tell(chatting)
    too_soon = len(httpserver.log)

    for _ in range(5):
        clock.advance(hours=3)
        notices.tell(chatting)

    assert (first, too_soon) == (1, 1)  # the second alarm did not even try
    assert {state for _, state, _ in states(chatting)} == {NoticeState.FAILED}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Uncertain("Who knows."), NoticeState.UNCERTAIN),
        (Rejected("No."), NoticeState.FAILED),
    ],
)
def test_what_may_have_been_told_is_not_told_again(
    rt: Runtime, clock: Clock, admin: User, error: Exception, state: NoticeState
) -> None:
    class Broken:
        name = "broken"
        honours_keys = False

        def send(self, _email: object) -> None:
            raise error

        def close(self) -> None:
            """Nothing is open."""

    shaky = runtime.build(
        rt.settings, clock=clock.now, adapters={"email": {"folder": lambda _: Broken()}}
    )
    alarm(shaky)

    notices.tell(shaky)
    clock.advance(hours=5)
    notices.tell(shaky)

    assert states(shaky) == [("email", state, str(error))]
    shaky.close()


def test_a_teller_that_was_killed_counts_as_having_told(
    rt: Runtime, admin: User, clock: Clock
) -> None:
    alarm(rt)
    with transaction(rt.sessions) as session:
        service.plan(session, chat=False, now=rt.now())
        service.claim(session, now=rt.now())

    clock.advance(timedelta(minutes=20))
    notices.tell(rt)

    assert [state for _, state, _ in states(rt)] == [NoticeState.UNCERTAIN]
    assert mails(rt) == []


def test_an_admin_who_left_gets_nothing(rt: Runtime, admin: User) -> None:
    alarm(rt)
    with transaction(rt.sessions) as session:
        service.plan(session, chat=False, now=rt.now())
        session.execute(update(User).values(role=Role.VIEWER))

    notices.tell(rt)

    assert [state for _, state, _ in states(rt)] == [NoticeState.FAILED]
    assert mails(rt) == []


def test_a_check_tells_what_it_found(rt: Runtime, clock: Clock, admin: User) -> None:
    verdicts = [ILL]
    shaky = with_mail(rt, clock, lambda: verdicts[-1])

    first = provider_checks.run(shaky)
    second = provider_checks.run(shaky)
    verdicts.append(WELL)
    provider_checks.run(shaky)

    assert first["down"] == second["down"] > 0
    assert len(states(shaky)) == first["down"]  # one admin, once an alarm, though mail is down too
    shaky.close()
