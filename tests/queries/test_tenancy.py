"""Nobody learns anything of a client they do not work for: every public query, walked by itself.

A stranger's answers must be the same before and after another client's rows exist. A query that
nobody told how to be asked fails here: add its parameter to `arguments`.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

import core.queries
from core.domain import figures, periods
from core.domain.access import Viewer
from core.domain.matches import MatchKind
from core.domain.report_rows import Brand
from core.domain.states import MessageState, ReviewKind, Role
from core.errors import AicmoError
from core.intake import columns
from core.queries.inbox import Scope
from core.queries.lead_filters import LeadFilter
from db.models import (
    Alarm,
    AuditEntry,
    BulkJob,
    CampaignTarget,
    Client,
    Contact,
    ContactTag,
    Conversion,
    CustomField,
    DailyRollup,
    Delivery,
    Endpoint,
    JobAttempt,
    JobRun,
    Lead,
    LeadList,
    LeadListMember,
    LlmCall,
    Lookup,
    MailboxDay,
    Merge,
    OutboundEvent,
    PeopleSearch,
    Preference,
    SavedMapping,
    SavedView,
    Spend,
    Suppression,
    Tag,
    Task,
    User,
)
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_enrolment,
    make_lead,
    make_mailbox,
    make_message,
    make_review_item,
    make_sequence,
    make_thread,
    make_user,
    viewer_of,
)
from tests.factories_desk import (
    make_auto_approval,
    make_batch,
    make_classification,
    make_deliverable,
    make_draft,
    make_event,
    make_fact,
    make_lead_event,
    make_message_item,
    make_reject,
    make_reply,
    make_score,
    make_signal,
)
from tests.factories_matching import make_pair
from tests.factories_predictions import make_predictor, make_said
from tests.factories_webhooks import make_endpoint

Query = Callable[..., Any]

# Not about one viewer's rows. Each with the reason why nothing of a client can leak through it.
EXEMPT = {
    "paging.count": "counts selects that were limited before",
    "paging.read": "reads selects that were limited before",
    "lead_conditions.conditions": "gives conditions, not rows: leads.page reads them",
    "lead_companies.common": "is given the clients, which were checked before",
    "lead_search.alike": "is given the client, which was checked before",
    "marks.names_of": "is given the ids of rows that were limited before",
    "lead_streams.streams": "gives selects, not rows: leads.page reads them",
    "review_streams.streams": "gives selects, not rows: review.waiting reads them",
    "review_streams.woken": "is given clients that were limited before",
    "waiting.of_messages": "is given the messages",
    "analytics.figures": "is given a scope that was made for the viewer",
    "scopes.scope_of": "gives the scope that others read by",
    "scopes.counted": "counts selects that were limited before",
    "figures.by_campaign": "is given campaigns that were limited before",
    "figures.targets_of": "is given a campaign that was checked before",
    "bounced.of_campaign": "is given a campaign that was checked before",
    "audit_subjects.of": "is given entries that were limited before",
    "preflight.sequences_in_use": "is given the campaign",
    "jobs.plans": "tells when jobs run, of no client",
    "users.signed_in": "makes the viewer",
    "installation.store": "tells how large the database is, of no client",
}
SECRET = "Zyxomma"  # stands in every text of the other client's rows


def queries() -> Iterator[tuple[str, Query]]:
    """Every public function of core.queries that asks the database something."""
    for found in pkgutil.iter_modules(core.queries.__path__):
        module = importlib.import_module(f"core.queries.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            public = not name.startswith("_") and function.__module__ == module.__name__
            if public and "session" in inspect.signature(function).parameters:
                yield f"{found.name}.{name}", function


ALL = dict(queries())
WALKED = sorted(name for name in ALL if name not in EXEMPT)
PARTS = 8  # of the walk: each makes the other client's rows once


def arguments(ids: dict[str, int]) -> dict[str, Any]:
    """What to ask with, by the parameter's name, or by `module.function.parameter`."""
    week = periods.Period(NOW.date() - timedelta(days=7), NOW.date() + timedelta(days=1))
    return {
        **ids,
        "now": NOW,
        "since": NOW - timedelta(days=30),
        "until": NOW + timedelta(days=30),
        "today": NOW.date(),
        "as_of": NOW.date(),
        "period": week,
        "wanted": LeadFilter(),
        "words": "zyx",
        "dimension": next(iter(figures.Dimension)),
        "stage": "harvested",
        "metric": next(iter(figures.Metric)),
        "lead_ids": [ids["lead_id"]],
        "thread_ids": [ids["thread_id"]],
        "deliverable_ids": [ids["deliverable_id"]],
        "brand": Brand("Own"),
        "title": "Report",
        "port": "email",
        "crm": "csv",
        "provider": "smtp",
        "inbox.page.scope": Scope.ALL,
        "marks.preference.name": "leads.columns",
        "mappings.fitting.headings": [SECRET],
        "outbox.page.state": MessageState.REVIEW,
        **{
            f"lookups.{query}.{end}": day
            for query in ("by_provider", "by_client")
            for end, day in (("since", week.first), ("until", week.last))
        },
        "review.matching.kind": ReviewKind.LEAD,
        "merge_desk.pair.kind": MatchKind.CONTACT,
        "merge_desk.waiting.kind": MatchKind.CONTACT,
    }


def ask(
    name: str, session: Session, viewer: Viewer, ids: dict[str, int], *, everything: bool
) -> Any:
    """The query's answer, an AicmoError's class where it refuses."""
    function, known = ALL[name], arguments(ids)
    given: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in ("session", "viewer", "_viewer"):
            given[parameter.name] = session if parameter.name == "session" else viewer
            continue
        exact = f"{name}.{parameter.name}"
        if parameter.default is inspect.Parameter.empty:
            key = exact if exact in known else parameter.name
            assert key in known, f"nobody said how to ask {name}: add `{exact}` to arguments()"
            given[parameter.name] = known[key]
        elif everything and parameter.name in ids:
            given[parameter.name] = known[parameter.name]
    try:
        answer = function(**given)
        return list(answer) if inspect.isgenerator(answer) else answer
    except AicmoError as error:
        return type(error)


ID_NAMES = (
    *("client_id", "campaign_id", "lead_id", "thread_id", "message_id", "mailbox_id"),
    *("item_id", "batch_id", "deliverable_id", "run_id", "sequence_id", "contact_id"),
    *("endpoint_id", "predictor_id"),
)
NOBODY = dict.fromkeys(ID_NAMES, 10**6)


def world(session: Session) -> tuple[dict[str, int], Viewer]:
    """A client with a row of nearly everything, and one who works for it."""
    client = make_client(session, name=f"{SECRET} Ltd", slug="zyxomma")
    user = make_user(session, Role.MANAGER, [client], name=f"{SECRET} Olga")
    campaign = make_campaign(session, client, name=f"{SECRET} spring", owner_id=user.id)
    account = make_account(session, client, name=f"{SECRET} GmbH", domain="zyxomma.example")
    contact = make_contact(session, client, account, first_name="Ann", last_name=SECRET)
    lead = make_lead(
        session, campaign, contact, state="review", source=f"{SECRET} list", owner_id=user.id
    )
    mailbox = make_mailbox(session, client, address="zyx@zyxomma.example", name=SECRET)
    sequence = make_sequence(session, client, name=f"{SECRET} warm")
    lead.sequence_id = campaign.fallback_sequence_id = sequence.id
    make_enrolment(session, lead, sequence, mailbox)
    thread = make_thread(
        session, mailbox, lead, subject=SECRET, needs_us=True, unread=True, last_in_at=NOW,
        intent="interested",
    )  # fmt: skip
    _mail(session, lead, mailbox, thread)
    make_score(session, lead)
    make_fact(session, lead, value=SECRET)
    make_auto_approval(session, lead, why=SECRET)
    make_signal(session, account, detail=SECRET)
    make_lead_event(session, lead, reason=SECRET)
    item = make_review_item(session, lead, why=SECRET)
    batch = make_batch(session, client.id, filename=f"{SECRET}.csv", campaign_id=campaign.id)
    make_reject(session, batch, 1, cells=[SECRET])
    paper = make_deliverable(session, client.id, campaign_id=campaign.id, title=SECRET)
    run = _around(session, client, lead, mailbox.id)
    endpoint = _webhook(session, client)
    _kept_in_order(session, lead, user)
    _twice(session, contact)
    predictor = make_predictor(
        session, client.id, filename=SECRET, state="active", created_by_id=user.id
    )
    make_said(session, lead, predictor, reasons=[{"column": SECRET, "sentence": SECRET}])
    ids = {
        **NOBODY,
        "client_id": client.id,
        "campaign_id": campaign.id,
        "lead_id": lead.id,
        "contact_id": contact.id,
        "thread_id": thread.id,
        "mailbox_id": mailbox.id,
        "sequence_id": sequence.id,
        "item_id": item.id,
        "batch_id": batch.id,
        "deliverable_id": paper.id,
        "run_id": run.id,
        "endpoint_id": endpoint.id,
        "predictor_id": predictor.id,
    }
    return ids, viewer_of(client, user=user)


def _mail(session: Session, lead: Lead, mailbox: Any, thread: Any) -> None:
    sent = make_message(
        session, lead, mailbox, MessageState.SENT, subject=SECRET, thread_id=thread.id, sent_at=NOW
    )
    make_event(session, sent, kind="bounced")
    make_message(session, lead, mailbox, MessageState.APPROVED, step=2, subject=SECRET)
    review = make_message(session, lead, mailbox, MessageState.REVIEW, step=3, subject=SECRET)
    make_message_item(session, review)
    reply = make_reply(session, thread, SECRET, intent="interested")
    make_classification(session, reply)
    make_draft(session, thread, SECRET)


def _kept_in_order(session: Session, lead: Lead, user: User) -> None:
    whose = {"client_id": lead.client_id, "name": SECRET, "created_at": NOW}
    tag = Tag(**whose, key="zyxomma")
    on = LeadList(**whose, key="zyxomma")
    field = CustomField(**whose, key=SECRET, kind="text")
    source = SavedMapping(
        client_id=lead.client_id, fingerprint=columns.fingerprint([SECRET]), name=SECRET,
        columns={SECRET: "email"}, by_id=user.id, at=NOW,
    )  # fmt: skip
    view = SavedView(**whose, user_id=user.id, query={"q": SECRET}, shared=True)
    mine = Preference(user_id=user.id, name="leads.columns", value=[SECRET])
    work = BulkJob(
        user_id=user.id, act="tag", params={"name": SECRET}, wanted={}, upto=1, state="completed",
        created_at=NOW,
    )  # fmt: skip
    session.add_all([tag, on, field, source, view, mine, work])
    session.flush()
    session.add(ContactTag(tag_id=tag.id, contact_id=lead.contact_id))
    session.add(LeadListMember(list_id=on.id, lead_id=lead.id, at=NOW))
    session.flush()


def _twice(session: Session, contact: Contact) -> None:
    client = session.get_one(Client, contact.client_id)
    other = make_contact(session, client, first_name="Ann", last_name=SECRET)
    pair = make_pair(session, contact, other, evidence=[{"sentence": SECRET, "bits": 1.0}])
    third = make_contact(session, client, first_name="Ann", last_name=SECRET)
    session.add(
        Merge(
            client_id=client.id, kind="contact", kept_id=contact.id, gone_id=third.id,
            pair_id=pair.id, by_name=SECRET, at=NOW,
        )
    )  # fmt: skip
    session.flush()


def _webhook(session: Session, client: Client) -> Endpoint:
    endpoint = make_endpoint(session, client, name=SECRET, host="zyxomma.example")
    event = OutboundEvent(
        key=SECRET, client_id=client.id, kind="lead.created", subject=SECRET, at=NOW
    )
    session.add(event)
    session.flush()
    session.add(
        Delivery(
            event_id=event.id, endpoint_id=endpoint.id, state="dead", last_error=SECRET,
            give_up_at=NOW, created_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    return endpoint


def _around(session: Session, client: Client, lead: Lead, mailbox_id: int) -> JobRun:
    of = {"client_id": client.id, "campaign_id": lead.campaign_id}
    run = JobRun(
        job="score", scope=f"campaign:{lead.campaign_id}", slot="hand:1", state="failed",
        error=SECRET, started_by=SECRET, started_at=NOW, counts={SECRET: 1},
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.add_all(
        [
            JobAttempt(
                run_id=run.id, attempt=1, state="failed", error=SECRET, started_by=SECRET,
                started_at=NOW,
            ),
            MailboxDay(mailbox_id=mailbox_id, day=NOW.date(), domain="", sent=3),
            Lookup(
                client_id=client.id, subject=f"contact:{lead.contact_id}", port="enrichment",
                provider=SECRET, day=NOW.date(), outcome="found", at=NOW,
            ),
            PeopleSearch(
                **of, provider=SECRET, most=9, state="completed", note=SECRET, created_at=NOW
            ),
            CampaignTarget(campaign_id=lead.campaign_id, metric="meeting", value=40),
            Conversion(
                **of, key="c1", lead_id=lead.id, kind="meeting", currency="EUR", note=SECRET, at=NOW
            ),
            Spend(**of, kind="list", on_date=NOW.date(), amount_minor=100, currency="EUR"),
            DailyRollup(**of, day=NOW.date(), harvested=5, reached=4, sent=3, replied=2),
            Task(
                key="t1", client_id=client.id, lead_id=lead.id, kind="answer", title=SECRET,
                due_at=NOW, created_at=NOW,
            ),
            Alarm(
                key="a1", client_id=client.id, severity="act", title=SECRET, advice=SECRET,
                page="mail.py", since=NOW,
            ),
            Suppression(
                scope=f"client:{client.id}", client_id=client.id, kind="address",
                value="zyx@zyxomma.example", reason="manual", source=SECRET, at=NOW,
            ),
            AuditEntry(
                client_id=client.id, actor_name=SECRET, action=SECRET, subject="campaign:1", at=NOW
            ),
            LlmCall(
                client_id=client.id, provider="smtp", model=SECRET, task=SECRET,
                prompt_version="1", outcome="answered", at=NOW,
            ),
        ]
    )  # fmt: skip
    session.flush()
    return run


@pytest.mark.parametrize("part", range(PARTS))
def test_a_stranger_learns_nothing_of_another_client(sessions: Sessions, part: int) -> None:
    questions = [(name, everything) for name in WALKED[part::PARTS] for everything in (False, True)]
    with transaction(sessions) as session:
        own = make_client(session, name="Own", slug="own")
        stranger = viewer_of(own, user=make_user(session, Role.MANAGER, [own]))
    before = answers(sessions, questions, stranger, NOBODY)
    with transaction(sessions) as session:
        ids, _ = world(session)

    after = answers(sessions, questions, stranger, ids)

    assert after == before
    assert [asked for asked, answer in after.items() if SECRET in repr(answer)] == []


def answers(
    sessions: Sessions, questions: list[tuple[str, bool]], viewer: Viewer, ids: dict[str, int]
) -> dict[tuple[str, bool], Any]:
    """What each query answers, asked plainly or by every id it takes; a session for each."""
    given = {}
    for name, everything in questions:
        with reading(sessions) as session:
            given[name, everything] = ask(name, session, viewer, ids, everything=everything)
    return given


def test_those_who_work_for_the_client_do_see_its_rows(sessions: Sessions) -> None:
    """The walk above proves nothing unless its world is visible to somebody."""
    with transaction(sessions) as session:
        ids, member = world(session)

    seen = set()
    with reading(sessions) as session:
        for name in WALKED:
            if SECRET in repr(ask(name, session, member, ids, everything=False)):
                seen.add(name)

    assert len(seen) >= len(WALKED) // 2, sorted(set(WALKED) - seen)


def test_a_query_that_asks_the_database_takes_a_viewer() -> None:
    without = [
        name
        for name in WALKED
        if not {"viewer", "_viewer"} & set(inspect.signature(ALL[name]).parameters)
    ]

    assert without == [], "give them a viewer, or say in EXEMPT why they need none"


def test_what_is_exempt_still_exists() -> None:
    assert sorted(set(EXEMPT) - set(ALL)) == []
