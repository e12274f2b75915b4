"""What the agency writes down and hands out in the demo: money spent week by week, client reports,
lead lists.
"""

import random
from datetime import date, timedelta

from core.domain.periods import Period
from core.domain.states import DeliverableKind
from core.pipeline import outputs
from core.runtime import Runtime
from core.services import deliverables, spend
from core.simulation.cast import Staged
from core.simulation.scenes import CampaignScene
from db.session import transaction

WEEK = 7
ONCE = ("list",)  # paid when the list is bought; all other kinds week by week


def week(rt: Runtime, staged: Staged, number: int, rng: random.Random) -> None:
    """What was spent on the campaigns that run on this day, once a week."""
    today = rt.now().date()
    with transaction(rt.sessions) as session:
        for scene in staged.scene.campaigns:
            for kind, amount in _due(scene, number):
                spent = int(amount * rng.uniform(0.8, 1.2))
                spend.enter(
                    *(session, staged.manager, staged.campaigns[scene.name], kind, today, spent),
                    now=rt.now(),
                )


def reports(rt: Runtime, staged: Staged) -> None:
    """The client report as PDF and PPTX and the lead list, the first of them approved."""
    now = rt.now()
    first = outputs.make(
        *(rt, staged.manager, DeliverableKind.REPORT, "pdf"), client_id=staged.client_id, now=now
    )
    with transaction(rt.sessions) as session:
        deliverables.approve(session, staged.manager, first.deliverable_id, now=now)
    outputs.make(
        *(rt, staged.manager, DeliverableKind.REPORT, "pptx"), client_id=staged.client_id, now=now
    )
    campaign_id = next(iter(staged.campaigns.values()))
    outputs.make(
        *(rt, staged.manager, DeliverableKind.LEAD_LIST, "csv"), campaign_id=campaign_id, now=now
    )


def monthly(rt: Runtime, staged: Staged, today: date) -> None:
    """The report of the four weeks before, as the client got it then."""
    period = Period(today - timedelta(days=28), today - timedelta(days=1))
    made = outputs.make(
        *(rt, staged.manager, DeliverableKind.REPORT, "pptx"),
        client_id=staged.client_id,
        period=period,
        now=rt.now(),
    )
    with transaction(rt.sessions) as session:
        deliverables.approve(session, staged.manager, made.deliverable_id, now=rt.now())


def _due(scene: CampaignScene, number: int) -> list[tuple[str, int]]:
    running = scene.starts <= number < (scene.finishes or number + 1)
    if any(planned.day == number for planned in scene.lists):
        bought = [(kind, amount) for kind, amount in scene.spend.items() if kind in ONCE]
    else:
        bought = []
    if not running or (number - scene.starts) % WEEK:
        return bought
    return bought + [(kind, amount) for kind, amount in scene.spend.items() if kind not in ONCE]
