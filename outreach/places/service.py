"""Loading the gazetteer, finding places, and moving the office's pin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import NotThere, Refused
from outreach.i18n import N_
from outreach.i18n import gettext as _
from outreach.places.gazetteer import OFFICE_DEFAULT, read_gazetteer
from outreach.places.models import District, Office, Village
from outreach.policy import Actor

MAP_APPS: Final[Mapping[str, str]] = {
    "system": N_("The tablet's own choice"),
    "google": N_("Google Maps"),
    "osmand": N_("OsmAnd"),
    "organic": N_("Organic Maps"),
}
"""Map applications that a team's tablet can be told to open."""


def load_gazetteer(session: Session) -> int:
    """Put the regency's districts and villages, and the office, into an empty database; return the villages."""
    if session.scalar(select(func.count()).select_from(Village)):
        return 0
    gazetteer = read_gazetteer()
    session.add_all(District(code=fact.code, name=fact.name) for fact in gazetteer.districts)
    session.flush()
    for fact in gazetteer.villages:
        session.add(
            Village(
                code=fact.code,
                name=fact.name,
                kind=fact.kind,
                district_code=fact.district_code,
                lat=fact.lat,
                lon=fact.lon,
            )
        )
    session.add(
        Office(
            id=1,
            name="Dinas Kependudukan dan Pencatatan Sipil",
            government="Pemerintah Kabupaten Sragen",
            address="Jalan Diponegoro, Kelurahan Sragen Tengah, Sragen",
            lat=OFFICE_DEFAULT.lat,
            lon=OFFICE_DEFAULT.lon,
            signer_title="Kepala Bidang Pelayanan Pendaftaran Penduduk",
        )
    )
    session.flush()
    return len(gazetteer.villages)


def office(session: Session) -> Office:
    """Return the office. Raises NotThere before the gazetteer was loaded."""
    found = session.get(Office, 1)
    if found is None:
        raise NotThere("office")
    return found


def choose_map_app(session: Session, actor: Actor, app: str) -> Office:
    """Choose which map application the teams' devices open to be guided. Raises Refused for one that nobody knows."""
    policy.allow(actor, "office.manage")
    if app not in MAP_APPS:
        raise Refused(_("Choose one of the map applications."), field="map_app")
    place = office(session)
    audit.record(session, actor, "office.map_app", place, before=place.map_app, after=app)
    place.map_app = app
    return place


def villages_for(session: Session, actor: Actor) -> list[Village]:
    """Return the villages that this person may refer residents from, by district and name."""
    query = select(Village).join(District).order_by(District.name, Village.name)
    match policy.relation(actor, "referral.create"):
        case policy.Relation.OWN_VILLAGE:
            query = query.where(Village.code == actor.village_code)
        case policy.Relation.OWN_DISTRICT:
            query = query.where(Village.district_code == actor.district_code)
        case None:
            return []
    return list(session.scalars(query))


def move_office(session: Session, actor: Actor, lat: float, lon: float) -> Office:
    """Move the office's pin, and with it where every team sets out. Raises Refused outside the region."""
    policy.allow(actor, "office.manage")
    if not (-8.2 < lat < -6.8 and 110.0 < lon < 112.0):
        raise Refused(_("This point is not near Sragen. Check the two numbers."), field="lat")
    place = office(session)
    before = [place.lat, place.lon]
    place.lat, place.lon = lat, lon
    place.pin_confirmed_at, place.pin_confirmed_by = clock.now(), actor.id
    audit.record(session, actor, "office.moved", place, before=before, after=[lat, lon])
    return place
