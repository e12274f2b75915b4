"""Trouble for the demo, really had: a mail server that hangs up, one that does not answer, a list
that bounces, a mail that belongs to nobody.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from core import runtime
from core.domain.states import CampaignState, MailboxState, MessageState
from core.pipeline import dispatch
from core.runtime import Runtime
from core.services import campaigns, mailboxes
from core.simulation import letters, servers
from core.simulation.cast import Staged
from core.simulation.world import World
from db.models import Campaign, Mailbox, Message
from db.session import reading, transaction

LOOKS = 6  # of dispatch at a server that is gone
BETWEEN = timedelta(minutes=3)  # two looks of dispatch, so that every mailbox is free
STRAYS = (
    (
        "Petra Vogelsang <petra.vogelsang@printworks.example>",
        "Your invoice 4471",
        "Hello,\n\nplease find our invoice for the stand panels enclosed.\n\nPetra Vogelsang",
    ),
    (
        "Tom Ridley <tom@ridley-consulting.example>",
        "Recommended by a friend",
        "Hi,\n\na friend told me about you. Do you have ten minutes next week?\n\nTom",
    ),
)


def working_moment(now: datetime) -> datetime:
    """The last weekday before today, right before its first mails go out."""
    day = now.replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day + BETWEEN


def make(world: World, staged: Staged) -> None:
    """A send of which nobody knows whether it went out, then a server that is gone."""
    mailbox_id = _busiest(world.rt, staged)
    settings = world.rt.settings.model_copy(update={"use_real_email_gateway": True})
    real = runtime.build(settings, clock=world.clock.now)
    try:
        with servers.breaking_off() as port:
            _moved(world.rt, staged, mailbox_id, port)
            dispatch.run(real)
        _moved(world.rt, staged, mailbox_id, servers.DEAD)
        for _ in range(LOOKS):
            world.clock.advance(minutes=16)
            dispatch.run(real)
    finally:
        real.close()
    for address, (sender, subject, text) in zip(staged.mailboxes, STRAYS, strict=False):
        now = world.clock.now()
        world.post.deliver(address, letters.stray(address, sender, subject, text, at=now))


def react(rt: Runtime, staged: Staged) -> str | None:
    """The morning after a mailbox was paused for its bounces, the campaign behind it rests; gives
    the mailbox's address.
    """
    campaign_id = staged.campaigns.get(staged.scene.campaigns[-1].name, 0)
    with reading(rt.sessions) as session:
        address = session.scalar(
            select(Mailbox.address)
            .join(Message, Message.mailbox_id == Mailbox.id)
            .join(Campaign, Campaign.id == Message.campaign_id)
            .where(
                *(Campaign.id == campaign_id, Campaign.state == CampaignState.ACTIVE),
                *(Message.state == MessageState.SENT, Mailbox.state == MailboxState.PAUSED),
            )
            .order_by(Mailbox.id.desc())
            .limit(1)
        )
    if address is not None:
        _rest(rt, staged, campaign_id)
    return address


def stop(rt: Runtime, staged: Staged) -> None:
    """In a small world too few bounce: the last mailbox and campaign are paused by a person."""
    campaign_id = staged.campaigns[staged.scene.campaigns[-1].name]
    with transaction(rt.sessions) as session:
        if session.get_one(Campaign, campaign_id).state is not CampaignState.ACTIVE:
            return
        mailboxes.pause(
            *(session, staged.manager, staged.mailboxes[staged.scene.mailboxes[-1].address]),
            reason="Paused until the list is cleaned",
            now=rt.now(),
        )
    _rest(rt, staged, campaign_id)


def _rest(rt: Runtime, staged: Staged, campaign_id: int) -> None:
    with transaction(rt.sessions) as session:
        campaigns.pause(
            *(session, staged.manager, campaign_id),
            reason="Too many bounces: the list is being cleaned",
            now=rt.now(),
        )


def _busiest(rt: Runtime, staged: Staged) -> int:
    """The active mailbox of the client with most mails that would go now."""
    with reading(rt.sessions) as session:
        found = session.execute(
            select(Message.mailbox_id)
            .join(Mailbox, Mailbox.id == Message.mailbox_id)
            .join(Campaign, Campaign.id == Message.campaign_id)
            .where(
                *(Message.state == MessageState.APPROVED, Message.due_at <= rt.now()),
                Campaign.state == CampaignState.ACTIVE,
                *(Mailbox.client_id == staged.client_id, Mailbox.state == MailboxState.ACTIVE),
            )
            .group_by(Message.mailbox_id)
            .order_by(func.count().desc(), Message.mailbox_id)
        ).first()
    return found.mailbox_id if found else next(iter(staged.mailboxes.values()))


def _moved(rt: Runtime, staged: Staged, mailbox_id: int, port: int) -> None:
    """The mailbox now sends through a server at this port of loopback."""
    with transaction(rt.sessions) as session:
        version = session.get_one(Mailbox, mailbox_id).version
        mailboxes.edit(
            *(session, staged.manager, mailbox_id),
            version=version,
            provider="smtp",
            settings={"host": servers.HOST, "port": port, "security": "none"},
            now=rt.now(),
        )
