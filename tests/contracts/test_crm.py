"""What every CRM keeps to, over real HTTP on loopback, with payloads of the shape that its vendor
publishes.
"""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from core.config import Settings
from core.domain.crm import FIELDS
from core.domain.crm_states import CrmStage
from core.domain.states import ProviderState
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain
from core.providers.crm.port import Crm, Interaction, Kept, Person
from core.providers.registry import ADAPTERS, NEEDS, builder
from tests.contracts.certificates import certified_for
from tests.contracts.crm_cases import CASES, KEY, LOCAL, PAYLOADS, Case, HubSpotSearch

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA = Person(
    "contact-1",
    "anna@berg.example",
    {"first_name": "Anna", "last_name": "Berg", "title": "CMO", "phone": "", "company": "Berg AG"},
)
BO = Person("contact-2", "bo@lund.example", {"first_name": "Bo", "linkedin": ""})
NOTE = Interaction(
    key="message-0123456789abcdef01234567",
    kind="Mail sent",
    at=NOW,
    subject="Hello",
    text="Hi <b>Anna</b>,\nshall we?",
    email=ANNA.email,
    remote_id="101",
)

Call = Callable[[Crm], Any]
CALLS: dict[str, Call] = {
    "put": lambda crm: crm.upsert_contacts([ANNA, BO]),
    "log": lambda crm: crm.log_interactions([NOTE]),
    "pull": lambda crm: crm.pull_changes(NOW - timedelta(days=1), None),
}


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    """The defaults, whatever the environment says."""
    fields = Settings.model_fields.items()
    given = {name: f.get_default(call_default_factory=True) for name, f in fields}
    return Settings(_env_file=None, **given | {"data_dir": tmp_path})


@pytest.fixture(params=CASES.values(), ids=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    """One vendor after the other."""
    found: Case = request.param
    return found


@pytest.fixture
def crm(case: Case, plain: Settings, httpserver: HTTPServer) -> Iterator[Crm]:
    """The vendor's adapter, speaking to the server on loopback."""
    built: Crm = builder("crm", case.provider)(case.settings(plain, httpserver.url_for("")))
    yield built
    built.close()


def gives(httpserver: HTTPServer, call: tuple[str, str], *answers: dict[str, Any]) -> list[Request]:
    """The server gives these one after the other, the last for good; the requests so far."""
    left, seen = list(answers), []

    def answer(request: Request) -> Response:
        seen.append(request)
        found = left.pop(0) if len(left) > 1 else left[0]
        body = json.dumps(found["body"])
        return Response(body, found["status"], found["headers"], content_type="application/json")

    method, path = call
    httpserver.expect_request(path, method=method).respond_with_handler(answer)
    return seen


def place(case: Case, call: str) -> tuple[str, str]:
    """Method and path of one of the calls."""
    found: tuple[str, str] = getattr(case, call)
    return found


def failing(crm: Crm, call: str) -> ProviderError:
    """The error of a call; it never holds the key or an address."""
    with pytest.raises(ProviderError) as caught:
        CALLS[call](crm)
    assert KEY not in caught.value.sentence + caught.value.advice
    return caught.value


def test_every_adapter_has_a_case_and_says_what_it_needs() -> None:
    assert set(ADAPTERS["crm"]) == {*CASES, LOCAL}
    assert NEEDS["crm"] == {case.provider: case.key for case in CASES.values()}


def test_every_payload_says_where_it_is_from() -> None:
    files = [json.loads(path.read_text(encoding="utf-8")) for path in PAYLOADS.glob("*.json")]

    assert files
    assert all(file["source"] and file["date"] for file in files)


def test_contacts_are_given_in_one_call_of_the_published_shape(
    case: Case, crm: Crm, httpserver: HTTPServer
) -> None:
    requests = gives(httpserver, case.put, case.recorded("upserted"))

    kept = crm.upsert_contacts([ANNA, BO])

    (request,) = requests
    case.put_shape.model_validate_json(request.get_data())
    assert case.lets_in(request)
    assert kept == [Kept("contact-1", case.ids[0]), Kept("contact-2", case.ids[1])]
    assert "Berg AG" in request.get_data(as_text=True)


def test_an_interaction_is_written_in_the_published_shape(
    case: Case, crm: Crm, httpserver: HTTPServer
) -> None:
    requests = gives(httpserver, case.log, case.recorded("logged"))

    kept = crm.log_interactions([NOTE])

    (request,) = requests
    case.log_shape.model_validate_json(request.get_data())
    assert kept == [Kept(NOTE.key, case.note)]
    assert NOTE.key in request.get_data(as_text=True)


def test_changes_are_read_page_by_page(case: Case, crm: Crm, httpserver: HTTPServer) -> None:
    requests = gives(httpserver, case.pull, case.recorded("page"), case.recorded("last_page"))

    first = crm.pull_changes(NOW, None)
    last = crm.pull_changes(NOW, first.cursor)

    anna, bo = first.records
    assert (anna.remote_id, anna.email, anna.stage) == (case.ids[0], ANNA.email, CrmStage.WON)
    assert {name: anna.fields[name] for name in ("first_name", "title", "city", "company")} == {
        "first_name": "Anna",
        "title": "CMO",
        "city": "Oslo",
        "company": "Berg AG",
    }
    assert anna.changed_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert (anna.opted_out, bo.opted_out, bo.stage) == (False, True, CrmStage.UNKNOWN)
    assert [one.stage for one in last.records] == [CrmStage.OPPORTUNITY]
    assert (first.cursor is None, last.cursor) == (False, None)
    assert all(case.lets_in(request) for request in requests)
    assert set(anna.fields) <= set(FIELDS)
    assert anna.raw


def test_a_check_asks_and_changes_nothing(case: Case, crm: Crm, httpserver: HTTPServer) -> None:
    for path in case.check:
        name = "let_in" if path == case.check[0] else "last_page"
        httpserver.expect_request(path, method="GET").respond_with_json(
            case.recorded(name)["body"], headers=case.recorded(name)["headers"]
        )

    verdict = crm.check()

    assert verdict.state is ProviderState.HEALTHY
    assert [request.path for request, _ in httpserver.log] == list(case.check)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("wrong_key", Misconfigured, id="401"),
        pytest.param("no_scope", Misconfigured, id="403"),
        pytest.param("slow_down", Unavailable, id="429"),
        pytest.param("bad_request", Rejected, id="bad request"),
        pytest.param("unknown_field", Misconfigured, id="unknown field"),
    ],
)
def test_each_no_means_one_of_our_errors(
    call: str, name: str, kind: type[ProviderError], case: Case, crm: Crm, httpserver: HTTPServer
) -> None:
    gives(httpserver, place(case, call), case.recorded(name))

    error = failing(crm, call)

    assert type(error) is kind
    assert error.status == case.recorded(name)["status"]


def test_a_refused_key_names_the_setting(case: Case, crm: Crm, httpserver: HTTPServer) -> None:
    gives(httpserver, case.put, case.recorded("wrong_key"))

    assert failing(crm, "put").advice.endswith(f"set {case.key.upper()}.")


def test_a_wait_is_obeyed(case: Case, crm: Crm, httpserver: HTTPServer) -> None:
    gives(httpserver, case.put, case.recorded("slow_down"))

    error = failing(crm, "put")

    assert isinstance(error, Unavailable)
    assert error.retry_at is not None
    assert case.rest - 5 < (error.retry_at - datetime.now(UTC)).total_seconds() <= case.rest


HARM = {
    "in trouble": None,
    "error inside": None,
    "html": Response("<html><h1>Welcome</h1></html>", content_type="text/html"),
    "nothing": Response(""),
    "half json": Response('{"results": [{"id": "1', content_type="application/json"),
    "half an answer": Response('{"records":', headers={"Content-Length": "5000"}),
    "a list": Response("[]", content_type="application/json"),
    "ten megabytes": Response(json.dumps({"x": "a" * 10_000_000}), content_type="application/json"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("harm", HARM)
def test_what_breaks_may_be_asked_again_only_where_that_does_no_harm(
    harm: str, call: str, case: Case, crm: Crm, httpserver: HTTPServer
) -> None:
    found, (method, path) = HARM[harm], place(case, call)
    if found is None:
        gives(httpserver, (method, path), case.recorded(harm.replace(" ", "_")))
    else:
        httpserver.expect_request(path, method=method).respond_with_handler(
            lambda _: Response(found.get_data(), found.status_code, found.headers)
        )

    error = failing(crm, call)

    repeatable = call != "log" or crm.honours_keys
    assert type(error) is (Unavailable if repeatable else Uncertain)
    assert len(error.sentence) < 300


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_hangs_is_left_in_time(
    call: str, case: Case, plain: Settings, httpserver: HTTPServer
) -> None:
    over = threading.Event()
    method, path = place(case, call)

    def hang(_: Request) -> Response:
        over.wait(10)
        return Response("{}")

    httpserver.expect_request(path, method=method).respond_with_handler(hang)
    settings = case.settings(plain, httpserver.url_for(""), crm_read_seconds=0.2)
    crm: Crm = builder("crm", case.provider)(settings)
    try:
        assert type(failing(crm, call)) in (Unavailable, Uncertain)
    finally:
        over.set()
        crm.close()


def test_a_redirect_is_not_followed_with_the_key(
    case: Case, crm: Crm, httpserver: HTTPServer
) -> None:
    with HTTPServer() as elsewhere:
        elsewhere.expect_request("/").respond_with_json({})
        moved = Response(status=307, headers={"Location": elsewhere.url_for("/")})
        httpserver.expect_request(case.put[1]).respond_with_response(moved)

        assert type(failing(crm, "put")) is Misconfigured

        assert not elsewhere.log


def test_a_certificate_of_another_host_ends_it_before_the_key_is_sent(
    case: Case, plain: Settings, tmp_path: Path
) -> None:
    with HTTPServer(ssl_context=certified_for("other.example", tmp_path)) as server:
        given = case.settings(plain, server.url_for(""), tls_ca_file=tmp_path / "cert.pem")
        crm: Crm = builder("crm", case.provider)(given)

        assert type(failing(crm, "put")) is Misconfigured

        crm.close()
        assert not server.log


@pytest.mark.parametrize("key", ["", "  ", "ab\ncd", "ab cd", "schlüssel"])
def test_a_key_that_cannot_be_one_never_leaves_the_house(
    key: str, case: Case, plain: Settings, httpserver: HTTPServer
) -> None:
    given = {case.key: SecretStr(key)}
    crm: Crm = builder("crm", case.provider)(case.settings(plain, httpserver.url_for(""), **given))

    error, verdict = failing(crm, "put"), crm.check()

    assert type(error) is Misconfigured
    assert verdict.state is (ProviderState.DOWN if key.strip() else ProviderState.UNCONFIGURED)
    assert case.key.upper() in verdict.advice
    assert not httpserver.log


def test_a_key_does_not_travel_in_the_open(case: Case, plain: Settings) -> None:
    crm: Crm = builder("crm", case.provider)(case.settings(plain, "http://crm.example"))

    assert "https://" in failing(crm, "put").advice


def test_a_check_says_what_to_do(case: Case, crm: Crm, httpserver: HTTPServer) -> None:
    found = case.recorded("wrong_key")
    httpserver.expect_request(case.check[0]).respond_with_json(found["body"], found["status"])

    verdict = crm.check()

    assert verdict.state is ProviderState.DOWN
    assert case.key.upper() in verdict.advice


# what one vendor does in its own way


@pytest.fixture
def hubspot(plain: Settings, httpserver: HTTPServer) -> Iterator[Crm]:
    built: Crm = builder("crm", "hubspot")(CASES["hubspot"].settings(plain, httpserver.url_for("")))
    yield built
    built.close()


@pytest.fixture
def airtable(plain: Settings, httpserver: HTTPServer) -> Iterator[Crm]:
    case = CASES["airtable"]
    built: Crm = builder("crm", "airtable")(case.settings(plain, httpserver.url_for("")))
    yield built
    built.close()


def test_hubspot_tells_by_trace_which_of_a_batch_it_refused(
    hubspot: Crm, httpserver: HTTPServer
) -> None:
    gives(httpserver, CASES["hubspot"].put, CASES["hubspot"].recorded("partly"))

    kept = hubspot.upsert_contacts([ANNA, BO])

    assert kept == [
        Kept("contact-1", "101"),
        Kept("contact-2", None, "Property values were not valid"),
    ]


def test_hubspot_searches_by_id_and_begins_anew_before_ten_thousand(
    hubspot: Crm, httpserver: HTTPServer
) -> None:
    page = CASES["hubspot"].recorded("page")
    page["body"]["paging"]["next"]["after"] = "9900"
    requests = gives(httpserver, CASES["hubspot"].pull, page)

    found = hubspot.pull_changes(NOW, "55:9700")
    hubspot.pull_changes(None, found.cursor)

    first, second = (HubSpotSearch.model_validate_json(one.get_data()) for one in requests)
    ids, since = first.filter_groups[0].filters
    assert (ids.value, first.after, since.value) == ("55", "9700", str(int(NOW.timestamp() * 1000)))
    assert found.cursor == "102:"
    assert ([one.value for one in second.filter_groups[0].filters], second.after) == (["102"], None)


def test_another_date_version_is_one_setting(plain: Settings, httpserver: HTTPServer) -> None:
    case = CASES["hubspot"]
    requests = gives(
        httpserver, ("POST", "/crm/objects/2027-03/contacts/search"), case.recorded("last_page")
    )
    given = case.settings(plain, httpserver.url_for(""), hubspot_api_version="2027-03")
    crm: Crm = builder("crm", "hubspot")(given)

    crm.pull_changes(None, None)

    crm.close()
    assert len(requests) == 1


def test_a_note_holds_no_markup_of_a_mail(hubspot: Crm, httpserver: HTTPServer) -> None:
    requests = gives(httpserver, CASES["hubspot"].log, CASES["hubspot"].recorded("logged"))

    hubspot.log_interactions([NOTE])

    body = json.loads(requests[0].get_data())["properties"]["hs_note_body"]
    assert "Hi &lt;b&gt;Anna&lt;/b&gt;,<br>shall we?" in body


def test_airtable_merges_on_one_column_and_asks_for_changes_by_formula(
    airtable: Crm, httpserver: HTTPServer
) -> None:
    case = CASES["airtable"]
    puts = gives(httpserver, case.put, case.recorded("upserted"))
    pulls = gives(httpserver, case.pull, case.recorded("last_page"))

    airtable.upsert_contacts([ANNA, BO])
    airtable.pull_changes(NOW, "itrAAAA/rec2")

    body, asked = json.loads(puts[0].get_data()), pulls[0].args
    assert body["performUpsert"] == {"fieldsToMergeOn": ["Email"]}
    assert body["records"][0]["fields"]["Phone"] is None
    assert asked["offset"] == "itrAAAA/rec2"
    assert asked["pageSize"] == "100"
    assert asked["filterByFormula"] == (
        "NOT(IS_BEFORE(LAST_MODIFIED_TIME(), DATETIME_PARSE('2026-03-02T09:00:00.000Z')))"
    )


def test_a_page_of_airtable_that_is_gone_is_read_from_the_start(
    airtable: Crm, httpserver: HTTPServer
) -> None:
    case = CASES["airtable"]
    requests = gives(httpserver, case.pull, case.recorded("page_gone"), case.recorded("last_page"))

    found = airtable.pull_changes(NOW, "itrOLD/rec9")

    assert len(found.records) == 1
    assert "offset" not in requests[1].args


def test_airtables_month_that_is_used_up_needs_a_person(
    airtable: Crm, httpserver: HTTPServer
) -> None:
    gives(httpserver, CASES["airtable"].put, CASES["airtable"].recorded("used_up"))

    assert type(failing(airtable, "put")) is Misconfigured


# the files that stand in as long as nothing may leave the machine


@pytest.fixture
def files(plain: Settings) -> Crm:
    found: Crm = builder("crm", LOCAL)(plain)
    return found


def test_the_files_keep_each_contact_and_interaction_once(files: Crm, tmp_path: Path) -> None:
    for _ in range(2):
        kept = files.upsert_contacts([ANNA, BO])
        files.log_interactions([NOTE])

    contacts = (tmp_path / "crm" / "contacts.csv").read_text(encoding="utf-8").splitlines()
    notes = (tmp_path / "crm" / "interactions.csv").read_text(encoding="utf-8")
    assert [one.remote_id for one in kept] == [ANNA.email, BO.email]
    assert len(contacts) == 3
    assert notes.count(NOTE.key) == 1
    assert files.check().state is ProviderState.HEALTHY


def test_what_is_changed_by_hand_is_read_back(files: Crm, tmp_path: Path) -> None:
    files.upsert_contacts([ANNA])
    path = tmp_path / "crm" / "contacts.csv"
    text = "\ufeffemail;title;stage;opted_out;my column\nanna@berg.example;CEO;won;x;kept\n"
    path.write_text(text, encoding="utf-8")

    ((anna,), files_cursor) = (files.pull_changes(None, None).records, None)
    files.upsert_contacts([ANNA])

    assert files_cursor is None
    assert (anna.fields["title"], anna.stage, anna.opted_out) == ("CEO", CrmStage.WON, True)
    assert "my column" in path.read_text(encoding="utf-8")
    assert "kept" in path.read_text(encoding="utf-8")


def test_a_formula_in_a_name_calculates_nothing(files: Crm, tmp_path: Path) -> None:
    evil = Person("contact-1", ANNA.email, {"first_name": "=1+1"})
    files.upsert_contacts([evil])

    text = (tmp_path / "crm" / "contacts.csv").read_text(encoding="utf-8")

    assert "'=1+1" in text
    assert files.pull_changes(None, None).records[0].fields["first_name"] == "=1+1"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"name,title\nx,y\n"])
def test_a_file_that_cannot_be_read_is_not_written_over(
    files: Crm, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "crm" / "contacts.csv"
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(Misconfigured, match="cannot be read"):
        files.upsert_contacts([ANNA])

    assert path.read_bytes() == content
