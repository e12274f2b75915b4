"""The only place that composes: settings, database, clock and providers become one Runtime."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Engine

from core import schema
from core.config import Settings, load
from core.gateways import inbox_of, mail_of
from core.health_book import DatabaseBook
from core.llm_book import DatabaseLedger
from core.providers.automation.port import Hook, Target
from core.providers.chain import Chain, Member
from core.providers.email.port import EmailSender, MailAccount
from core.providers.faces import Letterbox, Reading, Sender
from core.providers.health import Book
from core.providers.inbox.port import Inbox, InboxAccount
from core.providers.llm.face import LlmFace
from core.providers.llm.port import Llm
from core.providers.llm.terms import Ledger, NoLedger
from core.providers.registry import (
    LOCAL,
    Adapters,
    builder,
    is_set_up,
    named,
    with_others,
)
from db.session import Sessions, connect, sessions_for

if TYPE_CHECKING:
    from core.providers.enrichment.port import EnrichmentPort
    from core.providers.verification.port import VerificationPort

CHAINS = ("enrichment", "verification", "llm")  # ports asked for all clients alike


def utc_now() -> datetime:
    """The machine's clock, aware."""
    return datetime.now(UTC)


class Providers:
    """Every port's chain, built at the first use."""

    def __init__(
        self,
        settings: Settings,
        book: Book,
        clock: Callable[[], datetime],
        adapters: Adapters,
        ledger: Ledger,
    ) -> None:
        self.book = book
        self._ledger = ledger
        self._settings = settings
        self._clock = clock
        self._adapters = adapters

    @cached_property
    def enrichment(self) -> "EnrichmentPort":
        """Facts about persons and companies."""
        return cast("EnrichmentPort", Reading(self.chain("enrichment")))

    @cached_property
    def verification(self) -> "VerificationPort":
        """Verdicts on addresses."""
        return cast("VerificationPort", Reading(self.chain("verification")))

    @cached_property
    def llm(self) -> Llm:
        """Language models for the agency's own work; `llm_for` where it is a client's."""
        return self.llm_for(None)

    def llm_for(self, client_id: int | None) -> Llm:
        """Texts (drafts, summaries, personal openings) on one client's budget."""
        chain, paid = self._llm_chain
        return LlmFace(
            chain,
            ledger=self._ledger if paid else NoLedger(),
            clock=self._clock,
            seconds=self._settings.llm_deadline_seconds,
            client_id=client_id,
        )

    @cached_property
    def _llm_chain(self) -> tuple[Chain[Any], bool]:
        """The chain, and whether anything in it costs money or remembers."""
        members = self._asked("llm")
        chain: Chain[Any] = Chain("llm", members, book=self.book, clock=self._clock)
        return chain, [member.provider for member in members] != [LOCAL["llm"]]

    def email(self, account: MailAccount) -> EmailSender:
        """The sender of one mailbox; the folder as long as the real gateway is off."""
        account = mail_of(account, self._settings)
        inner: EmailSender = builder("email", account.provider, self._adapters)(account)
        return Sender(self._one("email", account.provider, account.mailbox_id, inner), inner)

    def inbox(self, account: InboxAccount) -> Inbox:
        """The inbox of one mailbox; the folder as long as the real gateway is off."""
        account = inbox_of(account, self._settings)
        inner: Inbox = builder("inbox", account.provider, self._adapters)(account)
        return Letterbox(self._one("inbox", account.provider, account.mailbox_id, inner), inner)

    def hook(self, target: Target) -> Hook:
        """The way to one webhook. Its endpoint is its health: no chain, no breaker."""
        target = replace(target, ca_file=target.ca_file or self._settings.tls_ca_file)
        found: Hook = builder("automation", target.kind, self._adapters)(target)
        return found

    def chain(self, port: str) -> Chain[Any]:
        """The adapters of a port that are set up, the local one last."""
        return Chain(port, self._asked(port), book=self.book, clock=self._clock)

    def members(self, port: str) -> list[Member[Any]]:
        """Every adapter of a port, the first choice of the settings first, the local one last."""
        known = list(self._adapters.get(port, {}))
        first = self.first(port)
        known.sort(key=lambda name: (name != first, name == LOCAL.get(port)))
        return [Member(name, self._building(port, name)) for name in known]

    def first(self, port: str) -> str:
        """The provider that the settings put first ("" where they leave it open)."""
        chosen = self._settings.llm_provider.strip().lower() if port == "llm" else ""
        if chosen:
            named(port, chosen, self._adapters)
        return chosen

    def _asked(self, port: str) -> list[Member[Any]]:
        """Members without their key are left out, but for the one that was chosen: that it cannot
        work must be seen.
        """
        first = self.first(port)
        return [
            member
            for member in self.members(port)
            if member.provider == first
            or is_set_up(port, member.provider, self._settings, self._adapters)
        ]

    def _building(self, port: str, provider: str) -> Callable[[], Any]:
        built: list[Any] = []

        def get() -> Any:
            if not built:
                built.append(builder(port, provider, self._adapters)(self._settings))
            return built[0]

        return get

    def _one(self, port: str, provider: str, mailbox_id: int, inner: Any) -> Chain[Any]:
        part = f"mailbox:{mailbox_id}"
        member = Member(provider, lambda: inner)
        return Chain(port, [member], book=self.book, clock=self._clock, part=part)


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a stage needs. `stopping` turns true when the process was asked to end: a stage then
    finishes the item in hand and returns.
    """

    settings: Settings
    engine: Engine
    sessions: Sessions
    clock: Callable[[], datetime]
    providers: Providers
    stopping: Callable[[], bool] = field(default=lambda: False)

    def now(self) -> datetime:
        """Aware UTC; the only clock."""
        return self.clock().astimezone(UTC)

    @property
    def data_dir(self) -> Path:
        """Where everything written lies; made on demand."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        return self.settings.data_dir

    def close(self) -> None:
        """Writes what the book of health holds back, and lets the database go."""
        self.providers.book.flush()
        self.engine.dispose()


def build(
    settings: Settings | None = None,
    *,
    clock: Callable[[], datetime] = utc_now,
    check_schema: bool = True,
    adapters: Adapters | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Runtime:
    """The runtime, or a SetupError whose sentence names the command that mends it.

    `adapters` are put over those of the registry: {port: {provider: module or build function}}.
    """
    settings = settings or load()
    if settings.url().startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = connect(settings.url(), secret_keys=[settings.secret])
    if check_schema:
        try:
            schema.check(engine)
        except BaseException:
            engine.dispose()
            raise
    sessions = sessions_for(engine)
    book = DatabaseBook(sessions, clock)
    ledger = DatabaseLedger(sessions, clock, settings.llm_daily_budget)
    providers = Providers(settings, book, clock, with_others(adapters), ledger)
    return Runtime(settings, engine, sessions, clock, providers, stopping)
