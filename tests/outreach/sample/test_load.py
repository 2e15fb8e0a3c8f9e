"""What a planner meets in the samples beside the backlog: possible duplicates, and villages to ask."""

from __future__ import annotations

from outreach import web
from outreach.coverage.unrecorded import silent_villages
from outreach.policy import Role, command_line
from outreach.referrals.models import Referral
from outreach.referrals.pairs import count_pairs
from outreach.referrals.states import ReferralState
from outreach.referrals.triage_models import Verdict
from outreach.sample.load import load_samples
from tests.build import MONDAY

PLANNER = command_line(Role.PLANNER)


def test_the_samples_hold_possible_duplicates_and_villages_that_refer_nobody(
    core: web.Core,
) -> None:
    with core.database.write() as session:
        loaded = load_samples(session, core.sealer, referrals=60, teams=2, seed=1, day=MONDAY)
        waiting = session.query(Referral).filter(Referral.state == ReferralState.SUBMITTED).count()
        assert loaded.waiting_for_triage == waiting
        assert count_pairs(session, PLANNER, Verdict.OPEN) >= 2
        assert silent_villages(session, PLANNER, MONDAY)
