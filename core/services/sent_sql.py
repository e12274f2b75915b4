"""What follows from a mail that is out: the statements of services.outcomes, made ready."""

from sqlalchemy import bindparam, func, or_, select, update

from core.domain.states import EnrolmentState, MessageKind, MessageState
from core.services.claim_sql import OUT, table_of, word
from db.models import Enrolment, Lead, Message, Thread
from db.ready import Ready

_m, _lead = table_of(Message), table_of(Lead)
_walk, _thread = table_of(Enrolment), table_of(Thread)

SENT = Ready(
    update(_m)
    .where(_m.c.id == bindparam("message"), _m.c.state == MessageState.SENDING)
    .values(
        state=MessageState.SENT,
        sent_at=bindparam("at"),
        provider=bindparam("by"),
        provider_ref=bindparam("ref"),
        version=_m.c.version + 1,
    )
)
THREAD_MOVED = Ready(
    update(_thread).where(_thread.c.id == bindparam("thread")).values(last_at=bindparam("at"))
)
# an answer that is out is the last word, unless they wrote again after it was drafted
THREAD_ANSWERED = (
    update(_thread)
    .where(
        _thread.c.id == bindparam("thread"),
        func.coalesce(_thread.c.last_in_at, bindparam("at", type_=_thread.c.last_at.type))
        <= select(func.max(_m.c.created_at))
        .where(_m.c.thread_id == _thread.c.id, OUT, _m.c.kind == MessageKind.ANSWER)
        .scalar_subquery(),
    )
    .values(needs_us=False, unread=False)
    .returning(_thread.c.id)
)
LEAD_REACHED = Ready(
    update(_lead)
    .where(_lead.c.id == bindparam("lead"))
    .values(
        reached_at=func.coalesce(
            _lead.c.reached_at, bindparam("at", type_=_lead.c.reached_at.type)
        ),
        updated_at=bindparam("at"),
    )
)
_going = (_walk.c.id == bindparam("walk")) & or_(
    *(_walk.c.state == word(state) for state in (EnrolmentState.ACTIVE, EnrolmentState.PAUSED))
)
WALK_GOES_ON = Ready(
    update(_walk)
    .where(_going)
    .values(due_at=bindparam("at"), hold=None, version=_walk.c.version + 1)
)
WALK_ENDS = Ready(
    update(_walk)
    .where(_going)
    .values(
        due_at=None,
        hold=None,
        state=EnrolmentState.FINISHED,
        state_reason="All steps were sent.",
        finished_at=bindparam("at"),
        version=_walk.c.version + 1,
    )
)
