"""First lines of answers for a person to finish."""

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
