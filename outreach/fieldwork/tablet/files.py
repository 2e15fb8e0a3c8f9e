"""Reading what a tablet wrote to a file, where it cannot reach the server any more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from outreach import audit, policy
from outreach.errors import Refused
from outreach.fieldwork.tablet.enrolment import Revoked
from outreach.fieldwork.tablet.envelopes import Envelopes, Unreadable, bytes_of
from outreach.fieldwork.tablet.models import Tablet
from outreach.fieldwork.tablet.photos import take_piece
from outreach.fieldwork.tablet.receiving import MOST_AT_ONCE, Answer, read_batch, receive
from outreach.i18n import gettext as _
from outreach.ids import is_id
from outreach.policy import Actor
from outreach.security.sealed import Sealer

FORMAT: Final = "sambang-outbox/1"


@dataclass(frozen=True)
class FileRead:
    """What came of a file: the answer to each event in it, and how many photos of it are here."""

    tablet: Tablet
    answers: Sequence[Answer]
    photos: int = 0

    def count(self, status: str) -> int:
        """How many events got this answer."""
        return sum(answer.status == status for answer in self.answers)


def read_file(
    session: Session, actor: Actor, sealer: Sealer, envelopes: Envelopes, content: bytes
) -> FileRead:
    """Take the events of a file like those that came by themselves. Raises Refused for any other file.

    Every envelope in it is proof of its tablet by itself, so that the file may come by any way.
    """
    policy.allow(actor, "tablet.review")
    try:
        given = json.loads(content)
        tablet_id, rows = given["tablet"], given["events"]
        if given["format"] != FORMAT or not is_id(tablet_id) or not isinstance(rows, list):
            raise ValueError("format")
        tablet = session.get(Tablet, tablet_id)
        if tablet is None:
            raise Refused(_("This file is from a tablet that this office does not know."))
        answers: list[Answer] = []
        for start in range(0, len(rows), MOST_AT_ONCE):
            batch, unreadable = read_batch(rows[start : start + MOST_AT_ONCE])
            answers += unreadable
            answers += receive(session, sealer, envelopes, tablet, batch, sent_at=None, via="file")
        photos = sum(
            _take_photo(session, sealer, envelopes, tablet, row) for row in given.get("photos", [])
        )
    except (ValueError, KeyError, TypeError, Unreadable, Revoked) as error:
        raise Refused(_("This is not a file that a tablet wrote.")) from error
    audit.record(session, actor, "tablet.file_read", tablet, events=len(answers))
    return FileRead(tablet, answers, photos)


def _take_photo(
    session: Session, sealer: Sealer, envelopes: Envelopes, tablet: Tablet, row: Mapping[str, Any]
) -> bool:
    """Take one photo of a file; whether it is safe here. Raises ValueError or KeyError for what is none."""
    sealed = bytes_of(row["sealed"])
    if not is_id(row["id"]):
        raise ValueError("id")
    done = take_piece(
        session, sealer, envelopes, tablet, row["id"], sealed, start=0, size=len(sealed)
    )
    return done.state in {"taken", "check"}
