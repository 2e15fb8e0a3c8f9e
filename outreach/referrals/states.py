"""The life of a referral: its states, and which may follow which (product.md, "The life of a referral")."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ReferralState(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    VISITED = "visited"
    RECORDED = "recorded"
    SENT = "sent"
    PRINT_READY = "print_ready"
    PRINTED = "printed"
    DELIVERED = "delivered"
    ENROLMENT_FAILED = "enrolment_failed"
    DUPLICATE_RECORD = "duplicate_record"
    CLOSED = "closed"


S = ReferralState

# A referral that was closed because nobody could be met is opened again on request.
# An outcome that is taken back at once leads back to SCHEDULED. A corrected outcome goes by way of VISITED: from RECORDED back to it, from ACCEPTED or VISITED on to RECORDED.
FOLLOWERS: Final[dict[ReferralState, frozenset[ReferralState]]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.CLOSED}),
    S.SUBMITTED: frozenset({S.RETURNED, S.ACCEPTED, S.CLOSED}),
    S.RETURNED: frozenset({S.SUBMITTED, S.CLOSED}),
    S.ACCEPTED: frozenset({S.RETURNED, S.SCHEDULED, S.VISITED, S.CLOSED}),
    S.SCHEDULED: frozenset({S.ACCEPTED, S.VISITED, S.RECORDED, S.CLOSED}),
    S.VISITED: frozenset({S.ACCEPTED, S.SCHEDULED, S.RECORDED, S.CLOSED}),
    S.RECORDED: frozenset(
        {S.VISITED, S.SCHEDULED, S.SENT, S.ENROLMENT_FAILED, S.DUPLICATE_RECORD, S.CLOSED}
    ),
    S.SENT: frozenset({S.PRINT_READY, S.ENROLMENT_FAILED, S.DUPLICATE_RECORD, S.CLOSED}),
    S.PRINT_READY: frozenset({S.PRINTED, S.CLOSED}),
    S.PRINTED: frozenset({S.DELIVERED, S.CLOSED}),
    S.DELIVERED: frozenset({S.CLOSED}),
    S.ENROLMENT_FAILED: frozenset({S.SUBMITTED, S.ACCEPTED, S.CLOSED}),
    S.DUPLICATE_RECORD: frozenset({S.SUBMITTED, S.ACCEPTED, S.CLOSED}),
    S.CLOSED: frozenset({S.ACCEPTED}),
}

WAITING: Final = (S.SUBMITTED, S.ENROLMENT_FAILED, S.DUPLICATE_RECORD)
"""What waits for triage: what villages sent, and what the centre sent back."""


class CloseReason(StrEnum):
    """Why a referral ends without a card from it."""

    DIED = "died"
    MOVED = "moved"
    ALREADY_RECORDED = "already_recorded"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    CAME_TO_OFFICE = "came_to_office"
    DELIVERED = "delivered"
    NOT_MET = "not_met"


class PublicStage(StrEnum):
    """What a family sees: five plain stages, and closed."""

    RECEIVED = "received"
    CHECKED = "checked"
    SCHEDULED = "scheduled"
    RECORDED = "recorded"
    CARD_READY = "card_ready"
    CLOSED = "closed"


STAGE: Final[dict[ReferralState, PublicStage]] = {
    S.DRAFT: PublicStage.RECEIVED,
    S.SUBMITTED: PublicStage.RECEIVED,
    S.RETURNED: PublicStage.RECEIVED,
    S.ACCEPTED: PublicStage.CHECKED,
    S.SCHEDULED: PublicStage.SCHEDULED,
    S.VISITED: PublicStage.CHECKED,
    S.RECORDED: PublicStage.RECORDED,
    S.SENT: PublicStage.RECORDED,
    S.PRINT_READY: PublicStage.RECORDED,
    S.PRINTED: PublicStage.CARD_READY,
    S.DELIVERED: PublicStage.CARD_READY,
    S.ENROLMENT_FAILED: PublicStage.CHECKED,
    S.DUPLICATE_RECORD: PublicStage.CHECKED,
    S.CLOSED: PublicStage.CLOSED,
}
