"""How providers and their numbers are called on this page."""

from datetime import datetime

from core.domain.access import Viewer
from core.domain.states import BreakerState, ProviderState
from core.queries.health import ProviderRow
from pages.ui import words

PURPOSE = {
    "llm": "drafts answers, sums up, writes openings",
    "email": "sends mails",
    "inbox": "reads replies",
    "enrichment": "finds facts about persons and companies",
    "verification": "checks addresses",
    "search": "knows people that we do not",
    "crm": "keeps another system in step",
}


def name_of(row: ProviderRow) -> str:
    """ "SMTP · ann@agency.com"; a second one of the same kind says so."""
    plain, _, again = row.provider.partition("#")
    name = words.label(plain) + (f" ({again})" if again else "")
    return f"{name} · {row.mailbox}" if row.mailbox else name


def state_of(row: ProviderRow) -> ProviderState:
    """What is not set up is nothing else."""
    return row.state if row.configured else ProviderState.UNCONFIGURED


def chip_of(row: ProviderRow) -> str:
    """The state as a chip; off beats all."""
    return words.chip(state_of(row)) if row.enabled else ":gray-badge[:material/power_off: Off]"


def numbers_of(row: ProviderRow) -> str:
    """ "98.2% good · 320 ms", or that nothing was asked of it yet but a check."""
    if row.success is None:
        return "Checked, not used yet" if row.checked_at and row.configured else "Not used yet"
    latency = "" if row.latency_ms is None else f" · {words.number(round(row.latency_ms))} ms"
    return f"{words.percent(row.success)} good{latency}"


def breaker_of(row: ProviderRow, viewer: Viewer, now: datetime) -> str:
    """Held back until when; "" where calls go through."""
    if row.breaker is BreakerState.CLOSED:
        return ""
    if row.breaker_until is None or row.breaker_until <= now:
        return "Held back, tried again at the next call"
    seconds = (row.breaker_until - now).total_seconds()
    when = words.moment(row.breaker_until, viewer, now)
    return f"Held back, next try in {words.duration(seconds)} ({when})"


def advice_of(row: ProviderRow) -> str:
    """What to do, also where the provider's own words hold none."""
    usual = {
        "email": "Check that the mail server runs, and its address in Settings → Mailboxes.",
        "inbox": "Check that the mail server runs, and its address in Settings → Mailboxes.",
    }
    others = "Wait for the next try, or look at the provider's status page."
    return row.advice or usual.get(row.port, others)
