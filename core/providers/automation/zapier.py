"""Zapier catch hooks: a success is a receipt, given also while the Zap is off.

Facts: docs.zapier.com (operating constraints). The address is the only secret on their side; the
Zap can drop repeats by the `id` in the body.
"""

from datetime import datetime

from core.providers.automation.door import Door, document
from core.providers.automation.port import Notice, Receipt, Target

NOTE = "Zapier received it. It says the same while the Zap is off: look at Zapier whether it ran."


class Zapier:
    """Tells a Zap."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def tell(self, notice: Notice, *, now: datetime) -> Receipt:
        """One signed POST."""
        return self._door.tell(notice, document(notice), now=now)


def build(target: Target) -> Zapier:
    """For one catch hook."""
    return Zapier(Door(target, note=NOTE))
