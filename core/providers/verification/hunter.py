"""Hunter's e-mail verifier: one address a call, asked again while it is still looking (202)."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from core.config import Settings
from core.domain.states import EmailStatus
from core.errors import Rejected
from core.providers.vendors import hunter
from core.providers.vendors.line import dig, micros
from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict, Ticket, Verdicts

LOOKING, STRANGE = 202, 222  # of HTTP
NOT_TO_BE_ASKED = 451  # the person asked Hunter not to keep anything
STATUS: Mapping[str, EmailStatus] = {  # any other is unknown
    "valid": EmailStatus.VALID,
    "invalid": EmailStatus.INVALID,
    "accept_all": EmailStatus.RISKY,
    "disposable": EmailStatus.RISKY,
    "webmail": EmailStatus.UNKNOWN,  # says where the mailbox is, not whether there is one
    "unknown": EmailStatus.UNKNOWN,
}


class Hunter:
    """Asks the mail server."""

    name = hunter.VENDOR.name
    at_once = 1
    on_record = True

    def __init__(self, settings: Settings) -> None:
        self.price_micros = micros(settings.hunter_verify_price)
        self._every = settings.hunter_poll_seconds
        self._times = settings.hunter_polls
        self._line = hunter.line(settings)

    def verify(self, addresses: Sequence[str]) -> Verdicts:
        """GET /email-verifier for each."""
        return {address: self._one(address) for address in addresses}

    def collect(self, ticket: Ticket, addresses: Sequence[str]) -> Verdicts | None:
        """It never gives a ticket."""
        return {}

    def check(self) -> Verdict:
        """Whether it knows the key, and how many verifications are left."""
        return hunter.check(self._line, "verifications")

    def _one(self, address: str) -> EmailVerdict:
        params = {"email": address}
        try:
            answer = self._line.ask("GET", "/v2/email-verifier", params=params)
        except Rejected as error:
            if error.status == NOT_TO_BE_ASKED:
                return EmailVerdict(EmailStatus.UNKNOWN, "The owner asked Hunter to know nothing.")
            raise
        for _ in range(self._times):
            if answer.status != LOOKING:
                break
            time.sleep(self._every)
            answer = self._line.read("GET", "/v2/email-verifier", params=params)
        if answer.status in (LOOKING, STRANGE):
            reason = "Hunter got no clear answer from the mail server."
            return EmailVerdict(
                EmailStatus.UNKNOWN, reason, cost_micros=self.price_micros, final=False
            )
        found = dig(answer.body, "data")
        if not isinstance(found, Mapping) or not isinstance(found.get("status"), str):
            raise self._line.broken("gave an answer that cannot be read", paid=True)
        return self._told(found)

    def _told(self, found: Mapping[str, Any]) -> EmailVerdict:
        said = str(found["status"])
        status = STATUS.get(said, EmailStatus.UNKNOWN)
        if said == "webmail" and found.get("smtp_check") is True:
            status = EmailStatus.VALID
        return EmailVerdict(
            status,
            f"Hunter says {said} of it.",
            disposable=found.get("disposable") is True,
            free_mail=found.get("webmail") is True,
            cost_micros=self.price_micros,
            raw=dict(found),
        )


def build(settings: Settings) -> Hunter:
    """The adapter."""
    return Hunter(settings)
