"""A mailbox's row as the accounts that the e-mail and inbox ports want."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from core.providers.email.port import MailAccount
from core.providers.inbox.port import InboxAccount
from core.providers.registry import ADAPTERS, LOCAL
from core.runtime import Runtime
from core.services.mailboxes import Connection


def mail_account(rt: Runtime, found: Connection) -> MailAccount:
    """How mails leave the mailbox. `settings.fallback` names further ways for the same mailbox: a
    provider by its name (it then speaks with the environment's server), or one with a server of its
    own, which takes the mailbox's password.
    """
    first = _account(rt, found, found.provider, found.settings)
    others = [
        {"provider": one} if isinstance(one, str) else one
        for one in found.settings.get("fallback") or ()
    ]
    return replace(
        first,
        fallback=tuple(
            _account(rt, found, one["provider"], one)
            for one in others
            if one.get("provider") in ADAPTERS["email"]
            and one["provider"] != LOCAL["email"]  # a folder would swallow what should go out
        ),
    )


def _account(
    rt: Runtime, found: Connection, provider: str, server: Mapping[str, Any]
) -> MailAccount:
    return MailAccount(
        mailbox_id=found.mailbox_id,
        address=found.address,
        provider=provider,
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
