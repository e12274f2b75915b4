"""Which move is legal in each state machine. The only tables of moves; services ask them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from core.domain.states import (
    CampaignState,
    EnrolmentState,
    LeadState,
    MessageState,
    ReviewState,
)

S = TypeVar("S", bound=StrEnum)
L, M = LeadState, MessageState

# of two leads of one person in a campaign the further one goes on; what is over comes first here
FURTHER = (
    *(L.SUPPRESSED, L.REJECTED, L.HARVESTED, L.ENRICHED, L.SCORED, L.REVIEW, L.QUALIFIED, L.ROUTED),
    *(L.NURTURED, L.REPLIED, L.CONVERTED),
)

LEAD_MOVES: Mapping[LeadState, frozenset[LeadState]] = {
    # suppressed is reachable from anywhere; a person may reopen a rejected lead to scored.
    L.HARVESTED: frozenset({L.ENRICHED, L.REJECTED, L.SUPPRESSED}),
    L.ENRICHED: frozenset({L.SCORED, L.REJECTED, L.SUPPRESSED}),
    L.SCORED: frozenset({L.QUALIFIED, L.REJECTED, L.REVIEW, L.SUPPRESSED}),
    L.REVIEW: frozenset({L.QUALIFIED, L.REJECTED, L.SUPPRESSED}),
    L.QUALIFIED: frozenset({L.ROUTED, L.REVIEW, L.REJECTED, L.SUPPRESSED}),
    L.REJECTED: frozenset({L.SCORED, L.SUPPRESSED}),
    L.ROUTED: frozenset({L.NURTURED, L.REPLIED, L.CONVERTED, L.REJECTED, L.SUPPRESSED}),
    L.NURTURED: frozenset({L.REPLIED, L.CONVERTED, L.REJECTED, L.SUPPRESSED}),
    L.REPLIED: frozenset({L.CONVERTED, L.NURTURED, L.REJECTED, L.SUPPRESSED}),
    L.CONVERTED: frozenset({L.SUPPRESSED}),
    L.SUPPRESSED: frozenset(),
}

# from here a decision can be taken back to review, as long as nobody was written to
UNDONE_LEADS = frozenset({L.QUALIFIED, L.REJECTED, L.ROUTED, L.NURTURED})

MESSAGE_MOVES: Mapping[MessageState, frozenset[MessageState]] = {
    M.DRAFT: frozenset({M.REVIEW, M.APPROVED, M.CANCELLED}),
    M.REVIEW: frozenset({M.APPROVED, M.DRAFT, M.CANCELLED}),
    M.APPROVED: frozenset({M.SENDING, M.REVIEW, M.CANCELLED}),
    # back to approved only when it is certain that nothing went out (Unavailable)
    M.SENDING: frozenset({M.SENT, M.UNCERTAIN, M.FAILED, M.APPROVED, M.CANCELLED}),
    # settled by the provider's word, the Sent folder, or a person
    M.UNCERTAIN: frozenset({M.SENT, M.FAILED, M.APPROVED, M.CANCELLED}),
    M.FAILED: frozenset({M.APPROVED, M.CANCELLED}),
    M.SENT: frozenset(),
    M.CANCELLED: frozenset(),
    M.RECEIVED: frozenset(),
}

CAMPAIGN_MOVES: Mapping[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.ACTIVE, CampaignState.FINISHED}),
    CampaignState.ACTIVE: frozenset({CampaignState.PAUSED, CampaignState.FINISHED}),
    CampaignState.PAUSED: frozenset({CampaignState.ACTIVE, CampaignState.FINISHED}),
    CampaignState.FINISHED: frozenset(),
}

ENROLMENT_MOVES: Mapping[EnrolmentState, frozenset[EnrolmentState]] = {
    EnrolmentState.ACTIVE: frozenset(
        {EnrolmentState.PAUSED, EnrolmentState.STOPPED, EnrolmentState.FINISHED}
    ),
    EnrolmentState.PAUSED: frozenset({EnrolmentState.ACTIVE, EnrolmentState.STOPPED}),
    EnrolmentState.STOPPED: frozenset({EnrolmentState.ACTIVE}),
    EnrolmentState.FINISHED: frozenset({EnrolmentState.STOPPED}),
}

REVIEW_MOVES: Mapping[ReviewState, frozenset[ReviewState]] = {
    ReviewState.WAITING: frozenset(set(ReviewState) - {ReviewState.WAITING}),
    ReviewState.SNOOZED: frozenset(set(ReviewState) - {ReviewState.SNOOZED}),
    ReviewState.APPROVED: frozenset({ReviewState.WAITING}),  # undo, where the world allows
    ReviewState.REJECTED: frozenset({ReviewState.WAITING}),
    ReviewState.WITHDRAWN: frozenset({ReviewState.WAITING}),
}

FINAL_LEAD_STATES = frozenset({L.REJECTED, L.CONVERTED, L.SUPPRESSED})
OPEN_LEAD_STATES = frozenset(LeadState) - FINAL_LEAD_STATES


def may_move(table: Mapping[S, frozenset[S]], now: S, to: S) -> bool:
    """Whether `table` knows the move; staying where one is counts as legal (it does nothing)."""
    return now == to or to in table.get(now, frozenset())


def is_further(one: LeadState, other: LeadState) -> bool:
    """Whether the lead in state `one` goes on where two become one; a tie leaves the other."""
    return FURTHER.index(one) > FURTHER.index(other)
