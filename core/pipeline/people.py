"""A lead's person while providers are asked about them, and what each port's answers become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from core.domain.keys import subject as filed_under
from core.domain.lookups import ASK_AGAIN, ASK_SOON, missing, shared
from core.domain.states import EmailStatus
from core.providers.enrichment.port import Finding, Subject
from core.providers.verification.port import EmailVerdict, Ticket
from core.services.facts import Enriched, Found, Judged

CONTACT = (
    *("first_name", "last_name", "title", "seniority", "department", "phone", "linkedin"),
    *("city", "state"),
)
ACCOUNT = ("industry", "employees", "revenue", "technologies")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one provider said of one person, in our terms."""

    facts: tuple[Found, ...] = ()
    verdict: EmailVerdict | None = None
    cost_micros: int = 0
    raw: Any = None

    @property
    def found(self) -> bool:
        """Whether it says anything."""
        told = self.verdict is not None and self.verdict.status is not EmailStatus.UNKNOWN
        return bool(self.facts) or told


@dataclass(slots=True)
class Case:
    """One person, and what is known by now. `known`: by field, how sure its value is."""

    ref: int
    client_id: int
    contact_id: int
    account_id: int | None
    subject: Subject
    now: datetime
    verify: bool
    known: dict[str, float] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    verdict: EmailVerdict | None = None
    unanswered: bool = False  # somebody who should have answered did not

    @property
    def filed_under(self) -> str:
        """How questions about this person are on record."""
        return filed_under("contact", self.contact_id)

    @property
    def hopeless(self) -> bool:
        """No mail will ever go there: nothing is worth paying for."""
        told = self.verdict
        return told is not None and (told.status is EmailStatus.INVALID or told.disposable)

    def told(self, answer: Answer | None, *, kept: bool = False) -> None:
        """Takes in what a provider said; `kept`: it is in the database already."""
        if answer is None:
            return
        self.remember([fact._replace(kept=True) for fact in answer.facts] if kept else answer.facts)
        if answer.verdict is not None:
            self.verdict = _surer(self.verdict, answer.verdict)
            self.unanswered = self.unanswered or not answer.verdict.final

    def remember(self, facts: Sequence[Found]) -> None:
        """Takes in facts."""
        self.found.extend(facts)
        for fact in facts:
            self._know(fact)

    def judged(self) -> Judged | None:
        """The verdict as it is stored. Asked again soon where one who might know did not answer."""
        if self.verdict is None:
            return None
        unclear = self.unanswered and self.verdict.status is EmailStatus.UNKNOWN
        again = self.now + (ASK_SOON if unclear else ASK_AGAIN)
        return Judged(EmailStatus(self.verdict.status), self.verdict.disposable, again)

    def enriched(self) -> Enriched:
        """All that is known by now, as the services take it."""
        return self._as_stored(tuple(self.found), self.judged())

    def answered(self, answer: Answer | None) -> Enriched:
        """One answer alone: its facts, and the verdict where it is sure. An unsure one is stored
        only when everybody was asked, because it counts as looked at.
        """
        told = answer.verdict if answer else None
        judged = None
        if told is not None and told.status is not EmailStatus.UNKNOWN:
            judged = Judged(told.status, told.disposable, self.now + ASK_AGAIN)
        return self._as_stored(answer.facts if answer else (), judged)

    def _as_stored(self, found: tuple[Found, ...], judged: Judged | None) -> Enriched:
        return Enriched(
            lead_id=self.ref,
            client_id=self.client_id,
            contact_id=self.contact_id,
            account_id=self.account_id,
            found=found,
            judged=judged,
        )

    def _know(self, fact: Found) -> None:
        name = f"{fact.about}.{fact.field}"
        self.known[name] = max(self.known.get(name, 0.0), fact.confidence)


class Port(Protocol):
    """How a port is asked about cases."""

    name: str

    def wants(self, case: Case, adapter: Any) -> bool:
        """Whether this provider is to be asked about this person."""
        ...

    def ask(self, adapter: Any, cases: Sequence[Case]) -> Mapping[int, Answer] | Ticket:
        """One call."""
        ...

    def collect(
        self, adapter: Any, ticket: Ticket, cases: Sequence[Case]
    ) -> Mapping[int, Answer] | None:
        """What a ticket stands for; None while it is not ready."""
        ...


class Enrichment:
    """Facts: a provider is asked where it may answer something that is missing."""

    name = "enrichment"

    def wants(self, case: Case, adapter: Any) -> bool:
        """A provider without cost is always asked."""
        if not adapter.on_record:
            return True
        if case.hopeless or not adapter.takes(case.subject):
            return False
        return bool(missing(case.known, adapter.answers))

    def ask(self, adapter: Any, cases: Sequence[Case]) -> Mapping[int, Answer] | Ticket:
        """One call."""
        found = adapter.enrich([case.subject for case in cases])
        return found if isinstance(found, Ticket) else _answers(found)

    def collect(
        self, adapter: Any, ticket: Ticket, cases: Sequence[Case]
    ) -> Mapping[int, Answer] | None:
        """What a ticket stands for."""
        found = adapter.collect(ticket, [case.subject for case in cases])
        return None if found is None else _answers(found)


class Verification:
    """Verdicts: asked until one is sure."""

    name = "verification"

    def wants(self, case: Case, adapter: Any) -> bool:
        """Whether nobody has said anything sure yet."""
        sure = case.verdict is not None and case.verdict.status is not EmailStatus.UNKNOWN
        return case.verify and not sure

    def ask(self, adapter: Any, cases: Sequence[Case]) -> Mapping[int, Answer] | Ticket:
        """One call; an address is asked once, however many it belongs to."""
        found = adapter.verify([case.subject.email for case in cases])
        return found if isinstance(found, Ticket) else _verdicts(found, cases)

    def collect(
        self, adapter: Any, ticket: Ticket, cases: Sequence[Case]
    ) -> Mapping[int, Answer] | None:
        """What a ticket stands for."""
        found = adapter.collect(ticket, [case.subject.email for case in cases])
        return None if found is None else _verdicts(found, cases)


def case_of(row: Any, now: datetime, *, verify: bool) -> Case:
    """A row of core.services.enriching as a case."""
    subject = Subject(
        ref=row.id,
        email=row.email_key,
        domain=row.company_domain or row.email_domain,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        title=row.title or "",
        company=row.company or "",
        linkedin=row.linkedin or "",
        country=row.contact_country or row.account_country or "",
        free_mail=row.free_mail,
        role_account=row.role_account,
    )
    given = {f"contact.{name}": getattr(row, name) for name in CONTACT}
    given |= {f"account.{name}": getattr(row, name) for name in ACCOUNT}
    given["contact.country"], given["account.country"] = row.contact_country, row.account_country
    given["account.name"], given["account.city"] = row.company, row.account_city
    if row.account_id is None:  # nobody to file a company's facts under
        given |= {name: True for name in given if name.startswith("account.")}
    known = {name: 1.0 for name, value in given.items() if value not in (None, "", [])}
    return Case(row.id, row.client_id, row.contact_id, row.account_id, subject, now, verify, known)


def _answers(found: Mapping[int, Finding]) -> dict[int, Answer]:
    return {ref: _answer(finding) for ref, finding in found.items()}


def _answer(finding: Finding) -> Answer:
    """The cost of the question is laid on the facts it brought."""
    costs = shared(finding.cost_micros, len(finding.facts)) if finding.facts else []
    facts = tuple(
        Found(fact.about, fact.field, fact.value, fact.provider, fact.confidence, cost)
        for fact, cost in zip(finding.facts, costs, strict=True)
    )
    return Answer(facts, finding.verdict, finding.cost_micros, finding.raw)


def _verdicts(found: Mapping[str, EmailVerdict], cases: Sequence[Case]) -> dict[int, Answer]:
    return {
        case.ref: Answer((), told, told.cost_micros, told.raw)
        for case in cases
        if (told := found.get(case.subject.email)) is not None
    }


def _surer(known: EmailVerdict | None, told: EmailVerdict) -> EmailVerdict:
    """A verdict that says something stays; a throw-away domain is remembered."""
    if known is None or known.status is EmailStatus.UNKNOWN:
        if known is None or told.status is not EmailStatus.UNKNOWN:
            return told
        return known
    return known
