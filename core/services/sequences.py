"""Sequences with their steps and texts: made, changed, read."""

from collections.abc import Sequence as Rows
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys, templates
from core.domain.access import Act, Viewer
from core.domain.sequencing import Step
from core.domain.states import Tier
from core.errors import Invalid, NotAllowed, NotFound, Stale
from core.services import audit, guard, rendering
from db.models import Sequence, SequenceStep, Template, TemplateVariant


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to be made: days after the one before, and 1 to 5 wordings (subject, body)."""

    delay_days: float
    wordings: tuple[tuple[str, str], ...]
    same_thread: bool = True


def create(
    session: Session,
    viewer: Viewer,
    *,
    client_id: int,
    name: str,
    steps: Rows[NewStep],
    now: datetime,
    tier: Tier | None = None,
    campaign_id: int | None = None,
) -> Sequence:
    """A client's own sequence; every text is checked (unknown merge fields are refused)."""
    guard.allow(viewer, Act.EDIT_CAMPAIGNS, client_id)
    made = build(
        session,
        client_id=client_id,
        name=name,
        steps=steps,
        now=now,
        tier=tier,
        campaign_id=campaign_id,
    )
    audit.record(
        session,
        viewer,
        "sequence made",
        keys.subject("sequence", made.id),
        client_id=client_id,
        after={"name": made.name, "steps": len(steps)},
        now=now,
    )
    return made


def build(
    session: Session,
    *,
    client_id: int | None,
    name: str,
    steps: Rows[NewStep],
    now: datetime,
    tier: Tier | None = None,
    campaign_id: int | None = None,
) -> Sequence:
    """The rows of a sequence; without client it belongs to the library."""
    name = name.strip()
    if not name or not steps:
        raise Invalid("A sequence needs a name and at least one step.")
    made = Sequence(
        client_id=client_id, campaign_id=campaign_id, name=name[:200], tier=tier, created_at=now
    )
    session.add(made)
    session.flush()
    for position, step in enumerate(steps, start=1):
        _add_step(session, made, position, step, now)
    session.flush()
    return made


def edit_wording(
    session: Session,
    viewer: Viewer,
    variant_id: int,
    *,
    subject: str,
    body: str,
    version: int,
    now: datetime,
) -> TemplateVariant:
    """Changes a wording for messages planned from now on; those of the library are copied, not
    changed.
    """
    variant = session.get(TemplateVariant, variant_id)
    template = session.get(Template, variant.template_id) if variant else None
    if variant is None or template is None:
        raise NotFound("This text does not exist, or it belongs to a client you do not work for.")
    if template.client_id is None:
        raise NotAllowed("The library's texts stay as they are: copy the sequence and edit that.")
    guard.allow(viewer, Act.EDIT_CAMPAIGNS, template.client_id)
    if variant.version != version:
        raise Stale("Somebody else changed this text meanwhile. Look at it again.")
    _check(subject, body)
    before = {"subject": variant.subject, "body": variant.body}
    variant.subject, variant.body = subject, body
    variant.version += 1
    audit.record(
        session,
        viewer,
        "template edited",
        keys.subject("template", template.id),
        client_id=template.client_id,
        before=before,
        after={"subject": subject, "body": body},
        now=now,
    )
    return variant


def copy(
    session: Session,
    viewer: Viewer,
    sequence_id: int,
    *,
    client_id: int,
    now: datetime,
    campaign_id: int | None = None,
) -> Sequence:
    """A sequence of the library or the client as the client's own, to be changed."""
    guard.allow(viewer, Act.EDIT_CAMPAIGNS, client_id)
    found = session.get(Sequence, sequence_id)
    if found is None or found.client_id not in (None, client_id):
        raise NotFound("This sequence does not exist, or it belongs to another client.")
    steps = [
        NewStep(
            step.delay_days,
            tuple((w.subject, w.body) for w in wordings_of(session, step.template_id)),
            step.same_thread,
        )
        for step in steps_of(session, sequence_id)
    ]
    return create(
        session,
        viewer,
        client_id=client_id,
        name=f"{found.name} (copy)",
        steps=steps,
        now=now,
        tier=found.tier,
        campaign_id=campaign_id,
    )


def steps_of(session: Session, sequence_id: int) -> list[Step]:
    """The steps in their order."""
    rows = session.execute(
        select(
            SequenceStep.position,
            SequenceStep.delay_days,
            SequenceStep.template_id,
            SequenceStep.same_thread,
        )
        .where(SequenceStep.sequence_id == sequence_id)
        .order_by(SequenceStep.position)
    )
    return [Step(*row) for row in rows]


def wordings_of(session: Session, template_id: int) -> list[templates.Wording]:
    """The active wordings of a template, by their letters."""
    rows = session.execute(
        select(
            TemplateVariant.id,
            TemplateVariant.label,
            TemplateVariant.subject,
            TemplateVariant.body,
        )
        .where(TemplateVariant.template_id == template_id, TemplateVariant.active.is_(True))
        .order_by(TemplateVariant.label)
    )
    return [templates.Wording(*row) for row in rows]


def _add_step(
    session: Session, made: Sequence, position: int, step: NewStep, now: datetime
) -> None:
    if not 1 <= len(step.wordings) <= templates.VARIANTS:
        raise Invalid(f"Step {position} needs between 1 and {templates.VARIANTS} wordings.")
    if not 0 <= step.delay_days <= 365:
        raise Invalid(f"Step {position} must come 0 to 365 days after the one before.")
    template = Template(
        client_id=made.client_id, name=f"{made.name[:180]}, step {position}", created_at=now
    )
    session.add(template)
    session.flush()
    for label, (subject, body) in zip("ABCDE", step.wordings, strict=False):
        _check(subject, body)
        session.add(
            TemplateVariant(template_id=template.id, label=label, subject=subject, body=body)
        )
    session.add(
        SequenceStep(
            sequence_id=made.id,
            position=position,
            delay_days=step.delay_days,
            template_id=template.id,
            same_thread=step.same_thread,
        )
    )


def _check(subject: str, body: str) -> None:
    if not subject.strip() or not body.strip():
        raise Invalid("A text needs a subject and a body.")
    if len(subject) > 300:
        raise Invalid("The subject is longer than 300 characters.")
    rendering.check(subject, body)
