"""A CRM of two CSV files in the data directory: the default, and nothing leaves the machine.

contacts.csv may be changed by hand (a spreadsheet program will do): what is changed is read back.
One process at a time writes, and a file is there whole or not at all.
"""

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from core.config import Settings
from core.domain.crm import FIELDS
from core.domain.crm_states import CrmStage
from core.domain.states import ProviderState
from core.errors import Misconfigured
from core.providers.crm.port import Changes, Interaction, Kept, Person, Theirs
from core.providers.verdict import Verdict

CONTACTS, INTERACTIONS = "contacts.csv", "interactions.csv"
COLUMNS = ("email", *FIELDS, "stage", "opted_out")
LOGGED = ("key", "email", "kind", "at", "subject", "text")
STAGES = {str(stage): stage for stage in CrmStage}  # of the column stage; any other is unknown
YES = frozenset(("1", "true", "yes", "x"))
FORMULA = ("=", "+", "-", "@", "\t", "'")  # a spreadsheet would calculate these
PAGE = 500

Rows = dict[str, dict[str, str]]


class LocalFiles:
    """Keeps contacts and interactions in a folder."""

    name = "csv"
    fields = frozenset(FIELDS)
    contacts_at_once = 500
    interactions_at_once = 500
    honours_keys = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def upsert_contacts(self, people: Sequence[Person]) -> Sequence[Kept]:
        """Rows by address; other columns stay as they are."""
        with self._changing(CONTACTS, COLUMNS, "email") as rows:
            for one in people:
                row = rows.setdefault(one.email.lower(), {"email": one.email})
                row.update(one.fields)
        return [Kept(one.key, one.email.lower()) for one in people]

    def log_interactions(self, interactions: Sequence[Interaction]) -> Sequence[Kept]:
        """Rows by key."""
        with self._changing(INTERACTIONS, LOGGED, "key") as rows:
            for one in interactions:
                at = one.at.astimezone(UTC).isoformat()
                values = (one.key, one.email, one.kind, at, one.subject, one.text)
                rows[one.key] = dict(zip(LOGGED, values, strict=True))
        return [Kept(one.key, one.key) for one in interactions]

    def pull_changes(self, since: datetime | None, cursor: str | None) -> Changes:
        """All rows of a file that was written since; it does not tell which of them changed."""
        path = self._folder / CONTACTS
        if not path.exists():
            return Changes(())
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if since is not None and at < since:
            return Changes(())
        rows = list(self._read(CONTACTS, "email").values())
        start = int(cursor or 0)
        end = start + PAGE
        records = tuple(_told(row, at) for row in rows[start:end])
        return Changes(records, str(end) if end < len(rows) else None)

    def check(self) -> Verdict:
        """Whether the folder can be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Verdict(ProviderState.DOWN, str(self._unusable(error)), "Make it writable.")
        if not os.access(self._folder, os.W_OK):
            reason = f"The folder {self._folder} cannot be written."
            return Verdict(ProviderState.DOWN, reason, "Make it writable.")
        return Verdict(ProviderState.HEALTHY, f"Contacts are written to {self._folder}.")

    def close(self) -> None:
        """Nothing is kept open."""

    @contextmanager
    def _changing(self, name: str, columns: Sequence[str], key: str) -> Iterator[Rows]:
        """The rows by key; what was done to them is written when the block ends well."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / f".{name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                rows = self._read(name, key)
                yield rows
                self._write(name, columns, rows)
        except OSError as error:
            raise self._unusable(error) from None

    def _read(self, name: str, key: str) -> Rows:
        path = self._folder / name
        if not path.exists():
            return {}
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise self._unreadable(path, "it is no UTF-8 text") from None
        heading = text.partition("\n")[0]
        reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=heading.count))
        if key not in (reader.fieldnames or ()):
            raise self._unreadable(path, f"it has no column {key}")
        try:
            rows = [{k: _bare(v or "") for k, v in row.items() if k} for row in reader]
        except csv.Error as error:
            raise self._unreadable(path, str(error)) from None
        return {row[key].strip().lower(): row for row in rows if row[key].strip()}

    def _write(self, name: str, columns: Sequence[str], rows: Rows) -> None:
        """Writes beside, then renames. Columns that somebody added are kept."""
        others = dict.fromkeys(column for row in rows.values() for column in row)
        headings = list(dict.fromkeys((*columns, *others)))
        beside = self._folder / f".{name}.part"
        with beside.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headings, restval="")
            writer.writeheader()
            writer.writerows({k: _guarded(v) for k, v in row.items()} for row in rows.values())
        beside.replace(self._folder / name)

    def _unusable(self, error: OSError) -> Misconfigured:
        return Misconfigured(
            f"The folder {self._folder} cannot be written ({error.strerror}).",
            provider=self.name,
            advice="Make it writable.",
        )

    def _unreadable(self, path: Path, why: str) -> Misconfigured:
        return Misconfigured(
            f"{path} cannot be read: {why}.",
            provider=self.name,
            advice="Mend the file, or move it away: it is then written anew.",
        )


def build(settings: Settings) -> LocalFiles:
    """In the folder crm of the data directory."""
    return LocalFiles(settings.data_dir / "crm")


def _told(row: Mapping[str, str], at: datetime) -> Theirs:
    return Theirs(
        remote_id=row["email"].strip().lower(),
        email=row["email"].strip(),
        fields={name: row.get(name, "") for name in FIELDS},
        opted_out=row.get("opted_out", "").strip().lower() in YES,
        stage=STAGES.get(row.get("stage", "").strip().lower(), CrmStage.UNKNOWN),
        changed_at=at,
        raw=dict(row),
    )


def _guarded(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value


def _bare(value: str) -> str:
    return value[1:] if value.startswith("'") else value
