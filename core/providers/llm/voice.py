"""What a vendor's file has to offer: one question put in the vendor's words, and a check.

All else (retries, shapes, budget, records) is the same for every vendor and lies in typed.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from core.domain.states import LlmOutcome, ProviderState
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain
from core.providers.http import NOT_TRUSTED
from core.providers.llm.questions import Question
from core.providers.verdict import Verdict

CHECK_SECONDS = 10.0
USED_UP = frozenset({"insufficient_quota", "billing_error", "billing_not_active"})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in neutral words. `turns` are (role, text): our data, and where it was asked
    again, the answer that could not be used and why.
    """

    task: str
    instructions: str
    turns: tuple[tuple[str, str], ...]
    schema: dict[str, Any]
    most_tokens: int

    def again(self, answer: str, fault: str) -> "Asked":
        """The same question after an answer that could not be used."""
        said = ("assistant", answer[:4000] or "(empty)")
        why = f"That answer cannot be used: {fault}. Answer again in the shape that was asked for."
        return replace(self, turns=(*self.turns, said, ("user", why)))


def asked(question: Question[Any]) -> Asked:
    """A question in neutral words."""
    prompt = question.prompt
    turns = (("user", question.block()),)
    return Asked(prompt.task, prompt.instructions, turns, question.schema, prompt.most_tokens)


@dataclass(frozen=True, slots=True)
class Said:
    """What a vendor said. `outcome`: answered, refused or cut_off. `cost_micros` where the vendor
    tells the cost.
    """

    text: str
    model: str
    outcome: LlmOutcome = LlmOutcome.ANSWERED
    tokens_in: int = 0
    tokens_out: int = 0
    cost_micros: int | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars a million tokens, which is millionths of a dollar a token."""

    into: float
    out: float

    def of(self, tokens_in: int, tokens_out: int) -> int:
        """What so many tokens cost, in millionths of a dollar, rounded up."""
        return ceil(tokens_in * self.into + tokens_out * self.out)

    def most(self, asked: Asked) -> int:
        """The most that a question may cost: a token has two bytes or more in nearly all texts."""
        texts = [asked.instructions, *(text for _, text in asked.turns), str(asked.schema)]
        size = sum(len(text.encode("utf-8", "replace")) for text in texts)
        return self.of(size // 2 + 500, asked.most_tokens)


class Voice(Protocol):
    """One vendor."""

    name: str
    model: str
    prices: Prices
    quota: str | None  # what the last answer said is left

    def say(self, asked: Asked, seconds: float, now: datetime) -> Said:
        """One attempt, in so many seconds. Raises one of the four errors: Uncertain where the
        vendor may have answered, and counted, what never arrived.
        """
        ...

    def check(self) -> Verdict:
        """Whether it could answer now, at no cost."""
        ...


@dataclass(frozen=True, slots=True)
class Vendor:
    """How a vendor is called in sentences, and which settings it needs. `prefix`: of its
    settings.
    """

    name: str
    label: str
    prefix: str
    keys_page: str

    def key(self, given: SecretStr | None) -> str:
        """The key, or Misconfigured. The sentence never holds any of it."""
        key = given.get_secret_value().strip() if given else ""
        if not key:
            raise self._misconfigured(f"{self.label} has no key.")
        if not key.isascii() or not key.isprintable() or " " in key:
            raise self._misconfigured(
                f"The key of {self.label} holds a line break, a space or a foreign character."
            )
        return key

    def url(self, given: str) -> str:
        """The address, or Misconfigured where the key would travel in the open."""
        parts = urlsplit(given.strip())
        if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
            return given.strip().rstrip("/")
        raise Misconfigured(
            f"The address of {self.label} does not begin with https://.",
            provider=self.name,
            advice=f"Correct {self.prefix}_BASE_URL, or remove it for the usual address.",
        )

    def refusal(
        self, status: int, code: str = "", retry_at: datetime | None = None
    ) -> ProviderError:
        """The error for a status. `code` is the vendor's own word for it."""
        said = f"{status}, {code}" if code else str(status)
        if status == 402 or code in USED_UP:
            return Misconfigured(
                f"{self.label} says that the credit or plan is used up ({said}).",
                provider=self.name,
                status=status,
                advice=f"Add credit at {self.keys_page}, or put another provider first.",
            )
        if status in (401, 403):
            return self._misconfigured(f"{self.label} refuses the key ({said}).", status)
        if status == 404 or 300 <= status < 400:
            return Misconfigured(
                f"{self.label} has no such model or address ({said}).",
                provider=self.name,
                status=status,
                advice=f"Check {self.prefix}_MODEL and {self.prefix}_BASE_URL.",
            )
        return self._passing(status, said, retry_at)

    def broken(self, what: str, status: int | None = None) -> Uncertain:
        """It was asked, and no answer came that can be read: it may count all the same."""
        return Uncertain(f"{self.label} {what}.", provider=self.name, status=status)

    def unreached(self) -> Unavailable:
        """No connection was made, so nothing was asked."""
        advice = f"Check the network, and {self.prefix}_BASE_URL if it is set."
        return Unavailable(f"{self.label} could not be reached.", provider=self.name, advice=advice)

    def untrusted(self) -> Misconfigured:
        """Somebody else answered, or nobody we trust vouches for it: nothing was asked."""
        return Misconfigured(
            f"The certificate of {self.label} is not one of its address, or nobody we trust signed "
            "it, so nothing was sent.",
            provider=self.name,
            advice=NOT_TRUSTED,
        )

    def verdict(self, ask: Callable[[], str]) -> Verdict:
        """A check's verdict: `ask` gives the sentence that says all is well, or raises."""
        try:
            return Verdict(ProviderState.HEALTHY, ask())
        except Misconfigured as error:
            missing = error.status is None and "has no key" in error.sentence
            state = ProviderState.UNCONFIGURED if missing else ProviderState.DOWN
            return Verdict(state, error.sentence, error.advice)
        except ProviderError as error:
            advice = error.advice or f"Wait, or look at the status page of {self.label}."
            return Verdict(ProviderState.DOWN, error.sentence, advice)

    def _passing(self, status: int, said: str, retry_at: datetime | None) -> ProviderError:
        if status == 429:
            sentence = f"{self.label} asks us to slow down ({said})."
            return Unavailable(sentence, provider=self.name, status=status, retry_at=retry_at)
        if status >= 500 or status in (408, 409, 424, 425):
            sentence = f"{self.label} is in trouble ({said})."
            return Unavailable(sentence, provider=self.name, status=status, retry_at=retry_at)
        return Rejected(
            f"{self.label} refused the request ({said}).",
            provider=self.name,
            status=status,
            advice=f"Check that {self.prefix}_MODEL can answer in a given shape.",
        )

    def _misconfigured(self, sentence: str, status: int | None = None) -> Misconfigured:
        advice = f"Make a new key at {self.keys_page}, set {self.prefix}_API_KEY."
        return Misconfigured(sentence, provider=self.name, status=status, advice=advice)
