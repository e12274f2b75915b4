"""What a report says, and what it refuses to say."""

from dataclasses import replace

import pytest

from core.domain.figures import Figures, Goal, Group, Quote, Timing
from core.domain.report_rows import Ahead
from core.domain.states import ReplyIntent
from core.exports import anonymous, story, words
from core.exports.colours import contrast, palette
from core.exports.headings import headings
from core.queries.analytics import stages
from tests.factories import NOW
from tests.factories_outputs import MARCH, QUOTES, report_rows

BUSY = report_rows().now


@pytest.mark.parametrize(
    ("change", "sentence", "tone"),
    [
        (
            {"goals": (Goal("won", 3, 4),)},
            "Target reached: 4 of 3 deals won since the start.",
            "good",
        ),
        ({"goals": (Goal("meeting", 60, 9, MARCH.last, 70),)}, "On course", "good"),
        ({"goals": (Goal("meeting", 60, 9, MARCH.last, 20),)}, "Behind target", "act"),
        ({"goals": (Goal("meeting", 60, 9),), "before": Figures()}, "A first measure", "calm"),
        ({"goals": ()}, "Better", "good"),
        ({"goals": (), "before": replace(BUSY, positive=160)}, "Weaker", "watch"),
        ({"goals": (), "before": replace(BUSY, positive=82)}, "Steady", "calm"),
        ({"goals": (), "now": Figures(replied=2)}, "2 replies came in", "calm"),
        ({"goals": (), "now": Figures()}, "Nobody was written to", "calm"),
    ],
)
def test_the_judgement_is_one_honest_line(change: dict, sentence: str, tone: str) -> None:
    told = story.told(report_rows(**change))

    assert told.judgement.startswith(sentence)
    assert told.tone == tone


def test_a_difference_that_may_be_chance_is_not_called_one() -> None:
    close = (Group("1", "A", 300, 20, 15), Group("2", "B", 300, 20, 14))
    few = (Group("1", "A", 20, 9, 9), Group("2", "B", 300, 20, 14))

    lessons = story.told(report_rows(steps=close, variants=few, tiers=(), sources=())).lessons

    assert [lesson.sure for lesson in lessons][:2] == [False, False]
    assert lessons[0].heading == "No step is clearly ahead yet: the difference may be chance"
    assert "fewer than 30 leads" in lessons[1].heading


def test_a_clear_winner_is_named_with_its_interval() -> None:
    lessons = story.told(report_rows()).lessons

    best = next(lesson for lesson in lessons if lesson.sure)
    assert best.heading == "The wording “Opening · A” works best"
    assert "29 of 641; 95% interval 3.2–6.4%" in best.evidence


def test_the_wordings_of_two_steps_are_no_rivals() -> None:
    first = Group("1", "Opening · A", 294, 20, 10, within="1")
    second = Group("2", "Reminder · A", 145, 20, 12, within="2")
    rival = Group("3", "Reminder · B", 140, 20, 1, within="2")

    alone = story.told(report_rows(variants=(first, second))).lessons
    paired = story.told(report_rows(variants=(first, second, rival))).lessons

    assert not [lesson for lesson in alone if "wording" in lesson.heading]
    best = next(lesson for lesson in paired if "wording" in lesson.heading)
    assert best.heading == "The wording “Reminder · A” works best"
    assert "The others together: 0.7% (1 of 140)" in best.evidence


def test_what_was_only_counted_is_not_called_beyond_chance() -> None:
    told = story.told(report_rows(steps=(), variants=(), tiers=(), sources=()))

    (pace,) = told.lessons
    assert (pace.tag, pace.sure) == ("As counted", False)
    assert pace.heading == "Half of all first replies came within 20 h"
    assert pace.evidence == (
        "50% came within a day of the lead's first mail (67 of 134 that followed a mail of ours)."
    )
    assert not any("learned" in line for line in told.next)


@pytest.mark.parametrize(
    ("come", "sentence"),
    [
        (139, "Of 500 leads in sequence 139 get a next step, 361 have had their last;"),
        (500, "500 leads in sequence: the next step goes to each;"),
    ],
)
def test_the_next_steps_name_all_that_stand_in_sequence(come: int, sentence: str) -> None:
    told = story.told(report_rows(ahead=Ahead(in_sequence=500, steps_to_come=come)))

    assert told.next[0] == f"{sentence} whoever answers leaves the sequence at once."


def test_nothing_is_compared_with_nothing() -> None:
    told = story.told(
        report_rows(steps=(Group("1", "A", 300, 20, 15),), variants=(), tiers=(), sources=(),
                    timing=Timing((), None))
    )  # fmt: skip

    assert told.lessons == ()
    assert headings(report_rows(), told).lessons == "No difference is beyond chance yet"


def test_what_we_need_follows_from_the_numbers() -> None:
    bad = replace(BUSY, bounced=200, spend_minor=0, value_minor=0, meetings=0)

    told = story.told(report_rows(now=bad, goals=(), ahead=Ahead(ends_on=None)))

    assert any("Agree on targets" in line for line in told.needs)
    assert any("came back" in line for line in told.needs)
    assert told.costs == ()


def test_with_nothing_ahead_the_next_list_is_agreed_on() -> None:
    rows = report_rows(ahead=Ahead(), steps=(), variants=(), tiers=(), sources=(),
                       timing=Timing((), None))  # fmt: skip

    assert story.told(rows).next == ("We agree with you on the next list and its audience.",)


def test_costs_name_what_they_are_divided_by() -> None:
    costs = {what: (amount, how) for what, amount, how in story.told(report_rows()).costs}

    assert costs["Cost per meeting"] == ("€470.77", "€6,120 over 13")


def test_quotes_are_cut_and_named_unless_anonymous() -> None:
    long = replace(QUOTES[1], text="word " * 200)

    named = story.told(report_rows(quotes=(long,))).sayings[0]
    hidden = story.told(report_rows(quotes=(long, QUOTES[3]), anonymous=True)).sayings

    assert named.text.endswith("…")
    assert named.author == "Jonas Brand, Managing Director, Alpenmilch AG"
    assert [saying.author for saying in hidden] == ["Managing Director"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Call me at +49 (30) 123-4567 or clara@voss.example", "Call me at […] or […]"),
        ("See https://voss.example/x?y=1 now", "See […] now"),
        ("Clara Voss here. Voss Backwaren buys in May.", "[…] here. […] buys in May."),
        ("Fine with me.\n\nBest regards,\nClara Voss\nVoss Backwaren GmbH", "Fine with me."),
        ("The year 2026 works", "The year 2026 works"),
    ],
)
def test_an_anonymous_text_keeps_no_trace(text: str, told: str) -> None:
    quote = Quote(text, ReplyIntent.QUESTION, "Clara", "Voss", None, "Voss Backwaren GmbH", NOW)

    assert anonymous.text_of(quote) == told
    assert anonymous.author_of(quote) == "A contact"


@pytest.mark.parametrize("colour", ["#FFFFFF", "#FFD400", "#7FDBFF", "#0B5D4E", "#000000"])
def test_a_brand_colour_is_bent_until_it_can_be_read(colour: str) -> None:
    found = palette(colour, colour)

    assert contrast(found.strong, "#FFFFFF") >= 4.5
    assert contrast(found.accent, "#FFFFFF") >= 4.5


def test_small_words() -> None:
    assert (words.change(5, 5), words.change(3, 7), words.change(9, 7)) == (
        "no change", "−4", "+2",
    )  # fmt: skip
    assert [words.hours(value) for value in (None, 0.5, 5, 72)] == [
        "—",
        "30 min",
        "5 h",
        "3.0 days",
    ]


@pytest.mark.parametrize(
    ("change", "field", "heading"),
    [
        ({"goals": ()}, "goals", "No targets are agreed on yet"),
        (
            {"stages": stages(Figures(harvested=3))},
            "funnel",
            "3 leads came in during this period, nobody of them is written to yet",
        ),
        (
            {"all_leads": True},
            "funnel_note",
            "No lead came in in these days. These are all that came in until 29 Mar 2026, and "
            "how far they have got by 30 Mar 2026.",
        ),
        ({"now": Figures()}, "trend", "No mail went out in these days"),
        ({"trend": ()}, "trend", "2,750 mails went out"),
        ({"campaigns": ()}, "campaigns", "No campaign reached anybody in this period"),
        ({"campaigns": report_rows().campaigns[:1]}, "campaigns",
         "Food producers DACH reached 812 leads"),
        ({"intents": ()}, "replies", "Nobody has written back yet"),
    ],
)  # fmt: skip
def test_headings_are_messages(change: dict, field: str, heading: str) -> None:
    rows = report_rows(**change)

    assert getattr(headings(rows, story.told(rows)), field) == heading


def test_a_name_without_blanks_gets_places_to_break() -> None:
    assert words.breakable("x" * 30) == "x" * 24 + "\u200b" + "x" * 6
    assert words.breakable("word " * 40).endswith("…")
    assert words.breakable("Spring outreach") == "Spring outreach"


def test_a_beginning_is_compared_with_nothing() -> None:
    figures = story.told(report_rows(before=Figures())).figures

    assert {(figure.change, figure.tone) for figure in figures} == {("", "calm")}
