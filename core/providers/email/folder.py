"""Mails as files in a folder: the sender that needs no network, and the default."""

import os
import re
from pathlib import Path

from core.domain.states import ProviderState
from core.errors import Misconfigured
from core.providers.email.port import Accepted, Email, MailAccount, as_bytes
from core.providers.verdict import Verdict


class FolderSender:
    """Writes each mail as one .eml file, named by its key: the same key twice is one file."""

    name = "folder"
    honours_keys = True

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox

    def send(self, email: Email) -> Accepted:
        """Writes beside, then renames: a file is there whole or not at all."""
        content = as_bytes(email)
        name = re.sub(r"[^\w.-]+", "-", email.key)[:180] + ".eml"
        try:
            self._outbox.mkdir(parents=True, exist_ok=True)
            beside = self._outbox / f".{name}.{os.getpid()}.part"
            beside.write_bytes(content)
            beside.replace(self._outbox / name)
        except OSError as error:
            raise self._unusable(error) from None
        return Accepted(self.name, name, {"path": str(self._outbox / name)})

    def check(self) -> Verdict:
        """Whether the folder can be written."""
        try:
            self._outbox.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Verdict(ProviderState.DOWN, str(self._unusable(error)), "Make it writable.")
        if not os.access(self._outbox, os.W_OK):
            reason = f"The folder {self._outbox} cannot be written."
            return Verdict(ProviderState.DOWN, reason, "Make it writable.")
        return Verdict(ProviderState.HEALTHY, f"Mails are written to {self._outbox}.")

    def close(self) -> None:
        """Nothing is kept open."""

    def _unusable(self, error: OSError) -> Misconfigured:
        return Misconfigured(
            f"The folder {self._outbox} cannot be written ({error.strerror}).", provider=self.name
        )


def build(account: MailAccount) -> FolderSender:
    """The sender of one mailbox's outbox folder."""
    return FolderSender(account.outbox)
