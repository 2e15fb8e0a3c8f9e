"""From the tables to what stands on paper: one `ManifestPage` a route, every word already in its language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.i18n import N_, format_date, format_datetime, format_weekday, translate
from outreach.i18n import gettext as _
from outreach.paperwork.document import (
    Block,
    ManifestPage,
    ManifestStop,
    Member,
    OfficeHeader,
    Point,
    Signer,
)
from outreach.places.ground_roads import large_roads
from outreach.places.models import Office, PlaceQuality, Village
from outreach.places.service import office as the_office
from outreach.planning.models import Route, Stop, Visit
from outreach.planning.promise import promised_window
from outreach.planning.protocol import worn_on
from outreach.planning.route_lines import legs_of
from outreach.planning.short_codes import written
from outreach.planning.under_way import results_on
from outreach.planning.wording import estimated
from outreach.referrals.circumstances import RELATIONS
from outreach.referrals.conditions import BRING_ALWAYS, POWER, bring, condition_words
from outreach.referrals.models import Referral
from outreach.referrals.phones import display
from outreach.teams.calendar_facts import pasaran

DUTIES: Final = {
    "leader": N_("Team leader"),
    "operator": N_("Recording operator"),
    "driver": N_("Driver"),
}
_NEAR_DEGREES: Final = 0.03
"""Villages within about 3 km of the route are named on its map."""


def manifest_pages(
    session: Session,
    routes: Sequence[Route],
    *,
    copy: int,
    printed_at: datetime,
    printed_by: str,
    ground_file: Path | None = None,
) -> list[ManifestPage]:
    """Return the manifest of each of these routes of one version, in their order.

    `ground_file` holds the roads of an import, if there was one.
    """
    office = the_office(session)
    villages = session.scalars(select(Village)).all()
    always = tuple(translate(line) for line in BRING_ALWAYS)
    printed = _("Printed %(when)s by %(who)s", when=format_datetime(printed_at), who=printed_by)
    return [
        _page(
            office,
            villages,
            route,
            always + worn_on(session, route),
            copy,
            printed,
            ground_file,
            results_on(session, route),
        )
        for route in routes
    ]


def _page(
    office: Office,
    villages: Iterable[Village],
    route: Route,
    always: tuple[str, ...],
    copy: int,
    printed: str,
    ground_file: Path | None,
    done: Mapping[str, str],
) -> ManifestPage:
    version = route.version
    start = Point(office.lat, office.lon, _("Office"))
    has_break = route.break_start_s is not None and route.break_end_s is not None
    some_measured = route.estimated_legs < route.legs
    return ManifestPage(
        office=_header(office),
        start=start,
        team=route.team.name,
        members=tuple(
            Member(member.user.name, translate(DUTIES.get(member.duty, member.duty)))
            for member in route.team.members
        ),
        vehicle=route.team.vehicle,
        kits=tuple(f"{kit.name} ({kit.code})" for kit in route.team.kits if kit.is_active),
        date_text=_date_text(route),
        plan_number=version.plan.number,
        version=version.number,
        content_hash=version.hash,
        copy=copy,
        leave_s=route.leave_s,
        back_s=route.back_s,
        return_s=route.return_s,
        return_m=route.return_m,
        pause=(route.break_start_s or 0, route.break_end_s or 0) if has_break else None,
        stops=tuple(_stop(stop, some_measured, done) for stop in route.stops),
        estimated_text=estimated(route.estimated_legs, route.legs),
        return_is_estimate=route.return_is_estimate and some_measured,
        ways=tuple(
            () if leg.is_straight else leg.points
            for leg in legs_of(route, (office.lat, office.lon))
        ),
        villages=tuple(_near(villages, route)),
        roads=large_roads(ground_file, [(stop.lat, stop.lon) for stop in route.stops]),
        always_bring=always,
        printed_text=printed,
    )


def _header(office: Office) -> OfficeHeader:
    return OfficeHeader(
        name_lines=(office.government, office.name),
        address=office.address,
        phone=office.phone,
        place="Sragen",
        signer=Signer(
            office.signer_title, office.signer_name, office.signer_rank, office.signer_nip
        ),
    )


def _date_text(route: Route) -> str:
    """The date with its day of the five-day week, which old people know it by: "Senin Wage, 23 November 2026"."""
    weekday = format_weekday(route.day)
    return format_date(route.day).replace(weekday, f"{weekday} {pasaran(route.day)}", 1)


def _near(villages: Iterable[Village], route: Route) -> Iterable[Point]:
    for village in villages:
        if any(
            abs(village.lat - stop.lat) < _NEAR_DEGREES
            and abs(village.lon - stop.lon) < _NEAR_DEGREES
            for stop in route.stops
        ):
            yield Point(village.lat, village.lon, village.name)


def _stop(stop: Stop, marked: bool, done: Mapping[str, str]) -> ManifestStop:
    qualities = {visit.referral.place_quality for visit in stop.visits}
    note = ""
    if PlaceQuality.VILLAGE in qualities:
        note = _("The point is only the middle of the village: ask at the village hall.")
    elif PlaceQuality.HAMLET in qualities:
        note = _("The point is only the middle of the hamlet: ask the head of the hamlet.")
    return ManifestStop(
        position=stop.position,
        place=Point(stop.lat, stop.lon),
        arrive_s=stop.arrive_s,
        travel_s=stop.travel_s,
        travel_m=stop.travel_m,
        is_estimate=marked and stop.is_estimate,
        window=promised_window(stop.arrive_s),
        pin_note=note,
        blocks=tuple(_block(visit, done.get(visit.id, "")) for visit in stop.visits),
    )


def _block(visit: Visit, done: str) -> Block:
    referral = visit.referral
    resident = referral.resident
    return Block(
        name=resident.name,
        short_code=written(visit.short_code),
        tracking_code=referral.tracking_code,
        start_s=visit.start_s,
        service_s=visit.service_s,
        nik_masked=resident.nik_masked,
        age=resident.age_on(visit.stop.route.day),
        sex=resident.sex,
        hamlet=referral.hamlet,
        rt=referral.rt,
        rw=referral.rw,
        village=referral.village.label.split(", ")[0],
        district=referral.village.district.name,
        landmark=referral.landmark,
        contact_name=referral.contact_name,
        contact_relation=_label_of_relation(referral),
        contact_phone=display(referral.contact_phone) if referral.contact_phone else "",
        condition=translate(condition_words(referral.condition)),
        power=translate(POWER[referral.house_power].label) if referral.house_power else "",
        bring=tuple(
            translate(line)
            for line in bring(referral.condition, referral.needs, referral.house_power or "unknown")
        ),
        window=_home(referral),
        done=done,
    )


def _label_of_relation(referral: Referral) -> str:
    relation = RELATIONS.get(referral.contact_relation)
    return translate(relation.label) if relation else referral.contact_relation


def _home(referral: Referral) -> tuple[int, int] | None:
    if referral.home_from_s is None or referral.home_to_s is None:
        return None
    return referral.home_from_s, referral.home_to_s
