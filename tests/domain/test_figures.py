"""Counts and what follows from them."""

from datetime import date

import pytest

from core.domain.figures import Figures, Goal, Group


def test_figures_add_up_and_know_their_rates() -> None:
    both = Figures(sent=10, reached=4, replied=2, positive=1) + Figures(
        sent=6, reached=4, bounced=2, unsubscribed=1, meetings=1
    )

    assert (both.sent, both.reached) == (16, 8)
    assert [str(rate) for rate in (both.reply_rate, both.positive_rate, both.meeting_rate)] == [
        "25.0%", "12.5%", "12.5%",
    ]  # fmt: skip
    assert str(both.bounce_rate) == "12.5%"
    assert both.unsubscribe_rate.denominator == 8
    assert Figures().empty
    assert not both.empty


@pytest.mark.parametrize(
    ("goal", "course"),
    [
        (Goal("won", 10, 10), True),
        (Goal("won", 10, 3), None),
        (Goal("won", 10, 3, date(2026, 6, 1), 12), True),
        (Goal("won", 10, 3, date(2026, 6, 1), 9), False),
    ],
)
def test_a_goal_is_on_course_if_its_pace_leads_there(goal: Goal, course: bool | None) -> None:
    assert goal.on_course is course
    assert goal.share.denominator == 10


def test_a_group_can_be_renamed_and_knows_how_low_its_rate_may_be() -> None:
    group = Group("hot", "hot", 200, 30, 20).named("Hot leads")

    assert group.label == "Hot leads"
    assert str(group.reply_rate) == "15.0%"
    assert 0.05 < group.interval_low < 0.1
    assert Group("x", "x", 0, 0, 0).interval_low == 0.0
