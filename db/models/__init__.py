"""All tables, re-exported with Base: Alembic takes its metadata from here."""

from db.base import Base
from db.models.access import AuditEntry, Client, Setting, User, UserClient
from db.models.automation import Delivery, Endpoint, OutboundEvent
from db.models.campaigns import (
    Campaign,
    CampaignTarget,
    Enrolment,
    ImportBatch,
    ImportReject,
    Lead,
    LeadEvent,
    LeadScore,
    Sequence,
    SequenceStep,
    Template,
    TemplateVariant,
)
from db.models.gateway import AlarmNotice, ApiKey, RateBucket, Revision
from db.models.llm import LlmAnswer, LlmCall
from db.models.mail import (
    Classification,
    Event,
    Mailbox,
    MailboxDay,
    Message,
    Task,
    Thread,
)
from db.models.outputs import Conversion, DailyRollup, Deliverable, Spend
from db.models.people import Account, Contact, Fact, Signal, Suppression
from db.models.pipeline import (
    Alarm,
    Heartbeat,
    JobAttempt,
    JobRun,
    ProviderHealth,
    ProviderHour,
    ReviewItem,
)

__all__ = [
    "Account",
    "Alarm",
    "AlarmNotice",
    "ApiKey",
    "AuditEntry",
    "Base",
    "Campaign",
    "CampaignTarget",
    "Classification",
    "Client",
    "Contact",
    "Conversion",
    "DailyRollup",
    "Deliverable",
    "Delivery",
    "Endpoint",
    "Enrolment",
    "Event",
    "Fact",
    "Heartbeat",
    "ImportBatch",
    "ImportReject",
    "JobAttempt",
    "JobRun",
    "Lead",
    "LeadEvent",
    "LeadScore",
    "LlmAnswer",
    "LlmCall",
    "Mailbox",
    "MailboxDay",
    "Message",
    "OutboundEvent",
    "ProviderHealth",
    "ProviderHour",
    "RateBucket",
    "ReviewItem",
    "Revision",
    "Sequence",
    "SequenceStep",
    "Setting",
    "Signal",
    "Spend",
    "Suppression",
    "Task",
    "Template",
    "TemplateVariant",
    "Thread",
    "User",
    "UserClient",
]
