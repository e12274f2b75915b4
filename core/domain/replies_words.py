"""The phrases by which people say what they mean, in English, German, French, Spanish, Italian,
Portuguese, Dutch and Swedish. This part: who should not be written to, or not here.
"""

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """One pattern of whole words or phrases, whatever their case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


def any_before(*phrases: str) -> re.Pattern[str]:
    """The same for phrases that end right before a name or an address."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})", re.IGNORECASE)


OPT_OUT = any_of(
    r"unsubscribe(?: me)?",
    r"(?:this is|stop(?: the| this)?|reported? (?:this |you )?(?:as|for)) spam\w*",
    r"opt(?:ing)?[ -]?out",
    (
        r"(?:please )?(?:remove|delete|take) (?:me|us|my (?:e-?mail|address|name|"
        r"data))\b.{0,40}"
    ),
    r"stop (?:e-?mailing|mailing|contacting|writing|sending|spamming)(?: me| us)?.{0,20}",
    (
        r"(?:do not|don'?t|never) (?:e-?mail|contact|write(?: to)?|mail|message) (?:me|"
        r"us)(?: again| any ?more)?"
    ),
    r"no (?:more|further) (?:e-?mails?|messages|mails)",
    r"off (?:your|the|this) (?:mailing )?list",
    r"spam",
    r"gdpr|dsgvo|rgpd|avg-verzoek",
    r"abmelden|austragen|abbestellen",
    (
        r"(?:bitte )?(?:keine|nicht) (?:weiteren?|mehr) .{0,20}(?:e-?mails?|mails|"
        r"nachrichten|kontaktieren|anschreiben|schreiben)"
    ),
    r"(?:löschen|entfernen|nehmen|streichen) sie (?:mich|uns|meine|unsere).{0,40}",
    r"(?:aus|von) (?:ihrem|ihrer|dem|der) (?:verteiler|liste|mailing ?liste)",
    r"schreiben sie (?:mir|uns) (?:bitte )?nicht mehr",
    r"unterlassen sie",
    r"désabonne[rz]?(?:-moi)?|désinscri\w+|désinscription",
    r"(?:retire[rz]|supprime[rz]|enleve[rz]|enlève)(?:-moi| mon| nous|-nous).{0,30}",
    r"ne (?:plus|pas) (?:me|nous) (?:contacter|écrire|envoyer|solliciter).{0,20}",
    r"ne m'(?:écrivez|envoyez|contactez) plus",
    r"d[aeéá]n?r?(?:me|nos|se)? de baja|(?:solicito|quiero|pido) (?:la|mi) baja",
    r"(?:elimin\w+|borr\w+|quit\w+)(?:me|nos)? (?:de|mi|mis|nuestro).{0,30}",
    r"no (?:me |nos )?(?:envíen|envie|escriban|contacten|manden|vuelvan).{0,25}",
    r"baja por favor|deseo la baja",
    r"disiscriv\w+|cancell\w+mi|rimuov\w+mi|cancellatemi|toglietemi|cancellazione",
    (
        r"non (?:mi |ci )?(?:contattate|scrivete|inviate|mandate|scrivermi|contattarmi)"
        r".{0,20}"
    ),
    r"(?:cancellare|rimuovere|eliminare) (?:il mio|la mia|i miei).{0,30}",
    r"(?:cancelar|anular) (?:a )?(?:minha )?(?:inscrição|subscrição|assinatura)",
    r"descadastr\w+|remov[ae]r?(?:-me| o meu| meu| me).{0,30}",
    r"retir[ae]r?(?:-me| o meu| meu).{0,30}",
    r"não (?:me |nos )?(?:envi\w+|contact\w+|escrev\w+|mand\w+) mais.{0,20}",
    r"parem? de (?:me )?(?:enviar|contactar|escrever).{0,20}",
    r"afmelden|uitschrijven|schrijf (?:me|mij|ons) uit",
    r"(?:verwijder|haal) (?:mij|me|ons|mijn).{0,40}",
    (
        r"(?:geen|niet) (?:verdere |meer )?(?:e-?mails?|mails|berichten)? ?meer ("
        r"?:sturen|mailen|ontvangen|benaderen)"
    ),
    r"geen (?:e-?mails?|mails|berichten) meer.{0,20}|stop met mailen",
    r"avregistrera|avprenumerera|avanmäl\w*",
    r"ta bort (?:mig|oss|min|mitt).{0,30}",
    r"(?:sluta|skicka inte|kontakta (?:mig|oss) inte|mejla inte).{0,30}",
    r"inga fler (?:mejl|mail|meddelanden)",
)

LEFT = any_of(
    r"no longer (?:work(?:s|ing)?|employed|with|at|part of)(?: here| for| at| with)?.{0,30}",
    r"(?:does|do)(?: not|n'?t) work (?:here|there|for|at|with).{0,20}",
    r"not (?:with|at|working (?:at|for|with)) (?:the company|us|the firm)(?: any ?more)?",
    r"(?:has|have|'ve) left (?:the )?(?:company|firm|business|organi[sz]ation|us|\w+)",
    r"left the (?:company|firm|business|organi[sz]ation)",
    r"is no longer (?:with|at|employed|working)",
    r"moved on (?:from|to)",
    r"(?:is|has) retired|in retirement",
    (
        r"nicht mehr (?:\w+ ){0,4}(?:tätig|beschäftigt|im unternehmen|bei uns|für "
        r"uns|angestellt)"
    ),
    r"(?:das )?unternehmen verlassen|ausgeschieden|im ruhestand",
    r"arbeitet (?:hier )?nicht mehr",
    r"ne (?:travaille|fait|fais) plus (?:partie )?.{0,30}",
    r"a quitté (?:l'entreprise|la société|notre|ses fonctions).{0,20}|j'ai quitté.{0,30}",
    r"n'est plus (?:chez|dans|parmi|en poste|employé)\w*.{0,20}|parti[e]? à la retraite",
    r"ya no (?:trabaj\w+|forma parte|está|pertenece|labora).{0,30}",
    r"ha dejado (?:la empresa|de trabajar|nuestra).{0,20}|dejó la empresa|se ha jubilado",
    r"non (?:lavor\w+|fa|fa parte|è) più.{0,30}",
    r"ha lasciato (?:l'azienda|la società|la nostra).{0,20}|è andat[oa] in pensione",
    r"(?:já )?não (?:trabalha|faz parte|está|pertence|colabora) mais.{0,30}",
    r"já não (?:trabalha|faz parte|está|colabora|pertence).{0,30}|deixou a empresa",
    r"saiu da empresa|aposentou-se|reformou-se",
    r"(?:niet (?:meer|langer)) (?:werkzaam|in dienst|bij ons|actief|werkt).{0,20}",
    r"werkt (?:hier )?niet (?:meer|langer).{0,20}",
    r"(?:heeft )?(?:het bedrijf|de organisatie|ons bedrijf) verlaten|met pensioen",
    r"uit dienst",
    r"(?:arbetar|jobbar|är) inte (?:längre|kvar).{0,30}",
    r"har (?:slutat|lämnat (?:företaget|bolaget|oss)).{0,20}|gått i pension",
)

AWAY = any_of(
    r"out[ -]of[ -](?:the )?office|ooo",
    (
        r"(?:on|annual|maternity|paternity|parental|sick|medical) (?:leave|vacation|"
        r"holidays?|pto|business trip)"
    ),
    r"on pto|on (?:my )?holidays?",
    r"(?:am|is|will be|currently|be) (?:away|travell?ing|unavailable|absent)",
    r"limited access to (?:my )?(?:e-?mails?|mail)",
    r"away from (?:my|the) (?:desk|office|e-?mail)",
    r"will (?:respond|reply|answer|get back to you) (?:up)?on my return|upon my return",
    r"when i(?:'m| am)? (?:return|back)",
    r"abwesen\w+|abwesenheits\w+|nicht im (?:büro|hause?)|außer haus|ausser haus",
    r"im urlaub|urlaubsbedingt|in (?:elternzeit|mutterschutz)",
    r"derzeit nicht erreichbar|dienstreise|krankgeschrieben|nicht am (?:arbeits)?platz",
    r"absente?s?(?: du bureau)?|absence(?: du bureau)?",
    r"en (?:congés?|vacances|déplacement)|congés? (?:maternité|parental|annuels?)",
    r"actuellement (?:absente?|indisponible)|hors du bureau|réponse automatique",
    r"fuera de (?:la )?oficina|de vacaciones|ausente|ausencia|estaré (?:fuera|ausente)",
    r"baja (?:maternal|médica|por)|no (?:estoy|estaré) (?:disponible|en la oficina)",
    r"respuesta automática",
    r"fuori (?:ufficio|sede)|in (?:ferie|vacanza|maternità|malattia|trasferta)|assente",
    r"assenza|non (?:sono|sarò) (?:in ufficio|disponibile|raggiungibile)",
    r"risposta automatica|chiusura (?:estiva|natalizia|uffici)",
    r"fora do (?:escritório|gabinete)|de férias|em férias|ausente|ausência",
    r"licença (?:de )?(?:maternidade|paternidade|médica|parental)",
    r"não (?:estou|estarei) (?:disponível|no escritório)|resposta automática",
    r"afwezig(?:heid)?|niet (?:op kantoor|aanwezig|bereikbaar)|op vakantie",
    r"met (?:vakantie|verlof|zwangerschapsverlof|ouderschapsverlof)|buiten kantoor",
    r"automatisch antwoord",
    r"inte på (?:kontoret|plats)|frånvaro\w*|frånvarande|på semester|semesterledig",
    r"tjänsteresa|föräldraledig\w*|är ledig|har semester|autosvar|automatiskt svar",
    r"inte tillgänglig",
)

AUTO = any_of(
    r"auto(?:matic)?[- ]?(?:reply|response|respond\w*|generated)",
    r"automatic(?:ally)? (?:generated|reply|response)",
    r"this is an automat\w+ (?:reply|response|message|e-?mail)",
    r"do[ -]not[ -]reply|please do not reply|no-?reply",
    (
        r"(?:ticket|case|request|reference)\s?(?:number|id|#|no\.?)?.{0,15}(?:has been|"
        r"was) (?:created|received|opened|logged)"
    ),
    r"we (?:have )?received your (?:message|e-?mail|request|enquiry|inquiry)",
    (
        r"thank you for (?:contacting|your (?:e-?mail|message|enquiry|inquiry))"
        r"[^.!?]{0,60}(?:we will|our team|someone)"
    ),
    r"(?:e-?mail )?address (?:is )?(?:no longer|not) (?:monitored|in use|active|checked)",
    r"unmonitored",
    r"automatische (?:antwort|nachricht|eingangsbestätigung|e-?mail)|eingangsbestätigung",
    r"ticketnummer|wir haben ihre (?:nachricht|anfrage|e-?mail) erhalten",
    r"réponse automatique|accusé de réception|message automatique|nous avons bien reçu",
    r"respuesta automática|acuse de recibo|hemos recibido (?:su|tu)|mensaje automático",
    r"risposta automatica|messaggio automatico|abbiamo ricevuto (?:la|il)",
    r"resposta automática|mensagem automática|recebemos (?:a sua|o seu|sua|seu)",
    r"automatisch(?:e)? (?:antwoord|bericht|bevestiging)|wij hebben uw .{0,20} ontvangen",
    r"automatiskt (?:svar|meddelande)|autosvar|vi har (?:tagit emot|mottagit)",
)

WRONG = any_of(
    (
        r"(?:not|isn'?t|am not|are not|wasn'?t) the (?:right|correct|best|appropriate)"
        r" (?:person|contact|one|address)"
    ),
    r"wrong (?:person|contact|address|department|guy)",
    r"(?:not|isn'?t) (?:my|our) (?:area|department|responsibility|remit|field|job)",
    r"(?:i'?m|i am) not (?:responsible|in charge|involved|the decision)",
    (
        r"(?:do not|don'?t) (?:handle|deal with|look after|manage|work in) (?:this|"
        r"that|these|marketing|it)"
    ),
    (
        r"(?:nicht|falsche[rn]?) (?:der |die |ihr )?(?:richtige[rn]? |falsche[rn]? "
        r")?(?:ansprechpartner\w*|ansprechperson|person|kontakt|adresse|zuständig\w*)"
    ),
    r"nicht (?:dafür |hierfür |für .{2,30} )?(?:zuständig|verantwortlich)",
    r"falsche\w* ansprechpartner\w*",
    r"pas (?:la |le )?(?:bonne|bon) (?:personne|interlocut\w+|contact|service|adresse)",
    (
        r"ne suis pas (?:la personne|le bon|l'interlocut\w+|responsable|en charge|"
        r"concernée?).{0,30}"
    ),
    r"mauvaise personne|pas de mon ressort",
    r"no soy (?:la persona|el responsable|la responsable|el contacto|quien).{0,30}",
    r"persona equivocada|no (?:me|nos) (?:corresponde|encargo|encargamos).{0,20}",
    r"no es mi (?:área|departamento)",
    (
        r"non sono (?:la persona|il referente|la referente|io|il responsabile|la "
        r"responsabile).{0,30}"
    ),
    r"persona sbagliata|non (?:me ne|mi) occupo.{0,20}|non è di mia competenza",
    r"não sou (?:a pessoa|o responsável|a responsável|eu|o contacto|o contato).{0,30}",
    r"pessoa errada",
    r"não é (?:da minha|a minha|minha) (?:área|responsabilidade|competência)",
    r"não trato.{0,20}",
    r"niet de (?:juiste|goede) (?:persoon|contactpersoon|afdeling)",
    r"verkeerde (?:persoon|contactpersoon|afdeling)|ga(?:at)? (?:hier|daar) niet over",
    r"niet (?:hier)?voor verantwoordelijk|niet mijn (?:afdeling|verantwoordelijkheid)",
    r"(?:inte|fel) (?:rätt )?(?:person|kontaktperson|avdelning)",
    r"inte (?:jag|ansvarig)\b.{0,30}|ansvarar inte.{0,30}",
    r"inte mitt (?:område|bord|ansvar)",
)

REFER = any_before(
    (
        r"(?:please |you (?:should|could|can|may) |best to |better to |try to |feel "
        r"free to )?(?:contact|reach out to|speak (?:to|with)|talk to|get in touch "
        r"with|write to|e-?mail|ask|try|address|forward (?:this|it|your .{2,20}) "
        r"to|direct (?:this|your .{2,20}) to|refer to)(?: my| our| the| your)?(?: "
        r"colleague| boss| manager| head of \w+| director| cmo| ceo)?,? ?(?=[A-ZÀ-Ý][\w'’-]+|"
        r"\S+@\S+|him|her|them)"
    ),
    (
        r"(?:the )?(?:right|correct|best|responsible) (?:person|contact)(?: (?:for|"
        r"to|would|in) .{0,40})? (?:is|would be|will be)"
    ),
    r"(?:is|are) (?:the )?(?:right|best|correct|responsible|in charge|our new).{0,30}",
    (
        r"(?:i have |i'?ve |i )?(?:forward(?:ed|ing)|passed|cc'?(?:ed|ing)?|copied|"
        r"copying|looping in|adding) .{2,60}"
    ),
    r"(?:responsible|in charge)(?: for (?:this|that|marketing|it)| of .{2,20})? (?:is|now)",
    (
        r"(?:wenden|kontaktieren|melden|schreiben|sprechen) sie .{0,20}(?:sich )?.{0,20}("
        r"?:an|bei|mit)? ?(?=[A-ZÄÖÜ]\w+|\S+@\S+)"
    ),
    (
        r"(?:zuständig|verantwortlich|ansprechpartner\w*)(?: (?:dafür|hierfür|dazu|"
        r"für .{2,30}))? ist"
    ),
    r"(?:meine[rn]?|unsere[rn]?) (?:kolleg\w+|nachfolger\w*|chef\w*) .{2,60}",
    r"(?:habe|leite) .{2,50}(?:weitergeleitet|weiter)",
    (
        r"(?:contacte[rz]|contacter|adresse[rz](?:-vous)?|voyez|voir|écrire|écrivez)"
        r" (?:avec |à |plutôt |directement )*(?:mon |ma |notre )?(?:collègue |confrère "
        r"|responsable )?(?=[A-ZÀ-Ý]\w+|\S+@\S+)"
    ),
    r"vous adresser à|la personne (?:en charge|responsable|à contacter) (?:est|serait)",
    r"(?:mon|ma) (?:collègue|successeur|remplaçant\w*) .{2,60}",
    r"(?:je )?transmet\w* .{2,40}",
    (
        r"(?:contact[ae]r?|escrib[ae]\w*|dirija\w*|dirigirse|hable|habla|póngase en "
        r"contacto) (?:con|a)? ?(?:mi |nuestr[oa] )?(?:compañer[oa]|coleg[ao]|"
        r"jef[ea]|responsable)?.{0,15}(?=[A-ZÁ-Ý]\w+|\S+@\S+)"
    ),
    (
        r"(?:la persona|el|la) (?:responsable|encargad[oa]|adecuad[oa]|indicad[oa])"
        r".{0,25} es"
    ),
    r"mi (?:compañer[oa]|coleg[ao]|suces\w+) .{2,50}|reenv[ií]\w* .{2,40}",
    (
        r"(?:contatt[aio]\w*|rivolg\w+|scriv[aei]\w*|parl[aei]\w*|senta) (?:a |con |"
        r"pure |direttamente )*(?:il |la )?(?:mi[oa] |nostr[oa] )?(?:colleg[ah]\w*|"
        r"responsabile|capo)?.{0,10}(?=[A-ZÀ-Ý]\w+|\S+@\S+)"
    ),
    r"(?:la persona|il|la) (?:giusta|referente|responsabile|competente).{0,25} è",
    r"(?:il mio|la mia) (?:colleg\w+|success\w+) .{2,50}|(?:inoltr\w+|gir\w+) .{2,40} a ",
    (
        r"(?:contact[ae]r?|contat[ae]r?|fale|falar|escrev[ae]r?|dirija-se|procure) ("
        r"?:com |a |ao |à |o |a )*(?:meu |minha |nosso |nossa )?(?:colega|chefe|"
        r"responsável)?.{0,10}(?=[A-ZÀ-Ý]\w+|\S+@\S+)"
    ),
    r"(?:a pessoa|o|a) (?:certa|responsável|indicada).{0,25} é",
    r"(?:o meu|a minha|meu|minha) (?:colega|sucess\w+) .{2,50}",
    r"(?:encaminh\w+|reencaminh\w+) .{2,40}",
    (
        r"(?:neem|neemt u|u kunt|kunt u|gelieve) .{0,20}(?:contact op(?:nemen)? met|"
        r"terecht bij|mailen naar)"
    ),
    r"(?:contacteer|mail|benader) .{0,15}(?=[A-Z]\w+|\S+@\S+)",
    r"(?:de )?(?:juiste|verantwoordelijke) (?:persoon|contactpersoon).{0,25} is",
    r"(?:mijn|onze) (?:collega|opvolg\w+) .{2,50}|(?:doorgestuurd|stuur) .{2,40}",
    (
        r"(?:kontakta|hör av (?:dig|er) till|vänd (?:dig|er) till|prata med|mejla|maila|"
        r"skriv till|hänvisar till) (?:min |vår |gärna |istället )*(?:kollega|"
        r"chef)?.{0,10}(?=[A-ZÅÄÖ]\w+|\S+@\S+)"
    ),
    r"(?:rätt|ansvarig) (?:person|kontaktperson|för).{0,25} är",
    r"min (?:kollega|efterträdare) .{2,50}|(?:vidarebefordra\w*|skickar vidare) .{2,40}",
)
