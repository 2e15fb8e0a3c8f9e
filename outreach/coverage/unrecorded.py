"""Villages that refer nobody though the register counts residents over 60 who are not recorded: they are asked.

The administrator loads the register's count by village from a table, dated. A village is asked while its newest count is
above zero, it referred nobody within a year, and it has not answered for that count.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.coverage.models import UnrecordedCount
from outreach.errors import Forbidden, Refused
from outreach.i18n import N_, ngettext
from outreach.i18n import gettext as _
from outreach.places.models import Village
from outreach.policy import Actor, Relation
from outreach.referrals.imports.reading_child import decode, sniff
from outreach.referrals.models import Referral

LARGEST_BYTES: Final = 1024 * 1024
QUIET_DAYS: Final = 365
"""A village that referred somebody within so many days is not asked."""
LONGEST_NOTE: Final = 300
ANSWERS: Final[Mapping[str, str]] = {
    "able": N_("They can all come to the office themselves"),
    "gone": N_("They have died, moved away, or are recorded already"),
    "names": N_("We need their names: please send us the list"),
    "soon": N_("We are visiting them and will refer them soon"),
}
"""What a village can say instead of referring somebody."""
_CODE: Final = re.compile(r"(\d{2})\.?(\d{2})\.?(\d{2})\.?(\d{4})")
_MOST_TOLD: Final = 8


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: the villages, and the people of all of them."""

    villages: int
    people: int


def load_counts(session: Session, actor: Actor, data: bytes, as_of: date | None) -> Loaded:
    """Keep the counts of a table with a village's code and a number in each line, all of them or none.

    A heading is passed over; a count of the same village and day is replaced. Raises Refused with what must be mended.
    """
    policy.allow(actor, "coverage.load")
    if as_of is None or as_of > clock.today():
        raise Refused(_("Give the day of the figures, today or earlier."), field="as_of")
    if not data or len(data) > LARGEST_BYTES:
        raise Refused(_("Choose a CSV file of at most 1 MB."), field="file")
    counts = _read(data, set(session.scalars(select(Village.code))))
    now = clock.now()
    for code, people in counts.items():
        row = session.get(UnrecordedCount, (code, as_of))
        if row is None:
            row = UnrecordedCount(village_code=code, as_of=as_of, answer="", note="")
            session.add(row)
        row.people, row.loaded_at = people, now
    loaded = Loaded(len(counts), sum(counts.values()))
    audit.record(
        session, actor, "coverage.loaded", as_of=as_of.isoformat(), villages=loaded.villages, people=loaded.people
    )  # fmt: skip
    return loaded


def silent_villages(session: Session, actor: Actor, day: date) -> list[UnrecordedCount]:
    """Return the newest counts of villages that referred nobody, within the actor's reach, most people first.

    Those that have answered are among them.
    """
    newest = (
        select(UnrecordedCount.village_code, func.max(UnrecordedCount.as_of).label("as_of"))
        .where(UnrecordedCount.as_of <= day)
        .group_by(UnrecordedCount.village_code)
        .subquery()
    )
    since = clock.at_office(day - timedelta(days=QUIET_DAYS), 0)
    referred = select(Referral.village_code).where(Referral.submitted_at >= since)
    query = (
        select(UnrecordedCount)
        .join(newest, and_(newest.c.village_code == UnrecordedCount.village_code, newest.c.as_of == UnrecordedCount.as_of))
        .join(Village, Village.code == UnrecordedCount.village_code)
        .where(_reach(actor), UnrecordedCount.people > 0, UnrecordedCount.village_code.not_in(referred))
        .order_by(UnrecordedCount.people.desc(), UnrecordedCount.village_code)
    )  # fmt: skip
    return list(session.scalars(query))


def answer(session: Session, actor: Actor, day: date, code: str, note: str) -> UnrecordedCount:
    """Keep what a village says of its count. Raises Refused when it is not asked, and without an answer."""
    found = silent_villages(session, actor, day)
    if len(found) != 1:
        raise Refused(_("Nothing is asked of your village"))
    row = found[0]
    policy.allow(actor, "silence.answer", row)
    if code not in ANSWERS:
        raise Refused(_("Choose an answer."), field="answer")
    row.answer, row.note = code, " ".join(note.split())[:LONGEST_NOTE]
    row.answered_at, row.answered_name = clock.now(), actor.name
    audit.record(session, actor, "silence.answered", row, answer=code)
    return row


def latest_day(session: Session) -> date | None:
    """Return the day of the newest count."""
    return session.scalar(select(func.max(UnrecordedCount.as_of)))


def _reach(actor: Actor) -> ColumnElement[bool]:
    match policy.relation(actor, "silence.view"):
        case Relation.ANY:
            return true()
        case Relation.OWN_VILLAGE:
            return UnrecordedCount.village_code == actor.village_code
        case Relation.OWN_DISTRICT:
            return Village.district_code == actor.district_code
        case _:
            raise Forbidden("silence.view")


def _read(data: bytes, known: set[str]) -> dict[str, int]:
    text = decode(data)
    counts: dict[str, int] = {}
    wrong: list[str] = []
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sniff(text)), start=1):  # fmt: skip
        values = [cell.strip() for cell in cells if cell.strip()]
        found = _CODE.fullmatch(values[0]) if values else None
        if not values or (found is None and not counts and not wrong):
            continue  # an empty line, or what stands above the first village
        code = ".".join(found.groups()) if found else ""
        if code not in known:
            wrong.append(_("Line %(number)s: there is no village with the code %(code)s.", number=number, code=values[0][:20]))  # fmt: skip
        elif not re.fullmatch(r"\d{1,5}", values[-1]) or len(values) < 2:
            wrong.append(_("Line %(number)s: the number of people is missing.", number=number))
        elif code in counts:
            wrong.append(_("Line %(number)s: the village %(code)s stands in it twice.", number=number, code=code))  # fmt: skip
        else:
            counts[code] = int(values[-1])
    if wrong:
        more = len(wrong) - _MOST_TOLD
        tail = [ngettext("And %(num)s line more.", "And %(num)s lines more.", more)] if more > 0 else []  # fmt: skip
        raise Refused(" ".join([_("Nothing was loaded."), *wrong[:_MOST_TOLD], *tail]), field="file")  # fmt: skip
    if not counts:
        raise Refused(_("No line begins with a village's code. Nothing was loaded."), field="file")
    return counts
