"""Plus codes (Open Location Code): places as "6P6M2J6M+2X", or in short as "2J6M+2X Sragen".

Source: the Open Location Code specification; a code of ten digits is a box of about 14 m.
"""

from __future__ import annotations

import re
from math import floor
from typing import Final

_ALPHABET: Final = "23456789CFGHJMPQRVWX"
_PAIRS: Final = (20.0, 1.0, 0.05, 0.0025, 0.000125)
"""Degrees of each pair of digits, latitude and longitude alike."""
_ROWS, _COLUMNS = 5, 4
_CODE: Final = re.compile(
    rf"(?<![0-9A-Z+])((?:[{_ALPHABET}]{{2}}){{1,4}}\+(?:[{_ALPHABET}]{{2,7}})?)(?![0-9A-Z+])", re.I
)
_SHORTEST: Final = 6


def find_plus_code(text: str) -> str | None:
    """Return the plus code in a text, in capitals, or None. Codes of less than six digits are too coarse."""
    for found in _CODE.finditer(text):
        code = found[1].upper()
        if len(code) - 1 >= _SHORTEST and not code.startswith("+"):
            return code
    return None


def decode_plus_code(code: str, near_lat: float, near_lon: float) -> tuple[float, float]:
    """Return the middle of a code's box as (latitude, longitude) in degrees.

    A short code has lost digits before its plus sign; they are taken so that the place is the nearest one to
    (`near_lat`, `near_lon`).
    """
    head, tail = code.split("+")
    lost = 8 - len(head)
    if not lost:
        return _decode(head + tail)
    resolution = _PAIRS[lost // 2 - 1]
    prefix = _encode(near_lat, near_lon)[:lost]
    lat, lon = _decode(prefix + head + tail)
    lat += resolution * round((near_lat - lat) / resolution)
    lon += resolution * round((near_lon - lon) / resolution)
    return round(lat, 6), round(lon, 6)


def _decode(digits: str) -> tuple[float, float]:
    lat, lon = -90.0, -180.0
    high = wide = 0.0
    for number, size in enumerate(_PAIRS):
        pair = digits[2 * number : 2 * number + 2]
        if len(pair) < 2:
            break
        lat += _ALPHABET.index(pair[0]) * size
        lon += _ALPHABET.index(pair[1]) * size
        high = wide = size
    for digit in digits[10:]:
        high, wide = high / _ROWS, wide / _COLUMNS
        row, column = divmod(_ALPHABET.index(digit), _COLUMNS)
        lat, lon = lat + row * high, lon + column * wide
    return round(lat + high / 2, 6), round(lon + wide / 2, 6)


def _encode(lat: float, lon: float) -> str:
    rest_lat, rest_lon = lat + 90, lon + 180
    digits = ""
    for size in _PAIRS[:4]:
        row, column = floor(rest_lat / size), floor(rest_lon / size)
        digits += _ALPHABET[row] + _ALPHABET[column]
        rest_lat, rest_lon = rest_lat - row * size, rest_lon - column * size
    return digits
