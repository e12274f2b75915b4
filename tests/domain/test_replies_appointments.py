"""The day that a reply names for a talk, relative to Monday, 2 March 2026."""

from datetime import date, datetime, time

import pytest

from core.domain.replies_appointments import Appointment, appointment, over

RECEIVED = date(2026, 3, 2)
NAMED = [
    ("Thursday 3 pm works.", "2026-03-05", "15:00"),
    ("Sounds good. Does Thursday at 3:30pm suit you? Best, Ann", "2026-03-05", "15:30"),
    ("Thursday, 5 March, 15:00?", "2026-03-05", "15:00"),
    ("How about tomorrow at 11 a.m.?", "2026-03-03", "11:00"),
    ("Let's talk on March 12.", "2026-03-12", None),
    ("Friday 12 am is fine", "2026-03-06", "00:00"),
    ("I am free on Wednesday, any time.", "2026-03-04", None),
    ("Wednesday after 3 pm would be good", "2026-03-04", None),
    ("Wednesday works, between 2 and 4 pm", "2026-03-04", None),
    ("Wednesday at 3 pm London time suits me", "2026-03-04", None),
    ("Wednesday 13 pm works", "2026-03-04", None),
    ("Wednesday 9:00 or 11:00 works", "2026-03-04", None),
    ("Let us talk next Monday, that works", "2026-03-09", None),
    ("Thursday 5/3 works for me", "2026-03-05", None),
    ("Guten Morgen,\n\nDonnerstag um 15 Uhr passt mir gut.", "2026-03-05", "15:00"),
    ("Am 5. März um 15.30 Uhr ginge es.", "2026-03-05", "15:30"),
    ("Morgen 10:00 passt mir.", "2026-03-03", "10:00"),
    ("Jeudi 5 mars à 14h30 me convient.", "2026-03-05", "14:30"),
    ("El jueves a las 15:00 me va bien.", "2026-03-05", "15:00"),
]
NOT_SURE = [
    "Yes, I am interested.",
    "Thursday or Friday works.",
    "Not Thursday please, it is full.",
    "I can't do Thursday.",
    "After Thursday would be good.",
    "Any day until Friday is fine.",
    "Monday works.",  # said on a Monday: this one, or the next
    "Next Friday is good.",  # of this week, or of the next
    "Next week works for me.",
    "Early April would be good?",
    "In Q3 that would be good?",
    "5/3 at 3 pm works.",
    "Tuesday, 5 March works.",  # a Thursday
    "We met your colleague on Thursday at 3 pm.",
    "Your mail of Thursday reached me.",
    "Guten Morgen, das passt gut.",
    "Donnerstag morgen passt.",
    "Leider bin ich am Donnerstag nicht da.",
]


@pytest.mark.parametrize(("text", "day", "hour"), NAMED)
def test_a_named_day_is_read(text: str, day: str, hour: str | None) -> None:
    expected = Appointment(date.fromisoformat(day), time.fromisoformat(hour) if hour else None)

    assert appointment(text, RECEIVED) == expected


@pytest.mark.parametrize("text", NOT_SURE)
def test_what_is_not_surely_a_day_is_none(text: str) -> None:
    assert appointment(text, RECEIVED) is None


@pytest.mark.parametrize(
    ("hour", "local", "gone"),
    [
        (None, "2026-03-05T23:00", False),
        (None, "2026-03-06T00:01", True),
        ("15:00", "2026-03-05T14:59", False),
        ("15:00", "2026-03-05T15:00", True),
    ],
)
def test_an_appointment_passes_on_the_writers_clock(
    hour: str | None, local: str, gone: bool
) -> None:
    named = Appointment(date(2026, 3, 5), time.fromisoformat(hour) if hour else None)

    assert over(named, datetime.fromisoformat(local)) is gone
