"""Pictures from strangers made small and harmless: read within bounds, turned upright, written anew."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, ImageOps, UnidentifiedImageError

PictureReason = Literal["unreadable", "format", "too_large"]

MOST_BYTES: Final = 150_000
MOST_PIXELS: Final = 40_000_000
"""What is opened at all; beyond any telephone's camera in ordinary use, and about 120 MB when it is unpacked."""
_LONGEST_SIDES: Final = (1280, 1024, 800, 640)
_QUALITIES: Final = (80, 70, 60, 50)
_FORMATS: Final = ("JPEG", "PNG", "WEBP")


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

    What a camera noted beside them (place, time, telephone) is not carried over. Raises PictureError for what is no
    JPEG, PNG or WebP, or has more than `MOST_PIXELS`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise PictureError("too_large")
                opened.draft("RGB", (_LONGEST_SIDES[0], _LONGEST_SIDES[0]))
                upright = ImageOps.exif_transpose(opened).convert("RGB")
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
    for side in _LONGEST_SIDES:
        upright.thumbnail((side, side))
        bare = Image.frombytes("RGB", upright.size, upright.tobytes())
        for quality in _QUALITIES:
            written = io.BytesIO()
            bare.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
            if written.tell() <= MOST_BYTES:
                return Picture(written.getvalue(), *bare.size)
    raise PictureError("too_large")
