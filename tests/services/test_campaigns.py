"""Campaigns: drafts, changes, preflight, start, pause, finish."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import CampaignState, EventKind, Role
from core.errors import AicmoError, IllegalMove, Invalid, NotAllowed, NotFound, Stale
from core.queries import preflight
from core.services import campaign_settings, campaigns
from db.models import AuditEntry, Campaign, Client
from db.session import Sessions, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_lead,
    make_mailbox,
    make_message,
    make_sequence,
    viewer_of,
)
from tests.factories_desk import make_batch, make_event
from tests.factories_outputs import make_rollup

ADMIN = Viewer(None, "Ada", Role.ADMIN, None)


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with transaction(sessions) as opened:
        yield opened


@pytest.fixture
def client(session: Session) -> Client:
    return make_client(session)


def draft(session: Session, client: Client, **given: object) -> Campaign:
    values = {"client_id": client.id, "name": "Spring", "now": NOW}
    return campaigns.create(session, ADMIN, **{**values, **given})  # type: ignore[arg-type]


def ready(session: Session, client: Client) -> Campaign:
    """A draft with everything that a start needs."""
    campaign = draft(session, client)
    make_mailbox(session, client)
    make_sequence(session, client, tier="warm")
    make_lead(session, campaign=campaign)
    return campaign


def test_a_new_campaign_is_a_draft(session: Session, client: Client) -> None:
    campaign = draft(session, client, goal=" Twenty meetings ", settings={"approve": "all"})

    assert (campaign.state, campaign.goal) == (CampaignState.DRAFT, "Twenty meetings")
    assert campaign.settings == {"approve": "all"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "TAKEN"}, "already"),
        ({"starts_on": date(2026, 5, 2), "ends_on": date(2026, 5, 1)}, "must end after"),
        ({"fallback_sequence_id": 999}, "sequence does not exist"),
        ({"owner_id": 999}, "person does not exist"),
        ({"settings": {"timezone": "Mars"}}, "no time zone"),
        ({"settings": {"window": {"start": "18:00", "end": "09:00"}}}, "must end after"),
        ({"settings": {"window": {"days": [9]}}}, "weekday"),
        ({"settings": {"approve": "maybe"}}, "approve"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_what_cannot_be_right_is_refused(
    session: Session, client: Client, given: dict[str, object], sentence: str
) -> None:
    make_campaign(session, client, name="Taken")

    with pytest.raises(AicmoError, match=sentence):
        draft(session, client, **given)


def test_a_sequence_of_another_client_is_not_there(session: Session, client: Client) -> None:
    foreign = make_sequence(session, make_client(session))

    with pytest.raises(NotFound):
        draft(session, client, fallback_sequence_id=foreign.id)


def test_a_change_merges_the_settings_and_raises_the_version(
    session: Session, client: Client
) -> None:
    campaign = draft(session, client, settings={"b2b": False})

    window = {"days": [2, 0], "start": "08:30", "end": "12:00"}
    campaigns.update(
        session, ADMIN, campaign.id, version=1, now=NOW, name=" Summer ",
        ends_on=date(2026, 9, 1), settings={"window": window},
    )  # fmt: skip

    assert campaign.name == "Summer"
    assert campaign.settings == {
        "b2b": False,
        "window": {"days": [0, 2], "start": "08:30", "end": "12:00"},
    }
    assert campaign.version == 2
    with pytest.raises(Stale):
        campaigns.update(session, ADMIN, campaign.id, version=1, now=NOW, name="Autumn")
    with pytest.raises(Invalid, match="has no state"):
        campaigns.update(session, ADMIN, campaign.id, version=2, now=NOW, state="active")


def test_a_new_audience_is_a_new_version_of_the_rules(session: Session, client: Client) -> None:
    campaign = draft(session, client)

    campaigns.set_icp(
        session, ADMIN, campaign.id, {"titles": ["CMO"]}, version=1, rules={}, now=NOW
    )

    assert campaign.icp["titles"] == ["CMO"]
    assert campaign.rules_version == 2


def test_contradictory_ranges_are_refused(session: Session, client: Client) -> None:
    campaign = draft(session, client)
    contradiction = {"employees": {"min": 500, "max": 10}}

    with pytest.raises(Invalid):
        campaigns.set_icp(session, ADMIN, campaign.id, contradiction, version=1, now=NOW)


def test_targets_are_numbers_of_known_metrics(session: Session, client: Client) -> None:
    campaign = draft(session, client)

    campaigns.set_targets(session, ADMIN, campaign.id, {"meeting": (20, None)}, now=NOW)
    campaigns.set_targets(session, ADMIN, campaign.id, {"won": (2, NOW.date())}, now=NOW)

    with pytest.raises(Invalid, match="no target called"):
        campaigns.set_targets(session, ADMIN, campaign.id, {"fame": (1, None)}, now=NOW)
    with pytest.raises(Invalid, match="at least 1"):
        campaigns.set_targets(session, ADMIN, campaign.id, {"won": (0, None)}, now=NOW)


def test_a_ready_campaign_starts_pauses_and_finishes(session: Session, client: Client) -> None:
    campaign = ready(session, client)

    campaigns.start(session, ADMIN, campaign.id, now=NOW)
    campaigns.start(session, ADMIN, campaign.id, now=NOW)
    campaigns.pause(session, ADMIN, campaign.id, now=NOW, reason="holidays")
    assert (campaign.state, campaign.state_reason) == (CampaignState.PAUSED, "holidays")
    campaigns.start(session, ADMIN, campaign.id, now=NOW)
    campaigns.finish(session, ADMIN, campaign.id, now=NOW)
    campaigns.finish(session, ADMIN, campaign.id, now=NOW)

    assert (campaign.started_at, campaign.finished_at) == (NOW, NOW)
    words = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert words == ["campaign made", "campaign active", "campaign paused", "campaign active",
                     "campaign finished"]  # fmt: skip
    with pytest.raises(IllegalMove):
        campaigns.pause(session, ADMIN, campaign.id, now=NOW)


def test_a_blocker_refuses_the_start(session: Session, client: Client) -> None:
    campaign = draft(session, client)

    with pytest.raises(Invalid, match=r"cannot start: .* more"):
        campaigns.start(session, ADMIN, campaign.id, now=NOW)


def test_an_operator_starts_nothing_and_a_stranger_finds_nothing(
    session: Session, client: Client
) -> None:
    campaign = ready(session, client)

    with pytest.raises(NotAllowed):
        campaigns.start(session, viewer_of(client, role=Role.OPERATOR), campaign.id, now=NOW)
    with pytest.raises(NotFound):
        campaigns.start(session, viewer_of(make_client(session)), campaign.id, now=NOW)
    with pytest.raises(NotFound):
        preflight.checks(session, viewer_of(make_client(session)), campaign.id, now=NOW)


def levels(session: Session, campaign: Campaign, **given: object) -> dict[str, str]:
    found = preflight.checks(session, ADMIN, campaign.id, now=NOW, **given)  # type: ignore[arg-type]
    return {check.name: check.level for check in found}


def test_the_preflight_of_a_ready_campaign(session: Session, client: Client) -> None:
    found = levels(session, ready(session, client), public_url="https://aicmo.example")

    assert found == {
        "Suppressions": "warning",
        "Sending": "warning",
        "Mailbox": "ok",
        "Postal address": "ok",
        "Unsubscribe link": "ok",
        "Sequence": "ok",
        "Merge fields": "ok",
        "Leads": "ok",
        "Bounces": "ok",
        "Caps": "ok",
    }


@pytest.mark.parametrize(
    ("bounced", "sent", "level"), [(2, 40, "ok"), (2, 50, "ok"), (3, 50, "warning")]
)
def test_too_many_bounces_are_told_with_the_list_they_are_of(
    session: Session, client: Client, bounced: int, sent: int, level: str
) -> None:
    campaign = ready(session, client)
    make_rollup(session, campaign, NOW.date(), sent=sent, bounced=bounced)
    batch = make_batch(session, client.id, filename="stand-visitors.csv")
    mailbox = make_mailbox(session, client)
    for _ in range(bounced):
        lead = make_lead(session, campaign, batch_id=batch.id, reached_at=NOW)
        make_event(session, make_message(session, lead, mailbox), kind=EventKind.BOUNCED)

    (check,) = [
        one for one in preflight.checks(session, ADMIN, campaign.id, now=NOW)
        if one.name == "Bounces"
    ]  # fmt: skip

    assert check.level == level
    assert check.sentence.startswith(f"{bounced} of {sent} mails bounced")
    told = "the list stand-visitors.csv: 3 of 3 people written to. Have its addresses checked"
    assert (told in check.sentence) is (level == "warning")


def test_the_preflight_of_an_empty_campaign(session: Session) -> None:
    bare = make_client(session, postal_address=" ")

    found = levels(session, draft(session, bare), public_url="http://localhost:8501")

    blocked = {name for name, level in found.items() if level == "blocker"}
    assert blocked == {"Mailbox", "Postal address", "Sequence", "Leads"}


def test_a_link_nobody_reaches_blocks_only_where_mail_really_leaves(
    session: Session, client: Client
) -> None:
    campaign = ready(session, client)

    at_home = levels(session, campaign, public_url="http://localhost:8501")
    outside = levels(session, campaign, public_url="http://localhost:8501", real_email=True)
    plain = levels(session, campaign, public_url="http://aicmo.example", real_email=True)

    link = "Unsubscribe link"
    assert (at_home[link], outside[link], plain[link]) == ("warning", "blocker", "warning")
    assert outside["Sending"] == "ok"


def test_paused_mailboxes_unknown_fields_and_long_lists_are_told(
    session: Session, client: Client
) -> None:
    campaign = draft(session, client)
    make_mailbox(session, client, state="paused", state_reason="5.6% bounces")
    own = make_sequence(session, client, texts=[("Hi {{ nonsense }}", "Hi")])
    campaign.fallback_sequence_id = own.id
    session.flush()

    found = preflight.checks(session, ADMIN, campaign.id, now=NOW)

    told = " ".join(check.sentence for check in found)
    assert "Every mailbox is paused (5.6% bounces)" in told
    assert "asks for nonsense, which no lead has" in told
    make_mailbox(session, client, daily_cap=1)
    for _ in range(61):
        make_lead(session, campaign=campaign)
    found = preflight.checks(session, ADMIN, campaign.id, now=NOW)
    levels_now = {check.name: check.level for check in found}
    assert (levels_now["Mailbox"], levels_now["Caps"]) == ("warning", "warning")


def test_the_campaigns_own_sequence_goes_before_the_clients_and_the_librarys(
    session: Session, client: Client
) -> None:
    campaign = draft(session, client)
    make_sequence(session, None, tier="hot")
    of_client = make_sequence(session, client, tier="hot")
    own = make_sequence(session, client, tier="warm", campaign_id=campaign.id)

    used = preflight.sequences_in_use(session, campaign)

    assert {sequence.id for sequence in used} == {of_client.id, own.id}

    of_rule, routed = make_sequence(session, client), make_sequence(session, client)
    campaign.rules = {
        "sequences": {"hot": of_rule.id}, "routes": [{"sequence_id": routed.id}],
    }  # fmt: skip
    named = preflight.sequences_in_use(session, campaign)

    assert {sequence.id for sequence in named} == {of_rule.id, routed.id, own.id}


def test_settings_read_with_their_defaults() -> None:
    known = campaign_settings.read({"window": {"days": [4]}, "later": "kept"})

    assert (known.approve, known.b2b, known.window.days) == ("first", True, [4])
    assert campaign_settings.checked({"later": "kept"}) == {"later": "kept"}


GERMANS = {"name": "Germany", "conditions": [{"field": "country", "value": "DE"}]}


def test_rules_of_routing_and_approval_change_no_score(session: Session, client: Client) -> None:
    campaign = draft(session, client)
    sequence = make_sequence(session, client)
    approvals = [{"conditions": [{"field": "fit", "operator": "at_least", "value": 75}]}]

    campaigns.set_rules(
        session, ADMIN, campaign.id, version=1, now=NOW, approvals=approvals,
        routes=[{**GERMANS, "sequence_id": sequence.id}],
    )  # fmt: skip

    assert (campaign.version, campaign.rules_version) == (2, 1)
    assert campaign.rules["approvals"] == approvals
    assert campaign.rules["routes"][0]["sequence_id"] == sequence.id
    entry = session.execute(select(AuditEntry).where(AuditEntry.action == "rules changed"))
    assert entry.scalar_one().before == {"routes": None, "approvals": None}


def test_rules_that_name_what_is_not_there_are_refused(session: Session, client: Client) -> None:
    campaign = draft(session, client)
    foreign = make_sequence(session, make_client(session))
    cases = [
        ({**GERMANS, "sequence_id": foreign.id}, "sequence does not exist"),
        ({**GERMANS, "owner_id": 10**6}, "person does not exist"),
        (GERMANS, "neither a sequence nor an owner"),
    ]

    for rule, words in cases:
        with pytest.raises(AicmoError, match=words):
            campaigns.set_rules(session, ADMIN, campaign.id, version=1, now=NOW, routes=[rule])
        session.refresh(campaign)
    with pytest.raises(Stale):
        campaigns.set_rules(session, ADMIN, campaign.id, version=7, now=NOW, routes=[])


ODD = ("\x00nul", "half \ud800 a character", "=1+1", "<script>alert(1)</script>", "\u202egnp", "🙂")


def test_odd_texts_in_audience_and_rules_are_kept_as_text(session: Session, client: Client) -> None:
    campaign = draft(session, client)
    conditions = [{"field": odd, "operator": "is", "value": odd} for odd in ODD]

    campaigns.set_icp(
        session, ADMIN, campaign.id, {"titles": list(ODD), "keywords": list(ODD)}, version=1,
        now=NOW,
    )  # fmt: skip
    campaigns.set_rules(
        session, ADMIN, campaign.id, version=2, now=NOW,
        approvals=[{"name": ODD[0], "every": False, "conditions": conditions}],
    )  # fmt: skip
    session.flush()
    session.expire(campaign)

    assert campaign.icp["titles"] == ["nul", "half  a character", *ODD[2:]]
    assert campaign.rules["approvals"][0]["name"] == "nul"
