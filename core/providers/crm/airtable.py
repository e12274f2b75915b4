"""Airtable: a base with a table of contacts and one of interactions.

Facts: pyairtable 3.5 and support.airtable.com (2026-08). Rows are merged on Email and on AICMO key,
so giving one twice makes one row. After a 429 it wants to be left alone for 30 seconds.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field

from core.config import Settings
from core.domain.crm_states import CrmStage
from core.domain.states import ProviderState
from core.errors import Misconfigured, Rejected
from core.providers.crm.port import Changes, Interaction, Kept, Person, Theirs
from core.providers.http import Http, Meaning
from core.providers.vendor import base_of, key_of, understood, verdict_of
from core.providers.verdict import Verdict

NAME = "Airtable"
WHERE = "airtable.com/create/tokens"
REST = timedelta(seconds=30)
PAGE, BATCH = 100, 10
LONGEST_TEXT = 20_000
COLUMNS = {  # of the table of contacts, ours → theirs
    "first_name": "First name", "last_name": "Last name", "title": "Title", "phone": "Phone",
    "linkedin": "LinkedIn", "city": "City", "country": "Country", "company": "Company",
}  # fmt: skip
EMAIL, OPTED_OUT, STAGE, CHANGED = "Email", "Opted out", "Stage", "Last modified"
KEY = "AICMO key"
STAGES = {  # of the column Stage, in small letters; any other is unknown
    "opportunity": CrmStage.OPPORTUNITY,
    "customer": CrmStage.WON,
    "won": CrmStage.WON,
    "closed won": CrmStage.WON,
    "lost": CrmStage.LOST,
    "closed lost": CrmStage.LOST,
}
YES = frozenset(("true", "yes", "1", "checked"))


class PageGone(Rejected):
    """The page to go on with is no longer kept: reading begins anew."""


MEANINGS = {
    "UNKNOWN_FIELD_NAME": Meaning(
        Misconfigured,
        f"Add the column it names. Contacts: {EMAIL}, {', '.join(COLUMNS.values())}. "
        f"Interactions: {KEY}, Contact, Kind, At, Subject, Text.",
    ),
    "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND": Meaning(
        Misconfigured,
        "Check AIRTABLE_BASE_ID and the names of its tables, and that the token may read and "
        "write records there.",
    ),
    "LIST_RECORDS_ITERATOR_NOT_AVAILABLE": Meaning(PageGone),
    "PUBLIC_API_BILLING_LIMIT_EXCEEDED": Meaning(
        Misconfigured, "The plan's calls of this month are used up: raise the plan, or wait."
    ),
    "NOT_FOUND": Meaning(
        Misconfigured,
        "Check AIRTABLE_BASE_ID, AIRTABLE_CONTACTS_TABLE and AIRTABLE_INTERACTIONS_TABLE.",
    ),
}


class _Row(BaseModel):
    id: str
    fields: dict[str, Any] = Field(default_factory=dict)


class _Rows(BaseModel):
    records: list[_Row]
    offset: str | None = None


class _User(BaseModel):
    id: str


class Airtable:
    """Speaks to one base."""

    name = "airtable"
    fields = frozenset(COLUMNS)
    contacts_at_once = BATCH
    interactions_at_once = BATCH
    honours_keys = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: Http | None = None

    def upsert_contacts(self, people: Sequence[Person]) -> Sequence[Kept]:
        """Rows merged on Email."""
        rows = [{EMAIL: one.email, **_theirs(one.fields)} for one in people]
        ids = self._merge(self._settings.airtable_contacts_table, EMAIL, rows)
        return [_kept(one.key, ids.get(one.email.lower())) for one in people]

    def log_interactions(self, interactions: Sequence[Interaction]) -> Sequence[Kept]:
        """Rows merged on AICMO key; Contact is a text, or a link to the row of that address."""
        rows = [
            {
                KEY: one.key,
                "Contact": one.email,
                "Kind": one.kind,
                "At": _moment(one.at),
                "Subject": one.subject,
                "Text": one.text[:LONGEST_TEXT],
            }
            for one in interactions
        ]
        ids = self._merge(self._settings.airtable_interactions_table, KEY, rows)
        return [_kept(one.key, ids.get(one.key)) for one in interactions]

    def pull_changes(self, since: datetime | None, cursor: str | None) -> Changes:
        """Pages by offset; one that expired meanwhile begins anew."""
        try:
            return self._page(since, cursor)
        except PageGone:
            return self._page(since, None)

    def check(self) -> Verdict:
        """Asks who we are, and for one row of the contacts."""
        return verdict_of(self._checked)

    def close(self) -> None:
        """Lets the connection go."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _merge(self, table: str, on: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """The ids of the rows, by what they are merged on."""
        body = {
            "performUpsert": {"fieldsToMergeOn": [on]},
            "typecast": True,
            "records": [{"fields": row} for row in rows],
        }
        answer = self._http().call("PATCH", self._path(table), repeatable=True, body=body)
        found = understood(_Rows, answer.body, NAME, repeatable=True)
        return {_text(row.fields.get(on)).lower(): row.id for row in found.records}

    def _page(self, since: datetime | None, cursor: str | None) -> Changes:
        params: dict[str, Any] = {"pageSize": PAGE}
        if since is not None:
            moment = f"DATETIME_PARSE('{_moment(since)}')"
            changed = "LAST_MODIFIED_TIME()"
            params["filterByFormula"] = f"NOT(IS_BEFORE({changed}, {moment}))"
        if cursor:
            params["offset"] = cursor
        table = self._settings.airtable_contacts_table
        answer = self._http().call("GET", self._path(table), repeatable=True, params=params)
        found = understood(_Rows, answer.body, NAME, repeatable=True)
        return Changes(tuple(map(_told, found.records)), found.offset)

    def _checked(self) -> Verdict:
        try:
            me = self._http().call("GET", "/v0/meta/whoami", repeatable=True)
            understood(_User, me.body, NAME, repeatable=True)
            table = self._settings.airtable_contacts_table
            rows = self._http().call(
                "GET", self._path(table), repeatable=True, params={"pageSize": 1, "maxRecords": 1}
            )
            understood(_Rows, rows.body, NAME, repeatable=True)
        finally:
            self.close()
        return Verdict(ProviderState.HEALTHY, f"Airtable lets us into the table {table}.")

    def _path(self, table: str) -> str:
        base = (self._settings.airtable_base_id or "").strip()
        if not base:
            raise Misconfigured(
                "Airtable has no base.",
                provider=NAME,
                advice="Set AIRTABLE_BASE_ID to the part of the base's address that begins with "
                "app.",
            )
        return f"/v0/{quote(base, safe='')}/{quote(table, safe='')}"

    def _http(self) -> Http:
        if self._open is None:
            settings = self._settings
            key = key_of(settings.airtable_api_key, NAME, "AIRTABLE_API_KEY", WHERE)
            self._open = Http(
                NAME,
                base_of(settings.airtable_base_url, NAME, "AIRTABLE_BASE_URL"),
                headers={"Authorization": f"Bearer {key}"},
                read_timeout=settings.crm_read_seconds,
                ca_file=settings.tls_ca_file,
                advice=f"Make a new token at {WHERE}, then set AIRTABLE_API_KEY.",
                meanings=MEANINGS,
                rest=REST,
            )
        return self._open


def build(settings: Settings) -> Airtable:
    """With the key and base of the settings."""
    return Airtable(settings)


def _theirs(fields: Mapping[str, str]) -> dict[str, str | None]:
    return {COLUMNS[name]: value or None for name, value in fields.items() if name in COLUMNS}


def _kept(key: str, remote_id: str | None) -> Kept:
    return Kept(key, remote_id, "" if remote_id else "Airtable did not say what became of it.")


def _told(row: _Row) -> Theirs:
    has = {name: _text(value) for name, value in row.fields.items()}
    return Theirs(
        remote_id=row.id,
        email=has.get(EMAIL, ""),
        fields={ours: has.get(theirs, "") for ours, theirs in COLUMNS.items()},
        opted_out=has.get(OPTED_OUT, "").lower() in YES,
        stage=STAGES.get(has.get(STAGE, "").strip().lower(), CrmStage.UNKNOWN),
        changed_at=_at(has.get(CHANGED)),
        raw=row.fields,
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    return "" if value is None else str(value)


def _at(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else None


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
