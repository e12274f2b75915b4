"""Sets a scene on the stage, through the services that the pages use: people, clients, mailboxes,
sequences, campaigns.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import SYSTEM, Viewer
from core.domain.states import Role, Tier
from core.pipeline import harvest
from core.runtime import Runtime
from core.services import (
    campaigns,
    clients,
    imports,
    library,
    mailboxes,
    passwords,
    sequences,
    users,
)
from core.simulation import artwork
from core.simulation.scenes import RULES, CampaignScene, ClientScene, MailboxScene
from core.simulation.summary import Access
from db.models import Campaign, Client
from db.session import reading, transaction


@dataclass(slots=True)
class Staged:
    """A client on the stage: its id, who works for it, its mailboxes by address."""

    scene: ClientScene
    client_id: int
    manager: Viewer
    mailboxes: dict[str, int] = field(default_factory=dict)
    campaigns: dict[str, int] = field(default_factory=dict)


def prepare(rt: Runtime) -> None:
    """What every workspace has: the library of sequences."""
    with transaction(rt.sessions) as session:
        library.install(session, rt.now())


def client(rt: Runtime, scene: ClientScene) -> int:
    """A client with its brand; the logo lies below the data directory."""
    slug = scene.name.split()[0].lower()
    folder = rt.data_dir / "brand" / slug
    drawn, _ = artwork.save(folder, scene.name, primary=scene.primary, secondary=scene.secondary)
    with transaction(rt.sessions) as session:
        made = clients.create(
            *(session, SYSTEM),
            name=scene.name,
            website=scene.website,
            postal_address=scene.postal_address,
            timezone=scene.timezone,
            currency=scene.currency,
            now=rt.now(),
        )
        brand = {
            "logo": str(drawn.relative_to(rt.data_dir)),
            "primary": scene.primary,
            "secondary": scene.secondary,
        }
        clients.set_brand(session, SYSTEM, made.id, brand, version=made.version, now=rt.now())
        return made.id


def person(
    rt: Runtime, username: str, name: str, role: Role, client_ids: tuple[int, ...], zone: str
) -> tuple[Viewer, Access]:
    """Somebody of the agency, with a random password."""
    password = passwords.made_up()
    with transaction(rt.sessions) as session:
        user, _ = users.add(
            *(session, SYSTEM),
            username=username,
            name=name,
            email=f"{username}@agency.example",
            role=role,
            client_ids=client_ids,
            password=password,
            timezone=zone,
            now=rt.now(),
        )
        seen = None if role is Role.ADMIN else frozenset(client_ids)
        viewer = Viewer(user.id, user.name, role, seen, zone)
    with reading(rt.sessions) as session:
        names = list(session.scalars(select(Client.name).where(Client.id.in_(client_ids))))
    return viewer, Access(username, password, str(role), ", ".join(names) or "all clients")


def is_taken(rt: Runtime, username: str) -> bool:
    """Whether somebody signs in by this name already."""
    with reading(rt.sessions) as session:
        return users.named(session, username) is not None


def mailbox(rt: Runtime, staged: Staged, scene: MailboxScene) -> int:
    """A sending identity with its ramp, at its first day."""
    with transaction(rt.sessions) as session:
        made = mailboxes.create(
            *(session, staged.manager, staged.client_id),
            address=scene.address,
            name=scene.name,
            signature=f"{scene.name}\n{scene.role}, {staged.scene.name}",
            daily_cap=scene.cap,
            ramp_start=scene.start,
            min_gap_seconds=scene.gap * 60,
            domain_cap=8,
            now=rt.now(),
        )
    staged.mailboxes[scene.address] = made.id
    return made.id


def campaign(rt: Runtime, staged: Staged, scene: CampaignScene, *, began: date) -> int:
    """A campaign with its audience, targets and words: a draft as yet."""
    with transaction(rt.sessions) as session:
        made = campaigns.create(
            *(session, staged.manager),
            client_id=staged.client_id,
            name=scene.name,
            goal=scene.goal,
            settings=scene.settings,
            icp_document=scene.icp,
            owner_id=staged.manager.user_id,
            starts_on=began,
            ends_on=began + timedelta(days=(scene.finishes or scene.starts + 120) - scene.starts),
            now=rt.now(),
        )
        campaigns.set_icp(
            *(session, staged.manager, made.id, scene.icp),
            rules={**RULES, **_own_words(session, staged, made, scene, rt.now())},
            version=made.version,
            now=rt.now(),
        )
        due = began + timedelta(days=90)
        targets = {metric: (number, due) for metric, number in scene.targets.items()}
        campaigns.set_targets(session, staged.manager, made.id, targets, now=rt.now())
    staged.campaigns[scene.name] = made.id
    return made.id


def put_in(rt: Runtime, staged: Staged, scene: CampaignScene, path: Path) -> int:
    """A list put into a campaign by the upload of a page; gives the id of its batch."""
    with transaction(rt.sessions) as session:
        batch = imports.start(
            *(session, staged.manager, staged.campaigns[scene.name], path),
            folder=rt.data_dir / "imports",
            now=rt.now(),
        )
    harvest.run_batch(rt, batch.id)
    return batch.id


def start(rt: Runtime, staged: Staged, scene: CampaignScene) -> None:
    """From here on the stages work on the campaign; it must have leads by now."""
    with transaction(rt.sessions) as session:
        campaigns.start(
            *(session, staged.manager, staged.campaigns[scene.name]),
            public_url=rt.settings.public_url,
            now=rt.now(),
        )


def finish(rt: Runtime, staged: Staged, scene: CampaignScene) -> None:
    """The campaign has done its work."""
    with transaction(rt.sessions) as session:
        campaigns.finish(session, staged.manager, staged.campaigns[scene.name], now=rt.now())


def _own_words(
    session: Session, staged: Staged, made: Campaign, scene: CampaignScene, now: datetime
) -> dict[str, dict[str, int]]:
    """The rule that gives leads of every tier a sequence of the client's own, where it has one."""
    if not scene.sequence:
        return {}
    sequence = sequences.create(
        *(session, staged.manager),
        client_id=staged.client_id,
        name=scene.name,
        steps=scene.sequence,
        campaign_id=made.id,
        now=now,
    )
    return {"sequences": {str(tier): sequence.id for tier in Tier}}
