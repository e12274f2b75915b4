"""A mailbox with two ways out: the second carries its mails while the first is away, and nothing
goes out twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from core import runtime
from core.config import Settings
from core.domain.access import SYSTEM
from core.domain.states import BreakerState, MessageState, ProviderState
from core.errors import ProviderError, Unavailable, Uncertain
from core.pipeline import dispatch, provider_checks
from core.providers.breaker import FAILURES, FIRST_WAIT
from core.providers.email.port import Accepted, Email, MailAccount
from core.providers.verdict import Verdict
from core.queries import health
from core.queries.health import ProviderRow
from core.runtime import Runtime
from db.models import Message
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_campaign, make_client, make_lead, make_mailbox, make_message

FIRST, SECOND = "first.example", "second.example"
TWO_WAYS = {"host": FIRST, "fallback": [{"provider": "smtp", "host": SECOND}]}


@dataclass
class World:
    """Two mail servers; each may fail with what it was told."""

    failing: dict[str, ProviderError] = field(default_factory=dict)
    carried: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


class Server:
    """The sender that speaks with one of them."""

    name = "smtp"
    honours_keys = True

    def __init__(self, world: World, host: str) -> None:
        self._world = world
        self._host = host

    def send(self, email: Email) -> Accepted:
        self._world.asked.append(self._host)
        if error := self._world.failing.get(self._host):
            raise error
        self._world.carried.append((self._host, email.to_address))
        return Accepted("smtp")

    def check(self) -> Verdict:
        if self._world.failing.get(self._host):
            return Verdict(ProviderState.DOWN, "No answer.", "Look at the server.")
        return Verdict(ProviderState.HEALTHY, "It answers.")

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def office(settings: Settings, clock: Clock, world: World) -> Iterator[Runtime]:
    def build(account: MailAccount) -> Server:
        return Server(world, account.host or "")

    real = settings.model_copy(update={"use_real_email_gateway": True})
    adapters = {"email": {"smtp": build, "folder": build}}
    built = runtime.build(real, clock=clock.now, adapters=adapters)
    yield built
    built.close()


def approved(rt: Runtime, count: int) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        box = make_mailbox(session, client, provider="smtp", settings=TWO_WAYS)
        for _ in range(count):
            make_message(session, make_lead(session, campaign, state="nurtured"), box)


def states(rt: Runtime) -> set[MessageState]:
    with reading(rt.sessions) as session:
        return set(session.scalars(select(Message.state)))


def senders(rt: Runtime) -> dict[str, ProviderRow]:
    rt.providers.book.flush()
    with reading(rt.sessions) as session:
        rows = health.providers(session, SYSTEM)
    return {row.provider: row for row in rows if row.port == "email" and row.part}


def alarms(rt: Runtime) -> set[str]:
    with reading(rt.sessions) as session:
        return {
            alarm.title for alarm in health.alarms(session, SYSTEM) if "sending of" in alarm.title
        }


def test_the_second_way_out_carries_the_mails_until_the_first_is_well(
    office: Runtime, world: World, clock: Clock
) -> None:
    approved(office, FAILURES + 3)
    world.failing[FIRST] = Unavailable("The server refused the connection.", provider="smtp")

    report = dispatch.run(office, limit=FAILURES + 2)
    down = senders(office)
    provider_checks.run(office)
    raised = alarms(office)
    world.failing.clear()
    clock.advance(FIRST_WAIT)
    dispatch.run(office)
    well = senders(office)["smtp"]
    provider_checks.run(office)

    assert report["sent"] == FAILURES + 2
    assert {host for host, _ in world.carried[: FAILURES + 2]} == {SECOND}
    assert world.asked.count(FIRST) == FAILURES + 1  # the open breaker spared it the rest
    assert (down["smtp"].state, down["smtp"].breaker) == (ProviderState.DOWN, BreakerState.OPEN)
    assert down["smtp#2"].state is ProviderState.HEALTHY
    assert len(raised) == 1
    assert world.carried[-1][0] == FIRST
    assert (well.breaker, well.failures_in_row) == (BreakerState.CLOSED, 0)
    assert alarms(office) == set()
    assert len(world.carried) == len(set(world.carried)) == FAILURES + 3
    assert states(office) == {MessageState.SENT}


def test_what_may_have_gone_out_never_goes_by_the_other_way(office: Runtime, world: World) -> None:
    approved(office, 1)
    world.failing[FIRST] = Uncertain("The connection was lost after the data.", provider="smtp")

    report = dispatch.run(office)

    assert (report["uncertain"], world.asked) == (1, [FIRST])
    assert states(office) == {MessageState.UNCERTAIN}


def test_with_both_away_the_mail_waits(office: Runtime, world: World) -> None:
    approved(office, 1)
    world.failing = {host: Unavailable("Away.", provider="smtp") for host in (FIRST, SECOND)}

    report = dispatch.run(office)

    assert (report["put_off"], world.asked) == (1, [FIRST, SECOND])
    assert states(office) == {MessageState.APPROVED}


def test_with_the_gateway_off_there_is_one_way_and_it_stays_here(rt: Runtime) -> None:
    approved(rt, 1)

    dispatch.run(rt)

    assert len(list((rt.data_dir / "outbox").rglob("*.eml"))) == 1
    assert states(rt) == {MessageState.SENT}


def test_a_way_out_that_leads_nowhere_is_none(office: Runtime, world: World) -> None:
    with transaction(office.sessions) as session:
        client = make_client(session)
        ways = {"host": FIRST, "fallback": ["smtp", "folder", "unheard-of"]}
        box = make_mailbox(session, client, provider="smtp", settings=ways)
        make_message(
            session, make_lead(session, make_campaign(session, client), state="nurtured"), box
        )
    world.failing[FIRST] = Unavailable("Away.", provider="smtp")

    report = dispatch.run(office)

    assert (report["put_off"], world.asked) == (1, [FIRST])
