"""What people call an industry, in seven languages, as one word each.

Only names of the same thing: what is not known stays as it was written.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from core.intake import clean

_NAMES = {
    "Accounting": """accountancy|accounting & auditing|steuerberatung|comptabilite|contabilidad
        |contabilidade|contabilita|accountancy & audit|boekhouding""",
    "Advertising": """marketing & advertising|marketing and advertising|advertising services
        |advertising & marketing|werbung|marketing und werbung|publicite|marketing et publicite
        |publicidad|marketing y publicidad|publicidade|marketing e publicidade|pubblicita
        |marketing e pubblicita|reclame|marketing en reclame""",
    "Agriculture": """farming|landwirtschaft|agrar|agrarwirtschaft|agricultura|agricoltura
        |landbouw""",
    "Automotive": """automotive industry|automobile|automobil|automobilindustrie|automobilbranche
        |industrie automobile|automocion|automotriz|industria automotriz|automotivo
        |industria automotiva|industria automobilistica|settore automobilistico|auto-industrie""",
    "Banking": """banks|bank|banken|bankwesen|bankenwesen|banque|banques|banca|banco|bancos|banche
        |settore bancario|setor bancario|bankwezen""",
    "Biotechnology": "biotech|biotechnologie|biotecnologia",
    "Chemicals": """chemical|chemical industry|chemie|chemische industrie|chemieindustrie|chimie
        |quimica|industria quimica|chimica|industria chimica""",
    "Construction": """building|building & construction|bau|bauwesen|baugewerbe|bauindustrie
        |batiment|btp|construccion|construcao|construcao civil|edilizia|costruzioni|bouw
        |bouwsector""",
    "Consulting": """management consulting|business consulting|consultancy|beratung
        |unternehmensberatung|conseil|conseil en management|consultoria|consulenza
        |consulenza aziendale|advies|adviesbureau""",
    "Consumer Goods": """consumer products|cpg|fmcg|konsumguter|biens de consommation
        |bienes de consumo|bens de consumo|beni di consumo|consumptiegoederen""",
    "E-Commerce": """ecommerce|e commerce|online retail|internet retail|onlinehandel
        |commerce electronique|comercio electronico|comercio eletronico|commercio elettronico""",
    "Education": """bildung|bildungswesen|enseignement|educacion|educacao|istruzione|formazione
        |onderwijs""",
    "Energy": """energie|energiewirtschaft|energia|energy & utilities|energiesector""",
    "Financial Services": """finance|financial|financial service|finanzdienstleistungen|finanzen
        |finanzwesen|services financiers|servicios financieros|servicos financeiros
        |servizi finanziari|financiele dienstverlening|financiele diensten""",
    "Food & Beverages": """food and beverage|food & beverage|food and beverages|food & drink
        |food production|lebensmittel|nahrungsmittel|lebensmittelindustrie|agroalimentaire
        |alimentacion|alimentacion y bebidas|alimentos e bebidas|alimentare|voeding
        |voedingsmiddelen""",
    "Government": """public administration|government administration|public sector|verwaltung
        |offentliche verwaltung|offentlicher dienst|administration publique|secteur public
        |administracion publica|sector publico|administracao publica|pubblica amministrazione
        |overheid""",
    "Health Care": """healthcare|hospital & health care|hospitals and health care|health|medical
        |gesundheit|gesundheitswesen|sante|salud|sanidad|saude|sanita|assistenza sanitaria
        |gezondheidszorg|zorg""",
    "Hospitality": """hotels|hotel|hotels & restaurants|hotellerie|gastgewerbe|hosteleria|hotelaria
        |ospitalita|horeca""",
    "Human Resources": """hr|hr services|human resources services|personalwesen|ressources humaines
        |recursos humanos|risorse umane|personeelszaken""",
    "Information Technology": """it|information technology & services|it services
        |information technology and services|it services and it consulting|edv|ict
        |informationstechnologie|informationstechnik|informatik|it dienstleistungen|informatique
        |technologies de l information|informatica|tecnologias de la informacion
        |tecnologia da informacao|tecnologia dell informazione|informatietechnologie""",
    "Insurance": """insurances|versicherung|versicherungen|versicherungswesen|assurance|assurances
        |seguros|assicurazioni|assicurazione|verzekering|verzekeringen""",
    "Legal": """law|law practice|legal services|law firms|recht|rechtsberatung|rechtswesen
        |juridique|services juridiques|droit|legal y juridico|servicios legales|juridico
        |servicos juridicos|legale|servizi legali|juridisch|juridische dienstverlening""",
    "Logistics": """logistics & supply chain|logistics and supply chain|supply chain|logistik
        |logistique|logistica|logistiek|transportation/logistics|transport & logistik
        |transport und logistik|transport et logistique""",
    "Machinery": """machinery manufacturing|mechanical engineering|maschinenbau|anlagenbau
        |maschinen- und anlagenbau|construction mecanique|machines|maquinaria|macchinari
        |machinebouw""",
    "Manufacturing": """production|fertigung|produktion|verarbeitendes gewerbe|herstellung
        |industrie manufacturiere|fabrication|manufactura|fabricacion|manufatura|fabricacao
        |manifattura|industria manifatturiera|productie|fabricage""",
    "Media": """media production|media & entertainment|medien|medias|medios
        |medios de comunicacion|midia|mezzi di comunicazione""",
    "Medical Devices": """medical device|medical equipment|medizintechnik|dispositifs medicaux
        |dispositivos medicos|dispositivi medici|medische apparatuur|medische hulpmiddelen""",
    "Non-Profit": """nonprofit|non profit|non-profit organization|nonprofit organization
        |non-profit organizations|ngo|gemeinnutzig|association|organisation a but non lucratif
        |sin animo de lucro|sem fins lucrativos|no profit|goede doelen""",
    "Pharmaceuticals": """pharma|pharmaceutical|pharmaceutical manufacturing|pharmazie
        |pharmaindustrie|pharmaceutique|industrie pharmaceutique|farmaceutica|farmacia
        |industria farmaceutica|farmaceutico|farmaceutisch|farmacie""",
    "Real Estate": """property|immobilien|immobilienwirtschaft|immobilier|inmobiliaria
        |bienes raices|imobiliario|imoveis|immobiliare|vastgoed|onroerend goed""",
    "Retail": """retail trade|einzelhandel|handel|commerce de detail|distribution|comercio minorista
        |comercio al por menor|varejo|comercio varejista|vendita al dettaglio|detailhandel""",
    "Software": """computer software|software development|software engineering|saas
        |software as a service|softwareentwicklung|logiciel|logiciels|editeur de logiciels
        |desarrollo de software|desenvolvimento de software|sviluppo software|softwarebranche""",
    "Staffing": """staffing & recruiting|staffing and recruiting|recruiting|recruitment
        |personalvermittlung|personaldienstleistungen|recrutement|seleccion de personal
        |recrutamento|selezione del personale|uitzendbranche|werving en selectie""",
    "Telecommunications": """telecom|telecoms|telco|telekommunikation|telecommunication
        |telecomunicaciones|telecomunicacoes|telecomunicazioni|telecommunicatie""",
    "Tourism": """travel|travel & tourism|leisure, travel & tourism|tourismus|reisen|tourisme
        |voyages|turismo|viajes|toerisme|reizen""",
    "Transportation": """transport|transportwesen|transporte|transportes|trasporti|vervoer""",
    "Utilities": "versorger|versorgungswirtschaft|servicios publicos|nutsbedrijven",
    "Wholesale": """wholesale trade|grosshandel|commerce de gros|comercio mayorista
        |comercio al por mayor|atacado|commercio all ingrosso|ingrosso|groothandel""",
}


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char if char.isalnum() else " " for char in bare if not _combines(char))
    return " ".join(
        word for word in kept.split() if word not in ("and", "und", "et", "y", "industry")
    )


def _combines(char: str) -> bool:
    return unicodedata.combining(char) != 0


_TABLE = {
    _plain(alias): name for name, aliases in _NAMES.items() for alias in (name, *aliases.split("|"))
}


@lru_cache(maxsize=8192)
def standard(cell: str) -> str:
    """The usual name of an industry; one that is not known as it was written."""
    bare = clean.text(cell)
    return _TABLE.get(_plain(bare)) or bare


def with_standard(given: Sequence[str]) -> tuple[str, ...]:
    """What somebody asks for, and the words under which lists are kept."""
    return tuple(dict.fromkeys(word for one in given for word in (one, standard(one))))
