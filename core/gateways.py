"""Which account a mailbox really speaks with: its own, the environment's, or a local folder; and
which CRM is really kept in step.

As long as USE_REAL_EMAIL_GATEWAY or USE_REAL_CRM_GATEWAY is off, nothing can leave the machine
that way, whatever else is set.
"""

from collections.abc import Container
from dataclasses import replace
from pathlib import Path

from core.config import Settings
from core.domain.states import ProviderState
from core.providers.email.port import MailAccount
from core.providers.inbox.port import InboxAccount
from core.providers.registry import LOCAL, OF_ENVIRONMENT
from core.providers.verdict import Verdict

CRM_OFF = Verdict(
    ProviderState.DEGRADED,
    "It was not tried: as long as USE_REAL_CRM_GATEWAY is off, no CRM is asked.",
)


def crm_of(chosen: str, settings: Settings, known: Container[str]) -> str:
    """The CRM to speak to when a person chose this one."""
    return chosen if settings.use_real_crm_gateway and chosen in known else LOCAL["crm"]


def mail_of(account: MailAccount, settings: Settings) -> MailAccount:
    """The account a mail is sent with."""
    if not settings.use_real_email_gateway:
        return replace(account, provider=LOCAL["email"], fallback=())
    others = (mail_of(one, settings) for one in account.fallback)
    account = replace(account, fallback=tuple(one for one in others if one.host))
    ca_file = account.ca_file or settings.tls_ca_file
    if account.host or not settings.smtp_host:
        return replace(account, ca_file=ca_file)
    return replace(
        account,
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        username=settings.smtp_username,
        password=settings.smtp_password,
        ca_file=ca_file,
    )


def inbox_of(account: InboxAccount, settings: Settings) -> InboxAccount:
    """The account replies are read with."""
    if not settings.use_real_email_gateway:
        return replace(account, provider=LOCAL["inbox"])
    ca_file = account.ca_file or settings.tls_ca_file
    if account.host or not settings.imap_host:
        return replace(account, ca_file=ca_file)
    return replace(
        account,
        host=settings.imap_host,
        port=settings.imap_port,
        security=settings.imap_security,
        username=settings.imap_username,
        password=settings.imap_password,
        folder=settings.imap_folder,
        ca_file=ca_file,
    )


def of_environment(settings: Settings, data_dir: Path) -> tuple[MailAccount, InboxAccount]:
    """The accounts that a mailbox without a server of its own speaks with (number 0)."""
    address = settings.smtp_from_email or "nobody@localhost"
    mail = MailAccount(
        mailbox_id=0,
        address=address,
        provider=(OF_ENVIRONMENT if settings.smtp_host else LOCAL)["email"],
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        username=settings.smtp_username,
        password=settings.smtp_password,
        outbox=data_dir / "outbox",
        ca_file=settings.tls_ca_file,
    )
    inbox = InboxAccount(
        mailbox_id=0,
        address=address,
        provider=(OF_ENVIRONMENT if settings.imap_host else LOCAL)["inbox"],
        host=settings.imap_host,
        port=settings.imap_port,
        security=settings.imap_security,
        username=settings.imap_username,
        password=settings.imap_password,
        folder=settings.imap_folder,
        inbox_dir=data_dir / "inbox",
        ca_file=settings.tls_ca_file,
    )
    return mail, inbox
