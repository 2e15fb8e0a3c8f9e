"""The forms of the office's pin and of a river."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from outreach.forms import Form
from outreach.i18n import lazy
from outreach.places.coordinates import CoordinateError, parse_coordinates
from outreach.places.models import Office
from outreach.places.wording import coordinate_error


class RiverForm(Form):
    """A river: its name, points along it and its bridges, one point a line."""

    name = StringField(lazy("Name of the river"), [InputRequired(), Length(max=80)])
    line = TextAreaField(
        lazy("Points along the river, in order"),
        [InputRequired(), Length(max=40_000)],
        description=lazy(
            "One point on each line, as in -7.4267, 111.0223, or as another map copies it. A few bends are enough."
        ),
    )
    bridges = TextAreaField(
        lazy("Its bridges"),
        [InputRequired(), Length(max=8_000)],
        description=lazy("One point on each line: where the teams can really cross."),
    )


class OfficeForm(Form):
    """The office's pin: two numbers, or a pair or a link pasted into the first."""

    lat = StringField(lazy("Latitude"), [Optional(), Length(max=300)])
    lon = StringField(lazy("Longitude"), [Optional(), Length(max=40)])

    def point(self) -> tuple[float, float] | None:
        """Return what was set as (latitude, longitude) in degrees, or None with the error at its field."""
        lat, lon = (self.lat.data or "").strip(), (self.lon.data or "").strip()
        text = f"{lat.replace(',', '.')}, {lon.replace(',', '.')}" if lat and lon else lat or lon
        try:
            return parse_coordinates(text)
        except CoordinateError as error:
            self.lat.errors = [*self.lat.errors, coordinate_error(error.reason)]
            return None


def office_form(office: Office) -> OfficeForm:
    """Return the form, filled from the office."""
    return OfficeForm(data={"lat": f"{office.lat:.6f}", "lon": f"{office.lon:.6f}"})
