"""An SMTP server on loopback for tests: aiosmtpd with STARTTLS, AUTH and answers made to order."""

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "sales@agency.example", "s3cret words"
GO_ON = "but go on"


@dataclass
class Sink:
    """What came in, and what is answered: `on_rcpt` and `on_data` are lines, or "drop"."""

    mails: list[Message] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    connections: int = 0
    on_rcpt: list[str] = field(default_factory=list)
    on_data: list[str] = field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = 0
    pipelining: bool = False

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        """Counts connections (a second EHLO follows STARTTLS)."""
        session.host_name = name
        if session.ssl is None:
            self.connections += 1
        return [answers[0], *["250-PIPELINING"] * self.pipelining, *answers[1:]]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """The next answer made to order, else 250; one that ends with GO_ON takes the mail too."""
        answer = self.on_rcpt.pop(0) if self.on_rcpt else "250 OK"
        if answer == "drop":
            server.transport.abort()
        if answer.startswith("250") or answer.endswith(GO_ON):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keeps the mail unless it is refused; "drop" keeps it and breaks the line."""
        answer = self.on_data.pop(0) if self.on_data else "250 2.0.0 OK queued as ABC123"
        if answer[0] in "2d" or answer == "garbage":
            self.mails.append(message_from_bytes(envelope.original_content))
            self.senders.append(envelope.mail_from)
        if answer == "drop":
            server.transport.abort()
        return "this is no answer" if answer == "garbage" else answer


@contextmanager
def smtp_sink(
    *,
    tls: ssl.SSLContext | None = None,
    implicit: bool = False,
    auth: bool = False,
    pipelining: bool = False,
) -> Iterator[Sink]:
    """A running server; with `tls` it offers STARTTLS (or speaks TLS at once: `implicit`)."""
    sink = Sink(port=free_port(), pipelining=pipelining)
    options: dict[str, Any] = {}
    if tls is not None and not implicit:
        options = {"tls_context": tls, "require_starttls": True}
    if auth:
        options |= {
            "authenticator": _authenticate,
            "auth_required": True,
            "auth_require_tls": tls is not None and not implicit,
        }
    controller = Controller(
        sink,
        hostname=sink.host,
        port=sink.port,
        ssl_context=tls if implicit else None,
        ready_timeout=10,
        **options,
    )
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False)


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Authority:
    """A CA of our own and a server's certificate for this machine, signed by it."""

    ca_file: Path
    cert_file: Path
    key_file: Path

    def context(self) -> ssl.SSLContext:
        """The server's side."""
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        made.load_cert_chain(self.cert_file, self.key_file)
        return made


def make_authority(folder: Path) -> Authority:
    """Files of a new CA and a certificate for localhost and 127.0.0.1."""
    folder.mkdir(parents=True, exist_ok=True)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    ca = (
        _certificate(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    leaf = (
        _certificate(name, ca_name, key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    made = Authority(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    made.ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    made.cert_file.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    made.key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


def _certificate(name: x509.Name, issuer: x509.Name, public_key: Any) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
