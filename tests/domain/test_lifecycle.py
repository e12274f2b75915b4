"""Which moves are legal."""

import itertools

import pytest

from core.domain.lifecycle import (
    CAMPAIGN_MOVES,
    ENROLMENT_MOVES,
    FINAL_LEAD_STATES,
    FURTHER,
    LEAD_MOVES,
    MESSAGE_MOVES,
    OPEN_LEAD_STATES,
    REVIEW_MOVES,
    is_further,
    may_move,
)
from core.domain.states import LeadState, MessageState

MAIN_LINE = [
    LeadState.HARVESTED,
    LeadState.ENRICHED,
    LeadState.SCORED,
    LeadState.QUALIFIED,
    LeadState.ROUTED,
    LeadState.NURTURED,
    LeadState.REPLIED,
    LeadState.CONVERTED,
]


@pytest.mark.parametrize(
    "table", [LEAD_MOVES, MESSAGE_MOVES, CAMPAIGN_MOVES, ENROLMENT_MOVES, REVIEW_MOVES]
)
def test_every_state_of_a_machine_has_a_row_in_its_table(table):
    words = type(next(iter(table)))

    assert set(table) == set(words)


def test_a_lead_walks_the_main_line_one_step_at_a_time():
    steps = list(itertools.pairwise(MAIN_LINE))

    assert all(may_move(LEAD_MOVES, now, to) for now, to in steps)
    assert not may_move(LEAD_MOVES, LeadState.HARVESTED, LeadState.SCORED)


@pytest.mark.parametrize("state", [s for s in LeadState if s is not LeadState.SUPPRESSED])
def test_a_lead_may_be_suppressed_from_anywhere(state):
    assert may_move(LEAD_MOVES, state, LeadState.SUPPRESSED)


def test_nothing_leads_out_of_suppressed():
    assert not any(
        may_move(LEAD_MOVES, LeadState.SUPPRESSED, to)
        for to in LeadState
        if to is not LeadState.SUPPRESSED
    )


def test_staying_where_one_is_is_legal():
    assert may_move(LEAD_MOVES, LeadState.CONVERTED, LeadState.CONVERTED)


def test_what_was_sent_can_never_be_sent_again():
    assert MESSAGE_MOVES[MessageState.SENT] == frozenset()


def test_of_two_leads_of_a_person_the_further_one_goes_on():
    assert set(FURTHER) == set(LeadState)
    assert is_further(LeadState.REVIEW, LeadState.REJECTED)
    assert not is_further(LeadState.REVIEW, LeadState.REVIEW)


def test_a_lead_is_either_open_or_final():
    assert set(LeadState) == OPEN_LEAD_STATES | FINAL_LEAD_STATES
    assert not OPEN_LEAD_STATES & FINAL_LEAD_STATES
