"""Working time, Ramadan, holidays and market days as they are known beforehand.

Everything here is a default that an administrator may change: the office's own hours are set by the
regency, Ramadan begins when the government says so, and holidays are moved by decree. Times are
seconds since midnight at the office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import holidays

HolidayCategory = Literal["public", "government"]

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_FRIDAY: Final = 4
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A team's working time on one day.

    The team leaves the office at `leave_s`, its last visit has ended by `visits_end_s`, and it is
    back by `back_s`. A break of `break_s` begins between `break_from_s` and `break_to_s`; both are
    None, and `break_s` is 0, where there is none.
    """

    leave_s: int
    visits_end_s: int
    back_s: int
    break_from_s: int | None = None
    break_to_s: int | None = None
    break_s: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.leave_s < self.visits_end_s <= self.back_s <= 24 * _HOUR_S:
            raise ValueError("a working day runs: leave, end of the last visit, back")
        if self.break_from_s is None or self.break_to_s is None:
            if self.break_s or self.break_from_s is not None or self.break_to_s is not None:
                raise ValueError("a break has a time and a length, or neither")
        elif not (
            self.break_s > 0
            and self.leave_s <= self.break_from_s <= self.break_to_s
            and self.break_to_s + self.break_s <= self.back_s
        ):
            raise ValueError("a break must lie within the working day")


@dataclass(frozen=True, slots=True)
class RamadanRange:
    """The first and last day of fasting of a year of the Islamic calendar."""

    hijri_year: int
    first: date
    last: date
    estimated: bool
    source: str

    def __post_init__(self) -> None:
        if (self.last - self.first).days + 1 not in (29, 30):
            raise ValueError(f"Ramadan {self.hijri_year} must last 29 or 30 days")


@dataclass(frozen=True, slots=True)
class NationalHoliday:
    """A day off by decree; `estimated` while the government has not fixed its date.

    Category "government" is joint leave (cuti bersama), on which offices close as well.
    """

    day: date
    name: str
    category: HolidayCategory
    estimated: bool


def _at(hour: int, minute: int = 0) -> int:
    return hour * _HOUR_S + minute * _MINUTE_S


# Proposals of ours within Sragen's office hours (Monday to Thursday 07.45-15.00, Friday
# 07.45-10.30; joglosemarnews 2021). Perpres 21/2023 gives 60 minutes of break, which may begin
# within the hour after noon: a recording is not broken off at twelve sharp.
_MONDAY_TO_THURSDAY: Final = WorkingHours(
    leave_s=_at(8),
    visits_end_s=_at(14, 30),
    back_s=_at(15),
    break_from_s=_at(12),
    break_to_s=_at(13),
    break_s=60 * _MINUTE_S,
)
# Visits 08.00-10.45: from about half past eleven everybody is at the mosque. No break within.
_FRIDAY_HOURS: Final = WorkingHours(leave_s=_at(8), visits_end_s=_at(10, 45), back_s=_at(11, 15))
# Perpres 21/2023: in Ramadan work starts at 08.00 and the break is 30 minutes. The neighbouring
# Grobogan closed at 14.45 in 2026 (inews): fasting elders tire, so the last visit ends earlier.
_RAMADAN_MONDAY_TO_THURSDAY: Final = WorkingHours(
    leave_s=_at(8),
    visits_end_s=_at(13, 30),
    back_s=_at(14),
    break_from_s=_at(12),
    break_to_s=_at(12, 30),
    break_s=30 * _MINUTE_S,
)


def default_week(*, ramadan: bool = False) -> tuple[WorkingHours | None, ...]:
    """Return the default working time from Monday to Sunday; None on a day without work.

    Saturdays and Sundays are worked only as overtime that a supervisor approved.
    """
    usual = _RAMADAN_MONDAY_TO_THURSDAY if ramadan else _MONDAY_TO_THURSDAY
    return (usual,) * _FRIDAY + (_FRIDAY_HOURS,) + (None,) * (7 - _SATURDAY)


def default_working_hours(day: date) -> WorkingHours | None:
    """Return the default working time of a date by its weekday and Ramadan, not by holidays."""
    return default_week(ramadan=ramadan_on(day) is not None)[day.weekday()]


# Begun 19 February 2026 by decision of the government (inews). The rest are estimates that may be a
# day wrong at either end: the first day is that of the Umm al-Qura calendar, the last one lies
# before the estimate of Idulfitri in `holidays` 0.109.
_CALCULATED: Final = "Umm al-Qura; holidays 0.109"
RAMADAN_RANGES: Final = (
    RamadanRange(1447, date(2026, 2, 19), date(2026, 3, 20), False, "sidang isbat 2026 (inews)"),
    RamadanRange(1448, date(2027, 2, 8), date(2027, 3, 9), True, _CALCULATED),
    RamadanRange(1449, date(2028, 1, 28), date(2028, 2, 26), True, _CALCULATED),
    RamadanRange(1450, date(2029, 1, 16), date(2029, 2, 14), True, _CALCULATED),
    RamadanRange(1451, date(2030, 1, 5), date(2030, 2, 3), True, _CALCULATED),
    RamadanRange(1452, date(2030, 12, 26), date(2031, 1, 24), True, _CALCULATED),
)


def ramadan_on(day: date) -> RamadanRange | None:
    """Return the month of fasting that a date lies in, as far as the table reaches."""
    return next((known for known in RAMADAN_RANGES if known.first <= day <= known.last), None)


PASARAN: Final = ("Legi", "Pahing", "Pon", "Wage", "Kliwon")
_A_LEGI: Final = date(1945, 8, 17)


def pasaran(day: date) -> str:
    """Return the day of the Javanese market week, which elders reckon by: "Wage".

    The cycle of five counts from 17 August 1945, a Jumat Legi.
    """
    return PASARAN[(day - _A_LEGI).days % len(PASARAN)]


_ESTIMATED: Final = "(perkiraan)"
_CATEGORIES: Final[tuple[HolidayCategory, ...]] = ("public", "government")


def national_holidays(year: int) -> tuple[NationalHoliday, ...]:
    """Return the public holidays and joint leave days (cuti bersama) of a year, in date order.

    Names are Indonesian. A date comes at most once for each category, its names joined by " / ".
    Years that the government has not decreed lack joint leave; see `joint_leave_is_known`.
    """
    found: list[NationalHoliday] = []
    for category in _CATEGORIES:
        table = holidays.country_holidays("ID", years=year, categories=(category,), language="id")
        for day in table:
            names = table.get_list(day)
            found.append(
                NationalHoliday(
                    day=day,
                    name=" / ".join(name.removesuffix(_ESTIMATED).strip() for name in names),
                    category=category,
                    estimated=any(name.endswith(_ESTIMATED) for name in names),
                )
            )
    return tuple(sorted(found, key=lambda holiday: (holiday.day, holiday.category != "public")))


def joint_leave_is_known(year: int) -> bool:
    """Tell whether the decree on joint leave (SKB 3 Menteri) of a year is in the table."""
    return any(holiday.category == "government" for holiday in national_holidays(year))
