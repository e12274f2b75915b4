"""Every exactly-once key, built in one place so that key and constraint cannot drift."""

import hashlib
from datetime import datetime


def step_message(campaign_id: int, lead_id: int, step: int) -> str:
    """Key of the message of one sequence step (1-based position): `campaign:lead:step`."""
    return f"{campaign_id}:{lead_id}:{step}"


def taken_back(key: str, message_id: int) -> str:
    """Key of a step's message that never went out and was taken back, so that the step may be
    planned anew under its own key.
    """
    return f"{key}:undone:{message_id}"


def answer_message(thread_id: int, to_message_id: int, nonce: str = "") -> str:
    """Key of an answer written in a thread; the nonce tells several answers to one message
    apart.
    """
    return f"answer:{thread_id}:{to_message_id}:{nonce}"


def inbound_message(mailbox_id: int, message_id: str | None, raw: bytes) -> str:
    """Key of an incoming mail: mailbox + Message-ID, or a hash of the raw bytes where it has
    none.
    """
    ident = message_id.strip() if message_id and message_id.strip() else digest(raw)
    return f"in:{mailbox_id}:{ident if len(ident) <= 200 else digest(ident.encode())}"


def slot(moment: datetime) -> str:
    """A slot of the clock as text: the moment it stands for, UTC to the minute."""
    return moment.strftime("%Y-%m-%dT%H:%MZ")


def manual_slot(moment: datetime, nonce: str) -> str:
    """A slot of its own for a run by hand, never equal to one of the clock."""
    return f"hand:{moment.strftime('%Y-%m-%dT%H:%M:%SZ')}:{nonce}"


def suppression_scope(client_id: int | None) -> str:
    """`agency` for the whole agency, else `client:<id>` (NULL would not be unique in SQL)."""
    return "agency" if client_id is None else f"client:{client_id}"


def subject(kind: str, row_id: int) -> str:
    """What a fact, signal, review item or audit entry is about: `contact:12`."""
    return f"{kind}:{row_id}"


def conversion(lead_id: int, kind: str, source: str = "person") -> str:
    """One conversion of a kind a lead and source."""
    return f"{lead_id}:{kind}:{source}"


def outbound(kind: str, about: str, moment: datetime | None = None) -> str:
    """One outbound event: once ever, or once a moment where it can happen again (`lead:12` may be
    qualified anew after a person took the first decision back).
    """
    return ":".join((kind, about, *([] if moment is None else [moment.isoformat()])))


def outbound_id(key: str, at: datetime) -> str:
    """What receivers know an outbound event by, the same at every try: `evt_` and 32 hex digits.

    Made from what happened when, so that a database put back from a backup never gives the id of
    one event to another.
    """
    return f"evt_{digest(f'{key}|{at.isoformat()}'.encode())[:32]}"


def crm_place(crm: str, email_key: str) -> str:
    """The one record of an address in a CRM."""
    return f"{crm}:{email_key}"


def crm_record(kind: str, row_id: int, at: datetime) -> str:
    """What a CRM knows an interaction of ours by: `message-` and 24 hex digits, the same at every
    try, and another after a database was put back from a backup.
    """
    return f"{kind}-{digest(f'{kind}|{row_id}|{at.isoformat()}'.encode())[:24]}"


def digest(raw: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(raw).hexdigest()


def content_hash(*parts: str | None) -> str:
    """What an approval binds to: SHA-256 over the parts, kept apart by a separator."""
    return digest("\x1f".join(part or "" for part in parts).encode())
