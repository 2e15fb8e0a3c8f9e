"""Possible duplicates are found when a referral is sent, and people decide about them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, policy
from outreach.db import Database
from outreach.errors import NotThere, Refused
from outreach.referrals import merging, pages, pairs
from outreach.referrals.keys import rebuild_keys
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.photo_models import HousePhoto
from outreach.referrals.photos import has_photo, read_photo
from outreach.referrals.states import CloseReason, ReferralState
from outreach.referrals.triage_models import NameSound, ReferralPair, Verdict
from outreach.web import Core
from tests.build import Browser, a_nik, a_referral, a_user, an_actor, signed_in

S = ReferralState


def _sent(session: Session, **given: Any) -> Referral:
    """A referral on its way through the form, so that it is compared with the others."""
    referral = a_referral(session, S.DRAFT, submitted_at=None, **given)
    change_state(session, an_actor(session, "planner"), referral, S.SUBMITTED, kind="submitted")
    return referral


def _a_pair(session: Session, **given: Any) -> ReferralPair:
    _sent(session, name="Mbah Tukiyem", hamlet="Dukuh Lor")
    second = _sent(session, name="Toekijem", hamlet="Dukuh Kidul", **given)
    [pair] = pairs.pairs_of(session, [second.id])
    return pair


def test_sending_what_looks_like_another_referral_makes_a_pair(database: Database) -> None:
    with database.write() as session:
        pair = _a_pair(session)
        assert pair.verdict is Verdict.OPEN
        assert {part[0] for part in pair.parts} >= {"name_spelling", "birth_placeholder"}


def test_the_same_nik_is_found_in_another_village(core: Core, database: Database) -> None:
    nik = a_nik()
    with database.write() as session:
        _sent(session, name="Sutinah", sealer=core.sealer, nik=nik)
        far = _sent(session, name="Paimin", sealer=core.sealer, nik=nik, village_code="33.14.01.2001")  # fmt: skip
        [pair] = pairs.pairs_of(session, [far.id])
        assert pair.points > 50


def test_a_name_that_is_corrected_no_longer_makes_a_pair(database: Database) -> None:
    with database.write() as session:
        pair = _a_pair(session)
        pair.second.resident.name = "Wagimin"
        session.flush()
        assert pairs.look_for_pairs(session, pair.second) == []


def test_keys_follow_the_name_whoever_writes_it(database: Database) -> None:
    with database.write() as session:
        referral = a_referral(session, name="Soekarti")
        referral.resident.name = "Wagiyem"
        session.flush()
        sounds = select(NameSound.sound).where(NameSound.resident_id == referral.resident_id)
        assert session.scalars(sounds).all() == ["wagiem"]
        before = session.scalar(select(func.count()).select_from(NameSound))
        assert rebuild_keys(session) == 1
        assert session.scalar(select(func.count()).select_from(NameSound)) == before


def test_a_merge_keeps_every_event_and_the_earlier_day(core: Core, database: Database) -> None:
    with database.write() as session:
        actor, pair = an_actor(session, "planner"), _a_pair(session)
        kept, other = pair.first, pair.second
        earlier = min(kept.submitted_at, other.submitted_at)  # type: ignore[type-var]
        events = session.scalar(select(func.count()).select_from(ReferralEvent))
        merging.merge_pair(session, actor, core.sealer, pair, kept.id, ["name", "hamlet"])
        assert (other.state, other.close_reason) == (S.CLOSED, CloseReason.DUPLICATE)
        assert kept.submitted_at == earlier
        assert (kept.resident.name, kept.hamlet) == (other.resident.name, other.hamlet)
        told = pages.timeline(session, kept)
        assert len(told) == (events or 0) + 2


def test_a_merge_can_be_taken_back_whole(core: Core, database: Database) -> None:
    with database.write() as session:
        actor = an_actor(session, "planner")
        pair = _a_pair(session, sealer=core.sealer, nik=a_nik(7))
        kept = next(r for r in (pair.first, pair.second) if r.resident.nik_index is None)
        other = pair.other(kept.id)
        before = (kept.resident.name, kept.hamlet, kept.submitted_at, other.state)
        merging.merge_pair(session, actor, core.sealer, pair, kept.id, ["name", "nik", "hamlet"])
        assert kept.resident.nik_sealed
        assert core.sealer.open_nik(kept.resident.nik_sealed, kept.resident.id) == a_nik(7)
        merging.unmerge_pair(session, actor, pair)
        after = (kept.resident.name, kept.hamlet, kept.submitted_at, other.state)
        assert after == before
        assert kept.resident.nik_sealed is None
        assert (other.merged_into, other.close_reason, pair.verdict) == (None, None, Verdict.OPEN)


def test_the_photo_of_a_house_outlives_a_merge_and_goes_with_the_case(
    core: Core, database: Database
) -> None:
    with database.write() as session:
        actor, pair = an_actor(session, "planner"), _a_pair(session)
        kept, other = pair.first, pair.second
        session.add(_a_photo(core, actor.id, other))
        merging.merge_pair(session, actor, core.sealer, pair, kept.id)
        session.flush()
        assert read_photo(session, core.sealer, kept.id) == b"a house"
        merging.unmerge_pair(session, actor, pair)
        assert not has_photo(session, kept.id)
        assert read_photo(session, core.sealer, other.id) == b"a house"
        merging.merge_pair(session, actor, core.sealer, pair, kept.id)
        change_state(session, actor, kept, S.CLOSED, kind="closed", code=CloseReason.DIED.value)
        assert not has_photo(session, other.id)


def _a_photo(core: Core, by: str | None, referral: Referral) -> HousePhoto:
    place = f"house_photos/sealed/{referral.id}"
    return HousePhoto(
        referral_id=referral.id, sealed=core.sealer.seal(b"a house", place), width=4, height=3,
        kept_by=by, kept_at=clock.now(),
    )  # fmt: skip


def test_what_was_changed_after_a_merge_stays_when_it_is_taken_back(
    core: Core, database: Database
) -> None:
    with database.write() as session:
        actor, pair = an_actor(session, "planner"), _a_pair(session)
        merging.merge_pair(session, actor, core.sealer, pair, pair.first_id, ["hamlet"])
        pair.first.hamlet = "Dukuh Baru"
        session.flush()
        merging.unmerge_pair(session, actor, pair)
        assert pair.first.hamlet == "Dukuh Baru"


def test_one_that_is_planned_already_is_not_the_one_that_ends(
    core: Core, database: Database
) -> None:
    with database.write() as session:
        actor, pair = an_actor(session, "planner"), _a_pair(session)
        pair.second.state = S.SCHEDULED
        assert merging.keeper_of(pair) is pair.second
        with pytest.raises(Refused):
            merging.merge_pair(session, actor, core.sealer, pair, pair.first_id)


def test_namesakes_are_kept_apart_for_good(database: Database) -> None:
    with database.write() as session:
        actor, pair = an_actor(session, "planner"), _a_pair(session)
        merging.keep_apart(session, actor, pair, "anak kembar")
        assert pairs.look_for_pairs(session, pair.second) == []
        assert pairs.undecided_pairs(session, actor, [pair.first_id]) == {pair.first_id: ()}
        with pytest.raises(Refused):
            merging.leave_unsure(session, actor, pair, "tanya kadus")


def test_not_sure_says_what_has_to_be_found_out(database: Database) -> None:
    with database.write() as session:
        actor, pair = an_actor(session, "planner"), _a_pair(session)
        with pytest.raises(Refused):
            merging.leave_unsure(session, actor, pair, " ")
        merging.leave_unsure(session, actor, pair, "Bandingkan KK")
        assert pairs.count_pairs(session, actor, Verdict.UNSURE) == 1


def test_a_district_decides_only_about_pairs_that_lie_within_it(database: Database) -> None:
    with database.write() as session:
        pair = _a_pair(session)
        stranger = an_actor(session, "district", district_code="33.14.01")
        assert pairs.list_pairs(session, stranger, Verdict.OPEN).total == 0
        with pytest.raises(NotThere):
            merging.keep_apart(session, stranger, pair)
        own = an_actor(session, "district")
        assert pairs.list_pairs(session, own, Verdict.OPEN).total == 1
        assert policy.can(own, "pair.decide", pair)


def _ask(browser: Browser, **typed: str) -> dict[str, Any]:
    answer = browser.post("/usulan/mirip", typed, form_page="/usulan/baru")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def test_an_officer_is_told_while_typing_about_their_own_village_only(
    app: Flask, database: Database
) -> None:
    with database.write() as session:
        officer = a_user(session, "village")
        here = a_referral(session, S.SUBMITTED, name="Soekarti")
        a_referral(session, S.SUBMITTED, name="Soekarti", village_code="33.14.20.2002")
    browser = signed_in(app, officer)
    told = _ask(browser, village_code="33.14.20.2001", name="Mbah Sukarti")
    assert [one["code"] for one in told["found"]] == [here.tracking_code]
    assert _ask(browser, name="Mbah Sukarti") == told  # whoever has one village does not choose it
    assert _ask(browser, village_code="33.14.20.2001", name="Paimin")["found"] == []
    foreign = browser.post("/usulan/mirip", {"village_code": "33.14.20.2002", "name": "Sukarti"})
    assert foreign.status_code == 404


def test_without_script_the_officer_is_asked_before_sending(app: Flask, database: Database) -> None:
    with database.write() as session:
        officer = a_user(session, "village")
        here = a_referral(session, S.SUBMITTED, name="Soekarti")
        draft = a_referral(session, S.DRAFT, name="Sukarti", submitted_at=None, created_by=officer.id)  # fmt: skip
    page = signed_in(app, officer).get(f"/usulan/{draft.id}/kirim")
    assert here.tracking_code in page.text
    assert 'name="confirmed" value="same_name"' in page.text


def test_a_reviewer_merges_on_the_page_and_takes_it_back(app: Flask, database: Database) -> None:
    with database.write() as session:
        planner, pair = a_user(session, "planner"), _a_pair(session)
    browser = signed_in(app, planner)
    address = f"/triase/kembar/{pair.id}"
    listed = browser.get("/triase/kembar")
    assert address in listed.text
    page = browser.get(address)
    assert pair.first.tracking_code in page.text
    assert pair.second.tracking_code in page.text
    refused = browser.post(address, {"verdict": "unsure"}, form_page=address)
    assert refused.status_code == 422
    done = browser.post(address, {"verdict": "same", "keep": pair.first_id}, form_page=address)
    assert done.status_code == 200
    with database.read() as session:
        assert session.get_one(Referral, pair.second_id).state is S.CLOSED
    browser.post(f"{address}/batal", form_page=address)
    with database.read() as session:
        assert session.get_one(Referral, pair.second_id).state is S.SUBMITTED
