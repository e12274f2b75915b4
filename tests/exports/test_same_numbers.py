"""A word stands for one count: whatever page names it, the number beside it is the same."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from pptx import Presentation

from core.domain.access import SYSTEM
from core.domain.periods import DEFAULT, named
from core.domain.report_rows import Brand, ReportRows
from core.domain.states import ConversionKind, ReplyIntent
from core.exports import colours, deck, report, story
from core.pipeline import rollups
from core.queries import report_snapshot
from core.runtime import Runtime
from db.models import Lead
from db.session import reading, transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
)
from tests.factories_outputs import make_conversion, make_reply, make_sent

I = ReplyIntent  # noqa: E741 - short, in a table of senses
DAY = timedelta(days=1)
# each name that a report gives a count, as it stands behind the number; what is told of another
# base ("since the start", "that came in") must not read the same
NAMES = {
    "positive": r"([\d,]+) positive repl(?:y|ies)(?! since)",
    "replied": r"([\d,]+) repl(?:y|ies)\b(?! since)",
    "meetings": r"(?<! of )([\d,]+) meetings?\b(?! since)",
    "won": r"(?<! of )([\d,]+) deals?\b",
    "reached": r"([\d,]+) leads? reached",
}


@pytest.fixture
def rows(rt: Runtime) -> ReportRows:
    """Three leads came in in the period: one answers twice and meets, one says no, one is silent.
    Of two that came before, one turns positive and buys now, one answers and meets now.
    """
    with transaction(rt.sessions) as session:
        client = make_client(session, currency="EUR")
        campaign = make_campaign(session, client, name="Spring", state="active")
        mailbox = make_mailbox(session, client)

        def lead(came: int, *answers: tuple[ReplyIntent, int]) -> Lead:
            at = NOW - came * DAY
            contact = make_contact(session, client, make_account(session, client))
            found = make_lead(session, campaign, contact, state="nurtured", created_at=at)
            make_sent(session, found, mailbox, 1, at)
            for intent, days in answers:
                make_reply(session, found, mailbox, intent, NOW - days * DAY)
            if answers:
                found.replied_at = NOW - answers[0][1] * DAY
            return found

        keen = lead(9, (I.QUESTION, 5), (I.INTERESTED, 4))
        lead(9, (I.NOT_INTERESTED, 6))
        lead(9)
        buyer = lead(60, (I.NOT_NOW, 50), (I.INTERESTED, 7))
        late = lead(60, (I.MEETING, 7))
        make_conversion(session, keen, ConversionKind.MEETING, NOW - 2 * DAY)
        make_conversion(session, late, ConversionKind.MEETING, NOW - 2 * DAY)
        make_conversion(session, buyer, ConversionKind.MEETING, NOW - 40 * DAY)
        make_conversion(session, buyer, ConversionKind.WON, NOW - DAY, 50_000)
        client_id = client.id
    rollups.run(rt)
    with reading(rt.sessions) as session:
        return report_snapshot.of(
            session, SYSTEM, client_id=client_id, campaign_id=None,
            period=named(DEFAULT, NOW.date()), brand=Brand("Halden"), title="T", now=NOW,
        )  # fmt: skip


def page_of(rows: ReportRows) -> str:
    """The words of the PDF, one line for each part of it."""
    told, colour = story.told(rows), colours.palette("#0B5D4E", "#E0A526")
    pictures = report._pictures(rows, colour)
    body = report.html(rows, told, pictures, colour).split("<body>")[1]
    alts = " | ".join(re.findall(r'alt="([^"]*)"', body))
    return unescape(re.sub(r"<[^>]+>", " | ", body) + alts)


def deck_of(rows: ReportRows) -> str:
    """The words of the deck."""
    slides = Presentation(BytesIO(deck.pptx(rows))).slides
    texts = [s.text_frame.text for slide in slides for s in slide.shapes if s.has_text_frame]
    return " | ".join(texts)


def test_the_two_ways_of_counting_do_differ_here(rows: ReportRows) -> None:
    came_in = {stage.name: stage.count for stage in rows.stages}

    now = rows.now
    assert (now.reached, now.replied, now.positive, now.meetings, now.won) == (3, 3, 3, 2, 1)
    assert [came_in[name] for name in ("harvested", "reached", "replied", "positive", "meetings",
                                       "won")] == [3, 3, 2, 1, 1, 0]  # fmt: skip
    assert sum(row.count for row in rows.intents) == 5


def test_a_word_has_one_number_in_report_and_deck(rows: ReportRows) -> None:
    texts = {"report": page_of(rows), "deck": deck_of(rows)}

    said = {
        (name, where): set(re.findall(words, text))
        for name, words in NAMES.items()
        for where, text in texts.items()
    }

    counted = {name: {str(getattr(rows.now, name))} for name in NAMES}
    assert {name: said[name, "report"] for name in NAMES} == counted
    assert all(said[name, "deck"] <= counted[name] for name in NAMES)


def test_tables_add_up_to_the_key_numbers(rows: ReportRows) -> None:
    now = rows.now

    for table in (rows.campaigns, rows.steps, rows.tiers, rows.sources):
        assert sum(group.positive for group in table) == now.positive
        assert sum(group.replied for group in table) == now.replied
        assert sum(group.reached for group in table) == now.reached
    assert sum(day.figures.positive for day in rows.trend) == now.positive
    assert sum(group.meetings or 0 for group in rows.campaigns) == now.meetings
    assert sum(group.won or 0 for group in rows.campaigns) == now.won


def test_the_way_of_the_leads_that_came_in_has_words_of_its_own(rows: ReportRows) -> None:
    text = page_of(rows)

    assert "Of the 3 leads that came in during this period, 3 got a mail, 1 showed interest" in text
    assert "in this period, whenever the lead came in" in text
    assert "of them bought" in text
    assert "| Won | 0" not in re.sub(r"\s+", " ", text)
