"""An answer that a provider refuses for good."""

from typing import Any

from core import runtime
from core.domain.states import MessageState
from core.errors import Rejected
from core.pipeline import dispatch
from core.runtime import Runtime
from db.models import Message, Thread
from db.session import reading, transaction
from tests.factories import (
    make_campaign,
    make_client,
    make_lead,
    make_mailbox,
    make_message,
    make_thread,
)
from tests.pipeline.test_dispatch import Answering


def test_an_answer_that_was_refused_is_left_to_us_again(rt: Runtime, clock: Any) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        lead = make_lead(session, make_campaign(session, client), state="replied")
        mailbox = make_mailbox(session, client)
        thread = make_thread(session, mailbox, lead, needs_us=False)
        answer = make_message(
            session, lead, mailbox, kind="answer", key="answer:1", step=None, thread_id=thread.id
        )
    sender = Answering(Rejected("Refused: 554 5.7.1 looks like spam", status=554))
    refusing = runtime.build(
        rt.settings, clock=clock.now, adapters={"email": {"folder": lambda account: sender}}
    )

    dispatch.run(refusing)
    refusing.close()

    with reading(rt.sessions) as session:
        assert session.get_one(Message, answer.id).state is MessageState.FAILED
        assert session.get_one(Thread, thread.id).needs_us is True
