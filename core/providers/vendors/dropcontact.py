"""Dropcontact's API, shared by enrichment and verification: up to 250 at once, had by polling.

Facts: developer.dropcontact.com (2026). A question is billed when it is put, and given back where
no address is found. "Not ready yet", and a number it does not know, are a 200 with success false.
403 is a bad key as well as too few credits for all of the batch.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.config import Settings
from core.domain.states import EmailStatus
from core.providers.vendors.line import Line, Vendor, dig, healthy
from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict, Ticket

VENDOR = Vendor(
    "dropcontact", "Dropcontact", "dropcontact_api_key", "dropcontact_base_url", "X-Access-Token",
    "https://app.dropcontact.com/api", rest=timedelta(seconds=1),
    permits="that enough credits are left",
)  # fmt: skip
AT_ONCE = 250
PATH = "/v1/enrich/all"
STATUS: Mapping[str, EmailStatus] = {  # of the part before the @ of a qualification
    "nominative": EmailStatus.VALID,
    "generic": EmailStatus.VALID,
    "catch-all": EmailStatus.RISKY,
    "non_validated": EmailStatus.UNKNOWN,
    "invalid": EmailStatus.INVALID,
    "do_not_contact": EmailStatus.INVALID,  # the person asked for it: as good as no address
}
OF_DOMAIN: Mapping[str, EmailStatus] = {  # of the part behind it, where it decides
    "disposable": EmailStatus.RISKY,
    "invalid domain": EmailStatus.INVALID,
}


def line(settings: Settings) -> Line:
    """The line to it."""
    return Line(VENDOR, settings)


def submit(line: Line, people: Sequence[Mapping[str, Any]], every: float) -> Ticket:
    """POST /v1/enrich/all."""
    body = {"data": list(people), "siren": False, "language": "en"}
    answer = line.ask("POST", PATH, body=body).body
    number = dig(answer, "request_id")
    if dig(answer, "success") is not True or not isinstance(number, str) or len(number) > 120:
        raise line.broken("gave an answer that cannot be read", paid=True)
    return Ticket(number, every)


def collect(line: Line, ticket: Ticket, count: int) -> list[Mapping[str, Any]] | None:
    """GET /v1/enrich/all/{number}: the people in their order, None while they are not ready."""
    answer = line.read("GET", f"{PATH}/{ticket.number}").body
    if not isinstance(answer, Mapping):
        raise line.broken("gave an answer that cannot be read", paid=False)
    if answer.get("success") is not True:
        return None
    found = answer.get("data")
    if not isinstance(found, list) or len(found) != count:
        raise line.broken("answered about others than were asked about", paid=False)
    return [one if isinstance(one, Mapping) else {} for one in found]


def addresses(person: Mapping[str, Any]) -> dict[str, str]:
    """Address → qualification, as it says them."""
    listed = person.get("email")
    found = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return {
        str(one.get("email") or "").lower(): str(one.get("qualification") or "") for one in found
    }


def verdict(person: Mapping[str, Any], address: str, cost_micros: int = 0) -> EmailVerdict | None:
    """What is said of this address; None where nothing is."""
    said = addresses(person).get(address)
    if said is None:
        return None
    local, _, domain = said.lower().partition("@")
    status = OF_DOMAIN.get(domain) or STATUS.get(local, EmailStatus.UNKNOWN)
    return EmailVerdict(
        status,
        f"Dropcontact says {said or 'nothing'} of it.",
        disposable=domain == "disposable",
        role_account=local == "generic",
        free_mail=domain == "perso",
        cost_micros=cost_micros,
        raw=dict(person),
    )


def check(line: Line) -> Verdict:
    """GET /v1/account/credits, which costs nothing."""

    def ask() -> Verdict:
        left = dig(line.read("GET", "/v1/account/credits").body, "credits")
        if not isinstance(left, int | float):
            return healthy("Dropcontact knows the key.")
        return healthy("Dropcontact knows the key.", f"{left:,.0f} credits", left=left)

    return line.check(ask)
