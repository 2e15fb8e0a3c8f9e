"""The log in words: what an action was, and on what."""

from __future__ import annotations

from typing import Final

from outreach.i18n import N_, translate

ACTIONS: Final = {
    "account.activated": N_("Opened an account again"),
    "account.created": N_("Opened an account"),
    "account.deactivated": N_("Closed an account"),
    "account.edited": N_("Changed an account"),
    "account.password_reset": N_("Gave a new one-time password"),
    "audit.exported": N_("Exported the audit log"),
    "calendar.hours_set": N_("Changed working hours"),
    "calendar.ramadan_set": N_("Set the month of fasting"),
    "calendar.year_loaded": N_("Loaded a year's holidays"),
    "holiday.added": N_("Added a day off"),
    "holiday.removed": N_("Took a day off out"),
    "holiday.restored": N_("Put a day off back"),
    "kit.created": N_("Added a kit"),
    "kit.edited": N_("Changed a kit"),
    "manifest.printed": N_("Printed a manifest"),
    "notice.recorded": N_("Noted that a family was told"),
    "office.moved": N_("Moved the office's pin"),
    "outcome.corrected": N_("Corrected an outcome"),
    "outcome.recorded": N_("Recorded an outcome"),
    "outcome.withdrawn": N_("Took an outcome back at once"),
    "password.changed": N_("Changed their password"),
    "places.outlines_loaded": N_("Loaded the outlines of villages"),
    "plan.approved": N_("Approved a plan"),
    "plan.cancelled": N_("Cancelled a plan"),
    "plan.made": N_("Made a plan"),
    "plan.requested": N_("Asked for a plan"),
    "plan.requested_again": N_("Asked for a plan again"),
    "plan.returned": N_("Returned a plan"),
    "plan.sent": N_("Sent a plan for approval"),
    "quota.removed": N_("Took a quota back"),
    "quota.set": N_("Set the quota"),
    "referral.accepted": N_("Accepted a referral"),
    "referral.another_attempt": N_("Planned another attempt"),
    "referral.answered": N_("Answered a question"),
    "referral.delivered": N_("Handed a card over"),
    "referral.imported": N_("Referred by spreadsheet"),
    "referral.kept_apart": N_("Kept two referrals apart"),
    "referral.merged": N_("Merged two referrals"),
    "referral.outcome": N_("Moved on by an outcome"),
    "referral.scheduled": N_("Scheduled a visit"),
    "referral.closed": N_("Closed a referral"),
    "referral.drafted": N_("Wrote a referral"),
    "referral.edited": N_("Changed a referral"),
    "referral.endorsed": N_("Passed a referral on"),
    "referral.nik_revealed": N_("Looked at a NIK"),
    "referral.nik_searched": N_("Searched by NIK"),
    "referral.returned": N_("Returned a referral"),
    "referral.submitted": N_("Sent a referral"),
    "session.ended": N_("Signed out"),
    "session.refused": N_("Sign-in refused"),
    "session.started": N_("Signed in"),
    "shift.cleared": N_("Took a team's own day back"),
    "shift.closed": N_("Kept a team in for a day"),
    "shift.set": N_("Set a team's hours for a day"),
    "slot.booked": N_("Booked a time at the office"),
    "slot.cancelled": N_("Cancelled a time at the office"),
    "tablet.created": N_("Made ready a tablet"),
    "tablet.enrolled": N_("Enrolled a tablet"),
    "tablet.event_settled": N_("Settled what a tablet sent"),
    "tablet.file_read": N_("Read a tablet's file"),
    "tablet.member_added": N_("Signed in on a tablet"),
    "tablet.nik_viewed": N_("Looked at a NIK at the house"),
    "tablet.pack_issued": N_("Gave a route to a tablet"),
    "tablet.revoked": N_("Revoked a tablet"),
    "team.closed": N_("Closed a team"),
    "team.created": N_("Made a team"),
    "team.edited": N_("Changed a team"),
    "team.opened": N_("Opened a team again"),
}
"""The actions of the office's daily work. One that is not here is shown by its code, which is as exact."""


def action_words(action: str) -> str:
    """Return what an action was: "Approved a plan", or its code where it has no words yet."""
    return translate(ACTIONS[action]) if action in ACTIONS else action
