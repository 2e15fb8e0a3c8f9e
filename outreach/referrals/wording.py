"""The words for states of a referral."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from outreach.i18n import N_
from outreach.referrals.states import ReferralState as S

STATE_LABELS: Final[Mapping[S, str]] = {
    S.DRAFT: N_("Draft"),
    S.SUBMITTED: N_("Submitted"),
    S.RETURNED: N_("Returned"),
    S.ACCEPTED: N_("Accepted"),
    S.SCHEDULED: N_("Scheduled"),
    S.VISITED: N_("Visited"),
    S.RECORDED: N_("Recorded"),
    S.SENT: N_("Sent to the centre"),
    S.PRINT_READY: N_("Print ready"),
    S.PRINTED: N_("Printed"),
    S.DELIVERED: N_("Delivered"),
    S.ENROLMENT_FAILED: N_("Enrolment failed"),
    S.DUPLICATE_RECORD: N_("Duplicate record"),
    S.CLOSED: N_("Closed"),
}
