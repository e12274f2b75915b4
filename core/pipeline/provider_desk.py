"""What an admin does to one provider from its page, and what calls out: a check, a test mail.

Safe to repeat: a check changes nothing outside; each test mail is one that somebody asked for.
"""

import secrets
from contextlib import closing
from dataclasses import dataclass

from core import gateways
from core.domain.access import Act, Viewer
from core.errors import Invalid, NotFound
from core.pipeline import provider_checks
from core.pipeline.mail_accounts import mail_account
from core.providers.email.port import Email, MailAccount
from core.providers.registry import LIMITS
from core.providers.verdict import Verdict
from core.runtime import Runtime
from core.services import guard, mailboxes
from db.models import User
from db.session import reading

PART = "mailbox:"


@dataclass(frozen=True, slots=True)
class Handed:
    """A test mail that was handed over. `stayed`: the gateway is off, it lies in a folder."""

    to: str
    provider: str
    stayed: bool
    path: str = ""


def check(rt: Runtime, viewer: Viewer, port: str, provider: str, part: str) -> Verdict:
    """Asks one provider now."""
    guard.allow(viewer, Act.PROVIDERS)
    verdict = provider_checks.check_one(rt, port, provider, part)
    if verdict is None:
        raise NotFound("This provider is gone. Check all, then look again.")
    return verdict


def usual_limit(port: str, provider: str) -> tuple[int, float] | None:
    """Our limit as long as a person set none: calls, seconds."""
    found = LIMITS.get(port, {}).get(provider)
    return (found.calls, found.seconds) if found else None


def send_test(rt: Runtime, viewer: Viewer, part: str) -> Handed:
    """One mail to the admin's own address, through the mailbox's own way out."""
    guard.allow(viewer, Act.PROVIDERS)
    with reading(rt.sessions) as session:
        user = session.get(User, viewer.user_id) if viewer.user_id else None
        if user is None or not user.email:
            raise Invalid("Your account has no e-mail address to send the test to.")
        to, name = user.email, user.name
    account = _account(rt, part)
    key = f"test:{secrets.token_hex(6)}"
    with closing(rt.providers.email(account)) as sender:
        accepted = sender.send(
            Email(
                key=key,
                header_id=f"<{key.replace(':', '-')}@aicmo>",
                from_address=account.address,
                from_name="AICMO",
                to_address=to,
                to_name=name,
                subject="A test mail from AICMO",
                text="If you can read this, mails from this mailbox arrive.\n",
                headers=(("Auto-Submitted", "auto-generated"),),
                at=rt.now(),
            )
        )
    stayed = "path" in accepted.raw
    return Handed(to, accepted.provider, stayed, str(accepted.raw.get("path", "")))


def _account(rt: Runtime, part: str) -> MailAccount:
    if not part:
        return gateways.of_environment(rt.settings, rt.data_dir)[0]
    with reading(rt.sessions) as session:
        found = mailboxes.connection(session, int(part.removeprefix(PART)))
    if found is None:
        raise NotFound("This mailbox is gone. Check all, then look again.")
    return mail_account(rt, found)
