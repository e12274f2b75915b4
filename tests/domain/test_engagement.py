from datetime import timedelta

from core.domain import engagement
from core.domain.engagement import Touch
from tests.factories import NOW


def test_points_halve_with_every_half_life():
    month_ago = NOW - timedelta(days=30)

    assert engagement.faded(40, month_ago, NOW, 30) == 20
    assert engagement.faded(40, NOW + timedelta(days=5), NOW, 30) == 40


def test_at_most_three_acts_of_a_kind_count_and_unknown_kinds_not_at_all():
    touches = [Touch("click", NOW)] * 5 + [Touch("open", NOW), Touch("sneeze", NOW)]

    clicks, opens = engagement.worth(touches, NOW)

    assert (clicks.kind, clicks.count, clicks.points) == ("click", 5, 45)
    assert (opens.kind, opens.points) == ("open", 1)
