"""A country's time zone, where saying one zone for all of it is nearly true."""

from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

WINTER = datetime(2026, 1, 15)  # noqa: DTZ001 - each zone's own wall clock
NEAR = timedelta(hours=2)  # a country wider than this has no zone of its own


@lru_cache(maxsize=512)
def zone_of_country(country: str) -> tuple[str, float] | None:
    """The zone most people of a country (ISO 3166-1 alpha-2) live in, and how sure that is (0..1).

    Source: zone.tab of the IANA time zone database, which names a country's main zone first. None
    for countries so wide that it would be a guess (the United States, Canada, Brazil, Russia…).
    """
    zones = _zones().get(country.upper(), ())
    if not zones:
        return None
    offsets = [ZoneInfo(zone).utcoffset(WINTER) or timedelta() for zone in zones]
    if max(offsets) - min(offsets) > NEAR:
        return None
    return zones[0], 0.9 if len(zones) == 1 else 0.7


@lru_cache(maxsize=1)
def _zones() -> dict[str, tuple[str, ...]]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), zone)
    return found
