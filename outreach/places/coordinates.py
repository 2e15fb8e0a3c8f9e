"""Points on the map: distances, bounds, and reading coordinates that a person pasted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final, Literal

from outreach.places.plus_codes import decode_plus_code, find_plus_code

CoordinateReason = Literal["empty", "unreadable", "short_link", "not_on_earth", "outside"]

EARTH_RADIUS_M: Final = 6_371_008.8  # mean radius, IUGG
METRES_PER_DEGREE: Final = 111_195.0  # of latitude, on that sphere


class CoordinateError(ValueError):
    """Pasted text that is no point of the regency; `reason` is a code for the screen to word."""

    def __init__(self, reason: CoordinateReason) -> None:
        super().__init__(reason)
        self.reason: CoordinateReason = reason


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box in degrees that does not cross the date line."""

    south: float
    west: float
    north: float
    east: float

    def __post_init__(self) -> None:
        if not (-90 <= self.south < self.north <= 90 and -180 <= self.west < self.east <= 180):
            raise ValueError(f"bounds must run from south-west to north-east: {self!r}")

    def contains(self, lat: float, lon: float, margin_m: float = 0.0) -> bool:
        """Tell whether a point lies in the box, or within `margin_m` metres of its edges."""
        lat_margin = margin_m / METRES_PER_DEGREE
        lon_margin = lat_margin / cos(radians(max(abs(self.south), abs(self.north))))
        return (
            self.south - lat_margin <= lat <= self.north + lat_margin
            and self.west - lon_margin <= lon <= self.east + lon_margin
        )


# The outermost points of the regency's boundary, rounded outwards to 0.001 degree.
REGENCY_BOUNDS: Final = Bounds(south=-7.537, west=110.769, north=-7.247, east=111.155)


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the great-circle distance between two points in metres (haversine, on a sphere)."""
    half_lat = sin(radians(other_lat - lat) / 2)
    half_lon = sin(radians(other_lon - lon) / 2)
    chord = half_lat**2 + cos(radians(lat)) * cos(radians(other_lat)) * half_lon**2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, chord)))


# A pin may lie a little outside: the bounds are rounded, and a phone in a bad spot errs by this.
_MARGIN_M: Final = 2_000.0

# Links that people share from a map; the pin (!3d !4d, q=, geo:) goes before the view's centre (@).
_DECIMAL: Final = r"[-+]?\d{1,3}\.\d+"
_LINKS: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"!3d({_DECIMAL})!4d({_DECIMAL})",
        rf"(?:[?&](?:q|ll|query|destination|daddr)=|^geo:)({_DECIMAL})(?:,|%2c)\+?({_DECIMAL})",
        rf"[?&]mlat=({_DECIMAL})&mlon=({_DECIMAL})",
        rf"/(?:dir/[^/]*|place|search)/({_DECIMAL})(?:,|%2c)(?:\+|%20)?({_DECIMAL})",
        rf"@({_DECIMAL}),({_DECIMAL})",
        rf"#map=\d{{1,2}}(?:\.\d+)?/({_DECIMAL})/({_DECIMAL})",
    )
)
_SHORT_LINK: Final = re.compile(
    r"\b(?:maps\.app\.goo\.gl|goo\.gl/maps|g\.co/kgs|g\.page|shorturl\.|bit\.ly|s\.id)/?", re.I
)
# Half a pair: a decimal number or degrees, minutes and seconds; its direction before or after.
_DIRECTION: Final = r"ls|lu|bt|bb|[nsew]"
_SIZE: Final = r"\d{1,3}(?:[.,]\d+)?"
_HALF: Final = re.compile(
    rf"(?<!\d)(?:(?P<before>\b(?:{_DIRECTION}))\s*)?(?P<sign>[-+])?\s*(?P<degrees>{_SIZE})"
    rf"(?:\s*°(?:\s*(?P<minutes>{_SIZE})\s*')?(?:\s*(?P<seconds>{_SIZE})\s*\")?)?"
    rf"(?(before)|(?:\s*(?P<after>{_DIRECTION})\b)?)(?!\d)",
    re.ASCII,
)
# "7 25 12 LS" and "7 derajat 25 menit 12 detik LS": the signs that were left out or written as words.
_BLANKS: Final = re.compile(
    rf"(?<!\d)(\d{{1,3}})\s+(\d{{1,2}})\s+(\d{{1,2}}(?:[.,]\d+)?)(?=\s*(?:{_DIRECTION})\b)",
    re.ASCII,
)
_WORDS: Final = (("derajat", "\u00b0"), ("menit", "'"), ("detik", '"'))
_NOISE: Final = re.compile(
    r"\b(?:koordinat|lokasi|titik|latitude|longitude|lat|long|lng|lon|lintang|bujur)\b"
)
_SEPARATORS: Final = re.compile(r"[\s,;:/|()\[\]=]*")
# Minus and en dash; ordinal and ring for degrees; quotes and primes for minutes, then for seconds.
_TYPOGRAPHY: Final = str.maketrans(
    "\u2212\u2013\u00ba\u02da\u2018\u2019\u2032\u201c\u201d\u2033", "--\u00b0\u00b0'''\"\"\""
)


def parse_coordinates(text: str, bounds: Bounds = REGENCY_BOUNDS) -> tuple[float, float]:
    """Read a pasted pair as (latitude, longitude) in degrees.

    Understands "-7.42, 111.02", decimal commas, "7,42 LS 111,02 BT", degrees with minutes and
    seconds, `geo:` and map links, and plus codes (short ones are taken near the middle of `bounds`). A pair in the wrong order, or one whose minus got lost, is put
    right where that is what lies in `bounds`.

    Raises
    ------
    CoordinateError
        With reason "empty", "unreadable" (not two numbers), "short_link" (a link that only its own site can
        resolve), "not_on_earth" or "outside" `bounds`.
    """
    # Typography first: to NFKC an ordinal sign is the letter o.
    cleaned = unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).strip().lower()
    cleaned = cleaned.replace("''", '"')
    if not cleaned:
        raise CoordinateError("empty")
    if _SHORT_LINK.search(cleaned):
        raise CoordinateError("short_link")
    if code := find_plus_code(cleaned):
        middle = (bounds.south + bounds.north) / 2, (bounds.west + bounds.east) / 2
        first, second, unsigned = *decode_plus_code(code, *middle), False
    else:
        first, second, unsigned = _pair(cleaned)
    readings = [(first, second), (second, first)]
    if unsigned:
        readings += [(-first, second), (-second, first)]
    for lat, lon in readings:
        if bounds.contains(lat, lon, _MARGIN_M):
            return lat, lon
    if not any(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in readings):
        raise CoordinateError("not_on_earth")
    raise CoordinateError("outside")


def _pair(text: str) -> tuple[float, float, bool]:
    """Return both numbers as written, and whether neither has a sign or a direction."""
    for link in _LINKS:
        if found := link.search(text):
            return float(found[1]), float(found[2]), False
    for word, sign in _WORDS:
        text = text.replace(word, sign)
    text = _BLANKS.sub("\\1\u00b0\\2'\\3\"", _NOISE.sub(" ", text))
    halves = list(_HALF.finditer(text))
    if len(halves) != 2 or not _SEPARATORS.fullmatch(_HALF.sub(" ", text)):
        raise CoordinateError("unreadable")
    first, second = (_degrees(half) for half in halves)
    unsigned = not any(half["sign"] or half["before"] or half["after"] for half in halves)
    return first, second, unsigned


def _degrees(half: re.Match[str]) -> float:
    direction = half["before"] or half["after"] or ""
    minutes = _number(half["minutes"]) + _number(half["seconds"]) / 60
    size = _number(half["degrees"]) + minutes / 60
    # LS (lintang selatan) is south and BB (bujur barat) west.
    negative = half["sign"] == "-" or direction in ("s", "ls", "w", "bb")
    return -size if negative else size


def _number(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0
