"""An inbox over IMAP, read-only: EXAMINE and BODY.PEEK, so nothing is marked and nothing deleted.

The cursor is UIDVALIDITY and the last UID. When UIDVALIDITY changes, all is read anew; that no
mail is taken in twice is the database's promise (mailbox and Message-ID), not this file's.
"""

import contextlib
import re
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from core.domain.states import ProviderState
from core.errors import Misconfigured, ProviderError, Unavailable
from core.providers.inbox.port import LARGEST, Cursor, Fetched, InboxAccount, RawMail
from core.providers.verdict import Verdict

NAME = "imap"
TIMEOUT = SocketTimeout(connect=10, read=25)
_BODY = f"BODY.PEEK[]<0.{LARGEST}>"
_ABSENT = re.compile(r"(?i)nonexistent|trycreate|doesn't exist|does not exist|unknown mailbox")


class ImapInbox:
    """One mailbox's folder on its server."""

    name = NAME

    def __init__(self, account: InboxAccount) -> None:
        self._account = account
        self._imap: IMAPClient | None = None

    def fetch(self, cursor: Cursor, limit: int) -> Fetched:
        """At most `limit` mails with a UID above the cursor's, oldest first."""
        with self._speaking() as imap:
            folder = imap.select_folder(self._account.folder, readonly=True)
            validity = int(folder[b"UIDVALIDITY"])
            after = cursor.last_uid if cursor.uidvalidity == validity else 0
            # "n:*" gives the last mail even where its UID is below n
            found = imap.search(["UID", f"{after + 1}:*"])
            uids = sorted(uid for uid in found if uid > after)[:limit]
            mails = tuple(self._read(imap, uids))
        return Fetched(mails, Cursor(validity, max([after, *uids])))

    def check(self) -> Verdict:
        """Signs in and looks at the folder without changing it."""
        if not self._account.host:
            return Verdict(
                ProviderState.UNCONFIGURED, "No IMAP server is set.", "Set the mailbox's server."
            )
        try:
            with self._speaking() as imap:
                imap.select_folder(self._account.folder, readonly=True)
        except ProviderError as error:
            return Verdict(ProviderState.DOWN, error.sentence, error.advice or "Try again later.")
        finally:
            self.close()
        return Verdict(ProviderState.HEALTHY, "The server let us in, and the folder can be read.")

    def close(self) -> None:
        """LOGOUT, however the server takes it."""
        imap, self._imap = self._imap, None
        if imap is not None:
            with contextlib.suppress(OSError, IMAPClientError):
                imap.logout()

    def _read(self, imap: IMAPClient, uids: list[int]) -> Iterator[RawMail]:
        for at in range(0, len(uids), 50):
            answers = imap.fetch(uids[at : at + 50], [_BODY, "RFC822.SIZE"])
            for uid in uids[at : at + 50]:
                answer = answers.get(uid)
                if answer is None:  # taken away meanwhile by its owner
                    continue
                raw = _body(answer)
                size = int(answer.get(b"RFC822.SIZE", len(raw)))
                yield RawMail(uid, raw, cut=size > LARGEST)

    @contextlib.contextmanager
    def _speaking(self) -> Iterator[IMAPClient]:
        """The connection; whatever goes wrong on it drops it and becomes one of our errors."""
        try:
            yield self._connected()
        except ProviderError:
            self._drop()
            raise
        except ssl.SSLError as error:
            self._drop()
            raise Misconfigured(
                f"The IMAP server's certificate is not trusted ({error.reason or error}).",
                provider=NAME,
                advice="Set AICMO_TLS_CA_FILE if the server has a CA of its own.",
            ) from None
        except LoginError as error:
            self._drop()
            raise self._no_entry(error) from None
        except (OSError, IMAPClientError) as error:
            self._drop()
            raise self._trouble(error) from None

    def _connected(self) -> IMAPClient:
        if self._imap is not None:
            return self._imap
        account = self._account
        if not account.host:
            raise Misconfigured(
                f"The mailbox {account.address} has no IMAP server.",
                provider=NAME,
                advice="Set the mailbox's server.",
            )
        self._refuse_plain(account.host)
        context = ssl.create_default_context()
        if account.ca_file is not None:
            context.load_verify_locations(account.ca_file)
        tls = account.security == "tls"
        port = account.port or (993 if tls else 143)
        imap = IMAPClient(
            account.host, port, ssl=tls, ssl_context=context if tls else None, timeout=TIMEOUT
        )
        self._imap = imap
        if account.security == "starttls":
            imap.starttls(context)
        password = account.password.get_secret_value() if account.password else ""
        imap.login(account.username or account.address, password)
        return imap

    def _refuse_plain(self, host: str) -> None:
        if self._account.security in ("tls", "starttls") or _is_loopback(host):
            return
        raise Misconfigured(
            f"The mailbox {self._account.address} would be read unencrypted from {host}.",
            provider=NAME,
            advice="Choose TLS or STARTTLS; unencrypted is for this machine only.",
        )

    def _no_entry(self, error: Exception) -> ProviderError:
        said = _said(error)
        if "UNAVAILABLE" in said.upper() or "TEMPORARY" in said.upper():
            return Unavailable(f"The IMAP server does not let us in now: {said}", provider=NAME)
        return Misconfigured(
            f"The IMAP server refuses the sign-in: {said}",
            provider=NAME,
            advice="Set the inbox's user name and password anew.",
        )

    def _trouble(self, error: Exception) -> ProviderError:
        said = _said(error)
        if _ABSENT.search(said):
            return Misconfigured(
                f"The folder {self._account.folder} cannot be opened: {said}",
                provider=NAME,
                advice="Choose a folder that exists.",
            )
        return Unavailable(
            f"The IMAP server {self._account.host} cannot be read ({said}).", provider=NAME
        )

    def _drop(self) -> None:
        imap, self._imap = self._imap, None
        if imap is not None:
            with contextlib.suppress(OSError, IMAPClientError):
                imap.shutdown()


def build(account: InboxAccount) -> ImapInbox:
    """The inbox of one mailbox."""
    return ImapInbox(account)


def _body(answer: dict[bytes, Any]) -> bytes:
    for key, value in answer.items():
        if key.startswith(b"BODY[]") and isinstance(value, bytes):
            return value
    return b""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _said(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(error)
    said = re.sub(r"^b(['\"])(.*)\1$", r"\2", " ".join(said.split()))  # imaplib's own way to quote
    return said[:300] or type(error).__name__
