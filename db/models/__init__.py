"""All tables, re-exported with Base: Alembic takes its metadata from here."""

from db.base import Base
from db.models.access import AuditEntry, Client, Setting, User, UserClient
from db.models.approvals import AutoApproval
from db.models.automation import Delivery, Endpoint, OutboundEvent
from db.models.campaigns import (
    Campaign,
    CampaignTarget,
    Enrolment,
    Lead,
    LeadEvent,
    LeadScore,
    Sequence,
    SequenceStep,
    Template,
    TemplateVariant,
)
from db.models.crm import CrmLink, CrmSync
from db.models.gateway import AlarmNotice, ApiKey, RateBucket, Revision
from db.models.imports import ImportBatch, ImportChange, ImportReject, SavedMapping
from db.models.lists import (
    BulkChange,
    BulkJob,
    ContactTag,
    CustomField,
    LeadList,
    LeadListMember,
    Preference,
    SavedView,
    Tag,
)
from db.models.llm import LlmAnswer, LlmCall
from db.models.lookups import Lookup, PeopleSearch
from db.models.mail import (
    Classification,
    Event,
    Mailbox,
    MailboxDay,
    Message,
    Task,
    Thread,
)
from db.models.matching import MatchKey, MatchPair, Merge
from db.models.outputs import Conversion, DailyRollup, Deliverable, EntryRollup, Spend
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
from db.models.predictions import LeadPrediction, Predictor

__all__ = [
    "Account",
    "Alarm",
    "AlarmNotice",
    "ApiKey",
    "AuditEntry",
    "AutoApproval",
    "Base",
    "BulkChange",
    "BulkJob",
    "Campaign",
    "CampaignTarget",
    "Classification",
    "Client",
    "Contact",
    "ContactTag",
    "Conversion",
    "CrmLink",
    "CrmSync",
    "CustomField",
    "DailyRollup",
    "Deliverable",
    "Delivery",
    "Endpoint",
    "Enrolment",
    "EntryRollup",
    "Event",
    "Fact",
    "Heartbeat",
    "ImportBatch",
    "ImportChange",
    "ImportReject",
    "JobAttempt",
    "JobRun",
    "Lead",
    "LeadEvent",
    "LeadList",
    "LeadListMember",
    "LeadPrediction",
    "LeadScore",
    "LlmAnswer",
    "LlmCall",
    "Lookup",
    "Mailbox",
    "MailboxDay",
    "MatchKey",
    "MatchPair",
    "Merge",
    "Message",
    "OutboundEvent",
    "PeopleSearch",
    "Predictor",
    "Preference",
    "ProviderHealth",
    "ProviderHour",
    "RateBucket",
    "ReviewItem",
    "Revision",
    "SavedMapping",
    "SavedView",
    "Sequence",
    "SequenceStep",
    "Setting",
    "Signal",
    "Spend",
    "Suppression",
    "Tag",
    "Task",
    "Template",
    "TemplateVariant",
    "Thread",
    "User",
    "UserClient",
]
