"""The phrases by which people say what they mean, in English, German, French, Spanish, Italian,
Portuguese, Dutch and Swedish. This part: not now, and not at all.
"""

from core.domain.replies_words import any_of

NOT_NOW = any_of(
    r"not (?:right )?now|not at (?:the|this) (?:moment|time|point)",
    r"not (?:at present|currently|yet|this (?:year|quarter|month))",
    r"(?:maybe |perhaps )?(?:later|another time|some other time|down the (?:road|line))",
    (
        r"(?:try|reach out|get in touch|contact me|ping me|check back|circle back|"
        r"come back|follow up|write|call|touch base|talk)(?: to me| with (?:me|us)"
        r")? (?:again |back )?(?:again|later|in \w+|next \w+|after \w+|around \w+|"
        r"then|when)"
    ),
    r"(?:bad|wrong|poor|not (?:a |the )?(?:good|right|best)) (?:time|timing|moment)",
    (
        r"(?:too |very |really |quite |super |pretty )?(?:busy|swamped|snowed under)"
        r"(?: right now| at the moment| until)?"
    ),
    (
        r"no (?:budget|time|capacity|resources)(?: right now| at the moment| this "
        r"(?:year|quarter)| until| currently| left)?"
    ),
    r"budget.{0,30}(?:frozen|spent|next year|closed|allocated)",
    (
        r"(?:aktuell|derzeit|momentan|im moment|zur ?zeit|zum jetzigen zeitpunkt|jetzt|"
        r"gerade) (?:leider )?(?:nicht|kein\w*|noch nicht)"
    ),
    r"(?:nicht|kein\w*) .{0,30}(?:aktuell|derzeit|momentan|im moment|zur ?zeit)",
    r"(?:später|zu einem späteren zeitpunkt)",
    (
        r"(?:melden|kommen|schreiben|kontaktieren|fragen) sie .{0,40}(?:wieder|nochmals?|"
        r"noch einmal|erneut|später|im \w+|nächst\w+)"
    ),
    r"kein budget|keine (?:zeit|kapazität\w*)|erst (?:wieder )?(?:im|nach|in|ab) .{2,20}",
    r"falscher zeitpunkt",
    (
        r"pas (?:pour le moment|pour l'instant|maintenant|actuellement|en ce moment|"
        r"encore|cette année)"
    ),
    r"plus tard",
    (
        r"(?:recontacte\w*|revene\w*|réessaye\w*|rappele\w*|relance\w*)(?:-moi|- "
        r"nous)?.{0,30}"
    ),
    r"pas le (?:bon )?moment|pas de budget|trop occupée?",
    r"n'est pas (?:le moment|d'actualité)",
    r"(?:ahora|en este momento|por (?:el momento|ahora)|de momento|actualmente) no",
    (
        r"no (?:es (?:el|buen) momento|por ahora|ahora|en este momento|por el momento|"
        r"tenemos presupuesto)"
    ),
    r"más adelante|(?:contácte\w*|escríba\w*|escríb\w*|vuelv\w+ a).{0,40}",
    r"sin presupuesto|muy ocupad[oa]",
    r"(?:al momento|per ora|adesso|in questo momento|attualmente|per il momento) (?:no|non)",
    (
        r"non (?:ora|adesso|in questo momento|è il momento|al momento|per ora|abbiamo "
        r"budget)"
    ),
    r"più (?:avan ti|tardi)|(?:ricontatt\w+|risent\w+|riscriv\w+|risentiamo\w*).{0,40}",
    r"(?:nessun|no|senza) budget|troppo impegnat[oa]",
    r"(?:agora|de momento|neste momento|por enquanto|no momento|atualmente) não",
    (
        r"não (?:agora|neste momento|no momento|por enquanto|é (?:o |um )?(?:bom "
        r")?momento|temos orçamento)"
    ),
    r"mais tarde|mais (?:para a|à) frente",
    (
        r"(?:volte|entre em contato|contacte\w*|fale\w*|escreva\w*).{0,30}(?:novamente|"
        r"de novo|mais tarde|em \w+)"
    ),
    r"sem orçamento|muito ocupad[oa]",
    r"(?:nu|momenteel|op dit moment|voorlopig|even) niet",
    r"niet (?:nu|op dit moment|momenteel)|later(?: dit jaar)?",
    (
        r"(?:neem|neemt u|kom|mail|bel|benader|probeer).{0,40}(?:weer|opnieuw|terug|"
        r"later|nog eens)"
    ),
    r"geen (?:budget|tijd|capaciteit)|te druk|niet het (?:juiste|goede) moment",
    r"(?:inte|ej) (?:just nu|nu|för tillfället|i nuläget|för närvarande|ännu)",
    r"(?:just nu|för närvarande|för tillfället) (?:inte|har vi inte|ingen)|senare",
    r"(?:återkom|hör av (?:dig|er)|kontakta|försök).{0,40}(?:igen|senare|i \w+|efter)",
    r"ingen (?:budget|tid)|(?:för|mycket) upptagen|fel (?:tid|tillfälle)",
)

NOT_INTERESTED = any_of(
    (
        r"(?:not|no longer|n'?t|isn'?t|aren'?t|am not|zero|not really|not particularly)"
        r" (?:be |of )?(?:really |particularly |at all )?interest(?:ed|ing)?"
    ),
    r"no,? thanks?(?: you)?|no thank you|thanks,? but no(?: thanks)?|thank you,? but no",
    (
        r"(?:we|i) (?:already (?:have|use|work with|got)|are (?:already )?(?:happy|"
        r"satisfied|covered|all set)|(?:'re| are) all set|(?:'re| are) good)"
    ),
    (
        r"(?:do not|don'?t|doesn'?t|won'?t) (?:need|want|require|see (?:a|the) (?:need|"
        r"fit|value))"
    ),
    r"(?:i'?ll|we'?ll|will|have to|must) (?:pass|decline)|pass on this",
    r"not (?:a (?:good )?fit|for (?:us|me)|relevant|something (?:we|i)|needed|looking)",
    r"no interest|no need|not of interest",
    r"kein(?:erlei|en)? (?:interesse|bedarf|bedürfnis)|nicht interessiert",
    r"(?:leider )?nein,? danke|interessiert (?:uns|mich) nicht",
    (
        r"(?:haben|sind) (?:bereits|schon) .{0,40}(?:agentur|partner|versorgt|dienstleister|"
        r"gut aufgestellt|lösung)"
    ),
    r"brauchen (?:wir |das )?nicht|nicht relevant|sehen (?:wir )?(?:davon|keinen).{0,20}",
    r"danke,? (?:aber )?nein",
    r"pas (?:du tout )?(?:intéressée?s?|besoin|concernée?s?|d'intérêt)",
    r"ne (?:suis|sommes) pas (?:\w+ )?intéress\w+|ne (?:m'|nous )intéresse pas|non,? merci",
    r"merci,? mais non|aucun (?:intérêt|besoin)",
    r"ne (?:m|nous) ?'?(?:intéresse|convient) pas|(?:avons|travaillons) déjà.{0,30}",
    r"sans suite|ne donner\w* pas suite",
    (
        r"no (?:me |nos |estoy |estamos |tengo |tenemos )?(?:interesad[oa]s?|interesa|"
        r"interés|necesit\w+)"
    ),
    r"no,? gracias|gracias,? pero no|sin interés",
    r"ya (?:tenemos|trabajamos|contamos).{0,30}|no es (?:para nosotros|relevante)",
    (
        r"non (?:sono |siamo |mi |ci |ho |abbiamo )?(?:interessat[oai]|interessa|"
        r"interesse|bisogno)"
    ),
    r"no,? grazie|grazie,? ma no|nessun interesse|(?:abbiamo|lavoriamo) già.{0,30}",
    r"non fa per noi",
    (
        r"não (?:estou |estamos |me |nos |tenho |temos |há )?(?:interessad[oa]s?|"
        r"interessa|interesse|precis\w+|necessit\w+)"
    ),
    r"não,? obrigad[oa]|obrigad[oa],? mas não|sem interesse",
    r"já (?:temos|trabalhamos|contamos).{0,30}",
    r"geen (?:interesse|behoefte|belangstelling)|niet geïnteresseerd",
    r"nee,? (?:bedankt|dank je|dank u|dankjewel)|bedankt,? maar nee",
    r"(?:hebben|werken) al .{0,30}|niet (?:relevant|nodig|voor ons)",
    r"(?:inte|ej|är inte) (?:intresserad\w*|aktuellt|av intresse|relevant|något för oss)",
    r"nej,? tack|tack,? men nej|inget (?:intresse|behov)",
    r"(?:har|arbetar|jobbar) redan.{0,30}|behöver inte",
)
