"""Job titles in words that can be compared: seniority, department, and the words themselves."""

import re
from functools import lru_cache

from core.domain.titles_ranks import ANOTHERS, BELOW, marked
from core.domain.titles_words import EMPTY, FUNCTION, JUNIOR, LONG, RANK

_WORD = re.compile(r"[^\W_]+(?:[+#]+)?")

# in this order: the first whose words are all there decides
_SENIORITY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("founder", ("founder",)),
    ("owner", ("owner", "proprietor")),
    ("vp", ("vice president",)),
    (
        "c_level",
        (
            "chief officer",
            "chief of staff",
            "managing director",
            "president",
            "partner",
            "vorstand",
        ),
    ),
    ("director", ("director",)),
    ("head", ("head",)),
    ("manager", ("manager", "lead", "supervisor", "team leader")),
    ("intern", ("intern", "trainee", "apprentice", "praktikant", "student", "werkstudent")),
    ("entry", ("junior", "assistant")),
    ("senior", ("senior", "principal", "staff engineer")),
)
_ORDER = tuple(name for name, _ in _SENIORITY)
# what a deputy, an associate or an assistant of that rank is
_BELOW = {
    "c_level": "vp",
    "vp": "director",
    "director": "head",
    "head": "manager",
    "manager": "senior",
}

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
    (
        "management",
        (
            *("chief executive", "managing director", "founder", "owner", "president"),
            *("vice president", "vorstand"),
        ),
    ),
)


@lru_cache(maxsize=65536)
def tokens(text: str) -> frozenset[str]:
    """The words that carry a title or an industry, lower case, short forms spelled out."""
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(
        part for word in words for part in LONG.get(word, word).split() if part not in EMPTY
    )


@lru_cache(maxsize=65536)
def meant(title: str) -> frozenset[str]:
    """The words of a title as `tokens`, those of a rank that is not one's own marked."""
    return frozenset(
        word for word in marked(title) if word.lstrip(f"{BELOW}{ANOTHERS}") not in EMPTY
    )


@lru_cache(maxsize=65536)
def seniority_of(title: str) -> str | None:
    """founder, owner, c_level, vp, director, head, manager, senior, entry or intern; None where the
    title does not say. Whoever serves a rank does not have it, a deputy has the one below.
    """
    said = meant(title)
    have = own(title)
    under = frozenset(word[1:] for word in said if word[0] == BELOW)
    if "assistant" in have and (have & {"executive", "personal"} or len(have | under) < len(said)):
        return "entry"
    if not under:
        return _first(_SENIORITY, have)
    found = (_BELOW.get(_first(_SENIORITY, under) or ""), _first(_SENIORITY, have - JUNIOR))
    return min((one for one in found if one), key=_ORDER.index, default=None)


@lru_cache(maxsize=65536)
def department_of(title: str) -> str | None:
    """The department a title names, or None."""
    return _first(_DEPARTMENT, _bare(title))


@lru_cache(maxsize=65536)
def own(title: str) -> frozenset[str]:
    """The words of a title that tell of the person, not of whom they serve or stand below."""
    return frozenset(word for word in meant(title) if word[0] not in (BELOW, ANOTHERS))


def _bare(title: str) -> frozenset[str]:
    return frozenset(word.lstrip(f"{BELOW}{ANOTHERS}") for word in meant(title))


@lru_cache(maxsize=65536)
def function_of(title: str) -> frozenset[str]:
    """What is left of a title without its rank: "Head of Marketing" does marketing."""
    return frozenset(FUNCTION.get(word, word) for word in own(title) - RANK)


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
        if any(own(phrase) <= have for phrase in phrases):
            return name
    return None
