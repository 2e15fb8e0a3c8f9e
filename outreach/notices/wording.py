"""What a family is told, ready to send: no NIK, no condition, no link, a span and never a minute.

The texts follow the office's own (domain facts, section 7). A person sends them; the application never does.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from outreach import clock
from outreach.i18n import N_, format_date, format_time, format_weekday, in_language
from outreach.i18n import gettext as _
from outreach.notices.models import Channel
from outreach.notices.service import Standing, Telling
from outreach.referrals.pages import FAMILY_LANGUAGE, called, spoken_to
from outreach.teams.calendar_facts import pasaran

CHANNEL_LABELS: Final = {
    Channel.WHATSAPP: N_("WhatsApp"),
    Channel.CALL: N_("Telephone"),
    Channel.HAMLET_HEAD: N_("Through the hamlet head or RT"),
    Channel.IN_PERSON: N_("In person"),
}
STANDING_LABELS: Final = {
    Standing.NOT_TOLD: N_("Not told yet"),
    Standing.CHANGED: N_("Changed: tell again"),
    Standing.CALLED_OFF: N_("Called off: tell"),
    Standing.TOLD: N_("Told"),
}
_KRAMA: Final = (
    "Kula nuwun. {when} tabuh {start}-{end} petugas Dispendukcapil badhe sowan dhateng dalemipun {resident} kangge "
    "perekaman KTP-el. Nyuwun dipunkancani keluarga lan dipunsiapaken Kartu Keluarga. Mboten wonten ragad. Matur nuwun."
)
_KRAMA_CHANGED: Final = (
    "Nyuwun pangapunten, sowanipun petugas Dispendukcapil dhateng dalemipun {resident} gantos wekdal. {when} tabuh "
    "{start}-{end} petugas badhe sowan kangge perekaman KTP-el. Nyuwun dipunkancani keluarga lan dipunsiapaken Kartu "
    "Keluarga. Mboten wonten ragad. Matur nuwun."
)
_KRAMA_CALLED_OFF: Final = (
    "Nyuwun pangapunten, sowan petugas Dispendukcapil dhateng dalemipun {resident} dereng saged kalampahan. Benjing "
    "badhe kula aturi pawartos malih. Matur nuwun."
)
"""Javanese krama has no catalogue of its own: these three are all that is said in it."""
_DINTEN: Final = ("Senen", "Selasa", "Rebo", "Kemis", "Jemuah", "Setu", "Ahad")


def message(telling: Telling) -> str:
    """Return the message in Bahasa Indonesia, whatever language the person works in."""
    referral = telling.referral
    with in_language(FAMILY_LANGUAGE):
        if telling.promise is None:
            return _(
                "Good day, %(contact)s. We are sorry: the visit to record %(resident)s for the KTP-el cannot take place as we told you. We will tell you the new day through the village of %(village)s. There is nothing to pay. Thank you for your patience.",
                contact=spoken_to(referral.contact_name) or _("Sir or Madam"),
                resident=called(referral.resident),
                village=referral.village.label,
            )
        old = telling.old_promise
        if telling.standing is Standing.CHANGED and old is not None:
            return _(
                "Good day, %(contact)s. We are from Dispendukcapil Kabupaten Sragen, together with %(village)s. We are sorry: the visit to %(resident)s to record the KTP-el has been moved. It was to be on %(old_day)s between %(old_start)s and %(old_end)s. The officers will now come on %(day)s between %(start)s and %(end)s. Please have the family card (KK) ready and one family member at home. This service is FREE; officers carry an assignment letter and never ask for a NIK, an OTP code or money by WhatsApp. If in doubt, ask at the village hall. Please answer: YES / ANOTHER DAY. Thank you for your understanding.",
                contact=spoken_to(referral.contact_name) or _("Sir or Madam"),
                village=referral.village.label,
                resident=called(referral.resident),
                old_day=format_date(old.day),
                old_start=format_time(old.from_s),
                old_end=format_time(old.to_s),
                day=format_date(telling.promise.day),
                start=format_time(telling.promise.from_s),
                end=format_time(telling.promise.to_s),
            )
        return _(
            "Good day, %(contact)s. We are from Dispendukcapil Kabupaten Sragen, together with %(village)s. On %(day)s between %(start)s and %(end)s officers will come to the house of %(resident)s to record the KTP-el. Please have the family card (KK) ready and one family member at home. This service is FREE; officers carry an assignment letter and never ask for a NIK, an OTP code or money by WhatsApp. If in doubt, ask at the village hall. Please answer: YES / ANOTHER DAY. Thank you.",
            contact=spoken_to(referral.contact_name) or _("Sir or Madam"),
            village=referral.village.label,
            day=format_date(telling.promise.day),
            start=format_time(telling.promise.from_s),
            end=format_time(telling.promise.to_s),
            resident=called(referral.resident),
        )


def message_in_krama(telling: Telling) -> str:
    """Return the same in Javanese krama."""
    resident = called(telling.referral.resident)
    if telling.promise is None:
        return _KRAMA_CALLED_OFF.format(resident=resident)
    with in_language(FAMILY_LANGUAGE):
        said = _KRAMA_CHANGED if telling.standing is Standing.CHANGED else _KRAMA
        return said.format(
            resident=resident,
            when=_dinten(telling.promise.day),
            start=format_time(telling.promise.from_s),
            end=format_time(telling.promise.to_s),
        )


def _dinten(day: date) -> str:
    """Return a date as it is said in krama, with the day of the market week: "Benjing dinten Senen Wage, 23 ..."."""
    if day == clock.today():
        return "Dinten menika"
    weekday = format_weekday(day)
    named = f"{_DINTEN[day.weekday()]} {pasaran(day)}"
    return f"Benjing dinten {format_date(day).replace(weekday, named, 1)}"
