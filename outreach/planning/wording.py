"""How lengths, durations and dates of a plan are written for people."""

from __future__ import annotations

from datetime import date

from outreach.i18n import (
    format_date,
    format_date_short,
    format_datetime,
    format_number,
    ngettext,
)
from outreach.i18n import gettext as _
from outreach.planning.models import PlanVersion
from outreach.referrals.models import Referral


def duration(seconds: int) -> str:
    """Write a duration: "35 min", "2 h 05 min" (in the current language)."""
    hours, minutes = divmod((seconds + 30) // 60, 60)
    if not hours:
        return _("%(minutes)s min", minutes=minutes)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=f"{minutes:02d}")


def kilometres(metres: int) -> str:
    """Write a length in kilometres with one decimal: "12,4 km"."""
    return _("%(km)s km", km=format_number(metres / 1000, 1))


def estimated(legs: int, of_legs: int) -> str:
    """Say how many legs are straight-line estimates: "" for none, and without a number where all are."""
    if legs == 0:
        return ""
    if legs == of_legs:
        return _("straight-line estimate")
    return ngettext(
        "%(num)d of %(all)s legs is a straight-line estimate",
        "%(num)d of %(all)s legs are straight-line estimates",
        legs,
        all=of_legs,
    )


def days_in_words(first_day: date, last_day: date) -> str:
    """Write the dates of a plan: one in full, several as a span."""
    if first_day == last_day:
        return format_date(first_day)
    return _(
        "%(first)s to %(last)s", first=format_date(first_day), last=format_date_short(last_day)
    )


def approval_words(version: PlanVersion) -> str:
    """Say by whom and when a version came in force, and whether it needed no signature; empty before that."""
    if version.decided_at is None or not version.hash:
        return ""
    said = {
        "name": version.decider.name if version.decider else "-",
        "when": format_datetime(version.decided_at),
    }
    if version.by_rule:
        return _("In force without a signature by the office's rule: %(name)s, %(when)s", **said)
    return _("Approved by %(name)s on %(when)s", **said)


def place(referral: Referral) -> str:
    """Write where a house stands: hamlet, RT/RW, village and district."""
    numbers = "/".join(number for number in (referral.rt, referral.rw) if number)
    parts = [referral.hamlet, f"RT/RW {numbers}" if numbers else "", referral.village.label]
    return ", ".join(part for part in parts if part)
