"""Writing a referral down, sending it, answering about it and ending it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from outreach import audit, web
from outreach.errors import Invalid, NotThere, Refused
from outreach.places.models import PlaceQuality
from outreach.policy import Role
from outreach.referrals import nik, service, tracking, triage
from outreach.referrals.answers import answered_for
from outreach.referrals.given import Place
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.service import new_form_token
from outreach.referrals.states import CloseReason, ReferralState
from tests.build import a_nik, a_referral, an_actor
from tests.outreach.referrals.given import NEIGHBOUR, an_input

S = ReferralState


def test_a_form_that_arrives_twice_makes_one_referral(core: web.Core) -> None:
    token = new_form_token()
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        first = service.save_draft(session, officer, core.sealer, token, an_input())
    with core.database.write() as session:
        again = service.save_draft(session, officer, core.sealer, token, an_input(hamlet="Kedung"))
        assert (again.id, again.hamlet) == (first.id, "Kedung")
        assert session.scalar(select(func.count()).select_from(Referral)) == 1


def test_a_form_that_arrives_after_it_was_sent_changes_nothing(core: web.Core) -> None:
    token = new_form_token()
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = service.save_draft(session, officer, core.sealer, token, an_input())
        service.submit_referral(session, officer, kept)
        service.save_draft(session, officer, core.sealer, token, an_input(hamlet="Lain"))
        assert (kept.state, kept.hamlet) == (S.SUBMITTED, "Ngrejeng")


def test_what_a_page_sent_earlier_but_arrives_later_changes_nothing(core: web.Core) -> None:
    token, page = new_form_token(), new_form_token()
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)

        def save(hamlet: str, mark: str) -> Referral:
            given = an_input(hamlet=hamlet)
            return service.save_draft(session, officer, core.sealer, token, given, mark)

        save("Ngre", f"{page}:1")
        save("Ngrejeng", f"{page}:3")
        assert save("Ngrej", f"{page}:2").hamlet == "Ngrejeng"
        assert save("Kedung", new_form_token()).hamlet == "Kedung"  # another page, opened later


def test_what_was_not_asked_is_not_taken_for_not_known(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        given = an_input(ticked=(), birth_date=None, place=None, contact_phone="")
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), given)
        with pytest.raises(Invalid) as refused:
            service.submit_referral(session, officer, kept)
        assert set(refused.value.errors) == {"nik", "birth", "lat", "contact_phone"}
        told = an_input(
            ticked=("nik", "birth", "place", "no_phone"),
            birth_date=None,
            place=None,
            contact_phone="",
        )
        service.edit_referral(session, officer, core.sealer, kept, told)
        assert service.submit_referral(session, officer, kept).state is S.SUBMITTED


def test_sending_twice_is_sending_once(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), an_input())
        for _ in range(2):
            service.submit_referral(session, officer, kept)
        kinds = session.scalars(select(ReferralEvent.kind).order_by(ReferralEvent.id)).all()
        assert kinds == ["drafted", "submitted"]
        assert tracking.normalise(kept.tracking_code) == kept.tracking_code


def test_a_village_officer_cannot_refer_from_another_village(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        with pytest.raises(NotThere):
            service.save_draft(
                session, officer, core.sealer, new_form_token(), an_input(village_code=NEIGHBOUR)
            )


def test_a_form_token_of_another_village_opens_nothing(core: web.Core) -> None:
    token = new_form_token()
    with core.database.write() as session:
        neighbour = an_actor(session, Role.VILLAGE, village_code=NEIGHBOUR)
        service.save_draft(session, neighbour, core.sealer, token, an_input(village_code=NEIGHBOUR))
        officer = an_actor(session, Role.VILLAGE)
        with pytest.raises(NotThere):
            service.save_draft(session, officer, core.sealer, token, an_input(name="Bukan Dia"))


def test_a_nik_is_kept_sealed_found_by_its_index_and_shown_masked(core: web.Core) -> None:
    number = a_nik(7)
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        given = an_input(nik=nik.parse(number))
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), given)
        resident = kept.resident
        assert resident.nik_sealed is not None
        assert number.encode() not in resident.nik_sealed
        assert core.sealer.open_nik(resident.nik_sealed, resident.id) == number
        assert resident.nik_index == core.sealer.nik_index(number)
        assert resident.nik_masked.startswith(number[:6])
        assert number[6:12] not in resident.nik_masked


def test_a_nik_on_file_stays_until_another_is_given_or_it_is_called_unknown(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        given = an_input(nik=nik.parse(a_nik(8)))
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), given)
        before = kept.resident.nik_index
        service.edit_referral(
            session, officer, core.sealer, kept, an_input(keep_nik=True, hamlet="Kedung")
        )
        assert kept.resident.nik_index == before
        service.edit_referral(session, officer, core.sealer, kept, an_input())
        assert (kept.resident.nik_index, kept.resident.nik_sealed) == (None, None)


def test_without_a_pin_the_middle_of_the_village_stands_in(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = service.save_draft(
            session, officer, core.sealer, new_form_token(), an_input(place=None)
        )
        assert kept.place_quality is PlaceQuality.VILLAGE
        assert (kept.lat, kept.lon) == (kept.village.lat, kept.village.lon)


def test_a_place_that_a_team_confirmed_stays_confirmed_until_it_is_moved(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        at_home = Place(-7.334900, 111.042500, PlaceQuality.PIN)
        given = an_input(place=at_home)
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), given)
        kept.place_quality = PlaceQuality.SURVEYED
        service.edit_referral(session, officer, core.sealer, kept, given)
        assert kept.place_quality is PlaceQuality.SURVEYED
        moved = replace(at_home, lat=-7.335000)
        service.edit_referral(session, officer, core.sealer, kept, replace(given, place=moved))
        assert kept.place_quality is PlaceQuality.PIN


def test_what_is_sent_can_be_changed_only_when_it_comes_back(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = a_referral(session, S.SUBMITTED)
        with pytest.raises(Refused):
            service.edit_referral(session, officer, core.sealer, kept, an_input())
        planner = an_actor(session, Role.PLANNER)
        triage.return_referral(session, planner, kept, "place", "Rumahnya sebelah mana?")
        service.edit_referral(session, officer, core.sealer, kept, an_input(hamlet="Kedung"))
        assert kept.hamlet == "Kedung"
        edited = session.scalars(select(ReferralEvent).where(ReferralEvent.kind == "edited")).one()
        assert "hamlet" in edited.detail["fields"]


def test_an_answer_sends_a_returned_referral_again_and_keeps_its_place_in_the_queue(
    core: web.Core,
) -> None:
    with core.database.write() as session:
        officer, planner = an_actor(session, Role.VILLAGE), an_actor(session, Role.PLANNER)
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), an_input())
        service.submit_referral(session, officer, kept)
        sent_at = kept.submitted_at
        triage.return_referral(session, planner, kept, "place", "Rumahnya sebelah mana?")
        with pytest.raises(Refused, match="jawaban"):
            service.answer_and_resubmit(session, officer, kept, "  ")
        service.answer_and_resubmit(session, officer, kept, "Timur musala, pagar hijau.")
        assert (kept.state, kept.submitted_at) == (S.SUBMITTED, sent_at)


def test_an_answer_holds_no_nik(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = a_referral(session, S.RETURNED, house_power="va_900")
        with pytest.raises(Refused, match="NIK"):
            service.answer_and_resubmit(session, officer, kept, f"NIK-nya {a_nik()}")


def test_a_case_ends_with_a_reason_until_its_visit_is_made(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = a_referral(session, S.ACCEPTED)
        service.close_referral(session, officer, kept, CloseReason.DIED)
        assert (kept.state, kept.close_reason) == (S.CLOSED, CloseReason.DIED)
        with pytest.raises(Refused):
            service.close_referral(
                session, officer, a_referral(session, S.RECORDED), CloseReason.MOVED
            )
        with pytest.raises(Refused):
            service.close_referral(
                session, officer, a_referral(session, S.ACCEPTED), CloseReason.DELIVERED
            )


def test_every_step_is_in_the_chained_log_without_a_word_about_the_resident(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), an_input())
        service.submit_referral(session, officer, kept)
        rows = session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.seq)).all()
        assert [row.action for row in rows][-2:] == ["referral.drafted", "referral.submitted"]
        assert all("Tukiyem" not in str(row.detail) for row in rows)
        assert audit.verify_chain(session)[2] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "}, {"sex": "X"}, {"condition": "flu"}, {"needs": ("helicopter",)},
        {"house_power": "lots"}, {"rt": "1"}, {"home_from_s": 3600}, {"birth_date": None, "birth_year": 1700},
        {"home_from_s": 7200, "home_to_s": 3600},
    ],
    ids=str,
)  # fmt: skip
def test_an_input_that_no_table_knows_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        replace(an_input(), **wrong)  # type: ignore[arg-type]


def test_what_lacks_an_answer_is_not_sent_and_says_which(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = service.save_draft(
            session, officer, core.sealer, new_form_token(), an_input(rt="", landmark="")
        )
        with pytest.raises(Invalid) as refused:
            service.submit_referral(session, officer, kept)
        assert set(refused.value.errors) == {"rt", "landmark"}
        assert kept.state is S.DRAFT


def test_an_answer_comes_back_to_whoever_asked(core: web.Core) -> None:
    with core.database.write() as session:
        officer, asker = an_actor(session, Role.VILLAGE), an_actor(session, Role.PLANNER)
        colleague = an_actor(session, Role.PLANNER)
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), an_input())
        service.submit_referral(session, officer, kept)
        triage.return_referral(session, asker, kept, "place", "Rumahnya sebelah mana?")
        assert answered_for(session, asker) == []
        service.answer_and_resubmit(session, officer, kept, "Timur musala, pagar hijau.")
        assert answered_for(session, asker) == [kept]
        assert answered_for(session, colleague) == []
        triage.accept_referral(session, asker, kept)
        assert answered_for(session, asker) == []


def test_a_pin_outside_the_regency_is_kept_with_the_draft_and_not_sent(core: web.Core) -> None:
    outside = Place(-7.53, 110.77, PlaceQuality.PIN)  # in the box around the regency
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), an_input(place=outside))  # fmt: skip
        assert (kept.lat, kept.lon) == (-7.53, 110.77)
        with pytest.raises(Invalid) as refused:
            service.submit_referral(session, officer, kept)
        assert set(refused.value.errors) == {"lat"}
