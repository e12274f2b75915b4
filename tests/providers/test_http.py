"""Transport and status become the four errors, each saying what happened to the world."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain
from core.providers import http, limits
from core.providers.http import Http, retry_at
from tests.conftest import Clock
from tests.contracts.certificates import certified_for

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def caller(httpserver: HTTPServer, clock: Clock) -> Iterator[Http]:
    made = Http("acme", httpserver.url_for(""), headers={"X-Key": "k"}, clock=clock.now)
    yield made
    made.close()


@pytest.fixture
def raw_server() -> Iterator[Callable[[bytes], str]]:
    """A server that says what it is told, byte by byte, and hangs up."""
    open_: list[socket.socket] = []

    def start(says: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        open_.append(listener)

        def serve() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(65536)
                caller.sendall(says)

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in open_:
        listener.close()


def fails(kind: type[ProviderError], caller: Http, *, repeatable: bool = False) -> ProviderError:
    with pytest.raises(kind) as caught:
        caller.call("POST", "/send", repeatable=repeatable, body={"a": 1})
    assert type(caught.value) is kind
    return caught.value


def test_json_goes_out_and_comes_back(caller: Http, httpserver: HTTPServer) -> None:
    httpserver.expect_request(
        "/send", method="POST", json={"a": 1}, headers={"X-Key": "k", "X-Once": "7"}
    ).respond_with_json({"id": "x"}, status=201)

    answer = caller.call("POST", "/send", repeatable=False, body={"a": 1}, headers={"X-Once": "7"})

    assert (answer.status, answer.body) == (201, {"id": "x"})


def test_an_empty_good_answer_is_no_fault(caller: Http, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data("", status=204)

    assert caller.call("GET", "/x", repeatable=True).body is None


def test_nobody_there_is_surely_nothing() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]

    with closing(Http("acme", f"http://127.0.0.1:{port}")) as caller:
        error = fails(Unavailable, caller)

    assert error.sentence == "acme could not be reached."


def test_no_such_name_is_surely_nothing() -> None:
    with closing(Http("acme", "http://nowhere.invalid")) as caller:
        fails(Unavailable, caller)


def test_too_many_is_surely_nothing_and_says_when(
    caller: Http, httpserver: HTTPServer, clock: Clock
) -> None:
    httpserver.expect_request("/send").respond_with_data(
        "", status=429, headers={"Retry-After": "30"}
    )

    error = fails(Unavailable, caller)

    assert isinstance(error, Unavailable)
    assert error.retry_at == clock.now() + timedelta(seconds=30)


@pytest.mark.parametrize("status", [401, 403])
def test_no_entry_needs_a_person(status: int, caller: Http, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/send").respond_with_json({}, status=status)

    error = fails(Misconfigured, caller)

    assert (error.status, "Check the key" in error.advice) == (status, True)


def test_a_plan_that_is_used_up_needs_a_person(caller: Http, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/send").respond_with_json({}, status=402)

    error = fails(Misconfigured, caller)

    assert error.sentence == "acme says that the credit or plan is used up (402)."
    assert "Add credit" in error.advice


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_no_is_a_no(status: int, caller: Http, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/send").respond_with_json({"message": "bad to"}, status=status)

    assert fails(Rejected, caller).sentence == f"acme refused this ({status}): bad to"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"error": {"message": "deep"}}', ": deep"),
        ('{"error": 5}', "."),
        ('["x"]', "."),
        ("<html>", "."),
    ],
)
def test_the_providers_word_is_taken_where_there_is_one(
    body: str, said: str, caller: Http, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/send").respond_with_data(body, status=400)

    assert fails(Rejected, caller).sentence == f"acme refused this (400){said}"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_fault_may_have_been_done(
    status: int, caller: Http, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/send").respond_with_data("", status=status)

    assert fails(Uncertain, caller).status == status
    assert fails(Unavailable, caller, repeatable=True).status == status


def test_a_redirect_is_not_followed(caller: Http, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/send").respond_with_data(
        "", status=302, headers={"Location": httpserver.url_for("/else")}
    )

    fails(Misconfigured, caller)

    assert len(httpserver.log) == 1


def test_an_answer_that_is_no_json_may_have_been_done(caller: Http, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/send").respond_with_data("<html>", status=200)

    fails(Uncertain, caller)
    fails(Unavailable, caller, repeatable=True)


def test_an_endless_answer_is_cut(
    caller: Http, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/send").respond_with_data("x" * (http.LARGEST + 1), status=200)

    assert "more than we read" in fails(Uncertain, caller).sentence


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ],
)
def test_a_connection_lost_in_the_middle_may_have_been_done(
    says: bytes, raw_server: Callable[[bytes], str]
) -> None:
    with closing(Http("acme", raw_server(says))) as caller:
        fails(Uncertain, caller)


def test_no_answer_in_time_may_have_been_done() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        with closing(Http("acme", f"http://127.0.0.1:{port}", read_timeout=0.05)) as caller:
            fails(Uncertain, caller)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("Mon, 02 Mar 2026 09:01:00 GMT", 60),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("999999999", 86400),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: int) -> None:
    assert retry_at(header, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("header", [None, "", "soon", "9" * 400])
def test_an_unreadable_retry_after_says_nothing(header: str | None) -> None:
    assert retry_at(header, NOW) is None


def test_a_wait_until_a_date_is_reckoned_by_the_servers_clock() -> None:
    ahead = "Mon, 02 Mar 2026 12:00:00 GMT"  # the server's clock is three hours ahead

    assert retry_at("Mon, 02 Mar 2026 12:01:00 GMT", NOW, ahead) == NOW + timedelta(minutes=1)
    assert retry_at("Mon, 02 Mar 2026 09:01:00 GMT", NOW, "nonsense") == NOW + timedelta(minutes=1)


def test_another_authority_can_be_trusted_by_a_file(tmp_path: Path) -> None:
    with HTTPServer(ssl_context=certified_for("localhost", tmp_path)) as server:
        server.expect_request("/").respond_with_json({"ok": True})
        known = Http("acme", server.url_for(""), ca_file=tmp_path / "cert.pem")
        stranger = Http("acme", server.url_for(""))
        with closing(known), closing(stranger):
            answer = known.call("GET", "/", repeatable=True)
            with pytest.raises(Misconfigured, match="certificate of acme"):
                stranger.call("GET", "/", repeatable=True)

    assert answer.body == {"ok": True}


def test_a_file_of_authorities_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="AICMO_TLS_CA_FILE cannot be read"):
        Http("acme", "https://acme.example", ca_file=tmp_path / "none.pem")


def test_a_call_ends_when_the_chains_time_does(raw_server: Callable[[bytes], str]) -> None:
    caller = Http("acme", raw_server(b""))
    with limits.within(time.monotonic() + 0.1), pytest.raises(Unavailable):
        caller.call("GET", "/", repeatable=True)
    caller.close()
