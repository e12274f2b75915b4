"""20,000 companies made by a seed, many of them written twice or more, and which is which.

The words, towns, short forms and ways of writing are this file's own: nothing is taken from the
tables of the matching, and HELD_OUT are short forms that stand in none of them (a test says so).
"""

import random
import re
from dataclasses import dataclass, replace

from core.learn.matching_companies import Company

OWNERS = """
Abernathy Achterberg Adeyemi Almqvist Amsel Arndt Baumgärtner Beaulieu Bergström Bianchetti
Blomqvist Bräutigam Brandão Caldwell Castellanos Chevallier Cienfuegos Crowther Dąbrowski
Delacroix Dietzenbach Dragomir Eberhardt Ellingsen Escudero Fairbanks Fairweather Ferrante
Fitzgibbon Fjeldstad Galbraith Gehrlein Giannopoulos Goldwater Grünewald Guimarães Haddad
Halvorsen Hartmann Hawthorne Heimdal Hofstätter Holloway Ibarra Ishikawa Jankowski Jørgensen
Kallas Karlsson Kavanagh Kirchner Kowalczyk Krügerman Lachapelle Lindqvist Lombardi Łukaszewicz
Macallister Marchetti Markham Matsumoto McTavish Medeiros Mendelsohn Moriarty Müllenbach Nakagawa
Nightingale Nørgaard Nowicki Oberländer Okonkwo Ostrowski Paganini Pemberton Petrescu Pfeiffer
Quintero Radcliffe Rasmussen Rautiainen Rosenthal Rutherford Sánchez Savarino Schönfeld Sheffield
Sjöberg Sokołowski Stavropoulos Steinbrück Strömberg Szymański Takahashi Thackeray Thorvald
Underhill Valkenburg Vandermeer Vasilescu Villanueva Vogelsang Wadsworth Weatherby Whitcombe
Wójcik Yamamoto Zambrano Zellweger Zubiri
""".split()  # noqa: SIM905
FANCY = """
Aventis Brightwater Cobaltia Duskline Emberly Foxglove Glasshouse Halcyon Ironbark Juniper
Kestrel Lumora Moonraker Northstar Obsidian Peregrine Quicksilver Ravenna Saltmarsh Tamarind Umbra
Verdantis Willowmere Xylo Yarrow Zephyros Altura Bluefin Copperfield Driftwood Evergreen Falconer
Goldcrest Hummingbird Indigo Jackdaw Kingfisher Larkspur Meridian Nimbus Orchard Pinnacle Quartzite
Redwood Sapphire Thistle Ultramar Vantage Wavecrest Zenithal Harbor Summit Pioneer Cascade Horizon
Anchor Beacon Compass Delta Echo""".split()  # noqa: SIM905
TRADES = """Manufacturing|Logistics|Pharmaceuticals|Engineering|Consulting|Foods|Textiles|Robotics
Software Solutions|Construction|Insurance Brokers|Financial Services|Marketing Agency
Media House|Electronics|Chemicals|Furniture|Breweries|Transportation|Medical Devices|Architects
Energy Systems|Property Management|International Trading|Machine Tools|Packaging|Printing Works
Aviation Services|Food Distributors|Research Laboratories|Steel Industries|Water Technology
Security Systems|Travel Bureau|Veterinary Clinic|Dental Laboratory|Auto Repair|Garden Centre
Photography Studio|Wine Merchants|Plumbing|Roofing|Interior Design|Data Analytics|Cloud Hosting
Seafood|Bakery|Timber|Shipping Lines|Precision Optics|Glass Works|Toys|Sporting Goods|Cosmetics
Publishing"""
TRADES_ = [word for line in TRADES.splitlines() for word in line.split("|")]
TOWNS = """
Hamburg:DE München:DE Köln:DE Leipzig:DE Bremen:DE Graz:AT Linz:AT Basel:CH Genève:CH Lyon:FR
Lille:FR Nantes:FR Bordeaux:FR Torino:IT Bologna:IT Verona:IT Sevilla:ES Bilbao:ES València:ES
Porto:PT Braga:PT Utrecht:NL Eindhoven:NL Gent:BE Aarhus:DK Malmö:SE Göteborg:SE Bergen:NO
Tampere:FI Turku:FI Kraków:PL Poznań:PL Brno:CZ Leeds:GB Bristol:GB Glasgow:GB Cardiff:GB Cork:IE
Denver:US Austin:US Boston:US Portland:US Chicago:US Toronto:CA Calgary:CA Perth:AU Brisbane:AU
Osaka:JP Thessaloniki:GR Kazan:RU Sofia:BG
""".split()  # noqa: SIM905
FORMS = {
    **dict.fromkeys(("DE", "AT", "CH"), ("GmbH", "AG", "GmbH & Co. KG", "KG", "e.K.")),
    **dict.fromkeys(("FR", "BE"), ("S.A.", "SAS", "SARL")),
    "IT": ("S.r.l.", "S.p.A."), "ES": ("S.L.", "S.A."), "PT": ("Lda.", "S.A."),
    "NL": ("B.V.", "N.V."), "DK": ("ApS", "A/S"), "SE": ("AB",), "NO": ("AS", "ASA"),
    "FI": ("Oy", "Oyj"), "PL": ("Sp. z o.o.", "S.A."), "CZ": ("s.r.o.", "a.s."),
    **dict.fromkeys(("GB", "IE"), ("Ltd", "PLC", "LLP", "Limited")),
    "US": ("Inc.", "LLC", "Corp.", "Co."), "CA": ("Inc.", "Ltd."), "AU": ("Pty Ltd",),
    "JP": ("K.K.", "Co., Ltd."), "GR": ("A.E.", "EPE"), "RU": ("OOO", "AO"), "BG": ("EOOD", "AD"),
}  # fmt: skip
LONG_FORMS = {
    "GmbH": "Gesellschaft mit beschränkter Haftung", "AG": "Aktiengesellschaft", "Ltd": "Limited",
    "Inc.": "Incorporated", "Corp.": "Corporation", "Co.": "Company", "LLC": "L.L.C.",
    "S.A.": "SA", "S.r.l.": "SRL", "S.p.A.": "SPA", "AB": "Aktiebolag", "Pty Ltd": "Pty. Limited",
    "B.V.": "BV", "Sp. z o.o.": "Sp.zo.o.", "K.K.": "Kabushiki Kaisha", "Oy": "OY", "Lda.": "LDA",
    "s.r.o.": "sro", "A/S": "AS", "PLC": "P.L.C.",
}  # fmt: skip
SHORT = {
    "Manufacturing": "Mfg", "Engineering": "Eng.", "International": "Intl", "Services": "Svcs",
    "Systems": "Sys", "Technology": "Tech", "Laboratories": "Labs", "Management": "Mgmt",
    "Construction": "Constr.", "Brothers": "Bros.", "Solutions": "Soln", "Financial": "Fin.",
}  # fmt: skip
HELD_OUT = {
    "Logistics": "Lgstcs", "Consulting": "Cnsltg", "Packaging": "Pkg", "Printing": "Prntg",
    "Publishing": "Publ.", "Insurance": "Insce", "Architects": "Archs", "Aviation": "Avn",
    "Photography": "Photog.", "Veterinary": "Vet.", "Furniture": "Furn.", "Precision": "Prec.",
    "Textiles": "Txtls", "Security": "Secty", "Trading": "Trdng", "Breweries": "Brew.",
    "Chemicals": "Chems", "Merchants": "Mchts", "Hosting": "Hstg", "Analytics": "Anlytcs",
}  # fmt: skip
CYRILLIC = {
    "sch": "ш",
    "sh": "ш",
    "ch": "ч",
    "ck": "к",
    "th": "т",
    "ph": "ф",
    "a": "а",
    "b": "б",
    "c": "к",
    "d": "д",
    "e": "е",
    "f": "ф",
    "g": "г",
    "h": "х",
    "i": "и",
    "j": "дж",
    "k": "к",
    "l": "л",
    "m": "м",
    "n": "н",
    "o": "о",
    "p": "п",
    "q": "к",
    "r": "р",
    "s": "с",
    "t": "т",
    "u": "у",
    "v": "в",
    "w": "в",
    "x": "кс",
    "y": "и",
    "z": "з",
}  # by ear, as a clerk in Sofia would
GREEK = {
    "ph": "φ",
    "th": "θ",
    "ch": "χ",
    "ck": "κ",
    "ou": "ου",
    "a": "α",
    "b": "μπ",
    "c": "κ",
    "d": "ντ",
    "e": "ε",
    "f": "φ",
    "g": "γκ",
    "h": "χ",
    "i": "ι",
    "j": "τζ",
    "k": "κ",
    "l": "λ",
    "m": "μ",
    "n": "ν",
    "o": "ο",
    "p": "π",
    "q": "κ",
    "r": "ρ",
    "s": "σ",
    "t": "τ",
    "u": "ου",
    "v": "β",
    "w": "β",
    "x": "ξ",
    "y": "υ",
    "z": "ζ",
}
SUFFIXES = {"GB": "co.uk", "US": "com", "AU": "com.au", "JP": "co.jp", "CA": "ca"}


@dataclass(frozen=True, slots=True)
class Made:
    """The records, and the company that each stands for."""

    records: tuple[Company, ...]
    truth: dict[int, int]


def make(entities: int = 20_000, seed: int = 7) -> Made:
    """About 1.5 records a company; one in eight has a namesake elsewhere or a sister by name."""
    chance = random.Random(seed)
    records: list[Company] = []
    truth: dict[int, int] = {}
    taken: set[tuple[str, str]] = set()
    sites: set[str] = set()
    last: _Entity | None = None
    for number in range(entities):
        entity = _entity(chance, last)
        while (entity.core.casefold(), entity.town) in taken:
            entity = _entity(chance, None)
        taken.add((entity.core.casefold(), entity.town))
        while entity.domain in sites:  # a domain has one owner
            entity = replace(entity, domain=f"{chance.randrange(10, 999)}{entity.domain}")
        sites.add(entity.domain)
        last = entity
        for copy in range(_copies(chance)):
            key = len(records)
            records.append(_written(chance, entity, key, first=copy == 0))
            truth[key] = number
    return Made(tuple(records), truth)


@dataclass(frozen=True, slots=True)
class _Entity:
    core: str
    form: str
    town: str
    country: str
    domain: str


def _copies(chance: random.Random) -> int:
    return chance.choices((1, 2, 3, 4), (64, 26, 8, 2))[0]


def _entity(chance: random.Random, last: _Entity | None) -> _Entity:
    town, _, country = chance.choice(TOWNS).partition(":")
    form = chance.choice(FORMS[country])
    roll = chance.random()
    if last is not None and roll < 0.06:  # a namesake in another town
        core = last.core
    elif last is not None and roll < 0.12:  # the same owner in another trade
        core = f"{last.core.split()[0]} {chance.choice(TRADES_)}"
    else:
        core = _core(chance, town)
    return _Entity(core, form, town, country, _domain(chance, core, country))


def _core(chance: random.Random, town: str) -> str:
    owner, other = chance.sample(OWNERS, 2)
    fancy, trade = chance.choice(FANCY), chance.choice(TRADES_)
    coined = chance.choice(FANCY)[:4] + chance.choice(OWNERS)[-4:].lower()
    return chance.choice(
        (
            f"{owner} {trade}", f"{owner} & {other}", f"{owner} Brothers {trade}",
            f"{fancy} {trade}", f"{owner} {other} {trade}", f"{fancy} {owner}",
            f"{town} {fancy} {trade}", f"{fancy} International {trade}", f"{coined} {trade}",
            f"{coined.title()}", f"{owner} and Sons {trade}", f"{fancy} {other} Group",
        )
    )  # fmt: skip


def _domain(chance: random.Random, core: str, country: str) -> str:
    words = [_ascii(word) for word in core.replace("&", "").split() if word != "and"]
    label = chance.choice(("".join(words), "-".join(words), words[0] + words[-1], words[0]))
    if len(label) < 8:
        label += str(chance.randrange(100, 999))
    return f"{label}.{SUFFIXES.get(country, country.lower())}"


def _ascii(word: str) -> str:
    turned = word.lower()
    for sign, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "ł": "l"}.items():
        turned = turned.replace(sign, letters)
    return "".join(char for char in turned if char.isascii() and char.isalnum()) or "x"


def _written(chance: random.Random, entity: _Entity, key: int, *, first: bool) -> Company:
    name = f"{entity.core} {entity.form}"
    record = Company(key, name, entity.domain, entity.town, entity.country)
    if not first:
        for change in chance.sample(CHANGES, chance.choices((1, 2, 3), (55, 33, 12))[0]):
            record = change(chance, record, entity)
    if chance.random() < 0.25:
        record = replace(record, domain="")
    return replace(record, town="") if chance.random() < 0.12 else record


def _other_form(chance: random.Random, record: Company, entity: _Entity) -> Company:
    long = LONG_FORMS.get(entity.form, "")
    return replace(record, name=record.name.replace(entity.form, chance.choice(("", long))).strip())


def _short(chance: random.Random, record: Company, entity: _Entity) -> Company:
    words = [{**SHORT, **HELD_OUT}.get(word, word) for word in record.name.split()]
    return replace(record, name=" ".join(words))


def _slip(chance: random.Random, record: Company, entity: _Entity) -> Company:
    name = record.name
    at = chance.randrange(1, max(2, len(entity.core) - 1))
    letter = chance.choice("abcdefghijklmnoprstuvwyz")
    slips = (
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at:],
        name[:at] + letter + name[at + 1 :],
        name[: at - 1] + name[at : at + 1] + name[at - 1 : at] + name[at + 1 :],
    )
    return replace(record, name=chance.choice(slips))


def _signs(chance: random.Random, record: Company, entity: _Entity) -> Company:
    name = record.name
    turned = (
        name.upper(),
        name.lower(),
        name.replace(" & ", " and "),
        name.replace(" and ", " + "),
    )
    extra = (name.replace(" ", "  ").replace(".", ""), name.replace(" ", "-", 1), f"The {name}")
    return replace(record, name=chance.choice((*turned, *extra)))


def _letters(chance: random.Random, record: Company, entity: _Entity) -> Company:
    """Without accents, or in another script where the town's people use one."""
    script = {"GR": GREEK, "BG": CYRILLIC, "RU": CYRILLIC}.get(entity.country)
    if script is None:
        plain = {"ä": "ae", "ö": "oe", "ü": "ue", "é": "e", "è": "e", "ã": "a", "ó": "o", "ł": "l"}
        name = "".join(plain.get(char, char) for char in record.name)
    else:
        parts = re.split(f"({'|'.join(script)})", entity.core.lower())
        core = "".join(script.get(part, part) for part in parts)
        name = f"{core.title()} {entity.form}"
    return replace(record, name=name)


def _initials(chance: random.Random, record: Company, entity: _Entity) -> Company:
    words = [word for word in entity.core.split() if word not in ("&", "and")]
    if len(words) < 3:
        return _other_form(chance, record, entity)
    return replace(record, name="".join(word[0] for word in words).upper() + f" {entity.form}")


def _moved(chance: random.Random, record: Company, entity: _Entity) -> Company:
    label = entity.domain.partition(".")[0]
    new = (f"{label}.com", f"{label}-group.com", f"{_ascii(entity.core.split()[0])}-online.net")
    return replace(record, domain=chance.choice(new))


def _more(chance: random.Random, record: Company, entity: _Entity) -> Company:
    tail = chance.choice((" Group", " Holding", f" {entity.country}", f" ({entity.town})"))
    return replace(record, name=f"{entity.core}{tail} {entity.form}".strip())


CHANGES = (_other_form, _other_form, _short, _short, _slip, _slip, _signs, _letters, _initials,
           _moved, _moved, _more)  # fmt: skip
