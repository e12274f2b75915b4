"""Keys that admins entered in the app, laid over the settings. The environment always wins.

Every process notices a change at its next use of a provider: one number is read, the keys only
where it moved.
"""

from threading import Lock

from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.config import Settings
from core.revision_watch import RevisionWatch
from core.services import api_keys
from core.services.revisions import Kept
from db.session import Sessions, reading

log = logs.get("keys")


class Keyring:
    """The settings as they are in force now."""

    def __init__(
        self, sessions: Sessions, environment: Settings, watch: RevisionWatch | None = None
    ) -> None:
        self.environment = environment
        self._watch = watch or RevisionWatch(sessions)
        self._sessions = sessions
        self._lock = Lock()
        self._revision = -1
        self._settings = environment

    def settings(self) -> Settings:
        """The environment's settings, with the database's keys where it has none."""
        with self._lock:
            try:
                number = self._watch.number(Kept.KEYS)
                if number != self._revision:
                    with reading(self._sessions) as session:
                        self._settings = overlaid(self.environment, api_keys.stored(session))
                    self._revision = number
            except SQLAlchemyError as error:  # also before the first migration
                log.warning("the keys of the database were not read", exc_info=error)
            return self._settings


def overlaid(environment: Settings, stored: dict[str, str]) -> Settings:
    """The settings with these keys, but for those that the environment sets itself."""
    keys = {
        name: SecretStr(value)
        for name, value in stored.items()
        if name in Settings.model_fields and not in_environment(environment, name)
    }
    return environment.model_copy(update=keys) if keys else environment


def in_environment(environment: Settings, name: str) -> bool:
    """Whether the environment (or .env, or Streamlit's secrets) sets this key."""
    found = getattr(environment, name, None)
    return isinstance(found, SecretStr) and bool(found.get_secret_value().strip())
