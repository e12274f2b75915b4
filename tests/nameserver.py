"""A name server on loopback, for tests: real UDP, the answers given."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Thread
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

TTL = 300


@dataclass(frozen=True)
class Record:
    """One record as a zone file writes it."""

    text: str
    servfail: bool = False


class Nameserver:
    """Answers from `zones` ({(name, type): record}), else no such name; or not at all."""

    def __init__(self, zones: Mapping[tuple[str, str], Record], *, silent: bool = False) -> None:
        self._zones = zones
        self._silent = silent
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve, daemon=True)
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        """host:port."""
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def __enter__(self) -> "Nameserver":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            raw, sender = self._socket.recvfrom(4096)
            if not raw:
                return
            if not self._silent:
                self._socket.sendto(self._answer(dns.message.from_wire(raw)).to_wire(), sender)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        (question,) = query.question
        name, kind = str(question.name).rstrip("."), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        record = self._zones.get((name, kind))
        if record is not None and record.servfail:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif record is not None:
            found = dns.rrset.from_text(question.name, TTL, "IN", kind, record.text)
            answer.answer.append(found)
        elif not any(known == name for known, _ in self._zones):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
