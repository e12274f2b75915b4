"""What simulated companies do, how large they are, what they run on, and who works there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    """One industry: its name as lists write it, words for company names, its usual tools."""

    industry: str
    nouns: tuple[str, ...]
    technologies: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _trade(industry: str, nouns: str, technologies: str) -> Trade:
    return Trade(industry, _words(nouns), tuple(technologies.split("|")))


TRADES: tuple[Trade, ...] = (
    _trade(
        "Software",
        "Systems Cloud Labs Logic Software Stack Apps Digital",
        "HubSpot|Salesforce|AWS|Segment|Intercom|Google Analytics",
    ),
    _trade(
        "Industrial Machinery",
        "Maschinenbau Werke Engineering Drives Tools Automation",
        "SAP|Microsoft Dynamics|Typo3|Matomo",
    ),
    _trade(
        "Logistics",
        "Freight Logistics Cargo Transport Lines Forwarding",
        "SAP|Microsoft Dynamics|WordPress|Google Analytics",
    ),
    _trade(
        "Financial Services",
        "Capital Finance Partners Treasury Credit Advisory",
        "Salesforce|Marketo|Tableau|Azure",
    ),
    _trade(
        "Healthcare",
        "Health Medical Care Diagnostics Clinics Pharma",
        "Salesforce|Veeva|WordPress|Matomo",
    ),
    _trade(
        "Retail", "Stores Market Home Trading Goods Retail", "Shopify|Klaviyo|Magento|Meta Pixel"
    ),
    _trade(
        "Renewable Energy",
        "Energy Solar Wind Power Grid Renewables",
        "HubSpot|Odoo|WordPress|Power BI",
    ),
    _trade(
        "Hospitality",
        "Hotels Resorts Travel Stays Hospitality",
        "Mailchimp|Cloudbeds|WordPress|Meta Pixel",
    ),
    _trade(
        "Education", "Academy Learning Campus Institute Education", "Moodle|HubSpot|WordPress|Zoom"
    ),
    _trade(
        "Construction",
        "Bau Build Structures Construction Contracting",
        "Procore|Microsoft Dynamics|WordPress",
    ),
    _trade(
        "Marketing Services",
        "Media Creative Studio Communications Brand",
        "HubSpot|Google Analytics|Figma|Slack",
    ),
    _trade(
        "Food Production",
        "Foods Kitchens Farms Dairy Provisions",
        "SAP|Shopify|Google Analytics|Odoo",
    ),
)

STEMS: tuple[str, ...] = _words(
    "Alder Alto Amber Anchor Arbor Arden Argent Atrium Auric Bastion Beacon Birch Bluefin "
    "Borealis Bracken Brightwater Calder Canopy Cedar Cobalt Copper Corvus Crest Dovetail "
    "Driftwood Eastgate Ebbing Elmfield Ember Falcon Fathom Fennel Fjord Flint Foxglove Garnet "
    "Glasswing Granite Greyfriars Halcyon Harbour Hawthorn Heron Hollow Indigo Ironbridge "
    "Juniper Kestrel Kiln Lantern Larch Lodestar Lumen Marlin Meadow Meridian Millstone Nimbus "
    "Northbank Oakline Obsidian Onyx Orchard Osprey Paragon Pebble Pinnacle Plover Quarry Quill "
    "Rampart Redwood Ridgeline Riverstone Rowan Saffron Sandpiper Sequoia Silverline Slate "
    "Sorrel Spindle Stillwater Summit Tamarind Teal Thistle Tidal Timber Torchlight Umbra Vale "
    "Verdant Vista Waypoint Westering Willow Wren Yarrow Zephyr"
)

# (title, seniority, department): the last ones are nobody's idea of a buyer
TITLES: tuple[tuple[str, str, str], ...] = (
    ("VP Marketing", "vp", "Marketing"),
    ("Chief Marketing Officer", "c_level", "Marketing"),
    ("Head of Marketing", "head", "Marketing"),
    ("Marketing Director", "director", "Marketing"),
    ("Head of Growth", "head", "Marketing"),
    ("Director of Demand Generation", "director", "Marketing"),
    ("Marketing Manager", "manager", "Marketing"),
    ("Head of Sales", "head", "Sales"),
    ("Sales Director", "director", "Sales"),
    ("VP Sales", "vp", "Sales"),
    ("Managing Director", "c_level", "Management"),
    ("Chief Executive Officer", "c_level", "Management"),
    ("Founder", "c_level", "Management"),
    ("Chief Operating Officer", "c_level", "Operations"),
    ("Head of Operations", "head", "Operations"),
    ("Brand Manager", "manager", "Marketing"),
    ("Content Specialist", "specialist", "Marketing"),
    ("IT Manager", "manager", "IT"),
    ("Finance Controller", "specialist", "Finance"),
    ("HR Business Partner", "specialist", "People"),
    ("Marketing Intern", "intern", "Marketing"),
    ("Office Assistant", "junior", "Administration"),
)

SIZES: tuple[int, ...] = (7, 14, 28, 45, 70, 110, 160, 240, 380, 600, 950, 1_800, 4_200, 11_000)
