"""When a mailbox may send, and why not now."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain import windows
from core.domain.windows import Limits, Place, Used, Window

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
NOTHING = Used()
LIMITS = Limits(daily_cap=50, ramp_start=10, ramp_step=5, ramp_from=date(2026, 1, 1))


def send_at(
    now: datetime = NOW, used: Used = NOTHING, place: Place | None = None, limits: Limits = LIMITS
) -> windows.Slot:
    return windows.next_send_time(now, limits, used, place or Place(UTC_ZONE), UTC_ZONE)


def test_within_everything_it_is_now() -> None:
    assert send_at() == windows.Slot(NOW)


@pytest.mark.parametrize(("day", "cap"), [(-5, 10), (0, 10), (1, 15), (7, 45), (8, 50), (100, 50)])
def test_the_ramp_climbs_to_the_cap(day: int, cap: int) -> None:
    start = date(2026, 3, 2)
    limits = Limits(ramp_from=start)

    assert windows.cap_on(start + timedelta(days=day), limits) == cap


def test_before_its_first_mail_a_mailbox_stands_at_the_ramps_start() -> None:
    assert windows.cap_on(NOW.date(), Limits()) == 10


def test_a_full_day_waits_for_tomorrow_and_holds_the_whole_mailbox() -> None:
    slot = send_at(used=Used(today=50))

    assert slot.at == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert slot.whole_mailbox
    assert slot.reasons == ("The mailbox has sent its 50 mails of today.",)


def test_a_gap_holds_until_it_is_over() -> None:
    free = NOW + timedelta(seconds=90)

    slot = send_at(used=Used(free_at=free))

    assert (slot.at, slot.whole_mailbox) == (free, True)
    assert slot.reasons == ("The mailbox keeps its gap after the last mail.",)


def test_a_domain_that_had_enough_holds_only_its_own_mails() -> None:
    slot = send_at(used=Used(domain_today=10))

    assert (slot.at, slot.whole_mailbox) == (datetime(2026, 3, 3, 9, tzinfo=UTC), False)


def test_outside_the_window_the_reason_names_it() -> None:
    saturday = datetime(2026, 3, 7, 12, tzinfo=UTC)

    slot = send_at(saturday)

    assert slot.at == datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert slot.reasons == (
        "It is outside the sending window (Mon, Tue, Wed, Thu, Fri 09:00–17:00, UTC).",
    )


def test_after_the_windows_end_it_is_the_next_morning() -> None:
    assert send_at(NOW.replace(hour=17)).at == datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_a_holiday_is_skipped_and_said() -> None:
    place = Place(UTC_ZONE, days_off=frozenset({NOW.date()}))

    slot = send_at(place=place)

    assert slot.at == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert slot.reasons == ("02.03.2026 is a holiday where the recipient lives.",)


def test_a_window_without_days_never_opens() -> None:
    place = Place(UTC_ZONE, Window(frozenset()))

    slot = send_at(place=place)

    assert slot.at is None
    assert "no day" in slot.reasons[0]


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (datetime(2026, 3, 27, 7, 30, tzinfo=UTC), datetime(2026, 3, 27, 8, tzinfo=UTC)),
        (datetime(2026, 3, 30, 6, 30, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (datetime(2026, 10, 26, 7, 30, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "winter-again"],
)
def test_nine_o_clock_moves_with_summer_time(moment: datetime, opens: datetime) -> None:
    assert windows.next_open(moment, Place(BERLIN)) == opens


def test_a_start_that_the_change_skips_is_right_after_it() -> None:
    place = Place(BERLIN, Window(frozenset(range(7)), time(2, 30), time(4)))

    opens = windows.next_open(datetime(2026, 3, 29, 0, 0, tzinfo=UTC), place)

    assert opens == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("document", "window"),
    [
        (None, Window()),
        ({}, Window()),
        ({"days": [5, 6]}, Window(frozenset({5, 6}))),
        ({"days": "all"}, Window()),
        ({"days": [1, 9, "x"]}, Window(frozenset({1}))),
        ({"start": "08:30", "end": "24:00"}, Window(start=time(8, 30), end=time.max)),
        ({"start": "18:00", "end": "08:00"}, Window()),
        ({"start": "soon", "end": 5}, Window()),
    ],
)
def test_a_stored_window_is_read_whatever_it_holds(
    document: dict[str, object] | None, window: Window
) -> None:
    assert windows.window_of(document) == window


def test_the_first_name_that_is_a_zone_counts() -> None:
    assert windows.zone_of(None, "", "Nowhere/Land", "../etc", "Europe/Berlin") == BERLIN
    assert windows.zone_of("Nowhere/Land") == UTC_ZONE


def test_a_gap_is_stable_and_spread() -> None:
    gaps = {windows.gap_after(f"1:{n}:1", Limits(min_gap_seconds=100)) for n in range(50)}

    assert windows.gap_after("1:2:1", LIMITS) == windows.gap_after("1:2:1", LIMITS)
    assert all(timedelta(seconds=100) <= gap <= timedelta(seconds=160) for gap in gaps)
    assert len(gaps) > 20


def test_the_zones_are_those_that_the_computer_knows() -> None:
    assert "Europe/Berlin" in windows.zones()
    assert "Europe/Nowhere" not in windows.zones()
