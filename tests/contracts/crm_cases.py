"""How each CRM is reached on loopback, and the shape its vendor publishes for requests.

A CRM without a case here fails the suite.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic.alias_generators import to_camel
from werkzeug import Request

from core.config import Settings

PAYLOADS = Path(__file__).parent / "payloads" / "crm"
KEY = "pat-of-the-tests-0123456789"
LOCAL = "csv"


class Strict(BaseModel):
    """A field that is not published is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Camel(Strict):
    """One whose fields are written likeThis."""

    model_config = ConfigDict(alias_generator=to_camel)


Words = Annotated[str, Field(min_length=1)]


class HubSpotInput(Camel):
    id: Words
    id_property: Literal["email"]
    properties: dict[
        Literal[
            "email", "firstname", "lastname", "jobtitle", "phone", "city", "country", "company"
        ],
        str,
    ]
    object_write_trace_id: Words


class HubSpotUpsert(Strict):
    """POST /crm/objects/2026-09/contacts/batch/upsert, at most 100."""

    inputs: Annotated[list[HubSpotInput], Field(min_length=1, max_length=100)]


class HubSpotType(Camel):
    association_category: Literal["HUBSPOT_DEFINED"]
    association_type_id: Literal[202]


class HubSpotId(Strict):
    id: Words


class HubSpotAssociation(Strict):
    to: HubSpotId
    types: Annotated[list[HubSpotType], Field(min_length=1, max_length=1)]


class HubSpotNoteProperties(Strict):
    hs_timestamp: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    hs_note_body: Annotated[str, Field(min_length=1, max_length=65_536)]


class HubSpotNote(Strict):
    """POST /crm/objects/2026-09/notes; 202 is a note of a contact."""

    properties: HubSpotNoteProperties
    associations: Annotated[list[HubSpotAssociation], Field(min_length=1)]


class HubSpotFilter(Camel):
    property_name: Literal["hs_object_id", "lastmodifieddate"]
    operator: Literal["GT", "GTE"]
    value: Annotated[str, Field(pattern=r"^\d+$")]


class HubSpotFilters(Strict):
    filters: Annotated[list[HubSpotFilter], Field(min_length=1, max_length=6)]


class HubSpotSort(Camel):
    property_name: Literal["hs_object_id"]
    direction: Literal["ASCENDING"]


class HubSpotSearch(Camel):
    """POST /crm/objects/2026-09/contacts/search."""

    filter_groups: Annotated[list[HubSpotFilters], Field(min_length=1, max_length=1)]
    sorts: list[HubSpotSort]
    properties: list[Words]
    limit: Annotated[int, Field(ge=1, le=200)]
    after: Words | None = None


class AirtableMerge(Camel):
    fields_to_merge_on: Annotated[list[Words], Field(min_length=1, max_length=3)]


class AirtableRow(Strict):
    fields: dict[str, str | None]


class AirtableUpsert(Camel):
    """PATCH /v0/{base}/{table}, at most 10 records without id."""

    perform_upsert: AirtableMerge
    typecast: Literal[True]
    records: Annotated[list[AirtableRow], Field(min_length=1, max_length=10)]


@dataclass(frozen=True, slots=True)
class Case:
    """One vendor: settings, the calls (method, path) and what they must look like."""

    provider: str
    key: str
    base_url: str
    given: dict[str, Any]
    put: tuple[str, str]
    log: tuple[str, str]
    pull: tuple[str, str]
    check: tuple[str, ...]
    put_shape: type[Strict]
    log_shape: type[Strict]
    ids: tuple[str, str]  # of the two contacts in the recorded answers
    note: str
    rest: int  # seconds that the recorded 429 asks for
    lets_in: Callable[[Request], bool] = field(
        default=lambda request: request.headers["Authorization"] == f"Bearer {KEY}"
    )

    def settings(self, settings: Settings, root: str, **more: Any) -> Settings:
        """Settings under which the adapter speaks to the server on loopback."""
        given = {self.key: SecretStr(KEY), self.base_url: root.rstrip("/"), **self.given}
        return settings.model_copy(update={"crm_read_seconds": 5.0, **given, **more})

    def recorded(self, name: str) -> dict[str, Any]:
        """A recorded answer: source, date, status, headers, body."""
        path = PAYLOADS / f"{self.provider}_{name}.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found


_HUBSPOT = "/crm/objects/2026-09"
_AIRTABLE = "/v0/appTests"
CASES = {
    "hubspot": Case(
        provider="hubspot",
        key="hubspot_access_token",
        base_url="hubspot_base_url",
        given={},
        put=("POST", f"{_HUBSPOT}/contacts/batch/upsert"),
        log=("POST", f"{_HUBSPOT}/notes"),
        pull=("POST", f"{_HUBSPOT}/contacts/search"),
        check=("/account-info/2026-09/details",),
        put_shape=HubSpotUpsert,
        log_shape=HubSpotNote,
        ids=("101", "102"),
        note="501",
        rest=10,
    ),
    "airtable": Case(
        provider="airtable",
        key="airtable_api_key",
        base_url="airtable_base_url",
        given={"airtable_base_id": "appTests", "airtable_contacts_table": "All contacts"},
        put=("PATCH", f"{_AIRTABLE}/All contacts"),
        log=("PATCH", f"{_AIRTABLE}/Interactions"),
        pull=("GET", f"{_AIRTABLE}/All contacts"),
        check=("/v0/meta/whoami", f"{_AIRTABLE}/All contacts"),
        put_shape=AirtableUpsert,
        log_shape=AirtableUpsert,
        ids=("rec1", "rec2"),
        note="recN",
        rest=30,
    ),
}
