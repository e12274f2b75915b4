"""Whether a campaign is on course for its targets."""

from datetime import date, timedelta

import pytest

from core.domain import pace
from core.domain.pace import Pace, Standing, Walk

BEGAN = date(2026, 3, 1)
DUE = date(2026, 6, 8)  # the 100th day
RUNNING = Walk(BEGAN, BEGAN + timedelta(days=69))  # its 70th day, 30 are left


@pytest.mark.parametrize(
    ("actual", "recent", "due", "walk", "found"),
    [
        (20, 0, DUE, RUNNING, Pace.REACHED),
        (12, 14, DUE, RUNNING, Pace.ON_COURSE),
        (12, 2, DUE, RUNNING, Pace.BEHIND),
        (12, 14, None, RUNNING, Pace.OPEN),
        (12, 14, DUE, Walk(BEGAN, DUE + timedelta(days=1)), Pace.MISSED),
        (12, 14, DUE, Walk(BEGAN, RUNNING.today, over=True), Pace.MISSED),
        (12, 14, DUE, Walk(BEGAN, RUNNING.today, paused=True), Pace.PAUSED),
        (20, 14, DUE, Walk(BEGAN, RUNNING.today, paused=True), Pace.REACHED),
        (0, 0, DUE, Walk(None, BEGAN), Pace.EARLY),
        (0, 0, DUE, Walk(BEGAN, BEGAN + timedelta(days=5)), Pace.EARLY),
        (4, 4, DUE, Walk(BEGAN, BEGAN + timedelta(days=13)), Pace.ON_COURSE),
    ],
    ids=["reached", "on-course", "behind", "no-day", "day-over", "finished", "paused",
         "paused-reached", "draft", "young", "pace-of-a-fortnight"],
)  # fmt: skip
def test_a_target_stands_where_its_present_pace_leads(
    actual: int, recent: int, due: date | None, walk: Walk, found: Pace
) -> None:
    told = pace.standing("meeting", 20, actual=actual, recent=recent, due=due, walk=walk)

    assert told.pace is found


def test_a_standing_tells_how_much_time_is_gone_and_what_is_foreseen() -> None:
    told = pace.standing("meeting", 20, actual=12, recent=2, due=DUE, walk=RUNNING)

    assert told.gone == pytest.approx(0.7)
    assert told.foreseen == 14
    assert Walk(BEGAN, DUE).gone(BEGAN - timedelta(days=1)) is None
    assert pace.foreseen(12, 2, DUE, Walk(BEGAN, RUNNING.today, over=True)) == 12


def test_the_worst_target_speaks_for_the_campaign() -> None:
    behind = [Standing(Pace.BEHIND, "won", 1, 4), Standing(Pace.BEHIND, "meeting", 3, 20)]
    reached = Standing(Pace.REACHED, "reached", 200, 200)

    assert pace.worst([reached, *behind]).metric == "meeting"
    assert pace.worst([reached]) is reached
    assert pace.worst([]).pace is Pace.NONE
