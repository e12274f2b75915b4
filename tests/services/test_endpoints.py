"""Webhooks are set by those who may, their secrets shown once, dead letters sent again by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from core.domain.access import SYSTEM, Viewer
from core.domain.states import (
    DeliveryState,
    EndpointKind,
    EndpointState,
    OutboundKind,
    Role,
)
from core.errors import AicmoError, IllegalMove, Invalid, NotAllowed, NotFound, Stale
from core.queries import endpoints as queries
from core.queries.endpoints import EndpointRow
from core.runtime import Runtime
from core.services import deliveries, endpoints
from db.models import AuditEntry, Client, Endpoint
from db.session import reading, transaction
from tests.factories import NOW, make_client, make_user, viewer_of
from tests.factories_webhooks import deliveries_of, endpoint_of, happens, make_endpoint

URL = "https://hooks.example/T0/B0/very-secret"


@pytest.fixture
def client(rt: Runtime) -> Client:
    with transaction(rt.sessions) as session:
        return make_client(session, name="Halden")


def created(rt: Runtime, viewer: Viewer, client_id: int | None, **given: Any) -> tuple[int, str]:
    values: dict[str, Any] = {
        "kind": EndpointKind.SLACK,
        "name": "Sales",
        "url": URL,
        "events": [OutboundKind.LEAD_REPLIED, OutboundKind.LEAD_CREATED],
    }
    with transaction(rt.sessions) as session:
        endpoint, secret = endpoints.create(
            session, viewer, client_id=client_id, now=NOW, **values | given
        )
        return endpoint.id, secret


def rows(rt: Runtime, viewer: Viewer) -> tuple[EndpointRow, ...]:
    with reading(rt.sessions) as session:
        return queries.endpoints(session, viewer)


def refuses(rt: Runtime, error: type[AicmoError], do: Callable[..., object], *args: Any) -> str:
    def inside() -> None:
        with transaction(rt.sessions) as session:
            do(session, *args)

    with pytest.raises(error) as caught:
        inside()
    return caught.value.sentence


def test_a_webhook_and_its_secret_lie_encrypted_and_only_its_host_is_told(
    rt: Runtime, client: Client
) -> None:
    endpoint_id, secret = created(rt, viewer_of(client), client.id)

    with reading(rt.sessions) as session:
        stored = session.execute(text("SELECT url, secret FROM endpoints")).one()
        entries = session.scalars(select(AuditEntry)).all()
        written = " ".join(str((entry.action, entry.before, entry.after)) for entry in entries)
    (row,) = rows(rt, viewer_of(client))
    assert URL not in stored.url
    assert secret not in stored.secret
    assert (endpoint_of(rt, endpoint_id).url, row.host) == (URL, "hooks.example")
    assert row.events == (OutboundKind.LEAD_CREATED, OutboundKind.LEAD_REPLIED)
    for hidden in ("very-secret", secret):
        assert hidden not in repr(row)
        assert hidden not in written


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "http://hooks.example/"}, "https"),
        ({"url": "https://127.0.0.1/"}, "private"),
        ({"url": "https://0x7f.1/"}, "usual form"),
        ({"url": "nonsense"}, "begin with https"),
        ({"name": "  "}, "name"),
        ({"events": []}, "at least one"),
        ({"events": ["lead.eaten"]}, r"no event called lead\.eaten"),
        ({"events": [OutboundKind.PING]}, "no event called ping"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    rt: Runtime, client: Client, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        created(rt, viewer_of(client), client.id, **given)

    assert rows(rt, SYSTEM) == ()


def test_a_client_webhook_is_its_managers_an_agency_webhook_the_admins(
    rt: Runtime, client: Client
) -> None:
    operator = viewer_of(client, role=Role.OPERATOR)
    stranger, manager = viewer_of(), viewer_of(client)
    admin = Viewer(None, "Ada", Role.ADMIN, clients=None)
    mine, _ = created(rt, manager, client.id)
    agency, _ = created(rt, admin, None)

    for viewer, client_id, error in (
        (operator, client.id, NotAllowed),
        (stranger, client.id, NotFound),
        (manager, None, NotAllowed),
    ):
        with pytest.raises(error):
            created(rt, viewer, client_id)
    assert [row.id for row in rows(rt, manager)] == [mine]
    assert {row.id for row in rows(rt, admin)} == {mine, agency}
    assert rows(rt, operator) == rows(rt, stranger) == ()
    assert "does not exist" in refuses(rt, NotFound, _off(manager), agency)
    assert "does not exist" in refuses(rt, NotFound, _off(stranger), mine)
    assert "may not" in refuses(rt, NotAllowed, _off(operator), mine)


def _off(viewer: Viewer) -> Callable[..., object]:
    return lambda session, id_: endpoints.turn(session, viewer, id_, on=False, now=NOW)


def test_only_an_admin_allows_a_private_host(rt: Runtime, client: Client) -> None:
    manager = viewer_of(client)
    inside = "http://192.168.0.9:5678/hook"
    with pytest.raises(NotAllowed):
        created(rt, manager, client.id, url=inside, allowed_host=True)
    made, _ = created(rt, SYSTEM, client.id, url=inside, allowed_host=True)
    mine, _ = created(rt, manager, client.id)

    refuses(
        rt,
        NotAllowed,
        lambda session: endpoints.allow_host(session, manager, mine, allowed=True, now=NOW),
    )
    with transaction(rt.sessions) as session:
        endpoints.allow_host(session, SYSTEM, made, allowed=False, now=NOW)

    assert not endpoint_of(rt, made).allowed_host
    assert not endpoint_of(rt, mine).allowed_host


def test_a_stale_change_is_refused(rt: Runtime, client: Client) -> None:
    manager = viewer_of(client)
    endpoint_id, _ = created(rt, manager, client.id)

    def change(session: Any) -> Endpoint:
        return endpoints.change(
            session, manager, endpoint_id, version=1, name="Other",
            events=[OutboundKind.MESSAGE_SENT], now=NOW,
        )  # fmt: skip

    with transaction(rt.sessions) as session:
        change(session)

    assert "Somebody else" in refuses(rt, Stale, change)
    assert rows(rt, manager)[0].name == "Other"


def test_a_new_secret_replaces_the_old_one(rt: Runtime, client: Client) -> None:
    endpoint_id, old = created(rt, SYSTEM, client.id)

    with transaction(rt.sessions) as session:
        new = endpoints.new_secret(session, SYSTEM, endpoint_id, now=NOW)

    assert new != old
    assert endpoint_of(rt, endpoint_id).secret == new


def test_off_hears_nothing_and_on_goes_on_with_what_waited(rt: Runtime, client: Client) -> None:
    endpoint_id, _ = created(rt, SYSTEM, client.id, events=[OutboundKind.LEAD_QUALIFIED])
    happens(rt, client.id, "1")
    with transaction(rt.sessions) as session:
        for _ in range(2):
            endpoints.turn(session, SYSTEM, endpoint_id, on=False, now=NOW)
    happens(rt, client.id, "2")
    with reading(rt.sessions) as session:
        off = deliveries.endpoints_with_due(session, now=NOW)
    with transaction(rt.sessions) as session:
        assert deliveries.claim(session, endpoint_id, now=NOW) is None
        endpoints.turn(session, SYSTEM, endpoint_id, on=True, now=NOW)
    happens(rt, client.id, "3")

    with reading(rt.sessions) as session:
        assert list(deliveries.endpoints_with_due(session, now=NOW)) == [endpoint_id]
    assert list(off) == []
    assert len(deliveries_of(rt)) == 2


def dead_letters(rt: Runtime, client: Client, count: int) -> int:
    with transaction(rt.sessions) as session:
        endpoint_id = make_endpoint(session, client).id
    happens(rt, client.id, *map(str, range(count)))
    for _ in range(count):
        with transaction(rt.sessions) as session:
            one = deliveries.claim(session, endpoint_id, now=rt.now())
            deliveries.refused(session, one, "No.", status=400, now=rt.now())
    return endpoint_id


def test_dead_letters_are_seen_and_sent_again_in_their_order(rt: Runtime, client: Client) -> None:
    endpoint_id = dead_letters(rt, client, 3)
    manager = viewer_of(client)
    with reading(rt.sessions) as session:
        seen = queries.deliveries(session, manager, endpoint_id, state=DeliveryState.DEAD)
    (before,) = rows(rt, manager)

    with transaction(rt.sessions) as session:
        count = endpoints.send_all_again(session, manager, endpoint_id, now=rt.now())
        first = deliveries.claim(session, endpoint_id, now=rt.now())

    assert [one.subject for one in seen] == ["lead:2", "lead:1", "lead:0"]
    assert seen[0].last_error == "No."
    assert (str(before.dead), count) == ("3", 3)
    assert first is not None
    assert (first.subject, first.attempt) == ("lead:0", 2)


def test_only_what_was_given_up_is_sent_again_and_only_to_who_is_on(
    rt: Runtime, client: Client
) -> None:
    endpoint_id = dead_letters(rt, client, 1)
    (letter,) = deliveries_of(rt)

    def again(viewer: Viewer) -> Callable[..., object]:
        return lambda session: endpoints.send_again(session, viewer, letter.id, now=NOW)

    refuses(rt, NotFound, again(viewer_of()))
    refuses(rt, NotFound, lambda s: endpoints.send_again(s, SYSTEM, 10**6, now=NOW))
    with transaction(rt.sessions) as session:
        endpoints.turn(session, SYSTEM, endpoint_id, on=False, now=NOW)
    refuses(rt, IllegalMove, again(SYSTEM))
    with transaction(rt.sessions) as session:
        endpoints.turn(session, SYSTEM, endpoint_id, on=True, now=NOW)
        endpoints.send_again(session, SYSTEM, letter.id, now=NOW)
    assert "not given up" in refuses(rt, IllegalMove, again(SYSTEM))


def test_deliveries_are_seen_only_by_who_may_change_the_webhook(
    rt: Runtime, client: Client
) -> None:
    endpoint_id = dead_letters(rt, client, 1)
    with transaction(rt.sessions) as session:
        agency = make_endpoint(session).id
        user = make_user(session, Role.MANAGER, [client])
    viewers = [viewer_of(), viewer_of(client, role=Role.OPERATOR), viewer_of(client, user=user)]

    with reading(rt.sessions) as session:
        seen = [len(queries.deliveries(session, one, endpoint_id)) for one in viewers]
        of_agency = queries.deliveries(session, viewers[-1], agency)

    assert seen == [0, 0, 1]
    assert of_agency == ()
    assert endpoint_of(rt, agency).state is EndpointState.ACTIVE
