"""The runs that worked on a campaign: its own, and those for all campaigns."""

from core.domain.access import SYSTEM
from core.domain.states import JobName, JobState
from core.queries import jobs
from db.models import JobRun
from db.session import Sessions, reading, transaction
from tests.factories import NOW, make_campaign, make_client, viewer_of


def test_runs_for_all_campaigns_are_told_with_a_campaigns_own(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        campaign = make_campaign(session, make_client(session))
        scopes = [("harvest", f"campaign:{campaign.id}"), ("dispatch", "all"), ("tidy", "all")]
        for job, scope in scopes:
            session.add(
                JobRun(
                    job=job, scope=scope, slot=NOW, state=JobState.COMPLETED, attempt=1, counts={},
                    started_by="clock", started_at=NOW, finished_at=NOW,
                )
            )  # fmt: skip
        own, stranger = campaign.id, viewer_of()

    with reading(sessions) as session:
        found = jobs.recent(session, SYSTEM, campaign_id=own)
        foreign = jobs.recent(session, stranger, campaign_id=own)

    assert {(run.job, run.scope) for run in found} == {
        (JobName.HARVEST, f"campaign:{own}"),
        (JobName.DISPATCH, "all"),
    }
    assert foreign == ()
