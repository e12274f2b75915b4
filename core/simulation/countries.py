"""What simulated people are called and where they live. Invented pairings; nobody in particular."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """One country: ISO code, English name as lists write it, the language and zone of its people,
    and the words names are made of.
    """

    code: str
    name: str
    language: str
    timezone: str
    weight: int
    cities: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]


def _country(
    code: str, name: str, language: str, timezone: str, weight: int, *words: str
) -> Country:
    cities, first, last = (tuple(part.split()) for part in words)
    spaced = tuple(city.replace("_", " ") for city in cities)
    return Country(code, name, language, timezone, weight, spaced, first, last)


COUNTRIES: tuple[Country, ...] = (
    _country(
        *("DE", "Germany", "de", "Europe/Berlin", 22),
        "Berlin Hamburg München Köln Stuttgart Leipzig Münster Freiburg",
        "Anke Björn Carola Detlef Elke Florian Gesine Henrik Ines Jörg Katrin Lennart Maren Nils "
        "Ortrun Philipp Renate Sönke Tanja Uwe Wiebke Yannick",
        "Ahlers Brinkmann Clasen Dierksen Eickhoff Fröhlich Grothe Hinrichs Jessen Kühnel Lüders "
        "Mattern Nolting Overbeck Petersen Rehwald Schünemann Tiedemann Uhlmann Voßkamp Wübben",
    ),
    _country(
        *("AT", "Austria", "de", "Europe/Vienna", 5),
        "Wien Graz Linz Salzburg Innsbruck",
        "Bernadette Christoph Doris Ewald Franziska Gernot Hannelore Johann Klaudia Leopold Monika "
        "Norbert",
        "Aigner Brandstätter Ebner Fasching Gschwandtner Hofstätter Kirchmair Lechner Moosbrugger "
        "Obermair Pichler Reisinger",
    ),
    _country(
        *("CH", "Switzerland", "de", "Europe/Zurich", 5),
        "Zürich Bern Basel Luzern Winterthur",
        "Beat Corinne Daniela Fabienne Hansjörg Karin Lukas Mirjam Nadja Reto Silvan Ursina",
        "Aeschbacher Bühlmann Caduff Flückiger Gerber Hürlimann Inderbitzin Kälin Lüthi Niederer "
        "Rüegg Zbinden",
    ),
    _country(
        *("FR", "France", "fr", "Europe/Paris", 12),
        "Paris Lyon Nantes Lille Toulouse Bordeaux Rennes Grenoble",
        "Amélie Benoît Clémence Damien Élodie Fabrice Gwenaëlle Hervé Inès Jérôme Karine Loïc "
        "Maud Nicolas Odile Pascal Solène Thibault Véronique Yann",
        "Aubertin Blanchet Carpentier Delaunay Escoffier Fontanel Garnier Hamelin Jacquet Kermadec "
        "Lemoine Marchandeau Nivelle Ollivier Perrichon Roussillon Sauvage Tessier Vasseur",
    ),
    _country(
        *("ES", "Spain", "es", "Europe/Madrid", 9),
        "Madrid Barcelona Valencia Sevilla Bilbao Zaragoza Málaga",
        "Álvaro Begoña Cristina Diego Elvira Fermín Gloria Héctor Inmaculada Joaquín Leire "
        "Maite Nuria Óscar Patricia Rodrigo Sonia Tomás Verónica",
        "Aguirre Bermúdez Carrasco Domínguez Echeverría Fuentes Garrido Hidalgo Iturralde Lozano "
        "Montero Navarrete Olmedo Pizarro Quintana Rebollo Santamaría Urrutia",
    ),
    _country(
        *("IT", "Italy", "it", "Europe/Rome", 8),
        "Milano Torino Bologna Firenze Verona Padova Genova",
        "Agnese Bruno Caterina Davide Elisabetta Fabrizio Ginevra Ilaria Jacopo Lorenza Michele "
        "Nicoletta Ottavio Paola Raffaele Serena Tommaso Valentina",
        "Albanese Bertolini Cattaneo Donati Fumagalli Gandolfi Lombardini Marchetti Negroni "
        "Orlandi Pellegrino Quaranta Ricciardi Santoro Tagliabue Vitale Zanetti",
    ),
    _country(
        *("NL", "Netherlands", "nl", "Europe/Amsterdam", 9),
        "Amsterdam Rotterdam Utrecht Eindhoven Groningen Haarlem",
        "Anouk Bas Carlijn Daan Evelien Floris Geert Hanneke Joost Koen Lieke Marloes Niels "
        "Pieter Roos Sander Tessa Wouter",
        "Aalders Bakhuizen Coenen Dekkers Evers Groenewoud Hoekstra Jansma Kuipers Leenders "
        "Mulders Nijhof Oosterhuis Postma Rietveld Schouten Terpstra Veenstra Wijnands",
    ),
    _country(
        *("BE", "Belgium", "nl", "Europe/Brussels", 3),
        "Antwerpen Gent Brussel Leuven Brugge",
        "An Bram Elke Dries Griet Jeroen Katrijn Maarten Sofie Stijn",
        "Baeten Claes Desmedt Goossens Hendrickx Lauwers Maes Peeters Stevens Verhaegen",
    ),
    _country(
        *("SE", "Sweden", "sv", "Europe/Stockholm", 6),
        "Stockholm Göteborg Malmö Uppsala Linköping",
        "Agneta Björn Cecilia Elin Fredrik Gunilla Håkan Ingrid Jonas Kerstin Linnea Mats Petra "
        "Rickard Sofia Tobias Åsa",
        "Almgren Bergqvist Dahlström Ekblad Forsberg Grönlund Hedlund Isaksson Lindqvist Nordin "
        "Palmgren Rosén Sandberg Törnqvist Wallin Öberg",
    ),
    _country(
        *("DK", "Denmark", "en", "Europe/Copenhagen", 3),
        "København Aarhus Odense Aalborg",
        "Anders Birgitte Charlotte Esben Frederik Hanne Jeppe Kirsten Mikkel Rikke Søren Trine",
        "Bundgaard Clausen Dalsgaard Frandsen Højgaard Kjeldsen Lauridsen Mortensen Nørgaard "
        "Skovgaard Thygesen Vestergaard",
    ),
    _country(
        *("PL", "Poland", "en", "Europe/Warsaw", 4),
        "Warszawa Kraków Wrocław Gdańsk Poznań Łódź",
        "Agnieszka Bartosz Dorota Ewelina Grzegorz Halina Jakub Katarzyna Łukasz Małgorzata "
        "Paweł Sylwia Tomasz Zofia",
        "Adamczyk Borkowski Czarnecka Dziedzic Gajewska Jabłoński Krawczyk Lisowska Maciejewski "
        "Pawlak Sikora Urbaniak Witkowska Zieliński",
    ),
    _country(
        *("PT", "Portugal", "pt", "Europe/Lisbon", 5),
        "Lisboa Porto Braga Coimbra Aveiro",
        "Anabela Bernardo Catarina Duarte Filipa Gonçalo Inês João Leonor Mafalda Nuno Rita "
        "Tiago Vasco",
        "Abrantes Barbosa Cardoso Domingues Esteves Figueiredo Guerreiro Lourenço Macedo Nogueira "
        "Pacheco Queirós Sequeira Teixeira Valente",
    ),
    _country(
        *("BR", "Brazil", "pt", "America/Sao_Paulo", 3),
        "São_Paulo Curitiba Recife Florianópolis Campinas",
        "Adriana Caio Débora Eduardo Fernanda Gustavo Heloísa Igor Juliana Leandro Priscila Vitor",
        "Amaral Bittencourt Cavalcanti Drummond Furtado Guimarães Lacerda Moreira Peixoto Rezende "
        "Siqueira Vasconcelos",
    ),
    _country(
        *("GB", "United Kingdom", "en", "Europe/London", 14),
        "London Manchester Leeds Bristol Edinburgh Cardiff Birmingham Norwich",
        "Alistair Beth Callum Deborah Ewan Fiona Gareth Harriet Imran Joanna Kieran Louise Meera "
        "Nigel Olwen Priya Rhys Shabana Tristan Yvonne",
        "Ackroyd Blakemore Cartwright Dunmore Eastwick Farnham Gillespie Hathersage Inglewood "
        "Jephcott Kellaway Lockyer Mistry Netherton Okafor Pemberly Rawlins Siddiqui Thackery "
        "Whitlock",
    ),
    _country(
        *("IE", "Ireland", "en", "Europe/Dublin", 3),
        "Dublin Cork Galway Limerick",
        "Aoife Brendan Ciarán Deirdre Eoin Gráinne Niamh Oisín Róisín Tadhg",
        "Brannigan Cullinane Devereux Finnerty Geraghty Hanrahan Kinsella Lenihan McGinty Tierney",
    ),
    _country(
        *("US", "United States", "en", "America/New_York", 18),
        "New_York Boston Atlanta Chicago Philadelphia Charlotte Pittsburgh",
        "Alicia Brandon Carmen Derek Elaine Felix Gabriela Hank Ivy Jamal Kendra Logan Monique "
        "Nathan Odessa Preston Renee Shawn Talia Vernon",
        "Abernathy Bledsoe Castellano Dominguez Ellsworth Freeland Goldfarb Hargrove Ishikawa "
        "Kowalczyk Larrabee Mendelson Nakagawa Ostrowski Pruitt Rosenthal Stoddard Trujillo "
        "Vandermeer Westbrook",
    ),
    _country(
        *("CA", "Canada", "en", "America/Toronto", 5),
        "Toronto Ottawa Montréal Hamilton Halifax",
        "Adèle Brent Chantal Devon Elise Gordon Heather Jasleen Kyle Marcel Noreen Stéphane",
        "Beauchemin Chow Desrosiers Fairweather Gagnier Hollingsworth Kaur Laframboise MacIsaac "
        "Pelletier Sandhu Turcotte",
    ),
    _country(
        *("IN", "India", "en", "Asia/Kolkata", 6),
        "Bengaluru Pune Mumbai Chennai Hyderabad",
        "Aditi Bhavesh Deepika Farhan Gayatri Harish Ishaan Kavya Lakshmi Manoj Nandini Rahul "
        "Sneha Varun",
        "Agarwal Banerjee Chaudhuri Deshpande Ganesan Iyer Joshi Kulkarni Menon Nambiar Patwardhan "
        "Raghavan Subramaniam Venkatesh",
    ),
    _country(
        *("JP", "Japan", "en", "Asia/Tokyo", 2),
        "Tokyo Osaka Nagoya Fukuoka",
        "Akiko Daisuke Emi Hiroshi Kaori Kenta Mayumi Naoki Reiko Takumi",
        "Fujimori Hayashida Ishiguro Kawabata Matsuoka Nishizawa Okumura Sakamoto Takeda Yoshinaga",
    ),
    _country(
        *("AU", "Australia", "en", "Australia/Sydney", 3),
        "Sydney Melbourne Brisbane Perth",
        "Bronte Darcy Ellie Hamish Jarrah Kirra Lachlan Matilda Tegan Zane",
        "Ashcroft Barraclough Coddington Delacroix Fitzgibbon Hallett Kingsmill Mulcahy Pascoe "
        "Trelawney",
    ),
    _country(
        *("ZA", "South Africa", "en", "Africa/Johannesburg", 2),
        "Johannesburg Durban Pretoria Stellenbosch",
        "Ayanda Bongani Chantelle Dineo Gerhard Lerato Nomvula Sipho Thandeka Zanele",
        "Botha Dlamini Khumalo Mabaso Naidoo Pretorius Radebe Sithole Venter Zwane",
    ),
    _country(
        *("TR", "Türkiye", "en", "Europe/Istanbul", 2),
        "İstanbul Ankara İzmir Bursa",
        "Ayşe Burak Cansu Deniz Elif Hakan Kerem Leyla Selin Yiğit",
        "Akçay Bozkurt Çelikel Doğan Erdem Gündüz Kılıç Öztürk Şahin Yalçın",
    ),
    _country(
        *("MX", "Mexico", "es", "America/Mexico_City", 3),
        "Guadalajara Monterrey Puebla Querétaro",
        "Adriana Benito Citlali Emiliano Fernanda Gerardo Itzel Julián Marisol Rogelio",
        "Arriaga Barragán Cisneros Esparza Gallardo Hinojosa Jaramillo Macías Orozco Villaseñor",
    ),
)
BY_CODE = {country.code: country for country in COUNTRIES}
