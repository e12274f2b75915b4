"""What a check of a provider says: its state, and a sentence on what to do."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from core.domain.states import ProviderState


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` says what was seen, `advice` what a person should do (empty when all is well)."""

    state: ProviderState
    reason: str
    advice: str = ""
    quota: str | None = None


def address_verdict(url: SecretStr | None) -> Verdict:
    """For an address that cannot be tried without doing something there: only its shape."""
    parts = urlsplit(url.get_secret_value() if url else "")
    if parts.scheme != "https" or not parts.hostname:
        advice = "Copy the whole address; it begins with https://."
        return Verdict(ProviderState.DOWN, "This is no address we may write to.", advice)
    return Verdict(ProviderState.HEALTHY, "The address has the right shape. It was not written to.")
