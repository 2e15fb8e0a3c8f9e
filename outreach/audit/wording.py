"""The log in words: what an action was, and on what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from outreach.i18n import N_, format_date_short, translate
from outreach.i18n import gettext as _

_DAY: Final = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")

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
    "coverage.loaded": N_("Loaded the counts of unrecorded residents"),
    "day_rules.set": N_("Set the rules of field days"),
    "decree.lifted": N_("Lifted a decree"),
    "decree.set": N_("Set a decree"),
    "holiday.added": N_("Added a day off"),
    "holiday.closed": N_("Added a day off"),
    "holiday.loaded": N_("Loaded a year's holidays"),
    "holiday.opened": N_("Opened a day off for work"),
    "holiday.removed": N_("Took a day off out"),
    "holiday.restored": N_("Put a day off back"),
    "import.checked": N_("Checked the rows of a spreadsheet"),
    "import.committed": N_("Took the rows of a spreadsheet"),
    "import.copied": N_("Downloaded the marked copy of a spreadsheet"),
    "import.discarded": N_("Threw a spreadsheet away"),
    "import.requested": N_("Asked to take a spreadsheet"),
    "import.started": N_("Sent a spreadsheet"),
    "import.undone": N_("Undid an import"),
    "kit.created": N_("Added a kit"),
    "kit.edited": N_("Changed a kit"),
    "manifest.printed": N_("Printed a manifest"),
    "notice.recorded": N_("Noted that a family was told"),
    "office.moved": N_("Moved the office's pin"),
    "office.map_app": N_("Chose the application for maps"),
    "outcome.corrected": N_("Corrected an outcome"),
    "outcome.recorded": N_("Recorded an outcome"),
    "outcome.withdrawn": N_("Took an outcome back at once"),
    "pace.switched_off": N_("Stopped using learned driving times"),
    "pace.switched_on": N_("Let plans use learned driving times"),
    "pair.decided": N_("Decided about a possible duplicate"),
    "password.changed": N_("Changed their password"),
    "places.outlines_loaded": N_("Loaded the outlines of villages"),
    "plan.approved": N_("Approved a plan"),
    "plan.cancelled": N_("Cancelled a plan"),
    "plan.changed": N_("Changed a plan by hand"),
    "plan.day_changed": N_("Changed a day under way"),
    "plan.improving": N_("Asked for a plan to be improved"),
    "plan.in_force_by_rule": N_("Put a small change in force without a signature"),
    "plan.replanning": N_("Had a plan made anew without a closed team"),
    "plan.made": N_("Made a plan"),
    "plan.requested": N_("Asked for a plan"),
    "plan.requested_again": N_("Asked for a plan again"),
    "plan.returned": N_("Returned a plan"),
    "plan.rolled_on": N_("Rolled a plan on to the next day"),
    "plan.sent": N_("Sent a plan for approval"),
    "plan.signed": N_("Signed a plan"),
    "quota.removed": N_("Took a quota back"),
    "quota.set": N_("Set the quota"),
    "ramadan.removed": N_("Took the month of fasting out"),
    "ramadan.set": N_("Set the month of fasting"),
    "hamlets.kept": N_("Kept the list of hamlets"),
    "referral.accepted": N_("Accepted a referral"),
    "referral.another_attempt": N_("Planned another attempt"),
    "referral.answered": N_("Answered a question"),
    "referral.closed": N_("Closed a referral"),
    "referral.completed": N_("Filled in what was not known"),
    "referral.delivered": N_("Handed a card over"),
    "referral.drafted": N_("Wrote a referral"),
    "referral.edited": N_("Changed a referral"),
    "referral.endorsed": N_("Passed a referral on"),
    "referral.flagged": N_("Changed what a visit needs"),
    "referral.import_undone": N_("Took a referral of a spreadsheet back"),
    "referral.imported": N_("Referred by spreadsheet"),
    "referral.kept_apart": N_("Kept two referrals apart"),
    "referral.merge_undone": N_("Undid a merge"),
    "referral.merged": N_("Merged two referrals"),
    "referral.nik_revealed": N_("Looked at a NIK"),
    "referral.nik_searched": N_("Searched by NIK"),
    "referral.office_slot": N_("Booked a time at the office"),
    "referral.outcome": N_("Moved on by an outcome"),
    "referral.photo_kept": N_("Kept a photo of a house"),
    "referral.photo_removed": N_("Removed a photo of a house"),
    "referral.reopened": N_("Opened a referral again"),
    "referral.returned": N_("Returned a referral"),
    "referral.scheduled": N_("Scheduled a visit"),
    "referral.submitted": N_("Sent a referral"),
    "river.changed": N_("Changed a river"),
    "river.drawn": N_("Drew a river"),
    "river.removed": N_("Took a river away"),
    "roads.imported": N_("Loaded a road network"),
    "sample.loaded": N_("Loaded sample data"),
    "session.ended": N_("Signed out"),
    "session.refused": N_("Sign-in refused"),
    "session.started": N_("Signed in"),
    "shift.cleared": N_("Took a team's own day back"),
    "shift.closed": N_("Kept a team in for a day"),
    "shift.set": N_("Set a team's hours for a day"),
    "silence.answered": N_("Answered why nobody was referred"),
    "slot.booked": N_("Booked a time at the office"),
    "slot.cancelled": N_("Cancelled a time at the office"),
    "speeds.set": N_("Changed the table of speeds"),
    "tablet.created": N_("Made ready a tablet"),
    "tablet.enrolled": N_("Enrolled a tablet"),
    "tablet.event_settled": N_("Settled what a tablet sent"),
    "tablet.file_read": N_("Read a tablet's file"),
    "tablet.member_added": N_("Signed in on a tablet"),
    "tablet.nik_viewed": N_("Looked at a NIK at the house"),
    "tablet.pack_issued": N_("Gave a route to a tablet"),
    "tablet.photo_kept": N_("Kept a photo from a tablet"),
    "tablet.revoked": N_("Revoked a tablet"),
    "team.closed": N_("Closed a team"),
    "team.created": N_("Made a team"),
    "team.edited": N_("Changed a team"),
    "team.opened": N_("Opened a team again"),
    "weights.set": N_("Set the weights of points"),
    "working_time.set": N_("Changed working hours"),
}
"""The actions of the office's daily work. One that is not here is shown by its code, which is as exact."""


def action_words(action: str) -> str:
    """Return what an action was: "Approved a plan", or its code where it has no words yet."""
    return translate(ACTIONS[action]) if action in ACTIONS else action


DETAILS: Final = {
    "after": N_("now"),
    "answer": N_("answer"),
    "as_of": N_("day of the figures"),
    "before": N_("before"),
    "bridges": N_("bridges"),
    "changed": N_("what changed"),
    "channel": N_("way"),
    "code": N_("code"),
    "copy": N_("copy"),
    "count": N_("number"),
    "day": N_("day"),
    "days": N_("days"),
    "edits": N_("changes"),
    "entries": N_("entries"),
    "fields": N_("answers that changed"),
    "file": N_("file"),
    "first": N_("from"),
    "first_day": N_("from"),
    "found": N_("found"),
    "hours": N_("hours"),
    "kind": N_("outcome"),
    "last": N_("to"),
    "late": N_("repeats found late"),
    "led_to": N_("led to"),
    "left": N_("left out"),
    "letter": N_("letter"),
    "name": N_("name"),
    "near": N_("perhaps referred before"),
    "needs": N_("needs"),
    "number": N_("number"),
    "passed": N_("passed over"),
    "people": N_("people"),
    "plan": N_("plan"),
    "points": N_("points"),
    "purpose": N_("why"),
    "ready": N_("ready"),
    "referrals": N_("referrals"),
    "repeat": N_("repeats"),
    "replaced": N_("routes replaced"),
    "roads": N_("roads"),
    "role": N_("role"),
    "rows": N_("rows"),
    "scope": N_("of what"),
    "seal": N_("seal"),
    "sent": N_("sent"),
    "sheets": N_("sheets"),
    "source": N_("source"),
    "tablet": N_("tablet"),
    "taken": N_("taken"),
    "team": N_("team"),
    "teams": N_("teams"),
    "unserved": N_("not on a route"),
    "used": N_("used"),
    "username": N_("user name"),
    "version": N_("version"),
    "via": N_("by"),
    "villages": N_("villages"),
    "weights": N_("points"),
    "with_nik": N_("with NIK"),
    "year": N_("year"),
}
"""What a detail of an entry is called. One that is not here is shown by its name in the log."""
_STATES: Final = {
    "draft": N_("Draft"),
    "submitted": N_("Submitted"),
    "returned": N_("Returned"),
    "accepted": N_("Accepted"),
    "scheduled": N_("Scheduled"),
    "visited": N_("Visited"),
    "recorded": N_("Recorded"),
    "sent": N_("Sent to the centre"),
    "print_ready": N_("Print ready"),
    "printed": N_("Printed"),
    "delivered": N_("Delivered"),
    "enrolment_failed": N_("Enrolment failed"),
    "duplicate_record": N_("Duplicate record"),
    "closed": N_("Closed"),
}
_OF_STATES: Final = ("before", "after", "led_to")
_HIDDEN: Final = frozenset({"device_at", "visit", "team_id"})
"""Details for who traces a thing in the database; the export has them."""
_LONGEST: Final = 160


def detail_words(detail: Mapping[str, Any]) -> list[str]:
    """Return what an entry keeps beside its action, each as "name: value" in the current language."""
    return [
        f"{translate(DETAILS[name]) if name in DETAILS else name}: {_value(name, value)}"
        for name, value in detail.items()
        if name not in _HIDDEN and value not in (None, "", [], {})
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {part}" for key, part in value.items())[:_LONGEST]
    if isinstance(value, list):
        return ", ".join(_value(name, part) for part in value)[:_LONGEST]
    text = str(value)
    if name in _OF_STATES and text in _STATES:
        return translate(_STATES[text])
    if _DAY.fullmatch(text):
        return format_date_short(date.fromisoformat(text))
    return text[:_LONGEST]
