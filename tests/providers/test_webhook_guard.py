"""Webhooks connect to public addresses only, and to the very one that was looked at."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpcore
import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer

from core.errors import Misconfigured, Unavailable
from core.providers.automation.door import Door
from core.providers.automation.port import Notice, Target
from tests.contracts.certificates import certified_for
from tests.factories import NOW

NOTICE = Notice("evt_1", "ping", "endpoint:1", NOW, None, {})
Reach = tuple[str, int]


class Recorder(httpcore.SyncBackend):
    """A network that notes where it was asked to connect; `to` sends all of it elsewhere."""

    def __init__(self, to: Reach | None = None, deaf: Sequence[str] = ()) -> None:
        super().__init__()
        self.asked: list[Reach] = []
        self._to = to
        self._deaf = deaf

    def connect_tcp(self, host: str, port: int, *args: Any, **given: Any) -> httpcore.NetworkStream:
        self.asked.append((host, port))
        if self._to is None or host in self._deaf:
            raise httpcore.ConnectError("nobody is there")
        return super().connect_tcp(*self._to, *args, **given)


def target(url: str, *, allowed: bool = False, **given: Any) -> Target:
    secret = SecretStr("s")
    return Target(kind="generic", url=SecretStr(url), secret=secret, allowed=allowed, **given)


def resolver(*answers: Sequence[str]) -> tuple[Callable[[str, int], Sequence[str]], list[str]]:
    """Gives one answer after the other, as a name server that changes its mind does."""
    left, asked = list(answers), []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return left.pop(0)

    return resolve, asked


def tell(door: Door) -> int:
    return door.tell(NOTICE, {"a": 1}, now=NOW).status


PRIVATE = [
    *("127.0.0.1", "10.0.0.8", "172.20.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0"),
    *("100.64.3.2", "224.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.8", "ff02::1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    network = Recorder()
    resolve, _ = resolver([address])

    with pytest.raises(Misconfigured, match="private or reserved"):
        tell(Door(target("https://hooks.example/"), resolve=resolve, network=network))

    assert network.asked == []


def test_one_private_address_among_public_ones_refuses_them_all() -> None:
    network = Recorder()
    resolve, _ = resolver(["8.8.8.8", "10.0.0.1"])

    with pytest.raises(Misconfigured):
        tell(Door(target("https://hooks.example/"), resolve=resolve, network=network))

    assert network.asked == []


def test_a_name_that_changes_its_address_cannot_get_inside(httpserver: HTTPServer) -> None:
    """The first look-up says public, every later one says home, where a server listens."""
    network = Recorder()
    resolve, asked = resolver(["8.8.8.8"], ["127.0.0.1"])
    door = Door(
        target(f"https://hooks.example:{httpserver.port}/"), resolve=resolve, network=network
    )

    with pytest.raises(Unavailable, match="could not be reached"):
        tell(door)
    with pytest.raises(Misconfigured, match="private"):
        tell(door)

    assert asked == ["hooks.example"] * 2  # once a call: what is checked is what is called
    assert network.asked == [("8.8.8.8", httpserver.port)]
    assert httpserver.log == []


def test_tls_and_host_keep_the_name_while_the_number_is_called(tmp_path: Path) -> None:
    server = HTTPServer(host="127.0.0.1", ssl_context=certified_for("hooks.example", tmp_path))
    server.start()
    try:
        server.expect_request("/in").respond_with_data("ok")
        network = Recorder(to=("127.0.0.1", server.port))
        resolve, _ = resolver(["8.8.8.8"], ["8.8.8.8"])
        ca_file = tmp_path / "cert.pem"

        door = Door(
            target("https://hooks.example/in", ca_file=ca_file), resolve=resolve, network=network
        )
        status = tell(door)

        other = Door(
            target("https://other.example/in", ca_file=ca_file), resolve=resolve, network=network
        )
        with pytest.raises(Misconfigured, match="certificate of other"):
            tell(other)
    finally:
        server.stop()

    assert status == 200
    assert network.asked[0] == ("8.8.8.8", 443)
    assert [request.headers["Host"] for request, _ in server.log] == ["hooks.example"]


def test_the_next_address_is_taken_where_one_does_not_answer(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/in").respond_with_data("ok")
    network = Recorder(to=("127.0.0.1", httpserver.port), deaf=["2a00::1"])
    resolve, _ = resolver(["2a00::1", "8.8.8.8"])

    door = Door(target("http://hooks.example/in", allowed=True), resolve=resolve, network=network)

    assert tell(door) == 200
    assert network.asked == [("2a00::1", 80), ("8.8.8.8", 80)]


@pytest.mark.parametrize("url", ["http://hooks.example/", "https://127.0.0.1/", "https://127.1/"])
def test_a_stored_address_is_checked_again_at_every_call(url: str) -> None:
    network = Recorder()

    with pytest.raises(Misconfigured):
        tell(Door(target(url), network=network))

    assert network.asked == []


@pytest.mark.parametrize("found", [OSError("no such name"), []])
def test_an_unknown_name_is_tried_again_later(found: OSError | list[str]) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        if isinstance(found, OSError):
            raise found
        return found

    with pytest.raises(Unavailable, match=r"hooks\.example is not known"):
        tell(Door(target("https://hooks.example/"), resolve=resolve))


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that sends one byte of its headers every few milliseconds, for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        caller, _ = listener.accept()
        with caller:
            caller.recv(65536)
            caller.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not ended.wait(0.02):
                try:
                    caller.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    ended.set()
    thread.join(5)
    listener.close()


def test_one_that_drips_is_left_when_the_time_for_the_whole_call_is_over(dripping: str) -> None:
    started = time.monotonic()

    with pytest.raises(Unavailable, match="did not answer within"):
        tell(Door(target(dripping, allowed=True, seconds=0.3)))

    assert time.monotonic() - started < 3


def test_one_that_hangs_up_is_tried_again_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()

        with pytest.raises(Unavailable, match="broke off"):
            tell(Door(target(f"http://127.0.0.1:{listener.getsockname()[1]}/", allowed=True)))
