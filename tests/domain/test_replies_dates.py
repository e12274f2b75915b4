"""Dates in replies, relative to Monday, 2 March 2026."""

from datetime import date

import pytest

from core.domain.replies_dates import dates_in, return_date

RECEIVED = date(2026, 3, 2)
RETURNS = [
    ("I am out until March 12 and will be back on Monday, 16 March.", "2026-03-16"),
    ("Out of office. Returning 3/16/2026.", "2026-03-16"),
    ("I'll be back next Monday", "2026-03-09"),
    ("I'm away until Friday", "2026-03-07"),
    ("on leave, back in two weeks", "2026-03-16"),
    ("back on 2026-04-01", "2026-04-01"),
    ("Ich bin bis zum 13.03.2026 nicht im Büro, ab dem 16.03. wieder erreichbar.", "2026-03-16"),
    ("Ich bin vom 02.03. bis 13.03.2026 abwesend.", "2026-03-14"),
    ("Ich bin am Donnerstag wieder da", "2026-03-05"),
    ("Ich kehre Mitte April zurück", "2026-04-15"),
    ("Absente jusqu'au 9 mars.", "2026-03-10"),
    ("Absent du 2 au 13 mars. Je serai de retour le lundi 16 mars 2026.", "2026-03-16"),
    ("Estaré fuera de la oficina hasta el 20 de marzo de 2026.", "2026-03-21"),
    ("Volveré el lunes 9 de marzo", "2026-03-09"),
    ("In ferie fino al 15 marzo. Rientrerò lunedì 16 marzo", "2026-03-16"),
    ("Ausente até 10 de março, regresso no dia 11 de março.", "2026-03-11"),
    ("Afwezig tot en met 11 maart, op 12 maart weer terug.", "2026-03-12"),
    ("På semester till och med 8 mars, tillbaka måndag 9 mars.", "2026-03-09"),
    ("maternity leave until the end of June", "2026-06-26"),
    ("My holiday: 5 March to 9 March", "2026-03-10"),
    ("Holiday on 5 March. See you.", "2026-03-05"),
]
WAKES = [
    ("write again in September", "2026-09-01"),
    ("try in January 2027", "2027-01-01"),
    ("early May would be better", "2026-05-01"),
    ("im nächsten Quartal", "2026-04-01"),
    ("in Q3", "2026-07-01"),
    ("Q1 2027", "2027-01-01"),
    ("next month", "2026-04-01"),
    ("nächste Woche", "2026-03-09"),
    ("tomorrow", "2026-03-03"),
    ("next year", "2027-01-07"),
    ("nach dem neuen Jahr", "2027-01-07"),
    ("in 3 months", "2026-05-31"),
    ("in einem Jahr", "2027-03-02"),
    ("dans 10 jours", "2026-03-12"),
    ("next Friday", "2026-03-13"),
    ("lundi prochain", "2026-03-09"),
    ("on the 4th of February", "2027-02-04"),
    ("15/4", "2026-04-15"),
    ("25.12.26", "2026-12-25"),
]


@pytest.mark.parametrize(("text", "day"), RETURNS)
def test_a_return_date_is_read(text: str, day: str) -> None:
    found = return_date(text, RECEIVED)

    assert found is not None
    assert found.day.isoformat() == day


@pytest.mark.parametrize(("text", "day"), WAKES)
def test_a_date_to_write_again_is_read(text: str, day: str) -> None:
    assert dates_in(text, RECEIVED)[0].day.isoformat() == day


@pytest.mark.parametrize(
    "text",
    ["", "call 0151-123456", "at 10:30", "on 31 February", "31.02.2026", "2026-02-30", "1.1.2020"],
)
def test_what_is_no_date_to_come_is_none(text: str) -> None:
    assert return_date(text, RECEIVED) is None
