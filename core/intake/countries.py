"""Countries by whatever people call them, to ISO 3166-1 alpha-2."""

import unicodedata
from functools import cache, lru_cache

import pycountry
from babel import Locale

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl")
_OTHERS = {
    "uk": "GB",
    "u k": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "u s a": "US",
    "u s": "US",
    "united states of america": "US",
    "america": "US",
    "vereinigte staaten von amerika": "US",
    "etats unis d amerique": "US",
    "eeuu": "US",
    "ee uu": "US",
    "holland": "NL",
    "the netherlands": "NL",
    "brd": "DE",
    "uae": "AE",
    "korea": "KR",
    "south korea": "KR",
    "republic of korea": "KR",
    "russia": "RU",
    "czech republic": "CZ",
    "tschechische republik": "CZ",
    "turkey": "TR",
    "turkei": "TR",
    "hong kong": "HK",
    "macau": "MO",
    "viet nam": "VN",
    "ivory coast": "CI",
    "schweiz suisse": "CH",
}


@lru_cache(maxsize=8192)
def iso(text: str) -> str | None:
    """The code of a country named in one of LANGUAGES or by a code; None where nobody is sure."""
    plain = _plain(text)
    return _names().get(plain) if plain else None


@cache
def named() -> dict[str, str]:
    """Code → English name, by name."""
    names = Locale("en").territories
    found = {one.alpha_2: str(names.get(one.alpha_2, one.name)) for one in pycountry.countries}
    return dict(sorted(found.items(), key=lambda item: _plain(item[1])))


@cache
def _names() -> dict[str, str]:
    codes = {country.alpha_2 for country in pycountry.countries}
    names = {
        _plain(str(name)): str(code)
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if code in codes
    }
    for country in pycountry.countries:
        for name in (country.alpha_2, country.alpha_3, country.name):
            names[_plain(name)] = country.alpha_2
    return names | _OTHERS


def _plain(text: str) -> str:
    """Lower case, without accents and signs."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = (char if char.isalnum() else " " for char in bare if not unicodedata.combining(char))
    return " ".join("".join(kept).split())
