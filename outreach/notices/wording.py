"""What a family is told, ready to send: no NIK, no condition, no link, a span and never a minute.

The texts follow the office's own (domain facts, section 7). A person sends them; the application never does.
"""

from __future__ import annotations

from typing import Final

from outreach.i18n import N_, format_date, format_time, in_language
from outreach.i18n import gettext as _
from outreach.notices.models import Channel
from outreach.notices.service import Standing, Telling
from outreach.referrals.pages import FAMILY_LANGUAGE, called

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
    "Kula nuwun. Benjing {day} tabuh {start}-{end} petugas Dispendukcapil badhe sowan dhateng dalemipun {resident} kangge "
    "perekaman KTP-el. Nyuwun dipunkancani keluarga lan dipunsiapaken Kartu Keluarga. Mboten wonten ragad. Matur nuwun."
)
_KRAMA_CALLED_OFF: Final = (
    "Nyuwun pangapunten, sowan petugas Dispendukcapil dhateng dalemipun {resident} dereng saged kalampahan. Benjing "
    "badhe kula aturi pawartos malih. Matur nuwun."
)
"""Javanese krama has no catalogue of its own: these two are all that is said in it."""


def message(telling: Telling) -> str:
    """Return the message in Bahasa Indonesia, whatever language the person works in."""
    referral = telling.referral
    with in_language(FAMILY_LANGUAGE):
        if telling.promise is None:
            return _(
                "Good day, %(contact)s. We are sorry: the visit to record %(resident)s for the KTP-el cannot take place as we told you. We will tell you the new day through the village of %(village)s. There is nothing to pay. Thank you for your patience.",
                contact=referral.contact_name or _("Sir or Madam"),
                resident=called(referral.resident),
                village=referral.village.label,
            )
        return _(
            "Good day, %(contact)s. We are from Dispendukcapil Kabupaten Sragen, together with %(village)s. On %(day)s between %(start)s and %(end)s officers will come to the house of %(resident)s to record the KTP-el. Please have the family card (KK) ready and one family member at home. This service is FREE; officers carry an assignment letter and never ask for a NIK, an OTP code or money by WhatsApp. If in doubt, ask at the village hall. Please answer: YES / ANOTHER DAY. Thank you.",
            contact=referral.contact_name or _("Sir or Madam"),
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
        return _KRAMA.format(
            resident=resident,
            day=format_date(telling.promise.day),
            start=format_time(telling.promise.from_s),
            end=format_time(telling.promise.to_s),
        )
