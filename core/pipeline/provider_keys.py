"""Keys that admins enter: tried at the provider before they are stored.

Safe to run twice: a check changes nothing there, and a stale version is refused here.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.states import ProviderState
from core.errors import Invalid, ProviderError
from core.keyring import in_environment
from core.providers.registry import KEYS
from core.providers.verdict import Verdict
from core.runtime import CHAINS, Runtime
from core.services import api_keys, guard, health
from db.session import transaction

GOOD = (ProviderState.HEALTHY, ProviderState.DEGRADED)


@dataclass(frozen=True, slots=True)
class Slot:
    """A key that can be entered: the setting it stands for, whose it is, and whether the
    environment has one, which then is in force.
    """

    name: str
    port: str
    provider: str
    in_environment: bool

    @property
    def variable(self) -> str:
        """The environment variable."""
        return self.name.upper()


def slots(rt: Runtime) -> tuple[Slot, ...]:
    """Every key that can be entered."""
    return tuple(
        Slot(name, port, provider, in_environment(rt.settings, name))
        for name, (port, provider) in KEYS.items()
    )


def save(
    rt: Runtime, viewer: Viewer, name: str, value: str, *, version: int, anyway: bool = False
) -> Verdict:
    """Tries the key and stores it; one that is refused is Invalid and not stored, but `anyway`."""
    guard.allow(viewer, Act.KEYS)
    if name not in KEYS:
        raise Invalid("There is no such key.")
    key = api_keys.cleaned(value)
    verdict = tried(rt, name, key)
    if verdict.state not in GOOD and not anyway:
        said = " ".join(part for part in (verdict.reason, verdict.advice) if part)
        raise Invalid(f"{said} The key was not stored.")
    with transaction(rt.sessions) as session:
        api_keys.put(session, viewer, name, key, version=version, now=rt.now())
        if not in_environment(rt.settings, name):
            _keep(session, name, verdict, rt.now())
    return verdict


def tried(rt: Runtime, name: str, key: str) -> Verdict:
    """What the provider says of the key, without side effects."""
    port, provider = KEYS[name]
    settings = rt.providers.settings.model_copy(update={name: SecretStr(key)})
    try:
        return rt.providers.trial(port, provider, settings)
    except ProviderError as error:
        return Verdict(ProviderState.DOWN, error.sentence, error.advice)


def _keep(session: Session, name: str, verdict: Verdict, now: datetime) -> None:
    """The health page knows at once."""
    port, provider = KEYS[name]
    if port in CHAINS:
        health.record_check(
            session,
            (port, provider, ""),
            verdict.state,
            reason=verdict.reason,
            advice=verdict.advice,
            quota=verdict.quota,
            now=now,
        )
