"""Whether a domain takes mail at all: MX, else A or AAAA (RFC 5321), null MX (RFC 7505).

It never says that an address is valid. Answers are kept for as long as the DNS says, a day at most;
what could not be asked is asked again.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import dns.exception
import dns.resolver
from dns.rdatatype import MX, RdataType

from core.config import Settings
from core.domain.states import EmailStatus, ProviderState
from core.errors import Unavailable
from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict, Ticket, Verdicts

AT_ONCE = 16  # threads
SHORTEST, LONGEST, EMPTY = 60.0, 86_400.0, 3_600.0  # seconds that an answer is kept
MOST_KEPT = 100_000
PORT = 53

TAKES = EmailVerdict(EmailStatus.UNKNOWN, "Its domain takes mail.")
SILENT = EmailVerdict(EmailStatus.UNKNOWN, "The DNS could not be asked.", final=False)
NO_DOMAIN = EmailVerdict(EmailStatus.INVALID, "Its domain does not exist.")
NO_SERVER = EmailVerdict(EmailStatus.INVALID, "Its domain has no mail server.")
NO_MAIL = EmailVerdict(EmailStatus.INVALID, "Its domain says that it takes no mail.")


class MailServers:
    """Looks domains up, several at once."""

    name = "mx"
    at_once = 1000
    price_micros = 0
    on_record = False

    def __init__(
        self,
        *,
        on: bool = True,
        server: str | None = None,
        seconds: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on = on
        self._server = server
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[str, tuple[EmailVerdict, float]] = {}
        self._lock = Lock()
        self._resolver: dns.resolver.Resolver | None = None

    def verify(self, addresses: Sequence[str]) -> Verdicts:
        """Invalid where no mail can reach the domain, else unknown."""
        domains = {address: address.rpartition("@")[2] for address in addresses}
        wanted = sorted(set(domains.values()))
        with ThreadPoolExecutor(min(AT_ONCE, len(wanted) or 1), "mx") as pool:
            found = dict(zip(wanted, pool.map(self._known, wanted), strict=True))
        if found and all(one is SILENT for one in found.values()):
            raise Unavailable("The DNS does not answer.", provider=self.name, advice=self._advice)
        return {address: found[domain] for address, domain in domains.items()}

    def collect(self, ticket: Ticket, addresses: Sequence[str]) -> Verdicts | None:
        """It never gives a ticket."""
        return {}

    def check(self) -> Verdict:
        """Looks up one name that everybody may ask for."""
        if not self._on:
            advice = "Set AICMO_MX_LOOKUPS=true to find domains without a mail server at no cost."
            reason = "Domains are not looked up: nothing leaves the machine unasked."
            return Verdict(ProviderState.UNCONFIGURED, reason, advice)
        if self._ask("iana.org") is SILENT:
            return Verdict(ProviderState.DOWN, "The DNS does not answer.", self._advice)
        return Verdict(ProviderState.HEALTHY, "The DNS answers.")

    @property
    def _advice(self) -> str:
        return "Check the network and AICMO_DNS_SERVER, or turn AICMO_MX_LOOKUPS off."

    def _known(self, domain: str) -> EmailVerdict:
        with self._lock:
            verdict, until = self._kept.get(domain, (None, 0.0))
        if verdict is not None and self._clock() < until:
            return verdict
        return self._ask(domain)

    def _ask(self, domain: str) -> EmailVerdict:
        try:
            verdict, seconds = self._look_up(domain)
        except (dns.exception.DNSException, OSError, ValueError):
            return SILENT
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[domain] = verdict, self._clock() + seconds
        return verdict

    def _look_up(self, domain: str) -> tuple[EmailVerdict, float]:
        """The verdict and how long it holds."""
        resolver = self._opened()
        try:
            answer = resolver.resolve(domain, MX, search=False)
        except dns.resolver.NXDOMAIN:
            return NO_DOMAIN, EMPTY
        except dns.resolver.NoAnswer:
            return self._by_address(resolver, domain)
        servers: list[Any] = list(answer)
        if all(str(one.exchange) == "." for one in servers):
            return NO_MAIL, EMPTY
        ttl = float(answer.rrset.ttl) if answer.rrset is not None else EMPTY
        return TAKES, min(max(ttl, SHORTEST), LONGEST)

    def _by_address(
        self, resolver: dns.resolver.Resolver, domain: str
    ) -> tuple[EmailVerdict, float]:
        for kind in (RdataType.A, RdataType.AAAA):
            try:
                resolver.resolve(domain, kind, search=False)
            except dns.resolver.NoAnswer:
                continue
            return TAKES, EMPTY
        return NO_SERVER, EMPTY

    def _opened(self) -> dns.resolver.Resolver:
        with self._lock:
            if self._resolver is None:
                self._resolver = _resolver(self._server, self._seconds)
            return self._resolver


def build(settings: Settings) -> MailServers:
    """The adapter."""
    return MailServers(
        on=settings.mx_lookups, server=settings.dns_server, seconds=settings.dns_seconds
    )


def _resolver(server: str | None, seconds: float) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=not server)
    resolver.timeout = resolver.lifetime = seconds
    if server:
        host, _, port = server.partition(":") if server.count(":") == 1 else (server, "", "")
        resolver.nameservers = [host]
        resolver.port = int(port) if port else PORT
    return resolver
