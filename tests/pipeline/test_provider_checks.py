"""Checks ask every provider and mailbox, keep what they say, and open and close alarms."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from core.domain.access import SYSTEM
from core.domain.states import ProviderState
from core.errors import Unavailable
from core.pipeline import provider_checks
from core.providers.verdict import Verdict
from core.queries import health
from core.runtime import Runtime, build
from core.simulation import servers
from db.models import ProviderHealth
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_client, make_mailbox

WELL = Verdict(ProviderState.HEALTHY, "Fine.")
ILL = Verdict(ProviderState.DOWN, "No answer.", "Wait.")


class Checkable:
    """Says what it is told to say."""

    name = "acme"
    honours_keys = False

    def __init__(self, says: Callable[[], Verdict]) -> None:
        self._says = says

    def check(self) -> Verdict:
        return self._says()

    def send(self, _email: object) -> None:
        raise Unavailable("Nothing goes out.")

    def close(self) -> None:
        """Nothing is open."""


def with_mail(rt: Runtime, clock: Clock, says: Callable[[], Verdict]) -> Runtime:
    """The runtime with one e-mail provider that says this."""

    def acme(_account: Any) -> Checkable:
        return Checkable(says)

    local = {port: {"local": acme} for port in ("enrichment", "verification")}
    adapters = {**local, "email": {"folder": acme}, "inbox": {"folder": acme}}
    return build(rt.settings, clock=clock.now, adapters=adapters)


def states(rt: Runtime) -> dict[tuple[str, str], ProviderState]:
    with reading(rt.sessions) as session:
        rows = health.providers(session, SYSTEM)
    set_up = [row for row in rows if row.state is not ProviderState.UNCONFIGURED]
    return {(row.port, row.part): row.state for row in set_up}


def alarms(rt: Runtime) -> list[tuple[str, int | None]]:
    with reading(rt.sessions) as session:
        return [(alarm.key, alarm.client_id) for alarm in health.alarms(session, SYSTEM)]


def test_every_port_and_mailbox_is_asked(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        box = make_mailbox(session, make_client(session))
    well = with_mail(rt, clock, lambda: WELL)

    report = provider_checks.run(well)

    part = f"mailbox:{box.id}"
    asked = states(rt)
    assert {("llm", ""), ("email", ""), ("email", part), ("inbox", part)} <= set(asked)
    assert set(asked.values()) == {ProviderState.HEALTHY}
    assert report["healthy"] == len(asked)
    well.close()


def test_what_is_down_is_an_alarm_of_its_client_until_it_is_well(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        box = make_mailbox(session, client)
    verdicts = [ILL]
    shaky = with_mail(rt, clock, lambda: verdicts[-1])

    provider_checks.run(shaky)
    provider_checks.run(shaky)
    raised = alarms(rt)
    verdicts.append(WELL)
    provider_checks.run(shaky)

    assert (f"provider:email:folder:mailbox:{box.id}", client.id) in raised
    assert len(raised) == len(set(raised))
    assert alarms(rt) == []
    shaky.close()


def test_a_check_that_breaks_off_is_down(rt: Runtime, clock: Clock) -> None:
    def lost() -> Verdict:
        raise Unavailable("Lost.", advice="Look.")

    broken = with_mail(rt, clock, lost)

    found = provider_checks.check_all(broken)

    verdicts = {checked.place[0]: checked.verdict for checked in found}
    assert verdicts["email"] == Verdict(ProviderState.DOWN, "Lost.", "Look.")
    broken.close()


def test_a_mailboxs_former_provider_is_forgotten(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        make_mailbox(session, make_client(session))
    old = with_mail(rt, clock, lambda: WELL)
    provider_checks.run(old)
    before = len(states(rt))
    new = build(
        rt.settings,
        clock=clock.now,
        adapters={
            port: {"local": lambda _: Checkable(lambda: WELL)}
            for port in ("enrichment", "verification")
        },
    )

    provider_checks.run(new)

    with reading(rt.sessions) as session:
        providers = {row.provider for row in health.providers(session, SYSTEM) if row.part}
    assert providers == {"folder"}
    assert before > 0
    old.close()
    new.close()


def test_a_process_that_is_to_end_asks_nobody_more(rt: Runtime, clock: Clock) -> None:
    well = with_mail(rt, clock, lambda: WELL)

    assert provider_checks.check_all(replace(well, stopping=lambda: True)) == []
    well.close()


def test_what_a_mailbox_is_set_to_is_not_forgotten_while_the_gateway_is_off(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        box = make_mailbox(session, make_client(session), provider="smtp")
        part = f"mailbox:{box.id}"
        for provider in ("smtp", "former"):
            session.add(ProviderHealth(port="email", provider=provider, part=part, state="down"))

    provider_checks.run(rt)

    with reading(rt.sessions) as session:
        kept = session.scalars(select(ProviderHealth.provider).filter_by(port="email", part=part))
        assert set(kept) == {"folder", "smtp"}


def test_a_mailbox_server_on_this_machine_is_asked_though_the_gateway_is_off(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        gone = {"host": "127.0.0.1", "port": servers.DEAD, "security": "none"}
        here = make_mailbox(session, client, provider="smtp", settings=gone)
        away = make_mailbox(
            session, client, provider="smtp", settings=gone | {"host": "mail.example"}
        )

    provider_checks.run(rt)

    with reading(rt.sessions) as session:
        found = {
            row.part: row for row in health.providers(session, SYSTEM) if row.provider == "smtp"
        }
        (alarm,) = health.alarms(session, SYSTEM)
    told = found[f"mailbox:{here.id}"]
    assert told.state is ProviderState.DOWN
    assert "Connection refused" in (told.last_error or "")
    assert "Settings → Mailboxes" in (told.advice or "")
    assert here.address in alarm.title
    assert f"mailbox:{away.id}" not in found  # nothing was asked beyond this machine
