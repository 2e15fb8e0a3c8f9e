"""What a person should look at before a referral goes on. None of it blocks: people decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from outreach import clock
from outreach.i18n import format_date_short, format_number, ngettext, translate
from outreach.i18n import gettext as _
from outreach.places.areas import whereabouts
from outreach.places.models import PlaceQuality, Village
from outreach.policy import Actor
from outreach.referrals import pairs, phones
from outreach.referrals.conditions import CONDITIONS, NEEDS, UNKNOWN_SERVICE_S
from outreach.referrals.models import Referral
from outreach.referrals.nik import MIN_AGE, Nik, birth_date_candidates, notes
from outreach.referrals.queries import reach
from outreach.referrals.states import ReferralState
from outreach.referrals.triage_models import ReferralPair
from outreach.security.sealed import Sealer

Tone = Literal["info", "warning"]


@dataclass(frozen=True, slots=True)
class Concern:
    """Something to look at. `ask` concerns are confirmed by the officer before sending; `twins` are other
    referrals that it is about, as far as the person may see them, and `pairs` those two that a reviewer compares."""

    code: str
    text: str
    tone: Tone = "warning"
    ask: bool = False
    twins: tuple[Referral, ...] = ()
    pairs: tuple[ReferralPair, ...] = ()


def concerns_before_sending(
    session: Session, actor: Actor, sealer: Sealer, referral: Referral
) -> tuple[Concern, ...]:
    """Return what the officer who writes a referral should look at once more."""
    found = [
        *_likely_concerns(session, actor, referral),
        *_nik_concerns(sealer, referral, tell_dates=True),
        *_birth_concerns(referral),
        *_place_concerns(session, referral),
        *_need_concerns(referral),
        *_phone_concerns(referral),
    ]
    return tuple(found)


def concerns_at_triage(
    session: Session, actor: Actor, sealer: Sealer, referral: Referral
) -> tuple[Concern, ...]:
    """Return what whoever checks a referral should look at."""
    found = [
        *_pair_concerns(
            referral, pairs.undecided_pairs(session, actor, [referral.id])[referral.id]
        ),
        *_brief_concerns(referral),
        *_nik_concerns(sealer, referral, tell_dates=False),
        *_birth_concerns(referral),
        *(
            concern
            for concern in _place_concerns(session, referral)
            if concern.code != "centre_only"
        ),
        *_need_concerns(referral),
    ]
    return tuple(found)


def concerns_in_list(
    session: Session, actor: Actor, referrals: Sequence[Referral]
) -> dict[str, tuple[Concern, ...]]:
    """Return the short concerns of every referral of a list, by id, with one question to the database."""
    found = pairs.undecided_pairs(session, actor, [referral.id for referral in referrals])
    return {
        referral.id: (*_pair_concerns(referral, found[referral.id]), *_brief_concerns(referral))
        for referral in referrals
    }


def twins_of(
    session: Session, actor: Actor, referrals: Sequence[Referral], *, village_only: bool = False
) -> dict[str, tuple[Referral, ...]]:
    """Return, by id, the other referrals that may be about the same resident, as far as the actor may see them."""
    return {
        referral.id: tuple(
            match.referral
            for match in pairs.matches(
                session,
                pairs.traits_of(referral),
                reach=reach(actor, "referral.view"),
                village_only=village_only,
                besides=(referral.id,),
            )
        )
        for referral in referrals
    }


def _likely_concerns(session: Session, actor: Actor, referral: Referral) -> list[Concern]:
    """What the village itself may already have sent: nothing of another village is told, whoever asks."""
    found = twins_of(session, actor, [referral], village_only=True)[referral.id]
    index = referral.resident.nik_index
    by_nik = tuple(twin for twin in found if index and twin.resident.nik_index == index)
    others = tuple(twin for twin in found if twin not in by_nik)
    return _twin_concerns(by_nik, others, ask=True)


def _pair_concerns(referral: Referral, found: tuple[ReferralPair, ...]) -> list[Concern]:
    index = referral.resident.nik_index
    by_nik = [
        pair for pair in found if index and pair.other(referral.id).resident.nik_index == index
    ]
    others = [pair for pair in found if pair not in by_nik]
    return _twin_concerns(
        tuple(pair.other(referral.id) for pair in by_nik),
        tuple(pair.other(referral.id) for pair in others),
        pairs=(tuple(by_nik), tuple(others)),
    )


def _twin_concerns(
    by_nik: tuple[Referral, ...],
    others: tuple[Referral, ...],
    *,
    ask: bool = False,
    pairs: tuple[tuple[ReferralPair, ...], tuple[ReferralPair, ...]] = ((), ()),
) -> list[Concern]:
    found = []
    if by_nik:
        text = ngettext(
            "The same NIK stands in another referral.",
            "The same NIK stands in %(num)s other referrals.",
            len(by_nik),
        )
        found.append(Concern("same_nik", text, ask=ask, twins=by_nik, pairs=pairs[0]))
    if others:
        text = ngettext(
            "There may already be a referral of this resident.",
            "There may already be %(num)s referrals of this resident.",
            len(others),
        )
        found.append(Concern("same_name", text, ask=ask, twins=others, pairs=pairs[1]))
    return found


def _brief_concerns(referral: Referral) -> list[Concern]:
    found = []
    if referral.state is ReferralState.ENROLMENT_FAILED:
        found.append(Concern("enrolment_failed", _("The centre could not enrol the recording.")))
    if referral.state is ReferralState.DUPLICATE_RECORD:
        found.append(
            Concern("duplicate_record", _("The centre says: this person was recorded before."))
        )
    if not referral.condition:
        text = _(
            "The condition is not known: %(minutes)s minutes are set aside, the longest, until the village tells it.",
            minutes=UNKNOWN_SERVICE_S // 60,
        )
        found.append(Concern("no_condition", text))
    if referral.resident.nik_index is None:
        found.append(Concern("no_nik", _("No NIK yet.")))
    if referral.place_quality is PlaceQuality.VILLAGE:
        found.append(Concern("centre_only", _("The place is the middle of the village only.")))
    if not referral.contact_phone:
        found.append(Concern("no_phone", _("No phone: word goes through the hamlet.")))
    return found


def _nik_concerns(sealer: Sealer, referral: Referral, *, tell_dates: bool) -> list[Concern]:
    resident = referral.resident
    if resident.nik_sealed is None:
        return []
    nik = Nik(sealer.open_nik(resident.nik_sealed, resident.id))
    found = []
    for note in notes(nik, birth_date=resident.birth_date, sex=resident.sex or None):
        match note.code:
            case "birth_date_differs" if tell_dates and resident.birth_date:
                text = _(
                    "The NIK says born %(nik)s, you wrote %(typed)s. Both can be right, when the birth date was corrected later.",
                    nik=_born(nik),
                    typed=format_date_short(resident.birth_date),
                )
            case "birth_date_differs":
                text = _("The NIK and the birth date do not agree.")
            case "sex_differs":
                text = _("The NIK and the sex do not agree.")
            case "impossible_date":
                text = _(
                    "The NIK holds a date that does not exist. Compare it with the family card."
                )
            case _:
                text = _("The NIK was issued outside Sragen. That is usual for who moved here.")
        ask = note.severity == "warning" and tell_dates
        found.append(Concern(note.code, text, note.severity, ask))
    return found


def _birth_concerns(referral: Referral) -> list[Concern]:
    age = referral.resident.age_on(clock.today())
    if age is None or age >= MIN_AGE:
        return []
    text = _(
        "The resident is %(age)s years old. Under 17 only who is or was married has a KTP-el.",
        age=age,
    )
    return [Concern("young", text, ask=True)]


def _place_concerns(session: Session, referral: Referral) -> list[Concern]:
    village = referral.village
    if referral.place_quality is PlaceQuality.VILLAGE:
        text = _("The place of the house is not known yet. A pin saves the team a long search.")
        return [Concern("centre_only", text, "info")]
    found = whereabouts(session, referral.lat, referral.lon, village.code)
    if not found.is_doubtful:
        return []
    km = format_number(found.away_m / 1000, 1)
    there = session.get(Village, found.code) if found.code else None
    if there is None:
        text = _(
            "The pin lies outside the regency, %(km)s km from %(village)s.",
            km=km,
            village=village.label,
        )
    else:
        text = _(
            "The pin lies in %(there)s, %(km)s km outside %(village)s.",
            there=there.label,
            km=km,
            village=village.label,
        )
    return [Concern("far_pin", text, ask=True)]


def _need_concerns(referral: Referral) -> list[Concern]:
    condition = CONDITIONS.get(referral.condition)
    absent = [need for need in (condition.needs if condition else ()) if need not in referral.needs]
    if not absent:
        return []
    text = _(
        "With this condition a visit usually asks for: %(needs)s.",
        needs=", ".join(translate(NEEDS[need].label).lower() for need in absent),
    )
    return [Concern("usual_needs", text, "info")]


def _phone_concerns(referral: Referral) -> list[Concern]:
    if not referral.contact_phone or phones.is_known(referral.contact_phone):
        return []
    text = _(
        "The phone number %(number)s looks unusual. Read it once more.",
        number=phones.display(referral.contact_phone),
    )
    return [Concern("odd_phone", text)]


def _born(nik: Nik) -> str:
    candidates = birth_date_candidates(nik, clock.today(), min_age=0) or nik.possible_birth_dates
    return _(" or ").join(map(format_date_short, candidates))
