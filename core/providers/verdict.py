"""What a check of a provider says: its state, and a sentence on what to do."""

from dataclasses import dataclass

from core.domain.states import ProviderState


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` says what was seen, `advice` what a person should do (empty when all is well)."""

    state: ProviderState
    reason: str
    advice: str = ""
    quota: str | None = None
