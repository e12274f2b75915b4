"""The import wizard: pasted, read, previewed, run, undone."""

import threading

from core.domain.access import SYSTEM
from core.domain.states import BatchState, MessageState, Role
from core.intake import sniff
from core.services import mappings
from db.models import Campaign, Client, Contact, ImportBatch, Lead, SavedMapping, User
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    make_user,
)
from tests.factories_desk import make_batch
from tests.pages.conftest import App, seen

TABLE = (
    "Email\tRufname\tShoe size\n"
    "anna@acme.example\tAnna\t38\n"
    "anna@acme.example\tAnna\t38\n"
    "info@gmail.com\t\t\n"
    "known@gmail.com\t\t\n"
    "nobody\tNo\t1\n"
)


def desk(sessions: Sessions) -> tuple[User, int]:
    """(user, campaign id) of a campaign with one lead."""
    with transaction(sessions) as session:
        client = make_client(session, name="Northwind")
        user = make_user(session, Role.OPERATOR, [client], name="Olga")
        campaign = make_campaign(session, client, name="Spring")
        make_lead(session, campaign, make_contact(session, client, email="known@gmail.com"))
        return user, campaign.id


def paste(at, text: str = TABLE):
    """The table pasted into the wizard."""
    at.button_group(key="import.way").set_value("Paste a table").run()
    return at.text_area(key="import.paste").set_value(text).run()


def rest() -> None:
    """Waits for what runs in the background."""
    for thread in threading.enumerate():
        if thread.name == "background":
            thread.join(20)


def test_a_pasted_table_is_previewed_run_and_undone(signed_in: App, sessions: Sessions) -> None:
    user, _ = desk(sessions)

    at = paste(signed_in(user, "leads.py", view="import"))

    assert not at.exception
    said = seen(at)
    for part in (
        *("Rows 5", "New 2", "Duplicates 2", "Rejected 1", "20.0% addresses of a role"),
        *("2 duplicates, and of what", "row 2 of this list", "a lead of this campaign"),
        *("'nobody' is no e-mail address.", "Import 2 leads"),
    ):
        assert part in said or part in str([one.label for one in at.expander])
    at.button(key="import.start").click().run()
    rest()
    at.run()
    assert "Imported" in seen(at)
    assert "Yes, undo it" in seen(at)
    at.button(key="import.undo").click().run()
    begun = [toast.value for toast in at.toast]
    rest()
    at.run()

    assert not at.exception
    assert not begun  # the page itself says how far it is: a toast would outlive that
    assert "2 leads taken away" in seen(at)
    with reading(sessions) as session:
        assert session.query(Lead).count() == 1
        assert session.query(ImportBatch).one().state is BatchState.UNDONE


def test_values_that_stay_against_the_list_are_told_before_and_after(
    signed_in: App, sessions: Sessions
) -> None:
    user, _ = desk(sessions)
    text = "Email\tTitle\tShoe size\nknown@gmail.com\tCTO\t38\nknown@gmail.com\tCEO\t39\n"
    with transaction(sessions) as session:
        session.query(Contact).one().title = "Buyer"

    at = paste(signed_in(user, "leads.py", view="import"), text)
    before = (seen(at), [one.label for one in at.expander])
    at.button(key="import.start").click().run()
    rest()
    at.run()

    assert not at.exception
    for said, folded in (before, (seen(at), [one.label for one in at.expander])):
        assert "3 values kept against others in the list" in folded
        assert "Title 2 · Shoe size 1." in said
        assert "known@gmail.com" in said
        assert "Buyer" in said


def test_companies_that_would_be_overwritten_are_warned_of(
    signed_in: App, sessions: Sessions
) -> None:
    user, _ = desk(sessions)
    with transaction(sessions) as session:
        make_account(session, session.query(Client).one(), domain="acme.example", name="Acme")

    at = paste(
        signed_in(user, "leads.py", view="import"), "Email\tCompany\nanna@acme.example\tBeta\n"
    )
    assert "would be overwritten" not in seen(at)
    at.selectbox(key="import.policy").set_value("overwrite").run()

    assert not at.exception
    assert "1 company we know would be overwritten" in seen(at)
    assert "Company 1. The list's value replaces ours." in seen(at)


def test_by_itself_a_list_goes_into_a_campaign_that_can_use_leads(
    signed_in: App, sessions: Sessions
) -> None:
    user, active = desk(sessions)
    with transaction(sessions) as session:
        client = session.query(Client).one()
        paused = make_campaign(session, client, name="Last year", state="paused").id
        make_campaign(session, client, name="Next", state="draft")

    at = signed_in(user, "leads.py", view="import")
    assert at.selectbox(key="import.campaign").value == active
    assert "is paused" not in seen(at)
    at.selectbox(key="import.campaign").set_value(paused).run()

    assert not at.exception
    assert "This campaign is paused" in seen(at)


def test_the_encoding_can_be_chosen_and_the_run_reads_by_it(
    signed_in: App, sessions: Sessions
) -> None:
    user, _ = desk(sessions)
    text = "Email;Vorname\nondrej@acme.example;Ondřej\n"

    at = signed_in(user, "leads.py", view="import")
    at.file_uploader(key="import.file").upload("czech.csv", text.encode("cp1250"), "text/csv").run()
    (select,) = [one for one in at.selectbox if one.label == "Text encoding"]
    assert "Read like this: Ondøej" in seen(at)
    select.set_value("cp1250").run()

    assert not at.exception
    assert "Read like this: Ondřej" in seen(at)
    at.button(key="import.start").click().run()
    rest()
    with reading(sessions) as session:
        assert session.query(ImportBatch).one().mapping["sheet"]["encoding"] == "cp1250"
        assert session.query(Contact).filter_by(first_name="Ondřej").count() == 1


def test_a_saved_mapping_is_offered_used_and_forgotten(
    signed_in: App, sessions: Sessions, tmp_path
) -> None:
    user, campaign_id = desk(sessions)
    file = tmp_path / "pasted.txt"
    file.write_text(TABLE)
    with transaction(sessions) as session:
        given = {"Email": "email", "Rufname": "last_name"}
        sheet = sniff.sniff(file)
        mappings.save(session, SYSTEM, campaign_id, sheet, given, name="Fair", now=NOW)

    at = paste(signed_in(user, "leads.py", view="import"))
    (offer,) = [one for one in at.toggle if "Read it as Fair" in one.label]
    assert offer.value is False
    offer.set_value(True).run()

    assert not at.exception
    at.button(key="import.start").click().run()
    rest()
    with reading(sessions) as session:
        columns = session.query(ImportBatch).one().mapping["columns"]
    assert columns == {"Email": "email", "Rufname": "last_name", "Shoe size": None}


def test_a_mapping_is_kept_and_forgotten_on_the_page(signed_in: App, sessions: Sessions) -> None:
    user, _ = desk(sessions)
    at = paste(signed_in(user, "leads.py", view="import"))

    at.text_input(key="import.keep.name").set_value("Trade fair")
    next(one for one in at.button if one.label == "Keep it").click().run()

    assert not at.exception
    with reading(sessions) as session:
        assert session.query(SavedMapping).one().name == "Trade fair"
    at.button(key="import.forget").click().run()
    with reading(sessions) as session:
        assert session.query(SavedMapping).count() == 0


def test_the_page_says_why_an_import_cannot_be_undone(signed_in: App, sessions: Sessions) -> None:
    user, campaign_id = desk(sessions)
    with transaction(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        lead = session.query(Lead).one()
        batch = make_batch(session, campaign.client_id, campaign_id=campaign_id)
        lead.batch_id = batch.id
        mailbox = make_mailbox(session, session.get_one(Client, campaign.client_id))
        make_message(session, lead, mailbox, MessageState.SENT)
        batch_id = batch.id

    at = signed_in(user, "leads.py", view="import", batch=str(batch_id))

    assert not at.exception
    assert "can no longer be undone" in seen(at)
    assert "Yes, undo it" not in seen(at)
