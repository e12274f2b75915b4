"""HubSpot's date-versioned CRM API.

Facts: HubSpot-public-api-spec-collection (2026-08-21) and its changelog (2026). The address names a
contact, so asking twice makes one. Notes have no key: a note that may have been made is never made
again. A search gives 10,000 records at most, so a long one begins anew behind the last id.
"""

import html
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from core.config import Settings
from core.domain.crm_states import CrmStage
from core.domain.states import ProviderState
from core.errors import Misconfigured
from core.providers.crm.port import Changes, Interaction, Kept, Person, Theirs
from core.providers.http import Answer, Http, Meaning
from core.providers.vendor import base_of, key_of, understood, verdict_of
from core.providers.verdict import Verdict

NAME = "HubSpot"
WHERE = "HubSpot → Settings → Integrations → Service keys"
PROPERTIES = {  # ours → theirs
    "first_name": "firstname", "last_name": "lastname", "title": "jobtitle", "phone": "phone",
    "city": "city", "country": "country", "company": "company",
}  # fmt: skip
STAGES = {  # of lifecyclestage; any other is unknown
    "opportunity": CrmStage.OPPORTUNITY,
    "customer": CrmStage.WON,
}
READ = ("email", *PROPERTIES.values(), "lifecyclestage", "hs_email_optout", "lastmodifieddate")
NOTE_TO_CONTACT = 202
PAGE, MOST = 200, 10_000  # of a search
LONGEST_NOTE = 20_000
MEANINGS = {
    "PROPERTY_DOESNT_EXIST": Meaning(
        Misconfigured, "HubSpot lacks a usual property of contacts. Add it in HubSpot → Properties."
    ),
    "MISSING_SCOPES": Meaning(
        Misconfigured, "Give the service key crm.objects.contacts.read and .write."
    ),
}


class _Record(BaseModel):
    id: str
    properties: dict[str, str | None] = Field(default_factory=dict)
    updated_at: datetime | None = Field(None, alias="updatedAt")
    trace: str | None = Field(None, alias="objectWriteTraceId")


class _Refusal(BaseModel):
    message: str = ""
    context: dict[str, list[str]] = Field(default_factory=dict)


class _Batch(BaseModel):
    results: list[_Record]
    errors: list[_Refusal] = Field(default_factory=list)


class _Next(BaseModel):
    after: str


class _Paging(BaseModel):
    next: _Next | None = None


class _Found(BaseModel):
    results: list[_Record]
    paging: _Paging | None = None


class _Made(BaseModel):
    id: str


class _Portal(BaseModel):
    portal: int = Field(alias="portalId")


class HubSpot:
    """Speaks to one portal."""

    name = "hubspot"
    fields = frozenset(PROPERTIES)
    contacts_at_once = 100
    interactions_at_once = 1
    honours_keys = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._version = settings.hubspot_api_version
        self._open: Http | None = None

    def upsert_contacts(self, people: Sequence[Person]) -> Sequence[Kept]:
        """One batch by address; what HubSpot refuses of it has its reason."""
        inputs = [
            {
                "id": one.email,
                "idProperty": "email",
                "properties": {"email": one.email, **_theirs(one.fields)},
                "objectWriteTraceId": one.key,
            }
            for one in people
        ]
        path = self._path("contacts/batch/upsert")
        answer = self._http().call("POST", path, repeatable=True, body={"inputs": inputs})
        batch = understood(_Batch, answer.body, NAME, repeatable=True)
        return [_kept(one, batch) for one in people]

    def log_interactions(self, interactions: Sequence[Interaction]) -> Sequence[Kept]:
        """Notes on the contact's timeline."""
        return [Kept(one.key, self._note(one)) for one in interactions]

    def pull_changes(self, since: datetime | None, cursor: str | None) -> Changes:
        """Contacts by id; the cursor is the id a search began behind, and its page."""
        behind, _, after = (cursor or "0:").partition(":")
        filters: list[dict[str, str]] = [
            {"propertyName": "hs_object_id", "operator": "GT", "value": behind}
        ]
        if since is not None:
            moment = str(int(since.timestamp() * 1000))
            filters.append({"propertyName": "lastmodifieddate", "operator": "GTE", "value": moment})
        body: dict[str, Any] = {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": list(READ),
            "limit": PAGE,
        } | ({"after": after} if after else {})
        answer = self._http().call(
            "POST", self._path("contacts/search"), repeatable=True, body=body
        )
        found = understood(_Found, answer.body, NAME, repeatable=True)
        return Changes(tuple(map(_told, found.results)), _following(found, behind))

    def check(self) -> Verdict:
        """Asks whose portal it is."""
        return verdict_of(self._checked)

    def close(self) -> None:
        """Lets the connection go."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _note(self, one: Interaction) -> str:
        to = {
            "to": {"id": one.remote_id},
            "types": [
                {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": NOTE_TO_CONTACT}
            ],
        }
        properties = {"hs_timestamp": _moment(one.at), "hs_note_body": _body(one)}
        answer = self._http().call(
            "POST", self._path("notes"), repeatable=False,
            body={"properties": properties, "associations": [to]},
        )  # fmt: skip
        return understood(_Made, answer.body, NAME, repeatable=False).id

    def _checked(self) -> Verdict:
        try:
            path = f"/account-info/{self._version}/details"
            answer = self._http().call("GET", path, repeatable=True)
        finally:
            self.close()
        portal = understood(_Portal, answer.body, NAME, repeatable=True).portal
        reason = f"HubSpot lets us into portal {portal}."
        return Verdict(ProviderState.HEALTHY, reason, quota=_left(answer))

    def _path(self, rest: str) -> str:
        return f"/crm/objects/{self._version}/{rest}"

    def _http(self) -> Http:
        if self._open is None:
            settings = self._settings
            key = key_of(settings.hubspot_access_token, NAME, "HUBSPOT_ACCESS_TOKEN", WHERE)
            self._open = Http(
                NAME,
                base_of(settings.hubspot_base_url, NAME, "HUBSPOT_BASE_URL"),
                headers={"Authorization": f"Bearer {key}"},
                read_timeout=settings.crm_read_seconds,
                ca_file=settings.tls_ca_file,
                advice=f"Make a new key at {WHERE}, then set HUBSPOT_ACCESS_TOKEN.",
                meanings=MEANINGS,
            )
        return self._open


def build(settings: Settings) -> HubSpot:
    """With the key of the settings."""
    return HubSpot(settings)


def _theirs(fields: Mapping[str, str]) -> dict[str, str]:
    return {PROPERTIES[name]: value for name, value in fields.items() if name in PROPERTIES}


def _kept(one: Person, batch: _Batch) -> Kept:
    for record in batch.results:
        email = (record.properties.get("email") or "").lower()
        if record.trace == one.key or (record.trace is None and email == one.email.lower()):
            return Kept(one.key, record.id)
    names = {one.key, one.email}
    for refusal in batch.errors:
        if names & {word for words in refusal.context.values() for word in words}:
            return Kept(one.key, None, refusal.message or "HubSpot refused it.")
    said = next((refusal.message for refusal in batch.errors if not refusal.context), "")
    return Kept(one.key, None, said or "HubSpot did not say what became of it.")


def _told(record: _Record) -> Theirs:
    has = {name: value or "" for name, value in record.properties.items()}
    return Theirs(
        remote_id=record.id,
        email=has.get("email", ""),
        fields={ours: has.get(theirs, "") for ours, theirs in PROPERTIES.items()},
        opted_out=has.get("hs_email_optout") == "true",
        stage=STAGES.get(has.get("lifecyclestage", ""), CrmStage.UNKNOWN),
        changed_at=record.updated_at,
        raw=record.properties,
    )


def _following(found: _Found, behind: str) -> str | None:
    following = found.paging.next if found.paging else None
    if following is None or not found.results:
        return None
    if following.after.isdigit() and int(following.after) + PAGE > MOST:
        return f"{found.results[-1].id}:"
    return f"{behind}:{following.after}"


def _body(one: Interaction) -> str:
    text = html.escape(one.text[:LONGEST_NOTE]).replace("\n", "<br>")
    title = html.escape(f"{one.kind}: {one.subject}" if one.subject else one.kind)
    return f"<b>{title}</b><br>{text}<br>AICMO {one.key}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _left(answer: Answer) -> str | None:
    left = answer.headers.get("x-hubspot-ratelimit-daily-remaining")
    return f"{int(left):,} calls left today" if left and left.isdigit() else None
