"""Which heading means which standard field, in seven languages and the words of the usual exports.

Headings are compared in their plain form (see `plain`): lower case, without accents and signs.
A field's aliases stand in order of preference: where several columns could be the field, the
earlier alias wins and the others stay custom fields.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

FIELDS = (
    *("email", "first_name", "last_name", "full_name", "title", "seniority", "department"),
    *("company", "website", "phone", "linkedin", "industry", "employees", "revenue"),
    *("city", "state", "country", "technologies", "source", "owner", "status", "stage"),
    *("tags", "notes", "created_at", "opt_out", "consent_at", "converted", "campaign"),
    *("spend", "impressions", "clicks"),
)

_ALIASES: Mapping[str, str] = {
    "email": """email|e mail|email address|e mail address|work email|business email|person email
        |primary email|e mail 1 value|email 1|contact email|company email|mail|email id|emailaddress
        |e mail adresse|email adresse|mailadresse|geschaftliche e mail|e mail geschaftlich
        |adresse e mail|adresse mail|adresse email|courriel|adresse electronique|mel
        |correo|correo electronico|direccion de correo|direccion de correo electronico|email laboral
        |endereco de e mail|endereco de email|correio eletronico|e mail corporativo
        |indirizzo email|indirizzo e mail|posta elettronica|e mailadres|emailadres|mailadres
        |personal email|home email""",
    "first_name": """first name|firstname|given name|givenname|forename|fname|first|christian name
        |vorname|rufname|prenom|nombre|nombre de pila|primer nombre|primeiro nome|nome proprio|nome
        |voornaam""",
    "last_name": """last name|lastname|surname|family name|familyname|lname|last|second name
        |nachname|familienname|zuname|nom de famille|apellido|apellidos|primer apellido|sobrenome
        |apelido|ultimo nome|cognome|achternaam|familienaam|nom""",
    "full_name": """full name|fullname|name|person name|contact name|contact person|display name
        |lead name|customer name|vollstandiger name|ansprechpartner|kontaktname|kontakt
        |nom complet|nom et prenom|prenom et nom|nombre completo|nombre y apellido
        |nombre y apellidos|nome completo|nome e cognome|nome e sobrenome|contactpersoon
        |volledige naam|naam""",
    "title": """job title|jobtitle|title|position|job position|role|job role|current title
        |organization title|organization 1 title|job|designation|current position
        |position im unternehmen|jobtitel|berufsbezeichnung|funktion|stellenbezeichnung|stelle
        |poste|intitule du poste|fonction|titre du poste|cargo|puesto|puesto de trabajo|titulo
        |funcao|posizione|qualifica|ruolo|mansione|functie|functietitel""",
    "seniority": "seniority|seniority level|management level|job level|hierarchieebene|senioridad",
    "department": """department|departments|job function|organization department|division
        |abteilung|bereich|departement|service|departamento|area|dipartimento|reparto|afdeling""",
    "company": """company name|company|organization name|organisation name|organization|organisation
        |company account|account name|account|employer|associated company|current company|business
        |business name|company organization|organization 1 name|associated company primary
        |primary company|firma|firmenname|unternehmen|unternehmensname|arbeitgeber|betrieb
        |entreprise|societe|nom de l entreprise|nom de la societe|raison sociale|employeur
        |empresa|nombre de la empresa|compania|organizacion|nome da empresa|organizacao
        |azienda|societa|nome azienda|ragione sociale|ditta|bedrijf|bedrijfsnaam|organisatie
        |werkgever""",
    "website": """website|website url|company website|web site|company domain|domain|domain name
        |company domain name|web page|webpage|homepage|company url|website 1 value|web|site
        |organization website|company website url|webseite|internetseite|internet|site web
        |site internet|sitio web|pagina web|site da empresa|sito web|sito|sito internet
        |url del sitio web|webadres""",
    "phone": """mobile phone|mobile|mobile number|cell phone|cell|work direct phone|direct phone
        |work phone|business phone|phone number|phone|telephone|telephone number|person phone
        |phone 1 value|primary phone|contact phone|direct dial|tel|phone work|phone mobile
        |work mobile|corporate phone|company phone|home phone|other phone
        |mobil|mobiltelefon|handy|telefon|telefonnummer|rufnummer|telefon geschaftlich|durchwahl
        |telephone portable|telephone mobile|numero de telephone|portable|movil|telefono movil
        |telefono|numero de telefono|celular|telemovel|telefone|numero de telefone|cellulare
        |numero di telefono|mobiel|telefoonnummer|telefoon|mobiel nummer|gsm""",
    "linkedin": """linkedin url|person linkedin url|linkedin|linkedin profile|linkedin profile url
        |person linkedin|linkedin link|contact linkedin|linkedin profil|profil linkedin
        |perfil de linkedin|perfil linkedin|profilo linkedin|contact linkedin profile url
        |linkedin contact profile url""",
    "industry": """industry|company industry|sector|vertical|business type|primary industry
        |branche|industrie|wirtschaftszweig|secteur|secteur d activite|industria|sector industrial
        |setor|ramo|ramo de atividade|settore|branch|bedrijfstak""",
    "employees": """employees|number of employees|no of employees|employee count|num employees
        |company size|headcount|company headcount|staff|staff count|size|company employees
        |employees count|of employees|company employee count|mitarbeiter|mitarbeiterzahl
        |anzahl mitarbeiter|anzahl der mitarbeiter|unternehmensgrosse|beschaftigte
        |effectif|effectifs|nombre d employes|nombre de salaries|salaries|taille de l entreprise
        |empleados|numero de empleados|tamano de la empresa|funcionarios|numero de funcionarios
        |dipendenti|numero di dipendenti|numero dipendenti|medewerkers|aantal medewerkers
        |aantal werknemers|tamanho da empresa""",
    "revenue": """annual revenue|revenue|company revenue|company annual revenue|yearly revenue
        |turnover|annual turnover|estimated revenue|umsatz|jahresumsatz|chiffre d affaires
        |chiffre d affaires annuel|ingresos|ingresos anuales|facturacion|facturacion anual|receita
        |receita anual|faturamento|faturamento anual|fatturato|ricavi|fatturato annuo|omzet
        |jaaromzet""",
    "city": """city|town|contact city|person city|city town|business city|mailing city|work city
        |billing city|primary city|address city|address 1 city|location city|home city
        |stadt|ort|wohnort|ort geschaftlich|ville|localite|ciudad|localidad|poblacion|cidade
        |citta|comune|stad|plaats|woonplaats""",
    "state": """state|state province|state region|province|person state|contact state|county
        |mailing state province|mailing state|business state|billing state|address 1 region|region
        |state or province|bundesland|departement region|estado provincia|provincia
        |comunidad autonoma|estado uf|uf|regione|provincie""",
    "country": """country|country region|contact country|person country|country name
        |country code|mailing country|business country|business country region|billing country
        |address 1 country|location country|nation|land|land region|staat|pays|pais|pais region
        |paese|nazione|stato""",
    "technologies": """technologies|technology|tech stack|technologies used|tech|web technologies
        |technologien|tecnologias|tecnologie|technologieen""",
    "source": """lead source|source|original source|contact source|origin|acquisition source
        |platform|channel|traffic source|utm source|lead quelle|leadquelle|quelle|herkunft
        |source du lead|origine|origen|fuente|fuente del lead|origem|fonte|origem do lead|fonte lead
        |bron|leadbron|herkomst""",
    "owner": """owner|contact owner|lead owner|owner name|record owner|assigned to|sales rep
        |sales owner|account manager|assigned user|person owner|besitzer|zustandig|verantwortlich
        |betreuer|proprietaire|proprietaire du contact|responsable|propietario
        |propietario del contacto|proprietario|proprietario do contato|proprietario del contatto
        |eigenaar|verantwoordelijke""",
    "status": """lead status|status|contact status|person status|lead state|leadstatus|statut
        |statut du lead|estado del lead|estatus|status do lead|stato lead|stato del lead""",
    "stage": """lifecycle stage|stage|lead stage|deal stage|pipeline stage|funnel stage
        |lifecycle phase|lebenszyklusphase|phase|etape|etapa|etapa del ciclo de vida|fase|etape du
        cycle de vie""",
    "tags": """tags|tag|labels|label|person labels|schlagworte|stichworte|etiquettes|etiquetas
        |marcadores|etichette|categories|kategorien""",
    "notes": """notes|note|comments|comment|remarks|notizen|bemerkungen|bemerkung|anmerkungen
        |kommentar|remarques|commentaires|notas|comentarios|observaciones|observacoes|osservazioni
        |commenti|notities|opmerkingen""",
    "created_at": """created at|create date|created date|date created|created|created time
        |created on|creation date|date registered|date added|added on|connected on
        |registration date|signup date|person created|add time|person add time|added at
        |erstellt am|erstellungsdatum|erstellt|angelegt am|date de creation|cree le|date d ajout
        |fecha de creacion|creado el|fecha de alta|data de criacao|criado em|data di creazione
        |creato il|aanmaakdatum|aangemaakt op""",
    "opt_out": """email opt out|opt out|optout|opted out|has opted out of email|hasoptedoutofemail
        |do not email|do not contact|donotemail|do not mail|unsubscribed|unsubscribe|unsub
        |unsubscribed from all email|unsubscribed from email|email unsubscribed|email opt out date
        |unsubscribed at|unsub time|unsubscribe date|unsubscribed date|dnc|suppressed|blacklisted
        |email blacklisted|no email|opted out of email|opt out date|opted out of all email
        |marketing emails opt out|globally unsubscribed
        |abgemeldet|abmeldung|keine e mail|keine e mails|werbesperre|e mail abbestellt
        |desinscrit|desabonne|ne pas contacter|ne pas envoyer d e mail|dado de baja|no contactar
        |no enviar email|no enviar correo|baja|descadastrado|nao contatar|nao enviar e mail
        |cancelou inscricao|disiscritto|non contattare|non inviare email|afgemeld|uitgeschreven
        |niet mailen|geen e mail""",
    "consent_at": """optin time|opt in time|confirm time|consent date|consent at|opt in date
        |opted in at|consented at|gdpr consent date|subscribed at|subscription date|opt in timestamp
        |einwilligung am|einwilligungsdatum|date de consentement|date d inscription
        |fecha de consentimiento|data de consentimento|data consenso|toestemmingsdatum""",
    "converted": """converted|is converted|won|is customer|became customer|conversion|konvertiert
        |converti|convertido|convertito|geconverteerd|closed won""",
    "campaign": """campaign name|campaign|utm campaign|kampagne|kampagnenname|nom de la campagne
        |campagne|nombre de la campana|campana|nome da campanha|campanha|nome campagna
        |nome della campagna|campagna|campagnenaam""",
    "spend": """amount spent|spend|cost|ad spend|total spent|costs|ausgegebener betrag|ausgaben
        |kosten|montant depense|depenses|cout|importe gastado|gasto|coste|costo|valor usado
        |valor gasto|custo|importo speso|spesa|besteed bedrag|uitgaven""",
    "impressions": """impressions|impr|impressionen|impresiones|impressoes|impression
        |visualizzazioni|vertoningen|weergaven""",
    "clicks": """clicks|link clicks|clicks all|klicks|linkklicks|clics|clics sur un lien
        |clics en el enlace|cliques|clic|clic sul link|klikken""",
}


def _table() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for field, words in _ALIASES.items():
        for place, alias in enumerate(words.split("|")):
            found.setdefault(" ".join(alias.split()), (field, place))
    return found


TABLE = _table()

# the record a heading speaks of, where an export says so
_PREFIX = re.compile(r"^(?:person|people|contact|lead|kontakt|contato|contacto) (?=\w)")
_OF_COMPANY = re.compile(r"^(?:organization|organisation|company|account) ")
_COUNTED = re.compile(r"^(.*?) 1(?: value)?$")
# what only looks like a field: "Company Name for Emails" is no name of a company
NEVER = frozenset(
    """company name for emails|email status|email confidence|email sent|email open|email bounced
    |email opened|email clicked|email domain|email verified|title case|name prefix|name suffix
    |company phone number|file as|nickname|middle name|salutation|anrede|civilite|tratamiento
    |account owner|company linkedin url|facebook url|twitter url|company address|company country
    |company state|company city|email type|phone type|country phone code""".replace(
        "\n    ", ""
    ).split("|")
)


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """A heading as it is compared: `Montant dépensé (USD)` → `montant depense`."""
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", heading)
    text = text if text.strip(" _-#") else heading
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = (char if char.isalnum() else " " for char in bare if not unicodedata.combining(char))
    return " ".join("".join(kept).split()).replace("linked in", "linkedin")


@lru_cache(maxsize=4096)
def field_of(heading: str) -> tuple[str, int, float] | None:
    """(field, place in its order of preference, confidence) of a heading alone, or None."""
    name = plain(heading)
    if name in NEVER:
        return None
    if name in TABLE:
        return (*TABLE[name], 0.95)
    for pattern, confidence in ((_COUNTED, 0.85), (_PREFIX, 0.85)):
        short = pattern.sub(r"\1" if pattern is _COUNTED else "", name)
        if short != name and short in TABLE:
            field, place = TABLE[short]
            return field, place + 20, confidence
    short = _OF_COMPANY.sub("", name)
    if short != name and short in TABLE and TABLE[short][0] in _COMPANY_FIELDS:
        field, place = TABLE[short]
        return field, place + 20, 0.8
    return None


_COMPANY_FIELDS = frozenset({"industry", "employees", "revenue", "website", "technologies"})
