"""The fit that the rules gave, against the positive replies that came."""

from datetime import timedelta

import pytest

from core.domain.states import Direction, MessageKind, MessageState
from core.queries import calibration
from db.session import reading, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    viewer_of,
)
from tests.queries.plans import plans, whole_reads


@pytest.fixture
def reached(sessions):
    """80 leads: of the better half every fourth replied positively, of the other nobody."""
    with transaction(sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        mailbox = make_mailbox(session, client)
        for n in range(80):
            lead = make_lead(
                session, campaign, make_contact(session, client), fit=30 + 40 * (n >= 40),
                reached_at=NOW - timedelta(days=n),
            )  # fmt: skip
            if n >= 40 and n % 4 == 0:
                make_message(
                    session, lead, mailbox, MessageState.RECEIVED, direction=Direction.IN,
                    kind=MessageKind.REPLY, intent="interested", received_at=NOW,
                )  # fmt: skip
        return client


def test_parts_go_from_the_lowest_fit_to_the_highest_with_their_positive_replies(sessions, reached):
    with reading(sessions) as session:
        parts = calibration.by_fit(session, viewer_of(reached), reached.id)

    told = [(p.low, p.high, p.rate.numerator, p.rate.denominator) for p in parts]
    assert told == [(30, 30, 0, 40), (70, 70, 10, 40)]


def test_a_stranger_learns_nothing(sessions, reached):
    with transaction(sessions) as session:
        stranger = viewer_of(make_client(session))

        assert calibration.by_fit(session, stranger, reached.id) == ()


@pytest.mark.sqlite
def test_no_table_is_read_whole(sessions, reached):
    with reading(sessions) as session:
        found = plans(session, lambda: calibration.by_fit(session, viewer_of(reached), reached.id))

    assert whole_reads(found) == []
