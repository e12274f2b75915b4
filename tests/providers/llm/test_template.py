"""The local stand-in for a language model: fixed words around known facts."""

import pytest

from core.domain.states import ReplyIntent
from core.providers.llm.port import AnswerBrief, KnownFacts
from core.providers.llm.template import Template


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"title": "CTO", "company": "Ada"}, "As CTO at Ada you see this from close by."),
        ({"company": "Ada", "industry": "steel"}, "Ada works in steel, which is why I write."),
        ({"company": "Ada", "city": "Ulm"}, "I came across Ada in Ulm."),
        ({"city": "Ulm"}, None),
    ],
    ids=["title", "industry", "city", "too little"],
)
def test_an_opening_is_made_of_known_facts(facts: dict[str, str], sentence: str | None) -> None:
    found = Template().personalise(KnownFacts(facts))

    assert (found.text if found else None) == sentence


def test_an_answer_offers_a_time_only_where_they_want_to_talk() -> None:
    link = "https://book.example/ada"
    meeting = AnswerBrief(ReplyIntent.MEETING, "Thursday?", booking_link=link)
    no = AnswerBrief(ReplyIntent.NOT_INTERESTED, "No.", booking_link=link)
    unknown = AnswerBrief(ReplyIntent.UNCLEAR, "Hm.", sender_name="Grace")

    texts = [Template().draft_answer(brief).text for brief in (meeting, no, unknown)]

    assert link in texts[0]
    assert link not in texts[1]
    assert texts[2].startswith("Hello,")
    assert texts[2].endswith("Best regards\nGrace")


def test_a_meeting_without_a_link_is_asked_for() -> None:
    brief = AnswerBrief(ReplyIntent.INTERESTED, "Tell me more.", first_name="Ada")

    draft = Template().draft_answer(brief)

    assert "Would a call of twenty minutes" in draft.text


def test_the_gist_keeps_the_order_of_the_text() -> None:
    text = "Apples ripen early. Apples and pears ripen. Unrelated words here. Pears ripen late."

    draft = Template().summarise([text], sentences=2)

    assert draft.text.count(".") == 2
    assert "Unrelated" not in draft.text
