"""Public holidays by country, from a kept library; a country that it does not know has none."""

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=512)
def of_country(country: str | None, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO code) in this year and the next."""
    if not country:
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(country.upper(), years=(year, year + 1)))
    except NotImplementedError:
        return frozenset()
