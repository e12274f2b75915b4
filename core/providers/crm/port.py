"""The port of CRMs: contacts kept in step, interactions written down, changes read.

Every call is one turn of at most `contacts_at_once` or `interactions_at_once`. Putting a contact is
repeatable: its address names the record. A whole call that is refused raises Rejected; asked with
fewer it may go through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.crm import Theirs
from core.providers.verdict import Verdict

__all__ = ["Changes", "Crm", "Interaction", "Kept", "Person", "Theirs"]


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as the CRM is to have it. `fields` by our names; without a value: empty text."""

    key: str
    email: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Interaction:
    """Something that happened with a contact; `key` is the same at every try."""

    key: str
    kind: str  # in words
    at: datetime
    subject: str
    text: str
    email: str
    remote_id: str  # of the contact's record


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one: its record's id, or the reason why it was not taken."""

    key: str
    remote_id: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """Records that changed; `cursor` for the next of them, None at the end."""

    records: tuple[Theirs, ...]
    cursor: str | None = None


class Crm(Protocol):
    """One CRM. `fields` are those of ours that it has; `honours_keys`: an interaction given twice
    stands there once.
    """

    name: str
    fields: frozenset[str]
    contacts_at_once: int
    interactions_at_once: int
    honours_keys: bool

    def upsert_contacts(self, people: Sequence[Person]) -> Sequence[Kept]:
        """Makes or changes the records of these addresses."""
        ...

    def log_interactions(self, interactions: Sequence[Interaction]) -> Sequence[Kept]:
        """Writes down what happened."""
        ...

    def pull_changes(self, since: datetime | None, cursor: str | None) -> Changes:
        """Contacts that changed at or after the moment, a page at a time; None: all there are."""
        ...

    def check(self) -> Verdict:
        """Whether it would let us in; changes nothing."""
        ...

    def close(self) -> None:
        """Lets the connections go."""
        ...
