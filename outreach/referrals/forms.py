"""The form of a referral, and how what was typed becomes a ReferralInput."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import time

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)

from outreach import clock
from outreach.errors import Refused
from outreach.forms import Form
from outreach.i18n import format_date_short, lazy
from outreach.i18n import gettext as _
from outreach.places.coordinates import CoordinateError, parse_coordinates
from outreach.places.models import PlaceQuality
from outreach.places.wording import coordinate_error
from outreach.referrals import phones
from outreach.referrals.circumstances import RELATIONS, TIME_WISHES
from outreach.referrals.conditions import CONDITIONS, NEEDS, POWER
from outreach.referrals.fields import Birth, BirthField
from outreach.referrals.given import (
    NOT_KNOWN,
    TICKS,
    Place,
    ReferralInput,
    is_answered,
    missing,
    plain,
)
from outreach.referrals.nik import HOME_REGION, MAX_AGE, Nik, NikError, birth_date_candidates, parse
from outreach.referrals.wording import nik_error, phone_error


def place_mark(quality: PlaceQuality, lat: float, lon: float) -> str:
    """Return what a page keeps of how a point was found (static/js/map.js writes the same)."""
    return f"{quality.value} {lat:.6f} {lon:.6f}"


class ReferralForm(Form):
    """A referral as an officer writes it. Every rule but its own words lies in `given`, `nik` and `phones`."""

    form_token = HiddenField()
    edit_mark = HiddenField()
    seen = HiddenField()
    village_code = SelectField(lazy("Village"), validate_choice=False)
    name = StringField(lazy("Full name"))
    nik = StringField(lazy("NIK"))
    nik_unknown = BooleanField(lazy("The NIK is not known"))
    birth = BirthField(lazy("Birth date"))
    birth_unknown = BooleanField(lazy("Not even the year of birth is known"))
    sex = RadioField(lazy("Sex"), validate_choice=False)
    rt = StringField(lazy("RT"))
    rw = StringField(lazy("RW"))
    units_unknown = BooleanField(lazy("RT and RW are not known yet"))
    hamlet = StringField(lazy("Hamlet"))
    hamlet_unknown = BooleanField(lazy("The hamlet is not known yet"))
    lat = StringField(lazy("Latitude"))
    lon = StringField(lazy("Longitude"))
    place_from = HiddenField()
    """How the point was found, and which: "device -7.426700 111.022300". Another point was set by hand."""
    centre_only = BooleanField(lazy("I do not know the place yet"))
    landmark = StringField(lazy("Landmark"))
    landmark_unknown = BooleanField(lazy("No landmark is known yet"))
    condition = SelectField(lazy("Condition"), validate_choice=False)
    needs = SelectMultipleField(lazy("What the visit needs"), validate_choice=False)
    house_power = RadioField(lazy("Power at the house"), validate_choice=False)
    home = RadioField(lazy("When is someone at home?"), validate_choice=False, default="any")
    home_from = TimeField(lazy("From"))
    home_to = TimeField(lazy("Until"))
    contact_name = StringField(lazy("Name of the contact person"))
    contact_relation = SelectField(lazy("Who is this to the resident?"), validate_choice=False)
    contact_unknown = BooleanField(lazy("It is not known yet whom to ask"))
    contact_phone = StringField(lazy("Phone or WhatsApp"))
    no_phone = BooleanField(lazy("There is no phone: word goes through the hamlet or RT"))
    phone_unknown = BooleanField(lazy("The number is not known yet"))
    note = TextAreaField(lazy("Note for the team"))

    home_region = HOME_REGION
    found_nik: Nik | None = None
    found_place: Place | None = None
    found_phone = ""
    birth_from_nik = False
    has_nik_on_file = False
    whole = True
    asked: Collection[str] | None = None
    """The fields of the step that is shown; None where the whole form is."""

    def given(self, *, whole: bool) -> ReferralInput | None:
        """Return what was typed, or None with an error at each field that has one.

        `whole`: everything that sending needs must be there, as far as this step asks for it; otherwise only what
        was typed must be readable.
        """
        self.validate()
        self.whole = whole
        self._read_person()
        self._read_place()
        self._read_times()
        self._read_contact()
        self._read_choices()
        self._read_words()
        if not (self.name.data or "").strip():
            self._say(self.name, _("Write the name of the resident."))
        if self.errors:
            self._say_missing()
            return None
        given = self._input()
        if whole:
            self._say_missing()
        return None if self.errors else given

    # Each reader looks at one question of the form and says what is wrong with its answer.

    def _read_person(self) -> None:
        typed = (self.nik.data or "").strip()
        if typed:
            try:
                self.found_nik = parse(typed)
            except NikError as error:
                self._say(self.nik, nik_error(error.reason))
            if self.nik_unknown.data:
                self._say(self.nik, _("Either write the NIK or tick “not known”, not both."))
        elif self._needs("nik") and not self.nik_unknown.data and not self.has_nik_on_file:
            self._say(self.nik, _("Write the NIK, or tick “not known”."))
        self._read_birth()

    def _read_birth(self) -> None:
        birth: Birth = self.birth.data or Birth()
        today = clock.today()
        born = birth.day.year if birth.day else birth.year
        if birth.is_known and self.birth_unknown.data:
            self._say(self.birth, _("Either write the birth date or tick “not known”, not both."))
        elif born is not None and (
            born > today.year or (birth.day is not None and birth.day > today)
        ):
            self._say(self.birth, _("The birth date lies in the future."))
        elif born is not None and born < today.year - MAX_AGE:
            self._say(self.birth, _("Nobody is that old. Check the year of birth."))
        elif not birth.is_known and not self.birth_unknown.data and not self.birth.errors:
            self._birth_of_nik()

    def _birth_of_nik(self) -> None:
        """Take the birth date from the NIK where it can only mean one; ask where it can mean two."""
        found = birth_date_candidates(self.found_nik, clock.today()) if self.found_nik else ()
        if len(found) == 1:
            self.birth.data, self.birth_from_nik = Birth(day=found[0]), True
        elif not self._needs("birth"):
            return
        elif found:
            dates = _(" or ").join(map(format_date_short, found))
            self._say(self.birth, _("The NIK can mean %(dates)s. Write which.", dates=dates))
        else:
            self._say(self.birth, _("Write the birth date, or only the year, or tick “not known”."))

    def _read_place(self) -> None:
        lat, lon = (self.lat.data or "").strip(), (self.lon.data or "").strip()
        if not lat and not lon:
            if self._needs("lat") and not self.centre_only.data:
                self._say(
                    self.lat,
                    _("Put the pin on the house, or tick that you do not know the place yet."),
                )
            return
        if self.centre_only.data:
            self._say(
                self.lat, _("Either set the pin or tick that you do not know the place, not both.")
            )
            return
        # A whole pair or a link from another map may have been pasted into the first box.
        pasted = not lon or not lat
        try:
            point = parse_coordinates(lat or lon if pasted else f"{_point(lat)}, {_point(lon)}")
        except CoordinateError as error:
            self._say(self.lat, coordinate_error(error.reason))
            return
        quality = PlaceQuality.PASTED if pasted else self._quality(point)
        self.found_place = Place(round(point[0], 6), round(point[1], 6), quality)

    def _quality(self, point: tuple[float, float]) -> PlaceQuality:
        for quality in (PlaceQuality.DEVICE, PlaceQuality.PASTED):
            if self.place_from.data == place_mark(quality, *point):
                return quality
        return PlaceQuality.PIN

    def _read_times(self) -> None:
        self.home_s: tuple[int | None, int | None] = (None, None)
        if self.home.data != "custom":
            for field in (self.home_from, self.home_to):
                field.errors = []  # what was typed there is not asked for
            wish = TIME_WISHES.get(self.home.data or "any", TIME_WISHES["any"])
            self.home_s = wish.from_s, wish.to_s
            return
        start, end = self.home_from.data, self.home_to.data
        if self.home_from.errors or self.home_to.errors:
            return
        if start is None or end is None:
            self._say(self.home_from, _("Fill in from when until when someone is at home."))
        elif end <= start:
            self._say(self.home_from, _("The end must lie after the beginning."))
        else:
            self.home_s = _seconds(start), _seconds(end)

    def _read_contact(self) -> None:
        typed = (self.contact_phone.data or "").strip()
        if typed:
            try:
                self.found_phone = phones.normalise(typed)
            except phones.PhoneError as error:
                self._say(self.contact_phone, phone_error(error.reason))
            if self.no_phone.data:
                self._say(
                    self.contact_phone, _("Either write the number or tick “no phone”, not both.")
                )
        elif self._needs("contact_phone") and not (
            self.no_phone.data or self.phone_unknown.data or self.contact_unknown.data
        ):
            self._say(
                self.contact_phone,
                _("Write the phone number, or tick “no phone” or “not known”."),
            )

    def _read_choices(self) -> None:
        known: tuple[tuple[Field, set[str]], ...] = (
            (self.condition, {"", NOT_KNOWN, *CONDITIONS}),
            (self.house_power, {"", *POWER}),
            (self.sex, {"", NOT_KNOWN, "L", "P"}),
            (self.home, {"", "custom", NOT_KNOWN, *TIME_WISHES}),
            (self.contact_relation, {"", *RELATIONS}),
            (self.village_code, {choice.value for choice in self.village_code.choices or []}),
        )
        for field, codes in known:
            if self._is_asked(field.name) and (field.data or "") not in codes:
                self._say(field, _("Choose from the list."))
        if set(self.needs.data or []) - set(NEEDS):
            self._say(self.needs, _("Choose from the list."))
        if not self.village_code.data:
            self._say(self.village_code, _("Choose the village."))

    def _read_words(self) -> None:
        for field, longest in (
            (self.name, 120), (self.hamlet, 80), (self.landmark, 200), (self.contact_name, 120), (self.note, 500),
        ):  # fmt: skip
            try:
                field.cleaned = " ".join(plain(field.data, field.name, longest=longest).split(" "))
            except Refused as refusal:
                field.cleaned = ""
                self._say(field, refusal.message)
        for field in (self.rt, self.rw):
            typed = (field.data or "").strip()
            if typed and not (
                typed.isdecimal() and typed.isascii() and 0 < int(typed) <= 999 and len(typed) <= 3
            ):
                self._say(field, _("Write the number only, for example 3 or 003."))

    def _input(self) -> ReferralInput:
        birth: Birth = self.birth.data or Birth()
        given = ReferralInput(
            village_code=self.village_code.data,
            name=" ".join(self.name.cleaned.split()),
            nik=self.found_nik,
            keep_nik=self.has_nik_on_file and self.found_nik is None and not self.nik_unknown.data,
            birth_date=birth.day,
            birth_year=birth.year,
            sex=_known(self.sex.data),
            hamlet=self.hamlet.cleaned,
            rt=_three(self.rt.data),
            rw=_three(self.rw.data),
            place=self.found_place,
            landmark=self.landmark.cleaned,
            condition=_known(self.condition.data),
            needs=tuple(code for code in NEEDS if code in (self.needs.data or [])),
            house_power=self.house_power.data or "",
            home_from_s=self.home_s[0],
            home_to_s=self.home_s[1],
            contact_name=self.contact_name.cleaned,
            contact_relation=self.contact_relation.data or "",
            contact_phone=self.found_phone,
            note=self.note.cleaned,
        )
        said = [code for code, name in TICKS.items() if self[name].data in (True, NOT_KNOWN)]
        return replace(given, ticked=tuple(code for code in said if not is_answered(given, code)))

    def mark_missing(self, gaps: Mapping[str, str]) -> None:
        """Ask at each field of this step for what sending still needs, before anything was sent."""
        for name, sentence in gaps.items():
            if self._needs(name):
                self._say(self[name], sentence)

    def _say_missing(self) -> None:
        if not self.whole:
            return
        said = [code for code, name in TICKS.items() if self[name].data in (True, NOT_KNOWN)]
        gaps = missing(lambda name: str(self[name].data or "").strip(), said)
        for name, sentence in gaps.items():
            if self._needs(name) and not self[name].errors:
                self._say(self[name], sentence)

    def _needs(self, name: str) -> bool:
        """Whether sending needs this field, and it is this page that asks for it."""
        return self.whole and self._is_asked(name)

    def _is_asked(self, name: str) -> bool:
        return self.asked is None or name in self.asked

    def _say(self, field: Field, message: str) -> None:
        field.errors = [*field.errors, message]

    @property
    def errors(self) -> dict[str, Sequence[str]]:
        """The messages of every field that has any."""
        found = {name: field.errors for name, field in self._fields.items() if field.errors}
        return {**found, **({None: self.form_errors} if self.form_errors else {})}


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60


def _known(value: str | None) -> str:
    return "" if value in (None, NOT_KNOWN) else value


def _three(typed: str | None) -> str:
    return f"{int(typed):03d}" if typed and typed.strip() else ""


def _point(number: str) -> str:
    """A decimal comma would part a number in two."""
    return number.replace(",", ".")
