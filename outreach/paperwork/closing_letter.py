"""The letter with which a referral is closed after visits in vain: polite, without a word on health, and without a NIK."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from outreach import clock, i18n
from outreach.paperwork.manifest import environment
from outreach.places.service import office
from outreach.planning.wording import place
from outreach.referrals.models import Referral
from outreach.referrals.pages import spoken_to


def as_html(session: Session, referral: Referral) -> str:
    """Return the letter to the family, by way of the village. It is in Indonesian, whatever the reader's language."""
    with i18n.in_language("id"):
        return (
            environment()
            .get_template("paperwork/closing_letter.html")
            .render(
                office=office(session),
                name=spoken_to(referral.resident.name),
                code=referral.tracking_code,
                place=place(referral),
                village=referral.village.label,
                contact=spoken_to(referral.contact_name),
                visited=[i18n.format_date(day) for day in days_visited(referral)],
                today=i18n.format_date(clock.today()),
            )
        )


def days_visited(referral: Referral) -> list[date]:
    """Return the dates on which a team was there, the first one first."""
    days = {
        event.detail["outcome"]: clock.to_office(event.device_at or event.at).date()
        for event in referral.events
        if event.detail.get("outcome") and event.kind in {"visited", "outcome", "another_attempt"}
    }
    return sorted(set(days.values()))
