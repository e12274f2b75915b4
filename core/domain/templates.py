"""Merge fields, variants and the plain HTML of a text. The rendering is services.rendering."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from core.domain.sequencing import choice

FIELDS: Mapping[str, str] = {
    "first_name": "the person's first name",
    "last_name": "the person's last name",
    "full_name": "first and last name",
    "title": "the person's job title",
    "department": "the person's department",
    "email": "the person's address",
    "city": "the person's city",
    "country": "the person's country",
    "company": "the company's name",
    "industry": "the company's industry",
    "website": "the company's website",
    "employees": "the company's number of employees",
    "sender_name": "the name of the mailbox that writes",
    "sender_email": "the address of the mailbox that writes",
    "signature": "the mailbox's signature (added at the end where a template has none)",
    "client_name": "the client for whom we write",
    "campaign_name": "the campaign's name",
}
CUSTOM = "custom_"  # custom_<column>: a custom field of the import
FILTERS = frozenset({"capitalize", "d", "default", "lower", "title", "trim", "truncate", "upper"})
LONGEST_TEMPLATE = 20_000
LONGEST_TEXT = 100_000
VARIANTS = 5

_FIELD = re.compile(r"\{\{-?\s*([A-Za-z_]\w*)")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_RE = re.compile(r"^\s*(?:(?:re|aw|sv|antw|rv|ref|odp|vs)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wording:
    """One variant of a template."""

    variant_id: int
    label: str
    subject: str
    body: str


def is_known(name: str) -> bool:
    """Whether a merge field of this name may stand in a template."""
    return name in FIELDS or (name.startswith(CUSTOM) and len(name) > len(CUSTOM))


def custom_name(column: str) -> str:
    """The merge field of an import's custom column: "Event attended" → custom_event_attended."""
    return CUSTOM + re.sub(r"\W+", "_", column.strip().lower()).strip("_")


def fields_used(*texts: str) -> tuple[str, ...]:
    """The fields that are printed by the texts, each once, in the order of their appearance."""
    return tuple(dict.fromkeys(name for text in texts for name in _FIELD.findall(text)))


def variant_for(key: str, wordings: Sequence[Wording]) -> Wording | None:
    """The wording for one message key, by a stable hash; None where there is none."""
    ordered = sorted(wordings, key=lambda wording: wording.label)[:VARIANTS]
    return ordered[choice(key, len(ordered))] if ordered else None


def reply_subject(subject: str) -> str:
    """The subject of an answer: one "Re:", whatever stood before."""
    return f"Re: {_RE.sub('', subject).strip()}"


def bare_subject(subject: str) -> str:
    """The subject without its "Re:"s."""
    return _RE.sub("", subject).strip()


def html_of(text: str) -> str:
    """Plain HTML of a text: paragraphs, line breaks, links that can be clicked; all else
    escaped.
    """
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "\n".join(
        f"<p>{_linked(block).replace(chr(10), '<br>')}</p>" for block in paragraphs if block
    )


def _linked(block: str) -> str:
    pieces, last = [], 0
    for found in _LINK.finditer(block):
        url = escape(found.group(), quote=True)
        pieces += [escape(block[last : found.start()]), f'<a href="{url}">{url}</a>']
        last = found.end()
    return "".join([*pieces, escape(block[last:])])
