"""The board of today."""

from __future__ import annotations

from flask import Blueprint

from outreach import clock
from outreach.fieldwork import day_board
from outreach.web import NavItem, allow, endpoint, on_navigation, reading, render

bp = Blueprint("day", __name__)
on_navigation(NavItem("day.today", "Today's teams", 32))


@bp.get("/hari-ini")
@endpoint("day.view")
def today() -> str:
    """Show how the teams are doing today, as far as they have told."""
    allow()
    return render(
        "fieldwork/today.html",
        board=day_board.today(reading()),
        last_word=day_board.last_word_in_words,
        today=clock.today(),
    )
