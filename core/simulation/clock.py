"""The clock of a simulated world: it stands still until it is moved, and never goes back."""

from datetime import datetime, timedelta


class HandClock:
    """Give `clock.now` to `core.runtime.build`; every stage then lives in the simulated moment."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The simulated moment, aware, in UTC."""
        return self._now

    def move_to(self, moment: datetime) -> datetime:
        """Moves forward to `moment`; an earlier one leaves the clock where it is."""
        self._now = max(self._now, moment)
        return self._now

    def advance(self, **parts: float) -> datetime:
        """Moves forward by the parts of a timedelta: `advance(hours=2)`."""
        return self.move_to(self._now + timedelta(**parts))
