"""Mail over SMTP: STARTTLS or TLS with the certificate checked, AUTH, one connection for many
mails. What an answer means follows RFC 5321; after the data has gone out, silence is Uncertain.
"""

import contextlib
import re
import smtplib
import socket
import ssl
from ipaddress import ip_address

from core.domain.states import ProviderState
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain
from core.providers.email.port import Accepted, Email, MailAccount, as_bytes
from core.providers.verdict import Verdict

NAME = "smtp"
TIMEOUT = 25.0  # seconds for each answer
LARGEST_BATCH = 100  # mails on one connection; many servers close it after that
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_AUTH_CODES = frozenset({530, 534, 535, 538})


class SmtpSender:
    """One mailbox's way out."""

    name = NAME
    honours_keys = False

    def __init__(self, account: MailAccount) -> None:
        self._account = account
        self._smtp: smtplib.SMTP | None = None
        self._context: ssl.SSLContext | None = None
        self._sent = 0

    def send(self, email: Email) -> Accepted:
        """MAIL, RCPT, DATA. Up to the final dot nothing has happened; after it, who knows."""
        content = as_bytes(email)
        way = f"FROM:<{_plain(email.from_address)}>", f"TO:<{_plain(email.to_address)}>"
        smtp = self._connected()
        self._announce(smtp, f"mail {way[0]}", f"rcpt {way[1]}", "data")
        code, text = self._hand_over(smtp, content)
        if code // 100 != 2:
            raise self._refusal(code, text)
        self._sent += 1
        if self._sent >= LARGEST_BATCH:
            self.close()
        return Accepted(self.name, _queue_id(text), {"code": code, "answer": text})

    def check(self) -> Verdict:
        """Connects, signs in, leaves; sends nothing."""
        if not self._account.host:
            return Verdict(
                ProviderState.UNCONFIGURED, "No SMTP server is set.", "Set the mailbox's server."
            )
        try:
            smtp = self._connected()
            smtp.noop()
        except Misconfigured as error:
            return Verdict(ProviderState.DOWN, error.sentence, error.advice or "Check the mailbox.")
        except (ProviderError, OSError, smtplib.SMTPException) as error:
            where = f"{self._account.host} (port {_port(self._account)})"
            advice = f"Start the mail server at {where}, or set another in Settings → Mailboxes."
            return Verdict(ProviderState.DOWN, str(error), advice)
        finally:
            self.close()
        return Verdict(ProviderState.HEALTHY, "The server let us in.")

    def close(self) -> None:
        """QUIT, however the server takes it."""
        smtp, self._smtp, self._sent = self._smtp, None, 0
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _announce(self, smtp: smtplib.SMTP, *lines: str) -> None:
        """The commands before the content, the last of which asks for it; said at once where the
        server permits it (RFC 2920). A lost connection here means that nothing went out.
        """
        together = smtp.has_extn("pipelining")
        try:
            if together:
                smtp.send("".join(f"{line}\r\n" for line in lines))
            for left in range(len(lines) - 1, -1, -1):
                code, answer = smtp.getreply() if together else smtp.docmd(lines[-1 - left])
                if code == 354 if left == 0 else code // 100 == 2:
                    continue
                if together:
                    self._hear_out(smtp, left)
                raise self._refusal(code, _text(answer))
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Unavailable(
                f"The SMTP server did not answer ({_why(error)}).", provider=self.name
            ) from None

    def _hear_out(self, smtp: smtplib.SMTP, answers: int) -> None:
        """What the server still says to commands that came to nothing. One that wants the content
        all the same gets none: the line is cut.
        """
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if all(smtp.getreply()[0] >= 400 for _ in range(answers)):
                return
        self._drop()

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes) -> tuple[int, str]:
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
            code, answer = smtp.getreply()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._drop()
            raise Uncertain(
                f"The connection broke after the mail was handed over ({_why(error)}).",
                provider=self.name,
            ) from None
        if not 200 <= code < 600 or code // 100 == 3:
            self._drop()
            raise Uncertain("The SMTP server's answer cannot be read.", provider=self.name)
        return code, _text(answer)

    def _refusal(self, code: int, text: str) -> ProviderError:
        """What a code that is no 2xx means; the connection is made fit for the next mail."""
        enhanced = _ENHANCED.search(text)
        said = f"{code} {text}".strip()[:400]
        if code in (421, -1) or code < 200:
            self._drop()
        else:
            self._reset()
        if code in _AUTH_CODES:
            return Misconfigured(
                f"The SMTP server wants a valid sign-in: {said}",
                provider=self.name,
                status=code,
                advice="Set the mailbox's user name and password anew.",
            )
        if code // 100 == 5:
            what = f" ({enhanced.group(1)})" if enhanced else ""
            return Rejected(f"Refused{what}: {said}", provider=self.name, status=code)
        return Unavailable(f"Not now: {said}", provider=self.name, status=code)

    def _reset(self) -> None:
        if self._smtp is None:
            return
        try:
            if self._smtp.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp, self._sent = None, 0

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        if not self._account.host:
            raise Misconfigured(
                f"The mailbox {self._account.address} has no SMTP server.",
                provider=self.name,
                advice="Set the mailbox's server.",
            )
        try:
            smtp = self._open()
        except ssl.SSLError as error:
            raise Misconfigured(
                f"The SMTP server's certificate is not trusted ({error.reason or error}).",
                provider=self.name,
                advice="Set AICMO_TLS_CA_FILE if the server has a CA of its own.",
            ) from None
        except smtplib.SMTPResponseException as error:
            raise self._unanswered(error) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(
                f"The SMTP server {self._account.host} cannot be reached ({_why(error)}).",
                provider=self.name,
            ) from None
        self._smtp = smtp
        return smtp

    def _unanswered(self, error: smtplib.SMTPResponseException) -> ProviderError:
        code, text = error.smtp_code, _text(error.smtp_error)
        if code // 100 == 5:
            return Misconfigured(
                f"The SMTP server does not let us in: {code} {text}"[:400],
                provider=self.name,
                status=code,
                advice="Set the mailbox's user name and password anew.",
            )
        return Unavailable(f"Not now: {code} {text}"[:400], provider=self.name, status=code)

    def _open(self) -> smtplib.SMTP:
        account = self._account
        host, port = account.host or "", _port(account)
        self._refuse_plain(host)
        name = socket.gethostname() or "localhost"
        smtp: smtplib.SMTP
        if account.security == "tls":
            smtp = smtplib.SMTP_SSL(host, port, name, timeout=TIMEOUT, context=self._trust())
        else:
            smtp = smtplib.SMTP(host, port, name, timeout=TIMEOUT)
        try:
            smtp.ehlo_or_helo_if_needed()
            if account.security == "starttls":
                self._start_tls(smtp, self._trust())
            if account.username and account.password is not None:
                smtp.login(account.username, account.password.get_secret_value())
        except BaseException:
            smtp.close()
            raise
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _trust(self) -> ssl.SSLContext:
        """Whom we believe; read once, as reading all the certificates takes its time."""
        if self._context is None:
            self._context = ssl.create_default_context()
            if self._account.ca_file is not None:
                self._context.load_verify_locations(self._account.ca_file)
        return self._context

    def _start_tls(self, smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if not smtp.has_extn("starttls"):
            raise Misconfigured(
                "The SMTP server offers no STARTTLS, so nothing was sent over it.",
                provider=self.name,
                advice="Choose TLS (port 465) or another server.",
            )
        smtp.starttls(context=context)
        smtp.ehlo()

    def _refuse_plain(self, host: str) -> None:
        if self._account.security in ("starttls", "tls") or is_loopback(host):
            return
        raise Misconfigured(
            f"The mailbox {self._account.address} would send unencrypted to {host}.",
            provider=self.name,
            advice="Choose STARTTLS or TLS; unencrypted is for this machine only.",
        )


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def build(account: MailAccount) -> SmtpSender:
    """The sender of one mailbox."""
    return SmtpSender(account)


def _plain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if not local.isascii() or any(sign in address for sign in "<>\r\n"):
        raise Rejected(f"The address {address!r} cannot be used with this server.", provider=NAME)
    return f"{local}@{domain.encode('idna').decode()}"


def _queue_id(text: str) -> str | None:
    found = re.search(r"(?:queued as|id[= ])\s*<?([\w.@-]+)", text)
    return found.group(1)[:300] if found else None


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return " ".join(text.split())


def _port(account: MailAccount) -> int:
    return account.port or (465 if account.security == "tls" else 587)


def _why(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else None  # without its number
    return said or str(error) or type(error).__name__
