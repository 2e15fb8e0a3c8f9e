"""What the screens say about points that cannot be taken."""

from __future__ import annotations

from outreach.i18n import gettext as _
from outreach.places.coordinates import CoordinateReason


def coordinate_error(reason: CoordinateReason) -> str:
    """Return what is wrong with a typed or pasted point, and what to do."""
    match reason:
        case "short_link":
            return _(
                "A short link cannot be opened here. Open it, hold the point on the map, and copy the two numbers (for example -7.4267, 111.0223)."
            )
        case "outside" | "not_on_earth":
            return _("This point does not lie in Sragen. Check both numbers.")
        case "empty":
            return _("Fill in the two numbers of the point, or paste a link from a map.")
        case _:
            return _("These coordinates cannot be read. Write them like -7.4267 and 111.0223.")
