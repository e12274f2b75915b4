"""One face a port: a chain that looks like an adapter, so that nobody sees how many stand
behind it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from core.providers.chain import Chain, Member
from core.providers.crm.port import Changes, Crm, Interaction, Kept, Person
from core.providers.email.port import Accepted, Email, EmailSender
from core.providers.inbox.port import Cursor, Fetched, Inbox
from core.providers.verdict import Verdict

P = TypeVar("P")
T = TypeVar("T")


class Source(Generic[P]):
    """One member of a chain whose members are all asked, each for what the others left open; its
    limit, breaker and health are the chain's.
    """

    def __init__(self, chain: Chain[P], member: Member[P]) -> None:
        self._chain = chain
        self._member = member
        self.port = chain.port
        self.provider = member.provider

    @property
    def adapter(self) -> P:
        """What it declares. Misconfigured where it cannot even be built."""
        return self._member.get()

    def ask(self, do: Callable[[P], T]) -> T:
        """One call."""
        return self._chain.ask_one(self._member, do)


class Sender:
    """A mailbox's sender: never asked twice for one mail, and after Unavailable the next of the
    same mailbox. Keeps its connections until `close`.
    """

    def __init__(
        self, chain: Chain[EmailSender], members: Sequence[tuple[str, EmailSender]]
    ) -> None:
        self._chain = chain
        self.members = tuple(members)  # by the name under which health knows them
        self.name = members[0][0]
        # asked again, a mail might go to the other sender, which does not know the key
        self.honours_keys = len(members) == 1 and members[0][1].honours_keys

    def send(self, email: Email) -> Accepted:
        """Hands one mail over; raises Unavailable, Uncertain, Rejected or Misconfigured."""
        return self._chain.ask(lambda sender: sender.send(email), repeatable=False)

    def check(self) -> Verdict:
        """Whether the first could take mails now; sends nothing."""
        return self.members[0][1].check()

    def close(self) -> None:
        """Lets the connections go."""
        for _, sender in self.members:
            sender.close()


class Letterbox:
    """A mailbox's inbox: reading may be repeated."""

    def __init__(self, chain: Chain[Inbox], inner: Inbox) -> None:
        self._chain = chain
        self._inner = inner
        self.name = inner.name

    def fetch(self, cursor: Cursor, limit: int) -> Fetched:
        """What came after the cursor, oldest first."""
        return self._chain.ask(lambda inbox: inbox.fetch(cursor, limit), repeatable=True)

    def check(self) -> Verdict:
        """Whether the folder could be read now."""
        return self._inner.check()

    def close(self) -> None:
        """Lets the connection go."""
        self._inner.close()


class CrmDesk:
    """The CRM in use. Contacts and reading may be asked twice; an interaction only of a CRM that
    knows its key.
    """

    def __init__(self, chain: Chain[Crm], inner: Crm) -> None:
        self._chain = chain
        self._inner = inner
        self.name = inner.name
        self.fields = inner.fields
        self.contacts_at_once = inner.contacts_at_once
        self.interactions_at_once = inner.interactions_at_once
        self.honours_keys = inner.honours_keys

    def upsert_contacts(self, people: Sequence[Person]) -> Sequence[Kept]:
        """Makes or changes the records of these addresses."""
        return self._chain.ask(lambda crm: crm.upsert_contacts(people), repeatable=True)

    def log_interactions(self, interactions: Sequence[Interaction]) -> Sequence[Kept]:
        """Writes down what happened."""
        return self._chain.ask(
            lambda crm: crm.log_interactions(interactions), repeatable=self.honours_keys
        )

    def pull_changes(self, since: datetime | None, cursor: str | None) -> Changes:
        """A page of what changed."""
        return self._chain.ask(lambda crm: crm.pull_changes(since, cursor), repeatable=True)

    def check(self) -> Verdict:
        """Whether it would let us in."""
        return self._inner.check()

    def close(self) -> None:
        """Lets the connections go."""
        self._inner.close()
