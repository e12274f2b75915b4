"""Errors whose text a person can act on.

`AicmoError` is the root of what people and jobs may be told. The four provider errors say what
happened to
the world, because that alone decides whether a call may be repeated (docs/decisions/003).
"""

from datetime import datetime

ANSWERED = "answered"


class AicmoError(Exception):
    """Something was refused or failed; the text is one clear sentence that says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAllowed(AicmoError):
    """The viewer's role or clients do not permit this."""


class NotFound(AicmoError):
    """No such row, or one of a client the viewer may not see: the two are never told apart."""


class Stale(AicmoError):
    """Somebody else changed the row since it was read."""


class Invalid(AicmoError):
    """What was given cannot be used as it is."""


class IllegalMove(AicmoError):
    """The state machine does not know this move."""


class SetupError(AicmoError):
    """The app cannot start as it is set up; the sentence names the command that mends it."""


class ProviderError(AicmoError):
    """A provider did not do what was asked. `provider` names it, `status` is the HTTP or SMTP code
    if any.
    """

    def __init__(
        self,
        sentence: str,
        *,
        provider: str = "",
        status: int | None = None,
        advice: str = "",
    ) -> None:
        super().__init__(sentence)
        self.provider = provider
        self.status = status
        self.advice = advice


class Unavailable(ProviderError):
    """Surely nothing happened: may be tried later or elsewhere. `retry_at` when the provider said
    so (UTC).
    """

    def __init__(
        self,
        sentence: str,
        *,
        provider: str = "",
        status: int | None = None,
        advice: str = "",
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(sentence, provider=provider, status=status, advice=advice)
        self.retry_at = retry_at


class Withheld(Unavailable):
    """We did not ask, for a limit of our own (budget, time): says nothing about the provider."""


class Uncertain(ProviderError):
    """It may have been done: never repeat blindly."""


class Rejected(ProviderError):
    """The provider said no, and will say no again. `permanent` address trouble is told by the
    status.
    """


class Misconfigured(ProviderError):
    """A person must act (key, password, plan, setting) before this provider can work."""


def outcome_of(error: ProviderError | None) -> str:
    """What came of a call in one word."""
    if error is None:
        return ANSWERED
    for kind in (Rejected, Uncertain, Misconfigured):
        if isinstance(error, kind):
            return kind.__name__.lower()
    return "unavailable"
