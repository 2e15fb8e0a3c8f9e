"""The pages of planning, as people without script see them."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from outreach import web
from outreach.accounts.models import User
from outreach.jobs import Job
from outreach.planning.models import Plan, PlanState
from outreach.planning.seal import short_hash
from outreach.policy import Actor
from tests import build
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY


def browser(app: Flask, core: web.Core, actor: Actor) -> build.Browser:
    """A browser in which this person has signed in."""
    with core.database.read() as session:
        user = session.get_one(User, str(actor.id))
    return build.signed_in(app, user)


def words(response: Any) -> str:
    """What a page says."""
    assert response.status_code == 200, response.text[:500]
    return unescape(response.text)


def request_form(**given_fields: Any) -> dict[str, Any]:
    return {"first_day": MONDAY.isoformat(), "days": "1", "search": "quick", **given_fields}


def test_a_planner_asks_for_a_plan_and_comes_to_its_progress(app: Flask, core: web.Core) -> None:
    office = given.an_office(core)
    person = browser(app, core, office.planner)
    form = person.get("/rencana/baru")
    assert MONDAY.isoformat() in words(form)
    answer = person.post("/rencana/baru", request_form(team_ids=list(office.team_ids)))
    assert "sedang disusun" in words(answer)
    assert "Menunggu giliran" in answer.text
    assert 'http-equiv="refresh"' in answer.text
    with core.database.read() as session:
        plan = session.query(Plan).one()
        assert plan.request == {"team_ids": list(office.team_ids), "time_limit_s": 5}


def test_a_refused_request_keeps_what_was_typed_and_says_why(app: Flask, core: web.Core) -> None:
    office = given.an_office(core)
    person = browser(app, core, office.planner)
    saturday = MONDAY + timedelta(days=5)
    sent = request_form(
        first_day=saturday.isoformat(), team_ids=[office.team_ids[1]], search="thorough"
    )
    answer = person.post("/rencana/baru", sent)
    assert answer.status_code == 422
    assert "Hari kerja berikutnya Senin, 30 November 2026" in answer.text
    assert 'href="#first_day"' in answer.text
    assert saturday.isoformat() in answer.text
    assert answer.text.count(" checked") == 3
    with core.database.read() as session:
        assert session.query(Plan).count() == 0
        assert session.query(Job).count() == 0


def test_the_progress_is_told_to_a_script_until_it_ends(app: Flask, core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    person = browser(app, core, office.planner)
    now = person.get(f"/rencana/{plan_id}/kemajuan").json
    assert (now["state"], now["fraction"]) == ("waiting", None)
    context = given.a_claimed_job(core)
    context.beat(0.4, phase="searching", people=17)
    now = person.get(f"/rencana/{plan_id}/kemajuan").json
    assert now["fraction"] == 0.4
    assert "17 orang" in now["text"]
    assert "done_url" not in now
    person.post(f"/rencana/{plan_id}/batal")
    assert person.get(f"/rencana/{plan_id}/kemajuan").json["text"] == "Sedang dihentikan ..."


def test_a_plan_shows_its_figures_its_routes_and_whom_it_leaves_out(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core, teams=1, referrals=14)
    plan_id = given.a_made_plan(core, office.planner)
    page = words(browser(app, core, office.planner).get(f"/rencana/{plan_id}"))
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        people = [
            v.referral.resident.name for r in version.routes for s in r.stops for v in s.visits
        ]
        left = [row.referral.resident.name for row in version.unserved]
    assert people
    assert left
    for name in people + left:
        assert name in page
    assert "perkiraan garis lurus" in page
    assert "Tim T1" in page
    assert "Kirim untuk disetujui" in page
    assert "<iframe" in page
    assert 'sandbox="allow-scripts"' in page
    assert "331400" not in page, "no NIK belongs on a plan"


def test_the_list_of_those_left_out_can_be_narrowed_to_a_reason(app: Flask, core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=3)
    with core.database.write() as session:
        for number in range(2):
            build.a_referral(session, name=f"Pengawal {number}", needs=["escort"])
        build.a_referral(session, name="Nanti", not_before=MONDAY + timedelta(days=20))
    plan_id = given.a_made_plan(core, office.planner)
    person = browser(app, core, office.planner)
    every = words(person.get(f"/rencana/{plan_id}"))
    assert "Pengawal 1" in every
    assert "Nanti" in every
    narrowed = words(person.get(f"/rencana/{plan_id}/versi/1?alasan=not_yet"))
    assert "Nanti" in narrowed
    assert "Pengawal 1" not in narrowed


def test_a_plan_of_several_days_shows_one_day_at_a_time(app: Flask, core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=20)
    tuesday = MONDAY + timedelta(days=1)
    plan_id = given.a_made_plan(core, office.planner, MONDAY, tuesday)
    person = browser(app, core, office.planner)
    with core.database.read() as session:
        routes = session.get_one(Plan, plan_id).versions[0].routes
        names = {
            day: [
                v.referral.resident.name
                for r in routes
                if r.day == day
                for s in r.stops
                for v in s.visits
            ]
            for day in (MONDAY, tuesday)
        }
    assert names[tuesday]
    page = words(person.get(f"/rencana/{plan_id}/versi/1?hari={tuesday}"))
    assert all(f">{name}<" in page for name in names[tuesday])
    assert f"#tim-{len(names)}" not in page


def test_the_map_is_a_document_of_its_own_without_rights(app: Flask, core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    answer = browser(app, core, office.planner).get(f"/rencana/{plan_id}/peta/1")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "allow-same-origin" not in policy


def test_a_supervisor_reads_what_they_sign_and_approves(app: Flask, core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    person = browser(app, core, office.supervisor)
    assert "menunggu persetujuan" in words(person.get("/"))
    page = words(person.get(f"/rencana/{plan_id}/keputusan"))
    assert "2 tim mengunjungi 6 orang" in page or "1 tim mengunjungi 6 orang" in page
    assert "perkiraan garis lurus" in page
    done = words(person.post(f"/rencana/{plan_id}/setujui", {"version": "1"}))
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        assert version.state is PlanState.APPROVED
    assert short_hash(version.hash) in done


def test_a_return_without_a_reason_is_refused_on_the_page(app: Flask, core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    person = browser(app, core, office.supervisor)
    answer = person.post(f"/rencana/{plan_id}/kembalikan", {"version": "1", "reason": " "})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert given.state_of(core, plan_id) is PlanState.SENT


def test_a_returned_plan_waits_on_its_makers_first_page_with_the_reason(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    supervisor = browser(app, core, office.supervisor)
    words(
        supervisor.post(f"/rencana/{plan_id}/kembalikan", {"version": "1", "reason": "Tim 2 rapat"})
    )
    planner = browser(app, core, office.planner)
    assert "Tim 2 rapat" in words(planner.get("/"))
    page = words(planner.get(f"/rencana/{plan_id}"))
    assert "Tim 2 rapat" in page
    assert "Susun ulang" in page


def test_a_supervisor_is_told_what_an_approval_replaces(app: Flask, core: web.Core) -> None:
    office = given.an_office(core)
    supervisor = browser(app, core, office.supervisor)
    first = given.a_sent_plan(core, office.planner)
    supervisor.post(f"/rencana/{first}/setujui", {"version": "1"})
    second = given.a_sent_plan(core, office.planner)
    assert "menggantikan rencana 1" in words(supervisor.get(f"/rencana/{second}/keputusan"))
    supervisor.post(f"/rencana/{second}/setujui", {"version": "1"})
    assert "Rencana yang lebih baru menggantikan" in words(supervisor.get(f"/rencana/{first}"))


def test_the_first_page_tells_a_planner_that_the_next_day_has_no_plan(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core)
    person = browser(app, core, office.planner)
    assert "Belum ada rencana untuk Senin, 23 November 2026" in words(person.get("/"))
    given.a_made_plan(core, office.planner)
    assert "belum dikirim" in words(person.get("/"))


def test_a_plan_that_could_not_be_made_says_why_and_can_be_made_again(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    with core.database.write() as session:
        plan = session.get_one(Plan, plan_id)
        plan.state, plan.error = (
            PlanState.FAILED,
            "The waiting list became empty before the plan was made.",
        )
    person = browser(app, core, office.planner)
    assert "Daftar tunggu sudah kosong" in words(person.get(f"/rencana/{plan_id}"))
    assert "sedang disusun" in words(person.post(f"/rencana/{plan_id}/ulang"))


@pytest.mark.parametrize("path", ["/rencana/{0}/versi/9", "/rencana/{0}/peta/9", "/rencana/{1}"])
def test_what_is_not_there_is_not_found(app: Flask, core: web.Core, path: str) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    person = browser(app, core, office.planner)
    assert person.get(path.format(plan_id, office.team_ids[0])).status_code == 404


def test_every_page_of_plans_is_shown_in_english_too(app: Flask, core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=14)
    plan_id = given.a_sent_plan(core, office.planner)
    person = browser(app, core, office.supervisor)
    person.post("/bahasa", {"language": "en"})
    assert "What you sign" in words(person.get(f"/rencana/{plan_id}/keputusan"))
    assert "straight-line estimate" in words(person.get(f"/rencana/{plan_id}"))
    assert "Plans" in words(person.get("/rencana"))
