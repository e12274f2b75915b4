"""Who must never be written to: put down for good, checked everywhere, lifted by a person alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.domain import addresses, keys
from core.domain.access import Act, Viewer
from core.domain.lifecycle import OPEN_LEAD_STATES
from core.domain.states import LeadState, Role, SuppressionKind, SuppressionReason
from core.errors import Invalid, NotAllowed
from core.services import audit, bulk, guard, leads
from db.models import Contact, Lead, Suppression
from db.upsert import insert_ignore

WORDS = {
    SuppressionReason.OPT_OUT: "opted out",
    SuppressionReason.BOUNCED: "bounced",
    SuppressionReason.COMPLAINED: "complained",
    SuppressionReason.LEFT_COMPANY: "left the company",
    SuppressionReason.MANUAL: "suppressed by a person",
    SuppressionReason.IMPORTED: "suppressed by a list",
    SuppressionReason.ERASED: "erased on request",
}


def suppress(
    session: Session,
    viewer: Viewer,
    value: str,
    *,
    kind: SuppressionKind = SuppressionKind.ADDRESS,
    client_id: int | None,
    reason: SuppressionReason,
    source: str,
    now: datetime,
) -> Suppression:
    """Puts an address or a domain down, for one client or (None) the whole agency; its open leads
    become suppressed and nothing more goes to them. Safe to repeat: the first reason stays.
    """
    guard.allow(viewer, Act.SUPPRESS, client_id)
    if client_id is None and viewer.clients is not None:
        raise NotAllowed("Only an admin may suppress for the whole agency.")
    found = _normalised(value, kind)
    scope = keys.suppression_scope(client_id)
    row = {
        "scope": scope,
        "client_id": client_id,
        "kind": kind,
        "value": found,
        "reason": reason,
        "source": source[:200],
        "at": now,
        "by_id": viewer.user_id,
    }
    new = insert_ignore(session, Suppression, [row])
    suppression = session.execute(
        select(Suppression).where(
            Suppression.scope == scope, Suppression.kind == kind, Suppression.value == found
        )
    ).scalar_one()
    _take_leads(session, viewer, suppression, now)
    if new and viewer.user_id is not None:
        after = {"value": found, "reason": reason}
        audit.of(session, viewer, "suppressed", suppression, now, after=after)
    return suppression


def lift(
    session: Session, viewer: Viewer, suppression_id: int, *, reason: str, now: datetime
) -> None:
    """Takes a suppression back, by hand, with a reason; the leads stay suppressed. What somebody
    asked for themselves (opt-out, complaint, erasure) needs an admin.
    """
    suppression = guard.owned(session, viewer, Suppression, suppression_id, Act.SENDING_SETTINGS)
    final = (SuppressionReason.OPT_OUT, SuppressionReason.COMPLAINED, SuppressionReason.ERASED)
    if (suppression.client_id is None or suppression.reason in final) and (
        viewer.role is not Role.ADMIN
    ):
        raise NotAllowed("Only an admin may lift this suppression.")
    if not reason.strip():
        raise Invalid("Say why: the reason stays in the audit trail.")
    before = {"value": suppression.value, "reason": suppression.reason}
    audit.of(session, viewer, "suppression lifted", suppression, now, before, {"why": reason})
    session.delete(suppression)
    session.flush()


def suppressed_among(session: Session, client_id: int, given: Iterable[str]) -> set[str]:
    """The keys of those addresses that must not be written to, by address or domain."""
    return set(reasons_among(session, client_id, given))


def reasons_among(session: Session, client_id: int, given: Iterable[str]) -> dict[str, str]:
    """Key → why, for those addresses that must not be written to. Parents of a domain count."""
    scopes = (keys.suppression_scope(None), keys.suppression_scope(client_id))
    any_at_all = select(Suppression.id).where(Suppression.scope.in_(scopes)).limit(1)
    if session.execute(any_at_all).first() is None:
        return {}
    wanted = {key for one in given if (key := addresses.normalise(one))}
    domains = {key: tuple(_domains(key)) for key in wanted}
    asked = wanted.union(*domains.values())
    holds = _holding(session, scopes, sorted(asked))
    if not holds:
        return {}
    result = {}
    for key in wanted:
        reason = holds.get((SuppressionKind.ADDRESS, key))
        if reason is not None:
            result[key] = WORDS[reason]
            continue
        domain = next((d for d in domains[key] if (SuppressionKind.DOMAIN, d) in holds), None)
        if domain is not None:
            result[key] = f"the domain {domain} is suppressed"
    return result


def _holding(
    session: Session, scopes: Sequence[str], values: Sequence[str]
) -> dict[tuple[SuppressionKind, str], SuppressionReason]:
    found = session.execute(
        select(Suppression.kind, Suppression.value, Suppression.reason).where(
            bulk.among(session, Suppression.value, values), Suppression.scope.in_(scopes)
        )
    )
    return {(row.kind, row.value): row.reason for row in found}


def _domains(key: str) -> Iterable[str]:
    domain = key.rpartition("@")[2]
    while "." in domain:
        yield domain
        domain = domain.partition(".")[2]


def _normalised(value: str, kind: SuppressionKind) -> str:
    if kind is SuppressionKind.DOMAIN:
        found = addresses.domain_key(value.rpartition("@")[2])
    else:
        found = addresses.normalise(value)
    if found is None:
        raise Invalid(f"'{value.strip()[:80]}' is no {kind}.")
    return found


def _take_leads(session: Session, viewer: Viewer, suppression: Suppression, now: datetime) -> None:
    if suppression.kind is SuppressionKind.ADDRESS:
        whose = Contact.email_key == suppression.value
    else:
        whose = or_(
            Contact.email_domain == suppression.value,
            Contact.email_domain.endswith(f".{suppression.value}", autoescape=True),
        )
    query = (
        select(Lead.id)
        # a merged address stands for the contact that was kept
        .join(Contact, func.coalesce(Contact.merged_into_id, Contact.id) == Lead.contact_id)
        .where(whose, Lead.state.in_(OPEN_LEAD_STATES))
    )
    if suppression.client_id is not None:
        query = query.where(Contact.client_id == suppression.client_id)
    why = f"Must not be written to: {WORDS[suppression.reason]}."
    for lead_id in session.execute(query).scalars().all():
        leads.move(session, viewer, lead_id, LeadState.SUPPRESSED, reason=why, now=now)
