"""Who may do what."""

import pytest

from core.domain.access import MAY, SYSTEM, Act, Viewer
from core.domain.states import Role


def person(role: Role, focus: int | None = None) -> Viewer:
    return Viewer(user_id=1, name="P", role=role, clients=frozenset({1, 2}), focus=focus)


def test_every_role_has_its_permissions():
    assert set(MAY) == set(Role)


@pytest.mark.parametrize(
    ("role", "act", "allowed"),
    [
        (Role.VIEWER, Act.READ, True),
        (Role.VIEWER, Act.DOWNLOAD_APPROVED, True),
        (Role.VIEWER, Act.EDIT_LEADS, False),
        (Role.OPERATOR, Act.REVIEW, True),
        (Role.OPERATOR, Act.EXPORT_LISTS, False),
        (Role.OPERATOR, Act.SENDING_SETTINGS, False),
        (Role.MANAGER, Act.EXPORT_LISTS, True),
        (Role.MANAGER, Act.PEOPLE, False),
        (Role.MANAGER, Act.KEYS, False),
        (Role.ADMIN, Act.PEOPLE, True),
    ],
)
def test_a_role_may_what_the_table_says(role, act, allowed):
    assert person(role).may(act) is allowed


def test_a_person_sees_their_clients_only():
    assert person(Role.MANAGER).sees(2)
    assert not person(Role.MANAGER).sees(3)


def test_jobs_see_every_client():
    assert SYSTEM.sees(99)
    assert SYSTEM.scope() is None


def test_the_client_switcher_narrows_what_queries_show():
    assert person(Role.MANAGER).scope() == {1, 2}
    assert person(Role.MANAGER, focus=2).scope() == {2}


def test_the_client_switcher_never_widens():
    assert person(Role.MANAGER, focus=3).scope() == frozenset()
