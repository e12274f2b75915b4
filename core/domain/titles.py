"""Job titles in words that can be compared: seniority, department, and the words themselves."""

import re
from collections.abc import Mapping
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[+#]+)?")

# short forms spelled out, so that 'VP Mktg' meets 'Vice President Marketing'
_LONG: Mapping[str, str] = {
    "vp": "vice president",
    "svp": "senior vice president",
    "evp": "executive vice president",
    "avp": "assistant vice president",
    "ceo": "chief executive officer",
    "cmo": "chief marketing officer",
    "cfo": "chief financial officer",
    "cto": "chief technology officer",
    "coo": "chief operating officer",
    "cio": "chief information officer",
    "cro": "chief revenue officer",
    "cso": "chief sales officer",
    "chro": "chief human resources officer",
    "cpo": "chief product officer",
    "cdo": "chief digital officer",
    "md": "managing director",
    "mktg": "marketing",
    "mgr": "manager",
    "dir": "director",
    "eng": "engineering",
    "ops": "operations",
    "hr": "human resources",
    "sr": "senior",
    "jr": "junior",
    "pr": "public relations",
    "biz": "business",
    "dev": "development",
    "leiter": "head",
    "leiterin": "head",
    "leitung": "head",
    "directeur": "director",
    "directrice": "director",
    "direktor": "director",
    "direktorin": "director",
    "direttore": "director",
    "diretor": "director",
    "diretora": "director",
    "directora": "director",
    "responsable": "head",
    "geschäftsführer": "managing director",
    "geschäftsführerin": "managing director",
    "gérant": "managing director",
    "gerente": "manager",
    "inhaber": "owner",
    "inhaberin": "owner",
    "vertrieb": "sales",
    "vertriebsleiter": "head sales",
    "vertriebsleiterin": "head sales",
    "marketingleiter": "head marketing",
    "marketingleiterin": "head marketing",
    "einkauf": "purchasing",
    "personal": "human resources",
    "ventas": "sales",
    "ventes": "sales",
    "vendas": "sales",
    "vendite": "sales",
    "commercial": "sales",
    "fondateur": "founder",
    "fundador": "founder",
    "fundadora": "founder",
    "gründer": "founder",
    "gründerin": "founder",
    "cofounder": "co founder",
}
_EMPTY = frozenset(
    {"of", "the", "and", "for", "de", "des", "der", "du", "la", "le", "di", "da", "y"}
)

# what says only how high or how wide, never what somebody does
_RANKS = (
    "chief officer head director directors managing manager vice president senior junior lead "
    "leader leading executive assistant associate deputy principal staff general founder co owner "
    "proprietor partner supervisor coordinator specialist expert intern trainee apprentice student "
    "praktikant praktikantin werkstudent werkstudentin interim acting former team group global "
    "international national regional area local member board chair chairman to in at für von und "
    "et e i del della do da teamleiter teamleiterin abteilungsleiter abteilungsleiterin "
    "bereichsleiter bereichsleiterin gruppenleiter gruppenleiterin chef cheffe chefin vorstand "
    "jefe jefa président présidente presidente dirigente capo responsabile coordinateur "
    "coordinatrice coordinador coordinadora adjoint adjointe stellvertretender stellvertretende "
    "leitender leitende referent referentin"
)
_RANK = frozenset(_RANKS.split())
# the same function said as a noun and as an adjective
_FUNCTION: Mapping[str, str] = {
    "financial": "finance",
    "technical": "technology",
    "operating": "operations",
    "operation": "operations",
}

# in this order: the first whose words are all there decides
_SENIORITY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("founder", ("founder",)),
    ("owner", ("owner", "proprietor")),
    ("vp", ("vice president",)),
    ("c_level", ("chief officer", "chief of staff", "managing director", "president", "partner")),
    ("director", ("director",)),
    ("head", ("head",)),
    ("manager", ("manager", "lead", "supervisor", "team leader")),
    ("intern", ("intern", "trainee", "apprentice", "praktikant", "student", "werkstudent")),
    ("entry", ("junior", "assistant")),
    ("senior", ("senior", "principal", "staff engineer")),
)

_DEPARTMENT: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "marketing",
        ("marketing", "brand", "growth", "seo", "content", "communications", "public relations"),
    ),
    ("sales", ("sales", "account executive", "business development", "revenue", "key account")),
    ("customer_success", ("customer success", "customer support", "support", "customer service")),
    ("human_resources", ("human resources", "talent", "recruiter", "recruiting", "people")),
    ("finance", ("finance", "financial", "accounting", "accountant", "controller", "treasurer")),
    ("legal", ("legal", "counsel", "lawyer", "compliance", "attorney")),
    ("product", ("product",)),
    ("design", ("design", "designer", "ux", "creative")),
    (
        "engineering",
        ("engineering", "engineer", "software", "developer", "technology", "cto", "entwickler"),
    ),
    ("it", ("it", "information", "systems", "infrastructure", "security")),
    ("purchasing", ("purchasing", "procurement", "buyer", "sourcing")),
    ("operations", ("operations", "operating", "logistics", "supply chain", "facility")),
    ("management", ("executive officer", "managing director", "founder", "owner", "president")),
)


@lru_cache(maxsize=65536)
def tokens(text: str) -> frozenset[str]:
    """The words that carry a title or an industry, lower case, short forms spelled out."""
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(
        part for word in words for part in _LONG.get(word, word).split() if part not in _EMPTY
    )


@lru_cache(maxsize=65536)
def seniority_of(title: str) -> str | None:
    """founder, owner, c_level, vp, director, head, manager, senior, entry or intern; None where the
    title does not say.
    """
    have = tokens(title)
    if "assistant" in have and ("to" in have or have & {"executive", "personal"}):
        return "entry"
    return _first(_SENIORITY, have)


@lru_cache(maxsize=65536)
def department_of(title: str) -> str | None:
    """The department a title names, or None."""
    return _first(_DEPARTMENT, tokens(title))


@lru_cache(maxsize=65536)
def function_of(title: str) -> frozenset[str]:
    """What is left of a title without its rank: "Head of Marketing" does marketing."""
    return frozenset(_FUNCTION.get(word, word) for word in tokens(title) - _RANK)


def like(phrase: str, title: str) -> bool:
    """Whether somebody with the title does what the phrase names, at whatever rank: half of its
    words at least, where one says no more than the other or both name one department.
    """
    asked, does = function_of(phrase), function_of(title)
    both = asked & does
    if not both or 2 * len(both) < len(asked):
        return False
    department = department_of(phrase)
    same = department is not None and department == department_of(title)
    return same or asked <= does or does <= asked


def _first(table: tuple[tuple[str, tuple[str, ...]], ...], have: frozenset[str]) -> str | None:
    for name, phrases in table:
        if any(tokens(phrase) <= have for phrase in phrases):
            return name
    return None
