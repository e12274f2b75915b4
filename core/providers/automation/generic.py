"""Any server that takes our JSON: it can verify the signature and drop what it already had."""

from datetime import datetime

from core.providers.automation.door import Door, document
from core.providers.automation.port import Notice, Receipt, Target


class Generic:
    """Tells a server of the client's own."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def tell(self, notice: Notice, *, now: datetime) -> Receipt:
        """One signed POST."""
        return self._door.tell(notice, document(notice), now=now)


def build(target: Target) -> Generic:
    """For one endpoint."""
    return Generic(Door(target))
