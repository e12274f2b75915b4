"""The revisions as one process sees them: read at every call, once for all who ask at a time."""

import time
from collections.abc import Mapping
from threading import Lock

from core.services import revisions
from core.services.revisions import Kept
from db.session import Sessions, reading

AT_A_TIME = 0.001  # seconds: the parts of one call


class RevisionWatch:
    """Threads may share it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._lock = Lock()
        self._numbers: Mapping[str, int] = {}
        self._read_at = float("-inf")

    def number(self, of: Kept) -> int:
        """The present number; 0 where nothing ever changed."""
        with self._lock:
            if time.monotonic() - self._read_at > AT_A_TIME:
                with reading(self._sessions) as session:
                    self._numbers = revisions.numbers(session)
                self._read_at = time.monotonic()
            return self._numbers.get(of.value, 0)
