"""What a company is known by, from what a row or a person says of it."""

from functools import lru_cache

from core.domain.mail_domains import FREE_MAIL
from core.intake import clean

LEGAL_FORMS = frozenset(
    """gmbh ag kg ug ohg mbh co inc llc ltd limited plc corp corporation company sa sas sarl srl spa
    bv nv ab oy as aps sl slu lda ltda eirl""".split()  # noqa: SIM905
)


def key(domain: str | None, mail_domain: str | None, name: str | None) -> str | None:
    """Its own domain, else that of the address (None where anybody may have one there), else its
    name without legal form.
    """
    if domain and domain not in FREE_MAIL:
        return domain
    if mail_domain:
        return mail_domain
    plain = _plain(name or "")
    return f"name:{plain}"[:255] if plain else None


@lru_cache(maxsize=8192)
def _plain(name: str) -> str:
    words = clean.text(name).casefold().replace(".", "").replace(",", " ").split()
    kept = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(kept or words)
