"""Connects webhooks to public addresses only, and to the very address that was looked at.

A name is looked up once a connection, every address it has must be public, and the connection is
made to one of them by number: what the name says a moment later plays no part. TLS and the Host
header keep the name. Everything ends when the time for the whole call is over, however slowly the
other side drips.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Any

import httpcore

from core.domain import targets
from core.errors import Misconfigured, Unavailable

Resolve = Callable[[str, int], Sequence[str]]
ADVICE = "Check the address, or have an admin allow this host: Settings, Webhooks."


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the machine's resolver knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses(host: str, port: int, *, allowed: bool, resolve: Resolve) -> Sequence[str]:
    """Where to connect to. One private address among them refuses them all."""
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError):
        found = ()
    if not found:
        raise Unavailable(f"The name {host} is not known.", advice=ADVICE)
    if not allowed and not all(targets.is_public(ip_address(one)) for one in found):
        raise Misconfigured(targets.private(host), advice=ADVICE)
    return found


class Guarded(httpcore.NetworkBackend):
    """A network that reaches public addresses only, for the seconds of one call."""

    def __init__(
        self,
        *,
        allowed: bool,
        seconds: float,
        resolve: Resolve = look_up,
        network: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._network = network or httpcore.SyncBackend()
        self._ends = time.monotonic() + seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Looks up, checks, connects by number; the next number where one does not answer."""
        found = addresses(host, port, allowed=self._allowed, resolve=self._resolve)
        *others, last = found
        for address in others:
            try:
                return self._connect(address, port)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(last, port)

    def _connect(self, address: str, port: int) -> httpcore.NetworkStream:
        timeout = _left(self._ends, httpcore.ConnectTimeout)
        return _Timed(self._network.connect_tcp(address, port, timeout=timeout), self._ends)


class _Timed(httpcore.NetworkStream):
    """A stream whose every part must be over when the whole call is."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most this many bytes."""
        return self._stream.read(max_bytes, timeout=_left(self._ends, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of them."""
        self._stream.write(buffer, timeout=_left(self._ends, httpcore.WriteTimeout))

    def close(self) -> None:
        """Lets go."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same time holds within TLS."""
        left = _left(self._ends, httpcore.ConnectTimeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._ends)

    def get_extra_info(self, info: str) -> Any:
        """As the stream within knows it."""
        return self._stream.get_extra_info(info)


def _left(ends: float, too_late: type[Exception]) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise too_late("the time for the call is over")
    return left
