"""Pictures from strangers made small and harmless: read within bounds, turned upright, written anew."""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, ImageOps, UnidentifiedImageError

PictureReason = Literal["unreadable", "format", "too_large"]

MOST_BYTES: Final = 150_000
MOST_PIXELS: Final = 52_000_000
"""What is opened at all of a JPEG: the largest cameras of telephones. It is unpacked at an eighth to a half of its size."""
MOST_PIXELS_WHOLE: Final = 25_000_000
"""What is opened of a PNG or WebP, which are unpacked whole: 100 MB."""
_LONGEST_SIDES: Final = (1280, 1024, 800, 640)
_QUALITIES: Final = (80, 70, 60, 50)
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_one_at_a_time: Final = threading.Lock()
"""However many send photos at once, one is unpacked at a time."""


class PictureError(ValueError):
    """A file that cannot be kept as a picture; `reason` is a code for the screen."""

    def __init__(self, reason: PictureReason) -> None:
        super().__init__(reason)
        self.reason: PictureReason = reason


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG of at most `MOST_BYTES`, without metadata; sides in pixels."""

    data: bytes
    width: int
    height: int


def make_small(data: bytes) -> Picture:
    """Return a picture written anew, upright, with nothing of the original but its pixels.

    What a camera noted beside them (place, time, telephone) is not carried over. A tenth of a second for a telephone's
    photo. Raises PictureError for what is no JPEG, PNG or WebP, or has more pixels than are opened.
    """
    with _one_at_a_time:
        return _write_anew(_read_upright(data))


def _read_upright(data: bytes) -> Image.Image:
    """Return the picture, upright and at most as large as it is kept. Raises PictureError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                most = MOST_PIXELS if opened.format == "JPEG" else MOST_PIXELS_WHOLE
                if opened.width * opened.height > most:
                    raise PictureError("too_large")
                opened.draft("RGB", (_LONGEST_SIDES[0], _LONGEST_SIDES[0]))
                opened.thumbnail((_LONGEST_SIDES[0], _LONGEST_SIDES[0]))
                return ImageOps.exif_transpose(opened).convert("RGB")
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError("format") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError("too_large") from None
    except (OSError, ValueError, SyntaxError, IndexError, TypeError, EOFError, MemoryError):
        raise PictureError(
            "unreadable"
        ) from None  # what the readers of formats raise on broken files


def _write_anew(upright: Image.Image) -> Picture:
    for side in _LONGEST_SIDES:
        upright.thumbnail((side, side))
        bare = Image.frombytes("RGB", upright.size, upright.tobytes())
        for quality in _QUALITIES:
            written = io.BytesIO()
            bare.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
            if written.tell() <= MOST_BYTES:
                return Picture(written.getvalue(), *bare.size)
    raise PictureError("too_large")
