"""Dropcontact's verdicts on addresses: up to 250 at once, had by polling."""

from collections.abc import Sequence

from core.config import Settings
from core.domain.states import EmailStatus
from core.providers.vendors import dropcontact
from core.providers.vendors.line import micros
from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict, Ticket, Verdicts

SILENT = EmailVerdict(EmailStatus.UNKNOWN, "Dropcontact says nothing of it.")


class Dropcontact:
    """Looks at the address and its domain."""

    name = dropcontact.VENDOR.name
    at_once = dropcontact.AT_ONCE
    on_record = True

    def __init__(self, settings: Settings) -> None:
        self.price_micros = micros(settings.dropcontact_price)
        self._every = settings.dropcontact_poll_seconds
        self._line = dropcontact.line(settings)

    def verify(self, addresses: Sequence[str]) -> Ticket:
        """Puts the question; the answer is collected later."""
        people = [{"email": address} for address in addresses]
        return dropcontact.submit(self._line, people, self._every)

    def collect(self, ticket: Ticket, addresses: Sequence[str]) -> Verdicts | None:
        """The answer, once it is ready."""
        people = dropcontact.collect(self._line, ticket, len(addresses))
        if people is None:
            return None
        return {
            address: dropcontact.verdict(person, address, self.price_micros) or SILENT
            for address, person in zip(addresses, people, strict=True)
        }

    def check(self) -> Verdict:
        """Whether it knows the key, and what credit is left."""
        return dropcontact.check(self._line)


def build(settings: Settings) -> Dropcontact:
    """The adapter."""
    return Dropcontact(settings)
