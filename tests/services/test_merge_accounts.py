from core.domain import head_counts
from core.domain.access import SYSTEM
from core.domain.matches import MatchKind
from core.services import merges
from db.session import Sessions, transaction
from tests.factories import NOW, make_account, make_client


def test_a_companys_size_that_was_chosen_comes_with_its_range(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        kept, gone = (
            make_account(session, client, employees=number, custom={head_counts.LISTED: said})
            for number, said in ((30, "11–50"), (126, "51–200"))
        )

        merge = merges.merge(
            session, SYSTEM, MatchKind.ACCOUNT, kept.id, gone.id, chosen=("employees",), now=NOW
        )

        assert head_counts.told(kept.employees, kept.custom) == "51–200"
        merges.undo(session, SYSTEM, merge.id, now=NOW)
        session.expire_all()
        assert head_counts.told(kept.employees, kept.custom) == "11–50"
