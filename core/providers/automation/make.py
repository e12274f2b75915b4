"""Make.com custom webhooks: 200 "Accepted" means queued, also while the scenario is off.

Facts: help.make.com/webhooks (2026-04-08). 400 "Queue is full" is no fault of what was told; 410
means that the webhook was deleted or lay unused too long; 500 "Scenario failed to complete" comes
from scenarios with a response of their own. Make knows no idempotency key: the scenario can drop
repeats by the `id` in the body.
"""

from datetime import datetime

from core.errors import Unavailable
from core.providers.automation.door import Door, Errors, document
from core.providers.automation.port import Notice, Receipt, Target

NOTE = (
    "Make put it into its queue. It says the same while the scenario is off: look at Make whether "
    "it ran."
)
WORDS: Errors = {"Queue is full": Unavailable, "Scenario failed to complete": Unavailable}


class Make:
    """Tells a scenario of Make."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def tell(self, notice: Notice, *, now: datetime) -> Receipt:
        """One signed POST."""
        return self._door.tell(notice, document(notice), now=now)


def build(target: Target) -> Make:
    """For one webhook."""
    return Make(Door(target, errors=WORDS, note=NOTE))
