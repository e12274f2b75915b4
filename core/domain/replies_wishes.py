"""The phrases by which people say what they mean, in English, German, French, Spanish, Italian,
Portuguese, Dutch and Swedish. This part: who wants to talk.
"""

from core.domain.replies_words import any_of

MEETING = any_of(
    (
        r"(?:let'?s|can we|could we|shall we|happy to|would (?:love|like) to|can you|"
        r"i can|i could|we can|glad to) .{0,25}(?:meet|talk|speak|chat|call|catch "
        r"up|schedule|set up|book|hop on|jump on|discuss)"
    ),
    (
        r"(?:book|schedule|set ?up|arrange|propose|suggest) (?:a |some )?(?:call|"
        r"meeting|time|demo|slot|chat)"
    ),
    r"(?:call|ring|phone) me|give me a (?:call|ring)",
    (
        r"(?:how about|what about|does|would|i'?m (?:free|available)|i am (?:free|"
        r"available)|available|works? for me|suits me|free) .{0,30}(?:(?:mon|tues?|"
        r"wed(?:nes)?|thu(?:rs)?|fri)(?:day)?s?\b|tomorrow|next week|this week|"
        r"\d{1,2}(?::\d\d)? ?(?:am|pm|h|o'clock)\b)"
    ),
    (
        r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?\b(?: .{0,30})? "
        r"(?:works|suits|is (?:fine|good|ok|great))"
    ),
    r"tomorrow (?:works|suits|is (?:fine|good|ok))",
    (
        r"(?:send|share) (?:me |us )?(?:a |an |your |over )?(?:(?:calendar|meeting) "
        r")?(?:invite|calendar|calendly|link to your calendar|some times|availability)"
    ),
    r"calendly\.com\S*|cal\.com/\S+|meet\.google\.com\S*|zoom\.us/\S+",
    r"teams\.microsoft\.com\S*",
    r"when (?:are you|would you be|can you be) (?:free|available)",
    r"when can we (?:talk|meet|speak)",
    r"demo (?:please|would)",
    r"a (?:quick |short )?(?:call|demo|meeting) (?:would|sounds|works|is)",
    r"up for a (?:call|chat)",
    r"termin(?:e|vorschlag|vorschläge|vereinbar\w+)?|telefonat|telefonieren",
    r"rufen sie (?:mich|uns|gern\w*).{0,15}",
    (
        r"(?:lassen|können|könnten|wollen) (?:sie )?(?:uns|wir) .{0,30}(?:sprechen|"
        r"treffen|telefonieren|austauschen|zusammensetzen)"
    ),
    (
        r"(?:passt|ginge|geht) (?:es )?(?:mir|uns|ihnen|bei mir)?.{0,20}(?:montag|"
        r"dienstag|mittwoch|donnerstag|freitag|morgen|nächste woche|\d{1,2} uhr)"
    ),
    (
        r"(?:montag|dienstag|mittwoch|donnerstag|freitag|morgen)\w* .{0,25}(?:passt|"
        r"würde passen|ginge|geht)"
    ),
    r"wann (?:hätten|haben|passt|können) .{0,20}zeit|kalendereinladung",
    r"rendez-?vous|rdv|(?:appele[rz]|rappele[rz])(?:-moi|-nous)",
    (
        r"(?:peut-on|pouvons-nous|on peut|pourrions-nous|je peux|disponible|dispo|"
        r"libre) .{0,30}(?:voir|parler|échanger|appeler| rencontrer|lundi|mardi|mercredi|"
        r"jeudi|vendredi|demain|semaine)"
    ),
    r"(?:fixer|caler|organiser|pla nifier|prévoir) (?:un|une) .{2,20}",
    (
        r"(?:lundi|mardi|mercredi|jeudi|vendredi|demain) .{0,20}(?:me convient|convient|"
        r"serait|va)"
    ),
    r"(?:un |une )(?:appel|visio|réunion|entretien)",
    r"(?:agend\w+|program\w+|concert\w+|fij\w+|organiz\w+) (?:una?|la) .{2,20}",
    r"reuni[óo]n(?:irn os|os)?|llámeme|llámame|llamada",
    (
        r"(?:podemos|podríamos|puedo|hablamos|nos vemos|quedamos|disponible|me viene "
        r"bien) .{0,30}(?:hablar|reunir\w*|vernos|llam\w+|lunes|ma rtes|miércoles|"
        r"jueves|viernes|mañana|semana)"
    ),
    (
        r"(?:lunes|martes|miércoles|jueves|viernes|mañan a) .{0,20}(?:me (?:viene|"
        r"va) bien|perfecto|puedo)"
    ),
    r"videollamada",
    r"(?:fiss\w+|organizz\w+|pianific\w+|prenot\w+) (?:un[ao']?|la) ?.{2,20}|appuntamento",
    r"mi ch iam\w+|chiamatemi|chiamami",
    (
        r"(?:possiamo|potremmo|posso|sentiamoci|vediamoci|disponibile|libe ro|libera)"
        r" .{0,30}(?:sentir\w+|parlar\w+|incontrar\w+|veder\w+|lunedì|martedì|mercoledì|"
        r"gio vedì|venerdì|domani|settimana)"
    ),
    (
        r"(?:lunedì|martedì|mercoledì|giovedì|venerdì|domani) .{0,20}(?:va bene|per "
        r"me|posso)"
    ),
    r"una (?:call|chiamata|riunione|videochiamata)|sentiamoci|vediamoci",
    r"(?:agend\w+|marc\w+|combin\w+) (?:uma?|a) .{2,20}|reunião|reunir\w*",
    r"(?:me ligue|ligue- me|liga-me|me liga)",
    (
        r"(?:podemos|poderíamos|posso|disponível|livre|falamos) .{0,30}(?:falar|c "
        r"onversar|reunir\w*|encontrar|segunda|terça|quarta|quinta|sexta|amanhã|semana)"
    ),
    (
        r"(?:segunda|te rça|quarta|quinta|sexta|amanhã)\S* .{0,20}(?:pode ser|funciona|"
        r"está bem|serve|dá)"
    ),
    r"uma (?:chamada|ligação|videochamada|call)",
    r"(?:afspraak|afspreken|inplannen|bel (?:me|mij|maar)|belafspraak)",
    r"(?:kan|kun|kunt|wil|wilt) (?:je|jij|u) (?:me|mij|ons) .{0,25}(?:bellen|spreken)",
    (
        r"(?:kunnen|zullen|laten) we .{0,30}(?:bellen|praten|spreken|afspreken|overleggen|"
        r"inplannen|kennismaken)"
    ),
    (
        r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|morgen) .{0,25}(?:schikt|"
        r"past|komt .{0,10}uit|kan|is (?:goed|prima))"
    ),
    r"(?:schikt|past|komt) .{0,20}(?:maandag|dinsdag|woensdag|donderdag|vrijdag|morgen)",
    r"wanneer (?:kun|kunt|schikt|heb|heeft).{0,30}",
    r"(?:boka|bokar|träffas|ses|möte|mötet|ring mig|ring gärna|samtal)",
    r"(?:kan|ska|skulle) vi .{ 0,30}(?:prata|ses|träffas|höras|ringas|boka|ta)",
    (
        r"(?:måndag|tisdag|onsdag|torsdag|fredag|imor gon)\w* .{0,25}(?:passar|funkar|"
        r"fungerar|går bra)"
    ),
    r"(?:passar|funkar|fungerar) .{0,20}(?:måndag|tisdag|onsdag|torsdag|fredag|imorgon)",
    r"när (?:kan|har|passar) .{0,25}",
)

INTERESTED = any_of(
    (
        r"(?:sounds?|looks?|seems?) (?:really |very |quite )?(?:interesting|good|"
        r"great|promising|useful|relevant|exciting|helpful)"
    ),
    (
        r"(?:i'?m|i am|we'?re|we are|am|are|be|very|definitely|certainly|would be|"
        r"might be|yes,?) (?:very |really |definitely |potentially )?(?:interested|"
        r"keen|curious|intrigued)"
    ),
    (
        r"(?:tell|send|give|show|share) (?:me|us)(?: over| along)? (?:some |a bit |a "
        r"little )?(?:more|further|details|information|info|your|the|a|an|some|it|"
        r"over)"
    ),
    r"(?:more|further|additional) (?:information|info|details)",
    (
        r"(?:would|i'?d|we'?d) (?:love|like|be happy|be interested|be keen) to (?:hear|"
        r"learn|know|see|find out)"
    ),
    (
        r"(?:yes|sure|absolutely|definitely),? ?(?:please|go ahead|send|that|let'?s|"
        r"why not|of course|happy to|i'?d|we'?d|tell)?"
    ),
    r"(?:please )?send (?:it|them|that|over|the checklist|the details|more)",
    r"go ahead|count me in|good idea|i like (?:it|the idea|this)",
    (
        r"(?:klingt|hört sich|sieht) (?:sehr |wirklich |ganz )?(?:interessant|gut|"
        r"spannend|vielversprechend)(?: an| aus)?"
    ),
    (
        r"(?:bin|sind|wäre|wären) (?:ich |wir )?(?:sehr |grundsätzlich |durchaus "
        r")?interessiert"
    ),
    (
        r"(?:haben|habe|hätte|hätten) (?:ich |wir )?(?:großes |grundsätzlich |durchaus "
        r")?interesse"
    ),
    r"(?:gerne|gern),? ?(?:mehr|senden|schicken|weitere)?",
    r"(?:schicken|senden|erzählen) sie (?:mir|uns) .{0,40}",
    r"mehr (?:informationen|infos|details|erfahren)",
    r"weitere (?:informationen|infos|details)|interessiert (?:mich|uns)(?! nicht)",
    r"ja,? (?:bitte|gerne|gern)",
    (
        r"(?:intéressée?s?|intéressante?|m'intéresse|nous intéresse|curieu\w+|avec "
        r"plaisir|volontiers)"
    ),
    r"(?:envoye[rz]|transmette[rz]|donne[rz])(?:-moi|-nous)? .{0,30}",
    r"(?:en savoir|plus d'informations|plus de détails|davantage).{0,20}",
    r"oui,? (?:s'il|merci|pourquoi|avec|bien|je)",
    r"(?:me|nos) interesa\w*|(?:estoy|estamos|muy) interesad[oa]s?",
    r"suena (?:muy )?(?:bien|interesante)|parece interesante",
    r"(?:envíe|envía|mánde|manda|cuént|díga)\w*(?:me|nos)? .{0,30}",
    r"más (?:información|detalles|info)|me gustaría (?:saber|conocer|ver|recibir)",
    r"sí,? (?:por favor|claro|adelante|me)",
    r"(?:mi|ci) interessa\w*|(?:sono|siamo|molto) interessat[oaie]",
    r"(?:sembra|suona|molto) interessante",
    r"(?:mi|ci) (?:mand\w+|invi\w+|dica|racconti|spieghi).{0,30}",
    r"(?:maggiori|più|ulteriori) (?:informazioni|dettagli|info)",
    r"(?:mi|ci) piacerebbe.{0,30}|s[iì],? (?:grazie|volentieri|certo|mi)|volentieri",
    r"(?:tenho|temos|tem|há) (?:muito )?interesse",
    r"(?:estou|estamos|muito) interessad[oa]s?",
    r"(?:parece|soa) (?:muito )?(?:interessante|bem|bom)|interessa- (?:me|nos)",
    r"(?:envie|manda|mande|conte|diga|fale)(?:-me|-nos| me| nos)? .{0,30}",
    r"(?:mais|maiores) (?:informações|detalhes|info)",
    r"gostaria de (?:saber|conhecer|ver|receber)|sim,? (?:por favor|claro|pode|gostaria)",
    r"(?:klinkt|lijkt) (?:heel |erg |me |mij |ons )*(?:interessant|goed|leuk)",
    r"(?:ben|zijn) (?:ik |wij |we |zeker |wel )*(?:geïnteresseerd|benieuwd)",
    r"(?:heb|hebben) (?:ik |wij |we |zeker |wel )*(?:interesse|belangstelling)",
    r"(?:stuur|vertel|mail)(?:t u)? (?:me|mij|ons|maar|gerust).{0,30}",
    r"meer (?:informatie|info|details|weten)|(?:ja,? )?graag|interessant",
    r"låter (?:mycket |väldigt )?(?:intressant|bra|spännande)",
    r"(?:är|vore|jag är|vi är) (?:mycket |absolut |klart )?intresserad\w*",
    r"(?:skicka|berätta|maila|mejla) (?:gärna |över |mer |mig |oss ).{0,30}",
    r"mer (?:information|info|detaljer)|(?:ja|gärna),? ?(?:tack|gärna|mer|absolut)?",
    r"vill (?:gärna )?(?:veta|höra|se) mer|intressant",
)

QUESTION = any_of(
    (
        r"(?:how|what|which|who|where|why|when|does|do you|can you|could you|is it|are "
        r"you|would you|have you)\b[^.!\n]{3,200}\?"
    ),
    (
        r"(?:what|how much) (?:is|are|does|do|would) .{0,30}(?:cost|price|pricing|"
        r"fee|rate)\w*"
    ),
    r"(?:i|we) (?:have|had) (?:a|some|a few) questions?",
    r"(?:could|can) you (?:explain|clarify|elaborate)",
    r"(?:pricing|price list|case stud\w+|references)\b",
    (
        r"(?:was|wie|welche\w*|wer|wo|warum|wann|können sie|haben sie|gibt es|bieten "
        r"sie|sind sie)\b[^.!\n]{3,200}\?"
    ),
    r"(?:was|wie viel|wieviel) kostet.{0,30}",
    r"(?:habe|hätte|haben) (?:ich |wir )?(?:eine|noch|einige|ein paar) fragen?",
    r"preis(?:e|liste)?|referenzen",
    (
        r"(?:quel\w*|comment|combien|pourquoi|quand|où|qui|est-ce|avez-vous|pouvez-vous|"
        r"pourriez- vous)\b[^.!\n]{3,200}\?"
    ),
    r"(?:une|des|quelques) questions?|tarifs?",
    r"¿[^?\n]{3,200}\?",
    (
        r"(?:qué|cómo|cuánto|cuál\w*|quién|dónde|por qué|cuándo|pueden|puede|tienen)"
        r"\b[^.!\n]{3,200}\?"
    ),
    r"(?:una|tengo|unas) (?:pregunta|duda)s?|precios?",
    (
        r"(?:che|cosa|come|quanto|quale|quali|chi|dove|perché|quando|potete|può|avete)"
        r"\b[^.!\n]{3,2 00}\?"
    ),
    r"(?:una|qualche|alcune) domand[ae]|prezz[oi]|listino",
    (
        r"(?:que|qual|quais|como|quanto|quem|onde|por que|porquê|quando|podem|pode|"
        r"têm|vocês)\b[^.!\n]{3,200}\?"
    ),
    r"(?:uma|algumas|tenho) (?:pergunta|dúvida|questão|questões)s?|preços?|orçamento",
    (
        r"(?:wat|hoe|welke?|wie|waar|waarom|wanneer|kunt u|kun je|heeft u|hebben jullie|"
        r"is het)\b[^.!\n]{3,200}\?"
    ),
    r"(?:een|nog|enkele) vra(?:ag|gen)|prij(?:s|zen)|tarieven",
    (
        r"(?:vad|hur|vilk\w+|vem|var|varför|när|kan ni|kan du|har ni|finns det|är "
        r"det)\b[^.!\n]{3,200}\?"
    ),
    r"(?:en|några) fråg\w+|pris(?:er|lista)?",
)
