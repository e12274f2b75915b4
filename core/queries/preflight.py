"""The list that is gone through before a campaign starts: each item ok, warning or blocker, and how
to mend it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.domain import bounces, templates, windows
from core.domain.access import Viewer
from core.domain.lifecycle import OPEN_LEAD_STATES
from core.domain.states import MailboxState, Tier
from core.errors import NotFound
from core.queries import bounced, paging
from core.queries.bounced import Bounced
from core.queries.paging import Count
from db.models import (
    Campaign,
    Client,
    Lead,
    Mailbox,
    SequenceStep,
    Suppression,
    Template,
    TemplateVariant,
)
from db.models import (
    Sequence as MailSequence,
)

OK, WARNING, BLOCKER = "ok", "warning", "blocker"
LONG_CAMPAIGN = 60  # days of sending after which a person should look at the caps
LOCAL = ("localhost", "127.0.0.1", "::1", "")


@dataclass(frozen=True, slots=True)
class Check:
    """One item: what was looked at, how it stands, and where it is mended ("" where nowhere)."""

    name: str
    level: str
    sentence: str
    page: str = ""
    part: str = ""  # the tab of that page


def checks(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    *,
    now: datetime,
    public_url: str = "",
    real_email: bool = False,
) -> tuple[Check, ...]:
    """All items, blockers first."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or not viewer.sees(campaign.client_id):
        raise NotFound("This does not exist, or it belongs to a client you do not work for.")
    mailboxes = _mailboxes(session, campaign.client_id)
    leads = _open_leads(session, campaign_id)
    found = (
        _mailbox_check(mailboxes),
        _address_check(session, campaign.client_id),
        _unsubscribe_check(public_url, real_email),
        *_sequence_checks(session, campaign),
        _leads_check(leads),
        _bounce_check(bounced.of_campaign(session, campaign_id)),
        _caps_check(mailboxes, leads, now),
        _suppression_check(session, campaign.client_id),
        _gateway_check(real_email),
    )
    return tuple(sorted(found, key=lambda check: (BLOCKER, WARNING, OK).index(check.level)))


def sequences_in_use(session: Session, campaign: Campaign) -> list[MailSequence]:
    """The sequences that routing would choose: those that the rules name, of each other tier one
    (the campaign's own before the client's, before the library's), and the fallback.
    """
    own, named = _in_rules(campaign)
    statement = select(MailSequence).where(
        or_(
            MailSequence.id.in_({campaign.fallback_sequence_id or 0, *own.values(), *named}),
            MailSequence.campaign_id == campaign.id,
            MailSequence.campaign_id.is_(None)
            & or_(MailSequence.client_id == campaign.client_id, MailSequence.client_id.is_(None)),
        )
    )
    known = list(session.scalars(statement.order_by(MailSequence.id)))
    known = [s for s in known if s.client_id in (campaign.client_id, None)]
    first = {campaign.fallback_sequence_id, *own.values(), *named}
    chosen = [s for s in known if s.id in first]
    for tier in set(Tier) - {tier for tier, one in own.items() if one in {s.id for s in known}}:
        of_tier = [s for s in known if s.tier == tier]
        best = max(
            of_tier,
            key=lambda s: (s.campaign_id is not None, s.client_id is not None),
            default=None,
        )
        if best is not None and best not in chosen:
            chosen.append(best)
    return chosen


def _in_rules(campaign: Campaign) -> tuple[dict[Tier, int], set[int]]:
    """Sequences that the campaign's rules name: by tier, and for leads that meet conditions."""
    own = {Tier(tier): int(one) for tier, one in (campaign.rules.get("sequences") or {}).items()}
    routes = campaign.rules.get("routes") or ()
    return own, {rule["sequence_id"] for rule in routes if rule.get("sequence_id")}


def _mailboxes(session: Session, client_id: int) -> Sequence[Mailbox]:
    return session.scalars(select(Mailbox).where(Mailbox.client_id == client_id)).all()


def _open_leads(session: Session, campaign_id: int) -> Count:
    stream = select(Lead.id).where(
        Lead.campaign_id == campaign_id, Lead.state.in_(list(OPEN_LEAD_STATES))
    )
    return paging.count(session, [stream])


def _mailbox_check(mailboxes: Sequence[Mailbox]) -> Check:
    active = [mailbox for mailbox in mailboxes if mailbox.state is MailboxState.ACTIVE]
    where = {"page": "settings.py", "part": "mailboxes"}
    if not mailboxes:
        return Check("Mailbox", BLOCKER, "The client has no mailbox. Connect one.", **where)
    if not active:
        why = mailboxes[0].state_reason or "no reason was noted"
        return Check("Mailbox", BLOCKER, f"Every mailbox is paused ({why}). Resume one.", **where)
    if len(active) < len(mailboxes):
        text = f"{len(active)} of {len(mailboxes)} mailboxes are active."
        return Check("Mailbox", WARNING, text, **where)
    names = ", ".join(mailbox.address for mailbox in active[:3])
    if len(active) > 3:
        names += f" and {len(active) - 3} more"
    return Check("Mailbox", OK, f"Active: {names}.")


def _address_check(session: Session, client_id: int) -> Check:
    client = session.get(Client, client_id)
    if client is None or not (client.postal_address or "").strip():
        text = "The client's postal address is missing; every mail's footer must carry it. Add it."
        return Check("Postal address", BLOCKER, text, "settings.py", "clients")
    return Check("Postal address", OK, "The footer carries the client's postal address.")


def _unsubscribe_check(public_url: str, real_email: bool) -> Check:
    parts = urlsplit(public_url)
    if parts.hostname in (None, *LOCAL):
        text = f"Unsubscribe links lead to {public_url or 'nowhere'}, which strangers cannot reach."
        advice = " Set AICMO_PUBLIC_URL to the app's public https address."
        return Check("Unsubscribe link", BLOCKER if real_email else WARNING, text + advice)
    if parts.scheme != "https":
        text = "Unsubscribe links use http; mail providers want https. Change AICMO_PUBLIC_URL."
        return Check("Unsubscribe link", WARNING, text)
    return Check("Unsubscribe link", OK, f"Unsubscribe links lead to {parts.hostname}.")


def _sequence_checks(session: Session, campaign: Campaign) -> tuple[Check, ...]:
    where = {"page": "campaigns.py", "part": "steps"}
    ids = [sequence.id for sequence in sequences_in_use(session, campaign)]
    texts = session.execute(
        select(Template.name, TemplateVariant.subject, TemplateVariant.body)
        .join(TemplateVariant, TemplateVariant.template_id == Template.id)
        .join(SequenceStep, SequenceStep.template_id == Template.id)
        .where(SequenceStep.sequence_id.in_(ids), TemplateVariant.active.is_(True))
    ).all()
    if not texts:
        text = "No sequence with a text is there. Choose one as the campaign's sequence."
        return (Check("Sequence", BLOCKER, text, **where),)
    steps = session.scalar(
        select(func.count()).select_from(SequenceStep).where(SequenceStep.sequence_id.in_(ids))
    )
    counted = f"In use: {len(ids)} {'sequence' if len(ids) == 1 else 'sequences'}, {steps} "
    counted += "step." if steps == 1 else "steps."
    unknown = sorted(
        {
            (row.name, name)
            for row in texts
            for name in templates.fields_used(row.subject, row.body)
            if not templates.is_known(name)
        }
    )
    if unknown:
        template, name = unknown[0]
        text = f"The template {template} asks for {name}, which no lead has. Correct the template."
        fields = Check("Merge fields", BLOCKER, text, "content.py", "templates")
    else:
        fields = Check("Merge fields", OK, "Every merge field of the templates is known.")
    return (Check("Sequence", OK, counted), fields)


def _leads_check(leads: Count) -> Check:
    if not leads:
        return Check("Leads", BLOCKER, "The campaign has no open lead. Import some.", "leads.py")
    return Check("Leads", OK, f"{leads} open {'lead' if leads.number == 1 else 'leads'}.")


def _bounce_check(found: Bounced) -> Check:
    """Too many bounces, of all mails or of the people on one list: a person looks before more."""
    share = f"{found.bounced:,} of {found.sent:,} mails bounced"
    rate = f"{found.bounced / found.sent:.1%}" if found.sent else ""
    worst = found.worst
    of_list = worst is not None and bounces.too_many(worst.bounced, worst.reached)
    if not of_list and not bounces.too_many(found.bounced, found.sent):
        text = f"{share} ({rate}, limit {bounces.LIMIT:.0%})." if rate else "Nothing was sent yet."
        return Check("Bounces", OK, text)
    text = f"{share} ({rate}, limit {bounces.LIMIT:.0%})."
    if worst is not None:
        people = f"{worst.bounced:,} of {worst.reached:,} people written to"
        text += f" Most are of the list {worst.name}: {people}."
    advice = " Have its addresses checked, or reject who is left of it: more bounces pause the"
    return Check("Bounces", WARNING, f"{text}{advice} mailbox.", "leads.py")


def _caps_check(mailboxes: Sequence[Mailbox], leads: Count, now: datetime) -> Check:
    active = [mailbox for mailbox in mailboxes if mailbox.state is MailboxState.ACTIVE]
    daily = sum(min(windows.cap_on(now.date(), _limits(m)), m.daily_cap) for m in active)
    full = sum(mailbox.daily_cap for mailbox in active)
    if not full:
        return Check("Caps", WARNING, "No active mailbox, so nothing would go out.", "settings.py")
    days = -(-leads.number // full)
    text = f"{daily:,} mails today, {full:,} a day at full speed"
    text += f": the first mails take {days} working days." if days > 1 else "."
    if days > LONG_CAMPAIGN:
        advice = " Add a mailbox or raise the caps."
        return Check("Caps", WARNING, text + advice, "settings.py", "mailboxes")
    return Check("Caps", OK, text)


def _suppression_check(session: Session, client_id: int) -> Check:
    stream = select(Suppression.id).where(
        or_(Suppression.client_id == client_id, Suppression.client_id.is_(None))
    )
    number = paging.count(session, [stream])
    if not number:
        text = "Nobody is suppressed for this client. If there is a do-not-contact list, import it."
        return Check("Suppressions", WARNING, text, "settings.py", "suppressions")
    return Check("Suppressions", OK, f"{number} addresses and domains are never written to.")


def _gateway_check(real_email: bool) -> Check:
    if real_email:
        return Check("Sending", OK, "Mail really leaves this machine.")
    text = "Mail goes to a folder and does not leave this machine (USE_REAL_EMAIL_GATEWAY is off)."
    return Check("Sending", WARNING, text, "provider_health.py")


def _limits(mailbox: Mailbox) -> windows.Limits:
    return windows.Limits(
        daily_cap=mailbox.daily_cap,
        ramp_start=mailbox.ramp_start,
        ramp_step=mailbox.ramp_step,
        ramp_from=mailbox.ramp_from,
    )
