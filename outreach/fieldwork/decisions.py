"""What a planner decides after a visit: try again from a date, or close the referral. A team never closes one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, policy
from outreach.errors import Refused
from outreach.fieldwork.models import Outcome
from outreach.fieldwork.outcomes import latest_outcomes
from outreach.fieldwork.tries import REOPENED
from outreach.i18n import N_
from outreach.i18n import gettext as _
from outreach.planning.models import PlanVersion, Route, Stop, Visit
from outreach.planning.short_codes import normalise
from outreach.policy import Actor
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import CloseReason, ReferralState
from outreach.referrals.wording import on_event

CLOSINGS: Final = (
    CloseReason.DIED,
    CloseReason.MOVED,
    CloseReason.ALREADY_RECORDED,
    CloseReason.WITHDRAWN,
    CloseReason.CAME_TO_OFFICE,
    CloseReason.NOT_MET,
)
LONGEST_WAIT: Final = timedelta(days=365)
MOST_CLOSED_SHOWN: Final = 100
on_event(REOPENED, N_("Opened again"))
SHOWN_UNMOVED: Final = timedelta(days=14)


@dataclass(frozen=True)
class Waiting:
    """A visited referral that waits for the planner, with the outcome of its last visit."""

    referral: Referral
    outcome: Outcome | None


def waiting_referrals(session: Session) -> list[Waiting]:
    """Return who was visited and waits for a decision, the longest first."""
    referrals = session.scalars(
        select(Referral)
        .where(Referral.state == ReferralState.VISITED)
        .order_by(Referral.changed_at, Referral.id)
    ).all()
    last = last_outcomes(session, [referral.id for referral in referrals])
    return [Waiting(referral, last.get(referral.id)) for referral in referrals]


def count_waiting(session: Session) -> int:
    """Return how many referrals wait for a decision."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Referral)
            .where(Referral.state == ReferralState.VISITED)
        )
        or 0
    )


def last_outcomes(session: Session, referral_ids: list[str]) -> dict[str, Outcome]:
    """Return the outcome that holds for the newest recorded visit of each referral."""
    visit_ids = list(
        session.scalars(
            select(Visit.id)
            .join(Outcome, Outcome.visit_id == Visit.id)
            .where(Visit.referral_id.in_(referral_ids))
            .distinct()
        )
    )
    found: dict[str, Outcome] = {}
    for outcome in latest_outcomes(session, visit_ids).values():
        referral_id = outcome.visit.referral_id
        before = found.get(referral_id)
        if before is None or before.recorded_at < outcome.recorded_at:
            found[referral_id] = outcome
    return found


def unmoved_outcomes(session: Session) -> list[Outcome]:
    """Return the results of the last two weeks that moved nothing, because the referral had gone on."""
    since = clock.now() - SHOWN_UNMOVED
    rows = session.scalars(
        select(Outcome)
        .where(Outcome.led_to == "", Outcome.recorded_at >= since, Outcome.withdrawn_at.is_(None))
        .order_by(Outcome.recorded_at.desc())
    ).all()
    holding = latest_outcomes(session, list({row.visit_id for row in rows}))
    return [row for row in rows if holding[row.visit_id].id == row.id]


def visits_with_code(session: Session, text: str) -> list[Visit]:
    """Return the visits of approved plans with this short code, the newest date first. Raises Refused."""
    code = normalise(text)
    if code is None:
        raise Refused(
            _("This is not a visit code. Compare it with the paper, letter by letter."),
            field="code",
        )
    visits = session.scalars(
        select(Visit)
        .join(Stop, Visit.stop_id == Stop.id)
        .join(Route, Stop.route_id == Route.id)
        .join(PlanVersion, Route.version_id == PlanVersion.id)
        .where(Visit.short_code == code, PlanVersion.hash != "", Route.day <= clock.today())
        .order_by(Route.day.desc(), PlanVersion.decided_at.desc())
    ).all()
    if not visits:
        raise Refused(_("No visit up to today has this code."), field="code")
    return list(visits)


def try_again(
    session: Session, actor: Actor, referral: Referral, not_before: date, note: str
) -> None:
    """Put a visited referral back on the waiting list, from a date. Raises Refused."""
    _begin(session, actor, referral)
    today = clock.today()
    if not today <= not_before <= today + LONGEST_WAIT:
        raise Refused(_("Choose a date from today, within a year."), field="not_before")
    change_state(
        session, actor, referral, ReferralState.ACCEPTED, kind="another_attempt",
        reason=note.strip(), not_before=not_before.isoformat(),
    )  # fmt: skip
    referral.not_before = not_before


def close_after_visit(
    session: Session, actor: Actor, referral: Referral, reason: CloseReason | None, note: str
) -> None:
    """Close a visited referral for the reason that the planner confirms. Raises Refused."""
    _begin(session, actor, referral)
    if reason is None or reason not in CLOSINGS:
        raise Refused(_("Choose why the referral is closed."), field="close_reason")
    referral.close_reason = reason
    change_state(
        session, actor, referral, ReferralState.CLOSED, kind="closed", reason=note.strip(),
        close_reason=reason.value,
    )  # fmt: skip


def reopen(session: Session, actor: Actor, referral: Referral) -> None:
    """Put a referral that was closed after visits in vain back on the waiting list; its attempts begin anew.

    Raises Refused for one that was closed for another reason.
    """
    policy.allow(actor, "referral.reopen", referral)
    session.execute(select(Referral.id).where(Referral.id == referral.id).with_for_update())
    session.refresh(referral)
    if (
        referral.state is not ReferralState.CLOSED
        or referral.close_reason is not CloseReason.NOT_MET
    ):
        raise Refused(_("Only a referral that was closed after visits in vain is opened again."))
    change_state(session, actor, referral, ReferralState.ACCEPTED, kind=REOPENED)
    referral.close_reason = referral.not_before = None


def closed_unmet(session: Session) -> list[Referral]:
    """Return the referrals that were closed after visits in vain, the last closed first."""
    return list(
        session.scalars(
            select(Referral)
            .where(
                Referral.state == ReferralState.CLOSED,
                Referral.close_reason == CloseReason.NOT_MET,
            )
            .order_by(Referral.changed_at.desc(), Referral.id)
            .limit(MOST_CLOSED_SHOWN)
        )
    )


def _begin(session: Session, actor: Actor, referral: Referral) -> None:
    policy.allow(actor, "outcome.decide", referral)
    session.execute(select(Referral.id).where(Referral.id == referral.id).with_for_update())
    session.refresh(referral)
    if referral.state is not ReferralState.VISITED:
        raise Refused(_("This referral no longer waits for a decision."))
