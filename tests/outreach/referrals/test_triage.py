"""Checking what the villages sent: pass on, accept, return; and the two ways to a NIK."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import audit, clock, web
from outreach.errors import Forbidden, NotThere, Refused
from outreach.policy import Role
from outreach.referrals import concerns, queries, triage
from outreach.referrals.models import ReferralEvent
from outreach.referrals.nik_access import find_by_nik, reveal_nik
from outreach.referrals.states import ReferralState
from outreach.referrals.triage import Urgency
from tests.build import a_nik, a_referral, an_actor
from tests.outreach.referrals.given import NEIGHBOUR

S = ReferralState
FAR = "33.14.01.2001"


def test_a_district_passes_on_its_own_and_never_anothers(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.DISTRICT)
        own, foreign = (a_referral(session, S.SUBMITTED, village_code=v) for v in (NEIGHBOUR, FAR))
        triage.endorse_referral(session, officer, own)
        triage.endorse_referral(session, officer, own)
        assert own.endorsed_at is not None
        kinds = session.scalars(select(ReferralEvent.kind)).all()
        assert kinds == ["endorsed"]
        with pytest.raises(NotThere):
            triage.endorse_referral(session, officer, foreign)


def test_a_return_needs_a_reason_and_a_sentence_and_asks_the_district_again(core: web.Core) -> None:
    with core.database.write() as session:
        planner = an_actor(session, Role.PLANNER)
        kept = a_referral(session, S.SUBMITTED, endorsed_at=clock.now())
        with pytest.raises(Refused):
            triage.return_referral(session, planner, kept, "mood", "Mohon dicek lagi ya.")
        with pytest.raises(Refused):
            triage.return_referral(session, planner, kept, "nik", "?")
        triage.return_referral(session, planner, kept, "nik", "NIK kurang satu angka.")
        assert (kept.state, kept.endorsed_at) == (S.RETURNED, None)


def test_accepting_puts_on_the_waiting_list_with_the_day_the_card_is_needed(core: web.Core) -> None:
    with core.database.write() as session:
        planner = an_actor(session, Role.PLANNER)
        kept = a_referral(session, S.SUBMITTED)
        with pytest.raises(Refused, match="lewat"):
            yesterday = clock.today() - timedelta(days=1)
            triage.accept_referral(session, planner, kept, Urgency("hospital", yesterday))
        due = clock.today() + timedelta(days=9)
        triage.accept_referral(session, planner, kept, Urgency("hospital", due))
        assert (kept.state, kept.due_day, kept.priority_reason) == (S.ACCEPTED, due, "hospital")


def test_accepting_many_reports_what_has_moved_on_and_accepts_the_rest(core: web.Core) -> None:
    with core.database.write() as session:
        planner = an_actor(session, Role.PLANNER)
        waiting = [a_referral(session, S.SUBMITTED) for _ in range(3)]
        gone = a_referral(session, S.CLOSED)
        done = triage.accept_many(session, planner, [r.id for r in (*waiting, gone, waiting[0])])
        assert done.count == 3
        assert [referral.id for referral, _why in done.refused] == [gone.id]


def test_only_the_planner_accepts(core: web.Core) -> None:
    with core.database.write() as session:
        kept = a_referral(session, S.SUBMITTED)
        for role in (Role.VILLAGE, Role.DISTRICT, Role.SUPERVISOR, Role.ADMIN):
            with pytest.raises(Forbidden):
                triage.accept_referral(session, an_actor(session, role), kept)


def test_a_list_never_reaches_further_than_the_person(core: web.Core) -> None:
    with core.database.write() as session:
        own = a_referral(session, S.SUBMITTED, name="Mbah Sukar Satu")
        beside = a_referral(session, S.SUBMITTED, village_code=NEIGHBOUR, name="Mbah Sukar Dua")
        far = a_referral(session, S.SUBMITTED, village_code=FAR, name="Mbah Sukar Tiga")
        draft = a_referral(session, S.DRAFT, name="Mbah Sukar Empat")
        everything = queries.Filters(search="Mbah Sukar")

        def seen(role: Role) -> set[str]:
            listing = queries.find_referrals(session, an_actor(session, role), everything)
            return {referral.id for referral in listing.items}

        assert seen(Role.VILLAGE) == {own.id, draft.id}
        assert seen(Role.DISTRICT) == {own.id, beside.id}
        assert seen(Role.PLANNER) == {own.id, beside.id, far.id}


def test_the_same_nik_is_told_within_the_village_only(core: web.Core) -> None:
    number = a_nik(99)
    with core.database.write() as session:
        one, other = (
            a_referral(session, S.SUBMITTED, sealer=core.sealer, nik=number, village_code=village)
            for village in ("33.14.20.2001", FAR)
        )
        officer, planner = an_actor(session, Role.VILLAGE), an_actor(session, Role.PLANNER)
        assert concerns.twins_of(session, officer, [one])[one.id] == ()
        assert concerns.twins_of(session, planner, [one])[one.id] == (other,)


def test_what_to_look_at_before_sending_asks_and_never_blocks(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = a_referral(
            session, S.DRAFT, sealer=core.sealer, nik=a_nik(), lat=-7.10, lon=110.80,
            contact_phone="+6281234567890",
        )  # fmt: skip
        kept.resident.sex = "L"
        session.flush()
        found = concerns.concerns_before_sending(session, officer, core.sealer, kept)
        asked = {concern.code for concern in found if concern.ask}
        assert asked == {"sex_differs", "far_pin"}


def test_looking_at_a_nik_needs_a_reason_and_leaves_a_trace(core: web.Core) -> None:
    number = a_nik(12)
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = a_referral(session, S.SUBMITTED, sealer=core.sealer, nik=number)
        with pytest.raises(Refused):
            reveal_nik(session, officer, core.sealer, kept, "curious")
        assert reveal_nik(session, officer, core.sealer, kept, "family_card").digits == number
        assert session.scalars(select(ReferralEvent.kind)).all() == ["nik_revealed"]
        last = session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.seq)).all()[-1]
        assert (last.action, last.detail) == ("referral.nik_revealed", {"purpose": "family_card"})
        with pytest.raises(NotThere):
            reveal_nik(
                session, officer, core.sealer, a_referral(session, village_code=FAR), "family_card"
            )


def test_a_planner_finds_every_referral_of_a_nik_and_the_search_is_logged(core: web.Core) -> None:
    number = a_nik(13)
    with core.database.write() as session:
        planner = an_actor(session, Role.PLANNER)
        kept = a_referral(session, S.SUBMITTED, sealer=core.sealer, nik=number)
        grouped = f"{number[:4]} {number[4:8]} {number[8:12]} {number[12:]}"
        assert find_by_nik(session, planner, core.sealer, grouped) == [kept]
        assert find_by_nik(session, planner, core.sealer, a_nik(14)) == []
        with pytest.raises(Refused):
            find_by_nik(session, planner, core.sealer, "12")
        with pytest.raises(Forbidden):
            find_by_nik(session, an_actor(session, Role.VILLAGE), core.sealer, number)
        assert all(
            number not in str(row.detail) for row in session.scalars(select(audit.AuditEntry))
        )
