"""The words of job titles: short forms and other languages spelled out, and what a word tells."""

import re
from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# short forms spelled out, so that 'VP Mktg' meets 'Vice President Marketing'
LONG: Mapping[str, str] = {
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
    "geschäftsführers": "managing director",
    "geschäftsführung": "managing director",
    "geschäftsleitung": "managing director",
    "geschäftsleiter": "managing director",
    "geschäftsleiterin": "managing director",
    "geschäftsführender": "managing",
    "geschäftsführende": "managing",
    "gf": "managing director",
    "gesellschafter": "partner",
    "gesellschafterin": "partner",
    "vorstands": "vorstand",
    "vorstandes": "vorstand",
    "vorstandsvorsitzender": "chief executive officer",
    "vorstandsvorsitzende": "chief executive officer",
    "pdg": "chief executive officer",
    "président": "president",
    "présidente": "president",
    "presidente": "president",
    "präsident": "president",
    "präsidentin": "president",
    "vizepräsident": "vice president",
    "vizepräsidentin": "vice president",
    "vicepresidente": "vice president",
    "vicepresidenta": "vice president",
    "chairwoman": "chairman",
    "chairperson": "chairman",
    "stellvertretender": "deputy",
    "stellvertretende": "deputy",
    "stellvertreter": "deputy",
    "stellvertreterin": "deputy",
    "stellv": "deputy",
    "stv": "deputy",
    "vize": "deputy",
    "adjoint": "deputy",
    "adjointe": "deputy",
    "adjunto": "deputy",
    "adjunta": "deputy",
    "plaatsvervangend": "deputy",
    "biträdande": "deputy",
    "assistent": "personal assistant",
    "assistentin": "personal assistant",
    "assistenz": "personal assistant",
    "assistante": "personal assistant",
    "asistente": "personal assistant",
    "assistente": "personal assistant",
    "sekretär": "secretary",
    "sekretärin": "secretary",
    "sekretariat": "secretary",
    "secrétaire": "secretary",
    "secretaria": "secretary",
    "segretaria": "secretary",
    "referentin": "referent",
    "persönlicher": "personal",
    "persönliche": "personal",
    "büro": "office",
    "adviser": "advisor",
    "berater": "advisor",
    "beraterin": "advisor",
    "ehemaliger": "former",
    "ehemalige": "former",
    "ancien": "former",
    "ancienne": "former",
    "retired": "former",
}

EMPTY = frozenset(
    {"of", "the", "and", "for", "de", "des", "der", "du", "la", "le", "di", "da", "y"}
)

# what says only how high or how wide, never what somebody does
RANK_WORDS = (
    "chief officer head director directors managing manager vice president senior junior lead "
    "leader leading executive assistant associate deputy principal staff general founder co owner "
    "proprietor partner supervisor coordinator specialist expert intern trainee apprentice student "
    "praktikant praktikantin werkstudent werkstudentin interim acting former team group global "
    "international national regional area local member board chair chairman to in at für von und "
    "et e i del della do da teamleiter teamleiterin abteilungsleiter abteilungsleiterin "
    "bereichsleiter bereichsleiterin gruppenleiter gruppenleiterin chef cheffe chefin vorstand "
    "jefe jefa président présidente presidente dirigente capo responsabile coordinateur "
    "coordinatrice coordinador coordinadora adjoint adjointe stellvertretender stellvertretende "
    "leitender leitende referent ceo vicepresident personal s ex secretary aide"
)
RANK = _words(RANK_WORDS)
# the same function said as a noun and as an adjective
FUNCTION: Mapping[str, str] = {
    "financial": "finance",
    "technical": "technology",
    "operating": "operations",
    "operation": "operations",
}

# the words of a rank that somebody can have, and those of the highest ones
RANKED = _words(
    "chief ceo officer president vicepresident chairman chair board vorstand managing director "
    "head founder owner proprietor partner manager lead leader supervisor general principal"
)
TOP = _words(
    "chief president vicepresident chairman board vorstand managing director head founder owner "
    "direction direktion dirección direzione direção gerencia gerência"
)
# with which a rank ends, so that who follows serves it: "CEO assistant", "founder's associate"
ENDS = _words("officer president vicepresident chairman director founder owner vorstand")

TO = _words("to for für zum zur till para per pour")
OF = TO | _words("of des der dem den du de d del della di da do van von vom av")
# may stand between "to" and the rank that it is about
PASSED = _words("the our den die dem der la le l group global regional senior executive deputy")
AND = frozenset(("and", "und", "et", "y", "e"))
DEPUTY = frozenset(("deputy", "vice"))
JUNIOR = frozenset(("assistant", "associate"))  # before a rank: one below it
SERVING = frozenset(("secretary", "referent"))  # of somebody, with or without a word between
NEAR = frozenset(("office", "cabinet", "bureau", "advisor", "coach", "liaison", "aide"))

# an assistant whose title names whom he serves in the same word
ASSISTANT = re.compile(
    r"(?:vorstands|geschäftsführungs|geschäftsleitungs|direktions|chef)"
    r"(?:assisten[tz]|sekret|referent)"
)
# words of rank that are none there: (word before, word, word after), None is any
NO_RANK: frozenset[tuple[str | None, str, str | None]] = frozenset(
    [(one, "owner", None) for one in ("product", "system", "service", "process", "domain")]
    + [(one, "partner", None) for one in ("business", "channel", "alliance", "people")]
    + [(None, "partner", one) for one in ("manager", "marketing", "success", "sales", "account")]
    + [(None, "lead", one) for one in ("generation", "gen")]
)
