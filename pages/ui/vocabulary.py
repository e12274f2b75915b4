"""The words of every stored state: label, colour, icon. `words` looks them up."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain import crm_states as c
from core.domain import lists, lookups
from core.domain import matches as m
from core.domain import pace as t
from core.domain import predictions as p
from core.domain import states as s


@dataclass(frozen=True, slots=True)
class Word:
    """How a state is shown: its label, one of Streamlit's colours, a material icon's name."""

    label: str
    colour: str = "gray"
    icon: str = ""


W = Word
WORDS: dict[type[StrEnum], dict[str, Word]] = {
    s.LeadState: {
        "harvested": W("Harvested", "gray", "download"),
        "enriched": W("Enriched", "gray", "person_search"),
        "scored": W("Scored", "blue", "speed"),
        "qualified": W("Qualified", "blue", "check_circle"),
        "review": W("To review", "orange", "rate_review"),
        "rejected": W("Rejected", "gray", "block"),
        "routed": W("Routed", "blue", "alt_route"),
        "nurtured": W("In sequence", "violet", "forward_to_inbox"),
        "replied": W("Replied", "green", "mark_email_read"),
        "converted": W("Converted", "green", "verified"),
        "suppressed": W("Suppressed", "red", "do_not_disturb_on"),
    },
    s.Tier: {
        "hot": W("Hot", "red", "local_fire_department"),
        "warm": W("Warm", "orange", "wb_sunny"),
        "cool": W("Cool", "blue", "water_drop"),
        "cold": W("Cold", "gray", "ac_unit"),
    },
    s.ContactLifecycle: {
        "new": W("New"), "enriched": W("Enriched"), "verified": W("Verified", "blue"),
        "engaged": W("Engaged", "green"), "converted": W("Converted", "green"),
    },
    s.EmailStatus: {
        "valid": W("Valid", "green", "check"),
        "risky": W("Risky", "orange", "warning"),
        "invalid": W("Invalid", "red", "close"),
        "unknown": W("Not checked", "gray", "help"),
    },
    s.CampaignState: {
        "draft": W("Draft", "gray", "edit"),
        "active": W("Active", "green", "play_circle"),
        "paused": W("Paused", "orange", "pause_circle"),
        "finished": W("Finished", "blue", "flag"),
    },
    t.Pace: {
        "missed": W("Missed", "red", "flag"), "behind": W("Behind", "orange", "trending_down"),
        "paused": W("Paused", "orange", "pause_circle"),
        "on_course": W("On course", "green", "trending_up"),
        "early": W("Too early", "gray", "hourglass_empty"),
        "open": W("No day set", "gray", "event_busy"),
        "reached": W("Target reached", "green", "check_circle"),
        "none": W("No target set", "gray", "flag"),
    },
    s.EnrolmentState: {
        "active": W("Running", "green", "play_circle"),
        "paused": W("Paused", "orange", "pause_circle"),
        "stopped": W("Stopped", "gray", "stop_circle"),
        "finished": W("Finished", "blue", "flag"),
    },
    s.MessageState: {
        "draft": W("Draft", "gray", "edit_note"),
        "review": W("To review", "orange", "rate_review"),
        "approved": W("Approved", "blue", "schedule_send"),
        "sending": W("Sending", "blue", "send"),
        "sent": W("Sent", "green", "done_all"),
        "uncertain": W("Uncertain", "red", "help"),
        "failed": W("Failed", "red", "error"),
        "cancelled": W("Cancelled", "gray", "cancel"),
        "received": W("Received", "gray", "inbox"),
    },
    s.MessageKind: {
        "step": W("Sequence step", "gray", "linear_scale"),
        "answer": W("Answer", "gray", "reply"),
        "reply": W("Reply", "gray", "inbox"),
    },
    s.Direction: {"out": W("Out", "gray", "north_east"), "in": W("In", "gray", "south_west")},
    s.MailboxState: {
        "active": W("Active", "green", "check_circle"),
        "paused": W("Paused", "red", "pause_circle"),
    },
    s.ReplyIntent: {
        "interested": W("Interested", "green", "thumb_up"),
        "meeting": W("Wants a meeting", "green", "event"),
        "question": W("Question", "blue", "contact_support"),
        "not_now": W("Not now", "orange", "schedule"),
        "not_interested": W("Not interested", "gray", "thumb_down"),
        "wrong_person": W("Wrong person", "gray", "person_off"),
        "referral": W("Referral", "blue", "group_add"),
        "left_company": W("Left the company", "gray", "logout"),
        "out_of_office": W("Out of office", "gray", "beach_access"),
        "auto_reply": W("Automatic reply", "gray", "smart_toy"),
        "unsubscribe": W("Opted out", "red", "unsubscribe"),
        "bounced": W("Bounced", "red", "undo"),
        "unclear": W("Unclear", "orange", "help"),
    },
    s.IntentLayer: {
        "headers": W("mail headers"), "rules": W("rules"), "model": W("a learned model"),
        "llm": W("a language model"), "person": W("a person"),
    },
    s.EventKind: {
        "delivered": W("Delivered", "green", "check"),
        "deferred": W("Deferred", "orange", "schedule"),
        "bounced": W("Bounced", "red", "undo"),
        "complained": W("Marked as spam", "red", "report"),
        "opened": W("Opened", "gray", "drafts"),
        "clicked": W("Clicked", "blue", "ads_click"),
        "unsubscribed": W("Opted out", "red", "unsubscribe"),
        "autoresponded": W("Automatic reply", "gray", "smart_toy"),
        "unknown": W("Other event", "gray", "help"),
    },
    s.ReviewKind: {
        "lead": W("Leads", "blue", "person"),
        "message": W("First e-mails", "violet", "mail"),
        "reply_draft": W("Reply drafts", "green", "reply"),
        "uncertain_send": W("Uncertain sends", "red", "help"),
        "deliverable": W("Deliverables", "orange", "description"),
    },
    s.ReviewState: {
        "waiting": W("Waiting", "orange", "hourglass_empty"),
        "snoozed": W("Snoozed", "gray", "snooze"),
        "approved": W("Approved", "green", "check"), "rejected": W("Rejected", "gray", "close"),
        "withdrawn": W("Withdrawn", "gray", "undo"),
    },
    s.SuppressionKind: {"address": W("Address"), "domain": W("Domain")},
    s.SuppressionReason: {
        "opt_out": W("Opted out", "red", "unsubscribe"),
        "bounced": W("Bounced", "orange", "undo"),
        "complained": W("Marked as spam", "red", "report"),
        "left_company": W("Left the company", "gray", "logout"),
        "manual": W("By hand", "blue", "back_hand"),
        "imported": W("From a list", "gray", "upload_file"),
        "erased": W("Erased on request", "gray", "delete"),
    },
    s.ConversionKind: {
        "meeting": W("Meeting", "blue", "event"),
        "opportunity": W("Opportunity", "violet", "handshake"),
        "won": W("Won", "green", "emoji_events"), "lost": W("Lost", "gray", "trending_down"),
    },
    s.JobName: {
        "harvest": W("Harvest", icon="download"),
        "enrich": W("Enrich", icon="person_search"),
        "score": W("Score", icon="speed"),
        "qualify": W("Qualify", icon="rule"),
        "route": W("Route", icon="alt_route"),
        "nurture": W("Nurture", icon="forward_to_inbox"),
        "dispatch": W("Dispatch", icon="send"),
        "replies": W("Read replies", icon="inbox"),
        "tidy": W("Tidy", icon="cleaning_services"),
        "rollups": W("Count", icon="functions"),
        "matching": W("Find the same people", icon="join_inner"),
        "predict": W("Predict", icon="online_prediction"),
        "provider_checks": W("Check providers", icon="monitor_heart"),
        "deliver": W("Tell webhooks", icon="webhook"),
        "reports": W("Reports", icon="description"),
        "crm": W("Keep the CRM in step", icon="sync_alt"),
        "bulk": W("Work on many leads", icon="checklist"),
    },
    s.JobState: {
        "running": W("Running", "blue", "progress_activity"),
        "completed": W("Completed", "green", "check_circle"),
        "failed": W("Failed", "red", "error"), "skipped": W("Skipped", "gray", "skip_next"),
    },
    s.ProviderState: {
        "healthy": W("Healthy", "green", "check_circle"),
        "degraded": W("Degraded", "orange", "warning"), "down": W("Down", "red", "error"),
        "unconfigured": W("Not set up", "gray", "power_off"),
    },
    s.LlmOutcome: {
        "asked": W("Under way", "blue", "progress_activity"),
        "answered": W("Answered", "green", "check_circle"),
        "repeated": W("From memory", "green", "history"),
        "refused": W("Declined", "orange", "block"),
        "cut_off": W("Cut off", "orange", "content_cut"),
        "unusable": W("Not usable", "orange", "rule"),
        "unavailable": W("No answer", "red", "cloud_off"),
        "misconfigured": W("Set up wrongly", "red", "build"),
        "rejected": W("Refused the request", "red", "do_not_disturb_on"),
        "over_budget": W("Over budget", "gray", "savings"),
    },
    s.BreakerState: {
        "closed": W("Letting through", "green"), "open": W("Held back", "red"),
        "half_open": W("Trying again", "orange"),
    },
    s.DeliverableKind: {
        "report": W("Client report", "blue", "description"),
        "lead_list": W("Lead list", "gray", "table"),
    },
    s.DeliverableState: {
        "making": W("Being made", "blue", "progress_activity"),
        "review": W("To review", "orange", "rate_review"),
        "approved": W("Approved", "green", "check_circle"),
        "rejected": W("Sent back", "gray", "undo"),
        "failed": W("Failed", "red", "error"),
    },
    s.BatchState: {
        "queued": W("Waiting", "gray", "schedule"),
        "running": W("Importing", "blue", "progress_activity"),
        "completed": W("Imported", "green", "check_circle"), "failed": W("Failed", "red", "error"),
        "undoing": W("Being undone", "blue", "undo"), "undone": W("Undone", "gray", "undo"),
    },
    lookups.SearchState: {
        "queued": W("Waiting", "gray", "hourglass_empty"),
        "running": W("Searching", "blue", "progress_activity"),
        "completed": W("Done", "green", "check_circle"), "failed": W("Failed", "red", "error"),
    },
    s.EndpointKind: {
        "generic": W("Own server", "gray", "dns"), "make": W("Make", "violet", "webhook"),
        "zapier": W("Zapier", "orange", "webhook"), "slack": W("Slack", "blue", "tag"),
    },
    s.EndpointState: {
        "active": W("Active", "green", "check_circle"),
        "failing": W("Failing", "red", "error"), "off": W("Off", "gray", "power_off"),
    },
    s.OutboundKind: {
        "lead.created": W("Lead created"), "lead.qualified": W("Lead qualified"),
        "lead.replied": W("Lead replied"), "lead.converted": W("Lead converted"),
        "message.sent": W("Mail sent"), "message.bounced": W("Mail bounced"),
        "campaign.started": W("Campaign started"), "campaign.finished": W("Campaign finished"),
        "deliverable.ready": W("Deliverable ready"), "provider.down": W("Provider down"),
        "provider.up": W("Provider works again"), "ping": W("Test"),
    },
    s.DeliveryState: {
        "waiting": W("Waiting", "gray", "hourglass_empty"),
        "sending": W("Being told", "blue", "send"), "delivered": W("Delivered", "green", "check"),
        "retry": W("Tried again", "orange", "schedule"), "dead": W("Given up", "red", "error"),
    },
    lists.FieldKind: {
        "text": W("Text", "gray", "notes"), "number": W("Number", "gray", "123"),
        "date": W("Date", "gray", "event"), "choice": W("Choice", "gray", "list"),
        "yes_no": W("Yes or no", "gray", "toggle_on"), "url": W("Link", "gray", "link"),
    },
    lists.BulkAct: {
        "tag": W("Tag", icon="new_label"), "untag": W("Take a tag off", icon="label_off"),
        "list": W("Add to a list", icon="playlist_add"),
        "unlist": W("Take off a list", icon="playlist_remove"),
        "assign": W("Assign", icon="person_add"), "move": W("Move", icon="swap_horiz"),
        "suppress": W("Suppress", icon="do_not_disturb_on"), "export": W("Export", icon="download"),
    },
    lists.BulkState: {
        "queued": W("Waiting", "gray", "hourglass_empty"),
        "running": W("Under way", "blue", "progress_activity"),
        "completed": W("Done", "green", "check_circle"), "failed": W("Failed", "red", "error"),
        "stopped": W("Stopped", "orange", "stop_circle"),
        "undoing": W("Being undone", "blue", "undo"), "undone": W("Undone", "gray", "undo"),
    },
    c.CrmRule: {
        "newest": W("The newer value stays"), "ours": W("AICMO's value stays"),
        "theirs": W("The CRM's value stays"),
    },
    c.CrmWho: {
        "reached": W("Whoever was written to"), "replied": W("Whoever replied"),
        "everybody": W("All contacts"),
    },
    c.CrmKind: {
        "contact": W("Contact"), "message": W("Mail"), "event": W("Event"),
        "conversion": W("Conversion"),
    },
    c.LinkState: {
        "waiting": W("Waiting", "gray", "hourglass_empty"),
        "sending": W("On its way", "blue", "send"), "linked": W("In step", "green", "check"),
        "set_aside": W("Not taken", "orange", "warning"),
        "uncertain": W("Perhaps there", "red", "help"),
    },
    m.MatchKind: {"contact": W("People", icon="person"), "account": W("Companies", icon="domain")},
    m.MatchState: {
        "open": W("To decide", "orange", "help"), "merged": W("Merged", "green", "merge"),
        "apart": W("Not the same", "gray", "call_split"), "gone": W("Settled", "gray", "done_all"),
    },
    p.PredictorState: {
        "queued": W("Waiting", "gray", "hourglass_empty"),
        "training": W("Learning", "blue", "progress_activity"),
        "no_signal": W("No signal", "gray", "signal_disconnected"),
        "proposed": W("To decide", "orange", "help"),
        "active": W("In use", "green", "check_circle"),
        "retired": W("Not in use", "gray", "history"), "failed": W("Failed", "red", "error"),
    },
    s.Role: {
        "admin": W("Admin", "violet", "shield_person"),
        "manager": W("Account manager", "blue", "manage_accounts"),
        "operator": W("Operator", "gray", "person"),
        "viewer": W("Viewer", "gray", "visibility"), "system": W("AICMO", "gray", "smart_toy"),
    },
}  # fmt: skip
