"""What happens next with a lead, and why: in words, from the same rows that the stages read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import (
    CampaignState,
    EnrolmentState,
    LeadState,
    MailboxState,
    MessageState,
)
from core.queries import waiting
from db.models import Campaign, Enrolment, Lead, Mailbox, Message, SequenceStep
from db.models import Sequence as MailSequence

PENDING = (
    MessageState.DRAFT,
    MessageState.REVIEW,
    MessageState.APPROVED,
    MessageState.SENDING,
    MessageState.UNCERTAIN,
)
STAGES = {
    LeadState.HARVESTED: ("Facts about person and company are looked up.", "enrich"),
    LeadState.ENRICHED: ("Fit, opportunity and engagement are scored.", "score"),
    LeadState.SCORED: ("The rules decide whether it qualifies.", "qualify"),
    LeadState.QUALIFIED: ("A sequence and an owner are chosen.", "route"),
    LeadState.ROUTED: ("The first e-mail is written.", "nurture"),
}
ENDED = {
    LeadState.REVIEW: "A person decides in the review queue.",
    LeadState.REJECTED: "Nothing. A person may reopen it.",
    LeadState.SUPPRESSED: "Nothing, ever: it is suppressed.",
    LeadState.CONVERTED: "Nothing more: it converted.",
    LeadState.REPLIED: "A person answers in the inbox; the sequence has stopped.",
}
SETTLED = ENDED.keys() - {LeadState.REVIEW}  # the campaign's end changes nothing for these
MAIL = {
    MessageState.DRAFT: "The e-mail is a draft and waits for a person.",
    MessageState.REVIEW: "The e-mail waits for a person's approval.",
    MessageState.SENDING: "The e-mail is going out now.",
    MessageState.UNCERTAIN: "A person says whether the e-mail was sent; it is not sent again "
    "by itself.",
}


OVER = "The campaign is finished: nothing will be sent."


@dataclass(frozen=True, slots=True)
class NextUp:
    """One sentence, when it is due (if known), what holds it, and the walk it belongs to."""

    sentence: str
    at: datetime | None = None
    holds: tuple[str, ...] = ()
    sequence: str | None = None
    step: int | None = None
    steps: int | None = None
    mailbox: str | None = None
    job: str | None = None  # the stage that does it, where one does
    over: bool = False  # the campaign is finished


def of_lead(session: Session, viewer: Viewer, lead_id: int, *, now: datetime) -> NextUp:
    """What happens next with a lead of a client that the viewer sees."""
    lead = session.get(Lead, lead_id)
    if lead is None or not viewer.sees(lead.client_id):
        return NextUp("Nothing.")
    campaign = session.get_one(Campaign, lead.campaign_id)
    if campaign.state == CampaignState.FINISHED and lead.state not in SETTLED:
        return NextUp(OVER, over=True)
    holds = _campaign_holds(campaign)
    if lead.state in STAGES:
        sentence, job = STAGES[lead.state]
        return NextUp(sentence, holds=holds, job=job)
    if lead.state in ENDED:
        return NextUp(ENDED[lead.state], at=lead.wake_at)
    return _of_walk(session, lead, holds, now)


def _of_walk(session: Session, lead: Lead, holds: tuple[str, ...], now: datetime) -> NextUp:
    walk = session.execute(select(Enrolment).where(Enrolment.lead_id == lead.id)).scalar()
    if walk is None:
        return NextUp("Nothing: it is in no sequence.", holds=holds)
    mailbox = session.get(Mailbox, walk.mailbox_id) if walk.mailbox_id else None
    sequence = session.get_one(MailSequence, walk.sequence_id)
    steps = session.execute(
        select(SequenceStep.position)
        .where(SequenceStep.sequence_id == sequence.id)
        .order_by(SequenceStep.position.desc())
        .limit(1)
    ).scalar()
    sentence, at, more = _next_mail(session, lead, walk, now)
    if mailbox is not None and mailbox.state == MailboxState.PAUSED:
        more += (f"The mailbox {mailbox.address} is paused{waiting.why_paused(mailbox)}",)
    return NextUp(
        sentence,
        at=at,
        holds=tuple(dict.fromkeys((*holds, *more))),
        sequence=sequence.name,
        step=walk.next_step,
        steps=steps,
        mailbox=mailbox.address if mailbox else None,
    )


def _next_mail(
    session: Session, lead: Lead, walk: Enrolment, now: datetime
) -> tuple[str, datetime | None, tuple[str, ...]]:
    if walk.state == EnrolmentState.PAUSED:
        return "The sequence pauses.", walk.resume_at, _given(walk.state_reason)
    if walk.state == EnrolmentState.STOPPED:
        return "Nothing: the sequence was stopped.", None, _given(walk.state_reason)
    pending = session.execute(
        select(Message)
        .where(Message.lead_id == lead.id, Message.state.in_(PENDING))
        .order_by(Message.id.desc())
        .limit(1)
    ).scalar()
    if pending is not None and pending.state == MessageState.APPROVED:
        wait = waiting.of_messages(session, [pending], now=now)[pending.id]
        return "The approved e-mail goes out.", wait.at or pending.due_at, wait.reasons
    if pending is not None:
        return MAIL[pending.state], pending.due_at, _given(pending.state_reason)
    if walk.state == EnrolmentState.FINISHED:
        return "Nothing: all steps were sent.", None, ()
    return f"Step {walk.next_step} is written.", walk.due_at, _given(walk.hold)


def _campaign_holds(campaign: Campaign) -> tuple[str, ...]:
    if campaign.state == CampaignState.ACTIVE:
        return ()
    why = f": {campaign.state_reason}" if campaign.state_reason else ""
    return (f"The campaign is {waiting.a_state(campaign.state)}{why}.",)


def _given(reason: str | None) -> tuple[str, ...]:
    return (reason,) if reason else ()
