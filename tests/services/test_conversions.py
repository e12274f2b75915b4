"""Meetings and deals are marked once, in the client's currency; spend is set, not added."""

from datetime import timedelta

import pytest

from core.domain.states import ConversionKind, EnrolmentState, LeadState, Role
from core.errors import Invalid, NotAllowed, NotFound
from core.services import conversions, spend
from db.models import AuditEntry, Conversion, Enrolment, Lead, Spend
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_enrolment,
    make_lead,
    make_mailbox,
    make_sequence,
    viewer_of,
)

MEETING, WON, LOST = ConversionKind.MEETING, ConversionKind.WON, ConversionKind.LOST


@pytest.fixture
def world(sessions: Sessions):
    with transaction(sessions) as session:
        client = make_client(session, currency="EUR")
        lead = make_lead(session, make_campaign(session, client), state="replied")
        make_enrolment(session, lead, make_sequence(session, client), make_mailbox(session, client))
        return viewer_of(client), viewer_of(make_client(session)), lead.id, lead.campaign_id


def test_a_meeting_converts_the_lead_and_stops_its_sequence(sessions: Sessions, world) -> None:
    viewer, _, lead_id, _ = world

    with transaction(sessions) as session:
        row = conversions.record(session, viewer, lead_id, MEETING, at=NOW, note=" Zoom ", now=NOW)

    with reading(sessions) as session:
        assert session.get_one(Lead, lead_id).state is LeadState.CONVERTED
        assert session.query(Enrolment).one().state is EnrolmentState.STOPPED
    assert (row.note, row.currency) == ("Zoom", "EUR")


def test_marking_twice_marks_once(sessions: Sessions, world) -> None:
    viewer, _, lead_id, _ = world

    with transaction(sessions) as session:
        first = conversions.record(session, viewer, lead_id, WON, value_minor=500, at=NOW, now=NOW)
        second = conversions.record(session, viewer, lead_id, WON, value_minor=9, at=NOW, now=NOW)

    with reading(sessions) as session:
        assert session.query(Conversion).count() == 1
        marked = [e for e in session.query(AuditEntry).all() if e.action == "conversion marked"]
    assert (second.id, second.value_minor, len(marked)) == (first.id, 500, 1)


def test_a_lost_deal_converts_nobody(sessions: Sessions, world) -> None:
    viewer, _, lead_id, _ = world

    with transaction(sessions) as session:
        conversions.record(session, viewer, lead_id, LOST, at=NOW, now=NOW)
        assert session.get_one(Lead, lead_id).state is LeadState.REPLIED


def test_a_value_can_be_corrected_and_that_is_on_record(sessions: Sessions, world) -> None:
    viewer, stranger, lead_id, _ = world
    with transaction(sessions) as session:
        row = conversions.record(session, viewer, lead_id, WON, value_minor=500, at=NOW, now=NOW)

    with transaction(sessions) as session:
        conversions.correct(session, viewer, row.id, value_minor=700, at=NOW, now=NOW)
        with pytest.raises(NotFound):
            conversions.correct(session, stranger, row.id, value_minor=1, at=NOW, now=NOW)

    with reading(sessions) as session:
        assert session.get_one(Conversion, row.id).value_minor == 700
        entry = session.query(AuditEntry).filter_by(action="conversion corrected").one()
        assert entry.before["value_minor"] == 500


@pytest.mark.parametrize(
    "given",
    [{"value_minor": -1}, {"currency": "USD"}, {"at": NOW + timedelta(hours=1)}],
)
def test_what_would_make_sums_lie_is_refused(sessions: Sessions, world, given: dict) -> None:
    viewer, _, lead_id, _ = world

    with transaction(sessions) as session, pytest.raises(Invalid):
        conversions.record(session, viewer, lead_id, WON, **{"at": NOW, "now": NOW, **given})


def test_a_stranger_marks_nothing(sessions: Sessions, world) -> None:
    _, stranger, lead_id, campaign_id = world

    with transaction(sessions) as session:
        with pytest.raises(NotFound):
            conversions.record(session, stranger, lead_id, WON, at=NOW, now=NOW)
        with pytest.raises(NotFound):
            spend.enter(session, stranger, campaign_id, "ads", NOW.date(), 1, now=NOW)


def test_a_second_entry_of_spend_corrects_the_first(sessions: Sessions, world) -> None:
    viewer, _, _, campaign_id = world

    with transaction(sessions) as session:
        spend.enter(session, viewer, campaign_id, "ads", NOW.date(), 10_000, now=NOW)
        row = spend.enter(
            session, viewer, campaign_id, "ads", NOW.date(), 12_000, now=NOW, note="x"
        )

    with reading(sessions) as session:
        assert session.query(Spend).count() == 1
    assert (row.amount_minor, row.note, row.currency) == (12_000, "x", "EUR")


@pytest.mark.parametrize("given", [{"kind": "lunch"}, {"amount_minor": -1}, {"currency": "USD"}])
def test_spend_that_cannot_be_is_refused(sessions: Sessions, world, given: dict) -> None:
    viewer, _, _, campaign_id = world
    values = {"kind": "ads", "on_date": NOW.date(), "amount_minor": 5, **given}

    with transaction(sessions) as session, pytest.raises(Invalid):
        spend.enter(session, viewer, campaign_id, now=NOW, **values)


def test_an_operator_enters_no_spend(sessions: Sessions, world) -> None:
    viewer, _, _, campaign_id = world
    operator = type(viewer)(1, "Olga", Role.OPERATOR, viewer.clients)

    with transaction(sessions) as session, pytest.raises(NotAllowed):
        spend.enter(session, operator, campaign_id, "ads", NOW.date(), 1, now=NOW)
