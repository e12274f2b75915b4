"""The keys behind exactly-once."""

from datetime import UTC, datetime

from core.domain import keys

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_a_step_has_one_message():
    assert keys.step_message(1, 2, 3) == "1:2:3"


def test_a_message_that_is_taken_back_gives_its_key_free():
    assert keys.taken_back(keys.step_message(1, 2, 3), 77) == "1:2:3:undone:77"


def test_two_answers_to_one_message_have_two_keys():
    assert keys.answer_message(1, 2, "a") != keys.answer_message(1, 2, "b")


def test_an_incoming_mail_is_known_by_its_message_id():
    assert keys.inbound_message(7, " <a@b> ", b"raw") == "in:7:<a@b>"


def test_an_incoming_mail_without_a_message_id_is_known_by_its_bytes():
    assert keys.inbound_message(7, None, b"raw") == f"in:7:{keys.digest(b'raw')}"
    assert keys.inbound_message(7, "  ", b"raw") == f"in:7:{keys.digest(b'raw')}"


def test_an_endless_message_id_is_cut_to_a_hash():
    assert len(keys.inbound_message(7, "<" + "x" * 500 + "@b>", b"")) < 100


def test_a_slot_is_the_minute_it_stands_for():
    assert keys.slot(MOMENT) == "2026-03-04T05:06Z"


def test_a_run_by_hand_is_never_mistaken_for_a_slot():
    assert keys.manual_slot(MOMENT, "x") == "hand:2026-03-04T05:06:07Z:x"


def test_the_agency_and_a_client_are_two_scopes():
    assert keys.suppression_scope(None) == "agency"
    assert keys.suppression_scope(3) == "client:3"


def test_subjects_and_conversions_name_their_rows():
    assert keys.subject("lead", 5) == "lead:5"
    assert keys.conversion(5, "won") == "5:won:person"


def test_an_approval_binds_to_every_part():
    assert keys.content_hash("a", "b") != keys.content_hash("ab", "")
    assert keys.content_hash("a", None) == keys.content_hash("a", "")


def test_an_outbound_event_of_a_moment_can_come_again():
    once = keys.outbound("lead.qualified", "lead:12")
    assert once == "lead.qualified:lead:12"
    assert keys.outbound("lead.qualified", "lead:12", MOMENT) == f"{once}:{MOMENT.isoformat()}"


def test_receivers_know_an_event_by_one_id_that_another_time_does_not_share():
    event = keys.outbound_id("lead.qualified:lead:12", MOMENT)
    assert event == keys.outbound_id("lead.qualified:lead:12", MOMENT)
    assert event.startswith("evt_")
    assert len(event) == 36
    assert event != keys.outbound_id("lead.qualified:lead:12", MOMENT.replace(year=2027))


def test_a_crm_has_one_record_of_an_address_and_of_an_interaction():
    assert keys.crm_place("hubspot", "anna@x.example") == "hubspot:anna@x.example"
    record = keys.crm_record("message", 7, MOMENT)
    assert record == keys.crm_record("message", 7, MOMENT)
    assert record.startswith("message-")
    assert len(record) == 32
    assert record != keys.crm_record("reply", 7, MOMENT)
