"""A mailbox's row as the accounts that the e-mail and inbox ports want."""

from pydantic import SecretStr

from core.providers.email.port import MailAccount
from core.providers.inbox.port import InboxAccount
from core.runtime import Runtime
from core.services.mailboxes import Connection


def mail_account(rt: Runtime, found: Connection) -> MailAccount:
    """How mails leave the mailbox."""
    server = found.settings
    return MailAccount(
        mailbox_id=found.mailbox_id,
        address=found.address,
        provider=found.provider,
        host=server.get("host"),
        port=server.get("port"),
        security=server.get("security", "starttls"),
        username=server.get("username"),
        password=SecretStr(found.secret) if found.secret else None,
        outbox=rt.data_dir / "outbox" / found.address,
    )


def inbox_account(rt: Runtime, found: Connection) -> InboxAccount:
    """How mails come to the mailbox."""
    server = found.imap
    return InboxAccount(
        mailbox_id=found.mailbox_id,
        address=found.address,
        provider=found.inbox_provider,
        host=server.get("host"),
        port=server.get("port"),
        security=server.get("security", "tls"),
        username=server.get("username"),
        password=SecretStr(found.imap_secret) if found.imap_secret else None,
        folder=server.get("folder") or "INBOX",
        inbox_dir=rt.data_dir / "inbox" / found.address,
    )
