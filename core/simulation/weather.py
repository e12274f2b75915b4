"""Bad weather on the way to the mail server: calls that surely failed, and calls of which nobody
knows.

Seeded, and put over the folder adapter by `runtime.build(adapters=…)`, so that the real dispatch
meets the errors that real senders make.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import Unavailable, Uncertain
from core.providers.email.port import Accepted, Email, EmailSender, MailAccount
from core.providers.registry import Builder, builder
from core.providers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Weather:
    """How often, of a thousand calls, a sender refuses, breaks off before, or breaks off after
    the mail went out.
    """

    refused: float = 0.0
    lost_before: float = 0.0
    lost_after: float = 0.0


class Unsteady:
    """A sender that stands in the weather. `handed_over` counts each Message-ID that went out."""

    def __init__(
        self,
        inner: EmailSender,
        weather: Weather,
        rng: random.Random,
        handed_over: Counter[str] | None = None,
    ) -> None:
        self._inner = inner
        self._handed_over = Counter() if handed_over is None else handed_over
        self._weather = weather
        self._rng = rng
        self.name = inner.name
        self.honours_keys = False

    def send(self, email: Email) -> Accepted:
        """Sends, or fails as the weather has it."""
        point = self._rng.uniform(0, 1000)
        for share, fail in (
            (self._weather.refused, self._refuse),
            (self._weather.lost_before, self._lose),
            (self._weather.lost_after, self._lose_after),
        ):
            point -= share
            if point < 0:
                fail(email)
        return self._hand_over(email)

    def check(self) -> Verdict:
        """What the sender behind it says."""
        return self._inner.check()

    def close(self) -> None:
        """Closes the sender behind it."""
        self._inner.close()

    def _refuse(self, email: Email) -> None:
        raise Unavailable("The mail server refused the connection.", provider=self.name)

    def _lose(self, email: Email) -> None:
        raise Uncertain("The connection was lost after the data.", provider=self.name)

    def _lose_after(self, email: Email) -> None:
        self._hand_over(email)
        self._lose(email)

    def _hand_over(self, email: Email) -> Accepted:
        self._handed_over[email.header_id] += 1
        return self._inner.send(email)


def over(provider: str, weather: Weather, rng: random.Random, handed_over: Counter[str]) -> Builder:
    """A builder that puts the weather over an e-mail adapter of the registry."""
    build: Callable[[MailAccount], EmailSender] = builder("email", provider)
    return lambda account: Unsteady(build(account), weather, rng, handed_over)
