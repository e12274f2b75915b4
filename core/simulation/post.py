"""The post of a simulated world: takes what dispatch put into the folder outbox, and puts mail into
the folder inbox. The only place of the simulation that touches those folders.
"""

import os
from collections import Counter
from datetime import datetime
from pathlib import Path

from core.simulation.letters import Letter, read


class PostOffice:
    """The folders `outbox` and `inbox` under the data directory, one folder a mailbox in each.

    `arrived` counts each Message-ID of ours that came out: more than one is a mail sent twice;
    `unread` how many mails were delivered since somebody set it to 0.
    """

    def __init__(self, data_dir: Path) -> None:
        self._outbox = data_dir / "outbox"
        self._inbox = data_dir / "inbox"
        self._seen: set[str] = set()
        self._numbers: dict[str, int] = {}
        self.arrived: Counter[str] = Counter()
        self.unread = 0
        self.last_to: dict[str, datetime] = {}

    def collect(self, now: datetime) -> list[Letter]:
        """What dispatch sent since the last time, oldest first."""
        fresh = [
            (folder.name, Path(entry.path))
            for folder in self._folders()
            for entry in os.scandir(folder)
            if entry.name.endswith(".eml") and entry.path not in self._seen
        ]
        letters = []
        for mailbox, path in fresh:
            self._seen.add(str(path))
            letter = read(mailbox, path.read_bytes(), at=now)
            self.arrived[letter.message_id] += 1
            known = self.last_to.get(letter.recipient)
            self.last_to[letter.recipient] = max(letter.at, known) if known else letter.at
            letters.append(letter)
        return sorted(letters, key=lambda letter: (letter.at, letter.message_id))

    def deliver(self, mailbox: str, raw: bytes) -> Path:
        """Puts a mail into the inbox folder of a mailbox of ours; whole or not at all."""
        folder = self._inbox / mailbox
        folder.mkdir(parents=True, exist_ok=True)
        number = self._numbers.get(mailbox) or _highest(folder)
        self._numbers[mailbox] = number + 1
        path = folder / f"{number + 1:08d}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(raw)
        self.unread += 1
        return part.rename(path)

    def _folders(self) -> list[Path]:
        if not self._outbox.is_dir():
            return []
        return sorted(folder for folder in self._outbox.iterdir() if folder.is_dir())


def _highest(folder: Path) -> int:
    numbers = [int(path.stem) for path in folder.glob("*.eml") if path.stem.isdigit()]
    return max(numbers, default=0)
