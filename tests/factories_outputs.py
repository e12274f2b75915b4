"""Rows for reports and analytics: a snapshot of a busy month, and days of rollups."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.domain.figures import (
    Cohort,
    Day,
    Figures,
    Goal,
    Group,
    IntentCount,
    Quote,
    Timing,
)
from core.domain.money import Money
from core.domain.periods import Period
from core.domain.report_rows import Ahead, Brand, ReportRows
from core.domain.states import (
    ConversionKind,
    DeliverableKind,
    DeliverableState,
    Direction,
    MessageKind,
    MessageState,
    ReplyIntent,
)
from core.queries.analytics import stages
from db.models import (
    Campaign,
    Client,
    Conversion,
    DailyRollup,
    Deliverable,
    Lead,
    Mailbox,
    Message,
)
from tests.factories import NOW, make_message, number

MARCH = Period(date(2026, 3, 2), date(2026, 3, 29))
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 96"><circle cx="48" cy="48" r="40" '
    b'fill="#0B5D4E"/><path d="M48 8a40 40 0 0 1 0 80z" fill="#E0A526"/></svg>'
)


def report_rows(**given: Any) -> ReportRows:
    """A month of a client with two campaigns, targets, replies and money."""
    days = tuple(Day(MARCH.first + timedelta(days=n), _day(n)) for n in range(MARCH.days))
    now = sum((day.figures for day in days), Figures())
    now = replace(now, harvested=3120, enriched=3064, scored=3064, qualified=1902, routed=1640,
                  value_minor=4_850_000, spend_minor=612_000, won=3)  # fmt: skip
    before = replace(now, reached=1072, sent=2104, replied=96, positive=44, meetings=9, won=1)
    rows = ReportRows(
        brand=Brand("Halden Foods", "#0B5D4E", "#E0A526", LOGO),
        title="Client report · Food producers DACH · 2–29 Mar 2026",
        subject="Food producers DACH",
        period=MARCH,
        made_at=datetime(2026, 3, 30, 9, tzinfo=UTC),
        currency="EUR",
        now=now,
        before=before,
        goals=(
            Goal("reached", 2400, 1868, date(2026, 6, 30), 4200),
            Goal("meeting", 60, 31, date(2026, 6, 30), 66),
            Goal("won", 10, 3, date(2026, 6, 30), 7),
        ),
        trend=days,
        stages=stages(now, ("harvested", "qualified", "reached", "replied", "positive",
                            "meetings", "won")),
        campaigns=(
            Group("1", "Food producers DACH", 812, 96, 61, 14, 2, Money(3_650_000, "EUR"),
                  Money(400_000, "EUR")),
            Group("2", "Retail chains, Nordics", 472, 38, 19, 4, 1, Money(1_200_000, "EUR"),
                  Money(212_000, "EUR")),
        ),
        steps=(Group("1", "Step 1", 1284, 70, 41), Group("2", "Step 2", 902, 46, 28),
               Group("3", "Step 3", 611, 18, 8)),
        variants=(Group("1", "Opening · A", 641, 43, 29, within="1"),
                  Group("2", "Opening · B", 643, 27, 12, within="1")),
        tiers=(Group("hot", "hot", 202, 40, 27), Group("warm", "warm", 640, 60, 35),
               Group("cool", "cool", 442, 34, 15)),
        sources=(Group("list", "Trade fair list", 700, 70, 45), Group("up", "Upload", 584, 64, 32)),
        intents=(
            IntentCount(ReplyIntent.INTERESTED, 41),
            IntentCount(ReplyIntent.NOT_INTERESTED, 35),
            IntentCount(ReplyIntent.QUESTION, 22),
            IntentCount(ReplyIntent.MEETING, 17),
            IntentCount(ReplyIntent.NOT_NOW, 12),
            IntentCount(ReplyIntent.UNSUBSCRIBE, 6),
            IntentCount(ReplyIntent.REFERRAL, 4),
        ),
        quotes=QUOTES,
        timing=Timing((("Within the hour", 9), ("Same day", 58), ("2 days", 24),
                       ("3–7 days", 31), ("Later", 12)), 19.5),
        cohorts=tuple(
            Cohort(MARCH.first + timedelta(weeks=n), 310 + 9 * n, *within)
            for n, within in enumerate(((22, 31, None), (25, 34, None), (27, None, None),
                                        (None, None, None)))
        ),
        ahead=Ahead(412, 689, 23, 6, ("Food producers DACH",), (), date(2026, 6, 30), 540),
    )  # fmt: skip
    return replace(rows, **given)


QUOTES = (
    Quote(
        "Hi Sam,\n\nthis comes at the right time: we are just rebuilding our packaging line. "
        "Could you do Thursday at 10? My number is +49 30 1234567.\n\nBest regards,\nClara Voss",
        ReplyIntent.MEETING, "Clara", "Voss", "Head of Operations", "Voss Backwaren GmbH",
        NOW,
    ),
    Quote(
        "What does it cost for three sites, and do you work with Alpenmilch?",
        ReplyIntent.QUESTION, "Jonas", "Brand", "Managing Director", "Alpenmilch AG", NOW,
    ),
    Quote(
        "Not before the summer, please write again in August.",
        ReplyIntent.NOT_NOW, "Eva", "Lind", "Plant Manager", "Nordkorn", NOW,
    ),
    Quote(
        "Please talk to my colleague Peter Kraus, he decides on this.",
        ReplyIntent.REFERRAL, "Ina", "Roth", "Buyer", "Roth & Söhne", NOW,
    ),
)  # fmt: skip


def _day(n: int) -> Figures:
    if n % 7 > 4:
        return Figures()
    wave = (n * 7919) % 13
    return Figures(
        sent=110 + 5 * wave, reached=58 + wave, bounced=wave % 3, replied=5 + wave % 5,
        positive=3 + wave % 3, unsubscribed=wave % 2, meetings=1 if n % 3 else 0,
    )  # fmt: skip


def make_rollup(session: Session, campaign: Campaign, day: date, **counts: int) -> DailyRollup:
    """What happened in a campaign on one day."""
    row = DailyRollup(campaign_id=campaign.id, client_id=campaign.client_id, day=day, **counts)
    session.add(row)
    session.flush()
    return row


def make_reply(
    session: Session, lead: Lead, mailbox: Mailbox, intent: ReplyIntent, at: datetime,
    text: str = "Sounds good, tell me more.",
) -> Message:  # fmt: skip
    """An answer of a person (or a machine), sorted already."""
    n = number()
    message = Message(
        key=f"in:{mailbox.id}:{n}", client_id=lead.client_id, campaign_id=lead.campaign_id,
        lead_id=lead.id, mailbox_id=mailbox.id, direction=Direction.IN, kind=MessageKind.REPLY,
        state=MessageState.RECEIVED, from_address=f"x{n}@else.example",
        to_address=mailbox.address, subject="Re: Hello", body_text=text, visible_text=text,
        content_hash="0" * 64, intent=intent, received_at=at, created_at=at,
    )  # fmt: skip
    session.add(message)
    session.flush()
    return message


def make_sent(
    session: Session, lead: Lead, mailbox: Mailbox, step: int, at: datetime, **given: Any
) -> Message:
    """A step that went out; the first one makes the lead reached."""
    if lead.reached_at is None:
        lead.reached_at = at
    return make_message(session, lead, mailbox, MessageState.SENT, step, sent_at=at, **given)


def make_conversion(
    session: Session, lead: Lead, kind: ConversionKind, at: datetime, value_minor: int = 0
) -> Conversion:
    """A meeting or a deal."""
    client = session.get_one(Client, lead.client_id)
    row = Conversion(
        key=f"{lead.id}:{kind}:test{number()}", client_id=lead.client_id,
        campaign_id=lead.campaign_id, lead_id=lead.id, kind=kind, value_minor=value_minor,
        currency=client.currency, at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def make_deliverable(session: Session, client: Client, **given: Any) -> Deliverable:
    """A report that waits for approval."""
    values: dict[str, Any] = {
        "client_id": client.id, "kind": DeliverableKind.REPORT, "format": "pdf",
        "title": f"Client report {number()}", "state": DeliverableState.REVIEW,
        "path": f"deliverables/{client.slug}/report.pdf", "bytes": 3, "sha256": "ab" * 32,
        "made_at": NOW,
    }  # fmt: skip
    row = Deliverable(**values | given)
    session.add(row)
    session.flush()
    return row
