"""Providers of facts and verdicts for tests: they say what they are told to say."""

from collections.abc import Callable, Mapping, Sequence
from threading import Barrier, Lock
from typing import Any

from core.domain.states import EmailStatus, ProviderState
from core.providers.enrichment.port import Finding, FoundFact, Subject
from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict, Ticket

ALL = frozenset({"contact.title", "contact.seniority", "account.industry", "account.employees"})
Say = Mapping[str, Any] | Callable[[Subject], Mapping[str, Any]]


class Finder:
    """A paid provider of facts. `says`: `{"contact.title": "CEO"}`, or that by subject; `raises`
    comes first, one a call. With a `ticket`, answers are ready at the second look.
    """

    on_record = True

    def __init__(
        self,
        name: str,
        says: Say | None = None,
        *,
        price: int = 10_000,
        at_once: int = 10,
        answers: frozenset[str] = ALL,
        raises: Sequence[BaseException] = (),
        sure: float = 0.9,
        verdict: EmailVerdict | None = None,
        ticket: str = "",
        ready_after: int = 1,
        together: Barrier | None = None,
        by_domain: bool = False,
    ) -> None:
        self.name = name
        self.by_domain = by_domain
        self.price_micros = price
        self.at_once = at_once
        self.answers = answers
        self.calls: list[list[str]] = []
        self._says = says or {}
        self._raises = list(raises)
        self._sure = sure
        self._verdict = verdict
        self._ticket = ticket
        self._ready_after = ready_after
        self._together = together
        self._lock = Lock()

    def takes(self, subject: Subject) -> bool:
        return bool(subject.email) and not subject.role_account

    def enrich(self, subjects: Sequence[Subject]) -> Mapping[int, Finding] | Ticket:
        with self._lock:
            self.calls.append([subject.email for subject in subjects])
            error = self._raises.pop(0) if self._raises else None
        if error is not None:
            raise error
        if self._together is not None:
            self._together.wait(5)
        return Ticket(self._ticket, 0.01) if self._ticket else self._found(subjects)

    def collect(self, ticket: Ticket, subjects: Sequence[Subject]) -> Mapping[int, Finding] | None:
        self._ready_after -= 1
        return None if self._ready_after >= 0 else self._found(subjects)

    def check(self) -> Verdict:
        return Verdict(ProviderState.HEALTHY, "Fine.")

    def _found(self, subjects: Sequence[Subject]) -> dict[int, Finding]:
        found = {}
        for subject in subjects:
            says = self._says(subject) if callable(self._says) else self._says
            facts = tuple(
                FoundFact(name.partition(".")[0], name.partition(".")[2], value, self._sure,
                          self.name)
                for name, value in says.items()
            )  # fmt: skip
            if facts or self._verdict:
                raw = {"who": subject.email}
                found[subject.ref] = Finding(facts, self.price_micros, self._verdict, raw)
        return found


class Judge:
    """A provider of verdicts: the same of every address; `raises` comes first, one a call."""

    def __init__(
        self,
        name: str,
        status: EmailStatus = EmailStatus.VALID,
        *,
        price: int = 5_000,
        on_record: bool = True,
        raises: Sequence[BaseException] = (),
        final: bool = True,
    ) -> None:
        self.name = name
        self.price_micros = price
        self.on_record = on_record
        self.at_once = 10
        self.asked: list[str] = []
        self._status = status
        self._raises = list(raises)
        self._final = final

    def verify(self, addresses: Sequence[str]) -> Mapping[str, EmailVerdict]:
        if self._raises:
            raise self._raises.pop(0)
        self.asked.extend(addresses)
        verdict = EmailVerdict(
            self._status, f"{self.name} says so.", cost_micros=self.price_micros, final=self._final
        )
        return dict.fromkeys(addresses, verdict)

    def collect(self, ticket: Ticket, addresses: Sequence[str]) -> Mapping[str, EmailVerdict]:
        return {}

    def check(self) -> Verdict:
        return Verdict(ProviderState.HEALTHY, "Fine.")
