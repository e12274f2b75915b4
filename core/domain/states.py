"""The stored words: states, kinds and roles, exactly as they stand in the database."""

from enum import StrEnum


class LeadState(StrEnum):
    HARVESTED = "harvested"
    ENRICHED = "enriched"
    SCORED = "scored"
    QUALIFIED = "qualified"
    REVIEW = "review"
    REJECTED = "rejected"
    ROUTED = "routed"
    NURTURED = "nurtured"
    REPLIED = "replied"
    CONVERTED = "converted"
    SUPPRESSED = "suppressed"


class Tier(StrEnum):
    HOT = "hot"
    WARM = "warm"
    COOL = "cool"
    COLD = "cold"


class ContactLifecycle(StrEnum):
    NEW = "new"
    ENRICHED = "enriched"
    VERIFIED = "verified"
    ENGAGED = "engaged"
    CONVERTED = "converted"


class EmailStatus(StrEnum):
    VALID = "valid"
    RISKY = "risky"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class CampaignState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"


class EnrolmentState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class MessageState(StrEnum):
    """draft → review → approved → sending → sent | uncertain | failed | cancelled; or received."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RECEIVED = "received"


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class MessageKind(StrEnum):
    STEP = "step"  # a sequence step
    ANSWER = "answer"  # a person's or drafted answer in a thread
    REPLY = "reply"  # came in from a person or a machine


class MailboxState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"


class ReplyIntent(StrEnum):
    INTERESTED = "interested"
    MEETING = "meeting"
    QUESTION = "question"
    NOT_NOW = "not_now"
    NOT_INTERESTED = "not_interested"
    WRONG_PERSON = "wrong_person"
    REFERRAL = "referral"
    LEFT_COMPANY = "left_company"
    OUT_OF_OFFICE = "out_of_office"
    AUTO_REPLY = "auto_reply"
    UNSUBSCRIBE = "unsubscribe"
    BOUNCED = "bounced"
    UNCLEAR = "unclear"


POSITIVE_INTENTS = frozenset({ReplyIntent.INTERESTED, ReplyIntent.MEETING, ReplyIntent.QUESTION})
MACHINE_INTENTS = frozenset(
    {ReplyIntent.OUT_OF_OFFICE, ReplyIntent.AUTO_REPLY, ReplyIntent.BOUNCED}
)


class IntentLayer(StrEnum):
    HEADERS = "headers"
    RULES = "rules"
    MODEL = "model"
    LLM = "llm"
    PERSON = "person"


class EventKind(StrEnum):
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    AUTORESPONDED = "autoresponded"
    UNKNOWN = "unknown"


class ReviewKind(StrEnum):
    LEAD = "lead"
    MESSAGE = "message"
    REPLY_DRAFT = "reply_draft"
    UNCERTAIN_SEND = "uncertain_send"
    DELIVERABLE = "deliverable"


class ReviewState(StrEnum):
    WAITING = "waiting"
    SNOOZED = "snoozed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # no longer needed: the lead was suppressed, replied, …


class SuppressionKind(StrEnum):
    ADDRESS = "address"
    DOMAIN = "domain"


class SuppressionReason(StrEnum):
    OPT_OUT = "opt_out"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    LEFT_COMPANY = "left_company"
    MANUAL = "manual"
    IMPORTED = "imported"
    ERASED = "erased"


class ConversionKind(StrEnum):
    MEETING = "meeting"
    OPPORTUNITY = "opportunity"
    WON = "won"
    LOST = "lost"


class JobName(StrEnum):
    HARVEST = "harvest"
    ENRICH = "enrich"
    SCORE = "score"
    QUALIFY = "qualify"
    ROUTE = "route"
    NURTURE = "nurture"
    DISPATCH = "dispatch"
    REPLIES = "replies"
    TIDY = "tidy"
    ROLLUPS = "rollups"
    PROVIDER_CHECKS = "provider_checks"
    DELIVER = "deliver"
    REPORTS = "reports"
    MATCHING = "matching"
    PREDICT = "predict"
    CRM = "crm"
    BULK = "bulk"


class JobState(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class ProviderState(StrEnum):
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    DOWN = "down"
    UNCONFIGURED = "unconfigured"


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class DeliverableKind(StrEnum):
    REPORT = "report"
    LEAD_LIST = "lead_list"


class DeliverableState(StrEnum):
    MAKING = "making"
    REVIEW = "review"
    APPROVED = "approved"
    REJECTED = "rejected"
    FAILED = "failed"


class BatchState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class Role(StrEnum):
    ADMIN = "admin"
    MANAGER = "manager"
    OPERATOR = "operator"
    VIEWER = "viewer"
    SYSTEM = "system"  # jobs; nobody signs in as this


class LlmOutcome(StrEnum):
    """How one call of a language model ended; `asked` until that is known."""

    ASKED = "asked"
    ANSWERED = "answered"
    REPEATED = "repeated"  # an identical prompt, answered from the cache
    REFUSED = "refused"  # the model declined
    CUT_OFF = "cut_off"  # the answer hit the limit of tokens
    UNUSABLE = "unusable"  # not of the shape that was asked for
    UNAVAILABLE = "unavailable"
    MISCONFIGURED = "misconfigured"
    REJECTED = "rejected"
    OVER_BUDGET = "over_budget"  # not asked: the client's money for the day is used up


class EndpointKind(StrEnum):
    """What stands behind a webhook's address: it decides on the shape of what is told."""

    GENERIC = "generic"
    MAKE = "make"
    ZAPIER = "zapier"
    SLACK = "slack"


class EndpointState(StrEnum):
    ACTIVE = "active"
    FAILING = "failing"  # the last try failed; it is tried again
    OFF = "off"  # by a person, or because the address is gone


class OutboundKind(StrEnum):
    """What endpoints are told of."""

    LEAD_CREATED = "lead.created"
    LEAD_QUALIFIED = "lead.qualified"
    LEAD_REPLIED = "lead.replied"
    LEAD_CONVERTED = "lead.converted"
    MESSAGE_SENT = "message.sent"
    MESSAGE_BOUNCED = "message.bounced"
    CAMPAIGN_STARTED = "campaign.started"
    CAMPAIGN_FINISHED = "campaign.finished"
    DELIVERABLE_READY = "deliverable.ready"
    PROVIDER_DOWN = "provider.down"
    PROVIDER_UP = "provider.up"
    PING = "ping"  # a test by hand; nobody subscribes to it


class DeliveryState(StrEnum):
    """waiting → sending → delivered | retry | dead; a person sends a dead one again: waiting."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    RETRY = "retry"
    DEAD = "dead"


class NoticeState(StrEnum):
    """waiting → sending → sent | uncertain | failed; a try that surely did nothing waits again."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
