"""From a row of cells to a referral: every cell read, every doubt kept with its column and what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from outreach import policy
from outreach.i18n import format_date_short
from outreach.i18n import gettext as _
from outreach.places.coordinates import CoordinateError, parse_coordinates
from outreach.places.models import PlaceQuality
from outreach.policy import Actor, Relation
from outreach.referrals import phones
from outreach.referrals.circumstances import TIME_WISHES
from outreach.referrals.fields import Birth
from outreach.referrals.given import NIK_IN_TEXT, Place, ReferralInput, blanks_ticked
from outreach.referrals.imports import values
from outreach.referrals.imports.births import BirthError, read_birth
from outreach.referrals.imports.problems import Problem
from outreach.referrals.imports.reading import Cell, kind_of, text_of
from outreach.referrals.imports.villages import VillageAsked, VillageFound, Villages, VillageUnknown
from outreach.referrals.nik import (
    MIN_AGE,
    Nik,
    NikError,
    age_on,
    birth_date_candidates,
    notes,
    parse,
)

_SCIENCE: Final = re.compile(r"\s*\d+(?:[.,]\d+)?\s*[eE]\s*\+?\d+\s*")
_WRAPPED: Final = re.compile(
    r'^=\s*"([^"]*)"$'
)  # ="0812": how text is kept from being taken as a number
_NO_SERIAL: Final = "0000"
_FREE_TEXT: Final = {"name": 120, "hamlet": 80, "landmark": 200, "contact_name": 120, "note": 500}
_PROSE: Final = frozenset({"landmark", "note"})
_NO_RESIDENT: Final = re.compile(r"^(?:jumlah|total|mengetahui|keterangan|catatan|kepala desa|lurah|plt|pj|sekretaris|camat|sragen,|tertanda|hormat kami|demikian)\b", re.IGNORECASE)  # fmt: skip
_OF_VILLAGE: Final = frozenset({"village_code", "village", "district"})
YOUNGEST_ASKED: Final = MIN_AGE


@dataclass(slots=True)
class Checked:
    """A row as it was read: its number in the file, what came of it, and what a person should know.

    `standing` is "ready", "mend", "repeat" or "near". `given` is None where the row cannot be taken.
    """

    number: int
    name: str = ""
    village_code: str = ""
    nik: Nik | None = None
    given: ReferralInput | None = None
    problems: list[Problem] = field(default_factory=list)
    standing: str = "ready"
    asked: tuple[str, str, tuple[str, ...]] | None = None

    @property
    def errors(self) -> list[Problem]:
        """What keeps the row from being taken."""
        return [problem for problem in self.problems if problem.blocks]


@dataclass(frozen=True, slots=True)
class Rules:
    """What rows are read by: who sends them, the columns, the villages, answers given, and the day."""

    actor: Actor
    columns: Mapping[int, str]
    villages: Villages
    answers: Mapping[str, str]
    default_village: str
    today: date
    column_of: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        found = {name: column for column, name in self.columns.items() if name}
        object.__setattr__(self, "column_of", found)

    def own_village(self, code: str) -> bool:
        """Tell whether the sender may refer residents of a village."""
        return policy.can(self.actor, "referral.create", self.villages.by_code[code])

    @property
    def narrow(self) -> str:
        """The problem of a row from elsewhere: one's own village, or one's own district."""
        own = policy.relation(self.actor, "referral.create") is Relation.OWN_VILLAGE
        return "not_yours_village" if own else "not_yours_district"


def check_row(rules: Rules, number: int, row: tuple[Cell, ...]) -> Checked | None:
    """Read one row; None where it is about no resident (empty, a total, a signature)."""
    return _RowReader(rules, number, row).read()


class _RowReader:
    """Reads the cells of one row, field by field."""

    def __init__(self, rules: Rules, number: int, row: tuple[Cell, ...]) -> None:
        self.rules = rules
        self.row = row
        self.checked = Checked(number)
        self.column_of = rules.column_of
        self._texts: dict[str, str] = {}
        self.birth = Birth()
        self.sex = ""

    def read(self) -> Checked | None:
        if not self._is_about_somebody():
            return None
        name = self._free("name").lstrip("-–•* ")
        self._check_name(name)
        self.checked.nik = self._nik()
        self._read_birth()
        self._read_sex()
        village = self._village()
        place = self._place()
        hamlet, rt, rw = self._address()
        texts = {f: self._free(f) for f in ("landmark", "contact_name", "note")}
        codes = {f: self._coded(f) for f in ("condition", "house_power", "contact_relation", "home")}  # fmt: skip
        needs, phone = self._needs(), self._phone()
        self._look_at_nik()
        if not self.checked.errors and village:
            wish = TIME_WISHES[codes["home"] or "any"]
            given = ReferralInput(
                village_code=village,
                name=name,
                nik=self.checked.nik,
                birth_date=self.birth.day,
                birth_year=self.birth.year,
                sex=self.sex,
                hamlet=hamlet,
                rt=rt,
                rw=rw,
                place=place,
                condition=codes["condition"],
                needs=needs,
                house_power=codes["house_power"],
                home_from_s=wish.from_s,
                home_to_s=wish.to_s,
                contact_relation=codes["contact_relation"],
                contact_phone=phone,
                landmark=texts["landmark"],
                contact_name=texts["contact_name"],
                note=texts["note"],
                ticked=("no_phone",) if self._has_no_phone() else (),
            )
            self.checked.given = blanks_ticked(given)
        else:
            self.checked.standing = "mend"
        return self.checked

    # --- cells ---------------------------------------------------------------------------------

    def _cell(self, name: str) -> Cell:
        column = self.column_of.get(name, -1)
        cell = self.row[column] if 0 <= column < len(self.row) else None
        if kind_of(cell) == "f" and (literal := _WRAPPED.match(text_of(cell))):
            return literal[1].strip() or None
        return cell

    def _text(self, name: str) -> str:
        """Return what a cell says, read once; "" where it says that there is nothing to say."""
        if name not in self.column_of:
            return ""
        if name not in self._texts:
            text = " ".join(unicodedata.normalize("NFKC", text_of(self._cell(name))).split())
            text = text.removeprefix("'").strip()
            self._texts[name] = "" if values.is_nothing(text) else text
        return self._texts[name]

    def _plain_kind(self, name: str) -> bool:
        """Whether a cell is a plain value; a formula and an error are told, once."""
        kind = kind_of(self._cell(name))
        if kind in ("f", "e"):
            self._say("formula" if kind == "f" else "cell_error", name)
            return False
        return True

    def _say(self, code: str, name: str, **said: Any) -> None:
        column = self.column_of.get(name, -1)
        self.checked.problems.append(Problem(code, name, column, said))

    def _is_about_somebody(self) -> bool:
        filled = [
            (self.rules.columns.get(column, ""), text_of(cell))
            for column, cell in enumerate(self.row)
            if cell and not values.is_nothing(text_of(cell))
        ]
        about = [field for field, _text in filled if field and field not in _OF_VILLAGE]
        if not about:
            return False
        if "name" in about or "nik" in about:
            first = filled[0][1]
            return not (len(filled) <= 2 and _NO_RESIDENT.match(first))
        return len(about) > 2 and not _NO_RESIDENT.match(filled[0][1])

    # --- the person ----------------------------------------------------------------------------

    def _free(self, name: str) -> str:
        kind, text = kind_of(self._cell(name)), self._text(name)
        if not text:
            return ""
        if kind == "f" and name in _PROSE:
            self._say("text_formula", name)
        elif not self._plain_kind(name):
            return ""
        if len(text) > _FREE_TEXT[name]:
            self._say("too_long", name, longest=_FREE_TEXT[name] + 1)
        if NIK_IN_TEXT.search(text):
            self._say("nik_in_text", name)
        return text

    def _check_name(self, name: str) -> None:
        self.checked.name = "" if NIK_IN_TEXT.search(name) else name
        if not name and not self.checked.errors:
            self._say("name_missing", "name")
        elif name and sum(map(str.isalpha, name)) < 2:
            self._say("name_odd", "name")

    def _nik(self) -> Nik | None:
        text = self._text("nik")
        if not text or not self._plain_kind("nik"):
            return None
        is_number = kind_of(self._cell("nik")) == "n"
        digits = sum(map(str.isdigit, text))
        if _SCIENCE.fullmatch(text) or (is_number and digits >= 15 and text.endswith("0")):
            # Excel keeps 15 digits of a number and writes 0 for the last.
            self._say("nik_cut", "nik")
            return None
        try:
            nik = parse(text)
        except NikError as error:
            self._say(f"nik_{error.reason}", "nik", **({"digits": digits} if error.reason == "length" else {}))  # fmt: skip
            return None
        if nik.digits.endswith(_NO_SERIAL):  # a number that was cut before it was made text
            self._say("nik_cut", "nik")
            return None
        return nik

    def _read_birth(self) -> None:
        today = self.rules.today
        if self._text("birth"):
            if not self._plain_kind("birth"):
                return
            try:
                self.birth = read_birth(self._cell("birth"), today)
            except BirthError as error:
                self._say(f"birth_{error.reason}", "birth")
            return
        nik = self.checked.nik
        found = birth_date_candidates(nik, today) if nik else ()
        if len(found) == 1:
            self.birth = Birth(day=found[0])
            self._say("birth_from_nik", "birth")
        elif age := self._age():
            fitting = [day for day in found if abs(age_on(day, today) - age) <= 1]
            if len(fitting) == 1:
                self.birth = Birth(day=fitting[0])
                self._say("birth_from_nik", "birth")
            else:
                self.birth = Birth(year=today.year - age)
                self._say("birth_from_age", "age")
        elif found:
            dates = _(" or ").join(map(format_date_short, found))
            self._say("birth_two", "birth", dates=dates)

    def _age(self) -> int | None:
        text = self._text("age")
        if not text:
            return None
        found = re.fullmatch(r"\D{0,10}(\d{1,3})(?:[.,]\d+)?\s*(?:th|thn|tahun|years?)?\W*", text.lower())  # fmt: skip
        if not found or not 0 < int(found[1]) <= 125:
            self._say("age_unreadable", "age")
            return None
        return int(found[1])

    def _read_sex(self) -> None:
        self.sex = self._coded("sex")
        nik = self.checked.nik
        if not self.sex and nik and nik.sex and not self._text("sex"):
            self.sex = nik.sex
            self._say("sex_from_nik", "sex")

    def _look_at_nik(self) -> None:
        born = self.birth.day.year if self.birth.day else self.birth.year
        age = age_on(self.birth.day, self.rules.today) if self.birth.day else born and self.rules.today.year - born  # fmt: skip
        if age is not None and age < YOUNGEST_ASKED:
            self._say("young", "birth", age=age)
        if self.checked.nik:
            for note in notes(self.checked.nik, birth_date=self.birth.day, sex=self.sex or None):
                if note.severity == "warning":
                    self._say(note.code, "nik")

    # --- the house -----------------------------------------------------------------------------

    def _village(self) -> str:
        code, district, village = map(self._text, ("village_code", "district", "village"))
        default = self.rules.default_village
        if not code and not village and default:
            return self._own(default)
        answer = self.rules.villages.find(code, district, village)
        where = "village" if village or "village_code" not in self.column_of else "village_code"
        match answer:
            case VillageFound(code=found, spelt=spelt):
                if spelt and (village or "").strip():
                    label = self.rules.villages.by_code[found].label
                    self._say("village_spelt", where, text=village, place=label)
                return self._own(found, where)
            case VillageAsked(key=key, text=text, codes=codes):
                self.checked.asked = (key, text, codes)
                self._say("village_asked", where, places=self._labels(codes))
            case VillageUnknown(reason="empty"):
                self._say("village_missing", where)
            case VillageUnknown(reason="code", text=text):
                self._say("village_code_unknown", where, text=text[:30])
            case VillageUnknown(reason="district", text=text):
                self._say("district_unknown", "district", text=text[:60])
            case VillageUnknown(reason="elsewhere", text=text, codes=codes):
                self._say("village_elsewhere", where, text=text[:60], places=self._labels(codes))
            case VillageUnknown(text=text):
                self._say("village_unknown", where, text=text[:60])
        return ""

    def _own(self, code: str, where: str = "village") -> str:
        self.checked.village_code = code
        if self.rules.own_village(code):
            return code
        self._say(self.rules.narrow, where, place=self.rules.villages.by_code[code].label)
        return ""

    def _labels(self, codes: tuple[str, ...]) -> str:
        return _(" or ").join(self.rules.villages.by_code[code].label for code in codes)

    def _address(self) -> tuple[str, str, str]:
        both = values.units_of(self._text("rt")) if not self._text("rw") else None
        rt, rw = both or (self._unit("rt"), self._unit("rw"))
        hamlet = self._short("hamlet")
        if self._text("rt_rw"):
            if kind_of(self._cell("rt_rw")) == "d":
                self._say("units_date", "rt_rw")
            elif units := values.units_of(self._text("rt_rw")):
                rt, rw = rt or units[0], rw or units[1]
            else:
                self._say("units_unreadable", "rt_rw")
        if self._text("address") and self._plain_kind("address"):
            parts = values.address_parts(self._text("address"))
            hamlet, rt, rw = hamlet or parts[0], rt or parts[1], rw or parts[2]
            if len(hamlet) > _FREE_TEXT["hamlet"]:
                self._say("too_long", "address", longest=_FREE_TEXT["hamlet"] + 1)
            if NIK_IN_TEXT.search(hamlet):
                self._say("nik_in_text", "address")
        return hamlet, rt, rw

    def _short(self, name: str) -> str:
        text = self._free(name)
        _hamlet, rt, rw = values.address_parts(text) if "rt" not in self.column_of else ("", "", "")
        return _hamlet if rt and rw and "address" not in self.column_of else text

    def _unit(self, name: str) -> str:
        text = self._text(name)
        if not text or not self._plain_kind(name):
            return ""
        unit = values.unit_of(text)
        if unit is None:
            self._say("unit_unreadable", name)
        return unit or ""

    def _place(self) -> Place | None:
        pasted = self._text("coordinates")
        lat, lon = (self._text(name).replace(",", ".") for name in ("lat", "lon"))
        where = "coordinates" if pasted else "lat"
        if not pasted and not (lat or lon):
            return None
        if not self._plain_kind(where):
            return None
        try:
            point = parse_coordinates(pasted or f"{lat}, {lon}")
        except CoordinateError as error:
            outside = error.reason in ("outside", "not_on_earth")
            self._say("place_outside" if outside else "place_unreadable", where)
            return None
        return Place(round(point[0], 6), round(point[1], 6), PlaceQuality.PASTED)

    # --- the visit -----------------------------------------------------------------------------

    def _coded(self, name: str) -> str:
        text = self._text(name)
        if name == "house_power" and not text:
            raw = " ".join(text_of(self._cell(name)).split())
            return values.code_of(name, raw) or "" if raw else ""
        if not text or not self._plain_kind(name):
            return ""
        code = self.rules.answers.get(f"{name}:{values.words(text)}") or values.code_of(name, text)
        if code is None:
            choices = ", ".join(values.label_of(name, code) for code in values.codes_of(name))
            self._say("not_a_choice", name, text=text[:60], choices=choices)
        return code if code and code != "-" else ""

    def _needs(self) -> tuple[str, ...]:
        text = self._text("needs")
        if not text or not self._plain_kind("needs"):
            return ()
        codes, unknown = values.needs_of(text)
        if unknown:
            choices = ", ".join(values.label_of("needs", code) for code in values.codes_of("needs"))
            self._say("not_a_choice", "needs", text=unknown[:60], choices=choices)
        return codes

    def _has_no_phone(self) -> bool:
        return "contact_phone" in self.column_of and values.says_no_phone(
            text_of(self._cell("contact_phone"))
        )

    def _phone(self) -> str:
        text = self._text("contact_phone")
        if not text or self._has_no_phone() or not self._plain_kind("contact_phone"):
            return ""
        if _SCIENCE.fullmatch(text):
            self._say("phone_cut", "contact_phone")
            return ""
        try:
            number = phones.normalise(text)
        except phones.PhoneError as error:
            self._say(f"phone_{error.reason}", "contact_phone")
            return ""
        if not phones.is_known(number):
            self._say("odd_phone", "contact_phone", number=phones.display(number))
        return number
