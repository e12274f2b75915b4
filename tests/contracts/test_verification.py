"""What providers of verdicts say, and what it means. How they fail: test_lookups."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from core.config import Settings
from core.domain.states import EmailStatus, ProviderState
from core.errors import Unavailable
from core.intake import domain_lists
from core.providers.registry import builder
from core.providers.verification.mx import MailServers
from core.providers.verification.port import Ticket
from tests.contracts.lookup_cases import ADDRESS, CASES, recorded
from tests.contracts.test_lookups import plain
from tests.nameserver import Nameserver, Record

__all__ = ["plain"]

LOCAL = [
    ("anna@firm.de", EmailStatus.UNKNOWN),
    ("no address", EmailStatus.INVALID),
    ("anna@firm.onion", EmailStatus.INVALID),
    ("anna@mailinator.com", EmailStatus.RISKY),
    ("änne@firm.de", EmailStatus.UNKNOWN),
    ("anna@xn--mller-kva.example", EmailStatus.UNKNOWN),
    ("anna@müller.example", EmailStatus.UNKNOWN),
    ("a!nna@firm.de", EmailStatus.UNKNOWN),
    ("a..nna@firm.de", EmailStatus.INVALID),
    ('"anna berg"@firm.de', EmailStatus.INVALID),
    ("anna@[127.0.0.1]", EmailStatus.INVALID),
]


@pytest.mark.parametrize(("address", "wanted"), LOCAL)
def test_the_local_rules_look_at_the_spelling(
    plain: Settings, address: str, wanted: EmailStatus
) -> None:
    verdict = builder("verification", "local")(plain).verify([address])[address]

    assert verdict.status is wanted
    assert verdict.reason


def test_the_lists_that_addresses_are_judged_by_are_on_record() -> None:
    found = {one.name: one for one in domain_lists.lists()}

    assert set(found) == {"Free mail", "Disposable", "Role accounts"}
    assert all(one.source and one.dated and one.entries > 50 for one in found.values())


def hunter(settings: Settings, httpserver: HTTPServer, *answers: str, **changed: Any) -> Any:
    """Hunter's adapter before a server that gives these answers in turn."""
    case = CASES["verification hunter"]
    for name in answers:
        found = recorded(f"hunter_{name}")
        body = found["body"]
        if name == "verified":
            body = body | {"data": body["data"] | changed}
        httpserver.expect_ordered_request(case.path).respond_with_json(body, found["status"])
    return case.build(case.settings(settings, httpserver.url_for("")))


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"status": "valid"}, EmailStatus.VALID),
        ({"status": "invalid"}, EmailStatus.INVALID),
        ({"status": "accept_all"}, EmailStatus.RISKY),
        ({"status": "disposable", "disposable": True}, EmailStatus.RISKY),
        ({"status": "webmail", "webmail": True, "smtp_check": False}, EmailStatus.UNKNOWN),
        ({"status": "webmail", "webmail": True}, EmailStatus.VALID),
        ({"status": "unknown"}, EmailStatus.UNKNOWN),
        ({"status": "a new word of theirs"}, EmailStatus.UNKNOWN),
    ],
)
def test_hunters_words_mean_one_of_four(
    plain: Settings, httpserver: HTTPServer, said: dict[str, Any], status: EmailStatus
) -> None:
    verdict = hunter(plain, httpserver, "verified", **said).verify([ADDRESS])[ADDRESS]

    assert verdict.status is status
    assert (verdict.cost_micros, verdict.final) == (20_000, True)
    assert CASES["verification hunter"].asked(httpserver.log[0][0]).email == ADDRESS


def test_hunter_is_asked_again_while_it_looks(plain: Settings, httpserver: HTTPServer) -> None:
    adapter = hunter(plain, httpserver, "looking", "looking", "verified")

    assert adapter.verify([ADDRESS])[ADDRESS].status is EmailStatus.VALID
    assert [request.url for request, _ in httpserver.log] == [httpserver.log[0][0].url] * 3


def test_hunter_that_never_ends_looking_says_nothing(
    plain: Settings, httpserver: HTTPServer
) -> None:
    verdict = hunter(plain, httpserver, *["looking"] * 6).verify([ADDRESS])[ADDRESS]

    assert (verdict.status, verdict.final) == (EmailStatus.UNKNOWN, False)


def test_a_strange_mail_server_is_asked_another_day(
    plain: Settings, httpserver: HTTPServer
) -> None:
    verdict = hunter(plain, httpserver, "strange").verify([ADDRESS])[ADDRESS]

    assert (verdict.status, verdict.final) == (EmailStatus.UNKNOWN, False)


def test_who_asked_hunter_to_know_nothing_stays_unknown(
    plain: Settings, httpserver: HTTPServer
) -> None:
    verdict = hunter(plain, httpserver, "not_to_be_asked").verify([ADDRESS])[ADDRESS]

    assert (verdict.status, verdict.cost_micros) == (EmailStatus.UNKNOWN, 0)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("nominative@pro", EmailStatus.VALID),
        ("generic@pro", EmailStatus.VALID),
        ("nominative@perso", EmailStatus.VALID),
        ("catch-all@pro", EmailStatus.RISKY),
        ("nominative@disposable", EmailStatus.RISKY),
        ("non_validated@pro", EmailStatus.UNKNOWN),
        ("invalid@pro", EmailStatus.INVALID),
        ("nominative@invalid domain", EmailStatus.INVALID),
        ("Do_Not_Contact@pro", EmailStatus.INVALID),
        ("a new word@of theirs", EmailStatus.UNKNOWN),
    ],
)
def test_dropcontacts_words_mean_one_of_four(
    plain: Settings, httpserver: HTTPServer, said: str, status: EmailStatus
) -> None:
    case = CASES["verification dropcontact"]
    taken, ready = recorded("dropcontact_taken"), recorded("dropcontact_ready")["body"]
    person = ready["data"][0] | {"email": [{"email": ADDRESS, "qualification": said}]}
    httpserver.expect_request(case.path, method="POST").respond_with_json(taken["body"])
    httpserver.expect_request(f"{case.path}/qzmxcdsqoietzuqh").respond_with_json(
        ready | {"data": [person]}
    )
    adapter = case.build(case.settings(plain, httpserver.url_for("")))

    ticket = adapter.verify([ADDRESS])
    verdict = adapter.collect(ticket, [ADDRESS])[ADDRESS]

    assert (verdict.status, verdict.cost_micros) == (status, 60_000)
    assert verdict.role_account is (said == "generic@pro")


def test_dropcontact_that_found_another_address_says_nothing_of_ours(
    plain: Settings, httpserver: HTTPServer
) -> None:
    case = CASES["verification dropcontact"]
    body = recorded("dropcontact_ready")["body"]
    httpserver.expect_request(f"{case.path}/7").respond_with_json(body)
    adapter = case.build(case.settings(plain, httpserver.url_for("")))
    other = "other@nordlicht-digital.de"

    verdict = adapter.collect(Ticket("7", 0), [other])[other]

    assert (verdict.status, verdict.cost_micros) == (EmailStatus.UNKNOWN, 0)


ZONES = {
    ("firm.de", "MX"): Record("10 mail.firm.de."),
    ("bare.de", "A"): Record("192.0.2.1"),
    ("six.de", "AAAA"): Record("2001:db8::1"),
    ("nomail.de", "MX"): Record("0 ."),
    ("empty.de", "TXT"): Record('"nothing here"'),
    ("broken.de", "MX"): Record("", servfail=True),
    ("xn--mller-kva.de", "MX"): Record("10 mail.firm.de."),
}


@pytest.fixture
def nameserver() -> Iterator[Nameserver]:
    """A real one, on loopback."""
    with Nameserver(ZONES) as running:
        yield running


@pytest.mark.parametrize(
    ("domain", "status", "final"),
    [
        ("firm.de", EmailStatus.UNKNOWN, True),
        ("bare.de", EmailStatus.UNKNOWN, True),
        ("six.de", EmailStatus.UNKNOWN, True),
        ("xn--mller-kva.de", EmailStatus.UNKNOWN, True),
        ("nomail.de", EmailStatus.INVALID, True),
        ("empty.de", EmailStatus.INVALID, True),
        ("nowhere.de", EmailStatus.INVALID, True),
        ("broken.de", EmailStatus.UNKNOWN, False),
    ],
)
def test_the_dns_says_whether_a_domain_takes_mail(
    nameserver: Nameserver, domain: str, status: EmailStatus, final: bool
) -> None:
    addresses = ["anna@firm.de", f"anna@{domain}"]

    verdict = MailServers(server=nameserver.address, seconds=1).verify(addresses)[addresses[1]]

    assert (verdict.status, verdict.final) == (status, final)


def test_a_domain_is_looked_up_once_while_its_answer_holds(nameserver: Nameserver) -> None:
    now = [0.0]
    servers = MailServers(server=nameserver.address, seconds=1, clock=lambda: now[0])

    for later in (0.0, 100.0, 250.0):
        now[0] += later
        servers.verify(["anna@firm.de", "bo@firm.de"])

    assert nameserver.asked == ["firm.de MX", "firm.de MX"]  # its time to live is 300 s


def test_a_dns_that_does_not_answer_is_unavailable_and_condemns_nobody() -> None:
    with Nameserver({}, silent=True) as nameserver:
        servers = MailServers(server=nameserver.address, seconds=0.1)

        with pytest.raises(Unavailable):
            servers.verify(["anna@firm.de"])

        assert servers.check().state is ProviderState.DOWN


def test_domains_leave_the_machine_only_when_somebody_turned_it_on(plain: Settings) -> None:
    off = builder("verification", "mx")(plain).check()

    assert off.state is ProviderState.UNCONFIGURED
    assert "AICMO_MX_LOOKUPS" in off.advice
