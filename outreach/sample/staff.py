"""The sample office: its accounts, its five teams and their kits. Nobody in it is real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from outreach.places.gazetteer import DistrictFact, VillageFact
from outreach.referrals.conditions import GENERATOR, NEEDS
from outreach.sample import names

StaffRole = Literal["village", "district", "planner", "supervisor", "team", "admin"]
Duty = Literal["leader", "operator", "driver"]


@dataclass(frozen=True, slots=True)
class SampleUser:
    """A sample account; a village officer has a village's code, a district officer a district's."""

    username: str
    name: str
    role: StaffRole
    village_code: str | None = None
    district_code: str | None = None

    def __post_init__(self) -> None:
        if (self.role == "village") != (self.village_code is not None):
            raise ValueError(f"{self.username}: a village officer, and nobody else, has a village")
        if self.role == "district" and self.district_code is None:
            raise ValueError(f"{self.username}: a district officer has a district")


@dataclass(frozen=True, slots=True)
class SampleKit:
    """A recording kit; `equipment` is what it carries beyond the usual, as codes of abilities."""

    code: str
    name: str
    equipment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleTeam:
    """A team: what it can do beyond the usual (codes of NEEDS), who is in it, and its kits."""

    code: str
    name: str
    vehicle: str
    skills: tuple[str, ...]
    members: tuple[tuple[str, Duty], ...]  # usernames
    kits: tuple[SampleKit, ...]

    @property
    def abilities(self) -> frozenset[str]:
        """Everything a visit may ask for: skills, and what the kits carry."""
        return frozenset(self.skills).union(*(kit.equipment for kit in self.kits))


@dataclass(frozen=True, slots=True)
class SampleStaff:
    """The accounts and the teams; every member of a team has an account."""

    users: tuple[SampleUser, ...]
    teams: tuple[SampleTeam, ...]


@dataclass(frozen=True, slots=True)
class _Outfit:
    """What a sample team goes out with; the five that follow are repeated for more teams."""

    vehicle: str
    skills: tuple[str, ...]
    equipment: tuple[str, ...]
    operators: tuple[Literal["L", "P"], ...]


_OUTFITS: Final = (
    _Outfit("Mobil pelayanan keliling", ("two_operators", "escort"), (GENERATOR,), ("P", "L")),
    _Outfit("Minibus dinas", ("sign_language",), (GENERATOR, "portable_iris"), ("P",)),
    _Outfit("Mobil dinas dan sepeda motor trail", ("motorbike",), ("portable_kit",), ("L",)),
    _Outfit("Minibus dinas", ("escort",), (GENERATOR,), ("P",)),
    _Outfit("Mobil dinas dan sepeda motor bebek", ("motorbike", "two_operators"), (), ("L", "P")),
)


def make_staff(
    villages: Sequence[VillageFact], districts: Sequence[DistrictFact], teams: int = 5
) -> SampleStaff:
    """Return one planner, supervisor and administrator, an officer a village and district, teams.

    User names are "perencana", "penyetuju", "admin", "kec-" and "desa-" with the place (made
    unique by its district), and "tim1-ketua", "tim1-operator", "tim1-sopir" and so on. The same
    places and number of teams give the same staff.
    """
    users = [
        SampleUser("perencana", "Laras Setyawati", "planner"),
        SampleUser("penyetuju", "Haryo Kusumo", "supervisor"),
        SampleUser("admin", "Wisnu Pratama", "admin"),
    ]
    for n, district in enumerate(districts):
        users.append(
            SampleUser(
                f"kec-{_slug(district.name)}",
                _staff_name(n, "P" if n % 2 else "L"),
                "district",
                district_code=district.code,
            )
        )
    taken: dict[str, int] = {}
    for village in villages:
        taken[village.name] = taken.get(village.name, 0) + 1
    for n, village in enumerate(villages):
        shared = taken[village.name] > 1
        place = f"{village.name} {village.district_name}" if shared else village.name
        users.append(
            SampleUser(
                f"desa-{_slug(place)}",
                _staff_name(n + 5, "L" if n % 2 else "P"),
                "village",
                village_code=village.code,
                district_code=village.district_code,
            )
        )
    made = []
    for number in range(1, teams + 1):
        members, team = _team(number)
        users += members
        made.append(team)
    return SampleStaff(tuple(users), tuple(made))


def _team(number: int) -> tuple[list[SampleUser], SampleTeam]:
    outfit = _OUTFITS[(number - 1) % len(_OUTFITS)]
    prefix = f"tim{number}"
    crew: list[tuple[str, Duty, Literal["L", "P"]]] = [(f"{prefix}-ketua", "leader", "L")]
    for n, sex in enumerate(outfit.operators):
        crew.append((f"{prefix}-operator{n + 1 if n else ''}", "operator", sex))
    crew.append((f"{prefix}-sopir", "driver", "L"))
    members = [
        SampleUser(username, _staff_name(3 * number + n, sex), "team")
        for n, (username, _, sex) in enumerate(crew)
    ]
    woman = ("female_officer",) if "P" in outfit.operators else ()
    team = SampleTeam(
        code=f"T{number}",
        name=f"Tim {number}",
        vehicle=outfit.vehicle,
        skills=_in_order((*outfit.skills, *woman)),
        members=tuple((username, duty) for username, duty, _ in crew),
        kits=(SampleKit(f"AR-{number:02d}", f"Alat rekam {number}", outfit.equipment),),
    )
    return members, team


def _in_order(skills: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(need for need in NEEDS if need in skills)


def _staff_name(n: int, sex: str) -> str:
    """Return the n-th of the made-up names; after each round the second names move by one."""
    pool = names.STAFF_WOMEN if sex == "P" else names.STAFF_MEN
    turn, place = divmod(n, len(pool))
    given = pool[place].split()[0]
    return f"{given} {pool[(place + turn) % len(pool)].split()[1]}"


def _slug(place: str) -> str:
    return "-".join(place.lower().split())
