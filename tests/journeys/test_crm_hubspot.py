"""A portal of HubSpot on loopback, kept in step by the job, key and all."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from werkzeug import Request, Response

from core.config import Settings
from core.domain.access import SYSTEM
from core.domain.states import JobName, JobState, ProviderState
from core.pipeline import provider_checks, runner
from core.queries import health
from core.runtime import Runtime, build
from db.models import Suppression
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_client, make_mailbox, make_message
from tests.factories_crm import contact_of, lead_of, reached, turn_on

ROOT = "/crm/objects/2026-09"
KEY = "pat-of-the-journey-0123456789"


class Portal:
    """Contacts by address and notes, as HubSpot keeps them."""

    def __init__(self, server: HTTPServer, clock: Clock) -> None:
        self.contacts: dict[str, dict[str, Any]] = {}
        self.notes: list[dict[str, Any]] = []
        self.broken = 0  # so many notes are made, and the answer is lost
        self._clock = clock
        for path, handler in (
            (f"{ROOT}/contacts/batch/upsert", self._upsert),
            (f"{ROOT}/contacts/search", self._search),
            (f"{ROOT}/notes", self._note),
        ):
            server.expect_request(path, method="POST").respond_with_handler(handler)
        server.expect_request(re.compile("/account-info/.*")).respond_with_json({"portalId": 1})

    def put(self, address: str, **properties: str) -> dict[str, Any]:
        """Somebody works there."""
        new = {"id": str(100 + len(self.contacts)), "properties": {"email": address}}
        record = self.contacts.setdefault(address, new)
        record["properties"] |= properties
        record["updatedAt"] = self._clock.now().isoformat()
        return record

    def _upsert(self, request: Request) -> Response:
        results, errors = [], []
        for one in _body(request)["inputs"]:
            trace = {"objectWriteTraceId": one["objectWriteTraceId"]}
            if one["properties"].get("jobtitle") == "Bad":
                errors.append({"message": "No such title", "context": _listed(trace)})
            else:
                results.append(self.put(one["id"], **one["properties"]) | trace)
        said = {"status": "COMPLETE", "results": results, "errors": errors}
        return _json(said, 207 if errors else 200)

    def _search(self, request: Request) -> Response:
        asked = {one["propertyName"]: one["value"] for one in _filters(request)}
        since = int(asked.get("lastmodifieddate", 0))
        found = [
            record
            for record in self.contacts.values()
            if int(record["id"]) > int(asked["hs_object_id"]) and _ms(record) >= since
        ]
        return _json({"total": len(found), "results": found})

    def _note(self, request: Request) -> Response:
        self.notes.append(_body(request))
        if self.broken:
            self.broken -= 1
            return Response("gone", 502)
        return _json({"id": str(len(self.notes))}, 201)


@pytest.fixture
def portal(httpserver: HTTPServer, clock: Clock) -> Portal:
    return Portal(httpserver, clock)


@pytest.fixture
def office(
    settings: Settings, clock: Clock, httpserver: HTTPServer, portal: Portal
) -> Iterator[Runtime]:
    real = settings.model_copy(
        update={
            "use_real_crm_gateway": True,
            "hubspot_base_url": httpserver.url_for(""),
            "hubspot_access_token": SecretStr(KEY),
        }
    )
    rt = build(real, clock=clock.now)
    yield rt
    rt.close()


def test_a_portal_is_kept_in_step_over_http(office: Runtime, portal: Portal, clock: Clock) -> None:
    portal.put("anna@berg.example", jobtitle="CMO", city="Oslo", hs_email_optout="false")
    portal.put("gone@else.example", hs_email_optout="true")
    clock.advance(minutes=5)
    with transaction(office.sessions) as session:
        turn_on(session, crm="hubspot")
        client = make_client(session)
        anna = reached(session, "anna@berg.example", client, first_name="Anna", title="VP").id
        reached(session, "bo@lund.example", client, title="Bad")
        cy = reached(session, "cy@dahl.example", client).id
    with transaction(office.sessions) as session:
        box = make_mailbox(session, client)
        for one in (anna, cy):
            make_message(session, lead_of(office, one), box, "sent", sent_at=office.now())
    portal.broken = 1

    first = runner.run_job(office, JobName.CRM, by="test")
    clock.advance(minutes=15)
    second = runner.run_job(office, JobName.CRM, by="test")
    third = runner.run_job(office, JobName.CRM, by="test")

    assert (first.state, second.state) == (JobState.FAILED, JobState.COMPLETED)
    assert third.counts.keys() <= {"pulled"}
    assert (contact_of(office, anna).title, contact_of(office, anna).city) == ("CMO", "Oslo")
    assert portal.contacts["anna@berg.example"]["properties"]["firstname"] == "Anna"
    assert "cy@dahl.example" in portal.contacts
    assert "bo@lund.example" not in portal.contacts
    assert len(portal.notes) == 2  # one of them perhaps there, never written twice
    with reading(office.sessions) as session:
        assert session.execute(select(Suppression.value)).scalars().all() == ["gone@else.example"]


def test_its_health_is_asked_with_the_others(office: Runtime) -> None:
    with transaction(office.sessions) as session:
        turn_on(session, crm="hubspot")

    provider_checks.check_one(office, "crm", "hubspot", "")

    with reading(office.sessions) as session:
        (row,) = (row for row in health.providers(session, SYSTEM) if row.port == "crm")
    assert (row.provider, row.state) == ("hubspot", ProviderState.HEALTHY)


def test_nothing_goes_out_while_the_gateway_is_off(
    rt: Runtime, settings: Settings, clock: Clock, httpserver: HTTPServer, portal: Portal
) -> None:
    given = {"hubspot_base_url": httpserver.url_for(""), "hubspot_access_token": SecretStr(KEY)}
    off = build(settings.model_copy(update=given), clock=clock.now)
    with transaction(rt.sessions) as session:
        turn_on(session, crm="hubspot")
        reached(session, "anna@berg.example")

    result = runner.run_job(off, JobName.CRM, by="test")
    provider_checks.check_one(off, "crm", "csv", "")
    verdict = off.providers.trial("crm", "hubspot", off.settings)

    off.close()
    assert result.counts["pushed"] == 1
    assert "USE_REAL_CRM_GATEWAY" in verdict.reason
    assert httpserver.log == []


def _body(request: Request) -> Any:
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    return json.loads(request.get_data())


def _filters(request: Request) -> list[dict[str, str]]:
    (group,) = _body(request)["filterGroups"]
    found: list[dict[str, str]] = group["filters"]
    return found


def _listed(trace: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in trace.items()}


def _ms(record: dict[str, Any]) -> int:
    return int(datetime.fromisoformat(record["updatedAt"]).timestamp() * 1000)


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
