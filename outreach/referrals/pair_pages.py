"""What the pages about possible duplicates show: two referrals side by side, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.i18n import format_date_short, translate
from outreach.i18n import gettext as _
from outreach.places.coordinates import distance_m
from outreach.places.models import PlaceQuality
from outreach.referrals import pages
from outreach.referrals.circumstances import PRIORITY_REASONS
from outreach.referrals.duplicates import PART_LABELS, Part
from outreach.referrals.merging import differing, keeper_of
from outreach.referrals.models import Referral
from outreach.referrals.pages import Fact
from outreach.referrals.triage_models import ReferralPair


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the comparison; `field` is "" where there is nothing to take over."""

    label: str
    kept: str
    other: str
    field: str

    @property
    def differs(self) -> bool:
        """Whether the two say different things."""
        return self.kept != self.other


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two referrals side by side: the one that had better go on first."""

    pair: ReferralPair
    kept: Referral
    other: Referral
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]
    twins: bool


def parts_of(pair: ReferralPair) -> tuple[Part, ...]:
    """Return what speaks for and against one person, the strongest first."""
    parts = [Part(code, points) for code, points in pair.parts if code in PART_LABELS]
    return tuple(sorted(parts, key=lambda part: -abs(part.points)))


def comparison(pair: ReferralPair, keep_id: str = "") -> Comparison:
    """Return a pair side by side; `keep_id` says which of the two goes on, where somebody chose."""
    kept = keeper_of(pair) if keep_id not in (pair.first_id, pair.second_id) else pair.other(pair.other(keep_id).id)  # fmt: skip
    other = pair.other(kept.id)
    fields = set(differing(pair))
    rows = tuple(
        Row(mine.label, mine.value, theirs.value, field if field in fields else "")
        for (field, mine), (_field, theirs) in zip(_facts(kept), _facts(other), strict=True)
    )
    codes = {part.code for part in parts_of(pair)}
    twins = "birth_same" in codes and bool(codes & {"name_near", "name_close", "name_differs"})
    return Comparison(pair, kept, other, rows, parts_of(pair), twins)


def apart_m(pair: ReferralPair) -> int | None:
    """Return how far the two houses lie from each other, where both are known."""
    if PlaceQuality.VILLAGE in (pair.first.place_quality, pair.second.place_quality):
        return None
    one, other = pair.first, pair.second
    return round(distance_m(one.lat, one.lon, other.lat, other.lon))


def _facts(referral: Referral) -> Sequence[tuple[str, Fact]]:
    person = dict(zip(("name", "nik", "birth", "sex"), pages.person_facts(referral), strict=True))
    place = pages.place_facts(referral)
    visit = pages.visit_facts(referral)
    contact = pages.contact_facts(referral)
    why = PRIORITY_REASONS.get(referral.priority_reason)
    urgency = translate(why.label) if why else ""
    if referral.due_day:
        urgency = _("%(reason)s, by %(day)s", reason=urgency, day=format_date_short(referral.due_day))  # fmt: skip
    sent = format_date_short(referral.submitted_at) if referral.submitted_at else ""
    return [
        *person.items(),
        ("", place[0]),
        ("unit", place[1]),
        ("hamlet", place[2]),
        ("place", place[3]),
        ("landmark", place[4]),
        *zip(("condition", "needs", "house_power", "home"), visit, strict=True),
        ("contact", Fact(contact[0].label, "\n".join(f.value for f in contact[:2] if f.value), "")),
        ("note", contact[2]),
        ("urgency", Fact(_("Why is it urgent?"), urgency, "")),
        ("", Fact(_("Sent"), sent, "")),
        ("", Fact(_("Visits in vain"), str(referral.attempts), "")),
    ]
