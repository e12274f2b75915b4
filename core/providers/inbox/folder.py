"""An inbox that is a folder of .eml files: the one that needs no network, and the default."""

import time
from pathlib import Path

from core.domain.states import ProviderState
from core.errors import Unavailable
from core.providers.inbox.port import LARGEST, Cursor, Fetched, InboxAccount, RawMail
from core.providers.verdict import Verdict

TICK = 10_000  # microseconds: no file system's clock is coarser than this


class FolderInbox:
    """Files in the order in which they came, whatever their names: the UID is the moment.

    A file that was copied or restored counts as new; the database knows it by its Message-ID.
    """

    name = "folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, cursor: Cursor, limit: int) -> Fetched:
        """The files after the cursor; none is touched."""
        try:
            new = [one for one in self._in_order() if one[0] > cursor.last_uid][:limit]
            mails = tuple(self._read(uid, path) for uid, path in new)
        except OSError as error:
            raise Unavailable(
                f"The folder {self._folder} cannot be read ({error.strerror}).", provider=self.name
            ) from None
        return Fetched(mails, Cursor(1, max([cursor.last_uid, *(mail.uid for mail in mails)])))

    def check(self) -> Verdict:
        """A folder that does not exist is an empty inbox."""
        if self._folder.exists() and not self._folder.is_dir():
            return Verdict(
                ProviderState.DOWN, f"{self._folder} is no folder.", "Remove the file of that name."
            )
        return Verdict(ProviderState.HEALTHY, f"Mails are read from {self._folder}.")

    def close(self) -> None:
        """Nothing is kept open."""

    def _in_order(self) -> list[tuple[int, Path]]:
        found = self._moments()
        if found and found[-1][0] > time.time_ns() // 1000 - TICK:
            # another file of this very moment may still come: it would be passed over
            time.sleep(TICK / 1_000_000)
            found = self._moments()
        uids: list[tuple[int, Path]] = []
        for moment, _name, path in found:
            uids.append((max(moment, uids[-1][0] + 1) if uids else moment, path))
        return uids

    def _moments(self) -> list[tuple[int, str, Path]]:
        if not self._folder.is_dir():
            return []
        paths = [path for path in self._folder.glob("*.eml") if not path.name.startswith(".")]
        return sorted((path.stat().st_ctime_ns // 1000, path.name, path) for path in paths)

    @staticmethod
    def _read(uid: int, path: Path) -> RawMail:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        return RawMail(uid, raw[:LARGEST], cut=len(raw) > LARGEST)


def build(account: InboxAccount) -> FolderInbox:
    """The inbox of one mailbox's folder."""
    return FolderInbox(account.inbox_dir)
