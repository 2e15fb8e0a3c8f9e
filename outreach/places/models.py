"""Tables of places: the regency's districts and villages, and the office itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, Id, Ref
from outreach.policy import Scope


class District(Base):
    """A kecamatan, by its Kemendagri code ("33.14.01")."""

    __tablename__ = "districts"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))

    def policy_scope(self) -> Scope:
        return Scope(district_code=self.code)


class Village(Base):
    """A desa or kelurahan, by its Kemendagri code ("33.14.01.2001"). Names are not unique: codes are."""

    __tablename__ = "villages"

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12))  # desa | kelurahan
    district_code: Mapped[str] = mapped_column(ForeignKey("districts.code"), index=True)
    lat: Mapped[float]
    lon: Mapped[float]

    district: Mapped[District] = relationship(lazy="joined")

    @property
    def label(self) -> str:
        """Village and district together, as people are always shown them."""
        return f"{self.kind.capitalize()} {self.name}, Kec. {self.district.name}"

    def policy_scope(self) -> Scope:
        return Scope(village_code=self.code, district_code=self.district_code)


class VillageOutline(Base):
    """The outline of a village as the office loaded it: the coordinates of a GeoJSON MultiPolygon (RFC 7946)."""

    __tablename__ = "village_outlines"

    village_code: Mapped[str] = mapped_column(ForeignKey("villages.code"), primary_key=True)
    polygons: Mapped[list[list[list[list[float]]]]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(200))
    loaded_at: Mapped[datetime]


class River(Base):
    """A river as an administrator drew it: a leg across, where no road is known, goes by one of its bridges.

    `line` is [[lat, lon], ...] along the water, `bridges` the same for the places where one can cross.
    """

    __tablename__ = "rivers"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80))
    line: Mapped[list[list[float]]] = mapped_column(JSON)
    bridges: Mapped[list[list[float]]] = mapped_column(JSON)
    drawn_by: Mapped[Ref | None]
    drawn_by_name: Mapped[str] = mapped_column(String(120))
    drawn_at: Mapped[datetime]

    def policy_scope(self) -> Scope:
        return Scope()


class PlaceQuality(StrEnum):
    """How well a place is known, best first."""

    SURVEYED = "surveyed"
    DEVICE = "device"
    PIN = "pin"
    PASTED = "pasted"
    HAMLET = "hamlet"
    VILLAGE = "village"


class Office(Base):
    """The office: its name on paper, its pin, and whether this is a demonstration. One row, with id 1.

    `map_app` is a key of `service.MAP_APPS`.
    """

    __tablename__ = "office"
    __table_args__ = (CheckConstraint("id = 1", name="one_office"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(120))
    government: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    lat: Mapped[float]
    lon: Mapped[float]
    pin_confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    pin_confirmed_by: Mapped[Ref | None]
    signer_title: Mapped[str] = mapped_column(String(120), default="")
    signer_name: Mapped[str] = mapped_column(String(120), default="")
    signer_rank: Mapped[str] = mapped_column(String(60), default="")
    signer_nip: Mapped[str] = mapped_column(String(18), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    map_app: Mapped[str] = mapped_column(String(12), default="system")
