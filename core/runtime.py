"""The only place that composes: settings, database, clock and providers become one Runtime."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from core import schema, telemetry
from core.config import Settings, load
from core.gateways import CRM_OFF, crm_of, inbox_of, mail_of
from core.health_book import DatabaseBook
from core.keyring import Keyring, in_environment
from core.llm_book import DatabaseLedger
from core.providers.automation.port import Hook, Target
from core.providers.chain import Chain, Member
from core.providers.email.port import EmailSender, MailAccount
from core.providers.faces import CrmDesk, Letterbox, Sender, Source
from core.providers.health import Book
from core.providers.inbox.port import Inbox, InboxAccount
from core.providers.limits import AT_ONCE, READING
from core.providers.llm.face import LlmFace
from core.providers.llm.port import Llm
from core.providers.llm.terms import Ledger, NoLedger
from core.providers.registry import (
    HOOKS,
    LIMITS,
    LOCAL,
    PRICES,
    Adapters,
    builder,
    is_set_up,
    named,
    price,
    with_others,
)
from core.providers.verdict import Verdict, address_verdict
from core.revision_watch import RevisionWatch
from core.services import environment_hooks
from core.telemetry import Telemetry
from db.session import Sessions, connect, reading, sessions_for, transaction

CHAINS = ("enrichment", "verification", "search", "llm")  # ports asked for all clients alike


def utc_now() -> datetime:
    """The machine's clock, aware."""
    return datetime.now(UTC)


class Providers:
    """Every port's chain, built at the first use."""

    def __init__(
        self,
        keyring: Keyring,
        book: Book,
        clock: Callable[[], datetime],
        adapters: Adapters,
        ledger: Ledger,
    ) -> None:
        self.book = book
        self._keyring = keyring
        self._ledger = ledger
        self._built_with: Settings | None = None
        self._chains: dict[str, Chain[Any]] = {}
        self._clock = clock
        self._adapters = adapters

    @property
    def settings(self) -> Settings:
        """The settings in force now: those of the environment, and keys that admins entered."""
        return self._keyring.settings()

    def sources(self, port: str) -> tuple[Source[Any], ...]:
        """The providers of a port that are all asked in turn (enrichment, verification, search)."""
        chain = self.chain(port)
        chain.look()
        return tuple(Source(chain, member) for member in chain.in_order())

    @property
    def llm(self) -> Llm:
        """Language models for the agency's own work; `llm_for` where it is a client's."""
        return self.llm_for(None)

    def llm_for(self, client_id: int | None) -> Llm:
        """Texts (drafts, summaries, personal openings) on one client's budget."""
        chain = self.chain("llm")
        names = [member.provider for member, _ in chain.standings()]
        return LlmFace(
            chain,
            ledger=NoLedger() if names == [LOCAL["llm"]] else self._ledger,
            clock=self._clock,
            seconds=self._keyring.environment.llm_deadline_seconds,
            client_id=client_id,
        )

    def email(self, account: MailAccount) -> Sender:
        """The sender of one mailbox, and those that stand in for it; the folder as long as the
        real gateway is off.
        """
        account = mail_of(account, self._keyring.environment)
        senders: list[tuple[str, EmailSender]] = []
        for one in (account, *account.fallback):
            again = sum(name.partition("#")[0] == one.provider for name, _ in senders)
            name = f"{one.provider}#{again + 1}" if again else one.provider
            senders.append((name, builder("email", one.provider, self._adapters)(one)))
        return Sender(self._one("email", account.mailbox_id, senders), senders)

    def inbox(self, account: InboxAccount) -> Inbox:
        """The inbox of one mailbox; the folder as long as the real gateway is off."""
        account = inbox_of(account, self._keyring.environment)
        inner: Inbox = builder("inbox", account.provider, self._adapters)(account)
        return Letterbox(self._one("inbox", account.mailbox_id, [(account.provider, inner)]), inner)

    def crm(self, chosen: str) -> CrmDesk:
        """The CRM of that name; the CSV files as long as the real gateway is off. Close it."""
        name = crm_of(chosen, self._keyring.environment, self._adapters["crm"])
        inner = builder("crm", name, self._adapters)(self.settings)
        return CrmDesk(self._chain("crm", [Member(name, partial(_itself, inner))]), inner)

    def hook(self, target: Target) -> Hook:
        """The way to one webhook. Its endpoint is its health: no chain, no breaker."""
        target = replace(target, ca_file=target.ca_file or self._keyring.environment.tls_ca_file)
        found: Hook = builder("automation", target.kind, self._adapters)(target)
        return found

    def chain(self, port: str) -> Chain[Any]:
        """The adapters of a port that are set up, the local one last. Built anew when a key
        changed.
        """
        settings = self.settings
        if settings is not self._built_with:
            self._chains, self._built_with = {}, settings
        if port not in self._chains:
            self._chains[port] = self._chain(port, self._asked(port, settings))
        return self._chains[port]

    def order(self, port: str) -> tuple[str, ...]:
        """Every known adapter of a port in the order it is asked, also those turned off or without
        a key.
        """
        chain = self._chain(port, self.members(port))
        self.book.look()
        return tuple(member.provider for member, _ in chain.standings())

    def members(self, port: str) -> list[Member[Any]]:
        """Every adapter of a port: the cheapest first where they cost by the subject; else the
        first choice of the settings, and the local one last.
        """
        settings = self.settings
        known = list(self._adapters.get(port, {}))
        first = self.first(port)
        if port in PRICES:
            known.sort(key=lambda name: price(port, name, settings))
        else:
            known.sort(key=lambda name: (name != first, name == LOCAL.get(port)))
        return [Member(name, self._building(port, name, settings)) for name in known]

    def first(self, port: str) -> str:
        """The provider that the settings put first ("" where they leave it open)."""
        chosen = self._keyring.environment.llm_provider.strip().lower() if port == "llm" else ""
        if chosen:
            named(port, chosen, self._adapters)
        return chosen

    def trial(self, port: str, provider: str, settings: Settings) -> Verdict:
        """What a provider's check says with other settings than those in force. Where a port has
        no check without side effects, only the shape of its address is looked at.
        """
        if port == "automation":
            return address_verdict(settings.slack_webhook_url)
        if port == "crm" and not self._keyring.environment.use_real_crm_gateway:
            return CRM_OFF
        verdict: Verdict = builder(port, provider, self._adapters)(settings).check()
        return verdict

    def _asked(self, port: str, settings: Settings) -> list[Member[Any]]:
        """Members without their key are left out, but for the one that was chosen: that it cannot
        work must be seen.
        """
        first = self.first(port)
        return [
            member
            for member in self.members(port)
            if member.provider == first
            or is_set_up(port, member.provider, settings, self._adapters)
        ]

    def _chain(self, port: str, members: list[Member[Any]]) -> Chain[Any]:
        return Chain(
            port,
            members,
            book=self.book,
            clock=self._clock,
            limits=LIMITS.get(port),
            # language models keep time, and ask again, by themselves
            patience=AT_ONCE if port == "llm" else READING,
        )

    def _building(self, port: str, provider: str, settings: Settings) -> Callable[[], Any]:
        built: list[Any] = []

        def get() -> Any:
            if not built:
                built.append(builder(port, provider, self._adapters)(settings))
            return built[0]

        return get

    def _one(self, port: str, mailbox_id: int, inner: Sequence[tuple[str, Any]]) -> Chain[Any]:
        """A mailbox's chain; number 0 stands for the environment's own account."""
        part = f"mailbox:{mailbox_id}" if mailbox_id else ""
        members = [Member(name, partial(_itself, one)) for name, one in inner]
        return Chain(port, members, book=self.book, clock=self._clock, part=part)


def _itself(one: Any) -> Any:
    return one


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
    telemetry: Telemetry = field(default_factory=Telemetry)

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
        self.telemetry.close()
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
    engine = connect(settings.url(), secret_keys=settings.secrets)
    try:
        if check_schema:
            schema.check(engine)
            _adopt_hooks(sessions_for(engine), settings, clock)
        told = telemetry.of(settings)
    except BaseException:
        engine.dispose()
        raise
    sessions = sessions_for(engine)
    watch = RevisionWatch(sessions)
    book = DatabaseBook(sessions, clock, watch, told)
    ledger = DatabaseLedger(sessions, clock, settings.llm_daily_budget)
    keyring = Keyring(sessions, settings, watch)
    providers = Providers(keyring, book, clock, with_others(adapters), ledger)
    return Runtime(settings, engine, sessions, clock, providers, stopping, told)


def _adopt_hooks(sessions: Sessions, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Webhooks whose address the settings hold are there before anything happens."""
    for setting, kind in HOOKS.items():
        if not in_environment(settings, setting):
            continue
        url = getattr(settings, setting).get_secret_value().strip()
        with reading(sessions) as session:
            differs = environment_hooks.differs(session, setting, url)
        if differs:
            with transaction(sessions) as session:
                environment_hooks.adopt(session, setting, kind, url, now=clock())
