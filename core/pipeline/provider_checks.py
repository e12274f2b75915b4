"""Asks every configured provider and mailbox whether it could work now; sends and buys nothing.

Safe to run twice: a check changes nothing outside, its outcome overwrites the last one, and an
alarm is open once.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from core import gateways, logs
from core.domain.states import NoticeState, ProviderState
from core.errors import ProviderError
from core.pipeline import notices
from core.pipeline.mail_accounts import inbox_account, mail_account
from core.pipeline.report import Report
from core.providers.chain import Member
from core.providers.registry import builder, label
from core.providers.verdict import Verdict
from core.runtime import CHAINS, Runtime
from core.services import alarms, crm_plan, health, mailboxes
from core.services.health import Place
from db.session import reading, transaction

WORK = {  # of a port, in words
    "email": "sending", "inbox": "the inbox", "llm": "language models", "crm": "the CRM",
}  # fmt: skip
Check = Callable[[], Verdict]
HERE = ("127.0.0.1", "::1", "localhost")
KEPT = timedelta(days=31)  # of a provider's hours
GOOD = (ProviderState.HEALTHY, ProviderState.DEGRADED)

log = logs.get("checks")


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check said."""

    place: Place
    verdict: Verdict
    client_id: int | None
    address: str

    @property
    def key(self) -> str:
        """The alarm's key."""
        return "provider:" + ":".join(part for part in self.place if part)


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Checks them all, then tells admins of new alarms; counts by state, and `told`. A campaign or
    limit has no meaning here.
    """
    found = check_all(rt)
    states = Counter(str(checked.verdict.state) for checked in found)
    told = notices.tell(rt)
    return Report(dict(states) | ({"told": told[NoticeState.SENT]} if told else {}))


def check_all(rt: Runtime) -> list[Checked]:
    """Checks every provider of every port and every mailbox, one after another, and keeps what
    they said.
    """
    found: list[Checked] = []
    for place, client_id, address, check in _checks(rt):
        if rt.stopping():
            break
        found.append(_checked(rt, place, client_id, address, check))
    with transaction(rt.sessions) as session:
        # what a mailbox is set to is not forgotten while the real gateway is off
        health.forget_others(
            session, [*(checked.place for checked in found), *mailboxes.places(session)]
        )
        health.forget_hours(session, before=rt.now() - KEPT)
    rt.providers.book.forget()
    return found


def _checks(rt: Runtime) -> Iterator[tuple[Place, int | None, str, Check]]:
    for port in CHAINS:
        for member in rt.providers.members(port):
            yield (port, member.provider, ""), None, "", partial(_check, member)
    mail, inbox = gateways.of_environment(rt.settings, rt.data_dir)
    with ExitStack() as open_:
        sender = open_.enter_context(closing(rt.providers.email(mail)))
        reader = open_.enter_context(closing(rt.providers.inbox(inbox)))
        yield ("email", sender.name, ""), None, "", sender.check
        yield ("inbox", reader.name, ""), None, "", reader.check
    yield from _crm(rt)
    yield from _mailboxes(rt)


def _crm(rt: Runtime) -> Iterator[tuple[Place, int | None, str, Check]]:
    """The one in use; the CSV files as long as the real gateway is off."""
    with reading(rt.sessions) as session:
        chosen = crm_plan.plan(session).crm
    with closing(rt.providers.crm(chosen)) as crm:
        yield ("crm", crm.name, ""), None, "", crm.check


def _mailboxes(rt: Runtime) -> Iterator[tuple[Place, int | None, str, Check]]:
    with reading(rt.sessions) as session:
        found = [mailboxes.connection(session, id_) for id_ in mailboxes.all_ids(session)]
    for box in found:
        if box is None:
            continue
        part = f"mailbox:{box.mailbox_id}"
        with ExitStack() as open_:
            sender = open_.enter_context(closing(rt.providers.email(mail_account(rt, box))))
            reader = open_.enter_context(closing(rt.providers.inbox(inbox_account(rt, box))))
            for name, one in sender.members:
                yield ("email", name, part), box.client_id, box.address, one.check
            yield ("inbox", reader.name, part), box.client_id, box.address, reader.check
        if not rt.settings.use_real_email_gateway:
            yield from _on_this_machine(rt, box, part)


def _on_this_machine(
    rt: Runtime, box: mailboxes.Connection, part: str
) -> Iterator[tuple[Place, int | None, str, Check]]:
    """The server that a mailbox is set to, though the real gateway is off: a call to this machine
    does not leave it, and one that cannot work should be known before the gateway is turned on.
    """
    mail = mail_account(rt, box)
    if mail.host in HERE:
        with closing(builder("email", mail.provider)(mail)) as sender:
            yield ("email", mail.provider, part), box.client_id, box.address, sender.check


def check_one(rt: Runtime, port: str, provider: str, part: str) -> Verdict | None:
    """Checks one provider by the place that health knows it by, and keeps what it said; None where
    it is gone.
    """
    for place, client_id, address, check in _checks(rt):
        if place == (port, provider, part):
            return _checked(rt, place, client_id, address, check).verdict
    return None


def _checked(
    rt: Runtime, place: Place, client_id: int | None, address: str, check: Check
) -> Checked:
    """One check, kept. The log and the collector are told which provider it is about."""
    port, provider, part = place
    ids: dict[str, str | int] = {"port": port, "provider": provider, "part": part}
    ids |= {} if client_id is None else {"client": client_id}
    with logs.about(**ids), rt.telemetry.span(f"check {provider}", **ids) as span:
        checked = Checked(place, _asked(check), client_id, address)
        span.tell(state=checked.verdict.state.value)
        _keep(rt, checked)
    return checked


def _check(member: Member[Any]) -> Verdict:
    verdict: Verdict = member.get().check()
    return verdict


def _asked(check: Check) -> Verdict:
    try:
        return check()
    except ProviderError as error:
        advice = error.advice or "Look at the provider's settings, then check again."
        return Verdict(ProviderState.DOWN, error.sentence, advice)


def _keep(rt: Runtime, checked: Checked) -> None:
    """The state, and the alarm it opens or closes, in one transaction."""
    now, verdict = rt.now(), checked.verdict
    with transaction(rt.sessions) as session:
        before, state = health.record_check(
            session,
            checked.place,
            verdict.state,
            reason=verdict.reason,
            advice=verdict.advice,
            quota=verdict.quota,
            now=now,
        )
        if state is not before:
            log.info("a provider's state changed", before=before, state=state)
        if state in GOOD or state is ProviderState.UNCONFIGURED:
            alarms.clear(session, checked.key, now=now)
            return
        port, provider, _ = checked.place
        whose = f" of {checked.address}" if checked.address else ""
        alarms.raise_alarm(
            session,
            key=checked.key,
            title=f"{label(provider)} is down ({WORK.get(port, port)}{whose})",
            advice=" ".join(text for text in (verdict.reason, verdict.advice) if text),
            page="provider_health",
            client_id=checked.client_id,
            now=now,
        )
