"""A plan that is changed during the day: what teams did stays done on every page and paper, and the pages that change it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from outreach import clock, web
from outreach.errors import Refused
from outreach.fieldwork.models import Outcome, OutcomeKind
from outreach.fieldwork.outcomes import Entry, record_outcome
from outreach.fieldwork.routes import changed_on, route_card
from outreach.fieldwork.tablet.models import Tablet
from outreach.fieldwork.tablet.pack import pack_of
from outreach.ids import new_id
from outreach.notices.models import Channel
from outreach.notices.service import Standing, record_notice, telling_of, tellings
from outreach.paperwork.gather import manifest_pages
from outreach.planning import day_changes
from outreach.planning.day_models import DayChange
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Plan, Route, Visit
from outreach.planning.recipes import Call, Recipe
from outreach.policy import Role
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from tests import build
from tests.outreach.planning.given import MONDAY
from tests.outreach.planning.test_board import browser, words
from tests.outreach.planning.test_day_changes import Day, a_day, change, longest, rules


@pytest.fixture(autouse=True)
def _on_friday() -> Iterator[None]:
    with clock.frozen(datetime(2026, 11, 20, 1, 0, tzinfo=UTC)):
        yield


def visit_of(core: web.Core, referral_id: str) -> str:
    """The visit of a person on the route that stands on Monday."""
    with core.database.read() as session:
        return next(
            v.id
            for route in approved_routes(session, [MONDAY])
            for stop in route.stops
            for v in stop.visits
            if v.referral_id == referral_id
        )


def record(core: web.Core, day: Day, visit_id: str, entry: Entry) -> None:
    """Record an outcome as the planner."""
    with core.database.write() as session:
        record_outcome(session, day.office.planner, session.get_one(Visit, visit_id), entry)


def a_changed_day(core: web.Core) -> tuple[Day, str, str, str]:
    """A day whose team recorded its first person before a visit overran: the day, its team, the visit of then and of now."""
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    first, second = day.routes[team][:2]
    before = visit_of(core, first)
    with clock.frozen(day.during(team, 1)):
        record(core, day, before, Entry(new_id(), OutcomeKind.RECORDED))
        change(core, day, Call(Recipe.OVERRUN, referral_id=second, minutes=60))
    return day, team, before, visit_of(core, first)


def test_what_was_done_before_a_change_is_done_on_the_route_the_tablet_and_the_paper(
    core: web.Core,
) -> None:
    day, team, before, now = a_changed_day(core)
    assert before != now
    with clock.frozen(day.during(team, 1)), core.database.write() as session:
        route = session.get_one(Visit, now).stop.route
        card = route_card(session, route)
        assert card.done == 1
        assert {one.kind for one in changed_on(session, route)}
        row = session.query(Outcome).one()
        page = manifest_pages(session, [route], copy=1, printed_at=clock.now(), printed_by="Sri")[0]
        assert [bool(block.done) for stop in page.stops for block in stop.blocks].count(True) == 1
        tablet = Tablet(
            name="T", team_id=team, team=route.team, created_at=clock.now(), data_key=None
        )
        session.add(tablet)
        session.flush()
        tablet.data_key = core.sealer.seal(bytes(32), f"tablets.data_key:{tablet.id}")
        pack = pack_of(session, core.sealer, tablet, route).content
        done = {v["id"]: v.get("done_id") for s in pack["stops"] for v in s["visits"]}
        assert done[now] == row.id
        assert "lebih lama" in pack["why"]


def test_somebody_has_one_result_a_day_and_it_is_corrected_on_the_changed_route(
    core: web.Core,
) -> None:
    day, team, _before, now = a_changed_day(core)
    with clock.frozen(day.during(team, 1)):
        with pytest.raises(Refused, match="sudah"):
            record(core, day, now, Entry(new_id(), OutcomeKind.RECORDED))
        with core.database.read() as session:
            first = session.query(Outcome).one().id
        record(core, day, now, Entry(new_id(), OutcomeKind.NOT_RECORDED, "not_home", corrects_id=first))  # fmt: skip
        with core.database.read() as session:
            person = session.get_one(Referral, day.routes[team][0])
            assert person.state is ReferralState.ACCEPTED


def test_a_team_that_still_goes_by_the_old_plan_reports_and_it_counts(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    second, third = day.routes[team][1:3]
    old = visit_of(core, third)
    with clock.frozen(day.during(team, 1)):
        change(core, day, Call(Recipe.OVERRUN, referral_id=second, minutes=45))
        assert visit_of(core, third) != old
        record(core, day, old, Entry(new_id(), OutcomeKind.NOT_RECORDED, "not_home"))
        with core.database.read() as session:
            person = session.get_one(Referral, third)
            assert person.state is ReferralState.ACCEPTED
            assert person.not_before is not None
            new = session.get_one(Visit, visit_of(core, third)).stop.route
            assert route_card(session, session.get_one(Route, new.id)).done == 1


def test_a_planner_sees_the_effect_changes_the_day_and_takes_it_back(
    app: Flask, core: web.Core
) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    with clock.frozen(day.during(team, 0)):
        person = browser(app, core, day.office.planner)
        board = person.get("/hari-ini").text
        address = f"/rencana/{day.plan_id}/hari-ini/kendaraan"
        assert f"{address}?tim={team}" in board.replace("&amp;", "&")
        page = person.get(f"{address}?tim={team}")
        assert "Langsung berlaku" in page.text
        with core.database.read() as session:
            version = approved_routes(session, [MONDAY])[0].version_id
        form = {"tim": team, "cara": "tetap", "versi": version, "mulai": day.routes[team][1]}
        said = words(person.post(address, form))
        assert "Perubahan berlaku" in said
        assert "Kendaraan" in said
        assert "Berlaku tanpa tanda tangan" in said
        with core.database.read() as session:
            made = approved_routes(session, [MONDAY])[0].version_id
            key = session.query(DayChange).filter_by(version_id=made).one().id
        undo = f"/rencana/{day.plan_id}/hari-ini/urungkan"
        assert "diurungkan" in words(person.post(undo, {"perubahan": key}))


def test_only_who_may_sets_the_rules_and_they_are_dated(app: Flask, core: web.Core) -> None:
    with core.database.write() as session:
        admin, planner = build.a_user(session, Role.ADMIN), build.a_user(session, Role.PLANNER)
    values = {"most_changed": "2", "most_dropped": "0", "lead_min": "20", "most_attempts": "4"}
    form = {**values, "first_day": clock.today().isoformat()}
    person = build.signed_in(app, admin)
    assert "berlaku mulai" in words(person.post("/aturan-lapangan", form))
    assert person.post("/aturan-lapangan", {**form, "most_attempts": "0"}).status_code == 422
    other = build.signed_in(app, planner)
    assert other.get("/aturan-lapangan").status_code == 200
    assert other.post("/aturan-lapangan", form).status_code == 403


def test_whom_no_team_reaches_is_told_on_the_page_where_overtime_can_be_tried(
    app: Flask, core: web.Core
) -> None:
    day = a_day(core)
    with core.database.write() as session:
        far = build.a_referral(session, village_code="33.14.01.2001", home_to_s=8 * 3600).id
    with clock.frozen(day.during(longest(day), 0)):
        person = browser(app, core, day.office.planner)
        page = person.get(f"/rencana/{day.plan_id}/hari-ini/mendesak?warga={far}")
        assert page.status_code == 200
        assert "tidak ada tim yang bisa ke sana" in page.text
        assert 'name="lembur"' in page.text


def test_every_family_of_a_lost_team_that_was_told_is_to_be_told_again(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    with clock.frozen(day.during(team, 0)):
        with core.database.write() as session:
            for person in day.routes[team]:
                referral = session.get_one(Referral, person)
                promise = telling_of(session, day.office.planner, referral).promise
                record_notice(session, day.office.planner, referral, promise, Channel.WHATSAPP)
        change(core, day, Call(Recipe.VEHICLE, team, first_id=day.routes[team][1]))
        with core.database.read() as session:
            known = {one.referral.id: one.standing for one in tellings(session, day.office.planner)}
            standing = {
                v.referral_id
                for route in approved_routes(session, [MONDAY])
                for stop in route.stops
                for v in stop.visits
            }
        assert known[day.routes[team][0]] is Standing.TOLD
        for lost in day.routes[team][1:]:
            wanted = (
                {Standing.CHANGED, Standing.TOLD} if lost in standing else {Standing.CALLED_OFF}
            )
            assert known[lost] in wanted


def test_of_two_planners_at_once_one_changes_the_day_and_the_other_is_told(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    said: list[str] = []
    together = threading.Barrier(2)

    def act(minutes: int) -> None:
        with clock.frozen(day.during(team, 1)):
            call = Call(Recipe.OVERRUN, referral_id=day.routes[team][1], minutes=minutes)
            with core.database.read() as session:
                seen = day_changes.preview(session, call)
                chosen, version = seen.outlooks[0].option.way, seen.version.id
            together.wait(60)
            try:
                with core.database.write() as session:
                    plan = session.get_one(Plan, day.plan_id)
                    day_changes.change_day(session, day.office.planner, plan, call, chosen, version)
                said.append("")
            except Refused as refusal:
                said.append(refusal.message)

    planners = [threading.Thread(target=act, args=(minutes,)) for minutes in (45, 60)]
    for one in planners:
        one.start()
    for one in planners:
        one.join()
    first, second = sorted(said)
    assert first == ""
    assert "mengubah hari ini" in second
    with core.database.read() as session:
        assert session.query(DayChange).count() == 1
