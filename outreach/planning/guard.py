"""What a version holds never changes: every session refuses it, whoever asks.

A version with its routes, stops, visits and unserved referrals is written in one transaction. Afterwards only its
state, the decision on it, its seal and the taking over of a day by a later version may change. What writes around
the sessions (SQL by hand) is not stopped here; the seal shows it.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction
from sqlalchemy.orm.attributes import get_history

from outreach.errors import SambangError
from outreach.planning.models import (
    PlanState,
    PlanVersion,
    Route,
    RouteLine,
    Stop,
    UnservedReferral,
    Visit,
)

DECISION: Final[dict[type[Any], frozenset[str]]] = {
    PlanVersion: frozenset(
        {"state", "sent_at", "decided_by", "decided_at", "decision_reason", "hash", "by_rule"}
    ),
    Route: frozenset({"replaced_by", "returned_reason"}),
    RouteLine: frozenset(),
    Stop: frozenset(),
    Visit: frozenset(),
    UnservedReferral: frozenset(),
}
"""The columns that may change after a version was written."""

FOLLOWERS: Final[dict[PlanState, frozenset[PlanState]]] = {
    PlanState.MADE: frozenset(
        {PlanState.SENT, PlanState.SUPERSEDED, PlanState.CANCELLED, PlanState.APPROVED}
    ),
    PlanState.SENT: frozenset({PlanState.APPROVED, PlanState.RETURNED, PlanState.CANCELLED}),
    PlanState.RETURNED: frozenset({PlanState.SUPERSEDED, PlanState.CANCELLED}),
    PlanState.APPROVED: frozenset({PlanState.SUPERSEDED}),
}
"""Which state of a version may follow which."""


class VersionIsFixed(SambangError):
    """Something tried to change what a version of a plan holds."""


_PARENT: Final[dict[type[Any], str]] = {
    Route: "version",
    RouteLine: "route",
    Stop: "route",
    Visit: "stop",
    UnservedReferral: "version",
}


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in session.deleted:
        if type(row) in DECISION:
            raise VersionIsFixed(f"{type(row).__name__} {row.id} cannot be deleted")
    for row in session.dirty:
        if type(row) in DECISION and session.is_modified(row, include_collections=False):
            _check_change(row)
    for row in session.new:
        if type(row) in _PARENT:
            _check_addition(session, row)


def _check_change(row: Any) -> None:
    state = inspect(row)
    # A reference set to another row reaches its column only in the flush itself, so look at both.
    kept = [attribute.key for attribute in state.mapper.column_attrs]
    kept += [reference.key for reference in state.mapper.relationships if not reference.uselist]
    changed = {key for key in kept if state.attrs[key].history.has_changes()}
    if forbidden := changed - DECISION[type(row)]:
        raise VersionIsFixed(f"{type(row).__name__} {row.id}: {', '.join(sorted(forbidden))}")
    if isinstance(row, PlanVersion):
        if "state" in changed:
            before = _before(row, "state")
            if row.state not in FOLLOWERS.get(before, frozenset()):
                raise VersionIsFixed(f"a version does not go from {before} to {row.state}")
            if (before, row.state) == (PlanState.MADE, PlanState.APPROVED) and not row.by_rule:
                raise VersionIsFixed("a version is approved after it was sent")
        if "hash" in changed and _before(row, "hash"):
            raise VersionIsFixed("a version is sealed once")


def _before(row: PlanVersion, key: str) -> Any:
    """Return the value in the database; one that was not loaded before it was set is taken as unknown."""
    deleted = get_history(row, key).deleted
    if not deleted:
        raise VersionIsFixed(f"{key} of version {row.id} was set without being read")
    return deleted[0]


def _check_addition(session: Session, row: Any) -> None:
    parent = getattr(row, _PARENT[type(row)])
    if parent is None or parent not in session.new:
        raise VersionIsFixed(f"a {type(row).__name__} cannot be added to a version that was stored")


@event.listens_for(Session, "do_orm_execute")
def _refuse_statements(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    for mapper in state.all_mappers:
        if mapper.class_ in DECISION:
            raise VersionIsFixed(f"no statement may change {mapper.class_.__name__}")
