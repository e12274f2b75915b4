"""Slack incoming webhooks: an event as a message with a headline and its facts.

Facts: docs.slack.dev incoming webhooks, slack-sdk 3.47. A good answer is 200 `ok`; errors are plain
words; about one message a second, then 429 with Retry-After. `no_service` and `channel_is_archived`
with 410 mean that the webhook is gone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.errors import Misconfigured, Rejected
from core.providers.automation.door import Door, Errors
from core.providers.automation.port import Gone, Notice, Receipt, Target

WORDS: Errors = {
    "invalid_payload": Rejected,
    "no_text": Rejected,
    "too_many_attachments": Rejected,
    "channel_is_archived": Gone,
    "no_active_hooks": Gone,
    "no_service": Gone,
    "no_team": Gone,
    "channel_not_found": Misconfigured,
    "user_not_found": Misconfigured,
    "action_prohibited": Misconfigured,
    "invalid_token": Misconfigured,
    "posting_to_general_channel_denied": Misconfigured,
}
HEADLINES: Mapping[str, str] = {
    "lead.created": "New lead: {who}",
    "lead.qualified": "Qualified: {who}",
    "lead.replied": "{who} replied",
    "lead.converted": "{who} converted",
    "message.sent": "Mail sent to {to}",
    "message.bounced": "Mail to {to} bounced",
    "campaign.started": "Campaign started: {campaign}",
    "campaign.finished": "Campaign finished: {campaign}",
    "deliverable.ready": "Ready: {deliverable}",
    "provider.down": "{provider} is down",
    "provider.up": "{provider} works again",
    "alarm.raised": "{alarm}",
    "alarm.cleared": "{alarm}",
    "ping": "A test from AICMO",
}
LONGEST = 2_900  # characters of a block; Slack takes 3,000


class Slack:
    """Writes into one channel."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def tell(self, notice: Notice, *, now: datetime) -> Receipt:
        """One message."""
        return self._door.tell(notice, message(notice), now=now)


def message(notice: Notice) -> dict[str, Any]:
    """`text` for notifications, `blocks` for the channel. Nothing in it can mention or link."""
    headline = HEADLINES.get(notice.kind, notice.kind).format(**_names(notice.payload))
    facts = [f"*{label}* {_plain(value)}" for label, value in _facts(notice) if value]
    body = "\n".join([f"*{_plain(headline)}*", *facts])[:LONGEST]
    foot = f"{notice.kind} · {notice.id}"
    return {
        "text": _plain(headline),
        "unfurl_links": False,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": body}},
            {"type": "context", "elements": [{"type": "plain_text", "text": foot}]},
        ],
    }


def _names(payload: Mapping[str, Any]) -> dict[str, str]:
    contact, mail = payload.get("contact") or {}, payload.get("message")
    parts = (contact.get("first_name"), contact.get("last_name"))
    who = " ".join(part for part in parts if part)
    return {
        "who": who or contact.get("email") or "Somebody",
        "to": mail.get("to_address") or "" if isinstance(mail, Mapping) else "",
        "campaign": (payload.get("campaign") or {}).get("name") or "",
        "deliverable": (payload.get("deliverable") or {}).get("title") or "",
        "provider": (payload.get("provider") or {}).get("name") or "A provider",
        "alarm": (payload.get("alarm") or {}).get("title") or "An alarm",
    }


def _facts(notice: Notice) -> list[tuple[str, Any]]:
    payload, mail = notice.payload, notice.payload.get("message")
    contact, lead = payload.get("contact") or {}, payload.get("lead") or {}
    return [
        ("Client", (notice.client or {}).get("name")),
        ("Company", (payload.get("company") or {}).get("name")),
        ("Title", contact.get("title")),
        ("E-mail", contact.get("email")),
        ("Campaign", (payload.get("campaign") or {}).get("name")),
        ("Score", lead.get("score")),
        ("Why", lead.get("reason")),
        ("Subject", mail.get("subject") if isinstance(mail, Mapping) else mail),
        ("What to do", (payload.get("provider") or {}).get("advice")),
        ("What to do", (payload.get("alarm") or {}).get("advice")),
    ]


def _plain(value: Any) -> str:
    """Slack's three signs escaped, and its marks for bold and code made harmless."""
    text = " ".join(str(value).split())
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("*", "∗").replace("`", "'")


def build(target: Target) -> Slack:
    """For one incoming webhook."""
    return Slack(Door(target, errors=WORDS))
