"""First lines of answers for a person to finish."""

from datetime import date, time

import pytest

from core.domain.replies_appointments import Appointment
from core.domain.states import ReplyIntent
from core.services import drafts


def test_drafts_differ_between_leads_and_stay_for_one() -> None:
    told = [drafts.answer(ReplyIntent.MEETING, "Ann", "de-AT", lead_id=n) for n in (1, 2, 3)]

    assert told[0] == told[2] != told[1]
    assert all(text.startswith("Hallo Ann,") for text in told)


def test_a_draft_is_in_english_where_the_language_is_not_known() -> None:
    texts = {drafts.answer(ReplyIntent.QUESTION, None, given) for given in (None, "xx", "en")}

    assert len(texts) == 1
    assert texts.pop().startswith("Hi,\n\nthank you for your question.")


@pytest.mark.parametrize(
    ("language", "when"),
    [
        ("en", "Thursday, 5 March, 15:00 your time. I will"),
        ("de-AT", "Donnerstag, 5. März, 15:00 Uhr Ihrer Zeit. Ich"),
        ("fr", "jeudi 5 mars à 15 h 00, à votre heure. Je"),
        ("es", "jueves 5 de marzo a las 15:00, su hora. Le"),
        (None, "Thursday, 5 March, 15:00 your time"),
    ],
)
def test_a_named_day_is_taken_up_with_its_hour(language: str | None, when: str) -> None:
    named = Appointment(date(2026, 3, 5), time(15))

    assert when in drafts.answer(ReplyIntent.MEETING, "Ann", language, named=named)


def test_a_day_without_an_hour_asks_for_one_and_a_question_stays_a_question() -> None:
    named = Appointment(date(2026, 3, 5))

    told = drafts.answer(ReplyIntent.INTERESTED, "Ann", "en", named=named)
    asked = drafts.answer(ReplyIntent.QUESTION, "Ann", "en", named=named)

    assert "Thursday, 5 March. Which time suits you best?" in told
    assert "March" not in asked
