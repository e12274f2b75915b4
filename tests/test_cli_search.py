"""`python -m core search`: from the question to leads, over real HTTP on loopback."""

import pytest
from pytest_httpserver import HTTPServer

from core.runtime import Runtime
from db.models import Lead
from tests.contracts.lookup_cases import recorded
from tests.test_cli import Run, counted, run

__all__ = ["run"]


@pytest.fixture
def apollo(httpserver: HTTPServer, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, and a server that answers as Apollo does."""
    monkeypatch.setenv("APOLLO_API_KEY", "key-of-the-tests")
    monkeypatch.setenv("APOLLO_BASE_URL", httpserver.url_for("").rstrip("/"))
    page, bulk = recorded("apollo_page")["body"], recorded("apollo_bulk")["body"]
    api = "/api/v1"
    httpserver.expect_request(f"{api}/mixed_people/api_search").respond_with_json(page)
    found = bulk | {"matches": [one for one in bulk["matches"] if one]}
    httpserver.expect_request(f"{api}/people/bulk_match").respond_with_json(found)


def test_a_search_ends_in_leads_and_a_second_buys_nobody_again(
    run: Run, rt: Runtime, apollo: None, httpserver: HTTPServer
) -> None:
    asked = ("search", "--campaign", "Spring", "--title", "VP Marketing", "--json")

    first, second = run(*asked), run(*asked)

    assert (first.code, first.json["bought"], first.json["created"]) == (0, 2, 2)
    assert first.json["state"] == "completed"
    assert (second.code, second.json["bought"]) == (0, 0)
    assert "Nobody was found" in second.json["note"]
    assert counted(rt, Lead) == 2
    assert [r.path for r, _ in httpserver.log].count("/api/v1/people/bulk_match") == 1


def test_without_a_key_one_sentence_says_what_to_set(run: Run) -> None:
    done = run("search", "--campaign", "Spring", "--title", "CEO")

    assert done.code == 1
    assert "APOLLO_API_KEY" in done.err


def test_whom_to_look_for_must_be_said(run: Run, rt: Runtime, apollo: None) -> None:
    done = run("search", "--campaign", "Spring")

    assert done.code == 1
    assert "whom to look for" in done.err
    assert counted(rt, Lead) == 0
