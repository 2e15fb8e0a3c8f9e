"""What the pages of triage show around a queue: its tabs, its filters with counts, the marks of a referral."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from flask import flash, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import policy
from outreach.i18n import translate
from outreach.places.models import District
from outreach.policy import Actor, Relation
from outreach.referrals.flags import FLAG_LABELS, flags_of
from outreach.referrals.models import Referral
from outreach.referrals.queue import AGES, QUEUES, QueueFilters, count_queues, count_within

Option = tuple[str, str, int]


class Outcome(Protocol):
    """What came of a decision about several."""

    @property
    def count(self) -> int: ...

    @property
    def refused(self) -> tuple[tuple[Referral, str], ...]: ...


def tell(done: Outcome, said: str) -> None:
    """Say what was done, and of each that was not, why."""
    if done.count:
        flash(said, "success")
    for referral, why in done.refused:
        flash(f"{referral.tracking_code}: {why}", "warning")


def tabs(session: Session, actor: Actor, filters: QueueFilters) -> list[dict[str, object]]:
    """Return the queues as tabs with their counts."""
    counts = count_queues(session, actor)
    return [
        {
            "label": translate(label),
            "url": url_for("triage.index", lihat=code),
            "current": code == filters.queue,
            "count": counts[code],
        }
        for code, (label, _states) in QUEUES.items()
    ]


def options(
    session: Session, actor: Actor, filters: QueueFilters, day: date
) -> dict[str, list[Option]]:
    """Return what a queue can be narrowed to: code, words and how many there are."""
    counts = count_within(session, actor, filters, day)
    several = policy.relation(actor, "triage.list") is Relation.ANY
    districts = session.scalars(select(District).order_by(District.name)) if several else ()
    return {
        "districts": [(d.code, d.name, counts.districts.get(d.code, 0)) for d in districts],
        "flags": [(code, translate(label), counts.flags[code]) for code, label in FLAG_LABELS.items()],
        "ages": [(code, translate(fact[0]), counts.ages[code]) for code, fact in AGES.items()],
    }  # fmt: skip


def flag_words(referral: Referral) -> list[str]:
    """Return the marks of a referral in words."""
    return [translate(FLAG_LABELS[code]) for code in flags_of(referral)]
