"""One line to a vendor of facts and verdicts: its key, its address, and what its refusals mean.

A question that may cost is never repeated by itself: an answer that got lost is Uncertain, because
it may be billed all the same. What costs nothing (checks, looking whether an answer is ready) is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from core.config import Settings
from core.domain.states import ProviderState
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain
from core.providers.http import Answer, Http
from core.providers.vendor import base_of, key_of, verdict_of
from core.providers.verdict import Verdict

MICROS = 1_000_000
MINUTE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Vendor:
    """How a vendor is called, which settings it needs, and what its statuses mean where they mean
    something else than usual. `setting`: the field of its key; `base`: of its address.
    """

    name: str
    label: str
    setting: str
    base: str
    header: str
    where: str
    used_up: frozenset[int] = frozenset({402})
    slow_down: frozenset[int] = frozenset()
    rest: timedelta = MINUTE  # after "too many" without a time
    permits: str = "what its plan permits"


class Line:
    """Asks one vendor. Threads may share it; its connections are kept."""

    def __init__(self, vendor: Vendor, settings: Settings) -> None:
        self._vendor = vendor
        self._settings = settings
        self._lock = Lock()
        self._http: Http | None = None

    def ask(self, method: str, path: str, **given: Any) -> Answer:
        """A question that may cost."""
        return self._call(method, path, repeatable=False, **given)

    def read(self, method: str, path: str, **given: Any) -> Answer:
        """A question that costs nothing, however often it is put."""
        return self._call(method, path, repeatable=True, **given)

    def check(self, ask: Callable[[], Verdict]) -> Verdict:
        """What a check says, also where it could not ask."""
        return verdict_of(ask)

    def broken(self, what: str, *, paid: bool) -> ProviderError:
        """An answer of a shape that nobody published."""
        kind: type[ProviderError] = Uncertain if paid else Unavailable
        return kind(f"{self._vendor.label} {what}.", provider=self._vendor.name)

    def _call(self, method: str, path: str, *, repeatable: bool, **given: Any) -> Answer:
        try:
            return self._open().call(method, path, repeatable=repeatable, **given)
        except ProviderError as error:
            raise self._ours(error) from None

    def _open(self) -> Http:
        with self._lock:
            if self._http is None:
                vendor, settings = self._vendor, self._settings
                given = getattr(settings, vendor.setting)
                key = key_of(given, vendor.label, vendor.setting.upper(), vendor.where)
                self._http = Http(
                    vendor.label,
                    base_of(getattr(settings, vendor.base), vendor.label, vendor.base.upper()),
                    headers={vendor.header: key},
                    read_timeout=settings.lookup_read_seconds,
                    ca_file=settings.tls_ca_file,
                )
            return self._http

    def _ours(self, error: ProviderError) -> ProviderError:
        """The same in this vendor's sense. The vendor's own words may repeat whom we asked about:
        they are left out.
        """
        vendor, status = self._vendor, error.status
        error.provider = vendor.name
        if status is None:
            return error
        if status in vendor.used_up:
            return Misconfigured(
                f"{vendor.label} says that the credits or the plan are used up ({status}).",
                provider=vendor.name,
                status=status,
                advice=f"Add credits at {vendor.where}, or put another provider first.",
            )
        if status == 429 or status in vendor.slow_down:
            when = getattr(error, "retry_at", None) or datetime.now(UTC) + vendor.rest
            said = f"{vendor.label} asks us to wait ({status})."
            return Unavailable(said, provider=vendor.name, status=status, retry_at=when)
        return self._refused(error, status)

    def _refused(self, error: ProviderError, status: int) -> ProviderError:
        vendor = self._vendor
        if status in (401, 403):
            return Misconfigured(
                f"{vendor.label} does not let us in ({status}).",
                provider=vendor.name,
                status=status,
                advice=f"Check {vendor.setting.upper()} and {vendor.permits} at {vendor.where}.",
            )
        if 300 <= status < 400:
            error.advice = f"Check {vendor.base.upper()}, or remove it for the usual address."
            return error
        if isinstance(error, Rejected):
            said = f"{vendor.label} refused this ({status})."
            return Rejected(said, provider=vendor.name, status=status)
        return error


def micros(price: float) -> int:
    """A price of the settings in millionths."""
    return round(price * MICROS)


def healthy(reason: str, quota: str | None = None, *, left: float | None = None) -> Verdict:
    """A good check's verdict; with nothing left it is degraded, because the next call will fail."""
    if left is not None and left <= 0:
        advice = "Add credits, or wait until the plan begins anew."
        return Verdict(ProviderState.DEGRADED, "Nothing is left of the plan.", advice, quota)
    return Verdict(ProviderState.HEALTHY, reason, quota=quota)


def dig(found: Any, *names: str) -> Any:
    """The value under these names in documents of documents; None where there is none."""
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
