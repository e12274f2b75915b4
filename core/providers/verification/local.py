"""Verdicts by rules alone: shape, reserved names, lists of domains. Never says that one is valid.

Where the lists of domains are from, and of when, stands in core.intake.domain_lists.
"""

from collections.abc import Sequence
from typing import Any

from email_validator import EmailNotValidError, validate_email

from core.domain import addresses as spelling
from core.domain.states import EmailStatus, ProviderState
from core.intake import emails
from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict, Ticket, Verdicts

# names that can never be delivered to (RFC 2606, RFC 6761, RFC 7686); `.example` and `.test` are
# kept out of this list because demonstrations and tests live there
UNDELIVERABLE = ("invalid", "localhost", "onion", "local")


class LocalRules:
    """Looks at the address itself; asks nobody."""

    name = "local"
    at_once = 1000
    price_micros = 0
    on_record = False

    def verify(self, addresses: Sequence[str]) -> Verdicts:
        """Invalid where the address cannot work, risky where it is thrown away soon, else
        unknown.
        """
        return {address: _verdict(address) for address in addresses}

    def collect(self, ticket: Ticket, addresses: Sequence[str]) -> Verdicts | None:
        """It never gives a ticket."""
        return {}

    def check(self) -> Verdict:
        """Always at hand."""
        return Verdict(ProviderState.HEALTHY, "Looks at the spelling on this machine.")


def build(_settings: Any) -> LocalRules:
    """Needs no settings."""
    return LocalRules()


def _verdict(address: str) -> EmailVerdict:
    key = spelling.normalise(address)
    if key is None:
        return EmailVerdict(EmailStatus.INVALID, "It has not the shape of an address.")
    if not spelling.PLAIN.fullmatch(key):
        try:
            validate_email(key, check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            return EmailVerdict(EmailStatus.INVALID, str(error))
    domain = key.rpartition("@")[2]
    if domain.rpartition(".")[2] in UNDELIVERABLE:
        return EmailVerdict(EmailStatus.INVALID, f"No mail can reach .{domain.rpartition('.')[2]}.")
    disposable = emails.is_disposable(domain)
    status = EmailStatus.RISKY if disposable else EmailStatus.UNKNOWN
    reason = "The domain gives throw-away addresses." if disposable else "Its spelling is fine."
    return EmailVerdict(
        status,
        reason,
        disposable=disposable,
        role_account=spelling.is_role(key),
        free_mail=spelling.is_free(key),
    )
