"""What a family is told by a tracking code: one of five plain stages, and what happens next.

Threat: somebody who walks through codes, or who found one, to learn about a neighbour. So an answer never holds a
name, a place, a NIK or a word about health, a code that is unknown is answered as one that is misspelt, and tries
are counted for each address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.i18n import N_
from outreach.referrals import tracking
from outreach.referrals.models import Referral
from outreach.referrals.states import STAGE, PublicStage, ReferralState

NO_CODE: Final = "-"
"""Looked up in place of what is no code, so that the two answers take the same way."""


@dataclass(frozen=True)
class StageWords:
    """A stage as a family reads it: its name, and what happens next. Message ids."""

    label: str
    next: str


STAGES: Final[Mapping[PublicStage, StageWords]] = MappingProxyType(
    {
        PublicStage.RECEIVED: StageWords(
            N_("Received"),
            N_(
                "The village has sent the case. The office checks it; the village may be asked something."
            ),
        ),
        PublicStage.CHECKED: StageWords(
            N_("Checked"),
            N_("The case is on the waiting list for a visit. The village will tell you the day."),
        ),
        PublicStage.SCHEDULED: StageWords(
            N_("Visit planned"),
            N_(
                "A team will come. Have the family card (KK) ready, and somebody of the family at home."
            ),
        ),
        PublicStage.RECORDED: StageWords(
            N_("Recorded"),
            N_("The data are being processed at the centre. How long it takes cannot be promised."),
        ),
        PublicStage.CARD_READY: StageWords(
            N_("Card ready"),
            N_("The card is printed. It is brought, sent by post, or kept at the village for you."),
        ),
    }
)
"""The five stages in their order."""

CLOSED: Final = StageWords(
    N_("Finished"),
    N_("This case is closed. If you have a question, ask the village office or Dispendukcapil."),
)


@dataclass(frozen=True)
class Step:
    """One of the five, as the page shows it: done, now, or later."""

    words: StageWords
    is_done: bool
    is_now: bool


@dataclass(frozen=True)
class Standing:
    """Where a case stands, and nothing else about it."""

    steps: tuple[Step, ...]
    words: StageWords
    is_closed: bool


def find(session: Session, text: str) -> Referral | None:
    """Return the case with this code, or None alike for a wrong, an unknown and a not yet given out code."""
    try:
        code = tracking.normalise(text)
    except tracking.TrackingError:
        code = NO_CODE
    referral = session.scalar(select(Referral).where(Referral.tracking_code == code))
    if referral is None or referral.state is ReferralState.DRAFT:
        return None
    return referral


def track(session: Session, text: str) -> Standing | None:
    """Return where the case with this code stands, or None where there is none."""
    referral = find(session, text)
    if referral is None:
        return None
    stage = STAGE[referral.state]
    if stage is PublicStage.CLOSED:
        return Standing((), CLOSED, is_closed=True)
    order = list(STAGES)
    now = order.index(stage)
    steps = tuple(
        Step(words, is_done=place < now, is_now=place == now)
        for place, words in enumerate(STAGES.values())
    )
    return Standing(steps, STAGES[stage], is_closed=False)
