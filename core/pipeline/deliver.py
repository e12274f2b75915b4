"""Tells webhooks what happened: each endpoint in the order of its events, endpoints side by side.

Safe to run twice, beside itself, or to be killed anywhere: a delivery is claimed in a transaction
of its own before the call; what was claimed and not recorded is tried again after a lease, with the
same idempotency key. An endpoint that hangs holds up nobody: the stage waits a few seconds, then
leaves it to its thread, which records for itself.
"""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextvars import copy_context
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.domain.access import Viewer
from core.domain.states import DeliveryState
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, outcome_of
from core.pipeline.report import Report
from core.providers.automation.port import Gone, Notice, Receipt, Target
from core.runtime import Runtime
from core.services import deliveries, endpoints
from core.services.deliveries import Claimed
from db.session import reading, transaction

THREADS = 8
PATIENCE = 3.0  # seconds that a turn waits for slow endpoints before it leaves them to themselves
TURN = 20.0  # seconds that one endpoint is told without a break; the next turn goes on
AUTOMATION = "automation"  # the port
NOT_SET = "{} is not set any more. Set it, or turn this webhook off."
LOST = "The address is encrypted with another key. Make the webhook anew."

log = logs.get("deliver")


def run(
    rt: Runtime,
    *,
    campaign_id: int | None = None,
    limit: int | None = None,
    patience: float = PATIENCE,
) -> Report:
    """Counts: delivered, retry, dead, under_way (endpoints still being told when it returns).

    It looks after everything at once; `campaign_id` changes nothing here. `limit`: at most so many
    to each endpoint.
    """
    with reading(rt.sessions) as session:
        due = deliveries.endpoints_with_due(session, now=rt.now())
    turn = _Turn(rt, due, limit)
    for thread in turn.threads:
        thread.start()
    give_up = time.monotonic() + patience
    for thread in turn.threads:
        thread.join(max(0.0, give_up - time.monotonic()))
    return turn.report()


def ping(rt: Runtime, viewer: Viewer, endpoint_id: int) -> Receipt:
    """A test by hand, signed and recorded like every other; raises what the endpoint's error is."""
    with transaction(rt.sessions) as session:
        one = endpoints.ping(session, viewer, endpoint_id, now=rt.now())
    try:
        receipt = _call(rt, one)
    except ProviderError as error:
        _record_error(rt, one, error)
        raise
    _record(rt, one, receipt)
    return receipt


class _Turn:
    """Some threads that share a list of endpoints; each endpoint is told by one of them."""

    def __init__(self, rt: Runtime, due: Sequence[int], limit: int | None) -> None:
        self._rt = rt
        self._limit = limit
        self._waiting = list(reversed(due))
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.threads = [  # not daemons: a process that ends lets the call in hand be recorded
            # each in a context of its own, so that logs and spans know the run they belong to
            threading.Thread(target=copy_context().run, args=(self._work,), name="deliver")
            for _ in range(min(THREADS, len(due)))
        ]

    def report(self) -> Report:
        """What is done by now."""
        with self._lock:
            counts = {word: number for word, number in self._counts.items() if number}
        alive = sum(thread.is_alive() for thread in self.threads)
        return Report(counts | ({"under_way": alive} if alive else {}))

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting or self._rt.stopping():
                    return
                endpoint_id = self._waiting.pop()
            try:
                self._tell_all(endpoint_id)
            except SQLAlchemyError as error:  # the lease ends, and it is tried again
                log.error("a delivery was not recorded", endpoint=endpoint_id, exc_info=error)

    def _tell_all(self, endpoint_id: int) -> None:
        """One after another, until nothing is due, one fails, or the time is over."""
        ends, told = time.monotonic() + TURN, 0
        while time.monotonic() < ends and told != self._limit and not self._rt.stopping():
            with transaction(self._rt.sessions) as session:
                one = deliveries.claim(session, endpoint_id, now=self._rt.now())
            if one is None:
                return
            with logs.about(endpoint=endpoint_id, client=one.client_id, provider=one.endpoint_kind):
                state = _tell(self._rt, one)
            told += 1
            with self._lock:
                self._counts[str(state)] += 1


def _tell(rt: Runtime, one: Claimed) -> DeliveryState:
    try:
        receipt = _call(rt, one)
    except ProviderError as error:
        return _record_error(rt, one, error)
    _record(rt, one, receipt)
    return DeliveryState.DELIVERED


def _call(rt: Runtime, one: Claimed) -> Receipt:
    if one.secret is None:
        raise Misconfigured(LOST)
    target = Target(
        kind=one.endpoint_kind,
        url=_url(rt, one),
        secret=SecretStr(one.secret),
        allowed=one.allowed_host,
    )
    with rt.telemetry.call(AUTOMATION, one.endpoint_kind):
        return rt.providers.hook(target).tell(notice_of(one), now=rt.now())


def _url(rt: Runtime, one: Claimed) -> SecretStr:
    """The address: the environment's where it holds it, else the stored one."""
    if one.setting is not None:
        url = getattr(rt.settings, one.setting, None)
        if not isinstance(url, SecretStr) or not url.get_secret_value().strip():
            raise Misconfigured(NOT_SET.format(one.setting.upper()))
        return SecretStr(url.get_secret_value().strip())
    if one.url is None:
        raise Misconfigured(LOST)
    return SecretStr(one.url)


def notice_of(one: Claimed) -> Notice:
    """The event as the port takes it."""
    return Notice(one.event_id, str(one.kind), one.subject, one.at, one.client, one.payload)


def _record(rt: Runtime, one: Claimed, receipt: Receipt) -> None:
    with transaction(rt.sessions) as session:
        deliveries.delivered(session, one, status=receipt.status, note=receipt.note, now=rt.now())


def _record_error(rt: Runtime, one: Claimed, error: ProviderError) -> DeliveryState:
    now: datetime = rt.now()
    reason = logs.scrub(error.sentence)
    log.warning("a webhook was not told", delivery=one.delivery_id, outcome=outcome_of(error))
    with transaction(rt.sessions) as session:
        if isinstance(error, Gone):
            deliveries.gone(session, one, reason, status=error.status, now=now)
            return DeliveryState.DEAD
        if isinstance(error, Rejected):
            deliveries.refused(session, one, reason, status=error.status, now=now)
            return DeliveryState.DEAD
        wait = error.retry_at if isinstance(error, Unavailable) else None
        return deliveries.failed(session, one, reason, status=error.status, retry_at=wait, now=now)
