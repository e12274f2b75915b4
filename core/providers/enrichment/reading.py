"""A vendor's values read as facts: cleaned as an import would, left out where they cannot be read.

Text from outside is data: what is too long, empty or of another kind than the field is no fact.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from core.domain.titles import department_of, seniority_of
from core.intake import clean
from core.providers.enrichment.port import About, FoundFact, Subject

LONGEST_CELL = 500
MOST_WORDS = 100


class Facts:
    """Gathers what one provider says of one subject."""

    def __init__(self, provider: str, confidence: float) -> None:
        self._provider = provider
        self._confidence = min(max(confidence, 0.01), 1.0)
        self._found: dict[str, FoundFact] = {}

    def put(self, name: str, raw: Any, confidence: float | None = None) -> None:
        """One value for `contact.title` and the like; the first that can be read stays."""
        value = _READ[name](raw)
        if value in (None, "", []) or name in self._found:
            return
        about, _, field = name.partition(".")
        self._found[name] = FoundFact(
            cast(About, about), field, value, confidence or self._confidence, self._provider
        )

    def put_title(self, raw: Any) -> None:
        """A title, and what it says of seniority and department."""
        self.put("contact.title", raw)
        title = self._found.get("contact.title")
        if title is not None:
            self.put("contact.seniority", seniority_of(str(title.value)))
            self.put("contact.department", department_of(str(title.value)))

    def all(self) -> tuple[FoundFact, ...]:
        """What was found."""
        return tuple(self._found.values())


def is_theirs(subject: Subject, site: Any, name: Any) -> bool:
    """Whether the company a vendor names is the one we know the person by: people change jobs, and
    the new company's facts must not be laid on the old one. What says nothing contradicts nothing.
    """
    found = clean.site(_bare(site)) if _bare(site) else None
    if found and subject.domain and not subject.free_mail:
        return found == subject.domain or _within(found, subject.domain)
    if subject.company and _bare(name):
        ours, other = subject.company.casefold(), _bare(name).casefold()
        return ours.startswith(other) or other.startswith(ours)
    return True


def _within(one: str, other: str) -> bool:
    return one.endswith(f".{other}") or other.endswith(f".{one}")


def _text(most: int) -> Callable[[Any], str | None]:
    def read(raw: Any) -> str | None:
        value = _bare(raw)
        return value if value and len(value) <= most else None

    return read


def _bare(raw: Any) -> str:
    """Its text on one line; "" for what is no text (true, in a plan that hides the value)."""
    if not isinstance(raw, str) or len(raw) > LONGEST_CELL:
        return ""
    return " ".join(clean.text(raw).split())


def _name(raw: Any) -> str | None:
    value = clean.name(_bare(raw))
    return value if value and len(value) <= 120 and "*" not in value else None


def _linkedin(raw: Any) -> str | None:
    value = clean.linkedin(_bare(raw))
    return value if value and len(value) <= 300 else None


def _head_count(raw: Any) -> int | None:
    if isinstance(raw, bool):
        return None
    found = raw if isinstance(raw, int) else clean.employees(_bare(raw))
    return found if found is not None and 0 < found <= 10_000_000 else None


def _money(raw: Any) -> int | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    return round(raw) if 0 < raw < 10**15 else None


def _words(raw: Any) -> list[str]:
    if not isinstance(raw, Iterable) or isinstance(raw, str | Mapping):
        return []
    found = (_bare(one)[:80] for one in raw)
    return list(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


_READ: Mapping[str, Callable[[Any], Any]] = {
    "contact.first_name": _name,
    "contact.last_name": _name,
    "contact.title": _text(200),
    "contact.seniority": _text(40),
    "contact.department": _text(80),
    "contact.phone": lambda raw: clean.phone(_bare(raw)),
    "contact.linkedin": _linkedin,
    "contact.city": _text(120),
    "contact.state": _text(120),
    "contact.country": lambda raw: clean.country(_bare(raw)),
    "account.name": _text(300),
    "account.industry": _text(120),
    "account.employees": _head_count,
    "account.revenue": _money,
    "account.country": lambda raw: clean.country(_bare(raw)),
    "account.city": _text(120),
    "account.technologies": _words,
}
