"""What an import needs and a fresh database lacks: a client, an active campaign, a mailbox."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cli.frame import campaign_named, client_named
from core.config import Settings
from core.domain.access import SYSTEM
from core.errors import Invalid
from core.providers.registry import LOCAL, OF_ENVIRONMENT
from core.runtime import Runtime
from core.services import campaigns, clients, library, mailboxes
from db.models import Client, Mailbox

FIRST_CLIENT = "Default client"
NO_ADDRESS = "Postal address on request"
ANY_TIME = {"days": [0, 1, 2, 3, 4, 5, 6], "start": "00:00", "end": "23:59"}
CAP = 50  # mails a day, to one domain too: nobody has looked at these limits yet


@dataclass(frozen=True, slots=True)
class Place:
    """Where an import goes; `said` are the sentences about what was made for it."""

    campaign_id: int
    made: bool
    said: tuple[str, ...]


def prepared(session: Session, rt: Runtime, name: str, client: str | None) -> Place:
    """The campaign of that name in the client (by default the first), made where missing."""
    said: list[str] = []
    owner = client_named(session, client) or _first_client(session, rt, said)
    campaign = campaign_named(session, name, owner.slug)
    missing = campaign is None
    if campaign is None:
        library.install(session, rt.now())
        _mailbox(session, rt, owner, said)
        campaign = campaigns.create(
            session,
            SYSTEM,
            client_id=owner.id,
            name=name,
            settings={"timezone": owner.timezone, "window": ANY_TIME},
            now=rt.now(),
        )
        said.append(f"Made the campaign {campaign.name} for {owner.name}.")
    return Place(campaign.id, missing, tuple(said))


def started(session: Session, rt: Runtime, campaign_id: int) -> str | None:
    """Starts a campaign that was just made; a sentence where it must wait for a person."""
    try:
        # whether strangers reach the unsubscribe page is a warning here, not a blocker
        campaigns.start(
            session, SYSTEM, campaign_id, now=rt.now(), public_url=rt.settings.public_url
        )
    except Invalid as error:
        return error.sentence
    return None


def _first_client(session: Session, rt: Runtime, said: list[str]) -> Client:
    made = clients.create(
        session, SYSTEM, name=FIRST_CLIENT, postal_address=NO_ADDRESS, now=rt.now()
    )
    said.append(
        f"Made the client {made.name}. Set its postal address in Settings: "
        "every mail's footer carries it."
    )
    return made


def _mailbox(session: Session, rt: Runtime, client: Client, said: list[str]) -> None:
    """A mailbox on the environment's servers, else on a local folder, where there is none."""
    if session.scalar(select(Mailbox.id).where(Mailbox.client_id == client.id).limit(1)):
        return
    settings = rt.settings
    address = settings.smtp_from_email or f"outreach@{client.slug}.example"
    box = mailboxes.create(
        session,
        SYSTEM,
        client.id,
        address=address,
        name=client.name,
        provider=_provider("email", settings.smtp_host),
        inbox_provider=_provider("inbox", settings.imap_host),
        window=ANY_TIME,
        daily_cap=CAP,
        ramp_start=CAP,
        domain_cap=CAP,
        min_gap_seconds=0,
        now=rt.now(),
    )
    where = _where(settings)
    said.append(f"Made the mailbox {box.address} ({where}, {CAP} a day). Change it in Settings.")


def _provider(port: str, host: str | None) -> str:
    return (OF_ENVIRONMENT if host else LOCAL)[port]


def _where(settings: Settings) -> str:
    if not settings.smtp_host:
        return "a local folder"
    off = "" if settings.use_real_email_gateway else ", a local folder until the gateway is on"
    return f"{settings.smtp_host}{off}"
