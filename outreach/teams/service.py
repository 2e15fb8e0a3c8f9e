"""The teams that go out, and what their members may see."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.identity import on_actor
from outreach.errors import Refused
from outreach.policy import Actor, Role
from outreach.teams.calendar import next_working_day
from outreach.teams.models import Team, TeamMember


def active_teams(session: Session) -> list[Team]:
    """Return the teams that go out, in the order of their codes (T2 before T10)."""
    teams = session.scalars(select(Team).where(Team.is_active))
    return sorted(teams, key=lambda team: (len(team.code), team.code))


@on_actor
def with_teams(session: Session, actor: Actor) -> Actor:
    """Add to a team member's actor the active teams, and the two days whose routes they may see."""
    if actor.role is not Role.TEAM or actor.id is None:
        return actor
    team_ids = session.scalars(
        select(Team.id)
        .join(TeamMember)
        .where(TeamMember.user_id == actor.id, Team.is_active)
        .order_by(Team.code)
    ).all()
    today = clock.today()
    try:
        days = (today, next_working_day(session, today))
    except Refused:
        days = (today, today)  # a calendar without work: there is no next day to see
    return replace(actor, team_ids=tuple(team_ids), days=days)
