"""E-mail addresses as keys: one spelling a person, and what an address says about itself.

Nothing here asks the network or decides whether an address exists; syntax at its edges is judged
by a real library in core.intake.emails.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.mail_domains import FREE_MAIL, ROLE_WORDS

# what nearly every address looks like; whatever does not fit takes the slow way
PLAIN = re.compile(
    r"[a-z0-9](?:[a-z0-9_+-]|\.(?!\.)){0,62}(?<!\.)"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
LONGEST = 254  # RFC 5321 4.5.3.1.3
_EDGES = " \t\r\n\u00a0\u200b\ufeff<>;,\"'"
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")

GMAIL = frozenset({"gmail.com", "googlemail.com"})
# providers that drop what follows a sign in the local part (their own help pages, 2025)
TAGGED: Mapping[str, str] = {
    **dict.fromkeys(("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com"), "+"),
    **dict.fromkeys(("icloud.com", "me.com", "proton.me", "protonmail.com", "fastmail.com"), "+"),
    **dict.fromkeys(("yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr"), "-"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """A normalised address in its parts."""

    key: str
    local: str
    domain: str


def normalise(text: str) -> str | None:
    """The key of an address: trimmed, NFKC, lower case, domain as A-label; None where it has not
    the shape of one.
    """
    key = text.strip().lower()
    if len(key) <= LONGEST and PLAIN.fullmatch(key):
        return key
    return _slowly(text)


def split(key: str) -> Address:
    """The parts of a normalised address."""
    local, _, domain = key.rpartition("@")
    return Address(key, local, domain)


def domain_key(text: str) -> str | None:
    """A domain in its one spelling (lower case, A-labels, no dot at the end), or None."""
    cleaned = unicodedata.normalize("NFKC", text).strip().lower().rstrip(".")
    labels = [_a_label(label) for label in cleaned.replace("\u3002", ".").split(".")]
    if len(labels) < 2 or not all(labels) or len(".".join(labels)) > 253:
        return None
    return ".".join(labels)


def is_role(key: str) -> bool:
    """Whether nobody in particular reads it: info@, sales@, and their like in seven languages."""
    local = key.partition("@")[0].partition("+")[0]
    return local in ROLE_WORDS or re.split(r"[._-]", local)[0] in ROLE_WORDS


def is_free(key: str) -> bool:
    """Whether the domain gives addresses to anybody."""
    return key.rpartition("@")[2] in FREE_MAIL


def suspected_key(key: str) -> str:
    """The mailbox that the provider would deliver to, by its published rules on dots and tags.

    Two addresses that share it are *suspected* to be one person; never more than that.
    """
    local, _, domain = key.rpartition("@")
    sign = TAGGED.get(domain)
    if sign:
        local = local.partition(sign)[0] or local
    if domain in GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def _slowly(text: str) -> str | None:
    cleaned = unicodedata.normalize("NFKC", text).strip(_EDGES)
    if len(cleaned) > LONGEST or re.search(r"[\s\x00-\x1f\x7f\ud800-\udfff]", cleaned):
        return None
    local, at, domain = cleaned.removeprefix("mailto:").rpartition("@")
    ascii_domain = domain_key(domain)
    if not at or not local or len(local) > 64 or ascii_domain is None:
        return None
    if "@" in local or local.startswith(".") or local.endswith(".") or ".." in local:
        return None
    key = f"{unicodedata.normalize('NFKC', local.lower())}@{ascii_domain}"
    return key if len(key) <= LONGEST else None


def _a_label(label: str) -> str:
    """One label of a domain in ASCII, "" where it cannot be one."""
    if not label.isascii():
        label = "xn--" + label.encode("punycode").decode("ascii")
    return label if _LABEL.fullmatch(label) else ""
