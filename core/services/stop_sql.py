"""The statements that stop a lead's sequence, built once."""

from sqlalchemy import bindparam, select, update

from core.domain.states import EnrolmentState, MessageKind, MessageState, ReviewState
from core.services.claim_sql import table_of
from db.models import Enrolment, Message, ReviewItem

_m, _walk, _item = table_of(Message), table_of(Enrolment), table_of(ReviewItem)

STOP_WALK = (
    update(_walk)
    .where(
        _walk.c.lead_id == bindparam("lead"),
        _walk.c.state.in_([EnrolmentState.ACTIVE, EnrolmentState.PAUSED]),
    )
    .values(
        state=EnrolmentState.STOPPED,
        state_reason=bindparam("why"),
        due_at=None,
        resume_at=None,
        hold=None,
        finished_at=bindparam("at"),
        version=_walk.c.version + 1,
    )
    .returning(_walk.c.id)
)
STOP_MESSAGES = (
    update(_m)
    .where(
        _m.c.lead_id == bindparam("lead"),
        _m.c.kind == MessageKind.STEP,
        _m.c.state.in_([MessageState.DRAFT, MessageState.REVIEW, MessageState.APPROVED]),
    )
    .values(
        state=MessageState.CANCELLED,
        state_reason=bindparam("why"),
        version=_m.c.version + 1,
    )
    .returning(_m.c.id)
)
OPEN_ITEM = (
    select(_item.c.id)
    .where(
        _item.c.lead_id == bindparam("lead"),
        _item.c.state.in_([ReviewState.WAITING, ReviewState.SNOOZED]),
    )
    .limit(1)
)
