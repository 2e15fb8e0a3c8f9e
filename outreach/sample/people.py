"""Sample residents and their referrals, to try everything before anybody real is in it.

The same seed, date and villages give the same people. Nothing here points at a real person: a NIK
has district code 00, which no district bears, and a phone number lies in 0800-0000-xxxx.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, hypot, radians
from typing import Final, Literal

from outreach.places.coordinates import METRES_PER_DEGREE
from outreach.places.gazetteer import REGENCY_CODE, VillageFact
from outreach.referrals.circumstances import PRIORITY_REASONS, TIME_WISHES
from outreach.referrals.conditions import CONDITIONS
from outreach.sample import names

MIN_AGE: Final = 60
MAX_AGE: Final = 100
MAX_WAITING_DAYS: Final = 120
# Toll-free numbers begin with 0800 and are shorter than these eleven digits; the block 0800-0000 is
# not given out. `phonenumbers` finds the length possible and the number not valid: it can be kept
# and shown, is no mobile (so no WhatsApp link is offered), and reaches nobody when dialled.
PHONE_PREFIX: Final = "+628000000"
_SAMPLE_REGION: Final = REGENCY_CODE.replace(".", "") + "00"

_HAMLET_SIZE: Final = 4.2  # people referred per hamlet, on average
_HAMLETS_PER_VILLAGE: Final = 2.4
_HAMLET_SPREAD_M: Final = 560.0  # in each direction: 0.7 km from the village's centre on average
_HOUSE_SPREAD_M: Final = 90.0
_SAME_ADDRESS: Final = 0.17

_CONDITIONS: Final = {
    "elderly": 20, "frail": 24, "bedridden": 19, "wheelchair": 8, "ill": 9, "physical": 5,
    "deaf": 3, "blind": 4, "cognitive": 4, "psychosocial": 2, "multiple": 1,
}  # fmt: skip
_POWER: Final = {"va_450": 22, "va_900": 45, "va_1300": 20, "none": 1, "unknown": 12}
_WISHES: Final = {"any": 56, "morning": 16, "after_9": 15, "before_11": 13}
_RELATIONS: Final = {
    "child": 46, "child_in_law": 12, "spouse": 8, "grandchild": 12, "sibling": 5, "neighbour": 6,
    "neighbourhood_head": 4, "hamlet_head": 7,
}  # fmt: skip
# Needs beyond those that a condition brings along, each with its chance.
_EXTRA_NEEDS: Final = {
    "female_officer": 0.05, "motorbike": 0.05, "portable_iris": 0.03, "escort": 0.01,
}  # fmt: skip
_PLACEHOLDER_BIRTHDAYS: Final = (((1, 1), 0.20), ((1, 7), 0.18), ((31, 12), 0.16))


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One sample resident with the referral an officer would have written.

    `sex` is "L" or "P"; `lat`, `lon` are degrees, equal for all at one address; `home_from_s` and
    `home_to_s` are seconds since midnight (None: any time); `needed_in_days` counts from the date
    that the sample was made for. `condition`, `needs`, `power`, `time_wish`, `contact_relation` and
    `priority_reason` are codes of `outreach.referrals.conditions` and `.circumstances`.
    """

    name: str
    sex: Literal["L", "P"]
    birth_date: date
    nik: str | None
    village_code: str
    hamlet: str
    rt: str
    rw: str
    landmark: str
    lat: float
    lon: float
    pin_quality: Literal["device", "pin"]
    condition: str
    needs: tuple[str, ...]
    power: str
    time_wish: str
    home_from_s: int | None
    home_to_s: int | None
    contact_name: str
    contact_relation: str
    contact_phone: str | None
    reason: str
    priority_reason: str | None
    needed_in_days: int | None
    waiting_days: int


@dataclass(frozen=True, slots=True)
class _Hamlet:
    village: VillageFact
    name: str
    rw: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class _House:
    hamlet: _Hamlet
    rt: str
    landmark: str
    lat: float
    lon: float
    pin_quality: Literal["device", "pin"]
    power: str
    motorbike: bool
    contact_name: str
    contact_relation: str
    contact_phone: str | None
    time_wish: str


def make_people(
    count: int, *, seed: int, day: date, villages: Sequence[VillageFact]
) -> tuple[SamplePerson, ...]:
    """Return `count` sample referrals as they stand on `day`, in no particular order.

    Every district of `villages` has some once there are hamlets enough (from about 100 people on),
    and a few districts have many times more than others.

    Raises
    ------
    ValueError
        When `count` is negative, or there are people to place and no villages.
    """
    if count < 0 or (count and not villages):
        raise ValueError("sample people need a count of zero or more, and villages to live in")
    source = random.Random(seed)
    hamlets = _hamlets(source, max(1, round(count / _HAMLET_SIZE)), villages) if count else []
    sizes = [1.0 + source.expovariate(0.5) for _ in hamlets]
    homes = [*hamlets, *source.choices(hamlets, sizes, k=count)][:count] if count else []
    phones, used, last_house = iter(range(1, count + 1)), set[str](), dict[_Hamlet, _House]()
    people: list[SamplePerson] = []
    for hamlet in homes:
        house = last_house.get(hamlet)
        if house is None or source.random() >= _SAME_ADDRESS:
            house = last_house[hamlet] = _house(source, hamlet, next(phones))
        people.append(_person(source, house, day, used))
    source.shuffle(people)
    return tuple(people)


def _hamlets(source: random.Random, count: int, villages: Sequence[VillageFact]) -> list[_Hamlet]:
    by_district: dict[str, list[VillageFact]] = {}
    for village in sorted(villages, key=lambda village: village.code):
        by_district.setdefault(village.district_code, []).append(village)
    codes = sorted(by_district)
    source.shuffle(codes)
    # The share of a district falls with its rank: the first has about six times that of the last.
    shares = [1.0 / (rank + 4.0) for rank in range(len(codes))]
    districts = [*codes, *source.choices(codes, shares, k=max(0, count - len(codes)))][:count]
    found: list[_Hamlet] = []
    for code in sorted(set(districts)):
        wanted = districts.count(code)
        active = min(len(by_district[code]), max(1, round(wanted / _HAMLETS_PER_VILLAGE)))
        chosen = source.sample(by_district[code], active)
        names_left = {v.code: source.sample(names.HAMLETS, len(names.HAMLETS)) for v in chosen}
        for n in range(wanted):
            village = chosen[n % active]
            left = names_left[village.code]
            # A demo of many thousands has more hamlets than names: the rest are numbered.
            name = left.pop() if left else f"Dukuh {n // active + 1}"
            lat, lon = _scatter(source, village.lat, village.lon, _HAMLET_SPREAD_M, 1_500)
            found.append(_Hamlet(village, name, f"{source.randint(1, 9):03d}", lat, lon))
    return found


def _house(source: random.Random, hamlet: _Hamlet, phone: int) -> _House:
    lat, lon = _scatter(source, hamlet.lat, hamlet.lon, _HOUSE_SPREAD_M, 350)
    relation = _weighted(source, _RELATIONS)
    look = source.choice(names.HOUSES).format(colour=source.choice(names.COLOURS))
    # Who lives alone is reached through the head of the hamlet or a neighbour, if at all by phone.
    reachable = source.random() < (0.93 if relation not in ("neighbour", "hamlet_head") else 0.75)
    return _House(
        hamlet=hamlet,
        rt=f"{source.randint(1, 24):03d}",
        landmark=f"{look}, {source.choice(names.SIDES)} {source.choice(names.PLACES)}",
        lat=lat,
        lon=lon,
        pin_quality="device" if source.random() < 0.6 else "pin",
        power=_weighted(source, _POWER),
        motorbike=source.random() < _EXTRA_NEEDS["motorbike"],
        contact_name=_young_name(source),
        contact_relation=relation,
        contact_phone=f"{PHONE_PREFIX}{phone:04d}" if reachable and phone <= 9_999 else None,
        time_wish=_weighted(source, _WISHES),
    )


def _person(source: random.Random, house: _House, day: date, used: set[str]) -> SamplePerson:
    sex: Literal["L", "P"] = "P" if source.random() < 0.62 else "L"
    born = _birth_date(source, day)
    condition = _weighted(source, _CONDITIONS)
    wish = TIME_WISHES[house.time_wish]
    urgent = source.random() < 0.08
    return SamplePerson(
        name=_old_name(source, sex),
        sex=sex,
        birth_date=born,
        nik=None if source.random() < 0.06 else _nik(source, born, sex, used),
        village_code=house.hamlet.village.code,
        hamlet=house.hamlet.name,
        rt=house.rt,
        rw=house.hamlet.rw,
        landmark=house.landmark,
        lat=house.lat,
        lon=house.lon,
        pin_quality=house.pin_quality,
        condition=condition,
        needs=_needs(source, condition, house.motorbike),
        power=house.power,
        time_wish=house.time_wish,
        home_from_s=wish.from_s,
        home_to_s=wish.to_s,
        contact_name=house.contact_name,
        contact_relation=house.contact_relation,
        contact_phone=house.contact_phone,
        reason=source.choice(names.REASONS[condition]),
        priority_reason=source.choice(sorted(PRIORITY_REASONS)) if urgent else None,
        needed_in_days=source.randint(7, 45) if urgent else None,
        waiting_days=min(MAX_WAITING_DAYS, int(source.expovariate(1 / 28))),
    )


def _birth_date(source: random.Random, day: date) -> date:
    """Return a date of birth that makes its bearer 60 to 100 on `day`; often a placeholder."""
    years = source.triangular(MIN_AGE + 1, MAX_AGE - 1, 78)
    born = day - timedelta(days=int(years * 365.25))
    chance = source.random()
    for (day_of_month, month), share in _PLACEHOLDER_BIRTHDAYS:
        if chance < share:
            return date(born.year, month, day_of_month)
        chance -= share
    return born


def _nik(source: random.Random, born: date, sex: str, used: set[str]) -> str:
    day = born.day + (40 if sex == "P" else 0)
    stem = f"{_SAMPLE_REGION}{day:02d}{born:%m%y}"
    serial = source.randint(1, 40)
    while f"{stem}{serial:04d}" in used:
        serial += 1
    used.add(f"{stem}{serial:04d}")
    return f"{stem}{serial:04d}"


def _needs(source: random.Random, condition: str, motorbike: bool) -> tuple[str, ...]:
    needs = list(CONDITIONS[condition].needs)
    for need, chance in _EXTRA_NEEDS.items():
        wanted = motorbike if need == "motorbike" else source.random() < chance
        if wanted and need not in needs:
            needs.append(need)
    return tuple(needs)


def _old_name(source: random.Random, sex: str) -> str:
    first, second, share = (
        (names.OLD_WOMEN, names.SECOND_WOMEN, 0.2)
        if sex == "P"
        else (names.OLD_MEN, names.SECOND_MEN, 0.6)
    )
    given = source.choice(first)
    return f"{given} {source.choice(second)}" if source.random() < share else given


def _young_name(source: random.Random) -> str:
    if source.random() < 0.5:
        return f"{source.choice(names.YOUNG_WOMEN)} {source.choice(names.YOUNG_SECOND_WOMEN)}"
    return f"{source.choice(names.YOUNG_MEN)} {source.choice(names.YOUNG_SECOND_MEN)}"


def _scatter(
    source: random.Random, lat: float, lon: float, spread_m: float, limit_m: float
) -> tuple[float, float]:
    """Return a point about (`lat`, `lon`), normally spread both ways and never beyond the limit."""
    north_m, east_m = source.gauss(0, spread_m), source.gauss(0, spread_m)
    shrink = min(1.0, limit_m / max(1.0, hypot(north_m, east_m)))
    return (
        round(lat + shrink * north_m / METRES_PER_DEGREE, 6),
        round(lon + shrink * east_m / (METRES_PER_DEGREE * cos(radians(lat))), 6),
    )


def _weighted(source: random.Random, table: dict[str, int]) -> str:
    return source.choices(list(table), list(table.values()))[0]
