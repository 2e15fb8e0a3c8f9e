"""The QR code that opens the way to a house, and nothing else: coordinates, never anything about a person.

The code holds a Google Maps directions link, not a `geo:` address. Every camera and scanner of Android offers an
https link at one tap, and the Maps app claims it, so that it opens in the app, offline maps included; where the app
is missing a browser opens it (Google's documentation of "Maps URLs"). A `geo:` address is shorter, but many stock
cameras show it as text that nobody can tap. The coordinates are printed beside the code for every other map.
"""

from __future__ import annotations

from typing import Final

import segno
from markupsafe import Markup

DIGITS: Final = 5
"""Decimals of a coordinate on paper: about one metre."""
_QUIET_MODULES: Final = 4


def coordinates(lat: float, lon: float) -> str:
    """Return a point as every map program reads it: "-7.42670,111.02230"."""
    return f"{lat:.{DIGITS}f},{lon:.{DIGITS}f}"


def directions_link(lat: float, lon: float) -> str:
    """Return the address that opens directions to a point; the way starts where the reader is."""
    return f"https://www.google.com/maps/dir/?api=1&destination={coordinates(lat, lon)}"


def qr_svg(content: str) -> Markup:
    """Return a QR code as inline SVG that fills its box (error correction M: it survives a crease and a thumb)."""
    code = segno.make(content, error="m", micro=False, boost_error=False)
    drawing = code.svg_inline(
        border=_QUIET_MODULES, omitsize=True, svgclass="qr", lineclass=None, dark="#000"
    )
    return Markup(drawing)  # noqa: S704 - drawn by segno from modules; the content is not in it
