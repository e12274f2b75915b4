"""Routed leads begin, and each step becomes one message: whole, or held with the reason."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.domain.access import SYSTEM
from core.domain.states import MessageState
from core.pipeline import dispatch, nurture
from core.runtime import Runtime
from core.services import library, messages
from db.models import Enrolment, Lead, Message, ReviewItem, Sequence, SequenceStep, TemplateVariant
from db.session import reading, transaction
from tests.factories import make_campaign, make_client, make_lead, make_mailbox, make_sequence

TWO = (("Hello {{ first_name }}", "Hi {{ first_name }}."), ("Second", "Again, {{ first_name }}."))


def routed(
    rt: Runtime, texts: Any = TWO, count: int = 1, mailboxes: int = 1, **settings: Any
) -> list[int]:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        campaign.settings = {**campaign.settings, **settings}
        sequence = make_sequence(session, client, texts=texts)
        for _ in range(mailboxes):
            make_mailbox(session, client)
        return [
            make_lead(session, campaign, state="routed", sequence_id=sequence.id).id
            for _ in range(count)
        ]


def all_of(rt: Runtime, model: Any) -> list[Any]:
    with reading(rt.sessions) as session:
        found = list(session.scalars(select(model).order_by(model.id)))
        session.expunge_all()
        return found


def approve_all(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        for message in session.scalars(select(Message).where(Message.state == "review")).all():
            messages.approve(
                session, SYSTEM, message.id, content_hash=message.content_hash, now=rt.now()
            )


def test_a_routed_lead_gets_its_first_message_up_for_review(rt: Runtime) -> None:
    routed(rt)

    report = nurture.run(rt)

    (message,), (item,) = all_of(rt, Message), all_of(rt, ReviewItem)
    assert (report["enrolled"], report["planned"]) == (1, 1)
    assert (message.subject, message.state) == ("Hello Anna", "review")
    assert message.body_text == "Hi Anna.\n\nSam Sales"
    assert message.key == f"{message.campaign_id}:{message.lead_id}:1"
    assert (item.kind, item.content_hash) == ("message", message.content_hash)
    assert all_of(rt, Lead)[0].state == "nurtured"


def test_running_twice_plans_nothing_twice(rt: Runtime) -> None:
    routed(rt, count=3)

    nurture.run(rt)
    again = nurture.run(rt)

    assert (again["enrolled"], again["planned"], len(all_of(rt, Message))) == (0, 0, 3)


def test_leads_are_spread_over_the_mailboxes(rt: Runtime) -> None:
    routed(rt, count=4, mailboxes=2)

    nurture.run(rt)

    used = [walk.mailbox_id for walk in all_of(rt, Enrolment)]
    assert sorted(used.count(one) for one in set(used)) == [2, 2]


def test_a_follow_up_answers_in_the_same_thread(rt: Runtime, clock: Any) -> None:
    routed(rt)
    nurture.run(rt)
    approve_all(rt)
    dispatch.run(rt)
    clock.advance(days=3)

    report = nurture.run(rt)

    first, second = all_of(rt, Message)
    assert report["approved"] == 1  # the first was approved by a person
    assert second.subject == "Re: Hello Anna"
    assert (second.in_reply_to, second.references) == (first.header_id, first.header_id)
    assert second.thread_id == first.thread_id


def test_every_step_waits_for_a_person_where_the_campaign_says_so(rt: Runtime, clock: Any) -> None:
    routed(rt, approve="all")
    nurture.run(rt)
    approve_all(rt)
    dispatch.run(rt)
    clock.advance(days=3)

    assert nurture.run(rt)["planned"] == 1


def test_messages_approve_themselves_where_the_campaign_says_so(rt: Runtime) -> None:
    routed(rt, auto_approve_messages=True)

    nurture.run(rt)

    assert dispatch.run(rt)["sent"] == 1
    assert all_of(rt, ReviewItem) == []


def test_a_missing_merge_field_holds_the_step_and_names_it(rt: Runtime) -> None:
    routed(rt, texts=(("Hello", "For {{ industry }} and {{ department }}"),))

    report = nurture.run(rt)

    (walk,) = all_of(rt, Enrolment)
    assert (report["held"], all_of(rt, Message)) == (1, [])
    assert walk.hold == "Step 1 lacks a value for: industry, department."
    assert walk.due_at > rt.now()


@pytest.mark.parametrize("text", ["{{ nonsense }}", "{{ ''.__class__.__mro__ }}", "{{ first_name"])
def test_a_template_that_cannot_be_used_holds_its_step_alone(rt: Runtime, text: str) -> None:
    routed(rt, texts=(("Hello", text),))
    routed(rt)

    report = nurture.run(rt)

    assert (report["held"], report["planned"]) == (1, 1)


def test_the_walk_ends_after_its_last_step(rt: Runtime, clock: Any) -> None:
    routed(rt, auto_approve_messages=True)
    for _ in range(3):
        nurture.run(rt)
        dispatch.run(rt)
        clock.advance(days=3)

    (walk,) = all_of(rt, Enrolment)
    assert (walk.state, walk.due_at) == ("finished", None)
    assert [message.step for message in all_of(rt, Message)] == [1, 2]


def test_a_lead_that_ended_meanwhile_is_stopped(rt: Runtime) -> None:
    (lead_id,) = routed(rt)
    nurture.run(rt)
    with transaction(rt.sessions) as session:
        walk = session.scalars(select(Enrolment)).one()
        walk.due_at = rt.now() - timedelta(minutes=1)
        session.get_one(Lead, lead_id).state = "replied"

    assert nurture.run(rt)["stopped"] == 1


def test_a_client_without_a_mailbox_waits_with_the_reason(rt: Runtime) -> None:
    routed(rt, mailboxes=0)

    nurture.run(rt)

    assert "no active mailbox" in all_of(rt, Enrolment)[0].hold


def test_a_paused_campaign_plans_nothing(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client, state="paused")
        sequence = make_sequence(session, client)
        make_lead(session, campaign, state="routed", sequence_id=sequence.id)

    assert nurture.run(rt)["enrolled"] == 0


def test_one_campaign_and_a_limit_are_kept_to(rt: Runtime) -> None:
    routed(rt, count=3)
    routed(rt, count=3)
    first = all_of(rt, Lead)[0].campaign_id

    report = nurture.run(rt, campaign_id=first, limit=2)

    assert (report["enrolled"], report["planned"]) == (2, 2)


def test_an_edit_after_the_approval_voids_it(rt: Runtime) -> None:
    routed(rt)
    nurture.run(rt)
    approve_all(rt)
    (message,) = all_of(rt, Message)

    with transaction(rt.sessions) as session:
        messages.edit(
            session,
            SYSTEM,
            message.id,
            subject="Other",
            body_text="Words",
            version=message.version,
            now=rt.now(),
        )

    assert dispatch.run(rt)["sent"] == 0
    assert all_of(rt, Message)[0].state is MessageState.REVIEW
    assert [one.state for one in all_of(rt, ReviewItem)][-1] == "waiting"


def test_the_library_is_installed_once_and_renders(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        first = library.install(session, rt.now())
        second = library.install(session, rt.now())
        client = make_client(session)
        campaign = make_campaign(session, client, settings={"auto_approve_messages": True})
        make_mailbox(session, client)
        for sequence_id in first.values():
            make_lead(session, campaign, state="routed", sequence_id=sequence_id)

    report = nurture.run(rt)

    steps = all_of(rt, SequenceStep)
    assert first == second
    assert len(all_of(rt, Sequence)) == 4
    assert {step.sequence_id for step in steps} == set(first.values())
    assert (report["approved"], report["held"]) == (4, 0)
    assert len(all_of(rt, TemplateVariant)) >= len(steps)
