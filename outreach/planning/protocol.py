"""What the health protocol of a decree makes of a plan's visits: longer ones, and only people in accepted conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach.i18n import gettext as _
from outreach.planning.models import Route
from outreach.referrals.models import Referral
from outreach.teams.accepted import accepts
from outreach.teams.decrees import Protocol, protocol_on


def under_protocol(
    session: Session,
    days: Sequence[date],
    referrals: Mapping[str, Referral],
    visits: Iterable[routing.Visit],
) -> list[routing.Visit]:
    """Return the visits as the decrees of these dates want them.

    Each is as long as the strictest date asks. Somebody whose condition is not accepted on some dates may only be
    visited in the longest run of the others; where there is none, from the day after the plan on, so that the plan
    leaves them out. A condition itself never becomes part of the question.
    """
    known = _Protocols(session, days)
    return [known.visit(visit, referrals[visit.id]) for visit in visits]


def kept_waiting(
    session: Session, days: Sequence[date], referral_ids: Collection[str]
) -> dict[str, str]:
    """Return those of these referrals whom decrees let nobody visit on any of these dates, with the letters' numbers."""
    known = _Protocols(session, days)
    rows = session.scalars(select(Referral).where(Referral.id.in_(list(referral_ids)))).unique()
    return {
        row.id: ", ".join(known.letters(row.village.district_code))
        for row in rows
        if not known.days_for(row)
    }


def worn_on(session: Session, route: Route) -> tuple[str, ...]:
    """Return in words what decrees ask the team of a route to bring and wear: those of its date, of the team itself and
    of the districts that it goes to."""
    districts = {
        visit.referral.village.district_code for stop in route.stops for visit in stop.visits
    }
    protocol = protocol_on(session, route.day, team_id=route.team_id, districts=districts)
    if not protocol.protective:
        return ()
    return (
        _("Protective equipment, worn at every house (%(letters)s)",
          letters=", ".join(protocol.letters)),
    )  # fmt: skip


class _Protocols:
    """The protocol of each date in each district, looked up once."""

    def __init__(self, session: Session, days: Sequence[date]) -> None:
        self.session, self.days = session, days
        self.known: dict[str, list[Protocol]] = {}

    def of(self, district: str) -> list[Protocol]:
        if district not in self.known:
            self.known[district] = [
                protocol_on(self.session, day, districts={district}) for day in self.days
            ]
        return self.known[district]

    def letters(self, district: str) -> list[str]:
        found = [one for one in self.of(district) if one.accepted is not None]
        return list(dict.fromkeys(letter for one in found for letter in one.letters))

    def days_for(self, referral: Referral) -> list[date]:
        """Return the longest run of dates on which somebody in this condition is visited."""
        runs: list[list[date]] = [[]]
        for day, one in zip(self.days, self.of(referral.village.district_code), strict=True):
            if accepts(one.accepted, referral.condition):
                runs[-1].append(day)
            else:
                runs.append([])
        return max(runs, key=len)

    def visit(self, visit: routing.Visit, referral: Referral) -> routing.Visit:
        extra_s = max(one.extra_service_s for one in self.of(referral.village.district_code))
        if extra_s:
            visit = replace(visit, service_s=visit.service_s + extra_s)
        run = self.days_for(referral)
        if len(run) == len(self.days):
            return visit
        first = max(filter(None, (visit.earliest, run[0] if run else None)), default=None)
        last = min(filter(None, (visit.due, run[-1] if run else None)), default=None)
        if not run or (first and last and first > last):
            return replace(visit, earliest=self.days[-1] + timedelta(days=1), due=None)
        return replace(visit, earliest=first, due=last)
