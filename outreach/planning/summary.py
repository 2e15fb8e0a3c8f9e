"""A version in sentences, for somebody who signs it within a minute, and what they should look out for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy.orm import Session

from outreach.i18n import format_date, format_time, ngettext
from outreach.i18n import gettext as _
from outreach.places.models import PlaceQuality
from outreach.planning import reasons
from outreach.planning.decisions import Replacement, changed_people, off_duty, people_of
from outreach.planning.figures import Figures
from outreach.planning.guide import ROADS, SERVER, far_from_roads, left_out, place_key
from outreach.planning.models import PlanVersion
from outreach.planning.wording import duration, kilometres
from outreach.referrals.models import Referral
from outreach.teams.calendar import shift_of

ROUGH_PLACES = frozenset({PlaceQuality.HAMLET, PlaceQuality.VILLAGE})


def sentences(version: PlanVersion, figures: Figures) -> list[str]:
    """Return what is to be signed: who goes where, when they are back, how far, and who is left out."""
    said = [_who_goes(version, figures)]
    if version.routes:
        said.append(
            _(
                "The first team leaves at %(leave)s and the last is back at %(back)s.",
                leave=format_time(min(route.leave_s for route in version.routes)),
                back=format_time(max(route.back_s for route in version.routes)),
            )
        )
        said.append(
            _(
                "They drive %(km)s in %(time)s in all.",
                km=kilometres(figures.travel_m),
                time=duration(figures.travel_s),
            )
        )
    for day in figures.days:
        if day.quota is not None:
            said.append(
                _(
                    "On %(day)s %(people)s of the quota of %(quota)s people are used.",
                    day=format_date(day.day),
                    people=day.people,
                    quota=day.quota,
                )
            )
    said.append(_who_stays(version, figures))
    return said


def warnings(
    session: Session, version: PlanVersion, figures: Figures, replaced: Replacement
) -> list[str]:
    """Return what a supervisor should know before signing."""
    found = [*_about_people(version, replaced), *_about_overtime(session, version)]
    found += [
        _(
            "%(team)s does not work on %(day)s: return this plan.",
            team=route.team.name,
            day=format_date(route.day),
        )
        for route in off_duty(session, version)
    ]
    if replaced.routes:
        numbers = ", ".join(str(number) for number in replaced.plan_numbers)
        staying = {referral.id for referral, _day in people_of(version)}
        back = sum(referral.id not in staying for referral in replaced.released)
        found.append(
            _(
                "Approving it replaces the approved plan %(numbers)s on these dates.",
                numbers=numbers,
            )
            + " "
            + ngettext(
                "%(num)d person of it goes back to the waiting list.",
                "%(num)d people of it go back to the waiting list.",
                back,
            )
        )
    longest_served = max((r.waiting_days(day) for r, day in people_of(version)), default=0)
    if figures.unserved and figures.oldest_left_days > longest_served:
        found.append(
            ngettext(
                "Somebody who has waited %(num)d day is left out, longer than anybody on the routes.",
                "Somebody who has waited %(num)d days is left out, longer than anybody on the routes.",
                figures.oldest_left_days,
            )
        )
    found += _about_left_out(version)
    if figures.estimated_legs:
        found.append(
            _("All distances and driving times are straight-line estimates.")
            if figures.estimated_legs == figures.legs
            else ngettext(
                "%(num)d leg is a straight-line estimate.",
                "%(num)d legs are straight-line estimates.",
                figures.estimated_legs,
            )
        )
    found += about_roads(version)
    return found


def _about_overtime(session: Session, version: PlanVersion) -> Iterable[str]:
    """Say which teams come back after their working hours."""
    for route in version.routes:
        shift = shift_of(session, route.team, route.day)
        if shift is not None and route.back_s > shift.back_s:
            yield _(
                "%(team)s works %(time)s overtime on %(day)s.",
                team=route.team.name,
                time=duration(route.back_s - shift.back_s),
                day=format_date(route.day),
            )


def about_roads(version: PlanVersion) -> Iterable[str]:
    """Say which stops lie far from any road, and which routing server did not answer."""
    far = far_from_roads(version.problem)
    stops = sum(
        place_key(stop.lat, stop.lon) in far for route in version.routes for stop in route.stops
    )
    if stops:
        yield ngettext(
            "%(num)d stop lies more than 300 m from any road. Check its pin.",
            "%(num)d stops lie more than 300 m from any road. Check their pins.",
            stops,
        )
    missing = left_out(version.problem)
    if SERVER in missing:
        yield _("The routing server did not answer. This plan was made without it.")
    if ROADS in missing:
        yield _(
            "The office's roads could not be opened. This plan was made without them; ask the administrator to import "
            "them again."
        )


def _who_goes(version: PlanVersion, figures: Figures) -> str:
    teams = len({route.team_id for route in version.routes})
    districts = len({r.village.district_code for r, _day in people_of(version)})
    return _(
        "%(teams)s visit %(people)s at %(stops)s in %(districts)s.",
        teams=ngettext("%(num)d team", "%(num)d teams", teams),
        people=ngettext("%(num)d person", "%(num)d people", figures.people),
        stops=ngettext("%(num)d stop", "%(num)d stops", figures.stops),
        districts=ngettext("%(num)d district", "%(num)d districts", districts),
    )


def _who_stays(version: PlanVersion, figures: Figures) -> str:
    if not figures.unserved:
        return _("Nobody on the waiting list is left out.")
    reason, count = Counter(row.reason for row in version.unserved).most_common(1)[0]
    return ngettext(
        "%(num)d person stays on the waiting list; most often because: %(reason)s (%(count)s).",
        "%(num)d people stay on the waiting list; most often because: %(reason)s (%(count)s).",
        figures.unserved,
        reason=reasons.title(reason),
        count=count,
    )


def _about_people(version: PlanVersion, replaced: Replacement) -> Iterable[str]:
    gone = changed_people(version, replaced)
    if gone:
        yield ngettext(
            "%(num)d person on the routes is no longer on the waiting list: it cannot be approved like this.",
            "%(num)d people on the routes are no longer on the waiting list: it cannot be approved like this.",
            len(gone),
        )
    rough = sum(r.place_quality in ROUGH_PLACES for r, _day in people_of(version))
    if rough:
        yield ngettext(
            "The house of %(num)d person is known only by its hamlet or village.",
            "The houses of %(num)d people are known only by their hamlet or village.",
            rough,
        )


def _about_left_out(version: PlanVersion) -> Iterable[str]:
    last_day = version.plan.last_day
    due = sum(
        row.referral.due_day is not None and row.referral.due_day <= last_day
        for row in version.unserved
    )
    if due:
        yield ngettext(
            "%(num)d person is left out who needs the card by the last day of this plan.",
            "%(num)d people are left out who need the card by the last day of this plan.",
            due,
        )
    empty = _districts(row.referral for row in version.unserved) - _districts(
        referral for referral, _day in people_of(version)
    )
    if empty:
        yield _(
            "Nobody is visited in %(districts)s, though people wait there.",
            districts=", ".join(sorted(empty)),
        )


def _districts(referrals: Iterable[Referral]) -> set[str]:
    return {referral.village.district.name for referral in referrals}
