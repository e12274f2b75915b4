"""Two sequences of the demo's clients in their own words, some steps in two or three variants."""

from core.services.sequences import NewStep

ROOFTOPS = (
    NewStep(
        0,
        (
            (
                "What the roof of {{ company }} could earn",
                "Hi {{ first_name }},\n\nmost industrial roofs of your size carry a plant"
                " that pays for itself in six to eight years. We look at the roof, the "
                "load profile and the grid connection, and tell you in two pages whether "
                "it is worth it.\n\nMay I send you an example from {{ "
                "industry|default('your industry') }}?",
            ),
            (
                "A two-page answer for {{ company }}",
                "Hi {{ first_name }},\n\nis solar on your own roof worth it? We answer "
                "that on two pages, with numbers a bank accepts, within ten working "
                "days.\n\nShall I show you what such an answer looks like?",
            ),
        ),
    ),
    NewStep(
        4,
        (
            (
                "What the roof of {{ company }} could earn",
                "Hi {{ first_name }},\n\na short addition: for the audit we need one "
                "electricity bill and an address, nothing else. Your team loses no more "
                "than half an hour.\n\nWould that be of use to you?",
            ),
        ),
    ),
)

LEARNING = (
    NewStep(
        0,
        (
            (
                "Unused learning budget at {{ company }}?",
                "Hello {{ first_name }},\n\nteams your size use about a third of what "
                "they set aside for training. We help managers to spend the rest on what "
                "their people ask for, and to show what came of it.\n\nWould a ten-minute"
                " look at your numbers be of interest?",
            ),
            (
                "How {{ company }} compares on training",
                "Hello {{ first_name }},\n\nwe compared training budgets of 140 companies"
                " in {{ industry|default('your field') }} and its neighbours. Two figures"
                " surprised us.\n\nShall I send you the page with your size class?",
            ),
            (
                "A question about training",
                "Hello {{ first_name }},\n\nwho at {{ company }} decides which training "
                "is paid for? If it is you, I would like to show you something.",
            ),
        ),
    ),
    NewStep(
        3,
        (
            (
                "Unused learning budget at {{ company }}?",
                "Hello {{ first_name }},\n\nthe page I mentioned takes two minutes to "
                "read. Say the word and it is in your inbox.",
            ),
        ),
    ),
)
