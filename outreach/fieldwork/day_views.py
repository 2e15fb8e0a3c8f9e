"""The board of today: how the teams do, what was changed during the day, and what can be done when it does not go to plan."""

from __future__ import annotations

from flask import Blueprint

from outreach import clock, policy
from outreach.fieldwork import day_board
from outreach.planning.day_changes import changes_on, may_take_back
from outreach.planning.recipes import in_words
from outreach.planning.wording import approval_words
from outreach.web import NavItem, actor, allow, endpoint, on_navigation, reading, render

bp = Blueprint("day", __name__)
on_navigation(NavItem("day.today", "Today's teams", 32))


@bp.get("/hari-ini")
@endpoint("day.view")
def today() -> str:
    """Show how the teams are doing today, as far as they have told."""
    allow()
    session = reading()
    board = day_board.today(session)
    plans = {lane.route.version.plan_id: lane.route.version.plan for lane in board.lanes}
    return render(
        "fieldwork/today.html",
        board=board,
        last_word=day_board.last_word_in_words,
        today=clock.today(),
        changes=[
            (change, in_words(session, change.given), may_take_back(session, change))
            for change in changes_on(session, clock.today())
        ],
        approval_words=approval_words,
        plan=next(iter(plans.values()), None),
        may_change=policy.can(actor(), "day.change"),
    )
