"""Sequences, their steps and wordings, as pages show them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import Tier
from core.queries import paging, preflight
from db.models import (
    Campaign,
    Client,
    Sequence,
    SequenceStep,
    Template,
    TemplateVariant,
)


@dataclass(frozen=True, slots=True)
class WordingRow:
    """One wording of a step."""

    variant_id: int
    label: str
    subject: str
    body: str
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: days after the one before, and its wordings."""

    position: int
    delay_days: float
    template_id: int
    template: str
    same_thread: bool
    wordings: tuple[WordingRow, ...]


@dataclass(frozen=True, slots=True)
class SequenceRow:
    """A sequence with its steps. Without client it belongs to the library and stays as it is."""

    id: int
    name: str
    tier: Tier | None
    client_id: int | None
    client: str | None
    campaign_id: int | None
    steps: tuple[StepRow, ...]

    @property
    def days(self) -> float:
        """How long it lasts from the first mail to the last."""
        return sum(step.delay_days for step in self.steps[1:])


def available(
    session: Session, viewer: Viewer, *, client_id: int | None = None, limit: int = 200
) -> tuple[SequenceRow, ...]:
    """The library and the viewer's clients' own (or one client's), the library first."""
    ours = paging.within(Sequence.client_id, viewer)
    if client_id is not None:
        ours = (Sequence.client_id == client_id) & ours
    statement = select(Sequence.id).where(or_(Sequence.client_id.is_(None), ours)).limit(limit)
    return _rows(session, session.scalars(statement).all())


def in_use(session: Session, viewer: Viewer, campaign_id: int) -> tuple[SequenceRow, ...]:
    """The sequences a campaign's leads are sent through: one a tier, and the fallback."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or not viewer.sees(campaign.client_id):
        return ()
    return _rows(session, [found.id for found in preflight.sequences_in_use(session, campaign)])


def _rows(session: Session, ids: Collection[int]) -> tuple[SequenceRow, ...]:
    steps = _steps(session, ids)
    found = session.execute(
        select(Sequence, Client.name)
        .outerjoin(Client, Client.id == Sequence.client_id)
        .where(Sequence.id.in_(ids))
        .order_by(Sequence.client_id.is_not(None), Client.name, Sequence.id)
    )
    return tuple(
        SequenceRow(
            id=sequence.id,
            name=sequence.name,
            tier=sequence.tier,
            client_id=sequence.client_id,
            client=client,
            campaign_id=sequence.campaign_id,
            steps=tuple(steps.get(sequence.id, [])),
        )
        for sequence, client in found
    )


def _steps(session: Session, ids: Collection[int]) -> dict[int, list[StepRow]]:
    rows = session.execute(
        select(SequenceStep, Template.name)
        .join(Template, Template.id == SequenceStep.template_id)
        .where(SequenceStep.sequence_id.in_(ids))
        .order_by(SequenceStep.sequence_id, SequenceStep.position)
    ).all()
    wordings = _wordings(session, {step.template_id for step, _ in rows})
    found: dict[int, list[StepRow]] = {}
    for step, template in rows:
        found.setdefault(step.sequence_id, []).append(
            StepRow(
                position=step.position,
                delay_days=step.delay_days,
                template_id=step.template_id,
                template=template,
                same_thread=step.same_thread,
                wordings=tuple(wordings.get(step.template_id, [])),
            )
        )
    return found


def _wordings(session: Session, template_ids: Collection[int]) -> dict[int, list[WordingRow]]:
    rows = session.scalars(
        select(TemplateVariant)
        .where(TemplateVariant.template_id.in_(template_ids))
        .order_by(TemplateVariant.template_id, TemplateVariant.label)
    )
    found: dict[int, list[WordingRow]] = {}
    for row in rows:
        found.setdefault(row.template_id, []).append(
            WordingRow(row.id, row.label, row.subject, row.body, row.active, row.version)
        )
    return found
