"""Administration of teams and kits: who goes out together, with what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, policy
from outreach.accounts.models import User
from outreach.errors import Invalid, Refused
from outreach.i18n import gettext as _
from outreach.policy import Actor, Role
from outreach.teams.capabilities import DUTIES, EQUIPMENT, SKILLS
from outreach.teams.models import Kit, Team, TeamMember

_TEAM_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,7}")
_KIT_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")


@dataclass(frozen=True)
class Place:
    """A person's place in a team: their account and their duty."""

    user_id: str
    duty: str

    def __post_init__(self) -> None:
        if self.duty not in DUTIES:
            raise ValueError(f"no such duty: {self.duty}")


@dataclass(frozen=True)
class TeamFacts:
    """What an administrator says about a team; members in the order in which they are shown."""

    code: str
    name: str
    vehicle: str = ""
    skills: tuple[str, ...] = ()
    members: tuple[Place, ...] = field(default=())

    def __post_init__(self) -> None:
        if unknown := set(self.skills) - set(SKILLS):
            raise ValueError(f"no such skills: {sorted(unknown)}")


@dataclass(frozen=True)
class KitFacts:
    """What an administrator says about a kit; `team_id` is None while no team has it."""

    code: str
    name: str
    team_id: str | None = None
    equipment: tuple[str, ...] = ()
    is_active: bool = True

    def __post_init__(self) -> None:
        if unknown := set(self.equipment) - set(EQUIPMENT):
            raise ValueError(f"no such equipment: {sorted(unknown)}")


def create_team(session: Session, actor: Actor, facts: TeamFacts) -> Team:
    """Make a team. Raises Invalid, for instance when a member is in another active team."""
    policy.allow(actor, "team.create")
    team = Team(is_active=True)
    code = _checked_team(session, facts, None)
    _apply(session, team, facts, code)
    audit.record(session, actor, "team.created", team, code=team.code)
    return team


def edit_team(session: Session, actor: Actor, team: Team, facts: TeamFacts) -> Team:
    """Change a team and its members. Raises Invalid."""
    policy.allow(actor, "team.edit", team)
    code = _checked_team(session, facts, team)
    _apply(session, team, facts, code)
    audit.record(
        session,
        actor,
        "team.edited",
        team,
        code=team.code,
        skills=list(team.skills),
        members=[place.user_id for place in facts.members],
    )
    return team


def close_team(session: Session, actor: Actor, team: Team) -> None:
    """Take a team out of service; its members may join another team."""
    policy.allow(actor, "team.edit", team)
    if team.is_active:
        team.is_active = False
        audit.record(session, actor, "team.closed", team, code=team.code)


def reopen_team(session: Session, actor: Actor, team: Team) -> None:
    """Put a team back into service. Raises Refused when a member has joined another team meanwhile."""
    policy.allow(actor, "team.edit", team)
    if team.is_active:
        return
    for member in team.members:
        if elsewhere := _active_team_of(session, member.user_id, team):
            raise Refused(_already_in(member.user, elsewhere))
    team.is_active = True
    audit.record(session, actor, "team.opened", team, code=team.code)


def create_kit(session: Session, actor: Actor, facts: KitFacts) -> Kit:
    """Add a kit. Raises Invalid."""
    policy.allow(actor, "kit.create")
    kit = Kit()
    _apply_kit(session, kit, facts)
    audit.record(session, actor, "kit.created", kit, code=kit.code)
    return kit


def edit_kit(session: Session, actor: Actor, kit: Kit, facts: KitFacts) -> Kit:
    """Change a kit: its name, its equipment, the team that has it, or whether it is in use. Raises Invalid."""
    policy.allow(actor, "kit.edit", kit)
    _apply_kit(session, kit, facts)
    audit.record(
        session,
        actor,
        "kit.edited",
        kit,
        code=kit.code,
        team_id=kit.team_id,
        equipment=list(kit.equipment),
        is_active=kit.is_active,
    )
    return kit


def possible_members(session: Session) -> list[User]:
    """Return the active accounts of the role that belongs to teams, by name."""
    query = select(User).where(User.role == Role.TEAM, User.is_active)
    return list(session.scalars(query.order_by(User.name, User.username)))


def teams_of_members(session: Session) -> dict[str, Team]:
    """Return the active team that each member is in."""
    query = select(TeamMember).join(Team).where(Team.is_active)
    return {member.user_id: member.team for member in session.scalars(query)}


def _active_team_of(session: Session, user_id: str, but: Team | None) -> Team | None:
    query = (
        select(Team).join(TeamMember).where(Team.is_active, TeamMember.user_id == user_id).limit(1)
    )
    if but is not None:
        query = query.where(Team.id != but.id)
    return session.scalar(query)


def _already_in(user: User, team: Team) -> str:
    return _(
        "%(name)s is already in %(team)s. Take them out there first: one person, one team.",
        name=user.name,
        team=team.name,
    )


def _checked_team(session: Session, facts: TeamFacts, team: Team | None) -> str:
    """Return the code as it will be kept. Raises Invalid with a message for each field."""
    code = facts.code.strip().upper()
    errors: dict[str, str] = {}
    if not _TEAM_CODE.fullmatch(code):
        errors["code"] = _("Use at most 8 letters, digits or hyphens, such as T1.")
    else:
        taken = session.scalar(select(Team.id).where(Team.code == code))
        if taken is not None and (team is None or taken != team.id):
            errors["code"] = _("This code is taken. Choose another one.")
    if not facts.name.strip():
        errors["name"] = _("Write the team's name.")
    people = [place.user_id for place in facts.members]
    duties = [place.duty for place in facts.members]
    if len(set(people)) < len(people):
        errors["members"] = _("The same person is written twice.")
    elif people and duties.count("leader") != 1:
        errors["members"] = _("A team has one leader.")
    else:
        for user_id in people:
            if message := _why_not(session, user_id, team):
                errors["members"] = message
                break
    if errors:
        raise Invalid(errors)
    return code


def _why_not(session: Session, user_id: str, team: Team | None) -> str | None:
    user = session.get(User, user_id)
    if user is None or user.role is not Role.TEAM or not user.is_active:
        return _("Choose people with an active account of a field team.")
    if team is not None and not team.is_active:
        return None
    elsewhere = _active_team_of(session, user_id, team)
    return _already_in(user, elsewhere) if elsewhere else None


def _apply(session: Session, team: Team, facts: TeamFacts, code: str) -> None:
    team.code, team.name = code, facts.name.strip()
    team.vehicle, team.skills = facts.vehicle.strip(), list(facts.skills)
    session.add(team)
    session.flush()
    team.members.clear()
    session.flush()  # the old places go before the new ones come: the same person may stay
    for position, place in enumerate(facts.members):
        team.members.append(
            TeamMember(team_id=team.id, user_id=place.user_id, duty=place.duty, position=position)
        )
    session.flush()


def _apply_kit(session: Session, kit: Kit, facts: KitFacts) -> None:
    code = facts.code.strip().upper()
    errors: dict[str, str] = {}
    if not _KIT_CODE.fullmatch(code):
        errors["code"] = _("Use at most 16 letters, digits or hyphens, such as AR-01.")
    else:
        taken = session.scalar(select(Kit.id).where(Kit.code == code))
        if taken is not None and taken != kit.id:
            errors["code"] = _("This code is taken. Choose another one.")
    if not facts.name.strip():
        errors["name"] = _("Write the kit's name.")
    if facts.team_id is not None and session.get(Team, facts.team_id) is None:
        errors["team_id"] = _("Choose a team from the list.")
    if errors:
        raise Invalid(errors)
    kit.code, kit.name, kit.team_id = code, facts.name.strip(), facts.team_id
    kit.equipment, kit.is_active = list(facts.equipment), facts.is_active
    session.add(kit)
    session.flush()
