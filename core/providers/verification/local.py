"""Verdicts by rules alone: shape, reserved names, lists of domains. Never says that one is valid.

The list of disposable domains is that of the package disposable-email-domains (its version and date
stand in requirements.txt).
"""

from collections.abc import Sequence
from typing import Any

from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email

from core.domain import addresses as spelling
from core.domain.states import EmailStatus, ProviderState
from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict, Verdicts

# names that can never be delivered to (RFC 2606, RFC 6761, RFC 7686); `.example` and `.test` are
# kept
# out of this list because demonstrations and tests live there
UNDELIVERABLE = ("invalid", "localhost", "onion", "local")


class LocalRules:
    """Looks at the address itself; asks nobody."""

    name = "local"

    def verify(self, addresses: Sequence[str]) -> Verdicts:
        """Invalid where the address cannot work, risky where it is thrown away soon, else
        unknown.
        """
        return {address: _verdict(address) for address in addresses}

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
    disposable = domain in blocklist
    status = EmailStatus.RISKY if disposable else EmailStatus.UNKNOWN
    reason = "The domain gives throw-away addresses." if disposable else "Its spelling is fine."
    return EmailVerdict(
        status,
        reason,
        disposable=disposable,
        role_account=spelling.is_role(key),
        free_mail=spelling.is_free(key),
    )
