"""Apollo as a provider of facts: ten people in one call, one credit for each that it knows."""

from collections.abc import Sequence

from core.config import Settings
from core.providers.enrichment.port import Findings, Subject
from core.providers.vendors import apollo
from core.providers.vendors.line import micros
from core.providers.verdict import Verdict
from core.providers.verification.port import Ticket


class Apollo:
    """Knows people by their address."""

    name = apollo.VENDOR.name
    at_once = apollo.AT_ONCE
    by_domain = False
    on_record = True
    answers = apollo.ANSWERS

    def __init__(self, settings: Settings) -> None:
        self._price = settings.apollo_price
        self.price_micros = micros(settings.apollo_price)
        self._line = apollo.line(settings)

    def takes(self, subject: Subject) -> bool:
        """An address is enough, if it is somebody's."""
        return bool(subject.email) and not subject.role_account

    def enrich(self, subjects: Sequence[Subject]) -> Findings:
        """One by people/match, several by people/bulk_match."""
        if len(subjects) == 1:
            people = [apollo.match(self._line, _detail(subjects[0]))]
        else:
            people = apollo.bulk(self._line, [_detail(subject) for subject in subjects])
        return {
            subject.ref: apollo.finding(person, subject, self._price)
            for subject, person in zip(subjects, people, strict=True)
            if person is not None and (len(people) == 1 or apollo.is_about(person, subject))
        }

    def collect(self, ticket: Ticket, subjects: Sequence[Subject]) -> Findings | None:
        """It never takes its time."""
        return {}

    def check(self) -> Verdict:
        """Whether it knows the key."""
        return apollo.check(self._line)


def build(settings: Settings) -> Apollo:
    """The adapter."""
    return Apollo(settings)


def _detail(subject: Subject) -> dict[str, str]:
    """What helps it to find the person; what is not known is left out."""
    given = {
        "email": subject.email,
        "first_name": subject.first_name,
        "last_name": subject.last_name,
        "organization_name": subject.company,
        "domain": "" if subject.free_mail else subject.domain,
        "linkedin_url": subject.linkedin,
    }
    return {name: value for name, value in given.items() if value}
